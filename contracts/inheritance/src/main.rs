//! Inheritance of a key, as `interfaces/IInheritance.sol` describes it. The rules are the machine's
//! (`regent_contract_logic::inheritance`); here is only what makes a contract of it.
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
        abi::{address, Bytes32, Preparation, Request},
        run, Host, Record, Refusal,
    };
    use regent_contract_logic::{
        inheritance::{self, Event},
        types, Effects, Error, KeyId,
    };

    use crate::{
        abi::{Case, Standing, Step, Terms},
        events::emit,
    };

    /// Terms and state, in pieces.
    #[ink(storage)]
    pub struct Inheritance {
        terms: Mapping<u8, Vec<u8>>,
        state: Mapping<u8, Vec<u8>>,
    }

    impl Inheritance {
        /// An inheritance on these terms.
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self, Refusal> {
            let terms = inheritance::Terms::from(terms);
            let state = inheritance::State::new(&terms, &Host::new()?)?;
            let mut contract = Self { terms: Mapping::new(), state: Mapping::new() };
            contract.terms.save(&terms)?;
            contract.state.save(&state)?;
            Ok(contract)
        }

        fn perform(
            &mut self,
            message: impl FnOnce(
                &mut inheritance::Inheritance<'_>,
                &Host,
            ) -> Result<Effects<Event>, Error>,
        ) -> Result<Bytes32, Refusal> {
            let (request, events) = run(&self.terms, &mut self.state, |host, terms, state| {
                message(&mut inheritance::Inheritance { terms, state }, host)
            })?;
            for event in events {
                emit(event, request);
            }
            Ok(request)
        }

        fn load(&self) -> Result<inheritance::State, Refusal> {
            self.state.load()
        }

        /// The owner hands the contract the key.
        #[ink(message)]
        pub fn bind(&mut self, key: Bytes32) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.bind(env, KeyId(key.0))).map(drop)
        }

        /// Whoever is in control makes a request.
        #[ink(message)]
        pub fn submit(&mut self, request: Request) -> Result<Bytes32, Refusal> {
            self.perform(|contract, env| contract.submit(env, request.into()))
        }

        /// Whoever is in control freezes the key.
        #[ink(message)]
        pub fn freeze(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.freeze(env)).map(drop)
        }

        /// Whoever is in control lifts the freeze.
        #[ink(message)]
        pub fn unfreeze(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.unfreeze(env)).map(drop)
        }

        /// The owner gives a proof of life.
        #[ink(message, name = "proveLife")]
        pub fn prove_life(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.prove_life(env)).map(drop)
        }

        /// Somebody concerned reports that the owner has been silent.
        #[ink(message, name = "reportSilence")]
        pub fn report_silence(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.report_silence(env)).map(drop)
        }

        /// Anyone has the contract look at the clocks.
        #[ink(message)]
        pub fn observe(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.observe(env)).map(drop)
        }

        /// A member of a group attests a case.
        #[ink(message)]
        pub fn attest(
            &mut self,
            proves: Case,
            group: u8,
            evidence: Bytes32,
        ) -> Result<(), Refusal> {
            self.perform(|contract, env| {
                contract.attest(env, proves.into(), group, types::Hash(evidence.0))
            })
            .map(drop)
        }

        /// A member takes an attestation back.
        #[ink(message)]
        pub fn retract(&mut self, proves: Case, group: u8) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.retract(env, proves.into(), group)).map(drop)
        }

        /// The owner or a named party stops a case.
        #[ink(message)]
        pub fn contest(&mut self, proves: Case) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.contest(env, proves.into())).map(drop)
        }

        /// An heir accepts (together) or declines (in order).
        #[ink(message)]
        pub fn answer(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.answer(env)).map(drop)
        }

        /// Has the next epoch prepared for whom the step leads to.
        #[ink(message)]
        pub fn prepare(
            &mut self,
            step: Step,
            heir: u8,
            preparation: Preparation,
        ) -> Result<Bytes32, Refusal> {
            self.perform(|contract, env| contract.prepare(env, step.to(heir), preparation.into()))
        }

        /// Passes control on.
        #[ink(message)]
        pub fn execute(&mut self, step: Step, heir: u8) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.execute(env, step.to(heir))).map(drop)
        }

        /// The owner ends the inheritance for good.
        #[ink(message)]
        pub fn revoke(&mut self) -> Result<(), Refusal> {
            self.perform(|contract, env| contract.revoke(env)).map(drop)
        }

        /// Where the inheritance stands.
        #[ink(message)]
        pub fn standing(&self) -> Result<Standing, Refusal> {
            Ok(self.load()?.standing().into())
        }

        /// Whether the contract obeys this party now.
        #[ink(message)]
        pub fn controller(&self, who: Address) -> Result<bool, Refusal> {
            let (terms, mut state) = (self.terms.load()?, self.load()?);
            let contract = inheritance::Inheritance { terms: &terms, state: &mut state };
            Ok(contract.obeys(address(who)))
        }

        /// The key, or zero.
        #[ink(message)]
        pub fn key(&self) -> Result<Bytes32, Refusal> {
            Ok(FixedBytes(self.load()?.key().map_or([0; 32], |key| key.0)))
        }

        /// The block of the last proof of life.
        #[ink(message)]
        pub fn alive(&self) -> Result<u32, Refusal> {
            Ok(self.load()?.alive())
        }

        /// The last block of the grace period; 0 if silence was not reported.
        #[ink(message, name = "graceUntil")]
        pub fn grace_until(&self) -> Result<u32, Refusal> {
            Ok(self.load()?.grace_until().unwrap_or(0))
        }

        /// The last block of a case's contest period; 0 if it is not proven.
        #[ink(message, name = "contestUntil")]
        pub fn contest_until(&self, proves: Case) -> Result<u32, Refusal> {
            Ok(self.load()?.contest_until(proves.into()).unwrap_or(0))
        }
    }
}

#[cfg(test)]
mod tests;
