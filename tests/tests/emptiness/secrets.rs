//! The secrets of a run, each under a name that may be printed.

use zeroize::Zeroizing;

/// One secret.
pub struct Secret {
    /// What it is; says nothing of its bytes.
    pub name: String,
    /// What nobody else may ever hold.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// All secrets that are searched for.
#[derive(Default)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// Adds one; what is known already stays under its first name.
    pub fn add(&mut self, name: impl Into<String>, bytes: &[u8]) {
        if !self.0.iter().any(|known| known.bytes.as_slice() == bytes) {
            let bytes = Zeroizing::new(bytes.to_vec());
            self.0.push(Secret { name: name.into(), bytes });
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}
