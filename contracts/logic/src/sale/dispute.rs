//! How a sale ends without a settlement.

use codec::{Decode, Encode};

use super::{Event, Sale, Standing};
use crate::{countdown::after, Effects, Environment, Error};

/// What the arbiter decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Ruling {
    /// The sale is to be settled.
    Complete,
    /// The sale is to be undone.
    Unwind,
}

/// The seller's consent.
const SELLER: u8 = 1;
/// The buyer's.
const BUYER: u8 = 2;

impl Sale<'_> {
    /// Seller or buyer cancels what is not paid yet; what is paid, they cancel together.
    ///
    /// Once reserved, a payment elsewhere may be on its way: then only the buyer may cancel alone.
    pub fn cancel(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        self.require_party(env)?;
        let is_seller = env.caller() == self.terms.seller.address;
        match self.state.standing {
            Standing::Reserved if is_seller && self.terms.is_paid_elsewhere() => {
                Err(Error::PaymentUnderWay)
            }
            Standing::Open | Standing::Reserved => {
                let event = self.cancel_and_refund()?;
                Ok(self.followed_by_abandoning(env, event))
            }
            Standing::Paid | Standing::Disputed { .. } => {
                self.state.consents |= if is_seller { SELLER } else { BUYER };
                let mut effects = Effects::event(Event::CancelAgreed(env.caller()));
                if self.state.consents == SELLER | BUYER {
                    effects.events.push(self.cancel_and_refund()?);
                    effects.actions = self.abandon_what_cannot_follow(env);
                }
                Ok(effects)
            }
            Standing::Draft | Standing::Settled | Standing::Cancelled | Standing::Left => {
                Err(Error::SaleOver)
            }
        }
    }

    /// Seller or buyer stops a paid sale, for the arbiter to rule. Once it is ruled that it is to be
    /// settled, they do not: the time for that would pass.
    pub fn dispute(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        self.require_party(env)?;
        if self.state.standing != Standing::Paid {
            return Err(Error::NotPaid);
        }
        if self.state.ruled {
            return Err(Error::AlreadyRuled);
        }
        self.require_time(env)?;
        let event = self.open_dispute(env)?;
        Ok(self.followed_by_abandoning(env, event))
    }

    /// The arbiter rules. A sale to be settled can be from now on, for as long as a ruling takes; it
    /// needs every sign-off still.
    ///
    /// What was paid elsewhere must be returned before a sale is undone. But an attestation may never come:
    /// once the time for a ruling is over, the arbiter rules either way without it, and nobody else can.
    pub fn rule(
        &mut self,
        env: &impl Environment,
        ruling: Ruling,
    ) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        Self::require(env, self.terms.arbiter, Error::NotArbiter)?;
        let Standing::Disputed { until } = self.state.standing else {
            return Err(Error::NotDisputed);
        };
        let is_late = env.now().block > until;
        let mut effects = Effects::event(Event::Ruled(ruling));
        match ruling {
            Ruling::Complete => {
                if is_late && !self.owes_return() {
                    return Err(Error::RulingTooLate);
                }
                if !self.is_fully_paid() {
                    return Err(Error::NotPaid);
                }
                self.state.standing = Standing::Paid;
                self.state.ruled = true;
                self.state.settle_until = after(env.now().block, self.terms.ruling)?;
            }
            Ruling::Unwind => {
                if !is_late {
                    self.require_returned()?;
                }
                effects.events.push(self.cancel_and_refund()?);
                effects.actions = self.abandon_what_cannot_follow(env);
            }
        }
        Ok(effects)
    }

    /// Anyone ends a sale whose time is over. What was paid elsewhere has to be returned first, or the
    /// arbiter rules.
    pub fn expire(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let over = match self.state.standing {
            Standing::Open | Standing::Reserved | Standing::Paid => self.state.settle_until,
            Standing::Disputed { until } => until,
            Standing::Draft | Standing::Settled | Standing::Cancelled | Standing::Left => {
                return Err(Error::SaleOver)
            }
        };
        if env.now().block <= over {
            return Err(Error::NotExpired);
        }
        if matches!(self.state.standing, Standing::Disputed { .. }) {
            self.require_returned()?;
        }
        let event = self.end(env)?;
        Ok(self.followed_by_abandoning(env, event))
    }

    /// Ends the sale, or leaves it to the arbiter if money elsewhere is concerned.
    pub(super) fn end(&mut self, env: &impl Environment) -> Result<Event, Error> {
        match self.state.standing {
            Standing::Disputed { until } if self.owes_return() => Ok(Event::Disputed(until)),
            Standing::Disputed { .. } => self.cancel_and_refund(),
            // An oracle attested: money is under way.
            _ if self.state.payment_marks != 0 => self.open_dispute(env),
            _ => self.cancel_and_refund(),
        }
    }

    fn followed_by_abandoning(&mut self, env: &impl Environment, event: Event) -> Effects<Event> {
        let actions = self.abandon_what_cannot_follow(env);
        Effects { actions, ..Effects::event(event) }
    }

    fn open_dispute(&mut self, env: &impl Environment) -> Result<Event, Error> {
        let until = after(env.now().block, self.terms.ruling)?;
        self.state.standing = Standing::Disputed { until };
        self.state.consents = 0;
        Ok(Event::Disputed(until))
    }

    fn require_returned(&self) -> Result<(), Error> {
        if self.owes_return() {
            return Err(Error::NotReturned);
        }
        Ok(())
    }
}
