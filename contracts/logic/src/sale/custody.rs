//! The key while it is for sale.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use super::{Event, Sale, Standing};
use crate::{
    countdown::after,
    custody::{Goal, Preparation, Target},
    operation::{Kind, FULL_CONTROL},
    Action, Effects, Environment, Error, Hash, KeyId, Request,
};

/// Where the key goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
    /// To the buyer.
    Settle,
    /// Back to the seller.
    TakeBack,
}

impl Sale<'_> {
    /// The seller hands the contract the key, which it has to own already.
    pub fn bind(&mut self, env: &impl Environment, key: KeyId) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        Self::require(env, self.terms.seller.address, Error::NotSeller)?;
        self.state.custody.bind(env, key)?;
        self.state.standing = Standing::Open;
        Ok(Effects::event(Event::Bound(key)))
    }

    /// The seller makes a request, while the key is not locked.
    pub fn submit(
        &mut self,
        env: &impl Environment,
        request: Request,
    ) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        Self::require(env, self.terms.seller.address, Error::NotSeller)?;
        if !self.state.seller_is_in_control() {
            return Err(Error::NotInControl);
        }
        if self.state.is_locked() {
            return Err(Error::KeyLocked);
        }
        let allowed = if self.state.key().is_none() { &[Kind::Enrol][..] } else { FULL_CONTROL };
        let expires = request.expires;
        if after(env.now().block, self.terms.lifetime)? < expires {
            return Err(Error::RequestTooLong);
        }
        let actions = self.abandon_what_cannot_follow(env);
        let action = self.state.custody.submit(env, request, allowed)?;
        self.state.requests.add(env, expires)?;
        Ok(Effects { actions, ..Effects::event(Event::Requested) }.and(action))
    }

    /// Has the next epoch prepared: for the buyer by either party, once all is paid and cleared; for the
    /// seller by the seller, once nothing is sold any more.
    pub fn prepare(
        &mut self,
        env: &impl Environment,
        step: Step,
        preparation: Preparation,
    ) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        self.require_party(env)?;
        let (target, evidence) = match step {
            Step::Settle => {
                self.require_ready(env)?;
                // Agents compute the key's next shares before it is settled: those of the buyer's own
                // choice would give it the key, and the deadline the price back.
                if env.keccak256(&preparation.sharing) != self.terms.sharing {
                    return Err(Error::OtherSharing);
                }
                (self.buyers(), self.statement())
            }
            // That a sale came to nothing has no document.
            Step::TakeBack => (self.take_back_target(env)?, Hash([0; 32])),
        };
        let proof = self.terms.condition.map(|condition| (condition, evidence));
        let party = match step {
            Step::Settle => self.terms.buyer.address,
            Step::TakeBack => self.terms.seller.address,
        };
        let goal = Goal { step, target, party: Some(party), proof };
        let mut effects = Effects::event(Event::Preparing(step));
        effects.actions = self.state.custody.prepare(env, goal, preparation)?;
        Ok(effects)
    }

    /// Drops what was prepared for a step that can follow no more. During a dispute it waits for the
    /// ruling; but the condition is met only while the step can be taken.
    pub(super) fn abandon_what_cannot_follow(&mut self, env: &impl Environment) -> Vec<Action> {
        let standing = self.state.standing;
        let is_disputed = matches!(standing, Standing::Disputed { .. });
        let (is_due, can_follow) = match self.state.custody.prepared() {
            Some(Step::Settle) => {
                let is_paid = standing == Standing::Paid;
                (is_paid && self.is_cleared(), is_paid || is_disputed)
            }
            Some(Step::TakeBack) => {
                (standing == Standing::Cancelled, standing == Standing::Cancelled)
            }
            None => (false, false),
        };
        let mut actions = Vec::new();
        if !is_due {
            actions = self.state.custody.withdraw_condition();
        }
        actions.extend(self.state.custody.abandon_unless(env, can_follow));
        actions
    }

    /// The seller takes the key back after a sale that came to nothing.
    pub fn take_back(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let target = self.take_back_target(env)?;
        let mut effects = Effects::event(Event::TakenBack);
        effects.actions = self.state.custody.transfer(env, Step::TakeBack, target)?;
        self.state.standing = Standing::Left;
        Ok(effects)
    }

    fn take_back_target(&self, env: &impl Environment) -> Result<Target, Error> {
        let seller = &self.terms.seller;
        Self::require(env, seller.address, Error::NotSeller)?;
        if self.state.standing != Standing::Cancelled {
            return Err(Error::NotCancelled);
        }
        Ok(Target { owner: seller.account, policy: seller.policy })
    }

    /// What was agreed to be paid; a price in the chain's asset needs no statement.
    fn statement(&self) -> Hash {
        match self.terms.price {
            super::Price::Attested { statement, .. } => statement,
            super::Price::Asset(_) => Hash([0; 32]),
        }
    }
}
