//! What a block of 250 ms has room for, by the measured weights.

use frame_support::{
    dispatch::DispatchClass,
    traits::{Get, Hooks},
    weights::Weight,
};
use pallet_mmr::WeightInfo as _;
use pallet_regent_audit::WeightInfo as _;
use pallet_regent_policies::WeightInfo as _;
use pallet_regent_quorums::WeightInfo as _;
use pallet_regent_requests::WeightInfo as _;
use regent_primitives::bounds::{
    MAX_APPROVALS, MAX_LEAVES, MAX_PAYLOAD_BYTES, MAX_QUORUM_AGENTS, MAX_ROLE_MEMBERS,
};

use super::chain;
use crate::{
    configs::RuntimeBlockWeights,
    genesis_config_presets::LOCAL,
    weights::{self, Requests},
    Consortium, Runtime, Session,
};

/// A transaction that no block has room for could be signed and never happen.
#[test]
fn the_largest_transactions_fit_into_a_block() {
    let room = RuntimeBlockWeights::get()
        .get(DispatchClass::Normal)
        .max_extrinsic
        .expect("transactions are bounded");
    let largest: [(&str, Weight); 10] = [
        ("submit an operation", Requests::submit_operation(MAX_PAYLOAD_BYTES, 1)),
        ("submit an enrolment", Requests::submit_enrolment(MAX_LEAVES, 1)),
        ("approve", Requests::approve(MAX_APPROVALS, MAX_LEAVES)),
        ("deny", Requests::deny(MAX_APPROVALS)),
        ("open a session", Requests::open_session(MAX_LEAVES)),
        ("complete an operation", Requests::complete_operation(MAX_LEAVES)),
        ("complete an enrolment", Requests::complete_enrolment(MAX_LEAVES)),
        (
            "note a confirmation",
            Requests::note_confirmation(MAX_LEAVES)
                .saturating_add(Requests::authorize_confirmation(MAX_LEAVES)),
        ),
        ("change a policy", weights::Policies::change(MAX_ROLE_MEMBERS)),
        ("create a quorum", weights::Quorums::create_quorum(MAX_QUORUM_AGENTS)),
    ];
    for (what, weight) in largest {
        assert!(weight.all_lt(room), "{what}: {weight}, a transaction may weigh {room}");
    }
}

/// Deadlines are settled before the first transaction: they must leave room for some.
#[test]
fn the_most_deadlines_of_a_block_leave_room() {
    let most = <Runtime as pallet_regent_requests::Config>::MaxDeadlinesPerBlock::get();
    let hook = Requests::settle_closing(most).max(Requests::settle_waiting(most));
    let block = RuntimeBlockWeights::get().max_block;
    assert!(hook.ref_time() < block.ref_time() / 4, "{hook} of {block}");
}

/// Every block pays for the log's commitment, whether it has entries or not.
#[test]
fn the_commitment_of_a_block_takes_little_of_it() {
    // As many peaks as blocks can be counted with.
    let hooks = weights::Audit::close_block().saturating_add(weights::Mmr::on_initialize(32));
    let block = RuntimeBlockWeights::get().max_block;
    assert!(hooks.ref_time() < block.ref_time() / 50, "{hooks} of {block}");
}

/// The SDK claims the whole block that changes sessions, and weighs nothing of asking whether one does.
#[test]
fn only_the_block_that_changes_sessions_has_no_room() {
    chain(LOCAL).execute_with(|| {
        let read = <Runtime as frame_system::Config>::DbWeight::get().reads(1);
        assert!(read.ref_time() > 0);
        for (block, claimed) in
            [(39, Weight::zero()), (40, RuntimeBlockWeights::get().max_block), (41, Weight::zero())]
        {
            assert_eq!(Session::on_initialize(block), claimed, "block {block}");
            assert_eq!(Consortium::on_initialize(block), read, "block {block}");
        }
    });
}
