//! Anchors, findings, what two exports of one chain say of each other, and whatever strangers bring.

use std::{fs, path::Path};

use codec::DecodeAll;
use proptest::prelude::*;
use regent_evidence::{
    bundle::MAX_BUNDLE_BYTES, diff, verify, Absent, Bundle, Change, DiffError, FieldKind, Finding,
    Rule, Trust,
};
use regent_primitives::{LogLeaf, RequestStatus, H256};
use regent_proof::Header;

fn bytes(name: &str) -> Vec<u8> {
    fs::read(Path::new("testdata").join(name)).expect("a bundle is kept")
}

fn bundle(name: &str) -> Bundle {
    Bundle::decode(&bytes(name)).expect("a bundle")
}

/// Every kind of operation.
fn everything() -> Bundle {
    bundle("000.cbor")
}

/// The same chain, earlier.
fn earlier() -> Bundle {
    bundle("002.cbor")
}

fn trust(bundle: &Bundle) -> Trust {
    Trust { genesis: bundle.genesis, anchor: None }
}

fn run(bundle: &Bundle) -> Vec<Header> {
    let headers = bundle.head.run.iter();
    headers.map(|bytes| Header::decode_all(&mut bytes.as_slice()).expect("a header")).collect()
}

#[test]
fn a_head_or_what_follows_it_is_an_anchor() {
    let bundle = everything();
    for header in run(&bundle) {
        let trust = Trust { anchor: Some(header.hash()), ..trust(&bundle) };
        let report = verify(&bundle.encode(), trust);
        assert!(report.anchored);
        assert_eq!(report.to_string(), "valid, anchored");
    }
}

fn leaves(bundle: &Bundle) -> Vec<LogLeaf> {
    let leaves = bundle.log.blocks.iter().flat_map(|batch| &batch.leaves);
    leaves.map(|bytes| LogLeaf::decode_all(&mut bytes.as_slice()).expect("a leaf")).collect()
}

#[test]
fn a_block_that_changed_the_authorities_is_an_anchor_up_to_its_height() {
    let bundle = everything();
    assert!(bundle.handoffs.len() > 1);
    for handoff in &bundle.handoffs {
        let header = Header::decode_all(&mut handoff.header.as_slice()).expect("a header");
        let anchor = Some(header.hash());
        let report = verify(&bundle.encode(), Trust { anchor, ..trust(&bundle) });
        assert_eq!((report.anchored, report.anchor_block), (true, Some(header.number)));
        assert_eq!(report.to_string(), format!("valid, anchored at block {}", header.number));
    }
}

/// Authorities that retired could finalise a state that names any block among its ancestors.
#[test]
fn a_block_that_only_the_state_names_is_no_anchor() {
    let bundle = everything();
    let changed: Vec<H256> = bundle
        .handoffs
        .iter()
        .map(|handoff| Header::decode_all(&mut handoff.header.as_slice()).expect("a header").hash())
        .collect();
    let others = leaves(&bundle).into_iter().filter(|leaf| !changed.contains(&leaf.hash));
    let mut judged = 0;
    for leaf in others {
        let report = verify(&bundle.encode(), Trust { anchor: Some(leaf.hash), ..trust(&bundle) });
        assert_eq!(report.to_string(), "invalid: anchor", "block {}", leaf.block);
        judged += 1;
    }
    assert!(judged > 10);
}

#[test]
fn blocks_that_are_not_of_the_chain_are_refused() {
    let mut bundle = everything();
    let anchor = H256::repeat_byte(1);
    let leaf = bundle.log.blocks[0].leaves.last_mut().expect("a leaf");
    leaf[4..36].copy_from_slice(anchor.as_bytes());
    let report =
        verify(&bundle.seal().encode(), Trust { anchor: Some(anchor), ..trust(&everything()) });
    assert_eq!(report.first_failure().map(|failure| failure.rule), Some(Rule::LogBlocks));
    assert!(!report.anchored);
}

#[test]
fn a_block_that_the_head_does_not_lead_to_is_no_anchor() {
    let bundle = everything();
    for anchor in [bundle.genesis, H256::repeat_byte(1)] {
        let report = verify(&bundle.encode(), Trust { anchor: Some(anchor), ..trust(&bundle) });
        let failure = report.first_failure().expect("refused");
        assert_eq!(failure.rule, Rule::Anchor);
        assert!(failure.detail.contains("ask for an export"), "{failure}");
        assert!(!report.anchored);
    }
}

