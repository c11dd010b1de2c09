//! The parts whose payloads nobody parses: signatures over messages, a secret sealed and opened.

use std::io::Write;

use regent_client::flows::Task;
use regent_payload::raw;
use regent_primitives::{request::ResultKey, Effect, KeyRecord, PayloadFormat, RequestId};
use regent_protocol::seal::SessionKem;

use super::{
    scene::{failed, Performed, Scene},
    table::Table,
    OperationRecord, Record,
};
use crate::{error::CliError, units::hexadecimal};

/// Bytes of a result that are shown.
const SHOWN_BYTES: usize = 32;

/// Signs a message with a key.
pub(super) async fn sign(scene: &Scene, key: &KeyRecord) -> Result<Performed, CliError> {
    raw_signature(scene, key, message(key).as_bytes()).await
}

/// Verifies and shows a signature that [`sign`] made.
pub(super) fn report(
    key: &KeyRecord,
    performed: &Performed,
    out: &mut impl Write,
    record: &mut Record,
    timings: &mut Table,
) -> Result<(), CliError> {
    let token = &key.token;
    let name = format!("{} signature", token.algorithm.name());
    let signature = single(&name, performed)?;
    raw::verify(token.algorithm, &token.public_key, message(key).as_bytes(), signature)?;
    writeln!(out, "  {name:<22} {}, verified", shortened(signature))?;
    timings.add(&name, performed);
    record.add(OperationRecord::of(&name, token, performed)?);
    Ok(())
}

fn message(key: &KeyRecord) -> String {
    format!("Regent demonstration, signed with {}", key.token.algorithm.name())
}

/// Seals a secret and opens it; returns the second request.
pub(super) async fn seal_and_open(
    scene: &Scene,
    key: &KeyRecord,
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<RequestId, CliError> {
    let token = &key.token;
    let secret = b"the combination of the safe is 7-42-19";
    let name = "AES-256-GCM sealing";
    let sealing = raw_signature(scene, key, secret).await?;
    let ciphertext = single(name, &sealing)?.clone();
    writeln!(out, "  sealed    {}", hexadecimal(&ciphertext))?;
    timings.add(name, &sealing);
    record.add(OperationRecord::of(name, token, &sealing)?);

    let name = "AES-256-GCM opening";
    let (kem, public) = SessionKem::generate().map_err(|error| failed(name, error))?;
    let result_key =
        ResultKey::try_from(public).map_err(|_| failed(name, "an unexpected key length"))?;
    let task = Task::Decrypt { key: token.key_id, ciphertext, result_key };
    let opening = scene.perform(scene.draft(task, None).await?).await?;
    let sealed = single(name, &opening)?;
    let genesis = scene.client.genesis();
    let plaintext = kem
        .open_result(genesis, opening.prepared.id.0, sealed)
        .map_err(|error| failed(name, error))?;
    if plaintext.as_slice() != secret {
        return Err(failed(name, "another plaintext than was sealed"));
    }
    writeln!(
        out,
        "  opened    {:?}, sealed to the requester alone",
        String::from_utf8_lossy(&plaintext)
    )?;
    timings.add(name, &opening);
    record.add(OperationRecord::of(name, token, &opening)?.opened(&plaintext, secret));
    Ok(opening.prepared.id)
}

async fn raw_signature(
    scene: &Scene,
    key: &KeyRecord,
    message: &[u8],
) -> Result<Performed, CliError> {
    let task = Task::Sign {
        key: key.token.key_id,
        format: PayloadFormat::Raw,
        payload: message.to_vec(),
        effect: Effect::default(),
    };
    scene.perform(scene.draft(task, None).await?).await
}

fn single<'a>(name: &str, performed: &'a Performed) -> Result<&'a Vec<u8>, CliError> {
    match performed.executed.outcome.result.as_slice() {
        [one] => Ok(one),
        other => Err(failed(name, format!("{} results, expected one", other.len()))),
    }
}

fn shortened(bytes: &[u8]) -> String {
    match bytes.get(..SHOWN_BYTES) {
        Some(head) if bytes.len() > 2 * SHOWN_BYTES => {
            format!("{}.. ({} bytes)", hexadecimal(head), bytes.len())
        }
        _ => hexadecimal(bytes),
    }
}
