//! The key a contract owns, and what is asked of the control plane for it.
//!
//! # Preparations
//!
//! A key has one next epoch at a time, so a contract has one preparation at a time. It is made for a
//! step, by which control passes on, and stands until the step is taken, or can follow no more: then
//! its request is cancelled, or the epoch that came of it dropped. If shares were released for it, it
//! can be neither; it is abandoned, and what comes of it is dropped by the next call that finds it.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use crate::{
    operation::{self, Kind},
    requests, Account, Action, Address, BlockNumber, Environment, Error, Hash, KeyId, PolicyId,
    Request, RequestId, Status,
};

/// The key of a contract whose control passes on by steps of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Custody<Step> {
    key: Option<KeyId>,
    /// The contract froze it, and did not lift that.
    frozen: bool,
    prepared: Option<Prepared<Step>>,
    /// The condition that is fulfilled.
    fulfilled: Option<Hash>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Prepared<Step> {
    step: Step,
    /// Known once the control plane has answered.
    request: Option<RequestId>,
    /// The request's last block. Until then nobody else has another epoch prepared instead.
    expires: BlockNumber,
    /// Its step can follow no more.
    abandoned: bool,
}

/// Who the key goes to, and under which policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Who owns it then.
    pub owner: Account,
    /// What its next epoch commits to.
    pub policy: PolicyId,
}

/// What is prepared.
#[derive(Clone, Copy, Debug)]
pub struct Goal<Step> {
    /// By which step.
    pub step: Step,
    /// Where the key goes.
    pub target: Target,
    /// Who may begin anew before the preparation has expired: the party that it leads to, if it is one.
    pub party: Option<Address>,
    /// The condition of the policy that is met now, with what proves it.
    pub proof: Option<(Hash, Hash)>,
}

/// What the preparation of a transfer says beside its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    /// Makes the request unique.
    pub salt: [u8; 32],
    /// Quorum and tree of the next epoch, SCALE-encoded.
    pub sharing: Vec<u8>,
    /// The policy under which it is requested: the present one, or a successor.
    pub policy: PolicyId,
    /// The last block at which it can be approved or released.
    pub expires: BlockNumber,
}

impl<Step> Default for Custody<Step> {
    fn default() -> Self {
        Self { key: None, frozen: false, prepared: None, fulfilled: None }
    }
}

impl<Step: Copy + PartialEq> Custody<Step> {
    /// Takes a key on that the contract owns, once.
    pub fn bind(&mut self, env: &impl Environment, key: KeyId) -> Result<(), Error> {
        if self.key.is_some() {
            return Err(Error::KeyBound);
        }
        if env.owner_of(key) != Some(env.own_account()) {
            return Err(Error::KeyNotOwned);
        }
        self.key = Some(key);
        Ok(())
    }

    /// The key, if there is one.
    pub const fn key(&self) -> Option<KeyId> {
        self.key
    }

    /// The step that was prepared and can still follow.
    pub fn prepared(&self) -> Option<Step> {
        self.prepared.as_ref().filter(|prepared| !prepared.abandoned).map(|prepared| prepared.step)
    }

    /// Whether a condition is fulfilled.
    pub const fn is_fulfilled(&self) -> bool {
        self.fulfilled.is_some()
    }

    /// The key, which the contract has to own still.
    pub fn held(&self, env: &impl Environment) -> Result<KeyId, Error> {
        let key = self.key.ok_or(Error::KeyNotBound)?;
        if env.owner_of(key) != Some(env.own_account()) {
            return Err(Error::KeyNotOwned);
        }
        Ok(key)
    }

    /// A request of whoever is in control.
    pub fn submit(
        &self,
        env: &impl Environment,
        request: Request,
        allowed: &[Kind],
    ) -> Result<Action, Error> {
        if operation::check(&request, allowed)? != Kind::Enrol && request.key != self.held(env)? {
            return Err(Error::OtherKey);
        }
        Ok(Action::Submit(request))
    }

    /// The request of the preparation has this id.
    pub fn submitted(&mut self, request: RequestId) {
        if let Some(prepared) = self.prepared.as_mut().filter(|one| one.request.is_none()) {
            prepared.request = Some(request);
        }
    }

    /// Freezes the key, also if it did before: governance may have lifted that, and nobody tells.
    pub fn freeze(&mut self, env: &impl Environment) -> Result<Action, Error> {
        let key = self.held(env)?;
        self.frozen = true;
        Ok(Action::Freeze(key))
    }

