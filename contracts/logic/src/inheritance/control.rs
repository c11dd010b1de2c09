//! What whoever is in control may do, and what the owner alone.

use super::{Controller, Event, Inheritance, Standing};
use crate::{
    operation::{Kind, FULL_CONTROL, USE_ONLY},
    Effects, Environment, Error, KeyId, Request,
};

impl Inheritance<'_> {
    /// The owner hands the contract its key, which it has to own already: enrolled through it, or
    /// transferred to it. From now on silence counts.
    pub fn bind(&mut self, env: &impl Environment, key: KeyId) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        self.require_owner(env)?;
        self.state.custody.bind(env, key)?;
        if self.state.standing == Standing::Draft {
            self.state.standing = Standing::Owner;
        }
        self.state.alive = env.now().block;
        Ok(Effects::event(Event::Bound(key)))
    }

    /// Whoever is in control makes a request.
    ///
    /// The owner may ask for all but transfers, which the contract alone prepares; before a key is
    /// bound, for its enrolment too. Guardian and trustee use the key, and do not change who holds it.
    pub fn submit(
        &mut self,
        env: &impl Environment,
        request: Request,
    ) -> Result<Effects<Event>, Error> {
        self.require_control(env)?;
        let allowed = match (self.state.standing, self.state.controller()) {
            (Standing::Draft, _) => &[Kind::Enrol],
            (_, Controller::Guardian | Controller::Trustee(_)) => USE_ONLY,
            _ => FULL_CONTROL,
        };
        let action = self.state.custody.submit(env, request, allowed)?;
        Ok(self.acted(env, Effects::event(Event::Requested(env.caller())).and(action)))
    }

    /// Whoever is in control freezes the key: a device was stolen.
    pub fn freeze(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_control(env)?;
        let action = self.state.custody.freeze(env)?;
        Ok(self.acted(env, Effects::event(Event::Frozen).and(action)))
    }

    /// Whoever is in control lifts the freeze.
    pub fn unfreeze(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_control(env)?;
        let action = self.state.custody.unfreeze(env)?;
        Ok(self.acted(env, Effects::event(Event::Unfrozen).and(action)))
    }

    /// The owner ends the inheritance for good. The key stays under the owner's control, and can leave
    /// by [`super::Step::Release`].
    pub fn revoke(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        self.require_control(env)?;
        self.require_owner(env)?;
        if self.state.standing == Standing::Revoked {
            return Err(Error::AlreadyRevoked);
        }
        self.state.standing = Standing::Revoked;
        self.state.clear();
        Ok(self.followed_by_abandoning(env, Effects::event(Event::Revoked)))
    }

    fn require_control(&self, env: &impl Environment) -> Result<(), Error> {
        Self::require_no_value(env)?;
        if !self.obeys(env.caller()) {
            return Err(Error::NotInControl);
        }
        Ok(())
    }

    /// An act of the owner is a proof of life.
    fn acted(&mut self, env: &impl Environment, effects: Effects<Event>) -> Effects<Event> {
        if self.state.controller() == Controller::Owner {
            self.note_life(env.now());
        }
        self.followed_by_abandoning(env, effects)
    }
}
