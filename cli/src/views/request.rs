//! Requests and what came of them.

use std::io::Write;

use codec::Encode;
use regent_client::flows::{Executed, Timings};
use regent_primitives::{
    runtime_api::RequestState, AccessTree, Decision, Effect, Operation, Participant, PayloadFormat,
    RequestId, RequestRecord, RequestStatus, SignedApproval, TreeNode,
};
use serde_json::{json, Value};

use crate::{
    output::Show,
    payloads::format_name,
    units::{hexadecimal, show_amount, show_asset, show_recipient},
};

/// What an effect does, a line a transfer.
pub fn effect_lines(effect: &Effect) -> Vec<String> {
    let transfers = effect.transfers.iter().map(|transfer| {
        format!(
            "{} of {} to {}",
            show_amount(&transfer.asset, transfer.amount),
            show_asset(&transfer.asset),
            show_recipient(&transfer.asset, &transfer.recipient)
        )
    });
    let fee = effect.fee.iter().map(|fee| {
        format!(
            "fee of at most {} of {}",
            show_amount(&fee.asset, fee.amount),
            show_asset(&fee.asset)
        )
    });
    transfers.chain(fee).collect()
}

fn effect_json(effect: &Effect) -> Value {
    json!({
        "transfers": effect.transfers.iter().map(|transfer| json!({
            "asset": show_asset(&transfer.asset),
            "amount": transfer.amount.to_string(),
            "recipient": show_recipient(&transfer.asset, &transfer.recipient),
        })).collect::<Vec<_>>(),
        "fee": effect.fee.map(|fee| json!({
            "asset": show_asset(&fee.asset),
            "amount": fee.amount.to_string(),
        })),
    })
}

/// The most bytes of a raw payload that are shown, and how many of a longer one at each end.
const RAW_SHOWN: (usize, usize) = (96, 32);

/// A payload that nobody parses: all its bytes, or its ends.
fn raw_words(payload: Option<&[u8]>) -> String {
    let Some(payload) = payload else {
        return "the node holds no payload any more".to_owned();
    };
    let (count, (whole, end)) = (payload.len(), RAW_SHOWN);
    let ends =
        payload.first_chunk::<{ RAW_SHOWN.1 }>().zip(payload.last_chunk::<{ RAW_SHOWN.1 }>());
    match ends {
        Some((first, last)) if count > whole => format!(
            "{count} bytes, the first and last {end} of them {}..{}; all with --json",
            hexadecimal(first),
            hex::encode(last)
        ),
        _ => format!("{count} bytes {}", hexadecimal(payload)),
    }
}

/// Who must take part, a line a gate and a line a participant, indented by depth.
pub(super) fn tree_lines(tree: &AccessTree) -> Vec<String> {
    // For each open gate: how many of its children are still to come.
    let mut open: Vec<u16> = Vec::new();
    let mut lines = Vec::with_capacity(tree.nodes().len());
    for node in tree.nodes() {
        while open.last() == Some(&0) {
            open.pop();
        }
        let indent = "  ".repeat(open.len());
        if let Some(left) = open.last_mut() {
            *left = left.saturating_sub(1);
        }
        lines.push(match node {
            TreeNode::Gate { threshold, children } => {
                open.push(*children);
                format!("{indent}{threshold} of {children}:")
            }
            TreeNode::Leaf(Participant::Agent(agent)) => format!("{indent}agent {agent}"),
            TreeNode::Leaf(other) => format!("{indent}{other:?}"),
        });
    }
    lines
}

/// A status with its stage.
fn status_words(status: RequestStatus) -> String {
    match status {
        RequestStatus::Pending { stage } => format!("pending at stage {stage}"),
        other => other.name().to_owned(),
    }
}

/// All of a request.
pub struct RequestView<'a>(pub &'a RequestState);

