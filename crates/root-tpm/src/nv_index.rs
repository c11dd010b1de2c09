//! One NV index of a TPM: found, made, read, written, removed.

use tss_esapi::{
    attributes::{NvIndexAttributes, NvIndexAttributesBuilder},
    constants::{response_code::Tss2ResponseCodeKind, CapabilityType, NvIndexType},
    handles::{NvIndexHandle, NvIndexTpmHandle, ObjectHandle, TpmHandle},
    interface_types::{
        algorithm::HashingAlgorithm,
        resource_handles::{NvAuth, Provision},
    },
    structures::{Auth, CapabilityData, MaxNvBuffer, NvPublicBuilder},
};

use crate::{
    connection::Connection,
    error::command,
    secret::{OwnerAuth, Secret},
    slot::{Slot, SLOT_BYTES},
    TpmError,
};

/// An index of this agent, and the connection to its TPM.
pub(crate) struct NvIndex {
    connection: Connection,
    number: u32,
    handle: NvIndexHandle,
}

impl NvIndex {
    /// The index, if the TPM has it; otherwise the connection comes back.
    ///
    /// # Errors
    /// [`TpmError::Foreign`] if it has other attributes than this agent gives its own.
    pub(crate) fn find(
        mut connection: Connection,
        number: u32,
    ) -> Result<Result<Self, Connection>, TpmError> {
        let context = &mut connection.context;
        // Asked, not tried: a missing index is no failure of the native library, which would log one.
        let (data, _) = context
            .get_capability(CapabilityType::Handles, number, 1)
            .map_err(command("list its NV indices"))?;
        let wanted = tpm_handle(number)?;
        let there = matches!(data, CapabilityData::Handles(handles)
            if handles.first() == Some(&TpmHandle::NvIndex(wanted)));
        if !there {
            return Ok(Err(connection));
        }
        let handle = context
            .tr_from_tpm_public(wanted.into())
            .map(NvIndexHandle::from)
            .map_err(command("open its NV index"))?;
        let (public, _) =
            context.nv_read_public(handle).map_err(command("describe its NV index"))?;
        let foreign = |reason| TpmError::Foreign { index: number, reason };
        if public.data_size() != usize::from(SLOT_BYTES) {
            return Err(foreign("it has another size"));
        }
        // The TPM itself notes that it was written.
        let expected = attributes(public.attributes().written())?;
        if public.attributes() != expected {
            return Err(foreign("it has other attributes"));
        }
        Ok(Ok(Self { connection, number, handle }))
    }

    /// Makes the index. Nothing is in it yet.
    pub(crate) fn define(
        mut connection: Connection,
        number: u32,
        secret: &Secret,
        owner: Option<&OwnerAuth>,
    ) -> Result<Self, TpmError> {
        let public = NvPublicBuilder::new()
            .with_nv_index(tpm_handle(number)?)
            .with_index_name_algorithm(HashingAlgorithm::Sha256)
            .with_index_attributes(attributes(false)?)
            .with_data_area_size(SLOT_BYTES.into())
            .build()
            .map_err(command("describe an NV index"))?;
        let auth = authorisation(secret.authorisation())?;
        own(&mut connection, owner)?;
        let handle = connection
            .secured(|context| context.nv_define_space(Provision::Owner, Some(auth), public))
            .map_err(|error| owner_refused(error, owner, "make an NV index"))?;
        Ok(Self { connection, number, handle })
    }

    /// Removes the index and what it holds.
    pub(crate) fn remove(mut self, owner: Option<&OwnerAuth>) -> Result<(), TpmError> {
        let handle = self.handle;
        own(&mut self.connection, owner)?;
        self.connection
            .secured(|context| context.nv_undefine_space(Provision::Owner, handle))
            .map_err(|error| owner_refused(error, owner, "remove an NV index"))
    }

    /// Sets what reads and writes are authorised with.
    pub(crate) fn authorise(&mut self, secret: &Secret) -> Result<(), TpmError> {
        let auth = authorisation(secret.authorisation())?;
        self.connection
            .context
            .tr_set_auth(self.handle.into(), auth)
            .map_err(command("take an authorisation"))
    }

