//! Operations beyond those of the demonstration, and what they show of all of them.

use aes_gcm::{
    aead::{Aead, KeyInit},
    Aes256Gcm,
};
use anyhow::{ensure, Context};
use rand_core::{OsRng, RngCore};
use regent_cli::{
    demo::Scene,
    network::{Network, ProcessState},
};
use regent_client::flows::Task;
use regent_primitives::{
    request::ResultKey, Algorithm, Effect, KeyId, PayloadFormat, RegenToken, Session,
};
use regent_protocol::seal::SessionKem;
use regent_tests::PATIENCE;
use zeroize::Zeroizing;

use crate::{keys::Key, secrets::Secrets};

/// Enrols an ML-KEM key, which the demonstration does not, and has it decapsulate: the shared secret
/// is the requester's alone.
pub async fn decapsulate(scene: &Scene, secrets: &mut Secrets) -> anyhow::Result<()> {
    let enrolled = scene.enrol(Algorithm::MlKem768, scene.documents).await?;
    let token = &enrolled.key()?.token;
    let public = ml_kem::EncapsulationKey768::new(token.public_key.as_slice().try_into()?)
        .map_err(|_| anyhow::anyhow!("not an encapsulation key"))?;
    let (ciphertext, shared) = public.encapsulate_deterministic(&fresh::<32>().into());
    let opened = open(scene, token.key_id, ciphertext.to_vec(), secrets).await?;
    ensure!(opened.as_slice() == shared.as_slice(), "another shared secret");
    secrets.add("shared secret that ML-KEM opened", &opened);
    Ok(())
}

/// Has a plaintext decrypted that was encrypted here, so that it is nobody's payload.
pub async fn decrypt(scene: &Scene, keys: &[Key], secrets: &mut Secrets) -> anyhow::Result<()> {
    let key = keys.iter().find(|key| key.token.algorithm == Algorithm::Aes256Gcm);
    let key = key.context("no AES key")?;
    let (nonce, plaintext) = (fresh::<12>(), fresh::<48>());
    let sealed = Aes256Gcm::new_from_slice(&key.material)
        .map_err(|_| anyhow::anyhow!("not a key of AES-256"))?
        .encrypt(&nonce.into(), plaintext.as_slice())
        .map_err(|_| anyhow::anyhow!("not encrypted"))?;
    let ciphertext = [nonce.as_slice(), &sealed].concat();
    // That it opens proves the key as well: an AES key has no public one.
    let opened = open(scene, key.token.key_id, ciphertext, secrets).await?;
    ensure!(opened.as_slice() == plaintext, "another plaintext");
    secrets.add("plaintext that AES opened", &plaintext);
    Ok(())
}

/// Has a ciphertext opened for this requester, whose own secret is nobody else's either.
async fn open(
    scene: &Scene,
    key: KeyId,
    ciphertext: Vec<u8>,
    secrets: &mut Secrets,
) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let (kem, public) = SessionKem::generate().expect("random bytes");
    secrets.add("requester's key for a result", kem.secret_bytes().as_slice());
    let result_key = ResultKey::try_from(public).ok().context("a key of known length")?;
    let task = Task::Decrypt { key, ciphertext, result_key };
    let performed = scene.perform(scene.draft(task, None).await?).await?;
    let [sealed] = performed.executed.outcome.result.as_slice() else {
        anyhow::bail!("expected one result");
    };
    Ok(kem.open_result(scene.client.genesis(), performed.prepared.id.0, sealed)?)
}

/// The tokens of all keys: one of every algorithm there is.
pub async fn tokens(scene: &Scene) -> anyhow::Result<Vec<RegenToken>> {
    let mut tokens = Vec::new();
    for id in scene.client.all_keys(None).await? {
        tokens.push(scene.key(id).await?.token);
    }
    let of = |algorithm| tokens.iter().filter(|token| token.algorithm == algorithm).count();
    for algorithm in Algorithm::ALL {
        ensure!(of(algorithm) == 1, "one key of {algorithm:?} was expected");
    }
    Ok(tokens)
}

/// The enclave aborts while a key is in its memory.
pub async fn crash_with_a_key_in_memory(
    network: &mut Network,
    scene: &Scene,
    tokens: &[RegenToken],
) -> anyhow::Result<()> {
    network.set_enclave_arguments(&["--insecure-crash-at", "mid-operation"])?;
    network.stop("enclave").await?;
    network.restart("enclave").await?;
    let token = tokens.iter().find(|token| token.algorithm == Algorithm::Ed25519);
    let task = Task::Sign {
        key: token.context("no Ed25519 key")?.key_id,
        format: PayloadFormat::Raw,
        payload: b"never signed".to_vec(),
        effect: Effect::default(),
    };
    let prepared = scene.draft(task, None).await?;
    let requested = scene.submit(&prepared).await?;
    scene.approve_all(prepared.id).await?;
    ensure!(scene.carry(prepared, requested).await.is_err(), "it did not crash");
    let ended = network.wait_for_exit("enclave", PATIENCE).await?;
    ensure!(matches!(ended, ProcessState::Signalled(_)), "{ended:?}");
    network.set_enclave_arguments(&[])?;
    Ok(network.restart("enclave").await?)
}

/// All sessions on chain: one for each enrolment and operation.
pub async fn sessions(scene: &Scene) -> anyhow::Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for (id, _) in scene.client.all_requests(None).await? {
        let state = scene.client.request(id, None).await?.context("a request")?;
        sessions.extend(state.sessions.into_iter().map(|record| record.session));
    }
    Ok(sessions)
}

fn fresh<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}
