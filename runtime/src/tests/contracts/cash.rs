//! Contracts that are paid in cash: sales whose deposit and price are on the chain, and what becomes of
//! cash whatever contracts do.

use pallet_revive::{
    precompiles::{alloy::primitives::Address, H160},
    AccountInfo,
};
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{address, carry_out, refused, request, ISale, Kept, EVIDENCE, NONE},
    ended::ISystem,
    sale::{open, sanctions, standing, DEADLINE},
    *,
};
use crate::configs::CashInstance;

const PRICE: Balance = 1_000;
const DEPOSIT: Balance = 300;

/// Eve sells to Ferdie, who pays the contract.
struct Scene {
    sale: H160,
    kept: Kept,
}

/// Every story is told by both contracts, and ends with as much cash as it began with.
fn on_each(price: Balance, deposit: Balance, story: impl Fn(Scene)) {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        local(|| {
            let before = issuance();
            let scene = Scene::new(file, price, deposit);
            story(scene);
            assert_eq!(issuance(), before);
        });
    }
}

/// Units that there are: what accounts hold, what the ledger says, and what is issued and not redeemed.
fn issuance() -> Balance {
    let accounts = pallet_balances::Account::<Runtime, CashInstance>::iter_values();
    let held: Balance = accounts.map(|account| account.free + account.reserved).sum();
    assert_eq!(held, pallet_balances::TotalIssuance::<Runtime, CashInstance>::get());
    assert_eq!(held, Cash::outstanding());
    held
}

/// What each institution has left to store.
fn credits() -> Vec<Balance> {
    (0..4).map(|institution| Contracts::credits(institution).free).collect()
}

/// A transaction's call of a contract.
fn transact(
    who: Sr25519Keyring,
    dest: H160,
    value: Balance,
    call: impl SolCall,
) -> Result<(), DispatchError> {
    let transaction = pallet_revive::Call::call {
        dest,
        value,
        weight_limit: LIMIT,
        storage_deposit_limit: Balance::MAX,
        data: call.abi_encode(),
    };
    dispatch(who, transaction)
}

/// Has `Holder.sol` end; what it holds goes to the beneficiary, which is not called.
fn end(holder: H160, beneficiary: Address) {
    let data = ISystem::terminateCall { beneficiary }.abi_encode().into();
    let at = H160::from_low_u64_be(0x900).0.into();
    assert_ok!(call(Eve, holder, IHolder::attemptCall { at, data }).map(drop));
    assert!(!AccountInfo::<Runtime>::is_contract(&holder));
}

fn reverted() -> DispatchError {
    pallet_revive::Error::<Runtime>::ContractReverted.into()
}

impl Scene {
    fn new(file: &str, amount: Balance, deposit: Balance) -> Self {
        Self::cleared_by(file, amount, deposit, vec![])
    }

    /// A sale that needs the consent of others.
    fn cleared_by(
        file: &str,
        amount: Balance,
        deposit: Balance,
        sign_offs: Vec<ISale::SignOff>,
    ) -> Self {
        let price = ISale::Price { amount, oracles: vec![], threshold: 0, statement: NONE.into() };
        let (sale, kept) = open(file, price, deposit, sign_offs);
        Self { sale, kept }
    }

    fn standing(&self) -> ISale::Standing {
        standing(self.sale)
    }

    fn due(&self) -> Balance {
        call(Bob, self.sale, ISale::dueCall {}).expect("answered")
    }

    fn refund(&self) -> Balance {
        call(Bob, self.sale, ISale::refundCall {}).expect("answered")
    }

    fn reserve(&self, value: Balance) -> Result<(), String> {
        paying(Ferdie, self.sale, value, ISale::reserveCall {}).map(drop)
    }

    fn pay(&self, who: Sr25519Keyring, value: Balance) -> Result<(), String> {
        paying(who, self.sale, value, ISale::payCall {}).map(drop)
    }

    fn withdraw(&self, who: Sr25519Keyring) -> Result<(), String> {
        call(who, self.sale, ISale::withdrawCall {}).map(drop)
    }

