//! Benchmarks of the calls, with policies of the largest size.

use alloc::{boxed::Box, format, vec::Vec};

use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use regent_primitives::{
    bounds::{
        MAX_ASSET_LIMITS, MAX_CONDITIONS, MAX_MEASUREMENTS, MAX_NAME_BYTES, MAX_RECIPIENTS,
        MAX_RECIPIENT_BYTES, MAX_ROLES, MAX_ROLE_MEMBERS, MAX_STAGES,
    },
    policy::{change_message, ChangeSignature, ChangeSignatures, Name},
    traits::ChainInfo,
    AccountId, Asset, AssetLimit, BoundedVec, Condition, EvidenceKind, Measurement, OperationKind,
    Policy, Role, Stage, H256, U256,
};
use sp_core::{crypto::KeyTypeId, sr25519};
use sp_runtime::MultiSignature;

use crate::*;

/// What the benchmarks need of a runtime.
pub trait BenchmarkHelper {
    /// An account that acts for an institution in good standing.
    fn member() -> AccountId;
}

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"rbpo");

fn longest_name(start: &str) -> Name {
    let mut name = start.as_bytes().to_vec();
    name.resize(MAX_NAME_BYTES as usize, b'x');
    BoundedVec::truncate_from(name)
}

/// The largest policy that [`regent_policy::check_policy`] accepts; these change it, all of them.
fn largest_policy(name: &str, changers: &[sr25519::Public]) -> Policy {
    let changers: Vec<AccountId> = changers.iter().map(|key| AccountId::new(key.0)).collect();
    let member = |number: u32| AccountId::new(H256(U256::from(number).to_big_endian()).0);
    let mut roles: Vec<Role> = (0..MAX_ROLES)
        .map(|role| Role {
            name: longest_name(&format!("role {role} ")),
            members: BoundedVec::truncate_from((1..=MAX_ROLE_MEMBERS).map(member).collect()),
        })
        .collect();
    let threshold = changers.len() as u8;
    if let Some(role) = roles.first_mut() {
        role.members = BoundedVec::truncate_from(changers);
    }
    let recipient = |number: u32| {
        let mut bytes = number.to_be_bytes().to_vec();
        bytes.resize(MAX_RECIPIENT_BYTES as usize, 1);
        BoundedVec::truncate_from(bytes)
    };
    let limit = |chain_id: u32| AssetLimit {
        asset: Asset::Erc20 { chain_id: u64::from(chain_id), contract: [1; 20] },
        maximum: U256::MAX,
        maximum_fee: U256::MAX,
    };
    let measurement = |number: u32| Measurement {
        kind: EvidenceKind::Simulated,
        digest: H256(U256::from(number).to_big_endian()),
    };
    let condition = |number: u32| Condition {
        id: H256(U256::from(number).to_big_endian()),
        contract: AccountId::new([1; 32]),
        operations: BoundedVec::truncate_from(OperationKind::ALL.to_vec()),
    };
    Policy {
        name: longest_name(name),
        predecessor: None,
        roles: BoundedVec::truncate_from(roles),
        requesters: 1,
        stages: BoundedVec::truncate_from(
            (0..MAX_STAGES as u8).map(|role| Stage { role: role + 1, threshold: 1 }).collect(),
        ),
        operations: BoundedVec::truncate_from(alloc::vec![
            OperationKind::Enrol,
            OperationKind::Sign,
            OperationKind::Decrypt,
        ]),
        limits: BoundedVec::truncate_from((0..MAX_ASSET_LIMITS).map(limit).collect()),
        recipients: Some(BoundedVec::truncate_from((0..MAX_RECIPIENTS).map(recipient).collect())),
        allow_raw: true,
        maximum_lifetime: u32::MAX,
        measurements: BoundedVec::truncate_from((0..MAX_MEASUREMENTS).map(measurement).collect()),
        change_rule: Stage { role: 0, threshold },
        conditions: BoundedVec::truncate_from((0..MAX_CONDITIONS).map(condition).collect()),
    }
}

fn keys(count: u32) -> Vec<sr25519::Public> {
    (0..count).map(|_| sp_io::crypto::sr25519_generate(KEY_TYPE, None)).collect()
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() {
        let caller = T::BenchmarkHelper::member();
        let policy = largest_policy("first ", &keys(MAX_ROLE_MEMBERS));
        let hash = policy.hash(T::Audit::genesis());

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), Box::new(policy));

        assert!(Policies::<T>::contains_key(hash));
    }

    #[benchmark]
    fn change(s: Linear<1, MAX_ROLE_MEMBERS>) -> Result<(), BenchmarkError> {
        let caller = T::BenchmarkHelper::member();
        let genesis = T::Audit::genesis();
        let keys = keys(s);
        let first = largest_policy("first ", &keys);
        let from = first.hash(genesis);
        Pallet::<T>::create(RawOrigin::Signed(caller.clone()).into(), Box::new(first))?;
        let second = Policy { predecessor: Some(from), ..largest_policy("second ", &keys) };
        let to = second.hash(genesis);
        // As wallets sign: it is verified in both forms.
        let message = change_message(genesis, from, to);
        let message = [b"<Bytes>".as_slice(), message.as_bytes(), b"</Bytes>"].concat();
        let mut signatures = ChangeSignatures::default();
        for key in keys {
            let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &message)
                .ok_or(BenchmarkError::Stop("no keystore"))?;
            let signature = MultiSignature::Sr25519(signature);
            signatures
                .try_push(ChangeSignature { signer: AccountId::new(key.0), signature })
                .map_err(|_| BenchmarkError::Stop("too many signatures"))?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), Box::new(second), signatures);

        assert!(Pallet::<T>::lineage(&from, &to).is_some());
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
