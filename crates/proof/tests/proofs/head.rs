//! The newest head: each reason not to act on it, by its name.

use std::{cell::RefCell, rc::Rc};

use codec::Encode;
use regent_proof::{
    header::AURA_ENGINE_ID, layout, Anchor, FinalityError, HeadError, HeadRules, HeadStore,
    HeadTracker, Limits, Query, StateError, TrackedHead,
};
use sp_core::H256;
use sp_runtime::DigestItem;

use crate::world::*;

/// What was saved, and a disk that can be full.
#[derive(Clone, Default)]
struct Disk {
    bytes: Rc<RefCell<Option<Vec<u8>>>>,
    full: Rc<RefCell<bool>>,
}

impl HeadStore for Disk {
    type Error = &'static str;

    fn load(&self) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.bytes.borrow().clone())
    }

    fn save(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        if *self.full.borrow() {
            return Err("the disk is full");
        }
        *self.bytes.borrow_mut() = Some(bytes.to_vec());
        Ok(())
    }
}

type Tracker = HeadTracker<Disk>;

/// A chain of ten blocks, and a tracker that begins at its first.
struct World {
    chain: Chain,
    disk: Disk,
    tracker: Tracker,
}

fn rules(chain: &Chain) -> HeadRules {
    HeadRules::new(chain.genesis(), SLOT, vec![H256::zero(), code_hash()])
}

fn world() -> World {
    let mut chain = Chain::new(validators(1, 4));
    chain.grow_to(10);
    let disk = Disk::default();
    let anchor = chain.pinned(&validators(1, 4));
    let tracker = Tracker::open(rules(&chain), anchor, disk.clone()).expect("opened");
    World { chain, disk, tracker }
}

impl World {
    /// A world whose tracker is at the newest block.
    fn advanced() -> Self {
        let mut world = world();
        world.follow().expect("followed");
        world
    }

    /// Follows all blocks after the tracker's, which the newest set justified.
    fn follow(&mut self) -> Result<(), HeadError> {
        let newest = self.chain.newest().number;
        self.follow_at(self.chain.due(newest))
    }

    fn follow_at(&mut self, now: u64) -> Result<(), HeadError> {
        let newest = self.chain.newest().number;
        let run = self.chain.run(self.tracker.newest().number + 1..=newest);
        self.tracker.advance(&run, &self.chain.justification(), now)
    }

    /// Reads the audit log's count at a time.
    fn read_at(&mut self, now: u64) -> Result<Option<u64>, HeadError> {
        let count = layout::audit_count();
        let nodes = self.nodes(&[count.query()]);
        let head = self.tracker.confirm(&[count.query()], &nodes, now)?;
        assert_eq!(head.hash, self.tracker.newest().hash);
        Ok(head.state.get(&count)?)
    }

    fn nodes(&self, queries: &[Query]) -> Vec<Vec<u8>> {
        let all = [&Tracker::always_read()[..], queries].concat();
        self.chain.states[self.tracker.newest().number as usize].prove(&all)
    }

    fn reopened(&self) -> Result<Tracker, HeadError> {
        let anchor = self.chain.pinned(&validators(1, 4));
        Tracker::open(rules(&self.chain), anchor, self.disk.clone())
    }
}

#[test]
fn a_fresh_head_is_read_from() {
    let mut world = world();
    assert_eq!(
        world.tracker.confirm(&[], &[], world.chain.due(1)),
        Err(HeadError::NothingVerified)
    );
    world.chain.push_with(vec![], |state| state.set(&layout::audit_count(), &5));
    world.follow().expect("followed");
    assert_eq!(world.tracker.newest().number, 11);
    let now = world.chain.due(11) + 700;
    assert_eq!(world.read_at(now), Ok(Some(5)));
    let nodes = world.nodes(&[]);
    let head = world.tracker.confirm(&[], &nodes, now).expect("fresh");
    assert_eq!((head.number, head.hash), (11, world.chain.newest().hash()));
    assert_eq!((head.slot, head.age_milliseconds), (FIRST_SLOT + 11, 700));
}

