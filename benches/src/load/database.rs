//! Bytes that a stopped node's database takes on disk.

use std::{fs, io, os::unix::fs::MetadataExt, path::Path};

use anyhow::{ensure, Context};

/// Bytes of a block of [`MetadataExt::blocks`], whatever the file system's own.
const BLOCK: u64 = 512;
/// The folder that a node keeps its database in, below its data.
const FOLDER: &str = "paritydb";
/// What the names of files start with that hold what is not in its place yet: none, after a clean
/// end.
const LOG: &str = "log";

/// Bytes allocated on disk below a node's folder. ParityDB makes its files longer in large steps;
/// what was never written in them is not allocated.
pub(super) fn bytes(folder: &Path) -> anyhow::Result<u64> {
    let (mut total, mut seen) = (0, false);
    walk(folder, false, &mut |path, metadata| {
        seen = true;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with(LOG) {
            total += metadata.blocks() * BLOCK;
        }
    })
    .with_context(|| folder.display().to_string())?;
    ensure!(seen, "{} holds no database", folder.display());
    Ok(total)
}

/// Visits every file below a folder of the database's name.
fn walk(
    folder: &Path,
    inside: bool,
    visit: &mut impl FnMut(&Path, &fs::Metadata),
) -> io::Result<()> {
    let inside = inside || folder.ends_with(FOLDER);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            walk(&entry.path(), inside, visit)?;
        } else if inside {
            visit(&entry.path(), &metadata);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_written_parts_of_tables_count() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(bytes(folder.path()).is_err(), "there is no database yet");
        let database = folder.path().join("chains").join("dev").join(FOLDER).join("full");
        fs::create_dir_all(&database).expect("made");
        fs::write(folder.path().join("node-key"), [1; 9_000]).expect("written");
        fs::write(database.join("log0"), [1; 9_000]).expect("written");
        let table = fs::File::create(database.join("table_00_00")).expect("made");
        table.set_len(1 << 30).expect("sparse");
        let empty = bytes(folder.path()).expect("there is one");
        assert!(empty < 1 << 20, "{empty}");
        fs::write(database.join("table_00_01"), vec![1; 1 << 20]).expect("written");
        let written = bytes(folder.path()).expect("there is one");
        assert!((1 << 20..1 << 21).contains(&(written - empty)), "{written}");
    }
}
