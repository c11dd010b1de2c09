//! `reshare.json`: from a token of `enrolment.json` to that of the next epoch, along another tree.

use codec::Encode;
use regent_primitives::{
    hashing::{hash, Tag},
    AccessTree, Algorithm,
};
use serde_json::{json, Value};

use super::{
    check, counting,
    enrolment::{
        coefficient, gate_commitments, imported, leaf_json, path_json, prk_bytes, seed_json,
        tree_json,
    },
    hex,
    succession::{aad, header, masks, next_epoch, Old},
    Counting, GENESIS,
};
use crate::{
    combine,
    combine::combine_root,
    enrolment::mix,
    groups::{with_group, PrimeGroup},
    regenerate,
    sharing::{leaf_path, split},
    succession::verify_reshare,
    testing::{agent, flat, nested},
    Contribution, EnrolmentParams, Reshare, SuccessionPart,
};

/// 2 of agents 3 to 6: one of them held a leaf before.
fn others() -> AccessTree {
    let agents: Vec<_> = (3..=6).map(agent).collect();
    AccessTree::threshold_of_agents(2, &agents).expect("a valid tree")
}

#[test]
fn vectors_reshare() {
    let two_of_three = |algorithm| Old::new("2 of 3", algorithm, flat(2, 3), &[], None);
    let mut cases = Vec::new();
    for algorithm in Algorithm::ALL {
        let old = two_of_three(algorithm);
        cases.push(case("another quorum", &old, &[0, 2], others(), &[]));
    }
    for algorithm in [Algorithm::EcdsaP256, Algorithm::Aes256Gcm] {
        let old = two_of_three(algorithm);
        cases.push(case("another tree", &old, &[0, 1, 2], nested(), &[]));
    }
    for algorithm in [Algorithm::EcdsaSecp256k1, Algorithm::Aes256Gcm] {
        let old = Old::new("nested", algorithm, nested(), &[], None);
        cases.push(case("from nested", &old, &old.present(), flat(2, 3), &[]));
    }
    let old = Old::new("absent leaf", Algorithm::Sr25519, flat(2, 4), &[1], None);
    cases.push(case("an absent leaf back, another absent", &old, &[2, 3], flat(2, 4), &[0]));
    for algorithm in [Algorithm::Ed25519, Algorithm::Aes256Gcm] {
        let old = Old::new("imported", algorithm, flat(2, 3), &[], Some(imported(algorithm)));
        cases.push(case("imported", &old, &[1, 2], others(), &[]));
    }
    let about = "Reshare, section 11. Each case starts from the case of enrolment.json with the name \
                 'old.case' and the same algorithm: 'shares' of its leaves make 'secret' again, which \
                 is dealt as in an enrolment, with the values of enrolment.json under the same names. \
                 aad preimages are as in refresh.json.";
    check("reshare.json", &header(about, cases));
}

fn case(name: &str, old: &Old, shares: &[usize], tree: AccessTree, absent: &[usize]) -> Value {
    with_group!(old.token.algorithm.group(), G => case_in::<G>(name, old, shares, tree, absent))
}

fn case_in<G: PrimeGroup>(
    name: &str,
    old: &Old,
    shares: &[usize],
    tree: AccessTree,
    absent: &[usize],
) -> Value {
    let reshare = Reshare::new(&old.token, &next_epoch(1), tree).expect("an epoch");
    let next = reshare.next();
    let steps = masks(next);
    let is_present = |leaf: &usize| !absent.contains(leaf);
    let contribute = |leaf: usize| steps[leaf].contribution(leaf);
    let shares_of = || shares.iter().map(|leaf| (*leaf, old.share(*leaf))).collect::<Vec<_>>();

    let enclave_entropy = counting::<64>(0xe0);
    let ordered: Vec<Option<Contribution>> =
        (0..steps.len()).map(|leaf| is_present(&leaf).then(|| contribute(leaf))).collect();
    let prk = mix(&ordered, &mut Counting(0xe0)).expect("counts");
    let root = combine_root(GENESIS, &old.token, shares_of()).expect("enough shares");
    let secret = G::scalar_from_bytes(&root.secret).expect("canonical");
    let mut coefficients = Vec::new();
    let sharing = split::<G>(&next.tree, &secret, |gate, index| {
        let (value, steps) = coefficient::<G>(next, &prk, gate, index);
        coefficients.push(steps);
        value
    })
    .expect("a tree");

    let present: Vec<_> = (0..steps.len()).filter(is_present).collect();
    let list = present.iter().map(|leaf| (*leaf, contribute(*leaf))).collect();
    let reshared =
        reshare.deal(shares_of(), list, &mut Counting(0xe0)).expect("enough on both sides");
    let token = reshared.token;
    assert_eq!(verify_reshare(&old.token, &token), Ok(()));
    let new_share = |leaf: &usize| {
        let share = regenerate(GENESIS, &token, *leaf, &steps[*leaf].mask).expect("fits");
        assert_eq!(share.as_bytes(), &G::scalar_to_bytes(&sharing.leaves[*leaf]));
        (*leaf, share)
    };
    let combined =
        combine(GENESIS, &token, present.iter().map(new_share).collect()).expect("satisfied");
    let old_shares = shares.iter().map(|leaf| {
        let path = leaf_path(&old.token.tree, *leaf).expect("a leaf");
        json!({
            "number": leaf,
            "path": path_json(&path),
            "share": hex(old.share(*leaf).as_bytes()),
            "aad": aad(&old.token, next, &path, SuccessionPart::Share),
        })
    });
    let old_shares: Vec<_> = old_shares.collect();
    let leaves = next.tree.leaves().into_iter().enumerate().map(|(leaf, (path, _))| {
        let mut json = leaf_json(next, &token, leaf, &path, &steps[leaf], &sharing);
        let part = aad(&old.token, next, &path, SuccessionPart::Mask);
        json.as_object_mut().expect("an object").insert("aad".into(), part);
        json
    });
    let leaves: Vec<_> = leaves.collect();
    let EnrolmentParams { key_id, algorithm, epoch, window, policy_hash, tree, .. } = next;
    json!({
        "name": name,
        "algorithm": algorithm.name(),
        "algorithm_index": algorithm.encode()[0],
        "group": format!("{:?}", algorithm.group()),
        "group_index": algorithm.group().encode()[0],
        "key_id": hex(key_id.0),
        "old": old.json(),
        "shares": old_shares,
        "used": reshared.used.iter().map(path_json).collect::<Vec<_>>(),
        "epoch": epoch,
        "window": window,
        "policy_hash": hex(policy_hash.0),
        "tree": tree_json(tree),
        "tree_encoded": hex(tree.encode()),
        "enclave_entropy": hex(enclave_entropy),
        "prk": hex(prk_bytes(&ordered, enclave_entropy)),
        "secret": hex(root.secret.as_slice()),
        "coefficients": coefficients,
        "gate_commitments": gate_commitments(&token),
        "seed": seed_json::<G>(&token, &secret),
        "public_key": hex(&token.public_key),
        "leaves": leaves,
        "token": hex(token.encode()),
        "token_hash": hex(hash(Tag::Result, GENESIS, &token)),
        "combined_from": combined.used.iter().map(path_json).collect::<Vec<_>>(),
    })
}
