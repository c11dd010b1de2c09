//! The system calls that serving needs, and what becomes of the others.
//!
//! A list of what is **allowed**: what the kernel adds later, or nobody thought of, is refused
//! without a change here. Two filters, of which the kernel obeys the stricter:
//!
//! - What nothing honest in this process ever asks for (another program, another process's memory, a
//!   new socket, a file to write) **kills the process**, and every session's secrets with it: only an
//!   intruder asks, and gets no second try.
//! - Anything else that is not allowed fails with `ENOSYS`, as on a kernel without it: libraries then
//!   take the older way (`clone3` makes place for `clone`, whose flags can be filtered), or go without
//!   (a file to read).
//!
//! There is no call to make a socket at all: the one that listens is made before.

use std::collections::BTreeMap;

use libc::{c_int, c_long};
use seccompiler::{
    apply_filter, BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
    SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::HardeningError;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Allowed with any argument.
const ALLOWED: &[c_long] = &[
    // Descriptors that are open already.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    // Connections to the socket that listens.
    libc::SYS_accept4,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_shutdown,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    // Waiting.
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_ppoll,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_restart_syscall,
    // Memory; nothing unlocks it.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Threads and signals.
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Keys.
    libc::SYS_getrandom,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// Kills, whatever the arguments.
const KILLING: &[c_long] = &[
    // Other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    // Other processes, and this one's memory from outside.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_perf_event_open,
    // Connections that it makes itself, and ways around this filter.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    // Files by another way than their name.
    libc::SYS_open_by_handle_at,
    libc::SYS_memfd_create,
    // The machine.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
];

/// Only the listed calls, for this thread and all it starts.
///
/// # Errors
/// The kernel has no filters, or the processor is not known.
pub fn forbid_calls() -> Result<(), HardeningError> {
    let killing = SeccompFilter::new(
        killing()?,
        SeccompAction::Allow,
        SeccompAction::KillProcess,
        architecture()?,
    );
    let allowed = SeccompFilter::new(
        allowed()?,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        SeccompAction::Allow,
        architecture()?,
    );
    // In this order: the second forbids to add a filter.
    for filter in [killing, allowed] {
        let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(backend)?;
        apply_filter(&program)?;
    }
    Ok(())
}

fn backend(error: BackendError) -> HardeningError {
    HardeningError::Calls(seccompiler::Error::Backend(error))
}

fn architecture() -> Result<TargetArch, HardeningError> {
    TargetArch::try_from(std::env::consts::ARCH).map_err(backend)
}

fn killing() -> Result<Rules, HardeningError> {
    let mut rules = always(KILLING);
    // A file to write: the enclave has no disk.
    let writing = [libc::O_WRONLY, libc::O_RDWR]
        .map(|mode| masked(libc::O_ACCMODE, mode))
        .map(|how| only(argument(2, how.0, how.1)));
    rules.insert(libc::SYS_openat, collect(writing)?);
    #[cfg(target_arch = "x86_64")]
    {
        let writing = [libc::O_WRONLY, libc::O_RDWR]
            .map(|mode| masked(libc::O_ACCMODE, mode))
            .map(|how| only(argument(1, how.0, how.1)));
        rules.insert(libc::SYS_open, collect(writing)?);
    }
    Ok(rules)
}

fn allowed() -> Result<Rules, HardeningError> {
    let mut rules = always(ALLOWED);
    // Threads, not processes.
    let thread = libc::CLONE_VM | libc::CLONE_SIGHAND | libc::CLONE_THREAD;
    let (operator, value) = masked(thread, thread);
    rules.insert(libc::SYS_clone, collect([only(argument(0, operator, value))])?);
    // Memory, not code.
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let (operator, value) = masked(libc::PROT_EXEC, 0);
        rules.insert(call, collect([only(argument(2, operator, value))])?);
    }
    let one_of = |call, index, values: &[u64]| {
        let rule = |value: &u64| only(argument(index, SeccompCmpOp::Eq, *value));
        Ok::<_, HardeningError>((call, collect(values.iter().map(rule))?))
    };
    rules.extend([
        // Names of threads.
        one_of(libc::SYS_prctl, 0, &[bits(libc::PR_SET_NAME)])?,
        // How the runtime hears of signals: a pair that leads nowhere else.
        one_of(libc::SYS_socketpair, 0, &[bits(libc::AF_UNIX)])?,
        // TCP_NODELAY.
        one_of(libc::SYS_setsockopt, 1, &[bits(libc::IPPROTO_TCP)])?,
        one_of(libc::SYS_ioctl, 1, &[libc::FIONBIO])?,
        one_of(
            libc::SYS_fcntl,
            1,
            &[libc::F_DUPFD_CLOEXEC, libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL]
                .map(bits),
        )?,
        // Aborting, and nobody else.
        one_of(libc::SYS_tgkill, 0, &[u64::from(std::process::id())])?,
    ]);
    Ok(rules)
}

fn always(calls: &[c_long]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

fn bits(value: c_int) -> u64 {
    u64::from(value.unsigned_abs())
}

fn masked(mask: c_int, value: c_int) -> (SeccompCmpOp, u64) {
    (SeccompCmpOp::MaskedEq(bits(mask)), bits(value))
}

/// What is compared lies in the lower 32 bits, and of most arguments the kernel reads no others.
fn argument(
    index: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)
}

fn only(condition: Result<SeccompCondition, BackendError>) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![condition?])
}

fn collect(
    rules: impl IntoIterator<Item = Result<SeccompRule, BackendError>>,
) -> Result<Vec<SeccompRule>, HardeningError> {
    rules.into_iter().collect::<Result<_, _>>().map_err(backend)
}
