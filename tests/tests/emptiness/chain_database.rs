//! The values of a chain's database, as the node reads them.
//!
//! A node's files alone do not show everything. `sc-client-db` has ParityDB compress state, headers,
//! bodies, the index of bodies, indexed transactions and justifications: LZ4, for values of 4,096
//! bytes or more. And ParityDB spreads values over several records of a table. Random bytes come
//! through LZ4 as they are; text that encodes them need not. So all columns are read a second time
//! through ParityDB itself, which puts values together and decompresses them, whatever the column.
//!
//! Every block and the state after every block are in there: nodes are archives unless told
//! otherwise. Keys of state are in its values, as parts of trie nodes that may begin in the middle of
//! a byte; whatever reached them came in a block, and bodies are plain bytes.

use std::path::{Path, PathBuf};

use anyhow::{ensure, Context};
use parity_db::{CompressionType, Db, Options};

/// The databases below a folder: folders with a file that says how ParityDB's columns are kept.
pub fn find(files: &[PathBuf]) -> Vec<&Path> {
    let metadata = files.iter().filter(|file| file.ends_with("metadata"));
    let folders = metadata.filter_map(|file| file.parent());
    folders.filter(|folder| matches!(Options::load_metadata(folder), Ok(Some(_)))).collect()
}

/// Calls `seen` with each value of a database that nobody has open. Opening it writes its log into
/// its tables: search its files before.
pub fn values(folder: &Path, mut seen: impl FnMut(&[u8])) -> anyhow::Result<usize> {
    let metadata = Options::load_metadata(folder)?.context("no database")?;
    let columns = u8::try_from(metadata.columns.len())?;
    let mut options = Options::with_columns(folder, columns);
    options.columns = metadata.columns;
    let database = Db::open(&options)?;
    let mut count = 0;
    for column in 0..columns {
        database.iter_column_while(column, |state| {
            seen(&state.value);
            count += 1;
            true
        })?;
    }
    Ok(count)
}

/// How many columns of a database are compressed.
pub fn compressed_columns(folder: &Path) -> anyhow::Result<usize> {
    let columns = Options::load_metadata(folder)?.context("no database")?.columns;
    let compressed = |kind: &CompressionType| matches!(kind, CompressionType::Lz4);
    ensure!(columns.iter().all(|column| !column.btree_index), "an ordered column is not read");
    Ok(columns.iter().filter(|column| compressed(&column.compression)).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scanner::Scanner, secrets::Secrets};

    /// Text whose parts came before is what LZ4 takes apart.
    #[test]
    fn what_compression_hides_in_the_files_is_found_in_the_values() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::with_columns(folder.path(), 2);
        options.columns[1].compression = CompressionType::Lz4;
        let secret: Vec<u8> = (0..32u8).map(|at| at.wrapping_mul(157) ^ 0x5a).collect();
        let text = hex::encode(&secret);
        let parts: String = (0..56).map(|at| format!("{}-", &text[at..at + 8])).collect();
        let value = parts.repeat(10) + &text + "-and the end";
        assert!(value.len() > 4_096);
        let database = Db::open_or_create(&options).unwrap();
        database.commit([(1, [7; 32], Some(value.into_bytes()))]).unwrap();
        drop(database);

        let mut secrets = Secrets::default();
        secrets.add("planted", &secret);
        let scanner = Scanner::new(&secrets).unwrap();
        let files: Vec<PathBuf> =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(find(&files), [folder.path()]);
        assert_eq!(compressed_columns(folder.path()).unwrap(), 1);
        let mut hits = Vec::new();
        let count = values(folder.path(), |value| hits.extend(scanner.scan(value).unwrap()));
        assert_eq!(count.unwrap(), 1);
        assert_eq!(hits.iter().map(|hit| hit.encoding).collect::<Vec<_>>(), ["hex"; 2]);
        // Not so in the files: without this reading, the secret would have been missed.
        for file in files {
            assert_eq!(scanner.scan(std::fs::File::open(file).unwrap()).unwrap(), []);
        }
    }
}
