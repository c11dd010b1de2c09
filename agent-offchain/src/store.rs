//! The agent's durable state: one redb database.
//!
//! Device root, identity, release log and counters change together, in one transaction and one
//! generation ([`regent_protocol::root_store`]): a crash leaves the old state or the new. The log's
//! records are not secret and lie beside the sealed state, which holds their head: a record that was
//! dropped, changed or added is noticed when the store is opened. So is a verified head that the agent
//! did not write itself.

mod database;
mod error;
mod head;
mod integrity;
mod mark;
mod record;
mod tables;

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use rand_core::OsRng;
use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};
use regent_primitives::{AgentNote, Attempt, BlockNumber, Epoch, KeyId, LeafPath, RequestId, H256};
use regent_proof::TrackedHead;
use regent_protocol::{
    root_store::{RootProvider, RootState},
    DeviceRoot, Label, LeafSeed, Punctured, SigningIdentity,
};

use crate::{
    failpoint::{CrashAt, Failpoint},
    shared::Root,
};
use database::{insert_notes, read_notes};
pub use database::{open_database, open_or_create, read_sealed};
pub use error::StoreError;
pub use head::HeadSlot;
pub use record::{note_key, LogRecord, NoteKey, Released};
use tables::{
    decode, release_key, request_range, token_key, LABELS, NOTES, RELEASED, SEALED, STATE, TOKENS,
    UNDELIVERED,
};

/// What is made durable together.
#[derive(Debug, Default)]
pub struct Batch {
    /// New records of the log.
    pub records: Vec<LogRecord>,
    /// Notes for the chain, each in the place of the same note before it.
    pub notes: Vec<AgentNote>,
    /// The finalised block this was decided on.
    pub finalised: Option<(BlockNumber, H256)>,
}

impl Batch {
    /// Whether there is nothing but a block's number to make durable.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.notes.is_empty()
    }
}

/// The open state of an agent.
pub struct Store {
    database: Database,
    provider: Box<dyn RootProvider>,
    state: RootState,
    identity: SigningIdentity,
    notes: BTreeMap<NoteKey, AgentNote>,
    head: HeadSlot,
    failpoint: Failpoint,
    /// Set while a change is half done, and for good if it fails: what is on disk is then unknown
    /// until the store is opened again.
    broken: bool,
}

impl Store {
    /// Makes the state of a new agent: a fresh root and a fresh identity.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the database holds one; otherwise if it cannot be sealed or written.
    pub fn create(
        database: Database,
        provider: Box<dyn RootProvider>,
        failpoint: Failpoint,
    ) -> Result<Self, StoreError> {
        if read_sealed(&database)?.is_some() {
            return Err(StoreError::Exists);
        }
        let identity = SigningIdentity::generate(&mut OsRng).map_err(|_| StoreError::Randomness)?;
        let root = DeviceRoot::generate(&mut OsRng).map_err(|_| StoreError::Randomness)?;
        let state = RootState::new(root, &identity.to_seed());
        let (notes, head) = (BTreeMap::new(), HeadSlot::default());
        let mut store =
            Self { database, provider, state, identity, notes, head, failpoint, broken: false };
        store.change(Failpoint::default(), |_, _| Ok(()))?;
        Ok(store)
    }

    /// Opens the state in a database and checks the log against it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none; [`StoreError::Root`] if it cannot be unsealed or an
    /// older copy was restored; [`StoreError::Log`] if the log was tampered with;
    /// [`StoreError::ForeignHead`] or [`StoreError::HeadBehind`] if the verified head was.
    pub fn open(
        database: Database,
        mut provider: Box<dyn RootProvider>,
        failpoint: Failpoint,
    ) -> Result<Self, StoreError> {
        let sealed = read_sealed(&database)?.ok_or(StoreError::Missing)?;
        let state = RootState::open(provider.as_mut(), &sealed)?;
        integrity::check(&database, &state)?;
        let identity = SigningIdentity::from_seed(state.identity());
        let notes = read_notes(&database)?;
        let head = HeadSlot::open(&database, state.identity(), state.finalised)?;
        Ok(Self { database, provider, state, identity, notes, head, failpoint, broken: false })
    }

    /// Who this agent is.
    pub const fn identity(&self) -> &SigningIdentity {
        &self.identity
    }

    /// The chain it serves, once known.
    pub const fn genesis(&self) -> Option<H256> {
        self.state.genesis
    }

    /// Generations sealed so far.
    pub const fn generation(&self) -> u64 {
        self.state.generation()
    }

    /// Records in the log.
    pub const fn log_entries(&self) -> u64 {
        self.state.log.entries
    }

    /// The highest finalised block made durable.
    pub const fn finalised(&self) -> Option<(BlockNumber, H256)> {
        self.state.finalised
    }

    /// Where the tracker of heads leaves the newest it has verified.
    pub fn head_slot(&self) -> HeadSlot {
        self.head.clone()
    }

