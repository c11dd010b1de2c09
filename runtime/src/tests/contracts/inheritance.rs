//! A key passes on when its owner is silent, and attested to be dead.

use pallet_revive::precompiles::H160;
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{
        address, carry_out, deploy, is_condition_met, party, refused, request, IInheritance, Kept,
        CONDITION, EVIDENCE, NONE,
    },
    *,
};

/// Alice, Charlie and Dave are family, of whom two attest; Bob is the notary.
const FAMILY: u8 = 0;
const NOTARY: u8 = 1;

const INTERVAL: u32 = 10;
const GRACE: u32 = 5;
const CONTEST: u32 = 7;

/// Eve's key, which Ferdie inherits. Dave may contest, once.
struct Scene {
    will: H160,
    kept: Kept,
}

impl Scene {
    fn new() -> Self {
        let nobody = || [0; 20].into();
        let heir = IInheritance::Heir {
            party: party(Ferdie),
            minorUntil: 0,
            trustee: nobody(),
            trusteePolicy: NONE.into(),
        };
        let family = vec![address(Alice), address(Charlie), address(Dave)];
        let notary = vec![address(Bob)];
        let terms = IInheritance::Terms {
            owner: party(Eve),
            succession: IInheritance::Succession {
                heirs: vec![heir],
                turn: 10,
                threshold: 0,
                togetherPolicy: NONE.into(),
            },
            guardian: IInheritance::Guardian { who: nobody(), policy: NONE.into(), term: 0 },
            groups: vec![
                IInheritance::Group {
                    kind: IInheritance::Kind::Family,
                    members: family,
                    threshold: 2,
                },
                IInheritance::Group {
                    kind: IInheritance::Kind::Notary,
                    members: notary,
                    threshold: 1,
                },
            ],
            combinations: vec![IInheritance::Combination {
                proves: IInheritance::Case::Death,
                silence: true,
                groups: (1 << FAMILY) | (1 << NOTARY),
            }],
            executor: nobody(),
            contesters: vec![address(Dave)],
            contests: 1,
            periods: IInheritance::Periods {
                interval: INTERVAL,
                grace: GRACE,
                contest: CONTEST,
                blockMilliseconds: 500,
                haltMilliseconds: 60_000,
            },
            condition: CONDITION.into(),
            sharing: NONE.into(),
        };
        let will = deploy("InkInheritance.polkavm", terms.abi_encode());
        let kept = Kept::waiting_by(will);
        assert_ok!(call(Eve, will, IInheritance::bindCall { key: kept.id() }).map(drop));
        Self { will, kept }
    }

    fn report(&self) -> Result<(), String> {
        call(Ferdie, self.will, IInheritance::reportSilenceCall {}).map(drop)
    }

    fn attest(&self, who: Sr25519Keyring, group: u8) -> Result<(), String> {
        let proves = IInheritance::Case::Death;
        let evidence = EVIDENCE.into();
        call(who, self.will, IInheritance::attestCall { proves, group, evidence }).map(drop)
    }

    /// Two of three, and the notary.
    fn attest_all(&self) {
        assert_ok!(self.attest(Alice, FAMILY));
        assert_ok!(self.attest(Charlie, FAMILY));
        assert_ok!(self.attest(Bob, NOTARY));
    }

    fn observe(&self) {
        assert_ok!(call(Bob, self.will, IInheritance::observeCall {}).map(drop));
    }

    fn contest(&self, who: Sr25519Keyring) -> Result<(), String> {
        let proves = IInheritance::Case::Death;
        call(who, self.will, IInheritance::contestCall { proves }).map(drop)
    }

    fn contest_until(&self) -> u32 {
        let proves = IInheritance::Case::Death;
        call(Bob, self.will, IInheritance::contestUntilCall { proves }).expect("answered")
    }

    fn prepare(&self, who: Sr25519Keyring) -> Result<(), String> {
        let (step, heir) = (IInheritance::Step::Succeed, 0);
        let preparation = self.kept.preparation(1, System::block_number() + 50);
        let call_data = IInheritance::prepareCall { step, heir, preparation };
        carry_out(request(call(who, self.will, call_data)?));
        Ok(())
    }

    fn execute(&self, who: Sr25519Keyring) -> Result<(), String> {
        let (step, heir) = (IInheritance::Step::Succeed, 0);
        call(who, self.will, IInheritance::executeCall { step, heir }).map(drop)
    }

