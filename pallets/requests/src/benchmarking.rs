//! Benchmarks of calls and hooks, up to their declared bounds: trees of 256 leaves, the longest
//! lineage, as many approvals as a request can hold.

mod world;

use alloc::{boxed::Box, vec::Vec};

use frame_benchmarking::v2::*;
use frame_support::traits::{Authorize, Get, Hooks};
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{MAX_APPROVALS, MAX_LEAVES, MAX_PAYLOAD_BYTES},
    receipt::result_hash,
    traits::ChainInfo,
    AccountId, AgentId, BlockNumber, BoundedVec, EnrolmentId, Evidence, Measurement, Policy,
    QuorumId, Receipt, RequestStatus, SignedReceipt, H256,
};
use sp_runtime::transaction_validity::TransactionSource;

use crate::{pallet::Call, Config, Deadlines, Offers, Pallet};
use world::{agents, last_release, record, session, sign, World};

/// What the benchmarks need of the pallets beside this one.
pub trait BenchmarkHelper {
    /// An account that acts for an institution in good standing.
    fn member() -> AccountId;
    /// Puts policies onto the chain as they are; each names the one before as its predecessor.
    fn store_policies(policies: Vec<Policy>);
    /// Registers agents and a quorum of them with a threshold of 1, and returns its number.
    fn create_quorum(agents: Vec<AgentId>) -> QuorumId;
    /// A measurement that sessions are trusted with from now on.
    fn trusted_measurement() -> Measurement;
    /// Evidence of it.
    fn evidence(report_data: H256) -> Evidence;
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// An enrolment if `l` is not 0: it has no payload, so that what it costs comes on top.
    #[benchmark]
    fn submit(
        b: Linear<0, MAX_PAYLOAD_BYTES>,
        l: Linear<0, MAX_LEAVES>,
        s: Linear<0, 1>,
    ) -> Result<(), BenchmarkError> {
        let world = World::with_leaves::<T>(if l == 0 { MAX_LEAVES } else { l })?;
        let (body, payload) = if l == 0 {
            let key = world.active_key::<T>()?;
            let payload = alloc::vec![7; b as usize];
            (world.sign_body::<T>(key, 1, &payload)?, payload)
        } else {
            (world.enrol_body::<T>(1)?, Vec::new())
        };
        let id = body.id(T::Audit::genesis());
        let session = (s == 1).then(|| Box::new(session::<T>(id).0));
        let payload = BoundedVec::truncate_from(payload);

        #[extrinsic_call]
        _(RawOrigin::Signed(world.requester.clone()), Box::new(body), payload, session);

        assert_eq!(u32::from(record::<T>(id)?.attempts), s);
        Ok(())
    }

