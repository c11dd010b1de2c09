//! Every command that asks a node, with nothing to ask or something wrong in it: the error names the field
//! and says what to write, and the exit code says whose fault it is.
#![allow(missing_docs)]

mod program;

use clap::CommandFactory;
use program::{regent, stderr, stdout};
use regent_cli::Cli;
use regent_primitives::{registration::registration_message, session::Endpoint, AgentId, H256};
use sp_core::{sr25519, Pair};
use tempfile::TempDir;

/// Commands that ask no node, or start one of their own.
const OFFLINE: &[&str] = &[
    "completions",
    "contract verify",
    "delegate check",
    "delegate example",
    "delegate verify",
    "demo",
    "dev",
    "evidence diff",
    "evidence redact",
    "evidence report",
    "evidence verify",
    "inherit check",
    "inherit example",
    "inherit verify",
    "policy example",
    "sale check",
    "sale example",
    "sale verify",
];

/// Command lines in which nothing is wrong. Words in capitals stand for [`VALUES`] and [`FILES`].
const LINES: &[&str] = &[
    "agent endpoint --identity IDENTITY --account //Alice",
    "agent list",
    "agent register --identity IDENTITY --account //Alice",
    "agent remove ID --account //Alice",
    "agent show ID",
    "approve ID --stage NUMBER --account //Alice",
    "audit list --request ID",
    "audit list --key ID --last NUMBER",
    "audit list --policy ID",
    "audit tail --last NUMBER",
    "cash issue 500 --to PERSON --account //Alice",
    "cash pay 12.50 --to PERSON --account //Alice",
    "cash redeem 400 --evidence DOCUMENT --account //Alice",
    "cash show HOLDER",
    "contract call CONTRACT --data HEX --account //Alice",
    "contract credits --institution NUMBER",
    "contract deploy BLOB --data HEX --account //Alice",
    "contract show CONTRACT",
    "delegate abandon CONTRACT --account //Alice",
    "delegate bind CONTRACT --key ID --account //Alice",
    "delegate deploy --file MANDATE --code BLOB --account //Alice",
    "delegate freeze CONTRACT --account //Alice",
    "delegate prepare CONTRACT --quorum NUMBER --policy ID --account //Alice",
    "delegate recall CONTRACT --account //Alice",
    "delegate release CONTRACT --account //Alice",
    "delegate show CONTRACT",
    "delegate submit CONTRACT --message text --policy ID --account //Alice",
    "delegate unfreeze CONTRACT --account //Alice",
    "deny ID --stage NUMBER --account //Alice",
    "evidence export --request ID --out NEW",
    "evidence export --key ID --anchor ID --from NUMBER --out NEW",
    "inherit answer CONTRACT --account //Alice",
    "inherit attest CONTRACT --case CASE --group NUMBER --evidence DOCUMENT --account //Alice",
    "inherit bind CONTRACT --key ID --account //Alice",
    "inherit contest CONTRACT --case CASE --account //Alice",
    "inherit deploy --file WILL --code BLOB --account //Alice",
    "inherit execute CONTRACT --step STEP --heir NUMBER --account //Alice",
    "inherit freeze CONTRACT --account //Alice",
    "inherit observe CONTRACT --account //Alice",
    "inherit prepare CONTRACT --step STEP --heir NUMBER --account //Alice",
    "inherit prove-life CONTRACT --account //Alice",
    "inherit report-silence CONTRACT --account //Alice",
    "inherit retract CONTRACT --case CASE --group NUMBER --account //Alice",
    "inherit revoke CONTRACT --account //Alice",
    "inherit show CONTRACT --who PERSON",
    "inherit submit CONTRACT --decrypt DOCUMENT --result-key NEW --account //Alice",
    "inherit unfreeze CONTRACT --account //Alice",
    "key accept ID --account //Alice",
    "key enrol --algorithm ALGORITHM --policy ID --quorum NUMBER --account //Alice",
    "key epochs ID",
    "key freeze ID --account //Alice",
    "key list",
    "key prepare ID --to PERSON --to-policy ID --account //Alice",
    "key refresh ID --policy ID --account //Alice",
    "key reshare ID --quorum NUMBER --threshold NUMBER --account //Alice",
    "key show ID",
    "key transfer ID --to PERSON --to-policy ID --account //Alice",
    "key unfreeze ID --account //Alice",
    "key withdraw ID --account //Alice",
    "member add PERSON --account //Alice",
    "member list --institution NUMBER",
    "member remove PERSON --account //Alice",
    "policy check --key ID --message text --account //Alice",
    "policy create --file POLICY --account //Alice",
    "policy show ID",
    "quorum create --threshold NUMBER --agent ID --account //Alice",
    "quorum list",
    "quorum show NUMBER",
    "request cancel ID --account //Alice",
    "request decrypt --key ID --file DOCUMENT --account //Alice",
    "request list --open",
    "request show ID",
    "request sign --key ID --message text --lifetime NUMBER --account //Alice",
    "request sign --key ID --psbt DOCUMENT --bitcoin-network NETWORK --account //Alice",
    "request sign --key ID --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount AMOUNT \
     --chain-id NUMBER --nonce NUMBER --account //Alice",
    "request watch ID --execute --account //Alice",
    "sale attest-payment CONTRACT --evidence DOCUMENT --account //Alice",
    "sale attest-return CONTRACT --evidence DOCUMENT --account //Alice",
    "sale bind CONTRACT --key ID --account //Alice",
    "sale cancel CONTRACT --account //Alice",
    "sale deploy --file SALE --code BLOB --account //Alice",
    "sale dispute CONTRACT --account //Alice",
    "sale expire CONTRACT --account //Alice",
    "sale pay CONTRACT --account //Alice",
    "sale prepare CONTRACT --step GOAL --account //Alice",
    "sale refuse CONTRACT --index NUMBER --evidence DOCUMENT --account //Alice",
    "sale reserve CONTRACT --account //Alice",
    "sale rule CONTRACT --ruling RULING --account //Alice",
    "sale settle CONTRACT --account //Alice",
    "sale show CONTRACT",
    "sale sign-off CONTRACT --index NUMBER --evidence DOCUMENT --account //Alice",
    "sale submit CONTRACT --message text --account //Alice",
    "sale take-back CONTRACT --account //Alice",
    "sale withdraw CONTRACT --account //Alice",
    "status",
    "validator keys --account //Alice",
    "validator list",
];

