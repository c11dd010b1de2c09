//! Consent of others.

use super::{Event, Sale, Standing};
use crate::{attestation::bit, Effects, Environment, Error, Hash};

impl Sale<'_> {
    /// Somebody whose consent is needed gives it, with the hash of the decision.
    pub fn sign_off(
        &mut self,
        env: &impl Environment,
        index: u8,
        evidence: Hash,
    ) -> Result<Effects<Event>, Error> {
        let mark = self.sign_off_mark(env, index, evidence)?;
        if self.state.sign_off_marks & mark != 0 {
            return Err(Error::AlreadyAttested);
        }
        self.state.sign_off_marks |= mark;
        Ok(Effects::event(Event::SignedOff(env.caller(), evidence)))
    }

    /// Somebody whose consent is needed refuses it, or takes it back: the sale ends. What was paid
    /// elsewhere has to be returned first.
    pub fn refuse(
        &mut self,
        env: &impl Environment,
        index: u8,
        evidence: Hash,
    ) -> Result<Effects<Event>, Error> {
        let mark = self.sign_off_mark(env, index, evidence)?;
        self.state.sign_off_marks &= !mark;
        let mut effects = Effects::event(Event::Refused(env.caller(), evidence));
        effects.events.push(self.end(env)?);
        effects.actions = self.abandon_what_cannot_follow(env);
        Ok(effects)
    }

    /// Whether all consented.
    pub(super) fn is_cleared(&self) -> bool {
        (0..self.terms.sign_offs.len()).all(|index| self.state.sign_off_marks & bit(index) != 0)
    }

    fn sign_off_mark(
        &self,
        env: &impl Environment,
        index: u8,
        evidence: Hash,
    ) -> Result<u8, Error> {
        Self::require_no_value(env)?;
        if evidence == Hash([0; 32]) {
            return Err(Error::NoEvidence);
        }
        let index = usize::from(index);
        let sign_off = self.terms.sign_offs.get(index).ok_or(Error::UnknownSignOff)?;
        Self::require(env, sign_off.address, Error::NotSignOff)?;
        match self.state.standing {
            Standing::Open | Standing::Reserved | Standing::Paid | Standing::Disputed { .. } => {
                Ok(bit(index))
            }
            _ => Err(Error::SaleOver),
        }
    }
}
