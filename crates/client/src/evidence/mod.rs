//! Evidence bundles (`docs/evidence.md`), assembled from what a node proves.
//!
//! | file | what it takes from the node | what makes it true |
//! |---|---|---|
//! | `finality` | the way from the genesis to the head | the signatures of each set of authorities |
//! | `state` | values of the head's state | its root |
//! | `log` | entries of the audit log | links, up to the entry that the state names |
//! | `commitment` | ancestors of the head, entries by themselves | the root that the state names |
//! | `select` | which operations are asked for | every entry between the two blocks that are asked for, whose logs the commitment proves |
//! | `members` | for which institution somebody acted | these entries, and the state of the block before |
//! | `people` | entries about who takes part | as those that are shown by themselves |
//! | `operations` | each operation with its policies and tokens | the state, by keys that follow from it |
//!
//! Nothing that a node says is taken over unproven, and what was assembled is judged by the verifier of
//! `regent-evidence` before anybody gets it. A node can withhold and delay.

mod commitment;
mod error;
pub(crate) mod finality;
mod log;
mod members;
mod operations;
mod people;
mod select;
pub(crate) mod state;

use core::fmt::{Display, Formatter, Result as FmtResult};
use std::collections::BTreeSet;

use regent_evidence::{diff, queries, verify, Bundle, Log, Report, Trust};
use regent_primitives::{BlockNumber, InstitutionId, KeyId, RequestId, H256};

use self::{
    commitment::Commitment, log::AuditLog, operations::Assembly, select::Source, state::BlockState,
};
use crate::client::Client;

pub use error::ExportError;

/// Which operations a bundle is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These.
    Requests(BTreeSet<RequestId>),
    /// All that a filter lets through: none can be left out by the node.
    Matching(Filter),
}

/// What must be true of an operation; nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// It is for this key: from the request on that enrolled it.
    pub key: Option<KeyId>,
    /// It was asked for by somebody who acted for this institution then, or had a contract ask.
    pub institution: Option<InstitutionId>,
    /// It was submitted in this block or a later one.
    pub from: Option<BlockNumber>,
    /// It was submitted in this block or an earlier one.
    pub to: Option<BlockNumber>,
}

/// What is to be exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// Which operations.
    pub selection: Selection,
    /// The chain, if the node is not to say which.
    pub genesis: Option<H256>,
    /// The block to export at: a final one, to which the bundle is then anchored. The newest final block
    /// otherwise.
    pub anchor: Option<H256>,
    /// All entries of the audit log from this index on, in the clear; none otherwise.
    pub log_from: Option<u64>,
    /// Entries of the audit log that are shown by themselves, in the clear.
    pub log_entries: BTreeSet<u64>,
    /// Whether entries about who takes part are shown by themselves, too, in the clear: of the newest 65,536
    /// entries of the log at most 256, the newest. That there are no others is not shown.
    pub people: bool,
    /// Blocks that are shown to be ancestors of the head: for whoever knows their hashes.
    pub ancestors: BTreeSet<H256>,
    /// An earlier bundle, already verified, whose head and log are shown to be ancestors of these.
    pub since: Option<Bundle>,
    /// Whether payloads come along that the node still has: in the state of the block in which their
    /// request was submitted.
    pub payloads: bool,
}

/// A bundle that its verifier accepts as a whole.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The bundle's one encoding: the file.
    pub bytes: Vec<u8>,
    /// What the verifier says of it. An operation that breaks a rule is named here: the chain did that, the
    /// node could not have made it up; but it can hide a block that a note names.
    pub report: Report,
    /// Count of the audit log's entries at the head.
    pub log_count: u64,
}

/// What an export tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportStep {
    /// So many changes of validators were followed.
    Handoffs(usize),
    /// The head is proven.
    Head {
        /// Its height.
        number: BlockNumber,
        /// Its hash.
        hash: H256,
    },
    /// The log was read up to this entry.
    Entries {
        /// How many are before it.
        read: u64,
        /// How many there are.
        count: u64,
    },
    /// Operations were read.
    Operations {
        /// So many.
        read: usize,
        /// Of so many.
        count: usize,
    },
    /// The node has this payload no more: the bundle is without it.
    NoPayload(RequestId),
    /// Keys of the head's state were proven.
    Keys {
        /// So many.
        proven: usize,
        /// Of so many.
        count: usize,
    },
    /// So many blocks are shown to be ancestors of the head.
    Blocks(usize),
    /// The verifier looks at a bundle of so many bytes.
    Verifying(usize),
}

