//! No byte of a proof can be changed: whatever is still believed, is exactly what was proven.

use codec::{DecodeAll, Encode};
use proptest::prelude::*;
use regent_primitives::{AuditEntry, H256};
use regent_proof::{
    audit::{verify_inclusion, Inclusion},
    layout, read_state, verify_justification, verify_run, Anchor, FinalityProof, Fragment, Header,
    Limits, Query, TrackedHead,
};

use crate::world::*;

type Believed = Box<dyn Fn(&[u8]) -> bool>;

/// Encoded inputs, and whether bytes in their place are believed.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    believed: Believed,
}

fn case(name: &'static str, bytes: Vec<u8>, believed: impl Fn(&[u8]) -> bool + 'static) -> Case {
    assert!(believed(&bytes), "{name}");
    Case { name, bytes, believed: Box::new(believed) }
}

fn read<T: DecodeAll>(bytes: &[u8]) -> Option<T> {
    T::decode_all(&mut &bytes[..]).ok()
}

fn cases() -> Vec<Case> {
    let limits = Limits::default();
    let four = validators(1, 4);
    let mut chain = Chain::new(four.clone());
    chain.push_with(vec![], |state| state.set(&layout::audit_count(), &5)).grow_to(4);
    let start = chain.pinned(&four);
    let members = set(0, &four);

    let split = [votes(&four[..2], &chain.headers[2], 0), votes(&four[2..], chain.newest(), 0)];
    let split = assembled(&chain.headers[2], split.concat(), chain.run(3..=4)).encode();
    let by = members.clone();
    let justification = case("justification", split, move |bytes| {
        verify_justification(bytes, &by, &limits).is_ok()
    });

    let by = members.clone();
    let signed = chain.justification();
    let headers = case("headers", chain.run(1..=4).encode(), move |bytes| {
        read::<Vec<Header>>(bytes)
            .is_some_and(|headers| verify_run(&headers, &signed, &by, &limits).is_ok())
    });

    let answer = FinalityProof {
        block: chain.newest().hash(),
        justification: chain.justification(),
        unknown_headers: chain.run(2..=4),
    };
    let (by, asked) = (members, chain.headers[1].clone());
    let finality = case("finality proof", answer.encode(), move |bytes| {
        FinalityProof::from_bytes(bytes, &limits)
            .and_then(|proof| proof.into_run(asked.clone()))
            .is_ok_and(|(headers, signed)| verify_run(&headers, &signed, &by, &limits).is_ok())
    });

    let state = chain.state().clone();
    let queries = [layout::code_hash(), layout::audit_count().query(), Query::Value(vec![1])];
    let nodes = state.prove(&queries).encode();
    let root = state.root();
    let storage = case("storage proof", nodes, move |bytes| {
        read::<Vec<Vec<u8>>>(bytes)
            .is_some_and(|nodes| read_state(root, &queries, &nodes, &limits).is_ok())
    });

    let mut changing = chain;
    let mut fragments = Vec::new();
    for next in [validators(2, 3), validators(3, 4)] {
        let (signers, id) = (changing.validators.clone(), changing.set_id);
        changing.hand_over(next);
        let justification = justified(&signers, changing.newest(), id);
        fragments.push(Fragment { header: changing.newest().clone(), justification });
    }
    let handoffs = case("handoffs", fragments.encode(), move |bytes| {
        Fragment::chain_from_bytes(bytes, &limits)
            .is_ok_and(|fragments| start.follow(&fragments, &limits).is_ok())
    });

    let genesis = H256::repeat_byte(0x11);
    let log = Log::of(genesis, 6);
    let head = log.head();
    let proof = (log.entries[2].clone(), Inclusion::Chain(log.entries[3..].to_vec()));
    let inclusion = case("inclusion", proof.encode(), move |bytes| {
        read::<(AuditEntry, Inclusion)>(bytes).is_some_and(|(entry, later)| {
            verify_inclusion(genesis, head, &entry, &later, &limits).is_ok()
        })
    });
    vec![justification, headers, finality, storage, handoffs, inclusion]
}

thread_local! {
    static CASES: Vec<Case> = cases();
}

/// One bit of every byte.
#[test]
fn every_byte_counts() {
    CASES.with(|cases| {
        for Case { name, bytes, believed } in cases {
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                assert!(!believed(&changed), "{name}: byte {at} of {}", bytes.len());
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn a_changed_byte_is_never_believed(
        which in 0..6usize,
        at: prop::sample::Index,
        by in 1..=255u8,
    ) {
        CASES.with(|cases| {
            let Case { name, bytes, believed } = &cases[which];
            let mut changed = bytes.clone();
            let at = at.index(bytes.len());
            changed[at] ^= by;
            prop_assert!(!believed(&changed), "{}: byte {} by {}", name, at, by);
            Ok(())
        })?;
    }

    #[test]
    fn a_byte_more_or_less_is_never_believed(
        which in 0..6usize,
        at: prop::sample::Index,
        byte: u8,
        add: bool,
    ) {
        CASES.with(|cases| {
            let Case { name, bytes, believed } = &cases[which];
            let mut changed = bytes.clone();
            let at = at.index(bytes.len());
            if add {
                changed.insert(at, byte);
            } else {
                changed.remove(at);
            }
            prop_assume!(changed != *bytes);
            prop_assert!(!believed(&changed), "{}: byte {}", name, at);
            Ok(())
        })?;
    }

    /// What is kept on disk is read as it was written, or not at all.
    #[test]
    fn a_stored_head_has_one_encoding(at: prop::sample::Index, by in 1..=255u8) {
        let set = set(3, &validators(1, 4));
        let hash = H256::repeat_byte(1);
        let head = TrackedHead {
            anchor: Anchor::pinned(hash, 9, hash, set),
            state_root: Some(hash),
            seen_at: 7,
        };
        let mut bytes = head.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        if let Ok(read) = TrackedHead::from_bytes(&bytes) {
            prop_assert_ne!(&read, &head);
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }
}
