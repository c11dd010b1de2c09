//! The worker against agents that answer, lie, are slow or are down.

use codec::{Compact, Decode, Encode};
use frame_support::{assert_ok, traits::Hooks};
use regent_primitives::{agent_api::WorkItem, AgentNote, RequestId, RequestStatus};
use sp_core::Pair;

use super::{
    neighbour::{key_of, Pause},
    network::{answer, result_of, Behaviour, Node},
    ANSWER_MILLIS, LOCK_MILLIS, PATIENCE_LOCK, POLL_BLOCKS,
};
use crate::{fixtures::*, mock::*, Call};

/// Runs a scenario on a node around a chain.
fn on_node(scenario: impl FnOnce(&Node)) {
    let mut ext = new_test_ext();
    let node = Node::around(&mut ext);
    ext.execute_with(|| {
        scenario(&node);
        check();
    });
}

/// Runs the worker at the block the chain is at.
fn work() {
    append_only(|| Requests::offchain_worker(System::block_number()));
}

fn pause(node: &Node, index: u16) -> Option<Pause> {
    let bytes = node.read(&key_of(b"pause", &agent(index)))?;
    Some(Pause::decode(&mut bytes.as_slice()).expect("decodes"))
}

fn release_item(request: RequestId) -> WorkItem {
    WorkItem::Release { request, attempt: 1 }
}

#[test]
fn agents_are_woken_and_their_notes_submitted() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0, 1, 2]);
        for index in 0..3 {
            node.agent_answers(index, &[release(id, 1, index)]);
        }
        work();
        let wakes = node.wakes();
        assert_eq!(wakes.len(), 3);
        for (who, wake) in &wakes {
            assert_eq!(wake.agent, *who);
            assert_eq!(wake.work, [release_item(id)]);
        }
        let submitted = node.submitted();
        assert_eq!(submitted.len(), 3);
        for note in submitted {
            assert_ok!(crate::fixtures::note(note));
        }
        assert_eq!(status(id), RequestStatus::Executing);
        assert_eq!(state(id).releases.len(), 3);
        for index in 0..3 {
            assert_eq!(node.read(&key_of(b"lock", &agent(index))), None, "locks are freed");
            assert_eq!(pause(node, index), None);
        }
    });
}

#[test]
fn a_node_without_agents_does_nothing() {
    on_node(|node| {
        approved();
        work();
        node.serve(&[]);
        work();
        node.write(regent_primitives::agent_api::LOCAL_AGENTS_KEY, b"\xff\xff\xff");
        work();
        assert_eq!(node.wakes().len(), 0);
    });
}

#[test]
fn agents_without_work_are_polled_now_and_then() {
    on_node(|node| {
        active_key();
        node.serve(&[0]);
        node.agent_answers(0, &[]);
        let mut visits = 0;
        for block in 1..=4 * POLL_BLOCKS {
            go_to(block);
            work();
            let wakes = node.wakes();
            assert!(wakes.iter().all(|(_, wake)| wake.work.is_empty()));
            visits += wakes.len();
        }
        assert_eq!(visits, 4);
    });
}

#[test]
fn notes_on_chain_are_not_submitted_again() {
    on_node(|node| {
        let id = approved();
        assert_ok!(note(release(id, 1, 0)));
        node.serve(&[0]);
        node.agent_answers(0, &[release(id, 1, 0)]);
        go_to(POLL_BLOCKS);
        work();
        assert_eq!(node.wakes().len(), 1, "polled");
        assert_eq!(node.submitted(), []);
    });
}

#[test]
fn work_stays_until_its_note_is_on_chain() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0]);
        node.agent_answers(0, &[]);
        for block in 2..5 {
            go_to(block);
            work();
            assert_eq!(node.wakes()[0].1.work, [release_item(id)], "not lost, not yet done");
        }
        node.agent_answers(0, &[release(id, 1, 0)]);
        work();
        assert_eq!(node.submitted().len(), 1);
        // The pool lost it: it is offered, and submitted, again.
        go_to(5);
        work();
        let again = node.submitted();
        assert_eq!(again.len(), 1);
        assert_ok!(note(again[0].clone()));
        node.wakes();
        go_to(6);
        work();
        assert_eq!(node.wakes().len(), 0);
    });
}

