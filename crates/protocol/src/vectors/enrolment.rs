//! `enrolment.json`: from device roots and entropy to a token, and back to the key.

use codec::Encode;
use regent_primitives::{
    hashing::{hash, preimage, Tag},
    AccessTree, Algorithm, Commitments, EnrolmentId, KeyId, KeyKind, LeafPath, Participant,
    PolicyHash, RegenToken, TreeNode, H256,
};
use serde_json::{json, Map, Value};
use zeroize::Zeroizing;

use super::{check, counting, hex, path, scalar, session, session_json, Counting, GENESIS};
use crate::{
    combine,
    commitments::SeedContext,
    enrolment::{mix, Contributed},
    groups::{with_group, PrimeGroup},
    kdf::{self, Prk},
    operations::material_bytes,
    regenerate,
    seed_key::Seed,
    sharing::{split, Sharing},
    testing::{flat, nested},
    Contribution, DeviceRoot, EnrolmentParams, Imported, Label, LeafSeed, Mask, MaskContext,
};

#[test]
fn vectors_enrolment() {
    let session = session();
    let enrolment = EnrolmentId::derive(
        GENESIS,
        session.request,
        session.id,
        &session.kem_public,
        &session.signing_public,
    );
    let fields = (session.request, session.id, &session.kem_public, session.signing_public);
    let mut cases = Vec::new();
    for algorithm in Algorithm::ALL {
        cases.push(case("2 of 3", algorithm, flat(2, 3), enrolment, &[], None));
    }
    for algorithm in [
        Algorithm::Sr25519,
        Algorithm::Ed25519,
        Algorithm::EcdsaSecp256k1,
        Algorithm::EcdsaP256,
        Algorithm::Aes256Gcm,
    ] {
        cases.push(case("nested", algorithm, nested(), enrolment, &[], None));
    }
    cases.push(case("absent leaf", Algorithm::Sr25519, flat(2, 4), enrolment, &[1], None));
    for algorithm in [Algorithm::Ed25519, Algorithm::Aes256Gcm] {
        let imported = Some(imported(algorithm));
        cases.push(case("imported", algorithm, flat(2, 3), enrolment, &[], imported));
    }
    let vectors = json!({
        "about": "Enrolment, section 6. Hash preimages are SCALE of (tag, genesis, fields); okm is \
                  HKDF-Expand with SHA-512, the 64 bytes of which a group reduces 64 (little-endian) \
                  or the first 48 (big-endian). Leaves and gates are in preorder. prk is \
                  HKDF-Extract(enclave_entropy, (leaf number as u32 little-endian, entropy) of each \
                  leaf that is present).",
        "genesis": hex(GENESIS),
        "session": session_json(&session),
        "enrolment_id_preimage": hex(preimage(Tag::EnrolmentId, GENESIS, &fields)),
        "enrolment_id": hex(enrolment.0),
        "cases": cases,
    });
    check("enrolment.json", &vectors);
}

/// The key of the cases that import one: a scalar, or 32 bytes of material.
pub(super) fn imported(algorithm: Algorithm) -> Imported {
    match algorithm.kind() {
        KeyKind::Native => Imported::Scalar(Zeroizing::new(scalar())),
        KeyKind::Seed => Imported::Material(Zeroizing::new(counting::<32>(0x80).to_vec())),
    }
}

/// What every case enrols, but for these.
pub(super) fn params(
    algorithm: Algorithm,
    tree: AccessTree,
    enrolment_id: EnrolmentId,
) -> EnrolmentParams {
    EnrolmentParams {
        genesis: GENESIS,
        key_id: KeyId(H256([0x61; 32])),
        algorithm,
        epoch: 0,
        window: 7,
        enrolment_id,
        tree,
        policy_hash: PolicyHash(H256([0x62; 32])),
    }
}

fn case(
    name: &str,
    algorithm: Algorithm,
    tree: AccessTree,
    enrolment_id: EnrolmentId,
    absent: &[usize],
    imported: Option<Imported>,
) -> Value {
    let params = params(algorithm, tree, enrolment_id);
    with_group!(algorithm.group(), G => case_in::<G>(name, &params, absent, imported))
}

