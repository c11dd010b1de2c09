//! An agent's state: the envelope on disk, and what is inside once it was opened.

use codec::{DecodeAll, Encode};
use regent_protocol::{
    root_store::{
        Passphrase, PassphraseProvider, RootProvider, RootState, RootStoreError, SealedState,
    },
    DeviceRoot, Label,
};
use zeroize::Zeroizing;

const KEY: [u8; 32] = [5; 32];
const PROVIDER: &str = "passphrase";
/// What is inside.
const STATE: [u8; 40] = [9; 40];

/// Sealed once under [`KEY`], for all runs: sealing is random.
const ENVELOPE: &[u8] = include_bytes!("../../fuzz/seeds/envelope/sealed");

/// Salt, KiB of memory, passes and lanes.
type Parameters = ([u8; 16], u32, u32, u32);

/// A newly sealed state, as [`check_envelope`] takes it, and one of an absurd cost.
pub fn made_envelopes() -> Vec<(&'static str, Vec<u8>)> {
    let seal = |key: [u8; 32], parameters: Parameters| {
        let sealed = SealedState::seal(&key, PROVIDER, parameters.encode(), 4, &STATE);
        sealed.expect("seals").encode()
    };
    vec![
        ("sealed", seal(KEY, ([6; 16], 64 * 1024, 3, 4))),
        ("weak", seal([0; 32], ([6; 16], 64, 1, 1))),
        ("absurd", seal([0; 32], ([6; 16], u32::MAX, u32::MAX, u32::MAX))),
    ]
}

/// The bytes of the state as they are on disk: only what was sealed opens.
pub fn check_envelope(bytes: &[u8]) {
    let Ok(sealed) = SealedState::decode_all(&mut &*bytes) else {
        assert_ne!(bytes, ENVELOPE);
        return;
    };
    assert_eq!(sealed.encode(), bytes, "one encoding");
    let opened = sealed.open(&KEY, PROVIDER);
    assert_eq!(opened.is_ok(), bytes == ENVELOPE);
    assert!(opened.is_err() || opened.is_ok_and(|state| state.as_slice() == STATE));
    check_unlock(&sealed);
}

/// Whoever can write the file can neither make guessing cheap nor exhaust the machine.
fn check_unlock(sealed: &SealedState) {
    let parameters = Parameters::decode_all(&mut sealed.parameters());
    if let Ok((_, memory, passes, lanes)) = parameters {
        let is_dear = memory >= 64 * 1024 && passes >= 3 && lanes >= 1;
        let is_bearable = memory <= 4 * 1024 * 1024 && passes <= 64 && lanes <= 64;
        // What is within bounds takes its time by design: not here.
        if is_dear && is_bearable {
            return;
        }
    }
    let passphrase = Passphrase::new(Zeroizing::new(vec![b'p'; 12])).expect("long enough");
    match PassphraseProvider::unlock(&passphrase, sealed) {
        Ok(_) => panic!("unlocked at a cost out of bounds"),
        Err(RootStoreError::Cost { memory_kib, passes, lanes }) => {
            let cost = parameters.map(|(_, memory, passes, lanes)| (memory, passes, lanes));
            assert_eq!(cost, Ok((memory_kib, passes, lanes)));
        }
        Err(RootStoreError::Damaged(_)) => assert!(parameters.is_err()),
        Err(RootStoreError::Version { .. } | RootStoreError::OtherProvider { .. }) => {
            assert!(sealed.check_header(PROVIDER).is_err());
        }
        Err(other) => panic!("another refusal: {other}"),
    }
}

/// A provider that opens to what it is told, and remembers what is to be sealed.
#[derive(Default)]
struct Plain {
    opened: Vec<u8>,
    sealed: Vec<u8>,
}

impl RootProvider for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn rollback_protected(&self) -> bool {
        false
    }

    fn current_generation(&self) -> Result<Option<u64>, RootStoreError> {
        Ok(None)
    }

    fn seal(&mut self, generation: u64, state: &[u8]) -> Result<SealedState, RootStoreError> {
        self.sealed = state.to_vec();
        SealedState::seal(&KEY, "plain", Vec::new(), generation, &[])
    }

    fn open(&mut self, _: &SealedState) -> Result<Zeroizing<Vec<u8>>, RootStoreError> {
        Ok(Zeroizing::new(self.opened.clone()))
    }

    fn commit(&mut self, _: u64) -> Result<(), RootStoreError> {
        Ok(())
    }
}

fn open(opened: &[u8]) -> Result<RootState, RootStoreError> {
    let generation = opened.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let sealed = SealedState::seal(&KEY, "plain", Vec::new(), generation, &[])?;
    RootState::open(&mut Plain { opened: opened.to_vec(), ..Plain::default() }, &sealed)
}

/// The bytes that a state is sealed as.
fn bytes_of(state: &mut RootState) -> Vec<u8> {
    let mut plain = Plain::default();
    state.seal(&mut plain).expect("seals");
    plain.sealed
}

/// States fresh and punctured, as [`check_root`] takes them.
pub fn made_roots() -> Vec<(&'static str, Vec<u8>)> {
    use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
    let root = || DeviceRoot::generate(&mut ChaCha20Rng::from_seed([8; 32])).expect("random bytes");
    let mut punctured = RootState::new(root(), &[7; 32]);
    punctured.genesis = Some(regent_primitives::H256::repeat_byte(1));
    punctured.finalised = Some((9, regent_primitives::H256::repeat_byte(9)));
    punctured.root.puncture_window(1);
    punctured.root.puncture(&Label::from_bytes([0x55; 16]));
    [("fresh", RootState::new(root(), &[7; 32])), ("punctured", punctured)]
        .into_iter()
        .map(|(name, mut state)| (name, [&[0x55; 16], bytes_of(&mut state).as_slice()].concat()))
        .collect()
}

/// A label of 16 bytes, then an opened state: it is sealed again as the same bytes, and a puncture
/// lasts.
pub fn check_root(bytes: &[u8]) {
    let Some((label, bytes)) = bytes.split_first_chunk::<16>() else { return };
    let Ok(mut state) = open(bytes) else { return };
    let generation = state.generation();
    let again = bytes_of(&mut state);
    assert_eq!(again[8..], bytes[8..], "one encoding, but for the generation");
    assert_eq!(state.generation(), generation.saturating_add(1));
    assert_eq!(again[..8], state.generation().to_le_bytes());

    let label = Label::from_bytes(*label);
    let was_there = state.root.evaluate(&label).is_ok();
    assert_eq!(state.root.puncture(&label), was_there);
    assert!(state.root.evaluate(&label).is_err() && !state.root.puncture(&label));
    state.root.puncture_window(label.window());
    let punctured = bytes_of(&mut state);
    let reopened = open(&punctured).expect("what was sealed opens");
    assert!(reopened.root.evaluate(&label).is_err());
    assert_eq!(reopened.root.seed_count(), state.root.seed_count());
    assert_eq!(reopened.identity(), state.identity());
}
