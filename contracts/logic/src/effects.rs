//! What a message wants done, as data.

use alloc::{vec, vec::Vec};

use crate::types::{Account, Address, Amount, BlockNumber, Hash, KeyId, PolicyId, RequestId};

/// A request to the control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Makes it unique among the contract's requests.
    pub salt: [u8; 32],
    /// The key; ignored for an enrolment.
    pub key: KeyId,
    /// `Operation` of the protocol, SCALE-encoded.
    pub operation: Vec<u8>,
    /// `Effect` of the protocol, SCALE-encoded.
    pub effect: Vec<u8>,
    /// The payload.
    pub payload: Vec<u8>,
    /// The policy it is made under.
    pub policy: PolicyId,
    /// The last block at which it can be approved or released.
    pub expires: BlockNumber,
}

/// One thing to do. If it fails, the whole call has to revert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Submit a request, and tell the state its id ([`Remember`]). A call submits one at most.
    Submit(Request),
    /// Cancel a request of which nothing was released.
    Cancel(RequestId),
    /// Tell the key's policy that a condition is met that only this contract can fulfil.
    FulfilCondition {
        /// The condition.
        condition: Hash,
        /// What proves it.
        evidence: Hash,
    },
    /// Take back that the condition is met.
    WithdrawCondition(Hash),
    /// Drop the pending next epoch of a key, if there is one.
    Withdraw(KeyId),
    /// Switch owner, policy and epoch of a key to those that were prepared.
    TransferControl {
        /// The key.
        key: KeyId,
        /// Who owns it from now on.
        owner: Account,
        /// Under which policy.
        policy: PolicyId,
    },
    /// Freeze a key, unless the contract has already.
    Freeze(KeyId),
    /// Lift the contract's freeze, unless governance has: nobody tells the contract.
    Unfreeze(KeyId),
    /// Pay out of what the contract holds.
    Pay {
        /// To whom.
        to: Address,
        /// How much.
        amount: Amount,
    },
}

/// A state that knows the requests it had submitted.
pub trait Remember {
    /// The request submitted last has this id.
    fn submitted(&mut self, request: RequestId);
}

/// What follows from a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects<Event> {
    /// To be done in this order, after the state was stored.
    pub actions: Vec<Action>,
    /// To be told to whoever watches.
    pub events: Vec<Event>,
}

impl<Event> Effects<Event> {
    /// Nothing to do, and one thing to tell.
    pub fn event(event: Event) -> Self {
        Self { actions: Vec::new(), events: vec![event] }
    }

    /// The same with one action more.
    #[must_use]
    pub fn and(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}
