//! Proofs are asked for by keys that `regent-proof` computes without the pallets: a wrong one would
//! read as a proven absence.

use codec::Encode;
use regent_primitives::{
    access_tree::LeafPath, traits::AuditLog, AccountId, AgentId, AuditEntry, AuditEvent, KeyId,
    PolicyHash, RequestId, SessionKeys, Subject, H256,
};
use regent_proof::layout;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{Audit, Runtime, System};

#[test]
fn keys_are_where_the_pallets_keep_their_values() {
    let hash = H256::repeat_byte(7);
    let (id, key, policy) = (RequestId(hash), KeyId(hash), PolicyHash(hash));
    let (agent, leaf) = (AgentId(hash), LeafPath::default());
    let member = AccountId::new(hash.0);
    let pairs = [
        (
            layout::block_hash(5).bytes().to_vec(),
            frame_system::BlockHash::<Runtime>::hashed_key_for(5),
        ),
        (
            layout::mmr_root().bytes().to_vec(),
            pallet_mmr::RootHash::<Runtime>::hashed_key().to_vec(),
        ),
        (
            layout::mmr_leaves().bytes().to_vec(),
            pallet_mmr::NumberOfLeaves::<Runtime>::hashed_key().to_vec(),
        ),
        (
            layout::session_length().bytes().to_vec(),
            pallet_regent_consortium::SessionLength::<Runtime>::hashed_key().to_vec(),
        ),
        (
            layout::validators().bytes().to_vec(),
            pallet_session::Validators::<Runtime>::hashed_key().to_vec(),
        ),
        (
            layout::next_validators().bytes().to_vec(),
            pallet_session::QueuedKeys::<Runtime>::hashed_key().to_vec(),
        ),
        (
            layout::session_keys(&member).bytes().to_vec(),
            pallet_session::NextKeys::<Runtime>::hashed_key_for(member.clone()),
        ),
        (
            layout::cash_terms().bytes().to_vec(),
            pallet_regent_cash::Terms::<Runtime>::hashed_key().to_vec(),
        ),
        (
            layout::request(id).bytes().to_vec(),
            pallet_regent_requests::Requests::<Runtime>::hashed_key_for(id),
        ),
        (
            layout::payload(id).bytes().to_vec(),
            pallet_regent_requests::Payloads::<Runtime>::hashed_key_for(id),
        ),
        (
            layout::approvals(id).bytes().to_vec(),
            pallet_regent_requests::Approvals::<Runtime>::hashed_key_for(id),
        ),
        (
            layout::released(id).bytes().to_vec(),
            pallet_regent_requests::Released::<Runtime>::hashed_key_for(id),
        ),
        (
            layout::release(id, 2, leaf.clone()).bytes().to_vec(),
            pallet_regent_requests::Releases::<Runtime>::hashed_key_for(id, (2, leaf)),
        ),
        (
            layout::refusal(id, 2, agent).bytes().to_vec(),
            pallet_regent_requests::Refusals::<Runtime>::hashed_key_for(id, (2, agent)),
        ),
        (
            layout::receipt(id).bytes().to_vec(),
            pallet_regent_requests::Receipts::<Runtime>::hashed_key_for(id),
        ),
        (
            layout::session(id, 2).bytes().to_vec(),
            pallet_regent_enclaves::Sessions::<Runtime>::hashed_key_for(id, 2),
        ),
        (
            layout::token(key, 3).bytes().to_vec(),
            pallet_regent_keys::Tokens::<Runtime>::hashed_key_for(key, 3),
        ),
        (
            layout::key_entry(key).bytes().to_vec(),
            pallet_regent_keys::Entries::<Runtime>::hashed_key_for(key),
        ),
        (
            layout::epoch_status(key, 3).bytes().to_vec(),
            pallet_regent_keys::Statuses::<Runtime>::hashed_key_for(key, 3),
        ),
        (
            layout::freeze(key).bytes().to_vec(),
            pallet_regent_keys::Freezes::<Runtime>::hashed_key_for(key),
        ),
        (
            layout::policy(policy).bytes().to_vec(),
            pallet_regent_policies::Policies::<Runtime>::hashed_key_for(policy),
        ),
        (
            layout::successor(policy).bytes().to_vec(),
            pallet_regent_policies::Successors::<Runtime>::hashed_key_for(policy),
        ),
        (
            layout::member(&member).bytes().to_vec(),
            pallet_regent_consortium::Members::<Runtime>::hashed_key_for(member),
        ),
        (
            layout::agent(agent).bytes().to_vec(),
            pallet_regent_quorums::Agents::<Runtime>::hashed_key_for(agent),
        ),
        (
            layout::quorum(4).bytes().to_vec(),
            pallet_regent_quorums::Quorums::<Runtime>::hashed_key_for(4),
        ),
    ];
    for (at, (computed, kept)) in pairs.into_iter().enumerate() {
        assert_eq!(computed, kept, "pair {at}");
    }
}

