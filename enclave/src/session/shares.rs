//! The shares a session keeps, in order of arrival: which are to be opened, and when they suffice.

use std::{collections::BTreeSet, mem, sync::Arc};

use regent_primitives::{enclave_api::Delivery, LeafPath, Release, SealedShare, H256};
use zeroize::Zeroizing;

use crate::{delivery::MAX_DELIVERIES, error::DeliverError, verify::Plan};

/// An opened share or contribution. Wiped when the last who holds it lets go.
pub(crate) type Body = Zeroizing<Vec<u8>>;

/// An open share that counts: its release fits the plan.
pub(crate) struct Candidate {
    /// Number of its leaf in preorder.
    pub(crate) leaf: usize,
    pub(crate) path: LeafPath,
    pub(crate) body: Arc<Body>,
    /// The finalised block on which the agent decided.
    pub(crate) finalised_hash: H256,
}

/// A share to open.
pub(crate) struct Job {
    /// Which of the kept shares it is: the place may be another's by the time it is open.
    pub(crate) ticket: u64,
    pub(crate) aad: H256,
    pub(crate) sealed: SealedShare,
}

/// What a session expects since an execution was verified.
pub(super) struct Expected {
    pub(super) plan: Arc<Plan>,
    /// Under this plan, and no other: a wrong token makes right shares look wrong.
    pub(super) faulty: BTreeSet<LeafPath>,
    /// Since a first satisfying set failed, all that arrives is opened, to name those at fault.
    pub(super) thorough: bool,
}

/// Whether the open shares suffice.
pub(super) enum Selection {
    Ready {
        candidates: Vec<Candidate>,
        faulty: BTreeSet<LeafPath>,
    },
    Wait {
        present: usize,
        faulty: BTreeSet<LeafPath>,
        /// Shares that would count are still being opened.
        pending: bool,
    },
}

enum Contents {
    Sealed(SealedShare),
    Opening,
    Open(Arc<Body>),
    /// It did not open. That does not depend on the plan: the associated data is the release's own.
    Broken,
}

struct Kept {
    ticket: u64,
    release: Release,
    /// Its leaf under the plan, if it fits the plan.
    leaf: Option<usize>,
    contents: Contents,
}

#[derive(Default)]
pub(super) struct Shares {
    kept: Vec<Kept>,
    tickets: u64,
}

impl Shares {
    /// Whether this agent's share of this leaf is here. By both: before an execution says whose the
    /// leaf is, nobody can take it. What is known not to fit stands in the way of nothing that fits.
    pub(super) fn contains(&self, release: &Release, fits: bool) -> bool {
        let same = |kept: &Kept| {
            kept.release.leaf == release.leaf
                && kept.release.agent == release.agent
                && (kept.leaf.is_some() || !fits)
        };
        self.kept.iter().any(same)
    }

    /// Keeps one more: of this leaf, if a plan says so already. Then what does not fit the plan makes
    /// room for it.
    pub(super) fn add(
        &mut self,
        delivery: Delivery,
        leaf: Option<usize>,
    ) -> Result<(), DeliverError> {
        if self.kept.len() >= MAX_DELIVERIES && leaf.is_some() {
            self.kept.retain(|kept| kept.leaf.is_some());
        }
        if self.kept.len() >= MAX_DELIVERIES {
            return Err(DeliverError::Full { maximum: MAX_DELIVERIES });
        }
        let Delivery { release, sealed } = delivery;
        self.kept.push(Kept {
            ticket: self.tickets,
            release,
            leaf,
            contents: Contents::Sealed(sealed),
        });
        self.tickets = self.tickets.saturating_add(1);
        Ok(())
    }

    /// Looks again which shares fit, under another plan.
    pub(super) fn fit(&mut self, plan: &Plan) {
        for kept in &mut self.kept {
            kept.leaf = plan.admit(&kept.release).ok();
        }
    }

