//! Price and key change hands.

use super::{Event, Sale, Standing, Step};
use crate::{custody::Target, Action, Effects, Environment, Error};

impl Sale<'_> {
    /// Seller or buyer settles a sale that is paid and cleared: in this call the seller has the price
    /// and the buyer the key. If either fails, so does the call.
    pub fn settle(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        self.require_party(env)?;
        self.require_ready(env)?;
        let mut effects = Effects::event(Event::Settled);
        let price = self.terms.asset_price();
        let rest = self.state.paid.checked_sub(price).ok_or(Error::Overflow)?;
        let refund = self.state.refund.checked_add(rest).ok_or(Error::Overflow)?;
        effects.actions = self.state.custody.transfer(env, Step::Settle, self.buyers())?;
        self.state.standing = Standing::Settled;
        self.state.paid = 0;
        // The deposit of a price that was paid elsewhere.
        self.state.refund = refund;
        if price != 0 {
            let to = self.terms.seller.address;
            effects.actions.push(Action::Pay { to, amount: price });
        }
        Ok(effects)
    }

    pub(super) fn buyers(&self) -> Target {
        Target { owner: self.terms.buyer.account, policy: self.terms.buyer.policy }
    }

    /// Whether everything but the settlement is done.
    pub(super) fn require_ready(&self, env: &impl Environment) -> Result<(), Error> {
        if self.state.standing != Standing::Paid {
            return Err(Error::NotPaid);
        }
        if !self.is_cleared() {
            return Err(Error::NotCleared);
        }
        self.require_time(env)
    }
}
