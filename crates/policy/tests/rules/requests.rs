use crate::common::*;

fn reasons(change: impl FnOnce(&mut Policy, &mut RequestBody)) -> Vec<Violation> {
    let mut policy = policy();
    let mut body = request(&policy);
    change(&mut policy, &mut body);
    body.policy = policy.hash(GENESIS);
    evaluate_request(GENESIS, &policy, &body, NOW)
}

#[test]
fn a_request_within_all_rules_has_no_violation() {
    assert_eq!(reasons(|_, _| {}), vec![]);
}

#[test]
fn a_request_made_under_another_policy_is_refused() {
    let policy = policy();
    let mut body = request(&policy);
    body.policy = regent_primitives::PolicyHash(H256([9; 32]));
    let expected = policy.hash(GENESIS);
    let found = body.policy;
    assert_eq!(
        evaluate_request(GENESIS, &policy, &body, NOW),
        vec![Violation::PolicyMismatch { found, expected }]
    );
}

#[test]
fn only_members_of_the_requesters_role_request() {
    assert_eq!(
        reasons(|_, body| body.requester = Eve.to_account_id()),
        vec![Violation::RequesterNotInRole { requester: Eve.to_account_id(), role: 0 }]
    );
}

#[test]
fn an_operation_the_policy_does_not_list_is_refused() {
    assert_eq!(
        reasons(|policy, _| policy.operations = bounded(vec![OperationKind::Decrypt])),
        vec![Violation::OperationNotAllowed { operation: OperationKind::Sign }]
    );
}

#[test]
fn raw_payloads_need_the_policys_word() {
    let raw = |body: &mut RequestBody| {
        body.operation = Operation::Sign { format: PayloadFormat::Raw };
        body.effect = Effect::default();
    };
    assert_eq!(
        reasons(|_, body| raw(body)),
        vec![Violation::RawNotAllowed { operation: OperationKind::Sign }]
    );
    assert_eq!(
        reasons(|policy, body| {
            policy.allow_raw = true;
            raw(body);
        }),
        vec![]
    );
}

#[test]
fn decryption_is_raw_and_needs_a_whole_result_key() {
    let decrypt = |policy: &mut Policy, body: &mut RequestBody, length: usize| {
        policy.operations = bounded(vec![OperationKind::Decrypt]);
        policy.allow_raw = true;
        body.operation = Operation::Decrypt { result_key: bounded(vec![0; length]) };
        body.effect = Effect::default();
    };
    assert_eq!(reasons(|policy, body| decrypt(policy, body, 1_216)), vec![]);
    assert_eq!(
        reasons(|policy, body| decrypt(policy, body, 1_215)),
        vec![Violation::ResultKeyLength { found: 1_215, expected: 1_216 }]
    );
    assert_eq!(
        reasons(|policy, body| {
            decrypt(policy, body, 1_216);
            policy.allow_raw = false;
        }),
        vec![Violation::RawNotAllowed { operation: OperationKind::Decrypt }]
    );
}

#[test]
fn signing_nothing_is_refused() {
    let found = reasons(|_, body| {
        body.operation = Operation::Sign { format: PayloadFormat::Empty };
        body.effect = Effect::default();
    });
    assert_eq!(
        found,
        vec![Violation::FormatNotForOperation {
            operation: OperationKind::Sign,
            format: PayloadFormat::Empty
        }]
    );
}

#[test]
fn an_enrolment_names_its_key_and_carries_nothing() {
    let enrol = |policy: &mut Policy, body: &mut RequestBody| {
        policy.operations = bounded(vec![OperationKind::Enrol]);
        let tree = regent_primitives::AccessTree::threshold_of_agents(
            1,
            &[regent_primitives::AgentId(H256([1; 32]))],
        )
        .unwrap();
        body.operation =
            Operation::Enrol { algorithm: regent_primitives::Algorithm::Ed25519, quorum: 0, tree };
        body.effect = Effect::default();
        body.key = KeyId::derive(GENESIS, &body.requester, &body.salt);
        body.payload_hash = payload_hash(GENESIS, PayloadFormat::Empty, &[]);
    };
    assert_eq!(reasons(enrol), vec![]);
    let found = reasons(|policy, body| {
        enrol(policy, body);
        body.key = KeyId(H256([8; 32]));
        body.epoch = 1;
        body.payload_hash = H256([8; 32]);
        body.effect = effect(vec![transfer(1, ETHER, 1)], None);
    });
    assert_eq!(found.len(), 4);
    assert!(matches!(found[0], Violation::EnrolmentKeyMismatch { .. }));
    assert!(matches!(found[1], Violation::EnrolmentEpoch { found: 1 }));
    assert!(matches!(found[2], Violation::EnrolmentPayload { .. }));
    assert!(matches!(found[3], Violation::EffectNotEmpty { transfers: 1, fee: false, .. }));
}

