//! Enclaves, by JSON-RPC over HTTP.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use regent_client::{EnclaveClient, EnclaveError, Remedy};
use regent_primitives::{
    enclave_api::{Delivery, DeliveryStatus},
    session::is_endpoint,
};

use crate::ports::{DeliverError, DeliverShare};

/// Enclaves to which connections are kept: few at a time.
const MAXIMUM_CLIENTS: usize = 32;

/// Delivers to whatever endpoint a session names.
pub struct Enclaves {
    timeout: Duration,
    clients: Mutex<HashMap<String, EnclaveClient>>,
}

impl Enclaves {
    /// With the longest time that one try may take.
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, clients: Mutex::default() }
    }

    /// The kept client of an endpoint, and whether it is new.
    fn client(&self, endpoint: &str) -> Result<(EnclaveClient, bool), DeliverError> {
        if !is_endpoint(endpoint.as_bytes()) {
            return Err(DeliverError::Refused(format!("{endpoint:?} is not an endpoint")));
        }
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(endpoint) {
            return Ok((client.clone(), false));
        }
        let client = EnclaveClient::new(endpoint)
            .map_err(|error| DeliverError::Refused(error.to_string()))?;
        if clients.len() >= MAXIMUM_CLIENTS {
            clients.clear();
        }
        clients.insert(endpoint.to_owned(), client.clone());
        Ok((client, true))
    }
}

/// Whether it helps to send the same again: a session that is full of what strangers sent makes room
/// once it is executed.
fn failure(error: &EnclaveError) -> DeliverError {
    if error.is_connection() || error.remedy() == Remedy::ExecuteAgain {
        DeliverError::Unanswered(error.to_string())
    } else {
        DeliverError::Refused(error.to_string())
    }
}

#[async_trait]
impl DeliverShare for Enclaves {
    async fn prepare(&self, endpoint: &str) {
        if let Ok((client, true)) = self.client(endpoint) {
            // Opens the connection that the share will take; what is answered does not matter.
            let _ = tokio::time::timeout(self.timeout, client.info()).await;
        }
    }

    async fn deliver(
        &self,
        endpoint: &str,
        delivery: &Delivery,
    ) -> Result<DeliveryStatus, DeliverError> {
        let (client, _) = self.client(endpoint)?;
        match tokio::time::timeout(self.timeout, client.deliver(delivery)).await {
            Ok(Ok(status)) => Ok(status),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(DeliverError::Unanswered(format!("nothing within {:?}", self.timeout))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of the enclave: unknown session, refused, too few shares, ended, no room.
    #[test]
    fn a_share_that_found_no_room_is_sent_again() {
        let sent_again = |code| {
            let error = EnclaveError::Refused { method: "deliver", code, reason: String::new() };
            matches!(failure(&error), DeliverError::Unanswered(_))
        };
        let codes = [-32_010, -32_011, -32_012, -32_013, -32_014];
        assert_eq!(codes.map(sent_again), [false, false, true, false, true]);
    }
}
