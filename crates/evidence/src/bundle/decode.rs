//! Reading a bundle: deterministic CBOR first, then the version, then its form, bounds included.

use core::fmt::{Display, Formatter, Result as FmtResult};

use regent_primitives::{
    bounds::{MAX_ATTEMPTS, MAX_TREE_DEPTH},
    AgentId, KeyId, PolicyHash, RequestId, H256,
};

use super::{
    Ancestry, Blocks, Bundle, Handoff, Head, Included, Log, OperationEvidence, Origin,
    PolicyEvidence, RefusalEvidence, ReleaseEvidence, TokenEvidence, LEAF_BYTES, MAX_BUNDLE_BYTES,
    MAX_ITEMS, SCHEMA, VERSION,
};
use crate::{
    cbor::{check, Malformed, Reader},
    field::Field,
    limits::limits,
    rule::Rule,
};

/// Why bytes are not a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// More bytes than a bundle may have.
    TooLarge {
        /// How many.
        found: usize,
    },
    /// Not deterministic CBOR, or not of a bundle's form.
    Malformed {
        /// The byte at which it was noticed.
        at: usize,
    },
    /// Another schema or version.
    UnknownVersion {
        /// The schema.
        schema: String,
        /// The version.
        version: u64,
    },
}

impl DecodeError {
    /// The rule it breaks.
    pub const fn rule(&self) -> Rule {
        match self {
            Self::TooLarge { .. } => Rule::TooLarge,
            Self::Malformed { .. } => Rule::Malformed,
            Self::UnknownVersion { .. } => Rule::UnknownVersion,
        }
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::TooLarge { found } => {
                write!(f, "{found} bytes, expected at most {MAX_BUNDLE_BYTES}; export less at once")
            }
            Self::Malformed { at } => {
                write!(f, "no bundle from byte {at} on; the file was changed, ask for it again")
            }
            Self::UnknownVersion { schema, version } => write!(
                f,
                "{schema:?} version {version}, expected {SCHEMA:?} version {VERSION}; update this \
                 program"
            ),
        }
    }
}

impl core::error::Error for DecodeError {}

impl From<Malformed> for DecodeError {
    fn from(Malformed(at): Malformed) -> Self {
        Self::Malformed { at }
    }
}

type Read<T> = Result<T, Malformed>;

/// Neighbours of an entry on the way to the root of its block's entries.
const MAX_PATH: usize = 32;
/// Nodes that lead from one commitment to a later one.
const MAX_PEAKS: usize = 64;

pub(super) fn bundle(bytes: &[u8]) -> Result<Bundle, DecodeError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(DecodeError::TooLarge { found: bytes.len() });
    }
    check(bytes)?;
    check_version(bytes)?;
    let mut reader = Reader::new(bytes);
    let bundle = read_bundle(&mut reader)?;
    reader.end()?;
    Ok(bundle)
}

/// What was checked already need not be checked again: keys are sorted, and each is there once.
fn check_version(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(bytes);
    let (mut schema, mut version) = (None, None);
    for _ in 0..reader.map()? {
        match reader.text()? {
            "schema" => schema = Some(reader.text()?),
            "version" => version = Some(reader.uint()?),
            _ => reader.skip()?,
        }
    }
    match (schema, version) {
        (Some(SCHEMA), Some(VERSION)) => Ok(()),
        (Some(schema), Some(version)) => {
            Err(DecodeError::UnknownVersion { schema: schema.into(), version })
        }
        _ => Err(DecodeError::Malformed { at: 0 }),
    }
}

/// A map whose keys are known, read in their order.
struct Map<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: u64,
}

impl<'r, 'a> Map<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>) -> Read<Self> {
        let left = reader.map()?;
        Ok(Self { reader, left })
    }

    /// Reads the value of a key that must come next.
    fn get<T>(&mut self, key: &str, read: impl FnOnce(&mut Reader<'a>) -> Read<T>) -> Read<T> {
        let at = self.reader.at();
        self.optional(key, read)?.ok_or(Malformed(at))
    }

    /// Reads the value of a key that may come next.
    fn optional<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Reader<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        let mut ahead = self.reader.clone();
        if self.left == 0 || ahead.text()? != key {
            return Ok(None);
        }
        *self.reader = ahead;
        self.left = self.left.saturating_sub(1);
        read(self.reader).map(Some)
    }

    fn end(self) -> Read<()> {
        if self.left == 0 {
            Ok(())
        } else {
            Err(Malformed(self.reader.at()))
        }
    }
}

fn list<T>(reader: &mut Reader<'_>, read: impl Fn(&mut Reader<'_>) -> Read<T>) -> Read<Vec<T>> {
    let at = reader.at();
    let count = reader.array()?;
    if count > MAX_ITEMS {
        return Err(Malformed(at));
    }
    (0..count).map(|_| read(reader)).collect()
}

