//! Nothing secret is left behind: after a whole run of real processes, with operations of every kind,
//! no file, log or chain database holds a share, a mask, a seed, a node of a device root, an agent's
//! identity, a session's secret, a key, or a result that was sealed to its requester.
//!
//! The test knows them all, and no program was changed for it:
//! - what agents keep, by opening their state with their library and passphrase ([`vault`]);
//! - the keys, by combining what all agents know; each is proven by its public key ([`keys`]);
//! - what is drawn, used and forgotten, by recording what agents and enclave draw from the system's
//!   generator ([`recorder`]); a session's secrets are proven by its public keys on chain.
//!
//! What is searched: every file below the network's folder, byte by byte (data, logs with everything
//! the processes said on both outputs at their most talkative, a core dump if there were one, what the
//! demonstration said and wrote), then every value of the chain's database, decompressed
//! ([`chain_database`]). What is not a secret of Regent's keys is not searched for: the node's own
//! network key, and payloads, which are on chain (`docs/threat-model.md`).
//!
//! An agent's passphrase is the one exception: a development agent reads it from a file of its own, and
//! it must be there and nowhere else.
//!
//! A second run is of agents with software TPMs, whose memory is searched as all else is. What they have
//! to keep is the other exception, and is not searched for: the key of the state's present generation
//! and the authorisation to read it lie in a software TPM's file as they lie in a chip. What agents draw
//! is not searched for there either: each generation's step is in the state's envelope and public.

mod chain_database;
mod keys;
mod operations;
mod processes;
mod recorder;
mod scanner;
mod search;
mod secrets;
mod vault;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{ensure, Context};
use hpke::{kem::XWing, Kem, Serializable};
use regent_cli::{
    demo::{self, Contracts, Scene},
    network::{AgentRoot, Network, NetworkOptions},
};
use regent_primitives::{RegenToken, Session};
use regent_protocol::SigningIdentity;
use regent_tests::{agent, Stage};
use zeroize::Zeroizing;

use crate::{
    keys::Key,
    recorder::Recorder,
    scanner::Scanner,
    search::{search, search_chain},
    secrets::Secrets,
    vault::Vault,
};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_left_behind() -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("regent-emptiness-").tempdir()?;
    let recorder = Recorder::build()?;
    let options = options(&recorder, folder.path())?;
    let mut network = Network::start(options, &mut |line| println!("{line}")).await?;
    processes::check(&network)?;
    let mut secrets = Secrets::default();

    // Every kind of operation; then results that were never a payload, and a crash.
    let mut said = Vec::new();
    let record = demo::run(&mut network, Contracts::default(), None, &mut said).await?;
    record.write(&folder.path().join("demo.json"))?;
    fs::write(folder.path().join("logs/demo.log"), said)?;
    let scene = Scene::prepare(&network).await?;
    operations::decapsulate(&scene, &mut secrets).await?;
    let tokens = operations::tokens(&scene).await?;
    operations::crash_with_a_key_in_memory(&mut network, &scene, &tokens).await?;

    // With the agents stopped the test makes the keys, and with one of them a ciphertext of
    // something that no process but the enclave ever sees.
    let (vaults, keys) = learn(&mut network, &tokens, &mut secrets).await?;
    operations::decrypt(&scene, &keys, &mut secrets).await?;
    processes::check(&network)?;
    let sessions = operations::sessions(&scene).await?;

    // No time to tidy up.
    for name in (0..vaults.len()).map(agent).chain(["enclave".to_owned()]) {
        network.kill(&name).await?;
    }
    network.shut_down().await?;
    add_draws(&recorder, &vaults, &sessions, &mut secrets)?;
    drop(recorder);
    inspect(folder.path(), &secrets, &vaults, &sessions, &tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_left_behind_by_agents_with_tpms() -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("regent-emptiness-tpm-").tempdir()?;
    let options = NetworkOptions {
        folder: Some(folder.path().to_owned()),
        log: "trace".to_owned(),
        root: AgentRoot::Tpm,
        ..NetworkOptions::default()
    };
    let mut stage = Stage::set(options).await?;
    stage.perform().await?;
    let mut secrets = Secrets::default();
    let tokens = [stage.key.token.clone()];
    let (vaults, _) = learn(&mut stage.network, &tokens, &mut secrets).await?;
    // With what is known by now.
    stage.perform().await?;
    let handles = stage.network.agents().to_vec();
    for name in handles.iter().map(|agent| agent.name.as_str()).chain(["enclave"]) {
        stage.network.kill(name).await?;
    }
    stage.network.shut_down().await?;

    let memories: Vec<_> = handles.iter().map(|agent| agent.folder.join("tpm")).collect();
    for memory in &memories {
        ensure!(memory.read_dir()?.next().is_some(), "no TPM at {}", memory.display());
    }
    let scanner = Scanner::new(&secrets)?;
    println!("{} secrets, {} patterns", secrets.len(), scanner.patterns());
    assert_eq!(search(folder.path(), &scanner)?, []);
    passphrases_in_place(folder.path(), &vaults)?;
    would_be_found(folder.path(), &scanner, &vaults, &memories[0])
}