impl Display for ExportStep {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Handoffs(count) => write!(f, "{count} changes of validators followed"),
            Self::Head { number, hash } => write!(f, "block {number} {hash:?} is final"),
            Self::Entries { read, count } => write!(f, "audit log read to entry {read} of {count}"),
            Self::Operations { read, count } => write!(f, "{read} of {count} operations read"),
            Self::NoPayload(request) => write!(f, "the node has no payload of {request} any more"),
            Self::Keys { proven, count } => write!(f, "{proven} of {count} keys proven"),
            Self::Blocks(count) => write!(f, "{count} blocks shown to be before the head"),
            Self::Verifying(bytes) => write!(f, "verifying {bytes} bytes"),
        }
    }
}

/// Is told of every step.
pub type Progress<'a> = &'a mut (dyn FnMut(ExportStep) + Send);

impl Client {
    /// Assembles a bundle and has it verified.
    ///
    /// # Errors
    /// Nothing is selected, or too much; the node does not have something, or what it says is not proven.
    pub async fn export_evidence(
        &self,
        options: &ExportOptions,
        progress: Progress<'_>,
    ) -> Result<Exported, ExportError> {
        let genesis = self.genesis();
        if let Some(expected) = options.genesis.filter(|expected| *expected != genesis) {
            return Err(ExportError::OtherGenesis { found: genesis, expected });
        }
        if let Some(earlier) = options.since.as_ref().filter(|one| one.genesis != genesis) {
            return Err(ExportError::OtherGenesis { found: genesis, expected: earlier.genesis });
        }
        let finality = finality::prove(self, genesis, options.anchor, &mut *progress).await?;
        let head = &finality.verified;
        let state = BlockState::new(self, head.hash(), head.state_root());
        let origin = BlockState::new(self, genesis, finality.origin_root);
        let log = AuditLog::read(self, genesis, head.hash(), &state).await?;

        let commitment = Commitment::read(self, genesis, head, &state).await?;

        let source = Source { client: self, log: &log, commitment: &commitment, state: &state };
        let selected = select::select(options, &source, &origin, &mut *progress).await?;
        let mut assembly = Assembly::new(self, genesis, &state, options.payloads);
        let count = selected.histories.len();
        for (read, (id, history)) in (1..).zip(selected.histories) {
            assembly.add(id, history, &mut *progress).await?;
            progress(ExportStep::Operations { read, count });
        }

        let policies = assembly.policies()?;
        let tokens = assembly.tokens()?;
        let operations = assembly.operations();

        let mut shown = commitment.named(&operations).await?;
        for hash in &options.ancestors {
            let height = commitment.height(*hash).await?;
            shown.insert(height.ok_or(ExportError::NotFinal(*hash))?);
        }
        let mut single = options.log_entries.clone();
        let others = options.log_from.unwrap_or(log.head.count);
        if options.people && others > 0 {
            let people = people::indices(&log, head.number(), &mut *progress).await?;
            single.extend(people.into_iter().filter(|index| *index < others));
        }
        let (included, heights) = commitment.included(&log, &single).await?;
        shown.extend(heights);
        let mut ancestry = None;
        if let Some(earlier) = &options.since {
            let (proof, height) = commitment.ancestry(&earlier.log).await?;
            ancestry = Some(proof);
            shown.insert(height);
        }
        let blocks = commitment.blocks(&shown, &mut *progress).await?;

        let mut bundle = Bundle {
            id: H256::zero(),
            genesis,
            origin: finality.origin,
            handoffs: finality.handoffs,
            head: finality.head,
            nodes: Vec::new(),
            log: Log {
                count: log.head.count,
                head: log.head.hash,
                from: options.log_from.unwrap_or(log.head.count),
                entries: selected.entries,
                root: commitment.root.root,
                leaves: commitment.root.leaves,
                blocks,
                ancestry,
                included,
            },
            policies,
            tokens,
            operations,
        };
        let asked = queries(&bundle);
        let count = asked.len();
        let tell = |proven| progress(ExportStep::Keys { proven, count });
        bundle.nodes = state.nodes(&asked, tell).await?;

        let bundle = bundle.seal();
        let bytes = bundle.encode();
        progress(ExportStep::Verifying(bytes.len()));
        let report = verify(&bytes, Trust { genesis, anchor: options.anchor });
        if let Some(failure) = report.failure {
            return Err(ExportError::Refused(failure));
        }
        if let Some(earlier) = &options.since {
            diff(earlier, &bundle).map_err(ExportError::NotExtended)?;
        }
        Ok(Exported { bytes, report, log_count: log.head.count })
    }
}
