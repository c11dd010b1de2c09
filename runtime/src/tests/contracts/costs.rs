//! What contracts cost: `docs/costs.md` is compared with what whole stories took.
//!
//! Weights are those that a transaction is charged for execution, without what every transaction
//! costs; credits are what the signer's purse gave. Where a story makes a call more than once, the dearest
//! counts. Run with `REGENT_WRITE_SNAPSHOTS=1` to write the table anew after a change.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use frame_support::{dispatch::DispatchClass, weights::Weight};
use pallet_revive::StorageDeposit;

use super::{delegation, inheritance, sale, world, *};
use crate::configs::RuntimeBlockWeights;

/// Answers, which people ask for without a transaction.
const ANSWERS: [&str; 7] =
    ["alive", "answer", "contestUntil", "controller", "graceUntil", "spent", "standing"];

/// How far a figure may be off before the table has to be written anew, in hundredths.
const TOLERANCE: u128 = 10;

fn table() -> PathBuf {
    PathBuf::from("../docs/costs.md")
}

/// One line: a call, its weight in microseconds and its credits.
type Line = (String, (u64, i128));

fn credits(deposit: StorageDeposit<Balance>) -> i128 {
    match deposit {
        StorageDeposit::Charge(amount) => amount as i128,
        StorageDeposit::Refund(amount) => -(amount as i128),
    }
}

/// What a story's calls took, in the order of the first of each, and the whole story's weight.
fn costs(story: impl FnOnce()) -> (Vec<Line>, Weight) {
    world::COSTS.take();
    story();
    let (mut lines, mut whole) = (Vec::<Line>::new(), Weight::zero());
    for cost in world::COSTS.take() {
        if ANSWERS.contains(&cost.call) {
            continue;
        }
        whole = whole.saturating_add(cost.weight);
        let taken = (cost.weight.ref_time() / 1_000_000, credits(cost.deposit));
        match lines.iter_mut().find(|(call, _)| *call == cost.call) {
            Some((_, dearest)) => {
                *dearest = (dearest.0.max(taken.0), dearest.1.max(taken.1));
            }
            None => lines.push((cost.call.into(), taken)),
        }
    }
    (lines, whole)
}

/// The numbers of a text, by the text around them.
fn figures(text: &str) -> BTreeMap<String, i128> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && line.contains('`')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        for (column, cell) in cells.iter().enumerate().skip(1) {
            let digits: String =
                cell.chars().filter(|letter| "-0123456789".contains(*letter)).collect();
            if let Ok(figure) = digits.parse() {
                found.insert(format!("{} {column}", cells[0]), figure);
            }
        }
    }
    found
}

fn measured() -> String {
    let block = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.expect("bounded");
    let percent = |microseconds: u64| microseconds as f64 * 1e8 / block.ref_time() as f64;
    let stories: [(&str, &str, fn()); 4] = [
        ("Inheritance", "InkInheritance.polkavm", inheritance::after_a_contest),
        ("Sale", "InkSale.polkavm", || sale::paid_and_cleared("InkSale.polkavm")),
        ("Sale in Solidity", "Sale.polkavm", || sale::paid_and_cleared("Sale.polkavm")),
        ("Delegation", "InkDelegation.polkavm", delegation::until_the_date),
    ];
    let mut text = String::from(HEAD);
    for (name, file, story) in stories {
        let (lines, whole) = costs(story);
        let blob = world::built(file).len();
        let _ = writeln!(text, "\n## {name}\n\n`{file}`, {blob} bytes.\n");
        let _ = writeln!(text, "| call | µs | % of a block | credits |\n|---|---|---|---|");
        for (call, (microseconds, credits)) in lines {
            let share = percent(microseconds);
            let _ =
                writeln!(text, "| `{file}` `{call}` | {microseconds} | {share:.1} | {credits} |");
        }
        let whole = whole.ref_time() / 1_000_000;
        let share = percent(whole);
        let _ = writeln!(text, "| `{file}` the whole story | {whole} | {share:.1} | |");
    }
    text
}

const HEAD: &str = "# What contracts cost

Of each contract, the calls of one whole story of the runtime's tests: an inheritance that is contested once, a sale
paid elsewhere and attested by two oracles, a mandate to its end. A test compares this table with what the calls take.

- **µs** is the weight of execution, what a transaction costs in any case not included; where a call is made more than
  once, the dearest. Calls that are refused are charged up to where they are, and not in this table.
- **% of a block** is that weight's share of what a block has for transactions.
- **credits** is what the signer's institution gives for storage: one for a byte, and 64 for an item. A negative number
  came back. `constructor` is the deployment, with the code's own deposit.
";

#[test]
fn the_table_of_costs_is_what_calls_take() {
    let measured = measured();
    if std::env::var_os("REGENT_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(table(), &measured).expect("written");
    }
    let stated = std::fs::read_to_string(table()).expect("there is a table");
    let (measured, stated) = (figures(&measured), figures(&stated));
    let lines = |figures: &BTreeMap<String, i128>| figures.keys().cloned().collect::<Vec<_>>();
    assert_eq!(lines(&measured), lines(&stated), "lines of the table");
    for (line, figure) in &measured {
        let (figure, stated) = (figure.unsigned_abs(), stated[line].unsigned_abs());
        let off = figure.abs_diff(stated);
        assert!(
            off <= stated.max(figure) * TOLERANCE / 100 + TOLERANCE,
            "{line}: {figure}, and the table says {stated}: write it anew with REGENT_WRITE_SNAPSHOTS=1"
        );
    }
}
