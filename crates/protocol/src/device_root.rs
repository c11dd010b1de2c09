//! The device root: a puncturable pseudo-random function (section 3).
//!
//! A GGM tree of depth 128. The two children of a node with seed `s` are the halves of
//! `SHA-512(tag_inner ‖ s)`; the output of a leaf with seed `s` is `SHA-512(tag_output ‖ s)`; each tag
//! is preceded by its length, as everywhere in SCALE. The root is older than any chain and may serve
//! several, so the genesis hash enters with the [`Label`], not here.
//!
//! A fresh root is one seed. Puncturing a label replaces the seed that covers it by the seeds of its
//! co-path and destroys it; what is left is a set of seeds by prefix, none of which is an ancestor of
//! another. Nothing computes a seed back from its children: the label is gone for good.

mod encoding;
mod seed;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rand_core::CryptoRngCore;
use regent_primitives::{
    hashing::{hash, Tag},
    EnrolmentId, Epoch, KeyId, H256,
};

pub use encoding::RootEncodingError;
pub use seed::LeafSeed;
use seed::Seed;

use crate::fresh::RandomnessError;

/// Levels of the tree, and bits of a label.
const DEPTH: u8 = 128;
/// Levels of the tree that a window takes: the leading bits of a label.
const WINDOW_BITS: u8 = 32;

/// A point at which the function is evaluated: 32 bits of window and 96 bits of
/// `H(key_id ‖ epoch ‖ enrolment_id)`. Not secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label([u8; 16]);

impl Label {
    /// The label of an enrolment; the window is the enrolment's block range.
    pub fn derive(
        genesis: H256,
        window: u32,
        key: KeyId,
        epoch: Epoch,
        enrolment: EnrolmentId,
    ) -> Self {
        let digest = hash(Tag::Label, genesis, &(key, epoch, enrolment));
        let mut label = [0u8; 16];
        let (head, tail) = label.split_at_mut(4);
        head.copy_from_slice(&window.to_be_bytes());
        for (to, from) in tail.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        Self(label)
    }

    /// The label with these bytes: the window in big-endian order, then the 96 bits.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Its window.
    pub const fn window(&self) -> u32 {
        (self.bits() >> 96) as u32
    }

    /// The way from the root, first turn in the highest bit.
    const fn bits(&self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

impl core::fmt::Display for Label {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "0x{:032x}", self.bits())
    }
}

impl core::fmt::Debug for Label {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

/// The label was punctured: its mask can never be computed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("label {0} was punctured: no share under it can be regenerated; the key needs a new epoch")]
pub struct Punctured(pub Label);

/// A node of the tree: the first `length` turns of a label, the remaining bits zero.
///
/// Ordered by bits, so that the node that covers a label is the last one not after it: any node
/// between the two would lie below the first, and no node of the set lies below another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Prefix {
    bits: u128,
    length: u8,
}

impl Prefix {
    const ROOT: Self = Self { bits: 0, length: 0 };

    /// The bits that a prefix of this length keeps.
    const fn mask(length: u8) -> u128 {
        match length {
            0 => 0,
            length => u128::MAX << (DEPTH - length),
        }
    }

    const fn of_window(window: u32) -> Self {
        Self { bits: (window as u128) << 96, length: WINDOW_BITS }
    }

    const fn of_label(label: &Label) -> Self {
        Self { bits: label.bits(), length: DEPTH }
    }

    const fn covers(&self, other: &Self) -> bool {
        self.length <= other.length && other.bits & Self::mask(self.length) == self.bits
    }

    /// Which child of the node at `depth` leads to this one: its turn there.
    const fn turns_right_at(&self, depth: u8) -> bool {
        depth < DEPTH && self.bits & (1 << (DEPTH - 1 - depth)) != 0
    }

