//! A connection to a TPM. With [`crate::nv_index`] the only place that knows the native library.

use codec::{Decode, Encode};
use sha2::{Digest, Sha256};
use tss_esapi::{
    abstraction::{ek, DefaultKey},
    attributes::SessionAttributesBuilder,
    constants::{CapabilityType, SessionType},
    handles::ObjectHandle,
    interface_types::{
        algorithm::{AsymmetricAlgorithm, HashingAlgorithm},
        session_handles::AuthSession,
    },
    structures::{CapabilityData, SymmetricDefinition},
    Context,
};

use crate::{
    error::{command, reason},
    Tcti, TpmError,
};

/// Which TPM: SHA-256 of its endorsement key's name, which a clear of the TPM does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct DeviceId([u8; 32]);

/// A connection, with a session under which every command is authenticated and its secrets are
/// encrypted between this process and the TPM.
pub(crate) struct Connection {
    pub(crate) context: Context,
    session: AuthSession,
    id: DeviceId,
}

impl Connection {
    /// Connects. The session is salted to the endorsement key: who listens on the bus learns nothing.
    pub(crate) fn open(tcti: &Tcti) -> Result<Self, TpmError> {
        let unreachable = |reason: String| TpmError::Unreachable { tcti: tcti.to_string(), reason };
        let configuration =
            tcti.configuration().ok_or_else(|| unreachable("no such place".to_owned()))?;
        let mut context =
            Context::new(configuration).map_err(|error| unreachable(reason(error)))?;
        if tcti.is_software() {
            forget_leftovers(&mut context).map_err(command("forget what was left in it"))?;
        }
        let key = ek::create_ek_object(&mut context, AsymmetricAlgorithm::Ecc, DefaultKey)
            .map_err(command("derive its endorsement key"))?;
        let name = context.tr_get_name(key.into()).map_err(command("name its endorsement key"))?;
        let id = DeviceId(Sha256::digest(name.value()).into());
        let session = context
            .start_auth_session(
                Some(key),
                None,
                None,
                SessionType::Hmac,
                SymmetricDefinition::AES_128_CFB,
                HashingAlgorithm::Sha256,
            )
            .map_err(command("start a session"))?
            .ok_or_else(|| unreachable("it starts no session".to_owned()))?;
        context.flush_context(ObjectHandle::from(key)).map_err(command("forget a handle"))?;
        let (attributes, mask) = SessionAttributesBuilder::new()
            .with_continue_session(true)
            .with_decrypt(true)
            .with_encrypt(true)
            .build();
        context
            .tr_sess_set_attributes(session, attributes, mask)
            .map_err(command("encrypt a session"))?;
        Ok(Self { context, session, id })
    }

    pub(crate) const fn id(&self) -> &DeviceId {
        &self.id
    }

    /// Runs a command under the session.
    pub(crate) fn secured<R>(
        &mut self,
        run: impl FnOnce(&mut Context) -> Result<R, tss_esapi::Error>,
    ) -> Result<R, tss_esapi::Error> {
        self.context.execute_with_session(Some(self.session), run)
    }
}

/// The first handles of loaded sessions and of transient objects.
const LEFTOVERS: [u32; 2] = [0x0200_0000, 0x8000_0000];
/// More than a TPM has room for.
const MANY: u32 = 64;

/// Forgets what a process left that was killed. A software TPM has no resource manager to do it, and
/// room for three sessions; nobody else speaks to it while this process does.
fn forget_leftovers(context: &mut Context) -> Result<(), tss_esapi::Error> {
    for first in LEFTOVERS {
        let (data, _) = context.get_capability(CapabilityType::Handles, first, MANY)?;
        let CapabilityData::Handles(handles) = data else { continue };
        for handle in handles.iter() {
            let left = context.tr_from_tpm_public(*handle)?;
            context.flush_context(left)?;
        }
    }
    Ok(())
}
