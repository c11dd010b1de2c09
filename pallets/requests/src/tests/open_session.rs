use super::*;
use regent_primitives::agent_api::WorkItem;

fn call(id: RequestId, attempt: u8) -> Call<Test> {
    Call::open_session { session: Box::new(session(id, attempt)) }
}

#[test]
fn open_session_works_before_and_after_approval() {
    run(|| {
        let (key, _) = active_key();
        let early = submit(&sign_body(key));
        open_session(early, 1);
        assert_eq!(Requests::agent_work(agent(0)), []);
        approve(early);
        let work = WorkItem::Release { request: early, attempt: 1 };
        assert_eq!(Requests::agent_work(agent(0)), [work]);

        go_to(2);
        let late = submit(&sign_body(key));
        approve(late);
        assert_eq!(Requests::agent_work(agent(0)).len(), 1);
        open_session(late, 1);
        assert_eq!(Requests::agent_work(agent(0)).len(), 2);
        let deadline = 12;
        let session = session(late, 1).id;
        System::assert_last_event(
            Event::SessionOpened { request: late, attempt: 1, session, deadline }.into(),
        );
    });
}

#[test]
fn next_attempt_only_after_the_deadline_of_the_one_before() {
    run(|| {
        let id = approved();
        assert_eq!(Sessions::session(id, 1).expect("open").deadline, 11);
        go_to(11);
        assert_noop!(dispatch(origin(ALICE), call(id, 2)), Error::<Test>::AttemptOpen);
        go_to(12);
        assert_eq!(Requests::agent_work(agent(0)), [], "the first attempt is over");
        assert_noop!(dispatch(origin(ALICE), call(id, 1)), Error::<Test>::WrongAttempt);
        assert_noop!(dispatch(origin(ALICE), call(id, 3)), Error::<Test>::WrongAttempt);
        open_session(id, 2);
        let work = WorkItem::Release { request: id, attempt: 2 };
        assert_eq!(Requests::agent_work(agent(0)), [work]);
    });
}

#[test]
fn attempts_are_three() {
    run(|| {
        let id = approved();
        go_to(12);
        open_session(id, 2);
        go_to(23);
        open_session(id, 3);
        go_to(34);
        assert_noop!(dispatch(origin(ALICE), call(id, 4)), Error::<Test>::TooManyAttempts);
    });
}

#[test]
fn open_session_by_another_fails() {
    run(|| {
        let (key, _) = active_key();
        let id = submit(&sign_body(key));
        assert_noop!(dispatch(origin(BOB), call(id, 1)), Error::<Test>::NotRequester);
        assert_noop!(
            dispatch(origin(ALICE), call(RequestId::default(), 1)),
            Error::<Test>::UnknownRequest
        );
    });
}

#[test]
fn open_session_of_over_or_expired_request_fails() {
    run(|| {
        let (key, _) = active_key();
        let id = submit(&sign_body(key));
        System::set_block_number(LIFETIME + 2);
        assert_noop!(dispatch(origin(ALICE), call(id, 1)), Error::<Test>::RequestExpired);
        System::set_block_number(2);
        deny(id);
        assert_noop!(dispatch(origin(ALICE), call(id, 1)), Error::<Test>::RequestOver);
    });
}
