//! Requests and what came of them.

use std::io::Write;

use regent_client::flows::{Executed, Timings};
use regent_primitives::{
    runtime_api::RequestState, Decision, Effect, Operation, RequestId, RequestRecord, RequestStatus,
};
use serde_json::{json, Value};

use crate::{
    output::Show,
    payloads::format_name,
    policy_file::show_operation,
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
        let kind = show_operation(body.operation.kind());
        match &body.operation {
            Operation::Enrol { algorithm, quorum, tree } => writeln!(
                out,
                "operation    {kind} {}, quorum {quorum}, {} leaves",
                algorithm.name(),
                tree.leaf_count()
            )?,
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
            "operation": show_operation(body.operation.kind()),
            "format": format_name(body.operation.format()),
            "key": body.key.to_string(),
            "epoch": body.epoch,
            "effect": effect_json(&body.effect),
            "requester": body.requester.to_string(),
            "policy": body.policy.to_string(),
            "payload_hash": format!("{:?}", body.payload_hash),
            "payload": state.payload.as_ref().map(hexadecimal),
            "submitted_at": submitted_at,
            "expires": body.expires,
            "attempts": attempts,
            "approved_entry": state.record.approved_entry.map(|hash| format!("{hash:?}")),
            "approvals": state.approvals.iter().map(|signed| json!({
                "approver": signed.approver.to_string(),
                "stage": signed.approval.stage,
                "decision": match signed.approval.decision {
                    Decision::Approve => "approve",
                    Decision::Deny => "deny",
                },
                "expires": signed.approval.expires,
            })).collect::<Vec<_>>(),
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
fn receipt_json(signed: &regent_primitives::SignedReceipt) -> Value {
    let receipt = &signed.receipt;
    let paths = |paths: &[regent_primitives::LeafPath]| {
        paths.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    json!({
        "attempt": receipt.attempt,
        "session": receipt.session.to_string(),
        "result_hash": format!("{:?}", receipt.result_hash),
        "leaves": paths(&receipt.leaves),
        "faulty": paths(&receipt.faulty),
        "finalised_hash": format!("{:?}", receipt.finalised_hash),
        "previous": format!("{:?}", receipt.previous),
        "signature": hexadecimal(signed.signature.0),
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
                show_operation(record.body.operation.kind()),
                status_words(record.status),
                effect_lines(&record.body.effect).into_iter().next().unwrap_or_default()
            )?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.0
            .iter()
            .map(|(id, record)| {
                json!({
                    "id": id.to_string(),
                    "status": record.status.name(),
                    "operation": show_operation(record.body.operation.kind()),
                    "key": record.body.key.to_string(),
                    "requester": record.body.requester.to_string(),
                    "submitted_at": record.submitted_at,
                    "expires": record.body.expires,
                    "effect": effect_json(&record.body.effect),
                })
            })
            .collect()
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
