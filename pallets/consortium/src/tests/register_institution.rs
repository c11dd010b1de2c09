//! `register_institution`.

use super::*;

#[test]
fn register_institution_works() {
    scenario(|| {
        assert_ok!(Consortium::register_institution(root(), name("Bank C"), CAROL, QUOTA));

        assert_eq!(
            record(2),
            InstitutionRecord {
                name: name("Bank C"),
                administrator: CAROL,
                active: true,
                quota: QUOTA,
                validator: None,
            }
        );
        assert_eq!(Consortium::institution_of(&CAROL), Some(2));
        assert!(Consortium::is_administrator(&CAROL, 2));
        assert_eq!(System::providers(&CAROL), 1);
        assert_eq!(CommittedQuota::<Test>::get(), 3 * QUOTA);
        assert_eq!(Consortium::institutions().len(), 3);
        System::assert_last_event(
            Event::InstitutionRegistered { institution: 2, administrator: CAROL, quota: QUOTA }
                .into(),
        );
        let logged: Vec<_> = Audit::entries(0, 10).into_iter().map(|e| e.event).collect();
        assert_eq!(
            logged,
            [
                AuditEvent::InstitutionRegistered { institution: 2 },
                AuditEvent::MemberAdded { institution: 2, account: CAROL },
            ]
        );
    });
}

#[test]
fn register_institution_by_anyone_else_fails() {
    scenario(|| {
        let register =
            |origin| Consortium::register_institution(origin, name("Bank C"), CAROL, QUOTA);
        assert_noop!(register(signed(ALICE)), BadOrigin);
        assert_noop!(register(signed(CAROL)), BadOrigin);
        assert_noop!(register(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn register_institution_with_a_member_of_another_fails() {
    scenario(|| {
        assert_noop!(
            Consortium::register_institution(root(), name("Bank C"), BRUNO, QUOTA),
            Error::<Test>::AlreadyMember
        );
    });
}

#[test]
fn register_institution_with_a_bad_name_fails() {
    scenario(|| {
        for bytes in [vec![], vec![0xff, 0xfe]] {
            let name = Name::try_from(bytes).expect("the name fits");
            assert_noop!(
                Consortium::register_institution(root(), name, CAROL, QUOTA),
                Error::<Test>::InvalidName
            );
        }
    });
}

#[test]
fn register_institution_without_quota_fails() {
    scenario(|| {
        assert_noop!(
            Consortium::register_institution(root(), name("Bank C"), CAROL, 0),
            Error::<Test>::ZeroQuota
        );
    });
}

#[test]
fn register_institution_beyond_the_chains_capacity_fails() {
    scenario(|| {
        let left = Consortium::quota_capacity() - CommittedQuota::<Test>::get();
        for quota in [left + 1, u64::MAX] {
            assert_noop!(
                Consortium::register_institution(root(), name("Bank C"), CAROL, quota),
                Error::<Test>::QuotaUnavailable
            );
        }
        assert_ok!(Consortium::register_institution(root(), name("Bank C"), CAROL, left));
    });
}

#[test]
fn register_institution_beyond_the_bound_fails() {
    scenario(|| {
        assert_ok!(Consortium::register_institution(root(), name("Bank C"), CAROL, 1));
        assert_ok!(Consortium::register_institution(root(), name("Bank D"), DAVID, 1));
        let erin = AccountId::new([0xe0; 32]);
        assert_noop!(
            Consortium::register_institution(root(), name("Bank E"), erin.clone(), 1),
            Error::<Test>::TooManyInstitutions
        );
        // Suspended ones count: their number and history stay.
        assert_ok!(Consortium::suspend_institution(root(), 3));
        assert_noop!(
            Consortium::register_institution(root(), name("Bank E"), erin, 1),
            Error::<Test>::TooManyInstitutions
        );
    });
}
