//! Every forbidden thing, tried in a process of its own that has restricted itself as the enclave does.

use std::{
    env, fs,
    io::ErrorKind,
    net::{TcpListener, TcpStream},
    os::unix::process::ExitStatusExt,
    process::{Command, ExitStatus, Stdio},
};

use nix::libc;
use regent_enclave::hardening::{forbid_calls, forbid_files};

/// Tells a child what to try: `files`, or a call's number and arguments.
const TASK: &str = "REGENT_FORBIDDEN_TASK";
/// Exit code of a child whose call succeeded.
const SUCCEEDED: i32 = 200;

/// Runs this program again, to do nothing but [`child`] with this task.
fn try_in_child(task: &str) -> ExitStatus {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "forbidden::child", "--ignored", "--nocapture"])
        .env(TASK, task)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
}

fn call(number: i64, arguments: &[i64]) -> ExitStatus {
    let words = std::iter::once(&number).chain(arguments).map(i64::to_string);
    try_in_child(&words.collect::<Vec<_>>().join(" "))
}

#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn child() {
    let task = env::var(TASK).unwrap();
    if task == "files" {
        forbid_files().unwrap();
        files_and_ports_are_out_of_reach();
        std::process::exit(SUCCEEDED);
    }
    let words: Vec<libc::c_long> = task.split(' ').map(|word| word.parse().unwrap()).collect();
    let argument = |at: usize| words.get(at).copied().unwrap_or_default();
    forbid_calls().unwrap();
    // SAFETY: a call that is let through gets null, closed descriptors, or the few arguments the
    // tests give, none of which names memory of this process; it ends right after.
    #[allow(unsafe_code)]
    let answer = unsafe {
        libc::syscall(
            argument(0),
            argument(1),
            argument(2),
            argument(3),
            argument(4),
            argument(5),
            0,
        )
    };
    let errno = nix::errno::Errno::last_raw();
    std::process::exit(if answer < 0 { errno } else { SUCCEEDED });
}

fn files_and_ports_are_out_of_reach() {
    let denied = |kind: Result<ErrorKind, &str>| assert_eq!(kind, Ok(ErrorKind::PermissionDenied));
    let failure =
        |result: Result<(), std::io::Error>| result.map_err(|e| e.kind()).err().ok_or("no");
    denied(failure(fs::read("/etc/hostname").map(drop)));
    denied(failure(fs::read("/proc/self/status").map(drop)));
    denied(failure(fs::read_dir("/").map(drop)));
    denied(failure(fs::write("/tmp/regent-forbidden", "secret")));
    denied(failure(fs::create_dir("/tmp/regent-forbidden")));
    denied(failure(fs::File::options().append(true).open("/dev/null").map(drop)));
    denied(failure(Command::new("/bin/true").status().map(drop)));
    denied(failure(TcpListener::bind("127.0.0.1:0").map(drop)));
    denied(failure(TcpStream::connect("127.0.0.1:9").map(drop)));
}

#[test]
fn files_and_ports_are_refused() {
    assert_eq!(try_in_child("files").code(), Some(SUCCEEDED));
}

