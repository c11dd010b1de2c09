//! What a contract reads of the control plane, and does through it.

use codec::Encode;
use regent_primitives::{traits::ChainInfo, Effect, Subject};

use super::*;

fn regent_key(key: KeyId) -> IRegent::keyOfCall {
    IRegent::keyOfCall { key: key.0 .0.into() }
}

/// A request to sign, by a contract whose key this is.
pub fn to_sign(owner: &AccountId, key: KeyId) -> IRegent::Request {
    let genesis = <Audit as ChainInfo>::genesis();
    IRegent::Request {
        salt: [9; 32].into(),
        key: key.0 .0.into(),
        operation: Operation::Sign { format: PayloadFormat::Raw }.encode().into(),
        effect: Effect::default().encode().into(),
        payload: b"pay".to_vec().into(),
        policy: policy(owner).hash(genesis).0 .0.into(),
        expires: 50,
    }
}

#[test]
fn a_contract_reads_keys_members_and_time() {
    local(|| {
        let keeper = keeper();
        let own = call(Bob, keeper, IKeeper::accountCall {}).expect("answered");
        assert_eq!(own.0, <[u8; 32]>::from(account_at(keeper)));

        let key = key_of(&account(Alice));
        let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
        let read = call(Bob, keeper, regent_key(key)).expect("answered");
        assert_eq!(read.owner.0, <[u8; 32]>::from(record.owner));
        assert_eq!(read.policy.0, record.token.policy_hash.0 .0);
        assert!(matches!(read.state, IRegent::KeyState::Active));
        assert_eq!(
            (read.frozen, read.chainAuthority, read.epoch, read.algorithm),
            (false, false, 0, 2)
        );
        assert_ok!(Keys::freeze(RuntimeOrigin::root(), key));
        assert!(call(Bob, keeper, regent_key(key)).expect("answered").frozen);
        let of_contract = key_of(&account_at(keeper));
        assert!(call(Bob, keeper, regent_key(of_contract)).expect("answered").chainAuthority);

        let membership = |who: [u8; 32]| {
            let call_data = IRegent::membershipOfCall { account: who.into() };
            call(Eve, keeper, call_data).expect("answered")
        };
        let (alice, eve) = (membership(account(Alice).into()), membership(account(Eve).into()));
        assert!(matches!(alice.role, IRegent::Role::Administrator));
        assert!(matches!(eve.role, IRegent::Role::Member));
        assert!(matches!(membership(account(Bob).into()).role, IRegent::Role::Administrator));
        assert_eq!((alice.institution, eve.institution), (0, 0));
        assert_eq!(membership(account(Bob).into()).institution, 1);
        assert!(matches!(membership(account_at(keeper).into()).role, IRegent::Role::Nobody));

        System::set_block_number(7);
        pallet_timestamp::Now::<Runtime>::put(1_234_567);
        let time = call(Eve, keeper, IRegent::blockTimeCall {}).expect("answered");
        assert_eq!((time.number, time.milliseconds), (7, 1_234_567));
    });
}

#[test]
fn a_persons_address_leads_to_the_persons_account() {
    local(|| {
        use pallet_revive::AddressMapper;
        let who = <Runtime as pallet_revive::Config>::AddressMapper::to_address(&account(Eve));
        let call_data = IRegent::accountOfCall { who: who.0.into() };
        let found = call(Alice, regent(), call_data).expect("answered");
        assert_eq!(found.0, <[u8; 32]>::from(account(Eve)));
        // Nobody could act for it.
        let stranger = IRegent::accountOfCall { who: [5; 20].into() };
        let refused = call(Alice, regent(), stranger).map(drop);
        assert_eq!(refused.err().as_deref(), Some("UnknownAccount"));
    });
}

#[test]
fn a_contract_freezes_its_key_and_the_log_names_it_and_the_person() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        assert_ok!(call(Eve, keeper, IRegent::freezeCall { key: key.0 .0.into() }).map(drop));
        assert!(Keys::is_frozen(&key));
        let called =
            AuditEvent::CalledByContract { contract: contract.clone(), person: account(Eve) };
        let frozen = AuditEvent::KeyFrozen { by: Some(contract.clone()) };
        assert_eq!(log()[log().len() - 2..], [frozen, called.clone()]);

        assert_ok!(call(Bob, keeper, IRegent::unfreezeCall { key: key.0 .0.into() }).map(drop));
        assert!(!Keys::is_frozen(&key));
        let lifted = AuditEvent::KeyUnfrozen { by: Some(contract.clone()) };
        let called = AuditEvent::CalledByContract { contract, person: account(Bob) };
        assert_eq!(log()[log().len() - 2..], [lifted, called]);
    });
}