    /// The newest verified head.
    pub fn tracked_head(&self) -> Option<TrackedHead> {
        self.head.tracked()
    }

    /// Makes the newest verified head durable, if nothing else did.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn keep_head(&mut self) -> Result<(), StoreError> {
        if self.head.is_pending() {
            self.write(|_| Ok(()))?;
        }
        Ok(())
    }

    /// What holds the key of the state.
    pub fn root(&self) -> Root {
        Root { provider: self.provider.name(), rollback_protected: self.rollback_protected() }
    }

    /// Whether old copies of the database are told from the newest.
    pub fn rollback_protected(&self) -> bool {
        self.provider.rollback_protected()
    }

    /// Evaluates the device root.
    ///
    /// # Errors
    /// [`Punctured`].
    pub fn evaluate(&self, label: &Label) -> Result<LeafSeed, Punctured> {
        self.state.root.evaluate(label)
    }

    /// Binds the agent to a chain, once and for all.
    ///
    /// # Errors
    /// [`StoreError::OtherChain`] if it is bound to another.
    pub fn bind(&mut self, genesis: H256) -> Result<(), StoreError> {
        match self.state.genesis {
            Some(bound) if bound == genesis => Ok(()),
            Some(bound) => Err(StoreError::OtherChain { found: genesis, expected: bound }),
            None => self.change(Failpoint::default(), |state, _| {
                state.genesis = Some(genesis);
                Ok(())
            }),
        }
    }

    /// Makes a batch durable, atomically, as the next generation. Only after this returned may
    /// anything of it leave the process. A record that the log holds already is not appended again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] and [`StoreError::LabelUsed`] if a record contradicts the log;
    /// nothing changed then. After any other error the store has to be opened again.
    pub fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let genesis = self.state.genesis.ok_or(StoreError::NoChain)?;
        let mut new = Vec::with_capacity(batch.records.len());
        for record in &batch.records {
            if self.is_new(record)? && !new.contains(&record) {
                new.push(record);
            }
        }
        // Only where a share is about to be sent or a label punctured: a test can then prepare
        // everything else.
        let releases = new.iter().any(|record| !matches!(record, LogRecord::Bound { .. }));
        let failpoint = if releases { self.failpoint } else { Failpoint::default() };
        self.change(failpoint, |state, transaction| {
            for record in new {
                tables::insert_record(transaction, state.log.entries, record)?;
                if let LogRecord::Punctured { label, .. } = record {
                    state.root.puncture(&Label::from_bytes(*label));
                }
                state.log = state.log.append(genesis, record);
            }
            insert_notes(transaction, &batch.notes)?;
            if batch.finalised > state.finalised {
                state.finalised = batch.finalised;
            }
            failpoint.reach(CrashAt::InsideTransaction);
            Ok(())
        })?;
        for note in &batch.notes {
            self.notes.insert(note_key(note), note.clone());
        }
        Ok(())
    }

    /// What was released for a leaf in an attempt.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn released(
        &self,
        request: RequestId,
        attempt: Attempt,
        leaf: &LeafPath,
    ) -> Result<Option<Released>, StoreError> {
        self.get(RELEASED, &release_key(request, attempt, leaf), "release")
    }

    /// Everything released for a request, with its attempt.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn releases_of(&self, request: RequestId) -> Result<Vec<(Attempt, Released)>, StoreError> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(RELEASED)?;
        let (from, to) = request_range(request);
        let mut found = Vec::new();
        for row in table.range(from.as_slice()..=to.as_slice())? {
            let (key, value) = row?;
            let attempt = key.value().get(32).copied().unwrap_or_default();
            found.push((attempt, decode(value.value(), "release")?));
        }
        Ok(found)
    }

    /// The enrolment, by request and attempt, that used a label.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn label_owner(&self, label: &Label) -> Result<Option<(RequestId, Attempt)>, StoreError> {
        self.get(LABELS, label.as_bytes(), "label")
    }

    /// Hash of the token that this agent checked for an epoch of a key.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn bound_token(&self, key: KeyId, epoch: Epoch) -> Result<Option<H256>, StoreError> {
        self.get(TOKENS, &token_key(key, epoch), "token hash")
    }

    /// Notes that were not yet seen in finalised state.
    pub const fn notes(&self) -> &BTreeMap<NoteKey, AgentNote> {
        &self.notes
    }

    /// Forgets notes that finalised state holds, or never will.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn forget_notes(&mut self, keys: &[NoteKey]) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            let mut table = transaction.open_table(NOTES)?;
            for key in keys {
                table.remove(key.as_bytes())?;
            }
            Ok(())
        })?;
        for key in keys {
            self.notes.remove(key);
        }
        Ok(())
    }

    /// Attempts with a leaf that no enclave has acknowledged.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn undelivered(&self) -> Result<Vec<(RequestId, Attempt)>, StoreError> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(UNDELIVERED)?;
        let mut found = Vec::new();
        for row in table.iter()? {
            let (_, value) = row?;
            let attempt = decode(value.value(), "undelivered attempt")?;
            if found.last() != Some(&attempt) {
                found.push(attempt);
            }
        }
        Ok(found)
    }

    /// Records that an enclave has these leaves of an attempt, or that its time is over.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn acknowledge(
        &mut self,
        request: RequestId,
        attempt: Attempt,
        leaves: &[LeafPath],
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut table = transaction.open_table(UNDELIVERED)?;
            for leaf in leaves {
                table.remove(release_key(request, attempt, leaf).as_slice())?;
            }
            Ok(())
        })?;
        self.failpoint.reach(CrashAt::AfterAcknowledge);
        Ok(())
    }

    /// Gives up delivering an attempt: its deadline passed, or its request is over.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn give_up(&mut self, request: RequestId, attempt: Attempt) -> Result<(), StoreError> {
        if !self.undelivered()?.contains(&(request, attempt)) {
            return Ok(());
        }
        let (from, to) = tables::attempt_range(request, attempt);
        self.write(|transaction| {
            let mut table = transaction.open_table(UNDELIVERED)?;
            table.retain_in(from.as_slice()..=to.as_slice(), |_, _| false)?;
            Ok(())
        })
    }

    /// Whether the log lacks this record. The last line of defence: the service asks before it
    /// computes, this refuses to write.
    fn is_new(&self, record: &LogRecord) -> Result<bool, StoreError> {
        let (request, attempt, leaf, aad, label) = match record {
            LogRecord::Released { request, attempt, leaf, aad, .. } => {
                (*request, *attempt, leaf, *aad, None)
            }
            LogRecord::Contributed { request, attempt, leaf, aad, label, .. } => {
                (*request, *attempt, leaf, *aad, Some(Label::from_bytes(*label)))
            }
            LogRecord::Bound { key, epoch, token_hash } => {
                return match self.bound_token(*key, *epoch)? {
                    None => Ok(true),
                    Some(bound) if bound == *token_hash => Ok(false),
                    Some(_) => Err(StoreError::OtherToken { key: *key, epoch: *epoch }),
                };
            }
            LogRecord::Punctured { label, .. } => {
                return Ok(self.evaluate(&Label::from_bytes(*label)).is_ok());
            }
        };
        if let Some(label) = label {
            if self.label_owner(&label)?.is_some_and(|owner| owner != (request, attempt)) {
                return Err(StoreError::LabelUsed { label });
            }
        }
        match self.released(request, attempt, leaf)? {
            None => Ok(true),
            // `aad` names no window: under another label the same purpose is another mask.
            Some(former) if former.aad == aad && self.owns(label, request, attempt)? => Ok(false),
            Some(_) => Err(StoreError::Conflict { request, attempt, leaf: leaf.clone() }),
        }
    }

    /// Whether the label, if there is one, was used in this attempt.
    fn owns(
        &self,
        label: Option<Label>,
        request: RequestId,
        attempt: Attempt,
    ) -> Result<bool, StoreError> {
        let Some(label) = label else { return Ok(true) };
        Ok(self.label_owner(&label)? == Some((request, attempt)))
    }

    /// One change of generation.
    fn change(
        &mut self,
        failpoint: Failpoint,
        change: impl FnOnce(&mut RootState, &WriteTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.check_usable()?;
        self.broken = true;
        let transaction = self.database.begin_write()?;
        tables::create_all(&transaction)?;
        change(&mut self.state, &transaction)?;
        let sealed = self.state.seal(self.provider.as_mut())?;
        transaction.open_table(STATE)?.insert(SEALED, sealed.encode().as_slice())?;
        let head = self.head.write(&transaction, self.state.identity())?;
        failpoint.reach(CrashAt::BeforeCommit);
        transaction.commit()?;
        self.head.is_durable(head);
        failpoint.reach(CrashAt::AfterCommit);
        self.provider.commit(sealed.generation())?;
        self.broken = false;
        Ok(())
    }

    /// A change of what is not part of the generation.
    fn write(
        &mut self,
        change: impl FnOnce(&WriteTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.check_usable()?;
        let transaction = self.database.begin_write()?;
        change(&transaction)?;
        let head = self.head.write(&transaction, self.state.identity())?;
        transaction.commit()?;
        self.head.is_durable(head);
        Ok(())
    }

    fn check_usable(&self) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::Broken);
        }
        Ok(())
    }

    fn get<T: Decode>(
        &self,
        table: redb::TableDefinition<'static, &'static [u8], &'static [u8]>,
        key: &[u8],
        what: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(table)?;
        let Some(value) = table.get(key)? else { return Ok(None) };
        decode(value.value(), what).map(Some)
    }
}
