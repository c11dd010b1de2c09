//! A passphrase as root provider: for development, and wherever no hardware can hold a key.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use codec::{Decode, DecodeAll, Encode};
use rand_core::{OsRng, RngCore};
use zeroize::{Zeroize, Zeroizing};

use super::{RootProvider, RootStoreError, SealedState};

const NAME: &str = "passphrase";

/// A passphrase, wiped when dropped.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Bytes a passphrase must have: whoever has a copy of the disk can try others.
    pub const MINIMUM_BYTES: usize = 12;

    /// Takes the bytes over.
    ///
    /// # Errors
    /// [`RootStoreError::PassphraseTooShort`].
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, RootStoreError> {
        let found = bytes.len();
        if found < Self::MINIMUM_BYTES {
            let minimum = Self::MINIMUM_BYTES;
            return Err(RootStoreError::PassphraseTooShort { found, minimum });
        }
        Ok(Self(bytes))
    }

    /// 256 bits stretched from it by Argon2id at the cost of a new state: 64 MiB, 3 passes, 4 lanes.
    /// For providers that ask for a secret beside what their device holds.
    ///
    /// # Errors
    /// [`RootStoreError::Provider`] if there is no memory.
    pub fn stretch(&self, salt: &[u8; 16]) -> Result<Box<Zeroizing<[u8; 32]>>, RootStoreError> {
        stretch(self, salt, Cost::STANDARD)
    }
}

/// Argon2id, in memory that is wiped.
fn stretch(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    cost: Cost,
) -> Result<Box<Zeroizing<[u8; 32]>>, RootStoreError> {
    let failed = |error: argon2::Error| RootStoreError::Provider(error.to_string());
    let Cost { memory_kib, passes, lanes } = cost;
    let params = Params::new(memory_kib, passes, lanes, Some(32)).map_err(failed)?;
    // Memory of our own, so that it can be wiped: its last blocks determine the key.
    let mut memory = vec![Block::default(); params.block_count()];
    let mut key = Box::new(Zeroizing::new([0u8; 32]));
    let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(&passphrase.0, salt, key.as_mut_slice(), &mut memory);
    for block in &mut memory {
        block.as_mut().zeroize();
    }
    derived.map_err(failed)?;
    Ok(key)
}

/// Cost of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// RFC 9106, section 4, second recommendation: 64 MiB, 3 passes, 4 lanes.
    const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// Less is refused: otherwise whoever can write the file could make guessing cheap.
    const FLOOR: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// More is refused: otherwise whoever can write the file could exhaust the machine.
    const CEILING: Self = Self { memory_kib: 4 * 1024 * 1024, passes: 64, lanes: 64 };

    const fn within(&self, floor: &Self, ceiling: &Self) -> bool {
        self.memory_kib >= floor.memory_kib
            && self.passes >= floor.passes
            && self.lanes >= floor.lanes
            && self.memory_kib <= ceiling.memory_kib
            && self.passes <= ceiling.passes
            && self.lanes <= ceiling.lanes
    }
}

/// What a sealed state carries for its passphrase.
#[derive(Clone, Copy, Debug, Encode, Decode)]
struct Parameters {
    salt: [u8; 16],
    cost: Cost,
}

/// Seals under a key stretched from a passphrase by Argon2id. **Not rollback protected**: an old
/// copy of the file opens like the newest. The key is derived once, in about 0.2 s, and kept in
/// memory.
pub struct PassphraseProvider {
    key: Box<Zeroizing<[u8; 32]>>,
    parameters: Parameters,
}

impl PassphraseProvider {
    /// For a new state: a fresh salt, 64 MiB, 3 passes, 4 lanes.
    ///
    /// # Errors
    /// [`RootStoreError::Provider`] if there is no randomness or memory.
    pub fn create(passphrase: &Passphrase) -> Result<Self, RootStoreError> {
        Self::create_with(passphrase, Cost::STANDARD)
    }

    /// For a state on disk, whose salt and cost it uses. Whether the passphrase is right shows when
    /// the state is opened.
    ///
    /// # Errors
    /// [`RootStoreError::Cost`] if the state names a cost below 64 MiB and 3 passes, or an absurd one.
    pub fn unlock(passphrase: &Passphrase, sealed: &SealedState) -> Result<Self, RootStoreError> {
        Self::unlock_with(passphrase, sealed, &Cost::FLOOR)
    }

    /// [`PassphraseProvider::create`] with a cost that protects nothing.
    #[cfg(test)]
    pub(crate) fn insecure_create(passphrase: &Passphrase) -> Result<Self, RootStoreError> {
        Self::create_with(passphrase, Cost { memory_kib: 64, passes: 1, lanes: 1 })
    }

    /// [`PassphraseProvider::unlock`] that accepts any cost.
    #[cfg(test)]
    pub(crate) fn insecure_unlock(
        passphrase: &Passphrase,
        sealed: &SealedState,
    ) -> Result<Self, RootStoreError> {
        Self::unlock_with(passphrase, sealed, &Cost { memory_kib: 0, passes: 0, lanes: 0 })
    }

    fn create_with(passphrase: &Passphrase, cost: Cost) -> Result<Self, RootStoreError> {
        let mut salt = [0; 16];
        OsRng
            .try_fill_bytes(&mut salt)
            .map_err(|error| RootStoreError::Provider(error.to_string()))?;
        Self::derive(passphrase, Parameters { salt, cost })
    }

    fn unlock_with(
        passphrase: &Passphrase,
        sealed: &SealedState,
        floor: &Cost,
    ) -> Result<Self, RootStoreError> {
        sealed.check_header(NAME)?;
        let parameters = Parameters::decode_all(&mut sealed.parameters())
            .map_err(|_| RootStoreError::Damaged("its passphrase parameters cannot be read"))?;
        let Cost { memory_kib, passes, lanes } = parameters.cost;
        if !parameters.cost.within(floor, &Cost::CEILING) {
            return Err(RootStoreError::Cost { memory_kib, passes, lanes });
        }
        Self::derive(passphrase, parameters)
    }

    fn derive(passphrase: &Passphrase, parameters: Parameters) -> Result<Self, RootStoreError> {
        let key = stretch(passphrase, &parameters.salt, parameters.cost)?;
        Ok(Self { key, parameters })
    }
}

impl RootProvider for PassphraseProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rollback_protected(&self) -> bool {
        false
    }

    fn current_generation(&self) -> Result<Option<u64>, RootStoreError> {
        Ok(None)
    }

    fn seal(&mut self, generation: u64, state: &[u8]) -> Result<SealedState, RootStoreError> {
        SealedState::seal(&self.key, NAME, self.parameters.encode(), generation, state)
    }

    fn open(&mut self, sealed: &SealedState) -> Result<Zeroizing<Vec<u8>>, RootStoreError> {
        sealed.open(&self.key, NAME)
    }

    fn commit(&mut self, _generation: u64) -> Result<(), RootStoreError> {
        Ok(())
    }
}