    /// The next epoch is asked for by the buyer, approved, and made; the sale is settled.
    fn settle(&self) {
        let preparation = self.kept.preparation(1, System::block_number() + 50);
        let step = ISale::Step::Settle;
        let id = call(Ferdie, self.sale, ISale::prepareCall { step, preparation });
        carry_out(request(id.expect("accepted")));
        assert_ok!(call(Ferdie, self.sale, ISale::settleCall {}).map(drop));
        assert!(matches!(self.standing(), ISale::Standing::Settled));
        assert_eq!(self.kept.owner(), (account(Ferdie), 1));
    }

    /// What the seller, the buyer and the contract hold.
    fn sums(&self) -> (Balance, Balance, Balance) {
        (cash(Eve), cash(Ferdie), cash_at(self.sale))
    }
}

#[test]
fn with_the_key_the_seller_has_the_price_to_the_unit() {
    on_each(PRICE, DEPOSIT, |scene| {
        let (seller, buyer, _) = scene.sums();
        assert_eq!(scene.due(), DEPOSIT);
        for wrong in [0, DEPOSIT - 1, DEPOSIT + 1] {
            assert_eq!(refused(scene.reserve(wrong)), "WrongAmount");
        }
        assert_eq!(scene.sums(), (seller, buyer, 0));
        assert_ok!(scene.reserve(DEPOSIT));
        let rest = PRICE - DEPOSIT;
        assert_eq!((scene.due(), scene.sums()), (rest, (seller, buyer - DEPOSIT, DEPOSIT)));
        assert_eq!(refused(scene.pay(Ferdie, PRICE)), "WrongAmount");
        assert_ok!(scene.pay(Ferdie, rest));
        assert!(matches!(scene.standing(), ISale::Standing::Paid));
        assert_eq!((scene.due(), scene.sums()), (0, (seller, buyer - PRICE, PRICE)));

        scene.settle();
        assert_eq!(scene.sums(), (seller + PRICE, buyer - PRICE, 0));
        assert_eq!(refused(scene.withdraw(Ferdie)), "NothingToWithdraw");
    });
}

#[test]
fn after_a_sale_that_expired_the_buyer_is_refunded_to_the_last_unit() {
    for all in [false, true] {
        on_each(PRICE, DEPOSIT, |scene| {
            let (before, strangers) = (scene.sums(), cash(Dave));
            assert_ok!(scene.reserve(DEPOSIT));
            if all {
                assert_ok!(scene.pay(Ferdie, PRICE - DEPOSIT));
            }
            let paid = if all { PRICE } else { DEPOSIT };
            System::set_block_number(DEADLINE + 1);
            assert_ok!(call(Dave, scene.sale, ISale::expireCall {}).map(drop));
            assert!(matches!(scene.standing(), ISale::Standing::Cancelled));
            assert_eq!((scene.refund(), cash_at(scene.sale)), (paid, paid));
            // Whoever has it sent, it is the buyer's, and once.
            assert_ok!(scene.withdraw(if all { Dave } else { Ferdie }));
            assert_eq!((scene.sums(), cash(Dave)), (before, strangers));
            for who in [Ferdie, Dave] {
                assert_eq!(refused(scene.withdraw(who)), "NothingToWithdraw");
            }
        });
    }
}

#[test]
fn what_an_office_refuses_is_refunded() {
    for file in ["Sale.polkavm", "InkSale.polkavm"] {
        println!("{file}");
        paid_and_refused(file);
    }
}

/// The whole story.
pub fn paid_and_refused(file: &str) {
    local(|| {
        let scene = Scene::cleared_by(file, PRICE, DEPOSIT, sanctions());
        let before = scene.sums();
        assert_ok!(scene.reserve(DEPOSIT));
        assert_ok!(scene.pay(Ferdie, PRICE - DEPOSIT));
        let refuse = || ISale::refuseCall { index: 0, evidence: EVIDENCE.into() };
        assert_eq!(refused(call(Dave, scene.sale, refuse())), "NotSignOff");
        assert_ok!(call(Bob, scene.sale, refuse()).map(drop));
        assert!(matches!(scene.standing(), ISale::Standing::Cancelled));
        assert_ok!(scene.withdraw(Ferdie));
        assert_eq!(scene.sums(), before);
    });
}

