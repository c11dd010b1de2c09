//! A stranger is called by the contract that owns a key, and calls back.

use pallet_revive::precompiles::{alloy, H160};
use regent_primitives::PolicyHash;

use super::*;

/// A holder with a key whose next epoch waits for Bob, and a stranger.
struct Scene {
    holder: H160,
    intruder: H160,
    key: KeyId,
    policy: PolicyHash,
}

fn scene() -> Scene {
    scene_with_salt([1; 32])
}

fn scene_with_salt(salt: [u8; 32]) -> Scene {
    let holder = instantiate_with_salt(Alice, "Holder.polkavm", salt).expect("deployed");
    let intruder = instantiate_with_salt(Alice, "Intruder.polkavm", salt).expect("deployed");
    let key = key_of(&account_at(holder));
    let policy = prepare_transfer(key, &account(Bob));
    Scene { holder, intruder, key, policy }
}

impl Scene {
    /// What the stranger does when it is called.
    fn arm(&self, at: H160, what: Vec<u8>) {
        let call_data = IIntruder::armCall { at: at.0.into(), what: what.into() };
        assert_ok!(call(Eve, self.intruder, call_data).map(drop));
    }

    /// The reason for which the stranger was refused.
    fn refusal(&self) -> String {
        let outcome = call(Eve, self.intruder, IIntruder::outcomeCall {}).expect("answered");
        assert!(outcome.struck, "it was not called");
        assert!(!outcome.ok, "it succeeded");
        Revert::abi_decode(&outcome.answer).expect("a reason").reason
    }

    fn give(&self) -> IHolder::giveCall {
        IHolder::giveCall {
            key: self.key.0 .0.into(),
            newOwner: <[u8; 32]>::from(account(Bob)).into(),
            newPolicy: self.policy.0 .0.into(),
            guest: self.intruder.0.into(),
        }
    }

    fn settle(&self, price: u64) -> IHolder::settleCall {
        IHolder::settleCall {
            key: self.key.0 .0.into(),
            newOwner: <[u8; 32]>::from(account(Bob)).into(),
            newPolicy: self.policy.0 .0.into(),
            payee: self.intruder.0.into(),
            price: alloy::primitives::U256::from(price),
        }
    }

    fn owner(&self) -> AccountId {
        <Keys as KeyRegistry>::key(&self.key).expect("enrolled").owner
    }
}

fn transfers() -> usize {
    let is_transfer = |event: &AuditEvent| matches!(event, AuditEvent::ControlTransferred { .. });
    log().iter().filter(|event| is_transfer(event)).count()
}

#[test]
fn a_guest_that_calls_back_does_not_repeat_a_hand_over() {
    local(|| {
        let scene = scene();
        scene.arm(scene.holder, scene.give().abi_encode());
        assert_ok!(call(Eve, scene.holder, scene.give()).map(drop));
        assert_eq!(scene.refusal(), "given already");
        assert_eq!(scene.owner(), account(Bob));
        assert_eq!(transfers(), 1);
    });
}

/// The key is handed over in the inner call; then the outer one finds that it is gone, and all of it is
/// taken back.
#[test]
fn a_careless_owner_that_is_called_back_hands_nothing_over_twice() {
    local(|| {
        let scene = scene();
        let IHolder::giveCall { key, newOwner, newPolicy, guest } = scene.give();
        let careless = IHolder::giveCarelesslyCall { key, newOwner, newPolicy, guest };
        scene.arm(scene.holder, careless.abi_encode());
        let before = log();
        let refused = call(Eve, scene.holder, careless).map(drop);
        assert_eq!(refused.err().as_deref(), Some("NotOwner"));
        assert_eq!(scene.owner(), account_at(scene.holder));
        assert_eq!(log(), before);
    });
}

#[test]
fn a_guest_never_acts_for_the_owner_that_called_it() {
    local(|| {
        let strike = |scene: &Scene, number: u8| {
            let key = scene.key.0 .0.into();
            match number {
                1 => IRegent::freezeCall { key }.abi_encode(),
                2 => IRegent::unfreezeCall { key }.abi_encode(),
                3 => IRegent::withdrawCall { key }.abi_encode(),
                _ => IRegent::transferControlCall {
                    key,
                    newOwner: <[u8; 32]>::from(account(Bob)).into(),
                    newPolicy: scene.policy.0 .0.into(),
                }
                .abi_encode(),
            }
        };
        for number in 1..=4 {
            let scene = scene_with_salt([number; 32]);
            scene.arm(regent(), strike(&scene, number));
            assert_ok!(call(Eve, scene.holder, scene.give()).map(drop));
            assert_eq!(scene.refusal(), "NotOwner", "{number}");
            assert_eq!(scene.owner(), account(Bob));
            assert!(!Keys::is_frozen(&scene.key));
        }
    });
}

/// A payee that is called by its payment is a guest like any other.
#[test]
fn a_payee_gets_the_price_once_and_nothing_else() {
    local(|| {
        for (salt, at_holder) in [([1; 32], true), ([2; 32], false)] {
            let scene = scene_with_salt(salt);
            let funded = bare_paying(Alice, scene.holder, 100, Vec::new());
            assert!(!funded.result.expect("executed").did_revert());
            let (holder, intruder) = (cash_at(scene.holder), cash_at(scene.intruder));
            let freeze = IRegent::freezeCall { key: scene.key.0 .0.into() };
            if at_holder {
                scene.arm(scene.holder, scene.settle(7).abi_encode());
            } else {
                scene.arm(regent(), freeze.abi_encode());
            }
            assert_ok!(call(Eve, scene.holder, scene.settle(7)).map(drop));
            let expected = if at_holder { "given already" } else { "NotOwner" };
            assert_eq!(scene.refusal(), expected);
            assert_eq!(cash_at(scene.holder), holder - 7);
            assert_eq!(cash_at(scene.intruder), intruder + 7);
            assert_eq!(scene.owner(), account(Bob));
            assert!(!Keys::is_frozen(&scene.key));
        }
        assert_eq!(transfers(), 2);
    });
}
