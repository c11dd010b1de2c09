//! Types of `IInheritance.sol`, and what the machine makes of them.

use alloc::vec::Vec;

use ink::Address;
use regent_contract_host::abi::{addresses, optional, optional_address, Bytes32, Party};
use regent_contract_logic::{
    attestation::{self, Attestors},
    countdown::Pace,
    inheritance, PolicyId,
};

/// `Heir`. A trustee of zero: the heir is of age.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Heir {
    pub party: Party,
    pub minor_until: u32,
    pub trustee: Address,
    pub trustee_policy: Bytes32,
}

/// `Succession`. With a threshold the heirs inherit together, else one of them in order.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Succession {
    pub heirs: Vec<Heir>,
    pub turn: u32,
    pub threshold: u8,
    pub together_policy: Bytes32,
}

/// `Guardian`. Zero: incapacity is not provided for.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Guardian {
    pub who: Address,
    pub policy: Bytes32,
    pub term: u32,
}

/// `Kind`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub enum Kind {
    Medical,
    Notary,
    Family,
    Court,
}

/// `Group`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Group {
    pub kind: Kind,
    pub members: Vec<Address>,
    pub threshold: u8,
}

/// `Case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
pub enum Case {
    Death,
    Incapacity,
    Recovery,
}

/// `Combination`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Combination {
    pub proves: Case,
    pub silence: bool,
    pub groups: u8,
}

/// `Periods`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Periods {
    pub interval: u32,
    pub grace: u32,
    pub contest: u32,
    pub block_milliseconds: u32,
    pub halt_milliseconds: u64,
}

/// `Terms`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Terms {
    pub owner: Party,
    pub succession: Succession,
    pub guardian: Guardian,
    pub groups: Vec<Group>,
    pub combinations: Vec<Combination>,
    pub executor: Address,
    pub contesters: Vec<Address>,
    pub contests: u8,
    pub periods: Periods,
    pub condition: Bytes32,
    pub sharing: Bytes32,
}

/// `Step`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub enum Step {
    Succeed,
    Appoint,
    Restore,
    Majority,
    Release,
}

/// `Standing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
pub enum Standing {
    Draft,
    Owner,
    Guardian,
    Trustee,
    Heirs,
    Revoked,
    Left,
}

impl From<Heir> for inheritance::Heir {
    fn from(heir: Heir) -> Self {
        let minority = optional_address(heir.trustee).map(|trustee| inheritance::Minority {
            until: heir.minor_until,
            trustee,
            policy: PolicyId(heir.trustee_policy.0),
        });
        Self { party: heir.party.into(), minority }
    }
}

impl From<Succession> for inheritance::Succession {
    fn from(succession: Succession) -> Self {
        let Succession { heirs, turn, threshold, together_policy } = succession;
        if threshold == 0 {
            return Self::InOrder { heirs: heirs.into_iter().map(Into::into).collect(), turn };
        }
        Self::Together {
            heirs: addresses(heirs.into_iter().map(|heir| heir.party.who).collect()),
            threshold,
            policy: PolicyId(together_policy.0),
        }
    }
}

impl From<Group> for attestation::Group {
    fn from(group: Group) -> Self {
        let kind = match group.kind {
            Kind::Medical => attestation::Kind::Medical,
            Kind::Notary => attestation::Kind::Notary,
            Kind::Family => attestation::Kind::Family,
            Kind::Court => attestation::Kind::Court,
        };
        Self { kind, members: addresses(group.members), threshold: group.threshold }
    }
}

impl From<Case> for attestation::Case {
    fn from(case: Case) -> Self {
        match case {
            Case::Death => Self::Death,
            Case::Incapacity => Self::Incapacity,
            Case::Recovery => Self::Recovery,
        }
    }
}

impl From<Combination> for attestation::Combination {
    fn from(combination: Combination) -> Self {
        let Combination { proves, silence, groups } = combination;
        Self { case: proves.into(), silence, groups }
    }
}

impl From<Terms> for inheritance::Terms {
    fn from(terms: Terms) -> Self {
        let Periods { interval, grace, contest, block_milliseconds, halt_milliseconds } =
            terms.periods;
        let Guardian { who, policy, term } = terms.guardian;
        let guardian = optional_address(who).map(|address| inheritance::Guardian {
            address,
            policy: PolicyId(policy.0),
            term,
        });
        Self {
            owner: terms.owner.into(),
            succession: terms.succession.into(),
            guardian,
            attestors: Attestors {
                groups: terms.groups.into_iter().map(Into::into).collect(),
                combinations: terms.combinations.into_iter().map(Into::into).collect(),
            },
            executor: optional_address(terms.executor),
            contesters: addresses(terms.contesters),
            contests: terms.contests,
            interval,
            grace,
            contest,
            pace: Pace { block: block_milliseconds, halt: halt_milliseconds },
            condition: optional(terms.condition),
            sharing: optional(terms.sharing),
        }
    }
}

impl Step {
    /// With the heir it leads to, which counts for a succession only.
    pub const fn to(self, heir: u8) -> inheritance::Step {
        match self {
            Self::Succeed => inheritance::Step::Succeed(heir),
            Self::Appoint => inheritance::Step::Appoint,
            Self::Restore => inheritance::Step::Restore,
            Self::Majority => inheritance::Step::Majority,
            Self::Release => inheritance::Step::Release,
        }
    }
}

impl From<inheritance::Standing> for Standing {
    fn from(standing: inheritance::Standing) -> Self {
        match standing {
            inheritance::Standing::Draft => Self::Draft,
            inheritance::Standing::Owner => Self::Owner,
            inheritance::Standing::Guardian { .. } => Self::Guardian,
            inheritance::Standing::Trustee { .. } => Self::Trustee,
            inheritance::Standing::Heirs => Self::Heirs,
            inheritance::Standing::Revoked => Self::Revoked,
            inheritance::Standing::Left => Self::Left,
        }
    }
}
