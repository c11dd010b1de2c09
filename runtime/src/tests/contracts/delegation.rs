//! An adviser is in control of a key, within bounds, until a date.

use codec::Encode;
use pallet_revive::precompiles::H160;
use regent_primitives::{Effect, RequestId, Transfer};
use sp_keyring::Sr25519Keyring;

use super::{
    custody::{
        address, approve, carry_out, deploy, party, refused, request, Asked, IDelegation, Kept,
        ETHER,
    },
    *,
};

const UNTIL: u32 = 40;
const LIFETIME: u32 = 10;
const PAYEE: [u8; 20] = [0x11; 20];

/// Eve's key, which Ferdie manages: 100 wei, to one address, in three requests.
struct Scene {
    mandate: H160,
    kept: Kept,
}

/// What an owner does who is in control again.
enum Act {
    Recall,
    Freeze,
    Unfreeze,
    Abandon,
    Release,
}

impl Scene {
    fn new() -> Self {
        let terms = IDelegation::Terms {
            owner: party(Eve),
            adviser: address(Ferdie),
            until: UNTIL,
            budgets: vec![IDelegation::Budget {
                kind: IDelegation::AssetKind::Ether,
                chain: 1,
                token: [0; 20].into(),
                total: 100,
            }],
            recipients: vec![PAYEE.to_vec().into()],
            requests: 3,
            lifetime: LIFETIME,
        };
        let mandate = deploy("InkDelegation.polkavm", terms.abi_encode());
        let kept = Kept::by(mandate);
        assert_ok!(call(Eve, mandate, IDelegation::bindCall { key: kept.id() }).map(drop));
        Self { mandate, kept }
    }

    /// An Ethereum transaction that moves so much to an address.
    fn moving(&self, salt: u8, to: [u8; 20], amount: u32) -> Asked {
        let transfer = Transfer {
            recipient: to.to_vec().try_into().expect("short"),
            asset: ETHER,
            amount: amount.into(),
        };
        let transfers = vec![transfer].try_into().expect("one");
        let effect = Effect { transfers, fee: None };
        let operation = Operation::Sign { format: PayloadFormat::EthereumTransaction };
        Asked {
            operation: operation.encode().into(),
            effect: effect.encode().into(),
            ..self.kept.to_sign(salt, System::block_number() + LIFETIME)
        }
    }

    fn submit(&self, who: Sr25519Keyring, request: Asked) -> Result<RequestId, String> {
        let id = call(who, self.mandate, IDelegation::submitCall { request })?;
        Ok(super::custody::request(id))
    }

    /// Eve acts.
    fn act(&self, what: Act) -> Result<(), String> {
        match what {
            Act::Recall => call(Eve, self.mandate, IDelegation::recallCall {}).map(drop),
            Act::Freeze => call(Eve, self.mandate, IDelegation::freezeCall {}).map(drop),
            Act::Unfreeze => call(Eve, self.mandate, IDelegation::unfreezeCall {}).map(drop),
            Act::Abandon => call(Eve, self.mandate, IDelegation::abandonCall {}).map(drop),
            Act::Release => call(Eve, self.mandate, IDelegation::releaseCall {}).map(drop),
        }
    }

    /// Eve has the key's return asked for.
    fn prepare(&self, salt: u8) -> Result<RequestId, String> {
        let preparation = self.kept.preparation(salt, System::block_number() + 20);
        let id = call(Eve, self.mandate, IDelegation::prepareCall { preparation })?;
        Ok(super::custody::request(id))
    }

    fn requests_until(&self) -> u32 {
        call(Bob, self.mandate, IDelegation::requestsUntilCall {}).expect("answered")
    }

    fn controller(&self) -> IDelegation::Controller {
        call(Bob, self.mandate, IDelegation::controllerCall {}).expect("answered")
    }

    fn spent(&self) -> Vec<u128> {
        call(Bob, self.mandate, IDelegation::spentCall {}).expect("answered")
    }
}

#[test]
fn an_adviser_uses_a_key_within_bounds_until_the_date() {
    until_the_date();
}

