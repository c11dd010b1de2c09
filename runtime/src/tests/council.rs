//! What the council decides and what it does not, by transactions as its members sign them.

use codec::Encode;
use frame_support::{
    assert_err_ignore_postinfo, assert_ok,
    dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
    storage::unhashed,
    weights::Weight,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_regent_consortium::{InstitutionCount, Institutions, Refusal};
use regent_primitives::{policy::Name, H256};
use sp_core::traits::{Externalities, ReadRuntimeVersion, ReadRuntimeVersionExt};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie, Two};
use sp_runtime::{
    traits::{BlakeTwo256, DispatchTransaction, Hash, TransactionExtension},
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    DispatchError::BadOrigin,
};
use sp_storage::well_known_keys;
use sp_version::RuntimeVersion;

use super::chain;
use crate::{
    configs::CouncilInstance, council::Motion, genesis_config_presets::LOCAL, Executive, Runtime,
    RuntimeCall, RuntimeEvent, RuntimeOrigin, System, UncheckedExtrinsic, DAYS, VERSION,
};

type Consortium = pallet_regent_consortium::Call<Runtime>;
type Council = pallet_collective::Call<Runtime, CouncilInstance>;
type Event = pallet_collective::Event<Runtime, CouncilInstance>;
type Error = pallet_collective::Error<Runtime, CouncilInstance>;

/// The most a motion is encoded in.
const LENGTH: u32 = 1_000;
/// Half of what an institution has to begin with: the other half is for another.
const QUOTA: u64 = 187_500_000_000;

/// Applies a transaction, through all that checks a signed one.
fn try_transact(
    who: Sr25519Keyring,
    call: impl Into<RuntimeCall>,
) -> Result<DispatchResultWithPostInfo, TransactionValidityError> {
    let (account, call) = (who.to_account_id(), call.into());
    let mut extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
    extension.7 .0 = System::account_nonce(&account);
    let mut info = call.get_dispatch_info();
    info.extension_weight = extension.weight(&call);
    let length = call.encoded_size();
    extension.dispatch_transaction(RuntimeOrigin::signed(account), call, &info, length, 0)
}

