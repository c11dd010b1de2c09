use super::*;
use regent_primitives::{agent_api::WorkItem, bounds::MAX_AGENT_WORK};

#[test]
fn state_of_nothing_is_none() {
    run(|| assert!(Requests::state(RequestId::default()).is_none()));
}

#[test]
fn state_is_whole_and_ordered() {
    run(|| {
        let id = approved();
        for leaf in [3, 0, 2] {
            assert_ok!(note(release(id, 1, leaf)));
        }
        assert_ok!(note(refusal(id, 1, 4)));
        go_to(12);
        open_session(id, 2);
        assert_ok!(note(release(id, 2, 1)));
        let state = state(id);
        let order: Vec<_> =
            state.releases.iter().map(|note| (note.attempt, note.leaf.0[0])).collect();
        assert_eq!(order, [(1, 1), (1, 3), (1, 4), (2, 2)]);
        let attempts: Vec<_> = state.sessions.iter().map(|s| s.session.attempt).collect();
        assert_eq!(attempts, [1, 2]);
        assert_eq!(state.refusals.len(), 1);
        assert_eq!(state.approvals.len(), 2);
        assert_eq!(state.key.map(|key| key.state), Some(KeyState::Active));
        assert_eq!(state.receipt, None);
    });
}

#[test]
fn requests_are_paged() {
    run(|| {
        let (key, _) = active_key();
        for block in 2..5 {
            go_to(block);
            submit(&sign_body(key));
        }
        let all = Requests::page(None, 100);
        assert_eq!(all.len(), 4, "with the enrolment");
        assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let second = Requests::page(Some(all[0].0), 2);
        assert_eq!(second, all[1..3]);
        assert_eq!(Requests::page(Some(all[3].0), 2), []);
    });
}

#[test]
fn work_is_bounded_and_offers_everything_in_turn() {
    run(|| {
        let id = approved();
        let offer = Offers::<Test>::take(id).expect("offered");
        let many = MAX_AGENT_WORK * 2;
        for number in 0..many {
            let other = RequestId(seed(b"offer", number).into());
            Offers::<Test>::insert(other, offer.clone());
        }
        let mut seen = std::collections::BTreeSet::new();
        for block in 0..=offer.until {
            System::set_block_number(block);
            let work = Requests::agent_work(agent(0));
            assert_eq!(work.len(), MAX_AGENT_WORK as usize);
            for item in work {
                let WorkItem::Release { request, .. } = item else { unreachable!() };
                seen.insert(request);
            }
        }
        assert_eq!(seen.len(), many as usize);
        System::set_block_number(offer.until + 1);
        assert_eq!(Requests::agent_work(agent(0)), []);
        let _ = Offers::<Test>::clear(u32::MAX, None);
    });
}

/// However many releases wait, an agent is asked to confirm and to puncture.
#[test]
fn work_keeps_places_for_keys() {
    run(|| {
        let id = approved();
        let offer = Offers::<Test>::take(id).expect("offered");
        for number in 0..MAX_AGENT_WORK * 2 {
            Offers::<Test>::insert(RequestId(seed(b"offer", number).into()), offer.clone());
        }
        let await_keys = |count: u32| {
            for number in 0..count {
                let key = regent_primitives::KeyId(seed(b"key", number).into());
                let awaited = pallet_regent_keys::Awaited::Puncture;
                pallet_regent_keys::Awaiting::<Test>::insert(agent(0), (key, 0), awaited);
            }
        };
        for (keys, kept) in [(1, 1), (16, 16), (100, 16)] {
            await_keys(keys);
            let work = Requests::agent_work(agent(0));
            assert_eq!(work.len(), MAX_AGENT_WORK as usize);
            let of_keys = |item: &&WorkItem| matches!(item, WorkItem::Puncture { .. });
            assert_eq!(work.iter().filter(of_keys).count(), kept);
        }
        let _ = Offers::<Test>::clear(u32::MAX, None);
        assert_eq!(Requests::agent_work(agent(0)).len(), MAX_AGENT_WORK as usize, "keys alone");
        let _ = pallet_regent_keys::Awaiting::<Test>::clear(u32::MAX, None);
    });
}

#[test]
fn agent_at_two_leaves_works_until_both_are_released() {
    run(|| {
        create_policy();
        let agents = [0, 1, 0].map(agent);
        let tree = regent_primitives::AccessTree::threshold_of_agents(2, &agents).expect("a tree");
        let id = submit_with_session(&enrol_body(1, tree.clone()));
        approve(id);
        let work = [WorkItem::Release { request: id, attempt: 1 }];
        assert_eq!(Requests::agent_work(agent(0)), work, "once");
        assert_ok!(note(release(id, 1, 0)));
        assert_eq!(Requests::agent_work(agent(0)), work, "the other leaf waits");
        let regent_primitives::AgentNote::Release(mut second) = release(id, 1, 0) else {
            unreachable!()
        };
        second.leaf = tree.leaves().remove(2).0;
        second.signature = sp_core::Pair::sign(&agent_pair(0), second.message(GENESIS).as_bytes());
        assert_ok!(note(regent_primitives::AgentNote::Release(second)));
        assert_eq!(Requests::agent_work(agent(0)), []);
    });
}
