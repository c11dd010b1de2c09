//! GRANDPA justifications: that more than two thirds of a set of authorities finalised a block.
//!
//! What must hold, in this order:
//!
//! 1. The size is bounded: at most two votes a member (the second proves an equivocation).
//! 2. Every voter is of the set, and no vote is there twice.
//! 3. The voters' weight is enough.
//! 4. Every signature fits the vote, the round and *this* set's number.
//! 5. The headers beside the votes lead from each of them to the lowest block voted for, with the
//!    heights that the votes name, and none is left over.
//! 6. The votes finalise the block that the justification names (`finality-grandpa` counts).
//!
//! A vote counts for its block and all blocks before it. Who voted for two blocks in one round counts
//! for both, as GRANDPA has it, and is named in the result.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use finality_grandpa::{voter_set::VoterSet, Chain, Error as GrandpaError, Message};
use regent_primitives::{BlockNumber, H256};
use sp_consensus_grandpa::{
    localized_payload_with_buffer, AuthorityId, GrandpaJustification, Precommit, SetId,
};
use sp_core::{ed25519, Pair};

use crate::{
    authorities::AuthoritySet,
    error::FinalityError,
    header::Header,
    limits::{at_most, decode, Limits},
};

/// A block that a set of authorities finalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Justified {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
    /// The round in which it was voted for.
    pub round: u64,
    /// Who voted for two blocks in that round: a reason to call their institution.
    pub equivocators: Vec<AuthorityId>,
}

/// Verifies the SCALE encoding of a justification against the set that is in office.
///
/// # Errors
/// The first of the rules above that does not hold.
pub fn verify_justification(
    bytes: &[u8],
    set: &AuthoritySet,
    limits: &Limits,
) -> Result<Justified, FinalityError> {
    let justification: GrandpaJustification<Header> =
        decode("bytes of a justification", bytes, limits.justification_bytes)?;
    at_most("votes", justification.commit.precommits.len(), set.authorities().len() * 2)?;
    limits.check_headers(&justification.votes_ancestries)?;

    let voters = set.voters()?;
    let equivocators = check_voters(&justification, &voters, set.id())?;
    check_signatures(&justification, set.id())?;
    let ancestry = Ancestry::new(&justification.votes_ancestries)?;
    ancestry.check(&justification)?;

    let (hash, number) = (justification.commit.target_hash, justification.commit.target_number);
    match finality_grandpa::validate_commit(&justification.commit, &voters, &ancestry) {
        Ok(result) if result.is_valid() => {
            Ok(Justified { number, hash, round: justification.round, equivocators })
        }
        _ => Err(FinalityError::NotFinalised { target: hash }),
    }
}

/// Rules 2 and 3. Returns who voted for two blocks.
fn check_voters(
    justification: &GrandpaJustification<Header>,
    voters: &VoterSet<AuthorityId>,
    set: SetId,
) -> Result<Vec<AuthorityId>, FinalityError> {
    let mut votes: BTreeMap<&AuthorityId, (&Precommit<Header>, bool)> = BTreeMap::new();
    let mut weight = 0u64;
    let mut equivocators = Vec::new();
    for signed in &justification.commit.precommits {
        let voter = &signed.id;
        let Some(info) = voters.get(voter) else {
            return Err(FinalityError::UnknownVoter { voter: voter.clone(), set });
        };
        match votes.get_mut(voter) {
            None => {
                votes.insert(voter, (&signed.precommit, false));
                // Cannot overflow: all weights together do not.
                weight = weight.saturating_add(info.weight().get());
            }
            Some((first, twice)) if !*twice && **first != signed.precommit => {
                *twice = true;
                equivocators.push(voter.clone());
            }
            Some(_) => return Err(FinalityError::DuplicateVote { voter: voter.clone() }),
        }
    }
    let expected = voters.threshold().get();
    if weight < expected {
        return Err(FinalityError::TooFewVotes { found: weight, expected });
    }
    Ok(equivocators)
}

