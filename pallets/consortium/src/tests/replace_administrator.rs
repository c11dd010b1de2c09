//! `replace_administrator`.

use super::*;

/// The entries of the log.
fn logged() -> Vec<AuditEvent> {
    Audit::entries(0, 10).into_iter().map(|entry| entry.event).collect()
}

#[test]
fn replace_administrator_by_a_member_works() {
    scenario(|| {
        assert_ok!(Consortium::replace_administrator(root(), BANK_A, ARON));

        assert_eq!(record(BANK_A).administrator, ARON);
        assert!(Consortium::is_administrator(&ARON, BANK_A));
        assert!(!Consortium::is_administrator(&ALICE, BANK_A));
        System::assert_has_event(
            Event::AdministratorReplaced {
                institution: BANK_A,
                former: ALICE,
                administrator: ARON,
            }
            .into(),
        );
        assert_eq!(Council::members(), [BOB, ARON], "the seat goes with the office");
        assert_eq!(
            logged(),
            [
                AuditEvent::AdministratorReplaced {
                    institution: BANK_A,
                    former: ALICE,
                    administrator: ARON,
                },
                AuditEvent::CouncilMemberRemoved { account: ALICE },
                AuditEvent::CouncilMemberAdded { account: ARON },
            ]
        );
    });
}

#[test]
fn replace_administrator_by_a_newcomer_makes_it_a_member() {
    scenario(|| {
        assert_ok!(Consortium::remove_council_member(root(), ALICE));
        assert_ok!(Consortium::replace_administrator(root(), BANK_A, CAROL));

        assert_eq!(Consortium::institution_of(&CAROL), Some(BANK_A));
        assert_eq!(Council::members(), [BOB], "who had no seat leaves none");
        assert_eq!(
            logged()[1..],
            [
                AuditEvent::MemberAdded { institution: BANK_A, account: CAROL },
                AuditEvent::AdministratorReplaced {
                    institution: BANK_A,
                    former: ALICE,
                    administrator: CAROL,
                },
            ]
        );
    });
}

#[test]
fn replace_administrator_leaves_the_former_to_the_new_one() {
    scenario(|| {
        assert_ok!(Consortium::replace_administrator(root(), BANK_A, ARON));
        assert_noop!(Consortium::add_member(signed(ALICE), CAROL), Error::<Test>::NotAdministrator);
        assert_eq!(Consortium::institution_of(&ALICE), Some(BANK_A));
        assert_ok!(Consortium::remove_member(signed(ARON), ALICE));
        assert_eq!(Consortium::institution_of(&ALICE), None);
    });
}

#[test]
fn replace_administrator_of_a_suspended_institution_works() {
    scenario(|| {
        assert_ok!(Consortium::suspend_institution(root(), BANK_A));
        assert_ok!(Consortium::replace_administrator(root(), BANK_A, ARON));
        assert_ok!(Consortium::resume_institution(root(), BANK_A));
        assert!(Consortium::is_administrator(&ARON, BANK_A));
    });
}

#[test]
fn replace_administrator_by_itself_fails() {
    scenario(|| {
        assert_noop!(
            Consortium::replace_administrator(root(), BANK_A, ALICE),
            Error::<Test>::AlreadyAdministrator
        );
    });
}

#[test]
fn replace_administrator_by_who_may_not_join_fails() {
    scenario(|| {
        for (account, error) in
            [(BRUNO, Error::<Test>::AlreadyMember), (CONTRACT, Error::<Test>::NotPerson)]
        {
            assert_noop!(Consortium::replace_administrator(root(), BANK_A, account), error);
        }
        // A full institution has to take one of its own.
        assert_ok!(Consortium::add_member(signed(ALICE), CAROL));
        assert_noop!(
            Consortium::replace_administrator(root(), BANK_A, DAVID),
            Error::<Test>::TooManyMembers
        );
    });
}

#[test]
fn replace_administrator_of_no_institution_fails() {
    scenario(|| {
        assert_noop!(
            Consortium::replace_administrator(root(), 2, CAROL),
            Error::<Test>::UnknownInstitution
        );
    });
}

#[test]
fn replace_administrator_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Consortium::replace_administrator(signed(ALICE), BANK_A, ARON), BadOrigin);
    });
}
