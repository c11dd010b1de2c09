//! Types of `ISale.sol`, and what the machine makes of them.

use alloc::vec::Vec;

use ink::Address;
use regent_contract_host::abi::{address, addresses, optional, Bytes32, Party};
use regent_contract_logic::{sale, Amount, Error, Hash};

/// `Office`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub enum Office {
    Sanctions,
    Regulator,
}

/// `SignOff`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub struct SignOff {
    pub office: Office,
    pub who: Address,
}

/// `Price`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Price {
    pub amount: Amount,
    pub oracles: Vec<Address>,
    pub threshold: u8,
    pub statement: Bytes32,
}

/// `Terms`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Terms {
    pub seller: Party,
    pub buyer: Party,
    pub price: Price,
    pub deposit: Amount,
    pub sign_offs: Vec<SignOff>,
    pub arbiter: Address,
    pub deadline: u32,
    pub ruling: u32,
    pub lifetime: u32,
    pub condition: Bytes32,
    pub sharing: Bytes32,
}

/// `Step`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub enum Step {
    Settle,
    TakeBack,
}

/// `Ruling`.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub enum Ruling {
    Complete,
    Unwind,
}

/// `Standing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
pub enum Standing {
    Draft,
    Open,
    Reserved,
    Paid,
    Disputed,
    Settled,
    Cancelled,
    Left,
}

impl TryFrom<Price> for sale::Price {
    type Error = Error;

    /// With oracles the price is paid elsewhere, and the contract takes no amount.
    fn try_from(price: Price) -> Result<Self, Error> {
        if price.oracles.is_empty() {
            return Ok(Self::Asset(price.amount));
        }
        if price.amount != 0 {
            return Err(Error::InvalidPrice);
        }
        Ok(Self::Attested {
            oracles: addresses(price.oracles),
            threshold: price.threshold,
            statement: Hash(price.statement.0),
        })
    }
}

impl TryFrom<Terms> for sale::Terms {
    type Error = Error;

    fn try_from(terms: Terms) -> Result<Self, Error> {
        let sign_off = |sign_off: SignOff| sale::SignOff {
            office: match sign_off.office {
                Office::Sanctions => sale::Office::Sanctions,
                Office::Regulator => sale::Office::Regulator,
            },
            address: address(sign_off.who),
        };
        Ok(Self {
            seller: terms.seller.into(),
            buyer: terms.buyer.into(),
            price: terms.price.try_into()?,
            deposit: terms.deposit,
            sign_offs: terms.sign_offs.into_iter().map(sign_off).collect(),
            arbiter: address(terms.arbiter),
            deadline: terms.deadline,
            ruling: terms.ruling,
            lifetime: terms.lifetime,
            condition: optional(terms.condition),
            sharing: Hash(terms.sharing.0),
        })
    }
}

impl From<Step> for sale::Step {
    fn from(step: Step) -> Self {
        match step {
            Step::Settle => Self::Settle,
            Step::TakeBack => Self::TakeBack,
        }
    }
}

impl From<sale::Step> for Step {
    fn from(step: sale::Step) -> Self {
        match step {
            sale::Step::Settle => Self::Settle,
            sale::Step::TakeBack => Self::TakeBack,
        }
    }
}

impl From<Ruling> for sale::Ruling {
    fn from(ruling: Ruling) -> Self {
        match ruling {
            Ruling::Complete => Self::Complete,
            Ruling::Unwind => Self::Unwind,
        }
    }
}

impl From<sale::Standing> for Standing {
    fn from(standing: sale::Standing) -> Self {
        match standing {
            sale::Standing::Draft => Self::Draft,
            sale::Standing::Open => Self::Open,
            sale::Standing::Reserved => Self::Reserved,
            sale::Standing::Paid => Self::Paid,
            sale::Standing::Disputed { .. } => Self::Disputed,
            sale::Standing::Settled => Self::Settled,
            sale::Standing::Cancelled => Self::Cancelled,
            sale::Standing::Left => Self::Left,
        }
    }
}
