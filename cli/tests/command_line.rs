//! The program as a whole, as far as it needs no network: exit codes, errors, help.
#![allow(missing_docs)]

mod program;

use alloy_sol_types::SolValue;
use regent_cli::{Clock, SaleFile, TermsFile, SALE_EXAMPLE};
use regent_client::{Account, Contract};

use program::{regent, stderr, stdout};

#[test]
fn help_documents_exit_codes() {
    let help = regent(&["--help"]).success();
    assert!(stdout(&help).contains("Exit codes:"));
}

#[test]
fn the_example_policy_is_accepted() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, stdout(&regent(&["policy", "example"]).success())).expect("written");
    let checked = regent(&["policy", "check", "--json", "--file", &path.display().to_string()]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&checked.success())).expect("JSON");
    assert_eq!(json["name"], "Treasury");
}

#[test]
fn a_wrong_policy_names_the_field() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("policy.toml");
    let text = regent_cli::POLICY_EXAMPLE.replacen("10 ether", "ten ether", 1);
    std::fs::write(&path, text).expect("written");
    let refused = regent(&["policy", "check", "--file", &path.display().to_string()]).code(2);
    assert!(stderr(&refused).contains("limits.maximum"));
}

#[test]
fn the_example_terms_are_accepted() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for command in ["inherit", "sale", "delegate"] {
        let path = folder.path().join(command);
        std::fs::write(&path, stdout(&regent(&[command, "example"]).success())).expect("written");
        let path = path.display().to_string();
        let checked = regent(&[command, "check", "--json", "--file", &path]).success();
        let json: serde_json::Value = serde_json::from_str(&stdout(&checked)).expect("JSON");
        assert_eq!(json["block_milliseconds"], 500);
        assert!(json["data"].as_str().expect("text").starts_with("0x0000"), "{command}");
    }
}

/// What a buyer has: terms, code, deployer and salt; and no node.
#[test]
fn a_contract_is_verified_by_its_address() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (terms, code) = (path("sale.toml"), path("Sale.polkavm"));
    std::fs::write(&terms, SALE_EXAMPLE).expect("written");
    std::fs::write(&code, b"PVM\0").expect("written");
    let alice = Account::development("//Alice").expect("an account");
    let file = SaleFile::parse(SALE_EXAMPLE).expect("terms");
    let data = file.terms(&Clock::from_block(1_000), None).expect("terms").abi_encode();
    let contract = Contract::deployed_by(alice.id(), b"PVM\0", &data, [0x1f; 32]).address;
    let (address, salt) = (format!("{contract:?}"), format!("0x{}", "1f".repeat(32)));

    let verify = |deployer: &str, block: &str| {
        let of = ["--file", &terms, "--code", &code, "--salt", &salt];
        let by = ["--deployer", deployer, "--block", block];
        regent(&[&["sale", "verify", &address][..], &of, &by].concat())
    };
    let verified = stdout(&verify("//Alice", "1000").success());
    assert!(verified.contains("on these terms"), "{verified}");
    // Other dates, and another deployer.
    for refused in [verify("//Alice", "1001"), verify("//Bob", "1000")] {
        let refused = stderr(&refused.code(7));
        assert!(refused.contains("pay nothing"), "{refused}");
    }
    let data = format!("0x{}", hex::encode(&data));
    let of = ["--code", &code, "--salt", &salt, "--deployer", "//Alice"];
    let by_data = |data: &str| {
        let verify = ["contract", "verify", &address, "--data", data];
        regent(&[&verify[..], &of].concat())
    };
    assert!(stdout(&by_data(&data).success()).contains("can be nothing else"));
    by_data("0x").code(7);
}

#[test]
fn wrong_terms_name_the_field_and_what_to_write() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("will.toml");
    let text = regent_cli::INHERITANCE_EXAMPLE.replacen("180 days", "half a year", 1);
    std::fs::write(&path, text).expect("written");
    let file = path.display().to_string();
    let refused = regent(&["inherit", "check", "--json", "--file", &file]).code(2);
    let json: serde_json::Value = serde_json::from_str(&stderr(&refused)).expect("JSON");
    let message = json["error"]["message"].as_str().expect("text");
    assert!(message.contains("`interval`") && message.contains("30 days"), "{message}");
}

#[test]
fn a_missing_folder_of_contracts_is_told_before_anything_is_started() {
    let refused = regent(&["demo", "--contracts", "/nowhere"]).code(2);
    assert!(stderr(&refused).contains("--contracts") && stdout(&refused).is_empty());
}

#[test]
fn a_missing_document_is_told_before_anything_is_asked() {
    let act = ["inherit", "attest", "0x0000000000000000000000000000000052470000"];
    let case = ["--case", "death", "--group", "0", "--evidence", "/nowhere", "--account", "//Bob"];
    let refused = regent(&[&act[..], &case].concat()).code(2);
    assert!(stderr(&refused).contains("--evidence"), "{}", stderr(&refused));
}

