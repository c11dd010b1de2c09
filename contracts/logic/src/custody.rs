//! The key a contract owns, and what is asked of the control plane for it.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{
    operation::{self, Kind},
    Account, Action, BlockNumber, Environment, Error, KeyId, PolicyId, Request,
};

/// The key of a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Custody {
    key: Option<KeyId>,
    frozen: bool,
}

/// Who the key goes to, and under which policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Who owns it then.
    pub owner: Account,
    /// What its next epoch commits to.
    pub policy: PolicyId,
}

/// What the preparation of a transfer says beside its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    /// Makes the request unique.
    pub salt: [u8; 32],
    /// Quorum and tree of the next epoch, SCALE-encoded.
    pub sharing: Vec<u8>,
    /// The policy under which it is requested: the present one, or a successor.
    pub policy: PolicyId,
    /// The last block at which it can be approved or released.
    pub expires: BlockNumber,
}

impl Custody {
    /// Takes a key on that the contract owns, once.
    pub fn bind(&mut self, env: &impl Environment, key: KeyId) -> Result<(), Error> {
        if self.key.is_some() {
            return Err(Error::KeyBound);
        }
        if env.owner_of(key) != Some(env.own_account()) {
            return Err(Error::KeyNotOwned);
        }
        self.key = Some(key);
        Ok(())
    }

    /// The key, if there is one.
    pub const fn key(&self) -> Option<KeyId> {
        self.key
    }

    /// The key, which the contract has to own still.
    pub fn held(&self, env: &impl Environment) -> Result<KeyId, Error> {
        let key = self.key.ok_or(Error::KeyNotBound)?;
        if env.owner_of(key) != Some(env.own_account()) {
            return Err(Error::KeyNotOwned);
        }
        Ok(key)
    }

    /// A request of whoever is in control.
    pub fn submit(
        &self,
        env: &impl Environment,
        request: Request,
        allowed: &[Kind],
    ) -> Result<Action, Error> {
        if operation::check(&request, allowed)? != Kind::Enrol && request.key != self.held(env)? {
            return Err(Error::OtherKey);
        }
        Ok(Action::Submit(request))
    }

    /// Freezes the key.
    pub fn freeze(&mut self, env: &impl Environment) -> Result<Action, Error> {
        let key = self.held(env)?;
        if self.frozen {
            return Err(Error::KeyFrozen);
        }
        self.frozen = true;
        Ok(Action::Freeze(key))
    }

    /// Lifts the freeze.
    pub fn unfreeze(&mut self, env: &impl Environment) -> Result<Action, Error> {
        let key = self.held(env)?;
        if !self.frozen {
            return Err(Error::KeyNotFrozen);
        }
        self.frozen = false;
        Ok(Action::Unfreeze(key))
    }

    /// Lifts the freeze if there is one: a frozen key is neither prepared nor handed over.
    fn thaw(&mut self, key: KeyId) -> Vec<Action> {
        let frozen = core::mem::take(&mut self.frozen);
        frozen.then_some(Action::Unfreeze(key)).into_iter().collect()
    }

    /// Asks for the next epoch, for this target.
    pub fn prepare(
        &mut self,
        env: &impl Environment,
        target: Target,
        preparation: Preparation,
    ) -> Result<Vec<Action>, Error> {
        let key = self.held(env)?;
        let Preparation { salt, sharing, policy, expires } = preparation;
        let mut actions = self.thaw(key);
        actions.push(Action::Submit(Request {
            salt,
            key,
            operation: operation::transfer(&sharing, target.owner, target.policy)?,
            // No transfers, no fee.
            effect: [0, 0].into(),
            payload: Vec::new(),
            policy,
            expires,
        }));
        Ok(actions)
    }

    /// Hands the key over to the target that was prepared.
    pub fn transfer(
        &mut self,
        env: &impl Environment,
        target: Target,
    ) -> Result<Vec<Action>, Error> {
        let key = self.held(env)?;
        let mut actions = self.thaw(key);
        let Target { owner, policy } = target;
        actions.push(Action::TransferControl { key, owner, policy });
        Ok(actions)
    }
}
