//! Reports on the bundles that both verifiers are tested with.
#![allow(missing_docs)]

mod form;
mod log;
mod verdict;

use std::{collections::BTreeMap, fs, path::PathBuf};

use codec::{DecodeAll, Encode};
use regent_evidence::{verify, Bundle, Field, FieldKind, Finding, Report, Rule, Trust};
use regent_primitives::{policy::Name, runtime_api::PolicyRecord, RequestId, H256};
use regent_proof::Header;
use regent_report::{text, Block, Content, Format, Model, Section, Table, Text, Tone};

/// Every kind of operation, and of end.
const EVERYTHING: &str = "000.cbor";
/// One operation.
const SINGLE: &str = "001.cbor";
/// One operation of five, with all entries of the log, with the last ones, and with none.
const ALL_ENTRIES: &str = "003.cbor";
const LAST_ENTRIES: &str = "004.cbor";
const NO_ENTRIES: &str = "005.cbor";
/// One operation whose policy has it wait for a condition.
const CONDITION: &str = "011.cbor";
/// One operation that its second attempt completed, of which the first one released a share.
const SECOND_ATTEMPT: &str = "012.cbor";
/// Title of the section that follows the first page.
const AFTER_COVER: &str = "\nHow to read this\n";

fn folder() -> PathBuf {
    PathBuf::from("../evidence/testdata")
}

fn bundle(name: &str) -> Bundle {
    let bytes = fs::read(folder().join(name)).expect("a bundle is kept");
    Bundle::decode(&bytes).expect("a bundle")
}

fn trust(bundle: &Bundle) -> Trust {
    Trust { genesis: bundle.genesis, anchor: None }
}

fn judged(bundle: &Bundle) -> (Model, Report) {
    let trust = trust(bundle);
    let report = verify(&bundle.encode(), trust);
    (Model::new(Some(bundle), &report, trust), report)
}

fn html(model: &Model) -> String {
    String::from_utf8(Format::Html.render(model).expect("rendered")).expect("UTF-8")
}

fn section<'a>(model: &'a Model, id: &str) -> &'a Section {
    model.sections.iter().find(|section| section.id == id).expect(id)
}

