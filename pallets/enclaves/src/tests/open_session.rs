//! Opening sessions, as the pallet of requests does.

use super::*;
use regent_attestation::simulated;
use regent_primitives::Evidence;

const REQUEST: RequestId = RequestId(H256::repeat_byte(0x11));

/// A session that an honest enclave opens for this attempt.
fn session(attempt: Attempt) -> Session {
    attested(Session {
        id: SessionId(H256::repeat_byte(attempt)),
        request: REQUEST,
        attempt,
        kem_public: vec![7; XWING_PUBLIC_KEY_BYTES as usize].try_into().expect("fits"),
        signing_public: [8; 32],
        finalised_hash: H256::repeat_byte(9),
        evidence: simulated::evidence(H256::zero()),
        endpoint: b"http://enclave:9900".to_vec().try_into().expect("fits"),
        lifetime: 10,
    })
}

/// The session with evidence over it as it is.
fn attested(session: Session) -> Session {
    Session { evidence: simulated::evidence(session.report_data(GENESIS)), ..session }
}

fn changed(change: impl FnOnce(&mut Session)) -> Session {
    let mut session = session(1);
    change(&mut session);
    attested(session)
}

#[test]
fn open_works() {
    scenario(|| {
        System::set_block_number(5);
        let record = Enclaves::open(session(1)).expect("opened");

        assert_eq!(
            record,
            SessionRecord { session: session(1), measurement: TRUSTED, opened_at: 5, deadline: 15 }
        );
        assert_eq!(Enclaves::session(REQUEST, 1), Some(record));
        assert_eq!(Enclaves::session(REQUEST, 2), None);
        System::assert_last_event(
            Event::SessionOpened {
                request: REQUEST,
                attempt: 1,
                session: session(1).id,
                measurement: TRUSTED,
                deadline: 15,
            }
            .into(),
        );
        assert_eq!(Audit::count(), 0, "requests log it, under the request");
    });
}

#[test]
fn open_of_the_next_attempt_works_after_the_deadline_only() {
    scenario(|| {
        assert_ok!(Enclaves::open(session(1)));
        for block in [1, 10, 11] {
            System::set_block_number(block);
            assert_noop!(Enclaves::open(session(2)), Error::<Test>::PreviousAttemptOpen);
        }
        System::set_block_number(12);
        assert_ok!(Enclaves::open(session(2)));
        System::set_block_number(23);
        assert_ok!(Enclaves::open(session(3)));
    });
}

#[test]
fn open_of_attempts_out_of_range_fails() {
    scenario(|| {
        for attempt in [0, 4, u8::MAX] {
            assert_noop!(Enclaves::open(session(attempt)), Error::<Test>::InvalidAttempt);
        }
    });
}

#[test]
fn open_out_of_order_fails() {
    scenario(|| {
        assert_noop!(Enclaves::open(session(2)), Error::<Test>::AttemptSkipped);
        assert_ok!(Enclaves::open(session(1)));
        System::set_block_number(500);
        assert_noop!(Enclaves::open(session(3)), Error::<Test>::AttemptSkipped);
    });
}

#[test]
fn open_of_an_attempt_twice_fails() {
    scenario(|| {
        assert_ok!(Enclaves::open(session(1)));
        let another = changed(|session| session.id = SessionId(H256::repeat_byte(0x77)));
        assert_noop!(Enclaves::open(another.clone()), Error::<Test>::AttemptTaken);
        System::set_block_number(500);
        assert_noop!(Enclaves::open(another), Error::<Test>::AttemptTaken);
    });
}

#[test]
fn open_with_a_session_id_of_any_request_fails() {
    scenario(|| {
        assert_ok!(Enclaves::open(session(1)));
        let other = changed(|session| session.request = RequestId(H256::repeat_byte(0x22)));
        assert_noop!(Enclaves::open(other), Error::<Test>::SessionIdUsed);
    });
}

#[test]
fn open_with_a_key_of_another_length_fails() {
    scenario(|| {
        for length in [0, 32, XWING_PUBLIC_KEY_BYTES as usize - 1] {
            let short = changed(|session| session.kem_public.truncate(length));
            assert_noop!(Enclaves::open(short), Error::<Test>::InvalidKemPublic);
        }
    });
}

