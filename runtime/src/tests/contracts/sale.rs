//! Sales of a key that is paid for elsewhere, by the contract in Solidity and by the one in ink!.

use codec::Encode;
use pallet_revive::precompiles::{alloy::primitives::keccak256, H160};
use regent_primitives::{AccessTree, Participant};
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{
        address, carry_out, deploy, is_condition_met, party, refused, request, ISale, Kept,
        Preparation, CONDITION, EVIDENCE,
    },
    *,
};

/// Eve sells to Ferdie. So many of Charlie and Dave attest the payment, Bob signs off, Alice rules.
struct Scene {
    sale: H160,
    kept: Kept,
}

pub const DEADLINE: u32 = 100;
/// Blocks for a ruling.
const RULING: u32 = 20;

/// Terms of a sale that Alice arbitrates.
pub fn terms(
    price: ISale::Price,
    deposit: Balance,
    sign_offs: Vec<ISale::SignOff>,
) -> ISale::Terms {
    ISale::Terms {
        seller: party(Eve),
        buyer: party(Ferdie),
        price,
        deposit,
        signOffs: sign_offs,
        arbiter: address(Alice),
        deadline: DEADLINE,
        ruling: RULING,
        lifetime: 10,
        condition: CONDITION.into(),
        sharing: keccak256((quorum(), tree()).encode()),
    }
}

/// A price of which so many attest that it was paid elsewhere.
fn attested(threshold: u8) -> ISale::Price {
    ISale::Price {
        amount: 0,
        oracles: vec![address(Charlie), address(Dave)],
        threshold,
        statement: [0x57; 32].into(),
    }
}

/// What Bob signs off.
pub fn sanctions() -> Vec<ISale::SignOff> {
    vec![ISale::SignOff { office: ISale::Office::Sanctions, who: address(Bob) }]
}

/// Terms under which so many attest, encoded for the constructor.
pub(super) fn encoded_terms(threshold: u8) -> Vec<u8> {
    terms(attested(threshold), 0, sanctions()).abi_encode()
}

/// Opens a sale of a key that Eve has bound; Alice is the arbiter.
pub fn open(
    file: &str,
    price: ISale::Price,
    deposit: Balance,
    sign_offs: Vec<ISale::SignOff>,
) -> (H160, Kept) {
    let sale = deploy(file, terms(price, deposit, sign_offs).abi_encode());
    let kept = Kept::waiting_by(sale);
    assert_ok!(call(Eve, sale, ISale::bindCall { key: kept.id() }).map(drop));
    (sale, kept)
}

/// Where a sale stands.
pub fn standing(sale: H160) -> ISale::Standing {
    call(Bob, sale, ISale::standingCall {}).expect("answered")
}

/// Every story is told by both contracts.
fn on_each(threshold: u8, story: impl Fn(Scene)) {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        local(|| story(Scene::new(file, threshold)));
    }
}

impl Scene {
    fn new(file: &str, threshold: u8) -> Self {
        let (sale, kept) = open(file, attested(threshold), 0, sanctions());
        Self { sale, kept }
    }

    fn standing(&self) -> ISale::Standing {
        standing(self.sale)
    }

    fn reserve(&self) -> Result<(), String> {
        call(Ferdie, self.sale, ISale::reserveCall {}).map(drop)
    }

    fn attest(&self, who: Sr25519Keyring) -> Result<(), String> {
        let evidence = EVIDENCE.into();
        call(who, self.sale, ISale::attestPaymentCall { evidence }).map(drop)
    }

    fn sign_off(&self) -> Result<(), String> {
        let call_data = ISale::signOffCall { index: 0, evidence: EVIDENCE.into() };
        call(Bob, self.sale, call_data).map(drop)
    }

    fn cancel(&self, who: Sr25519Keyring) -> Result<(), String> {
        call(who, self.sale, ISale::cancelCall {}).map(drop)
    }

    fn settle(&self, who: Sr25519Keyring) -> Result<(), String> {
        call(who, self.sale, ISale::settleCall {}).map(drop)
    }

    /// Has the next epoch asked for, approved and made.
    fn prepare(&self, who: Sr25519Keyring, step: ISale::Step) -> Result<(), String> {
        let preparation = self.kept.preparation(1, System::block_number() + 50);
        let id = call(who, self.sale, ISale::prepareCall { step, preparation })?;
        carry_out(request(id));
        Ok(())
    }
}

#[test]
fn what_is_paid_and_cleared_changes_hands_in_one_call() {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        paid_and_cleared(file);
    }
}

