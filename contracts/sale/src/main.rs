//! Sale of a key, as `interfaces/ISale.sol` describes it. The rules are the machine's
//! (`regent_contract_logic::sale`); here is only what makes a contract of it.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(clippy::unused_unit, reason = "ink! writes one where an event has no topics")]

extern crate alloc;

mod abi;
mod events;

regent_contract_host::prints_metadata!();

#[ink::contract]
mod contract {
    use alloc::vec::Vec;

    use ink::{sol::FixedBytes, storage::Mapping};
    use regent_contract_host::{
        abi::{Bytes32, Preparation, Request},
        run, Host, Record, Refusal,
    };
    use regent_contract_logic::{
        sale::{self, Event},
        types, Effects, Error, KeyId,
    };

    use crate::{
        abi::{Ruling, Standing, Step, Terms},
        events::emit,
    };

    /// Terms and state, in pieces.
    #[ink(storage)]
    pub struct Sale {
        terms: Mapping<u8, Vec<u8>>,
        state: Mapping<u8, Vec<u8>>,
    }

    impl Sale {
        /// A sale on these terms.
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self, Refusal> {
            let terms = sale::Terms::try_from(terms)?;
            let state = sale::State::new(&terms, &Host::new()?)?;
            let mut contract = Self { terms: Mapping::new(), state: Mapping::new() };
            contract.terms.save(&terms)?;
            contract.state.save(&state)?;
            Ok(contract)
        }

        fn perform(
            &mut self,
            message: impl FnOnce(&mut sale::Sale<'_>, &Host) -> Result<Effects<Event>, Error>,
        ) -> Result<Bytes32, Refusal> {
            let (request, events) = run(&self.terms, &mut self.state, |host, terms, state| {
                message(&mut sale::Sale { terms, state }, host)
            })?;
            for event in events {
                emit(event, request);
            }
            Ok(request)
        }

        fn load(&self) -> Result<sale::State, Refusal> {
            self.state.load()
        }

        /// The seller hands the contract the key.
        #[ink(message)]
        pub fn bind(&mut self, key: Bytes32) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.bind(env, KeyId(key.0))).map(drop)
        }

        /// The seller makes a request.
        #[ink(message)]
        pub fn submit(&mut self, request: Request) -> Result<Bytes32, Refusal> {
            self.perform(|sale, env| sale.submit(env, request.into()))
        }

        /// The buyer leaves the deposit.
        #[ink(message, payable)]
        pub fn reserve(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.reserve(env)).map(drop)
        }

        /// The buyer pays the rest of the price.
        #[ink(message, payable)]
        pub fn pay(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.pay(env)).map(drop)
        }

        /// An oracle attests the payment.
        #[ink(message, name = "attestPayment")]
        pub fn attest_payment(&mut self, evidence: Bytes32) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.attest_payment(env, types::Hash(evidence.0))).map(drop)
        }

        /// An oracle attests the payment's return.
        #[ink(message, name = "attestReturn")]
        pub fn attest_return(&mut self, evidence: Bytes32) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.attest_return(env, types::Hash(evidence.0))).map(drop)
        }

        /// Somebody whose consent is needed gives it.
        #[ink(message, name = "signOff")]
        pub fn sign_off(&mut self, index: u8, evidence: Bytes32) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.sign_off(env, index, types::Hash(evidence.0))).map(drop)
        }

        /// Somebody whose consent is needed refuses it.
        #[ink(message)]
        pub fn refuse(&mut self, index: u8, evidence: Bytes32) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.refuse(env, index, types::Hash(evidence.0))).map(drop)
        }

        /// Seller or buyer cancels.
        #[ink(message)]
        pub fn cancel(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.cancel(env)).map(drop)
        }

        /// Seller or buyer stops a paid sale.
        #[ink(message)]
        pub fn dispute(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.dispute(env)).map(drop)
        }

        /// The arbiter rules.
        #[ink(message)]
        pub fn rule(&mut self, ruling: Ruling) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.rule(env, ruling.into())).map(drop)
        }

        /// Anyone ends a sale whose time is over.
        #[ink(message)]
        pub fn expire(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.expire(env)).map(drop)
        }

        /// Has the next epoch prepared.
        #[ink(message)]
        pub fn prepare(
            &mut self,
            step: Step,
            preparation: Preparation,
        ) -> Result<Bytes32, Refusal> {
            self.perform(|sale, env| sale.prepare(env, step.into(), preparation.into()))
        }

        /// Price and key change hands.
        #[ink(message)]
        pub fn settle(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.settle(env)).map(drop)
        }

        /// The seller takes the key back.
        #[ink(message, name = "takeBack")]
        pub fn take_back(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.take_back(env)).map(drop)
        }

        /// Anyone has the refund sent to the buyer.
        #[ink(message)]
        pub fn withdraw(&mut self) -> Result<(), Refusal> {
            self.perform(|sale, env| sale.withdraw(env)).map(drop)
        }

        /// Where the sale stands.
        #[ink(message)]
        pub fn standing(&self) -> Result<Standing, Refusal> {
            Ok(self.load()?.standing().into())
        }

        /// The key, or zero.
        #[ink(message)]
        pub fn key(&self) -> Result<Bytes32, Refusal> {
            Ok(FixedBytes(self.load()?.key().map_or([0; 32], |key| key.0)))
        }

        /// What the buyer has to send next.
        #[ink(message)]
        pub fn due(&self) -> Result<u128, Refusal> {
            Ok(self.load()?.due(&self.terms.load::<sale::Terms>()?))
        }

        /// What is refunded to the buyer, and not sent yet.
        #[ink(message)]
        pub fn refund(&self) -> Result<u128, Refusal> {
            Ok(self.load()?.refund())
        }

        /// The last block in which the sale can be settled.
        #[ink(message, name = "settleUntil")]
        pub fn settle_until(&self) -> Result<u32, Refusal> {
            Ok(self.load()?.settle_until())
        }

        /// The last block in which a request of the seller may still be carried out.
        #[ink(message, name = "requestsUntil")]
        pub fn requests_until(&self) -> Result<u32, Refusal> {
            Ok(self.load()?.requests_until())
        }
    }
}

#[cfg(test)]
mod tests;
