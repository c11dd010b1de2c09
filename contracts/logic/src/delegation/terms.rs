//! What the owner allows.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{
    attestation::are_distinct,
    bounds::{MAX_BUDGETS, MAX_RECIPIENTS, MAX_RECIPIENT_BYTES},
    countdown::check_period,
    operation::Asset,
    Address, Amount, BlockNumber, Environment, Error, Party,
};

/// How much of an asset the adviser may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Budget {
    /// Of what.
    pub asset: Asset,
    /// How much in all, fees included, in the asset's smallest unit.
    pub total: Amount,
}

/// All terms. They never change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// Whose key it is.
    pub owner: Party,
    /// Who manages it.
    pub adviser: Address,
    /// The last block in which the adviser is in control.
    pub until: BlockNumber,
    /// What the adviser may move, at most [`MAX_BUDGETS`].
    pub budgets: Vec<Budget>,
    /// To whom, at most [`MAX_RECIPIENTS`].
    pub recipients: Vec<Vec<u8>>,
    /// Requests the adviser may make in all.
    pub requests: u32,
    /// Blocks in which a request of the adviser has to be carried out. A recalled adviser's last
    /// request freezes the key for as long.
    pub lifetime: u32,
}

impl Terms {
    /// Whether they can be carried out.
    pub fn check(&self, env: &impl Environment) -> Result<(), Error> {
        if self.owner.address == self.adviser {
            return Err(Error::PartiesNotDistinct);
        }
        if self.until <= env.now().block {
            return Err(Error::DeadlinePassed);
        }
        let assets: Vec<Asset> = self.budgets.iter().map(|budget| budget.asset).collect();
        if assets.is_empty() || assets.len() > MAX_BUDGETS || !are_distinct(&assets) {
            return Err(Error::InvalidBudgets);
        }
        let fits =
            |recipient: &Vec<u8>| !recipient.is_empty() && recipient.len() <= MAX_RECIPIENT_BYTES;
        if self.recipients.is_empty()
            || self.recipients.len() > MAX_RECIPIENTS
            || !are_distinct(&self.recipients)
            || !self.recipients.iter().all(fits)
        {
            return Err(Error::InvalidRecipients);
        }
        check_period(self.lifetime)
    }
}