#[test]
fn without_an_anchor_nothing_is_bound() {
    let bundle = everything();
    let report = verify(&bundle.encode(), trust(&bundle));
    assert_eq!(report.to_string(), "self-consistent, unanchored");
    let first = run(&bundle).remove(0);
    assert_eq!(report.head, Some((first.number, first.hash())));
}

/// More than a week of sessions of 10 minutes.
#[test]
fn changes_of_authorities_in_every_session_are_followed() {
    let mut bundle = bundle("006.cbor");
    assert_eq!(bundle.handoffs.len(), 1_100);
    let report = verify(&bundle.encode(), trust(&bundle));
    assert_eq!(report.to_string(), "self-consistent, unanchored");
    // One of the last is left out.
    bundle.handoffs.remove(1_050);
    let report = verify(&bundle.encode(), trust(&bundle));
    assert_eq!(report.first_failure().map(|failure| failure.rule), Some(Rule::Handoff));
}

#[test]
fn too_many_bytes_are_not_looked_at() {
    let report = verify(&vec![0; MAX_BUNDLE_BYTES + 1], trust(&everything()));
    assert_eq!(report.first_failure().map(|failure| failure.rule), Some(Rule::TooLarge));
}

#[test]
fn findings_say_what_is_no_failure() {
    let bundle = everything();
    let report = verify(&bundle.encode(), trust(&bundle));
    assert!(report.operations.iter().all(|one| one.findings.contains(&Finding::Simulated)));
    let ended = |status: RequestStatus| {
        report.operations.iter().filter(move |one| one.status == Some(status))
    };
    for status in [RequestStatus::Expired, RequestStatus::Failed] {
        assert!(ended(status).all(|one| one.findings.contains(&Finding::Unaccounted)));
    }
    assert!(ended(RequestStatus::Completed).count() >= 5);
    assert!(
        ended(RequestStatus::Completed).all(|one| !one.findings.contains(&Finding::Unaccounted))
    );
    assert!(ended(RequestStatus::Denied).all(|one| one.findings.contains(&Finding::Raw)));
}

#[test]
fn a_transaction_of_every_kind_is_read() {
    // Legacy, of a token, by taproot and by P2WPKH; what pays somebody else is among the bundles that agree.
    for name in ["007.cbor", "008.cbor", "009.cbor", "010.cbor"] {
        let mut bundle = bundle(name);
        let report = verify(&bundle.encode(), trust(&bundle));
        assert_eq!(report.to_string(), "self-consistent, unanchored", "{name}");
        assert!(bundle.operations[0].payload.is_some());
        // Nothing says of which key it is.
        bundle.redact(|path| path.kind == FieldKind::Token);
        let report = verify(&bundle.encode(), trust(&bundle));
        assert_eq!(report.to_string(), "self-consistent, unanchored, withheld: token", "{name}");
    }
}

/// Its second attempt has a receipt, its first one released a share.
#[test]
fn a_receipt_accounts_for_its_own_attempt() {
    let mut bundle = bundle("012.cbor");
    let unaccounted = |bundle: &Bundle| {
        let report = verify(&bundle.encode(), trust(bundle));
        assert!(report.holds(), "{report}");
        assert_eq!(report.operations[0].status, Some(RequestStatus::Completed));
        report.operations[0].findings.contains(&Finding::Unaccounted)
    };
    assert!(bundle.operations[0].receipt.is_some());
    assert!(unaccounted(&bundle));
    bundle.redact(|path| path.kind == FieldKind::Receipt);
    assert!(!unaccounted(&bundle), "of which attempt it is cannot be seen");
}

#[test]
fn that_a_policy_has_conditions_is_said() {
    let bundle = bundle("011.cbor");
    let findings = |bundle: &Bundle| {
        let report = verify(&bundle.encode(), trust(bundle));
        assert!(report.holds(), "{report}");
        report.operations[0].findings.clone()
    };
    assert!(findings(&bundle).contains(&Finding::Conditions));
    assert!(!findings(&crate::bundle("001.cbor")).contains(&Finding::Conditions));
    let mut withheld = bundle;
    withheld.redact(|path| path.kind == FieldKind::Policy);
    assert!(!findings(&withheld).contains(&Finding::Conditions), "nobody can tell");
}

