//! Any policy, any request, any approvals: evaluation gives the answer of the rules written down
//! another way, and never panics.

use codec::{Decode, DecodeAll, Encode};
use regent_policy::{
    accept_approval, check_policy, evaluate_request, progress, verify_release, Violation,
};
use regent_primitives::{
    payload::payload_hash, Approval, Decision, KeyId, Operation, OperationKind, PayloadFormat,
    Policy, PolicyHash, RequestBody, RequestId, SignedApproval, H256,
};

use crate::{
    people::{known, populate, Person},
    rules::{is_allowed, is_policy},
};

pub const GENESIS: H256 = H256([3; 32]);

/// What is made up: a policy, a request under it, and who offers to approve.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Case {
    pub policy: Policy,
    pub body: RequestBody,
    /// Makes the request what it says it is: its policy's, and an enrolment's key its own.
    pub honest: bool,
    pub offers: Vec<Offer>,
    pub now: u32,
}

/// An approval or denial, with at most one flaw.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Offer {
    pub person: Person,
    pub stage: u8,
    pub deny: bool,
    pub expires: u32,
    /// 0 to 8, in order of the match in [`Offer::signed`]; anything else is none.
    pub flaw: u8,
    pub wrapped: bool,
}

impl Offer {
    fn is_bound(&self) -> bool {
        self.flaw > 8
    }

    fn signed(&self, body: &RequestBody) -> SignedApproval {
        let Self { person, stage, expires, .. } = *self;
        let decision = if self.deny { Decision::Deny } else { Decision::Approve };
        let mut approval = Approval::of(GENESIS, body, stage, decision, expires);
        let other = |hash: H256| H256(hash.0.map(|byte| !byte));
        let mut signer = person;
        match self.flaw {
            0 => approval.genesis = other(approval.genesis),
            1 => approval.request = RequestId(other(approval.request.0)),
            2 => approval.key = KeyId(other(approval.key.0)),
            3 => approval.epoch = !approval.epoch,
            4 => {
                approval.operation = match approval.operation {
                    OperationKind::Sign => OperationKind::Decrypt,
                    _ => OperationKind::Sign,
                }
            }
            5 => approval.payload_hash = other(approval.payload_hash),
            6 => approval.policy = PolicyHash(other(approval.policy.0)),
            7 => signer = person.other(),
            _ => {}
        }
        let mut message = approval.message().0;
        if self.flaw == 8 {
            message[0] ^= 1;
        }
        let signature = signer.sign(&message, self.wrapped);
        SignedApproval { approval, approver: person.account(), signature }
    }
}

/// The encoding of a [`Case`].
pub fn check(bytes: &[u8]) {
    let Ok(mut case) = Case::decode_all(&mut &*bytes) else { return };
    // Signing is slow: a few approvals say all.
    case.offers.truncate(8);
    populate(&mut case.policy);
    known(&mut case.body.requester);
    if case.honest {
        case.body.policy = case.policy.hash(GENESIS);
        if let Operation::Enrol { .. } = case.body.operation {
            case.body.key = KeyId::derive(GENESIS, &case.body.requester, &case.body.salt);
            case.body.payload_hash = payload_hash(GENESIS, PayloadFormat::Empty, &[]);
            case.body.epoch = 0;
        }
    }
    check_rules(&case);
    check_approvals(&case);
}

fn check_rules(case: &Case) {
    let Case { policy, body, now, .. } = case;
    let checked = check_policy(policy);
    assert_eq!(checked.is_ok(), is_policy(policy), "{checked:?}");
    checked.err().iter().for_each(check_violation);
    let violations = evaluate_request(GENESIS, policy, body, *now);
    let allowed = is_allowed(GENESIS, policy, body, *now);
    assert_eq!(violations.is_empty(), allowed, "{violations:?}");
    violations.iter().for_each(check_violation);
    assert_eq!(violations, evaluate_request(GENESIS, policy, body, *now), "the same every time");
}

fn check_approvals(case: &Case) {
    let Case { policy, body, offers, now, .. } = case;
    let signed: Vec<_> = offers.iter().map(|offer| offer.signed(body)).collect();
    let verdict = verify_release(GENESIS, policy, body, &signed, *now);
    assert_eq!(verdict.is_ok(), releases(case, offers), "{verdict:?}");
    verdict.err().iter().for_each(check_violation);

    // One by one, as the chain takes them, keeping what it accepts.
    let (mut accepted, mut kept) = (Vec::new(), Vec::new());
    for (offer, signed) in offers.iter().zip(signed) {
        match accept_approval(GENESIS, policy, body, &accepted, &signed, *now) {
            Err(violation) => check_violation(&violation),
            Ok(next) => {
                assert!(offer.is_bound() && body.policy == policy.hash(GENESIS));
                assert!(offer.person.account() != body.requester);
                accepted.push(signed);
                kept.push(*offer);
                if is_policy(policy) {
                    assert_eq!(next, progress(policy, &accepted));
                    assert_eq!(next.approved, releases(case, &kept));
                }
            }
        }
    }
    let verdict = verify_release(GENESIS, policy, body, &accepted, *now);
    assert_eq!(verdict.is_ok(), releases(case, &kept), "{verdict:?}");
}

/// Whether exactly these approvals, in this order, release.
fn releases(case: &Case, offers: &[Offer]) -> bool {
    let Case { policy, body, now, .. } = case;
    let asked = policy.stages.iter().zip(0u8..);
    let asked: Vec<u8> =
        asked.flat_map(|(stage, at)| vec![at; usize::from(stage.threshold)]).collect();
    let given: Vec<u8> = offers.iter().map(|offer| offer.stage).collect();
    let accounts: Vec<_> = offers.iter().map(|offer| offer.person.account()).collect();
    let counts = |(at, offer): (usize, &Offer)| {
        let role = policy.stages.get(usize::from(offer.stage)).map(|stage| stage.role);
        let role = role.and_then(|role| policy.roles.get(usize::from(role)));
        offer.is_bound()
            && !offer.deny
            && offer.expires >= *now
            && accounts[at] != body.requester
            && !accounts[..at].contains(&accounts[at])
            && role.is_some_and(|role| role.members.contains(&accounts[at]))
    };
    is_policy(policy)
        && body.policy == policy.hash(GENESIS)
        && *now <= body.expires
        && given == asked
        && offers.iter().enumerate().all(counts)
}

/// A violation can be sent, and read by a person.
fn check_violation(violation: &Violation) {
    assert_eq!(Violation::decode_all(&mut &violation.encode()[..]).as_ref(), Ok(violation));
    assert!(violation.to_string().len() > 10, "{violation:?}");
}
