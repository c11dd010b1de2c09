//! What seller and buyer agreed on.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{
    attestation::{are_distinct, is_threshold},
    bounds::{MAX_ORACLES, MAX_SIGN_OFFS},
    countdown::check_period,
    Address, Amount, BlockNumber, Environment, Error, Hash, Party,
};

/// What is paid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Price {
    /// An amount of the chain's asset, to the contract.
    Asset(Amount),
    /// A payment elsewhere.
    Attested {
        /// Who attests it, at most [`MAX_ORACLES`].
        oracles: Vec<Address>,
        /// How many of them have to.
        threshold: u8,
        /// Hash of what is to be paid, to whom, and where.
        statement: Hash,
    },
}

/// In what quality somebody signs off. It is for people to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Office {
    /// A sanctions check.
    Sanctions,
    /// A regulator.
    Regulator,
}

/// Somebody whose consent a sale needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignOff {
    /// In what quality.
    pub office: Office,
    /// Who.
    pub address: Address,
}

/// All terms. They never change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// Who sells, and takes the key back if nothing is sold.
    pub seller: Party,
    /// Who buys.
    pub buyer: Party,
    /// For what.
    pub price: Price,
    /// What the buyer leaves first, in the chain's asset; 0 for nothing.
    pub deposit: Amount,
    /// Whose consent it takes, at most [`MAX_SIGN_OFFS`].
    pub sign_offs: Vec<SignOff>,
    /// Who rules on a dispute.
    pub arbiter: Address,
    /// The last block in which it can be settled.
    pub deadline: BlockNumber,
    /// Blocks the arbiter has for a ruling, and the parties to settle as it says.
    pub ruling: u32,
    /// Blocks in which a request of the seller has to be carried out: payments wait for it.
    pub lifetime: u32,
    /// The condition of the key's policy that a paid and cleared sale fulfils, and one that came to
    /// nothing, if the policy has one.
    pub condition: Option<Hash>,
    /// By which agents the key is shared when the buyer gets it: Keccak-256 of quorum and tree,
    /// SCALE-encoded one after the other.
    pub sharing: Hash,
}

impl Terms {
    /// Whether they can be carried out.
    pub fn check(&self, env: &impl Environment) -> Result<(), Error> {
        let (seller, buyer) = (self.seller.address, self.buyer.address);
        if seller == buyer || self.arbiter == seller || self.arbiter == buyer {
            return Err(Error::PartiesNotDistinct);
        }
        match &self.price {
            Price::Asset(amount) if *amount == 0 || self.deposit > *amount => {
                return Err(Error::InvalidPrice)
            }
            Price::Asset(_) => {}
            Price::Attested { oracles, threshold, .. } => {
                if oracles.len() > MAX_ORACLES || !are_distinct(oracles) {
                    return Err(Error::InvalidOracles);
                }
                if !is_threshold(*threshold, oracles.len()) {
                    return Err(Error::InvalidThreshold);
                }
                if oracles.contains(&seller) || oracles.contains(&buyer) {
                    return Err(Error::InvalidOracles);
                }
            }
        }
        if self.sign_offs.len() > MAX_SIGN_OFFS || !are_distinct(&self.sign_offs) {
            return Err(Error::InvalidSignOffs);
        }
        if self.sharing == Hash([0; 32]) {
            return Err(Error::NoSharing);
        }
        if self.deadline <= env.now().block {
            return Err(Error::DeadlinePassed);
        }
        check_period(self.ruling)?;
        check_period(self.lifetime)
    }

    /// What is paid to the contract in all.
    pub(super) const fn asset_price(&self) -> Amount {
        match self.price {
            Price::Asset(amount) => amount,
            Price::Attested { .. } => 0,
        }
    }

    /// Whether the price is paid elsewhere.
    pub(super) const fn is_paid_elsewhere(&self) -> bool {
        matches!(self.price, Price::Attested { .. })
    }

    /// Whether the buyer has to reserve before paying: to leave the deposit, or because a payment
    /// elsewhere is not seen until it is made.
    pub(super) const fn needs_reservation(&self) -> bool {
        self.deposit != 0 || self.is_paid_elsewhere()
    }

    /// Whether this is the seller or the buyer.
    pub(super) fn is_party(&self, who: Address) -> bool {
        who == self.seller.address || who == self.buyer.address
    }
}
