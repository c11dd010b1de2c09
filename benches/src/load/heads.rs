//! When blocks became best and final at the first node, as a client of it learns.

use std::time::{Duration, Instant};

use anyhow::{anyhow, Context};
use futures::StreamExt;
use regent_client::{Client, Head};
use regent_primitives::{BlockNumber, H256};
use tokio::{sync::watch, task::JoinHandle};

/// How long a block may take to become known.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was announced, in order, with the moment of its arrival.
#[derive(Debug, Default)]
pub(super) struct Announced {
    best: Vec<(Head, Instant)>,
    finalised: Vec<(Head, Instant)>,
}

impl Announced {
    /// When this block became best; where it became so below another, when that did.
    fn best(&self, block: H256, number: BlockNumber) -> Option<Instant> {
        let of = |wanted: &dyn Fn(&Head) -> bool| {
            self.best.iter().find(|(head, _)| wanted(head)).map(|(_, at)| *at)
        };
        of(&|head| head.hash == block).or_else(|| of(&|head| head.number > number))
    }

    /// When the block of this height became final: when several do at once only the newest is
    /// announced.
    fn finalised(&self, number: BlockNumber) -> Option<Instant> {
        self.finalised.iter().find(|(head, _)| head.number >= number).map(|(_, at)| *at)
    }

    /// The newest best block.
    pub(super) fn newest(&self) -> Option<Head> {
        self.best.last().map(|(head, _)| *head)
    }

    /// The newest final block.
    fn newest_final(&self) -> Option<Head> {
        self.finalised.last().map(|(head, _)| *head)
    }
}

/// Writes down every announcement, over a connection that serves nothing else.
pub(super) struct Heads {
    announced: watch::Receiver<Announced>,
    task: JoinHandle<()>,
}

impl Heads {
    /// Follows a node from now on.
    pub(super) async fn follow(url: &str) -> anyhow::Result<Self> {
        let client = Client::connect(url).await?;
        let mut best = client.best_heads().await?;
        let mut finalised = client.finalised_heads().await?;
        let (sender, announced) = watch::channel(Announced::default());
        let task = tokio::spawn(async move {
            // The connection closes with its client.
            let _client = client;
            // Ends with the connection; whoever waits learns it from the closed channel.
            loop {
                tokio::select! {
                    head = best.next() => {
                        let (at, Some(Ok(head))) = (Instant::now(), head) else { return };
                        sender.send_modify(|announced| announced.best.push((head, at)));
                    }
                    head = finalised.next() => {
                        let (at, Some(Ok(head))) = (Instant::now(), head) else { return };
                        sender.send_modify(|announced| announced.finalised.push((head, at)));
                    }
                }
            }
        });
        Ok(Self { announced, task })
    }

    /// A receiver of announcements.
    pub(super) fn subscribe(&self) -> watch::Receiver<Announced> {
        self.announced.clone()
    }

    /// When a block became best, and when final.
    pub(super) async fn moments(
        &self,
        block: H256,
        number: BlockNumber,
    ) -> anyhow::Result<(Instant, Instant)> {
        self.wait(|announced| Some((announced.best(block, number)?, announced.finalised(number)?)))
            .await
    }

    /// The newest best block.
    pub(super) async fn newest(&self) -> anyhow::Result<Head> {
        self.wait(Announced::newest).await
    }

    /// Waits until the block of this height is final.
    pub(super) async fn wait_for_final(&self, number: BlockNumber) -> anyhow::Result<()> {
        self.wait(|announced| announced.newest_final().filter(|head| head.number >= number))
            .await
            .map(drop)
    }

    async fn wait<T>(&self, look: impl Fn(&Announced) -> Option<T>) -> anyhow::Result<T> {
        let mut announced = self.announced.clone();
        let found = tokio::time::timeout(
            PATIENCE,
            announced.wait_for(|announced| look(announced).is_some()),
        )
        .await
        .with_context(|| format!("the node announced no such block within {PATIENCE:?}"))?
        .context("the node announces no blocks any more")?;
        look(&found).ok_or_else(|| anyhow!("an announcement was taken back"))
    }
}

impl Drop for Heads {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_below_the_announced_one_counts() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let head = |number, byte| Head { number, hash: H256([byte; 32]), slot: 0 };
        let announced = Announced {
            best: vec![(head(1, 1), at(0)), (head(2, 2), at(10)), (head(4, 4), at(30))],
            finalised: vec![(head(1, 1), at(20)), (head(4, 4), at(50))],
        };
        assert_eq!(announced.best(H256([2; 32]), 2), Some(at(10)));
        assert_eq!(announced.best(H256([3; 32]), 3), Some(at(30)));
        assert_eq!(announced.best(H256([5; 32]), 5), None);
        assert_eq!(announced.finalised(3), Some(at(50)));
        assert_eq!(announced.finalised(5), None);
    }
}