#[test]
fn a_head_is_acted_on_for_30_seconds() {
    let mut world = World::advanced();
    let due = world.chain.due(10);
    assert!(world.read_at(due + 30_000).is_ok());
    let error = world.read_at(due + 30_001);
    assert_eq!(error, Err(HeadError::Stale { number: 10, found: 30_001, limit: 30_000 }));
    // Old blocks are followed all the same: one who was away catches up.
    world.chain.grow_to(20);
    world.follow_at(due + 3_600_000).expect("caught up");
    assert_eq!(world.tracker.newest().number, 20);
    let error = world.read_at(due + 3_600_000);
    assert!(matches!(error, Err(HeadError::Stale { number: 20, .. })), "{error:?}");
}

#[test]
fn a_head_from_the_future_is_refused_and_not_kept() {
    let mut world = world();
    let due = world.chain.due(10);
    let error = world.follow_at(due - 2_001);
    assert_eq!(error, Err(HeadError::Future { number: 10, found: 2_001, limit: 2_000 }));
    assert_eq!(world.tracker.newest().number, 0);
    assert_eq!(world.disk.load(), Ok(None));
    world.follow_at(due - 2_000).expect("tolerated");
    assert_eq!(world.read_at(due - 2_000), Ok(None));
    // A clock that is corrected after the head was verified.
    let error = world.read_at(due - 2_100);
    assert_eq!(error, Err(HeadError::Future { number: 10, found: 2_100, limit: 2_000 }));
}

#[test]
fn a_head_behind_one_already_seen_is_refused_across_restarts() {
    let mut world = World::advanced();
    let now = world.chain.due(10);
    let mut early = world.chain.clone();
    early.headers.truncate(8);
    let behind = Err(HeadError::Behind { found: 1, known: 10 });
    let replay = early.run(1..=7);
    assert_eq!(world.tracker.advance(&replay, &early.justification(), now), behind);
    let mut again = world.reopened().expect("opened");
    assert_eq!(again.newest().number, 10);
    assert_eq!(again.advance(&replay, &early.justification(), now), behind);
    // An old anchor in the configuration does not turn it back, nor what is read after a restart.
    let nodes = world.nodes(&[]);
    assert!(again.confirm(&[], &nodes, now).is_ok());
    // Runs that begin behind it.
    world.chain.push();
    let overlap = world.chain.run(10..=11);
    let error = world.tracker.advance(&overlap, &world.chain.justification(), now + SLOT);
    assert_eq!(error, Err(HeadError::Behind { found: 10, known: 10 }));
    // The newest head once more is no news.
    world.follow().expect("followed");
    let once_more = world.chain.run(11..=11);
    assert_eq!(world.tracker.advance(&once_more, &[], now), Ok(()));
}

#[test]
fn two_final_blocks_of_one_height_are_an_equivocation() {
    let mut world = World::advanced();
    let known = world.chain.newest().hash();
    let mut fork = world.chain.fork(9);
    fork.push();
    let now = fork.due(10);
    let found = fork.newest().hash();
    let equivocation = HeadError::Equivocation { number: 10, found, known };
    let one = fork.run(10..=10);
    let error = world.tracker.advance(&one, &fork.justification(), now);
    assert_eq!(error, Err(equivocation.clone()));
    // Said by a node, and not by the authorities, it is a lie.
    let few = assembled(fork.newest(), votes(&fork.validators[..2], fork.newest(), 0), vec![]);
    let error = world.tracker.advance(&one, &few.encode(), now);
    let few = FinalityError::TooFewVotes { found: 2, expected: 3 };
    assert_eq!(error, Err(HeadError::Finality(few)));
    // Later blocks whose headers lead elsewhere.
    fork.grow_to(13);
    let error = world.tracker.advance(&fork.run(11..=13), &fork.justification(), fork.due(13));
    assert_eq!(error, Err(equivocation));
    assert_eq!(world.tracker.newest().hash, known);
    // An anchor of the fork beside what was kept.
    let mut anchor = world.chain.pinned(&validators(1, 4));
    (anchor.number, anchor.hash) = (10, found);
    let error = Tracker::open(rules(&world.chain), anchor, world.disk.clone());
    let error = error.err();
    assert_eq!(error, Some(HeadError::Equivocation { number: 10, found, known }));
}

