//! A policy's change: it counts only with enough distinct members of the predecessor's change role,
//! each with an own signature over exactly this change.

use codec::{Decode, DecodeAll, Encode};
use regent_policy::{check_change, check_lineage, Violation};
use regent_primitives::{
    bounds::{MAX_LINEAGE, MAX_ROLE_MEMBERS},
    policy::{change_message, ChangeSignature, ChangeSignatures},
    Policy, PolicyHash, H256,
};

use crate::{
    people::{populate, Person},
    rules::is_policy,
};

const GENESIS: H256 = H256([3; 32]);

/// What is made up: two policies, and who signs the change from one to the other.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Case {
    pub first: Policy,
    pub second: Policy,
    /// Makes the second name the first.
    pub linked: bool,
    pub signers: Vec<Signer>,
    /// How often the first is put before itself, to make a lineage too long.
    pub repeated: u8,
}

/// A signature.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Signer {
    pub person: Person,
    /// 0: signed by another; 1: of the change back; 2: on another chain; else none.
    pub flaw: u8,
    pub wrapped: bool,
}

impl Signer {
    fn signature(&self, from: PolicyHash, to: PolicyHash) -> ChangeSignature {
        let (signer, message) = match self.flaw {
            0 => (self.person.other(), change_message(GENESIS, from, to)),
            1 => (self.person, change_message(GENESIS, to, from)),
            2 => (self.person, change_message(H256::zero(), from, to)),
            _ => (self.person, change_message(GENESIS, from, to)),
        };
        let signature = signer.sign(message.as_bytes(), self.wrapped);
        ChangeSignature { signer: self.person.account(), signature }
    }
}

/// The encoding of a [`Case`].
pub fn check(bytes: &[u8]) {
    let Ok(mut case) = Case::decode_all(&mut &*bytes) else { return };
    case.signers.truncate(8.min(MAX_ROLE_MEMBERS as usize));
    populate(&mut case.first);
    populate(&mut case.second);
    let Case { first, mut second, linked, signers, repeated } = case;
    let from = first.hash(GENESIS);
    if linked {
        second.predecessor = Some(from);
    }
    let to = second.hash(GENESIS);
    let signatures: ChangeSignatures = signers
        .iter()
        .map(|signer| signer.signature(from, to))
        .collect::<Vec<_>>()
        .try_into()
        .expect("within the bound");
    let changed = check_change(GENESIS, &first, &second, &signatures);
    assert_eq!(changed.is_ok(), is_change(&first, &second, &signers), "{changed:?}");

    let none = ChangeSignatures::default();
    let lineage = vec![(first.clone(), none.clone()), (second, signatures)];
    assert_eq!(check_lineage(GENESIS, from, &lineage, to), changed);
    let swapped: Vec<_> = lineage.iter().rev().cloned().collect();
    assert!(from == to || check_lineage(GENESIS, from, &swapped, to).is_err());
    assert!(check_lineage(GENESIS, from, &lineage, PolicyHash::default()).is_err());
    // A policy may come once: none names itself. And no lineage is longer than any may be.
    let repeated = usize::from(repeated);
    let long = [vec![(first, none); repeated], lineage].concat();
    let answer = check_lineage(GENESIS, from, &long, to);
    assert_eq!(answer.is_ok(), repeated == 0 && changed.is_ok());
    let too_long = long.len() > MAX_LINEAGE as usize;
    assert_eq!(matches!(answer, Err(Violation::LineageTooLong { .. })), too_long);
}

fn is_change(first: &Policy, second: &Policy, signers: &[Signer]) -> bool {
    let rule = first.change_rule;
    let accounts: Vec<_> = signers.iter().map(|signer| signer.person.account()).collect();
    let role = first.roles.get(usize::from(rule.role));
    let is_new = |(at, account): (usize, _)| !accounts[..at].contains(account);
    is_policy(second)
        && second.predecessor == Some(first.hash(GENESIS))
        && accounts.iter().enumerate().all(is_new)
        && accounts.iter().all(|who| role.is_some_and(|role| role.members.contains(who)))
        && accounts.len() >= usize::from(rule.threshold.max(1))
        && signers.iter().all(|signer| signer.flaw > 2)
}
