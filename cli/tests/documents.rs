//! What `docs/clauses.md` and `chain-spec/README.md` tell people to write and to type: terms that are
//! accepted, commands that there are, and periods that are as long in blocks as in hours.
#![allow(missing_docs)]

use std::{collections::BTreeMap, path::PathBuf};

use clap::Parser;
use regent_cli::{Cli, Clock, DelegationFile, InheritanceFile, SaleFile, TermsFile};

/// Half-second blocks an hour.
const BLOCKS_AN_HOUR: f64 = 7_200.0;

fn docs() -> PathBuf {
    PathBuf::from("../docs")
}

fn page() -> String {
    std::fs::read_to_string(docs().join("clauses.md")).expect("the page")
}

/// What operators are told.
fn operators_page() -> String {
    std::fs::read_to_string(docs().join("../chain-spec/README.md")).expect("the page")
}

/// Every file of terms, by the command it is for.
fn cases() -> BTreeMap<String, String> {
    let folder = std::fs::read_dir(docs().join("cases")).expect("the folder");
    let case = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("text"))
    };
    folder.map(case).collect()
}

/// The blocks of a language, without their fences.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    page.split(start.as_str())
        .skip(1)
        .map(|rest| rest.split_once("```").expect("the block ends").0)
        .collect()
}

/// What stands for what is known only once it is there.
fn filled_in(line: &str) -> String {
    let id = format!("0x{}", "11".repeat(32));
    line.replace("$CONTRACT", &format!("0x{}", "52".repeat(20)))
        .replace("$ACCOUNT", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
        .replace("$AGENT", &id)
        .replace("$OTHER", &id)
        .replace("$THIRD", &id)
        .replace("$DEAD", &id)
        .replace("$QUORUM", "1")
        .replace("$KEY", &id)
        .replace("$POLICY", &id)
        .replace("$REQUEST", &id)
        .replace("$SALT", &id)
        .replace("$GENESIS", &id)
        .replace("$BLOCK", "1000")
}

/// The words of a line as a shell splits it, as far as quotes go.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    quoted
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// The command lines of the page, continued lines joined.
fn commands(page: &str) -> Vec<String> {
    blocks(page, "console")
        .into_iter()
        .flat_map(|block| block.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>())
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .map(|line| line.strip_prefix("$ ").expect("a command, and no output").to_owned())
        .collect()
}

#[test]
fn every_case_is_accepted_and_shown_in_full() {
    let (page, clock, cases) = (page(), Clock::offline(), cases());
    let names: Vec<&str> = cases.keys().map(String::as_str).collect();
    assert_eq!(names, ["delegation", "inheritance", "sale"]);
    for (name, text) in &cases {
        let accepted = match name.as_str() {
            "inheritance" => {
                InheritanceFile::parse(text).and_then(|file| file.terms(&clock, None)).map(drop)
            }
            "sale" => SaleFile::parse(text).and_then(|file| file.terms(&clock, None)).map(drop),
            _ => DelegationFile::parse(text).and_then(|file| file.terms(&clock, None)).map(drop),
        };
        assert!(accepted.is_ok(), "{name}: {accepted:?}");
        assert!(blocks(&page, "toml").contains(&text.as_str()), "{name} is shown as it is");
    }
    assert_eq!(blocks(&page, "toml").len(), cases.len());
}

/// Whether the program takes a command as it stands, once what stands for something is filled in.
fn check_command(command: &str) {
    let filled = filled_in(command);
    assert!(!filled.contains('$'), "{command}: what stands for what is not said");
    if let Err(error) = Cli::try_parse_from(words(&filled)) {
        panic!("{command}\n{error}");
    }
}

#[test]
fn every_command_is_one() {
    let commands = commands(&page());
    commands.iter().for_each(|command| check_command(command));
    for of in ["inherit", "sale", "delegate"] {
        let start = format!("regent {of} ");
        assert!(commands.iter().any(|command| command.starts_with(&start)), "{of} is shown");
    }
}

#[test]
fn every_command_for_operators_is_one() {
    let commands = commands(&operators_page());
    let ours: Vec<&String> =
        commands.iter().filter(|command| command.starts_with("regent ")).collect();
    ours.iter().for_each(|command| check_command(command));
    for start in [
        "regent status",
        "regent contract credits",
        "regent agent register",
        "regent quorum create",
        "regent key reshare",
        "regent approve",
        "regent request watch",
        "regent key accept",
        "regent agent remove",
    ] {
        assert!(ours.iter().any(|command| command.starts_with(start)), "{start} is shown");
    }
    // The others are the agent's and the node's.
    let others = commands.iter().filter(|command| !command.starts_with("regent "));
    for command in others {
        assert!(
            ["regent-agent ", "regent-node "].iter().any(|it| command.starts_with(it)),
            "{command}"
        );
    }
}

#[test]
fn files_that_commands_name_are_there() {
    let page = page();
    let named: Vec<String> = commands(&page)
        .iter()
        .flat_map(|command| words(command))
        .filter(|word| word.starts_with("docs/"))
        .collect();
    assert!(!named.is_empty());
    for file in named {
        assert!(docs().join("..").join(&file).is_file(), "{file}");
    }
}

#[test]
fn periods_are_as_long_in_blocks_as_in_hours() {
    let page = page();
    let number = |cell: &str| cell.trim().replace(',', "").parse::<f64>();
    let mut rows = 0;
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [_, blocks, hours, _] = cells[..] else { continue };
        let (Ok(blocks), Ok(hours)) = (number(blocks), number(hours)) else { continue };
        assert!((hours * BLOCKS_AN_HOUR - blocks).abs() < f64::EPSILON, "{row}");
        rows += 1;
    }
    assert!(rows > 10, "{rows} rows are of periods");
}
