//! What contracts cost: `docs/costs.md` is compared with what whole stories took.
//!
//! Weights are those that a transaction is charged for execution, without what every transaction
//! costs; credits are what the signer's purse gave. Where stories make a call more than once, the dearest
//! counts. Run with `REGENT_WRITE_SNAPSHOTS=1` to write the table anew after a change.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::PathBuf,
};

use frame_support::{dispatch::DispatchClass, weights::Weight};
use pallet_revive::StorageDeposit;
use serde_json::Value;

use super::{cash, custody::CONSTRUCTOR, delegation, guardian, heirs, inheritance, sale, world, *};
use crate::configs::RuntimeBlockWeights;

/// A contract, with the stories that make every call of its interface.
struct Told {
    name: &'static str,
    file: &'static str,
    interface: &'static str,
    /// The first is measured as a whole.
    stories: &'static [fn()],
}

const CONTRACTS: [Told; 4] = [
    Told {
        name: "Inheritance",
        file: "InkInheritance.polkavm",
        interface: "IInheritance",
        stories: &[
            inheritance::after_a_contest,
            guardian::until_the_owner_recovers,
            heirs::together,
            heirs::until_of_age,
        ],
    },
    Told {
        name: "Sale",
        file: "InkSale.polkavm",
        interface: "ISale",
        stories: &[
            || sale::paid_and_cleared("InkSale.polkavm"),
            || sale::ruled_and_undone("InkSale.polkavm"),
            || cash::paid_and_refused("InkSale.polkavm"),
        ],
    },
    Told {
        name: "Sale in Solidity",
        file: "Sale.polkavm",
        interface: "ISale",
        stories: &[
            || sale::paid_and_cleared("Sale.polkavm"),
            || sale::ruled_and_undone("Sale.polkavm"),
            || cash::paid_and_refused("Sale.polkavm"),
        ],
    },
    Told {
        name: "Delegation",
        file: "InkDelegation.polkavm",
        interface: "IDelegation",
        stories: &[delegation::until_the_date, delegation::recalled],
    },
];

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

/// The functions of an interface that change something: the others people ask without a transaction.
fn changes(interface: &str) -> BTreeSet<String> {
    let file = world::built(&format!("{interface}.abi.json"));
    let abi: Vec<Value> = serde_json::from_slice(&file).expect("an ABI");
    let changes = |entry: &&Value| {
        let asks = ["view", "pure"].map(Value::from).contains(&entry["stateMutability"]);
        entry["type"] == "function" && !asks
    };
    let name = |entry: &Value| entry["name"].as_str().expect("a name").to_owned();
    abi.iter().filter(changes).map(name).collect()
}

/// What the calls of a contract took, in the order of the first of each, and the whole of its first story.
fn costs(of: &Told) -> (Vec<Line>, Weight) {
    let changes = changes(of.interface);
    let (mut lines, mut whole) = (Vec::<Line>::new(), Weight::zero());
    for (number, story) in of.stories.iter().enumerate() {
        world::COSTS.take();
        story();
        let costs = world::COSTS.take();
        // People call the control plane by names that the contracts have too.
        let deployments = costs.iter().filter(|cost| cost.call == CONSTRUCTOR);
        let deployed: Vec<_> = deployments.map(|cost| cost.to).collect();
        let of_contract = |cost: &world::Cost| {
            let changes = cost.call == CONSTRUCTOR || changes.contains(cost.call);
            changes && deployed.contains(&cost.to)
        };
        for cost in costs.into_iter().filter(of_contract) {
            if number == 0 {
                whole = whole.saturating_add(cost.weight);
            }
            let taken = (cost.weight.ref_time() / 1_000_000, credits(cost.deposit));
            match lines.iter_mut().find(|(call, _)| *call == cost.call) {
                Some((_, dearest)) => {
                    *dearest = (dearest.0.max(taken.0), dearest.1.max(taken.1));
                }
                None => lines.push((cost.call.into(), taken)),
            }
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
    let mut text = String::from(HEAD);
    for told in &CONTRACTS {
        let (lines, whole) = costs(told);
        let Told { name, file, .. } = told;
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

Of each contract, every call that changes something, as whole stories of the runtime's tests make them: among others an
inheritance that is contested once, one with a guardian, sales that are settled, undone and refunded, and a mandate to its
end. A test compares this table with what the calls take.

- **µs** is the weight of execution, what a transaction costs in any case not included; where a call is made more than
  once, the dearest. Calls that are refused are charged up to where they are, and not in this table.
- **% of a block** is that weight's share of what a block has for transactions.
- **credits** is what the signer's institution gives for storage: one for a byte, and 64 for an item. A negative number
  came back. `constructor` is the deployment, with the code's own deposit.
- **the whole story** is that of the contest, of a sale paid elsewhere and attested by two oracles, and of a mandate to
  its end.

What a contract executes and stores is weighed by the weights that Parity publishes with `pallet_revive`, of a machine
of Parity's. They were not measured here. What the control plane does in a call is weighed by this runtime's own;
what it reads is estimated, by the weight of a call that does at least as much, and for a key by a figure timed by hand.
";

#[test]
fn every_call_that_changes_something_has_a_line() {
    for told in &CONTRACTS {
        let calls = costs(told).0.into_iter().map(|(call, _)| call);
        let lines: BTreeSet<String> = calls.filter(|call| call != CONSTRUCTOR).collect();
        assert_eq!(lines, changes(told.interface), "{}", told.file);
    }
}

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
