//! Where compiled runtimes are kept.
//!
//! Compiling the runtime takes ten seconds of a processor at every start. What was compiled once can be
//! taken from a folder instead, by every node of this user on the machine.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// What others may never do with the folder: write to it.
const OTHERS_WRITE: u32 = 0o022;

/// The option that names the folder.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RuntimeCacheOptions {
    /// A folder where compiled runtimes are kept, so that the next start is quicker; without one
    /// each start compiles. What lies there is executed as it is: nobody else may write to it.
    #[arg(long, env = "REGENT_RUNTIME_CACHE", value_name = "FOLDER")]
    runtime_cache: Option<PathBuf>,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeCacheError {
    /// It cannot be made or looked at.
    #[error("--runtime-cache {path}: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others could have this node execute their code.
    #[error(
        "--runtime-cache {path}: others may write to it (mode {mode:o}), and what lies there is \
         executed: take that from them (chmod go-w), or name another folder"
    )]
    Writable {
        /// The folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
}

impl RuntimeCacheOptions {
    /// The folder, absolute; made for this user alone if it is not there.
    ///
    /// # Errors
    /// If it cannot be made, or others may write to it.
    pub fn open(&self) -> Result<Option<PathBuf>, RuntimeCacheError> {
        self.runtime_cache.as_deref().map(open).transpose()
    }
}

fn open(path: &Path) -> Result<PathBuf, RuntimeCacheError> {
    let failed = |source| RuntimeCacheError::Folder { path: path.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & OTHERS_WRITE != 0 {
        return Err(RuntimeCacheError::Writable { path: path.to_owned(), mode });
    }
    path.canonicalize().map_err(failed)
}
