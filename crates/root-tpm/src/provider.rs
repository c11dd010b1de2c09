//! The provider.

use codec::{Decode, DecodeAll, Encode};
use regent_protocol::root_store::{Passphrase, RootProvider, RootStoreError, SealedState};
use zeroize::Zeroizing;

use crate::{
    connection::{Connection, DeviceId},
    nv_index::NvIndex,
    secret::{OwnerAuth, Secret},
    slot::{random, Slot, Step},
    Location, TpmError,
};

/// The provider's name, in configurations and in the header of what it sealed.
pub const NAME: &str = "tpm";

/// What a sealed state carries for its TPM. Not secret.
#[derive(Clone, Copy, Debug, Encode, Decode)]
struct Parameters {
    device: DeviceId,
    index: u32,
    step: Step,
}

/// Seals under a key that one NV index of a TPM holds and replaces at every generation: see the
/// crate's documentation.
pub struct TpmProvider {
    location: Location,
    secret: Secret,
    device: DeviceId,
    /// None after the TPM was lost, until it answers again.
    index: Option<NvIndex>,
    /// What the index holds, as this process knows.
    current: Slot,
    pending: Option<Slot>,
}

impl TpmProvider {
    /// For a new state: makes the NV index and draws its first key. An index that an interrupted
    /// `create` left behind is taken over; one with a state behind it never is.
    ///
    /// # Errors
    /// [`TpmError`] says what to change.
    pub fn create(
        location: Location,
        passphrase: &Passphrase,
        owner: Option<&OwnerAuth>,
    ) -> Result<Self, TpmError> {
        let number = location.index;
        let connection = Connection::open(&location.tcti)?;
        let device = *connection.id();
        let secret = Secret::stretch(passphrase, &device, number)?;
        let mut index = match NvIndex::find(connection, number)? {
            Ok(mut index) => {
                index.authorise(&secret)?;
                if let Some(slot) = index.read()?.filter(|slot| slot.generation() > 0) {
                    let generation = slot.generation();
                    return Err(TpmError::Taken { index: number, generation });
                }
                index
            }
            Err(connection) => {
                let mut index = NvIndex::define(connection, number, &secret, owner)?;
                index.authorise(&secret)?;
                index
            }
        };
        let current = Slot::first()?;
        index.write(&current)?;
        Ok(Self { location, secret, device, index: Some(index), current, pending: None })
    }

    /// For a state on disk.
    ///
    /// # Errors
    /// [`TpmError`] says whether it is another TPM, one that was cleared, another passphrase, or none
    /// that answers. Whether the state is the newest shows when it is opened.
    pub fn unlock(
        location: Location,
        passphrase: &Passphrase,
        sealed: &SealedState,
    ) -> Result<Self, TpmError> {
        sealed.check_header(NAME)?;
        let parameters = parameters(sealed)?;
        if parameters.index != location.index {
            let (configured, sealed) = (location.index, parameters.index);
            return Err(TpmError::OtherIndex { configured, sealed });
        }
        let device = parameters.device;
        let connection = connect(&location, &device)?;
        let secret = Secret::stretch(passphrase, &device, location.index)?;
        let mut index = open(connection, &location, &secret)?;
        let current = index.held()?;
        Ok(Self { location, secret, device, index: Some(index), current, pending: None })
    }

    /// Removes the NV index of a location, whatever it holds: what was sealed with it is lost for
    /// good. Returns whether there was one.
    ///
    /// # Errors
    /// [`TpmError`] if it is not an agent's, or the owner's authorisation is another.
    pub fn remove(location: &Location, owner: Option<&OwnerAuth>) -> Result<bool, TpmError> {
        let connection = Connection::open(&location.tcti)?;
        match NvIndex::find(connection, location.index)? {
            Ok(index) => index.remove(owner).map(|()| true),
            Err(_) => Ok(false),
        }
    }

    /// What the index holds. If the connection fails, over a new one: the TPM was restarted, or the
    /// machine slept.
    fn read(&mut self) -> Result<Slot, TpmError> {
        if let Some(index) = &mut self.index {
            match index.held() {
                Err(TpmError::Command { .. }) => {}
                answer => return answer,
            }
        }
        let mut index = self.reconnect()?;
        let found = index.held()?;
        self.index = Some(index);
        Ok(found)
    }