/// The buyer's payment and the seller's cancellation meet in one block. Once all is paid, the seller's
/// word alone cancels nothing.
#[test]
fn of_a_payment_and_a_cancellation_in_one_block_the_first_happens() {
    for paid_first in [false, true] {
        on_each(PRICE, DEPOSIT, |scene| {
            let (seller, buyer, _) = scene.sums();
            assert_ok!(scene.reserve(DEPOSIT));
            let pay = || transact(Ferdie, scene.sale, PRICE - DEPOSIT, ISale::payCall {});
            let cancel = || transact(Eve, scene.sale, 0, ISale::cancelCall {});
            if paid_first {
                assert_ok!(pay());
                assert_ok!(cancel());
                assert!(matches!(scene.standing(), ISale::Standing::Paid));
                assert_eq!(scene.sums(), (seller, buyer - PRICE, PRICE));
                scene.settle();
                assert_eq!(scene.sums(), (seller + PRICE, buyer - PRICE, 0));
            } else {
                assert_ok!(cancel());
                assert_eq!(pay(), Err(reverted()));
                assert!(matches!(scene.standing(), ISale::Standing::Cancelled));
                assert_eq!(scene.sums(), (seller, buyer - DEPOSIT, DEPOSIT));
                assert_ok!(scene.withdraw(Ferdie));
                assert_eq!(scene.sums(), (seller, buyer, 0));
            }
        });
    }
}

#[test]
fn of_a_deposit_and_a_cancellation_in_one_block_the_first_happens() {
    on_each(PRICE, DEPOSIT, |scene| {
        let before = scene.sums();
        assert_ok!(transact(Eve, scene.sale, 0, ISale::cancelCall {}));
        let reserved = transact(Ferdie, scene.sale, DEPOSIT, ISale::reserveCall {});
        assert_eq!(reserved, Err(reverted()));
        assert_eq!(scene.sums(), before);
    });
}

#[test]
fn a_payment_that_is_refused_moves_nothing() {
    on_each(PRICE, 0, |scene| {
        let (before, strangers) = (scene.sums(), cash(Dave));
        assert_eq!(refused(scene.pay(Dave, PRICE)), "NotBuyer");
        // To a function that takes no value.
        assert!(paying(Ferdie, scene.sale, 5, ISale::cancelCall {}).is_err());
        assert!(matches!(scene.standing(), ISale::Standing::Open));
        assert_eq!((scene.sums(), cash(Dave)), (before, strangers));
    });
}

#[test]
fn nobody_pays_more_than_they_have() {
    let price = {
        let mut all = 0;
        local(|| all = cash(Ferdie));
        all + 1
    };
    on_each(price, 0, |scene| {
        let before = scene.sums();
        assert_eq!(refused(scene.pay(Ferdie, price)), "TransferFailed");
        assert_eq!(scene.sums(), before);
        assert!(matches!(scene.standing(), ISale::Standing::Open));

        // All that they have, they do.
        assert_ok!(Cash::transfer(signed(Alice), account(Ferdie), 1));
        assert_ok!(scene.pay(Ferdie, price));
        assert_eq!(scene.sums(), (before.0, 0, price));
        scene.settle();
        assert_eq!(scene.sums(), (before.0 + price, 0, 0));
    });
}