/// Searches everything that is left, and shows that the search sees what is there.
fn inspect(
    folder: &Path,
    secrets: &Secrets,
    vaults: &[Vault],
    sessions: &[Session],
    tokens: &[RegenToken],
) -> anyhow::Result<()> {
    let scanner = Scanner::new(secrets)?;
    println!("{} secrets, {} patterns", secrets.len(), scanner.patterns());
    assert_eq!(search(folder, &scanner)?, []);
    let passphrases = passphrases_in_place(folder, vaults)?;
    search_chain(folder, &[&scanner, &passphrases], tokens)?;

    // The logs say what they may: every session's id.
    let mut ids = Secrets::default();
    sessions.iter().for_each(|session| ids.add(session.id.to_string(), session.id.0.as_bytes()));
    let said = search(&folder.join("logs"), &Scanner::new(&ids)?)?;
    let said: BTreeSet<_> = said.into_iter().map(|found| found.hit.name).collect();
    assert_eq!(said.len(), sessions.len(), "{said:?}");

    would_be_found(folder, &scanner, vaults, &folder.join("node-0"))
}

/// Had there been one secret, it would have been found.
fn would_be_found(
    folder: &Path,
    scanner: &Scanner,
    vaults: &[Vault],
    place: &Path,
) -> anyhow::Result<()> {
    let (_, share) = vaults[0].shares.values().next().context("no share")?;
    let planted = place.join("planted");
    fs::write(&planted, format!("share={}\n", hex::encode(share)))?;
    let found = search(folder, scanner)?.into_iter().map(|found| found.file);
    assert_eq!(found.collect::<BTreeSet<_>>(), BTreeSet::from([planted]));
    Ok(())
}

/// Each passphrase has one place, and is in no other.
fn passphrases_in_place(folder: &Path, vaults: &[Vault]) -> anyhow::Result<Scanner> {
    let passphrases = passphrases(vaults)?;
    let found = search(folder, &passphrases)?.into_iter().map(|found| (found.file, found.hit.name));
    let own = vaults.iter().enumerate();
    let own = own.map(|(number, vault)| (vault.passphrase_file.clone(), agent(number)));
    assert_eq!(found.collect::<BTreeSet<_>>(), own.collect::<BTreeSet<_>>());
    Ok(passphrases)
}

/// Passphrases are searched for apart: each has one place.
fn passphrases(vaults: &[Vault]) -> anyhow::Result<Scanner> {
    let mut passphrases = Secrets::default();
    for (number, vault) in vaults.iter().enumerate() {
        let bytes = Zeroizing::new(hex::decode(vault.passphrase.as_slice())?);
        passphrases.add(agent(number), &bytes);
    }
    Scanner::new(&passphrases)
}

