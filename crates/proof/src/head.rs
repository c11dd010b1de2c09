//! The newest head: proven, fresh, of known code, and never behind one already seen (section 7 of
//! `docs/protocol.md`).
//!
//! [`HeadTracker::advance`] moves the head forward by runs of headers that begin with the block after
//! it, and makes it durable before it says so; old heads are accepted, so that one who was away can
//! catch up. [`HeadTracker::confirm`] then answers whether the head may be acted on *now*, and reads
//! from its state. What it returns is the only thing that may be acted on.
//!
//! Every header between two heads is brought: a set of authorities that finalises a second chain
//! below the last head is caught, for its headers do not lead to that head. After an absence of more
//! blocks than a run may have, [`HeadTracker::jump`] takes a chain of handoffs instead.

mod rules;
mod store;

use alloc::{string::ToString, vec::Vec};

use regent_primitives::{BlockNumber, H256};

pub use rules::HeadRules;
pub use store::{HeadStore, TrackedHead};

use crate::{
    anchor::{Anchor, Fragment},
    authorities::AuthoritySet,
    error::{FinalityError, HeadError},
    finality::{verify_run, FinalHeader},
    header::Header,
    layout,
    limits::Limits,
    state::{read_state, ProvenState, Query},
};

/// A head that may be acted on, and what was read from its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenHead {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
    /// Its Aura slot.
    pub slot: u64,
    /// Its age by this machine's clock, in milliseconds.
    pub age_milliseconds: u64,
    /// What was asked of its state.
    pub state: ProvenState,
}

/// Follows the chain's head. One tracker writes to a store at a time.
pub struct HeadTracker<S> {
    rules: HeadRules,
    store: S,
    head: TrackedHead,
    /// The latest time the clock showed while the head was fresh.
    seen_at: u64,
}

impl<S: HeadStore> HeadTracker<S> {
    /// Goes on from the stored head, or begins at the anchor if that is newer or there is none.
    ///
    /// # Errors
    /// Another chain's anchor or store, or a store that conflicts with the anchor.
    pub fn open(rules: HeadRules, anchor: Anchor, store: S) -> Result<Self, HeadError> {
        of_chain(anchor.genesis, rules.genesis)?;
        if anchor.number == 0 {
            of_chain(anchor.hash, rules.genesis)?;
        }
        let stored = store.load().map_err(|error| HeadError::Store(error.to_string()))?;
        let stored = stored.map(|bytes| TrackedHead::from_bytes(&bytes)).transpose()?;
        let seen_at = stored.as_ref().map_or(0, |stored| stored.seen_at);
        let head = match stored {
            None => TrackedHead { anchor, state_root: None, seen_at },
            Some(stored) => {
                of_chain(stored.anchor.genesis, rules.genesis)?;
                let (known, given) = (&stored.anchor, &anchor);
                if known.number == given.number && known.hash != given.hash {
                    return Err(HeadError::Equivocation {
                        number: known.number,
                        found: given.hash,
                        known: known.hash,
                    });
                }
                if given.number > known.number {
                    let (found, known) = (given.set.id(), known.set.id());
                    if found < known {
                        return Err(HeadError::SetBehind { found, known });
                    }
                    TrackedHead { anchor, state_root: None, seen_at }
                } else {
                    stored
                }
            }
        };
        Ok(Self { rules, store, head, seen_at })
    }

    /// The newest head, whether or not it may be acted on.
    pub const fn newest(&self) -> &Anchor {
        &self.head.anchor
    }

    /// The authorities that finalise what follows it.
    pub const fn authorities(&self) -> &AuthoritySet {
        &self.head.anchor.set
    }

    /// Bounds of what strangers bring.
    pub const fn limits(&self) -> &Limits {
        &self.rules.limits
    }

    /// Moves forward by a run of headers, the first of which follows the newest head, the last of
    /// which is justified. A run that ends with the newest head itself changes nothing.
    ///
    /// # Errors
    /// Nothing has moved then.
    pub fn advance(
        &mut self,
        headers: &[Header],
        justification: &[u8],
        now: u64,
    ) -> Result<(), HeadError> {
        self.check_clock(now)?;
        let (first, last) = match (headers.first(), headers.last()) {
            (Some(first), Some(last)) => (first, last),
            _ => return Err(FinalityError::NoHeader.into()),
        };
        let known = &self.head.anchor;
        if last.number == known.number {
            return self.compare(headers, justification);
        }
        if last.number < known.number || first.number <= known.number {
            return Err(HeadError::Behind { found: first.number, known: known.number });
        }
        let expected = known.number.saturating_add(1);
        if first.number != expected {
            return Err(HeadError::Gap { found: first.number, expected });
        }
        let run = verify_run(headers, justification, &known.set, &self.rules.limits)?;
        if first.parent_hash != known.hash {
            return Err(HeadError::Equivocation {
                number: known.number,
                found: first.parent_hash,
                known: known.hash,
            });
        }
        self.check_slots(run.headers())?;
        self.check_not_future(run.newest(), now)?;
        let anchor = known.after(&run);
        self.keep(anchor, run.newest(), now)
    }

