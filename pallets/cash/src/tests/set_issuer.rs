//! `set_issuer`.

use super::*;
use regent_primitives::cash_api::CashName;

fn named(name: &str) -> CashTerms {
    CashTerms { name: CashName::truncate_from(name.as_bytes().to_vec()), ..euros() }
}

#[test]
fn set_issuer_works() {
    scenario(|| {
        assert_eq!(Cash::record(), None);
        assert_ok!(Cash::set_issuer(root(), euros()));
        let (issued, redeemed, outstanding) = (0, 0, 0);
        let expected = CashRecord { terms: euros(), issued, redeemed, outstanding };
        assert_eq!(Cash::record(), Some(expected));
        System::assert_last_event(Event::IssuerSet { issuer: 0, ceiling: CEILING }.into());
        let entry = AuditEvent::CashIssuerSet { issuer: 0, ceiling: CEILING };
        assert_eq!(last_entry(), Some(entry));
    });
}

#[test]
fn set_issuer_while_units_are_outstanding_changes_the_ceiling_alone() {
    issued(600, || {
        let others = [
            CashTerms { issuer: 1, ..euros() },
            CashTerms { decimals: 3, ..euros() },
            named("USD"),
        ];
        for other in others.clone() {
            assert_noop!(Cash::set_issuer(root(), other), Error::<Test>::CashOutstanding);
        }
        // Below what is outstanding: nothing more is issued.
        assert_ok!(Cash::set_issuer(root(), CashTerms { ceiling: 500, ..euros() }));
        assert_noop!(Cash::issue(by(ALICE), ANNA, 1), Error::<Test>::AboveCeiling);
        assert_ok!(Cash::redeem(by(ANNA), 101, REFERENCE));
        assert_ok!(Cash::issue(by(ALICE), ANNA, 1));

        assert_ok!(Cash::redeem(by(ANNA), 500, REFERENCE));
        for other in others {
            assert_ok!(Cash::set_issuer(root(), other.clone()));
            assert_eq!(Terms::<Test>::get(), Some(other));
        }
    });
}

#[test]
fn set_issuer_with_terms_that_nobody_can_read_fails() {
    scenario(|| {
        for name in ["", "E R", "EUR2", "EUR\n", "\u{20ac}"] {
            assert_noop!(Cash::set_issuer(root(), named(name)), Error::<Test>::InvalidName);
        }
        let terms = CashTerms { decimals: 19, ..euros() };
        assert_noop!(Cash::set_issuer(root(), terms), Error::<Test>::InvalidDecimals);
        assert_ok!(Cash::set_issuer(
            root(),
            CashTerms { decimals: 18, ..named("ABCDEFGHIJKLMNOP") }
        ));
    });
}

#[test]
fn set_issuer_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Cash::set_issuer(by(ALICE), euros()), BadOrigin);
    });
}
