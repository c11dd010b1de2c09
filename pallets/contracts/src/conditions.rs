//! Conditions that contracts declare met, and policies wait for.
//!
//! A condition is a contract's own: under one id two contracts have two, and a policy names the
//! contract. So whoever fulfils a condition not meant for them has fulfilled one that nobody asks for.

use regent_primitives::{
    contracts_api::Fulfilment,
    control::{Caller, ConditionControl},
};

use crate::*;

impl<T: Config> Pallet<T> {
    fn log_condition(caller: &Caller, event: AuditEvent) {
        let subject = Subject::Contract(caller.account.clone());
        T::Audit::append(subject.clone(), event);
        if let Some(called) = caller.event() {
            T::Audit::append(subject, called);
        }
    }
}

impl<T: Config> ConditionControl for Pallet<T> {
    fn is_fulfilled(contract: &AccountId, condition: &H256) -> bool {
        Fulfilments::<T>::contains_key(contract, condition)
    }

    fn fulfil(caller: &Caller, condition: H256, evidence: H256) -> DispatchResult {
        let contract = &caller.account;
        ensure!(T::Contracts::contains(contract), Error::<T>::NotContract);
        if !Self::is_fulfilled(contract, &condition) {
            let count = FulfilledOf::<T>::get(contract);
            ensure!(count < T::MaxFulfilled::get(), Error::<T>::TooManyFulfilled);
            FulfilledOf::<T>::insert(contract, count.saturating_add(1));
        }
        let fulfilment = Fulfilment { evidence, at: T::Audit::block_number() };
        Fulfilments::<T>::insert(contract, condition, fulfilment);
        Self::log_condition(caller, AuditEvent::ConditionFulfilled { condition, evidence });
        let contract = contract.clone();
        Self::deposit_event(Event::ConditionFulfilled { contract, condition, evidence });
        Ok(())
    }

    fn withdraw(caller: &Caller, condition: H256) -> DispatchResult {
        let contract = &caller.account;
        Fulfilments::<T>::take(contract, condition).ok_or(Error::<T>::NotFulfilled)?;
        FulfilledOf::<T>::mutate_exists(contract, |count| {
            *count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
        });
        Self::log_condition(caller, AuditEvent::ConditionWithdrawn { condition });
        Self::deposit_event(Event::ConditionWithdrawn { contract: contract.clone(), condition });
        Ok(())
    }
}
