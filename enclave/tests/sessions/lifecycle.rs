use std::time::{Duration, Instant};

use crate::{eventually::eventually, world::*};
use regent_enclave::rpc::{BUSY, ENDED, REFUSED, UNKNOWN_SESSION};
use regent_primitives::Algorithm;

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_whose_answer_was_lost_is_given_again() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    let outcome = scene.execute().await.unwrap();
    assert_eq!(scene.execute().await.unwrap(), outcome);
    // Its secrets are gone, its place is free.
    assert_eq!(world.client.info().await.sessions, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_executions_at_once_get_one_outcome() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let (first, second) = (scene.execute(), scene.execute());
    let shares = scene.deliver(&[0, 1, 2]);
    let (first, second, ()) = tokio::join!(first, second, shares);
    assert_eq!(first.unwrap(), second.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requester_that_hangs_up_loses_nothing() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let (client, execution) = (world.client.clone(), scene.execution.clone());
    let asking = tokio::spawn(async move { client.execute(&execution).await });
    eventually("waiting for shares", || world.running.enclave.waiting() == 1).await;
    asking.abort();
    scene.deliver(&[0, 1, 2]).await;
    eventually("the outcome", || world.running.enclave.info().sessions == 0).await;
    assert_eq!(scene.execute().await.unwrap().result.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_session_serves_no_other_execution() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let mut scene = world.sign_raw(&token, b"payload").await;
    scene.deliver(&[0, 1, 2]).await;
    scene.execute().await.unwrap();
    scene.execution.token.as_mut().unwrap().epoch = 1;
    let refusal = scene.execute().await.unwrap_err();
    assert_eq!(refusal.code, ENDED);
    assert!(refusal.text.contains("its key is destroyed"), "{}", refusal.text);
    assert!(refusal.text.contains("open the next attempt"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_attempt_completes_what_the_first_did_not() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let first = world.sign_raw(&token, b"payload").await;
    let mut open = world.open_for(&first.execution.body);
    open.attempt = 2;
    let session = world.client.open(&open).await.unwrap();
    assert_ne!(session.kem_public, first.session.kem_public);
    let mut second = world.sign_raw(&token, b"unused").await;
    second.execution = first.execution.clone();
    second.execution.session = session.id;
    second.subject = first.subject.clone();
    second.session = session;
    second.deliver(&[1, 2, 4]).await;
    let outcome = second.execute().await.unwrap();
    assert_eq!(outcome.receipt.receipt.attempt, 2);
    // Shares of the second attempt are nothing to the first.
    let refusal = world.client.deliver(&second.share(0)).await;
    assert!(refusal.is_ok());
    let mut wrong = second.share(0);
    wrong.release.session = first.session.id;
    assert!(world.client.deliver(&wrong).await.unwrap_err().text.contains("attempt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_wiped_at_its_deadline() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let unwiped = world.sign_raw(&token, b"stays").await;
    let body = world.request(
        &token,
        regent_primitives::Operation::Sign { format: regent_primitives::PayloadFormat::Raw },
        b"payload",
    );
    let mut open = world.open_for(&body);
    // Half a second.
    open.lifetime = 1;
    let session = world.client.open(&open).await.unwrap();
    let execution = world.execution(&session, body, b"payload", Some(&token));
    assert_eq!(world.client.info().await.sessions, 2);
    // Its patience ends with the session.
    let started = std::time::Instant::now();
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_millis(1_500));
    assert_eq!(refusal.code, UNKNOWN_SESSION, "{}", refusal.text);
    assert_eq!(world.client.info().await.sessions, 1);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, UNKNOWN_SESSION);
    assert!(refusal.text.contains("open the next attempt"), "{}", refusal.text);
    unwiped.deliver(&[0, 1, 2]).await;
    assert!(unwiped.execute().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again_and_other_words_get_another_session() {
    let world = World::new().await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let open = world.open_for(&body);
    let session = world.client.open(&open).await.unwrap();
    assert_eq!(world.client.open(&open).await.unwrap(), session);
    assert_eq!(world.client.info().await.sessions, 1);
    let mut other = open.clone();
    other.lifetime -= 1;
    let second = world.client.open(&other).await.unwrap();
    assert!(second.id != session.id && second.kem_public != session.kem_public);
    assert_eq!(world.client.open(&open).await.unwrap(), session);
    assert_eq!(world.client.info().await.sessions, 2);
    // At once, too.
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let open = world.open_for(&body);
    let (a, b) = tokio::join!(world.client.open(&open), world.client.open(&open));
    assert_eq!(a.unwrap(), b.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_a_stranger_opened_first_takes_nothing_from_an_attempt() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let first = world.sign_raw(&token, b"payload").await;
    let mut open = world.open_for(&first.execution.body);
    open.attempt = 2;
    let mut strangers = open.clone();
    strangers.lifetime -= 1;
    let strangers = world.client.open(&strangers).await.unwrap();
    let session = world.client.open(&open).await.unwrap();
    let mut second = world.sign_raw(&token, b"unused").await;
    second.execution = first.execution.clone();
    second.execution.session = session.id;
    second.subject = first.subject.clone();
    second.session = session;
    second.deliver(&[0, 1, 2]).await;
    // In the other session nothing is done: it is not the one that the chain recorded.
    let mut execution = second.proven();
    execution.session = strangers.id;
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, REFUSED);
    assert!(refusal.text.contains("other-session"), "{}", refusal.text);
    let outcome = second.execute().await.unwrap();
    assert_eq!(outcome.receipt.receipt.session, second.session.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_for_which_nothing_was_proven_gives_way_after_a_while() {
    // Two seconds.
    let few = |settings: &mut regent_enclave::config::Settings| {
        (settings.maximum_sessions, settings.unproven_lifetime) = (2, 4);
    };
    let world = World::with(few, |_| {}).await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let (client, execution) = (world.client.clone(), scene.execution.clone());
    let waiting = tokio::spawn(async move { client.execute(&execution).await });
    eventually("waiting for shares", || world.running.enclave.waiting() == 1).await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let idle = world.client.open(&world.open_for(&body)).await.unwrap();
    let next = world.open_for(&world.enrolment(Algorithm::Ed25519, world.tree()));
    // Not at once.
    assert_eq!(world.client.open(&next).await.unwrap_err().code, BUSY);
    let deadline = Instant::now() + Duration::from_secs(20);
    while let Err(refusal) = world.client.open(&next).await {
        assert_eq!(refusal.code, BUSY, "{}", refusal.text);
        assert!(Instant::now() < deadline, "no session gives way");
    }
    let execution = world.execution(&idle, body, &[], None);
    let refusal = world.client.execute(&execution).await.unwrap_err();
    assert_eq!(refusal.code, UNKNOWN_SESSION, "{}", refusal.text);
    // The older one keeps its place: something was proven for it.
    assert_eq!(world.client.info().await.sessions, 2);
    scene.deliver(&[0, 1, 2]).await;
    assert_eq!(waiting.await.unwrap().unwrap().result.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_attempts_and_lifetimes_are_bounded() {
    let world = World::with(|settings| settings.maximum_sessions = 1, |_| {}).await;
    let body = world.enrolment(Algorithm::Ed25519, world.tree());
    let open = world.open_for(&body);
    for (attempt, lifetime, words) in [
        (0, 10, "attempt: found 0, expected 1 to 3"),
        (4, 10, "attempt: found 4, expected 1 to 3"),
        (1, 0, "lifetime: found 0 blocks"),
        (1, 7_201, "lifetime: found 7201 blocks, expected 1 to 7200"),
    ] {
        let asked =
            regent_primitives::enclave_api::OpenSession { attempt, lifetime, ..open.clone() };
        let refusal = world.client.open(&asked).await.unwrap_err();
        assert!(refusal.text.contains(words), "{}", refusal.text);
    }
    world.client.open(&open).await.unwrap();
    let second = world.open_for(&world.enrolment(Algorithm::Ed25519, world.tree()));
    let refusal = world.client.open(&second).await.unwrap_err();
    assert_eq!(refusal.code, BUSY);
    assert!(refusal.text.contains("1 are open already"), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_wipes_every_session_and_ends_what_waits() {
    let world = World::new().await;
    let token = world.enrol(Algorithm::Ed25519).await;
    let scene = world.sign_raw(&token, b"payload").await;
    let (client, execution) = (world.client.clone(), scene.execution.clone());
    let waiting = tokio::spawn(async move { client.execute(&execution).await });
    eventually("waiting for shares", || world.running.enclave.waiting() == 1).await;
    world.running.enclave.stop();
    let refusal = waiting.await.unwrap().unwrap_err();
    assert!(refusal.text.contains("the enclave is stopping"), "{}", refusal.text);
    let next = world.open_for(&world.enrolment(Algorithm::Ed25519, world.tree()));
    assert_eq!(world.client.open(&next).await.unwrap_err().code, BUSY);
    assert_eq!(world.client.info().await.sessions, 0);
}