/// The whole story.
pub fn until_the_date() {
    local(|| {
        let scene = Scene::new();
        assert!(matches!(scene.controller(), IDelegation::Controller::Adviser));

        // Given: within the bounds, and by the adviser alone.
        let id = scene.submit(Ferdie, scene.moving(1, PAYEE, 60)).expect("within bounds");
        let state = Requests::state(id).expect("submitted");
        assert_eq!(state.record.body.requester, account_at(scene.mandate));
        approve(id);
        assert_eq!(scene.spent(), [60]);
        let adviser = |asked: Asked| refused(scene.submit(Ferdie, asked));
        assert_eq!(adviser(scene.moving(2, PAYEE, 41)), "BudgetExceeded");
        assert_eq!(adviser(scene.moving(2, [0x22; 20], 1)), "RecipientNotAllowed");
        let now = System::block_number();
        assert_eq!(adviser(scene.kept.to_sign(2, now + 1)), "OperationNotAllowed");
        let long = Asked { expires: now + LIFETIME + 1, ..scene.moving(2, PAYEE, 1) };
        assert_eq!(adviser(long), "RequestTooLong");
        let owner = scene.submit(Eve, scene.kept.to_sign(2, now + 1));
        assert_eq!(refused(owner), "NotInControl");
        let freeze = call(Eve, scene.mandate, IDelegation::freezeCall {});
        assert_eq!(refused(freeze), "NotInControl");
        assert_eq!(refused(scene.submit(Dave, scene.moving(2, PAYEE, 1))), "NotInControl");
        assert_eq!(scene.spent(), [60], "what is refused is not charged");

        // Neither of them goes past the contract.
        for who in [Eve, Ferdie] {
            let freeze = call(who, regent(), IRegent::freezeCall { key: scene.kept.id() });
            assert_eq!(refused(freeze), "NotOwner");
        }

        // The last block of the mandate: no request outlives it.
        System::set_block_number(UNTIL);
        assert_eq!(adviser(scene.moving(3, PAYEE, 1)), "OutlivesMandate");
        let last = Asked { expires: UNTIL, ..scene.moving(3, PAYEE, 40) };
        assert_ok!(scene.submit(Ferdie, last));
        assert_eq!(scene.spent(), [100]);

        // Returned: nobody did anything.
        System::set_block_number(UNTIL + 1);
        assert!(matches!(scene.controller(), IDelegation::Controller::Owner));
        assert_eq!(adviser(scene.moving(4, PAYEE, 1)), "NotInControl");
        assert_ok!(scene.submit(Eve, scene.kept.to_sign(5, UNTIL + 5)));

        // The key leaves, to its owner's own account.
        let preparation = || scene.kept.preparation(6, UNTIL + 20);
        let prepare = || IDelegation::prepareCall { preparation: preparation() };
        assert_eq!(refused(call(Ferdie, scene.mandate, prepare())), "NotOwner");
        let id = call(Eve, scene.mandate, prepare()).expect("accepted");
        carry_out(request(id));
        assert_ok!(call(Eve, scene.mandate, IDelegation::releaseCall {}).map(drop));
        assert_eq!(scene.kept.owner(), (account(Eve), 1));
        assert!(matches!(scene.controller(), IDelegation::Controller::Nobody));
    });
}

#[test]
fn a_recalled_adviser_has_nothing_carried_out_that_was_approved() {
    recalled();
}

/// The whole story.
pub fn recalled() {
    local(|| {
        let scene = Scene::new();
        let owner = |what| scene.act(what);
        let id = scene.submit(Ferdie, scene.moving(1, PAYEE, 60)).expect("within bounds");
        approve(id);
        let pending = scene.submit(Ferdie, scene.moving(2, PAYEE, 1)).expect("within bounds");
        let until = System::block_number() + LIFETIME;
        assert_eq!(refused(call(Ferdie, scene.mandate, IDelegation::recallCall {})), "NotOwner");

        // Agents may have begun on what was approved: the key is frozen until none of it can be done.
        assert_ok!(owner(Act::Recall));
        assert!(matches!(scene.controller(), IDelegation::Controller::Owner));
        for asked in [id, pending] {
            assert_eq!(Requests::status(&asked), Some(RequestStatus::Cancelled));
        }
        assert!(Keys::is_frozen(&scene.kept.key));
        assert_eq!(scene.requests_until(), until);
        assert_eq!(refused(owner(Act::Recall)), "NoMandate");
        assert_eq!(refused(scene.submit(Ferdie, scene.moving(3, PAYEE, 1))), "NotInControl");
        let own = || scene.kept.to_sign(4, System::block_number() + 1);
        assert_eq!(refused(scene.submit(Eve, own())), "KeyFrozen");
        System::set_block_number(until);
        assert_eq!(refused(owner(Act::Unfreeze)), "AdvisersRequestOpen");
        assert_eq!(refused(scene.prepare(4)), "AdvisersRequestOpen");
        System::set_block_number(until + 1);
        assert_ok!(owner(Act::Unfreeze));
        assert!(!Keys::is_frozen(&scene.kept.key));
        assert_ok!(scene.submit(Eve, own()));

        // The owner's own freeze.
        assert_ok!(owner(Act::Freeze));
        assert!(Keys::is_frozen(&scene.kept.key));
        assert_ok!(owner(Act::Unfreeze));
        assert!(!Keys::is_frozen(&scene.kept.key));

        // The owner has the key prepared, thinks better of it, and takes it in the end.
        assert_eq!(refused(owner(Act::Abandon)), "NothingPrepared");
        let asked = scene.prepare(5).expect("accepted");
        assert_ok!(owner(Act::Abandon));
        assert_eq!(Requests::status(&asked), Some(RequestStatus::Cancelled));
        carry_out(scene.prepare(6).expect("accepted"));
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&scene.kept.key), Some(1));
        assert_ok!(owner(Act::Abandon));
        assert_eq!(<Keys as KeyRegistry>::pending_epoch(&scene.kept.key), None);
        assert_eq!(refused(owner(Act::Release)), "NotPrepared");
        carry_out(scene.prepare(7).expect("accepted"));
        assert_ok!(owner(Act::Release));
        assert_eq!(scene.kept.owner(), (account(Eve), 2));
    });
}

/// Nobody approved anything: there is nothing to wait for.
#[test]
fn an_adviser_who_is_recalled_early_leaves_the_key_as_it_is() {
    local(|| {
        let scene = Scene::new();
        let id = scene.submit(Ferdie, scene.moving(1, PAYEE, 60)).expect("within bounds");
        assert_ok!(scene.act(Act::Recall));
        assert_eq!(Requests::status(&id), Some(RequestStatus::Cancelled));
        assert!(!Keys::is_frozen(&scene.kept.key));
        assert_ok!(scene.submit(Eve, scene.kept.to_sign(2, System::block_number() + 1)));
    });
}
