//! Who attests what, and when it is proven.
//!
//! Attestors come in groups: a medical authority, notaries, a family, a court. Each group has a
//! threshold. A combination names the groups that prove a case together; several combinations of one
//! case are alternatives ("two of the family and the notary, or a court's order").

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{
    bounds::{MAX_COMBINATIONS, MAX_GROUPS, MAX_GROUP_MEMBERS},
    Address, Error, Hash,
};

/// What can be proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Case {
    /// The owner died.
    Death,
    /// The owner can no longer decide.
    Incapacity,
    /// The owner can decide again.
    Recovery,
}

impl Case {
    /// Every case.
    pub const ALL: [Self; 3] = [Self::Death, Self::Incapacity, Self::Recovery];
}

/// In what quality attestors attest. It is for people to read; what counts is who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Kind {
    /// A medical authority: a death certificate, a medical report.
    Medical,
    /// A notary.
    Notary,
    /// The family.
    Family,
    /// A court: its order.
    Court,
}

/// Attestors of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Group {
    /// In what quality they attest.
    pub kind: Kind,
    /// Who they are, at most [`MAX_GROUP_MEMBERS`].
    pub members: Vec<Address>,
    /// How many of them have to attest.
    pub threshold: u8,
}

/// Groups that prove a case together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Combination {
    /// What they prove.
    pub case: Case,
    /// Whether the owner has to be silent as well; for [`Case::Death`] only.
    pub silence: bool,
    /// Bit `i` stands for group `i`: all of them have to attest.
    pub groups: u8,
}

/// All attestors of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Attestors {
    /// At most [`MAX_GROUPS`].
    pub groups: Vec<Group>,
    /// At most [`MAX_COMBINATIONS`].
    pub combinations: Vec<Combination>,
}

/// `1 << index`, or nothing if there is no such bit.
pub(crate) fn bit(index: usize) -> u8 {
    u32::try_from(index).ok().and_then(|index| 1u8.checked_shl(index)).unwrap_or(0)
}

/// Whether all are different.
pub(crate) fn are_distinct<T: PartialEq>(items: &[T]) -> bool {
    items
        .iter()
        .enumerate()
        .all(|(index, item)| !items.iter().skip(index.saturating_add(1)).any(|other| other == item))
}

/// Whether so many of so many make sense.
pub(crate) fn is_threshold(threshold: u8, of: usize) -> bool {
    threshold > 0 && usize::from(threshold) <= of
}

impl Attestors {
    /// Whether every list has a length it may have and every combination can come true.
    pub fn check(&self) -> Result<(), Error> {
        if self.groups.len() > MAX_GROUPS || self.combinations.len() > MAX_COMBINATIONS {
            return Err(Error::TooManyAttestors);
        }
        for group in &self.groups {
            if group.members.len() > MAX_GROUP_MEMBERS {
                return Err(Error::TooManyAttestors);
            }
            if !are_distinct(&group.members) {
                return Err(Error::AttestorTwice);
            }
            if !is_threshold(group.threshold, group.members.len()) {
                return Err(Error::InvalidThreshold);
            }
        }
        for combination in &self.combinations {
            let known = (0..self.groups.len()).fold(0, |known, index| known | bit(index));
            let death = combination.case == Case::Death;
            let proves_something = combination.groups != 0 || (combination.silence && death);
            if combination.groups & !known != 0
                || !proves_something
                || (combination.silence && !death)
            {
                return Err(Error::InvalidCombination);
            }
        }
        Ok(())
    }

    /// Whether the case can be proven at all.
    pub fn can_prove(&self, case: Case) -> bool {
        self.combinations.iter().any(|combination| combination.case == case)
    }

    /// Whether this is an attestor of any group.
    pub fn contains(&self, who: Address) -> bool {
        self.groups.iter().any(|group| group.members.contains(&who))
    }

    /// The member's bit in the group, if the group is asked in this case.
    fn member(&self, case: Case, group: u8, who: Address) -> Result<u8, Error> {
        let index = usize::from(group);
        let members = &self.groups.get(index).ok_or(Error::UnknownGroup)?.members;
        let asked = |combination: &Combination| {
            combination.case == case && combination.groups & bit(index) != 0
        };
        if !self.combinations.iter().any(asked) {
            return Err(Error::GroupNotAsked);
        }
        let position = members.iter().position(|member| *member == who);
        position.map(bit).ok_or(Error::NotAttestor)
    }
}

/// Who attested in one case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Tally {
    /// For each group its members' bits.
    marks: [u8; MAX_GROUPS],
    /// The evidence brought last.
    evidence: Option<Hash>,
}

impl Tally {
    /// Notes an attestation.
    pub fn attest(
        &mut self,
        attestors: &Attestors,
        case: Case,
        group: u8,
        who: Address,
        evidence: Hash,
    ) -> Result<(), Error> {
        let member = attestors.member(case, group, who)?;
        let marks = self.marks.get_mut(usize::from(group)).ok_or(Error::UnknownGroup)?;
        if *marks & member != 0 {
            return Err(Error::AlreadyAttested);
        }
        *marks |= member;
        self.evidence = Some(evidence);
        Ok(())
    }

    /// Takes an attestation back.
    pub fn retract(
        &mut self,
        attestors: &Attestors,
        case: Case,
        group: u8,
        who: Address,
    ) -> Result<(), Error> {
        let member = attestors.member(case, group, who)?;
        let marks = self.marks.get_mut(usize::from(group)).ok_or(Error::UnknownGroup)?;
        if *marks & member == 0 {
            return Err(Error::NotAttested);
        }
        *marks &= !member;
        Ok(())
    }

    /// Whether nobody attested.
    pub fn is_empty(&self) -> bool {
        self.marks.iter().all(|marks| *marks == 0)
    }

    /// The evidence brought last.
    pub const fn evidence(&self) -> Option<Hash> {
        self.evidence
    }

    /// Whether any combination of the case is complete.
    pub fn proves(&self, attestors: &Attestors, case: Case, silent: bool) -> bool {
        attestors.combinations.iter().any(|combination| {
            combination.case == case
                && (silent || !combination.silence)
                && attestors.groups.iter().zip(self.marks).enumerate().all(
                    |(index, (group, marks))| {
                        combination.groups & bit(index) == 0
                            || marks.count_ones() >= u32::from(group.threshold)
                    },
                )
        })
    }
}
