//! What the process gives up before anything secret exists, and before threads start.
//!
//! | measure | what it takes away |
//! |---|---|
//! | [`forbid_dumps`] | core files, and reading this memory or attaching to it as the same user |
//! | [`lock_memory`] | swap |
//! | [`forbid_files`] | every file, and every TCP port to bind or connect to (Landlock) |
//! | [`forbid_calls`] | every system call that serving does not need (seccomp) |
//!
//! Files: **none** is needed after start. What is open stays open: standard streams, and the socket
//! that listens, which is why it is made before. There is no way back from any measure, and threads
//! and children inherit them.

mod calls;

use landlock::{
    Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError,
    Scope, ABI,
};
use nix::{
    errno::Errno,
    sys::{
        mman::{mlockall, MlockAllFlags},
        prctl::{set_dumpable, set_no_new_privs},
        resource::{getrlimit, setrlimit, Resource},
    },
};
use tracing::warn;

pub use calls::forbid_calls;

/// The kernel refused.
#[derive(Debug, thiserror::Error)]
pub enum HardeningError {
    /// Core dumps could not be forbidden.
    #[error("RLIMIT_CORE could not be set to 0 ({0}): a crash would write secrets to a disk")]
    CoreLimit(Errno),
    /// The process stays dumpable.
    #[error("PR_SET_DUMPABLE could not be cleared ({0}): others could read this memory")]
    Dumpable(Errno),
    /// Memory can be swapped.
    #[error(
        "memory could not be locked ({0}): secrets could be swapped to a disk; raise \
         RLIMIT_MEMLOCK (LimitMEMLOCK=infinity, ulimit -l unlimited) or grant CAP_IPC_LOCK"
    )]
    Lock(Errno),
    /// Locking now would make a later allocation fail.
    #[error(
        "RLIMIT_MEMLOCK: found {found} bytes, expected at least {MINIMUM_LOCKED_BYTES}: memory \
         could not be locked and secrets could be swapped to a disk; raise it (LimitMEMLOCK=infinity, \
         ulimit -l unlimited) or grant CAP_IPC_LOCK"
    )]
    Limit {
        /// Bytes that may be locked.
        found: u64,
    },
    /// A program it starts could gain privileges.
    #[error("PR_SET_NO_NEW_PRIVS could not be set ({0}): run Linux 3.5 or newer")]
    NoNewPrivileges(Errno),
    /// Files stay within reach.
    #[error(
        "Landlock could not be enforced ({0}): an intruder could reach files and the network; run \
         Linux 6.7 or newer with `landlock` among its security modules (lsm=)"
    )]
    Files(#[from] RulesetError),
    /// Every system call stays within reach.
    #[error(
        "seccomp could not be enforced ({0}): an intruder could use any system call; run Linux \
         4.14 or newer with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64"
    )]
    Calls(#[from] seccompiler::Error),
}

/// Bytes that must be lockable: all memory the process may ever map is locked, or mapping fails. What may
/// be asked at a time is bounded by it.
pub(crate) const MINIMUM_LOCKED_BYTES: u64 = 1 << 30;
/// Bit of `CAP_IPC_LOCK`, which lifts the limit.
const CAP_IPC_LOCK: u32 = 14;

/// Takes every measure, in the one order that works: each needs what the later ones forbid.
///
/// # Errors
/// The kernel refused one. In `development`, where nothing is protected anyway, that is a warning.
pub fn harden(development: bool) -> Result<(), HardeningError> {
    for measure in [forbid_dumps, lock_memory, forbid_files, forbid_calls] {
        match measure() {
            Ok(()) => {}
            Err(error) if development => warn!(%error, "not hardened, development only"),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// No core dumps, and no other process of the same user may read this one's memory or attach to it.
///
/// # Errors
/// The kernel refused.
pub fn forbid_dumps() -> Result<(), HardeningError> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(HardeningError::CoreLimit)?;
    // The limit does not hold for a core that is piped to a program; this does.
    set_dumpable(false).map_err(HardeningError::Dumpable)
}

/// Keeps all memory, present and future, out of swap.
///
/// # Errors
/// The limit on locked memory is too low for the process, or the kernel refused.
pub fn lock_memory() -> Result<(), HardeningError> {
    let (_, hard) = getrlimit(Resource::RLIMIT_MEMLOCK).map_err(HardeningError::Lock)?;
    // The soft limit is often far below the hard one.
    setrlimit(Resource::RLIMIT_MEMLOCK, hard, hard).map_err(HardeningError::Lock)?;
    if hard < MINIMUM_LOCKED_BYTES && !may_lock_all() {
        return Err(HardeningError::Limit { found: hard });
    }
    mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE).map_err(HardeningError::Lock)
}

/// No file, and no TCP port, for this thread and all it starts.
///
/// Up to ABI 4 (Linux 6.7, the first that hands out TDX and SNP reports) all of it is enforced or
/// nothing; what newer kernels add is taken where it is there.
///
/// # Errors
/// The kernel is too old, or Landlock is off.
pub fn forbid_files() -> Result<(), HardeningError> {
    set_no_new_privs().map_err(HardeningError::NoNewPrivileges)?;
    // No rule follows: nothing of what is handled is allowed anywhere.
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V4))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V9))?
        .scope(Scope::from_all(ABI::V9))?
        .create()?
        .restrict_self()?;
    Ok(())
}

/// Whether the process has `CAP_IPC_LOCK`, as the kernel says.
fn may_lock_all() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    effective_capabilities(&status).is_some_and(|set| set & (1 << CAP_IPC_LOCK) != 0)
}

fn effective_capabilities(status: &str) -> Option<u64> {
    let set = status.lines().find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(set.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_from_the_kernels_words() {
        let status = "Name:\tregent-enclave\nCapPrm:\t0\nCapEff:\t0000000000004001\n";
        assert_eq!(effective_capabilities(status), Some(0x4001));
        assert_eq!(effective_capabilities("Name:\tx\n"), None);
    }
}
