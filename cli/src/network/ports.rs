//! Free TCP ports of this machine.

use std::{io, net::TcpListener};

use super::{NetworkError, NetworkFile};

/// Tries to find two free ports side by side.
const ATTEMPTS: usize = 100;

/// Hands out ports: those a network had before, so that endpoints on chain stay true, or free ones.
pub(super) struct Ports {
    before: Option<NetworkFile>,
    // Held until the plan is made, so that no port is handed out twice.
    held: Vec<TcpListener>,
}

impl Ports {
    pub(super) fn new(before: Option<&NetworkFile>) -> Self {
        Self { before: before.cloned(), held: Vec::new() }
    }

    /// The port a URL of the former network had.
    pub(super) fn former(&self, url: impl Fn(&NetworkFile) -> Option<&String>) -> Option<u16> {
        let url = url(self.before.as_ref()?)?;
        url.trim_end_matches('/').rsplit_once(':')?.1.parse().ok()
    }

    /// This port, or a free one.
    pub(super) fn take(&mut self, wanted: Option<u16>) -> Result<u16, NetworkError> {
        if let Some(port) = wanted {
            return Ok(port);
        }
        let spawn = |source| NetworkError::Spawn { name: "a free port".to_owned(), source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(spawn)?;
        let port = listener.local_addr().map_err(spawn)?.port();
        self.held.push(listener);
        Ok(port)
    }

    /// A free port whose next one is free too.
    pub(super) fn take_two(&mut self) -> Result<u16, NetworkError> {
        let mut refused = io::Error::from(io::ErrorKind::AddrInUse);
        for _ in 0..ATTEMPTS {
            let port = self.take(None)?;
            match port.checked_add(1).map(|next| TcpListener::bind(("127.0.0.1", next))) {
                Some(Ok(listener)) => {
                    self.held.push(listener);
                    return Ok(port);
                }
                Some(Err(error)) => refused = error,
                None => {}
            }
        }
        Err(NetworkError::Spawn { name: "two free ports".to_owned(), source: refused })
    }
}
