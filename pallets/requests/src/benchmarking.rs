//! Benchmarks of calls and hooks, up to their declared bounds: trees of 256 leaves, the largest
//! policies, the longest lineage, as many approvals and open requests as there can be.

mod world;

use alloc::{boxed::Box, vec::Vec};

use frame_benchmarking::v2::*;
use frame_support::traits::{Authorize, Get, Hooks};
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{MAX_APPROVALS, MAX_LEAVES, MAX_OPEN_OF_KEY, MAX_OPEN_REQUESTS, MAX_PAYLOAD_BYTES},
    receipt::result_hash,
    traits::{ChainInfo, KeyRegistry, SessionRegistry},
    AccountId, AgentId, AgentNote, BlockNumber, BoundedVec, Decision, Evidence, Measurement,
    Policy, QuorumId, Receipt, Release, ReleasedLeaves, RequestBody, RequestId, RequestStatus,
    SignedReceipt, H256,
};
use sp_core::sr25519;
use sp_runtime::transaction_validity::TransactionSource;

use crate::{
    pallet::Call, Config, Deadlines, NotesOf, Offers, Open, OpenOfKey, Pallet, Released, Requests,
};
use world::{crowd, fill_queue, go_to, record, session, sign, World};

/// What the benchmarks need of the pallets beside this one.
pub trait BenchmarkHelper {
    /// An account that acts for an institution in good standing.
    fn member() -> AccountId;
    /// Puts policies onto the chain as they are, with their conditions met; each names the one before as
    /// its predecessor.
    fn store_policies(policies: Vec<Policy>);
    /// Registers agents and a quorum of them with a threshold of 1, and returns its number.
    fn create_quorum(agents: Vec<AgentId>) -> QuorumId;
    /// A measurement that sessions are trusted with from now on.
    fn trusted_measurement() -> Measurement;
    /// Evidence of it.
    fn evidence(report_data: H256) -> Evidence;
}

/// A request as it stands before its deadline, with the largest record.
fn approved_enrolment<T: Config>(world: &World, salt: u8) -> Result<RequestId, BenchmarkError> {
    let id = world.submit::<T>(&world.enrol_body::<T>(salt))?;
    world.approve::<T>(id)?;
    Ok(id)
}

/// The release of the last leaf, which alone is enough, for a request that was cancelled; its offer
/// is left to be searched. No release costs all of this.
fn late_release<T: Config>(leaves: u32) -> Result<AgentNote, BenchmarkError> {
    let world = World::new::<T>(leaves, 1)?;
    let key = world.active_key::<T>()?;
    let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[]))?;
    let (session, _) = world.open_session::<T>(id, 1)?;
    world.approve::<T>(id)?;
    let offer = Offers::<T>::get(id).ok_or(BenchmarkError::Stop("no offer"))?;
    Pallet::<T>::cancel(RawOrigin::Signed(world.requester.clone()).into(), id)?;
    Offers::<T>::insert(id, offer);
    let agent = world.last_agent()?;
    let (leaf, _) = world.tree.leaves().pop().ok_or(BenchmarkError::Stop("no leaves"))?;
    let mut note = Release {
        request: id,
        attempt: 1,
        session: session.id,
        leaf,
        agent: AgentId(H256(agent.0)),
        aad: H256::zero(),
        sealed_hash: H256::zero(),
        finalised_hash: H256::zero(),
        signature: Default::default(),
    };
    note.signature = sign(agent, note.message(T::Audit::genesis()).as_bytes())?;
    Ok(AgentNote::Release(note))
}

/// The last confirmation, which activates the key.
fn last_confirmation<T: Config>(leaves: u32) -> Result<AgentNote, BenchmarkError> {
    let world = World::new::<T>(leaves, 1)?;
    let token = world.enrolled::<T>()?;
    let mut all: Vec<_> = world.confirmations(&token).collect();
    let mut last = all.pop().ok_or(BenchmarkError::Stop("no leaves"))?;
    for confirmation in all {
        T::Keys::confirm(&confirmation)?;
    }
    last.signature = sign(world.last_agent()?, last.message(T::Audit::genesis()).as_bytes())?;
    Ok(AgentNote::Confirmation(last))
}