#[test]
fn a_gap_is_refused() {
    let mut world = World::advanced();
    world.chain.grow_to(14);
    let now = world.chain.due(14);
    let justification = world.chain.justification();
    let error = world.tracker.advance(&world.chain.run(12..=14), &justification, now);
    assert_eq!(error, Err(HeadError::Gap { found: 12, expected: 11 }));
    // Handoffs are for those who were away for longer.
    let error = world.tracker.jump(&[world.chain.fragment()], now);
    assert_eq!(error, Err(HeadError::Gap { found: 14, expected: 11 }));
    world.follow().expect("followed");
    let error = world.tracker.jump(&[world.chain.fragment()], now);
    assert_eq!(error, Err(HeadError::Behind { found: 14, known: 14 }));
}

#[test]
fn a_long_absence_is_bridged_by_handoffs() {
    let mut chain = Chain::new(validators(1, 4));
    let anchor = chain.pinned(&validators(1, 4));
    let rules = HeadRules { limits: Limits { headers: 8, ..Limits::default() }, ..rules(&chain) };
    let disk = Disk::default();
    let mut tracker = Tracker::open(rules.clone(), anchor.clone(), disk.clone()).expect("opened");
    chain.grow_to(4);
    let (signers, id) = (chain.validators.clone(), chain.set_id);
    chain.hand_over(validators(2, 4));
    let justification = justified(&signers, chain.newest(), id);
    let handoff = regent_proof::Fragment { header: chain.newest().clone(), justification };
    chain.grow_to(9);
    let fragments = [handoff, chain.fragment()];
    tracker.jump(&fragments, chain.due(9)).expect("followed");
    assert_eq!((tracker.newest().number, tracker.authorities().id()), (9, 1));
    let nodes = chain.state().prove(&Tracker::always_read());
    assert!(tracker.confirm(&[], &nodes, chain.due(9)).is_ok());
    let again = Tracker::open(rules, anchor, disk).expect("opened");
    assert_eq!(again.newest(), tracker.newest());
}

#[test]
fn changes_of_authorities_are_followed() {
    let mut world = World::advanced();
    let old = world.chain.validators.clone();
    world.chain.hand_over(validators(2, 100));
    let now = world.chain.due(12);
    let justification = justified(&old, world.chain.newest(), 0);
    world.tracker.advance(&world.chain.run(11..=11), &justification, now).expect("handed over");
    assert_eq!(world.tracker.authorities(), &set(1, &validators(2, 100)));
    // The replaced set finalises nothing more, also after a restart.
    world.chain.push();
    let run = world.chain.run(12..=12);
    let by_old = justified(&old, world.chain.newest(), 0);
    for tracker in [&mut world.reopened().expect("opened"), &mut world.tracker] {
        let error = tracker.advance(&run, &by_old, now).expect_err("replaced");
        let unknown =
            matches!(error, HeadError::Finality(FinalityError::UnknownVoter { set: 1, .. }));
        assert!(unknown, "{error}");
    }
    world.follow().expect("the new set's");
}

#[test]
fn an_anchor_in_the_configuration_moves_forward_only() {
    let mut world = World::advanced();
    let old = world.chain.validators.clone();
    world.chain.hand_over(validators(2, 4));
    let justification = justified(&old, world.chain.newest(), 0);
    let now = world.chain.due(11);
    world.tracker.advance(&world.chain.run(11..=11), &justification, now).expect("handed over");
    world.chain.grow_to(14);
    let pinned = |set| Anchor::pinned(world.chain.genesis(), 14, world.chain.newest().hash(), set);
    let open = |anchor| Tracker::open(rules(&world.chain), anchor, world.disk.clone());
    let error = open(pinned(set(0, &old))).err();
    assert_eq!(error, Some(HeadError::SetBehind { found: 0, known: 1 }));
    let mut tracker = open(pinned(set(1, &validators(2, 4)))).expect("newer");
    assert_eq!(tracker.newest().number, 14);
    // What is read needs a head that was verified here.
    assert_eq!(tracker.confirm(&[], &[], now), Err(HeadError::NothingVerified));
}

