use std::path::Path;

use super::*;

fn load(text: &str) -> Result<Config, ConfigError> {
    load_with(text, &Environment::default())
}

fn load_with(text: &str, environment: &Environment) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.toml");
    std::fs::write(&path, text).expect("written");
    Config::load(&path, environment)
}

/// The default configuration with more keys: top-level ones before, tables after.
fn default_with(before: &str, after: &str) -> String {
    format!("{before}\n{DEFAULT}\n{after}")
}

const SIMULATED: &str = r#"
[[trust.measurements]]
kind = "simulated"
digest = "0x1111111111111111111111111111111111111111111111111111111111111111"
"#;

#[test]
fn the_default_is_valid_and_trusts_nobody() {
    let config = load(DEFAULT).expect("valid");
    assert!(config.trust.measurements.is_empty() && config.trust.runtimes.is_empty());
    assert_eq!(config.trust.maximum_head_age_seconds, 30);
    assert_eq!(config.delivery.first_retry(), DeliveryConfig::default().first_retry());
    assert_eq!(config.delivery.maximum_retry(), DeliveryConfig::default().maximum_retry());
    assert_eq!(config.delivery.timeout(), DeliveryConfig::default().timeout());
    assert!(!config.insecure_development && config.insecure_crash_at.is_none());
}

#[test]
fn paths_are_relative_to_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("agent.toml");
    std::fs::write(&path, DEFAULT).expect("written");
    let config = Config::load(&path, &Environment::default()).expect("valid");
    assert_eq!(config.database(), folder.path().join("state/agent.redb"));
    assert_eq!(config.state.passphrase, PassphraseSource::File(folder.path().join("passphrase")));
}

#[test]
fn unknown_keys_are_refused() {
    let error = load(&default_with("passphrase = \"secret\"", "")).expect_err("refused");
    assert!(matches!(error, ConfigError::Parse { .. }));
}

#[test]
fn weak_switches_need_development() {
    let crash = "insecure_crash_at = \"after-commit\"";
    let corrupt = "insecure_corrupt_share = true";
    for before in [crash, corrupt] {
        assert!(matches!(
            load(&default_with(before, "")).expect_err("refused"),
            ConfigError::Insecure { .. }
        ));
        let development = format!("insecure_development = true\n{before}");
        load(&default_with(&development, "")).expect("accepted");
    }
    assert!(matches!(
        load(&default_with("", SIMULATED)).expect_err("refused"),
        ConfigError::Insecure { .. }
    ));
    let config = load(&default_with("insecure_development = true", SIMULATED)).expect("accepted");
    let measurement = regent_primitives::Measurement::from(config.trust.measurements[0]);
    assert_eq!(measurement.digest, H256::repeat_byte(0x11));
}

#[test]
fn crash_steps_have_names() {
    let text = "insecure_development = true\ninsecure_crash_at = \"no-such-step\"";
    let error = load(&default_with(text, "")).expect_err("refused").to_string();
    assert!(error.contains("after-commit"), "{error}");
}

#[test]
fn heads_older_than_thirty_seconds_are_never_allowed() {
    for (age, allowed) in [(0, false), (1, true), (30, true), (31, false)] {
        let text = DEFAULT.replace("age_seconds = 30", &format!("age_seconds = {age}"));
        assert_eq!(load(&text).is_ok(), allowed, "{age}");
    }
}

#[test]
fn runtimes_are_named_by_all_that_is_given() {
    let hash = H256::repeat_byte(1);
    let entry = |code_hash, spec_version| RuntimeEntry { code_hash, spec_version };
    assert!(entry(Some(hash), None).names(hash, 7));
    assert!(entry(None, Some(7)).names(hash, 7));
    assert!(entry(Some(hash), Some(7)).names(hash, 7));
    assert!(!entry(Some(hash), Some(8)).names(hash, 7));
    assert!(!entry(Some(H256::zero()), Some(7)).names(hash, 7));
    assert!(matches!(
        load(&default_with("", "[[trust.runtimes]]")).expect_err("refused"),
        ConfigError::Value { key: "trust.runtimes", .. }
    ));
}

#[test]
fn a_version_alone_is_a_runtime_only_in_development() {
    let version = "[[trust.runtimes]]\nspec_version = 1";
    let code = format!("[[trust.runtimes]]\ncode_hash = \"{:?}\"", H256::repeat_byte(1));
    let both = format!("{code}\nspec_version = 1");
    load(&default_with("", &code)).expect("accepted");
    load(&default_with("", &both)).expect("accepted");
    load(&default_with("insecure_development = true", version)).expect("accepted");
    for entries in [version.to_owned(), format!("{both}\n{version}")] {
        let error = load(&default_with("", &entries)).expect_err("refused").to_string();
        let named = ["trust.runtimes.code_hash", "insecure_development = true"];
        assert!(named.iter().all(|words| error.contains(words)), "{error}");
    }
}

