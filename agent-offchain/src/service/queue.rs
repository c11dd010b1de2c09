//! Work that waits for finalised state.

use std::collections::BTreeMap;

use regent_primitives::{
    agent_api::WorkItem, bounds::MAX_OPEN_REQUESTS, Attempt, BlockNumber, Epoch, KeyId, RequestId,
};

/// One attempt of one request.
pub type AttemptKey = (RequestId, Attempt);
/// One epoch of one key.
pub type EpochKey = (KeyId, Epoch);

/// Finalised blocks after which waiting work is forgotten. Work that is real comes again with the
/// next wake; what a stranger made up does not stay.
const PATIENCE: u32 = 120;

/// The queue. Waking is idempotent.
#[derive(Debug, Default)]
pub struct Queue {
    releases: BTreeMap<AttemptKey, u32>,
    confirmations: BTreeMap<EpochKey, u32>,
    punctures: BTreeMap<EpochKey, u32>,
    /// Attempts that need nothing more, until the given block.
    settled: BTreeMap<AttemptKey, BlockNumber>,
}

impl Queue {
    /// Adds work. Returns whether it is new.
    pub fn add(&mut self, item: &WorkItem) -> bool {
        // As many as the chain can have open at a time.
        let maximum = MAX_OPEN_REQUESTS as usize;
        match item {
            WorkItem::Release { request, attempt } => {
                let key = (*request, *attempt);
                if self.settled.contains_key(&key) || self.releases.len() >= maximum {
                    return false;
                }
                insert(&mut self.releases, key)
            }
            WorkItem::Confirm { key, epoch } => {
                if self.confirmations.len() >= maximum {
                    return false;
                }
                insert(&mut self.confirmations, (*key, *epoch))
            }
            WorkItem::Puncture { key, epoch } => {
                if self.punctures.len() >= maximum {
                    return false;
                }
                insert(&mut self.punctures, (*key, *epoch))
            }
        }
    }

    /// Attempts that wait.
    pub fn releases(&self) -> Vec<AttemptKey> {
        self.releases.keys().copied().collect()
    }

    /// Epochs that wait for confirmation.
    pub fn confirmations(&self) -> Vec<EpochKey> {
        self.confirmations.keys().copied().collect()
    }

    /// Epochs that wait to be punctured.
    pub fn punctures(&self) -> Vec<EpochKey> {
        self.punctures.keys().copied().collect()
    }

    /// Items that wait.
    pub fn len(&self) -> usize {
        self.releases.len() + self.confirmations.len() + self.punctures.len()
    }

    /// An attempt waits for another block.
    pub fn release_waits(&mut self, key: AttemptKey) {
        wait(&mut self.releases, key);
    }

    /// A confirmation waits for another block.
    pub fn confirmation_waits(&mut self, key: EpochKey) {
        wait(&mut self.confirmations, key);
    }

    /// A puncture waits for another block.
    pub fn puncture_waits(&mut self, key: EpochKey) {
        wait(&mut self.punctures, key);
    }

    /// There is nothing to puncture any more.
    pub fn drop_puncture(&mut self, key: EpochKey) {
        self.punctures.remove(&key);
    }

    /// An attempt needs nothing more: wakes for it are ignored until the block.
    pub fn settle(&mut self, key: AttemptKey, until: BlockNumber) {
        self.releases.remove(&key);
        self.settled.insert(key, until);
    }

    /// An attempt that needed nothing more waits again.
    pub fn resume(&mut self, key: AttemptKey) {
        self.settled.remove(&key);
        self.releases.insert(key, 0);
    }

    /// There is nothing to confirm any more.
    pub fn drop_confirmation(&mut self, key: EpochKey) {
        self.confirmations.remove(&key);
    }

    /// Forgets settled attempts whose time is over.
    pub fn advance(&mut self, finalised: BlockNumber) {
        self.settled.retain(|_, until| *until >= finalised);
    }
}

fn insert<K: Ord>(map: &mut BTreeMap<K, u32>, key: K) -> bool {
    let length = map.len();
    map.entry(key).or_insert(0);
    map.len() > length
}

fn wait<K: Ord>(map: &mut BTreeMap<K, u32>, key: K) {
    if let Some(blocks) = map.get_mut(&key) {
        *blocks += 1;
        if *blocks > PATIENCE {
            map.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::H256;

    use super::*;

    fn release(byte: u8) -> WorkItem {
        WorkItem::Release { request: RequestId(H256::repeat_byte(byte)), attempt: 1 }
    }

    #[test]
    fn waking_twice_is_waking_once() {
        let mut queue = Queue::default();
        assert!(queue.add(&release(1)));
        assert!(!queue.add(&release(1)));
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn settled_work_is_not_taken_up_until_its_time_is_over() {
        let mut queue = Queue::default();
        queue.add(&release(1));
        let key = queue.releases()[0];
        queue.settle(key, 10);
        assert!(!queue.add(&release(1)));
        queue.advance(10);
        assert!(!queue.add(&release(1)));
        queue.advance(11);
        assert!(queue.add(&release(1)));
    }

    #[test]
    fn settled_work_can_be_resumed() {
        let mut queue = Queue::default();
        queue.add(&release(1));
        let key = queue.releases()[0];
        queue.settle(key, 10);
        queue.resume(key);
        assert_eq!(queue.releases(), [key]);
        assert!(!queue.add(&release(1)), "it waits already");
    }

    #[test]
    fn strangers_work_is_bounded_and_forgotten() {
        let mut queue = Queue::default();
        for number in 0..5_000u64 {
            let request = RequestId(H256::from_low_u64_be(number));
            queue.add(&WorkItem::Release { request, attempt: 1 });
            let key = KeyId(H256::from_low_u64_be(number));
            queue.add(&WorkItem::Confirm { key, epoch: 0 });
            queue.add(&WorkItem::Puncture { key, epoch: 0 });
        }
        assert_eq!(queue.len(), 3 * MAX_OPEN_REQUESTS as usize);
        for _ in 0..=PATIENCE {
            for key in queue.releases() {
                queue.release_waits(key);
            }
            for key in queue.confirmations() {
                queue.confirmation_waits(key);
            }
            for key in queue.punctures() {
                queue.puncture_waits(key);
            }
        }
        assert_eq!(queue.len(), 0);
    }
}
