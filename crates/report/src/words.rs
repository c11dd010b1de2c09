//! How values are told to people.

use regent_evidence::{FieldKind, Finding};
use regent_payload::units::{show_amount, show_recipient};
use regent_primitives::{
    AccountId, AgentId, Asset, BitcoinNetwork, Effect, EvidenceKind, KeyId, Measurement, Operation,
    OperationKind, PayloadFormat, PolicyHash, RefusalReason, RequestId, RequestStatus, H256,
};

use crate::{
    identifier::IdentifierKind,
    model::{Text, Tone},
};

pub(crate) fn operation(id: RequestId) -> Text {
    Text::identifier(IdentifierKind::Operation, id)
}

pub(crate) fn key(id: KeyId) -> Text {
    Text::identifier(IdentifierKind::Key, id)
}

pub(crate) fn policy(hash: PolicyHash) -> Text {
    Text::identifier(IdentifierKind::Policy, hash)
}

pub(crate) fn account(account: &AccountId) -> Text {
    Text::identifier(IdentifierKind::Account, account)
}

pub(crate) fn agent(agent: AgentId) -> Text {
    Text::identifier(IdentifierKind::Agent, agent)
}

/// A hash; its own `Display` leaves digits out.
pub(crate) fn hash(kind: IdentifierKind, hash: H256) -> Text {
    Text::identifier(kind, format!("{hash:?}"))
}

/// A name that somebody chose. What is not seen, or turns the direction of what follows, stands as its
/// number.
pub(crate) fn name(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().fold(String::new(), |mut shown, c| {
        if c.is_control() || is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// Unicode's marks of direction and joining, separators of lines, and the byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// A measurement with its kind.
pub(crate) fn measurement(measurement: &Measurement) -> Text {
    let digest = hash(IdentifierKind::Measurement, measurement.digest);
    evidence_kind(measurement.kind).then(" ").then(digest)
}

/// What produced evidence.
pub(crate) fn evidence_kind(kind: EvidenceKind) -> Text {
    match kind {
        EvidenceKind::Simulated => Text::from("simulated").toned(Tone::Caution),
    }
}

/// A kind of operation, as a heading says it.
pub(crate) const fn kind(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Enrol => "create a key",
        OperationKind::Sign => "sign",
        OperationKind::Decrypt => "decrypt",
        OperationKind::Refresh => "new shares of the same key",
        OperationKind::Reshare => "same key, other holders of shares",
        OperationKind::Transfer => "hand the key to another owner",
    }
}

/// What an operation is to do.
pub(crate) fn operation_words(operation: &Operation, effect: &Effect) -> Text {
    let kind = Text::from(kind(operation.kind()));
    match operation {
        Operation::Enrol { algorithm, quorum, tree } => kind.then(format!(
            ": {}, for {} holders of shares, of quorum {quorum}",
            algorithm.name(),
            tree.leaf_count()
        )),
        Operation::Sign { format } => {
            let head = kind.then(format!(" {}", payload(*format)));
            let moves = effect_lines(effect);
            if moves.is_empty() {
                return head;
            }
            Text::lines(core::iter::once(head).chain(moves))
        }
        Operation::Decrypt { .. } => {
            kind.then(": the result is sealed to a key that the request names")
        }
        Operation::Refresh => kind,
        Operation::Reshare { quorum, tree } => {
            let leaves = tree.leaf_count();
            kind.then(format!(": {leaves} from now on, of quorum {quorum}"))
        }
        Operation::Transfer { owner, policy: next, .. } => {
            kind.then(": ").then(account(owner)).then(", under policy ").then(policy(*next))
        }
    }
}

/// How a payload is read.
const fn payload(format: PayloadFormat) -> &'static str {
    match format {
        PayloadFormat::Raw => "bytes that nobody parsed",
        PayloadFormat::EthereumTransaction => "an Ethereum transaction",
        PayloadFormat::BitcoinPsbt => "a Bitcoin transaction",
        PayloadFormat::Empty => "nothing",
    }
}

/// What is transferred, and the fee: a text each.
pub(crate) fn effect_lines(effect: &Effect) -> Vec<Text> {
    let transfers = effect.transfers.iter().map(|transfer| {
        let recipient = show_recipient(&transfer.asset, &transfer.recipient);
        Text::from(show_amount(&transfer.asset, transfer.amount))
            .then(" to ")
            .then(Text::identifier(IdentifierKind::Recipient, recipient))
            .then(", ")
            .then(asset(&transfer.asset))
    });
    let fee = effect.fee.iter().map(|fee| {
        Text::from(format!("fee of at most {}, ", show_amount(&fee.asset, fee.amount)))
            .then(asset(&fee.asset))
    });
    transfers.chain(fee).collect()
}

/// Which asset, on which network.
pub(crate) fn asset(asset: &Asset) -> Text {
    match asset {
        Asset::Ether { chain_id } => Text::from(format!("Ethereum network {chain_id}")),
        Asset::Erc20 { chain_id, contract } => {
            let contract = regent_payload::ethereum::checksummed(*contract);
            Text::from("token ")
                .then(Text::identifier(IdentifierKind::Token, contract))
                .then(format!(" on Ethereum network {chain_id}"))
        }
        Asset::Bitcoin { network } => Text::from(match network {
            BitcoinNetwork::Main => "Bitcoin",
            BitcoinNetwork::Test => "Bitcoin's test network",
            BitcoinNetwork::Regtest => "a private Bitcoin network",
        }),
    }
}

/// Where an operation stands.
pub(crate) fn status(status: RequestStatus) -> Text {
    let (words, tone) = match status {
        RequestStatus::Pending { stage } => {
            let stage = u16::from(stage).saturating_add(1);
            return Text::from(format!("waits for approvals, stage {stage}"));
        }
        RequestStatus::Approved => ("approved, not carried out", Tone::Plain),
        RequestStatus::Executing => ("being carried out", Tone::Plain),
        RequestStatus::Completed => ("completed", Tone::Good),
        RequestStatus::Denied => ("denied", Tone::Caution),
        RequestStatus::Expired => ("expired", Tone::Caution),
        RequestStatus::Cancelled => ("cancelled", Tone::Caution),
        RequestStatus::Failed => ("failed", Tone::Bad),
    };
    Text::from(words).toned(tone)
}

/// Why an agent did not release.
pub(crate) const fn refusal(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::NotApproved => "it is not approved in final state",
        RefusalReason::InvalidApprovals => "an approval is missing, out of order or wrongly signed",
        RefusalReason::PolicyViolated => "the policy does not allow it",
        RefusalReason::PayloadMismatch => {
            "the payload is not the approved one, or does something else than declared"
        }
        RefusalReason::EvidenceRejected => "the enclave's evidence was not accepted",
        RefusalReason::StaleHead => "the newest final block was too old",
        RefusalReason::AttemptConflict => "another attempt of the request was open",
        RefusalReason::LabelUsed => "its share for this was used up or destroyed",
        RefusalReason::ShareMismatch => "its share does not fit the key",
        RefusalReason::DeadlinePassed => "the request or the session was past its deadline",
        RefusalReason::UnknownRuntime => "the chain runs code that the agent does not know",
    }
}