/// What the pool does with a call of an agent, which nobody signed.
fn authorize<T: Config>(call: &Call<T>) -> Result<(), BenchmarkError> {
    call.authorize(TransactionSource::External)
        .ok_or(BenchmarkError::Stop("needs no authorization"))?
        .map_err(|_| BenchmarkError::Stop("refused"))?;
    Ok(())
}

/// Counts a leaf as released for an attempt beside the receipt's, which costs an entry of the log.
fn release_beside<T: Config>(id: RequestId) {
    let mut released = ReleasedLeaves::default();
    released.insert(2, 0);
    Released::<T>::insert(id, released);
}

/// A receipt over every leaf, for a request that is approved.
fn receipt<T: Config>(
    world: &World,
    body: &RequestBody,
    key: &sr25519::Public,
    result_hash: H256,
) -> Result<SignedReceipt, BenchmarkError> {
    let genesis = T::Audit::genesis();
    let id = body.id(genesis);
    let session = T::Sessions::session(id, 1).ok_or(BenchmarkError::Stop("no session"))?;
    let leaves = world.tree.leaves().into_iter().map(|(leaf, _)| leaf).collect();
    let leaves = BoundedVec::truncate_from(leaves);
    let receipt = Receipt {
        request: id,
        attempt: 1,
        key: body.key,
        epoch: 0,
        operation: body.operation.kind(),
        payload_hash: body.payload_hash,
        result_hash,
        leaves: leaves.clone(),
        faulty: leaves,
        policy: body.policy,
        session: session.session.id,
        finalised_hash: genesis,
        previous: record::<T>(id)?.approved_entry.unwrap_or_default(),
    };
    let signature = sign(key, receipt.message(genesis).as_bytes())?;
    Ok(SignedReceipt { receipt, signature })
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn submit_operation(
        b: Linear<0, MAX_PAYLOAD_BYTES>,
        s: Linear<0, 1>,
    ) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(MAX_LEAVES, MAX_APPROVALS)?;
        let key = world.active_key::<T>()?;
        let payload = alloc::vec![7; b as usize];
        let body = world.sign_body::<T>(key, 1, &payload);
        let id = body.id(T::Audit::genesis());
        let session = (s == 1).then(|| Box::new(session::<T>(id, 1).0));
        let payload = BoundedVec::truncate_from(payload);
        fill_queue::<T>(body.expires.saturating_add(1), MAX_OPEN_REQUESTS.saturating_sub(1));

        #[extrinsic_call]
        submit(RawOrigin::Signed(world.requester.clone()), Box::new(body), payload, session);

        assert_eq!(u32::from(record::<T>(id)?.attempts), s);
        Ok(())
    }

    #[benchmark]
    fn submit_enrolment(l: Linear<1, MAX_LEAVES>, s: Linear<0, 1>) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(l, MAX_APPROVALS)?;
        let body = world.enrol_body::<T>(1);
        let id = body.id(T::Audit::genesis());
        let session = (s == 1).then(|| Box::new(session::<T>(id, 1).0));
        let origin = RawOrigin::Signed(world.requester.clone());
        fill_queue::<T>(body.expires.saturating_add(1), MAX_OPEN_REQUESTS.saturating_sub(1));

        #[extrinsic_call]
        submit(origin, Box::new(body), BoundedVec::default(), session);

        assert_eq!(u32::from(record::<T>(id)?.attempts), s);
        Ok(())
    }

    /// The last approval, which offers the leaves.
    #[benchmark]
    fn approve(
        a: Linear<1, MAX_APPROVALS>,
        l: Linear<1, MAX_LEAVES>,
    ) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(l, a)?;
        let key = world.active_key::<T>()?;
        let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[]))?;
        world.open_session::<T>(id, 1)?;
        let last = world.nearly_decide::<T>(id, Decision::Approve)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(world.requester.clone()), Box::new(last));

        assert_eq!(record::<T>(id)?.status, RequestStatus::Approved);
        Ok(())
    }

    /// A denial in place of the last approval.
    #[benchmark]
    fn deny(a: Linear<1, MAX_APPROVALS>) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(MAX_LEAVES, a)?;
        let id = world.submit::<T>(&world.enrol_body::<T>(1))?;
        let last = world.nearly_decide::<T>(id, Decision::Deny)?;
        crowd::<T>(id)?;

        #[extrinsic_call]
        approve(RawOrigin::Signed(world.requester.clone()), Box::new(last));

        assert_eq!(record::<T>(id)?.status, RequestStatus::Denied);
        Ok(())
    }

    /// The second attempt, so that the first is looked at.
    #[benchmark]
    fn open_session(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(l, MAX_APPROVALS)?;
        let key = world.active_key::<T>()?;
        let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[]))?;
        world.approve::<T>(id)?;
        let (first, _) = world.open_session::<T>(id, 1)?;
        let past = T::Audit::block_number().saturating_add(first.lifetime).saturating_add(1);
        go_to::<T>(past);
        let (second, _) = session::<T>(id, 2);

        #[extrinsic_call]
        _(RawOrigin::Signed(world.requester.clone()), Box::new(second));

        assert!(Offers::<T>::get(id).is_some_and(|offer| offer.attempt == 2));
        Ok(())
    }

    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let world = World::new::<T>(MAX_LEAVES, 1)?;
        let id = approved_enrolment::<T>(&world, 1)?;
        world.open_session::<T>(id, 1)?;
        crowd::<T>(id)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(world.requester.clone()), id);

        assert_eq!(record::<T>(id)?.status, RequestStatus::Cancelled);
        Ok(())
    }

    #[benchmark]
    fn note_release(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let note = late_release::<T>(l)?;

        #[extrinsic_call]
        note(RawOrigin::Authorized, Box::new(note.clone()));

        let AgentNote::Release(release) = note else {
            return Err(BenchmarkError::Stop("not a release"));
        };
        assert_eq!(record::<T>(release.request)?.status, RequestStatus::Failed);
        assert!(Released::<T>::get(release.request).is_some_and(|released| released.enough));
        assert!(NotesOf::<T>::iter_values().any(|usage| usage.used > 0));
        Ok(())
    }

    #[benchmark]
    fn note_confirmation(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let note = last_confirmation::<T>(l)?;

        #[extrinsic_call]
        note(RawOrigin::Authorized, Box::new(note.clone()));

        assert!(Pallet::<T>::check_note(&note).is_err());
        assert!(NotesOf::<T>::iter_values().any(|usage| usage.used > 0));
        Ok(())
    }

    /// The confirmation that ends an epoch with all its requests: more than what it costs beside.
    #[benchmark]
    fn end_epoch(
        l: Linear<1, MAX_LEAVES>,
        n: Linear<0, MAX_OPEN_OF_KEY>,
    ) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(l, 1)?;
        let key = world.active_key::<T>()?;
        world.executing::<T>(key, n)?;
        let token = world.succeeded::<T>()?;
        let mut all: Vec<_> = world.confirmations(&token).collect();
        let last = all.pop().ok_or(BenchmarkError::Stop("no leaves"))?;
        for confirmation in all {
            T::Keys::confirm(&confirmation)?;
        }

        #[block]
        {
            T::Keys::confirm(&last)?;
        }

        assert!(T::Keys::key(&key).is_some_and(|record| record.token.epoch == 1));
        assert_eq!(OpenOfKey::<T>::get(key).len(), 0);
        Ok(())
    }

    #[benchmark]
    fn authorize_release(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let call = Call::<T>::note { note: Box::new(late_release::<T>(l)?) };

        #[block]
        {
            authorize(&call)?;
        }

        Ok(())
    }

    #[benchmark]
    fn authorize_confirmation(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let call = Call::<T>::note { note: Box::new(last_confirmation::<T>(l)?) };

        #[block]
        {
            authorize(&call)?;
        }

        Ok(())
    }

    #[benchmark]
    fn complete_operation(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(l, 1)?;
        let key = world.active_key::<T>()?;
        let body = world.sign_body::<T>(key, 1, &[]);
        let id = world.submit::<T>(&body)?;
        let (_, key) = world.open_session::<T>(id, 1)?;
        world.approve::<T>(id)?;
        crowd::<T>(id)?;
        release_beside::<T>(id);
        let receipt = receipt::<T>(&world, &body, &key, H256::zero())?;

        #[extrinsic_call]
        complete(RawOrigin::Signed(world.requester.clone()), Box::new(receipt), None);

        assert_eq!(record::<T>(id)?.status, RequestStatus::Completed);
        Ok(())
    }

    #[benchmark]
    fn complete_enrolment(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(l, 1)?;
        let genesis = T::Audit::genesis();
        let body = world.enrol_body::<T>(1);
        let id = world.submit::<T>(&body)?;
        let (session, key) = world.open_session::<T>(id, 1)?;
        world.approve::<T>(id)?;
        crowd::<T>(id)?;
        release_beside::<T>(id);
        let enrolment = session.enrolment_of(genesis, id);
        let token = world.token::<T>(1, enrolment);
        let receipt = receipt::<T>(&world, &body, &key, result_hash(genesis, &token))?;
        let origin = RawOrigin::Signed(world.requester.clone());

        #[extrinsic_call]
        complete(origin, Box::new(receipt), Some(Box::new(token)));

        assert_eq!(record::<T>(id)?.status, RequestStatus::Completed);
        assert!(T::Keys::key(&body.key).is_some());
        Ok(())
    }

    /// Requests that fail with something released.
    #[benchmark]
    fn settle_closing(
        n: Linear<0, { T::MaxDeadlinesPerBlock::get() }>,
    ) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(MAX_LEAVES, 1)?;
        let mut due: BlockNumber = 1;
        let mut ids = Vec::new();
        for salt in 0..n {
            let id = approved_enrolment::<T>(&world, salt as u8)?;
            world.open_session::<T>(id, 1)?;
            Released::<T>::insert(id, ReleasedLeaves { enough: true, ..Default::default() });
            let mut request = record::<T>(id)?;
            request.status = RequestStatus::Executing;
            due = request.body.expires.saturating_add(1);
            Requests::<T>::insert(id, request);
            ids.push(id);
        }
        go_to::<T>(due);

        #[block]
        {
            Pallet::<T>::on_initialize(due.into());
        }

        assert!(!Deadlines::<T>::contains_key(due));
        for id in ids {
            assert_eq!(record::<T>(id)?.status, RequestStatus::Failed);
        }
        Ok(())
    }

    /// Requests for which notes may still come, while all others there can be are queued in front of
    /// where they go.
    #[benchmark]
    fn settle_waiting(
        n: Linear<0, { T::MaxDeadlinesPerBlock::get() }>,
    ) -> Result<(), BenchmarkError> {
        let world = World::new::<T>(MAX_LEAVES, 1)?;
        let mut due: BlockNumber = 1;
        let mut ids = Vec::new();
        for salt in 0..n {
            let id = approved_enrolment::<T>(&world, salt as u8)?;
            due = record::<T>(id)?.body.expires.saturating_add(1);
            ids.push(id);
        }
        go_to::<T>(due.saturating_sub(1));
        for id in &ids {
            world.open_session::<T>(*id, 1)?;
        }
        let again = due.saturating_add(T::NoteGrace::get());
        fill_queue::<T>(again, MAX_OPEN_REQUESTS.saturating_sub(n));
        go_to::<T>(due);

        #[block]
        {
            Pallet::<T>::on_initialize(due.into());
        }

        assert!(!Deadlines::<T>::contains_key(due));
        for id in ids {
            assert!(Open::<T>::get(id).is_some_and(|open| open.queued_at >= again));
        }
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
