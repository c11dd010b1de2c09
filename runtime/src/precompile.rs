//! The control plane as a precompile: `contracts/interfaces/IRegent.sol`, answered by the pallets.
//!
//! The account that acts is the caller's, a contract's or a person's own; the person who signed the
//! transaction is charged, and named in the log beside a contract.
//!
//! # Weights
//!
//! Each call is charged before it does anything: by the weight of a call that does at least as much
//! (reading a request, by cancelling it; reading a member, by adding one), or as the call that people
//! make, with an entry of the log for the contract's name. Reading a key is an upper estimate.

use alloc::{format, string::String, vec::Vec};
use core::num::NonZero;

use codec::{DecodeAll, Encode};
use frame_support::{traits::Contains, weights::Weight};
use pallet_revive::precompiles::{
    alloy::{
        self,
        primitives::FixedBytes,
        sol_types::{Revert, SolValue},
    },
    AddressMatcher, Error, Ext, Precompile, H160,
};
use pallet_revive::AccountInfo;
use regent_primitives::{
    control::{ConditionControl, KeyControl, RequestControl},
    payload::{payload_hash, PayloadBytes},
    traits::{ChainInfo, KeyRegistry, MemberInspect},
    Caller, Effect, KeyId, KeyState, Operation, PolicyHash, RequestBody, RequestId, RequestStatus,
    H256,
};
use sp_runtime::{DispatchError, ModuleError};

use super::*;
use crate::contracts::ContractAccounts;

alloy::sol!("../contracts/interfaces/IRegent.sol");

use self::IRegent::IRegentCalls as Call;

/// `"RG"`: the address is `0x…52470000`.
const NUMBER: NonZero<u16> = match NonZero::new(0x5247) {
    Some(number) => number,
    None => NonZero::<u16>::MIN,
};

/// The precompile.
pub struct Regent;

/// Why a call is refused: the name that the contract reads.
fn refusal(name: impl Into<String>) -> Error {
    Error::Revert(Revert { reason: name.into() })
}

/// An error's name, as metadata has it.
pub fn name_of(error: DispatchError) -> String {
    match error {
        DispatchError::Module(ModuleError { message: Some(name), .. }) => name.into(),
        other => format!("{other:?}"),
    }
}

/// A pallet's error by its name.
fn refused(error: DispatchError) -> Error {
    refusal(name_of(error))
}

impl Precompile for Regent {
    type T = Runtime;
    type Interface = Call;
    const MATCHER: AddressMatcher = AddressMatcher::Fixed(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _address: &[u8; 20],
        input: &Call,
        env: &mut impl Ext<T = Runtime>,
    ) -> Result<Vec<u8>, Error> {
        if env.is_delegate_call() {
            return Err(refusal("DelegateCallDenied"));
        }
        if !env.value_transferred().is_zero() {
            return Err(refusal("ValueNotAccepted"));
        }
        match input {
            Call::accountOf(IRegent::accountOfCall { who }) => {
                env.charge(weights::member())?;
                account_of(H160(who.into_array()), env)
            }
            Call::membershipOf(IRegent::membershipOfCall { account }) => {
                env.charge(weights::member())?;
                Ok(membership(account.0.into()).abi_encode())
            }
            Call::keyOf(IRegent::keyOfCall { key }) => {
                env.charge(weights::key())?;
                Ok(key_of(KeyId(H256(key.0)))?.abi_encode())
            }
            Call::statusOf(IRegent::statusOfCall { request }) => {
                env.charge(weights::request())?;
                let status = Requests::status(&RequestId(H256(request.0)));
                Ok(status_of(status).abi_encode())
            }
            Call::blockTime(IRegent::blockTimeCall {}) => {
                env.charge(weights::member())?;
                Ok((System::block_number(), Timestamp::get()).abi_encode_params())
            }
            Call::isFulfilled(IRegent::isFulfilledCall { account, conditionId }) => {
                env.charge(weights::member())?;
                let (account, condition) = (account.0.into(), H256(conditionId.0));
                Ok(<Contracts as ConditionControl>::is_fulfilled(&account, &condition).abi_encode())
            }
            Call::submit(IRegent::submitCall { request }) => submit(request, env),
            Call::cancel(IRegent::cancelCall { request }) => {
                env.charge(weights::cancel())?;
                let caller = acting(env)?;
                let request = RequestId(H256(request.0));
                <Requests as RequestControl>::cancel(&caller, request).map_err(refused)?;
                Ok(Vec::new())
            }
            Call::fulfilCondition(IRegent::fulfilConditionCall { conditionId, evidenceHash }) => {
                env.charge(weights::condition())?;
                let caller = acting(env)?;
                let (condition, evidence) = (H256(conditionId.0), H256(evidenceHash.0));
                <Contracts as ConditionControl>::fulfil(&caller, condition, evidence)
                    .map_err(refused)?;
                Ok(Vec::new())
            }
            Call::withdrawCondition(IRegent::withdrawConditionCall { conditionId }) => {
                env.charge(weights::condition())?;
                let caller = acting(env)?;
                <Contracts as ConditionControl>::withdraw(&caller, H256(conditionId.0))
                    .map_err(refused)?;
                Ok(Vec::new())
            }
            Call::withdraw(IRegent::withdrawCall { key }) => {
                env.charge(weights::withdraw())?;
                let caller = acting(env)?;
                <Keys as KeyControl>::withdraw_epoch(&caller, KeyId(H256(key.0)))
                    .map_err(refused)?;
                Ok(Vec::new())
            }
            Call::transferControl(IRegent::transferControlCall { key, newOwner, newPolicy }) => {
                env.charge(weights::transfer())?;
                let caller = acting(env)?;
                let (owner, policy) = (newOwner.0.into(), PolicyHash(H256(newPolicy.0)));
                let key = KeyId(H256(key.0));
                <Keys as KeyControl>::transfer_control(&caller, key, owner, policy)
                    .map_err(refused)?;
                Ok(Vec::new())
            }
            Call::freeze(IRegent::freezeCall { key }) => {
                env.charge(weights::freeze())?;
                let caller = acting(env)?;
                <Keys as KeyControl>::freeze(&caller, KeyId(H256(key.0))).map_err(refused)?;
                Ok(Vec::new())
            }
            Call::unfreeze(IRegent::unfreezeCall { key }) => {
                env.charge(weights::freeze())?;
                let caller = acting(env)?;
                <Keys as KeyControl>::unfreeze(&caller, KeyId(H256(key.0))).map_err(refused)?;
                Ok(Vec::new())
            }
        }
    }
}

