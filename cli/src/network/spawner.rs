//! One thread from which all children are started.
//!
//! The kernel sends the signal of `PR_SET_PDEATHSIG` when the *thread* that forked ends. Threads of
//! an asynchronous runtime come and go; this one lives as long as the network.

use std::{
    io,
    os::unix::process::CommandExt,
    process::{Child, Command},
    sync::{mpsc, Mutex},
    thread::JoinHandle,
};

use super::NetworkError;

type Job = (Command, mpsc::SyncSender<io::Result<Child>>);

/// Starts children that end with it.
pub(super) struct Spawner {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Spawner {
    pub(super) fn start() -> Result<Self, NetworkError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("spawner".to_owned())
            .spawn(move || {
                for (mut command, answer) in queue {
                    // Whoever asked may have gone; the child goes with the handle then.
                    let _ = answer.send(command.spawn());
                }
            })
            .map_err(|source| NetworkError::Spawn { name: "spawner".to_owned(), source })?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Some(thread) })
    }

    /// Starts a child in a process group of its own, so that an interrupt typed at the terminal
    /// reaches only the parent, which ends the others in order.
    pub(super) fn spawn(&self, mut command: Command) -> io::Result<Child> {
        let parent = std::process::id();
        command.process_group(0);
        // SAFETY: between fork and exec only `prctl` and `getppid` are called, which are
        // async-signal-safe and touch no memory of this process.
        #[allow(unsafe_code)]
        unsafe {
            command.pre_exec(move || die_with(parent));
        }
        let gone = || io::Error::other("the network is shutting down");
        let (answer, child) = mpsc::sync_channel(1);
        let jobs = self.jobs.lock().map_err(|_| gone())?;
        jobs.as_ref().ok_or_else(gone)?.send((command, answer)).map_err(|_| gone())?;
        child.recv().map_err(|_| gone())?
    }
}

impl Drop for Spawner {
    fn drop(&mut self) {
        if let Ok(mut jobs) = self.jobs.lock() {
            *jobs = None;
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Has the kernel kill this process when its parent ends.
fn die_with(parent: u32) -> io::Result<()> {
    let signal = libc::SIGKILL as libc::c_ulong;
    // SAFETY: `prctl` with these arguments only sets an attribute of this process.
    #[allow(unsafe_code)]
    let set = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal) };
    if set != 0 {
        return Err(io::Error::last_os_error());
    }
    // The parent may have ended before the attribute was set.
    if std::os::unix::process::parent_id() == parent {
        Ok(())
    } else {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn children_end_with_the_spawner() {
        let spawner = Spawner::start().expect("starts");
        let mut command = Command::new("sleep");
        command.arg("600");
        let mut child = spawner.spawn(command).expect("spawned");
        assert!(child.try_wait().expect("waits").is_none());
        drop(spawner);
        let deadline = Instant::now() + Duration::from_secs(5);
        while child.try_wait().expect("waits").is_none() {
            assert!(Instant::now() < deadline, "the child outlived its parent");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
