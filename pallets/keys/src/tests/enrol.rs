use super::*;
use regent_primitives::{receipt::result_hash, AccessTree, BoundedVec, PolicyHash, TreeNode};

fn refused(token: RegenToken, error: Error<Test>) {
    assert_noop!(<Keys as KeyRegistry>::enrol(token, account(ALICE), QUORUM, REQUEST), error);
}

#[test]
fn enrol_works() {
    run(|| {
        let token = token(1, tree(3, 5), &[4]);
        let key = enrol(&token);
        let record = <Keys as KeyRegistry>::key(&key).expect("stored");
        assert_eq!(record.token, token);
        assert_eq!(record.owner, account(ALICE));
        assert_eq!(record.quorum, QUORUM);
        assert_eq!(record.state, KeyState::Pending);
        assert_eq!(record.enrolled_at, 25);
        assert!(!record.chain_authority);
        assert_eq!(record.confirmed, [0; 32]);

        let entry = Audit::entries(0, 1).remove(0);
        assert_eq!(entry.subject, Subject::Key(key));
        let token_hash = result_hash(GENESIS, &token);
        assert_eq!(entry.event, AuditEvent::KeyEnrolled { epoch: 0, token_hash, request: REQUEST });
        let event = Event::KeyEnrolled {
            key,
            epoch: 0,
            request: REQUEST,
            owner: account(ALICE),
            policy: token.policy_hash,
        };
        System::assert_last_event(event.into());

        for present in 0..4 {
            assert_eq!(Keys::awaiting(&agent(present), 10), [confirm_work(key)]);
        }
        assert_eq!(Keys::awaiting(&agent(4), 10), [], "absent leaves await nothing");
    });
}

#[test]
fn enrol_for_a_contract_marks_the_key() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        assert_ok!(<Keys as KeyRegistry>::enrol(token.clone(), Contract::get(), QUORUM, REQUEST));
        assert!(Keys::record(&token.key_id).expect("stored").chain_authority);
        confirm(&token, 0..4);
        let record = Keys::record(&token.key_id).expect("stored");
        assert_eq!((record.state, record.chain_authority), (KeyState::Active, true));
    });
}

#[test]
fn enrol_twice_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        enrol(&token);
        refused(token, Error::KeyExists);
    });
}

#[test]
fn enrol_under_used_label_fails() {
    run(|| {
        let first = token(1, tree(3, 5), &[]);
        enrol(&first);
        // No second key has the first one's label but by a collision of 96 bits: reserve one.
        let second = token(2, tree(3, 5), &[]);
        crate::Labels::<Test>::insert(second.label(GENESIS), first.key_id);
        refused(second.clone(), Error::LabelUsed);
        crate::Labels::<Test>::remove(second.label(GENESIS));
        enrol(&second);
    });
}

#[test]
fn enrol_of_wrong_shape_fails() {
    run(|| {
        let mut token = token(1, tree(3, 5), &[]);
        token.public_key = BoundedVec::truncate_from(vec![3; 32]);
        refused(token, Error::InvalidShape);
    });
}

#[test]
fn enrol_of_later_epoch_fails() {
    run(|| {
        let mut token = token(1, tree(3, 5), &[]);
        token.epoch = 1;
        refused(token, Error::NotFirstEpoch);
    });
}

#[test]
fn enrol_needs_one_leaf_to_spare() {
    run(|| {
        refused(token(1, tree(3, 5), &[0, 1]), Error::TooFewLeaves);
        refused(token(1, tree(5, 5), &[0]), Error::InvalidShape);
        enrol(&token(1, tree(3, 5), &[0]));
        enrol(&token(2, tree(5, 5), &[]));
    });
}

#[test]
fn enrol_of_strangers_fails() {
    run(|| {
        let agents: Vec<_> = [0, 1, 999].map(agent).to_vec();
        let strange = AccessTree::threshold_of_agents(2, &agents).expect("a tree");
        refused(token(1, strange, &[]), Error::TreeNotAdmitted);
    });
}

#[test]
fn enrol_with_device_fails() {
    run(|| {
        let device = Participant::Device(H256::repeat_byte(1));
        let nodes = vec![
            TreeNode::Gate { threshold: 1, children: 2 },
            TreeNode::Leaf(Participant::Agent(agent(0))),
            TreeNode::Leaf(device),
        ];
        let tree = AccessTree::new(nodes).expect("a tree");
        refused(token(1, tree, &[]), Error::UnsupportedParticipant);
    });
}

#[test]
fn enrol_under_unknown_policy_fails() {
    run(|| {
        let mut token = token(1, tree(3, 5), &[]);
        token.policy_hash = PolicyHash::default();
        refused(token, Error::UnknownPolicy);
    });
}

#[test]
fn windows_are_ranges_of_blocks() {
    run(|| {
        assert_eq!(Keys::window_at(0), 0);
        assert_eq!(Keys::window_at(9), 0);
        assert_eq!(Keys::window_at(10), 1);
        assert_eq!(Keys::window_at(u32::MAX), u32::MAX / 10);
    });
}

#[test]
fn largest_tree_is_enrolled() {
    run(|| {
        let token = token(1, tree(200, 256), &[]);
        let key = enrol(&token);
        confirm(&token, 0..201);
        assert_eq!(state(key), KeyState::Active);
    });
}

#[test]
fn ids_are_paged() {
    run(|| {
        for seed in 1..=5 {
            enrol(&token(seed, tree(2, 3), &[]));
        }
        let key = |seed| KeyId(H256::repeat_byte(seed));
        assert_eq!(Keys::ids(None, 100), [1, 2, 3, 4, 5].map(key));
        assert_eq!(Keys::ids(Some(key(2)), 2), [3, 4].map(key));
        assert_eq!(Keys::ids(Some(key(5)), 2), []);
    });
}
