//! The provider with a real TPM: `swtpm`, one process a test.

#[path = "support/swtpm.rs"]
mod swtpm;

use codec::{Decode, Encode};
use rand_core::OsRng;
use regent_protocol::{
    root_store::{Passphrase, RootProvider, RootState, RootStoreError, SealedState},
    DeviceRoot, Label,
};
use regent_root_tpm::{Location, OwnerAuth, TpmError, TpmProvider};
use swtpm::{Swtpm, INDEX};
use tss_esapi::{
    attributes::NvIndexAttributesBuilder,
    handles::{AuthHandle, NvIndexTpmHandle},
    interface_types::{
        algorithm::HashingAlgorithm, resource_handles::Provision, session_handles::AuthSession,
    },
    structures::{Auth, NvPublicBuilder},
    tcti_ldr::TctiNameConf,
    Context,
};
use zeroize::Zeroizing;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.as_bytes().to_vec())).expect("long enough")
}

fn right() -> Passphrase {
    passphrase("correct horse battery")
}

fn create(location: Location) -> Result<TpmProvider, TpmError> {
    TpmProvider::create(location, &right(), None)
}

fn state() -> RootState {
    RootState::new(DeviceRoot::generate(&mut OsRng).expect("random bytes"), &[7; 32])
}

/// A new agent, whose first state is durable and committed.
fn agent(tpm: &Swtpm) -> (TpmProvider, RootState, SealedState) {
    let mut provider = create(tpm.location()).expect("created");
    let mut state = state();
    let disk = save(&mut state, &mut provider);
    (provider, state, disk)
}

fn save(state: &mut RootState, provider: &mut TpmProvider) -> SealedState {
    let sealed = state.seal(provider).expect("sealed");
    provider.commit(sealed.generation()).expect("committed");
    sealed
}

/// What the next process makes of a disk.
fn open(
    location: Location,
    disk: &SealedState,
) -> Result<(TpmProvider, RootState), RootStoreError> {
    let mut provider = TpmProvider::unlock(location, &right(), disk)?;
    let state = RootState::open(&mut provider, disk)?;
    Ok((provider, state))
}

fn refused<T>(result: Result<T, RootStoreError>) -> RootStoreError {
    result.err().expect("refused")
}

/// The tests' own connection, for what happens to a TPM behind an agent's back.
fn context(tpm: &Swtpm) -> Context {
    let place: TctiNameConf = tpm.tcti().to_string().parse().expect("a place");
    Context::new(place).expect("connected")
}

fn with_password<R>(context: &mut Context, run: impl FnOnce(&mut Context) -> R) -> R {
    context.execute_with_session(Some(AuthSession::Password), run)
}

#[test]
fn a_state_comes_back_and_every_change_is_a_generation() {
    let tpm = Swtpm::start();
    let (mut provider, mut state, _) = agent(&tpm);
    assert!(provider.rollback_protected());
    assert_eq!((provider.name(), provider.current_generation().expect("known")), ("tpm", Some(1)));
    state.root.puncture(&Label::from_bytes([4; 16]));
    let disk = save(&mut state, &mut provider).encode();
    assert_eq!(provider.current_generation().expect("known"), Some(2));
    drop(provider);

    let disk = SealedState::decode(&mut disk.as_slice()).expect("decodes");
    let (mut provider, mut again) = open(tpm.location(), &disk).expect("opens");
    assert_eq!((again.generation(), again.identity()), (2, state.identity()));
    let label = |byte| Label::from_bytes([byte; 16]);
    assert!(again.root.evaluate(&label(4)).is_err(), "punctured");
    assert!(again.root.evaluate(&label(3)).is_ok(), "the others stay");
    assert_eq!(again.root.seed_count(), state.root.seed_count());
    assert_eq!(save(&mut again, &mut provider).generation(), 3);
}

#[test]
fn an_older_disk_is_refused_whatever_happened_to_the_tpm_since() {
    let mut tpm = Swtpm::start();
    let (mut provider, mut state, oldest) = agent(&tpm);
    let yesterday = save(&mut state, &mut provider);
    let today = save(&mut state, &mut provider);
    drop(provider);
    for turn in ["untouched", "restarted"] {
        for old in [&oldest, &yesterday] {
            let error = refused(open(tpm.location(), old));
            let found = old.generation();
            assert!(
                matches!(error, RootStoreError::Generation { found: f, expected: 3 } if f == found),
                "{turn}: {error}"
            );
            assert!(error.to_string().contains("an older copy was restored"), "{error}");
        }
        tpm.start_again();
    }
    // Nothing of that did any harm to the newest.
    assert_eq!(open(tpm.location(), &today).expect("opens").1.generation(), 3);
}