#[test]
fn a_contract_is_asked_for_one_use_of_its_key() {
    let submit = |contract: &str, of: &[&str]| {
        let to = ["0x0000000000000000000000000000000052470000", "--account", "//Alice"];
        let at = ["--node", "ws://127.0.0.1:1"];
        regent(&[&[contract, "submit"][..], &to, &at, of].concat())
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    let result_key = folder.path().join("result.key").display().to_string();
    let decrypt = ["--decrypt", "secret.bin", "--result-key", &result_key];
    for contract in ["inherit", "sale", "delegate"] {
        // Taken: all that is missing is a node.
        submit(contract, &["--message", "ship it"]).code(5);
        submit(contract, &decrypt).code(5);
        let both = submit(contract, &[&decrypt[..], &["--message", "ship it"]].concat()).code(2);
        assert!(stderr(&both).contains("--message"), "{contract}: {}", stderr(&both));
        let lost = submit(contract, &decrypt[..2]).code(2);
        assert!(stderr(&lost).contains("--result-key"), "{contract}: {}", stderr(&lost));
    }
}

#[test]
fn a_consent_is_read_before_anything_is_asked() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("identity.json");
    let file = path.display().to_string();
    let at = ["--node", "ws://127.0.0.1:1", "--account", "//Alice", "--json"];
    for command in ["register", "endpoint"] {
        let refused = |reason: &str| {
            let own = ["agent", command, "--identity", &file];
            let error = stderr(&regent(&[&own[..], &at].concat()).code(2));
            let json: serde_json::Value = serde_json::from_str(&error).expect("JSON");
            let message = json["error"]["message"].as_str().expect("text").to_owned();
            let named = message.contains("--identity") && message.contains(reason);
            assert!(named && message.contains("regent-agent identity"), "{message}");
        };
        refused(&file);
        let id = format!("0x{}", "11".repeat(32));
        // What is printed without --json, and what nobody signed.
        std::fs::write(&path, format!("{id}\n")).expect("written");
        refused("line 1");
        let proof = format!("0x{}", "22".repeat(64));
        let text = serde_json::json!({
            "agent": id, "institution": 0, "endpoint": "http://agent:9955", "genesis": id, "proof": proof,
        });
        std::fs::write(&path, text.to_string()).expect("written");
        refused("`proof`");
        std::fs::remove_file(&path).expect("removed");
    }
}

#[test]
fn a_quorum_that_cannot_be_is_told_before_anything_is_asked() {
    let ids = ["11", "22"].map(|digits| format!("0x{}", digits.repeat(32)));
    let [one, two] = ids.each_ref().map(String::as_str);
    let create = |threshold: &str, agents: &[&str]| {
        let own = ["quorum", "create", "--account", "//Alice", "--node", "ws://127.0.0.1:1"];
        let agents = agents.iter().flat_map(|id| ["--agent", *id]);
        let words = own.into_iter().chain(["--threshold", threshold]).chain(agents);
        regent(&words.collect::<Vec<_>>())
    };
    for (threshold, agents, field) in [
        ("0", vec![one, two], "--threshold"),
        ("3", vec![one, two], "--threshold"),
        ("1", vec![one, one], "--agent"),
        ("1", vec!["0x11"], "--agent"),
        ("1", vec![], "--agent"),
    ] {
        let refused = create(threshold, &agents).code(2);
        assert!(stderr(&refused).contains(field), "{agents:?}: {}", stderr(&refused));
    }
    // Taken: all that is missing is a node.
    create("2", &[one, two]).code(5);
}

#[test]
fn agents_and_members_are_named_as_they_are_shown() {
    for (command, wrong) in [
        (["agent", "show"], "0x11"),
        (["agent", "remove"], "agent-4"),
        (["quorum", "show"], "first"),
        (["member", "add"], "5Grw"),
        (["member", "remove"], "Bob"),
    ] {
        let signed = !command.contains(&"show");
        let account: &[&str] = if signed { &["--account", "//Alice"] } else { &[] };
        let refused = regent(&[&command[..], &[wrong], account].concat()).code(2);
        assert!(stderr(&refused).contains(wrong), "{}", stderr(&refused));
    }
}

#[test]
fn no_network_is_an_error_with_a_remedy() {
    let refused = regent(&["status"]).code(2);
    assert!(stderr(&refused).contains("regent dev"));
}

#[test]
fn no_node_is_an_error_of_connection() {
    let refused = regent(&["status", "--json", "--node", "ws://127.0.0.1:1"]).code(5);
    let json: serde_json::Value = serde_json::from_str(&stderr(&refused)).expect("JSON");
    assert_eq!(json["error"]["kind"], "connection");
}

#[test]
fn secrets_are_no_arguments() {
    let request = format!("0x{}", "11".repeat(32));
    let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
    let refused = regent(&["approve", &request, "--account", phrase]).code(2);
    let said = stderr(&refused);
    assert!(said.contains("keystore") && !said.contains("bottom drive"), "{said}");
}

#[test]
fn completions_are_written() {
    assert!(stdout(&regent(&["completions", "bash"]).success()).contains("_regent"));
}
