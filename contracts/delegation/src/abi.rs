//! Types of `IDelegation.sol`, and what the machine makes of them.

use alloc::vec::Vec;

use ink::{sol::DynBytes, Address};
use regent_contract_host::abi::{address, Party};
use regent_contract_logic::{delegation, operation, Amount, Error};

/// `Asset`: what it is decides which of the fields count.
#[derive(Clone, Copy, Debug, ink::SolDecode, ink::SolEncode)]
pub enum AssetKind {
    Ether,
    Erc20,
    Bitcoin,
}

/// `Budget`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Budget {
    pub kind: AssetKind,
    pub chain: u64,
    pub token: Address,
    pub total: Amount,
}

/// `Terms`.
#[derive(Clone, Debug, ink::SolDecode, ink::SolEncode)]
pub struct Terms {
    pub owner: Party,
    pub adviser: Address,
    pub until: u32,
    pub budgets: Vec<Budget>,
    pub recipients: Vec<DynBytes>,
    pub requests: u32,
    pub lifetime: u32,
}

/// `Standing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
pub enum Standing {
    Draft,
    Delegated,
    Recalled,
    Left,
}

/// `Controller`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ink::SolDecode, ink::SolEncode)]
pub enum Controller {
    Owner,
    Adviser,
    Nobody,
}

impl TryFrom<Budget> for delegation::Budget {
    type Error = Error;

    fn try_from(budget: Budget) -> Result<Self, Error> {
        let asset = match budget.kind {
            AssetKind::Ether => operation::Asset::Ether { chain_id: budget.chain },
            AssetKind::Erc20 => {
                operation::Asset::Erc20 { chain_id: budget.chain, contract: budget.token.0 }
            }
            AssetKind::Bitcoin => operation::Asset::Bitcoin {
                network: u8::try_from(budget.chain).map_err(|_| Error::InvalidBudgets)?,
            },
        };
        Ok(Self { asset, total: budget.total })
    }
}

impl TryFrom<Terms> for delegation::Terms {
    type Error = Error;

    fn try_from(terms: Terms) -> Result<Self, Error> {
        let budgets = terms.budgets.into_iter().map(TryInto::try_into);
        Ok(Self {
            owner: terms.owner.into(),
            adviser: address(terms.adviser),
            until: terms.until,
            budgets: budgets.collect::<Result<_, Error>>()?,
            recipients: terms.recipients.into_iter().map(|recipient| recipient.0).collect(),
            requests: terms.requests,
            lifetime: terms.lifetime,
        })
    }
}

impl From<delegation::Standing> for Standing {
    fn from(standing: delegation::Standing) -> Self {
        match standing {
            delegation::Standing::Draft => Self::Draft,
            delegation::Standing::Delegated => Self::Delegated,
            delegation::Standing::Recalled => Self::Recalled,
            delegation::Standing::Left => Self::Left,
        }
    }
}

impl From<delegation::Controller> for Controller {
    fn from(controller: delegation::Controller) -> Self {
        match controller {
            delegation::Controller::Owner => Self::Owner,
            delegation::Controller::Adviser => Self::Adviser,
            delegation::Controller::Nobody => Self::Nobody,
        }
    }
}
