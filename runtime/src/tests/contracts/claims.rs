//! What a contract or a member claims of others, and does not get.

use pallet_revive::precompiles::{alloy::primitives::U256, H160};
use regent_primitives::RequestId;

use super::{control::to_sign, *};

/// Two test contracts, the second of which is up to no good.
fn victim_and_thief() -> (H160, H160) {
    let thief = instantiate_with_salt(Alice, "Keeper.polkavm", [1; 32]).expect("deployed");
    (keeper(), thief)
}

#[test]
fn a_contract_does_nothing_with_the_key_of_another() {
    local(|| {
        let (victim, thief) = victim_and_thief();
        let key = key_of(&account_at(victim));
        let own = key_of(&account_at(thief));
        let policy = prepare_transfer(key, &account(Bob));
        let before = log();
        let bytes = || key.0 .0.into();
        let to_bob = IRegent::transferControlCall {
            key: bytes(),
            newOwner: <[u8; 32]>::from(account(Bob)).into(),
            newPolicy: policy.0 .0.into(),
        };
        let refused = [
            call(Eve, thief, IRegent::freezeCall { key: bytes() }).map(drop),
            call(Eve, thief, IRegent::unfreezeCall { key: bytes() }).map(drop),
            call(Eve, thief, IRegent::withdrawCall { key: bytes() }).map(drop),
            call(Eve, thief, to_bob).map(drop),
        ];
        for refused in refused {
            assert_eq!(refused.err().as_deref(), Some("NotOwner"));
        }

        // Neither under the key's policy, which does not name it, nor under its own: the key is another's.
        let request = to_sign(&account_at(victim), key);
        let submitted = call(Eve, thief, IRegent::submitCall { request }).map(drop);
        assert_eq!(submitted.err().as_deref(), Some("RequesterNotInRole"));
        let request = IRegent::Request { key: bytes(), ..to_sign(&account_at(thief), own) };
        let submitted = call(Eve, thief, IRegent::submitCall { request }).map(drop);
        assert_eq!(submitted.err().as_deref(), Some("KeyOwnedByContract"));
        assert_eq!(log(), before);
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&key), Some(1));
    });
}

/// Not even when the person is the same that had the request made.
#[test]
fn a_contract_does_not_cancel_the_request_of_another() {
    local(|| {
        let (victim, thief) = victim_and_thief();
        let key = key_of(&account_at(victim));
        let request = to_sign(&account_at(victim), key);
        let id = call(Eve, victim, IRegent::submitCall { request }).expect("accepted");
        let cancelled = call(Eve, thief, IRegent::cancelCall { request: id }).map(drop);
        assert_eq!(cancelled.err().as_deref(), Some("NotRequester"));
        let status = Requests::status(&RequestId(H256(id.0)));
        assert_eq!(status, Some(RequestStatus::Pending { stage: 0 }));
    });
}

#[test]
fn a_contract_neither_renews_nor_withdraws_the_condition_of_another() {
    local(|| {
        let (victim, thief) = victim_and_thief();
        let fulfil = |evidence: u8| IRegent::fulfilConditionCall {
            conditionId: [0xc0; 32].into(),
            evidenceHash: [evidence; 32].into(),
        };
        let withdraw = || IRegent::withdrawConditionCall { conditionId: [0xc0; 32].into() };
        let evidence = |of| {
            let condition = H256([0xc0; 32]);
            let met =
                pallet_regent_contracts::Fulfilments::<Runtime>::get(account_at(of), condition);
            met.map(|met| met.evidence)
        };
        assert_ok!(call(Eve, victim, fulfil(1)).map(drop));
        let refused = call(Eve, thief, withdraw()).map(drop);
        assert_eq!(refused.err().as_deref(), Some("NotFulfilled"));
        assert_ok!(call(Eve, thief, fulfil(2)).map(drop));
        assert_eq!(evidence(victim), Some(H256([1; 32])));
        assert_ok!(call(Eve, thief, withdraw()).map(drop));
        assert_eq!(evidence(victim), Some(H256([1; 32])));
        assert_eq!(evidence(thief), None);
    });
}

#[test]
fn a_contract_that_declares_all_it_may_leaves_room_for_others() {
    local(|| {
        let (victim, thief) = victim_and_thief();
        let fulfil = |number: u8| IRegent::fulfilConditionCall {
            conditionId: [number; 32].into(),
            evidenceHash: [1; 32].into(),
        };
        for number in 0..64 {
            assert_ok!(call(Eve, thief, fulfil(number)).map(drop));
        }
        let refused = call(Eve, thief, fulfil(64)).map(drop);
        assert_eq!(refused.err().as_deref(), Some("TooManyFulfilled"));
        assert_ok!(call(Eve, thief, fulfil(0)).map(drop));
        assert_ok!(call(Eve, victim, fulfil(64)).map(drop));
    });
}

#[test]
fn who_calls_a_contract_of_another_institution_spends_the_own_credits() {
    local(|| {
        let holder = instantiate(Alice, "Holder.polkavm").expect("deployed");
        let credits = || (Contracts::credits(0).free, Contracts::credits(1).free);
        let before = credits();
        let fill = IHolder::fillCall { from: U256::from(0u64), count: U256::from(5u64) };
        assert_ok!(call(Bob, holder, fill).map(drop));
        assert_eq!(credits().0, before.0);
        assert!(credits().1 < before.1);

        // What fails costs no credits.
        let before = credits();
        let freeze = IRegent::freezeCall { key: [1; 32].into() };
        assert!(call(Bob, holder, IHolder::spinCall {}).is_err());
        assert!(call(Bob, holder, freeze).is_err());
        assert_eq!(credits().1, before.1);
    });
}

/// A deposit returns to the institution of whoever frees what it was for, not to who left it. So what
/// a contract lets anybody free is anybody's: it is for the contract to say who may.
#[test]
fn what_a_contract_lets_others_free_returns_to_them() {
    local(|| {
        let credits = || (Contracts::credits(0).free, Contracts::credits(1).free);
        let mortal = instantiate(Alice, "Mortal.polkavm").expect("deployed");
        let before = credits();
        let end = IMortal::endCall {};
        assert_ok!(call(Bob, mortal, end).map(drop));
        assert!(credits().1 > before.1, "the contract's own deposit");
        assert!(credits().0 >= before.0, "and its code's share, to who uploaded it");
        let all = |institution| Contracts::credits(institution).granted;
        assert_eq!(all(0), all(1), "what was granted is as it was");
        // Governance can take it back.
        let more = credits().1 - before.1;
        assert_ok!(Contracts::revoke_credits(RuntimeOrigin::root(), 1, more));
    });
}
