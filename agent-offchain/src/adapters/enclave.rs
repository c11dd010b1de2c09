//! Enclaves, by JSON-RPC over HTTP.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use regent_client::{EnclaveClient, EnclaveError};
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
            Ok(Err(error @ EnclaveError::Connection { .. })) => {
                Err(DeliverError::Unanswered(error.to_string()))
            }
            Ok(Err(error)) => Err(DeliverError::Refused(error.to_string())),
            Err(_) => Err(DeliverError::Unanswered(format!("nothing within {:?}", self.timeout))),
        }
    }
}