    /// The last approval, which offers the leaves.
    #[benchmark]
    fn approve(
        a: Linear<1, MAX_APPROVALS>,
        l: Linear<1, MAX_LEAVES>,
    ) -> Result<(), BenchmarkError> {
        let world = World::with_approvals::<T>(agents(l), a)?;
        let key = world.active_key::<T>()?;
        let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[])?)?;
        let (session, _) = session::<T>(id);
        let origin = RawOrigin::Signed(world.requester.clone());
        Pallet::<T>::open_session(origin.clone().into(), Box::new(session))?;
        let last = world.nearly_approve::<T>(id)?;

        #[extrinsic_call]
        _(origin, Box::new(last));

        assert_eq!(record::<T>(id)?.status, RequestStatus::Approved);
        Ok(())
    }

    #[benchmark]
    fn open_session(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let world = World::with_leaves::<T>(l)?;
        let key = world.active_key::<T>()?;
        let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[])?)?;
        world.approve::<T>(id)?;
        let (session, _) = session::<T>(id);

        #[extrinsic_call]
        _(RawOrigin::Signed(world.requester.clone()), Box::new(session));

        assert!(Offers::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let world = World::with_leaves::<T>(MAX_LEAVES)?;
        let key = world.active_key::<T>()?;
        let id = world.submit::<T>(&world.sign_body::<T>(key, 1, &[])?)?;
        world.approve::<T>(id)?;
        let (session, _) = session::<T>(id);
        let origin = RawOrigin::Signed(world.requester.clone());
        Pallet::<T>::open_session(origin.clone().into(), Box::new(session))?;

        #[extrinsic_call]
        _(origin, id);

        assert_eq!(record::<T>(id)?.status, RequestStatus::Cancelled);
        Ok(())
    }

    #[benchmark]
    fn note(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let note = last_release::<T>(l)?;

        #[extrinsic_call]
        _(RawOrigin::Authorized, Box::new(note.clone()));

        assert!(Pallet::<T>::check_note(&note).is_err());
        Ok(())
    }

    #[benchmark]
    fn authorize_note(l: Linear<1, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let call = Call::<T>::note { note: Box::new(last_release::<T>(l)?) };

        #[block]
        {
            call.authorize(TransactionSource::External)
                .ok_or(BenchmarkError::Stop("needs no authorization"))?
                .map_err(|_| BenchmarkError::Stop("refused"))?;
        }

        Ok(())
    }

    /// An enrolment of `e` leaves; for 0, an operation with a key of `l` leaves.
    #[benchmark]
    fn complete(l: Linear<1, MAX_LEAVES>, e: Linear<0, MAX_LEAVES>) -> Result<(), BenchmarkError> {
        let world = World::with_leaves::<T>(if e == 0 { l } else { e })?;
        let genesis = T::Audit::genesis();
        let body = if e == 0 {
            let key = world.active_key::<T>()?;
            world.sign_body::<T>(key, 1, &[])?
        } else {
            world.enrol_body::<T>(1)?
        };
        let id = world.submit::<T>(&body)?;
        let (session, key) = session::<T>(id);
        let enrolment = EnrolmentId::derive(
            genesis,
            id,
            session.id,
            &session.kem_public,
            &session.signing_public,
        );
        let session_id = session.id;
        let origin = RawOrigin::Signed(world.requester.clone());
        Pallet::<T>::open_session(origin.clone().into(), Box::new(session))?;
        world.approve::<T>(id)?;
        let token = (e > 0).then(|| world.token::<T>(1, enrolment)).transpose()?;
        let leaves = world.tree.leaves().into_iter().map(|(leaf, _)| leaf).collect();
        let receipt = Receipt {
            request: id,
            attempt: 1,
            key: body.key,
            epoch: 0,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            result_hash: token.as_ref().map_or(H256::zero(), |token| result_hash(genesis, token)),
            leaves: BoundedVec::truncate_from(leaves),
            faulty: BoundedVec::default(),
            policy: body.policy,
            session: session_id,
            finalised_hash: genesis,
            previous: record::<T>(id)?.approved_entry.unwrap_or_default(),
        };
        let signature = sign(&key, receipt.message(genesis))?;

        #[extrinsic_call]
        _(origin, Box::new(SignedReceipt { receipt, signature }), token.map(Box::new));

        assert_eq!(record::<T>(id)?.status, RequestStatus::Completed);
        Ok(())
    }

    #[benchmark]
    fn on_deadlines(
        n: Linear<0, { T::MaxDeadlinesPerBlock::get() }>,
    ) -> Result<(), BenchmarkError> {
        let world = World::with_leaves::<T>(MAX_LEAVES)?;
        let key = world.active_key::<T>()?;
        let mut due: BlockNumber = 0;
        for salt in 0..n {
            let body = world.sign_body::<T>(key, salt as u8, &[])?;
            due = body.expires.saturating_add(1);
            let id = world.submit::<T>(&body)?;
            world.approve::<T>(id)?;
        }
        frame_system::Pallet::<T>::set_block_number(due.into());

        #[block]
        {
            Pallet::<T>::on_initialize(due.into());
        }

        assert!(!Deadlines::<T>::contains_key(due));
        Ok(())
    }
}
