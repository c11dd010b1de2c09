//! What an agent knows: its state is opened as the agent itself opens it, with its own library, its
//! passphrase and its TPM if it has one, while it does not run.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{ensure, Context};
use argon2::{Argon2, Params, Version};
use codec::{DecodeAll, Encode};
use hkdf::Hkdf;
use regent_agent::{
    config::{Config, Environment, PassphraseSource},
    failpoint::Failpoint,
    passphrase,
    root::unlock,
    store::{open_database, read_sealed, Store},
};
use regent_cli::network::AgentHandle;
use regent_primitives::{hashing::Tag, KeyId, Participant, RegenToken, H256};
use regent_protocol::{
    regenerate,
    root_store::{RootProvider, RootState, SealedState},
    Contribution, Label, Mask, MaskContext,
};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::{keys, secrets::Secrets};

/// Generations beyond the present one whose keys are searched for: the agent still runs on.
const GENERATIONS_TO_COME: u64 = 200;
/// Bytes at the end of a state that hold the identity and a root that was never punctured: version,
/// count, and one entry of prefix, length and seed (`device_root/encoding.rs`).
const IDENTITY: usize = 32;
const ROOT: usize = 1 + 4 + 16 + 1 + 32;

/// What was learnt of an agent.
pub struct Vault {
    /// The secret of its device root: 32 bytes it drew.
    pub root: Zeroizing<[u8; 32]>,
    /// The seed of its identity: 32 bytes it drew.
    pub identity: Zeroizing<[u8; 32]>,
    /// Its passphrase, as it stands in the one file that may hold it.
    pub passphrase: Zeroizing<Vec<u8>>,
    /// That file.
    pub passphrase_file: PathBuf,
    /// Its share of each key: number of the leaf, and the share.
    pub shares: BTreeMap<KeyId, (usize, Zeroizing<Vec<u8>>)>,
}

/// Opens an agent's state and adds everything in it, and everything that the agent computes from it
/// for these tokens, to the secrets.
pub fn learn(
    agent: &AgentHandle,
    genesis: H256,
    tokens: &[RegenToken],
    secrets: &mut Secrets,
) -> anyhow::Result<Vault> {
    let name = &agent.name;
    let config = Config::load(&agent.configuration(), &Environment::of_process())?;
    let database = open_database(&config.database())?;
    let sealed = read_sealed(&database)?.context("no state")?;
    let mut provider = unlock(&config, &passphrase::read(&config.state.passphrase)?, &sealed)?;
    let has_tpm = config.root.tpm()?.is_some();
    let PassphraseSource::File(passphrase_file) = config.state.passphrase else {
        anyhow::bail!("{name} has no passphrase file");
    };
    let passphrase = Zeroizing::new(fs::read(&passphrase_file)?.trim_ascii_end().to_vec());
    // A TPM gives its own to nobody who has not the passphrase, and keeps it in its own memory.
    if !has_tpm {
        sealing_keys(name, &passphrase, &sealed, provider.as_mut(), secrets)?;
    }

    // Identity and root: the end of what was sealed.
    let plain = provider.open(&sealed)?;
    let tail = plain.len().checked_sub(IDENTITY + ROOT).context("a short state")?;
    let (identity, root) = plain[tail..].split_first_chunk::<IDENTITY>().context("its end")?;
    let (header, root) = root.split_last_chunk::<32>().context("its root")?;
    let fresh = [[1, 0, 0, 0, 1].as_slice(), &[0; 17]].concat();
    ensure!(header == fresh, "{name}: a root of one seed was expected");
    let state = RootState::open(provider.as_mut(), &sealed)?;
    ensure!(identity == state.identity(), "{name}: another identity in its state");
    secrets.add(format!("device root of {name}"), root);
    secrets.add(format!("identity seed of {name}"), identity);
    let pair = <sp_core::sr25519::Pair as sp_core::Pair>::from_seed(identity);
    let expanded = sp_core::Pair::to_raw_vec(&pair);
    secrets.add(format!("expanded identity of {name}"), &expanded);

    let store = Store::open(database, provider, Failpoint::default())?;
    ensure!(store.identity().agent_id() == agent.id, "{name}: another identity");
    let mut shares = BTreeMap::new();
    for token in tokens {
        let of = format!("{name} for the {} key", token.algorithm.name());
        let label = token.label(genesis);
        let output = walk(root, &label, &of, secrets);
        let leaves = token.tree.leaves();
        let mut own = leaves.iter().enumerate();
        let own = own.find(|(_, (_, who))| *who == Participant::Agent(agent.id));
        let (leaf, (path, _)) = own.with_context(|| format!("{of}: no leaf"))?;
        let context = MaskContext {
            genesis,
            key: token.key_id,
            epoch: token.epoch,
            enrolment: token.enrolment_id,
            leaf: path,
            group: token.algorithm.group(),
        };
        let mask = Mask::derive(&store.evaluate(&Label::from_bytes(label))?, &context);
        // The agent's own function gives the mask that our walk and derivation give.
        let mut okm = Zeroizing::new([0; 64]);
        Hkdf::<Sha512>::from_prk(output.as_slice())
            .ok()
            .and_then(|hkdf| hkdf.expand(&context.info(), okm.as_mut_slice()).ok())
            .context("64 bytes can be expanded")?;
        secrets.add(format!("mask material of {of}"), okm.as_slice());
        let share = regenerate(genesis, token, leaf, &mask)?;
        let body = Contribution::new(mask, [0; 32]).encode();
        let reduced = keys::reduce_wide(context.group, &okm);
        ensure!(body[..32] == reduced[..], "{of}: another mask");
        secrets.add(format!("mask of {of}"), &body[..32]);
        secrets.add(format!("share of {of}"), share.as_sealed_body());
        let share = Zeroizing::new(share.as_sealed_body().to_vec());
        shares.insert(token.key_id, (leaf, share));
    }
    let (root, identity) = (Zeroizing::new(*root), Zeroizing::new(*identity));
    Ok(Vault { root, identity, passphrase, passphrase_file, shares })
}

