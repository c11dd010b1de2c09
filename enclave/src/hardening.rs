//! What the process asks of the kernel before anything secret exists, and before threads start.

use nix::{
    errno::Errno,
    sys::{
        mman::{mlockall, MlockAllFlags},
        prctl::set_dumpable,
        resource::{getrlimit, setrlimit, Resource},
    },
};

/// The kernel refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
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
}

/// Bytes that must be lockable: all memory the process may ever map is locked, or mapping fails.
const MINIMUM_LOCKED_BYTES: u64 = 1 << 30;
/// Bit of `CAP_IPC_LOCK`, which lifts the limit.
const CAP_IPC_LOCK: u32 = 14;

/// No core dumps, and no other process of the same user may read this one's memory or attach to it.
///
/// # Errors
/// The kernel refused.
pub fn forbid_dumps() -> Result<(), HardeningError> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(HardeningError::CoreLimit)?;
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
