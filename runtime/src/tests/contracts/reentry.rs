//! A stranger is called by the contract that owns a key, and calls back.

use pallet_revive::precompiles::{alloy, H160};
use regent_primitives::PolicyHash;

use super::{
    custody::{carry_out, deploy, refused, request, ISale, Kept, Party, NONE},
    sale::{standing, terms, DEADLINE},
    *,
};

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
        arm(self.intruder, at, what);
    }

    /// The reason for which the stranger was refused.
    fn refusal(&self) -> String {
        refusal(self.intruder)
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

/// What a stranger does when it is called.
fn arm(intruder: H160, at: H160, what: Vec<u8>) {
    let call_data = IIntruder::armCall { at: at.0.into(), what: what.into() };
    assert_ok!(call(Eve, intruder, call_data).map(drop));
}

/// The reason for which a stranger was refused.
fn refusal(intruder: H160) -> String {
    let outcome = call(Eve, intruder, IIntruder::outcomeCall {}).expect("answered");
    assert!(outcome.struck, "it was not called");
    assert!(!outcome.ok, "it succeeded");
    Revert::abi_decode(&outcome.answer).expect("a reason").reason
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

/// What the stranger sells or buys the key for.
const PRICE: Balance = 1_000;

/// A sale by a contract that is deployed in earnest, with a stranger as one of its parties.
struct Sold {
    sale: H160,
    kept: Kept,
    stranger: H160,
}

/// Every story is told by both contracts.
fn on_each(sells: bool, story: impl Fn(Sold)) {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        local(|| story(Sold::new(file, sells)));
    }
}

impl Sold {
    /// The stranger sells to Ferdie, or buys from Eve.
    fn new(file: &str, sells: bool) -> Self {
        let salt = [1; 32];
        let stranger = instantiate_with_salt(Alice, "Intruder.polkavm", salt).expect("deployed");
        let statement = NONE.into();
        let price = ISale::Price { amount: PRICE, oracles: vec![], threshold: 0, statement };
        let mut terms = terms(price, 0, vec![]);
        let replaced = if sells { &mut terms.seller } else { &mut terms.buyer };
        let account = <[u8; 32]>::from(account_at(stranger)).into();
        *replaced = Party { who: stranger.0.into(), account, policy: replaced.policy };
        let sale = deploy(file, terms.abi_encode());
        let kept = Kept::waiting_by(sale);
        let scene = Self { sale, kept, stranger };
        let bind = ISale::bindCall { key: scene.kept.id() };
        if sells {
            scene.act(0, bind);
        } else {
            assert_ok!(call(Eve, sale, bind).map(drop));
        }
        scene
    }

    /// The stranger calls the sale, with so much of Ferdie's.
    fn act(&self, value: Balance, what: impl SolCall) {
        let (at, what) = (self.sale.0.into(), what.abi_encode().into());
        let act = IIntruder::actCall { at, what };
        assert_ok!(paying(Ferdie, self.stranger, value, act).map(drop));
    }

    /// Somebody has the stranger paid, which calls the sale back with the same; returns why it was refused.
    ///
    /// Solidity lets it call back, and it finds that what it asks for is done. ink! pays with the door
    /// shut: whoever knocks is not paid, nothing has happened, and the call is made again.
    fn pay<C: SolCall + Clone>(&self, who: sp_keyring::Sr25519Keyring, what: C) -> String {
        let before = (self.kept.owner(), cash_at(self.sale), cash_at(self.stranger), transfers());
        arm(self.stranger, self.sale, what.abi_encode());
        let Err(reason) = call(who, self.sale, what.clone()) else {
            return refusal(self.stranger);
        };
        assert_eq!(refused::<()>(Err(reason)), "PaymentFailed");
        let after = (self.kept.owner(), cash_at(self.sale), cash_at(self.stranger), transfers());
        assert_eq!(after, before);
        let freeze = IRegent::freezeCall { key: self.kept.id() };
        arm(self.stranger, regent(), freeze.abi_encode());
        assert_ok!(call(who, self.sale, what).map(drop));
        refusal(self.stranger)
    }
}

#[test]
fn a_seller_that_calls_back_has_the_price_once_and_the_buyer_the_key() {
    on_each(true, |scene| {
        let before = (cash_at(scene.stranger), cash(Ferdie));
        assert_ok!(paying(Ferdie, scene.sale, PRICE, ISale::payCall {}).map(drop));
        let preparation = scene.kept.preparation(1, 50);
        let prepare = ISale::prepareCall { step: ISale::Step::Settle, preparation };
        carry_out(request(call(Ferdie, scene.sale, prepare).expect("accepted")));
        let refusal = scene.pay(Ferdie, ISale::settleCall {});
        let reason = refusal.split(':').next().unwrap_or_default();
        assert!(["NotPaid", "NotOwner"].contains(&reason), "{refusal}");

        assert_eq!(scene.kept.owner(), (account(Ferdie), 1));
        assert_eq!(transfers(), 1);
        assert_eq!((cash_at(scene.stranger), cash(Ferdie)), (before.0 + PRICE, before.1 - PRICE));
        assert_eq!(cash_at(scene.sale), 0);
        assert!(matches!(standing(scene.sale), ISale::Standing::Settled));
        assert!(!Keys::is_frozen(&scene.kept.key));
        assert_eq!(refused(call(Ferdie, scene.sale, ISale::settleCall {})), "NotPaid");
    });
}

#[test]
fn a_buyer_that_calls_back_is_refunded_once_and_the_seller_keeps_the_key() {
    on_each(false, |scene| {
        scene.act(PRICE, ISale::payCall {});
        let before = cash_at(scene.stranger);
        assert_eq!(cash_at(scene.sale), PRICE);
        System::set_block_number(DEADLINE + 1);
        assert_ok!(call(Dave, scene.sale, ISale::expireCall {}).map(drop));
        let refusal = scene.pay(Dave, ISale::withdrawCall {});
        let reason = refusal.split(':').next().unwrap_or_default();
        assert!(["NothingToWithdraw", "NotOwner"].contains(&reason), "{refusal}");

        assert_eq!((cash_at(scene.stranger), cash_at(scene.sale)), (before + PRICE, 0));
        assert_eq!(scene.kept.owner(), (account_at(scene.sale), 0));
        assert_eq!(transfers(), 0);
        assert!(!Keys::is_frozen(&scene.kept.key));
        let again = call(Dave, scene.sale, ISale::withdrawCall {});
        assert_eq!(refused(again), "NothingToWithdraw");
    });
}