    /// The next share to open: the first sealed one of those that are needed.
    pub(super) fn next_sealed(&mut self, expected: &Expected) -> Option<Job> {
        let is_sealed = |kept: &Kept| matches!(kept.contents, Contents::Sealed(_));
        let needed = self.needed(expected, self.wanted(expected));
        let ticket = needed.into_iter().find(|kept| is_sealed(kept))?.ticket;
        let kept = self.kept.iter_mut().find(|kept| kept.ticket == ticket)?;
        match mem::replace(&mut kept.contents, Contents::Opening) {
            Contents::Sealed(sealed) => Some(Job { ticket, aad: kept.release.aad, sealed }),
            other => {
                kept.contents = other;
                None
            }
        }
    }

    /// Keeps what came of opening one.
    pub(super) fn opened(&mut self, ticket: u64, body: Option<Arc<Body>>) {
        if let Some(kept) = self.kept.iter_mut().find(|kept| kept.ticket == ticket) {
            kept.contents = body.map_or(Contents::Broken, Contents::Open);
        }
    }

    /// An operation starts with the first satisfying set. What makes a token waits for every leaf that
    /// is not known to be wrong, and on the last call goes on without the others: an enrolment with one
    /// to spare at every gate (section 6).
    pub(super) fn select(&self, expected: &Expected, last_call: bool) -> Selection {
        let plan = &expected.plan;
        let mut faulty = expected.faulty.clone();
        faulty.extend(self.broken());
        let wanted = self.wanted(expected);
        let present = wanted.len();
        let suffices = if plan.makes_token() {
            let all = present.saturating_add(faulty.len()) >= plan.expected_leaves();
            (all || last_call) && satisfied(plan, &wanted, plan.spare())
        } else {
            satisfied(plan, &wanted, 0)
        };
        let needed = self.needed(expected, wanted);
        let candidates: Vec<Candidate> = needed.iter().filter_map(|kept| kept.open()).collect();
        let pending = candidates.len() < needed.len();
        if suffices && !pending {
            Selection::Ready { candidates, faulty }
        } else {
            Selection::Wait { present, faulty, pending }
        }
    }

    /// Leaves whose share fits the plan and did not open.
    fn broken(&self) -> impl Iterator<Item = LeafPath> + '_ {
        let is_broken =
            |kept: &&Kept| kept.leaf.is_some() && matches!(kept.contents, Contents::Broken);
        self.kept.iter().filter(is_broken).map(|kept| kept.release.leaf.clone())
    }

    /// What fits the plan and was not found wrong, the first of each leaf, in order of arrival.
    fn wanted(&self, expected: &Expected) -> Vec<&Kept> {
        let mut seen = BTreeSet::new();
        let counts = |kept: &&Kept| {
            !matches!(kept.contents, Contents::Broken)
                && !expected.faulty.contains(&kept.release.leaf)
                && kept.leaf.is_some_and(|leaf| seen.insert(leaf))
        };
        self.kept.iter().filter(counts).collect()
    }

    /// The shortest beginning of these that satisfies the tree; all, where it does not, or where all
    /// are to be opened. By arrival, so that what counts does not depend on which opened faster.
    fn needed<'a>(&self, expected: &Expected, mut wanted: Vec<&'a Kept>) -> Vec<&'a Kept> {
        let plan = &expected.plan;
        if !plan.makes_token() && !expected.thorough {
            let lengths: Vec<usize> = (0..=wanted.len()).collect();
            let shortest = lengths.partition_point(|length| {
                !satisfied(plan, wanted.get(..*length).unwrap_or_default(), 0)
            });
            wanted.truncate(shortest);
        }
        wanted
    }
}

impl Kept {
    fn open(&self) -> Option<Candidate> {
        match (&self.contents, self.leaf) {
            (Contents::Open(body), Some(leaf)) => Some(Candidate {
                leaf,
                path: self.release.leaf.clone(),
                body: Arc::clone(body),
                finalised_hash: self.release.finalised_hash,
            }),
            _ => None,
        }
    }
}

/// Whether these leaves satisfy every gate, with so many to spare.
fn satisfied(plan: &Plan, shares: &[&Kept], spare: u16) -> bool {
    let mut present = vec![false; plan.leaves.len()];
    for leaf in shares.iter().filter_map(|kept| kept.leaf) {
        if let Some(flag) = present.get_mut(leaf) {
            *flag = true;
        }
    }
    plan.tree.satisfied_with_spare(spare, |leaf| present.get(leaf) == Some(&true))
}