    /// Puts the next slot in the place of the current one.
    fn advance(&mut self, next: &Slot) -> Result<(), TpmError> {
        if let Some(index) = &mut self.index {
            match index.write(next) {
                Err(TpmError::Command { .. }) => {}
                answer => return answer,
            }
        }
        let mut index = self.reconnect()?;
        // Whether it was written is not known, and writing it twice wears the TPM.
        let found = index.held()?;
        if !found.is(next) {
            self.check_current(&found)?;
            index.write(next)?;
        }
        self.index = Some(index);
        Ok(())
    }

    fn reconnect(&mut self) -> Result<NvIndex, TpmError> {
        // Ended before the next begins: a TPM without a resource manager serves one at a time.
        self.index = None;
        let connection = connect(&self.location, &self.device)?;
        open(connection, &self.location, &self.secret)
    }

    fn check_current(&self, found: &Slot) -> Result<(), TpmError> {
        if found.is(&self.current) {
            return Ok(());
        }
        let (found, expected) = (found.generation(), self.current.generation());
        Err(TpmError::Replaced { index: self.location.index, found, expected })
    }
}

impl RootProvider for TpmProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rollback_protected(&self) -> bool {
        true
    }

    fn current_generation(&self) -> Result<Option<u64>, RootStoreError> {
        Ok(Some(self.current.generation()))
    }

    /// Asks the TPM first: one that is away, or that another process advanced, leaves the disk as it
    /// is.
    fn seal(&mut self, generation: u64, state: &[u8]) -> Result<SealedState, RootStoreError> {
        let found = self.read()?;
        self.check_current(&found)?;
        let mut step = [0; 32];
        random(&mut step)?;
        let next = self.current.next(&step)?;
        if next.generation() != generation {
            let (envelope, inside) = (next.generation(), generation);
            return Err(RootStoreError::GenerationMismatch { envelope, inside });
        }
        let parameters = Parameters { device: self.device, index: self.location.index, step };
        let key = next.sealing_key(&self.secret)?;
        let sealed = SealedState::seal(&key, NAME, parameters.encode(), generation, state)?;
        self.pending = Some(next);
        Ok(sealed)
    }

    fn open(&mut self, sealed: &SealedState) -> Result<Zeroizing<Vec<u8>>, RootStoreError> {
        if sealed.generation() == self.current.generation() {
            let key = self.current.sealing_key(&self.secret)?;
            return sealed.open(&key, NAME);
        }
        // Durable, and not committed before a crash.
        sealed.check_header(NAME)?;
        let next = self.current.next(&parameters(sealed)?.step)?;
        let key = next.sealing_key(&self.secret)?;
        let state = sealed.open(&key, NAME)?;
        self.pending = Some(next);
        Ok(state)
    }

    fn commit(&mut self, generation: u64) -> Result<(), RootStoreError> {
        let Some(next) = self.pending.take_if(|next| next.generation() == generation) else {
            return Err(RootStoreError::Provider(format!("generation {generation} is not sealed")));
        };
        if let Err(error) = self.advance(&next) {
            self.pending = Some(next);
            return Err(error.into());
        }
        // The former key goes here, from memory as from the TPM.
        self.current = next;
        Ok(())
    }
}

fn parameters(sealed: &SealedState) -> Result<Parameters, RootStoreError> {
    Parameters::decode_all(&mut sealed.parameters())
        .map_err(|_| RootStoreError::Damaged("its TPM parameters cannot be read"))
}

/// Connects to the TPM of this id.
fn connect(location: &Location, device: &DeviceId) -> Result<Connection, TpmError> {
    let connection = Connection::open(&location.tcti)?;
    if connection.id() == device {
        Ok(connection)
    } else {
        Err(TpmError::OtherTpm { tcti: location.tcti.to_string() })
    }
}

/// The index there must be.
fn open(connection: Connection, location: &Location, secret: &Secret) -> Result<NvIndex, TpmError> {
    let index = location.index;
    let mut found = NvIndex::find(connection, index)?.map_err(|_| TpmError::Cleared { index })?;
    found.authorise(secret)?;
    Ok(found)
}
