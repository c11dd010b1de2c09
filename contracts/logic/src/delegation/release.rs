//! How the owner has the key again.

use super::{Controller, Delegation, Event, Release, Standing};
use crate::{
    custody::{Goal, Preparation, Target},
    Effects, Environment, Error,
};

impl Delegation<'_> {
    /// The owner ends the mandate. The adviser's requests are cancelled. If one was approved already, so
    /// that agents may have begun on it, the key is frozen, and stays so until none can be carried out.
    pub fn recall(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner(env)?;
        let now = env.now().block;
        if self.state.controller(self.terms, now) != Controller::Adviser {
            return Err(Error::NoMandate);
        }
        self.state.standing = Standing::Recalled;
        let actions = self.state.open.close(env);
        let until = self.state.open.until();
        let effects = Effects { actions, ..Effects::event(Event::Recalled(until)) };
        if until < now {
            return Ok(effects);
        }
        Ok(effects.and(self.state.custody.freeze(env)?))
    }

    /// The owner freezes the key.
    pub fn freeze(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner_in_control(env)?;
        Ok(Effects::event(Event::Frozen).and(self.state.custody.freeze(env)?))
    }

    /// The owner lifts the freeze, once no request of the adviser can be carried out any more.
    pub fn unfreeze(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner_in_control(env)?;
        self.require_no_open_request(env)?;
        Ok(Effects::event(Event::Unfrozen).and(self.state.custody.unfreeze(env)?))
    }

    /// Has the next epoch prepared for the owner's own account.
    pub fn prepare(
        &mut self,
        env: &impl Environment,
        preparation: Preparation,
    ) -> Result<Effects<Event>, Error> {
        self.require_owner_in_control(env)?;
        self.require_no_open_request(env)?;
        let party = Some(self.terms.owner.address);
        let goal = Goal { step: Release, target: self.owners(), party, proof: None };
        let mut effects = Effects::event(Event::Preparing);
        effects.actions = self.state.custody.prepare(env, goal, preparation)?;
        Ok(effects)
    }

    /// The owner lets the contract keep the key: what was prepared is dropped.
    pub fn abandon(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner_in_control(env)?;
        if self.state.custody.prepared().is_none() {
            return Err(Error::NothingPrepared);
        }
        let actions = self.state.custody.abandon(env);
        Ok(Effects { actions, ..Effects::event(Event::Abandoned) })
    }

    /// The key leaves the contract, to the owner's own account.
    pub fn release(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner_in_control(env)?;
        let mut effects = Effects::event(Event::Released);
        effects.actions = self.state.custody.transfer(env, Release, self.owners())?;
        self.state.standing = Standing::Left;
        Ok(effects)
    }

    fn owners(&self) -> Target {
        Target { owner: self.terms.owner.account, policy: self.terms.owner.policy }
    }

    fn require_no_open_request(&self, env: &impl Environment) -> Result<(), Error> {
        if env.now().block <= self.state.open.until() {
            return Err(Error::AdvisersRequestOpen);
        }
        Ok(())
    }
}
