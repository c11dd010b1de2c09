//! How the owner has the key again.

use super::{Controller, Delegation, Event, Standing};
use crate::{
    custody::{Preparation, Target},
    Effects, Environment, Error,
};

impl Delegation<'_> {
    /// The owner ends the mandate. If a request of the adviser could still be carried out, the key is
    /// frozen, and stays so until none can.
    pub fn recall(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner(env)?;
        let now = env.now().block;
        if self.state.controller(self.terms, now) != Controller::Adviser {
            return Err(Error::NoMandate);
        }
        self.state.standing = Standing::Recalled;
        let until = self.state.requests_until;
        let effects = Effects::event(Event::Recalled(until));
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
        let mut effects = Effects::event(Event::Preparing);
        effects.actions = self.state.custody.prepare(env, self.owners(), preparation)?;
        Ok(effects)
    }

    /// The key leaves the contract, to the owner's own account.
    pub fn release(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_owner_in_control(env)?;
        let mut effects = Effects::event(Event::Released);
        effects.actions = self.state.custody.transfer(env, self.owners())?;
        self.state.standing = Standing::Left;
        Ok(effects)
    }

    fn owners(&self) -> Target {
        Target { owner: self.terms.owner.account, policy: self.terms.owner.policy }
    }

    fn require_no_open_request(&self, env: &impl Environment) -> Result<(), Error> {
        if env.now().block <= self.state.requests_until {
            return Err(Error::AdvisersRequestOpen);
        }
        Ok(())
    }
}
