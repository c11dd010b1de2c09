//! Reports on the bundles that both verifiers are tested with.
#![allow(missing_docs)]

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
fn without_an_anchor_the_first_page_says_what_that_means() {
    let bundle = bundle(EVERYTHING);
    let (model, report) = judged(&bundle);
    assert_eq!(model.headline(), "Consistent in itself, and not anchored");
    let cover = cover(&model);
    assert!(cover.contains("does not contradict itself"), "{cover}");
    assert!(cover.contains(&report.to_string()), "{cover}");
    assert!(cover.contains("Simulated evidence proves nothing about hardware"), "{cover}");
    assert!(cover.contains(&format!("{:?}", bundle.id)), "{cover}");
}

#[test]
fn with_an_anchor_it_is_said_to_be_anchored() {
    let bundle = bundle(EVERYTHING);
    let (_, report) = judged(&bundle);
    let (_, head) = report.head.expect("a head");
    let trust = Trust { anchor: Some(head), ..trust(&bundle) };
    let report = verify(&bundle.encode(), trust);
    let model = Model::new(Some(&bundle), &report, trust);
    assert_eq!(model.headline(), "Valid, and anchored");
    let foreign = Trust { anchor: Some(H256::repeat_byte(1)), ..trust };
    let report = verify(&bundle.encode(), foreign);
    let model = Model::new(Some(&bundle), &report, foreign);
    assert_eq!(model.headline(), "Not valid: the rule “anchor” is broken");
}

#[test]
fn of_an_anchor_older_than_the_file_it_is_said_how_far_it_binds() {
    let bundle = bundle(EVERYTHING);
    let bytes = &bundle.handoffs.first().expect("a handoff").header;
    let older = Header::decode_all(&mut bytes.as_slice()).expect("a header");
    let trust = Trust { anchor: Some(older.hash()), ..trust(&bundle) };
    let report = verify(&bundle.encode(), trust);
    let model = Model::new(Some(&bundle), &report, trust);
    let number = older.number;
    assert_eq!(model.headline(), format!("Valid, and anchored at block {number}"));
    let Some(Block::Notice { tone, details, .. }) = model.cover.first() else { panic!("a notice") };
    assert_eq!(*tone, Tone::Caution);
    let said: String = details.iter().map(|detail| words(&model, detail)).collect();
    let vouched = format!("What came after block {number} is vouched for by the keys");
    assert!(said.contains(&vouched), "{said}");
    let (_, after) = said.split_once(&vouched).expect("said");
    assert!(
        after.contains(&format!("Of what came after block {number} the file is not evidence yet."))
    );
    let notices = section(&model, "standards").blocks.iter().filter_map(|block| match block {
        Block::Notice { headline, .. } => Some(headline.as_str()),
        _ => None,
    });
    let not_yet = format!("Not evidence yet of what came after block {number}");
    assert_eq!(notices.collect::<Vec<_>>(), [not_yet.as_str()]);
    assert_eq!(fact(&model, "Anchor"), format!("block {number}, {:?}", older.hash()));
}

#[test]
fn what_is_invalid_says_so_on_its_first_page_by_the_rule_and_in_words() {
    let mut rules = 0;
    for entry in fs::read_dir(folder()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "cbor") {
            continue;
        }
        let bytes = fs::read(&path).expect("read");
        let Ok(bundle) = Bundle::decode(&bytes) else { continue };
        let (model, report) = judged(&bundle);
        let Some(failure) = report.first_failure() else { continue };
        let (rule, name) = (failure.rule, path.display());
        assert_eq!(model.headline(), format!("Not valid: the rule “{rule}” is broken"), "{name}");
        let cover = cover(&model);
        assert!(cover.contains(rule.meaning()), "{name}: {cover}");
        assert!(cover.contains(&report.to_string()), "{name}: {cover}");
        rules += 1;
    }
    assert!(rules > 50, "{rules} of them");
}

#[test]
fn of_what_is_no_bundle_only_that_is_said() {
    let bytes = b"Dear Sir or Madam";
    let trust = Trust { genesis: H256::repeat_byte(2), anchor: None };
    let model = Model::new(None, &verify(bytes, trust), trust);
    assert_eq!(model.headline(), "Not valid: the rule “malformed” is broken");
    assert!(cover(&model).contains(Rule::Malformed.meaning()));
    assert_eq!(model.sections.len(), 1, "how to read it");
}