#[test]
fn an_older_disk_that_lies_about_its_generation_opens_no_more_than_before() {
    let tpm = Swtpm::start();
    let (mut provider, mut state, old) = agent(&tpm);
    save(&mut state, &mut provider);
    save(&mut state, &mut provider);
    drop(provider);
    let place = 1u64.to_le_bytes();
    for claimed in [3u64, 4] {
        let mut bytes = old.encode();
        let at = bytes.windows(8).position(|window| window == place).expect("the generation");
        bytes[at..at + 8].copy_from_slice(&claimed.to_le_bytes());
        let forged = SealedState::decode(&mut bytes.as_slice()).expect("decodes");
        assert_eq!(forged.generation(), claimed);
        assert!(matches!(refused(open(tpm.location(), &forged)), RootStoreError::NotOpened));
    }
}

#[test]
fn a_crash_before_the_disk_leaves_the_old_state() {
    let tpm = Swtpm::start();
    let (mut provider, mut state, disk) = agent(&tpm);
    let lost = state.seal(&mut provider).expect("sealed");
    drop(provider);
    let (mut provider, mut state) = open(tpm.location(), &disk).expect("opens");
    assert_eq!(state.generation(), 1);
    let kept = save(&mut state, &mut provider);
    drop(provider);
    // Two futures of one moment: one lives.
    assert_eq!(lost.generation(), kept.generation());
    assert!(matches!(refused(open(tpm.location(), &lost)), RootStoreError::NotOpened));
    open(tpm.location(), &kept).expect("opens");
}

#[test]
fn a_crash_between_disk_and_tpm_leaves_the_new_state() {
    let mut tpm = Swtpm::start();
    let (mut provider, mut state, old) = agent(&tpm);
    let new = state.seal(&mut provider).expect("sealed");
    drop(provider);
    tpm.start_again();
    let (provider, state) = open(tpm.location(), &new).expect("opens");
    assert_eq!((state.generation(), provider.current_generation().expect("known")), (2, Some(2)));
    drop(provider);
    assert!(matches!(
        refused(open(tpm.location(), &old)),
        RootStoreError::Generation { found: 1, expected: 2 }
    ));
}

#[test]
fn a_crash_before_the_first_commit_leaves_an_agent() {
    let tpm = Swtpm::start();
    let mut provider = create(tpm.location()).expect("created");
    let disk = state().seal(&mut provider).expect("sealed");
    drop(provider);
    assert_eq!(open(tpm.location(), &disk).expect("opens").1.generation(), 1);
}

#[test]
fn an_interrupted_beginning_is_begun_again_and_a_state_is_never_overwritten() {
    let tpm = Swtpm::start();
    // Made, and no state was ever sealed.
    drop(create(tpm.location()).expect("created"));
    let (provider, _, disk) = agent(&tpm);
    drop(provider);
    let error = create(tpm.location()).err().expect("refused");
    assert!(matches!(error, TpmError::Taken { index: INDEX, generation: 1 }), "{error}");
    open(tpm.location(), &disk).expect("still opens");

    assert!(TpmProvider::remove(&tpm.location(), None).expect("removed"));
    assert!(!TpmProvider::remove(&tpm.location(), None).expect("nothing there"));
    create(tpm.location()).expect("created");
}

#[test]
fn another_tpm_is_refused() {
    let (tpm, other) = (Swtpm::start(), Swtpm::start());
    let (provider, _, disk) = agent(&tpm);
    drop(provider);
    // Without an agent of its own, and with one.
    for turn in 0..2 {
        let error = TpmProvider::unlock(other.location(), &right(), &disk).err().expect("refused");
        assert!(matches!(error, TpmError::OtherTpm { .. }), "{error}");
        assert!(error.to_string().contains("root.tcti"), "{error}");
        if turn == 0 {
            drop(agent(&other));
        }
    }
    let elsewhere = Location::new(tpm.tcti(), INDEX + 1).expect("an index");
    let error = TpmProvider::unlock(elsewhere, &right(), &disk).err().expect("refused");
    assert!(matches!(error, TpmError::OtherIndex { sealed: INDEX, .. }), "{error}");
    open(tpm.location(), &disk).expect("opens");
}

#[test]
fn a_cleared_tpm_says_that_the_key_is_gone() {
    let tpm = Swtpm::start();
    let (provider, _, disk) = agent(&tpm);
    drop(provider);
    let mut context = context(&tpm);
    with_password(&mut context, |context| context.clear(AuthHandle::Lockout)).expect("cleared");
    drop(context);
    let cleared = || TpmProvider::unlock(tpm.location(), &right(), &disk).err().expect("refused");
    assert!(matches!(cleared(), TpmError::Cleared { index: INDEX }), "{}", cleared());
    // A new agent may begin there; the old one stays what it is.
    drop(agent(&tpm));
    let error = refused(open(tpm.location(), &disk));
    assert!(matches!(error, RootStoreError::NotOpened), "{error}");
}

#[test]
fn another_passphrase_is_refused_and_locks_nothing() {
    let tpm = Swtpm::start();
    let (provider, _, disk) = agent(&tpm);
    drop(provider);
    let wrong = passphrase("incorrect horse");
    for _ in 0..6 {
        let error = TpmProvider::unlock(tpm.location(), &wrong, &disk).err().expect("refused");
        assert!(matches!(error, TpmError::Passphrase { index: INDEX }), "{error}");
    }
    let error = TpmProvider::create(tpm.location(), &wrong, None).err().expect("refused");
    assert!(matches!(error, TpmError::Passphrase { .. }), "{error}");
    open(tpm.location(), &disk).expect("opens");
}

