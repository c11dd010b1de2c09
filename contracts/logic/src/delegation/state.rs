//! Where a delegation stands, and who is in control.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use super::Terms;
use crate::{custody::Custody, Address, Amount, BlockNumber, Environment, Error, KeyId};

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

/// All that changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct State {
    pub(super) standing: Standing,
    pub(super) custody: Custody,
    /// For each budget what was moved.
    pub(super) spent: Vec<Amount>,
    /// Requests the adviser made.
    pub(super) requests: u32,
    /// The last block in which a request of the adviser may still be carried out.
    pub(super) requests_until: BlockNumber,
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
            requests_until: 0,
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
    pub const fn requests_until(&self) -> BlockNumber {
        self.requests_until
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
