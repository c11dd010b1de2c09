//! Plain `System.remark` transactions a second: what the same node takes of the cheapest
//! transaction there is.
//!
//! Each account keeps so many in flight. None submits more than its institution's quota of the
//! window still has room for: what the pool took and a block cannot charge is dropped, and the
//! account's later transactions wait for the gap it leaves.

use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicBool, Ordering},
        OnceLock,
    },
    time::{Duration, Instant},
};

use anyhow::{ensure, Context};
use regent_client::{calls, Account, Client, Head};
use regent_primitives::{AccountId, BlockNumber, InstitutionId};
use regent_runtime::Runtime;
use serde::Serialize;
use tokio::sync::watch;

use super::{
    blocks::{self, Origin, Tally},
    heads::Heads,
    lifecycles::Bounded,
    spread::share,
};

/// Development accounts, which are members on both chains.
pub(super) const ACCOUNTS: [&str; 6] =
    ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];
/// Bytes of a remark.
const BYTES: usize = 32;
/// The call, as blocks name it.
const CALL: &str = "System.remark";
/// Remarks by which every quota stays clear of its end.
const MARGIN: u64 = 2;
/// How long the last remarks may take to be in a block.
const DRAIN_PATIENCE: Duration = Duration::from_secs(30);

/// What came of so many in flight.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Level {
    pub(super) in_flight: usize,
    pub(super) seconds: f64,
    pub(super) remarks: u32,
    pub(super) per_second: f64,
    pub(super) quota_share: f64,
    pub(super) weight_share: f64,
    /// Milliseconds of reference time that one is charged.
    pub(super) charge_milliseconds: f64,
}

/// Who submits, and what it may.
struct Lane {
    account: Account,
    institution: InstitutionId,
    /// How many accounts of the institution submit.
    neighbours: u64,
}

/// What every lane can learn of the chain.
#[derive(Clone, Debug, Default)]
struct View {
    number: BlockNumber,
    /// Remarks of each account in blocks since the start.
    included: BTreeMap<AccountId, u64>,
    /// Picoseconds that each institution has left.
    left: BTreeMap<InstitutionId, u64>,
}

/// The accounts that submit.
pub(super) struct Remarks {
    client: Client,
    lanes: Vec<Lane>,
    quotas: BTreeMap<InstitutionId, u64>,
    /// Picoseconds that one remark is charged.
    charge: u64,
}

impl Remarks {
    /// Finds every account's institution, and what a remark is charged.
    pub(super) async fn prepare(client: &Client) -> anyhow::Result<Self> {
        let quotas = blocks::quotas(client).await?;
        let mut lanes = Vec::new();
        let at = client.finalised_hash().await?;
        for path in ACCOUNTS {
            let account = Account::development(path)?;
            let key = pallet_regent_consortium::Members::<Runtime>::hashed_key_for(account.id());
            let member = blocks::stored::<InstitutionId>(client, &key, at).await?;
            let institution = member.with_context(|| format!("{path} is no member"))?;
            lanes.push(Lane { account, institution, neighbours: 0 });
        }
        let institutions: Vec<InstitutionId> = lanes.iter().map(|lane| lane.institution).collect();
        for lane in &mut lanes {
            let same = institutions.iter().filter(|other| **other == lane.institution).count();
            lane.neighbours = same as u64;
        }
        let mut remarks = Self { client: client.clone(), lanes, quotas, charge: 0 };
        remarks.charge = remarks.weigh().await?;
        Ok(remarks)
    }

    /// What a single remark is charged, on a quiet chain.
    async fn weigh(&self) -> anyhow::Result<u64> {
        blocks::wait_for_quiet(&self.client).await?;
        let lane = self.lanes.first().context("nobody submits")?;
        let inclusion = self.client.submit_finalised(&lane.account, remark()).await?;
        let (number, quotas) = (inclusion.number, &self.quotas);
        let tally = Tally::of(&self.client, number.saturating_sub(1), number, quotas).await?;
        ensure!(
            tally.transactions() == 1 && tally.charged > 0,
            "expected one remark in block {number} and its charge, found {tally:?}"
        );
        Ok(tally.charged)
    }

