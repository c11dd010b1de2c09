//! What is measured is evidence as a regulator takes it: large logs, and one operation of them.

use codec::DecodeAll;
use regent_benches::evidence::{
    commitment::Commitment, Ledger, Plan, ENTRIES_OF_AN_OPERATION as ENTRIES,
};
use regent_evidence::{verify, Bundle, Report, Rule, Trust};
use regent_primitives::{LogLeaf, RequestStatus, H256};
use regent_proof::Header;

/// Verifies a bundle's file, with its head as the anchor.
fn judge(bundle: &Bundle) -> Report {
    let head = Header::decode_all(&mut bundle.head.run[0].as_slice()).expect("a header");
    verify(&bundle.encode(), Trust { genesis: bundle.genesis, anchor: Some(head.hash()) })
}

/// The rule by which a bundle is refused after a change.
fn refused(bundle: &Bundle, change: impl FnOnce(&mut Bundle)) -> Option<Rule> {
    let mut bundle = bundle.clone();
    change(&mut bundle);
    judge(&bundle.seal()).first_failure().map(|failure| failure.rule)
}

#[test]
fn a_log_of_ten_thousand_entries_with_changes_of_validators_verifies() {
    let ledger = Ledger::of(Plan { validators: 4, operations: 1_000, changes: 6 });
    let bundle = ledger.export(0..1_000, true);
    assert_eq!(bundle.log.count, 1 + 1_000 * ENTRIES as u64);
    assert_eq!(bundle.log.entries.len() as u64, bundle.log.count);
    assert_eq!(bundle.handoffs.len(), 6);
    let report = judge(&bundle);
    assert_eq!(report.to_string(), "valid, anchored");
    assert_eq!(report.operations.len(), 1_000);
    assert!(report.operations.iter().all(|one| one.status == Some(RequestStatus::Completed)));

    // A change that is left out, an entry of its middle, and one operation's approval.
    assert_eq!(refused(&bundle, |bundle| drop(bundle.handoffs.remove(3))), Some(Rule::Handoff));
    assert_eq!(
        refused(&bundle, |bundle| {
            let last = bundle.log.entries[5_000].len() - 1;
            bundle.log.entries[5_000][last] ^= 1;
        }),
        Some(Rule::LogEntries)
    );
    assert_eq!(
        refused(&bundle, |bundle| bundle.operations[500].approvals = None),
        Some(Rule::ApprovalsUnproven)
    );
}

#[test]
fn changes_of_validators_stand_between_entries_of_the_log() {
    let ledger = Ledger::of(Plan { validators: 4, operations: 20, changes: 5 });
    let bundle = ledger.export(0..20, true);
    assert_eq!(judge(&bundle).to_string(), "valid, anchored");
    let shown = bundle.log.blocks.iter().flat_map(|batch| &batch.leaves);
    let shown: Vec<LogLeaf> =
        shown.map(|bytes| LogLeaf::decode_all(&mut bytes.as_slice()).expect("a leaf")).collect();
    for handoff in &bundle.handoffs {
        let header = Header::decode_all(&mut handoff.header.as_slice()).expect("a header");
        // Some entries are older than the change, some are newer.
        assert!(shown.iter().any(|leaf| leaf.block < header.number));
        assert!(shown.iter().any(|leaf| leaf.block > header.number));
    }
}

#[test]
fn one_operation_is_taken_out_of_a_log_with_few_and_with_many_validators() {
    let bytes = [4, 100].map(|validators| {
        let ledger = Ledger::of(Plan { validators, operations: 30, changes: 2 });
        let bundle = ledger.export(11..12, false);
        assert!(bundle.log.entries.is_empty());
        assert_eq!((bundle.operations.len(), bundle.tokens.len()), (1, 1));
        let operation = &bundle.operations[0];
        assert_eq!((operation.releases.len(), operation.sessions.len()), (3, 1));
        let report = judge(&bundle);
        assert_eq!(report.to_string(), "valid, anchored");
        assert_eq!(report.operations[0].status, Some(RequestStatus::Completed));

        let other = Trust { genesis: bundle.genesis, anchor: Some(H256::repeat_byte(1)) };
        let report = verify(&bundle.encode(), other);
        assert_eq!(report.first_failure().map(|failure| failure.rule), Some(Rule::Anchor));
        assert_eq!(
            refused(&bundle, |bundle| drop(bundle.operations[0].releases.pop())),
            Some(Rule::State)
        );
        bundle.encode().len()
    });
    // Three justifications have 96 signatures more each.
    assert!(bytes[1] > bytes[0] + 3 * 96 * 64, "{bytes:?}");
}

#[test]
fn commitment_and_chain_of_hashes_prove_the_same_entries() {
    let commitment = Commitment::of(500);
    assert_eq!(commitment.leaves(), 501);
    for at in [0, 1, commitment.middle(), 498, 499] {
        let (proof, chain) = (commitment.prove(at), commitment.prove_by_chain(at));
        assert!(commitment.holds(at, &proof) && commitment.chain_holds(at, &chain), "{at}");
        let other = (at + 1) % 500;
        assert!(!commitment.holds(other, &proof) && !commitment.chain_holds(other, &chain));
    }
    for entries in [1, 250, 499] {
        let proof = commitment.prove_earlier(entries);
        assert!(commitment.earlier_holds(&proof) && commitment.extension_holds(entries));
        let mut other = proof.clone();
        other.earlier.root = H256::repeat_byte(1);
        assert!(!commitment.earlier_holds(&other));
    }
}

#[test]
fn proofs_grow_with_the_logarithm_of_the_log() {
    let bytes = [1_000, 10_000, 100_000].map(|entries| {
        let commitment = Commitment::of(entries);
        let at = commitment.middle();
        let proof = commitment.prove(at);
        assert!(commitment.holds(at, &proof));
        proof.bytes()
    });
    // Ten times the log is at most four nodes more, and as many peaks at most.
    for (before, after) in bytes.iter().zip(&bytes[1..]) {
        assert!(*after <= before + 8 * 32, "{bytes:?}");
    }
}
