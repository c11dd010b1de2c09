//! A set of authorities: who finalises blocks, and with what weight.

use alloc::collections::BTreeSet;

use codec::{Decode, Encode, Error as CodecError, Input};
use finality_grandpa::voter_set::VoterSet;
use sp_consensus_grandpa::{AuthorityId, AuthorityList, SetId};

use crate::{
    error::{FinalityError, SetFault},
    limits::MAX_AUTHORITIES,
};

/// A set of authorities. One that cannot finalise anything can be neither made nor decoded.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct AuthoritySet {
    id: SetId,
    authorities: AuthorityList,
}

impl AuthoritySet {
    /// A set of this number.
    ///
    /// # Errors
    /// Nobody, too many, one twice, or weights that cannot be added.
    pub fn new(id: SetId, authorities: AuthorityList) -> Result<Self, FinalityError> {
        match fault(&authorities) {
            Some(fault) => Err(FinalityError::InvalidSet { set: id, fault }),
            None => Ok(Self { id, authorities }),
        }
    }

    /// Its number.
    pub const fn id(&self) -> SetId {
        self.id
    }

    /// Who is of it, with their weights.
    pub fn authorities(&self) -> &[(AuthorityId, u64)] {
        &self.authorities
    }

    /// The set that takes over from this one.
    pub(crate) fn replaced_by(&self, next: AuthorityList) -> Result<Self, FinalityError> {
        // A chain with a change in every block gets to the last number in billions of years.
        Self::new(self.id.saturating_add(1), next)
    }

    /// The set as votes are counted by.
    pub(crate) fn voters(&self) -> Result<VoterSet<AuthorityId>, FinalityError> {
        VoterSet::new(self.authorities.iter().cloned())
            .ok_or(FinalityError::InvalidSet { set: self.id, fault: SetFault::Weight })
    }
}

fn fault(authorities: &AuthorityList) -> Option<SetFault> {
    if authorities.is_empty() {
        return Some(SetFault::Empty);
    }
    if authorities.len() > MAX_AUTHORITIES {
        return Some(SetFault::TooMany);
    }
    let distinct: BTreeSet<&AuthorityId> = authorities.iter().map(|(id, _)| id).collect();
    if distinct.len() != authorities.len() {
        return Some(SetFault::Repeated);
    }
    let weights = authorities.iter().try_fold(0u64, |sum, (_, weight)| match weight {
        0 => None,
        weight => sum.checked_add(*weight),
    });
    weights.is_none().then_some(SetFault::Weight)
}

impl Decode for AuthoritySet {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        let (id, authorities) = Decode::decode(input)?;
        Self::new(id, authorities).map_err(|_| CodecError::from("not a set of authorities"))
    }
}