    /// The ancestor of this node at `depth`, but with its last turn the other way.
    const fn sibling_at(&self, depth: u8) -> Self {
        let bits = self.bits & Self::mask(depth);
        let last_turn = if depth == 0 { 0 } else { 1 << (DEPTH - depth) };
        Self { bits: bits ^ last_turn, length: depth }
    }
}

/// A participant's one secret, however many keys it serves.
///
/// Opaque: it can be evaluated, punctured and sealed ([`crate::root_store`]), never shown or copied.
/// Each seed lives in its own allocation that is wiped when it goes.
pub struct DeviceRoot {
    seeds: BTreeMap<Prefix, Seed>,
}

impl DeviceRoot {
    /// A fresh root of 256 random bits. Use the operating system's generator.
    ///
    /// # Errors
    /// [`RandomnessError`] if there are no random bytes.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Result<Self, RandomnessError> {
        Ok(Self::from_root_seed(Seed::random(rng)?))
    }

    fn from_root_seed(seed: Seed) -> Self {
        Self { seeds: BTreeMap::from([(Prefix::ROOT, seed)]) }
    }

    /// The function's value at a label: 64 bytes. 128 hashes at most.
    ///
    /// # Errors
    /// [`Punctured`] if the label, or its window, was punctured.
    pub fn evaluate(&self, label: &Label) -> Result<LeafSeed, Punctured> {
        let target = Prefix::of_label(label);
        let (from, seed) = self.covering(&target).ok_or(Punctured(*label))?;
        let mut walked: Option<Seed> = None;
        for depth in from.length..DEPTH {
            let (left, right) = walked.as_ref().unwrap_or(seed).children();
            walked = Some(if target.turns_right_at(depth) { right } else { left });
        }
        Ok(walked.as_ref().unwrap_or(seed).output())
    }

    /// Makes a label impossible to evaluate, for good. Returns whether it was possible before.
    pub fn puncture(&mut self, label: &Label) -> bool {
        self.puncture_prefix(&Prefix::of_label(label))
    }

    /// Punctures a batch, to be sealed as one generation ([`crate::root_store`]). Returns how many of
    /// the labels were possible before.
    pub fn puncture_all(&mut self, labels: impl IntoIterator<Item = Label>) -> usize {
        labels.into_iter().filter(|label| self.puncture(label)).count()
    }

    /// Makes every label of a window impossible to evaluate: only when finalised state counts no
    /// live token in it. Returns whether one of them was possible before.
    pub fn puncture_window(&mut self, window: u32) -> bool {
        let target = Prefix::of_window(window);
        let below: Vec<Prefix> = self
            .seeds
            .range(target..)
            .map(|(prefix, _)| *prefix)
            .take_while(|prefix| target.covers(prefix))
            .collect();
        if below.is_empty() {
            return self.puncture_prefix(&target);
        }
        for prefix in below {
            self.seeds.remove(&prefix);
        }
        true
    }

    /// How many seeds the root keeps now: 1 when fresh, about 96 more for each puncture in a window
    /// of its own, fewer when punctures share one.
    pub fn seed_count(&self) -> usize {
        self.seeds.len()
    }

    fn covering(&self, target: &Prefix) -> Option<(Prefix, &Seed)> {
        let (prefix, seed) = self.seeds.range(..=*target).next_back()?;
        prefix.covers(target).then_some((*prefix, seed))
    }

    /// Replaces the seed that covers `target` by those of its co-path.
    fn puncture_prefix(&mut self, target: &Prefix) -> bool {
        let Some((covering, _)) = self.covering(target) else { return false };
        let Some(mut seed) = self.seeds.remove(&covering) else { return false };
        for depth in covering.length..target.length {
            let (left, right) = seed.children();
            let (onwards, aside) =
                if target.turns_right_at(depth) { (right, left) } else { (left, right) };
            self.seeds.insert(target.sibling_at(depth + 1), aside);
            // The former seed is wiped here.
            seed = onwards;
        }
        true
    }
}
