//! Where a sale stands, who is in control, and what the contract holds.

use codec::{Decode, Encode};

use super::{Ruling, Step, Terms};
use crate::{
    custody::Custody, requests::OpenRequests, Address, Amount, BlockNumber, Environment, Error,
    Hash, KeyId, Remember, RequestId,
};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Standing {
    /// The key is not bound yet.
    Draft,
    /// Nothing was paid; the seller uses the key.
    Open,
    /// The deposit is there, or a payment elsewhere is to come; nobody uses the key.
    Reserved,
    /// All is paid.
    Paid,
    /// One of the parties disputes it, or what was paid elsewhere has to be returned.
    Disputed {
        /// The last block for a ruling.
        until: BlockNumber,
    },
    /// The buyer has the key and the seller the price.
    Settled,
    /// Nothing is sold; the seller uses the key.
    Cancelled,
    /// The seller has the key.
    Left,
}

/// All that changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct State {
    pub(super) standing: Standing,
    pub(super) custody: Custody<Step>,
    /// What the buyer paid for the sale to this contract.
    pub(super) paid: Amount,
    /// What the buyer can withdraw.
    pub(super) refund: Amount,
    /// Oracles that attested the payment, a bit each.
    pub(super) payment_marks: u8,
    /// Oracles that attested its return.
    pub(super) return_marks: u8,
    /// Sign-offs given, a bit each.
    pub(super) sign_off_marks: u8,
    /// Parties that agree to cancel what is paid: 1 the seller, 2 the buyer.
    pub(super) consents: u8,
    /// The arbiter ruled once that the sale is to be settled.
    pub(super) ruled: bool,
    /// The last block in which it can be settled; a ruling extends it.
    pub(super) settle_until: BlockNumber,
    /// The seller's requests.
    pub(super) requests: OpenRequests,
}

/// What is told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The contract keeps this key from now on.
    Bound(KeyId),
    /// The seller made a request.
    Requested,
    /// The buyer reserved, with this deposit.
    Reserved(Amount),
    /// An oracle attested the payment.
    PaymentAttested(Address, Hash),
    /// All is paid.
    Paid,
    /// An oracle attested the payment's return.
    ReturnAttested(Address, Hash),
    /// Somebody signed off.
    SignedOff(Address, Hash),
    /// Somebody refused to, or took it back.
    Refused(Address, Hash),
    /// A party agrees to cancel.
    CancelAgreed(Address),
    /// Nothing is sold; this much can be withdrawn.
    Cancelled(Amount),
    /// Somebody disputes the sale; rulings are possible up to this block.
    Disputed(BlockNumber),
    /// The arbiter ruled.
    Ruled(Ruling),
    /// The next epoch was asked for.
    Preparing(Step),
    /// The buyer has the key and the seller the price.
    Settled,
    /// The buyer withdrew a refund.
    Withdrawn(Amount),
    /// The seller took the key back.
    TakenBack,
}

/// A sale: its terms, and where it stands.
#[derive(Debug)]
pub struct Sale<'a> {
    /// What was agreed on.
    pub terms: &'a Terms,
    /// What has become of it.
    pub state: &'a mut State,
}

impl State {
    /// The beginning.
    pub fn new(terms: &Terms, env: &impl Environment) -> Result<Self, Error> {
        terms.check(env)?;
        Ok(Self {
            standing: Standing::Draft,
            custody: Custody::default(),
            paid: 0,
            refund: 0,
            payment_marks: 0,
            return_marks: 0,
            sign_off_marks: 0,
            consents: 0,
            ruled: false,
            settle_until: terms.deadline,
            requests: OpenRequests::default(),
        })
    }

    /// Where it stands.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// The key.
    pub const fn key(&self) -> Option<KeyId> {
        self.custody.key()
    }

    /// What the buyer can withdraw.
    pub const fn refund(&self) -> Amount {
        self.refund
    }

    /// The last block in which it can be settled.
    pub const fn settle_until(&self) -> BlockNumber {
        self.settle_until
    }

    /// The last block in which a request of the seller may still be carried out.
    pub fn requests_until(&self) -> BlockNumber {
        self.requests.until()
    }

    /// The step that was prepared and can still follow.
    pub fn prepared(&self) -> Option<Step> {
        self.custody.prepared()
    }

    /// What the buyer has to send next: the deposit, or the rest of the price.
    pub const fn due(&self, terms: &Terms) -> Amount {
        match self.standing {
            Standing::Open if terms.deposit != 0 => terms.deposit,
            Standing::Open | Standing::Reserved => terms.asset_price().saturating_sub(self.paid),
            _ => 0,
        }
    }

    /// All that the contract holds for somebody: its balance, to the last unit.
    pub const fn held(&self) -> Amount {
        self.paid.saturating_add(self.refund)
    }

    /// Whether the seller is in control. Else it is who owns the key: the buyer once it is settled,
    /// the seller once it was taken back.
    pub const fn seller_is_in_control(&self) -> bool {
        !matches!(self.standing, Standing::Settled | Standing::Left)
    }

    /// Whether nobody uses the key: the buyer is about to pay for it, or has.
    pub const fn is_locked(&self) -> bool {
        matches!(self.standing, Standing::Reserved | Standing::Paid | Standing::Disputed { .. })
    }
}

impl Remember for State {
    fn submitted(&mut self, request: RequestId) {
        self.custody.submitted(request);
        self.requests.submitted(request);
    }
}

impl Sale<'_> {
    /// All that the buyer paid is the buyer's to withdraw.
    pub(super) fn cancel_and_refund(&mut self) -> Result<Event, Error> {
        let refund = self.state.refund.checked_add(self.state.paid).ok_or(Error::Overflow)?;
        self.state.refund = refund;
        self.state.paid = 0;
        self.state.standing = Standing::Cancelled;
        Ok(Event::Cancelled(refund))
    }

    pub(super) fn require_no_value(env: &impl Environment) -> Result<(), Error> {
        if env.value() != 0 {
            return Err(Error::NoPaymentDue);
        }
        Ok(())
    }

    pub(super) fn require(env: &impl Environment, who: Address, or: Error) -> Result<(), Error> {
        if env.caller() != who {
            return Err(or);
        }
        Ok(())
    }

    pub(super) fn require_party(&self, env: &impl Environment) -> Result<(), Error> {
        if !self.terms.is_party(env.caller()) {
            return Err(Error::NotParty);
        }
        Ok(())
    }

    pub(super) fn require_time(&self, env: &impl Environment) -> Result<(), Error> {
        if env.now().block > self.state.settle_until {
            return Err(Error::DeadlinePassed);
        }
        Ok(())
    }
}
