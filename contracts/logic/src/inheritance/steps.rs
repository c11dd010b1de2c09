//! The steps by which control passes on: each is prepared, then executed.

use codec::{Decode, Encode};

use super::{state::Events, Event, Heir, Inheritance, Standing, Succession};
use crate::{
    attestation::{bit, Case},
    countdown::after,
    custody::{Goal, Preparation, Target},
    Address, Effects, Environment, Error, Hash,
};

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
    /// The owner died: to this heir, from 0; with heirs together, 0.
    Succeed(u8),
    /// The owner cannot decide: to the guardian.
    Appoint,
    /// The owner can decide again, or the guardian's term is over: back to the owner.
    Restore,
    /// The heir is of age: from the trustee to the heir.
    Majority,
    /// The owner revoked: the key leaves the contract, to the owner's own account.
    Release,
}

/// What a step leads to.
struct Due {
    target: Target,
    standing: Standing,
    /// Who is in control then, if it is one party.
    party: Option<Address>,
}

impl Inheritance<'_> {
    /// An heir accepts, where heirs inherit together, or declines, where they do in order.
    pub fn answer(&mut self, env: &impl Environment) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        if !self.is_open(Case::Death) {
            return Err(Error::CaseNotOpen);
        }
        let caller = env.caller();
        let position = match &self.terms.succession {
            Succession::InOrder { heirs, .. } => {
                heirs.iter().position(|heir| heir.party.address == caller)
            }
            Succession::Together { heirs, .. } => heirs.iter().position(|heir| *heir == caller),
        };
        let answer = position.map(bit).ok_or(Error::NotHeir)?;
        if self.state.death.contest.is_none() {
            return Err(Error::NotProven);
        }
        if self.state.answers & answer != 0 {
            return Err(Error::AlreadyAnswered);
        }
        self.state.answers |= answer;
        Ok(self.followed_by_abandoning(env, Effects::event(Event::Answered(caller))))
    }

    /// Has the next epoch prepared for whom the step leads to. The control plane takes it from there:
    /// the request is approved as the key's policy says, and agents confirm the new epoch.
    pub fn prepare(
        &mut self,
        env: &impl Environment,
        step: Step,
        preparation: Preparation,
    ) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let mut events = self.progress(env.now())?;
        if has_restarted(&events) {
            return Ok(self.followed_by_abandoning(env, Effects { actions: [].into(), events }));
        }
        let Due { target, party, .. } = self.due(env, step)?;
        // Agents compute the key's next shares before the step is taken, and a case can be contested
        // until then. What returns to the owner is the owner's to share.
        let agreed = self.terms.sharing.filter(|_| step != Step::Release);
        if agreed.is_some_and(|agreed| env.keccak256(&preparation.sharing) != agreed) {
            return Err(Error::OtherSharing);
        }
        // What waits for a guardian does not keep an heir waiting.
        let outranked = matches!(step, Step::Succeed(_))
            && self.state.custody.prepared() == Some(Step::Appoint);
        let can_follow = !outranked && self.can_prepared_follow(env);
        let mut actions = self.state.custody.abandon_unless(env, can_follow);
        let proof = self.terms.condition.map(|condition| (condition, self.evidence(step)));
        let goal = Goal { step, target, party, proof };
        actions.extend(self.state.custody.prepare(env, goal, preparation)?);
        events.push(Event::Preparing(step));
        Ok(Effects { actions, events })
    }

    /// Passes control on: in this call the former party's ends and the next one's begins.
    ///
    /// If the chain turns out to have stood still, periods start anew and nothing passes on.
    pub fn execute(&mut self, env: &impl Environment, step: Step) -> Result<Effects<Event>, Error> {
        Self::require_no_value(env)?;
        let mut events = self.progress(env.now())?;
        if has_restarted(&events) {
            return Ok(self.followed_by_abandoning(env, Effects { actions: [].into(), events }));
        }
        let due = self.due(env, step)?;
        let actions = self.state.custody.transfer(env, step, due.target)?;
        self.state.standing = due.standing;
        self.state.clear();
        if step == Step::Restore {
            self.state.alive = env.now().block;
        }
        events.push(Event::Executed(step));
        Ok(Effects { actions, events })
    }

    /// Whether the step that was prepared may still be taken, now or later.
    fn can_prepared_follow(&self, env: &impl Environment) -> bool {
        let Some(step) = self.state.custody.prepared() else { return false };
        let is_proven = |case| self.is_open(case) && self.state.docket(case).contest.is_some();
        match step {
            Step::Succeed(heir) => is_proven(Case::Death) && !self.has_declined(heir),
            Step::Appoint => is_proven(Case::Incapacity),
            Step::Restore => match self.state.standing {
                Standing::Guardian { until } => {
                    env.now().block > until || is_proven(Case::Recovery)
                }
                _ => false,
            },
            Step::Majority => matches!(self.state.standing, Standing::Trustee { .. }),
            Step::Release => self.state.standing == Standing::Revoked,
        }
    }

    /// Drops first what was prepared for a step that can follow no more.
    pub(super) fn followed_by_abandoning(
        &mut self,
        env: &impl Environment,
        mut effects: Effects<Event>,
    ) -> Effects<Event> {
        let can_follow = self.can_prepared_follow(env);
        let mut actions = self.state.custody.abandon_unless(env, can_follow);
        actions.append(&mut effects.actions);
        Effects { actions, ..effects }
    }

    fn has_declined(&self, heir: u8) -> bool {
        let in_order = matches!(self.terms.succession, Succession::InOrder { .. });
        in_order && self.state.answers & bit(usize::from(heir)) != 0
    }

    /// What proves to the key's policy that a step is due. Silence alone, a date and the owner's own
    /// word have no document: their hash is 0.
    fn evidence(&self, step: Step) -> Hash {
        let case = match step {
            Step::Succeed(_) => Some(Case::Death),
            Step::Appoint => Some(Case::Incapacity),
            Step::Restore => Some(Case::Recovery),
            Step::Majority | Step::Release => None,
        };
        let evidence = case.and_then(|case| self.state.docket(case).tally.evidence());
        evidence.unwrap_or(Hash([0; 32]))
    }

    /// Where the step leads, if it may be taken now and by this caller.
    fn due(&self, env: &impl Environment, step: Step) -> Result<Due, Error> {
        self.require_entitled(env, step)?;
        match step {
            Step::Succeed(heir) => self.succeed(env, heir),
            Step::Appoint => {
                let guardian = self.terms.guardian.ok_or(Error::NoGuardian)?;
                self.require_proven(env, Case::Incapacity)?;
                let until = after(env.now().block, guardian.term)?;
                let target = Target { owner: env.own_account(), policy: guardian.policy };
                let party = Some(guardian.address);
                Ok(Due { target, standing: Standing::Guardian { until }, party })
            }
            Step::Restore => {
                let Standing::Guardian { until } = self.state.standing else {
                    return Err(Error::StepNotDue);
                };
                if env.now().block <= until {
                    self.require_proven(env, Case::Recovery)?;
                }
                let owner = &self.terms.owner;
                let target = Target { owner: env.own_account(), policy: owner.policy };
                Ok(Due { target, standing: Standing::Owner, party: Some(owner.address) })
            }
            Step::Majority => self.majority(env),
            Step::Release => {
                if self.state.standing != Standing::Revoked {
                    return Err(Error::StepNotDue);
                }
                let owner = &self.terms.owner;
                let target = Target { owner: owner.account, policy: owner.policy };
                Ok(Due { target, standing: Standing::Left, party: Some(owner.address) })
            }
        }
    }

    /// Whether a case was proven and its contest period has passed.
    fn require_proven(&self, env: &impl Environment, case: Case) -> Result<(), Error> {
        let contest = self.state.docket(case).contest.ok_or(Error::NotProven)?;
        if !contest.is_over(env.now()) {
            return Err(Error::StillContestable);
        }
        Ok(())
    }

    fn succeed(&self, env: &impl Environment, index: u8) -> Result<Due, Error> {
        self.require_proven(env, Case::Death)?;
        match &self.terms.succession {
            Succession::InOrder { heirs, turn } => {
                let heir = heirs.get(usize::from(index)).ok_or(Error::UnknownHeir)?;
                self.require_turn(env, index, *turn)?;
                Ok(inherits(env, index, heir))
            }
            Succession::Together { threshold, policy, .. } => {
                if index != 0 {
                    return Err(Error::UnknownHeir);
                }
                if self.state.answers.count_ones() < u32::from(*threshold) {
                    return Err(Error::TooFewHeirs);
                }
                let target = Target { owner: env.own_account(), policy: *policy };
                Ok(Due { target, standing: Standing::Heirs, party: None })
            }
        }
    }

    /// Whether every heir before this one declined or let the turn pass.
    fn require_turn(&self, env: &impl Environment, index: u8, turn: u32) -> Result<(), Error> {
        if self.has_declined(index) {
            return Err(Error::HeirDeclined);
        }
        let all_before = bit(usize::from(index)).saturating_sub(1);
        if self.state.answers & all_before == all_before {
            return Ok(());
        }
        let until = self.state.contest_until(Case::Death).ok_or(Error::NotProven)?;
        let waits = turn.checked_mul(u32::from(index)).ok_or(Error::DateTooFar)?;
        if env.now().block <= after(until, waits)? {
            return Err(Error::NotHeirsTurn);
        }
        Ok(())
    }

    fn majority(&self, env: &impl Environment) -> Result<Due, Error> {
        let Standing::Trustee { heir } = self.state.standing else {
            return Err(Error::StepNotDue);
        };
        let Succession::InOrder { heirs, .. } = &self.terms.succession else {
            return Err(Error::StepNotDue);
        };
        let heir_terms = heirs.get(usize::from(heir)).ok_or(Error::UnknownHeir)?;
        let due = inherits(env, heir, heir_terms);
        if due.standing != Standing::Left {
            return Err(Error::NotOfAge);
        }
        Ok(due)
    }

    fn require_entitled(&self, env: &impl Environment, step: Step) -> Result<(), Error> {
        let caller = env.caller();
        let is_owner = caller == self.terms.owner.address;
        let is_guardian = self.terms.guardian.is_some_and(|guardian| guardian.address == caller);
        let is_heir = self.terms.succession.concerns(caller);
        let is_executor = self.terms.executor == Some(caller);
        let entitled = match step {
            Step::Succeed(_) => is_heir || is_executor,
            Step::Appoint => is_guardian || is_executor,
            Step::Restore => is_owner || is_guardian || is_executor,
            Step::Majority => is_heir || is_executor,
            Step::Release => is_owner,
        };
        if !entitled {
            return Err(Error::NotEntitled);
        }
        Ok(())
    }
}

fn has_restarted(events: &Events) -> bool {
    events.iter().any(|event| matches!(event, Event::Restarted(_)))
}

/// To the heir, or to the trustee of one who is not of age.
fn inherits(env: &impl Environment, index: u8, heir: &Heir) -> Due {
    match heir.minority {
        Some(minority) if env.now().block < minority.until => Due {
            target: Target { owner: env.own_account(), policy: minority.policy },
            standing: Standing::Trustee { heir: index },
            party: Some(minority.trustee),
        },
        _ => Due {
            target: Target { owner: heir.party.account, policy: heir.party.policy },
            standing: Standing::Left,
            party: Some(heir.party.address),
        },
    }
}
