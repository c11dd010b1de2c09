//! A guardian is in control while the owner cannot decide, and the owner again afterwards.

use codec::Encode;
use regent_primitives::{traits::ChainInfo, AccessTree, Participant};

use super::{
    custody::{
        approve, is_condition_met, kept_under, refused,
        IInheritance::{self, Case, Step},
        Preparation,
    },
    inheritance::go_to,
    will::{heir, in_order, Will, TERM},
    *,
};

#[test]
fn a_guardian_uses_the_key_until_the_owner_recovers_and_revokes() {
    until_the_owner_recovers();
}

/// The whole story.
pub fn until_the_owner_recovers() {
    local(|| {
        go_to(1);
        let will = Will::new(in_order(vec![heir(Ferdie)]), Some(Charlie));
        let contract = account_at(will.at);
        let guardians = kept_under(&policy(&account(Charlie)), will.at, Bob);
        let owners = kept_under(&policy(&account(Eve)), will.at, Bob);
        let custody = will.kept.policy;
        let genesis = <Audit as ChainInfo>::genesis();

        // A finding that is taken back proves nothing.
        let proves = Case::Incapacity;
        will.attest(proves);
        assert_ne!(will.contest_until(proves), 0);
        let retract = IInheritance::retractCall { proves, group: 0 };
        assert_ok!(call(Alice, will.at, retract).map(drop));
        assert_eq!(will.contest_until(proves), 0);
        assert_eq!(refused(will.prepare(Charlie, Step::Appoint, custody)), "NotProven");
        will.prove(proves);
        // An agent of the guardian's own would have the key for ever.
        let Some((_, Participant::Agent(agent))) = tree().leaves().pop() else {
            panic!("agents only")
        };
        let alone = AccessTree::threshold_of_agents(1, &[agent]).expect("a tree");
        let own = Preparation {
            sharing: (quorum(), alone).encode().into(),
            ..will.kept.preparation(0, System::block_number() + 50)
        };
        assert_eq!(refused(will.prepare_as(Charlie, Step::Appoint, own)), "OtherSharing");
        assert_ok!(will.prepare(Charlie, Step::Appoint, custody));
        assert_ok!(will.execute(Charlie, Step::Appoint));
        assert_eq!(will.kept.owner(), (contract.clone(), 1));
        assert_eq!(will.kept.committed(), policy(&account(Charlie)).hash(genesis));
        assert!(will.obeys(Charlie) && !will.obeys(Eve));

        // The guardian uses it under the guardian's policy; the owner does not, and lives.
        assert_ok!(call(Charlie, will.at, IInheritance::freezeCall {}).map(drop));
        assert_ok!(call(Charlie, will.at, IInheritance::unfreezeCall {}).map(drop));
        assert_eq!(refused(will.submit(Charlie, custody)), "PolicyNotDescended");
        assert_eq!(refused(will.submit(Eve, owners)), "NotInControl");
        let id = will.submit(Charlie, guardians).expect("accepted");
        let state = Requests::state(id).expect("submitted");
        assert_eq!(state.record.body.requester, contract);
        approve(id);
        let revoke = || call(Eve, will.at, IInheritance::revokeCall {}).map(drop);
        assert_eq!(refused(revoke()), "NotInControl");
        assert_ok!(call(Eve, will.at, IInheritance::proveLifeCall {}).map(drop));
        let alive = call(Bob, will.at, IInheritance::aliveCall {});
        assert_eq!(alive, Ok(System::block_number()));

        // What the guardian asked for ends with the guardian's control.
        assert_eq!(refused(will.prepare(Eve, Step::Restore, guardians)), "NotProven");
        will.prove(Case::Recovery);
        assert_ok!(will.prepare(Eve, Step::Restore, guardians));
        assert_ok!(will.execute(Eve, Step::Restore));
        assert_eq!(Requests::status(&id), Some(RequestStatus::Cancelled));
        assert_eq!(will.kept.owner(), (contract, 2));
        assert_eq!(will.kept.committed(), policy(&account(Eve)).hash(genesis));
        assert!(will.obeys(Eve) && !will.obeys(Charlie));
        assert_eq!(refused(will.submit(Charlie, guardians)), "NotInControl");
        approve(will.submit(Eve, owners).expect("accepted"));

        // Eve ends it for good, and has the key to herself.
        assert_ok!(revoke());
        assert_eq!(refused(revoke()), "AlreadyRevoked");
        assert_ok!(will.prepare(Eve, Step::Release, owners));
        assert_ok!(will.execute(Eve, Step::Release));
        assert_eq!(will.kept.owner(), (account(Eve), 3));
        assert!(!will.obeys(Eve), "the key is her own now");
        assert!(!is_condition_met(will.at));
    });
}

#[test]
fn a_guardians_term_ends_without_anybodys_word() {
    local(|| {
        go_to(1);
        let will = Will::new(in_order(vec![heir(Ferdie)]), Some(Charlie));
        let guardians = kept_under(&policy(&account(Charlie)), will.at, Bob);
        will.prove(Case::Incapacity);
        assert_ok!(will.prepare(Charlie, Step::Appoint, will.kept.policy));
        assert_ok!(will.execute(Charlie, Step::Appoint));
        let until = System::block_number() + TERM;
        go_to(until);
        assert_eq!(refused(will.prepare(Eve, Step::Restore, guardians)), "NotProven");
        go_to(until + 1);
        assert_ok!(will.prepare(Eve, Step::Restore, guardians));
        assert_ok!(will.execute(Eve, Step::Restore));
        assert!(will.obeys(Eve) && !will.obeys(Charlie));
        assert_eq!(will.kept.owner(), (account_at(will.at), 2));
    });
}
