//! What the control plane refuses, with the name that a contract reads.

use super::{control::to_sign, *};

fn freeze(key: KeyId) -> IRegent::freezeCall {
    IRegent::freezeCall { key: key.0 .0.into() }
}

#[test]
fn a_contract_never_uses_the_keys_of_who_calls_it() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account(Alice));
        let before = log();
        assert_eq!(call(Alice, keeper, freeze(key)).err().as_deref(), Some("NotOwner"));
        let request = to_sign(&account(Alice), key);
        let submitted = call(Alice, keeper, IRegent::submitCall { request });
        assert_eq!(submitted.err().as_deref(), Some("RequesterNotInRole"));
        assert_eq!(log(), before);
    });
}

#[test]
fn refusals_are_named_and_can_be_caught() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let why = |key: KeyId| {
            let call_data = IKeeper::whyNotFreezeCall { key: key.0 .0.into() };
            call(Eve, keeper, call_data).expect("caught")
        };
        assert_eq!(why(KeyId::default()), "UnknownKey");
        let key = key_of(&contract);
        assert_eq!(why(key), "");
        assert_eq!(why(key), "AlreadyFrozen");

        let name = |request| {
            call(Eve, keeper, IRegent::submitCall { request }).map(drop).expect_err("refused")
        };
        let good = || to_sign(&contract, key);
        assert_eq!(name(good()), "KeyFrozen");
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), key));
        assert_eq!(name(IRegent::Request { key: [1; 32].into(), ..good() }), "UnknownKey");
        assert_eq!(name(IRegent::Request { policy: [1; 32].into(), ..good() }), "UnknownPolicy");
        assert_eq!(name(IRegent::Request { expires: 0, ..good() }), "RequestExpired");
        for operation in [vec![], vec![9], vec![1, 0, 0]] {
            let request = IRegent::Request { operation: operation.into(), ..good() };
            assert_eq!(name(request), "InvalidOperation");
        }
        let request = IRegent::Request { effect: vec![4].into(), ..good() };
        assert_eq!(name(request), "InvalidEffect");
        let request = IRegent::Request { payload: vec![0; 16_385].into(), ..good() };
        assert_eq!(name(request), "PayloadTooLong");
        assert_ok!(call(Eve, keeper, IRegent::submitCall { request: good() }).map(drop));
        assert_eq!(name(good()), "RequestExists");
    });
}

#[test]
fn unfreezing_what_governance_froze_is_refused() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        assert_ok!(Keys::freeze(RuntimeOrigin::root(), key));
        let refused = call(Eve, keeper, IRegent::unfreezeCall { key: key.0 .0.into() });
        assert_eq!(refused.err().as_deref(), Some("FrozenByGovernance"));
    });
}

#[test]
fn malformed_arguments_are_a_panic_and_change_nothing() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let request = to_sign(&account_at(keeper), key);
        let whole = IRegent::submitCall { request }.abi_encode();
        let before = log();
        let mut malformed: Vec<Vec<u8>> =
            vec![vec![], vec![1], [0xff; 4].to_vec(), freeze(key).abi_encode()[..20].to_vec()];
        // Of the last word three bytes are the payload's; the others are not looked at.
        let needed = whole.len() - 29;
        malformed.extend((4..needed).step_by(31).map(|end| whole[..end].to_vec()));
        // An offset that leads outside.
        let mut outside = whole.clone();
        outside[4..36].fill(0xff);
        malformed.push(outside);
        for data in malformed {
            let forwarded = IKeeper::forwardCall { data: data.clone().into() };
            let answer = call(Eve, keeper, forwarded).expect("the contract goes on");
            assert!(!answer.ok, "{data:?}");
        }
        assert_eq!(log(), before);
        assert_eq!(
            call(Eve, keeper, IKeeper::forwardCall { data: whole.into() }).map(|a| a.ok),
            Ok(true)
        );
    });
}

#[test]
fn delegate_calls_and_changes_by_static_calls_are_refused() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let data = freeze(key).abi_encode();
        let reason = |answer: &[u8]| Revert::abi_decode(answer).expect("a reason").reason;

        let delegated = IKeeper::forwardDelegateCall { data: data.clone().into() };
        let answer = call(Eve, keeper, delegated).expect("the contract goes on");
        assert!(!answer.ok);
        assert_eq!(reason(&answer.answer), "DelegateCallDenied");

        let watched = IKeeper::forwardStaticCall { data: data.into() };
        let answer = call(Eve, keeper, watched).expect("the contract goes on");
        assert!(!answer.ok);
        assert_eq!(reason(&answer.answer), "StateChangeDenied");
        assert!(!Keys::is_frozen(&key));

        let read = IRegent::keyOfCall { key: key.0 .0.into() }.abi_encode();
        let watched = IKeeper::forwardStaticCall { data: read.into() };
        let answer = call(Eve, keeper, watched).expect("the contract goes on");
        assert!(answer.ok);
        let read = IRegent::Key::abi_decode(&answer.answer).expect("a key");
        assert!(!read.frozen);
    });
}

#[test]
fn a_caller_without_weight_gets_nothing_done() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let data = freeze(key).abi_encode();
        let limit = frame_support::weights::Weight::from_parts(300_000_000, u64::MAX / 4);
        let done = Revive::bare_call(
            signed(Eve),
            keeper,
            pallet_revive::precompiles::U256::zero(),
            limits(limit),
            data,
            &pallet_revive::ExecConfig::new_substrate_tx(),
        );
        assert!(done.result.map_or(true, |answer| answer.did_revert()));
        assert!(!Keys::is_frozen(&key));
        let caller = Caller { account: contract, person: account(Eve) };
        assert_ok!(<Keys as KeyControl>::freeze(&caller, key));
    });
}
