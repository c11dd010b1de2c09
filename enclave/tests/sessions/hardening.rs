//! What the process gives up at its start: seen from outside on the real one, and tried from inside.

use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, thread};

use nix::{
    libc::{ENOSYS, EPERM},
    sys::resource::{getrlimit, setrlimit, Resource},
};
use seccompiler::{apply_filter, BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use crate::{process::Process, world::*};

const PROGRAM: &str = env!("CARGO_BIN_EXE_regent-enclave");

/// A field of `/proc/PID/status`, of a process or of one of its threads.
fn status(of: &str, field: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{of}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_thread_of_the_process_is_restricted() {
    let process = Process::start(&[]);
    let world = World::new().await;
    // With the threads that work brings.
    let body = world.enrolment(regent_primitives::Algorithm::Ed25519, world.tree());
    process.client().open(&world.open_for(&body)).await.unwrap();
    let pid = process.child.id();
    let own_filters: u32 = status("self", "Seccomp_filters").parse().unwrap();
    let threads: Vec<_> = fs::read_dir(format!("/proc/{pid}/task")).unwrap().collect();
    assert!(threads.len() >= 3, "{} threads", threads.len());
    for thread in threads {
        let thread = format!("{pid}/task/{}", thread.unwrap().file_name().to_str().unwrap());
        assert_eq!(status(&thread, "Seccomp"), "2");
        let filters: u32 = status(&thread, "Seccomp_filters").parse().unwrap();
        assert_eq!(filters, own_filters + 2);
        assert_eq!(status(&thread, "NoNewPrivs"), "1");
    }
}

#[test]
fn the_process_writes_no_core() {
    // As where cores are wanted.
    let (_, hard) = getrlimit(Resource::RLIMIT_CORE).unwrap();
    setrlimit(Resource::RLIMIT_CORE, hard, hard).unwrap();
    let process = Process::start(&[]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", process.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let values: Vec<_> = core.split_whitespace().rev().skip(1).take(2).collect();
    assert_eq!(values, ["0", "0"]);
}

#[test]
fn memory_is_locked_or_the_process_does_not_start() {
    match Process::listening(Process::command(PROGRAM).spawn().unwrap()) {
        Ok(process) => {
            let locked = status(&process.child.id().to_string(), "VmLck");
            let kilobytes: u64 = locked.strip_suffix(" kB").unwrap().parse().unwrap();
            assert!(kilobytes > 0);
            assert!(!process.first_log.contains("not hardened"), "{}", process.first_log);
        }
        Err(log) => assert!(log.contains("raise RLIMIT_MEMLOCK"), "{log}"),
    }
}

/// Root owns what is under `/proc/PID` of a process that may not be dumped, so that its own user can
/// neither read its memory nor attach to it.
#[test]
fn its_own_user_cannot_reach_its_memory() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    const NOBODY: u32 = 65_534;
    let am_root = nix::unistd::geteuid().is_root();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("regent-enclave");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(PROGRAM, &copy).unwrap();
    let mut command = Process::command(copy.to_str().unwrap());
    command.arg("--insecure-development");
    if am_root {
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
    }
    let process = Process::listening(command.spawn().unwrap()).unwrap();
    let pid = process.child.id();
    assert!(!status(&pid.to_string(), "Uid").starts_with("0\t"));
    assert_eq!(fs::metadata(format!("/proc/{pid}/mem")).unwrap().uid(), 0);
}

/// Starts the process on a kernel that answers this call with that error.
fn start_without(call: i64, errno: i32, more: &'static [&'static str]) -> Result<Process, String> {
    let spawn = move || {
        let filter = SeccompFilter::new(
            BTreeMap::from([(call, Vec::new())]),
            SeccompAction::Allow,
            SeccompAction::Errno(errno.unsigned_abs()),
            TargetArch::try_from(std::env::consts::ARCH).unwrap(),
        );
        let program: BpfProgram = filter.unwrap().try_into().unwrap();
        // For this thread and the child alone.
        apply_filter(&program).unwrap();
        Process::command(PROGRAM).args(more).spawn().unwrap()
    };
    Process::listening(thread::spawn(spawn).join().unwrap())
}

#[test]
fn a_kernel_that_lacks_a_protection_is_refused_and_only_warned_of_in_development() {
    use nix::libc::{SYS_landlock_create_ruleset, SYS_mlockall, SYS_seccomp};
    let development = &["--insecure-development"];
    // Other protections may be lacking as well, where the tests run: development goes on past them.
    for (call, errno, words) in [
        (SYS_mlockall, EPERM, "RLIMIT_MEMLOCK"),
        (SYS_landlock_create_ruleset, ENOSYS, "run Linux 6.7 or newer with `landlock`"),
        (SYS_seccomp, ENOSYS, "run Linux 4.14 or newer with CONFIG_SECCOMP_FILTER"),
    ] {
        let log = start_without(call, errno, &[]).err().unwrap();
        assert!(log.contains(words) || log.contains("RLIMIT_MEMLOCK"), "{log}");
        let log = start_without(call, errno, development).unwrap().first_log.clone();
        assert!(log.contains(words) && log.contains("not hardened, development only"), "{log}");
    }
}
