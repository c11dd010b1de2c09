//! Names, and what values are made of.

use regent_primitives::{
    access_tree::LeafPath, release::RawSignature, AccountId, AgentId, BoundedVec, EnrolmentId,
    KeyId, PolicyHash, RequestId, SessionId, H256,
};

pub const GENESIS: H256 = H256([0x47; 32]);
pub const HASH: H256 = H256([0x11; 32]);
pub const OTHER: H256 = H256([0x22; 32]);
pub const KEY: KeyId = KeyId(H256([0x4b; 32]));
pub const REQUEST: RequestId = RequestId(H256([0x52; 32]));
pub const POLICY: PolicyHash = PolicyHash(H256([0x50; 32]));
pub const SESSION: SessionId = SessionId(H256([0x53; 32]));
pub const ENROLMENT: EnrolmentId = EnrolmentId(H256([0x45; 32]));
pub const AGENT: AgentId = AgentId(H256([0xa1; 32]));

pub fn bounded<T, S: sp_core::Get<u32>>(items: Vec<T>) -> BoundedVec<T, S> {
    BoundedVec::try_from(items).ok().expect("within its bound")
}

pub fn account(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

pub fn raw(number: u8) -> RawSignature {
    RawSignature::from_raw([number; 64])
}

pub fn path(children: &[u16]) -> LeafPath {
    LeafPath(bounded(children.to_vec()))
}