#[test]
fn the_log_is_where_it_is_looked_for() {
    super::chain("development").execute_with(|| {
        let subject = Subject::Key(KeyId(H256::repeat_byte(7)));
        Audit::append(
            subject.clone(),
            AuditEvent::KeyActivated { epoch: 0, accepted_by_owner: false },
        );
        let kept =
            |key: &[u8]| frame_support::storage::unhashed::get_raw(key).expect("it is there");
        let decode = |bytes: Vec<u8>| -> AuditEntry {
            codec::DecodeAll::decode_all(&mut bytes.as_slice()).expect("an entry")
        };
        let count: u64 =
            codec::DecodeAll::decode_all(&mut kept(layout::audit_count().bytes()).as_slice())
                .expect("a number");
        let entry = decode(kept(layout::audit_entry(count - 1).bytes()));
        assert_eq!(entry.subject, subject);
        let head = kept(layout::audit_head().bytes());
        assert_eq!(head, kept(layout::audit_subject_head(&subject).bytes()));
        assert_eq!(entry.block, System::block_number());
    });
}

#[test]
fn the_version_is_where_it_is_looked_for() {
    super::chain("development").execute_with(|| {
        let expected = (codec::Compact(crate::VERSION.spec_version), "regent".to_owned());
        frame_system::LastRuntimeUpgrade::<Runtime>::put(frame_system::LastRuntimeUpgradeInfo {
            spec_version: codec::Compact(crate::VERSION.spec_version),
            spec_name: "regent".into(),
        });
        let kept = frame_support::storage::unhashed::get(layout::runtime_version().bytes());
        assert_eq!(kept, Some(expected));
    });
}

#[test]
fn the_authorities_are_where_they_are_looked_for() {
    super::chain("development").execute_with(|| {
        let keys = layout::authorities();
        let kept = frame_support::storage::unhashed::get_raw(keys.authorities.bytes());
        let expected = crate::Grandpa::grandpa_authorities();
        assert!(!expected.is_empty());
        assert_eq!(kept, Some(expected.encode()));
        assert!(frame_support::storage::unhashed::exists(layout::CODE));
    });
}

#[test]
fn a_validators_keys_are_read_as_the_runtime_has_them() {
    let alice = Sr25519Keyring::Alice;
    let (aura, grandpa) = (alice.public(), Ed25519Keyring::Alice.public());
    let of_runtime = crate::SessionKeys { aura: aura.into(), grandpa: grandpa.into() };
    let keys = SessionKeys { aura: aura.0, grandpa: grandpa.0 };
    assert_eq!(keys.encode(), of_runtime.encode());
    super::chain("development").execute_with(|| {
        let kept = |key: &[u8]| frame_support::storage::unhashed::get_raw(key);
        let account = alice.to_account_id();
        let set = layout::session_keys(&account);
        assert_eq!(kept(set.bytes()), Some(keys.encode()));
        assert_eq!(kept(layout::validators().bytes()), Some(vec![account.clone()].encode()));
        let next = vec![(account, keys)];
        assert_eq!(kept(layout::next_validators().bytes()), Some(next.encode()));
    });
}