    /// Keeps so many in flight until it has gone on long enough.
    pub(super) async fn level(
        &self,
        heads: &Heads,
        in_flight: usize,
        bounded: &Bounded,
    ) -> anyhow::Result<Level> {
        let start = heads.newest().await?;
        let stop = AtomicBool::new(false);
        let (sender, view) = watch::channel(self.look(View::default(), start).await?);
        let share_of_lane = in_flight.div_ceil(self.lanes.len()) as u64;
        let submitted = OnceLock::new();
        let submit = self.lanes.iter().map(|lane| {
            let view = view.clone();
            self.submit(lane, share_of_lane, view, &stop)
        });
        let submit = async {
            let all = futures::future::try_join_all(submit).await?;
            submitted.get_or_init(|| all.iter().sum());
            Ok(())
        };
        let follow = self.follow(heads, start, sender, bounded, &stop, &submitted);
        let ((), (from, to, seconds)) = tokio::try_join!(submit, follow)?;
        heads.wait_for_final(to).await?;
        let tally = Tally::of(&self.client, from, to, &self.quotas).await?;
        let remarks = tally.count(CALL);
        Ok(Level {
            in_flight,
            seconds,
            remarks,
            per_second: share(remarks.into(), seconds),
            quota_share: tally.quota_share,
            weight_share: tally.weight_share,
            charge_milliseconds: self.charge as f64 / 1e9,
        })
    }

    /// Feeds the lanes with what blocks say, stops them in time, and waits until all they submitted
    /// is in blocks. Returns the blocks and seconds that count: from the first block with remarks.
    async fn follow(
        &self,
        heads: &Heads,
        start: Head,
        view: watch::Sender<View>,
        bounded: &Bounded,
        stop: &AtomicBool,
        submitted: &OnceLock<u64>,
    ) -> anyhow::Result<(BlockNumber, BlockNumber, f64)> {
        let mut announced = heads.subscribe();
        let mut newest = start;
        let mut since: Option<(BlockNumber, Instant)> = None;
        let mut until: Option<(BlockNumber, Instant)> = None;
        loop {
            announced.changed().await.context("the node announces no blocks any more")?;
            let head = announced.borrow_and_update().newest();
            let Some(head) = head.filter(|head| head.number > newest.number) else { continue };
            let at = Instant::now();
            newest = head;
            let known = view.borrow().clone();
            let known = self.look(known, head).await?;
            let included: u64 = known.included.values().sum();
            match (since, until) {
                (None, _) if included > 0 => since = Some((head.number, at)),
                (Some((_, start)), None) => {
                    let over = at.duration_since(start) >= bounded.time()
                        || included >= bounded.maximum.into();
                    if over {
                        until = Some((head.number, at));
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                (Some((from, start)), Some((to, end))) => {
                    let sum = submitted.get().copied();
                    if sum.is_some_and(|sum| included >= sum) {
                        return Ok((from, to, end.duration_since(start).as_secs_f64()));
                    }
                    ensure!(
                        end.elapsed() < DRAIN_PATIENCE,
                        "of {sum:?} submitted remarks {included} are in blocks after {} s",
                        DRAIN_PATIENCE.as_secs()
                    );
                }
                _ => {}
            }
            // Last, so that lanes that waited for room see whether they are to stop.
            view.send_replace(known);
        }
    }

    /// What is known after a block, and those below it that were not announced.
    async fn look(&self, mut view: View, head: Head) -> anyhow::Result<View> {
        let first = if view.number == 0 { head.number } else { view.number.saturating_add(1) };
        for number in first..=head.number {
            let block = match number == head.number {
                true => head.hash,
                false => blocks::hash(&self.client, number).await?,
            };
            for transaction in blocks::transactions(&self.client, block).await? {
                if let (CALL, Origin::Account(who)) =
                    (transaction.call.as_str(), transaction.origin)
                {
                    *view.included.entry(who).or_default() += 1;
                }
            }
        }
        let institutions: Vec<InstitutionId> = self.quotas.keys().copied().collect();
        let window = blocks::window(head.number);
        for (institution, used) in blocks::usage(&self.client, head.hash, &institutions).await? {
            let quota = self.quotas.get(&institution).copied().unwrap_or_default();
            view.left.insert(institution, quota.saturating_sub(used.at(window, head.number).used));
        }
        view.number = head.number;
        Ok(view)
    }

    /// Submits while there is room, and says how many in the end.
    async fn submit(
        &self,
        lane: &Lane,
        in_flight: u64,
        mut view: watch::Receiver<View>,
        stop: &AtomicBool,
    ) -> anyhow::Result<u64> {
        let mut submitted: u64 = 0;
        while !stop.load(Ordering::Relaxed) {
            let room = {
                let view = view.borrow_and_update();
                let left = view.left.get(&lane.institution).copied().unwrap_or_default();
                let affordable = left.checked_div(self.charge).unwrap_or_default();
                let affordable = affordable.saturating_sub(MARGIN) / lane.neighbours.max(1);
                let included = view.included.get(lane.account.id()).copied().unwrap_or_default();
                in_flight.min(affordable).saturating_sub(submitted.saturating_sub(included))
            };
            if room == 0 {
                view.changed().await.context("nobody follows the chain any more")?;
                continue;
            }
            for _ in 0..room {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                self.client.submit(&lane.account, remark()).await?;
                submitted += 1;
            }
        }
        Ok(submitted)
    }
}

fn remark() -> regent_client::Call {
    calls::system::remark(vec![0; BYTES])
}
