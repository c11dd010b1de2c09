//! What contracts may do with keys and requests, as the pallets of both offer it.

use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
    audit::AuditEvent,
    ids::{KeyId, PolicyHash, RequestId},
    payload::PayloadBytes,
    request::{RequestBody, RequestStatus},
    AccountId,
};

/// Who calls the control plane from within a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that acts: a contract's, or the person's own. Permissions are this account's alone,
    /// never the person's: else any contract a person calls could use that person's keys.
    pub account: AccountId,
    /// The person who signed the transaction, and whose institution is charged.
    pub person: AccountId,
}

impl Caller {
    /// A person without a contract in between.
    pub fn person(account: AccountId) -> Self {
        Self { person: account.clone(), account }
    }

    /// What the log says beside the act, if a contract did it.
    pub fn event(&self) -> Option<AuditEvent> {
        (self.account != self.person).then(|| AuditEvent::CalledByContract {
            contract: self.account.clone(),
            person: self.person.clone(),
        })
    }
}

/// Control over keys.
pub trait KeyControl {
    /// Whether the key's owner or governance froze it: nothing new is requested or released for it.
    fn is_frozen(key: &KeyId) -> bool;
    /// The contract that owns the key, while it is there: nobody beside it asks for what is done with the
    /// key, whoever the policy names. None if a person owns the key, or a contract that ended.
    fn live_contract(key: &KeyId) -> Option<AccountId>;
    /// The contract that owns the key and ended: what it would have had to declare, nobody can.
    fn ended_contract(key: &KeyId) -> Option<AccountId>;
    /// Freezes a key that the caller owns.
    fn freeze(caller: &Caller, key: KeyId) -> DispatchResult;
    /// Lifts the owner's freeze.
    fn unfreeze(caller: &Caller, key: KeyId) -> DispatchResult;
    /// Gives up the pending epoch of a key that the caller owns.
    fn withdraw_epoch(caller: &Caller, key: KeyId) -> DispatchResult;
    /// Makes the pending epoch active that was prepared for this owner and policy, by which the key is
    /// theirs. The log names a contract after the change.
    fn transfer_control(
        caller: &Caller,
        key: KeyId,
        new_owner: AccountId,
        new_policy: PolicyHash,
    ) -> DispatchResult;
}

/// Conditions of policies, which contracts fulfil.
pub trait ConditionControl {
    /// Whether the contract declared the condition met, and did not take that back.
    fn is_fulfilled(contract: &AccountId, condition: &H256) -> bool;
    /// Declares a condition of the calling contract met; again, with other evidence.
    fn fulfil(caller: &Caller, condition: H256, evidence: H256) -> DispatchResult;
    /// Takes that back.
    fn withdraw(caller: &Caller, condition: H256) -> DispatchResult;
}

/// Requests by contracts.
pub trait RequestControl {
    /// Submits a request of the calling account, charged to the person's institution. Returns its id.
    fn submit(
        caller: &Caller,
        body: RequestBody,
        payload: PayloadBytes,
    ) -> Result<RequestId, DispatchError>;
    /// Withdraws a request of the calling account, of which nothing was released.
    fn cancel(caller: &Caller, request: RequestId) -> DispatchResult;
    /// Where a request stands.
    fn status(request: &RequestId) -> Option<RequestStatus>;
}