/// What is absent from a bundle that holds.
fn absent(bundle: &Bundle) -> Absent {
    let report = verify(&bundle.encode(), trust(bundle));
    assert_eq!(report.to_string(), "self-consistent, unanchored");
    report.absent.expect("it was judged")
}

#[test]
fn what_is_left_out_is_named_by_the_entries_that_are_here() {
    // One operation of five: with all entries, with the last ones, and with none.
    let whole = absent(&bundle("003.cbor"));
    assert_eq!((whole.from, whole.requests.len()), (Some(0), 4));
    assert_eq!(whole.unaccounted, whole.requests[2..3]);
    let late = absent(&bundle("004.cbor"));
    assert_eq!(late.from, Some(bundle("004.cbor").log.from));
    assert_eq!(late.requests, whole.requests[3..]);
    // It was submitted before the first entry that is here.
    assert_eq!(late.unaccounted, whole.unaccounted);
    let nothing = Absent { from: None, requests: Vec::new(), unaccounted: Vec::new() };
    assert_eq!(absent(&bundle("005.cbor")), nothing);
}

#[test]
fn nothing_is_absent_where_every_request_is_here_and_the_entries_tell() {
    let nothing = |from| Absent { from, requests: Vec::new(), unaccounted: Vec::new() };
    assert_eq!(absent(&everything()), nothing(Some(0)));
    assert_eq!(absent(&without_entries(everything()).seal()), nothing(None));
}

#[test]
fn of_what_is_not_judged_nothing_is_said_to_be_absent() {
    let bundle = bundle("003.cbor");
    let foreign = Trust { genesis: H256::zero(), anchor: None };
    assert_eq!(verify(&bundle.encode(), foreign).absent, None);
    // The last rule fails after everything was judged.
    let mut renamed = bundle.clone();
    renamed.id = H256::zero();
    let report = verify(&renamed.encode(), trust(&bundle));
    assert_eq!(report.first_failure().map(|failure| failure.rule), Some(Rule::BundleId));
    assert_eq!(report.absent, Some(absent(&bundle)));
}

#[test]
fn a_later_bundle_extends_an_earlier_one() {
    let (earlier, later) = (earlier(), everything());
    let found = diff(&earlier, &later).expect("extends");
    assert_eq!(found.entries, later.log.count - earlier.log.count);
    let of = |change| found.operations.values().filter(|found| **found == change).count();
    assert_eq!(of(Change::New), later.operations.len() - earlier.operations.len());
    // One was released once more after its receipt.
    assert_eq!((of(Change::Changed), of(Change::Missing)), (1, 0));
    assert_eq!(diff(&later, &later), Ok(Default::default()));
}

#[test]
fn operations_that_are_left_out_are_missing() {
    let (earlier, mut later) = (earlier(), everything());
    later.operations.clear();
    let found = diff(&earlier, &later).expect("extends");
    assert_eq!(found.operations.len(), earlier.operations.len());
    assert!(found.operations.values().all(|change| *change == Change::Missing));
}

#[test]
fn what_does_not_extend_is_named() {
    let (earlier, later) = (earlier(), everything());
    assert!(matches!(diff(&later, &earlier), Err(DiffError::ShorterLog { .. })));
    let mut other = later.clone();
    other.genesis = H256::zero();
    assert!(matches!(diff(&earlier, &other), Err(DiffError::OtherGenesis { .. })));
    let mut short = without_entries(later.clone());
    short.log.ancestry = None;
    assert!(matches!(diff(&earlier, &short), Err(DiffError::NotShown { .. })));
    let rewritten = Err(DiffError::Rewritten { request: None });
    // By the earlier commitment, by all entries, and where nothing was added.
    let mut linked = later.clone();
    linked.log.ancestry = None;
    let mut other = earlier.clone();
    other.log.head = H256::repeat_byte(1);
    assert_eq!(diff(&other, &later), rewritten);
    assert_eq!(diff(&other, &linked), rewritten);
    other.log.count = later.log.count;
    assert_eq!(diff(&other, &linked), rewritten);
    // Another head of the same height.
    let mut other = later.clone();
    other.head.run.remove(0);
    assert_eq!(diff(&other, &later), rewritten);
}

