//! `remove_agent`.

use super::*;

#[test]
fn remove_agent_works() {
    scenario(|| {
        register(2);
        assert_ok!(Registry::create_quorum(signed(ALICE), 2, agents(1..=2)));
        assert_ok!(Registry::remove_agent(signed(ALICE), agent(1)));

        assert!(!Registry::is_agent(&agent(1)));
        assert_eq!(Registry::agent(&agent(1)), None);
        System::assert_last_event(Event::AgentRemoved { agent: agent(1) }.into());
        assert_eq!(last_entry(), Some(AuditEvent::AgentRemoved { agent: agent(1) }));
        // A quorum is never changed: keys were enrolled with it.
        assert_eq!(Registry::quorum(0).map(|quorum| quorum.agents), Some(agents(1..=2)));
    });
}

#[test]
fn remove_agent_keeps_it_out_of_new_quorums() {
    scenario(|| {
        register(2);
        assert_ok!(Registry::remove_agent(signed(ALICE), agent(1)));
        assert_noop!(
            Registry::create_quorum(signed(ALICE), 1, agents(1..=2)),
            Error::<Test>::UnknownAgent
        );
        assert_ok!(register_at(ALICE, 0, 1, "http://agent"));
        assert_ok!(Registry::create_quorum(signed(ALICE), 1, agents(1..=2)));
    });
}

#[test]
fn remove_agent_of_another_institution_fails() {
    scenario(|| {
        register(1);
        assert_noop!(
            Registry::remove_agent(signed(BOB), agent(1)),
            Error::<Test>::NotAdministrator
        );
        assert_noop!(
            Registry::remove_agent(signed(ANNA), agent(1)),
            Error::<Test>::NotAdministrator
        );
        assert_noop!(Registry::remove_agent(signed(CAROL), agent(1)), Error::<Test>::NotMember);
        assert_noop!(Registry::remove_agent(RuntimeOrigin::root(), agent(1)), BadOrigin);
    });
}

#[test]
fn remove_agent_that_is_not_registered_fails() {
    scenario(|| {
        assert_noop!(Registry::remove_agent(signed(ALICE), agent(1)), Error::<Test>::UnknownAgent);
    });
}
