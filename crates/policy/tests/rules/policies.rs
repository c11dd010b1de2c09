use regent_primitives::{BitcoinNetwork, Signature};
use sp_runtime::traits::Verify;

use crate::common::*;

fn broken(change: impl FnOnce(&mut Policy)) -> Violation {
    let mut policy = policy();
    change(&mut policy);
    check_policy(&policy).unwrap_err()
}

#[test]
fn a_whole_policy_passes() {
    assert_eq!(check_policy(&policy()), Ok(()));
}

#[test]
fn names_must_be_readable_and_distinct() {
    assert_eq!(broken(|p| p.name = bounded(vec![])), Violation::InvalidName { role: None });
    assert_eq!(
        broken(|p| p.roles[1].name = bounded(vec![0xff])),
        Violation::InvalidName { role: Some(1) }
    );
    assert_eq!(
        broken(|p| p.roles[2].name = bounded(b"operators".to_vec())),
        Violation::DuplicateRoleName { first: 1, second: 2 }
    );
}

#[test]
fn roles_have_members_and_each_once() {
    assert_eq!(broken(|p| p.roles[1] = role("x", &[])), Violation::EmptyRole { role: 1 });
    assert_eq!(
        broken(|p| p.roles[1] = role("x", &[Bob, Eve, Bob])),
        Violation::DuplicateMember { role: 1, member: Bob.to_account_id() }
    );
}

/// Anybody writes these two signatures down: over every message, for keys without a secret.
#[test]
fn members_are_accounts_for_which_somebody_has_to_sign() {
    let small_order = {
        let mut identity = [0; 32];
        identity[0] = 1;
        identity
    };
    let mut of_ed25519 = [0; 64];
    of_ed25519[0] = 1;
    let mut of_sr25519 = [0; 64];
    of_sr25519[63] = 0x80;
    let forged: [(AccountId, Signature); 2] = [
        (AccountId::new(small_order), sp_core::ed25519::Signature::from_raw(of_ed25519).into()),
        (AccountId::new([0; 32]), sp_core::sr25519::Signature::from_raw(of_sr25519).into()),
    ];
    for (account, signature) in forged {
        for message in [b"approve".as_slice(), b"something else"] {
            assert!(signature.verify(message, &account), "the attack works: {account:?}");
        }
        let violation = broken(|p| p.roles[1].members[0] = account.clone());
        assert_eq!(violation, Violation::WeakMember { role: 1, member: account });
        assert!(violation.to_string().contains("anybody can sign"), "{violation}");
    }
}

#[test]
fn rules_name_roles_that_exist() {
    assert_eq!(
        broken(|p| p.requesters = 3),
        Violation::UnknownRole { rule: Rule::Requesters, role: 3, roles: 3 }
    );
    assert_eq!(
        broken(|p| p.stages[1].role = 9),
        Violation::UnknownRole { rule: Rule::Stage(1), role: 9, roles: 3 }
    );
    assert_eq!(
        broken(|p| p.change_rule.role = 3),
        Violation::UnknownRole { rule: Rule::Change, role: 3, roles: 3 }
    );
    assert_eq!(
        broken(|p| p.roles = bounded(vec![])),
        Violation::UnknownRole { rule: Rule::Requesters, role: 0, roles: 0 }
    );
}

#[test]
fn thresholds_lie_between_one_and_the_members() {
    for (threshold, members) in [(0, 4), (5, 4)] {
        assert_eq!(
            broken(|p| p.stages[1].threshold = threshold),
            Violation::InvalidThreshold { rule: Rule::Stage(1), threshold, members }
        );
        assert_eq!(
            broken(|p| p.change_rule.threshold = threshold),
            Violation::InvalidThreshold { rule: Rule::Change, threshold, members }
        );
    }
}