    /// Lifts the freeze.
    pub fn unfreeze(&mut self, env: &impl Environment) -> Result<Action, Error> {
        let key = self.held(env)?;
        if !self.frozen {
            return Err(Error::KeyNotFrozen);
        }
        self.frozen = false;
        Ok(Action::Unfreeze(key))
    }

    /// Lifts the freeze if there is one: a frozen key is neither prepared nor handed over.
    fn thaw(&mut self, key: KeyId) -> Vec<Action> {
        let frozen = core::mem::take(&mut self.frozen);
        frozen.then_some(Action::Unfreeze(key)).into_iter().collect()
    }

    /// Asks for the next epoch.
    pub fn prepare(
        &mut self,
        env: &impl Environment,
        goal: Goal<Step>,
        preparation: Preparation,
    ) -> Result<Vec<Action>, Error> {
        let key = self.held(env)?;
        self.require_replaceable(env, &goal)?;
        let mut actions = self.thaw(key);
        actions.extend(self.abandon(env));
        // An epoch that a former party began makes way too.
        if !actions.contains(&Action::Withdraw(key)) {
            actions.push(Action::Withdraw(key));
        }
        if let Some((condition, evidence)) = goal.proof {
            self.fulfilled = Some(condition);
            actions.push(Action::FulfilCondition { condition, evidence });
        }
        let Preparation { salt, sharing, policy, expires } = preparation;
        let Goal { step, target, .. } = goal;
        self.prepared = Some(Prepared { step, request: None, expires, abandoned: false });
        actions.push(Action::Submit(Request {
            salt,
            key,
            operation: operation::transfer(&sharing, target.owner, target.policy)?,
            // No transfers, no fee.
            effect: [0, 0].into(),
            payload: Vec::new(),
            policy,
            expires,
        }));
        Ok(actions)
    }

    /// Whether nothing is prepared that others rely on.
    fn require_replaceable(&self, env: &impl Environment, goal: &Goal<Step>) -> Result<(), Error> {
        let Some(prepared) = &self.prepared else { return Ok(()) };
        let status = requests::status(env, prepared.request);
        if status == Status::Executing {
            return Err(Error::PreparationUnderWay);
        }
        let stands = !prepared.abandoned && status != Status::Over;
        let own = prepared.step == goal.step && goal.party == Some(env.caller());
        if stands && !own && env.now().block <= prepared.expires {
            return Err(Error::AlreadyPrepared);
        }
        Ok(())
    }

    /// What was prepared comes to nothing, and the condition is met no more.
    pub fn abandon(&mut self, env: &impl Environment) -> Vec<Action> {
        let mut actions = self.withdraw_condition();
        let Some(mut prepared) = self.prepared.take() else { return actions };
        match (requests::status(env, prepared.request), prepared.request, self.key) {
            (Status::Pending | Status::Approved, Some(request), _) => {
                actions.push(Action::Cancel(request));
            }
            (Status::Completed, _, Some(key)) => actions.push(Action::Withdraw(key)),
            (Status::Executing, ..) => {
                prepared.abandoned = true;
                self.prepared = Some(prepared);
            }
            _ => {}
        }
        actions
    }

    /// Abandons what was prepared unless its step can still follow.
    pub fn abandon_unless(&mut self, env: &impl Environment, can_follow: bool) -> Vec<Action> {
        if self.prepared.is_none() || (can_follow && self.prepared().is_some()) {
            return Vec::new();
        }
        self.abandon(env)
    }

    /// The condition is met no more.
    pub fn withdraw_condition(&mut self) -> Vec<Action> {
        self.fulfilled.take().map(Action::WithdrawCondition).into_iter().collect()
    }

    /// Hands the key over to the target that was prepared.
    pub fn transfer(
        &mut self,
        env: &impl Environment,
        step: Step,
        target: Target,
    ) -> Result<Vec<Action>, Error> {
        let key = self.held(env)?;
        if self.prepared() != Some(step) {
            return Err(Error::NotPrepared);
        }
        self.prepared = None;
        let mut actions = self.thaw(key);
        let Target { owner, policy } = target;
        actions.push(Action::TransferControl { key, owner, policy });
        // The key may come back under a policy with the same condition: it is met anew then.
        actions.extend(self.withdraw_condition());
        Ok(actions)
    }
}