#[test]
fn a_person_freezes_a_key_through_the_control_plane_alone() {
    local(|| {
        let key = key_of(&account(Alice));
        assert_ok!(call(Alice, regent(), IRegent::freezeCall { key: key.0 .0.into() }).map(drop));
        assert!(Keys::is_frozen(&key));
        assert_eq!(log().last(), Some(&AuditEvent::KeyFrozen { by: Some(account(Alice)) }));
    });
}

#[test]
fn what_a_contract_takes_back_leaves_nothing() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let before = log();
        let reverted = call(Eve, keeper, IKeeper::freezeAndRevertCall { key: key.0 .0.into() });
        assert_eq!(reverted.err().as_deref(), Some("taken back"));
        assert!(!Keys::is_frozen(&key));
        assert_eq!(log(), before);
    });
}

#[test]
fn a_contract_submits_a_request_that_people_approve() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let request = to_sign(&contract, key);
        let id = call(Eve, keeper, IRegent::submitCall { request }).expect("accepted");
        let id = regent_primitives::RequestId(H256(id.0));

        let status = Requests::status(&id);
        assert_eq!(status, Some(RequestStatus::Pending { stage: 0 }));
        let state = Requests::state(id).expect("stored");
        assert_eq!(state.record.body.requester, contract);
        assert_eq!(state.payload.as_deref(), Some(&b"pay"[..]));
        let entries = Audit::entries(0, 256);
        let history: Vec<_> =
            entries.iter().filter(|entry| entry.subject == Subject::Request(id)).collect();
        assert!(matches!(&history[0].event, AuditEvent::Submitted { by, .. } if *by == contract));
        let called = AuditEvent::CalledByContract { contract, person: account(Eve) };
        assert_eq!(history[1].event, called);

        let read = IRegent::statusOfCall { request: id.0 .0.into() };
        let status = call(Bob, keeper, read).expect("answered");
        assert!(matches!(status, IRegent::RequestStatus::Pending));
        let unknown = IRegent::statusOfCall { request: [0; 32].into() };
        let status = call(Bob, keeper, unknown).expect("answered");
        assert!(matches!(status, IRegent::RequestStatus::Unknown));
    });
}

#[test]
fn a_contract_enrols_a_key_of_its_own() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        // For the quorum and the policy.
        let other = key_of(&contract);
        let operation = Operation::Enrol {
            algorithm: regent_primitives::Algorithm::Ed25519,
            quorum: 0,
            tree: tree(),
        };
        let request = IRegent::Request {
            operation: operation.encode().into(),
            payload: Vec::new().into(),
            ..to_sign(&contract, other)
        };
        let id = call(Eve, keeper, IRegent::submitCall { request }).expect("accepted");
        let state = Requests::state(regent_primitives::RequestId(H256(id.0))).expect("stored");
        let genesis = <Audit as ChainInfo>::genesis();
        assert_eq!(state.record.body.key, KeyId::derive(genesis, &contract, &[9; 32]));
    });
}

#[test]
fn a_contract_hands_its_key_over() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let policy = prepare_transfer(key, &account(Bob));
        let to = |owner: AccountId| IRegent::transferControlCall {
            key: key.0 .0.into(),
            newOwner: <[u8; 32]>::from(owner).into(),
            newPolicy: policy.0 .0.into(),
        };
        let early = call(Bob, regent(), to(account(Bob)));
        assert_eq!(early.map(drop).err().as_deref(), Some("NotOwner"));
        let other = call(Eve, keeper, to(account(Eve)));
        assert_eq!(other.map(drop).err().as_deref(), Some("NotPrepared"));

        assert_ok!(call(Eve, keeper, to(account(Bob))).map(drop));
        let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
        assert_eq!((record.owner, record.token.epoch), (account(Bob), 1));
        assert!(!record.chain_authority, "a person owns it now");
        let called =
            AuditEvent::CalledByContract { contract: contract.clone(), person: account(Eve) };
        assert_eq!(log().last(), Some(&called));
        assert!(log().iter().any(|event| matches!(event,
            AuditEvent::ControlTransferred { from, to, .. }
                if *from == contract && *to == account(Bob))));
        let late = call(Eve, keeper, IRegent::freezeCall { key: key.0 .0.into() });
        assert_eq!(late.map(drop).err().as_deref(), Some("NotOwner"));
    });
}