    fn submit(&self, who: Sr25519Keyring, salt: u8) -> Result<(), String> {
        let request = self.kept.to_sign(salt, System::block_number() + 5);
        call(who, self.will, IInheritance::submitCall { request }).map(drop)
    }
}

/// Blocks pass at their pace: the contract looks at the clocks.
pub fn go_to(block: u32) {
    System::set_block_number(block);
    pallet_timestamp::Now::<Runtime>::put(u64::from(block) * 500);
}

#[test]
fn a_key_passes_to_the_heir_after_a_contest_that_stopped_it_once() {
    after_a_contest();
}

/// The whole story.
pub fn after_a_contest() {
    local(|| {
        go_to(1);
        let scene = Scene::new();
        let contract = account_at(scene.will);
        go_to(1 + INTERVAL);
        assert_eq!(refused(scene.report()), "NotSilent");
        go_to(2 + INTERVAL);
        assert_ok!(scene.report());
        let grace_until = call(Bob, scene.will, IInheritance::graceUntilCall {});
        assert_eq!(grace_until, Ok(2 + INTERVAL + GRACE));

        assert_eq!(refused(scene.attest(Bob, FAMILY)), "NotAttestor");
        scene.attest_all();
        assert_eq!(scene.contest_until(), 0, "the owner has the grace period still");
        go_to(3 + INTERVAL + GRACE);
        scene.observe();
        let until = scene.contest_until();
        assert_eq!(until, 3 + INTERVAL + GRACE + CONTEST);
        assert_eq!(refused(scene.prepare(Ferdie)), "StillContestable");

        // Dave stops it: all that was attested is void.
        assert_eq!(refused(scene.contest(Charlie)), "MayNotContest");
        assert_ok!(scene.contest(Dave));
        go_to(until + 1);
        assert_eq!(scene.contest_until(), 0);
        assert_eq!(refused(scene.prepare(Ferdie)), "NotProven");
        assert_eq!(refused(scene.execute(Ferdie)), "NotProven");
        assert_eq!(scene.kept.owner(), (contract.clone(), 0));

        // Eve stays silent, and Dave has no contest left.
        assert_ok!(scene.report());
        scene.attest_all();
        let proven = until + 2 + GRACE;
        go_to(proven);
        scene.observe();
        assert_eq!(scene.contest_until(), proven + CONTEST);
        assert_eq!(refused(scene.contest(Dave)), "NoContestLeft");
        // Until then Eve is in control.
        go_to(proven + CONTEST);
        assert_eq!(refused(scene.prepare(Ferdie)), "StillContestable");
        go_to(proven + CONTEST + 1);
        assert_eq!(refused(scene.prepare(Charlie)), "NotEntitled");
        assert_ok!(scene.prepare(Ferdie));
        assert_eq!(refused(scene.execute(Eve)), "NotEntitled");
        assert_ok!(scene.execute(Ferdie));

        assert_eq!(scene.kept.owner(), (account(Ferdie), 1));
        let transferred = |event: &AuditEvent| {
            matches!(event, AuditEvent::ControlTransferred { from, to, .. }
                if *from == contract && *to == account(Ferdie))
        };
        assert!(log().iter().any(transferred));
        // Eve's control has ended, through the contract and beside it.
        assert_eq!(refused(scene.submit(Eve, 9)), "NotInControl");
        let freeze = call(Eve, scene.will, IInheritance::freezeCall {});
        assert_eq!(refused(freeze), "NotInControl");
        let freeze = || IRegent::freezeCall { key: scene.kept.id() };
        assert_eq!(refused(call(Eve, regent(), freeze())), "NotOwner");
        assert_ok!(call(Ferdie, regent(), freeze()).map(drop));
    });
}

#[test]
fn a_sign_of_life_ends_what_was_attested_and_prepared() {
    local(|| {
        go_to(1);
        let scene = Scene::new();
        go_to(2 + INTERVAL);
        assert_ok!(scene.report());
        scene.attest_all();
        let proven = 3 + INTERVAL + GRACE;
        go_to(proven);
        scene.observe();
        go_to(proven + CONTEST + 1);
        assert_ok!(scene.prepare(Ferdie));
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&scene.kept.key), Some(1));

        // Eve uses her key: she lives.
        assert_ok!(scene.submit(Eve, 9));
        let alive = call(Bob, scene.will, IInheritance::aliveCall {});
        assert_eq!(alive, Ok(proven + CONTEST + 1));
        assert_eq!(refused(scene.execute(Ferdie)), "NotProven");
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&scene.kept.key), None);
        assert_eq!(scene.kept.owner(), (account_at(scene.will), 0));
    });
}

