//! `register_agent`.

use super::*;

#[test]
fn register_agent_works() {
    scenario(|| {
        System::set_block_number(4);
        let endpoint = url("https://agent.bank-a.example:9800/");
        assert_ok!(Registry::register_agent(signed(ALICE), agent(1), endpoint.clone()));

        assert_eq!(
            Registry::agent(&agent(1)),
            Some(AgentRecord { institution: 0, endpoint: endpoint.clone(), registered_at: 4 })
        );
        assert!(Registry::is_agent(&agent(1)));
        assert!(!Registry::is_agent(&agent(2)));
        System::assert_last_event(
            Event::AgentRegistered { agent: agent(1), institution: 0, endpoint }.into(),
        );
        assert_eq!(
            last_entry(),
            Some(AuditEvent::AgentRegistered { agent: agent(1), institution: 0 })
        );
    });
}

#[test]
fn register_agent_by_anyone_but_an_administrator_fails() {
    scenario(|| {
        let register = |origin| Registry::register_agent(origin, agent(1), url("http://agent"));
        assert_noop!(register(signed(ANNA)), Error::<Test>::NotAdministrator);
        assert_noop!(register(signed(CAROL)), Error::<Test>::NotMember);
        assert_noop!(register(RuntimeOrigin::root()), BadOrigin);
        assert_noop!(register(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn register_agent_twice_fails() {
    scenario(|| {
        register(1);
        for who in [ALICE, BOB] {
            assert_noop!(
                Registry::register_agent(signed(who), agent(1), url("http://agent")),
                Error::<Test>::AlreadyRegistered
            );
        }
    });
}

#[test]
fn register_agent_with_a_bad_endpoint_fails() {
    scenario(|| {
        for text in [
            "",
            "http://",
            "http:///path",
            "http://:9800",
            "ftp://agent",
            "agent:9800",
            "HTTP://agent",
            "http://ag ent",
            "http://agent\n",
            "http://agént",
            "http://user:word@agent",
        ] {
            assert_noop!(
                Registry::register_agent(signed(ALICE), agent(1), url(text)),
                Error::<Test>::InvalidEndpoint
            );
        }
        for (number, text) in
            ["http://127.0.0.1:9800", "https://[::1]:9800/rpc?a=b", "http://a"].iter().enumerate()
        {
            let agent = agent(number as u64 + 1);
            assert_ok!(Registry::register_agent(signed(ALICE), agent, url(text)));
        }
    });
}