/// A network of the project's own programs: at their most talkative, recorded, allowed to dump core
/// until they forbid it.
fn options(recorder: &Recorder, folder: &Path) -> anyhow::Result<NetworkOptions> {
    let mut options = NetworkOptions {
        folder: Some(folder.to_owned()),
        log: "trace".to_owned(),
        node_arguments: vec!["-linfo,regent=trace,runtime=trace,offchain-worker=trace,rpc=trace,\
             jsonrpsee-server=trace,txpool=debug"
            .to_owned()],
        ..NetworkOptions::default()
    };
    let wrap = |name: &str, program| {
        let said = folder.join("logs").join(format!("{name}-other.log"));
        recorder.wrap(name, program, folder, &said)
    };
    options.enclave_program = Some(wrap("enclave", "regent-enclave")?);
    for number in 0..options.agents {
        options.agent_programs.insert(number, wrap(&agent(number), "regent-agent")?);
    }
    Ok(options)
}

/// Stops each agent, learns what it knows, and starts it again; combines the keys.
async fn learn(
    network: &mut Network,
    tokens: &[RegenToken],
    secrets: &mut Secrets,
) -> anyhow::Result<(Vec<Vault>, Vec<Key>)> {
    let genesis = network.genesis();
    let mut vaults = Vec::new();
    let handles = network.agents().to_vec();
    for handle in &handles {
        network.stop(&handle.name).await?;
        vaults.push(vault::learn(handle, genesis, tokens, secrets)?);
    }
    let names: Vec<String> = handles.into_iter().map(|handle| handle.name).collect();
    network.restart_all(&names).await?;
    let mut keys = Vec::new();
    for token in tokens {
        let shares = vaults.iter().filter_map(|vault| vault.shares.get(&token.key_id));
        let by_leaf: BTreeMap<_, _> = shares.cloned().collect();
        let shares: Vec<_> = by_leaf.into_values().collect();
        keys.push(keys::recover(genesis, token, &shares, secrets)?);
    }
    Ok((vaults, keys))
}

/// Adds everything that agents and enclave drew and that is not public: only the sessions' ids are.
fn add_draws(
    recorder: &Recorder,
    vaults: &[Vault],
    sessions: &[Session],
    secrets: &mut Secrets,
) -> anyhow::Result<()> {
    let drawn = recorder.draws("enclave")?;
    let is_id = |draw: &[u8]| sessions.iter().any(|session| session.id.0.as_bytes() == draw);
    let (mut signers, mut kems, mut ids) = (BTreeSet::new(), BTreeSet::new(), 0);
    for draw in &drawn {
        if is_id(draw) {
            ids += 1;
            continue;
        }
        // Most draws are no session's; what they would make is then nothing's secret.
        if let Ok(seed) = <&[u8; 32]>::try_from(draw.as_slice()) {
            signers.insert(SigningIdentity::from_seed(seed).public().0);
            let pair = <sp_core::sr25519::Pair as sp_core::Pair>::from_seed(seed);
            secrets.add("expanded signing key of a session", &sp_core::Pair::to_raw_vec(&pair));
            let (private, public) = XWing::derive_keypair(seed);
            kems.insert(public.to_bytes().to_vec());
            secrets.add("X-Wing key of a session", &private.to_bytes());
        }
        secrets.add("draw of the enclave", draw);
    }
    ensure!(ids == sessions.len(), "{ids} ids were drawn for {} sessions", sessions.len());
    for session in sessions {
        ensure!(signers.contains(&session.signing_public), "a session's signer was not recorded");
        ensure!(kems.contains(session.kem_public.as_slice()), "a session's KEM was not recorded");
    }
    for (number, vault) in vaults.iter().enumerate() {
        let drawn = recorder.draws(&agent(number))?;
        let has = |secret: &[u8]| drawn.iter().any(|draw| draw.as_slice() == secret);
        let known = has(vault.root.as_slice()) && has(vault.identity.as_slice());
        ensure!(known, "{}: root and identity were not recorded", agent(number));
        let passphrase = Zeroizing::new(hex::decode(vault.passphrase.as_slice())?);
        for draw in drawn.iter().filter(|draw| **draw != passphrase) {
            secrets.add(format!("draw of {}", agent(number)), draw);
        }
    }
    Ok(())
}