/// Approvers are told to act on the contract's word alone, and that holds for the key's return, too.
#[test]
fn an_owner_who_revokes_has_the_key_again_under_a_policy_that_waits_for_the_contract() {
    local(|| {
        go_to(1);
        let scene = Scene::new();
        let step = IInheritance::Step::Release;
        let prepare = || {
            let preparation = scene.kept.preparation(2, System::block_number() + 50);
            call(Eve, scene.will, IInheritance::prepareCall { step, heir: 0, preparation })
        };
        assert_eq!(refused(prepare()), "StepNotDue");
        assert_ok!(call(Eve, scene.will, IInheritance::revokeCall {}).map(drop));
        carry_out(request(prepare().expect("accepted")));
        assert_ok!(call(Eve, scene.will, IInheritance::executeCall { step, heir: 0 }).map(drop));
        assert_eq!(scene.kept.owner(), (account(Eve), 1));
        assert!(!is_condition_met(scene.will), "it is met anew for another key");
    });
}

/// Had the chain stood still, nobody could have contested: the owner has the grace period again, and
/// then the contest period.
#[test]
fn a_halt_of_the_chain_gives_the_owner_the_periods_again() {
    local(|| {
        go_to(1);
        let scene = Scene::new();
        go_to(2 + INTERVAL);
        assert_ok!(scene.report());
        scene.attest_all();
        let proven = 3 + INTERVAL + GRACE;
        go_to(proven);
        scene.observe();
        assert_eq!(scene.contest_until(), proven + CONTEST);
        // The next block comes an hour later.
        let woke = proven + CONTEST + 1;
        System::set_block_number(woke);
        pallet_timestamp::Now::<Runtime>::put(u64::from(woke) * 500 + 3_600_000);
        assert_ok!(scene.execute(Ferdie));
        assert_eq!(scene.kept.owner(), (account_at(scene.will), 0));
        let grace_until = || call(Bob, scene.will, IInheritance::graceUntilCall {});
        assert_eq!(grace_until(), Ok(woke + GRACE));
        assert_eq!(scene.contest_until(), 0);
        assert_ok!(scene.contest(Eve));
        assert_eq!(grace_until(), Ok(0));
    });
}

/// Governance lifts every freeze, and a contract is not told: that must not keep the heir out.
#[test]
fn a_freeze_that_governance_lifted_does_not_stand_in_the_heirs_way() {
    local(|| {
        go_to(1);
        let scene = Scene::new();
        let freeze = || call(Eve, scene.will, IInheritance::freezeCall {}).map(drop);
        assert_ok!(freeze());
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), scene.kept.key));
        go_to(2 + INTERVAL);
        assert_ok!(scene.report());
        scene.attest_all();
        let proven = 3 + INTERVAL + GRACE;
        go_to(proven);
        scene.observe();
        go_to(proven + CONTEST + 1);
        assert_ok!(scene.prepare(Ferdie));
        assert_ok!(scene.execute(Ferdie));
        assert_eq!(scene.kept.owner(), (account(Ferdie), 1));
    });
}

/// Nor must it keep the owner from another freeze, when a device is stolen again.
#[test]
fn an_owner_freezes_a_key_again_whose_freeze_governance_lifted() {
    local(|| {
        go_to(1);
        let scene = Scene::new();
        let freeze = || call(Eve, scene.will, IInheritance::freezeCall {}).map(drop);
        assert_ok!(freeze());
        assert_ok!(Keys::unfreeze(RuntimeOrigin::root(), scene.kept.key));
        assert!(!Keys::is_frozen(&scene.kept.key));
        assert_ok!(freeze());
        assert!(Keys::is_frozen(&scene.kept.key));
        // Once more changes nothing.
        assert_ok!(freeze());
        assert_ok!(call(Eve, scene.will, IInheritance::unfreezeCall {}).map(drop));
        assert!(!Keys::is_frozen(&scene.kept.key));
    });
}
