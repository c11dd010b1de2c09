//! Attempts and what they offer to agents (section 5).

use alloc::{collections::BTreeMap, vec::Vec};

use frame_support::ensure;
use regent_policy::accepts_measurement;
use regent_primitives::{
    bounds::MAX_ATTEMPTS,
    control::KeyControl,
    traits::{ChainInfo, KeyRegistry, PolicyInspect, SessionRegistry},
    AccessTree, AccountId, AgentId, Attempt, AuditEvent, BoundedVec, LeafPath, Operation,
    Participant, RequestId, RequestRecord, Session,
};
use sp_runtime::DispatchError;

use crate::{Awaited, Config, Error, Event, Offer, Offers, Pallet, People, Requests};

impl<T: Config> Pallet<T> {
    /// Returns how many leaves were looked at.
    pub(crate) fn do_open_session(who: AccountId, session: Session) -> Result<u32, DispatchError> {
        let id = session.request;
        let mut record = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(
            record.body.requester == who
                || People::<T>::get(id).is_some_and(|person| person == who),
            Error::<T>::NotRequester
        );
        ensure!(!T::Keys::is_frozen(&record.body.key), Error::<T>::KeyFrozen);
        ensure!(!record.status.is_over(), Error::<T>::RequestOver);
        ensure!(T::Audit::block_number() <= record.body.expires, Error::<T>::RequestExpired);
        let leaves = Self::attach_session(id, &mut record, session)?;
        Requests::<T>::insert(id, record);
        Ok(leaves)
    }

    /// Opens the next attempt with this session. The caller stores the record. Returns how many
    /// leaves were looked at.
    pub(crate) fn attach_session(
        id: RequestId,
        record: &mut RequestRecord,
        session: Session,
    ) -> Result<u32, DispatchError> {
        ensure!(session.request == id, Error::<T>::WrongSession);
        ensure!(record.attempts < MAX_ATTEMPTS, Error::<T>::TooManyAttempts);
        let attempt = record.attempts.saturating_add(1);
        ensure!(session.attempt == attempt, Error::<T>::WrongAttempt);
        if let Some(former) = T::Sessions::session(id, record.attempts) {
            ensure!(T::Audit::block_number() > former.deadline, Error::<T>::AttemptOpen);
        }
        let policy = T::Policies::policy(&record.body.policy).ok_or(Error::<T>::UnknownPolicy)?;
        let fault = Self::unmet_condition(&policy, &record.body)
            .or_else(|| Self::asked_beside_contract(&record.body));
        if let Some(fault) = fault {
            return Err(Error::<T>::from(fault).into());
        }
        let evidence_hash = session.evidence.hash(T::Audit::genesis());
        let session_id = session.id;
        let opened = T::Sessions::open(session)?;
        ensure!(
            accepts_measurement(&policy, &opened.measurement),
            Error::<T>::MeasurementNotAccepted
        );

        record.attempts = attempt;
        let event = AuditEvent::SessionOpened { attempt, session: session_id, evidence_hash };
        Self::log(id, record, event);
        let leaves = Self::offer(id, record);
        Self::deposit_event(Event::SessionOpened {
            request: id,
            attempt,
            session: session_id,
            deadline: opened.deadline,
        });
        Ok(leaves)
    }

    /// Offers the newest attempt to the agents of the tree, if the request may be released. Returns
    /// how many leaves were looked at.
    ///
    /// Of a frozen key too: the offer is there when the freeze is lifted, and nobody is woken for it
    /// before.
    pub(crate) fn offer(id: RequestId, record: &RequestRecord) -> u32 {
        if !record.status.may_release() {
            return 0;
        }
        let Some(session) = T::Sessions::session(id, record.attempts) else { return 0 };
        let (agents, leaves) = Self::agents_of(record);
        let mut awaited = BTreeMap::<AgentId, u16>::new();
        for (_, agent) in &agents {
            let count = awaited.entry(*agent).or_default();
            *count = count.saturating_add(1);
        }
        let agents = awaited.into_iter().map(|(agent, leaves)| Awaited { agent, leaves }).collect();
        let offer = Offer {
            attempt: record.attempts,
            until: session.deadline.min(record.body.expires),
            // As many as leaves at most, and so never truncated.
            agents: BoundedVec::truncate_from(agents),
        };
        Offers::<T>::insert(id, offer);
        leaves
    }

    /// An agent released one more leaf, or refused: its offer ends when nothing more is awaited.
    pub(crate) fn withdraw_offer(id: RequestId, attempt: Attempt, agent: AgentId, refused: bool) {
        let Some(mut offer) = Offers::<T>::get(id).filter(|offer| offer.attempt == attempt) else {
            return;
        };
        if let Some(awaited) = offer.agents.iter_mut().find(|awaited| awaited.agent == agent) {
            awaited.leaves = if refused { 0 } else { awaited.leaves.saturating_sub(1) };
        }
        offer.agents.retain(|awaited| awaited.leaves > 0);
        if offer.agents.is_empty() {
            Offers::<T>::remove(id);
        } else {
            Offers::<T>::insert(id, offer);
        }
    }

    /// The tree whose leaves take part in a request, and whether a leaf (by its number in preorder)
    /// does: all of an enrolment's, those that were present of a key's. For a reshare, both: one tree
    /// whose first child is the key's and whose second is the new one.
    pub(crate) fn tree_of(record: &RequestRecord) -> Option<(AccessTree, Vec<bool>)> {
        match &record.body.operation {
            Operation::Enrol { tree, .. } => {
                Some((tree.clone(), alloc::vec![true; tree.leaf_count()]))
            }
            operation => {
                let token = T::Keys::epoch(&record.body.key, record.body.epoch)?.key.token;
                let mut present: Vec<bool> =
                    (0..token.tree.leaf_count()).map(|leaf| token.is_present(leaf)).collect();
                let Some((_, tree)) = operation.named_tree() else {
                    return Some((token.tree, present));
                };
                present.extend(alloc::vec![true; tree.leaf_count()]);
                Some((AccessTree::joint(&token.tree, tree).ok()?, present))
            }
        }
    }

    /// The leaves that agents hold and that take part in a request, and how many leaves were looked
    /// at.
    pub(crate) fn agents_of(record: &RequestRecord) -> (Vec<(LeafPath, AgentId)>, u32) {
        let Some((tree, present)) = Self::tree_of(record) else { return (Vec::new(), 0) };
        let leaves = tree.leaves();
        let count = leaves.len() as u32;
        let agents = leaves
            .into_iter()
            .zip(present)
            .filter_map(|((path, who), present)| match who {
                Participant::Agent(agent) if present => Some((path, agent)),
                _ => None,
            })
            .collect();
        (agents, count)
    }
}
