//! Reading the passphrase: from a file only its owner may read, or from an open descriptor.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rand_core::{OsRng, RngCore};
use regent_protocol::root_store::{Passphrase, RootStoreError};
use zeroize::Zeroizing;

use crate::{config::PassphraseSource, folder::sync_folder_of};

/// Bytes of the longest passphrase.
const MAXIMUM_BYTES: usize = 4_096;

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// It cannot be read.
    #[error("cannot read the passphrase from {from}: {error}")]
    Read {
        /// File or descriptor.
        from: String,
        /// Why.
        error: std::io::Error,
    },
    /// Others may read the file.
    #[error("{path} has mode {mode:04o}, expected 0600 or 0400: run `chmod 600` on it")]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file is someone else's.
    #[error("{path} belongs to user {found}, expected {expected}, who runs the agent")]
    Owner {
        /// The file.
        path: PathBuf,
        /// Its owner.
        found: u32,
        /// Who runs this process.
        expected: u32,
    },
    /// It is longer than any passphrase.
    #[error("the passphrase from {from} is longer than {MAXIMUM_BYTES} bytes")]
    TooLong {
        /// File or descriptor.
        from: String,
    },
    /// It is too short to protect anything.
    #[error(transparent)]
    Weak(#[from] RootStoreError),
    /// A new one cannot be made.
    #[error("cannot make a passphrase in {path}: {error}")]
    Create {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// Reads the passphrase. A line break at its end is not part of it.
///
/// # Errors
/// [`PassphraseError`] says what to change.
pub fn read(source: &PassphraseSource) -> Result<Passphrase, PassphraseError> {
    Ok(Passphrase::new(read_bytes(source)?)?)
}

/// Reads any secret from where a passphrase may come from.
///
/// # Errors
/// [`PassphraseError`] says what to change.
pub fn read_bytes(source: &PassphraseSource) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    let (from, opened) = match source {
        PassphraseSource::File(path) => (path.display().to_string(), open_owned(path)?),
        PassphraseSource::Descriptor(number) => {
            let path = PathBuf::from(format!("/dev/fd/{number}"));
            let from = format!("descriptor {number}");
            let opened = File::open(path)
                .map_err(|error| PassphraseError::Read { from: from.clone(), error })?;
            (from, opened)
        }
    };
    // All of it at once: a growing buffer would leave copies behind.
    let mut bytes = Zeroizing::new(vec![0; MAXIMUM_BYTES + 1]);
    let mut filled = 0;
    while let Some(free) = bytes.get_mut(filled..).filter(|free| !free.is_empty()) {
        match (&opened).read(free) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(PassphraseError::Read { from, error }),
        }
    }
    if filled > MAXIMUM_BYTES {
        return Err(PassphraseError::TooLong { from });
    }
    bytes.truncate(filled);
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(bytes)
}

/// Makes a passphrase of 256 random bits in a file that only its owner may read, unless the source
/// is a descriptor or the file is there. Returns whether it did.
///
/// # Errors
/// [`PassphraseError::Create`].
pub fn create(source: &PassphraseSource) -> Result<bool, PassphraseError> {
    let PassphraseSource::File(path) = source else { return Ok(false) };
    if path.exists() {
        return Ok(false);
    }
    let failed = |error| PassphraseError::Create { path: path.clone(), error };
    let mut secret = Zeroizing::new([0u8; 32]);
    OsRng
        .try_fill_bytes(secret.as_mut_slice())
        .map_err(|error| failed(std::io::Error::other(error.to_string())))?;
    let text = Zeroizing::new(hex::encode(secret.as_slice()) + "\n");
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    // Durable before anything is sealed with it: what it seals could be opened by nothing else.
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| sync_folder_of(path))
        .map_err(failed)?;
    Ok(true)
}

fn open_owned(path: &Path) -> Result<File, PassphraseError> {
    let unreadable = |error| PassphraseError::Read { from: path.display().to_string(), error };
    let file = File::open(path).map_err(unreadable)?;
    // Of the open file, not of whatever the path names by now.
    let metadata = file.metadata().map_err(unreadable)?;
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PassphraseError::Permissions { path: path.to_owned(), mode });
    }
    let (found, expected) = (metadata.uid(), nix::unistd::geteuid().as_raw());
    if found != expected {
        return Err(PassphraseError::Owner { path: path.to_owned(), found, expected });
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::fs::PermissionsExt};

    use super::*;

    fn file(content: &[u8], mode: u32) -> (tempfile::TempDir, PassphraseSource) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("passphrase");
        let mut file = File::create(&path).expect("created");
        file.write_all(content).expect("written");
        file.set_permissions(std::fs::Permissions::from_mode(mode)).expect("set");
        (folder, PassphraseSource::File(path))
    }

    #[test]
    fn an_owned_file_is_read_without_its_line_break() {
        for content in [b"correct horse".as_slice(), b"correct horse\n", b"correct horse\r\n"] {
            let (_folder, source) = file(content, 0o600);
            assert!(read(&source).is_ok());
        }
        // Eleven bytes and a line break are eleven bytes.
        let (_folder, source) = file(b"correct hor\n", 0o600);
        assert!(matches!(
            read(&source).err(),
            Some(PassphraseError::Weak(RootStoreError::PassphraseTooShort { found: 11, .. }))
        ));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        for mode in [0o644, 0o640, 0o604, 0o660] {
            let (_folder, source) = file(b"correct horse", mode);
            assert!(matches!(
                read(&source).err(),
                Some(PassphraseError::Permissions { mode: found, .. }) if found == mode
            ));
        }
    }

    #[test]
    fn a_missing_or_endless_file_is_refused() {
        let missing = PassphraseSource::File("/nonexistent/passphrase".into());
        assert!(matches!(read(&missing).err(), Some(PassphraseError::Read { .. })));
        let (_folder, source) = file(&[b'x'; MAXIMUM_BYTES + 1], 0o600);
        assert!(matches!(read(&source).err(), Some(PassphraseError::TooLong { .. })));
        let (_folder, source) = file(&[b'x'; MAXIMUM_BYTES], 0o600);
        assert!(read(&source).is_ok());
    }

    #[test]
    fn create_makes_a_readable_passphrase_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = PassphraseSource::File(folder.path().join("passphrase"));
        assert!(create(&source).expect("made"));
        assert!(read(&source).is_ok());
        assert!(!create(&source).expect("kept"));
    }

    #[test]
    fn a_descriptor_is_read_to_its_end() {
        let (_folder, source) = file(b"correct horse", 0o600);
        let PassphraseSource::File(path) = source else { unreachable!() };
        let open = File::open(path).expect("opened");
        let number = std::os::fd::AsRawFd::as_raw_fd(&open);
        let source = PassphraseSource::Descriptor(u32::try_from(number).expect("positive"));
        assert!(read(&source).is_ok());
    }
}