/// A bundle that does not bring the log's entries.
fn without_entries(mut bundle: Bundle) -> Bundle {
    bundle.log.from = bundle.log.count;
    bundle.log.entries.clear();
    bundle
}

#[test]
fn an_earlier_commitment_shows_the_same_as_all_entries() {
    let (earlier, later) = (earlier(), everything());
    let mut linked = later.clone();
    linked.log.ancestry = None;
    let short = without_entries(later);
    let report = verify(&short.clone().seal().encode(), trust(&short));
    assert!(report.holds(), "{report}");
    assert_eq!(diff(&earlier, &short), diff(&earlier, &linked));
    assert!(diff(&earlier, &short).is_ok());
}

#[test]
fn an_earlier_commitment_must_be_that_of_the_earlier_bundle() {
    let (earlier, later) = (earlier(), without_entries(everything()));
    let rewritten = Err(DiffError::Rewritten { request: None });
    let mut other = earlier.clone();
    other.log.root = H256::repeat_byte(1);
    assert_eq!(diff(&other, &later), rewritten);
    // The same log, and another block.
    let mut other = earlier.clone();
    other.head.run.remove(0);
    assert_eq!(diff(&other, &later), rewritten);
    let mut hidden = later.clone();
    hidden.log.blocks.clear();
    assert_eq!(diff(&earlier, &hidden), rewritten);
    // Whose commitment it is, is for the verifier.
    let mut forged = later;
    let ancestry = forged.log.ancestry.as_mut().expect("an earlier commitment");
    ancestry.root = H256::repeat_byte(1);
    let report = verify(&forged.clone().seal().encode(), trust(&forged));
    assert_eq!(report.first_failure().map(|failure| failure.rule), Some(Rule::LogAncestry));
}

#[test]
fn entries_are_shown_one_by_one() {
    let bundle = without_entries(everything());
    assert!(bundle.log.included.len() > 2);
    let refused = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = bundle.clone();
        change(&mut bundle);
        let report = verify(&bundle.seal().encode(), trust(&everything()));
        report.first_failure().map(|failure| failure.rule)
    };
    assert_eq!(refused(&|_| ()), None);
    let rule = Some(Rule::LogInclusion);
    assert_eq!(refused(&|bundle| bundle.log.included.reverse()), rule);
    assert_eq!(refused(&|bundle| bundle.log.included[0].count += 1), rule);
    assert_eq!(refused(&|bundle| bundle.log.included[0].path.push(H256::zero())), rule);
    assert_eq!(refused(&|bundle| bundle.log.included[0].entry[12] ^= 1), rule);
    let again = |bundle: &mut Bundle| {
        let first = bundle.log.included[0].clone();
        bundle.log.included.insert(0, first);
    };
    assert_eq!(refused(&again), rule);
}

#[test]
fn a_history_that_was_rewritten_is_noticed() {
    let (mut earlier, later) = (earlier(), everything());
    let histories: Vec<_> = later.operations.iter().map(|one| one.history.clone()).collect();
    for operation in &mut earlier.operations {
        let own = later.operations.iter().position(|one| one.id == operation.id);
        let other = histories.iter().enumerate().find(|(at, _)| Some(*at) != own);
        operation.history = other.expect("more than one").1.clone();
    }
    let found = diff(&earlier, &later);
    assert!(matches!(found, Err(DiffError::Rewritten { request: Some(_) })), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_is_spliced_in_is_noticed(
        at in any::<prop::sample::Index>(),
        removed in 0..48usize,
        inserted in prop::collection::vec(any::<u8>(), 0..48),
    ) {
        let whole = bytes("001.cbor");
        let from = at.index(whole.len());
        let to = (from + removed).min(whole.len());
        let changed = [&whole[..from], &inserted, &whole[to..]].concat();
        let genesis = Bundle::decode(&whole).expect("a bundle").genesis;
        let report = verify(&changed, Trust { genesis, anchor: None });
        prop_assert_eq!(report.holds(), changed == whole);
    }

    #[test]
    fn arbitrary_bytes_are_no_bundle(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let report = verify(&bytes, Trust { genesis: H256::zero(), anchor: None });
        prop_assert!(!report.holds());
    }
}