/// The whole story.
pub fn paid_and_cleared(file: &str) {
    local(|| {
        let scene = Scene::new(file, 2);
        // The seller uses the key until the buyer reserves.
        let asked = ISale::submitCall { request: scene.kept.to_sign(9, 5) };
        let id = call(Eve, scene.sale, asked).expect("accepted");
        System::set_block_number(6);
        assert_ok!(scene.reserve());
        let asked = || ISale::submitCall { request: scene.kept.to_sign(10, 12) };
        assert_eq!(refused(call(Eve, scene.sale, asked())), "KeyLocked");

        assert_ok!(scene.attest(Charlie));
        assert_eq!(refused(scene.attest(Charlie)), "AlreadyAttested");
        assert_eq!(refused(scene.attest(Alice)), "NotOracle");
        assert_eq!(refused(scene.settle(Ferdie)), "NotPaid");
        assert_ok!(scene.attest(Dave));
        assert!(matches!(scene.standing(), ISale::Standing::Paid));
        let early = scene.prepare(Ferdie, ISale::Step::Settle);
        assert_eq!(refused(early), "NotCleared");
        assert_ok!(scene.sign_off());
        // By the contract's word, or by the control plane's.
        let early = refused(scene.settle(Ferdie));
        assert!(["NotPrepared", "NotPending"].contains(&early.as_str()), "{early}");
        assert_ok!(scene.prepare(Ferdie, ISale::Step::Settle));
        assert_eq!(refused(scene.settle(Charlie)), "NotParty");

        let contract = account_at(scene.sale);
        assert_eq!(scene.kept.owner(), (contract.clone(), 0));
        let before = log().len();
        assert_ok!(scene.settle(Ferdie));
        assert!(matches!(scene.standing(), ISale::Standing::Settled));
        assert_eq!(scene.kept.owner(), (account(Ferdie), 1));
        let transferred = |event: &AuditEvent| {
            matches!(event, AuditEvent::ControlTransferred { from, to, .. }
                if *from == contract && *to == account(Ferdie))
        };
        assert!(log()[before..].iter().any(transferred));
        // What the seller had asked for before ends with the seller's epoch at the latest.
        assert_eq!(Requests::status(&request(id)), Some(RequestStatus::Cancelled));
        assert_eq!(refused(call(Eve, scene.sale, asked())), "NotInControl");
        let freeze = || IRegent::freezeCall { key: scene.kept.id() };
        assert_eq!(refused(call(Eve, regent(), freeze())), "NotOwner");
        assert_ok!(call(Ferdie, regent(), freeze()).map(drop));
    });
}

#[test]
fn what_was_ruled_to_be_settled_and_was_not_is_undone() {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        ruled_and_undone(file);
    }
}

/// The whole story.
pub fn ruled_and_undone(file: &str) {
    local(|| {
        let scene = Scene::new(file, 2);
        assert_ok!(scene.reserve());
        assert_ok!(scene.attest(Charlie));
        assert_ok!(scene.attest(Dave));
        assert_ok!(call(Eve, scene.sale, ISale::disputeCall {}).map(drop));
        let rule = |ruling| call(Alice, scene.sale, ISale::ruleCall { ruling }).map(drop);
        assert_ok!(rule(ISale::Ruling::Complete));
        assert!(matches!(scene.standing(), ISale::Standing::Paid));
        // Bob never signs it off. One of the parties would cancel, and the other one not.
        let until = call(Bob, scene.sale, ISale::settleUntilCall {}).expect("answered");
        assert_eq!(until, System::block_number() + RULING);
        assert_ok!(scene.cancel(Ferdie));
        System::set_block_number(until + 1);
        assert_ok!(call(Bob, scene.sale, ISale::expireCall {}).map(drop));
        assert_eq!(refused(rule(ISale::Ruling::Unwind)), "NotReturned");
        for who in [Charlie, Dave] {
            let evidence = EVIDENCE.into();
            assert_ok!(call(who, scene.sale, ISale::attestReturnCall { evidence }).map(drop));
        }
        assert_ok!(rule(ISale::Ruling::Unwind));
        assert_ok!(scene.prepare(Eve, ISale::Step::TakeBack));
        assert_ok!(call(Eve, scene.sale, ISale::takeBackCall {}).map(drop));
        assert!(matches!(scene.standing(), ISale::Standing::Left));
        assert_eq!(scene.kept.owner(), (account(Eve), 1));
    });
}

