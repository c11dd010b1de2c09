//! The transaction extension.

use super::*;
use codec::Encode;
use frame_support::{
    dispatch::{DispatchClass, DispatchInfo, GetDispatchInfo, Pays, PostDispatchInfo},
    weights::Weight,
};
use frame_system::CheckNonce;
use sp_runtime::{
    traits::DispatchTransaction,
    transaction_validity::{
        InvalidTransaction, TransactionPriority, TransactionSource::External,
        TransactionValidityError, ValidTransaction,
    },
    DispatchErrorWithPostInfo,
};

/// A tenth of a second.
const TENTH: u64 = QUOTA / 10;

fn info(weight: u64) -> DispatchInfo {
    DispatchInfo {
        call_weight: Weight::from_parts(weight, 0),
        extension_weight: Weight::zero(),
        class: DispatchClass::Normal,
        pays_fee: Pays::Yes,
    }
}

fn call() -> RuntimeCall {
    frame_system::Call::remark { remark: vec![] }.into()
}

fn base() -> u64 {
    Consortium::weight_charge(&info(0), Weight::zero())
}

fn validate_long(
    origin: RuntimeOrigin,
    weight: u64,
    len: usize,
) -> Result<ValidTransaction, TransactionValidityError> {
    CheckMembership::<Test>::new()
        .validate_only(origin, &call(), &info(weight), len, External, 0)
        .map(|(validity, ..)| validity)
}

fn validate(who: AccountId, weight: u64) -> Result<ValidTransaction, TransactionValidityError> {
    validate_long(signed(who), weight, 0)
}

fn priority(who: AccountId) -> TransactionPriority {
    validate(who, 0).expect("valid").priority
}

/// Executes a transaction of this weight that then reports `actual`.
fn apply(who: AccountId, weight: u64, actual: Option<u64>) -> Result<(), TransactionValidityError> {
    CheckMembership::<Test>::new()
        .test_run(signed(who), &call(), &info(weight), 0, 0, |_| {
            let actual_weight = actual.map(|weight| Weight::from_parts(weight, 0));
            Ok(PostDispatchInfo { actual_weight, pays_fee: Pays::Yes })
        })
        .map(|_| ())
}

fn refused(refusal: Refusal) -> TransactionValidityError {
    InvalidTransaction::Custom(refusal.code()).into()
}

#[test]
fn a_member_is_let_in_and_charged() {
    scenario(|| {
        assert_ok!(apply(ANNA, TENTH, None));
        let usage = Consortium::usage(BANK_A);
        assert_eq!(usage.used, TENTH + base());
        assert_eq!(usage.used_in_block, TENTH + base());
        assert_eq!(Consortium::usage(BANK_B).used, 0);
    });
}

#[test]
fn a_stranger_is_refused() {
    scenario(|| {
        assert_eq!(validate(CAROL, 0), Err(refused(Refusal::NotMember)));
        // However rich.
        assert_ok!(Balances::force_set_balance(root(), CAROL, 1_000_000));
        assert_eq!(validate(CAROL, 0), Err(refused(Refusal::NotMember)));
        assert_eq!(apply(CAROL, 0, None), Err(refused(Refusal::NotMember)));
    });
}

#[test]
fn a_former_member_is_refused() {
    scenario(|| {
        assert_ok!(Consortium::remove_member(signed(BOB), BRUNO));
        assert_eq!(validate(BRUNO, 0), Err(refused(Refusal::NotMember)));
    });
}

#[test]
fn members_of_a_suspended_institution_are_refused() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_B));
        for who in [BOB, BELLA, BRUNO] {
            assert_eq!(validate(who, 0), Err(refused(Refusal::Suspended)));
        }
        assert_ok!(validate(ANNA, 0));
        assert_ok!(Consortium::resume_institution(root(), BANK_B));
        assert_ok!(validate(BOB, 0));
    });
}

