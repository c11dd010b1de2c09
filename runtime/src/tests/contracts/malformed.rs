//! Bytes that are no call of the control plane, sent to it by people and by contracts.

use codec::Encode;
use pallet_revive::precompiles::{alloy, H160};
use regent_primitives::RequestId;

use super::{control::to_sign, *};

/// Bytes of a selector, and of a word.
const SELECTOR: usize = 4;
const WORD: usize = 32;
/// Where the request begins in a call of `submit`, and in it the places of its three byte strings.
const REQUEST: usize = SELECTOR + WORD;
const OPERATION: usize = REQUEST + 2 * WORD;
const EFFECT: usize = REQUEST + 3 * WORD;
const PAYLOAD: usize = REQUEST + 4 * WORD;
const EXPIRES: usize = REQUEST + 6 * WORD;

fn word(bytes: &[u8], at: usize) -> usize {
    let mut last = [0; 8];
    last.copy_from_slice(&bytes[at + 24..at + WORD]);
    u64::from_be_bytes(last) as usize
}

fn set_word(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 24].fill(0);
    bytes[at + 24..at + WORD].copy_from_slice(&value.to_be_bytes());
}

/// A call of `submit` that would be accepted, for a contract's key.
fn submission(keeper: H160, key: KeyId) -> Vec<u8> {
    IRegent::submitCall { request: to_sign(&account_at(keeper), key) }.abi_encode()
}

fn forward(keeper: H160, data: Vec<u8>) -> IKeeper::forwardReturn {
    let forwarded = IKeeper::forwardCall { data: data.into() };
    call(Eve, keeper, forwarded).expect("the contract goes on")
}

#[test]
fn garbage_is_refused_at_a_bounded_cost() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let whole = submission(keeper, key);
        let selector = &whole[..SELECTOR];
        let before = log();
        let longest = 128 * 1024;
        let garbage = [
            vec![],
            vec![0],
            vec![0xff; SELECTOR],
            vec![0xab; longest],
            selector.to_vec(),
            [selector, &vec![0xff; longest - SELECTOR][..]].concat(),
            [selector, &vec![0; longest - SELECTOR][..]].concat(),
        ];
        for data in garbage {
            let (length, head) = (data.len(), data.iter().take(8).copied().collect::<Vec<_>>());
            let done = bare(Eve, regent(), data.clone());
            let used = done.weight_consumed.ref_time();
            assert!(done.result.map_or(true, |answer| answer.did_revert()), "{length} {head:?}");
            assert!(used < LIMIT.ref_time() / 4, "{length} {head:?}: {used}");
            // What a contract's memory has room for.
            let data = data[..length.min(16 * 1024)].to_vec();
            assert!(!forward(keeper, data).ok, "{length} {head:?}");
        }
        let too_long = bare(Eve, regent(), vec![0; longest + 1]);
        assert!(too_long.result.is_err());
        assert_eq!(log(), before);
    });
}

#[test]
fn offsets_and_lengths_beyond_the_end_are_refused() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let whole = submission(keeper, key);
        let before = log();
        let places = [
            SELECTOR,
            OPERATION,
            EFFECT,
            PAYLOAD,
            // The lengths that the offsets lead to.
            REQUEST + word(&whole, OPERATION),
            REQUEST + word(&whole, EFFECT),
            REQUEST + word(&whole, PAYLOAD),
        ];
        for place in places {
            for value in [whole.len() as u64, 1 << 17, 1 << 31, 1 << 32, u64::MAX] {
                let mut data = whole.clone();
                set_word(&mut data, place, value);
                assert!(!forward(keeper, data.clone()).ok, "{place}: {value}");
                let done = bare(Eve, regent(), data);
                assert!(done.result.map_or(true, |answer| answer.did_revert()));
            }
            let mut data = whole.clone();
            data[place..place + WORD].fill(0xff);
            assert!(!forward(keeper, data).ok, "{place}");
        }
        assert_eq!(log(), before);
        assert!(forward(keeper, whole).ok);
    });
}

