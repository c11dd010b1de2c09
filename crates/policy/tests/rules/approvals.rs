use crate::common::*;

struct Scene {
    policy: Policy,
    body: RequestBody,
    accepted: Vec<SignedApproval>,
}

impl Scene {
    fn new() -> Self {
        let policy = policy();
        Self { body: request(&policy), policy, accepted: Vec::new() }
    }

    fn offer_at(&mut self, new: SignedApproval, now: BlockNumber) -> Result<Progress, Violation> {
        let progress =
            accept_approval(GENESIS, &self.policy, &self.body, &self.accepted, &new, now)?;
        self.accepted.push(new);
        assert_eq!(progress, regent_policy::progress(&self.policy, &self.accepted));
        Ok(progress)
    }

    fn offer(&mut self, new: SignedApproval) -> Result<Progress, Violation> {
        self.offer_at(new, NOW)
    }

    fn approve(&mut self, person: Person, stage: u8) -> Result<Progress, Violation> {
        self.offer(approve(&self.body, person, stage))
    }

    fn verify(&self) -> Result<(), Violation> {
        verify_release(GENESIS, &self.policy, &self.body, &self.accepted, NOW)
    }
}

#[test]
fn stages_in_order_end_approved() {
    let mut scene = Scene::new();
    let open = |stage| Ok(Progress { stage, approved: false, denied: false });
    assert_eq!(scene.approve(Bob, 0), open(1));
    assert_eq!(scene.approve(Dave, 1), open(1));
    assert_eq!(
        scene.verify(),
        Err(Violation::ApprovalsMissing { stage: 1, found: 1, expected: 2 })
    );
    assert_eq!(scene.approve(Eve, 1), Ok(Progress { stage: 2, approved: true, denied: false }));
    assert_eq!(scene.verify(), Ok(()));
    assert_eq!(scene.approve(Ferdie, 1), Err(Violation::AlreadyDecided { denied: false }));
}

#[test]
fn a_stage_cannot_be_skipped_or_repeated() {
    let mut scene = Scene::new();
    let dave = Dave.to_account_id();
    assert_eq!(
        scene.approve(Dave, 1),
        Err(Violation::WrongStage { approver: dave.clone(), found: 1, open: 0 })
    );
    scene.approve(Bob, 0).unwrap();
    assert_eq!(
        scene.approve(Charlie, 0),
        Err(Violation::WrongStage { approver: Charlie.to_account_id(), found: 0, open: 1 })
    );
    assert_eq!(
        scene.approve(Dave, 7),
        Err(Violation::WrongStage { approver: dave, found: 7, open: 1 })
    );
}

#[test]
fn a_person_counts_once_across_all_stages() {
    let mut scene = Scene::new();
    scene.approve(Charlie, 0).unwrap();
    // CHARLIE sits on the board too, and counted as operator.
    let charlie = Charlie.to_account_id();
    assert_eq!(scene.approve(Charlie, 1), Err(Violation::AlreadyApproved { approver: charlie }));
    scene.approve(Dave, 1).unwrap();
    let dave = Dave.to_account_id();
    assert_eq!(scene.approve(Dave, 1), Err(Violation::AlreadyApproved { approver: dave }));
}

#[test]
fn outsiders_and_the_requester_do_not_count() {
    let mut scene = Scene::new();
    let one = One.to_account_id();
    assert_eq!(
        scene.approve(One, 0),
        Err(Violation::ApproverNotInRole { approver: one, stage: 0 })
    );
    scene.body.requester = Bob.to_account_id();
    let bob = Bob.to_account_id();
    assert_eq!(scene.approve(Bob, 0), Err(Violation::RequesterApproves { requester: bob.clone() }));
    let denial = deny(&scene.body, Bob, 0);
    assert_eq!(scene.offer(denial), Err(Violation::RequesterApproves { requester: bob }));
}

#[test]
fn a_denial_stops_at_any_stage() {
    for (person, stage) in [(Bob, 0), (Eve, 1)] {
        let mut scene = Scene::new();
        let denial = deny(&scene.body, person, stage);
        assert_eq!(scene.offer(denial), Ok(Progress { stage: 0, approved: false, denied: true }));
        assert_eq!(scene.approve(Charlie, 0), Err(Violation::AlreadyDecided { denied: true }));
        let request = scene.body.id(GENESIS);
        assert_eq!(scene.verify(), Err(Violation::RequestDenied { request }));
    }
}

#[test]
fn who_approved_may_still_deny_and_who_has_no_role_may_not() {
    let mut scene = Scene::new();
    scene.approve(Bob, 0).unwrap();
    let outsider = deny(&scene.body, One, 1);
    assert!(matches!(scene.offer(outsider), Err(Violation::ApproverNotInRole { stage: 1, .. })));
    let nowhere = deny(&scene.body, Bob, 2);
    assert!(matches!(scene.offer(nowhere), Err(Violation::UnknownStage { found: 2, .. })));
    let denial = deny(&scene.body, Bob, 0);
    assert!(scene.offer(denial).unwrap().denied);
}