/// What stands for a value, one, what is none, and what the error says of it.
const VALUES: &[(&str, &str, &str, &str)] = &[
    ("ALGORITHM", "ed25519", "rsa", "use one of sr25519, ed25519, ecdsa-secp256k1"),
    ("AMOUNT", "1500", "plenty", "is no number such as 1500"),
    ("CASE", "death", "age", "possible values: death, incapacity, recovery"),
    ("CONTRACT", ADDRESS, "0x52", "40 hexadecimal digits after 0x"),
    ("GOAL", "take-back", "keep", "possible values: settle, take-back"),
    ("HEX", "0xec13cc7b", "ec13cc7b", "expected 0x and hexadecimal digits"),
    ("HOLDER", ADDRESS, "0x52", "40 hexadecimal digits after 0x"),
    ("ID", ID, "0x11", "64 hexadecimal digits"),
    ("NETWORK", "test", "signet", "none of main, test, regtest"),
    ("NUMBER", "1", "many", "invalid digit"),
    ("PERSON", "//Bob", "Bob", "SS58 address or //NAME"),
    ("RULING", "unwind", "maybe", "possible values: complete, unwind"),
    ("STEP", "succeed", "inherit", "possible values: succeed, appoint, restore, majority, release"),
];

const ADDRESS: &str = "0x0000000000000000000000000000000052470000";
const ID: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

/// What stands for a file that is there, with what is in it.
const FILES: &[(&str, &str)] = &[
    ("BLOB", "a contract"),
    ("DOCUMENT", "a document"),
    ("MANDATE", regent_cli::DELEGATION_EXAMPLE),
    ("POLICY", regent_cli::POLICY_EXAMPLE),
    ("SALE", regent_cli::SALE_EXAMPLE),
    ("WILL", regent_cli::INHERITANCE_EXAMPLE),
];