#[test]
fn nothing_executes_of_what_is_refused() {
    scenario(|| {
        let outcome =
            CheckMembership::<Test>::new().test_run(signed(CAROL), &call(), &info(0), 0, 0, |_| {
                unreachable!("a stranger's call is never dispatched")
            });
        assert!(outcome.is_err());
    });
}

#[test]
fn who_has_no_signer_passes_uncharged() {
    scenario(|| {
        // A general transaction's origin must be authorized by some extension; here by none, so the
        // extension is asked directly.
        use sp_runtime::traits::{TransactionExtension, TxBaseImplication};
        for origin in [RuntimeOrigin::none(), root()] {
            let (validity, val, _) = CheckMembership::<Test>::new()
                .validate(
                    origin.clone(),
                    &call(),
                    &info(TENTH),
                    0,
                    (),
                    &TxBaseImplication(()),
                    External,
                )
                .expect("passes");
            assert_eq!(validity, ValidTransaction::default());
            let pre = CheckMembership::<Test>::new()
                .prepare(val, &origin, &call(), &info(TENTH), 0)
                .expect("passes");
            let unspent = CheckMembership::<Test>::post_dispatch_details(
                pre,
                &info(TENTH),
                &Default::default(),
                0,
                &Ok(()),
            );
            assert_eq!(unspent, Ok(CheckMembership::<Test>::new().weight(&call())));
        }
        assert_eq!(Consortium::usage(BANK_A).used + Consortium::usage(BANK_B).used, 0);
    });
}

#[test]
fn unspent_weight_is_given_back() {
    scenario(|| {
        assert_ok!(apply(ANNA, TENTH, Some(TENTH / 4)));
        let usage = Consortium::usage(BANK_A);
        assert_eq!(usage.used, TENTH / 4 + base());
        assert_eq!(usage.used_in_block, TENTH / 4 + base());

        // Never more than was charged.
        assert_ok!(apply(ANNA, TENTH, Some(2 * TENTH)));
        assert_eq!(Consortium::usage(BANK_A).used, TENTH / 4 + TENTH + 2 * base());
    });
}

#[test]
fn a_failing_call_is_charged() {
    scenario(|| {
        let outcome = CheckMembership::<Test>::new().test_run(
            signed(ANNA),
            &call(),
            &info(TENTH),
            0,
            0,
            |_| Err(DispatchErrorWithPostInfo::from(BadOrigin)),
        );
        assert!(outcome.expect("included").is_err());
        assert_eq!(Consortium::usage(BANK_A).used, TENTH + base());
    });
}

#[test]
fn bytes_are_charged_like_weight() {
    scenario(|| {
        let lengths: frame_system::limits::BlockLength =
            <Test as frame_system::Config>::BlockLength::get();
        let block_bytes = *lengths.max.get(DispatchClass::Normal) as usize;
        assert_eq!(Consortium::length_charge(block_bytes), Consortium::block_capacity());

        let admission =
            Consortium::admit(&ANNA, &info(0), block_bytes / 4).expect("a quarter is admitted");
        assert_eq!(admission.charge, admission.minimum);
        assert_eq!(admission.charge, Consortium::block_capacity().div_ceil(4));

        // What a call leaves unspent does not make its bytes cheaper.
        let outcome = CheckMembership::<Test>::new().test_run(
            signed(ANNA),
            &call(),
            &info(2 * TENTH),
            block_bytes / 4,
            0,
            |_| Ok(Some(Weight::zero()).into()),
        );
        assert!(outcome.expect("included").is_ok());
        assert_eq!(Consortium::usage(BANK_A).used, admission.minimum);
    });
}

