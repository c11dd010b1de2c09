//! What whoever asks an enclave brings, for it has no node: verified from where trust begins, in one go.
//!
//! The verifier keeps in memory what it has verified: the newest set of authorities, which spares
//! verifying their handoffs again, and the newest heads, [`TOLERATED_BLOCKS`] behind which no other is taken:
//! those who ask at the same time have nodes that are not equally fast. It keeps nothing over a restart,
//! and does not see the blocks between two heads: that is for those who follow the chain
//! ([`crate::head`]).

use alloc::{collections::BTreeMap, vec::Vec};

use codec::Encode;
use regent_primitives::{
    bounds::MAX_CHAIN_PROOF_BYTES,
    chain_proof::{ChainProof, JustifiedHeader, Origin},
    BlockNumber, H256,
};

use crate::{
    anchor::{Anchor, Fragment},
    error::{FinalityError, HeadError},
    finality::{verify_run, FinalHeader},
    head::{HeadRules, ProvenHead},
    header::Header,
    layout,
    limits::{at_most, decode},
    state::{read_state, Query},
};

/// Blocks that a head may be behind the newest one that was verified: 10 s of slots, where heads may be
/// 30 s old.
pub const TOLERATED_BLOCKS: BlockNumber = 20;

/// A block that is trusted without a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedBlock {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
}

impl TrustedBlock {
    /// The first block of a chain.
    pub const fn genesis(hash: H256) -> Self {
        Self { number: 0, hash }
    }
}

/// Verifies chain proofs, and never goes back behind one by more than [`TOLERATED_BLOCKS`].
#[derive(Debug)]
pub struct ChainVerifier {
    rules: HeadRules,
    trusted: TrustedBlock,
    any_code: bool,
    /// The newest block after which others finalise, once verified. Its set only grows, so a head that
    /// one of its successors justified is of no earlier set than any seen before.
    anchor: Option<Anchor>,
    /// Hashes of the heads that were verified, by height: the newest, and those that are tolerated.
    heads: BTreeMap<BlockNumber, H256>,
    /// The latest time the clock showed with a fresh head.
    seen_at: u64,
}

impl ChainVerifier {
    /// A verifier that has seen nothing but the block it trusts.
    pub const fn new(rules: HeadRules, trusted: TrustedBlock) -> Self {
        Self { rules, trusted, any_code: false, anchor: None, heads: BTreeMap::new(), seen_at: 0 }
    }

    /// Takes the word of any runtime code: for development.
    #[must_use]
    pub fn insecure_any_code(self) -> Self {
        Self { any_code: true, ..self }
    }

    /// The block up to which handoffs were verified: those up to it need not be brought again. Before the
    /// first, the trusted block.
    pub fn followed(&self) -> BlockNumber {
        self.anchor.as_ref().map_or(self.trusted.number, |anchor| anchor.number)
    }

    /// What is asked of a head's state for these queries: the nodes of a proof are those on the way to
    /// all of it, and no others.
    pub fn queries(of: &[Query]) -> Vec<Query> {
        [&layout::always_read()[..], of].concat()
    }

    /// Verifies the way to the head, and reads there. `now` is the machine's clock in milliseconds since
    /// the Unix epoch.
    ///
    /// # Errors
    /// The first rule that does not hold; [`HeadError::Behind`] where a newer proof helps. What was
    /// verified by then is remembered: handoffs, so that nobody can have them verified again and again;
    /// and a head, even if it is too old to be acted on or its state is not proven.
    pub fn verify(
        &mut self,
        proof: &ChainProof,
        queries: &[Query],
        now: u64,
    ) -> Result<ProvenHead, HeadError> {
        self.rules.check_clock(now, self.seen_at)?;
        let limits = self.rules.limits;
        let bytes = usize::try_from(MAX_CHAIN_PROOF_BYTES).unwrap_or(usize::MAX);
        at_most("bytes of a chain proof", proof.encoded_size(), bytes)?;
        let head = self.fragment(&proof.head)?;
        let found = head.header.number;
        self.check_not_behind(found)?;

        let anchor = self.follow(proof, now)?;
        if found <= anchor.number {
            let known = anchor.number;
            return Err(FinalityError::NotAhead { found, known }.into());
        }
        let header = core::slice::from_ref(&head.header);
        let run = verify_run(header, &head.justification, &anchor.set, &limits)?;
        let (number, hash) = (run.newest().number(), run.newest().hash());
        let slot = self.check_slot(&anchor, number, run.newest().slot(), now)?;
        self.keep(run.newest())?;

        let age_milliseconds = self.rules.age(number, slot, now)?;
        let nodes = proof.nodes.iter().map(|node| node.to_vec()).collect::<Vec<_>>();
        let root = run.newest().state_root();
        let state = read_state(root, &Self::queries(queries), &nodes, &limits)?;
        let code = self.rules.check_chain(number, &state)?;
        if !self.any_code && !self.rules.known_code.contains(&code) {
            return Err(HeadError::UnknownCode { found: code, number });
        }
        self.seen_at = self.seen_at.max(now);
        Ok(ProvenHead { number, hash, slot, age_milliseconds, state })
    }

