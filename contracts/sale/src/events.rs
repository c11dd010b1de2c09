//! Events of `ISale.sol`.

use ink::{env::emit_event, sol::FixedBytes, Address, H160};
use regent_contract_host::{abi::Bytes32, events};
use regent_contract_logic::sale::{self, Event};

events! {
    /// The contract keeps this key from now on.
    Bound { key: Bytes32 }
    /// The seller made a request.
    Requested { request: Bytes32 }
    /// The deposit was paid.
    Reserved { amount: u128 }
    /// An oracle attested the payment.
    PaymentAttested { oracle: Address, evidence: Bytes32 }
    /// All is paid.
    Paid {}
    /// An oracle attested the payment's return.
    ReturnAttested { oracle: Address, evidence: Bytes32 }
    /// Somebody signed off.
    SignedOff { who: Address, evidence: Bytes32 }
    /// Somebody refused to, or took it back.
    Refused { who: Address, evidence: Bytes32 }
    /// A party agrees to cancel.
    CancelAgreed { who: Address }
    /// Nothing is sold; this much can be withdrawn.
    Cancelled { refund: u128 }
    /// Somebody disputes the sale.
    Disputed { until: u32 }
    /// The arbiter ruled: 0 complete, 1 unwind.
    Ruled { ruling: u8 }
    /// The next epoch was asked for: 0 for the buyer, 1 for the seller.
    Preparing { step: u8, request: Bytes32 }
    /// The buyer has the key and the seller the price.
    Settled {}
    /// The buyer withdrew a refund.
    Withdrawn { amount: u128 }
    /// The seller took the key back.
    TakenBack {}
}

/// Tells what happened, and the id of the request it made.
pub fn emit(event: Event, request: Bytes32) {
    let who = |address: regent_contract_logic::Address| H160(address.0);
    match event {
        Event::Bound(key) => emit_event(Bound { key: FixedBytes(key.0) }),
        Event::Requested => emit_event(Requested { request }),
        Event::Reserved(amount) => emit_event(Reserved { amount }),
        Event::PaymentAttested(oracle, evidence) => {
            emit_event(PaymentAttested { oracle: who(oracle), evidence: FixedBytes(evidence.0) })
        }
        Event::Paid => emit_event(Paid {}),
        Event::ReturnAttested(oracle, evidence) => {
            emit_event(ReturnAttested { oracle: who(oracle), evidence: FixedBytes(evidence.0) })
        }
        Event::SignedOff(address, evidence) => {
            emit_event(SignedOff { who: who(address), evidence: FixedBytes(evidence.0) });
        }
        Event::Refused(address, evidence) => {
            emit_event(Refused { who: who(address), evidence: FixedBytes(evidence.0) });
        }
        Event::CancelAgreed(address) => emit_event(CancelAgreed { who: who(address) }),
        Event::Cancelled(refund) => emit_event(Cancelled { refund }),
        Event::Disputed(until) => emit_event(Disputed { until }),
        Event::Ruled(ruling) => {
            emit_event(Ruled { ruling: u8::from(ruling == sale::Ruling::Unwind) });
        }
        Event::Preparing(step) => {
            emit_event(Preparing { step: u8::from(step == sale::Step::TakeBack), request });
        }
        Event::Settled => emit_event(Settled {}),
        Event::Withdrawn(amount) => emit_event(Withdrawn { amount }),
        Event::TakenBack => emit_event(TakenBack {}),
    }
}
