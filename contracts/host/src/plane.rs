//! The control plane, as `interfaces/IRegent.sol` describes it.

use ink::{
    abi::Sol,
    env::{
        call::{build_call_sol, utils::EncodeArgsWith, ExecutionInput, Selector},
        DefaultEnvironment,
    },
    sol::FixedBytes,
    Address, SolDecode,
};
use regent_contract_logic::{Account, Hash, KeyId, PolicyId, Request, RequestId, Status};

use crate::{
    abi::{self, Bytes32},
    Refusal,
};

/// Where every Regent chain answers: `0x…52470000`.
const ADDRESS: Address =
    ink::H160([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x52, 0x47, 0, 0]);

/// `IRegent.Key`.
#[derive(Clone, Copy, Debug, ink::SolDecode)]
struct Key {
    owner: Bytes32,
    _state: u8,
    _frozen: bool,
    _chain_authority: bool,
    _epoch: u32,
    _policy: Bytes32,
    _algorithm: u8,
}

macro_rules! selector {
    ($signature:literal) => {
        Selector::new(const { ink::codegen::sol::selector_bytes($signature) })
    };
}

fn call<Args, Returned>(input: ExecutionInput<Args, Sol>) -> Result<Returned, Refusal>
where
    Args: EncodeArgsWith<Sol>,
    Returned: SolDecode,
{
    let answer = build_call_sol::<DefaultEnvironment>()
        .call(ADDRESS)
        .exec_input(input)
        .returns::<Result<Returned, Refusal>>()
        .try_invoke();
    match answer {
        Ok(Ok(answer)) => answer,
        _ => Err(Refusal::new(
            "ControlPlaneFailed: the call trapped or ran out of weight: raise the limits",
        )),
    }
}

/// Who owns a key; `None` if there is none.
pub fn owner_of(key: KeyId) -> Option<Account> {
    let input = ExecutionInput::new(selector!("keyOf(bytes32)")).push_arg(FixedBytes(key.0));
    call::<_, Key>(input).ok().map(|key| Account(key.owner.0))
}

/// Submits a request of this contract. Returns its id.
pub fn submit(request: Request) -> Result<Bytes32, Refusal> {
    let signature = selector!("submit((bytes32,bytes32,bytes,bytes,bytes,bytes32,uint32))");
    call(ExecutionInput::new(signature).push_arg(abi::Request::from(request)))
}

/// Where a request stands. What cannot be read is taken to be where nothing can stop it.
pub fn status_of(request: RequestId) -> Status {
    let input = ExecutionInput::new(selector!("statusOf(bytes32)")).push_arg(FixedBytes(request.0));
    // The numbers of `IRegent.RequestStatus`.
    match call::<_, u8>(input) {
        Ok(1) => Status::Pending,
        Ok(2) => Status::Approved,
        Ok(4) => Status::Completed,
        Ok(0 | 5..=8) => Status::Over,
        _ => Status::Executing,
    }
}

/// Withdraws a request of this contract.
pub fn cancel(request: RequestId) -> Result<(), Refusal> {
    call(ExecutionInput::new(selector!("cancel(bytes32)")).push_arg(FixedBytes(request.0)))
}

/// Drops the pending next epoch of a key, if there is one.
pub fn withdraw(key: KeyId) -> Result<(), Refusal> {
    let input = ExecutionInput::new(selector!("withdraw(bytes32)")).push_arg(FixedBytes(key.0));
    unless_done(call(input), &["NotPending"])
}

/// For these reasons there is nothing left to do.
fn unless_done(answer: Result<(), Refusal>, reasons: &[&str]) -> Result<(), Refusal> {
    match answer {
        Err(refusal) if reasons.iter().any(|reason| refusal == Refusal::new(reason)) => Ok(()),
        answer => answer,
    }
}

/// Switches owner, policy and epoch of a key.
pub fn transfer_control(key: KeyId, owner: Account, policy: PolicyId) -> Result<(), Refusal> {
    let input = ExecutionInput::new(selector!("transferControl(bytes32,bytes32,bytes32)"))
        .push_arg(FixedBytes(key.0))
        .push_arg(FixedBytes(owner.0))
        .push_arg(FixedBytes(policy.0));
    call(input)
}

/// Freezes a key, unless this contract has.
pub fn freeze(key: KeyId) -> Result<(), Refusal> {
    let input = ExecutionInput::new(selector!("freeze(bytes32)")).push_arg(FixedBytes(key.0));
    unless_done(call(input), &["AlreadyFrozen"])
}

/// Lifts this contract's freeze, unless governance has: a freeze that is left is governance's own.
pub fn unfreeze(key: KeyId) -> Result<(), Refusal> {
    let input = ExecutionInput::new(selector!("unfreeze(bytes32)")).push_arg(FixedBytes(key.0));
    unless_done(call(input), &["NotFrozen", "FrozenByGovernance"])
}

/// Fulfils a condition of a policy that only this contract can fulfil.
pub fn fulfil_condition(condition: Hash, evidence: Hash) -> Result<(), Refusal> {
    let input = ExecutionInput::new(selector!("fulfilCondition(bytes32,bytes32)"))
        .push_arg(FixedBytes(condition.0))
        .push_arg(FixedBytes(evidence.0));
    call(input)
}

/// Takes back that a condition is fulfilled.
pub fn withdraw_condition(condition: Hash) -> Result<(), Refusal> {
    let signature = selector!("withdrawCondition(bytes32)");
    call(ExecutionInput::new(signature).push_arg(FixedBytes(condition.0)))
}