fn tables(section: &Section) -> impl Iterator<Item = &Table> {
    section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

fn words(model: &Model, text: &Text) -> String {
    text.0.iter().map(|span| model.words(&span.content)).collect()
}

/// Rows that are about an operation.
fn rows_of(table: &Table, id: RequestId) -> Vec<&Vec<Text>> {
    let is_id = |text: &Text| {
        text.0.iter().any(|span| match &span.content {
            Content::Identifier(identifier) => identifier.full == id.to_string(),
            _ => false,
        })
    };
    table.rows.iter().filter(|row| row.first().is_some_and(is_id)).collect()
}

/// What the first page says under this name.
fn fact(model: &Model, name: &str) -> String {
    let mut facts = model.cover.iter().filter_map(|block| match block {
        Block::Facts(facts) => facts.iter().find(|(known, _)| known == name),
        _ => None,
    });
    let (_, text) = facts.next().expect(name);
    words(model, text)
}

/// What is on the first page, as text.
fn cover(model: &Model) -> String {
    let text = text::render(model);
    let (cover, _) = text.split_once(AFTER_COVER).expect("sections follow");
    cover.to_owned()
}

#[test]
fn every_operation_is_there_with_its_verdict() {
    let bundle = bundle(EVERYTHING);
    let (model, report) = judged(&bundle);
    let table = tables(section(&model, "operations")).next().expect("a table");
    assert_eq!(table.rows.len(), bundle.operations.len());
    let page = html(&model);
    for operation in &report.operations {
        let rows = rows_of(table, operation.id);
        let [row] = rows.as_slice() else { panic!("{} has a row", operation.id) };
        let verdict = words(&model, row.last().expect("a cell"));
        assert_eq!(verdict, operation.verdict.to_string());
        assert!(page.contains(&operation.id.to_string()), "{}", operation.id);
    }
}

#[test]
fn operations_stand_in_the_order_in_which_they_were_asked_for() {
    let (model, _) = judged(&bundle(EVERYTHING));
    let table = tables(section(&model, "operations")).next().expect("a table");
    let blocks: Vec<u32> = table
        .rows
        .iter()
        .map(|row| {
            let asked = words(&model, &row[1]);
            let (_, after) = asked.split_once("block ").expect("a block");
            let (block, _) = after.split_once(", by 2").expect("a time of this millennium");
            block.parse().expect("a number")
        })
        .collect();
    assert!(blocks.is_sorted() && blocks.first() < blocks.last(), "{blocks:?}");
}

#[test]
fn approvals_stand_with_who_gave_them_and_at_which_stage() {
    let bundle = bundle(SINGLE);
    let (model, report) = judged(&bundle);
    let id = report.operations[0].id;
    let table = tables(section(&model, "approvals")).next().expect("a table");
    let rows = rows_of(table, id);
    let approved = rows.iter().filter(|row| words(&model, &row[4]) == "approved").count();
    let field = bundle.operations[0].approvals.as_ref().and_then(Field::value);
    let approvals =
        Vec::<regent_primitives::SignedApproval>::decode_all(&mut field.expect("it was approved"));
    let approvals = approvals.expect("approvals");
    assert_eq!(approved, approvals.len());
    for (row, signed) in rows.iter().zip(&approvals) {
        let full = signed.approver.to_string();
        assert_eq!(words(&model, &row[3]), model.identifiers.short(&full));
        let stage = format!("{}: ", signed.approval.stage + 1);
        assert!(words(&model, &row[2]).starts_with(&stage), "{:?}", row[2]);
    }
}

#[test]
fn what_is_withheld_is_named_and_not_shown() {
    let mut bundle = bundle(EVERYTHING);
    let name = |bundle: &Bundle| {
        let record = PolicyRecord::decode_all(&mut bundle.policies[0].record.value()?).ok()?;
        String::from_utf8(record.policy.name.into_inner()).ok()
    };
    let hidden = name(&bundle).expect("a name");
    let whole = judged(&bundle).0;
    assert!(text::render(&whole).contains(&format!("Policy “{hidden}”")));
    bundle.redact(|path| matches!(path.kind, FieldKind::Approvals | FieldKind::Policy));
    let (model, report) = judged(&bundle);
    assert!(report.holds());
    let text = text::render(&model);
    assert!(!text.contains(&format!("Policy “{hidden}”")), "{text}");
    let cover = cover(&model);
    let said = "Not all could be checked, because something is withheld: a policy; approvals.";
    assert!(cover.contains(said), "{cover}");
    let mut tables = tables(section(&model, "withheld"));
    let rows = &tables.next().expect("values").rows;
    let listed: Vec<String> = rows.iter().map(|row| words(&model, &row[0])).collect();
    assert_eq!(listed, ["a policy", "approvals"]);
    let count = format!("{0} of {0}", bundle.policies.len());
    assert_eq!(words(&model, &rows[0][1]), count);
    let unchecked = &tables.next().expect("operations").rows;
    let partly = report.operations.iter().filter(|one| !one.verdict.withheld.is_empty());
    assert_eq!(unchecked.len(), partly.count());
}

#[test]
fn a_request_that_is_withheld_is_told_as_far_as_its_history_says() {
    let mut bundle = bundle(SINGLE);
    let before = judged(&bundle).0;
    bundle.redact(|path| matches!(path.kind, FieldKind::Record | FieldKind::Payload));
    let after = judged(&bundle).0;
    let row = |model: &Model| {
        let table = tables(section(model, "operations")).next().expect("a table");
        table.rows[0].iter().map(|cell| words(model, cell)).collect::<Vec<_>>()
    };
    let (before, after) = (row(&before), row(&after));
    assert_eq!(before[1], after[1], "who asked, and when");
    assert!(after[3].ends_with(": the rest is withheld"), "{after:?}");
    assert_eq!(after[4].split(' ').next(), Some("withheld"), "{after:?}");
    bundle.redact(|path| path.kind == FieldKind::History);
    let nothing = row(&judged(&bundle).0);
    assert_eq!(nothing[1], "withheld");
}

#[test]
fn conditions_of_a_policy_are_said_not_to_be_judged() {
    let said = "conditions: that those of its policy were met is the chain's word";
    let text = |name| text::render(&judged(&bundle(name)).0);
    assert!(text(CONDITION).contains(said));
    assert!(!text(SINGLE).contains(said));
}

#[test]
fn simulated_evidence_is_counted_where_a_rule_is_broken_too() {
    let mut bundle = bundle(SINGLE);
    let said = "1 operation was carried out with simulated evidence of an enclave";
    assert!(cover(&judged(&bundle).0).contains(said));
    let Field::Disclosed { value, .. } = &mut bundle.operations[0].record else {
        panic!("disclosed")
    };
    value[0] ^= 1;
    let (model, report) = judged(&bundle);
    assert!(!report.holds());
    assert!(cover(&model).contains(said), "{}", cover(&model));
}
