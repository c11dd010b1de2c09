//! Deposit and price.

use alloc::vec::Vec;

use super::{Event, Price, Sale, Standing};
use crate::{attestation::bit, Action, Amount, Effects, Environment, Error, Hash};

impl Sale<'_> {
    /// The buyer leaves the deposit, or says that a payment elsewhere is about to be made: from now on
    /// nobody uses the key.
    pub fn reserve(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        let actions = self.require_payable(env)?;
        if self.state.standing != Standing::Open || !self.terms.needs_reservation() {
            return Err(Error::NotReservable);
        }
        self.receive(env.value(), self.terms.deposit)?;
        self.state.standing = Standing::Reserved;
        Ok(Effects { actions, ..Effects::event(Event::Reserved(self.terms.deposit)) })
    }

    /// The buyer pays the price less the deposit, exactly.
    pub fn pay(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        let actions = self.require_payable(env)?;
        let Price::Asset(price) = self.terms.price else {
            return Err(Error::PaidElsewhere);
        };
        self.require_price_due()?;
        let due = price.checked_sub(self.state.paid).ok_or(Error::Overflow)?;
        self.receive(env.value(), due)?;
        self.state.standing = Standing::Paid;
        Ok(Effects { actions, ..Effects::event(Event::Paid) })
    }

    /// An oracle attests the payment elsewhere, with the hash of its receipt. During a dispute it is for
    /// the arbiter to see.
    pub fn attest_payment(
        &mut self,
        env: &impl Environment,
        evidence: Hash,
    ) -> Result<Effects<Event>, Error> {
        let (oracle, threshold) = self.oracle(env, evidence)?;
        let disputed = matches!(self.state.standing, Standing::Disputed { .. });
        if !disputed {
            self.require_price_due()?;
            self.require_time(env)?;
            self.state.custody.held(env)?;
        }
        let marks = mark(&mut self.state.payment_marks, oracle)?;
        let mut effects = Effects::event(Event::PaymentAttested(env.caller(), evidence));
        if marks >= threshold && !disputed {
            self.state.standing = Standing::Paid;
            effects.events.push(Event::Paid);
        }
        Ok(effects)
    }

    /// An oracle attests that a payment elsewhere was returned to the buyer.
    pub fn attest_return(
        &mut self,
        env: &impl Environment,
        evidence: Hash,
    ) -> Result<Effects<Event>, Error> {
        let (oracle, _) = self.oracle(env, evidence)?;
        if !matches!(self.state.standing, Standing::Disputed { .. }) {
            return Err(Error::NotDisputed);
        }
        mark(&mut self.state.return_marks, oracle)?;
        Ok(Effects::event(Event::ReturnAttested(env.caller(), evidence)))
    }

    /// Anyone has the refund sent to the buyer: a buyer that is a contract may have no call for it.
    pub fn withdraw(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let amount = core::mem::take(&mut self.state.refund);
        if amount == 0 {
            return Err(Error::NothingToWithdraw);
        }
        let pay = Action::Pay { to: self.terms.buyer.address, amount };
        Ok(Effects::event(Event::Withdrawn(amount)).and(pay))
    }

    /// Whether all is paid, here or elsewhere.
    pub(super) fn is_fully_paid(&self) -> bool {
        match self.terms.price {
            Price::Asset(amount) => self.state.paid == amount,
            Price::Attested { threshold, .. } => {
                self.state.payment_marks.count_ones() >= u32::from(threshold)
            }
        }
    }

    /// Whether the buyer's money is elsewhere, and has to come back before the sale is undone.
    pub(super) fn owes_return(&self) -> bool {
        match self.terms.price {
            Price::Asset(_) => false,
            Price::Attested { threshold, .. } => {
                self.is_fully_paid() && self.state.return_marks.count_ones() < u32::from(threshold)
            }
        }
    }

    /// The caller's bit among the oracles, and how many are needed.
    fn oracle(&self, env: &impl Environment, evidence: Hash) -> Result<(u8, u32), Error> {
        Self::require_no_value(env)?;
        if evidence == Hash([0; 32]) {
            return Err(Error::NoEvidence);
        }
        let Price::Attested { oracles, threshold, .. } = &self.terms.price else {
            return Err(Error::PaidHere);
        };
        let position = oracles.iter().position(|oracle| *oracle == env.caller());
        Ok((position.map(bit).ok_or(Error::NotOracle)?, u32::from(*threshold)))
    }

    /// The buyer calls. Nothing is paid too late, for what the contract does not have, or while a
    /// request of the seller could still empty the key: what nobody approved yet is cancelled, for the
    /// rest the buyer waits.
    fn require_payable(&mut self, env: &impl Environment) -> Result<Vec<Action>, Error> {
        Self::require(env, self.terms.buyer.address, Error::NotBuyer)?;
        self.require_time(env)?;
        self.state.custody.held(env)?;
        let actions = self.state.requests.close(env);
        if env.now().block <= self.state.requests.until() {
            return Err(Error::SellersRequestOpen);
        }
        Ok(actions)
    }

    fn require_price_due(&self) -> Result<(), Error> {
        let due = match self.state.standing {
            Standing::Open => !self.terms.needs_reservation(),
            Standing::Reserved => true,
            _ => false,
        };
        if !due {
            return Err(Error::NoPaymentDue);
        }
        Ok(())
    }

    fn receive(&mut self, value: Amount, due: Amount) -> Result<(), Error> {
        if value != due {
            return Err(Error::WrongAmount);
        }
        self.state.paid = self.state.paid.checked_add(value).ok_or(Error::Overflow)?;
        Ok(())
    }
}

/// Sets the bit, once, and counts them.
fn mark(marks: &mut u8, bit: u8) -> Result<u32, Error> {
    if *marks & bit != 0 {
        return Err(Error::AlreadyAttested);
    }
    *marks |= bit;
    Ok(marks.count_ones())
}