impl Show for RequestView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let state = self.0;
        let RequestRecord { body, status, submitted_at, attempts, .. } = &state.record;
        writeln!(out, "request      {}", state.id)?;
        writeln!(out, "status       {}", status_words(*status))?;
        let kind = body.operation.kind().name();
        match &body.operation {
            Operation::Enrol { algorithm, quorum, tree } => {
                writeln!(
                    out,
                    "operation    {kind} {}, quorum {quorum}, {} leaves",
                    algorithm.name(),
                    tree.leaf_count()
                )?;
                for line in tree_lines(tree) {
                    writeln!(out, "needs        {line}")?;
                }
            }
            Operation::Reshare { quorum, tree } | Operation::Transfer { quorum, tree, .. } => {
                writeln!(
                    out,
                    "operation    {kind}, quorum {quorum}, {} leaves",
                    tree.leaf_count()
                )?;
                for line in tree_lines(tree) {
                    writeln!(out, "will need    {line}")?;
                }
                if let Operation::Transfer { owner, policy, .. } = &body.operation {
                    writeln!(out, "next owner   {owner}")?;
                    writeln!(out, "next policy  {policy}")?;
                }
            }
            operation => {
                writeln!(out, "operation    {kind} ({})", format_name(operation.format()))?;
            }
        }
        writeln!(out, "key          {}, epoch {}", body.key, body.epoch)?;
        for line in effect_lines(&body.effect) {
            writeln!(out, "does         {line}")?;
        }
        writeln!(out, "requester    {}", body.requester)?;
        writeln!(out, "policy       {}", body.policy)?;
        writeln!(out, "payload      {:?}", body.payload_hash)?;
        if body.operation.format() == PayloadFormat::Raw {
            writeln!(out, "raw          {}", raw_words(state.payload.as_deref()))?;
        }
        writeln!(out, "lives        from block {submitted_at} to {}", body.expires)?;
        for approval in &state.approvals {
            let decision = match approval.approval.decision {
                Decision::Approve => "approved",
                Decision::Deny => "denied",
            };
            writeln!(
                out,
                "{decision:<12} by {} at stage {}",
                approval.approver, approval.approval.stage
            )?;
        }
        for session in &state.sessions {
            let session_of = &session.session;
            writeln!(
                out,
                "attempt {}    session {}, to block {}",
                session_of.attempt, session_of.id, session.deadline
            )?;
        }
        if *attempts > 0 {
            for release in &state.releases {
                writeln!(
                    out,
                    "released     leaf {} by {} for attempt {}",
                    release.leaf, release.agent, release.attempt
                )?;
            }
            for refusal in &state.refusals {
                writeln!(
                    out,
                    "refused      by {} for attempt {}: {:?}",
                    refusal.agent, refusal.attempt, refusal.reason
                )?;
            }
        }
        if let Some(receipt) = &state.receipt {
            writeln!(out, "receipt      result {:?}", receipt.receipt.result_hash)?;
            for leaf in &receipt.receipt.faulty {
                writeln!(out, "faulty       the share of leaf {leaf} was wrong")?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let state = self.0;
        let RequestRecord { body, status, submitted_at, attempts, .. } = &state.record;
        let stage = match status {
            RequestStatus::Pending { stage } => Some(stage),
            _ => None,
        };
        json!({
            "id": state.id.to_string(),
            "status": status.name(),
            "stage": stage,
            "operation": body.operation.kind().name(),
            "format": format_name(body.operation.format()),
            "key": body.key.to_string(),
            "epoch": body.epoch,
            "tree": body.operation.named_tree().map(|(_, tree)| tree_lines(tree)),
            "next_owner": body.operation.next_owner().map(ToString::to_string),
            "effect": effect_json(&body.effect),
            "requester": body.requester.to_string(),
            "policy": body.policy.to_string(),
            "payload_hash": format!("{:?}", body.payload_hash),
            "payload": state.payload.as_ref().map(hexadecimal),
            "submitted_at": submitted_at,
            "expires": body.expires,
            "attempts": attempts,
            "approved_entry": state.record.approved_entry.map(|hash| format!("{hash:?}")),
            "approvals": state.approvals.iter().map(approval_json).collect::<Vec<_>>(),
            "sessions": state.sessions.iter().map(|record| json!({
                "id": record.session.id.to_string(),
                "attempt": record.session.attempt,
                "opened_at": record.opened_at,
                "deadline": record.deadline,
            })).collect::<Vec<_>>(),
            "releases": state.releases.iter().map(|release| json!({
                "attempt": release.attempt,
                "leaf": release.leaf.to_string(),
                "agent": release.agent.to_string(),
            })).collect::<Vec<_>>(),
            "refusals": state.refusals.iter().map(|refusal| json!({
                "attempt": refusal.attempt,
                "agent": refusal.agent.to_string(),
                "reason": format!("{:?}", refusal.reason),
            })).collect::<Vec<_>>(),
            "receipt": state.receipt.as_ref().map(receipt_json),
        })
    }
}

