use codec::{Decode, Encode};
use rand_core::{OsRng, RngCore};
use regent_primitives::H256;
use zeroize::Zeroizing;

use super::*;
use crate::device_root::{DeviceRoot, Label};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.as_bytes().to_vec())).expect("long enough")
}

fn right() -> Passphrase {
    passphrase("correct horse battery")
}

fn fast() -> PassphraseProvider {
    PassphraseProvider::insecure_create(&right()).expect("derives")
}

fn state() -> RootState {
    let mut state =
        RootState::new(DeviceRoot::generate(&mut OsRng).expect("random bytes"), &[7; 32]);
    state.genesis = Some(H256::repeat_byte(1));
    state.log = LogHead::default().append(H256::repeat_byte(1), &"first");
    state.finalised = Some((9, H256::repeat_byte(9)));
    state
}

fn evaluation(state: &RootState) -> Option<Vec<u8>> {
    state.root.evaluate(&Label::from_bytes([3; 16])).ok().map(|seed| seed.as_bytes().to_vec())
}

/// A device with a counter: keys live here, not on the disk.
#[derive(Default)]
struct Vault {
    current: Option<(u64, [u8; 32])>,
    pending: Option<(u64, [u8; 32])>,
}

impl RootProvider for Vault {
    fn name(&self) -> &'static str {
        "vault"
    }

    fn rollback_protected(&self) -> bool {
        true
    }

    fn current_generation(&self) -> Result<Option<u64>, RootStoreError> {
        Ok(self.current.map(|(generation, _)| generation))
    }

    fn seal(&mut self, generation: u64, state: &[u8]) -> Result<SealedState, RootStoreError> {
        let mut key = [0; 32];
        OsRng.fill_bytes(&mut key);
        self.pending = Some((generation, key));
        SealedState::seal(&key, "vault", Vec::new(), generation, state)
    }

    fn open(&mut self, sealed: &SealedState) -> Result<Zeroizing<Vec<u8>>, RootStoreError> {
        let keys = self.current.iter().chain(&self.pending);
        let (_, key) = keys
            .into_iter()
            .find(|(generation, _)| *generation == sealed.generation())
            .ok_or(RootStoreError::NotOpened)?;
        sealed.open(key, "vault")
    }

    fn commit(&mut self, generation: u64) -> Result<(), RootStoreError> {
        match self.pending.take() {
            Some(pending) if pending.0 == generation => self.current = Some(pending),
            other => {
                self.pending = other;
                return Err(RootStoreError::Provider("no such generation".into()));
            }
        }
        Ok(())
    }
}

fn save(state: &mut RootState, vault: &mut Vault) -> SealedState {
    let sealed = state.seal(vault).expect("seals");
    vault.commit(sealed.generation()).expect("commits");
    sealed
}

#[test]
fn a_state_comes_back_as_it_went() {
    let mut provider = fast();
    let mut before = state();
    before.root.puncture(&Label::from_bytes([4; 16]));
    let sealed = before.seal(&mut provider).expect("seals");
    assert_eq!((sealed.generation(), before.generation()), (1, 1));

    let on_disk = sealed.encode();
    let sealed = SealedState::decode(&mut on_disk.as_slice()).expect("decodes");
    let mut provider = PassphraseProvider::insecure_unlock(&right(), &sealed).expect("derives");
    let after = RootState::open(&mut provider, &sealed).expect("opens");
    assert_eq!(after.generation(), 1);
    assert_eq!(after.identity(), before.identity());
    assert_eq!(
        (after.genesis, after.log, after.finalised),
        (before.genesis, before.log, before.finalised)
    );
    assert!(evaluation(&after).is_some());
    assert_eq!(evaluation(&after), evaluation(&before));
    assert!(after.root.evaluate(&Label::from_bytes([4; 16])).is_err());
}

#[test]
fn nothing_secret_is_in_the_envelope() {
    let mut before = state();
    let on_disk = before.seal(&mut fast()).expect("seals").encode();
    assert!(!on_disk.windows(8).any(|window| window == [7; 8]));
}

#[test]
fn two_seals_of_one_state_share_nothing() {
    let mut provider = fast();
    let first = provider.seal(1, b"state").expect("seals");
    let second = provider.seal(1, b"state").expect("seals");
    assert_ne!(first.encode(), second.encode());
}

#[test]
fn open_refuses_another_passphrase() {
    let sealed = state().seal(&mut fast()).expect("seals");
    let mut other =
        PassphraseProvider::insecure_unlock(&passphrase("incorrect horse"), &sealed).expect("ok");
    assert!(matches!(RootState::open(&mut other, &sealed), Err(RootStoreError::NotOpened)));
}

#[test]
fn open_refuses_every_changed_byte() {
    let mut provider = fast();
    let sealed = state().seal(&mut provider).expect("seals").encode();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        // A changed length may not even decode.
        if let Ok(changed) = SealedState::decode(&mut changed.as_slice()) {
            assert!(provider.open(&changed).is_err(), "byte {at}");
        }
    }
}

