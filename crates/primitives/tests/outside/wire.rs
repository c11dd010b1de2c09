//! Every type as which a stranger's bytes are decoded: a value has one encoding, within its bound,
//! and whatever can be asked of it gives an answer.

use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use regent_primitives::{
    agent_api::{LocalAgents, Wake, WorkItem},
    chain_proof::ChainProof,
    enclave_api::{Delivery, DeliveryStatus, EnclaveInfo, Execution, OpenSession, Outcome},
    policy::ChangeSignatures,
    runtime_api::{
        AgentRecord, ConsortiumStatus, InstitutionRecord, PolicyRecord, QuorumRecord, RequestState,
    },
    AccessTree, AgentNote, Approval, AuditEntry, Commitments, Effect, EpochRecord, Evidence,
    KeyRecord, LeafPath, Policy, RegenToken, RequestBody, RequestRecord, SealedShare, Session,
    SessionRecord, SignedApproval, SignedReceipt, H256,
};

macro_rules! types {
    ($($kind:ident $type:ty,)*) => {
        /// Name and check of every type; seeds name it by position, so that it is only added to.
        pub const TYPES: &[(&str, fn(&[u8]))] = &[$((stringify!($type), $kind::<$type>),)*];
    };
}

types! {
    stored AccessTree,
    stored LeafPath,
    stored Policy,
    stored ChangeSignatures,
    stored RequestBody,
    stored RequestRecord,
    stored Approval,
    stored SignedApproval,
    stored Effect,
    stored Evidence,
    stored Session,
    stored SessionRecord,
    stored Commitments,
    stored RegenToken,
    stored KeyRecord,
    stored SealedShare,
    stored AgentNote,
    stored SignedReceipt,
    stored AuditEntry,
    stored PolicyRecord,
    stored AgentRecord,
    stored QuorumRecord,
    stored InstitutionRecord,
    sent Wake,
    sent Vec<WorkItem>,
    sent LocalAgents,
    sent Vec<AgentNote>,
    sent EnclaveInfo,
    sent OpenSession,
    sent Delivery,
    sent DeliveryStatus,
    sent Execution,
    sent Outcome,
    sent RequestState,
    sent ConsortiumStatus,
    sent Vec<AuditEntry>,
    stored EpochRecord,
    sent ChainProof,
}

/// One byte for the type, then its bytes.
pub fn check(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let (_, check) = TYPES[usize::from(*which) % TYPES.len()];
    check(bytes);
    check_signed(bytes);
}

/// Of a type that the chain stores.
fn stored<T: Encode + Decode + MaxEncodedLen>(bytes: &[u8]) {
    if let Some(length) = read::<T>(bytes) {
        assert!(length <= T::max_encoded_len(), "{length} bytes");
    }
}

/// Of a type that is only sent.
fn sent<T: Encode + Decode>(bytes: &[u8]) {
    read::<T>(bytes);
}

/// Bytes that one value took.
fn read<T: Encode + Decode>(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    let value = T::decode(&mut rest).ok()?;
    let length = bytes.len() - rest.len();
    let encoded = &bytes[..length];
    assert_eq!(value.encode(), encoded, "a value has one encoding");
    assert_eq!(value.encoded_size(), length);
    assert!(T::decode_all(&mut &encoded[..length.saturating_sub(1)]).is_err(), "a part is none");
    assert_eq!(T::decode_all(&mut &*bytes).is_ok(), rest.is_empty(), "nothing is left over");
    Some(length)
}

/// Asking whose signature it is gives the same answer twice, and another chain another message.
fn check_signed(bytes: &[u8]) {
    let (genesis, other) = (H256::repeat_byte(1), H256::repeat_byte(2));
    if let Ok(approval) = SignedApproval::decode_all(&mut &*bytes) {
        assert_eq!(approval.verify(), approval.verify());
    }
    if let Ok(note) = AgentNote::decode_all(&mut &*bytes) {
        assert_eq!(note.verify(genesis), note.verify(genesis));
    }
    if let Ok(SignedReceipt { receipt, signature }) = SignedReceipt::decode_all(&mut &*bytes) {
        assert_ne!(receipt.message(genesis), receipt.message(other));
        let signed = SignedReceipt { receipt, signature };
        assert_eq!(signed.verify(genesis, &[3; 32]), signed.verify(genesis, &[3; 32]));
    }
}