/// Rule 4.
fn check_signatures(
    justification: &GrandpaJustification<Header>,
    set: SetId,
) -> Result<(), FinalityError> {
    let round = justification.round;
    let mut payload = Vec::new();
    for signed in &justification.commit.precommits {
        let message = Message::Precommit(signed.precommit.clone());
        let voter = ed25519::Public::from(signed.id.clone());
        let signature = ed25519::Signature::from(signed.signature.clone());
        let mut signed_for = |set: SetId| {
            localized_payload_with_buffer(round, set, &message, &mut payload);
            ed25519::Pair::verify(&signature, &payload, &voter)
        };
        if signed_for(set) {
            continue;
        }
        // Says what happened where a set was replaced: the neighbours are all that is tried.
        let neighbours = [set.checked_sub(1), set.checked_add(1)];
        let found = neighbours.into_iter().flatten().find(|other| signed_for(*other));
        return Err(match found {
            Some(found) => FinalityError::OtherSet { found, expected: set },
            None => FinalityError::BadSignature { voter: signed.id.clone(), round, set },
        });
    }
    Ok(())
}

/// The headers beside the votes, by their hashes.
struct Ancestry<'a>(BTreeMap<H256, &'a Header>);

impl<'a> Ancestry<'a> {
    fn new(headers: &'a [Header]) -> Result<Self, FinalityError> {
        let mut all = BTreeMap::new();
        for header in headers {
            let hash = header.hash();
            if all.insert(hash, header).is_some() {
                return Err(FinalityError::DuplicateHeader { hash });
            }
        }
        Ok(Self(all))
    }

    /// Rule 5. `finality-grandpa` relies on heights that fit the headers: with others its graph of
    /// votes would be inconsistent.
    fn check(&self, justification: &GrandpaJustification<Header>) -> Result<(), FinalityError> {
        let votes = || justification.commit.precommits.iter().map(|signed| &signed.precommit);
        let Some(base) = votes().min_by_key(|vote| vote.target_number) else {
            return Err(FinalityError::TooFewVotes { found: 0, expected: 1 });
        };
        let (base_hash, base_number) = (base.target_hash, base.target_number);
        let same = |hash: H256, found: BlockNumber, expected: BlockNumber| {
            if found == expected {
                return Ok(());
            }
            Err(FinalityError::OtherHeight { hash, found, expected })
        };

        let mut visited = BTreeSet::new();
        for vote in votes() {
            let (mut hash, mut number) = (vote.target_hash, vote.target_number);
            // What was visited leads to the base already.
            while hash != base_hash && visited.insert(hash) {
                let header = self.0.get(&hash).ok_or(FinalityError::MissingAncestry { hash })?;
                same(hash, number, header.number)?;
                hash = header.parent_hash;
                // At height 0 there is no parent; a header that names one stops there.
                number = number.checked_sub(1).ok_or(FinalityError::MissingAncestry { hash })?;
            }
            let expected = match self.0.get(&hash) {
                _ if hash == base_hash => base_number,
                Some(header) => header.number,
                None => return Err(FinalityError::MissingAncestry { hash }),
            };
            same(hash, number, expected)?;
        }
        if visited.len() != self.0.len() {
            return Err(FinalityError::UnusedHeaders {
                found: self.0.len(),
                expected: visited.len(),
            });
        }
        Ok(())
    }
}

impl Chain<H256, BlockNumber> for Ancestry<'_> {
    /// The blocks between `block` and `base`, newest first, without the two.
    fn ancestry(&self, base: H256, block: H256) -> Result<Vec<H256>, GrandpaError> {
        let mut between = Vec::new();
        let mut at = block;
        while at != base {
            if at != block {
                between.push(at);
            }
            // Ends: a header's hash covers its parent's, so there are no circles.
            at = self.0.get(&at).ok_or(GrandpaError::NotDescendent)?.parent_hash;
        }
        Ok(between)
    }
}