/// A list whose items are strictly increasing.
fn sorted<T>(
    reader: &mut Reader<'_>,
    read: impl Fn(&mut Reader<'_>) -> Read<T>,
    before: impl Fn(&T, &T) -> bool,
) -> Read<Vec<T>> {
    let at = reader.at();
    let items = list(reader, read)?;
    if items.iter().zip(items.iter().skip(1)).all(|(one, next)| before(one, next)) {
        Ok(items)
    } else {
        Err(Malformed(at))
    }
}

fn hash(reader: &mut Reader<'_>) -> Read<H256> {
    let at = reader.at();
    let bytes: [u8; 32] = reader.bytes()?.try_into().map_err(|_| Malformed(at))?;
    Ok(H256(bytes))
}

fn number<T: TryFrom<u64>>(reader: &mut Reader<'_>) -> Read<T> {
    let at = reader.at();
    T::try_from(reader.uint()?).map_err(|_| Malformed(at))
}

fn bounded(reader: &mut Reader<'_>, limit: usize) -> Read<Vec<u8>> {
    let at = reader.at();
    match reader.bytes()? {
        bytes if bytes.len() <= limit => Ok(bytes.to_vec()),
        _ => Err(Malformed(at)),
    }
}

fn node(reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    bounded(reader, limits().node_bytes)
}

fn header(reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    bounded(reader, limits().header_bytes)
}

fn justification(reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    bounded(reader, limits().justification_bytes)
}

fn blob(reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    reader.bytes().map(<[u8]>::to_vec)
}

fn nodes(reader: &mut Reader<'_>) -> Read<Vec<Vec<u8>>> {
    sorted(reader, node, |one, next| one < next)
}

fn attempt(reader: &mut Reader<'_>) -> Read<u8> {
    let at = reader.at();
    match number::<u8>(reader)? {
        attempt if (1..=MAX_ATTEMPTS).contains(&attempt) => Ok(attempt),
        _ => Err(Malformed(at)),
    }
}

fn field(reader: &mut Reader<'_>) -> Read<Field> {
    let mut map = Map::new(reader)?;
    let field = match map.optional("salt", hash)? {
        Some(salt) => Field::Disclosed { salt, value: map.get("value", blob)? },
        None => Field::Withheld(map.get("digest", hash)?),
    };
    map.end()?;
    Ok(field)
}

fn read_bundle(reader: &mut Reader<'_>) -> Read<Bundle> {
    let mut map = Map::new(reader)?;
    let id = map.get("id", hash)?;
    let log = map.get("log", log)?;
    let head = map.get("head", head)?;
    let nodes = map.get("nodes", nodes)?;
    let origin = map.get("origin", origin)?;
    map.get("schema", |reader| reader.text().map(drop))?;
    let tokens = map.get("tokens", |reader| {
        sorted(reader, token, |one, next| (one.key, one.epoch) < (next.key, next.epoch))
    })?;
    let genesis = map.get("genesis", hash)?;
    map.get("version", |reader| reader.uint().map(drop))?;
    let at = map.reader.at();
    let handoffs = map.get("handoffs", |reader| list(reader, handoff))?;
    if handoffs.len() > limits().fragments {
        return Err(Malformed(at));
    }
    let policies =
        map.get("policies", |reader| sorted(reader, policy, |one, next| one.hash < next.hash))?;
    let operations =
        map.get("operations", |reader| sorted(reader, operation, |one, next| one.id < next.id))?;
    map.end()?;
    Ok(Bundle { id, genesis, origin, handoffs, head, nodes, log, policies, tokens, operations })
}

fn log(reader: &mut Reader<'_>) -> Read<Log> {
    let mut map = Map::new(reader)?;
    let from = map.get("from", Reader::uint)?;
    let head = map.get("head", hash)?;
    let root = map.get("root", hash)?;
    let count = map.get("count", Reader::uint)?;
    let blocks = map.get("blocks", |reader| list(reader, blocks))?;
    let leaves = map.get("leaves", Reader::uint)?;
    let entries = map.get("entries", |reader| list(reader, blob))?;
    let ancestry = map.optional("ancestry", ancestry)?;
    let included = map.get("included", |reader| list(reader, included))?;
    map.end()?;
    Ok(Log { count, head, from, entries, root, leaves, blocks, ancestry, included })
}

fn blocks(reader: &mut Reader<'_>) -> Read<Blocks> {
    let at = reader.at();
    let mut map = Map::new(reader)?;
    let items = map.get("items", |reader| list(reader, hash))?;
    let leaves = map.get("leaves", |reader| list(reader, leaf))?;
    map.end()?;
    if leaves.is_empty() || leaves.len() > limits().leaves {
        return Err(Malformed(at));
    }
    Ok(Blocks { leaves, items })
}

fn leaf(reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    let at = reader.at();
    match reader.bytes()? {
        bytes if bytes.len() == LEAF_BYTES => Ok(bytes.to_vec()),
        _ => Err(Malformed(at)),
    }
}

/// A list of so many hashes at most.
fn hashes(reader: &mut Reader<'_>, limit: usize) -> Read<Vec<H256>> {
    let at = reader.at();
    match list(reader, hash)? {
        hashes if hashes.len() <= limit => Ok(hashes),
        _ => Err(Malformed(at)),
    }
}

fn ancestry(reader: &mut Reader<'_>) -> Read<Ancestry> {
    let mut map = Map::new(reader)?;
    let root = map.get("root", hash)?;
    let items = map.get("items", |reader| hashes(reader, MAX_PEAKS))?;
    let peaks = map.get("peaks", |reader| hashes(reader, MAX_PEAKS))?;
    let leaves = map.get("leaves", Reader::uint)?;
    map.end()?;
    Ok(Ancestry { leaves, root, peaks, items })
}

fn included(reader: &mut Reader<'_>) -> Read<Included> {
    let at = reader.at();
    let mut map = Map::new(reader)?;
    let path = map.get("path", |reader| hashes(reader, MAX_PATH))?;
    let count: u32 = map.get("count", number)?;
    let entry = map.get("entry", blob)?;
    map.end()?;
    if count == 0 {
        return Err(Malformed(at));
    }
    Ok(Included { entry, count, path })
}

fn head(reader: &mut Reader<'_>) -> Read<Head> {
    let at = reader.at();
    let mut map = Map::new(reader)?;
    let run = map.get("run", |reader| list(reader, header))?;
    let justification = map.get("justification", justification)?;
    map.end()?;
    if run.is_empty() || run.len() > limits().headers {
        return Err(Malformed(at));
    }
    Ok(Head { run, justification })
}

fn origin(reader: &mut Reader<'_>) -> Read<Origin> {
    let mut map = Map::new(reader)?;
    let nodes = map.get("nodes", nodes)?;
    let header = map.get("header", header)?;
    map.end()?;
    Ok(Origin { header, nodes })
}

fn handoff(reader: &mut Reader<'_>) -> Read<Handoff> {
    let mut map = Map::new(reader)?;
    let header = map.get("header", header)?;
    let justification = map.get("justification", justification)?;
    map.end()?;
    Ok(Handoff { header, justification })
}

fn policy(reader: &mut Reader<'_>) -> Read<PolicyEvidence> {
    let mut map = Map::new(reader)?;
    let hash_of = map.get("hash", hash)?;
    let record = map.get("record", field)?;
    let successor = map.optional("successor", hash)?.map(PolicyHash);
    map.end()?;
    Ok(PolicyEvidence { hash: PolicyHash(hash_of), record, successor })
}

fn token(reader: &mut Reader<'_>) -> Read<TokenEvidence> {
    let mut map = Map::new(reader)?;
    let key = KeyId(map.get("key", hash)?);
    let epoch = map.get("epoch", number)?;
    let token = map.get("token", field)?;
    map.end()?;
    Ok(TokenEvidence { key, epoch, token })
}

fn operation(reader: &mut Reader<'_>) -> Read<OperationEvidence> {
    let at = reader.at();
    let mut map = Map::new(reader)?;
    let id = RequestId(map.get("id", hash)?);
    let record = map.get("record", field)?;
    let history = map.get("history", field)?;
    let payload = map.optional("payload", field)?;
    let receipt = map.optional("receipt", field)?;
    let refusals = map.get("refusals", |reader| {
        sorted(reader, refusal, |one, next| (one.attempt, one.agent) < (next.attempt, next.agent))
    })?;
    let released = map.optional("released", field)?;
    let releases = map.get("releases", |reader| {
        sorted(reader, release, |one, next| (one.attempt, &one.leaf) < (next.attempt, &next.leaf))
    })?;
    let sessions = map.get("sessions", |reader| list(reader, field))?;
    let approvals = map.optional("approvals", field)?;
    map.end()?;
    if sessions.len() > usize::from(MAX_ATTEMPTS) {
        return Err(Malformed(at));
    }
    Ok(OperationEvidence {
        id,
        record,
        history,
        payload,
        receipt,
        refusals,
        released,
        releases,
        sessions,
        approvals,
    })
}

fn release(reader: &mut Reader<'_>) -> Read<ReleaseEvidence> {
    let at = reader.at();
    let mut map = Map::new(reader)?;
    let leaf: Vec<u16> = map.get("leaf", |reader| list(reader, number))?;
    let note = map.get("note", field)?;
    let attempt = map.get("attempt", attempt)?;
    map.end()?;
    if leaf.is_empty() || leaf.len() > MAX_TREE_DEPTH as usize {
        return Err(Malformed(at));
    }
    Ok(ReleaseEvidence { attempt, leaf, note })
}

fn refusal(reader: &mut Reader<'_>) -> Read<RefusalEvidence> {
    let mut map = Map::new(reader)?;
    let note = map.get("note", field)?;
    let agent = AgentId(map.get("agent", hash)?);
    let attempt = map.get("attempt", attempt)?;
    map.end()?;
    Ok(RefusalEvidence { attempt, agent, note })
}
