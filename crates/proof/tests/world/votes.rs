//! Validators and what they sign.

use codec::Encode;
use finality_grandpa::Message;
use regent_proof::{AuthoritySet, Header, SetId};
use sp_consensus_grandpa::{
    localized_payload, AuthorityList, Commit, GrandpaJustification, Precommit,
};
use sp_core::{ed25519, Pair, H256};

pub type Validator = ed25519::Pair;
pub type SignedPrecommit = finality_grandpa::SignedPrecommit<
    H256,
    u32,
    sp_consensus_grandpa::AuthoritySignature,
    sp_consensus_grandpa::AuthorityId,
>;
/// The round of every vote that does not say another.
pub const ROUND: u64 = 7;

/// Validators with keys of their own; another `group` shares none with this one.
pub fn validators(group: u8, count: u16) -> Vec<Validator> {
    (0..count)
        .map(|at| {
            let mut seed = [group; 32];
            seed[..2].copy_from_slice(&at.to_le_bytes());
            Validator::from_seed(&seed)
        })
        .collect()
}

/// Their list, each with weight 1.
pub fn list(validators: &[Validator]) -> AuthorityList {
    validators.iter().map(|validator| (validator.public().into(), 1)).collect()
}

/// Them as the set of a number.
pub fn set(id: SetId, validators: &[Validator]) -> AuthoritySet {
    AuthoritySet::new(id, list(validators)).expect("a set")
}

/// How many of them finalise.
pub fn enough(validators: &[Validator]) -> usize {
    validators.len() - (validators.len() - 1) / 3
}

/// A vote for a block.
pub fn vote(
    validator: &Validator,
    hash: H256,
    number: u32,
    round: u64,
    set: SetId,
) -> SignedPrecommit {
    let precommit = Precommit::<Header> { target_hash: hash, target_number: number };
    let payload = localized_payload(round, set, &Message::Precommit(precommit.clone()));
    SignedPrecommit {
        precommit,
        signature: validator.sign(&payload).into(),
        id: validator.public().into(),
    }
}

/// Votes of all of them for one block.
pub fn votes(validators: &[Validator], target: &Header, set: SetId) -> Vec<SignedPrecommit> {
    let (hash, number) = (target.hash(), target.number);
    validators.iter().map(|validator| vote(validator, hash, number, ROUND, set)).collect()
}

/// A justification of these parts.
pub fn assembled(
    target: &Header,
    precommits: Vec<SignedPrecommit>,
    votes_ancestries: Vec<Header>,
) -> GrandpaJustification<Header> {
    GrandpaJustification {
        round: ROUND,
        commit: Commit::<Header> {
            target_hash: target.hash(),
            target_number: target.number,
            precommits,
        },
        votes_ancestries,
    }
}

/// The encoding of a justification for which just enough of them voted.
pub fn justified(validators: &[Validator], target: &Header, set: SetId) -> Vec<u8> {
    assembled(target, votes(&validators[..enough(validators)], target, set), Vec::new()).encode()
}
