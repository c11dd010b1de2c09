use super::*;
use regent_primitives::{AccessTree, EnrolmentId, TreeNode};
use sp_runtime::traits::{BlakeTwo256, Hash};

fn refused(confirmation: &regent_primitives::Confirmation, error: Error<Test>) {
    assert_storage_noop!(assert_eq!(<Keys as KeyRegistry>::awaits(confirmation), None));
    assert_noop!(<Keys as KeyRegistry>::confirm(confirmation), error);
}

#[test]
fn confirmed_with_one_to_spare_is_active() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        let owner = Keys::record(&key).expect("stored").owner;
        assert_eq!(<Keys as KeyRegistry>::awaits(&confirmation(&token, 0)), Some((owner, 5)));
        confirm(&token, 0..3);
        assert_eq!(state(key), KeyState::Pending, "none to spare");
        confirm(&token, [3]);
        assert_eq!(state(key), KeyState::Active);
        System::assert_last_event(
            Event::KeyActivated { key, epoch: 0, accepted_by_owner: false }.into(),
        );
        let events = events();
        assert_eq!(events.len(), 6);
        let leaf = token.tree.leaves()[3].0.clone();
        assert_eq!(events[4], AuditEvent::KeyConfirmed { epoch: 0, leaf, agent: agent(3) });
        assert_eq!(events[5], AuditEvent::KeyActivated { epoch: 0, accepted_by_owner: false });
    });
}

#[test]
fn all_of_all_is_active_when_all_confirmed() {
    run(|| {
        let token = token(1, tree(2, 2), &[]);
        let key = enrol(&token);
        confirm(&token, [0]);
        assert_eq!(state(key), KeyState::Pending);
        confirm(&token, [1]);
        assert_eq!(state(key), KeyState::Active);
    });
}

#[test]
fn every_gate_needs_one_to_spare() {
    run(|| {
        // 2 of (1 of {0, 1}), (1 of {2, 3}).
        let leaf = |index| TreeNode::Leaf(Participant::Agent(agent(index)));
        let gate = |threshold| TreeNode::Gate { threshold, children: 2 };
        let nodes = vec![gate(2), gate(1), leaf(0), leaf(1), gate(1), leaf(2), leaf(3)];
        let token = token(1, AccessTree::new(nodes).expect("a tree"), &[]);
        let key = enrol(&token);
        confirm(&token, [0, 2, 3]);
        assert_eq!(state(key), KeyState::Pending, "the first gate has none to spare");
        confirm(&token, [1]);
        assert_eq!(state(key), KeyState::Active);
    });
}

#[test]
fn confirm_goes_on_after_activation() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        let key = enrol(&token);
        confirm(&token, 0..4);
        assert_eq!(Keys::awaiting(&agent(4), 10), [confirm_work(key)]);
        confirm(&token, [4]);
        assert_eq!(Keys::awaiting(&agent(4), 10), []);
        assert_eq!(state(key), KeyState::Active);
        let activations = events()
            .iter()
            .filter(|event| matches!(event, AuditEvent::KeyActivated { .. }))
            .count();
        assert_eq!(activations, 1, "activated once");
    });
}

#[test]
fn confirm_twice_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        enrol(&token);
        confirm(&token, [0]);
        refused(&confirmation(&token, 0), Error::AlreadyConfirmed);
        assert_eq!(Keys::awaiting(&agent(0), 10), []);
    });
}

#[test]
fn confirm_of_absent_leaf_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[4]);
        let key = enrol(&token);
        refused(&confirmation(&token, 4), Error::LeafAbsent);
        confirm(&token, 0..4);
        assert_eq!(state(key), KeyState::Active);
    });
}

#[test]
fn confirm_by_another_agent_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        enrol(&token);
        let mut of_another = confirmation(&token, 0);
        of_another.agent = agent(1);
        refused(&of_another, Error::NotLeafOfAgent);
        let mut nowhere = confirmation(&token, 0);
        nowhere.leaf = Default::default();
        refused(&nowhere, Error::NotLeafOfAgent);
    });
}

#[test]
fn confirm_of_another_key_epoch_or_enrolment_fails() {
    run(|| {
        let token = token(1, tree(3, 5), &[]);
        enrol(&token);
        let right = confirmation(&token, 0);
        refused(&regent_primitives::Confirmation { epoch: 1, ..right.clone() }, Error::WrongEpoch);
        let enrolment_id = EnrolmentId(H256::repeat_byte(0xee));
        let other = regent_primitives::Confirmation { enrolment_id, ..right.clone() };
        refused(&other, Error::WrongEnrolment);
        let key = KeyId(H256::repeat_byte(0xee));
        refused(&regent_primitives::Confirmation { key, ..right }, Error::UnknownKey);
    });
}

#[test]
fn agent_at_two_leaves_awaits_until_both_are_confirmed() {
    run(|| {
        let agents: Vec<_> = [0, 1, 0].map(agent).to_vec();
        let tree = AccessTree::threshold_of_agents(2, &agents).expect("a tree");
        let token = token(1, tree, &[]);
        let key = enrol(&token);
        confirm(&token, [0]);
        assert_eq!(Keys::awaiting(&agent(0), 10), [confirm_work(key)]);
        confirm(&token, [2]);
        assert_eq!(Keys::awaiting(&agent(0), 10), []);
    });
}

#[test]
fn awaiting_is_bounded_and_offers_every_key_in_turn() {
    run(|| {
        for seed in 0..40 {
            // As spread as ids are.
            let key_id = KeyId(BlakeTwo256::hash(&[seed]));
            enrol(&RegenToken { key_id, ..token(seed, tree(2, 3), &[]) });
        }
        let mut seen = std::collections::BTreeSet::new();
        for block in 26..226 {
            System::set_block_number(block);
            let awaiting = Keys::awaiting(&agent(0), 4);
            assert_eq!(awaiting.len(), 4);
            seen.extend(awaiting.iter().map(codec::Encode::encode));
        }
        assert_eq!(seen.len(), 40);
        let all = Keys::awaiting(&agent(0), 100);
        assert_eq!(all.len(), 40, "each once");
    });
}