#[test]
fn a_sale_that_expires_leaves_the_key_to_the_seller() {
    on_each(2, |scene| {
        assert_ok!(scene.reserve());
        let expire = |who| call(who, scene.sale, ISale::expireCall {}).map(drop);
        System::set_block_number(DEADLINE);
        assert_eq!(refused(expire(Dave)), "NotExpired");
        System::set_block_number(DEADLINE + 1);
        assert_eq!(refused(scene.attest(Charlie)), "DeadlinePassed");
        assert_ok!(expire(Dave));
        assert!(matches!(scene.standing(), ISale::Standing::Cancelled));
        assert_eq!(refused(expire(Dave)), "SaleOver");
        assert_eq!(refused(scene.prepare(Ferdie, ISale::Step::Settle)), "NotPaid");
        assert_eq!(refused(scene.prepare(Ferdie, ISale::Step::TakeBack)), "NotSeller");

        // The seller uses the key, and takes it back.
        let asked = ISale::submitCall { request: scene.kept.to_sign(9, DEADLINE + 5) };
        assert_ok!(call(Eve, scene.sale, asked).map(drop));
        assert_ok!(scene.prepare(Eve, ISale::Step::TakeBack));
        assert_ok!(call(Eve, scene.sale, ISale::takeBackCall {}).map(drop));
        assert!(matches!(scene.standing(), ISale::Standing::Left));
        assert_eq!(scene.kept.owner(), (account(Eve), 1));
        assert!(!is_condition_met(scene.sale), "it is met anew for another key");
    });
}

#[test]
fn what_is_paid_elsewhere_and_not_settled_in_time_is_returned_before_the_sale_is_undone() {
    on_each(2, |scene| {
        assert_ok!(scene.reserve());
        assert_ok!(scene.attest(Charlie));
        assert_ok!(scene.attest(Dave));
        System::set_block_number(DEADLINE + 1);
        assert_eq!(refused(scene.settle(Ferdie)), "NotCleared");
        assert_ok!(call(Bob, scene.sale, ISale::expireCall {}).map(drop));
        assert!(matches!(scene.standing(), ISale::Standing::Disputed));
        let unwind = || {
            let ruling = ISale::Ruling::Unwind;
            call(Alice, scene.sale, ISale::ruleCall { ruling }).map(drop)
        };
        assert_eq!(refused(unwind()), "NotReturned");
        for who in [Charlie, Dave] {
            let evidence = EVIDENCE.into();
            assert_ok!(call(who, scene.sale, ISale::attestReturnCall { evidence }).map(drop));
        }
        assert_ok!(unwind());
        assert!(matches!(scene.standing(), ISale::Standing::Cancelled));
    });
}

/// Neither oracles nor a sanctions office that say nothing keep the key for ever.
#[test]
fn the_arbiter_alone_unlocks_a_key_whose_price_is_neither_settled_nor_returned() {
    on_each(1, |scene| {
        assert_ok!(scene.reserve());
        assert_ok!(scene.attest(Charlie));
        System::set_block_number(DEADLINE + 1);
        assert_ok!(call(Bob, scene.sale, ISale::expireCall {}).map(drop));
        let unwind = || {
            let ruling = ISale::Ruling::Unwind;
            call(Alice, scene.sale, ISale::ruleCall { ruling }).map(drop)
        };
        System::set_block_number(DEADLINE + 1 + RULING);
        assert_eq!(refused(unwind()), "NotReturned");
        System::set_block_number(DEADLINE + 2 + RULING);
        assert_eq!(refused(call(Bob, scene.sale, ISale::expireCall {})), "NotReturned");
        assert_ok!(unwind());
        assert_ok!(scene.prepare(Eve, ISale::Step::TakeBack));
        assert_ok!(call(Eve, scene.sale, ISale::takeBackCall {}).map(drop));
        assert_eq!(scene.kept.owner(), (account(Eve), 1));
    });
}

/// The two meet in one block: whichever comes first, a payment that was announced is not lost to the
/// buyer, because the seller alone cannot cancel from then on.
#[test]
fn a_cancellation_beside_an_attested_payment_ends_alike_in_both_orders() {
    for cancelled_first in [false, true] {
        on_each(1, |scene| {
            assert_ok!(scene.reserve());
            if cancelled_first {
                assert_eq!(refused(scene.cancel(Eve)), "PaymentUnderWay");
                assert_ok!(scene.attest(Charlie));
            } else {
                assert_ok!(scene.attest(Charlie));
                // One consent of the two it takes.
                assert_ok!(scene.cancel(Eve));
            }
            assert!(matches!(scene.standing(), ISale::Standing::Paid));
            assert_ok!(scene.sign_off());
            assert_ok!(scene.prepare(Ferdie, ISale::Step::Settle));
            assert_ok!(scene.settle(Eve));
            assert_eq!(scene.kept.owner(), (account(Ferdie), 1));
        });
    }
}

