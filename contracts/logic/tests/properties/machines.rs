//! The machines under one roof, and every message they take.

use std::rc::Rc;

use regent_contract_logic::{
    attestation::Case,
    custody::Preparation,
    delegation::{self, Delegation},
    inheritance::{self, Inheritance},
    sale::{self, Ruling, Sale},
    Action, Environment, Error, Hash, KeyId, Remember, Request, RequestId,
};

#[derive(Clone)]
pub enum Machine {
    Inheritance(Rc<inheritance::Terms>, Box<inheritance::State>),
    Sale(Rc<sale::Terms>, sale::State),
    Delegation(Rc<delegation::Terms>, delegation::State),
}

#[derive(Clone, Debug)]
pub enum Message {
    Bind(KeyId),
    Submit(Request),
    Freeze,
    Unfreeze,
    // Inheritance
    ProveLife,
    ReportSilence,
    Observe,
    Attest(Case, u8),
    Retract(Case, u8),
    Contest(Case),
    Answer,
    Prepare(inheritance::Step, Preparation),
    Execute(inheritance::Step),
    Revoke,
    // Sale
    Reserve,
    Pay,
    AttestPayment,
    AttestReturn,
    SignOff(u8),
    Refuse(u8),
    Cancel,
    Dispute,
    Rule(Ruling),
    Expire,
    PrepareSale(sale::Step, Preparation),
    Settle,
    TakeBack,
    Withdraw,
    // Delegation
    Recall,
    PrepareRelease(Preparation),
    Abandon,
    Release,
}

impl Message {
    pub fn prepares(&self) -> bool {
        matches!(self, Self::Prepare(..) | Self::PrepareSale(..) | Self::PrepareRelease(_))
    }
}

/// What happened, as far as the properties speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    Succeeded,
    Appointed,
    Restored,
    CameOfAge,
    Released,
    Revoked,
    Restarted,
    Contested,
    Settled,
    Cancelled,
    Disputed,
    Recalled,
    Other,
}

/// What is to be done, and what happened.
pub type Answer = (Vec<Action>, Vec<Happened>);

const EVIDENCE: Hash = Hash([9; 32]);

impl Machine {
    /// `None`: the machine has no such message.
    pub fn apply(
        &mut self,
        env: &impl Environment,
        message: Message,
    ) -> Option<Result<Answer, Error>> {
        match self {
            Self::Inheritance(terms, state) => {
                let done = inherit(&mut Inheritance { terms, state }, env, message)?;
                let happened = |event: &inheritance::Event| match event {
                    inheritance::Event::Executed(step) => match step {
                        inheritance::Step::Succeed(_) => Happened::Succeeded,
                        inheritance::Step::Appoint => Happened::Appointed,
                        inheritance::Step::Restore => Happened::Restored,
                        inheritance::Step::Majority => Happened::CameOfAge,
                        inheritance::Step::Release => Happened::Released,
                    },
                    inheritance::Event::Revoked => Happened::Revoked,
                    inheritance::Event::Restarted(_) => Happened::Restarted,
                    inheritance::Event::Contested(..) => Happened::Contested,
                    _ => Happened::Other,
                };
                Some(done.map(|done| (done.actions, done.events.iter().map(happened).collect())))
            }
            Self::Sale(terms, state) => {
                let done = sell(&mut Sale { terms, state }, env, message)?;
                let happened = |event: &sale::Event| match event {
                    sale::Event::Settled => Happened::Settled,
                    sale::Event::Cancelled(_) => Happened::Cancelled,
                    sale::Event::Disputed(_) => Happened::Disputed,
                    sale::Event::TakenBack => Happened::Released,
                    _ => Happened::Other,
                };
                Some(done.map(|done| (done.actions, done.events.iter().map(happened).collect())))
            }
            Self::Delegation(terms, state) => {
                let done = delegate(&mut Delegation { terms, state }, env, message)?;
                let happened = |event: &delegation::Event| match event {
                    delegation::Event::Recalled(_) => Happened::Recalled,
                    delegation::Event::Released => Happened::Released,
                    _ => Happened::Other,
                };
                Some(done.map(|done| (done.actions, done.events.iter().map(happened).collect())))
            }
        }
    }

