//! Making new files durable: a file is found after a power failure only if its folder was written.

use std::{fs::File, io, path::Path};

/// Writes the folder of a file that was just made.
///
/// # Errors
/// If the folder cannot be opened or written.
pub(crate) fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        // A bare name lies in the current folder.
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        sync_folder_of(&folder.path().join("file")).expect("written");
        sync_folder_of(Path::new("file")).expect("the current folder");
        sync_folder_of(&folder.path().join("none/file")).expect_err("no such folder");
    }
}
