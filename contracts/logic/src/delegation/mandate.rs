//! What the adviser may do.

use super::{Controller, Delegation, Event, Standing, Terms};
use crate::{
    countdown::after,
    operation::{check_signs_readable_payload, Effect, Kind, FULL_CONTROL},
    Action, Amount, Effects, Environment, Error, KeyId, Request,
};

impl Delegation<'_> {
    /// The owner hands the contract the key, which it has to own already. The mandate begins.
    pub fn bind(&mut self, env: &impl Environment, key: KeyId) -> Result<Effects<Event>, Error> {
        self.require_owner(env)?;
        self.state.custody.bind(env, key)?;
        if self.state.standing == Standing::Draft {
            self.state.standing = Standing::Delegated;
        }
        Ok(Effects::event(Event::Bound(key)))
    }

    /// Whoever is in control makes a request: the adviser within the bounds, the owner without.
    pub fn submit(
        &mut self,
        env: &impl Environment,
        request: Request,
    ) -> Result<Effects<Event>, Error> {
        if env.value() != 0 {
            return Err(Error::NoPaymentDue);
        }
        let action = match self.state.controller(self.terms, env.now().block) {
            Controller::Adviser if env.caller() == self.terms.adviser => {
                self.submit_within_bounds(env, request)?
            }
            Controller::Owner if env.caller() == self.terms.owner.address => {
                let unbound = self.state.key().is_none();
                let allowed = if unbound { &[Kind::Enrol][..] } else { FULL_CONTROL };
                self.state.custody.submit(env, request, allowed)?
            }
            _ => return Err(Error::NotInControl),
        };
        Ok(Effects::event(Event::Requested(env.caller())).and(action))
    }

    fn submit_within_bounds(
        &mut self,
        env: &impl Environment,
        request: Request,
    ) -> Result<Action, Error> {
        let expires = request.expires;
        if expires > self.terms.until {
            return Err(Error::OutlivesMandate);
        }
        if expires > after(env.now().block, self.terms.lifetime)? {
            return Err(Error::RequestTooLong);
        }
        check_signs_readable_payload(&request)?;
        let effect = Effect::read(&request)?;
        let is_known = |recipient| self.terms.recipients.contains(recipient);
        if !effect.transfers.iter().all(|transfer| is_known(&transfer.recipient)) {
            return Err(Error::RecipientNotAllowed);
        }
        let requests = self.state.requests.checked_add(1).ok_or(Error::Overflow)?;
        if requests > self.terms.requests {
            return Err(Error::TooManyRequests);
        }
        let action = self.state.custody.submit(env, request, &[Kind::Sign])?;
        spend(self.terms, &mut self.state.spent, &effect)?;
        self.state.requests = requests;
        self.state.open.add(env, expires)?;
        Ok(action)
    }
}

/// Charges every amount to its budget. A request that is not carried out stays charged: the contract
/// does not know.
fn spend(terms: &Terms, spent: &mut [Amount], effect: &Effect) -> Result<(), Error> {
    for (asset, [amount, high]) in effect.amounts() {
        let mut budgets = terms.budgets.iter().zip(spent.iter_mut());
        let (budget, spent) =
            budgets.find(|(budget, _)| budget.asset == asset).ok_or(Error::AssetNotAllowed)?;
        if high != 0 {
            return Err(Error::BudgetExceeded);
        }
        let sum = spent.checked_add(amount).ok_or(Error::BudgetExceeded)?;
        if sum > budget.total {
            return Err(Error::BudgetExceeded);
        }
        *spent = sum;
    }
    Ok(())
}
