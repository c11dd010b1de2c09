//! A contract's key outlives the contract: somebody is left to have it transferred.

use codec::Encode;
use regent_primitives::{traits::ChainInfo, Algorithm, BoundedVec, Policy, PolicyHash};

use super::{
    beside::{asked, submit},
    control::to_sign,
    custody::{carry_out, custody_policy, refused, Kept},
    *,
};

type RequestsError = pallet_regent_requests::Error<Runtime>;

/// Puts a policy onto the chain.
fn created(policy: Policy) -> PolicyHash {
    let hash = policy.hash(<Audit as ChainInfo>::genesis());
    assert_ok!(Policies::create(signed(Alice), Box::new(policy)));
    hash
}

/// A policy under which nobody requests but the contract.
fn alone(contract: &AccountId) -> Policy {
    let mut policy = policy(contract);
    policy.roles[0].members = BoundedVec::truncate_from(vec![contract.clone()]);
    policy
}

#[test]
fn a_contract_is_told_that_its_key_would_be_lost_with_it() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        // For the quorum and the policy.
        let other = key_of(&contract);
        let enrol =
            Operation::Enrol { algorithm: Algorithm::Ed25519, quorum: 0, tree: tree() }.encode();
        let under = |policy: PolicyHash| IRegent::submitCall {
            request: IRegent::Request {
                operation: enrol.clone().into(),
                payload: Vec::new().into(),
                policy: policy.0 .0.into(),
                ..to_sign(&contract, other)
            },
        };
        let lost = call(Eve, keeper, under(created(alone(&contract))));
        assert_eq!(refused(lost), "NoRecovery");
        let right = policy(&contract).hash(<Audit as ChainInfo>::genesis());
        assert_ok!(call(Eve, keeper, under(right)).map(drop));
    });
}

#[test]
fn no_key_is_prepared_for_a_contract_with_which_it_would_be_lost() {
    local(|| {
        let contract = account_at(keeper());
        let alices = custody_policy(&account(Alice));
        let current = alices.hash(<Audit as ChainInfo>::genesis());
        let key = key_under(&account(Alice), alices);
        let under = |policy: PolicyHash| {
            let (quorum, tree, owner) = (quorum(), tree(), contract.clone());
            asked(Alice, key, current, Operation::Transfer { quorum, tree, owner, policy })
        };
        let lost = under(created(alone(&contract)));
        assert_noop!(submit(Alice, lost), RequestsError::NoRecovery);
        assert_ok!(submit(Alice, under(created(policy(&contract)))));
    });
}

#[test]
fn once_its_contract_ended_a_key_goes_to_whom_people_approve() {
    local(|| {
        let mortal = instantiate(Alice, "Mortal.polkavm").expect("deployed");
        let kept = Kept::by(mortal);
        let policy = created(policy(&account(Ferdie)));
        let (quorum, tree, owner) = (quorum(), tree(), account(Ferdie));
        let transfer = Operation::Transfer { quorum, tree, owner, policy };
        let body = asked(RECOVERY, kept.key, kept.policy, transfer);
        assert_noop!(submit(RECOVERY, body.clone()), RequestsError::KeyOwnedByContract);
        assert_ok!(call(Eve, mortal, IMortal::endCall {}).map(drop));

        let request = body.id(<Audit as ChainInfo>::genesis());
        assert_ok!(submit(RECOVERY, body));
        carry_out(request);
        // In the contract's place, to whom people have approved and to nobody else.
        let hand_over =
            |to| Keys::transfer_control(RuntimeOrigin::root(), kept.key, account(to), policy);
        let other = pallet_regent_keys::Error::<Runtime>::NotPrepared;
        assert_noop!(hand_over(Eve), other);
        assert_ok!(hand_over(Ferdie));
        assert_eq!(kept.owner(), (account(Ferdie), 1));
        let sign = Operation::Sign { format: PayloadFormat::Raw };
        assert_ok!(submit(Ferdie, asked(Ferdie, kept.key, policy, sign)));
    });
}