#[test]
fn a_tpm_that_is_away_is_named_and_found_again() {
    let mut tpm = Swtpm::start();
    let (mut provider, mut state, disk) = agent(&tpm);
    tpm.kill();
    let error = refused(state.seal(&mut provider));
    assert!(error.to_string().contains("no TPM answers at root.tcti"), "{error}");
    let error = TpmProvider::unlock(tpm.location(), &right(), &disk).err().expect("refused");
    assert!(matches!(error, TpmError::Unreachable { .. }), "{error}");

    // The same process goes on when the TPM is back.
    tpm.start_again();
    let disk = save(&mut state, &mut provider);
    tpm.start_again();
    let sealed = state.seal(&mut provider).expect("sealed");
    tpm.kill();
    provider.commit(sealed.generation()).expect_err("it is away");
    tpm.start_again();
    provider.commit(sealed.generation()).expect("committed");
    drop(provider);
    assert_eq!(disk.generation() + 1, sealed.generation());
    open(tpm.location(), &sealed).expect("opens");
}

#[test]
fn a_commit_whose_answer_was_lost_is_not_made_twice() {
    let mut tpm = Swtpm::start();
    let (mut provider, mut state, _) = agent(&tpm);
    let sealed = state.seal(&mut provider).expect("sealed");
    tpm.start_again();
    // The next process opens the disk and commits.
    drop(open(tpm.location(), &sealed).expect("opens"));
    provider.commit(sealed.generation()).expect("it is done");
    save(&mut state, &mut provider);
}

#[test]
fn of_two_processes_with_one_state_the_slower_stops() {
    let mut tpm = Swtpm::start();
    let (mut slower, mut state, disk) = agent(&tpm);
    tpm.start_again();
    let (mut faster, mut other) = open(tpm.location(), &disk).expect("opens");
    let newest = save(&mut other, &mut faster);
    drop(faster);
    let error = refused(state.seal(&mut slower));
    assert!(error.to_string().contains("another process"), "{error}");
    drop(slower);
    open(tpm.location(), &newest).expect("opens");
}

#[test]
fn an_index_of_something_else_is_left_alone() {
    let tpm = Swtpm::start();
    // One connection at a time: define, let go, try.
    for (size, owner_read, reason) in [(8, false, "another size"), (40, true, "other attributes")] {
        foreign(&tpm, size, owner_read);
        let error = create(tpm.location()).err().expect("refused");
        assert!(matches!(error, TpmError::Foreign { index: INDEX, .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        let error = TpmProvider::remove(&tpm.location(), None).expect_err("refused");
        assert!(matches!(error, TpmError::Foreign { .. }), "{error}");
        let mut context = context(&tpm);
        with_password(&mut context, |context| context.clear(AuthHandle::Lockout)).expect("cleared");
    }
}

fn foreign(tpm: &Swtpm, size: usize, owner_read: bool) {
    let attributes = NvIndexAttributesBuilder::new()
        .with_auth_read(true)
        .with_auth_write(true)
        .with_owner_read(owner_read)
        .with_no_da(true)
        .build()
        .expect("attributes");
    let public = NvPublicBuilder::new()
        .with_nv_index(NvIndexTpmHandle::new(INDEX).expect("an index"))
        .with_index_name_algorithm(HashingAlgorithm::Sha256)
        .with_index_attributes(attributes)
        .with_data_area_size(size)
        .build()
        .expect("an index");
    let mut context = context(tpm);
    let define = |context: &mut Context| {
        context.nv_define_space(Provision::Owner, Some(Auth::default()), public)
    };
    with_password(&mut context, define).expect("defined");
}

#[test]
fn the_owners_authorisation_is_asked_for_where_there_is_one() {
    let tpm = Swtpm::start();
    let secret = b"the owner's".to_vec();
    let mut context = context(&tpm);
    let auth = Auth::try_from(secret.clone()).expect("short enough");
    with_password(&mut context, |context| context.hierarchy_change_auth(AuthHandle::Owner, auth))
        .expect("changed");
    drop(context);
    let owner = |bytes: &[u8]| OwnerAuth::new(Zeroizing::new(bytes.to_vec()));
    let tried = [None, Some(owner(b"another"))];
    for (owner, found) in tried.iter().zip(["not set", "another"]) {
        let error = TpmProvider::create(tpm.location(), &right(), owner.as_ref());
        let error = error.err().expect("refused");
        assert!(matches!(error, TpmError::OwnerAuth { found: f } if f == found), "{error}");
    }
    let right_one = owner(&secret);
    TpmProvider::create(tpm.location(), &right(), Some(&right_one)).expect("created");
    assert!(TpmProvider::remove(&tpm.location(), Some(&right_one)).expect("removed"));
}
