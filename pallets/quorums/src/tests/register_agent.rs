//! `register_agent`.

use super::*;

#[test]
fn register_agent_works() {
    scenario(|| {
        System::set_block_number(4);
        let endpoint = url("https://agent.bank-a.example:9800/");
        assert_ok!(register_at(ALICE, 0, 1, "https://agent.bank-a.example:9800/"));

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
        let endpoint = url("http://agent");
        let register = |origin| {
            Registry::register_agent(origin, agent(1), endpoint.clone(), proof(1, 0, &endpoint))
        };
        assert_noop!(register(signed(ANNA)), Error::<Test>::NotAdministrator);
        assert_noop!(register(signed(CAROL)), Error::<Test>::NotMember);
        assert_noop!(register(RuntimeOrigin::root()), BadOrigin);
        assert_noop!(register(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn register_agent_without_its_consent_fails() {
    scenario(|| {
        let endpoint = url("http://agent");
        let right = registration_message(GENESIS, 0, agent(1), &endpoint);
        let sign = |number, message: H256| pair(number).sign(message.as_bytes());
        let refused = [
            // Another agent's, as of an institution that registers what it does not run.
            sign(2, right),
            // For another institution, agent, endpoint or chain.
            sign(1, registration_message(GENESIS, 1, agent(1), &endpoint)),
            sign(1, registration_message(GENESIS, 0, agent(2), &endpoint)),
            sign(1, registration_message(GENESIS, 0, agent(1), &url("http://other"))),
            sign(1, registration_message(H256::zero(), 0, agent(1), &endpoint)),
            RawSignature::from_raw([0; 64]),
        ];
        for proof in refused {
            assert_noop!(
                Registry::register_agent(signed(ALICE), agent(1), endpoint.clone(), proof),
                Error::<Test>::InvalidProof
            );
        }
        // Bob saw the proof on its way and takes it for his own institution.
        assert_noop!(
            Registry::register_agent(signed(BOB), agent(1), endpoint.clone(), sign(1, right)),
            Error::<Test>::InvalidProof
        );
        assert_ok!(Registry::register_agent(signed(ALICE), agent(1), endpoint, sign(1, right)));
    });
}

#[test]
fn register_agent_twice_fails() {
    scenario(|| {
        register(1);
        for (who, institution) in [(ALICE, 0), (BOB, 1)] {
            assert_noop!(
                register_at(who, institution, 1, "http://agent"),
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
            assert_noop!(register_at(ALICE, 0, 1, text), Error::<Test>::InvalidEndpoint);
        }
        for (number, text) in
            ["http://127.0.0.1:9800", "https://[::1]:9800/rpc?a=b", "http://a"].iter().enumerate()
        {
            assert_ok!(register_at(ALICE, 0, number as u64 + 1, text));
        }
    });
}
