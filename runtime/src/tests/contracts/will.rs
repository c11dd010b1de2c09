//! An inheritance whose cases a court proves alone, for stories of who is in control.

use codec::Encode;
use pallet_revive::precompiles::{
    alloy::primitives::{keccak256, Address},
    H160,
};
use regent_primitives::{PolicyHash, RequestId};
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{
        self, address, carry_out, deploy, party, Asked,
        IInheritance::{self, Case, Heir, Step, Succession},
        Kept, Party, Preparation, CONDITION, EVIDENCE, NONE,
    },
    inheritance::go_to,
    *,
};

/// Blocks in which a case can be contested.
const CONTEST: u32 = 7;
/// Blocks of a guardian's term.
pub const TERM: u32 = 40;

/// Eve's key in a contract. Alice is the court, and Bob the executor.
pub struct Will {
    pub at: H160,
    pub kept: Kept,
}

/// Where the terms name nobody.
pub fn nobody() -> Address {
    [0; 20].into()
}

/// An heir of age. Once for each person.
pub fn heir(who: Sr25519Keyring) -> Heir {
    Heir { party: party(who), minorUntil: 0, trustee: nobody(), trusteePolicy: NONE.into() }
}

/// To the first of these heirs that takes over.
pub fn in_order(heirs: Vec<Heir>) -> Succession {
    Succession { heirs, turn: 10, threshold: 0, togetherPolicy: NONE.into() }
}

impl Will {
    /// On these terms. The guardian's policy is the [`party`]'s.
    pub fn new(succession: Succession, guardian: Option<Sr25519Keyring>) -> Self {
        let by_court = |proves| IInheritance::Combination { proves, silence: false, groups: 1 };
        let mut combinations = vec![by_court(Case::Death)];
        let mut guard = IInheritance::Guardian { who: nobody(), policy: NONE.into(), term: 0 };
        if let Some(guardian) = guardian {
            combinations.extend([by_court(Case::Incapacity), by_court(Case::Recovery)]);
            let Party { who, policy, .. } = party(guardian);
            guard = IInheritance::Guardian { who, policy, term: TERM };
        }
        let court = IInheritance::Group {
            kind: IInheritance::Kind::Court,
            members: vec![address(Alice)],
            threshold: 1,
        };
        let terms = IInheritance::Terms {
            owner: party(Eve),
            succession,
            guardian: guard,
            groups: vec![court],
            combinations,
            executor: address(Bob),
            contesters: Vec::new(),
            contests: 0,
            periods: IInheritance::Periods {
                interval: 10,
                grace: 5,
                contest: CONTEST,
                blockMilliseconds: 500,
                haltMilliseconds: 60_000,
            },
            condition: CONDITION.into(),
            sharing: keccak256((quorum(), tree()).encode()),
        };
        let at = deploy("InkInheritance.polkavm", terms.abi_encode());
        let kept = Kept::waiting_by(at);
        assert_ok!(call(Eve, at, IInheritance::bindCall { key: kept.id() }).map(drop));
        Self { at, kept }
    }

    /// The court attests a case.
    pub fn attest(&self, proves: Case) {
        let attest = IInheritance::attestCall { proves, group: 0, evidence: EVIDENCE.into() };
        assert_ok!(call(Alice, self.at, attest).map(drop));
    }

    /// The court attests a case, and nobody contests it.
    pub fn prove(&self, proves: Case) {
        self.attest(proves);
        go_to(System::block_number() + CONTEST + 1);
    }

    /// The last block in which a case can be contested; 0 if it is not proven.
    pub fn contest_until(&self, proves: Case) -> u32 {
        call(Bob, self.at, IInheritance::contestUntilCall { proves }).expect("answered")
    }

    /// Has the next epoch asked for under a policy, approved and made.
    pub fn prepare(
        &self,
        who: Sr25519Keyring,
        step: Step,
        policy: PolicyHash,
    ) -> Result<(), String> {
        let now = System::block_number();
        let salt = u8::try_from(now).expect("few blocks");
        let preparation =
            Preparation { policy: policy.0 .0.into(), ..self.kept.preparation(salt, now + 50) };
        self.prepare_as(who, step, preparation)
    }

    /// The same, as it is said.
    pub fn prepare_as(
        &self,
        who: Sr25519Keyring,
        step: Step,
        preparation: Preparation,
    ) -> Result<(), String> {
        let prepare = IInheritance::prepareCall { step, heir: 0, preparation };
        carry_out(custody::request(call(who, self.at, prepare)?));
        Ok(())
    }

    pub fn execute(&self, who: Sr25519Keyring, step: Step) -> Result<(), String> {
        call(who, self.at, IInheritance::executeCall { step, heir: 0 }).map(drop)
    }

    /// Somebody has the contract ask for a signature, under a policy.
    pub fn submit(&self, who: Sr25519Keyring, policy: PolicyHash) -> Result<RequestId, String> {
        let now = System::block_number();
        let salt = u8::try_from(now).expect("few blocks");
        let request = Asked { policy: policy.0 .0.into(), ..self.kept.to_sign(salt, now + 5) };
        call(who, self.at, IInheritance::submitCall { request }).map(custody::request)
    }

    /// Whether the contract obeys somebody.
    pub fn obeys(&self, who: Sr25519Keyring) -> bool {
        call(Bob, self.at, IInheritance::controllerCall { who: address(who) }).expect("answered")
    }
}
