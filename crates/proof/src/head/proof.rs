//! What whoever asks an enclave brings, for it has no node: the way to the newest head, and what is
//! read there.

use alloc::vec::Vec;

use codec::{Decode, Encode};

use super::{HeadStore, HeadTracker, ProvenHead};
use crate::{
    anchor::Fragment,
    error::{FinalityError, HeadError},
    header::Header,
    limits::{at_most, decode, Limits},
    state::Query,
};

/// Steps of one proof: a run to the end of each period of justifications, or to each change of
/// authorities.
const MAX_STEPS: usize = 256;

/// One step forward.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
    /// Headers after the newest head, and the justification of the last: [`HeadTracker::advance`].
    #[codec(index = 0)]
    Run {
        /// The headers, oldest first.
        headers: Vec<Header>,
        /// The justification.
        justification: Vec<u8>,
    },
    /// Handoffs, over more blocks than a run may have: [`HeadTracker::jump`].
    #[codec(index = 1)]
    Handoffs(Vec<Fragment>),
}

/// The way to the newest head, and the nodes that prove what is read there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeadProof {
    /// From the receiver's newest head on.
    pub steps: Vec<Step>,
    /// Nodes of the newest head's state.
    pub nodes: Vec<Vec<u8>>,
}

impl HeadProof {
    /// Decodes all of these bytes.
    ///
    /// # Errors
    /// Too many, or something else.
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Self, FinalityError> {
        let limit = limits.run_bytes().saturating_add(limits.proof_bytes);
        let proof: Self = decode("bytes of a head's proof", bytes, limit)?;
        at_most("steps", proof.steps.len(), MAX_STEPS)?;
        Ok(proof)
    }
}

impl<S: HeadStore> HeadTracker<S> {
    /// Takes all steps, then reads: [`HeadTracker::confirm`].
    ///
    /// # Errors
    /// The first step that is not proven, those before it stay; or a head that may not be acted on.
    pub fn accept(
        &mut self,
        proof: &HeadProof,
        queries: &[Query],
        now: u64,
    ) -> Result<ProvenHead, HeadError> {
        for step in &proof.steps {
            match step {
                Step::Run { headers, justification } => {
                    self.advance(headers, justification, now)?;
                }
                Step::Handoffs(fragments) => self.jump(fragments, now)?,
            }
        }
        self.confirm(queries, &proof.nodes, now)
    }
}