/// Who changes something.
fn acting(env: &impl Ext<T = Runtime>) -> Result<Caller, Error> {
    if env.is_read_only() {
        return Err(refusal("StateChangeDenied"));
    }
    let account = env.caller().account_id().map_err(refused)?.clone();
    let person = env.origin().account_id().map_err(refused)?.clone();
    Ok(Caller { account, person })
}

fn bytes32(bytes: impl Into<[u8; 32]>) -> FixedBytes<32> {
    FixedBytes(bytes.into())
}

/// The account behind an address; refused if nobody could act for it.
fn account_of(who: H160, env: &impl Ext<T = Runtime>) -> Result<Vec<u8>, Error> {
    let account = env.to_account_id(&who);
    let is_caller = env.caller().account_id().is_ok_and(|caller| *caller == account);
    if ContractAccounts::contains(&account)
        && !is_caller
        && !AccountInfo::<Runtime>::is_contract(&who)
    {
        return Err(refusal("UnknownAccount"));
    }
    Ok(bytes32(account).abi_encode())
}

fn membership(account: AccountId) -> IRegent::Membership {
    let institution = Consortium::institution_of(&account);
    let role = match institution {
        None => IRegent::Role::Nobody,
        Some(institution) if Consortium::is_administrator(&account, institution) => {
            IRegent::Role::Administrator
        }
        Some(_) => IRegent::Role::Member,
    };
    IRegent::Membership { role, institution: institution.unwrap_or_default() }
}

fn key_of(key: KeyId) -> Result<IRegent::Key, Error> {
    let record = <Keys as KeyRegistry>::key(&key).ok_or_else(|| refusal("UnknownKey"))?;
    let state = match record.state {
        KeyState::Pending => IRegent::KeyState::Pending,
        KeyState::Active => IRegent::KeyState::Active,
        KeyState::Retiring => IRegent::KeyState::Retiring,
        KeyState::Retired => IRegent::KeyState::Retired,
    };
    Ok(IRegent::Key {
        owner: bytes32(record.owner),
        state,
        frozen: Keys::is_frozen(&key),
        chainAuthority: record.chain_authority,
        epoch: record.token.epoch,
        policy: bytes32(record.token.policy_hash.0),
        // The index of the protocol's encoding, which has no other byte.
        algorithm: record.token.algorithm.encode().first().copied().unwrap_or(u8::MAX),
    })
}

fn status_of(status: Option<RequestStatus>) -> IRegent::RequestStatus {
    match status {
        None => IRegent::RequestStatus::Unknown,
        Some(RequestStatus::Pending { .. }) => IRegent::RequestStatus::Pending,
        Some(RequestStatus::Approved) => IRegent::RequestStatus::Approved,
        Some(RequestStatus::Executing) => IRegent::RequestStatus::Executing,
        Some(RequestStatus::Completed) => IRegent::RequestStatus::Completed,
        Some(RequestStatus::Denied) => IRegent::RequestStatus::Denied,
        Some(RequestStatus::Expired) => IRegent::RequestStatus::Expired,
        Some(RequestStatus::Cancelled) => IRegent::RequestStatus::Cancelled,
        Some(RequestStatus::Failed) => IRegent::RequestStatus::Failed,
    }
}

