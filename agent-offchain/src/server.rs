//! What the agent serves: `agent_wake` for the node's offchain worker, `/health` for people and
//! supervisors, `/metrics` for Prometheus.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use codec::{DecodeAll, Encode};
use jsonrpsee::{
    server::{middleware::http::ProxyGetRequestLayer, Server, ServerHandle},
    types::{ErrorObjectOwned, Params},
    RpcModule,
};
use regent_primitives::{
    agent_api::{Wake, WAKE_METHOD},
    bounds::{MAX_AGENT_ANSWER_BYTES, MAX_AGENT_WORK},
};
use serde::Serialize;
use tracing::{info, warn};

use crate::{metrics::Metrics, ports::Clock, shared::Shared, verify::stale};

/// Bytes of the largest wake, in hexadecimal, with room for JSON around it.
const MAXIMUM_REQUEST_BYTES: u32 = 32 * 1024;
/// Bytes of the largest answer, in hexadecimal, with room for JSON around it.
const MAXIMUM_RESPONSE_BYTES: u32 = 2 * MAX_AGENT_ANSWER_BYTES + 1_024;
/// Connections at a time: one node, its supervisor, some scrapers.
const MAXIMUM_CONNECTIONS: u32 = 64;
const HEALTH_METHOD: &str = "agent_health";
/// JSON-RPC: invalid parameters.
const INVALID_PARAMS: i32 = -32_602;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
#[error("cannot serve at {address}: {reason}")]
pub struct ServeError {
    address: SocketAddr,
    reason: String,
}

/// How the agent is.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    /// Whether it follows its node's blocks and the finalised head is young enough.
    pub healthy: bool,
    /// Its id.
    pub agent: String,
    /// What holds the key of its state.
    pub root_provider: &'static str,
    /// Whether that tells old copies of the state from the newest.
    pub rollback_protected: bool,
    /// The chain it serves.
    pub genesis: Option<String>,
    /// Height of the newest finalised block.
    pub finalised_number: Option<u32>,
    /// Hash of the newest finalised block.
    pub finalised_hash: Option<String>,
    /// Its age.
    pub head_age_seconds: Option<f64>,
    /// The rule that the node's newest answers broke: it lags or lies.
    pub unproven: Option<&'static str>,
    /// Notes not yet in finalised state.
    pub notes: usize,
    /// The software's version.
    pub version: &'static str,
}

struct Context {
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    maximum_head_age_seconds: u64,
}

/// Serves JSON-RPC and `/health`. Returns the handle that stops it and the address, whose port is
/// chosen by the system if it was 0.
///
/// # Errors
/// If the address cannot be bound.
pub async fn serve(
    address: SocketAddr,
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    maximum_head_age_seconds: u64,
) -> Result<(ServerHandle, SocketAddr), ServeError> {
    let failed = |reason: String| ServeError { address, reason };
    let health = ProxyGetRequestLayer::new("/health", HEALTH_METHOD)
        .map_err(|error| failed(error.to_string()))?;
    let server = Server::builder()
        .http_only()
        .max_request_body_size(MAXIMUM_REQUEST_BYTES)
        .max_response_body_size(MAXIMUM_RESPONSE_BYTES)
        .max_connections(MAXIMUM_CONNECTIONS)
        .set_http_middleware(tower::ServiceBuilder::new().layer(health))
        .build(address)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let bound = server.local_addr().map_err(|error| failed(error.to_string()))?;
    let mut module = RpcModule::new(Context { shared, clock, metrics, maximum_head_age_seconds });
    module
        .register_method(WAKE_METHOD, |params, context, _| wake(&params, context))
        .map_err(|error| failed(error.to_string()))?;
    module
        .register_method(HEALTH_METHOD, |_, context, _| {
            Ok::<_, ErrorObjectOwned>(health_of(context))
        })
        .map_err(|error| failed(error.to_string()))?;
    info!(target: "regent_agent", address = %bound, "serves wakes and /health");
    Ok((server.start(module), bound))
}

/// Serves `/metrics` until the process ends.
pub async fn serve_metrics(address: SocketAddr, registry: substrate_prometheus_endpoint::Registry) {
    if let Err(error) = substrate_prometheus_endpoint::init_prometheus(address, registry).await {
        warn!(target: "regent_agent", %address, %error, "metrics are not served");
    }
}

/// Answers at once: the work is done later, its notes come with a later answer.
fn wake(params: &Params<'_>, context: &Context) -> Result<String, ErrorObjectOwned> {
    let text: String = params.one()?;
    let wake = decode_wake(&text)?;
    if wake.agent != context.shared.agent() {
        let expected = context.shared.agent();
        return Err(invalid(format!("this is agent {expected}, not {}", wake.agent)));
    }
    context.metrics.wakes.inc();
    if !context.shared.wake(wake.work) {
        warn!(target: "regent_agent", "more wakes than can be taken in; the next brings them again");
    }
    Ok(format!("0x{}", hex::encode(context.shared.notes().encode())))
}

fn decode_wake(text: &str) -> Result<Wake, ErrorObjectOwned> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = hex::decode(digits).map_err(|_| invalid("a wake is SCALE in hexadecimal"))?;
    let wake = Wake::decode_all(&mut bytes.as_slice())
        .map_err(|_| invalid("these bytes are not a wake: node and agent differ in version"))?;
    let (found, maximum) = (wake.work.len(), MAX_AGENT_WORK as usize);
    if found > maximum {
        return Err(invalid(format!("{found} items of work, at most {maximum} are taken")));
    }
    Ok(wake)
}

fn invalid(message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(INVALID_PARAMS, message, None::<()>)
}

fn health_of(context: &Context) -> Health {
    let view = context.shared.chain();
    let now = context.clock.now_milliseconds();
    let age = view.finalised.map(|head| {
        let due = head.slot.saturating_mul(view.slot_milliseconds);
        now.saturating_sub(due) as f64 / 1_000.0
    });
    // The rule by which shares are released: a head of the future is as wrong as an old one.
    let maximum = Duration::from_secs(context.maximum_head_age_seconds);
    let usable = view
        .finalised
        .is_some_and(|head| stale(head, view.slot_milliseconds, now, maximum).is_none());
    Health {
        healthy: view.following && usable,
        agent: context.shared.agent().to_string(),
        root_provider: context.shared.root().provider,
        rollback_protected: context.shared.root().rollback_protected,
        genesis: view.genesis.map(|genesis| format!("{genesis:?}")),
        finalised_number: view.finalised.map(|head| head.number),
        finalised_hash: view.finalised.map(|head| format!("{:?}", head.hash)),
        head_age_seconds: age,
        unproven: view.unproven,
        notes: context.shared.notes().len(),
        version: env!("CARGO_PKG_VERSION"),
    }
}
