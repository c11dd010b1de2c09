//! The call being answered, and what is done in answer to it.

use codec::{DecodeAll, Encode};
use ink::{
    env::{hash::Keccak256, DefaultEnvironment},
    sol::FixedBytes,
    Address, U256,
};
use regent_contract_logic::{
    Account, Action, Amount, Effects, Environment, Error, Hash, KeyId, Moment, Remember, RequestId,
    Status,
};

use crate::{
    abi::{address, Bytes32},
    plane, Record, Refusal,
};

/// The chain, as contracts see it.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    value: Amount,
}

impl Host {
    /// The present call.
    pub fn new() -> Result<Self, Refusal> {
        let value = Amount::try_from(ink::env::transferred_value())
            .map_err(|_| Refusal::from(Error::WrongAmount))?;
        Ok(Self { value })
    }
}

impl Environment for Host {
    fn caller(&self) -> regent_contract_logic::Address {
        address(ink::env::caller())
    }

    fn value(&self) -> Amount {
        self.value
    }

    fn now(&self) -> Moment {
        // Contracts are told the time in whole seconds, as on Ethereum: halts are longer.
        let seconds = ink::env::block_timestamp::<DefaultEnvironment>();
        Moment {
            block: ink::env::block_number::<DefaultEnvironment>(),
            milliseconds: seconds.saturating_mul(1_000),
        }
    }

    fn own_account(&self) -> Account {
        Account(*AsRef::<[u8; 32]>::as_ref(&ink::env::account_id::<DefaultEnvironment>()))
    }

    fn owner_of(&self, key: KeyId) -> Option<Account> {
        plane::owner_of(key)
    }

    fn status_of(&self, request: RequestId) -> Status {
        plane::status_of(request)
    }

    fn keccak256(&self, bytes: &[u8]) -> Hash {
        let mut hash = [0; 32];
        ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
        Hash(hash)
    }
}

/// Answers a call: `message` decides, the state is stored, the actions are done, and the state is told
/// the id of the request that was submitted. Returns that id, or zero, and what there is to tell.
pub fn run<Terms, State, Event>(
    terms: &impl Record,
    state: &mut impl Record,
    message: impl FnOnce(&Host, &Terms, &mut State) -> Result<Effects<Event>, Error>,
) -> Result<(Bytes32, alloc::vec::Vec<Event>), Refusal>
where
    Terms: DecodeAll,
    State: DecodeAll + Encode + Remember,
{
    let host = Host::new()?;
    let mut changing: State = state.load()?;
    let effects = message(&host, &terms.load()?, &mut changing)?;
    state.save(&changing)?;
    let mut request = FixedBytes([0; 32]);
    for action in effects.actions {
        match action {
            Action::Submit(body) => {
                request = plane::submit(body)?;
                // The control plane calls nobody: the state is what was stored above.
                changing.submitted(RequestId(request.0));
                state.save(&changing)?;
            }
            Action::Cancel(request) => plane::cancel(request)?,
            Action::FulfilCondition { condition, evidence } => {
                plane::fulfil_condition(condition, evidence)?;
            }
            Action::WithdrawCondition(condition) => plane::withdraw_condition(condition)?,
            Action::Withdraw(key) => plane::withdraw(key)?,
            Action::TransferControl { key, owner, policy } => {
                plane::transfer_control(key, owner, policy)?;
            }
            Action::Freeze(key) => plane::freeze(key)?,
            Action::Unfreeze(key) => plane::unfreeze(key)?,
            Action::Pay { to, amount } => pay(ink::H160(to.0), amount)?,
        }
    }
    Ok((request, effects.events))
}

fn pay(to: Address, amount: Amount) -> Result<(), Refusal> {
    ink::env::transfer::<DefaultEnvironment>(to, U256::from(amount)).map_err(|_| {
        Refusal::new("PaymentFailed: the payee takes no value: have it accept payments")
    })
}
