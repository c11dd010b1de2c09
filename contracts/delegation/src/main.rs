//! Delegation of a key, as `interfaces/IDelegation.sol` describes it. The rules are the machine's
//! (`regent_contract_logic::delegation`); here is only what makes a contract of it.
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
        delegation::{self, Event},
        Effects, Error, KeyId,
    };

    use crate::{
        abi::{Controller, Standing, Terms},
        events::emit,
    };

    /// Terms and state, in pieces.
    #[ink(storage)]
    pub struct Delegation {
        terms: Mapping<u8, Vec<u8>>,
        state: Mapping<u8, Vec<u8>>,
    }

    impl Delegation {
        /// A delegation on these terms.
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self, Refusal> {
            let terms = delegation::Terms::try_from(terms)?;
            let state = delegation::State::new(&terms, &Host::new()?)?;
            let mut contract = Self { terms: Mapping::new(), state: Mapping::new() };
            contract.terms.save(&terms)?;
            contract.state.save(&state)?;
            Ok(contract)
        }

        fn perform(
            &mut self,
            message: impl FnOnce(
                &mut delegation::Delegation<'_>,
                &Host,
            ) -> Result<Effects<Event>, Error>,
        ) -> Result<Bytes32, Refusal> {
            let (request, events) = run(&self.terms, &mut self.state, |host, terms, state| {
                message(&mut delegation::Delegation { terms, state }, host)
            })?;
            for event in events {
                emit(event, request);
            }
            Ok(request)
        }

        fn load(&self) -> Result<delegation::State, Refusal> {
            self.state.load()
        }

        /// The owner hands the contract the key; the mandate begins.
        #[ink(message)]
        pub fn bind(&mut self, key: Bytes32) -> Result<(), Refusal> {
            self.perform(|delegation, env| delegation.bind(env, KeyId(key.0))).map(drop)
        }

        /// Whoever is in control makes a request.
        #[ink(message)]
        pub fn submit(&mut self, request: Request) -> Result<Bytes32, Refusal> {
            self.perform(|delegation, env| delegation.submit(env, request.into()))
        }

        /// The owner ends the mandate.
        #[ink(message)]
        pub fn recall(&mut self) -> Result<(), Refusal> {
            self.perform(|delegation, env| delegation.recall(env)).map(drop)
        }

        /// The owner freezes the key.
        #[ink(message)]
        pub fn freeze(&mut self) -> Result<(), Refusal> {
            self.perform(|delegation, env| delegation.freeze(env)).map(drop)
        }

        /// The owner lifts the freeze.
        #[ink(message)]
        pub fn unfreeze(&mut self) -> Result<(), Refusal> {
            self.perform(|delegation, env| delegation.unfreeze(env)).map(drop)
        }

        /// Has the next epoch prepared for the owner's own account.
        #[ink(message)]
        pub fn prepare(&mut self, preparation: Preparation) -> Result<Bytes32, Refusal> {
            self.perform(|delegation, env| delegation.prepare(env, preparation.into()))
        }

        /// The owner drops what was prepared.
        #[ink(message)]
        pub fn abandon(&mut self) -> Result<(), Refusal> {
            self.perform(|delegation, env| delegation.abandon(env)).map(drop)
        }

        /// The key leaves the contract, to the owner's own account.
        #[ink(message)]
        pub fn release(&mut self) -> Result<(), Refusal> {
            self.perform(|delegation, env| delegation.release(env)).map(drop)
        }

        /// Where the delegation stands.
        #[ink(message)]
        pub fn standing(&self) -> Result<Standing, Refusal> {
            Ok(self.load()?.standing().into())
        }

        /// Whom the contract obeys now.
        #[ink(message)]
        pub fn controller(&self) -> Result<Controller, Refusal> {
            let terms = self.terms.load::<delegation::Terms>()?;
            Ok(self.load()?.controller(&terms, self.env().block_number()).into())
        }

        /// The key, or zero.
        #[ink(message)]
        pub fn key(&self) -> Result<Bytes32, Refusal> {
            Ok(FixedBytes(self.load()?.key().map_or([0; 32], |key| key.0)))
        }

        /// For each budget what was moved.
        #[ink(message)]
        pub fn spent(&self) -> Result<Vec<u128>, Refusal> {
            Ok(self.load()?.spent().to_vec())
        }

        /// Requests the adviser made.
        #[ink(message)]
        pub fn requests(&self) -> Result<u32, Refusal> {
            Ok(self.load()?.requests())
        }

        /// The last block in which a request of the adviser may still be carried out.
        #[ink(message, name = "requestsUntil")]
        pub fn requests_until(&self) -> Result<u32, Refusal> {
            Ok(self.load()?.requests_until())
        }
    }
}

#[cfg(test)]
mod tests;