/// Two arguments may be the same bytes: the request is what they say, and no more.
#[test]
fn arguments_that_overlap_are_read_as_what_they_say() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let whole = submission(keeper, key);
        let operation = word(&whole, OPERATION) as u64;
        let before = log();
        let mut as_effect = whole.clone();
        set_word(&mut as_effect, EFFECT, operation);
        assert!(!forward(keeper, as_effect).ok);
        assert_eq!(log(), before);

        let mut as_payload = whole.clone();
        set_word(&mut as_payload, PAYLOAD, operation);
        let answer = forward(keeper, as_payload);
        if answer.ok {
            let id = RequestId(H256::from_slice(&answer.answer));
            let state = Requests::state(id).expect("stored");
            assert_eq!(state.payload, Some(state.record.body.operation.encode()));
        } else {
            assert_eq!(log(), before);
        }
    });
}

#[test]
fn numbers_and_addresses_with_more_bits_than_their_type_are_refused() {
    local(|| {
        let keeper = keeper();
        let key = key_of(&account_at(keeper));
        let before = log();
        let mut expires = submission(keeper, key);
        expires[EXPIRES] = 1;
        assert!(!forward(keeper, expires).ok);
        let mut who = IRegent::accountOfCall { who: keeper.0.into() }.abi_encode();
        assert!(forward(keeper, who.clone()).ok);
        who[SELECTOR] = 1;
        assert!(!forward(keeper, who).ok);
        assert_eq!(log(), before);
    });
}

/// As in Solidity, what follows the arguments is not read.
#[test]
fn bytes_after_the_arguments_change_nothing_of_what_is_done() {
    local(|| {
        let keeper = keeper();
        let contract = account_at(keeper);
        let key = key_of(&contract);
        let other = key_of(&account(Eve));
        let before = log();
        let mut data = IRegent::freezeCall { key: key.0 .0.into() }.abi_encode();
        data.extend(other.0 .0);
        assert!(forward(keeper, data).ok);
        assert!(Keys::is_frozen(&key));
        assert!(!Keys::is_frozen(&other));
        let called =
            AuditEvent::CalledByContract { contract: contract.clone(), person: account(Eve) };
        let frozen = AuditEvent::KeyFrozen { by: Some(contract) };
        assert_eq!(log()[before.len()..], [frozen, called]);
    });
}

/// The control plane has no account, so that nothing is paid to it; had it one, it would take nothing.
#[test]
fn value_is_refused_and_returned() {
    local(|| {
        let holder = instantiate(Alice, "Holder.polkavm").expect("deployed");
        let key = key_of(&account_at(holder));
        let freeze = || IRegent::freezeCall { key: key.0 .0.into() };
        assert!(!bare_paying(Alice, holder, 100, Vec::new()).result.unwrap().did_revert());
        let before = cash(Alice);
        let forward = || {
            let (data, amount) =
                (freeze().abi_encode().into(), alloy::primitives::U256::from(5u64));
            call(Alice, holder, IHolder::forwardWithValueCall { data, amount })
        };
        let untouched = || {
            assert_eq!((cash(Alice), cash_at(holder), cash_at(regent())), (before, 100, 0));
            assert!(!Keys::is_frozen(&key));
        };

        assert!(paying(Alice, regent(), 5, freeze()).is_err());
        assert!(forward().map_or(true, |answer| !answer.ok));
        untouched();

        System::inc_providers(&account_at(regent()));
        let refused = paying(Alice, regent(), 5, freeze()).map(drop);
        assert_eq!(refused.err().as_deref(), Some("ValueNotAccepted"));
        let answer = forward().expect("the contract goes on");
        assert!(!answer.ok);
        let reason = Revert::abi_decode(&answer.answer).expect("a reason").reason;
        assert_eq!(reason, "ValueNotAccepted");
        untouched();
    });
}