#[test]
fn an_agent_is_told_its_chain_before_it_runs() {
    let error = load(DEFAULT).expect("valid").check_complete().expect_err("incomplete");
    assert!(matches!(error, ConfigError::Value { key: "node.genesis", .. }), "{error}");
    load(&format!("insecure_development = true\n{DEFAULT}"))
        .and_then(|config| config.check_complete())
        .expect("the first chain met is taken");
    let text = DEFAULT.replace("# genesis = ", "genesis = ");
    load(&text).and_then(|config| config.check_complete()).expect("complete");
}

#[test]
fn a_checkpoint_has_a_height_and_a_hash() {
    let pinned = |text: &str| {
        load(&DEFAULT.replace("maximum_head_age_seconds = 30", &format!("checkpoint = {text}")))
    };
    let hash = H256::repeat_byte(7);
    let config = pinned(&format!("{{ number = 9, hash = \"{hash:?}\" }}")).expect("valid");
    assert_eq!(config.trust.checkpoint, Some(Checkpoint { number: 9, hash }));
    let first = pinned(&format!("{{ number = 0, hash = \"{hash:?}\" }}")).expect_err("refused");
    assert!(matches!(first, ConfigError::Value { key: "trust.checkpoint.number", .. }), "{first}");
    assert!(matches!(pinned("{ number = 9 }").expect_err("refused"), ConfigError::Parse { .. }));
}

/// The default configuration with another table of the root.
fn rooted(development: bool, root: &str) -> Result<Config, ConfigError> {
    let text = DEFAULT.replace("provider = \"passphrase\"", root);
    load(&format!("insecure_development = {development}\n{text}"))
}

#[test]
fn a_tpm_is_named_in_full() {
    let device = "provider = \"tpm\"\ntcti = \"device:/dev/tpmrm0\"";
    let location = rooted(false, device).expect("valid").root.tpm().expect("valid");
    let location = location.expect("a TPM");
    assert_eq!(
        (location.tcti().to_string().as_str(), location.index()),
        ("device:/dev/tpmrm0", 0x0180_5247)
    );
    let config = rooted(false, &format!("{device}\nnv_index = 0x01000001")).expect("valid");
    assert_eq!(config.root.tpm().expect("valid").expect("a TPM").index(), 0x0100_0001);
    assert!(load(DEFAULT).expect("valid").root.tpm().expect("valid").is_none());

    for (root, key) in [
        ("provider = \"tpm\"".to_owned(), "root.tcti"),
        ("provider = \"tpm\"\ntcti = \"/dev/tpmrm0\"".to_owned(), "root.tcti"),
        (format!("{device}\nnv_index = 0x81000001"), "root.nv_index"),
        ("provider = \"passphrase\"\ntcti = \"device:/dev/tpmrm0\"".to_owned(), "root.tcti"),
        ("nv_index = 0x01000001".to_owned(), "root.nv_index"),
        ("owner_auth = { file = \"owner\" }".to_owned(), "root.owner_auth"),
    ] {
        let error = rooted(false, &root).expect_err("refused");
        assert!(matches!(error, ConfigError::Value { key: k, .. } if k == key), "{root}: {error}");
    }
}

#[test]
fn a_software_tpm_needs_development() {
    let software = "provider = \"tpm\"\ntcti = \"swtpm:host=127.0.0.1,port=2321\"";
    assert!(matches!(rooted(false, software).expect_err("refused"), ConfigError::Insecure { .. }));
    rooted(true, software).expect("accepted");
}

#[test]
fn the_environment_wins() {
    let environment = Environment::of(vec![
        ("REGENT_AGENT_NODE_URL", "ws://node:1".into()),
        ("REGENT_AGENT_STATE_FOLDER", "/elsewhere".into()),
        ("REGENT_AGENT_LISTEN", "127.0.0.1:1".into()),
        ("REGENT_AGENT_METRICS", "127.0.0.1:2".into()),
        ("REGENT_AGENT_LOG", "debug".into()),
    ]);
    let config = load_with(DEFAULT, &environment).expect("valid");
    assert_eq!(config.node.url, "ws://node:1");
    assert_eq!(config.database(), Path::new("/elsewhere/agent.redb"));
    assert_eq!(config.server.listen.port(), 1);
    assert_eq!(config.server.metrics.map(|address| address.port()), Some(2));
    assert_eq!(config.log.filter, "debug");

    let wrong = Environment::of(vec![("REGENT_AGENT_LISTEN", "here".into())]);
    assert!(matches!(
        load_with(DEFAULT, &wrong).expect_err("refused"),
        ConfigError::Environment { variable: "REGENT_AGENT_LISTEN", .. }
    ));
}

#[test]
fn values_out_of_bounds_are_refused() {
    for (from, to) in [
        ("\"ws://127.0.0.1:9944\"", "\"http://127.0.0.1:9944\""),
        ("first_retry_milliseconds = 50", "first_retry_milliseconds = 0"),
        ("timeout_milliseconds = 5000", "timeout_milliseconds = 0"),
        ("maximum_retry_milliseconds = 2000", "maximum_retry_milliseconds = 1"),
    ] {
        let text = DEFAULT.replace(from, to);
        assert!(matches!(load(&text), Err(ConfigError::Value { .. })), "{to}");
    }
}