/// What an agent prints to be registered.
const IDENTITY: &str = "IDENTITY";

fn identity() -> String {
    let pair = sr25519::Pair::from_seed(&[7; 32]);
    let (agent, genesis) = (AgentId(H256(pair.public().0)), H256::repeat_byte(1));
    let endpoint = Endpoint::truncate_from(b"http://agent:9955".to_vec());
    let proof = pair.sign(registration_message(genesis, 3, agent, &endpoint).as_bytes());
    let (agent, genesis) = (agent.to_string(), format!("{genesis:?}"));
    let proof = format!("0x{}", hex::encode(proof.0));
    serde_json::json!({
        "agent": agent, "institution": 3, "endpoint": "http://agent:9955", "genesis": genesis, "proof": proof,
    })
    .to_string()
}

/// A folder with all files, and a place for a new one.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        for (name, text) in FILES {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        std::fs::write(folder.path().join(IDENTITY), identity()).expect("written");
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// The words of a line, with all that stands for something filled in.
    fn words(&self, line: &str) -> Vec<String> {
        let value = |word: &str| VALUES.iter().find(|(name, ..)| *name == word);
        let is_file = |word: &str| {
            ["NEW", IDENTITY].contains(&word) || FILES.iter().any(|(name, _)| *name == word)
        };
        line.split_whitespace()
            .map(|word| match value(word) {
                Some((_, right, ..)) => (*right).to_owned(),
                None if is_file(word) => self.path(word),
                None => word.to_owned(),
            })
            .collect()
    }

    /// Runs a line; returns what it says on standard error.
    fn refused(&self, line: &str, code: i32) -> String {
        refused(&self.words(line), code)
    }
}

/// Runs a command that writes no result and ends as expected; returns what it says on standard error.
fn refused(words: &[String], code: i32) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ended = regent(&words);
    let said = stderr(&ended);
    assert_eq!(ended.get_output().status.code(), Some(code), "{words:?}: {said}");
    assert!(stdout(&ended).is_empty(), "{words:?}");
    said
}

/// The commands below one, by the words that a person types.
fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
    if !command.has_subcommands() {
        return vec![path.trim_start().to_owned()];
    }
    let below = |sub: &clap::Command| leaves(sub, &format!("{path} {}", sub.get_name()));
    command.get_subcommands().flat_map(below).collect()
}

#[test]
fn every_command_is_here_or_asks_no_node() {
    let commands = leaves(&Cli::command(), "");
    for command in &commands {
        let start = format!("{command} ");
        let tried = LINES.iter().any(|line| line == command || line.starts_with(&start));
        assert_ne!(tried, OFFLINE.contains(&command.as_str()), "{command}");
    }
    for offline in OFFLINE {
        assert!(commands.iter().any(|command| command == offline), "{offline} is a command");
    }
}

#[test]
fn without_a_network_a_command_says_how_to_name_one() {
    let desk = Desk::new();
    for line in LINES {
        let said = desk.refused(line, 2);
        assert!(said.contains("--node") && said.contains("`regent dev`"), "{line}: {said}");
    }
}

#[test]
fn a_node_that_is_not_there_is_an_error_of_connection() {
    const NOWHERE: &str = "ws://127.0.0.1:1";
    let desk = Desk::new();
    for line in LINES {
        let said = desk.refused(&format!("{line} --node {NOWHERE}"), 5);
        assert!(said.contains(NOWHERE) && said.contains("check that it runs"), "{line}: {said}");
    }
}

#[test]
fn a_wrong_value_is_told_with_its_field_and_what_to_write() {
    let desk = Desk::new();
    let mut seen = std::collections::BTreeSet::new();
    for line in LINES {
        let stands: Vec<&str> = line.split_whitespace().collect();
        for (at, word) in stands.iter().enumerate() {
            let Some((name, _, wrong, remedy)) = VALUES.iter().find(|(name, ..)| name == word)
            else {
                continue;
            };
            seen.insert(*name);
            let mut words = desk.words(line);
            words[at] = (*wrong).to_owned();
            let said = refused(&words, 2);
            // What has no name of its own is told by what it stands for.
            let field = stands[at - 1];
            let field = if field.starts_with("--") { field } else { "" };
            let named = said.contains(&format!("invalid value '{wrong}' for '{field}"));
            assert!(named && said.contains(remedy), "{words:?}: {said}");
        }
    }
    assert_eq!(seen.len(), VALUES.len());
}