/// The key stretched from the passphrase, and those of every generation.
fn sealing_keys(
    name: &str,
    passphrase: &[u8],
    sealed: &SealedState,
    provider: &mut dyn RootProvider,
    secrets: &mut Secrets,
) -> anyhow::Result<()> {
    let (salt, cost) = <([u8; 16], (u32, u32, u32))>::decode_all(&mut sealed.parameters())?;
    let refused = |error: argon2::Error| anyhow::anyhow!("{error}");
    let params = Params::new(cost.0, cost.1, cost.2, Some(32)).map_err(refused)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase, &salt, key.as_mut_slice())
        .map_err(refused)?;
    // It is the key: it opens what the provider sealed.
    let opened = sealed.open(&key, provider.name())?;
    ensure!(opened == provider.open(sealed)?, "{name}: another state");
    secrets.add(format!("state key of {name}"), key.as_slice());
    let hkdf = Hkdf::<Sha256>::from_prk(key.as_slice()).ok().context("a key of 32 bytes")?;
    for generation in 0..=sealed.generation() + GENERATIONS_TO_COME {
        let mut derived = Zeroizing::new([0; 32]);
        let info = (Tag::RootSeal.as_str(), generation).encode();
        hkdf.expand(&info, derived.as_mut_slice()).ok().context("32 bytes can be expanded")?;
        secrets.add(format!("state key of {name}, generation {generation}"), derived.as_slice());
    }
    Ok(())
}

/// The way through the device root to a label (section 3): every node of it, and the output, is added
/// to the secrets.
fn walk(root: &[u8; 32], label: &[u8; 16], of: &str, secrets: &mut Secrets) -> Zeroizing<[u8; 64]> {
    let hash = |tag: Tag, seed: &[u8]| -> Zeroizing<[u8; 64]> {
        let tagged = Sha512::new().chain_update(tag.as_str().encode()).chain_update(seed);
        Zeroizing::new(tagged.finalize().into())
    };
    let mut seed = Zeroizing::new(root.to_vec());
    for depth in 0..128 {
        let children = hash(Tag::DeviceRootInner, &seed);
        let right = label[depth / 8] >> (7 - depth % 8) & 1 == 1;
        let (left_child, right_child) = children.split_at(32);
        *seed = if right { right_child } else { left_child }.to_vec();
        secrets.add(format!("device-root node at depth {} of {of}", depth + 1), &seed);
    }
    let output = hash(Tag::DeviceRootOutput, &seed);
    secrets.add(format!("device-root output of {of}"), output.as_slice());
    output
}
