//! Appending.

use super::*;

#[test]
fn append_links_each_entry_to_the_one_before_it() {
    scenario(|| {
        let first = Audit::append(Subject::Consortium, registered(0));
        System::set_block_number(7);
        let second = Audit::append(Subject::Quorums, registered(1));

        let entries = Audit::entries(0, 10);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].previous, H256::zero());
        assert_eq!(entries[0].block, 1);
        assert_eq!(entries[0].hash(GENESIS), first);
        assert_eq!(entries[1].index, 1);
        assert_eq!(entries[1].previous, first);
        assert_eq!(entries[1].block, 7);
        assert_eq!(entries[1].hash(GENESIS), second);
        assert_eq!(Audit::head(), second);
        assert_eq!(Audit::count(), 2);
    });
}

#[test]
fn append_links_entries_of_one_subject() {
    scenario(|| {
        let a1 = Audit::append(key(1), registered(0));
        let b1 = Audit::append(key(2), registered(1));
        let a2 = Audit::append(key(1), registered(2));

        let entries = Audit::entries(0, 10);
        assert_eq!(entries[0].subject_previous, H256::zero());
        assert_eq!(entries[1].subject_previous, H256::zero());
        assert_eq!(entries[2].subject_previous, a1);
        assert_eq!(entries[2].previous, b1);
        assert_eq!(Audit::subject_head(&key(1)), a2);
        assert_eq!(Audit::subject_head(&key(2)), b1);
        assert_eq!(Audit::subject_head(&Subject::Consortium), H256::zero());
    });
}

#[test]
fn append_emits_index_and_hash() {
    scenario(|| {
        let hash = Audit::append(Subject::Consortium, registered(0));
        System::assert_last_event(Event::Appended { index: 0, hash }.into());
    });
}

#[test]
fn append_depends_on_the_chain() {
    scenario(|| {
        let entry = {
            Audit::append(Subject::Consortium, registered(0));
            Audit::entries(0, 1).remove(0)
        };
        assert_ne!(entry.hash(GENESIS), entry.hash(H256::repeat_byte(1)));
    });
}

#[test]
fn try_state_finds_a_rewritten_entry() {
    new_test_ext().execute_with(|| {
        Audit::append(Subject::Consortium, registered(0));
        Audit::append(Subject::Consortium, registered(1));
        assert!(Audit::do_try_state().is_ok());

        Entries::<Test>::mutate(0, |entry| {
            entry.as_mut().expect("entry 0 exists").event = registered(9);
        });
        assert!(Audit::do_try_state().is_err());
    });
}

#[test]
fn try_state_finds_a_removed_entry() {
    new_test_ext().execute_with(|| {
        Audit::append(Subject::Consortium, registered(0));
        Audit::append(Subject::Consortium, registered(1));
        Entries::<Test>::remove(1);
        assert!(Audit::do_try_state().is_err());
    });
}
