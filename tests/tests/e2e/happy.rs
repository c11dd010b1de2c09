//! Everything works: from an enrolment to the links of the audit log.

use std::collections::BTreeSet;

use regent_cli::{network::NetworkOptions, Links};
use regent_primitives::{receipt::result_hash, AuditEvent, RequestStatus, Subject, H256};
use regent_tests::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_signed_and_every_step_of_it_is_linked() -> anyhow::Result<()> {
    let stage = Stage::set(NetworkOptions::default()).await?;
    let performed = stage.perform().await?;
    let (id, outcome) = (performed.prepared.id, &performed.executed.outcome);
    let genesis = stage.network.genesis();

    // The receipt is the session's, names three leaves, and is on chain as it was given to us. The
    // agents' notes may come after it.
    let state = stage
        .wait(id, "the receipt and three releases", |state| {
            state.record.status == RequestStatus::Completed && state.releases.len() >= 3
        })
        .await?;
    let signed = state.receipt.expect("a completed request has a receipt");
    assert_eq!(signed, outcome.receipt);
    let [session] = state.sessions.as_slice() else { panic!("more than one attempt") };
    assert!(signed.verify(genesis, &session.session.signing_public));
    let receipt = &signed.receipt;
    assert_eq!(receipt.result_hash, result_hash(genesis, &outcome.result));
    assert_eq!(receipt.payload_hash, performed.prepared.body.payload_hash);
    assert_eq!(receipt.leaves.iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(receipt.faulty.is_empty() && state.refusals.is_empty());
    assert!(state.payload.is_none(), "the payload of a request that is over is removed");

    // Every entry of the whole log links to the one before, and to its subject's one before.
    let at = stage.scene.client.finalised_hash().await?;
    let mut links = Links::default();
    let entries = links.advance(&stage.scene.client, at).await?;
    links.check_head(&stage.scene.client, at).await?;
    let of_request: Vec<_> =
        entries.into_iter().filter(|(entry, _)| entry.subject == Subject::Request(id)).collect();
    let mut newest = H256::zero();
    for (entry, hash) in &of_request {
        assert_eq!(entry.subject_previous, newest, "entry {}", entry.index);
        assert_eq!(entry.hash(genesis), *hash);
        newest = *hash;
    }
    let state = stage.scene.client.request(id, Some(at)).await?.expect("the request");
    assert_eq!(state.record.last_entry, newest);

    // They say what happened, in this order.
    let position = |wanted: &dyn Fn(&AuditEvent) -> bool| {
        let found: Vec<usize> =
            (0..of_request.len()).filter(|at| wanted(&of_request[*at].0.event)).collect();
        assert_eq!(found.len(), 1, "{of_request:?}");
        found[0]
    };
    let actors = &stage.scene.actors;
    let submitted = position(&|event| {
        matches!(event, AuditEvent::Submitted { by, payload_hash, .. }
            if by == actors.alice.id() && *payload_hash == receipt.payload_hash)
    });
    let by_bob = position(&|event| {
        matches!(event, AuditEvent::ApprovalGiven { approver, stage: 0, .. }
            if approver == actors.bob.id())
    });
    let by_charlie = position(&|event| {
        matches!(event, AuditEvent::ApprovalGiven { approver, stage: 1, .. }
            if approver == actors.charlie.id())
    });
    let approved = position(&|event| *event == AuditEvent::Approved);
    let completed = position(&|event| matches!(event, AuditEvent::Completed { attempt: 1, .. }));
    let session = position(&|event| {
        matches!(event, AuditEvent::SessionOpened { attempt: 1, session, .. }
            if *session == receipt.session)
    });
    assert!(submitted < by_bob && by_bob < by_charlie && by_charlie < approved);
    assert!(approved < completed && submitted < session);
    assert_eq!(of_request[approved].1, receipt.previous, "the receipt names the approval's entry");
    assert_eq!(state.record.approved_entry, Some(receipt.previous));
    for (at, (entry, _)) in of_request.iter().enumerate() {
        let release = matches!(entry.event, AuditEvent::ShareReleased { .. });
        assert!(!release || at > approved, "nothing is released before the approval");
    }
    Ok(stage.network.shut_down().await?)
}