/// What a finding means.
pub(crate) fn finding(finding: Finding) -> Text {
    let (words, tone) = match finding {
        Finding::Simulated => {
            ("simulated: no hardware is shown to have protected the key", Tone::Caution)
        }
        Finding::Unaccounted => {
            ("unaccounted: shares were released in an attempt without a receipt", Tone::Bad)
        }
        Finding::Raw => {
            ("raw: nobody parsed the payload; people approved its bytes", Tone::Caution)
        }
        Finding::Conditions => {
            ("conditions: that those of its policy were met is the chain's word", Tone::Caution)
        }
    };
    Text::from(words).toned(tone)
}

/// What is withheld, and what cannot be checked or read without it.
pub(crate) const fn withheld(kind: FieldKind) -> (&'static str, &'static str) {
    match kind {
        FieldKind::Policy => {
            ("a policy", "who had to approve, what was allowed, and whether requests kept to it")
        }
        FieldKind::Token => (
            "a key's token",
            "who holds the key's shares, and whether the right ones were released",
        ),
        FieldKind::Record => (
            "a request",
            "who asked for what, and whether approvals, sessions, releases and receipt are for it",
        ),
        FieldKind::History => (
            "an operation's history",
            "when each step happened, by whom, and whether all steps are here",
        ),
        FieldKind::Payload => ("a payload", "what exactly was signed or decrypted"),
        FieldKind::Receipt => ("a receipt", "what the enclave states that it did"),
        FieldKind::Released => {
            ("which shares were released", "whether the chain counts the releases shown here")
        }
        FieldKind::Approvals => (
            "approvals",
            "the signatures of those who approved; their names are in the history, too",
        ),
        FieldKind::Session => {
            ("an enclave's session", "which enclave carried the operation out, and its evidence")
        }
        FieldKind::Release => ("an agent's release", "who released a share, and the signature"),
        FieldKind::Refusal => ("an agent's refusal", "who refused and why, and the signature"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_show_what_would_not_be_seen() {
        assert_eq!(name("Tresor – Zürich 東京".as_bytes()), "Tresor – Zürich 東京");
        assert_eq!(name("a\u{202e}b\nc\u{200b}".as_bytes()), r"a\u{202e}b\u{a}c\u{200b}");
        assert_eq!(name(b"\xff"), "\u{fffd}");
    }

    #[test]
    fn every_kind_that_can_be_withheld_has_words_of_its_own() {
        let names: BTreeSet<_> = FieldKind::ALL.into_iter().map(|kind| withheld(kind).0).collect();
        assert_eq!(names.len(), FieldKind::ALL.len());
    }
}
