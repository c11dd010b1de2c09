//! Heirs together, and an heir who is a minor.

use regent_primitives::{traits::ChainInfo, BoundedVec, Stage};
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{
        address, approve, kept_under, party, refused, sign,
        IInheritance::{self, Case, Heir, Step, Succession},
    },
    inheritance::go_to,
    will::{heir, in_order, Will},
    *,
};

/// The block at which Ferdie is of age.
const OF_AGE: u32 = 60;

#[test]
fn two_of_three_heirs_accept_and_sign_what_an_executor_carried_out() {
    together();
}

/// The whole story.
pub fn together() {
    local(|| {
        go_to(1);
        let heirs = [Charlie, Dave, Ferdie];
        let mut family = policy(&account(Ferdie));
        family.roles[1].members = BoundedVec::truncate_from(heirs.map(account).to_vec());
        family.stages = BoundedVec::truncate_from(vec![Stage { role: 1, threshold: 2 }]);
        let committed = family.hash(<Audit as ChainInfo>::genesis());
        assert_ok!(Policies::create(signed(Alice), Box::new(family.clone())));
        let succession = Succession {
            heirs: heirs.map(heir).to_vec(),
            turn: 0,
            threshold: 2,
            togetherPolicy: committed.0 .0.into(),
        };
        let will = Will::new(succession, None);
        let families = kept_under(&family, will.at, Charlie);

        // Nobody inherits whom too few others accept with.
        let answer =
            |who: Sr25519Keyring| call(who, will.at, IInheritance::answerCall {}).map(drop);
        assert_eq!(refused(answer(Charlie)), "NotProven");
        will.prove(Case::Death);
        assert_ok!(answer(Charlie));
        assert_eq!(refused(answer(Charlie)), "AlreadyAnswered");
        assert_eq!(refused(answer(Eve)), "NotHeir");
        let prepare = |who| will.prepare(who, Step::Succeed, will.kept.policy);
        assert_eq!(refused(prepare(Bob)), "TooFewHeirs");
        assert_ok!(answer(Dave));
        assert_ok!(prepare(Bob));
        assert_eq!(refused(will.execute(Alice, Step::Succeed)), "NotEntitled");
        assert_ok!(will.execute(Bob, Step::Succeed));
        assert_eq!(will.kept.owner(), (account_at(will.at), 1));
        assert_eq!(will.kept.committed(), committed);

        // Any of them asks, two of them sign. The executor has no part in it.
        assert!(heirs.into_iter().all(|heir| will.obeys(heir)));
        assert!(!will.obeys(Bob) && !will.obeys(Eve));
        for other in [Bob, Eve] {
            assert_eq!(refused(will.submit(other, families)), "NotInControl");
        }
        let id = will.submit(Ferdie, families).expect("accepted");
        sign(id, Charlie);
        assert_eq!(Requests::status(&id), Some(RequestStatus::Pending { stage: 0 }));
        sign(id, Dave);
        assert_eq!(Requests::status(&id), Some(RequestStatus::Approved));
    });
}

#[test]
fn a_trustee_uses_the_key_until_the_heir_is_of_age() {
    until_of_age();
}

/// The whole story.
pub fn until_of_age() {
    local(|| {
        go_to(1);
        let minor = Heir {
            minorUntil: OF_AGE,
            trustee: address(Dave),
            trusteePolicy: party(Dave).policy,
            ..heir(Ferdie)
        };
        let will = Will::new(in_order(vec![minor]), None);
        let trustees = kept_under(&policy(&account(Dave)), will.at, Bob);
        will.prove(Case::Death);
        assert_ok!(will.prepare(Dave, Step::Succeed, will.kept.policy));
        assert_ok!(will.execute(Dave, Step::Succeed));
        assert_eq!(will.kept.owner(), (account_at(will.at), 1));
        assert!(will.obeys(Dave) && !will.obeys(Ferdie) && !will.obeys(Eve));
        approve(will.submit(Dave, trustees).expect("accepted"));

        go_to(OF_AGE - 1);
        assert_eq!(refused(will.prepare(Ferdie, Step::Majority, trustees)), "NotOfAge");
        go_to(OF_AGE);
        assert_eq!(refused(will.prepare(Eve, Step::Majority, trustees)), "NotEntitled");
        assert_ok!(will.prepare(Ferdie, Step::Majority, trustees));
        assert_ok!(will.execute(Ferdie, Step::Majority));
        assert_eq!(will.kept.owner(), (account(Ferdie), 2));
        assert!(!will.obeys(Dave) && !will.obeys(Ferdie), "the key is the heir's own now");
    });
}