    /// Moves forward by handoffs, over more blocks than a run may have. Which blocks lie in between
    /// is not verified: a fork that leaves the chain below the newest head would not be noticed.
    ///
    /// # Errors
    /// Nothing has moved then.
    pub fn jump(&mut self, fragments: &[Fragment], now: u64) -> Result<(), HeadError> {
        self.check_clock(now)?;
        let known = &self.head.anchor;
        let found = fragments.last().map_or(0, |fragment| fragment.header.number);
        if found <= known.number {
            return Err(HeadError::Behind { found, known: known.number });
        }
        if found.saturating_sub(known.number) as usize <= self.rules.limits.headers {
            return Err(HeadError::Gap { found, expected: known.number.saturating_add(1) });
        }
        let (anchor, header) = known.follow(fragments, &self.rules.limits)?;
        self.check_slots(core::slice::from_ref(&header))?;
        self.check_not_future(&header, now)?;
        self.keep(anchor, &header, now)
    }

    /// Reads from the newest head's state, if it may be acted on now. `nodes` prove the queries and
    /// those of [`HeadTracker::always_read`].
    ///
    /// # Errors
    /// A head that is too old or ahead of time, a clock that went back, unknown code, another chain,
    /// or nodes that prove something else.
    pub fn confirm(
        &mut self,
        queries: &[Query],
        nodes: &[Vec<u8>],
        now: u64,
    ) -> Result<ProvenHead, HeadError> {
        self.check_clock(now)?;
        let Anchor { number, hash, slot, .. } = self.head.anchor;
        let (Some(root), Some(slot)) = (self.head.state_root, slot) else {
            return Err(HeadError::NothingVerified);
        };
        let age_milliseconds = self.rules.age(number, slot, now)?;

        let mut all = Self::always_read().to_vec();
        all.extend_from_slice(queries);
        let state = read_state(root, &all, nodes, &self.rules.limits)?;
        let code = self.rules.check_chain(number, &state)?;
        if !self.rules.known_code.contains(&code) {
            return Err(HeadError::UnknownCode { found: code, number });
        }

        self.seen_at = self.seen_at.max(now);
        Ok(ProvenHead { number, hash, slot, age_milliseconds, state })
    }

    /// What every read proves beside what is asked for: the code, and the chain.
    pub fn always_read() -> [Query; 2] {
        layout::always_read()
    }

    /// The newest head's height again: the same block, or a proven second one.
    fn compare(&self, headers: &[Header], justification: &[u8]) -> Result<(), HeadError> {
        let known = &self.head.anchor;
        let found = headers.last().map(Header::hash).unwrap_or_default();
        if found == known.hash {
            return Ok(());
        }
        verify_run(headers, justification, &known.set, &self.rules.limits)?;
        Err(HeadError::Equivocation { number: known.number, found, known: known.hash })
    }

    fn check_clock(&self, now: u64) -> Result<(), HeadError> {
        self.rules.check_clock(now, self.seen_at)
    }

    /// Slots grow from block to block.
    fn check_slots(&self, headers: &[FinalHeader]) -> Result<(), HeadError> {
        let mut before = self.head.anchor.slot;
        for header in headers {
            let number = header.number();
            let found = header.slot().ok_or(HeadError::NoSlot { number })?;
            if let Some(known) = before.filter(|known| found <= *known) {
                return Err(HeadError::SlotOrder { number, found, known });
            }
            before = Some(found);
        }
        Ok(())
    }

    fn check_not_future(&self, header: &FinalHeader, now: u64) -> Result<(), HeadError> {
        let slot = header.slot().ok_or(HeadError::NoSlot { number: header.number() })?;
        match self.rules.age(header.number(), slot, now) {
            Err(HeadError::Stale { .. }) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Durable first: what was seen once is never forgotten.
    fn keep(&mut self, anchor: Anchor, header: &FinalHeader, now: u64) -> Result<(), HeadError> {
        let fresh =
            header.slot().is_some_and(|slot| self.rules.age(anchor.number, slot, now).is_ok());
        // Only a fresh head vouches for the clock: one that ran ahead for a while would otherwise
        // refuse everything once it is set right.
        let seen_at = if fresh { self.seen_at.max(now) } else { self.seen_at };
        let head = TrackedHead { anchor, state_root: Some(header.state_root()), seen_at };
        self.store.save(&head.to_bytes()).map_err(|error| HeadError::Store(error.to_string()))?;
        (self.head, self.seen_at) = (head, seen_at);
        Ok(())
    }
}

pub(crate) fn of_chain(found: H256, expected: H256) -> Result<(), HeadError> {
    if found != expected {
        return Err(HeadError::WrongGenesis { found, expected });
    }
    Ok(())
}