/// The same with the buyer's reservation: one of the two happens, and a buyer who finds the sale
/// cancelled has not paid.
#[test]
fn of_a_cancellation_and_a_reservation_the_first_happens() {
    on_each(1, |scene| {
        assert_ok!(scene.cancel(Eve));
        assert_eq!(refused(scene.reserve()), "NotReservable");
        assert_eq!(refused(scene.attest(Charlie)), "NoPaymentDue");
        assert!(matches!(scene.standing(), ISale::Standing::Cancelled));
    });
    on_each(1, |scene| {
        assert_ok!(scene.reserve());
        assert_eq!(refused(scene.cancel(Eve)), "PaymentUnderWay");
        assert!(matches!(scene.standing(), ISale::Standing::Reserved));
    });
}

/// What is ruled stands: the buyer neither disputes it again nor has to do anything for it.
#[test]
fn a_sale_that_the_arbiter_completes_is_settled_by_the_seller_alone() {
    on_each(1, |scene| {
        assert_ok!(scene.reserve());
        assert_ok!(scene.attest(Charlie));
        assert_ok!(scene.sign_off());
        let dispute = |who| call(who, scene.sale, ISale::disputeCall {}).map(drop);
        assert_ok!(dispute(Ferdie));
        assert_eq!(refused(scene.prepare(Eve, ISale::Step::Settle)), "NotPaid");
        let ruling = ISale::Ruling::Complete;
        assert_ok!(call(Alice, scene.sale, ISale::ruleCall { ruling }).map(drop));
        assert_eq!(refused(dispute(Ferdie)), "AlreadyRuled");
        assert_eq!(refused(dispute(Eve)), "AlreadyRuled");
        assert_ok!(scene.prepare(Eve, ISale::Step::Settle));
        assert_ok!(scene.settle(Eve));
        assert_eq!(scene.kept.owner(), (account(Ferdie), 1));
    });
}

/// An agent of the buyer's own would compute the key, and the deadline return the price.
#[test]
fn a_buyer_does_not_have_the_key_shared_by_an_agent_of_its_own() {
    on_each(1, |scene| {
        assert_ok!(scene.reserve());
        assert_ok!(scene.attest(Charlie));
        assert_ok!(scene.sign_off());
        let Some((_, Participant::Agent(agent))) = tree().leaves().pop() else {
            panic!("agents only")
        };
        let alone = AccessTree::threshold_of_agents(1, &[agent]).expect("a tree");
        let agents = vec![agent].try_into().expect("one");
        assert_ok!(Quorums::create_quorum(signed(Ferdie), 1, agents));
        let preparation = Preparation {
            sharing: (quorum(), alone).encode().into(),
            ..scene.kept.preparation(1, System::block_number() + 50)
        };
        let step = ISale::Step::Settle;
        let asked = call(Ferdie, scene.sale, ISale::prepareCall { step, preparation });
        assert_eq!(refused(asked), "OtherSharing");
    });
}

/// What was prepared for the buyer does not outlive the sale: the seller has another epoch prepared.
#[test]
fn a_sale_cancelled_by_both_drops_what_was_prepared_for_the_buyer() {
    on_each(1, |scene| {
        assert_ok!(scene.reserve());
        assert_ok!(scene.attest(Charlie));
        assert_ok!(scene.sign_off());
        assert_ok!(scene.prepare(Ferdie, ISale::Step::Settle));
        assert_ok!(scene.cancel(Ferdie));
        assert_ok!(scene.cancel(Eve));
        assert_eq!(refused(scene.settle(Ferdie)), "NotPaid");
        let preparation = scene.kept.preparation(2, 50);
        let step = ISale::Step::TakeBack;
        let id = call(Eve, scene.sale, ISale::prepareCall { step, preparation });
        carry_out(request(id.expect("accepted")));
        assert_ok!(call(Eve, scene.sale, ISale::takeBackCall {}).map(drop));
        assert_eq!(scene.kept.owner(), (account(Eve), 2));
    });
}