#[test]
fn a_clock_that_went_back_is_refused_across_restarts() {
    let mut world = World::advanced();
    let due = world.chain.due(10);
    assert!(world.read_at(due + 9_000).is_ok());
    let error = world.read_at(due + 6_999);
    let went_back = HeadError::ClockWentBack { found: due + 6_999, known: due + 9_000 };
    assert_eq!(error, Err(went_back.clone()));
    world.chain.push();
    assert_eq!(world.follow_at(due + 6_999), Err(went_back));
    assert!(world.read_at(due + 7_000).is_ok());
    // What was seen with a new head is durable.
    world.follow_at(due + 9_000).expect("followed");
    let mut again = world.reopened().expect("opened");
    let error = again.confirm(&[], &[], due);
    assert_eq!(error, Err(HeadError::ClockWentBack { found: due, known: due + 9_000 }));
}

#[test]
fn a_clock_that_ran_ahead_can_be_set_right() {
    let mut world = World::advanced();
    let due = world.chain.due(10);
    let year = 365 * 86_400_000;
    world.chain.push();
    // A year ahead every head is old; that does not make the right time the past.
    world.follow_at(due + year).expect("followed");
    assert!(matches!(world.read_at(due + year), Err(HeadError::Stale { .. })));
    assert!(world.read_at(due + SLOT).is_ok());
}

#[test]
fn unknown_code_is_refused() {
    let mut world = World::advanced();
    world.chain.push_with(vec![], |state| state.set_bytes(layout::CODE, &[7; 90_000]));
    world.follow().expect("final all the same");
    let now = world.chain.due(11);
    let found = H256(sp_crypto_hashing::blake2_256(&[7; 90_000]));
    assert_eq!(world.read_at(now), Err(HeadError::UnknownCode { found, number: 11 }));
    world.chain.push_with(vec![], |state| state.remove(layout::CODE));
    world.follow().expect("final all the same");
    assert_eq!(world.read_at(world.chain.due(12)), Err(HeadError::NoCode { number: 12 }));
}

#[test]
fn another_chain_is_refused() {
    let world = World::advanced();
    let other = Chain::new(validators(2, 4));
    let wrong = HeadError::WrongGenesis { found: other.genesis(), expected: world.chain.genesis() };
    let anchor = other.pinned(&validators(2, 4));
    let error = Tracker::open(rules(&world.chain), anchor.clone(), Disk::default()).err();
    assert_eq!(error, Some(wrong));
    let mut lying = anchor.clone();
    lying.genesis = world.chain.genesis();
    let error = Tracker::open(rules(&world.chain), lying, Disk::default()).err();
    assert!(matches!(error, Some(HeadError::WrongGenesis { .. })), "{error:?}");
    // What was kept of another chain.
    let error = Tracker::open(rules(&other), anchor, world.disk.clone()).err();
    assert!(matches!(error, Some(HeadError::WrongGenesis { .. })), "{error:?}");
    // A chain of the same validators that began elsewhere, entered by a pinned block.
    let mut twin = Chain::new(validators(1, 4));
    twin.push_with(vec![], |state| state.set(&layout::block_hash(0), &H256::repeat_byte(1)));
    twin.push_with(vec![], |state| state.set(&layout::block_hash(0), &H256::repeat_byte(1)));
    let mut anchor = twin.pinned(&validators(1, 4));
    (anchor.number, anchor.hash) = (1, twin.headers[1].hash());
    let mut tracker = Tracker::open(rules(&twin), anchor, Disk::default()).expect("opened");
    let now = twin.due(2);
    tracker.advance(&twin.run(2..=2), &twin.justification(), now).expect("final");
    let nodes = twin.state().prove(&Tracker::always_read());
    let error = tracker.confirm(&[], &nodes, now);
    let (found, expected) = (H256::repeat_byte(1), twin.genesis());
    assert_eq!(error, Err(HeadError::WrongGenesis { found, expected }));
}

