//! Events of `IDelegation.sol`.

use ink::{env::emit_event, sol::FixedBytes, Address, H160};
use regent_contract_host::{abi::Bytes32, events};
use regent_contract_logic::delegation::Event;

events! {
    /// The contract keeps this key from now on; the mandate begins.
    Bound { key: Bytes32 }
    /// The controller made a request.
    Requested { who: Address, request: Bytes32 }
    /// The owner recalled the adviser. The key is frozen up to this block at least, if it is.
    Recalled { until: u32 }
    /// The key was frozen.
    Frozen {}
    /// The freeze was lifted.
    Unfrozen {}
    /// The next epoch was asked for, for the owner.
    Preparing { request: Bytes32 }
    /// What was prepared is dropped.
    Abandoned {}
    /// The key is the owner's own.
    Released {}
}

/// Tells what happened, and the id of the request it made.
pub fn emit(event: Event, request: Bytes32) {
    match event {
        Event::Bound(key) => emit_event(Bound { key: FixedBytes(key.0) }),
        Event::Requested(who) => emit_event(Requested { who: H160(who.0), request }),
        Event::Recalled(until) => emit_event(Recalled { until }),
        Event::Frozen => emit_event(Frozen {}),
        Event::Unfrozen => emit_event(Unfrozen {}),
        Event::Preparing => emit_event(Preparing { request }),
        Event::Abandoned => emit_event(Abandoned {}),
        Event::Released => emit_event(Released {}),
    }
}
