//! What keeps a TPM from being an agent's root provider, and what to do about it.

use regent_protocol::root_store::RootStoreError;

/// Why the TPM cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TpmError {
    /// Nothing answers.
    #[error(
        "no TPM answers at root.tcti {tcti:?} ({reason}): see that it is there, not in use by \
         another process, and open to this user; the agent's state is untouched"
    )]
    Unreachable {
        /// Where it was looked for.
        tcti: String,
        /// Why.
        reason: String,
    },
    /// Another TPM than the one that sealed the state.
    #[error(
        "the TPM at root.tcti {tcti:?} is not the one this agent's state was sealed with: name that \
         one, or enrol this agent anew under a new identity"
    )]
    OtherTpm {
        /// Where it was looked for.
        tcti: String,
    },
    /// Another index than the one that was sealed with.
    #[error(
        "root.nv_index is {configured:#010x}, but this agent's state was sealed with {sealed:#010x}: \
         configure that one"
    )]
    OtherIndex {
        /// In the configuration.
        configured: u32,
        /// In the sealed state's header.
        sealed: u32,
    },
    /// The key is gone.
    #[error(
        "the TPM holds no key at NV index {index:#010x} any more: it was cleared, or the index was \
         removed. Nothing can open this agent's state again: move its folder away, run `regent-agent \
         init`, and have the new identity take its place by a reshare"
    )]
    Cleared {
        /// The index.
        index: u32,
    },
    /// The index belongs to something else.
    #[error(
        "NV index {index:#010x} of this TPM was not made by this agent ({reason}): choose another \
         root.nv_index"
    )]
    Foreign {
        /// The index.
        index: u32,
        /// How that shows.
        reason: &'static str,
    },
    /// There is a key for a state that is not here.
    #[error(
        "NV index {index:#010x} protects generation {generation} of an agent's state that is not in \
         this folder: put that state back, choose another root.nv_index, or destroy it for good \
         with `regent-agent remove-root`"
    )]
    Taken {
        /// The index.
        index: u32,
        /// The generation in it.
        generation: u64,
    },
    /// The index asks for another authorisation.
    #[error(
        "the TPM refuses the passphrase for NV index {index:#010x}: state.passphrase is another one, \
         or the index belongs to another agent"
    )]
    Passphrase {
        /// The index.
        index: u32,
    },
    /// The owner hierarchy asks for an authorisation.
    #[error(
        "the TPM's owner hierarchy asks for an authorisation, and root.owner_auth is {found}: name a \
         file with the right one"
    )]
    OwnerAuth {
        /// What was tried.
        found: &'static str,
    },
    /// Somebody else wrote the index.
    #[error(
        "NV index {index:#010x} holds generation {found}, not the {expected} this process left there: \
         another process works with a copy of this agent's state. Stop both, and start the one with \
         the newest state"
    )]
    Replaced {
        /// The index.
        index: u32,
        /// The generation in it.
        found: u64,
        /// The one it should hold.
        expected: u64,
    },
    /// A command failed.
    #[error("the TPM cannot {what}: {reason}")]
    Command {
        /// What it was asked to do.
        what: &'static str,
        /// What it answered.
        reason: String,
    },
    /// As any other provider.
    #[error(transparent)]
    Root(#[from] RootStoreError),
}

impl From<TpmError> for RootStoreError {
    fn from(error: TpmError) -> Self {
        match error {
            TpmError::Root(error) => error,
            error => Self::Provider(error.to_string()),
        }
    }
}

/// Says what a command was for.
pub(crate) fn command(what: &'static str) -> impl Fn(tss_esapi::Error) -> TpmError {
    move |error| TpmError::Command { what, reason: reason(error) }
}

/// What the library says of an error. It has no words for the codes of the way to a TPM.
pub(crate) fn reason(error: tss_esapi::Error) -> String {
    match error {
        tss_esapi::Error::Tss2Error(code) if code.kind().is_none() => {
            "the connection fails".to_owned()
        }
        error => error.to_string(),
    }
}