fn case_in<G: PrimeGroup>(
    name: &str,
    params: &EnrolmentParams,
    absent: &[usize],
    imported: Option<Imported>,
) -> Value {
    let leaves = params.tree.leaves();
    let masks: Vec<_> =
        leaves.iter().map(|(path, who)| MaskSteps::of::<G>(params, path, who)).collect();
    let is_present = |leaf: &usize| !absent.contains(leaf);
    let contribution = |leaf: usize| masks[leaf].contribution(leaf);
    let present = || (0..leaves.len()).filter(is_present);

    let enclave_entropy = counting::<64>(0xc0);
    let ordered: Vec<_> =
        (0..leaves.len()).map(|leaf| is_present(&leaf).then(|| contribution(leaf))).collect();
    let prk = mix(&ordered, &mut Counting(0xc0)).expect("counts");
    let imported_json = match &imported {
        None => Value::Null,
        Some(Imported::Scalar(bytes)) => json!(hex(bytes.as_slice())),
        Some(Imported::Material(bytes)) => json!(hex(bytes.as_slice())),
    };
    let secret = match &imported {
        Some(Imported::Scalar(bytes)) => G::scalar_from_bytes(bytes).expect("canonical"),
        _ => G::reduce_wide(&prk.expand(&params.secret_info())),
    };
    let mut coefficients = Vec::new();
    let sharing = split::<G>(&params.tree, &secret, |gate, index| {
        let (value, steps) = coefficient::<G>(params, &prk, gate, index);
        coefficients.push(steps);
        value
    })
    .expect("a tree");

    let list = present().map(|leaf| (leaf, contribution(leaf))).collect();
    let token = crate::enrol(params, list, imported, &mut Counting(0xc0)).expect("enough leaves");
    let shares = present()
        .map(|leaf| {
            let share = regenerate(GENESIS, &token, leaf, &masks[leaf].mask).expect("fits");
            assert_eq!(share.as_bytes(), &G::scalar_to_bytes(&sharing.leaves[leaf]));
            (leaf, share)
        })
        .collect();
    let combined = combine(GENESIS, &token, shares).expect("satisfied");

    json!({
        "name": name,
        "algorithm": params.algorithm.name(),
        "algorithm_index": params.algorithm.encode()[0],
        "group": format!("{:?}", params.algorithm.group()),
        "group_index": params.algorithm.group().encode()[0],
        "key_id": hex(params.key_id.0),
        "epoch": params.epoch,
        "window": params.window,
        "policy_hash": hex(params.policy_hash.0),
        "tree": tree_json(&params.tree),
        "tree_encoded": hex(params.tree.encode()),
        "enclave_entropy": hex(enclave_entropy),
        "prk": hex(prk_bytes(&ordered, enclave_entropy)),
        "imported": imported_json,
        "secret_info": hex(params.secret_info()),
        "secret_okm": hex(&prk.expand(&params.secret_info())[..G::WIDE_BYTES]),
        "secret": hex(G::scalar_to_bytes(&secret)),
        "coefficients": coefficients,
        "gate_commitments": gate_commitments(&token),
        "seed": seed_json::<G>(&token, &secret),
        "public_key": hex(&token.public_key),
        "leaves": leaves.iter().enumerate().map(|(leaf, (path, _))| {
            leaf_json(params, &token, leaf, path, &masks[leaf], &sharing)
        }).collect::<Vec<_>>(),
        "token": hex(token.encode()),
        "token_hash": hex(hash(Tag::Result, GENESIS, &token)),
        "combined_from": combined.used.iter().map(path_json).collect::<Vec<_>>(),
    })
}

pub(super) fn path_json(leaf: &LeafPath) -> Vec<u16> {
    path(leaf)
}

/// `HKDF-Extract` again, by the library.
pub(super) fn prk_bytes<C: Contributed>(contributions: &[Option<C>], own: [u8; 64]) -> Vec<u8> {
    let mut ikm = Vec::new();
    for (leaf, contribution) in (0u32..).zip(contributions) {
        if let Some(contribution) = contribution {
            ikm.extend_from_slice(&leaf.to_le_bytes());
            ikm.extend_from_slice(contribution.entropy());
        }
    }
    hkdf::Hkdf::<sha2::Sha512>::extract(Some(&own), &ikm).0.to_vec()
}

pub(super) fn tree_json(tree: &AccessTree) -> Value {
    let node = |node: &TreeNode| match node {
        TreeNode::Gate { threshold, children } => {
            json!({ "gate": { "threshold": threshold, "children": children } })
        }
        TreeNode::Leaf(Participant::Agent(agent)) => json!({ "agent": hex(agent.0) }),
        TreeNode::Leaf(_) => panic!("only agents in vectors"),
    };
    tree.nodes().iter().map(node).collect()
}

/// One mask, with all that leads to it.
pub(super) struct MaskSteps {
    pub(super) agent: H256,
    pub(super) root_seed: [u8; 32],
    label_preimage: Vec<u8>,
    label: Label,
    pub(super) leaf_seed: LeafSeed,
    info: Vec<u8>,
    okm: Vec<u8>,
    pub(super) mask: Mask,
}

