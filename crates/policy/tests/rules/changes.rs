use crate::common::*;
use regent_primitives::policy::{ChangeSignature, ChangeSignatures};

fn successor(of: &Policy, name: &str) -> Policy {
    let mut next = of.clone();
    next.name = bounded(name.as_bytes().to_vec());
    next.predecessor = Some(of.hash(GENESIS));
    next
}

fn signed(from: &Policy, to: &Policy, people: &[Person]) -> Vec<ChangeSignature> {
    let message = change_message(GENESIS, from.hash(GENESIS), to.hash(GENESIS));
    people
        .iter()
        .map(|person| ChangeSignature {
            signer: person.to_account_id(),
            signature: person.sign(message.as_bytes()).into(),
        })
        .collect()
}

#[test]
fn a_change_with_enough_signatures_passes() {
    let first = policy();
    let second = successor(&first, "second");
    let signatures = signed(&first, &second, &[Dave, Eve]);
    assert_eq!(check_change(GENESIS, &first, &second, &signatures), Ok(()));
}

#[test]
fn wallets_may_wrap_the_change_they_sign() {
    let first = policy();
    let second = successor(&first, "second");
    let message = change_message(GENESIS, first.hash(GENESIS), second.hash(GENESIS));
    let wrapped = [b"<Bytes>".as_slice(), message.as_bytes(), b"</Bytes>"].concat();
    let mut signatures = signed(&first, &second, &[Dave, Eve]);
    signatures[1].signature = Eve.sign(&wrapped).into();
    assert_eq!(check_change(GENESIS, &first, &second, &signatures), Ok(()));
}

#[test]
fn a_successor_names_its_predecessor_and_is_valid_itself() {
    let first = policy();
    let mut second = successor(&first, "second");
    second.predecessor = None;
    assert_eq!(
        check_change(GENESIS, &first, &second, &signed(&first, &second, &[Dave, Eve])),
        Err(Violation::PredecessorMismatch { found: None, expected: first.hash(GENESIS) })
    );
    let mut broken = successor(&first, "second");
    broken.stages = bounded(vec![]);
    assert_eq!(
        check_change(GENESIS, &first, &broken, &signed(&first, &broken, &[Dave, Eve])),
        Err(Violation::NoStages)
    );
}

#[test]
fn signatures_must_be_enough_distinct_members_of_the_predecessor() {
    let first = policy();
    let mut second = successor(&first, "second");
    // The successor's own change role counts for nothing here.
    second.roles[2] = role("board", &[One, Ferdie]);
    let check = |signatures: &[ChangeSignature]| check_change(GENESIS, &first, &second, signatures);
    assert_eq!(
        check(&signed(&first, &second, &[Dave])),
        Err(Violation::ChangeSignaturesMissing { found: 1, expected: 2 })
    );
    assert_eq!(
        check(&signed(&first, &second, &[Dave, Dave])),
        Err(Violation::DuplicateSigner { signer: Dave.to_account_id() })
    );
    assert_eq!(
        check(&signed(&first, &second, &[Dave, Eve, One])),
        Err(Violation::SignerNotInChangeRole { signer: One.to_account_id() })
    );
    let other = successor(&first, "other");
    let mut signatures = signed(&first, &second, &[Dave, Eve]);
    signatures.extend(signed(&first, &other, &[Ferdie]));
    assert_eq!(
        check(&signatures),
        Err(Violation::InvalidSignature { signer: Ferdie.to_account_id() })
    );
}

fn lineage() -> Vec<(Policy, ChangeSignatures)> {
    let first = policy();
    let second = successor(&first, "second");
    let third = successor(&second, "third");
    let to_second = signed(&first, &second, &[Dave, Eve]);
    let to_third = signed(&second, &third, &[Eve, Ferdie]);
    vec![(first, bounded(vec![])), (second, bounded(to_second)), (third, bounded(to_third))]
}

#[test]
fn a_lineage_leads_from_the_committed_policy_to_the_requests() {
    let whole = lineage();
    let hash = |at: usize| whole[at].0.hash(GENESIS);
    for end in 0..3 {
        assert_eq!(check_lineage(GENESIS, hash(0), &whole[..=end], hash(end)), Ok(()));
    }
    assert_eq!(check_lineage(GENESIS, hash(1), &whole[1..], hash(2)), Ok(()));
}

#[test]
fn a_lineage_with_a_wrong_end_or_a_missing_step_is_refused() {
    let whole = lineage();
    let hash = |at: usize| whole[at].0.hash(GENESIS);
    assert_eq!(check_lineage(GENESIS, hash(0), &[], hash(0)), Err(Violation::EmptyLineage));
    assert!(matches!(
        check_lineage(GENESIS, hash(1), &whole, hash(2)),
        Err(Violation::LineageStart { .. })
    ));
    assert!(matches!(
        check_lineage(GENESIS, hash(0), &whole[..2], hash(2)),
        Err(Violation::LineageEnd { .. })
    ));
    let gap = vec![whole[0].clone(), whole[2].clone()];
    assert!(matches!(
        check_lineage(GENESIS, hash(0), &gap, hash(2)),
        Err(Violation::PredecessorMismatch { .. })
    ));
    let mut unsigned = whole.clone();
    unsigned[1].1 = bounded(vec![]);
    assert_eq!(
        check_lineage(GENESIS, hash(0), &unsigned, hash(2)),
        Err(Violation::ChangeSignaturesMissing { found: 0, expected: 2 })
    );
}

#[test]
fn a_lineage_is_bounded() {
    let policy = policy();
    let hash = policy.hash(GENESIS);
    let long = vec![(policy, ChangeSignatures::default()); 33];
    assert_eq!(
        check_lineage(GENESIS, hash, &long, hash),
        Err(Violation::LineageTooLong { found: 33, maximum: 32 })
    );
}