#[test]
fn open_says_which_format_and_provider_it_found() {
    let mut provider = fast();
    let sealed = provider.seal(1, b"state").expect("seals");
    let mut newer = sealed.encode();
    newer[0] = 2;
    let newer = SealedState::decode(&mut newer.as_slice()).expect("decodes");
    assert!(matches!(
        provider.open(&newer),
        Err(RootStoreError::Version { found: 2, expected: 1 })
    ));
    let foreign = SealedState::seal(&[0; 32], "vault", Vec::new(), 1, b"state").expect("seals");
    assert!(matches!(
        PassphraseProvider::unlock(&right(), &foreign).err(),
        Some(RootStoreError::OtherProvider { .. })
    ));
}

#[test]
fn unlock_refuses_a_cost_that_protects_nothing() {
    let sealed = fast().seal(1, b"state").expect("seals");
    assert!(matches!(
        PassphraseProvider::unlock(&right(), &sealed).err(),
        Some(RootStoreError::Cost { memory_kib: 64, passes: 1, lanes: 1 })
    ));
}

#[test]
fn unlock_refuses_a_cost_that_exhausts_the_machine() {
    let parameters = ([0u8; 16], u32::MAX, 3u32, 4u32).encode();
    let sealed = SealedState::seal(&[0; 32], "passphrase", parameters, 1, b"").expect("seals");
    assert!(matches!(
        PassphraseProvider::unlock(&right(), &sealed).err(),
        Some(RootStoreError::Cost { .. })
    ));
}

#[test]
fn the_standard_cost_works_and_is_accepted() {
    let mut provider = PassphraseProvider::create(&right()).expect("derives");
    let sealed = provider.seal(1, b"state").expect("seals");
    let mut again = PassphraseProvider::unlock(&right(), &sealed).expect("derives");
    assert_eq!(again.open(&sealed).expect("opens").as_slice(), b"state");
}

#[test]
fn passphrases_have_a_minimum() {
    let short = Passphrase::new(Zeroizing::new(b"elevenbytes".to_vec()));
    assert!(matches!(
        short.err(),
        Some(RootStoreError::PassphraseTooShort { found: 11, minimum: 12 })
    ));
}

#[test]
fn yesterdays_file_is_refused_where_rollback_is_noticed() {
    let (mut vault, mut state) = (Vault::default(), state());
    let yesterday = save(&mut state, &mut vault);
    let today = save(&mut state, &mut vault);
    assert!(RootState::open(&mut vault, &today).is_ok());
    let _tomorrow = save(&mut state, &mut vault);
    for old in [&yesterday, &today] {
        let found = old.generation();
        assert!(matches!(
            RootState::open(&mut vault, old).err(),
            Some(RootStoreError::Generation { found: f, expected: 3 }) if f == found
        ));
    }
}

#[test]
fn yesterdays_file_opens_under_a_passphrase_which_is_why_it_does_not_count() {
    let (mut provider, mut state) = (fast(), state());
    let yesterday = state.seal(&mut provider).expect("seals");
    state.seal(&mut provider).expect("seals");
    assert!(!provider.rollback_protected());
    let old = RootState::open(&mut provider, &yesterday).expect("opens");
    assert_eq!(old.generation(), 1);
}

#[test]
fn a_crash_before_the_disk_leaves_the_old_state() {
    let (mut vault, mut state) = (Vault::default(), state());
    let old = save(&mut state, &mut vault);
    let _lost = state.seal(&mut vault).expect("seals");
    let mut reopened = RootState::open(&mut vault, &old).expect("opens");
    assert_eq!(reopened.generation(), 1);
    assert_eq!(save(&mut reopened, &mut vault).generation(), 2);
}

#[test]
fn a_crash_between_disk_and_provider_leaves_the_new_state() {
    let (mut vault, mut state) = (Vault::default(), state());
    let old = save(&mut state, &mut vault);
    let new = state.seal(&mut vault).expect("seals");
    assert_eq!(RootState::open(&mut vault, &new).expect("opens").generation(), 2);
    // Rolled forward: the old one is gone now.
    assert!(RootState::open(&mut vault, &old).is_err());
}

#[test]
fn of_two_states_of_one_generation_only_the_last_opens() {
    let (mut vault, mut state) = (Vault::default(), state());
    let old = save(&mut state, &mut vault);
    let abandoned = state.seal(&mut vault).expect("seals");
    let mut reopened = RootState::open(&mut vault, &old).expect("opens");
    let kept = reopened.seal(&mut vault).expect("seals");
    assert_eq!(abandoned.generation(), kept.generation());
    assert!(RootState::open(&mut vault, &abandoned).is_err());
    assert!(RootState::open(&mut vault, &kept).is_ok());
}

#[test]
fn log_heads_depend_on_every_record_and_its_place() {
    let genesis = H256::repeat_byte(1);
    let head = |records: &[&str]| {
        records.iter().fold(LogHead::default(), |head, record| head.append(genesis, record))
    };
    assert_eq!(head(&["a", "b"]).entries, 2);
    assert_ne!(head(&["a", "b"]), head(&["b", "a"]));
    assert_ne!(head(&["a", "b"]), head(&["b"]));
    assert_ne!(
        LogHead::default().append(genesis, &"a").digest,
        LogHead::default().append(H256::repeat_byte(2), &"a").digest
    );
}