    /// What it holds; nothing if it was never written.
    pub(crate) fn read(&mut self) -> Result<Option<Slot>, TpmError> {
        let handle = self.handle;
        let read = self
            .connection
            .secured(|context| context.nv_read(NvAuth::NvIndex(handle), handle, SLOT_BYTES, 0));
        match read {
            Ok(bytes) => {
                let reason = "it holds something else";
                let foreign = TpmError::Foreign { index: self.number, reason };
                Slot::from_bytes(bytes.value()).map(Some).ok_or(foreign)
            }
            Err(error) if kind(error) == Some(Tss2ResponseCodeKind::NvUninitialized) => Ok(None),
            Err(error) => Err(self.refused(error, "read its NV index")),
        }
    }

    /// What it holds, where something must be.
    pub(crate) fn held(&mut self) -> Result<Slot, TpmError> {
        self.read()?.ok_or(TpmError::Cleared { index: self.number })
    }

    /// Puts a slot in the place of the one before, in one command.
    pub(crate) fn write(&mut self, slot: &Slot) -> Result<(), TpmError> {
        let handle = self.handle;
        let bytes = MaxNvBuffer::try_from(slot.to_bytes().as_slice())
            .map_err(command("take a generation's key"))?;
        self.connection
            .secured(|context| context.nv_write(NvAuth::NvIndex(handle), handle, bytes, 0))
            .map_err(|error| self.refused(error, "write its NV index"))
    }

    fn refused(&self, error: tss_esapi::Error, what: &'static str) -> TpmError {
        if is_authorisation(error) {
            TpmError::Passphrase { index: self.number }
        } else {
            command(what)(error)
        }
    }
}

/// Read and written with the index's own authorisation and nothing else. Wrong ones do not lock the
/// TPM: the authorisation is stretched and as long as a key.
fn attributes(written: bool) -> Result<NvIndexAttributes, TpmError> {
    NvIndexAttributesBuilder::new()
        .with_nv_index_type(NvIndexType::Ordinary)
        .with_auth_read(true)
        .with_auth_write(true)
        .with_no_da(true)
        .with_written(written)
        .build()
        .map_err(command("describe an NV index"))
}

fn tpm_handle(number: u32) -> Result<NvIndexTpmHandle, TpmError> {
    NvIndexTpmHandle::new(number).map_err(command("name an NV index"))
}

fn authorisation(bytes: &[u8]) -> Result<Auth, TpmError> {
    Auth::try_from(bytes).map_err(command("take an authorisation"))
}

/// Sets the owner's authorisation; without one it is empty.
fn own(connection: &mut Connection, owner: Option<&OwnerAuth>) -> Result<(), TpmError> {
    let auth = authorisation(owner.map_or(&[], OwnerAuth::as_bytes))?;
    connection
        .context
        .tr_set_auth(ObjectHandle::Owner, auth)
        .map_err(command("take an authorisation"))
}

fn owner_refused(
    error: tss_esapi::Error,
    owner: Option<&OwnerAuth>,
    what: &'static str,
) -> TpmError {
    if is_authorisation(error) {
        let found = if owner.is_some() { "another" } else { "not set" };
        TpmError::OwnerAuth { found }
    } else {
        command(what)(error)
    }
}

fn is_authorisation(error: tss_esapi::Error) -> bool {
    matches!(kind(error), Some(Tss2ResponseCodeKind::BadAuth | Tss2ResponseCodeKind::AuthFail))
}

fn kind(error: tss_esapi::Error) -> Option<Tss2ResponseCodeKind> {
    match error {
        tss_esapi::Error::Tss2Error(code) => code.kind(),
        tss_esapi::Error::WrapperError(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use regent_protocol::root_store::{Passphrase, RootProvider};

    use super::*;
    use crate::{
        swtpm::{Swtpm, INDEX},
        TpmProvider,
    };

    #[test]
    fn an_index_that_was_made_and_never_written_is_taken_over() {
        let mut tpm = Swtpm::start();
        let words = Passphrase::new(b"correct horse battery".to_vec().into()).expect("long");
        let connection = Connection::open(&tpm.tcti()).expect("connected");
        let secret = Secret::stretch(&words, connection.id(), INDEX).expect("stretched");
        let mut index = NvIndex::define(connection, INDEX, &secret, None).expect("made");
        index.authorise(&secret).expect("authorised");
        assert!(index.read().expect("answers").is_none());
        assert!(matches!(index.held().err(), Some(TpmError::Cleared { index: INDEX })));
        drop(index);
        tpm.start_again();
        let provider = TpmProvider::create(tpm.location(), &words, None).expect("taken over");
        assert_eq!(provider.current_generation().expect("known"), Some(0));
    }
}
