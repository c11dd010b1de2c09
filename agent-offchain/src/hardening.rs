//! What keeps this process's memory to itself.

use nix::{
    errno::Errno,
    sys::{
        mman::{mlockall, MlockAllFlags},
        prctl::set_dumpable,
        resource::{getrlimit, setrlimit, Resource, RLIM_INFINITY},
    },
};
use tracing::{info, warn};

/// Forbids core dumps and debuggers, and locks memory so that it is never swapped. Best effort:
/// what the system does not permit is logged. Call it before secrets are read.
pub fn apply() {
    if let Err(error) = setrlimit(Resource::RLIMIT_CORE, 0, 0) {
        warn!(target: "regent_agent", %error, "core dumps cannot be forbidden");
    }
    if let Err(error) = set_dumpable(false) {
        warn!(target: "regent_agent", %error, "debuggers cannot be kept out");
    }
    match lock_memory() {
        Ok(()) => info!(target: "regent_agent", "memory is locked"),
        Err(error) => warn!(
            target: "regent_agent",
            %error,
            "memory cannot be locked and may be swapped: allow it with LimitMEMLOCK=infinity or \
             CAP_IPC_LOCK, or turn swap off"
        ),
    }
}

fn lock_memory() -> Result<(), Errno> {
    // Under a limit, locking what is mapped later would make allocations fail, far from here.
    let (limit, _) = getrlimit(Resource::RLIMIT_MEMLOCK)?;
    if limit != RLIM_INFINITY && !nix::unistd::geteuid().is_root() {
        return Err(Errno::EPERM);
    }
    // On first use: stacks and caches that are never touched take no memory.
    let on_fault = MlockAllFlags::from_bits_retain(libc::MCL_ONFAULT);
    mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE | on_fault)
}