#[test]
fn what_can_never_be_paid_is_refused_as_such() {
    scenario(|| {
        let allowance = Consortium::block_allowance();
        assert_ok!(validate(ANNA, allowance - base()));
        assert_eq!(validate(ANNA, allowance - base() + 1), Err(refused(Refusal::ExceedsQuota)));
        assert_ok!(Consortium::set_quota(root(), BANK_A, TENTH));
        assert_eq!(validate(ANNA, TENTH), Err(refused(Refusal::ExceedsQuota)));
        assert_eq!(validate_long(signed(ANNA), 0, usize::MAX), Err(refused(Refusal::ExceedsQuota)));
    });
}

#[test]
fn priority_falls_with_the_share_of_the_quota_used() {
    scenario(|| {
        let full = CheckMembership::<Test>::FULL_PRIORITY;
        let before = priority(ANNA);
        assert_eq!(before, full);
        assert_ok!(apply(ANNA, QUOTA / 4, None));
        let after = priority(ARON);
        let three_quarters = full / 4 * 3;
        assert!(after < three_quarters && after > three_quarters - full / 100);
        assert_eq!(priority(BOB), before, "another institution's is what it was");

        // The share counts, not the amount.
        assert_ok!(Consortium::set_quota(root(), BANK_B, 4 * QUOTA));
        assert_ok!(apply(BOB, QUOTA / 4, None));
        assert!(priority(BOB) > after);
    });
}

#[test]
fn priority_does_not_fall_with_the_own_charge() {
    scenario(|| {
        let dear = validate(BRUNO, 3 * TENTH).expect("valid").priority;
        assert_eq!(dear, priority(ANNA), "nobody has used anything");

        // Of two institutions the one that has used less comes first, at whatever price.
        assert_ok!(apply(ANNA, 0, None));
        assert!(validate(BRUNO, 3 * TENTH).expect("valid").priority > priority(ARON));
    });
}

#[test]
fn a_flood_by_one_member_never_delays_another() {
    scenario(|| {
        let mut executed = 0;
        loop {
            match apply(ARON, TENTH, None) {
                Ok(()) => executed += 1,
                Err(error) if error == InvalidTransaction::ExhaustsResources.into() => {
                    // The block has room for others after the flood has had its share.
                    assert!(
                        Consortium::usage(BANK_A).used_in_block + TENTH
                            < Consortium::block_capacity()
                    );
                    run_to_block(System::block_number() + 1);
                }
                Err(error) => {
                    assert_eq!(error, refused(Refusal::QuotaExhausted));
                    break;
                }
            }
            // However cheap the flood's next one is, and however dear another's.
            let other = validate(BRUNO, 3 * TENTH).expect("another's transaction stays valid");
            assert!(
                validate(ARON, 0).map_or(true, |flood| other.priority > flood.priority),
                "another's transaction comes first"
            );
        }
        // Of nine tenths: the fixed cost of each does not leave room for the ninth.
        assert_eq!(executed, 8);
        assert!(System::block_number() < WINDOW, "within one window");
        assert!(Consortium::usage(BANK_A).used <= QUOTA);

        // Its colleagues are refused with it, and others are not. Nor is the administrator.
        assert_eq!(validate(ANNA, TENTH), Err(refused(Refusal::QuotaExhausted)));
        assert_ok!(apply(ALICE, TENTH, None));
        assert_ok!(apply(BRUNO, TENTH, None));

        // In the next window all is as before.
        run_to_block(WINDOW);
        assert_ok!(apply(ANNA, TENTH, None));
        assert_eq!(Consortium::usage(BANK_A).used, TENTH + base());
    });
}

