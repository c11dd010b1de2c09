//! Attestations and contests.

use super::{state::Docket, Event, Inheritance};
use crate::{attestation::Case, Effects, Environment, Error, Hash};

impl Inheritance<'_> {
    /// A member of a group attests a case, with the hash of the document that says so.
    pub fn attest(
        &mut self,
        env: &impl Environment,
        case: Case,
        group: u8,
        evidence: Hash,
    ) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        if !self.is_open(case) {
            return Err(Error::CaseNotOpen);
        }
        if evidence == Hash([0; 32]) {
            return Err(Error::NoEvidence);
        }
        let (attestors, caller) = (&self.terms.attestors, env.caller());
        let tally = &mut self.state.docket_mut(case).tally;
        tally.attest(attestors, case, group, caller, evidence)?;
        let mut effects = Effects::event(Event::Attested(case, caller, evidence));
        effects.events.extend(self.progress(env.now())?);
        Ok(self.followed_by_abandoning(env, effects))
    }

    /// A member takes an attestation back, until the case is executed.
    pub fn retract(
        &mut self,
        env: &impl Environment,
        case: Case,
        group: u8,
    ) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        if !self.is_open(case) {
            return Err(Error::CaseNotOpen);
        }
        let (attestors, caller) = (&self.terms.attestors, env.caller());
        self.state.docket_mut(case).tally.retract(attestors, case, group, caller)?;
        let mut effects = Effects::event(Event::Retracted(case, caller));
        effects.events.extend(self.progress(env.now())?);
        Ok(self.followed_by_abandoning(env, effects))
    }

    /// The owner or a named party stops a case: all that was attested of it is void, and silence has
    /// to be reported anew.
    ///
    /// The owner's contest of a death is a proof of life. A recovery is for named parties to contest:
    /// the owner has no reason to, and may not be able to judge.
    pub fn contest(&mut self, env: &impl Environment, case: Case) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let caller = env.caller();
        let is_owner = caller == self.terms.owner.address && case != Case::Recovery;
        if !is_owner && !self.terms.contesters.contains(&caller) {
            return Err(Error::MayNotContest);
        }
        let silence = case == Case::Death && self.state.grace.is_some();
        if !self.is_open(case) || (self.state.docket(case).tally.is_empty() && !silence) {
            return Err(Error::NothingToContest);
        }
        if !is_owner {
            let left = self.state.contests_left.checked_sub(1);
            self.state.contests_left = left.ok_or(Error::NoContestLeft)?;
        }
        *self.state.docket_mut(case) = Docket::default();
        if case == Case::Death {
            self.state.grace = None;
            self.state.answers = 0;
            if is_owner {
                self.note_life(env.now());
            }
        }
        Ok(self.followed_by_abandoning(env, Effects::event(Event::Contested(case, caller))))
    }
}
