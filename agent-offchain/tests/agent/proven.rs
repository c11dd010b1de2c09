//! What a node says, and what of it is believed: chains with real headers, tries and signatures.

mod anchor;
mod follow;
mod kept;
mod node;
mod state;
#[path = "../../../crates/proof/tests/world/mod.rs"]
mod world;

use std::sync::Arc;

use futures::{stream::BoxStream, StreamExt};
use regent_agent::{
    metrics::Metrics,
    ports::{ChainError, ChainEvent, ReadChain, Unproven},
    proven::{ProvenChain, Sources},
    shared::{Root, Shared},
    store::HeadSlot,
};
use regent_primitives::{AgentId, H256};
use substrate_prometheus_endpoint::Registry;
use tokio::sync::mpsc;

use super::support::chain::FakeClock;
use node::FakeNode;

type Events = BoxStream<'static, Result<ChainEvent, ChainError>>;

/// What the agent's logic sees of a node.
struct Eyes {
    chain: ProvenChain,
    shared: Arc<Shared>,
}

/// With what they are opened.
fn sources(node: &FakeNode, head: HeadSlot) -> Sources {
    let (sender, _) = mpsc::channel(1);
    let root = Root { provider: "vault", rollback_protected: true };
    Sources {
        node: Arc::new(node.clone()),
        clock: Arc::new(FakeClock::default()),
        head,
        genesis: node.genesis(),
        checkpoint: None,
        shared: Arc::new(Shared::new(AgentId(H256::zero()), root, sender)),
        metrics: Metrics::register(&Registry::new()).expect("new"),
    }
}

async fn open(sources: Sources) -> Result<Eyes, Unproven> {
    let shared = sources.shared.clone();
    Ok(Eyes { chain: ProvenChain::open(sources).await?, shared })
}

/// Eyes that remember nothing.
async fn fresh(node: &FakeNode) -> Eyes {
    open(sources(node, HeadSlot::default())).await.expect("opened")
}

impl Eyes {
    async fn follow(&self) -> Events {
        self.chain.follow().await.expect("announcements")
    }

    /// The rule that was broken last, if it is still.
    fn broken(&self) -> Option<&'static str> {
        self.shared.chain().unproven
    }
}

/// The height of the final block that comes next.
async fn next_final(events: &mut Events) -> u32 {
    loop {
        match events.next().await.expect("goes on").expect("connected") {
            ChainEvent::Finalised(head) => return head.number,
            ChainEvent::Best(_) => {}
            conflict => panic!("{conflict:?}"),
        }
    }
}
