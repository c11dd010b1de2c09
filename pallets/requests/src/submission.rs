//! A request comes in.

use alloc::vec::Vec;

use frame_support::{ensure, traits::Get};
use regent_policy::evaluate_request;
use regent_primitives::{
    bounds::{MAX_OPEN_OF_KEY, MAX_OPEN_REQUESTS, MAX_PAYLOAD_BYTES, SUCCESSION_PLACES},
    control::{ConditionControl, KeyControl},
    payload::{payload_hash, PayloadBytes},
    traits::{ChainInfo, KeyRegistry, MemberInspect, PolicyInspect, QuorumInspect},
    AccessTree, AccountId, AuditEvent, Caller, KeyState, Operation, Participant, Policy, QuorumId,
    RequestBody, RequestId, RequestRecord, RequestStatus, Session, H256,
};
use sp_runtime::DispatchResult;

use crate::{
    Config, Error, Event, Fault, Open, OpenOf, OpenOfKey, Pallet, Payloads, People, Requests,
};

impl<T: Config> Pallet<T> {
    /// All the reasons for which this request would be refused now, none if it would not. Whether
    /// the transaction is its requester's, and whether a session's evidence holds, is not asked.
    pub fn evaluate(body: &RequestBody, payload: &[u8]) -> Vec<Fault> {
        Self::evaluate_for(&body.requester, body, payload)
    }

    /// The same, charged to the institution of this person.
    fn evaluate_for(person: &AccountId, body: &RequestBody, payload: &[u8]) -> Vec<Fault> {
        let genesis = T::Audit::genesis();
        let mut faults = Vec::new();
        Self::check_bounds(person, body, payload, body.id(genesis), &mut faults);
        let found = payload_hash(genesis, body.operation.format(), payload);
        if found != body.payload_hash {
            faults.push(Fault::PayloadMismatch { found, expected: body.payload_hash });
        }
        match T::Policies::policy(&body.policy) {
            Some(policy) => {
                let now = T::Audit::block_number();
                let violations = evaluate_request(genesis, &policy, body, now);
                faults.extend(violations.into_iter().map(Fault::Policy));
                faults.extend(Self::unmet_condition(&policy, body));
            }
            None => faults.push(Fault::UnknownPolicy { policy: body.policy }),
        }
        if let Some(successor) = T::Policies::successor(&body.policy) {
            faults.push(Fault::PolicySuperseded { policy: body.policy, successor });
        }
        match &body.operation {
            Operation::Enrol { quorum, tree, .. } => {
                if T::Keys::key(&body.key).is_some() {
                    faults.push(Fault::KeyExists { key: body.key });
                }
                Self::check_tree(*quorum, tree, &mut faults);
                Self::check_recovery(&body.requester, body, &mut faults);
            }
            operation => {
                Self::check_key(body, &mut faults);
                if operation.is_succession() {
                    Self::check_succession(body, &mut faults);
                }
            }
        }
        faults
    }

    /// The first condition that this kind of operation waits for. A condition of the contract that owns
    /// the key is no obstacle once that contract ended: people alone decide then.
    pub(crate) fn unmet_condition(policy: &Policy, body: &RequestBody) -> Option<Fault> {
        let kind = body.operation.kind();
        let ended = T::Keys::ended_contract(&body.key);
        let mut gating = policy.conditions.iter().filter(|condition| {
            condition.operations.contains(&kind) && Some(&condition.contract) != ended.as_ref()
        });
        let unmet = gating
            .find(|condition| !T::Conditions::is_fulfilled(&condition.contract, &condition.id))?;
        let (contract, condition) = (unmet.contract.clone(), unmet.id);
        Some(Fault::ConditionNotFulfilled { contract, condition })
    }

    /// That somebody asks beside the contract that owns the key and is there. What a contract promises of
    /// its key would be worth nothing, if whoever the policy names could ask for it directly.
    pub(crate) fn asked_beside_contract(body: &RequestBody) -> Option<Fault> {
        let contract = T::Keys::live_contract(&body.key)?;
        (body.requester != contract)
            .then_some(Fault::KeyOwnedByContract { key: body.key, contract })
    }

    fn check_bounds(
        person: &AccountId,
        body: &RequestBody,
        payload: &[u8],
        id: RequestId,
        faults: &mut Vec<Fault>,
    ) {
        if Requests::<T>::contains_key(id) {
            faults.push(Fault::RequestExists { request: id });
        }
        if payload.len() > MAX_PAYLOAD_BYTES as usize {
            faults.push(Fault::PayloadTooLong { found: payload.len() });
        }
        if Open::<T>::count() >= MAX_OPEN_REQUESTS {
            faults.push(Fault::TooManyOpenRequests);
        }
        let open = OpenOfKey::<T>::decode_len(body.key).unwrap_or_default();
        // Who fills a key's places with operations does not keep it from being refreshed or moved.
        let kept = if body.operation.is_succession() { 0 } else { SUCCESSION_PLACES };
        if open >= MAX_OPEN_OF_KEY.saturating_sub(kept) as usize {
            faults.push(Fault::TooManyOpenOfKey { key: body.key });
        }
        match T::Members::institution_of(person) {
            Some(institution) => {
                let maximum = T::MaxOpenPerInstitution::get();
                if OpenOf::<T>::get(institution) >= maximum {
                    faults.push(Fault::TooManyOpenOfInstitution { institution, maximum });
                }
            }
            None => faults.push(Fault::NotMember { requester: person.clone() }),
        }
    }

