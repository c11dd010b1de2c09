//! The consortium at genesis.

use super::*;

#[test]
fn genesis_builds_institutions_members_and_seats() {
    scenario(|| {
        let institutions = Consortium::institutions();
        assert_eq!(institutions.len(), 2);
        assert_eq!(
            institutions[1],
            (
                BANK_B,
                InstitutionRecord {
                    name: name("Bank B"),
                    administrator: BOB,
                    active: true,
                    quota: QUOTA,
                    validator: Some(BELLA),
                }
            )
        );
        for (account, institution) in
            [(ALICE, BANK_A), (ANNA, BANK_A), (ARON, BANK_A), (BOB, BANK_B), (BRUNO, BANK_B)]
        {
            assert_eq!(Consortium::institution_of(&account), Some(institution));
            assert_eq!(System::providers(&account), 1);
        }
        assert_eq!(Consortium::institution_of(&CAROL), None);
        assert_eq!(MemberCount::<Test>::get(BANK_B), 3);
        assert_eq!(Audit::count(), 0, "the genesis hash commits to the genesis");
    });
}

#[test]
fn genesis_reads_the_json_it_writes() {
    let institutions = institutions();
    let genesis =
        GenesisConfig::<Test> { institutions, session_length: SESSION, ..Default::default() };
    let json = serde_json::to_value(&genesis).expect("genesis is written");
    assert_eq!(json["institutions"][0]["name"], "Bank A");
    assert_eq!(json["sessionLength"], SESSION);
    let read: GenesisConfig<Test> = serde_json::from_value(json).expect("genesis is read");
    assert_eq!(read.institutions, genesis.institutions);
    assert_eq!(read.session_length, SESSION);
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_with_an_account_in_two_institutions_is_refused() {
    let mut institutions = institutions();
    institutions[1].members.push(ANNA);
    storage(institutions);
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_with_a_validator_who_is_no_member_is_refused() {
    let mut institutions = institutions();
    institutions[1].validator = Some(CAROL);
    storage(institutions);
}

#[test]
#[should_panic(expected = "is refused")]
fn genesis_that_promises_too_much_is_refused() {
    let mut institutions = institutions();
    institutions[1].quota = u64::MAX;
    storage(institutions);
}

#[test]
fn genesis_decides_how_long_sessions_are() {
    assert_eq!(GenesisConfig::<Test>::default().session_length, DEFAULT_SESSION);
    for length in [MIN_SESSION, MAX_SESSION] {
        first_block(storage_with_sessions(length)).execute_with(|| {
            assert_eq!(SessionLength::<Test>::get(), length);
            Consortium::do_try_state().expect("the pallet's invariants hold");
        });
    }
}

#[test]
#[should_panic(expected = "genesis sessionLength 2 is refused: expected 3 to 20 blocks")]
fn genesis_with_sessions_that_are_too_short_is_refused() {
    storage_with_sessions(MIN_SESSION - 1);
}

#[test]
#[should_panic(expected = "genesis sessionLength 21 is refused: expected 3 to 20 blocks")]
fn genesis_with_sessions_that_are_too_long_is_refused() {
    storage_with_sessions(MAX_SESSION + 1);
}