/// A receipt, for programs.
pub(super) fn receipt_json(signed: &regent_primitives::SignedReceipt) -> Value {
    let receipt = &signed.receipt;
    let paths = |paths: &[regent_primitives::LeafPath]| {
        paths.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    json!({
        "attempt": receipt.attempt,
        "key": receipt.key.to_string(),
        "epoch": receipt.epoch,
        "operation": receipt.operation.name(),
        "payload_hash": format!("{:?}", receipt.payload_hash),
        "policy": receipt.policy.to_string(),
        "session": receipt.session.to_string(),
        "result_hash": format!("{:?}", receipt.result_hash),
        "leaves": paths(&receipt.leaves),
        "faulty": paths(&receipt.faulty),
        "finalised_hash": format!("{:?}", receipt.finalised_hash),
        "previous": format!("{:?}", receipt.previous),
        "signature": hexadecimal(signed.signature.0),
    })
}

/// What was asked and where it stands, for programs.
pub(super) fn record_json(id: RequestId, record: &RequestRecord) -> Value {
    let RequestRecord { body, status, submitted_at, .. } = record;
    json!({
        "id": id.to_string(),
        "status": status.name(),
        "operation": body.operation.kind().name(),
        "format": format_name(body.operation.format()),
        "key": body.key.to_string(),
        "epoch": body.epoch,
        "requester": body.requester.to_string(),
        "policy": body.policy.to_string(),
        "payload_hash": format!("{:?}", body.payload_hash),
        "submitted_at": submitted_at,
        "expires": body.expires,
        "effect": effect_json(&body.effect),
    })
}

/// An approval or a denial, for programs.
pub(super) fn approval_json(signed: &SignedApproval) -> Value {
    let approval = &signed.approval;
    json!({
        "approver": signed.approver.to_string(),
        "key": approval.key.to_string(),
        "epoch": approval.epoch,
        "operation": approval.operation.name(),
        "payload_hash": format!("{:?}", approval.payload_hash),
        "policy": approval.policy.to_string(),
        "stage": approval.stage,
        "decision": match approval.decision {
            Decision::Approve => "approve",
            Decision::Deny => "deny",
        },
        "expires": approval.expires,
        "signature": hexadecimal(signed.signature.encode()),
    })
}

/// Requests, one a line.
pub struct RequestList(pub Vec<(RequestId, RequestRecord)>);

impl Show for RequestList {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        if self.0.is_empty() {
            return writeln!(out, "no requests yet; make one with `regent request sign`");
        }
        for (id, record) in &self.0 {
            writeln!(
                out,
                "{id}  block {:<6} {:<8} {:<20} {}",
                record.submitted_at,
                record.body.operation.kind().name(),
                status_words(record.status),
                effect_lines(&record.body.effect).into_iter().next().unwrap_or_default()
            )?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.0.iter().map(|(id, record)| record_json(*id, record)).collect()
    }
}

/// What came of an operation.
pub struct OutcomeView<'a> {
    /// The request.
    pub id: RequestId,
    /// The enclave's answer and the receipt's place.
    pub executed: &'a Executed,
    /// What is to be broadcast or handed on.
    pub assembled: Option<Vec<u8>>,
    /// The plaintext, where it is to be shown.
    pub plaintext: Option<&'a [u8]>,
    /// Where the plaintext was written instead.
    pub written_to: Option<String>,
    /// All phases.
    pub timings: Timings,
}

