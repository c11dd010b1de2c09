//! What a person hands to the command line: policy files, terms of contracts, network files, amounts,
//! assets, recipients and arguments. Whatever they hold, it is a value that is shown as it is read, or an error.

use alloy_sol_types::SolValue;
use clap::Parser;
use codec::{DecodeAll, Encode};
use proptest::prelude::*;
use regent_cli::{
    network::{AgentFile, NetworkFile},
    parse_amount, parse_asset, parse_recipient, show_amount, show_asset, Cli, Clock,
    DelegationFile, InheritanceFile, PolicyFile, SaleFile, TermsFile, DELEGATION_EXAMPLE,
    INHERITANCE_EXAMPLE, POLICY_EXAMPLE, SALE_EXAMPLE,
};
use regent_contract_abi::{IDelegation, IInheritance, ISale};
use regent_primitives::{
    bounds::MAX_RECIPIENT_BYTES, Asset, BitcoinNetwork, EvidenceKind, Measurement, Policy, U256,
};

/// A file that is accepted is a policy the chain would take, and has one encoding.
fn check_policy_file(text: &str) -> Result<(), TestCaseError> {
    match PolicyFile::parse(text).and_then(|file| file.policy()) {
        Ok(policy) => {
            prop_assert_eq!(regent_policy::check_policy(&policy), Ok(()));
            let decoded = Policy::decode_all(&mut &policy.encode()[..]);
            prop_assert_eq!(decoded.as_ref(), Ok(&policy));
            let simulated = |m: &Measurement| m.kind == EvidenceKind::Simulated;
            prop_assert!(policy.measurements.iter().all(simulated));
        }
        Err(error) => prop_assert!(error.to_string().starts_with("policy"), "{}", error),
    }
    Ok(())
}

/// A file of terms that is accepted has one encoding, which is read back as the same terms.
fn check_terms<F, T>(text: &str) -> Result<(), TestCaseError>
where
    F: TermsFile<Terms = T>,
    T: SolValue + From<<T::SolType as alloy_sol_types::SolType>::RustType> + PartialEq,
{
    match F::parse(text).and_then(|file| file.terms(&Clock::offline())) {
        Ok(terms) => {
            let decoded = T::abi_decode_validate(&terms.abi_encode());
            prop_assert!(decoded.is_ok_and(|decoded| decoded == terms));
        }
        Err(error) => prop_assert!(error.to_string().starts_with("terms file"), "{}", error),
    }
    Ok(())
}

/// Values as people might write them, right and wrong.
fn value() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "\"10 ether\"",
        "\"0.00000001 btc\"",
        "\"1 sat\"",
        "\"ether:1\"",
        "\"bitcoin:regtest\"",
        "\"erc20:1:0xdAC17F958D2ee523a2206206994597C13D831ec7\"",
        "\"//Alice\"",
        "[\"//Alice\", \"//Bob\"]",
        "[\"script:0x0014\", \"script:\"]",
        "[\"sign\", \"decrypt\", \"enrol\"]",
        "[]",
        "\"board\"",
        "\"\"",
        "0",
        "255",
        "256",
        "-1",
        "4294967296",
        "true",
        "\"board\\u0000\"",
        "\"30 days\"",
        "\"999999999999 years\"",
        "\"death\"",
        "[\"family\", \"court\"]",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\"[ !#-\\[\\]-~]{0,80}\"", 1 => "\\PC{0,20}"]
}

/// An example with some of its values replaced, or lines left out or repeated.
fn changed(example: &str) -> impl Strategy<Value = String> {
    let lines: Vec<String> = example
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let change = (any::<prop::sample::Index>(), 0..6u8, value());
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut lines = lines.clone();
        for (at, kind, value) in changes {
            let at = at.index(lines.len());
            match (kind, lines[at].split_once('=')) {
                (0, _) => drop(lines.remove(at)),
                (1, _) => lines.insert(at, lines[at].clone()),
                (_, Some((key, _))) => lines[at] = format!("{key}= {value}"),
                (_, None) => lines[at] = value,
            }
        }
        lines.join("\n")
    })
}

/// Small and large numbers alike.
fn number() -> impl Strategy<Value = U256> {
    (any::<[u8; 32]>(), 0..256u32).prop_map(|(bytes, shift)| U256::from_big_endian(&bytes) >> shift)
}

fn network() -> impl Strategy<Value = BitcoinNetwork> {
    prop::sample::select(vec![BitcoinNetwork::Main, BitcoinNetwork::Test, BitcoinNetwork::Regtest])
}

fn asset() -> impl Strategy<Value = Asset> {
    prop_oneof![
        any::<u64>().prop_map(|chain_id| Asset::Ether { chain_id }),
        (any::<u64>(), any::<[u8; 20]>())
            .prop_map(|(chain_id, contract)| Asset::Erc20 { chain_id, contract }),
        network().prop_map(|network| Asset::Bitcoin { network }),
    ]
}