    /// The newest set of authorities, as the handoffs lead to it. Each is remembered; those up to one that
    /// was verified before are not looked at again.
    fn follow(&mut self, proof: &ChainProof, now: u64) -> Result<Anchor, HeadError> {
        let origin = self.origin(&proof.origin)?;
        let mut at = self.anchor.insert(origin).clone();
        for handoff in &proof.handoffs {
            let fragment = self.fragment(handoff)?;
            let number = fragment.header.number;
            if number <= at.number {
                continue;
            }
            let (next, _) = at.follow(core::slice::from_ref(&fragment), &self.rules.limits)?;
            if next.set.id() == at.set.id() {
                return Err(FinalityError::NoChange { number }.into());
            }
            self.check_slot(&at, number, next.slot, now)?;
            at = self.anchor.insert(next).clone();
        }
        Ok(at)
    }

    /// Where to go on: the newest handoff that was verified, or the trusted block.
    fn origin(&self, origin: &Origin) -> Result<Anchor, HeadError> {
        let TrustedBlock { number, hash } = self.trusted;
        let header = self.header(&origin.header)?;
        if let Some(anchor) = &self.anchor {
            // It was read before; a proof of another chain is named as such all the same.
            let found = header.hash();
            if found != hash {
                return Err(FinalityError::OtherAnchor { found, expected: hash }.into());
            }
            return Ok(anchor.clone());
        }
        let nodes = origin.nodes.iter().map(|node| node.to_vec()).collect::<Vec<_>>();
        let (genesis, limits) = (self.rules.genesis, &self.rules.limits);
        let anchor = Anchor::from_state(genesis, hash, &header, &nodes, limits)?;
        if anchor.number != number {
            let (found, expected) = (anchor.number, number);
            return Err(FinalityError::OtherHeight { hash, found, expected }.into());
        }
        Ok(anchor)
    }

    /// A head far behind the newest is of no use, nor one that is not after the last handoff: whoever
    /// brings it has a node that lags.
    fn check_not_behind(&self, found: BlockNumber) -> Result<(), HeadError> {
        let newest = self.heads.last_key_value().map(|(number, _)| *number);
        let ahead = newest.filter(|known| found.saturating_add(TOLERATED_BLOCKS) < *known);
        let anchor = self.anchor.as_ref().map(|anchor| anchor.number);
        match ahead.or(anchor.filter(|known| found <= *known)) {
            Some(known) => Err(HeadError::Behind { found, known }),
            None => Ok(()),
        }
    }

    /// The slot of a final block after `from`. There is at most one block a slot, and none of a time that
    /// has not come: what is remembered of either would stand in the way of the chain's own heads.
    fn check_slot(
        &self,
        from: &Anchor,
        number: BlockNumber,
        slot: Option<u64>,
        now: u64,
    ) -> Result<u64, HeadError> {
        let found = slot.ok_or(HeadError::NoSlot { number })?;
        let blocks_before = u64::from(number.saturating_sub(from.number).saturating_sub(1));
        let earliest = from.slot.map(|slot| slot.saturating_add(blocks_before));
        if let Some(known) = earliest.filter(|known| found <= *known) {
            return Err(HeadError::SlotOrder { number, found, known });
        }
        match self.rules.age(number, found, now) {
            Err(HeadError::Stale { .. }) | Ok(_) => Ok(found),
            Err(error) => Err(error),
        }
    }

    /// Remembers a head that was verified, unless another one of its height was before. The newest stays
    /// the newest.
    fn keep(&mut self, head: &FinalHeader) -> Result<(), HeadError> {
        let (number, found) = (head.number(), head.hash());
        if let Some(known) = self.heads.get(&number).copied().filter(|known| *known != found) {
            return Err(HeadError::Equivocation { number, found, known });
        }
        self.heads.insert(number, found);
        let newest = self.heads.last_key_value().map_or(number, |(newest, _)| *newest);
        self.heads.retain(|at, _| at.saturating_add(TOLERATED_BLOCKS) >= newest);
        Ok(())
    }

    fn fragment(&self, justified: &JustifiedHeader) -> Result<Fragment, FinalityError> {
        let header = self.header(&justified.header)?;
        Ok(Fragment { header, justification: justified.justification.to_vec() })
    }

    fn header(&self, bytes: &[u8]) -> Result<Header, FinalityError> {
        decode("bytes of a header", bytes, self.rules.limits.header_bytes)
    }
}