#[test]
fn cash_pays_for_no_storage_and_credits_for_nothing_else() {
    local(|| {
        let holder = instantiate(Alice, "Holder.polkavm").expect("deployed");
        let issued = issuance();
        let (purses, people) = (credits(), (cash(Alice), cash(Bob)));
        assert!(!bare_paying(Bob, holder, 100, Vec::new()).result.unwrap().did_revert());
        assert_eq!(credits(), purses);
        assert_eq!((cash(Alice), cash(Bob), cash_at(holder)), (people.0, people.1 - 100, 100));

        let numbers =
            |number: u64| pallet_revive::precompiles::alloy::primitives::U256::from(number);
        let fill = IHolder::fillCall { from: numbers(0), count: numbers(3) };
        assert_ok!(call(Bob, holder, fill).map(drop));
        assert!(credits()[1] < purses[1], "Bob's institution pays for what he has stored");
        assert_eq!((cash(Bob), cash_at(holder)), (people.1 - 100, 100));

        // With all cash spent, storage is paid as before; with no credits left, value still moves.
        assert_ok!(Cash::transfer(signed(Bob), account(Alice), cash(Bob)));
        let fill = IHolder::fillCall { from: numbers(3), count: numbers(1) };
        assert_ok!(call(Bob, holder, fill).map(drop));
        assert_ok!(Contracts::revoke_credits(RuntimeOrigin::root(), 0, credits()[0]));
        assert!(!bare_paying(Alice, holder, 100, Vec::new()).result.unwrap().did_revert());
        assert_eq!(cash_at(holder), 200);
        assert_eq!(issuance(), issued);
    });
}

#[test]
fn what_a_contract_holds_when_it_ends_goes_to_whom_it_names() {
    local(|| {
        let mortal = instantiate(Alice, "Mortal.polkavm").expect("deployed");
        let (issued, before) = (issuance(), cash(Eve));
        // It takes no value, and no payment beside its calls; but what another contract left, it has.
        let paid = Cash::transfer(signed(Alice), account_at(mortal), 50);
        assert_noop!(paid, pallet_regent_cash::Error::<Runtime>::UnknownPayee);
        let holder = instantiate_with_salt(Alice, "Holder.polkavm", [3; 32]).expect("deployed");
        assert!(!bare_paying(Bob, holder, 50, Vec::new()).result.unwrap().did_revert());
        end(holder, mortal.0.into());
        assert_eq!((cash_at(holder), cash_at(mortal)), (0, 50));
        assert_ok!(call(Eve, mortal, IMortal::endCall {}).map(drop));
        assert_eq!((cash_at(mortal), cash(Eve)), (0, before + 50));
        assert!(!System::account_exists(&account_at(mortal)));

        // Nobody can pay it any more.
        assert!(bare_paying(Alice, mortal, 1, Vec::new()).result.is_err());
        assert_eq!((cash_at(mortal), issuance()), (0, issued));
    });
}

/// A contract that names itself keeps what it holds, for the one that is deployed in its place.
#[test]
fn no_contract_destroys_cash_by_ending() {
    local(|| {
        let deploy = || instantiate_with_salt(Alice, "Holder.polkavm", [3; 32]).expect("deployed");
        let (issued, before) = (issuance(), cash(Eve));
        let holder = deploy();
        assert!(!bare_paying(Bob, holder, 100, Vec::new()).result.unwrap().did_revert());
        end(holder, holder.0.into());
        assert_eq!((cash_at(holder), issuance()), (100, issued));

        // Until then nobody adds to it.
        let payer = cash(Bob);
        assert!(bare_paying(Bob, holder, 1, Vec::new()).result.is_err());
        assert_eq!((cash_at(holder), cash(Bob)), (100, payer));

        assert_eq!(deploy(), holder);
        assert_eq!(cash_at(holder), 100);
        end(holder, address(Eve));
        assert_eq!((cash_at(holder), cash(Eve), issuance()), (0, before + 100, issued));
    });
}

#[test]
fn governance_recovers_what_a_contract_left_that_ended() {
    local(|| {
        let holder = instantiate(Alice, "Holder.polkavm").expect("deployed");
        let (issued, before) = (issuance(), cash(Alice));
        assert!(!bare_paying(Bob, holder, 100, Vec::new()).result.unwrap().did_revert());
        let recover = || Cash::recover(RuntimeOrigin::root(), account_at(holder), account(Alice));
        assert_noop!(recover(), pallet_regent_cash::Error::<Runtime>::HolderReachable);
        end(holder, holder.0.into());
        assert_ok!(recover());
        assert_eq!((cash_at(holder), cash(Alice), issuance()), (0, before + 100, issued));
    });
}
