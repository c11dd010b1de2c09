//! Cases and steps by the names that people type.

use clap::ValueEnum;
use regent_contract_abi::IInheritance;

/// What can be proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CaseName {
    /// The owner died.
    Death,
    /// The owner can no longer decide.
    Incapacity,
    /// The owner can decide again.
    Recovery,
}

/// A step by which control passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StepName {
    /// The owner died: to an heir, or to all of them.
    Succeed,
    /// The owner cannot decide: to the guardian.
    Appoint,
    /// The owner can again, or the guardian's term is over: back to the owner.
    Restore,
    /// The heir is of age: from the trustee to the heir.
    Majority,
    /// The owner revoked: out of the contract, to the owner's own account.
    Release,
}

impl CaseName {
    /// As the contract has it.
    pub const fn case(self) -> IInheritance::Case {
        match self {
            Self::Death => IInheritance::Case::Death,
            Self::Incapacity => IInheritance::Case::Incapacity,
            Self::Recovery => IInheritance::Case::Recovery,
        }
    }
}

impl StepName {
    /// As the contract has it.
    pub const fn step(self) -> IInheritance::Step {
        match self {
            Self::Succeed => IInheritance::Step::Succeed,
            Self::Appoint => IInheritance::Step::Appoint,
            Self::Restore => IInheritance::Step::Restore,
            Self::Majority => IInheritance::Step::Majority,
            Self::Release => IInheritance::Step::Release,
        }
    }

    /// As it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeed => "succeed",
            Self::Appoint => "appoint",
            Self::Restore => "restore",
            Self::Majority => "majority",
            Self::Release => "release",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_typed_by_its_name() {
        for step in StepName::value_variants() {
            assert_eq!(StepName::from_str(step.name(), false).as_ref(), Ok(step));
        }
    }
}
