//! `update_endpoint`.

use super::*;

fn update(who: AccountId, number: u64, endpoint: &str) -> DispatchResult {
    let endpoint = url(endpoint);
    let proof = proof(number, 0, &endpoint);
    Registry::update_endpoint(signed(who), agent(number), endpoint, proof)
}

#[test]
fn update_endpoint_works() {
    scenario(|| {
        register(1);
        System::set_block_number(9);
        assert_ok!(update(ALICE, 1, "http://elsewhere:9800"));

        let endpoint = url("http://elsewhere:9800");
        let record = Registry::agent(&agent(1)).expect("registered");
        assert_eq!(record.endpoint, endpoint);
        assert_eq!(record.registered_at, 1);
        System::assert_last_event(Event::EndpointUpdated { agent: agent(1), endpoint }.into());
        assert_eq!(last_entry(), Some(AuditEvent::AgentEndpointUpdated { agent: agent(1) }));
    });
}

#[test]
fn update_endpoint_to_no_url_fails() {
    scenario(|| {
        register(1);
        assert_noop!(update(ALICE, 1, "elsewhere"), Error::<Test>::InvalidEndpoint);
    });
}

#[test]
fn update_endpoint_without_the_agents_consent_fails() {
    scenario(|| {
        register(2);
        let (old, new) = (url("http://agent:9800"), url("http://elsewhere"));
        for proof in [proof(1, 0, &old), proof(2, 0, &new), proof(1, 1, &new)] {
            assert_noop!(
                Registry::update_endpoint(signed(ALICE), agent(1), new.clone(), proof),
                Error::<Test>::InvalidProof
            );
        }
    });
}

#[test]
fn update_endpoint_of_another_institutions_agent_fails() {
    scenario(|| {
        register(1);
        for (who, error) in [
            (BOB, Error::<Test>::NotAdministrator),
            (ANNA, Error::<Test>::NotAdministrator),
            (CAROL, Error::<Test>::NotMember),
        ] {
            assert_noop!(update(who, 1, "http://elsewhere"), error);
        }
        assert_noop!(update(ALICE, 2, "http://elsewhere"), Error::<Test>::UnknownAgent);
    });
}
