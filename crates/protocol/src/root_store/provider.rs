//! What holds the key under which a root rests.

use zeroize::Zeroizing;

use super::SealedState;
use crate::device_root::RootEncodingError;

/// Holds the key under which a [`super::RootState`] is sealed: a passphrase, a TPM 2.0, a PKCS#11
/// token.
///
/// # Contract of a rollback-protected provider
/// Each generation has a key of its own. [`RootProvider::seal`] draws the key of the next generation
/// as *pending*. [`RootProvider::commit`] makes one pending key current and destroys the former and
/// every other pending one: of all states ever sealed as one generation at most one is committed,
/// and from then on no other can be opened.
pub trait RootProvider: Send + Sync {
    /// A name for people and for the header of what it sealed.
    fn name(&self) -> &'static str;

    /// Whether an old copy of the disk can be told from the newest state, by a counter or a
    /// destroyed object outside the disk. Only agents of such a provider count towards `Retired`.
    fn rollback_protected(&self) -> bool;

    /// The generation committed last; `None` before the first, or where the provider cannot know.
    ///
    /// # Errors
    /// [`RootStoreError::Provider`] if the device does not answer.
    fn current_generation(&self) -> Result<Option<u64>, RootStoreError>;

    /// Seals a state as this generation, which is the current one plus 1.
    ///
    /// # Errors
    /// [`RootStoreError::Provider`] if the device refuses or no randomness can be had.
    fn seal(&mut self, generation: u64, state: &[u8]) -> Result<SealedState, RootStoreError>;

    /// Opens what [`RootProvider::seal`] sealed.
    ///
    /// # Errors
    /// [`RootStoreError::NotOpened`] if its key is another or gone, or the bytes were changed.
    fn open(&mut self, sealed: &SealedState) -> Result<Zeroizing<Vec<u8>>, RootStoreError>;

    /// The state sealed as this generation is durable: the former key can go.
    ///
    /// # Errors
    /// [`RootStoreError::Provider`] if the device refuses; nothing may then be sent.
    fn commit(&mut self, generation: u64) -> Result<(), RootStoreError>;
}

/// Why a root's state could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RootStoreError {
    /// Written in another format.
    #[error("sealed state has format {found}, expected {expected}: open it with the version that wrote it")]
    Version {
        /// The format's number.
        found: u8,
        /// The one this software writes.
        expected: u8,
    },
    /// Sealed by another kind of provider.
    #[error("state was sealed by provider {found:?}, but {expected:?} is configured: configure the former")]
    OtherProvider {
        /// Who sealed it.
        found: String,
        /// Who is to open it.
        expected: &'static str,
    },
    /// The key does not open it.
    #[error("state cannot be opened: wrong passphrase or key, or the file was changed")]
    NotOpened,
    /// An old copy was put in the place of the newest state, or the reverse.
    #[error(
        "state has generation {found}, but the provider holds {expected}: an older copy was \
         restored. Put the newest file back, or enrol this agent anew under a new identity"
    )]
    Generation {
        /// The generation found on disk.
        found: u64,
        /// The one the provider committed last.
        expected: u64,
    },
    /// The state speaks of another generation than its envelope.
    #[error("state inside generation {envelope} says it is generation {inside}: it is damaged")]
    GenerationMismatch {
        /// What the envelope says.
        envelope: u64,
        /// What the state says.
        inside: u64,
    },
    /// The cost of the passphrase's derivation is not within bounds.
    #[error(
        "passphrase derivation of {memory_kib} KiB, {passes} passes, {lanes} lanes is out of \
         bounds: at least 65,536 KiB and 3 passes, at most 4 GiB, 64 passes, 64 lanes"
    )]
    Cost {
        /// KiB of memory.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// The passphrase is too short.
    #[error("passphrase has {found} bytes, expected at least {minimum}: choose a longer one")]
    PassphraseTooShort {
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        minimum: usize,
    },
    /// The sealed state's bytes have no meaning.
    #[error("state is damaged: {0}")]
    Damaged(&'static str),
    /// The root inside is damaged.
    #[error(transparent)]
    Root(#[from] RootEncodingError),
    /// The provider's device failed.
    #[error("root provider failed: {0}")]
    Provider(String),
}