#[test]
fn open_with_a_bad_endpoint_fails() {
    scenario(|| {
        for text in ["", "enclave:9900", "ws://enclave", "http://", "http://a b", "http://u@host"] {
            let session = changed(|session| {
                session.endpoint = text.as_bytes().to_vec().try_into().expect("fits");
            });
            assert_noop!(Enclaves::open(session), Error::<Test>::InvalidEndpoint);
        }
    });
}

#[test]
fn open_with_a_lifetime_out_of_bounds_fails() {
    scenario(|| {
        for lifetime in [0, 51, BlockNumber::MAX] {
            let session = changed(|session| session.lifetime = lifetime);
            assert_noop!(Enclaves::open(session), Error::<Test>::InvalidLifetime);
        }
        assert_ok!(Enclaves::open(changed(|session| session.lifetime = 50)));
    });
}

#[test]
fn open_with_evidence_over_anything_else_fails() {
    scenario(|| {
        let changes: [fn(&mut Session); 6] = [
            |session| session.id = SessionId(H256::repeat_byte(0x99)),
            |session| session.request = RequestId(H256::repeat_byte(0x99)),
            |session| session.kem_public[0] ^= 1,
            |session| session.signing_public[0] ^= 1,
            |session| session.finalised_hash = H256::zero(),
            |session| {
                // The same session on another chain.
                let report_data = session.report_data(H256::repeat_byte(0x99));
                session.evidence = simulated::evidence(report_data);
            },
        ];
        for change in changes {
            let mut session = session(1);
            change(&mut session);
            assert_noop!(Enclaves::open(session), Error::<Test>::EvidenceRejected);
        }

        // Evidence of the first attempt does not open the second.
        let first = session(1);
        assert_ok!(Enclaves::open(first.clone()));
        System::set_block_number(100);
        let second = Session { attempt: 2, id: SessionId(H256::repeat_byte(2)), ..first };
        assert_noop!(Enclaves::open(second), Error::<Test>::EvidenceRejected);
    });
}

#[test]
fn open_with_malformed_evidence_fails() {
    scenario(|| {
        for bytes in [vec![], vec![0; 92], vec![0xff; 16_384]] {
            let session = Session {
                evidence: Evidence {
                    kind: EvidenceKind::Simulated,
                    bytes: bytes.try_into().expect("fits"),
                },
                ..session(1)
            };
            assert_noop!(Enclaves::open(session), Error::<Test>::EvidenceRejected);
        }
    });
}

#[test]
fn open_by_an_enclave_that_is_not_trusted_fails() {
    scenario(|| {
        let report_data = session(1).report_data(GENESIS);
        let digest = measurement(1).digest;
        let other = Session { evidence: simulated::evidence_of(digest, report_data), ..session(1) };
        assert_noop!(Enclaves::open(other.clone()), Error::<Test>::MeasurementNotTrusted);

        assert_ok!(Enclaves::trust_measurement(root(), measurement(1), 20));
        assert_eq!(Enclaves::open(other).map(|record| record.measurement), Ok(measurement(1)));
    });
}

#[test]
fn open_after_trust_was_revoked_fails() {
    scenario(|| {
        assert_ok!(Enclaves::open(session(1)));
        assert_ok!(Enclaves::revoke_measurement(root(), TRUSTED));
        System::set_block_number(100);
        assert_noop!(Enclaves::open(session(2)), Error::<Test>::MeasurementNotTrusted);
        assert!(Enclaves::session(REQUEST, 1).is_some(), "what was opened stays on record");
    });
}

#[test]
fn open_after_trust_expired_fails() {
    scenario(|| {
        System::set_block_number(UNTIL + 1);
        assert_noop!(Enclaves::open(session(1)), Error::<Test>::MeasurementExpired);
        System::set_block_number(UNTIL);
        assert_ok!(Enclaves::open(session(1)));
    });
}

#[test]
fn open_by_a_simulated_enclave_fails_where_the_genesis_does_not_allow_it() {
    ext(GenesisConfig::default()).execute_with(|| {
        assert_noop!(Enclaves::open(session(1)), Error::<Test>::SimulatedNotAllowed);
    });
}