#[test]
fn of_another_chains_bundle_nothing_is_shown_as_a_fact() {
    let bundle = bundle(EVERYTHING);
    let trust = Trust { genesis: H256::repeat_byte(3), anchor: None };
    let model = Model::new(Some(&bundle), &verify(&bundle.encode(), trust), trust);
    assert_eq!(model.headline(), "Not valid: the rule “wrong-genesis” is broken");
    let named = tables(section(&model, "unjudged")).next().expect("a table");
    let parts = bundle.operations.len() + bundle.policies.len() + bundle.tokens.len();
    assert_eq!(named.rows.len(), parts);
    assert!(named.rows.iter().all(|row| words(&model, &row[2]) == "not judged"));
    assert!(model.sections.iter().all(|section| section.id != "operations"));
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
fn agents_that_came_and_went_are_told_by_entries_that_stand_by_themselves_too() {
    let mut bundle = bundle(EVERYTHING);
    let rows = |bundle: &Bundle| -> Vec<String> {
        let (model, report) = judged(bundle);
        assert!(report.holds(), "{report}");
        let table = tables(section(&model, "membership")).next().expect("a table");
        table.rows.iter().map(|row| words(&model, &row[2])).collect()
    };
    let whole = rows(&bundle);
    bundle.log.from = bundle.log.count;
    bundle.log.entries.clear();
    let single = rows(&bundle.seal());
    for told in [whole, single] {
        let place = |end: &str| {
            told.iter().position(|words| words.starts_with("agent ") && words.ends_with(end))
        };
        let (registered, removed) =
            (place(" was registered by institution 3"), place(" was removed"));
        assert!(registered.is_some() && registered < removed, "{told:?}");
    }
}

#[test]
fn conditions_of_a_policy_are_said_not_to_be_judged() {
    let said = "conditions: that those of its policy were met is the chain's word";
    let text = |name| text::render(&judged(&bundle(name)).0);
    assert!(text(CONDITION).contains(said));
    assert!(!text(SINGLE).contains(said));
}

#[test]
fn unaccounted_releases_are_listed_one_by_one() {
    let bundle = bundle(EVERYTHING);
    let (model, report) = judged(&bundle);
    let table = tables(section(&model, "unaccounted")).next().expect("a table");
    let mut listed = 0;
    for (item, judged) in bundle.operations.iter().zip(&report.operations) {
        let rows = rows_of(table, item.id).len();
        let unaccounted = judged.findings.contains(&Finding::Unaccounted);
        // None of these has a receipt of another attempt.
        assert_eq!(rows, if unaccounted { item.releases.len() } else { 0 }, "{}", item.id);
        listed += rows;
    }
    assert!(listed > 0);
    assert_eq!(listed, table.rows.len());
    assert!(cover(&model).contains("released shares of a key, and no receipt says for what"));
}

#[test]
fn a_receipt_accounts_for_the_releases_of_its_own_attempt() {
    let mut bundle = bundle(SECOND_ATTEMPT);
    let releases = bundle.operations[0].releases.len();
    let (model, _) = judged(&bundle);
    let table = tables(section(&model, "unaccounted")).next().expect("a table");
    assert_eq!((releases, table.rows.len()), (3, 1));
    assert_eq!(words(&model, &table.rows[0][2]), "1", "the first attempt");
    let text = text::render(&model);
    assert!(!text.contains("Every release in this file"), "{text}");
    assert!(
        text.contains("1 operation ended with shares released that no receipt is of"),
        "{text}"
    );
    bundle.redact(|path| path.kind == FieldKind::Receipt);
    let (model, _) = judged(&bundle);
    assert_eq!(tables(section(&model, "unaccounted")).count(), 0);
    assert!(text::render(&model).contains("or of 1 operation whose receipt is withheld"));
}

#[test]
fn requests_that_the_log_names_and_the_file_does_not_hold_are_listed() {
    let whole = judged(&bundle(EVERYTHING)).0;
    assert_eq!(tables(section(&whole, "limits")).count(), 0, "none is missing");
    assert!(!cover(&whole).contains("that this file does not hold"));
    // How many were submitted where the entries show it, and how many before.
    for (name, submitted, before) in [(ALL_ENTRIES, 4, 0), (LAST_ENTRIES, 1, 1)] {
        let (model, report) = judged(&bundle(name));
        let absent = report.absent.expect("it was judged");
        let table = tables(section(&model, "limits")).next().expect("a table");
        assert_eq!((absent.requests.len(), table.rows.len()), (submitted, submitted + before));
        let places: Vec<String> = absent
            .requests
            .iter()
            .flat_map(|id| rows_of(table, *id))
            .map(|row| words(&model, &row[1]))
            .collect();
        assert_eq!(places, vec!["not in this file"; submitted]);
        let late =
            table.rows.iter().filter(|row| words(&model, &row[1]).ends_with("entries begin"));
        assert_eq!(late.count(), before, "{name}");

        let first = cover(&model);
        let headline =
            format!("The log names {} requests that this file does not hold", submitted + before);
        assert!(first.contains(&headline), "{first}");
        assert!(first.contains("Of 1 request that this file does not hold"), "{first}");
        let elsewhere = "The log says so of 1 more operation that this file does not hold";
        assert!(text::render(&model).contains(elsewhere), "{name}");
    }
}

#[test]
fn without_entries_of_the_log_the_first_page_says_that_nobody_can_tell() {
    let (model, report) = judged(&bundle(NO_ENTRIES));
    assert!(report.holds(), "that is no failure");
    let first = cover(&model);
    assert!(first.contains("Whether operations were left out cannot be seen"), "{first}");
    assert!(first.contains("that nothing else happened is not shown"), "{first}");
    let every = cover(&judged(&bundle(EVERYTHING)).0);
    assert!(!every.contains("Whether operations were left out cannot be seen"), "{every}");
    assert!(every.contains("It is the word of whoever made the file."), "{every}");
}

/// With the log's entries from this number on, and with those that are shown by themselves or without.
fn with_entries(from: usize, single: bool) -> Bundle {
    let mut bundle = bundle(EVERYTHING);
    bundle.log.entries.drain(..from);
    bundle.log.from = from as u64;
    if !single {
        bundle.log.included.clear();
    }
    bundle.seal()
}

#[test]
fn which_entries_of_the_log_are_here_is_said_and_none_is_told_twice() {
    let whole = bundle(EVERYTHING);
    let (count, single) = (whole.log.entries.len(), whole.log.included.len());
    let from = count / 2;
    let earlier = whole.log.included_entries().filter(|entry| entry.index < from as u64).count();
    assert!(0 < earlier && earlier < single, "some of them are in both");
    let (tail, all) = (count - from, earlier + count - from);
    let cases = [
        (0, true, "all of them in this file".to_owned()),
        (from, false, format!("{tail} of them in this file: all from entry {from} on")),
        (
            from,
            true,
            format!(
                "{all} of them in this file: all from entry {from} on, and {earlier} before it by \
                 themselves"
            ),
        ),
        (count, true, format!("{single} of them in this file, each by itself")),
        (count, false, "none of them in this file".to_owned()),
    ];
    for (from, with_single, said) in cases {
        let (model, report) = judged(&with_entries(from, with_single));
        assert!(report.holds(), "{report}");
        assert_eq!(fact(&model, "The chain's log"), format!("{count} entries, {said}"));
        let changes = tables(section(&model, "membership")).next();
        let rows = changes.into_iter().flat_map(|table| &table.rows);
        let numbers: Vec<u64> =
            rows.map(|row| words(&model, &row[0]).parse().expect("a number")).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    }
}

#[test]
fn what_single_entries_say_is_told_and_that_others_are_not_here() {
    let (model, _) = judged(&with_entries(bundle(EVERYTHING).log.entries.len(), true));
    let text = text::render(&model);
    assert!(text.contains("each by itself: other changes are not shown"), "{text}");
    assert!(text.contains("Only single entries of the chain's log are in this file"), "{text}");
    let nothing = "No entry of the chain's log is in this file: whether operations were left out";
    assert!(!text.contains(nothing), "{text}");
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

#[test]
fn what_people_wrote_is_text_and_nothing_else() {
    let mut bundle = bundle(SINGLE);
    let Field::Disclosed { value, .. } = &mut bundle.policies[0].record else {
        panic!("disclosed")
    };
    let mut record = PolicyRecord::decode_all(&mut value.as_slice()).expect("a policy");
    let written = b"<script>alert(1)</script>&\"".to_vec();
    record.policy.name = Name::try_from(written).expect("short");
    *value = record.encode();
    let page = html(&judged(&bundle).0);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;"));
    assert!(!page.to_lowercase().contains("<script"));
}

#[test]
fn a_page_needs_nothing_but_itself() {
    let page = html(&judged(&bundle(EVERYTHING)).0);
    for forbidden in ["<script", "http://", "https://", "src=", "url(", "@import", "<link"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("@page") && page.contains("size: A4"));
    let tables = page.matches("<table>").count();
    assert!(tables > 10, "{tables}");
    assert_eq!(page.matches("<caption>").count(), tables);
    assert_eq!(page.matches("<thead>").count(), tables);
    assert!(page.contains("scope=\"col\"") && page.contains("scope=\"row\""));
}

#[test]
fn the_same_report_is_made_again_to_the_byte() {
    let bundle = bundle(EVERYTHING);
    for format in Format::ALL {
        let made = || format.render(&judged(&bundle).0).expect("rendered");
        let (first, second) = (made(), made());
        assert!(first == second, "{format:?}");
        let moment = b"CreationDate".as_slice();
        assert!(!first.windows(moment.len()).any(|window| window == moment), "{format:?}");
    }
    let pdf = Format::Pdf.render(&judged(&bundle).0).expect("rendered");
    assert!(pdf.starts_with(b"%PDF-"));
}

#[test]
fn every_row_has_a_cell_for_each_column() {
    let (model, _) = judged(&bundle(EVERYTHING));
    let cover = model.cover.iter();
    let blocks = cover.chain(model.sections.iter().flat_map(|section| &section.blocks));
    for block in blocks {
        let Block::Table(table) = block else { continue };
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.caption);
    }
}

#[test]
fn what_a_file_is_evidence_towards_is_told_only_if_every_rule_holds() {
    let mut bundle = bundle(SINGLE);
    let warned = |model: &Model| {
        let mut blocks = section(model, "standards").blocks.iter();
        blocks.any(|block| matches!(block, Block::Notice { tone: Tone::Caution, .. }))
    };
    let (model, report) = judged(&bundle);
    assert!(warned(&model), "without an anchor it is no evidence yet");
    let trust = Trust { anchor: report.head.map(|(_, hash)| hash), ..trust(&bundle) };
    let anchored = Model::new(Some(&bundle), &verify(&bundle.encode(), trust), trust);
    assert!(!warned(&anchored));
    let Field::Disclosed { value, .. } = &mut bundle.operations[0].record else {
        panic!("disclosed")
    };
    value[0] ^= 1;
    let (model, report) = judged(&bundle);
    assert!(report.failure.is_none() && !report.holds(), "it was judged");
    assert!(model.sections.iter().all(|section| section.id != "standards"));
}

#[test]
fn the_appendix_says_what_each_identifier_names() {
    let (model, _) = judged(&bundle(EVERYTHING));
    let table = tables(section(&model, "appendix")).next().expect("a table");
    let of_kind =
        |kind: &str| table.rows.iter().filter(|row| words(&model, &row[0]) == kind).count();
    for kind in ["key", "public key", "operation", "policy", "agent", "hash"] {
        assert!(of_kind(kind) > 0, "{kind}");
    }
}

#[test]
fn nothing_is_said_to_comply() {
    let (model, _) = judged(&bundle(EVERYTHING));
    let standards = section(&model, "standards");
    let said: String = tables(standards)
        .flat_map(|table| table.rows.iter().flatten())
        .map(|cell| words(&model, cell))
        .collect();
    for place in [
        "Article 70(1)",
        "Article 75(1)",
        "Article 75(5)",
        "Article 75(9)",
        "Article 17",
        "A.5.28",
        "A.8.24",
    ] {
        assert!(said.contains(place), "{place}");
    }
    assert!(!said.to_lowercase().contains("compl"), "{said}");
}

/// The text with every long identifier numbered in the order of its first appearance: bundles that are made
/// anew have other salts and signatures, and the same text.
fn numbered(model: &Model) -> String {
    let text = text::render(model);
    let (text, _) = text.split_once("\nIdentifiers, whole\n").expect("an appendix");
    let mut names: BTreeMap<String, String> = model
        .identifiers
        .shortened()
        .into_iter()
        .map(|(_, short, full)| (full.to_owned(), short.to_owned()))
        .collect();
    for (at, _) in text.match_indices("0x") {
        let whole = text.get(at..at + 66).unwrap_or_default();
        if whole.len() == 66 && whole.chars().skip(2).all(|c| c.is_ascii_hexdigit()) {
            names.entry(whole.to_owned()).or_insert_with(|| whole.to_owned());
        }
    }
    let place = |full: &str, short: &str| text.find(full).into_iter().chain(text.find(short)).min();
    let mut order: Vec<_> =
        names.iter().map(|(full, short)| (place(full, short), full, short)).collect();
    order.sort();
    let mut text = text.to_owned();
    for (number, (_, full, short)) in order.into_iter().enumerate() {
        text = text.replace(full, &format!("[{number}]")).replace(short, &format!("[{number}]"));
    }
    text
}

/// `REGENT_WRITE_SNAPSHOTS=1` writes it anew.
#[test]
fn the_report_on_one_operation_reads_as_it_did() {
    let found = numbered(&judged(&bundle(SINGLE)).0);
    let file = PathBuf::from("tests/snapshots/one_operation.txt");
    if std::env::var_os("REGENT_WRITE_SNAPSHOTS").is_some() {
        let folder = file.parent().expect("a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(&file, &found).expect("the snapshot can be written");
    }
    let expected = fs::read_to_string(&file).expect("the snapshot is part of the repository");
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}