    /// The request it submitted has this id.
    pub fn submitted(&mut self, request: RequestId) {
        match self {
            Self::Inheritance(_, state) => state.submitted(request),
            Self::Sale(_, state) => state.submitted(request),
            Self::Delegation(_, state) => state.submitted(request),
        }
    }

    /// The condition that it fulfils, if its key's policies have one.
    pub fn condition(&self) -> Option<Hash> {
        match self {
            Self::Inheritance(terms, _) => terms.condition,
            Self::Sale(terms, _) => terms.condition,
            Self::Delegation(..) => None,
        }
    }

    /// What the machine says the contract holds.
    pub fn held(&self) -> u128 {
        match self {
            Self::Sale(_, state) => state.held(),
            _ => 0,
        }
    }
}

type Done<Event> = Option<Result<regent_contract_logic::Effects<Event>, Error>>;

fn inherit(
    machine: &mut Inheritance<'_>,
    env: &impl Environment,
    message: Message,
) -> Done<inheritance::Event> {
    Some(match message {
        Message::Bind(key) => machine.bind(env, key),
        Message::Submit(request) => machine.submit(env, request),
        Message::Freeze => machine.freeze(env),
        Message::Unfreeze => machine.unfreeze(env),
        Message::ProveLife => machine.prove_life(env),
        Message::ReportSilence => machine.report_silence(env),
        Message::Observe => machine.observe(env),
        Message::Attest(case, group) => machine.attest(env, case, group, EVIDENCE),
        Message::Retract(case, group) => machine.retract(env, case, group),
        Message::Contest(case) => machine.contest(env, case),
        Message::Answer => machine.answer(env),
        Message::Prepare(step, preparation) => machine.prepare(env, step, preparation),
        Message::Execute(step) => machine.execute(env, step),
        Message::Revoke => machine.revoke(env),
        _ => return None,
    })
}

fn sell(machine: &mut Sale<'_>, env: &impl Environment, message: Message) -> Done<sale::Event> {
    Some(match message {
        Message::Bind(key) => machine.bind(env, key),
        Message::Submit(request) => machine.submit(env, request),
        Message::Reserve => machine.reserve(env),
        Message::Pay => machine.pay(env),
        Message::AttestPayment => machine.attest_payment(env, EVIDENCE),
        Message::AttestReturn => machine.attest_return(env, EVIDENCE),
        Message::SignOff(index) => machine.sign_off(env, index, EVIDENCE),
        Message::Refuse(index) => machine.refuse(env, index, EVIDENCE),
        Message::Cancel => machine.cancel(env),
        Message::Dispute => machine.dispute(env),
        Message::Rule(ruling) => machine.rule(env, ruling),
        Message::Expire => machine.expire(env),
        Message::PrepareSale(step, preparation) => machine.prepare(env, step, preparation),
        Message::Settle => machine.settle(env),
        Message::TakeBack => machine.take_back(env),
        Message::Withdraw => machine.withdraw(env),
        _ => return None,
    })
}

fn delegate(
    machine: &mut Delegation<'_>,
    env: &impl Environment,
    message: Message,
) -> Done<delegation::Event> {
    Some(match message {
        Message::Bind(key) => machine.bind(env, key),
        Message::Submit(request) => machine.submit(env, request),
        Message::Freeze => machine.freeze(env),
        Message::Unfreeze => machine.unfreeze(env),
        Message::Recall => machine.recall(env),
        Message::PrepareRelease(preparation) => machine.prepare(env, preparation),
        Message::Abandon => machine.abandon(env),
        Message::Release => machine.release(env),
        _ => return None,
    })
}