#[test]
fn an_agent_that_is_down_is_left_alone_longer_and_longer_and_nothing_is_lost() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0, 1]);
        node.agent_is(0, Behaviour::Down);
        node.agent_answers(1, &[release(id, 1, 1)]);
        work();
        assert_eq!(node.submitted().len(), 1, "the other one is not held up");
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let Pause { failures, until } = pause(node, 0).expect("failed");
            assert_eq!(failures as usize, pauses.len() + 1);
            let until = until.expect("paused");
            pauses.push(until - node.clock());
            node.wakes();
            node.pass(until - node.clock() - 1);
            work();
            assert!(node.wakes().iter().all(|(who, _)| *who != agent(0)), "left alone");
            node.pass(1);
            work();
            assert!(node.wakes().iter().any(|(who, _)| *who == agent(0)), "tried again");
        }
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 8_000]);

        node.agent_answers(0, &[release(id, 1, 0)]);
        node.pass(8_000);
        work();
        let notes = node.submitted();
        assert!(notes.contains(&release_of(&notes, 0)));
        assert_eq!(pause(node, 0), None, "forgiven");
        assert_ok!(note(release_of(&notes, 0)));
    });
}

fn release_of(notes: &[AgentNote], index: u16) -> AgentNote {
    notes.iter().find(|note| note.agent() == agent(index)).expect("submitted").clone()
}

#[test]
fn a_slow_answer_is_waited_for_and_holds_nobody_up() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0, 1]);
        let body = result_of(&[release(id, 1, 0)]).into_bytes();
        node.agent_is(0, Behaviour::Answers { status: 200, body: body.clone(), after: 9_000 });
        node.agent_answers(1, &[release(id, 1, 1)]);
        let start = node.clock();
        work();
        let notes = node.submitted();
        assert_eq!(notes.len(), 2, "nine seconds are not too long");
        assert_eq!(notes[0].agent(), agent(1), "the other's note did not wait");
        assert!(node.clock() - start >= 9_000);
        assert_eq!(pause(node, 0), None);

        node.agent_is(0, Behaviour::Answers { status: 200, body, after: ANSWER_MILLIS + 1 });
        let start = node.clock();
        work();
        assert!(node.clock() - start <= ANSWER_MILLIS + 100);
        assert_eq!(node.submitted().len(), 1);
        assert_eq!(pause(node, 0).map(|pause| pause.failures), Some(1));
    });
}

#[test]
fn garbage_is_refused() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0]);
        let good = result_of(&[release(id, 1, 0)]);
        let hex = |bytes: &[u8]| {
            format!(r#"{{"jsonrpc":"2.0","id":1,"result":"0x{}"}}"#, hex::encode(bytes))
        };
        let garbage = [
            String::new(),
            "not JSON".into(),
            "[]".into(),
            good.replace("2.0", "1.0"),
            good.replace(r#""id":1"#, r#""id":2"#),
            good.replace(r#""id":1"#, r#""id":null"#),
            good.replace("0x", ""),
            good.replace("0x", "0xzz"),
            good.replace(r#""id":1"#, r#""id":1,"more":[]"#),
            r#"{"jsonrpc":"2.0","id":1}"#.into(),
            r#"{"jsonrpc":"2.0","id":1,"result":[1]}"#.into(),
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#.into(),
            hex(&[]),
            hex(&[4, 9]),
            hex(&Compact(u32::MAX).encode()),
            hex(&[vec![release(id, 1, 0)].encode(), vec![0]].concat()),
            format!("{good}{good}"),
            " ".repeat(600_000),
        ];
        for (number, body) in garbage.iter().enumerate() {
            node.pass(60_000);
            node.agent_is(0, answer(body));
            work();
            assert_eq!(node.wakes().len(), 1);
            assert_eq!(node.submitted(), [], "garbage {number}");
            let failures = pause(node, 0).expect("failed").failures;
            assert_eq!(failures as usize, number + 1, "garbage {number}");
        }
        for status in [404, 500] {
            node.pass(60_000);
            let body = good.clone().into_bytes();
            node.agent_is(0, Behaviour::Answers { status, body, after: 0 });
            work();
            assert_eq!(node.submitted(), []);
        }
        node.pass(60_000);
        node.agent_is(0, answer(&good));
        work();
        assert_eq!(node.submitted().len(), 1);
    });
}

#[test]
fn notes_that_are_not_the_agents_or_do_not_fit_are_dropped() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0]);
        let AgentNote::Release(mut forged) = release(id, 1, 0) else { unreachable!() };
        forged.signature = agent_pair(1).sign(b"something else");
        let of_unknown_session = {
            let AgentNote::Release(mut note) = release(id, 1, 0) else { unreachable!() };
            note.attempt = 2;
            note.signature = agent_pair(0).sign(note.message(GENESIS).as_bytes());
            AgentNote::Release(note)
        };
        let good = release(id, 1, 0);
        node.agent_answers(
            0,
            &[AgentNote::Release(forged), release(id, 1, 1), of_unknown_session, good.clone()],
        );
        work();
        assert_eq!(node.submitted(), [good]);
    });
}

