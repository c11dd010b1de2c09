//! What goes to an agent and what comes back: JSON-RPC 2.0 with SCALE in hexadecimal.

use alloc::{format, string::String, vec::Vec};

use codec::{Compact, Decode, Encode};
use regent_primitives::{
    agent_api::{Wake, WAKE_METHOD},
    bounds::MAX_AGENT_NOTES,
    AgentNote,
};
use serde::Deserialize;

/// The id of every call: there is one in a connection.
const ID: u64 = 1;

/// The call's body.
pub(super) fn request(wake: &Wake) -> Vec<u8> {
    let wake = hex::encode(wake.encode());
    // Method and parameter need no escapes: one is ours, the other hexadecimal.
    format!(r#"{{"jsonrpc":"2.0","id":{ID},"method":"{WAKE_METHOD}","params":["0x{wake}"]}}"#)
        .into_bytes()
}

/// A JSON-RPC response; exactly one of `result` and `error` is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response<'a> {
    #[serde(borrow)]
    jsonrpc: &'a str,
    id: Option<u64>,
    #[serde(borrow, default)]
    result: Option<&'a str>,
    #[serde(default)]
    error: Option<Failure>,
}

/// Its error; the message is a stranger's text and not repeated.
#[derive(Deserialize)]
struct Failure {
    code: i64,
}

/// The notes of an answer, at most [`MAX_AGENT_NOTES`]: the agent offers the rest again.
///
/// # Errors
/// In words for the log; never the answer's own bytes.
pub(super) fn notes(body: &[u8]) -> Result<Vec<AgentNote>, String> {
    let response: Response = serde_json::from_slice(body)
        .map_err(|error| format!("answered with something that is not JSON-RPC: {error}"))?;
    if let Some(Failure { code }) = response.error {
        return Err(format!("answered with JSON-RPC error {code}"));
    }
    if response.jsonrpc != "2.0" || response.id != Some(ID) {
        return Err("answered to another call".into());
    }
    let result = response.result.ok_or("answered without a result")?;
    let digits = result.strip_prefix("0x").ok_or("answered without 0x")?;
    let bytes =
        hex::decode(digits).map_err(|error| format!("answered with bad digits: {error}"))?;
    decode(&bytes).map_err(|error| format!("answered with notes that do not decode: {error}"))
}

/// Item by item, so that a length that lies reserves nothing.
fn decode(mut bytes: &[u8]) -> Result<Vec<AgentNote>, codec::Error> {
    let Compact(count) = Compact::<u32>::decode(&mut bytes)?;
    let notes = (0..count.min(MAX_AGENT_NOTES))
        .map(|_| AgentNote::decode(&mut bytes))
        .collect::<Result<Vec<_>, _>>()?;
    if count <= MAX_AGENT_NOTES && !bytes.is_empty() {
        return Err("bytes after the last note".into());
    }
    Ok(notes)
}