fn submit(request: &IRegent::Request, env: &mut impl Ext<T = Runtime>) -> Result<Vec<u8>, Error> {
    let bytes = [&request.operation, &request.effect, &request.payload];
    let length = bytes.iter().fold(0usize, |sum, part| sum.saturating_add(part.len()));
    env.charge(weights::submission(u32::try_from(length).unwrap_or(u32::MAX)))?;
    let caller = acting(env)?;

    let operation = Operation::decode_all(&mut &request.operation[..])
        .map_err(|_| refusal("InvalidOperation"))?;
    let effect =
        Effect::decode_all(&mut &request.effect[..]).map_err(|_| refusal("InvalidEffect"))?;
    let payload =
        PayloadBytes::try_from(request.payload.to_vec()).map_err(|_| refusal("PayloadTooLong"))?;
    let genesis = <Audit as ChainInfo>::genesis();
    if let Some((_, tree)) = operation.named_tree() {
        env.charge(weights::tree(tree.leaf_count() as u32))?;
    }
    let (key, epoch) = match &operation {
        Operation::Enrol { .. } => (KeyId::derive(genesis, &caller.account, &request.salt.0), 0),
        _ => {
            let key = KeyId(H256(request.key.0));
            let record = <Keys as KeyRegistry>::key(&key).ok_or_else(|| refusal("UnknownKey"))?;
            (key, record.token.epoch)
        }
    };
    let body = RequestBody {
        requester: caller.account.clone(),
        salt: request.salt.0,
        key,
        epoch,
        payload_hash: payload_hash(genesis, operation.format(), &payload),
        operation,
        effect,
        policy: PolicyHash(H256(request.policy.0)),
        expires: request.expires,
    };
    let id = <Requests as RequestControl>::submit(&caller, body, payload).map_err(refused)?;
    Ok(bytes32(id.0).abi_encode())
}

/// What the calls are charged; see the module's documentation.
mod weights {
    use pallet_regent_audit::WeightInfo as _;
    use pallet_regent_consortium::WeightInfo as _;
    use pallet_regent_contracts::WeightInfo as _;
    use pallet_regent_keys::WeightInfo as _;
    use pallet_regent_requests::WeightInfo as _;
    use regent_primitives::traits::KeyRequests;

    use super::*;

    type AuditWeight = <Runtime as pallet_regent_audit::Config>::WeightInfo;
    type ConsortiumWeight = <Runtime as pallet_regent_consortium::Config>::WeightInfo;
    type ContractsWeight = <Runtime as pallet_regent_contracts::Config>::WeightInfo;
    type KeysWeight = <Runtime as pallet_regent_keys::Config>::WeightInfo;
    type RequestsWeight = <Runtime as pallet_regent_requests::Config>::WeightInfo;

    pub fn member() -> Weight {
        ConsortiumWeight::add_member()
    }

    /// An estimate: decoding the largest token took less than 285 µs with accepting its key, as timed by
    /// hand and not by a benchmark.
    pub fn key() -> Weight {
        let database = <Runtime as frame_system::Config>::DbWeight::get();
        Weight::from_parts(285_000_000, 0).saturating_add(database.reads(4))
    }

    /// With every request that ends with the epoch.
    pub fn transfer() -> Weight {
        KeysWeight::transfer_control()
            .saturating_add(Weight::from_parts(<Requests as KeyRequests>::ending_time(), 0))
            .saturating_add(AuditWeight::append())
    }

    pub fn request() -> Weight {
        RequestsWeight::cancel()
    }

    pub fn cancel() -> Weight {
        request().saturating_add(AuditWeight::append())
    }

    pub fn condition() -> Weight {
        ContractsWeight::fulfil_condition().max(ContractsWeight::withdraw_condition())
    }

    pub fn withdraw() -> Weight {
        KeysWeight::withdraw_epoch().saturating_add(AuditWeight::append())
    }

    pub fn freeze() -> Weight {
        KeysWeight::freeze().max(KeysWeight::unfreeze()).saturating_add(AuditWeight::append())
    }

    /// With the key that is read for its epoch.
    pub fn submission(bytes: u32) -> Weight {
        RequestsWeight::submit_operation(bytes, 0)
            .saturating_add(key())
            .saturating_add(AuditWeight::append())
    }

    /// Beside the submission: a tree is checked as an enrolment's.
    pub fn tree(leaves: u32) -> Weight {
        RequestsWeight::submit_enrolment(leaves, 0)
    }
}
