//! What holds is said on the first page, and nothing else than what holds.

use super::*;

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