#[test]
fn who_acts_is_said() {
    let desk = Desk::new();
    let acts = LINES.iter().filter_map(|line| line.strip_suffix(" --account //Alice"));
    for line in acts {
        let said = desk.refused(line, 2);
        assert!(said.contains("--account"), "{line}: {said}");
    }
}

#[test]
fn what_goes_together_or_does_not_is_told() {
    let desk = Desk::new();
    let cases: &[(&str, &[&str])] = &[
        ("audit list --request ID --key ID", &["--request", "--key"]),
        ("dev --chain main", &["--chain", "development, local"]),
        ("dev --root disk", &["--root", "passphrase, tpm"]),
        ("evidence export --out NEW", &["--request", "--key", "--institution"]),
        ("key freeze ID --account //Alice --keystore WILL", &["--account", "--keystore"]),
        ("key freeze ID --account //Alice --password-file WILL", &["--password-file", "--account"]),
        ("policy check", &["--key"]),
        ("policy check --file POLICY --key ID", &["--file", "--key"]),
        ("request decrypt --key ID --file WILL --detach --account //Alice", &["--result-key"]),
        (
            "request sign --key ID --message text --file-raw WILL --account //Alice",
            &["--message", "--file-raw"],
        ),
        ("request sign --key ID --psbt WILL --account //Alice", &["--bitcoin-network"]),
        (
            "request sign --key ID --to CONTRACT --account //Alice",
            &["--amount", "--chain-id", "--nonce"],
        ),
        ("request watch ID --execute", &["--account", "--keystore"]),
        ("request watch ID --result-key WILL", &["--execute"]),
    ];
    for (line, names) in cases {
        let said = desk.refused(line, 2);
        for name in *names {
            assert!(said.contains(name), "{line}: {said}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named_before_anything_is_asked() {
    let desk = Desk::new();
    for line in LINES {
        let stands: Vec<&str> = line.split_whitespace().collect();
        for pair in stands.windows(2) {
            let (told, remedy) = match pair {
                ["--code", "BLOB"] => ("--code: /nowhere: ", ""),
                ["deploy", "BLOB"] => ("/nowhere: ", ""),
                ["--evidence", "DOCUMENT"] => ("--evidence: /nowhere: ", ""),
                ["--file", "POLICY"] => ("policy file /nowhere: ", "`regent policy example`"),
                ["--file", "MANDATE"] => ("terms file /nowhere: ", "`regent delegate example`"),
                ["--file", "SALE"] => ("terms file /nowhere: ", "`regent sale example`"),
                ["--file", "WILL"] => ("terms file /nowhere: ", "`regent inherit example`"),
                // A payload is read once the key is known.
                _ => continue,
            };
            let said = desk.refused(&line.replace(pair[1], "/nowhere"), 2);
            assert!(said.contains(told) && said.contains(remedy), "{line}: {said}");
        }
    }
}

#[test]
fn a_keystore_that_is_not_there_is_named() {
    let desk = Desk::new();
    for line in ["contract deploy BLOB", "key freeze ID", "request sign --key ID --message text"] {
        let said = desk.refused(&format!("{line} --keystore /nowhere"), 2);
        assert!(said.contains("/nowhere: "), "{line}: {said}");
    }
}

#[test]
fn a_file_that_is_something_else_is_told_with_an_example_to_start_from() {
    let desk = Desk::new();
    for (line, example) in [
        ("delegate deploy --file DOCUMENT --account //Alice", "regent delegate example"),
        ("inherit deploy --file DOCUMENT --account //Alice", "regent inherit example"),
        ("policy create --file DOCUMENT --account //Alice", "regent policy example"),
        ("sale deploy --file DOCUMENT --account //Alice", "regent sale example"),
    ] {
        let said = desk.refused(line, 2);
        assert!(said.contains("line 1") && said.contains(example), "{line}: {said}");
    }
}
