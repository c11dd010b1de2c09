//! What the vectors of refresh and reshare have in common: both start from the tokens of
//! `enrolment.json`.

use codec::Encode;
use regent_primitives::{
    hashing::{preimage, Tag},
    AccessTree, Algorithm, EnrolmentId, LeafPath, OperationKind, PolicyHash, RegenToken, RequestId,
    Session, SessionId, H256,
};
use serde_json::{json, Value};

use super::{
    enrolment::{params, MaskSteps},
    hex, session, session_json, Counting, GENESIS,
};
use crate::{
    groups::{with_group, PrimeGroup},
    regenerate, EnrolmentParams, Imported, NextEpoch, ReleaseContext, Share, SuccessionContext,
    SuccessionPart,
};

/// A case of `enrolment.json`.
pub(super) struct Old {
    pub(super) name: &'static str,
    pub(super) masks: Vec<MaskSteps>,
    pub(super) token: RegenToken,
}

impl Old {
    pub(super) fn new(
        name: &'static str,
        algorithm: Algorithm,
        tree: AccessTree,
        absent: &[usize],
        imported: Option<Imported>,
    ) -> Self {
        let params = params(algorithm, tree, enrolment_of(&session()));
        let masks = masks(&params);
        let present = (0..masks.len()).filter(|leaf| !absent.contains(leaf));
        let list = present.map(|leaf| (leaf, masks[leaf].contribution(leaf))).collect();
        let token = crate::enrol(&params, list, imported, &mut Counting(0xc0)).expect("enough");
        Self { name, masks, token }
    }

    pub(super) fn share(&self, leaf: usize) -> Share {
        regenerate(GENESIS, &self.token, leaf, &self.masks[leaf].mask).expect("fits")
    }

    pub(super) fn present(&self) -> Vec<usize> {
        (0..self.masks.len()).filter(|leaf| self.token.is_present(*leaf)).collect()
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "case": self.name,
            "epoch": self.token.epoch,
            "enrolment_id": hex(self.token.enrolment_id.0),
            "token": hex(self.token.encode()),
        })
    }
}

/// The steps to the mask of each leaf.
pub(super) fn masks(params: &EnrolmentParams) -> Vec<MaskSteps> {
    let leaves = params.tree.leaves();
    with_group!(params.algorithm.group(), G => steps::<G>(params, &leaves))
}

fn steps<G: PrimeGroup>(
    params: &EnrolmentParams,
    leaves: &[(LeafPath, regent_primitives::Participant)],
) -> Vec<MaskSteps> {
    leaves.iter().map(|(path, who)| MaskSteps::of::<G>(params, path, who)).collect()
}

fn enrolment_of(session: &Session) -> EnrolmentId {
    let Session { request, id, kem_public, signing_public, .. } = session;
    EnrolmentId::derive(GENESIS, *request, *id, kem_public, signing_public)
}

/// The session that makes the next epoch.
pub(super) fn next_session() -> Session {
    Session { id: SessionId(H256([0x57; 32])), request: RequestId(H256([0x58; 32])), ..session() }
}

pub(super) fn next_epoch(spare: u16) -> NextEpoch {
    NextEpoch {
        genesis: GENESIS,
        epoch: 1,
        window: 9,
        enrolment_id: enrolment_of(&next_session()),
        policy_hash: PolicyHash(H256([0x68; 32])),
        spare,
    }
}

/// What the cases of a file share.
pub(super) fn header(about: &str, cases: Vec<Value>) -> Value {
    let session = next_session();
    let fields = (session.request, session.id, &session.kem_public, session.signing_public);
    json!({
        "about": about,
        "genesis": hex(GENESIS),
        "session": session_json(&session),
        "operation_index": OPERATION.encode()[0],
        "payload_hash": hex(PAYLOAD),
        "policy_hash": hex(POLICY.0),
        "enrolment_id_preimage": hex(preimage(Tag::EnrolmentId, GENESIS, &fields)),
        "enrolment_id": hex(next_epoch(1).enrolment_id.0),
        "cases": cases,
    })
}

/// The kind of operation only has to be one: it is an input of the hash.
const OPERATION: OperationKind = OperationKind::Enrol;
const PAYLOAD: H256 = H256([0x64; 32]);
const POLICY: PolicyHash = PolicyHash(H256([0x62; 32]));

/// What a part is sealed to.
pub(super) fn aad(
    old: &RegenToken,
    next: &EnrolmentParams,
    leaf: &LeafPath,
    part: SuccessionPart,
) -> Value {
    let session = next_session();
    let release = ReleaseContext {
        genesis: GENESIS,
        request: session.request,
        attempt: session.attempt,
        session: &session,
        key: old.key_id,
        epoch: old.epoch,
        enrolment: old.enrolment_id,
        leaf,
        operation: OPERATION,
        payload_hash: PAYLOAD,
        policy: POLICY,
    };
    let context = SuccessionContext { release, part, next };
    json!({
        "part": part.encode()[0],
        "preimage": hex(context.preimage()),
        "aad": hex(context.aad()),
    })
}
