//! Nodes that lie to a person: nothing is signed, paid or believed on their word that can be checked.

use codec::{Decode, Encode};
use regent_cli::network::{Network, NetworkOptions};
use regent_client::{calls, Account, Client, ClientError, Contract, ContractError, ExportError};
use regent_primitives::{
    cash_api::CashTerms, contracts_api::DryRun, timing::SLOT_MILLISECONDS, AccountId, KeyEntry,
    KeyId, H256,
};
use regent_proof::{layout, StateKey};
use serde_json::{json, Value};
use sp_core::H160;

use crate::{
    lies::{asks, bytes, keys, of_beginning, text, with_nodes},
    proxy::{Lie, Proxy},
    world::State,
};

const KEY: KeyId = KeyId(H256::repeat_byte(3));

async fn network() -> anyhow::Result<Network> {
    let options = NetworkOptions { agents: 1, threshold: 1, ..NetworkOptions::default() };
    Ok(Network::start(options, &mut |line| println!("{line}")).await?)
}

/// Answers of a method of the runtime API become others.
fn answering(
    method: &'static str,
    change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
) -> Lie {
    Lie::on("state_call", move |params, honest| {
        Some(if params[0] == method { text(&change(bytes(honest))).into() } else { honest.clone() })
    })
}

/// What a name is in metadata becomes another's, and the reverse.
fn exchanged(metadata: &[u8], names: [&str; 2]) -> Vec<u8> {
    let [one, other] = names.map(|name| name.encode());
    let (mut rest, mut changed) = (metadata, Vec::with_capacity(metadata.len()));
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(&one[..]) {
            changed.extend(&other);
            rest = after;
        } else if let Some(after) = rest.strip_prefix(&other[..]) {
            changed.extend(&one);
            rest = after;
        } else {
            changed.push(*first);
            rest = after;
        }
    }
    changed
}

/// Metadata in which a freeze is called a lift of it, whichever version is asked for.
fn other_calls() -> Lie {
    Lie::on("state_call", |params, honest| {
        let names = ["freeze", "unfreeze"];
        let said = match params[0].as_str() {
            Some("Metadata_metadata_at_version") => {
                let honest = Option::<Vec<u8>>::decode(&mut &bytes(honest)[..]).expect("metadata");
                honest.map(|metadata| exchanged(&metadata, names)).encode()
            }
            Some("Metadata_metadata") => {
                let honest = Vec::<u8>::decode(&mut &bytes(honest)[..]).expect("metadata");
                exchanged(&honest, names).encode()
            }
            _ => return Some(honest.clone()),
        };
        Some(text(&said).into())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_choose_which_call_is_signed() -> anyhow::Result<()> {
    let network = network().await?;
    let proxy = Proxy::start(network.client().url()).await?;
    let freeze = calls::keys::freeze(KEY);
    let honest = Client::connect(proxy.url()).await?.encode_call(&freeze).await?;
    assert_eq!(honest, freeze.encoded());

    proxy.lie(other_calls());
    let refused = Client::connect(proxy.url()).await?.encode_call(&freeze).await;
    let is_refused =
        matches!(refused, Err(ClientError::OtherCall { found: [14, 11], expected: [14, 10], .. }));
    assert!(is_refused && proxy.told() > 0, "{refused:?}");
    Ok(network.shut_down().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_choose_how_long_a_period_is() -> anyhow::Result<()> {
    let network = network().await?;
    let proxy = Proxy::start(network.client().url()).await?;
    let client = Client::connect(proxy.url()).await?;
    assert_eq!(client.slot_milliseconds().await?, SLOT_MILLISECONDS);
    proxy.lie(answering("AuraApi_slot_duration", |_| 6_000u64.encode()));
    let refused = client.slot_milliseconds().await;
    let is_refused = matches!(refused, Err(ClientError::OtherPace { found: 6_000, .. }));
    assert!(is_refused, "{refused:?}");
    Ok(network.shut_down().await?)
}

/// A state with something in it that the chain's has not.
fn forged<V: Encode>(key: &StateKey<V>, value: &V) -> Lie {
    let (asked, mut state) = (text(key.bytes()), State::default());
    state.set(key, value);
    Lie::on("state_getReadProof", move |params, honest| {
        let forged = || with_nodes(honest, state.read_proof(&keys(params)));
        Some(if asks(params, &asked) { forged() } else { honest.clone() })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_the_terms_of_cash_are_proven_from_the_genesis() -> anyhow::Result<()> {
    let network = network().await?;
    let proxy = Proxy::start(network.client().url()).await?;
    let genesis = network.genesis();
    let client = Client::connect(proxy.url()).await?;
    let block = client.proven_block(genesis).await?;
    assert!(block.key(KEY).await?.is_none(), "nobody enrolled it");
    let says = client.cash(Some(block.hash())).await?.map(|record| record.terms);
    assert_eq!(block.cash().await?, says, "what an honest node says is what it proves");

    let owner = AccountId::new([1; 32]);
    let entry = KeyEntry { owner, chain_authority: false, current: 0, newest: 0 };
    proxy.lie(forged(&layout::key_entry(KEY), &entry));
    let refused = block.key(KEY).await;
    assert!(matches!(refused, Err(ExportError::Unproven(_))), "{refused:?}");

    let (issuer, ceiling, name) = (0, 9, Default::default());
    let terms = CashTerms { issuer, ceiling, name, decimals: 9 };
    proxy.lie(forged(&layout::cash_terms(), &terms));
    let refused = block.cash().await;
    assert!(matches!(refused, Err(ExportError::Unproven(_))), "{refused:?}");

    for told in of_beginning() {
        proxy.lie(told.lie);
        let refused = client.proven_block(genesis).await;
        let is_refused = refused.as_ref().is_err_and(ExportError::is_lie);
        assert!(is_refused && proxy.told() > 0, "{}: {refused:?}", told.name);
    }

    // Another chain altogether.
    let other = json!(H256::repeat_byte(2));
    proxy.lie(Lie::on("chain_getBlockHash", move |params, honest| {
        Some(if params == [Value::from(0)] { other.clone() } else { honest.clone() })
    }));
    let elsewhere = Client::connect(proxy.url()).await?;
    let refused = elsewhere.proven_block(genesis).await;
    assert!(matches!(refused, Err(ExportError::OtherGenesis { .. })), "{refused:?}");
    Ok(network.shut_down().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_deployed_only_where_it_will_be() -> anyhow::Result<()> {
    let network = network().await?;
    let proxy = Proxy::start(network.client().url()).await?;
    let client = Client::connect(proxy.url()).await?;
    let code = std::fs::read("../contracts/out/Keeper.polkavm")?;
    let elsewhere = H160::repeat_byte(9);
    proxy.lie(answering("ContractsApi_dry_instantiate", move |honest| {
        let dry = Result::<DryRun, Vec<u8>>::decode(&mut &honest[..]).expect("an answer");
        dry.map(|dry| DryRun { contract: elsewhere, ..dry }).encode()
    }));
    let alice = Account::development("//Alice")?;
    let refused = Contract::deploy(&client, &alice, code, Vec::new(), u128::MAX).await;
    let is_refused =
        matches!(&refused, Err(ContractError::OtherAddress { found, .. }) if *found == elsewhere);
    assert!(is_refused, "{refused:?}");
    Ok(network.shut_down().await?)
}