#[test]
fn slots_grow() {
    let mut world = World::advanced();
    let now = world.chain.due(11);
    let known = FIRST_SLOT + 10;
    for (logs, expected) in [
        (vec![], HeadError::NoSlot { number: 11 }),
        (vec![slot_digest(known)], HeadError::SlotOrder { number: 11, found: known, known }),
        (vec![slot_digest(known + 1), slot_digest(known + 1)], HeadError::NoSlot { number: 11 }),
    ] {
        let parent = world.chain.newest().hash();
        let odd = header(11, parent, world.chain.state().root(), logs);
        let justification = justified(&world.chain.validators, &odd, 0);
        assert_eq!(world.tracker.advance(&[odd], &justification, now), Err(expected));
    }
    assert_eq!(world.tracker.advance(&[], &[], now), Err(FinalityError::NoHeader.into()));
}

/// Nodes pass over it and go on: so must whoever follows them.
#[test]
fn an_item_that_is_no_slot_is_passed_over() {
    let mut world = World::advanced();
    let no_slot = |bytes| DigestItem::PreRuntime(AURA_ENGINE_ID, bytes);
    for bytes in [vec![], vec![1], (FIRST_SLOT, 0u8).encode()] {
        world.chain.push_with(vec![no_slot(bytes)], |_| ());
        world.follow().expect("followed");
    }
    assert_eq!(world.tracker.newest().slot, Some(FIRST_SLOT + 13));
    // Before the slot, too.
    let logs = vec![no_slot(vec![1]), slot_digest(FIRST_SLOT + 14)];
    let (parent, now) = (world.chain.newest().hash(), world.chain.due(14));
    let padded = header(14, parent, world.chain.state().root(), logs);
    let justification = justified(&world.chain.validators, &padded, 0);
    assert_eq!(world.tracker.advance(&[padded], &justification, now), Ok(()));
    assert_eq!(world.tracker.newest().slot, Some(FIRST_SLOT + 14));
}

#[test]
fn nothing_moves_unless_it_is_durable() {
    let mut world = world();
    *world.disk.full.borrow_mut() = true;
    let error = world.follow();
    assert_eq!(error, Err(HeadError::Store("the disk is full".into())));
    assert_eq!(world.tracker.newest().number, 0);
    *world.disk.full.borrow_mut() = false;
    world.follow().expect("followed");
    // Damaged, or of a later version.
    let bytes = world.disk.load().expect("kept").expect("kept");
    let kept = TrackedHead::from_bytes(&bytes).expect("read");
    assert_eq!((kept.to_bytes(), kept.anchor.number), (bytes.clone(), 10));
    let later = [&[2], &bytes[1..]].concat();
    for damaged in [&bytes[..bytes.len() - 1], &[&bytes[..], &[0]].concat(), &later, &[]] {
        *world.disk.bytes.borrow_mut() = Some(damaged.to_vec());
        assert_eq!(world.reopened().err(), Some(HeadError::StoredHead));
    }
}

#[test]
fn reads_are_of_the_newest_head() {
    let mut world = World::advanced();
    let now = world.chain.due(10);
    let older = world.chain.states[9].prove(&Tracker::always_read());
    let error = world.tracker.confirm(&[], &older, now);
    let expected = world.chain.state().root();
    assert_eq!(error, Err(HeadError::State(StateError::OtherRoot { expected })));
    // Without the code's hash there is no answer.
    let count = layout::audit_count();
    let nodes = world.chain.state().prove(&[count.query()]);
    let error = world.tracker.confirm(&[count.query()], &nodes, now);
    assert!(matches!(error, Err(HeadError::State(StateError::MissingNode { .. }))), "{error:?}");
}

#[test]
fn every_refusal_says_what_to_do() {
    let hash = H256::repeat_byte(1);
    for error in [
        HeadError::Stale { number: 1, found: 31_000, limit: 30_000 },
        HeadError::Equivocation { number: 1, found: hash, known: hash },
        HeadError::Gap { found: 3, expected: 2 },
        HeadError::UnknownCode { found: hash, number: 1 },
        HeadError::from(FinalityError::TooFewVotes { found: 1, expected: 3 }),
        HeadError::from(StateError::UnusedNodes { found: 2 }),
    ] {
        let text = error.to_string();
        assert!(text.contains("; ") && text.len() > 60, "{text}");
    }
}
