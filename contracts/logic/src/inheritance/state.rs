//! Where an inheritance stands, and who is in control.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use super::{Step, Succession, Terms};
use crate::{
    attestation::{Case, Tally},
    countdown::Countdown,
    custody::Custody,
    Address, BlockNumber, Environment, Error, Hash, KeyId, Remember, RequestId,
};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Standing {
    /// The key is not bound yet. The owner is in control.
    Draft,
    /// The owner is in control.
    Owner,
    /// The guardian is, and the owner's control can return.
    Guardian {
        /// The last block of the guardian's term.
        until: BlockNumber,
    },
    /// The trustee of this heir is.
    Trustee {
        /// Which heir, from 0.
        heir: u8,
    },
    /// The heirs are, together.
    Heirs,
    /// The owner is, for good: nothing is inherited any more.
    Revoked,
    /// The key has left the contract: who owns it is in control.
    Left,
}

/// Whom the contract obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// The owner.
    Owner,
    /// The guardian.
    Guardian,
    /// The trustee of an heir.
    Trustee(u8),
    /// Any of the heirs: their policy asks for the signatures of enough of them.
    Heirs,
    /// Nobody: the key has left.
    Nobody,
}

/// One case: who attested, and until when it can be contested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Docket {
    /// Who attested.
    pub tally: Tally,
    /// Runs once the case is proven.
    pub contest: Option<Countdown>,
}

/// All that changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct State {
    pub(super) standing: Standing,
    pub(super) custody: Custody<Step>,
    /// The last proof of life.
    pub(super) alive: BlockNumber,
    /// The grace period, once silence was reported.
    pub(super) grace: Option<Countdown>,
    pub(super) death: Docket,
    pub(super) incapacity: Docket,
    pub(super) recovery: Docket,
    pub(super) contests_left: u8,
    /// Heirs that accepted (together) or declined (in order), a bit each.
    pub(super) answers: u8,
}

/// What is told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The contract keeps this key from now on.
    Bound(KeyId),
    /// The owner gave a proof of life.
    ProofOfLife,
    /// The owner is silent. The grace period ends with this block.
    SilenceReported(BlockNumber),
    /// Somebody attested.
    Attested(Case, Address, Hash),
    /// Somebody took an attestation back.
    Retracted(Case, Address),
    /// A case is proven. Its contest period ends with this block.
    Proven(Case, BlockNumber),
    /// What was proven is proven no more: an attestation was taken back, or silence ended.
    Unproven(Case),
    /// The chain had stood still: a period started anew and ends with this block.
    Restarted(BlockNumber),
    /// Somebody contested a case.
    Contested(Case, Address),
    /// An heir accepted or declined.
    Answered(Address),
    /// The next epoch was asked for.
    Preparing(Step),
    /// Control has passed on.
    Executed(Step),
    /// The owner revoked the inheritance.
    Revoked,
    /// The controller made a request.
    Requested(Address),
    /// The controller froze the key.
    Frozen,
    /// The controller lifted the freeze.
    Unfrozen,
}

/// An inheritance: its terms, and where it stands.
#[derive(Debug)]
pub struct Inheritance<'a> {
    /// What the owner laid down.
    pub terms: &'a Terms,
    /// What has become of it.
    pub state: &'a mut State,
}

impl State {
    /// The beginning. The owner is in control before it and after it.
    pub fn new(terms: &Terms, env: &impl Environment) -> Result<Self, Error> {
        terms.check()?;
        Ok(Self {
            standing: Standing::Draft,
            custody: Custody::default(),
            alive: env.now().block,
            grace: None,
            death: Docket::default(),
            incapacity: Docket::default(),
            recovery: Docket::default(),
            contests_left: terms.contests,
            answers: 0,
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

    /// The block of the last proof of life.
    pub const fn alive(&self) -> BlockNumber {
        self.alive
    }

    /// The last block of the grace period, if silence was reported.
    pub fn grace_until(&self) -> Option<BlockNumber> {
        self.grace.map(|grace| grace.until())
    }

    /// The last block of a case's contest period, if it is proven.
    pub fn contest_until(&self, case: Case) -> Option<BlockNumber> {
        self.docket(case).contest.map(|contest| contest.until())
    }

    /// The step that was prepared and can still follow.
    pub fn prepared(&self) -> Option<Step> {
        self.custody.prepared()
    }

    /// Whom the contract obeys.
    pub const fn controller(&self) -> Controller {
        match self.standing {
            Standing::Draft | Standing::Owner | Standing::Revoked => Controller::Owner,
            Standing::Guardian { .. } => Controller::Guardian,
            Standing::Trustee { heir } => Controller::Trustee(heir),
            Standing::Heirs => Controller::Heirs,
            Standing::Left => Controller::Nobody,
        }
    }

    pub(super) const fn docket(&self, case: Case) -> &Docket {
        match case {
            Case::Death => &self.death,
            Case::Incapacity => &self.incapacity,
            Case::Recovery => &self.recovery,
        }
    }

    pub(super) fn docket_mut(&mut self, case: Case) -> &mut Docket {
        match case {
            Case::Death => &mut self.death,
            Case::Incapacity => &mut self.incapacity,
            Case::Recovery => &mut self.recovery,
        }
    }

    /// Nothing was attested, reported or answered.
    pub(super) fn clear(&mut self) {
        self.grace = None;
        self.death = Docket::default();
        self.incapacity = Docket::default();
        self.recovery = Docket::default();
        self.answers = 0;
    }
}

impl Remember for State {
    fn submitted(&mut self, request: RequestId) {
        self.custody.submitted(request);
    }
}

impl Inheritance<'_> {
    /// Whether the contract obeys this party.
    pub fn obeys(&self, who: Address) -> bool {
        match self.state.controller() {
            Controller::Owner => self.terms.owner.address == who,
            Controller::Guardian => {
                self.terms.guardian.is_some_and(|guardian| guardian.address == who)
            }
            Controller::Trustee(heir) => self.trustee(heir) == Some(who),
            Controller::Heirs => self.terms.succession.concerns(who),
            Controller::Nobody => false,
        }
    }

    fn trustee(&self, heir: u8) -> Option<Address> {
        match &self.terms.succession {
            Succession::InOrder { heirs, .. } => {
                heirs.get(usize::from(heir))?.minority.map(|minority| minority.trustee)
            }
            Succession::Together { .. } => None,
        }
    }

    pub(super) fn require_owner(&self, env: &impl Environment) -> Result<(), Error> {
        if env.caller() != self.terms.owner.address {
            return Err(Error::NotOwner);
        }
        Ok(())
    }

    pub(super) fn require_no_value(env: &impl Environment) -> Result<(), Error> {
        if env.value() != 0 {
            return Err(Error::NoPaymentDue);
        }
        Ok(())
    }
}

/// Events of one call, gathered.
pub(super) type Events = Vec<Event>;