#[test]
fn a_contract_gives_up_what_it_prepared_and_prepares_anew() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let withdraw = || IRegent::withdrawCall { key: key.0 .0.into() };
        let early = call(Eve, keeper, withdraw()).map(drop);
        assert_eq!(early.err().as_deref(), Some("NotPending"));
        prepare_transfer(key, &account(Bob));
        let other = call(Eve, regent(), withdraw()).map(drop);
        assert_eq!(other.err().as_deref(), Some("NotOwner"));
        assert_ok!(call(Eve, keeper, withdraw()).map(drop));
        let called =
            AuditEvent::CalledByContract { contract: contract.clone(), person: account(Eve) };
        assert_eq!(log()[log().len() - 2..], [AuditEvent::EpochWithdrawn { epoch: 1 }, called]);

        let policy = prepare_transfer(key, &account(Ferdie));
        let to = |owner: AccountId| IRegent::transferControlCall {
            key: key.0 .0.into(),
            newOwner: <[u8; 32]>::from(owner).into(),
            newPolicy: policy.0 .0.into(),
        };
        let given_up = call(Eve, keeper, to(account(Bob))).map(drop);
        assert_eq!(given_up.err().as_deref(), Some("NotPrepared"));
        assert_ok!(call(Eve, keeper, to(account(Ferdie))).map(drop));
        let record = <Keys as KeyRegistry>::key(&key).expect("enrolled");
        assert_eq!((record.owner, record.token.epoch), (account(Ferdie), 2));
    });
}

#[test]
fn a_contract_cancels_its_request_and_nobody_elses() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let request = to_sign(&contract, key);
        let id = call(Eve, keeper, IRegent::submitCall { request }).expect("accepted");
        let cancel = || IRegent::cancelCall { request: id };
        let other = call(Eve, regent(), cancel()).map(drop);
        assert_eq!(other.err().as_deref(), Some("NotRequester"));
        assert_ok!(call(Bob, keeper, cancel()).map(drop));
        let status = Requests::status(&regent_primitives::RequestId(H256(id.0)));
        assert_eq!(status, Some(RequestStatus::Cancelled));
        let over = call(Bob, keeper, cancel()).map(drop);
        assert_eq!(over.err().as_deref(), Some("RequestOver"));
        let unknown = call(Bob, keeper, IRegent::cancelCall { request: [0; 32].into() });
        assert_eq!(unknown.map(drop).err().as_deref(), Some("UnknownRequest"));
    });
}

#[test]
fn a_policy_waits_for_the_contract_it_names() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let stranger = instantiate_with_salt(Bob, "Keeper.polkavm", [1; 32]).expect("deployed");
        let key = key_of(&contract);
        let id = [0xc0; 32];
        let fulfil = || IRegent::fulfilConditionCall {
            conditionId: id.into(),
            evidenceHash: [0xe0; 32].into(),
        };
        // A successor of the key's policy, whose signatures wait.
        let gated = gated_policy(&contract, &contract, H256(id));
        let request = IRegent::Request { policy: gated.0 .0.into(), ..to_sign(&contract, key) };
        let submit = || IRegent::submitCall { request: request.clone() };
        let unmet = |who| call(who, keeper, submit()).map(drop).err();
        assert_eq!(unmet(Eve).as_deref(), Some("ConditionNotFulfilled"));

        // Neither another contract nor a person fulfils it.
        assert_ok!(call(Eve, stranger, fulfil()).map(drop));
        assert_eq!(unmet(Eve).as_deref(), Some("ConditionNotFulfilled"));
        let person = call(Eve, regent(), fulfil()).map(drop);
        assert_eq!(person.err().as_deref(), Some("NotContract"));

        assert_ok!(call(Eve, keeper, fulfil()).map(drop));
        let read = IRegent::isFulfilledCall {
            account: <[u8; 32]>::from(contract.clone()).into(),
            conditionId: id.into(),
        };
        assert!(call(Bob, keeper, read.clone()).expect("answered"));
        let called = AuditEvent::CalledByContract { contract, person: account(Eve) };
        let (condition, evidence) = (H256(id), H256([0xe0; 32]));
        let fulfilled = AuditEvent::ConditionFulfilled { condition, evidence };
        assert_eq!(log()[log().len() - 2..], [fulfilled, called]);
        assert_ok!(call(Eve, keeper, submit()).map(drop));

        let withdraw = IRegent::withdrawConditionCall { conditionId: id.into() };
        assert_ok!(call(Eve, keeper, withdraw.clone()).map(drop));
        assert!(!call(Bob, keeper, read).expect("answered"));
        let again = call(Eve, keeper, withdraw).map(drop);
        assert_eq!(again.err().as_deref(), Some("NotFulfilled"));
    });
}
