//! Runs the project's own programs, as they are, and keeps what they draw from the system's
//! generator: the secrets of sessions and everything else that is made up and forgotten in a
//! process. No program has a way to give these away, and none is added for this test.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{ensure, Context};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// What is put before the programs.
const SOURCE: &str = include_str!("recorder.c");
/// Bytes of a slot of the record, and of those that hold the draw; its length comes before it.
const SLOT: usize = 4 + KEPT;
const KEPT: usize = 64;

/// Keeps draws, in a folder apart from the network's that goes with it.
pub struct Recorder {
    folder: TempDir,
}

impl Recorder {
    /// Compiles what is put before the programs, with the compiler that links them.
    pub fn build() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("regent-record-").tempdir()?;
        let (source, library) =
            (folder.path().join("recorder.c"), folder.path().join("recorder.so"));
        fs::write(&source, SOURCE)?;
        let compiled = Command::new("cc")
            .args(["-Wall", "-Werror", "-O1", "-fPIC", "-shared", "-o"])
            .args([&library, &source])
            .status()
            .context("cc")?;
        ensure!(compiled.success(), "the recorder does not compile");
        Ok(Self { folder })
    }

    /// A program that runs `program` under this name, and keeps what it draws. It also
    /// - may write core dumps as far as the system lets it, into `folder`, until it forbids them;
    /// - says what it says at once into the log `said`, if it is asked for anything but to run;
    /// - lacks, as root, the right to look into other processes, which would say nothing of whether
    ///   this one may be looked into ([`crate::processes`]).
    pub fn wrap(
        &self,
        name: &str,
        program: &str,
        folder: &Path,
        said: &Path,
    ) -> anyhow::Result<PathBuf> {
        let program = programs()?.join(program);
        let drop = if is_root()? { "setpriv --bounding-set=-sys_ptrace -- " } else { "" };
        let script = format!(
            "#!/bin/sh\n\
             ulimit -S -c \"$(ulimit -H -c)\"\n\
             cd '{folder}' || exit 1\n\
             verb=$1\n\
             set -- {drop}env LD_PRELOAD='{library}' REGENT_RECORD='{record}' '{program}' \"$@\"\n\
             case \"$verb\" in run | --*) exec \"$@\" ;; esac\n\
             answer=$(\"$@\" 2>>'{said}')\n\
             status=$?\n\
             printf '%s\\n' \"$answer\" | tee -a '{said}'\n\
             exit $status\n",
            folder = folder.display(),
            library = self.folder.path().join("recorder.so").display(),
            record = self.record(name).display(),
            program = program.display(),
            said = said.display(),
        );
        let path = self.folder.path().join(name);
        let mut file = fs::OpenOptions::new();
        let file = file.write(true).create_new(true).mode(0o700).open(&path)?;
        std::io::Write::write_all(&mut &file, script.as_bytes())?;
        Ok(path)
    }

    /// Everything of 32 bytes or more that was drawn under this name, of each the first 64.
    pub fn draws(&self, name: &str) -> anyhow::Result<Vec<Zeroizing<Vec<u8>>>> {
        let bytes = Zeroizing::new(fs::read(self.record(name)).context("nothing was recorded")?);
        let (used, slots) = bytes.split_first_chunk::<8>().context("an empty record")?;
        let used = usize::try_from(u64::from_le_bytes(*used))?;
        let draws = slots.chunks_exact(SLOT).take(used).filter_map(|slot| {
            let (length, kept) = slot.split_first_chunk::<4>()?;
            let kept = kept.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
            // A process that was killed at this very point drew it and had it never.
            (!kept.is_empty()).then(|| Zeroizing::new(kept.to_vec()))
        });
        Ok(draws.collect())
    }

    fn record(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.record"))
    }
}

/// Whether this process may do everything, as in a container.
pub fn is_root() -> anyhow::Result<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

/// Where the project's programs are: tests sit one deeper.
fn programs() -> anyhow::Result<PathBuf> {
    let mut folder = env::current_exe()?;
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    Ok(folder)
}