#[test]
fn more_notes_than_one_answer_may_have_are_taken_in_turn() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0]);
        let stale = regent_primitives::bounds::MAX_AGENT_NOTES as usize;
        let mut notes = vec![refusal(id, 2, 0); stale];
        notes.insert(0, release(id, 1, 0));
        node.agent_answers(0, &notes);
        work();
        assert_eq!(node.submitted(), [notes[0].clone()]);
        assert_eq!(pause(node, 0), None, "not held against it");
    });
}

#[test]
fn overlapping_runs_leave_each_others_agents_alone() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0, 1]);
        node.agent_answers(0, &[release(id, 1, 0)]);
        node.agent_answers(1, &[release(id, 1, 1)]);
        // As another run that waits for agent 0 holds it.
        let held = node.clock() + LOCK_MILLIS;
        node.write(&key_of(b"lock", &agent(0)), &held.encode());
        work();
        let wakes = node.wakes();
        assert_eq!(wakes.len(), 1);
        assert_eq!(wakes[0].0, agent(1));
        assert_eq!(node.submitted().len(), 1);
        assert!(node.read(&key_of(b"lock", &agent(0))).is_some(), "not ours to free");

        // A node that was killed while it held the lock goes on when the lock ends.
        node.pass(LOCK_MILLIS + 1);
        work();
        assert_eq!(node.wakes().len(), 2);
    });
}

#[test]
fn only_one_run_waits_for_agents_that_failed() {
    on_node(|node| {
        let id = approved();
        node.serve(&[0, 1]);
        node.agent_is(0, Behaviour::Down);
        node.agent_answers(1, &[release(id, 1, 1)]);
        work();
        node.pass(60_000);
        node.wakes();
        let held = node.clock() + LOCK_MILLIS;
        node.write(PATIENCE_LOCK, &held.encode());
        work();
        let wakes = node.wakes();
        assert_eq!(wakes.len(), 1, "another run is with the failing one");
        assert_eq!(wakes[0].0, agent(1));
        node.pass(LOCK_MILLIS + 1);
        work();
        assert_eq!(node.wakes().len(), 2);
        assert_eq!(node.read(PATIENCE_LOCK), None, "freed");
    });
}

#[test]
fn a_reorganisation_brings_work_and_notes_back() {
    let mut ext = new_test_ext();
    let node = Node::around(&mut ext);
    let id = ext.execute_with(approved);
    ext.commit_all().expect("commits");
    let fork_point = ext.as_backend();
    node.serve(&[0]);
    let released = ext.execute_with(|| release(id, 1, 0));
    node.agent_answers(0, std::slice::from_ref(&released));

    // On one fork the note is included.
    ext.execute_with(|| {
        go_to(2);
        work();
        let [submitted] = &node.submitted()[..] else { panic!("one note") };
        assert_ok!(note(submitted.clone()));
        go_to(3);
        work();
        assert_eq!(node.submitted(), []);
    });
    node.wakes();
    // The other wins, without it.
    let mut other = sp_io::TestExternalities::default();
    other.backend = fork_point;
    let other_node = Node::around(&mut other);
    other_node.serve(&[0]);
    other_node.agent_answers(0, std::slice::from_ref(&released));
    other.execute_with(|| {
        go_to(3);
        work();
        assert_eq!(other_node.wakes()[0].1.work, [release_item(id)]);
        assert_eq!(other_node.submitted(), [released]);
    });
}

#[test]
fn a_restarted_node_goes_on() {
    let mut ext = new_test_ext();
    let id = ext.execute_with(approved);
    ext.commit_all().expect("commits");
    // Nothing of the worker's own is needed: a node with an empty offchain database does the same.
    for _ in 0..2 {
        let node = Node::around(&mut ext);
        node.serve(&[0]);
        let released = ext.execute_with(|| release(id, 1, 0));
        node.agent_answers(0, std::slice::from_ref(&released));
        ext.execute_with(work);
        assert_eq!(node.submitted(), [released]);
    }
}

#[test]
fn what_is_submitted_is_what_the_pool_validates() {
    on_node(|node| {
        use sp_runtime::{
            traits::{Applyable, Checkable},
            transaction_validity::TransactionSource,
        };
        let id = approved();
        let call = RuntimeCall::Requests(Call::note { note: Box::new(release(id, 1, 0)) });
        let info = frame_support::dispatch::GetDispatchInfo::get_dispatch_info(&call);
        node.serve(&[0]);
        node.agent_answers(0, &[release(id, 1, 0)]);
        work();
        let [note] = &node.submitted()[..] else { panic!("one note") };
        let transaction = Extrinsic::new_transaction(
            Call::note { note: Box::new(note.clone()) }.into(),
            (frame_system::AuthorizeCall::new(),),
        );
        let context = frame_system::ChainContext::<Test>::default();
        let checked = Checkable::check(transaction, &context).expect("well-formed");
        let valid = checked.validate::<Test>(TransactionSource::Local, &info, 0).expect("valid");
        assert_eq!(valid.provides.len(), 1);
    });
}