#[test]
fn every_binding_is_checked() {
    use BoundField::*;
    let other = H256([0xee; 32]);
    type Change = fn(&mut Approval, H256);
    let changes: [(BoundField, Change); 7] = [
        (Genesis, |a, h| a.genesis = h),
        (Request, |a, h| a.request.0 = h),
        (Key, |a, h| a.key.0 = h),
        (Epoch, |a, _| a.epoch = 1),
        (Operation, |a, _| a.operation = OperationKind::Decrypt),
        (PayloadHash, |a, h| a.payload_hash = h),
        (Policy, |a, h| a.policy.0 = h),
    ];
    for (field, change) in changes {
        let mut scene = Scene::new();
        let mut approval = approve(&scene.body, Bob, 0).approval;
        change(&mut approval, other);
        let approver = Bob.to_account_id();
        assert_eq!(
            scene.offer(sign(Bob, approval)),
            Err(Violation::ApprovalNotBound { approver, field })
        );
    }
}

#[test]
fn a_signature_of_somebody_else_or_over_something_else_is_refused() {
    let mut scene = Scene::new();
    let invalid = Err(Violation::InvalidSignature { signer: Bob.to_account_id() });
    let mut forged = approve(&scene.body, Charlie, 0);
    forged.approver = Bob.to_account_id();
    assert_eq!(scene.offer(forged), invalid);
    let mut extended = approve(&scene.body, Bob, 0);
    extended.approval.expires += 1;
    assert_eq!(scene.offer(extended), invalid);
    let mut turned = approve(&scene.body, Bob, 0);
    turned.approval.decision = Decision::Deny;
    assert_eq!(scene.offer(turned), invalid);
}

#[test]
fn wallets_may_wrap_what_they_sign() {
    let mut scene = Scene::new();
    let mut approval = approve(&scene.body, Bob, 0);
    approval.signature = Bob.sign(&approval.approval.wrapped_message()).into();
    assert!(scene.offer(approval).is_ok());
}

#[test]
fn approvals_count_until_they_expire() {
    let mut scene = Scene::new();
    let until =
        |body: &RequestBody, at| sign(Bob, Approval::of(GENESIS, body, 0, Decision::Approve, at));
    let lapsed = until(&scene.body, NOW - 1);
    let expired = |expires, now| {
        Err(Violation::ApprovalExpired { approver: Bob.to_account_id(), expires, now })
    };
    assert_eq!(scene.offer(lapsed), expired(NOW - 1, NOW));
    let last = until(&scene.body, NOW);
    scene.offer(last).unwrap();
    // One that lapsed takes the request with it.
    let next = approve(&scene.body, Dave, 1);
    assert_eq!(scene.offer_at(next, NOW + 1), expired(NOW, NOW + 1));
    scene.approve(Dave, 1).unwrap();
    scene.approve(Eve, 1).unwrap();
    assert_eq!(scene.verify(), Ok(()));
    assert_eq!(
        verify_release(GENESIS, &scene.policy, &scene.body, &scene.accepted, NOW + 1),
        Err(Violation::ApprovalExpired {
            approver: Bob.to_account_id(),
            expires: NOW,
            now: NOW + 1
        })
    );
}

#[test]
fn nothing_counts_after_the_requests_own_deadline() {
    let mut scene = Scene::new();
    for (person, stage) in [(Bob, 0), (Dave, 1), (Eve, 1)] {
        let mut approval = approve(&scene.body, person, stage).approval;
        approval.expires = EXPIRES + 100;
        scene.offer(sign(person, approval)).unwrap();
    }
    assert_eq!(
        verify_release(GENESIS, &scene.policy, &scene.body, &scene.accepted, EXPIRES),
        Ok(())
    );
    assert_eq!(
        verify_release(GENESIS, &scene.policy, &scene.body, &scene.accepted, EXPIRES + 1),
        Err(Violation::RequestExpired { expires: EXPIRES, now: EXPIRES + 1 })
    );
}

#[test]
fn a_release_is_verified_under_the_requests_own_valid_policy() {
    let mut scene = Scene::new();
    for (person, stage) in [(Bob, 0), (Dave, 1), (Eve, 1)] {
        scene.approve(person, stage).unwrap();
    }
    let mut weaker = scene.policy.clone();
    weaker.stages = bounded(vec![Stage { role: 1, threshold: 1 }]);
    let verdict = verify_release(GENESIS, &weaker, &scene.body, &scene.accepted[..1], NOW);
    assert!(matches!(verdict, Err(Violation::PolicyMismatch { .. })));
    // A policy that breaks its own rules approves nothing, even if the request names it.
    weaker.stages = bounded(vec![Stage { role: 1, threshold: 0 }]);
    let body = request(&weaker);
    let approvals = [approve(&body, Bob, 0)];
    let verdict = verify_release(GENESIS, &weaker, &body, &approvals, NOW);
    assert!(matches!(verdict, Err(Violation::InvalidThreshold { threshold: 0, .. })));
}
