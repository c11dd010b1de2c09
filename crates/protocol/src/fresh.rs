//! Fresh random bytes, drawn so that a failing generator is an error and never a panic.

use rand_core::{CryptoRng, CryptoRngCore, RngCore};
use zeroize::Zeroizing;

/// The generator gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: try again")]
pub struct RandomnessError;

/// 32 random bytes, used once.
pub(crate) struct Fresh(Zeroizing<[u8; 32]>);

impl Fresh {
    pub(crate) fn draw(rng: &mut impl CryptoRngCore) -> Result<Self, RandomnessError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.try_fill_bytes(bytes.as_mut_slice()).map_err(|_| RandomnessError)?;
        Ok(Self(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes as a generator, for libraries that draw by themselves: they draw 32 bytes once.
    pub(crate) fn into_rng(self) -> FreshRng {
        FreshRng { bytes: self.0, taken: 0 }
    }
}

/// A generator that gives 32 bytes once; whoever asks for more gets an error.
pub(crate) struct FreshRng {
    bytes: Zeroizing<[u8; 32]>,
    taken: usize,
}

impl FreshRng {
    fn take(&mut self, out: &mut [u8]) -> Result<(), RandomnessError> {
        let end = self.taken.saturating_add(out.len());
        let bytes = self.bytes.get(self.taken..end).ok_or(RandomnessError)?;
        out.copy_from_slice(bytes);
        self.taken = end;
        Ok(())
    }
}

impl CryptoRng for FreshRng {}

impl RngCore for FreshRng {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Merlin's transcripts draw 32 bytes here and mix them with key and message: were they to draw
    /// more, the rest would be left as it is and the nonce still be derived from both.
    fn fill_bytes(&mut self, out: &mut [u8]) {
        let _ = self.take(out);
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core::Error> {
        self.take(out).map_err(rand_core::Error::new)
    }
}

/// The same for libraries of the next generation of `rand_core`.
impl ml_dsa::signature::rand_core::TryRng for FreshRng {
    type Error = RandomnessError;

    fn try_next_u32(&mut self) -> Result<u32, RandomnessError> {
        let mut bytes = [0; 4];
        self.take(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, RandomnessError> {
        let mut bytes = [0; 8];
        self.take(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), RandomnessError> {
        self.take(out)
    }
}

impl ml_dsa::signature::rand_core::TryCryptoRng for FreshRng {}
