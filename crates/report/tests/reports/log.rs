//! What the log tells, and what of it is not here.

use super::*;

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
