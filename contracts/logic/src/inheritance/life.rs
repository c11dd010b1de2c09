//! Proofs of life, silence, and what follows by itself as time goes on.

use super::{
    state::{Docket, Events},
    Event, Inheritance, Standing,
};
use crate::{
    attestation::Case,
    countdown::{after, Countdown},
    Effects, Environment, Error, Moment,
};

impl Inheritance<'_> {
    /// The owner gives a proof of life. It ends silence, and whatever was attested of a death.
    pub fn prove_life(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        self.require_owner(env)?;
        if !matches!(self.state.standing, Standing::Owner | Standing::Guardian { .. }) {
            return Err(Error::NotInForce);
        }
        self.note_life(env.now());
        Ok(self.followed_by_abandoning(env, Effects::event(Event::ProofOfLife)))
    }

    /// What every call of the owner proves.
    pub(super) fn note_life(&mut self, now: Moment) {
        self.state.alive = now.block;
        self.state.grace = None;
        self.state.death = Docket::default();
        self.state.answers = 0;
    }

    /// Somebody concerned reports that the owner has been silent. Grace begins.
    pub fn report_silence(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        if !self.terms.concerns(env.caller()) {
            return Err(Error::NotConcerned);
        }
        if self.state.standing != Standing::Owner {
            return Err(Error::NotInForce);
        }
        if self.state.grace.is_some() {
            return Err(Error::SilenceReported);
        }
        let now = env.now();
        if now.block <= after(self.state.alive, self.terms.interval)? {
            return Err(Error::NotSilent);
        }
        let grace = Countdown::start(now, self.terms.grace)?;
        self.state.grace = Some(grace);
        Ok(Effects::event(Event::SilenceReported(grace.until())))
    }

    /// Anyone has the contract look at the clocks: it finds halts the better, the more often it does.
    pub fn observe(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let events = self.progress(env.now())?;
        Ok(self.followed_by_abandoning(env, Effects { actions: [].into(), events }))
    }

    /// Whether the owner let the grace period pass.
    fn is_silent(&self, now: Moment) -> bool {
        self.state.standing == Standing::Owner
            && self.state.grace.is_some_and(|grace| grace.is_over(now))
    }

    /// Whether a case matters where the contract stands.
    pub(super) const fn is_open(&self, case: Case) -> bool {
        match case {
            Case::Death => {
                matches!(self.state.standing, Standing::Owner | Standing::Guardian { .. })
            }
            Case::Incapacity => matches!(self.state.standing, Standing::Owner),
            Case::Recovery => matches!(self.state.standing, Standing::Guardian { .. }),
        }
    }

    /// Lets time do its work: periods start anew after a halt, and a case that is proven now gets its
    /// contest period, one that no longer is loses it.
    pub(super) fn progress(&mut self, now: Moment) -> Result<Events, Error> {
        let mut events = Events::new();
        let pace = &self.terms.pace;
        if let Some(grace) = &mut self.state.grace {
            if grace.observe(now, pace)? {
                events.push(Event::Restarted(grace.until()));
            }
        }
        let silent = self.is_silent(now);
        for case in Case::ALL {
            let open = self.is_open(case);
            let docket = self.state.docket_mut(case);
            let proven = open && docket.tally.proves(&self.terms.attestors, case, silent);
            match &mut docket.contest {
                Some(_) if !proven => {
                    docket.contest = None;
                    events.push(Event::Unproven(case));
                }
                Some(contest) => {
                    let restarted = contest.observe(now, pace)?;
                    events.extend(restarted.then(|| Event::Restarted(contest.until())));
                }
                None if proven => {
                    let contest = Countdown::start(now, self.terms.contest)?;
                    docket.contest = Some(contest);
                    events.push(Event::Proven(case, contest.until()));
                }
                None => {}
            }
        }
        if events.contains(&Event::Unproven(Case::Death)) {
            self.state.answers = 0;
        }
        Ok(events)
    }
}
