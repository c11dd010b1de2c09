//! What holds the key under which the agent's state rests.

use regent_root_tpm::{Location, Tcti};
use serde::Deserialize;

use super::{ConfigError, PassphraseSource};

/// The NV index unless another is configured: one of those that the TCG leaves to owners.
const NV_INDEX: u32 = 0x0180_5247;

/// The root provider.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootConfig {
    /// Which.
    #[serde(default)]
    pub provider: RootKind,
    /// Where the TPM is.
    #[serde(default)]
    pub tcti: Option<String>,
    /// Which of the TPM's NV indices is this agent's.
    #[serde(default)]
    pub nv_index: Option<u32>,
    /// Authorisation of the TPM's owner hierarchy, if it has one.
    #[serde(default)]
    pub owner_auth: Option<PassphraseSource>,
}

/// Kinds of root providers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RootKind {
    /// The passphrase alone.
    #[default]
    Passphrase,
    /// A TPM 2.0, with the passphrase beside it.
    Tpm,
}

impl RootConfig {
    /// Where the TPM is, if it is one.
    ///
    /// # Errors
    /// [`ConfigError`] names the field.
    pub fn tpm(&self) -> Result<Option<Location>, ConfigError> {
        if self.provider != RootKind::Tpm {
            return Ok(None);
        }
        let found = self.tcti.as_deref().unwrap_or("missing");
        let tcti: Tcti = found.parse().map_err(|_| ConfigError::Value {
            key: "root.tcti",
            found: found.to_owned(),
            expected: "device:/dev/tpmrm0, or swtpm:host=127.0.0.1,port=2321 in development",
        })?;
        let index = self.nv_index.unwrap_or(NV_INDEX);
        let location = Location::new(tcti, index).map_err(|_| ConfigError::Value {
            key: "root.nv_index",
            found: format!("{index:#010x}"),
            expected: "0x01000000 to 0x01ffffff, the indices of a TPM's owner",
        })?;
        Ok(Some(location))
    }

    pub(super) fn check(&self, development: bool) -> Result<(), ConfigError> {
        let Some(location) = self.tpm()? else {
            let unused = [
                ("root.tcti", self.tcti.is_some()),
                ("root.nv_index", self.nv_index.is_some()),
                ("root.owner_auth", self.owner_auth.is_some()),
            ];
            return match unused.into_iter().find(|(_, given)| *given) {
                Some((key, _)) => Err(ConfigError::Value {
                    key,
                    found: "set".into(),
                    expected: "root.provider = \"tpm\" beside it",
                }),
                None => Ok(()),
            };
        };
        // Its memory is a file: whoever restores the disk can restore it too.
        if location.tcti().is_software() && !development {
            return Err(ConfigError::Insecure { key: "a software TPM in root.tcti" });
        }
        Ok(())
    }
}
