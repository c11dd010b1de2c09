//! Events of `IInheritance.sol`.

use ink::{env::emit_event, sol::FixedBytes, Address, H160};
use regent_contract_host::{abi::Bytes32, events};
use regent_contract_logic::{
    attestation,
    inheritance::{self, Event},
};

events! {
    /// The contract keeps this key from now on.
    Bound { key: Bytes32 }
    /// The owner gave a proof of life.
    ProofOfLife {}
    /// The owner is silent. The grace period ends with this block.
    SilenceReported { until: u32 }
    /// Somebody attested. Cases: 0 death, 1 incapacity, 2 recovery.
    Attested { proves: u8, who: Address, evidence: Bytes32 }
    /// Somebody took an attestation back.
    Retracted { proves: u8, who: Address }
    /// A case is proven. Its contest period ends with this block.
    Proven { proves: u8, until: u32 }
    /// What was proven is proven no more.
    Unproven { proves: u8 }
    /// The chain had stood still: a period started anew and ends with this block.
    Restarted { until: u32 }
    /// Somebody contested a case.
    Contested { proves: u8, who: Address }
    /// An heir accepted or declined.
    Answered { who: Address }
    /// The next epoch was asked for. Steps: 0 succeed, 1 appoint, 2 restore, 3 majority, 4 release.
    Preparing { step: u8, heir: u8, request: Bytes32 }
    /// Control has passed on.
    Executed { step: u8, heir: u8 }
    /// The owner revoked the inheritance.
    Revoked {}
    /// The controller made a request.
    Requested { who: Address, request: Bytes32 }
    /// The controller froze the key.
    Frozen {}
    /// The controller lifted the freeze.
    Unfrozen {}
}

const fn number(case: attestation::Case) -> u8 {
    match case {
        attestation::Case::Death => 0,
        attestation::Case::Incapacity => 1,
        attestation::Case::Recovery => 2,
    }
}

const fn numbers(step: inheritance::Step) -> (u8, u8) {
    match step {
        inheritance::Step::Succeed(heir) => (0, heir),
        inheritance::Step::Appoint => (1, 0),
        inheritance::Step::Restore => (2, 0),
        inheritance::Step::Majority => (3, 0),
        inheritance::Step::Release => (4, 0),
    }
}

/// Tells what happened, and the id of the request it made.
pub fn emit(event: Event, request: Bytes32) {
    match event {
        Event::Bound(key) => emit_event(Bound { key: FixedBytes(key.0) }),
        Event::ProofOfLife => emit_event(ProofOfLife {}),
        Event::SilenceReported(until) => emit_event(SilenceReported { until }),
        Event::Attested(case, who, evidence) => emit_event(Attested {
            proves: number(case),
            who: H160(who.0),
            evidence: FixedBytes(evidence.0),
        }),
        Event::Retracted(case, who) => {
            emit_event(Retracted { proves: number(case), who: H160(who.0) });
        }
        Event::Proven(case, until) => emit_event(Proven { proves: number(case), until }),
        Event::Unproven(case) => emit_event(Unproven { proves: number(case) }),
        Event::Restarted(until) => emit_event(Restarted { until }),
        Event::Contested(case, who) => {
            emit_event(Contested { proves: number(case), who: H160(who.0) });
        }
        Event::Answered(who) => emit_event(Answered { who: H160(who.0) }),
        Event::Preparing(step) => {
            let (step, heir) = numbers(step);
            emit_event(Preparing { step, heir, request });
        }
        Event::Executed(step) => {
            let (step, heir) = numbers(step);
            emit_event(Executed { step, heir });
        }
        Event::Revoked => emit_event(Revoked {}),
        Event::Requested(who) => emit_event(Requested { who: H160(who.0), request }),
        Event::Frozen => emit_event(Frozen {}),
        Event::Unfrozen => emit_event(Unfrozen {}),
    }
}