impl Show for OutcomeView<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "request    {}", self.id)?;
        if self.plaintext.is_none() && self.written_to.is_none() {
            for signature in &self.executed.outcome.result {
                writeln!(out, "signature  {}", hexadecimal(signature))?;
            }
        }
        if let Some(assembled) = &self.assembled {
            writeln!(out, "result     {}", hexadecimal(assembled))?;
        }
        if let Some(plaintext) = self.plaintext {
            writeln!(out, "plaintext  {}", hexadecimal(plaintext))?;
        }
        if let Some(path) = &self.written_to {
            writeln!(out, "plaintext  in {path}")?;
        }
        for leaf in &self.executed.outcome.faulty {
            writeln!(out, "faulty     the share of leaf {leaf} was wrong, and not needed")?;
        }
        if let Some(inclusion) = &self.executed.receipt_in {
            writeln!(out, "receipt    in block {} {:?}", inclusion.number, inclusion.block)?;
        }
        for (phase, took) in &self.timings.0 {
            writeln!(out, "{:<10} {} ms", phase.name(), took.as_millis())?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "attempt": self.executed.attempt,
            "result": self.executed.outcome.result.iter().map(hexadecimal).collect::<Vec<_>>(),
            "assembled": self.assembled.as_ref().map(hexadecimal),
            "plaintext": self.plaintext.map(hexadecimal),
            "written_to": self.written_to,
            "faulty": self.executed.outcome.faulty.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "receipt": receipt_json(&self.executed.outcome.receipt),
            "receipt_block": self.executed.receipt_in.as_ref().map(|at| at.number),
            "timings": self.timings,
        })
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::{AgentId, H256};

    use super::*;
    use crate::output::text;

    #[test]
    fn an_enrolment_names_its_agents_and_thresholds() {
        let agents: Vec<_> = (1..=5).map(|byte| AgentId(H256::repeat_byte(byte))).collect();
        let flat = AccessTree::threshold_of_agents(2, &agents[..3]).expect("a tree");
        let named = |agent: &AgentId| format!("  agent {agent}");
        let expected: Vec<_> =
            ["2 of 3:".to_owned()].into_iter().chain(agents[..3].iter().map(named)).collect();
        assert_eq!(tree_lines(&flat), expected);

        let leaf = |at: usize| TreeNode::Leaf(Participant::Agent(agents[at]));
        let gate = |threshold, children| TreeNode::Gate { threshold, children };
        let nested =
            AccessTree::new(vec![gate(2, 3), leaf(0), gate(1, 2), leaf(1), leaf(2), leaf(3)]);
        assert_eq!(
            tree_lines(&nested.expect("a tree")),
            [
                "2 of 3:".to_owned(),
                named(&agents[0]),
                "  1 of 2:".to_owned(),
                format!("  {}", named(&agents[1])),
                format!("  {}", named(&agents[2])),
                named(&agents[3]),
            ]
        );
    }

    #[test]
    fn a_raw_payload_is_shown_whole_or_by_its_ends() {
        assert_eq!(raw_words(Some(b"hi")), "2 bytes 0x6869");
        assert_eq!(raw_words(Some(&[1; 96])), format!("96 bytes 0x{}", "01".repeat(96)));
        let long: Vec<u8> = (0..=255).collect();
        let (first, last) = (hex::encode(&long[..32]), hex::encode(&long[224..]));
        assert_eq!(
            raw_words(Some(&long)),
            format!("256 bytes, the first and last 32 of them 0x{first}..{last}; all with --json")
        );
        assert!(raw_words(None).contains("no payload"));
    }

    #[test]
    fn a_request_to_sign_raw_bytes_shows_them() {
        let body = regent_primitives::RequestBody {
            requester: regent_primitives::AccountId::new([1; 32]),
            salt: [0; 32],
            key: regent_primitives::KeyId(H256::zero()),
            epoch: 0,
            operation: Operation::Sign { format: PayloadFormat::Raw },
            payload_hash: H256::repeat_byte(2),
            effect: Effect::default(),
            policy: regent_primitives::PolicyHash(H256::zero()),
            expires: 9,
        };
        let mut state = RequestState {
            id: RequestId(H256::zero()),
            record: RequestRecord {
                body,
                status: RequestStatus::Pending { stage: 0 },
                submitted_at: 1,
                attempts: 0,
                approved_entry: None,
                last_entry: H256::zero(),
            },
            payload: Some(b"ship it".to_vec()),
            policy: crate::PolicyFile::parse(crate::POLICY_EXAMPLE)
                .and_then(|file| file.policy())
                .expect("a policy"),
            lineage: vec![],
            approvals: vec![],
            sessions: vec![],
            releases: vec![],
            refusals: vec![],
            key: None,
            receipt: None,
        };
        assert!(text(&RequestView(&state)).contains("raw          7 bytes 0x73686970206974\n"));
        let agent = AgentId(H256::repeat_byte(3));
        state.record.body.operation = Operation::Enrol {
            algorithm: regent_primitives::Algorithm::Ed25519,
            quorum: 0,
            tree: AccessTree::threshold_of_agents(1, &[agent]).expect("a tree"),
        };
        let shown = text(&RequestView(&state));
        assert!(shown.contains("needs        1 of 1:\n"), "{shown}");
        assert!(shown.contains(&format!("needs          agent {agent}\n")), "{shown}");
    }
}
