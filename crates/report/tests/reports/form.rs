//! How a report is made: its text, its page, its tables and its words.

use super::*;

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
