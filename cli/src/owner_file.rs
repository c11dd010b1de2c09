//! Files that only their owner may read, written whole or not at all: evidence, and reports on it.

use std::{io::Write, path::Path};

use tempfile::NamedTempFile;

use crate::error::CliError;

/// Refuses a file that is there already: evidence is never overwritten, and a report only if it is said.
pub fn check_new(path: &Path) -> Result<(), CliError> {
    if path.symlink_metadata().is_ok() {
        let reason = format!("{} is there already; name a new file", path.display());
        return Err(CliError::input("--out", reason));
    }
    Ok(())
}

/// Writes a new file that only its owner may read, whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let written = beside(path, bytes)?;
    written.persist_noclobber(path).map(drop).map_err(|error| CliError::file(path, error.error))
}

/// The same in the place of a file that may be there.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let written = beside(path, bytes)?;
    written.persist(path).map(drop).map_err(|error| CliError::file(path, error.error))
}

/// A temporary file in the folder of a file that is to be.
fn beside(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, CliError> {
    let failed = |error| CliError::file(path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_file_is_owner_only_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("case.evidence");
        check_new(&path).expect("new");
        write(&path, b"first").expect("written");
        let mode = std::fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(check_new(&path).is_err() && write(&path, b"second").is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"first");
        let left = std::fs::read_dir(folder.path()).expect("the folder").count();
        assert_eq!(left, 1, "nothing half written is left");
    }

    #[test]
    fn what_may_be_replaced_is_owner_only_too() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("report.html");
        std::fs::write(&path, "older").expect("written");
        replace(&path, b"newer").expect("replaced");
        assert_eq!(std::fs::read(&path).expect("read"), b"newer");
        let mode = std::fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
