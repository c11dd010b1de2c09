//! Where a delegation stands, and who is in control.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use super::Terms;
use crate::{
    custody::Custody, requests::OpenRequests, Address, Amount, BlockNumber, Environment, Error,
    KeyId, Remember, RequestId,
};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Standing {
    /// The key is not bound yet.
    Draft,
    /// The adviser is in control until the date, the owner from then on.
    Delegated,
    /// The owner recalled the adviser.
    Recalled,
    /// The key has left the contract: who owns it is in control.
    Left,
}

/// Whom the contract obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// The owner.
    Owner,
    /// The adviser, within bounds.
    Adviser,
    /// Nobody: the key has left.
    Nobody,
}

/// The one step by which the key leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Release;

/// All that changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct State {
    pub(super) standing: Standing,
    pub(super) custody: Custody<Release>,
    /// For each budget what was moved.
    pub(super) spent: Vec<Amount>,
    /// Requests the adviser made.
    pub(super) requests: u32,
    /// Those of them that may still be carried out.
    pub(super) open: OpenRequests,
}

/// What is told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The contract keeps this key from now on; the mandate begins.
    Bound(KeyId),
    /// The controller made a request.
    Requested(Address),
    /// The owner recalled the adviser. The key is frozen up to this block at least, if it is.
    Recalled(BlockNumber),
    /// The key was frozen.
    Frozen,
    /// The freeze was lifted.
    Unfrozen,
    /// The next epoch was asked for, for the owner.
    Preparing,
    /// What was prepared is dropped.
    Abandoned,
    /// The key is the owner's own.
    Released,
}

/// A delegation: its terms, and where it stands.
#[derive(Debug)]
pub struct Delegation<'a> {
    /// What the owner allows.
    pub terms: &'a Terms,
    /// What has become of it.
    pub state: &'a mut State,
}

impl State {
    /// The beginning.
    pub fn new(terms: &Terms, env: &impl Environment) -> Result<Self, Error> {
        terms.check(env)?;
        Ok(Self {
            standing: Standing::Draft,
            custody: Custody::default(),
            spent: terms.budgets.iter().map(|_| 0).collect(),
            requests: 0,
            open: OpenRequests::default(),
        })
    }

    /// Where it stands.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// The key.
    pub const fn key(&self) -> Option<KeyId> {
        self.custody.key()
    }

    /// For each budget what was moved.
    pub fn spent(&self) -> &[Amount] {
        &self.spent
    }

    /// Requests the adviser made.
    pub const fn requests(&self) -> u32 {
        self.requests
    }

    /// The last block in which a request of the adviser may still be carried out.
    pub fn requests_until(&self) -> BlockNumber {
        self.open.until()
    }

    /// Whether the key's return to the owner was prepared.
    pub fn is_prepared(&self) -> bool {
        self.custody.prepared().is_some()
    }

    /// Whom the contract obeys at a block. Nobody has to do anything for control to return.
    pub const fn controller(&self, terms: &Terms, block: BlockNumber) -> Controller {
        match self.standing {
            Standing::Delegated if block <= terms.until => Controller::Adviser,
            Standing::Left => Controller::Nobody,
            _ => Controller::Owner,
        }
    }
}

impl Remember for State {
    fn submitted(&mut self, request: RequestId) {
        self.custody.submitted(request);
        self.open.submitted(request);
    }
}

impl Delegation<'_> {
    pub(super) fn require_owner(&self, env: &impl Environment) -> Result<(), Error> {
        if env.value() != 0 {
            return Err(Error::NoPaymentDue);
        }
        if env.caller() != self.terms.owner.address {
            return Err(Error::NotOwner);
        }
        Ok(())
    }

    /// The caller is the owner, and in control.
    pub(super) fn require_owner_in_control(&self, env: &impl Environment) -> Result<(), Error> {
        self.require_owner(env)?;
        if self.state.controller(self.terms, env.now().block) != Controller::Owner {
            return Err(Error::NotInControl);
        }
        Ok(())
    }
}