#[test]
fn there_is_a_stage_and_no_more_approvals_than_fit() {
    assert_eq!(broken(|p| p.stages = bounded(vec![])), Violation::NoStages);
    let many = (1..=32u8).map(|n| AccountId::new([n; 32])).collect();
    assert_eq!(
        broken(|p| {
            p.roles[1].members = bounded(many);
            p.stages = bounded(vec![Stage { role: 1, threshold: 22 }; 3]);
        }),
        Violation::TooManyApprovalsAsked { found: 66, maximum: 64 }
    );
}

#[test]
fn lists_are_non_empty_where_they_must_be_and_name_nothing_twice() {
    assert_eq!(broken(|p| p.operations = bounded(vec![])), Violation::NoOperations);
    assert_eq!(
        broken(|p| p.operations = bounded(vec![OperationKind::Sign; 2])),
        Violation::DuplicateOperation { operation: OperationKind::Sign }
    );
    assert_eq!(broken(|p| p.limits[1].asset = ETHER), Violation::DuplicateLimit { asset: ETHER });
    assert_eq!(
        broken(|p| p.recipients = Some(bounded(vec![recipient(1); 2]))),
        Violation::DuplicateRecipient { index: 1 }
    );
    assert_eq!(broken(|p| p.measurements = bounded(vec![])), Violation::NoMeasurements);
    assert_eq!(
        broken(|p| p.measurements = bounded(vec![MEASUREMENT; 2])),
        Violation::DuplicateMeasurement { index: 1 }
    );
    assert_eq!(broken(|p| p.maximum_lifetime = 0), Violation::ZeroLifetime);
}

#[test]
fn conditions_are_distinct_and_gate_something() {
    let condition = |id: u8, contract: u8, operations: &[OperationKind]| Condition {
        id: H256::repeat_byte(id),
        contract: AccountId::new([contract; 32]),
        operations: bounded(operations.to_vec()),
    };
    let sign = [OperationKind::Sign];
    let mut good = policy();
    // Two contracts may use one id, and one contract two.
    good.conditions =
        bounded(vec![condition(1, 8, &sign), condition(1, 9, &sign), condition(2, 8, &sign)]);
    assert_eq!(check_policy(&good), Ok(()));
    assert_eq!(
        broken(|p| p.conditions = bounded(vec![condition(1, 8, &sign); 2])),
        Violation::DuplicateCondition { index: 1 }
    );
    for operations in [&[][..], &[OperationKind::Sign, OperationKind::Sign]] {
        assert_eq!(
            broken(|p| p.conditions = bounded(vec![condition(1, 8, operations)])),
            Violation::InvalidConditionOperations { index: 0 }
        );
    }
}

#[test]
fn limits_are_of_one_bitcoin_network() {
    let limits = |networks: &[BitcoinNetwork]| {
        let limit = |network: &BitcoinNetwork| AssetLimit {
            asset: Asset::Bitcoin { network: *network },
            maximum: 100.into(),
            maximum_fee: 10.into(),
        };
        let ether = AssetLimit { asset: ETHER, maximum: 1.into(), maximum_fee: 1.into() };
        bounded(networks.iter().map(limit).chain([ether]).collect())
    };
    let (first, second) = (BitcoinNetwork::Main, BitcoinNetwork::Test);
    let violation = broken(|p| p.limits = limits(&[first, second]));
    assert_eq!(violation, Violation::TwoBitcoinNetworks { first, second });
    let words = violation.to_string();
    assert!(
        words.contains("bitcoin and test bitcoin") && words.contains("each network"),
        "{words}"
    );
    for network in [first, second, BitcoinNetwork::Regtest] {
        let mut policy = policy();
        policy.limits = limits(&[network]);
        assert_eq!(check_policy(&policy), Ok(()));
    }
}

#[test]
fn only_listed_measurements_are_accepted() {
    assert!(accepts_measurement(&policy(), &MEASUREMENT));
    let other = Measurement { digest: H256([6; 32]), ..MEASUREMENT };
    assert!(!accepts_measurement(&policy(), &other));
}