impl MaskSteps {
    pub(super) fn of<G: PrimeGroup>(
        params: &EnrolmentParams,
        leaf: &LeafPath,
        who: &Participant,
    ) -> Self {
        let Participant::Agent(agent) = who else { panic!("only agents in vectors") };
        let EnrolmentParams { genesis, window, key_id, epoch, enrolment_id, .. } = *params;
        // The root of agent n is 32 bytes that count upwards from 16 n.
        let first = agent.0[0] << 4;
        let root = DeviceRoot::generate(&mut Counting(first)).expect("random bytes");
        let label = Label::derive(genesis, window, key_id, epoch, enrolment_id);
        let seed = root.evaluate(&label).expect("not punctured");
        let context = MaskContext {
            genesis,
            key: key_id,
            epoch,
            enrolment: enrolment_id,
            leaf,
            group: params.algorithm.group(),
        };
        let okm = kdf::expand(seed.as_bytes(), &context.info());
        let mask = Mask::derive(&seed, &context);
        assert_eq!(*mask.scalar, G::scalar_to_bytes(&G::reduce_wide(&okm)));
        Self {
            agent: agent.0,
            root_seed: counting(first),
            label_preimage: preimage(Tag::Label, genesis, &(key_id, epoch, enrolment_id)),
            label,
            leaf_seed: seed,
            info: context.info(),
            okm: okm[..G::WIDE_BYTES].to_vec(),
            mask,
        }
    }

    pub(super) fn contribution(&self, leaf: usize) -> Contribution {
        let mask = Mask { group: self.mask.group, scalar: self.mask.scalar.clone() };
        Contribution::new(mask, entropy(leaf))
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "label_preimage": hex(&self.label_preimage),
            "label": hex(self.label.as_bytes()),
            "leaf_seed": hex(self.leaf_seed.as_bytes()),
            "mask_info": hex(&self.info),
            "mask_okm": hex(&self.okm),
            "mask": hex(self.mask.scalar.as_slice()),
        })
    }
}

/// The entropy of leaf n is 32 bytes that count upwards from 32 n + 1.
pub(super) fn entropy(leaf: usize) -> [u8; 32] {
    counting((leaf as u8).wrapping_mul(32).wrapping_add(1))
}

pub(super) fn leaf_json<G: PrimeGroup>(
    params: &EnrolmentParams,
    token: &RegenToken,
    leaf: usize,
    leaf_path: &LeafPath,
    steps: &MaskSteps,
    sharing: &Sharing<G>,
) -> Value {
    let share = G::scalar_to_bytes(&sharing.leaves[leaf]);
    let contribution = steps.contribution(leaf);
    let mut json = json!({
        "number": leaf,
        "path": path(leaf_path),
        "path_encoded": hex(leaf_path.encode()),
        "agent": hex(steps.agent),
        "root_seed": hex(steps.root_seed),
        "entropy": hex(contribution.entropy.as_slice()),
        "contribution": hex(contribution.encode().as_slice()),
        "share": hex(share),
        "correction": token.corrections[leaf].map(hex),
    });
    let object: &mut Map<_, _> = json.as_object_mut().expect("an object");
    object.extend(steps.json().as_object().expect("an object").clone());
    match &token.commitments {
        Commitments::Native { leaves, .. } => {
            object.insert("image".into(), json!(hex(&leaves[leaf])));
        }
        Commitments::Seed { leaves, .. } => {
            let context = SeedContext::of(params.genesis, token);
            let preimage = context.leaf_preimage(leaf_path, &share);
            object.insert("commitment_preimage".into(), json!(hex(preimage.as_slice())));
            object.insert("commitment".into(), json!(hex(leaves[leaf])));
        }
    }
    json
}

pub(super) fn coefficient<G: PrimeGroup>(
    params: &EnrolmentParams,
    prk: &Prk,
    gate: u32,
    index: u32,
) -> (G::Scalar, Value) {
    let info = params.coefficient_info(gate, index);
    let okm = prk.expand(&info);
    let value = G::reduce_wide(&okm);
    let steps = json!({
        "gate": gate,
        "index": index,
        "info": hex(&info),
        "okm": hex(&okm[..G::WIDE_BYTES]),
        "value": hex(G::scalar_to_bytes(&value)),
    });
    (value, steps)
}

pub(super) fn gate_commitments(token: &RegenToken) -> Value {
    match &token.commitments {
        Commitments::Native { gates, .. } => gates.iter().map(hex).collect(),
        Commitments::Seed { .. } => Value::Null,
    }
}

/// What is expanded from a seed.
pub(super) fn seed_json<G: PrimeGroup>(token: &RegenToken, secret: &G::Scalar) -> Value {
    if token.algorithm.kind() == KeyKind::Native {
        return Value::Null;
    }
    let seed = G::scalar_to_bytes(secret);
    let (key, algorithm) = (token.key_id, token.algorithm);
    let expanded = Seed::new(GENESIS, key, algorithm, &seed);
    let bytes = material_bytes(algorithm).expect("a seed algorithm");
    json!({
        "check_info": hex(preimage(Tag::SeedCheck, GENESIS, &(key, algorithm))),
        "check": hex(expanded.check()),
        "material_info": hex(preimage(Tag::OperationKey, GENESIS, &(key, algorithm, 0u8))),
        "material": hex(&expanded.material()[..bytes]),
        "wrapping_info": hex(preimage(Tag::OperationKey, GENESIS, &(key, algorithm, 1u8))),
        "wrapped": token.wrapped.as_ref().map(hex),
    })
}
