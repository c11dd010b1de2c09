//! Regen Tokens: the public data from which each participant regenerates its share (section 4).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{
    access_tree::{AccessTree, LeafPath, Participant},
    algorithm::{Algorithm, KeyKind},
    bounds::*,
    hashing::{hash, Tag},
    ids::{AgentId, EnrolmentId, Epoch, KeyId, PolicyHash, QuorumId, RequestId},
    AccountId, BlockNumber,
};

/// A compressed group element.
pub type Point = BoundedVec<u8, ConstU32<MAX_POINT_BYTES>>;
/// A canonical scalar in the group's own byte order.
pub type ScalarBytes = [u8; 32];
/// A public key in its algorithm's standard encoding.
pub type PublicKey = BoundedVec<u8, ConstU32<MAX_PUBLIC_KEY_BYTES>>;

/// What leaves and root are checked against.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Commitments {
    /// Feldman commitments.
    #[codec(index = 0)]
    Native {
        /// Those of every gate in preorder, constant term first.
        gates: BoundedVec<Point, ConstU32<MAX_GATE_COMMITMENTS>>,
        /// The image `s_l · G` of each leaf in preorder.
        leaves: BoundedVec<Point, ConstU32<MAX_LEAVES>>,
    },
    /// Hash commitments: no group element of a seed is ever published.
    #[codec(index = 1)]
    Seed {
        /// `H(context ‖ path ‖ s_l)` of each leaf in preorder.
        leaves: BoundedVec<H256, ConstU32<MAX_LEAVES>>,
        /// `HKDF(k, "check")`.
        check: [u8; 32],
    },
}

/// The public token of one epoch of a key.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RegenToken {
    /// The key.
    pub key_id: KeyId,
    /// What it is for.
    pub algorithm: Algorithm,
    /// Its public key; empty where the algorithm has none.
    pub public_key: PublicKey,
    /// The epoch.
    pub epoch: Epoch,
    /// The window of the device roots' labels: the enrolment's block range (section 3).
    pub window: u32,
    /// The enrolment that made it.
    pub enrolment_id: EnrolmentId,
    /// Who must take part.
    pub tree: AccessTree,
    /// The policy it is bound to.
    pub policy_hash: PolicyHash,
    /// What shares are checked against.
    pub commitments: Commitments,
    /// `d_l = s_l - m_l` of each leaf in preorder; `None` for a leaf that was absent.
    pub corrections: BoundedVec<Option<ScalarBytes>, ConstU32<MAX_LEAVES>>,
    /// An imported key, wrapped.
    pub wrapped: Option<BoundedVec<u8, ConstU32<MAX_WRAPPED_BYTES>>>,
}

/// Why a token has a wrong shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenShapeError {
    /// The public key's length is not the algorithm's.
    PublicKeyLength,
    /// Native commitments for a seed algorithm, or the reverse.
    CommitmentKind,
    /// A list does not have one item a leaf, or one commitment a coefficient.
    Count,
    /// A group element's length is not the group's.
    PointLength,
    /// The leaves that are present do not satisfy the tree.
    TooFewLeaves,
}

impl RegenToken {
    /// The label of the device roots that this token's masks come from: the window, big-endian, and
    /// 96 bits of `H(key_id ‖ epoch ‖ enrolment_id)` (section 3). None is ever used twice.
    pub fn label(&self, genesis: H256) -> [u8; 16] {
        let digest = hash(Tag::Label, genesis, &(self.key_id, self.epoch, self.enrolment_id));
        let mut label = [0; 16];
        let bytes = self.window.to_be_bytes().into_iter().chain(digest.to_fixed_bytes());
        label.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        label
    }

    /// The number in preorder of the leaf at this path, with who holds it.
    pub fn leaf(&self, path: &LeafPath) -> Option<(usize, Participant)> {
        let leaves = self.tree.leaves();
        leaves.iter().enumerate().find(|(_, (at, _))| at == path).map(|(i, (_, who))| (i, *who))
    }

    /// Whether the leaf with this number in preorder took part in the enrolment.
    pub fn is_present(&self, leaf: usize) -> bool {
        matches!(self.corrections.get(leaf), Some(Some(_)))
    }