prop_compose! {
    fn network_file()(
        urls in prop::collection::vec("\\PC{0,30}", 2..5),
        genesis in "\\PC{0,70}",
        quorum: u32,
        threshold: u16,
        agents in prop::collection::vec(prop::array::uniform4("\\PC{0,20}"), 0..4),
        folder in "[ -~]{0,30}",
    ) -> NetworkFile {
        let agent = |[name, id, url, metrics]: [String; 4]| AgentFile { name, id, url, metrics };
        NetworkFile {
            node: urls[0].clone(),
            enclave: urls[1].clone(),
            nodes: urls,
            genesis,
            quorum,
            threshold,
            agents: agents.into_iter().map(agent).collect(),
            folder: folder.into(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn changed_policies_are_policies_or_errors(text in changed(POLICY_EXAMPLE)) {
        check_policy_file(&text)?;
    }

    #[test]
    fn changed_terms_are_terms_or_errors(
        inheritance in changed(INHERITANCE_EXAMPLE),
        sale in changed(SALE_EXAMPLE),
        delegation in changed(DELEGATION_EXAMPLE),
    ) {
        check_terms::<InheritanceFile, IInheritance::Terms>(&inheritance)?;
        check_terms::<SaleFile, ISale::Terms>(&sale)?;
        check_terms::<DelegationFile, IDelegation::Terms>(&delegation)?;
    }

    #[test]
    fn any_text_is_no_policy(text in "\\PC{0,200}|([a-z_]{1,12} = \\PC{0,20}\n){0,6}") {
        check_policy_file(&text)?;
        prop_assert!(PolicyFile::parse(&text).is_err());
    }

    /// Exact, whatever the unit and however many zeros.
    #[test]
    fn amounts_are_read_exactly(
        whole in 0..u64::MAX,
        fraction in 0..100_000_000u64,
        unit in prop::sample::select(vec![("ether", 18), ("gwei", 9), ("btc", 8)]),
        space in " {0,2}",
        zeros in "0{0,3}",
    ) {
        let (name, power) = unit;
        let text = format!("{zeros}{whole}.{fraction:08}{zeros}{space}{name}");
        let smallest = U256::exp10(power);
        let expected =
            U256::from(whole) * smallest + U256::from(fraction) * (smallest / U256::exp10(8));
        prop_assert_eq!(parse_amount(&text), Ok(expected), "{}", text);
    }

    #[test]
    fn amounts_are_shown_as_they_are_read(amount in number(), network in network()) {
        for asset in [Asset::Ether { chain_id: 1 }, Asset::Bitcoin { network }] {
            let shown = show_amount(&asset, amount);
            prop_assert_eq!(parse_amount(&shown), Ok(amount), "{}", shown);
        }
        prop_assert_eq!(parse_amount(&amount.to_string()), Ok(amount));
        prop_assert!(parse_amount(&format!("{}0", U256::MAX)).is_err(), "more than 256 bits");
    }

    #[test]
    fn any_text_is_an_amount_or_an_error(
        text in "[0-9]{0,90}\\.?[0-9]{0,90} ?(ether|gwei|wei|btc|sat|satoshi|eth)?|\\PC{0,40}",
    ) {
        if parse_amount(&text).is_ok() {
            prop_assert!(text.trim().starts_with(|first: char| first.is_ascii_digit()), "{}", text);
        }
    }

    #[test]
    fn assets_are_shown_as_they_are_read(asset in asset()) {
        prop_assert_eq!(parse_asset(&show_asset(&asset)), Ok(asset));
    }

    #[test]
    fn any_text_is_an_asset_or_an_error(
        text in "(ether|erc20|bitcoin)(:[0-9a-fA-Fx]{0,42}){0,3}|\\PC{0,40}",
    ) {
        if let Ok(asset) = parse_asset(&text) {
            prop_assert_eq!(parse_asset(&show_asset(&asset)), Ok(asset));
        }
    }

    #[test]
    fn scripts_are_read_as_they_are(script in prop::collection::vec(any::<u8>(), 0..80)) {
        let digits: String = script.iter().map(|byte| format!("{byte:02x}")).collect();
        let read = parse_recipient(&format!("script:0x{digits}"));
        prop_assert_eq!(read.is_ok(), script.len() <= MAX_RECIPIENT_BYTES as usize);
        if let Ok(recipient) = read {
            prop_assert_eq!(recipient.to_vec(), script);
        }
    }

    #[test]
    fn any_text_is_a_recipient_or_an_error(
        text in "0x[0-9a-fA-F]{38,42}|(bc|tb|bcrt)1[a-z0-9]{0,60}|script:[0-9a-fx]{0,140}|\\PC{0,40}",
    ) {
        if let Ok(recipient) = parse_recipient(&text) {
            prop_assert!(recipient.len() <= MAX_RECIPIENT_BYTES as usize);
        }
    }

    #[test]
    fn any_arguments_are_a_command_or_an_error(
        arguments in prop::collection::vec(
            "--?[a-z-]{1,16}|request|sign|policy|key|audit|0x[0-9a-f]{64}|\\PC{0,20}", 0..8,
        ),
    ) {
        let arguments = std::iter::once("regent".to_owned()).chain(arguments);
        if let Err(error) = Cli::try_parse_from(arguments) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

proptest! {
    // Each writes and syncs a file.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn network_files_are_read_as_they_were_written(file in network_file()) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("network.json");
        file.write(&path).expect("written");
        let read = NetworkFile::read(&path).expect("read");
        let json = |file: &NetworkFile| serde_json::to_value(file).expect("JSON");
        prop_assert_eq!(json(&read), json(&file));
    }

    #[test]
    fn any_file_is_no_network(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("network.json");
        for content in [&bytes[..], text.as_bytes()] {
            std::fs::write(&path, content).expect("written");
            prop_assert!(NetworkFile::read(&path).is_err());
        }
    }
}
