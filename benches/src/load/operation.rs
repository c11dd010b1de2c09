//! One whole operation: a transfer of the Ethereum key, with both approvals.

use std::time::{Duration, Instant};

use anyhow::Context;
use regent_cli::demo::{Performed, Scene};
use regent_client::{
    calls,
    flows::{execute, wait_for_request, Phase, Prepared, Requested, Step},
    Account, Call,
};
use regent_primitives::{BlockNumber, Decision, RequestId, RequestStatus};
use regent_tests::Stage;

/// The longest the agents' notes may take to be in finalised state.
const NOTES_PATIENCE: Duration = Duration::from_secs(60);

/// A request whose last approval is still to be given.
pub(super) struct Open {
    pub(super) prepared: Prepared,
    pub(super) requested: Requested,
}

/// What came of it.
pub(super) struct Carried<A> {
    /// What the approvers returned.
    pub(super) approved: A,
    /// When the signature was in hand.
    pub(super) signature: Instant,
}

impl Open {
    /// Submits a transfer, with a session for its first attempt.
    pub(super) async fn submit(stage: &Stage, lifetime: BlockNumber) -> anyhow::Result<Self> {
        let prepared = stage.transfer(lifetime).await?;
        let requested = stage.scene.submit(&prepared).await?;
        Ok(Self { prepared, requested })
    }

    pub(super) fn id(&self) -> RequestId {
        self.prepared.id
    }

    /// The session that was opened with it.
    pub(super) fn session(&self) -> anyhow::Result<String> {
        let session = self.requested.session.as_ref();
        Ok(session.context("no session was opened with the request")?.id.to_string())
    }

    /// An approval of the request, signed.
    pub(super) fn approval(&self, scene: &Scene, approver: &Account, stage: u8) -> Call {
        let (genesis, body) = (scene.client.genesis(), &self.prepared.body);
        let approval = approver.approval(genesis, body, stage, Decision::Approve, body.expires);
        calls::requests::approve(approval)
    }

    /// Waits for the operation while the approvals are given, brings the receipt onto the chain, and
    /// checks that the key signed.
    pub(super) async fn carry<A>(
        &self,
        stage: &Stage,
        approvals: impl std::future::Future<Output = anyhow::Result<A>>,
    ) -> anyhow::Result<Carried<A>> {
        let scene = &stage.scene;
        let options = scene.options();
        let mut signature = None;
        let mut progress = |step| {
            if matches!(step, Step::Done { phase: Phase::Operation, .. }) {
                signature = Some(Instant::now());
            }
        };
        let operation = async {
            let (alice, id) = (&scene.actors.alice, self.prepared.id);
            let executed =
                execute(&scene.client, &scene.enclave, alice, id, &options, &mut progress);
            Ok::<_, anyhow::Error>(executed.await?)
        };
        let (executed, approved) = tokio::try_join!(operation, approvals)?;
        let signature = signature.context("there was no signature")?;
        let (prepared, timings) = (self.prepared.clone(), self.requested.timings.clone());
        let performed = Performed { prepared, executed, timings, after_last_approval: None };
        stage.check_sender(&performed)?;
        Ok(Carried { approved, signature })
    }
}

/// Waits until a request is completed in finalised state and as many agents as must take part have
/// noted their release.
pub(super) async fn noted(stage: &Stage, id: RequestId, releases: usize) -> anyhow::Result<()> {
    let client = &stage.scene.client;
    let what = "the receipt and the agents' notes";
    let settled = wait_for_request(client, id, what, NOTES_PATIENCE, |_, state| {
        Ok(state
            .filter(|state| state.record.status == RequestStatus::Completed)
            .filter(|state| state.releases.len() >= releases)
            .map(drop))
    });
    Ok(settled.await?)
}