    /// Checks lengths and counts against algorithm and tree.
    ///
    /// # Errors
    /// The first that does not fit.
    pub fn check_shape(&self) -> Result<(), TokenShapeError> {
        if self.public_key.len() != self.algorithm.public_key_bytes() {
            return Err(TokenShapeError::PublicKeyLength);
        }
        let leaf_count = self.tree.leaf_count();
        let committed = match (&self.commitments, self.algorithm.kind()) {
            (Commitments::Native { gates, leaves }, KeyKind::Native) => {
                let bytes = self.algorithm.group().point_bytes();
                if gates.iter().chain(leaves.iter()).any(|point| point.len() != bytes) {
                    return Err(TokenShapeError::PointLength);
                }
                if gates.len() != self.tree.commitment_count() {
                    return Err(TokenShapeError::Count);
                }
                leaves.len()
            }
            (Commitments::Seed { leaves, .. }, KeyKind::Seed) => leaves.len(),
            _ => return Err(TokenShapeError::CommitmentKind),
        };
        if committed != leaf_count || self.corrections.len() != leaf_count {
            return Err(TokenShapeError::Count);
        }
        if self.tree.satisfied(|leaf| self.is_present(leaf)) {
            Ok(())
        } else {
            Err(TokenShapeError::TooFewLeaves)
        }
    }
}

/// Where an epoch of a key stands (section 11).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum KeyState {
    /// Waiting for its leaves to be confirmed.
    #[codec(index = 0)]
    Pending,
    /// Serves operations.
    #[codec(index = 1)]
    Active,
    /// A later epoch is active; releases nothing.
    #[codec(index = 2)]
    Retiring,
    /// Mathematically dead.
    #[codec(index = 3)]
    Retired,
}

impl KeyState {
    /// The name a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

/// One epoch of a key as the chain keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EpochRecord {
    /// The key as it is in this epoch.
    pub key: KeyRecord,
    /// The request that made the token.
    pub request: RequestId,
    /// Who owns the key once this epoch is active, if it waits for a transfer of control.
    pub transfer_to: Option<AccountId>,
    /// Bit per leaf in preorder: punctured by its participant.
    pub punctured: [u8; 32],
    /// Bit per leaf in preorder: of these, by one who is rollback protected.
    pub punctured_for_good: [u8; 32],
}

impl EpochRecord {
    /// Whether the participant of the leaf with this number in preorder punctured it.
    pub fn is_punctured(&self, leaf: usize) -> bool {
        bit(&self.punctured, leaf)
    }

    /// Whether its state is rollback protected, too.
    pub fn is_punctured_for_good(&self, leaf: usize) -> bool {
        bit(&self.punctured_for_good, leaf)
    }

    /// Whether no set of leaves that satisfies the tree can regenerate its shares: those that were
    /// punctured for good, and those that never had one, meet every such set (section 11).
    pub fn is_out_of_reach(&self) -> bool {
        let token = &self.key.token;
        !token.tree.satisfied(|leaf| token.is_present(leaf) && !self.is_punctured_for_good(leaf))
    }

    /// Marks every leaf of this agent as punctured.
    pub fn puncture(&mut self, agent: AgentId, rollback_protected: bool) {
        for (leaf, (_, who)) in self.key.token.tree.leaves().into_iter().enumerate() {
            if who == Participant::Agent(agent) {
                set_bit(&mut self.punctured, leaf);
                if rollback_protected {
                    set_bit(&mut self.punctured_for_good, leaf);
                }
            }
        }
    }
}

fn bit(bits: &[u8; 32], leaf: usize) -> bool {
    bits.get(leaf / 8).is_some_and(|byte| byte & (1 << (leaf % 8)) != 0)
}

fn set_bit(bits: &mut [u8; 32], leaf: usize) {
    if let Some(byte) = bits.get_mut(leaf / 8) {
        *byte |= 1 << (leaf % 8);
    }
}

/// A key as the chain keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyRecord {
    /// The token of its epoch.
    pub token: RegenToken,
    /// Who owns it: who requested it, or to whom control was transferred.
    pub owner: AccountId,
    /// The quorum of its agents.
    pub quorum: QuorumId,
    /// Where its epoch stands.
    pub state: KeyState,
    /// Whether its owner is a contract: what the owner decides is then the chain's word, and nobody's
    /// signature. Approvals are people's all the same.
    pub chain_authority: bool,
    /// The highest number that a token of the key has: the next epoch made has the one after it.
    pub newest: Epoch,
    /// When it was enrolled.
    pub enrolled_at: BlockNumber,
    /// Bit per leaf in preorder: confirmed by its participant.
    pub confirmed: [u8; 32],
}

impl KeyRecord {
    /// Whether the leaf with this number in preorder is confirmed.
    pub fn is_confirmed(&self, leaf: usize) -> bool {
        bit(&self.confirmed, leaf)
    }

    /// Marks the leaf with this number in preorder as confirmed.
    pub fn confirm(&mut self, leaf: usize) {
        set_bit(&mut self.confirmed, leaf);
    }
}