#[test]
fn a_tenth_of_the_quota_is_kept_for_the_administrator() {
    scenario(|| {
        // To the last picosecond of nine tenths.
        assert_ok!(Consortium::set_quota(root(), BANK_A, TENTH));
        let kept = TENTH / 10;
        assert_ok!(validate(ANNA, TENTH - kept - base()));
        assert_eq!(validate(ANNA, TENTH - kept - base() + 1), Err(refused(Refusal::ExceedsQuota)));
        assert_ok!(apply(ANNA, TENTH - kept - base(), None));
        for who in [ANNA, ARON] {
            assert_eq!(validate(who, 0), Err(refused(Refusal::QuotaExhausted)));
        }

        // Enough to remove who used them, and to the last of the whole.
        let call: RuntimeCall = Call::remove_member { account: ARON }.into();
        let info = call.get_dispatch_info();
        let removed =
            CheckMembership::<Test>::new().dispatch_transaction(signed(ALICE), call, &info, 100, 0);
        assert_ok!(removed.expect("the transaction is valid"));
        assert_eq!(Consortium::institution_of(&ARON), None);
        let left = TENTH - Consortium::usage(BANK_A).used;
        assert_ok!(validate(ALICE, left - base()));
        assert_eq!(validate(ALICE, left - base() + 1), Err(refused(Refusal::QuotaExhausted)));
    });
}

#[test]
fn the_administrator_may_use_the_whole_quota() {
    scenario(|| {
        assert_ok!(Consortium::set_quota(root(), BANK_A, TENTH));
        assert_ok!(apply(ALICE, TENTH - base(), None));
        assert_eq!(Consortium::usage(BANK_A).used, TENTH);
        for who in [ALICE, ANNA] {
            assert_eq!(validate(who, 0), Err(refused(Refusal::QuotaExhausted)));
        }
    });
}

#[test]
fn one_institution_never_fills_a_block() {
    scenario(|| {
        assert_ok!(apply(ANNA, 3 * TENTH, None));
        // Still valid for the pool, and left for the next block by the author.
        assert_ok!(validate(ARON, TENTH));
        assert_eq!(apply(ARON, TENTH, None), Err(InvalidTransaction::ExhaustsResources.into()));
        assert_eq!(Consortium::usage(BANK_A).used, 3 * TENTH + base(), "nothing was booked");
        assert_ok!(apply(BOB, 3 * TENTH, None));

        run_to_block(2);
        assert_ok!(apply(ARON, TENTH, None));
        assert_eq!(Consortium::usage(BANK_A).used, 4 * TENTH + 2 * base());
    });
}

#[test]
fn a_lowered_quota_counts_what_was_used() {
    scenario(|| {
        assert_ok!(apply(ANNA, 3 * TENTH, None));
        assert_ok!(Consortium::set_quota(root(), BANK_A, 2 * TENTH));
        assert_eq!(validate(ANNA, 0), Err(refused(Refusal::QuotaExhausted)));
    });
}

#[test]
fn the_extension_adds_no_byte() {
    assert!(CheckMembership::<Test>::new().encode().is_empty());
}

#[test]
fn a_member_without_any_balance_transacts() {
    scenario(|| {
        let call: RuntimeCall = Call::add_member { account: CAROL }.into();
        let info = call.get_dispatch_info();
        let transact =
            |who, nonce, call: &RuntimeCall| {
                (CheckMembership::<Test>::new(), CheckNonce::<Test>::from(nonce))
                    .dispatch_transaction(signed(who), call.clone(), &info, 100, 0)
            };
        assert_ok!(transact(ALICE, 0, &call).expect("included"));
        assert_eq!(System::account_nonce(&ALICE), 1);

        // The newcomer too, and a stranger is told what is wrong instead of that it cannot pay.
        let remark: RuntimeCall = frame_system::Call::remark { remark: vec![] }.into();
        assert_ok!(transact(CAROL, 0, &remark).expect("included"));
        let stranger = transact(DAVID, 0, &remark).map(|_| ());
        assert_eq!(stranger, Err(refused(Refusal::NotMember)));
    });
}

#[test]
fn refusals_have_their_published_codes() {
    let codes =
        [Refusal::NotMember, Refusal::Suspended, Refusal::QuotaExhausted, Refusal::ExceedsQuota]
            .map(Refusal::code);
    assert_eq!(codes, [0xA0, 0xA1, 0xA2, 0xA3]);
}
