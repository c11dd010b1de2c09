//! Hashes, keys and accounts: short in the text, whole in the appendix.

use std::collections::BTreeMap;

/// What an identifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// A chain, by the hash of its first block.
    Chain,
    /// A block, by its hash.
    Block,
    /// A bundle, by its id.
    Bundle,
    /// An operation, by its request's id.
    Operation,
    /// A key that is held in shares.
    Key,
    /// A version of a policy, by its hash.
    Policy,
    /// A person's, institution's or contract's account.
    Account,
    /// A recovery agent.
    Agent,
    /// A session of an enclave.
    Session,
    /// What an enclave runs, by its measurement.
    Measurement,
    /// A recipient of a transfer.
    Recipient,
    /// A token's contract.
    Token,
    /// The public half of a key.
    PublicKey,
    /// An approver's device that holds a share.
    Device,
    /// A secret of a client that is a share.
    ClientSecret,
    /// A condition of a policy, by its id.
    Condition,
    /// Anything else that a hash stands for.
    Hash,
}

impl IdentifierKind {
    /// Its name in the appendix.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Block => "block",
            Self::Bundle => "bundle",
            Self::Operation => "operation",
            Self::Key => "key",
            Self::Policy => "policy",
            Self::Account => "account",
            Self::Agent => "agent",
            Self::Session => "session",
            Self::Measurement => "measurement",
            Self::Recipient => "recipient",
            Self::Token => "token contract",
            Self::PublicKey => "public key",
            Self::Device => "device",
            Self::ClientSecret => "client's secret",
            Self::Condition => "condition",
            Self::Hash => "hash",
        }
    }
}

/// Something that is named by many digits or letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// What it names.
    pub kind: IdentifierKind,
    /// All of it.
    pub full: String,
}

/// Letters that are shown of a long identifier: the first, and the last.
const SHOWN: (usize, usize) = (10, 6);
/// Letters up to which an identifier is shown whole.
const WHOLE: usize = 24;

/// All identifiers of a report, with their short forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identifiers(BTreeMap<String, Named>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    kind: IdentifierKind,
    short: String,
}

impl Identifiers {
    /// Shortens these. Two that would look alike are shown whole: a key can be sought that begins and
    /// ends as another does.
    pub fn new(all: impl IntoIterator<Item = Identifier>) -> Self {
        let mut kinds = BTreeMap::<String, IdentifierKind>::new();
        for Identifier { kind, full } in all {
            let first = kinds.entry(full).or_insert(kind);
            *first = kind.min(*first);
        }
        let mut alike = BTreeMap::<String, usize>::new();
        for full in kinds.keys() {
            *alike.entry(shortened(full)).or_default() += 1;
        }
        let named = kinds.into_iter().map(|(full, kind)| {
            let short = shortened(&full);
            let short = if alike.get(&short) == Some(&1) { short } else { full.clone() };
            (full, Named { kind, short })
        });
        Self(named.collect())
    }

    /// What stands in the text for this one.
    pub fn short<'a>(&'a self, full: &'a str) -> &'a str {
        self.0.get(full).map_or(full, |named| &named.short)
    }

    /// Those that are not shown whole in the text, by kind: kind, short form, all of it.
    pub fn shortened(&self) -> Vec<(IdentifierKind, &str, &str)> {
        let cut = self.0.iter().filter(|(full, named)| named.short != **full);
        let mut cut: Vec<_> =
            cut.map(|(full, named)| (named.kind, named.short.as_str(), full.as_str())).collect();
        cut.sort_unstable_by_key(|(kind, _, full)| (*kind, *full));
        cut
    }
}

fn shortened(full: &str) -> String {
    let count = full.chars().count();
    if count <= WHOLE {
        return full.to_owned();
    }
    let (first, last) = SHOWN;
    let begin: String = full.chars().take(first).collect();
    let end: String = full.chars().skip(count.saturating_sub(last)).collect();
    format!("{begin}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(full: String) -> Identifier {
        Identifier { kind: IdentifierKind::Key, full }
    }

    #[test]
    fn long_ones_are_short_in_the_text_and_whole_in_the_appendix() {
        let full = format!("0x12345678{}abcdef", "0".repeat(50));
        let identifiers = Identifiers::new([key(full.clone()), key("0x12".to_owned())]);
        assert_eq!(identifiers.short(&full), "0x12345678…abcdef");
        assert_eq!(identifiers.short("0x12"), "0x12");
        let listed = [(IdentifierKind::Key, "0x12345678…abcdef", full.as_str())];
        assert_eq!(identifiers.shortened(), listed);
    }

    #[test]
    fn two_that_would_look_alike_are_shown_whole() {
        let alike = ["0", "1"].map(|middle| format!("0x12345678{}abcdef", middle.repeat(50)));
        let identifiers = Identifiers::new(alike.clone().map(key));
        for full in &alike {
            assert_eq!(identifiers.short(full), full);
        }
        assert!(identifiers.shortened().is_empty());
    }
}