#[test]
fn lifetimes_are_bounded_and_over_after_the_last_block() {
    assert_eq!(reasons(|_, body| body.expires = NOW + 60), vec![]);
    assert_eq!(
        reasons(|_, body| body.expires = NOW + 61),
        vec![Violation::LifetimeTooLong { found: 61, maximum: 60 }]
    );
    assert_eq!(reasons(|_, body| body.expires = NOW), vec![]);
    assert_eq!(
        reasons(|_, body| body.expires = NOW - 1),
        vec![Violation::RequestExpired { expires: NOW - 1, now: NOW }]
    );
}

#[test]
fn transfers_of_an_asset_count_together() {
    assert_eq!(
        reasons(|_, body| {
            body.effect = effect(vec![transfer(1, ETHER, 60), transfer(2, ETHER, 40)], None);
        }),
        vec![]
    );
    assert_eq!(
        reasons(|_, body| {
            body.effect = effect(
                vec![transfer(1, ETHER, 60), transfer(1, TOKEN, 1_000), transfer(2, ETHER, 41)],
                None,
            );
        }),
        vec![Violation::AmountOverLimit { asset: ETHER, found: 101.into(), maximum: 100.into() }]
    );
}

#[test]
fn amounts_that_overflow_are_over_every_limit() {
    let found = reasons(|policy, body| {
        policy.limits[0].maximum = U256::MAX;
        let mut all = transfer(1, ETHER, 0);
        all.amount = U256::MAX;
        body.effect = effect(vec![all, transfer(2, ETHER, 1)], None);
    });
    assert_eq!(found, vec![Violation::AmountOverflow { asset: ETHER }]);
}

#[test]
fn an_asset_without_a_limit_is_not_moved_and_pays_no_fee() {
    let other = Asset::Ether { chain_id: 2 };
    assert_eq!(
        reasons(|_, body| {
            body.effect = effect(vec![transfer(1, other, 0), transfer(2, other, 0)], None);
            body.effect.fee = Some(Fee { asset: other, amount: 0.into() });
        }),
        vec![Violation::AssetWithoutLimit { asset: other }]
    );
    assert_eq!(
        reasons(|_, body| body.effect.fee = Some(Fee { asset: other, amount: 0.into() })),
        vec![Violation::AssetWithoutLimit { asset: other }]
    );
}

#[test]
fn fees_are_bounded() {
    assert_eq!(
        reasons(|_, body| body.effect.fee = Some(Fee { asset: ETHER, amount: 11.into() })),
        vec![Violation::FeeOverLimit { asset: ETHER, found: 11.into(), maximum: 10.into() }]
    );
}

#[test]
fn recipients_off_the_list_are_refused_even_for_nothing() {
    assert_eq!(
        reasons(|_, body| {
            body.effect = effect(vec![transfer(1, ETHER, 1), transfer(3, ETHER, 0)], None);
        }),
        vec![Violation::RecipientNotAllowed { transfer: 1 }]
    );
    assert_eq!(
        reasons(|policy, body| {
            policy.recipients = None;
            body.effect = effect(vec![transfer(3, ETHER, 1)], None);
        }),
        vec![]
    );
    assert_eq!(
        reasons(|policy, _| policy.recipients = Some(bounded(vec![]))),
        vec![Violation::RecipientNotAllowed { transfer: 0 }]
    );
}

#[test]
fn a_parsed_format_declares_an_effect_and_a_raw_one_none() {
    assert_eq!(
        reasons(|_, body| body.effect = Effect::default()),
        vec![Violation::EffectEmpty { format: PayloadFormat::EthereumTransaction }]
    );
    assert_eq!(reasons(|_, body| body.effect = effect(vec![], Some(1))), vec![]);
    assert_eq!(
        reasons(|policy, body| {
            policy.allow_raw = true;
            body.operation = Operation::Sign { format: PayloadFormat::Raw };
        }),
        vec![Violation::EffectNotEmpty { operation: OperationKind::Sign, transfers: 1, fee: true }]
    );
}

#[test]
fn every_reason_is_given_at_once() {
    let found = reasons(|policy, body| {
        policy.operations = bounded(vec![OperationKind::Enrol]);
        body.requester = Eve.to_account_id();
        body.effect = effect(vec![transfer(3, ETHER, 101)], Some(11));
    });
    assert_eq!(found.len(), 5);
    for violation in found {
        assert!(violation.to_string().contains(':'), "names its field: {violation}");
    }
}