/// The same, of one that is valid.
fn transact(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResultWithPostInfo {
    try_transact(who, call).expect("the transaction is valid")
}

/// A motion that was proposed.
#[derive(Clone, Copy)]
struct Proposed {
    hash: H256,
    index: u32,
}

impl Proposed {
    /// By Alice, who is satisfied with so many votes.
    fn new(threshold: u32, call: impl Into<RuntimeCall>) -> Self {
        let call = call.into();
        let hash = BlakeTwo256::hash_of(&call);
        let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
        let proposal = Box::new(Motion(call));
        assert_ok!(transact(Alice, Council::propose { threshold, proposal, length_bound: LENGTH }));
        Self { hash, index }
    }

    fn vote(self, who: Sr25519Keyring, approve: bool) -> DispatchResultWithPostInfo {
        transact(who, Council::vote { proposal: self.hash, index: self.index, approve })
    }

    fn ayes(self, voters: &[Sr25519Keyring]) -> Self {
        for who in voters {
            assert_ok!(self.vote(*who, true));
        }
        self
    }

    /// By anyone, in the next block: an institution has a share of each.
    fn close(self) -> DispatchResultWithPostInfo {
        System::set_block_number(System::block_number() + 1);
        transact(
            Eve,
            Council::close {
                proposal_hash: self.hash,
                index: self.index,
                proposal_weight_bound: Weight::from_parts(40_000_000_000, 1_000_000),
                length_bound: LENGTH,
            },
        )
    }
}

fn lower_quota() -> RuntimeCall {
    Consortium::set_quota { institution: 0, quota: QUOTA }.into()
}

fn quota() -> Option<u64> {
    Institutions::<Runtime>::get(0).map(|record| record.quota)
}

#[test]
fn three_of_four_admit_an_institution() {
    chain(LOCAL).execute_with(|| {
        let admission = Consortium::register_institution {
            name: Name::truncate_from(b"Institution E".to_vec()),
            administrator: Two.to_account_id(),
            quota: QUOTA,
        };
        assert_ok!(Proposed::new(3, lower_quota()).ayes(&[Alice, Bob, Charlie]).close());
        assert_eq!(quota(), Some(QUOTA));
        assert_ok!(Proposed::new(3, admission).ayes(&[Bob, Charlie, Dave]).close());

        assert_eq!(InstitutionCount::<Runtime>::get(), 5);
        assert!(Institutions::<Runtime>::get(4)
            .is_some_and(|record| record.administrator == Two.to_account_id() && record.active));

        // Its administrator transacts at once, and votes once the council has decided so.
        let motion = Proposed::new(4, lower_quota());
        assert_err_ignore_postinfo!(motion.vote(Two, true), Error::NotMember);
        let seat = Consortium::add_council_member { account: Two.to_account_id() };
        assert_ok!(Proposed::new(3, seat).ayes(&[Alice, Bob, Charlie]).close());
        assert_ok!(motion.vote(Two, true));
    });
}

/// Who proposes says how many votes are enough to close: the call itself asks for two thirds.
#[test]
fn two_of_four_decide_nothing() {
    chain(LOCAL).execute_with(|| {
        let before = quota();
        let motion = Proposed::new(2, lower_quota()).ayes(&[Alice, Bob]);
        assert_ok!(motion.close());
        let executed = Event::Executed { proposal_hash: motion.hash, result: Err(BadOrigin) };
        System::assert_has_event(RuntimeEvent::Council(executed));
        assert_eq!(quota(), before);

        // A threshold of one is executed as it is proposed, by its proposer's vote alone.
        Proposed::new(1, lower_quota());
        assert_eq!(quota(), before);

        // With a threshold of three it is not even closed before its time, unless it fails.
        let motion = Proposed::new(3, lower_quota()).ayes(&[Alice, Bob]);
        assert_err_ignore_postinfo!(motion.close(), Error::TooEarly);
        for who in [Charlie, Dave] {
            assert_ok!(motion.vote(who, false));
        }
        assert_ok!(motion.close());
        System::assert_has_event(RuntimeEvent::Council(Event::Disapproved {
            proposal_hash: motion.hash,
        }));
        assert_eq!(quota(), before);
    });
}

#[test]
fn an_abstention_is_a_no() {
    chain(LOCAL).execute_with(|| {
        let before = quota();
        // The aye of a prime member is its own and nobody else's.
        pallet_collective::Prime::<Runtime, CouncilInstance>::put(Alice.to_account_id());
        let motion = Proposed::new(3, lower_quota()).ayes(&[Alice, Bob]);
        System::set_block_number(System::block_number() + 3 * DAYS);
        assert_ok!(motion.close());

        System::assert_has_event(RuntimeEvent::Council(Event::Closed {
            proposal_hash: motion.hash,
            yes: 2,
            no: 2,
        }));
        assert_eq!(quota(), before);
    });
}

/// A key that is stolen, or lost, is in office no longer than the council takes to decide so.
#[test]
fn a_replaced_administrator_votes_no_more() {
    chain(LOCAL).execute_with(|| {
        let motion = Proposed::new(3, lower_quota()).ayes(&[Bob]);
        let ferdie = Ferdie.to_account_id();
        let replaced = Consortium::replace_administrator { institution: 1, account: ferdie };
        assert_ok!(Proposed::new(3, replaced).ayes(&[Alice, Charlie, Dave]).close());

        assert_err_ignore_postinfo!(motion.vote(Bob, true), Error::NotMember);
        let motion = motion.ayes(&[Alice, Charlie]);
        assert_err_ignore_postinfo!(motion.close(), Error::TooEarly);
        assert_ok!(motion.ayes(&[Ferdie]).close());
        assert_eq!(quota(), Some(QUOTA));
    });
}

/// Reads every code as the next version of this runtime.
struct NextVersion;

impl ReadRuntimeVersion for NextVersion {
    fn read_runtime_version(&self, _: &[u8], _: &mut dyn Externalities) -> Result<Vec<u8>, String> {
        let next = RuntimeVersion { spec_version: VERSION.spec_version + 1, ..VERSION };
        Ok(next.encode())
    }
}

/// Without anybody's root, on a chain without `sudo`.
#[test]
fn the_council_authorises_an_upgrade_that_anyone_hands_in() {
    let mut chain = chain(LOCAL);
    chain.register_extension(ReadRuntimeVersionExt::new(NextVersion));
    chain.execute_with(|| {
        // Longer than this runtime's, compressed.
        let code = vec![7; 1_500_000];
        let hand_in = |code: &[u8]| {
            RuntimeCall::from(frame_system::Call::apply_authorized_upgrade { code: code.to_vec() })
        };
        let unsigned =
            |code: &[u8]| Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(hand_in(code)));
        assert!(unsigned(&code).is_err(), "nothing is authorised");

        let code_hash = BlakeTwo256::hash(&code);
        let authorised = Consortium::authorize_upgrade { code_hash };
        assert_ok!(Proposed::new(3, authorised).ayes(&[Alice, Bob, Charlie]).close());
        assert!(unsigned(&code[1..]).is_err(), "another is authorised");

        // Signed, it is more than an institution's share of a block.
        assert_eq!(
            try_transact(Alice, hand_in(&code)).map(|_| ()),
            Err(InvalidTransaction::Custom(Refusal::ExceedsQuota.code()).into())
        );
        assert_ok!(unsigned(&code).expect("the transaction is valid"));
        assert_eq!(unhashed::get_raw(well_known_keys::CODE), Some(code));
    });
}

#[test]
fn who_does_not_sit_on_the_council_neither_proposes_nor_votes() {
    chain(LOCAL).execute_with(|| {
        let motion = Proposed::new(3, lower_quota());
        assert_err_ignore_postinfo!(motion.vote(Eve, true), Error::NotMember);
        let proposal = Box::new(Motion(lower_quota()));
        let propose = Council::propose { threshold: 3, proposal, length_bound: LENGTH };
        assert_err_ignore_postinfo!(transact(Eve, propose), Error::NotMember);
    });
}