#[test]
fn what_only_an_intruder_asks_for_kills() {
    let write = i64::from(libc::O_WRONLY | libc::O_CREAT);
    let change = i64::from(libc::O_RDWR);
    let calls: &[(&str, i64, &[i64])] = &[
        ("execve", libc::SYS_execve, &[]),
        ("execveat", libc::SYS_execveat, &[]),
        ("ptrace", libc::SYS_ptrace, &[]),
        ("process_vm_readv", libc::SYS_process_vm_readv, &[]),
        ("process_vm_writev", libc::SYS_process_vm_writev, &[]),
        ("perf_event_open", libc::SYS_perf_event_open, &[]),
        ("socket, inet", libc::SYS_socket, &[libc::AF_INET.into(), libc::SOCK_STREAM.into()]),
        ("socket, inet6", libc::SYS_socket, &[libc::AF_INET6.into(), libc::SOCK_STREAM.into()]),
        ("socket, unix", libc::SYS_socket, &[libc::AF_UNIX.into(), libc::SOCK_STREAM.into()]),
        ("socket, netlink", libc::SYS_socket, &[libc::AF_NETLINK.into(), libc::SOCK_RAW.into()]),
        ("socket, packet", libc::SYS_socket, &[libc::AF_PACKET.into(), libc::SOCK_RAW.into()]),
        ("connect", libc::SYS_connect, &[-1]),
        ("bind", libc::SYS_bind, &[-1]),
        ("listen", libc::SYS_listen, &[-1]),
        ("io_uring_setup", libc::SYS_io_uring_setup, &[]),
        ("bpf", libc::SYS_bpf, &[]),
        ("userfaultfd", libc::SYS_userfaultfd, &[]),
        ("memfd_create", libc::SYS_memfd_create, &[]),
        ("unshare", libc::SYS_unshare, &[]),
        ("mount", libc::SYS_mount, &[]),
        ("openat to create", libc::SYS_openat, &[-1, 0, write]),
        ("openat to change", libc::SYS_openat, &[-1, 0, change]),
        #[cfg(target_arch = "x86_64")]
        ("open to change", libc::SYS_open, &[0, change]),
        #[cfg(target_arch = "x86_64")]
        ("creat", libc::SYS_creat, &[]),
        #[cfg(target_arch = "x86_64")]
        ("fork", libc::SYS_fork, &[]),
    ];
    for (name, number, arguments) in calls {
        let status = call(*number, arguments);
        assert_eq!(status.signal(), Some(libc::SIGSYS), "{name}: {status}");
        assert!(!status.core_dumped());
    }
}

#[test]
fn whatever_is_not_listed_is_refused() {
    let executable = i64::from(libc::PROT_READ | libc::PROT_EXEC);
    let private = i64::from(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    let calls: &[(&str, i64, &[i64])] = &[
        ("openat to read", libc::SYS_openat, &[-1, 0, i64::from(libc::O_RDONLY)]),
        ("openat2", libc::SYS_openat2, &[]),
        ("clone of a process", libc::SYS_clone, &[libc::SIGCHLD.into()]),
        ("clone3", libc::SYS_clone3, &[]),
        ("mmap of code", libc::SYS_mmap, &[0, 4_096, executable, private, -1]),
        ("mprotect to code", libc::SYS_mprotect, &[0, 0, executable]),
        ("prctl, dumpable", libc::SYS_prctl, &[libc::PR_SET_DUMPABLE.into(), 1]),
        ("prlimit64", libc::SYS_prlimit64, &[]),
        ("munlockall", libc::SYS_munlockall, &[]),
        ("socketpair, inet", libc::SYS_socketpair, &[libc::AF_INET.into()]),
        ("setsockopt, socket", libc::SYS_setsockopt, &[-1, libc::SOL_SOCKET.into()]),
        ("ioctl, terminal", libc::SYS_ioctl, &[0, i64::try_from(libc::TIOCSTI).unwrap()]),
        ("kill", libc::SYS_kill, &[1, 0]),
        ("tgkill of another", libc::SYS_tgkill, &[1, 1, 0]),
        ("unlinkat", libc::SYS_unlinkat, &[-1]),
        ("seccomp", libc::SYS_seccomp, &[]),
        ("sendmsg", libc::SYS_sendmsg, &[-1]),
        // Not a call of any kernel.
        ("a later one", 100_000, &[]),
    ];
    for (name, number, arguments) in calls {
        let status = call(*number, arguments);
        assert_eq!(status.code(), Some(libc::ENOSYS), "{name}: {status}");
    }
}

#[test]
fn what_serving_needs_is_let_through() {
    let readable = i64::from(libc::PROT_READ | libc::PROT_WRITE);
    let private = i64::from(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    assert_eq!(call(libc::SYS_getpid, &[]).code(), Some(SUCCEEDED));
    assert_eq!(call(libc::SYS_mmap, &[0, 4_096, readable, private, -1]).code(), Some(SUCCEEDED));
    assert_eq!(call(libc::SYS_accept4, &[-1]).code(), Some(libc::EBADF));
    assert_eq!(call(libc::SYS_recvfrom, &[-1]).code(), Some(libc::EBADF));
}