    /// Whether the key's next epoch can be made as the request says.
    fn check_succession(body: &RequestBody, faults: &mut Vec<Fault>) {
        if let Some(epoch) = T::Keys::pending_epoch(&body.key) {
            faults.push(Fault::SuccessorPending { key: body.key, epoch });
        }
        if let Some((quorum, tree)) = body.operation.named_tree() {
            Self::check_tree(quorum, tree, faults);
            let old = T::Keys::key(&body.key).map(|key| key.token.tree);
            if let Some(Err(error)) = old.map(|old| AccessTree::joint(&old, tree)) {
                faults.push(Fault::TreesTooLarge { error });
            }
        }
        let policy = body.next_policy();
        if policy != body.policy && T::Policies::policy(&policy).is_none() {
            faults.push(Fault::UnknownPolicy { policy });
        }
        if let Some(owner) = body.operation.next_owner() {
            Self::check_recovery(owner, body, faults);
        }
    }

    /// Whether the key would outlive its owner to be.
    fn check_recovery(owner: &AccountId, body: &RequestBody, faults: &mut Vec<Fault>) {
        let policy = body.next_policy();
        if !T::Keys::is_recoverable(owner, &policy) {
            faults.push(Fault::NoRecovery { policy, contract: owner.clone() });
        }
    }

    fn check_tree(quorum: QuorumId, tree: &AccessTree, faults: &mut Vec<Fault>) {
        let mut leaves = tree.leaves().into_iter();
        let strange = leaves.position(|(_, who)| !matches!(who, Participant::Agent(_)));
        if let Some(leaf) = strange {
            faults.push(Fault::UnsupportedParticipant { leaf });
        } else if !T::Quorums::admits(quorum, tree) {
            faults.push(Fault::TreeNotAdmitted { quorum });
        }
    }

    fn check_key(body: &RequestBody, faults: &mut Vec<Fault>) {
        let Some(record) = T::Keys::key(&body.key) else {
            faults.push(Fault::UnknownKey { key: body.key });
            return;
        };
        let token = &record.token;
        faults.extend(Self::asked_beside_contract(body));
        if record.state != KeyState::Active {
            faults.push(Fault::KeyNotActive { key: body.key, state: record.state });
        }
        if T::Keys::is_frozen(&body.key) {
            faults.push(Fault::KeyFrozen { key: body.key });
        }
        if body.epoch != token.epoch {
            faults.push(Fault::WrongEpoch { found: body.epoch, expected: token.epoch });
        }
        if !T::Policies::descends(&body.policy, &token.policy_hash) {
            faults.push(Fault::PolicyNotDescended {
                policy: body.policy,
                committed: token.policy_hash,
            });
        }
        if !token.algorithm.can(body.operation.kind()) {
            faults.push(Fault::OperationNotOfKey { algorithm: token.algorithm });
        }
    }

    pub(crate) fn do_submit(
        caller: &Caller,
        body: RequestBody,
        payload: PayloadBytes,
        session: Option<Session>,
    ) -> DispatchResult {
        let who = caller.account.clone();
        ensure!(body.requester == who, Error::<T>::NotRequester);
        if let Some(fault) = Self::evaluate_for(&caller.person, &body, &payload).into_iter().next()
        {
            return Err(Error::<T>::from(fault).into());
        }
        let institution =
            T::Members::institution_of(&caller.person).ok_or(Error::<T>::NotMember)?;

        let id = body.id(T::Audit::genesis());
        Self::open(id, body.key, institution, body.expires)?;
        Payloads::<T>::insert(id, payload);
        let submitted = AuditEvent::Submitted {
            by: who.clone(),
            key: body.key,
            operation: body.operation.kind(),
            payload_hash: body.payload_hash,
            policy: body.policy,
        };
        let (key, expires) = (body.key, body.expires);
        let mut record = RequestRecord {
            body,
            status: RequestStatus::Pending { stage: 0 },
            submitted_at: T::Audit::block_number(),
            attempts: 0,
            approved_entry: None,
            last_entry: H256::zero(),
        };
        Self::log(id, &mut record, submitted);
        if let Some(called) = caller.event() {
            Self::log(id, &mut record, called);
            People::<T>::insert(id, &caller.person);
        }
        Self::deposit_event(Event::Submitted { request: id, requester: who, key, expires });
        if let Some(session) = session {
            // Nothing is offered before approval.
            Self::attach_session(id, &mut record, session)?;
        }
        Requests::<T>::insert(id, record);
        Ok(())
    }
}
