//! `refresh.json`: from a token of `enrolment.json` to that of the next epoch, without its key.

use codec::Encode;
use regent_primitives::{
    hashing::{hash, Tag},
    Algorithm, Commitments,
};
use serde_json::{json, Value};

use super::{
    check, counting,
    enrolment::{coefficient, entropy, gate_commitments, path_json, prk_bytes, tree_json},
    hex,
    succession::{aad, header, masks, next_epoch, Old},
    Counting, GENESIS,
};
use crate::{
    combine,
    enrolment::mix,
    groups::{with_group, PrimeGroup},
    regenerate,
    sharing::split,
    succession::verify_refresh,
    testing::{flat, nested, succession::native},
    EnrolmentParams, Refresh, RefreshContribution, SuccessionPart,
};

#[test]
fn vectors_refresh() {
    let mut cases: Vec<_> = native()
        .map(|algorithm| case(&Old::new("2 of 3", algorithm, flat(2, 3), &[], None), &[], 1))
        .collect();
    for algorithm in
        [Algorithm::Sr25519, Algorithm::Ed25519, Algorithm::EcdsaSecp256k1, Algorithm::EcdsaP256]
    {
        cases.push(case(&Old::new("nested", algorithm, nested(), &[], None), &[], 1));
    }
    // Leaf 1 was absent before; now leaf 3 is silent too, and the owner accepts the two that are left.
    let old = Old::new("absent leaf", Algorithm::Sr25519, flat(2, 4), &[1], None);
    cases.push(case(&old, &[3], 0));
    let about = "Refresh, section 11. Each case starts from the case of enrolment.json with the name \
                 'old.case' and the same algorithm, and has its tree. difference is old mask minus new \
                 mask; contribution is difference and entropy. prk is HKDF-Extract(enclave_entropy, \
                 (leaf number as u32 little-endian, entropy) of each leaf that contributed); \
                 coefficients of z are expanded as an enrolment's; the constant term of its root is 0. \
                 aad preimages are SCALE of (tag, genesis, fields of a release, part, new epoch, \
                 window, enrolment id, policy hash, tree).";
    check("refresh.json", &header(about, cases));
}

fn case(old: &Old, silent: &[usize], spare: u16) -> Value {
    with_group!(old.token.algorithm.group(), G => case_in::<G>(old, silent, spare))
}

fn case_in<G: PrimeGroup>(old: &Old, silent: &[usize], spare: u16) -> Value {
    let refresh = Refresh::new(&old.token, &next_epoch(spare)).expect("native");
    let next = refresh.next();
    let new_masks = masks(next);
    let contribute = |leaf: usize| {
        let (before, after) = (&old.masks[leaf].leaf_seed, &new_masks[leaf].leaf_seed);
        refresh.contribute(leaf, before, after, entropy(leaf)).expect("its own leaf")
    };
    let sends = |leaf: &usize| old.token.is_present(*leaf) && !silent.contains(leaf);
    let senders: Vec<_> = (0..new_masks.len()).filter(sends).collect();

    let enclave_entropy = counting::<64>(0xd0);
    let ordered: Vec<Option<RefreshContribution>> =
        (0..new_masks.len()).map(|leaf| sends(&leaf).then(|| contribute(leaf))).collect();
    let prk = mix(&ordered, &mut Counting(0xd0)).expect("counts");
    let mut coefficients = Vec::new();
    let z = split::<G>(&next.tree, &G::Scalar::from(0), |gate, index| {
        let (value, steps) = coefficient::<G>(next, &prk, gate, index);
        coefficients.push(steps);
        value
    })
    .expect("a tree");

    let list = senders.iter().map(|leaf| (*leaf, contribute(*leaf))).collect();
    let token = refresh.deal(list, &mut Counting(0xd0)).expect("enough leaves");
    assert_eq!(verify_refresh(&old.token, &token), Ok(()));
    let share = |leaf: usize| {
        regenerate(GENESIS, &token, leaf, &new_masks[leaf].mask).expect("fits the new token")
    };
    let shares = senders.iter().map(|leaf| (*leaf, share(*leaf))).collect();
    let combined = combine(GENESIS, &token, shares).expect("satisfied");
    let leaves = next.tree.leaves().into_iter().enumerate().map(|(leaf, (path, _))| {
        json!({
            "number": leaf,
            "path": path_json(&path),
            "agent": hex(new_masks[leaf].agent),
            "root_seed": hex(new_masks[leaf].root_seed),
            "old_mask": hex(old.masks[leaf].mask.scalar.as_slice()),
            "new": new_masks[leaf].json(),
            "sent": sends(&leaf).then(|| {
                let body = contribute(leaf).encode();
                json!({
                    "difference": hex(&body[..32]),
                    "entropy": hex(&body[32..]),
                    "contribution": hex(body.as_slice()),
                    "aad": aad(&old.token, next, &path, SuccessionPart::Difference),
                    "share": hex(share(leaf).as_bytes()),
                })
            }),
            "z": hex(G::scalar_to_bytes(&z.leaves[leaf])),
            "correction": token.corrections[leaf].map(hex),
            "image": image(&token.commitments, leaf),
        })
    });
    let leaves: Vec<_> = leaves.collect();
    let EnrolmentParams { key_id, algorithm, epoch, window, policy_hash, tree, .. } = next;
    json!({
        "name": old.name,
        "algorithm": algorithm.name(),
        "algorithm_index": algorithm.encode()[0],
        "group": format!("{:?}", algorithm.group()),
        "group_index": algorithm.group().encode()[0],
        "key_id": hex(key_id.0),
        "old": old.json(),
        "epoch": epoch,
        "window": window,
        "policy_hash": hex(policy_hash.0),
        "tree": tree_json(tree),
        "tree_encoded": hex(tree.encode()),
        "enclave_entropy": hex(enclave_entropy),
        "prk": hex(prk_bytes(&ordered, enclave_entropy)),
        "coefficients": coefficients,
        "gate_commitments": gate_commitments(&token),
        "public_key": hex(&token.public_key),
        "leaves": leaves,
        "token": hex(token.encode()),
        "token_hash": hex(hash(Tag::Result, GENESIS, &token)),
        "combined_from": combined.used.iter().map(path_json).collect::<Vec<_>>(),
    })
}

fn image(commitments: &Commitments, leaf: usize) -> String {
    match commitments {
        Commitments::Native { leaves, .. } => hex(&leaves[leaf]),
        Commitments::Seed { .. } => panic!("a native token"),
    }
}
