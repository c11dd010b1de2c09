//! What the owner lays down.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{
    attestation::{are_distinct, is_threshold, Attestors, Case},
    bounds::{MAX_CONTESTERS, MAX_HEIRS},
    countdown::{check_period, Pace},
    Address, BlockNumber, Error, Hash, Party, PolicyId,
};

/// Who is in control for an heir who is not of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Minority {
    /// The first block at which the heir is of age.
    pub until: BlockNumber,
    /// In control until then.
    pub trustee: Address,
    /// The trustee's policy, which is narrower as a rule.
    pub policy: PolicyId,
}

/// Who inherits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Heir {
    /// Who.
    pub party: Party,
    /// If the heir is a minor.
    pub minority: Option<Minority>,
}

/// How control passes on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Succession {
    /// To one of the heirs: the first, or who comes after those that declined or let their turn pass.
    InOrder {
        /// At most [`MAX_HEIRS`].
        heirs: Vec<Heir>,
        /// Blocks after which the next in order may take over as well.
        turn: u32,
    },
    /// To all heirs together. The contract keeps the key for them; the policy says how many of them
    /// have to sign.
    Together {
        /// At most [`MAX_HEIRS`].
        heirs: Vec<Address>,
        /// How many of them have to accept.
        threshold: u8,
        /// Under which they use the key.
        policy: PolicyId,
    },
}

/// Who is in control while the owner cannot decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Guardian {
    /// Who.
    pub address: Address,
    /// The guardian's policy, which is narrower as a rule.
    pub policy: PolicyId,
    /// Blocks after which control can return to the owner without anybody's attestation.
    pub term: u32,
}

/// All terms. They never change: an owner who wants others revokes, and makes a new contract.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// Whose key it is.
    pub owner: Party,
    /// Who inherits it.
    pub succession: Succession,
    /// For incapacity, if it is provided for.
    pub guardian: Option<Guardian>,
    /// Who attests what.
    pub attestors: Attestors,
    /// Who may carry out every step.
    pub executor: Option<Address>,
    /// Who may contest beside the owner, at most [`MAX_CONTESTERS`].
    pub contesters: Vec<Address>,
    /// How many times they may, all together: without a bound, one of them could keep heirs out for
    /// good.
    pub contests: u8,
    /// Blocks without a proof of life after which silence can be reported.
    pub interval: u32,
    /// Blocks after a report in which the owner can still give a proof of life.
    pub grace: u32,
    /// Blocks in which a proven case can be contested before it takes effect. Afterwards it still can,
    /// until it is executed.
    pub contest: u32,
    /// How fast the chain is, to know its halts.
    pub pace: Pace,
    /// The condition of the key's policy that a step which is due fulfils, if the policy has one: a proven
    /// case, the heir's majority, a revocation.
    pub condition: Option<Hash>,
    /// By which agents the key is shared from a step on: Keccak-256 of quorum and tree, SCALE-encoded one
    /// after the other. Without, whoever prepares a step names them, and the approvers of the key's
    /// policy decide.
    pub sharing: Option<Hash>,
}

impl Succession {
    fn check(&self, owner: Address) -> Result<(), Error> {
        let addresses: Vec<Address> = match self {
            Self::InOrder { heirs, .. } => heirs.iter().map(|heir| heir.party.address).collect(),
            Self::Together { heirs, .. } => heirs.clone(),
        };
        if addresses.is_empty() || addresses.len() > MAX_HEIRS {
            return Err(Error::InvalidHeirs);
        }
        if !are_distinct(&addresses) || addresses.contains(&owner) {
            return Err(Error::InvalidHeirs);
        }
        match self {
            Self::InOrder { turn, .. } => check_period(*turn),
            Self::Together { heirs, threshold, .. } if is_threshold(*threshold, heirs.len()) => {
                Ok(())
            }
            Self::Together { .. } => Err(Error::InvalidThreshold),
        }
    }

    /// Whether this is an heir or a trustee.
    pub fn concerns(&self, who: Address) -> bool {
        match self {
            Self::InOrder { heirs, .. } => heirs.iter().any(|heir| {
                heir.party.address == who
                    || heir.minority.is_some_and(|minority| minority.trustee == who)
            }),
            Self::Together { heirs, .. } => heirs.contains(&who),
        }
    }
}

impl Terms {
    /// Whether they can be carried out.
    pub fn check(&self) -> Result<(), Error> {
        let owner = self.owner.address;
        self.succession.check(owner)?;
        self.attestors.check()?;
        self.pace.check()?;
        for period in [self.interval, self.grace, self.contest] {
            check_period(period)?;
        }
        if let Some(guardian) = &self.guardian {
            check_period(guardian.term)?;
            if guardian.address == owner {
                return Err(Error::InvalidGuardian);
            }
        }
        if self.attestors.contains(owner) {
            return Err(Error::OwnerAttests);
        }
        if self.contesters.len() > MAX_CONTESTERS || !are_distinct(&self.contesters) {
            return Err(Error::InvalidContesters);
        }
        let provable = |case| self.attestors.can_prove(case);
        if !provable(Case::Death) || provable(Case::Incapacity) != self.guardian.is_some() {
            return Err(Error::InvalidCombination);
        }
        if provable(Case::Recovery) && self.guardian.is_none() {
            return Err(Error::InvalidCombination);
        }
        Ok(())
    }

    /// Whether this party has a part in the contract beside the owner, and may push it forward.
    pub fn concerns(&self, who: Address) -> bool {
        self.executor == Some(who)
            || self.succession.concerns(who)
            || self.attestors.contains(who)
            || self.guardian.is_some_and(|guardian| guardian.address == who)
    }
}
