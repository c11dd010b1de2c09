//! `regent request decrypt`

use std::{
    fs::OpenOptions,
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::Args;
use regent_client::flows::{Draft, Executed, FlowError, Task};
use regent_primitives::{request::ResultKey, KeyId, PolicyHash, RequestId, H256};
use regent_protocol::seal::SessionKem;
use zeroize::Zeroizing;

use super::carry::{carry, CarryOptions};
use crate::{
    context::Context, error::CliError, output::show, payloads::read_bytes, views::OutcomeView,
};

/// Options of `regent request decrypt`.
// Detached, the secret half of the result's key would be lost without a file.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("detach", |detach| detach.requires("result_key")))]
#[command(after_help = "\
Examples:
  regent request decrypt --key 0x7a.. --file secret.bin --out secret.txt --account //Alice
  regent request decrypt --key 0x7a.. --file secret.bin --detach --result-key result.key --account //Alice")]
pub struct Options {
    /// The key.
    #[arg(long)]
    pub key: KeyId,
    /// The ciphertext: nonce, ciphertext and tag for AES-256-GCM, 1,088 bytes for ML-KEM-768; bytes,
    /// or 0x and hexadecimal; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// Where the plaintext goes, owner-only; shown as hexadecimal otherwise.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The policy, if not the one the key is bound to.
    #[arg(long, value_name = "HASH")]
    pub policy: Option<PolicyHash>,
    /// As every request.
    #[command(flatten)]
    pub carry: CarryOptions,
    /// Where the secret half of the result's key is kept, owner-only, until the result is there.
    #[arg(long, value_name = "FILE")]
    pub result_key: Option<PathBuf>,
}

/// Requests a decryption.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.carry.account).await?;
    let kept_at = options.result_key.as_deref();
    let (task, kem) = decryption(options.key, "--file", &options.file, kept_at)?;
    let draft = Draft { task, policy: options.policy, lifetime: options.carry.lifetime };
    let carried = carry(&options.carry, context, &client, &account, draft, out).await?;
    let Some(carried) = carried else { return Ok(()) };
    let plaintext = open(&kem, client.genesis(), carried.id, &carried.executed)?;
    let written_to =
        options.out.as_deref().map(|path| write_secret(path, &plaintext)).transpose()?;
    let view = OutcomeView {
        id: carried.id,
        executed: &carried.executed,
        assembled: None,
        plaintext: written_to.is_none().then_some(plaintext.as_slice()),
        written_to,
        timings: carried.timings,
    };
    show(out, context.json(), &view)
}

/// The decryption of the file that an option names, and the key its result is sealed to, kept in a new
/// file if one is named.
pub fn decryption(
    key: KeyId,
    option: &'static str,
    file: &Path,
    result_key: Option<&Path>,
) -> Result<(Task, SessionKem), CliError> {
    let ciphertext = read_bytes(option, file)?;
    let (kem, public) =
        SessionKem::generate().map_err(|error| FlowError::Randomness(error.to_string()))?;
    if let Some(path) = result_key {
        keep(path, &kem)?;
    }
    let result_key = ResultKey::try_from(public)
        .map_err(|_| CliError::input("--result-key", "the key pair has an unexpected length"))?;
    Ok((Task::Decrypt { key, ciphertext, result_key }, kem))
}

/// Opens a sealed result.
pub fn open(
    kem: &SessionKem,
    genesis: H256,
    id: RequestId,
    done: &Executed,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let [sealed] = done.outcome.result.as_slice() else {
        return Err(CliError::Evidence(format!(
            "the enclave answered with {} results, expected one",
            done.outcome.result.len()
        )));
    };
    // The associated data of a result is the request it answers.
    kem.open_result(genesis, id.0, sealed)
        .map_err(|error| CliError::Evidence(format!("the result does not open: {error}")))
}

/// Writes a secret to a new file that only its owner may read; says where.
pub fn write_secret(path: &Path, secret: &[u8]) -> Result<String, CliError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(secret).and_then(|()| file.sync_all()))
        .map_err(|error| CliError::file(path, error))?;
    Ok(path.display().to_string())
}

fn keep(path: &Path, kem: &SessionKem) -> Result<(), CliError> {
    let text = Zeroizing::new(hex::encode(kem.secret_bytes().as_slice()));
    write_secret(path, text.as_bytes()).map(drop)
}

/// Reads a key that [`keep`] wrote.
pub fn kept(path: &Path) -> Result<SessionKem, CliError> {
    let io = |error| CliError::file(path, error);
    let mut text = Zeroizing::new([0u8; 64]);
    std::fs::File::open(path)
        .and_then(|mut file| file.read_exact(text.as_mut_slice()))
        .map_err(io)?;
    let mut secret = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(text.as_slice(), secret.as_mut_slice())
        .ok()
        .and_then(|()| SessionKem::from_secret(&secret))
        .map(|(kem, _)| kem)
        .ok_or_else(|| {
            CliError::input(
                "--result-key",
                format!("{} is no key that `regent request decrypt` wrote", path.display()),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_kept_key_is_owner_only_and_the_same() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("result.key");
        let (kem, public) = SessionKem::generate().expect("random bytes");
        keep(&path, &kem).expect("kept");
        let mode = std::fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = kept(&path).expect("read");
        let genesis = H256::repeat_byte(1);
        let sealed =
            regent_protocol::seal::seal_result(&public, genesis, genesis, b"hi").expect("sealed");
        assert_eq!(again.open_result(genesis, genesis, &sealed).expect("opens").as_slice(), b"hi");
        assert!(keep(&path, &kem).is_err(), "never overwritten");
    }
}
