//! `update_endpoint`.

use super::*;

#[test]
fn update_endpoint_works() {
    scenario(|| {
        register(1);
        System::set_block_number(9);
        let endpoint = url("http://elsewhere:9800");
        assert_ok!(Registry::update_endpoint(signed(ALICE), agent(1), endpoint.clone()));

        let record = Registry::agent(&agent(1)).expect("registered");
        assert_eq!(record.endpoint, endpoint);
        assert_eq!(record.registered_at, 1);
        System::assert_last_event(Event::EndpointUpdated { agent: agent(1), endpoint }.into());
    });
}

#[test]
fn update_endpoint_to_no_url_fails() {
    scenario(|| {
        register(1);
        assert_noop!(
            Registry::update_endpoint(signed(ALICE), agent(1), url("elsewhere")),
            Error::<Test>::InvalidEndpoint
        );
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
            assert_noop!(
                Registry::update_endpoint(signed(who), agent(1), url("http://elsewhere")),
                error
            );
        }
        assert_noop!(
            Registry::update_endpoint(signed(ALICE), agent(2), url("http://elsewhere")),
            Error::<Test>::UnknownAgent
        );
    });
}
