//! `create_quorum`.

use super::*;

#[test]
fn create_quorum_works() {
    scenario(|| {
        register(5);
        assert_ok!(Registry::create_quorum(signed(BOB), 3, agents([5, 1, 4, 2, 3])));

        assert_eq!(
            Registry::quorum(0),
            Some(QuorumRecord { threshold: 3, agents: agents([5, 1, 4, 2, 3]) })
        );
        assert_eq!(Registry::quorum_count(), 1);
        System::assert_last_event(
            Event::QuorumCreated { quorum: 0, threshold: 3, agents: 5 }.into(),
        );
        assert_eq!(
            last_entry(),
            Some(AuditEvent::QuorumCreated { quorum: 0, threshold: 3, agents: 5 })
        );
    });
}

#[test]
fn create_quorum_numbers_consecutively() {
    scenario(|| {
        register(3);
        for threshold in 1..=3 {
            assert_ok!(Registry::create_quorum(signed(ANNA), threshold, agents(1..=3)));
        }
        assert_eq!(Registry::quorum_count(), 3);
        assert_eq!(Registry::quorum(2).map(|quorum| quorum.threshold), Some(3));
        assert_eq!(Registry::quorum(3), None);
    });
}

#[test]
fn create_quorum_of_the_most_agents_works() {
    scenario(|| {
        register(u64::from(MAX_QUORUM_AGENTS));
        let all = agents(1..=u64::from(MAX_QUORUM_AGENTS));
        assert_ok!(Registry::create_quorum(signed(ALICE), 256, all));
    });
}

#[test]
fn create_quorum_by_a_stranger_fails() {
    scenario(|| {
        register(1);
        assert_noop!(
            Registry::create_quorum(signed(CAROL), 1, agents([1])),
            Error::<Test>::NotMember
        );
        assert_noop!(Registry::create_quorum(RuntimeOrigin::root(), 1, agents([1])), BadOrigin);
    });
}

#[test]
fn create_quorum_with_a_threshold_out_of_reach_fails() {
    scenario(|| {
        register(2);
        for (threshold, agents) in [(0, agents(1..=2)), (3, agents(1..=2)), (0, agents([]))] {
            assert_noop!(
                Registry::create_quorum(signed(ALICE), threshold, agents),
                Error::<Test>::InvalidThreshold
            );
        }
    });
}

#[test]
fn create_quorum_with_an_agent_twice_fails() {
    scenario(|| {
        register(2);
        assert_noop!(
            Registry::create_quorum(signed(ALICE), 2, agents([1, 2, 1])),
            Error::<Test>::DuplicateAgent
        );
    });
}

#[test]
fn create_quorum_with_an_unknown_agent_fails() {
    scenario(|| {
        register(2);
        assert_noop!(
            Registry::create_quorum(signed(ALICE), 2, agents(1..=3)),
            Error::<Test>::UnknownAgent
        );
    });
}
