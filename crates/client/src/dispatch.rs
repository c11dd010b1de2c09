//! Why a transaction failed in its block.

use sp_core::H256;
use subxt::error::DispatchError;

/// A failed transaction. It is in a block, and has changed nothing there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispatchFailure {
    /// The block.
    pub block: H256,
    /// The pallet that failed it; none if the failure is no pallet's own.
    pub pallet: Option<String>,
    /// The error's name.
    pub name: String,
    /// The error's documentation: why it happens and how to avoid it.
    pub documentation: String,
}

impl std::fmt::Display for DispatchFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the chain refused the transaction: ")?;
        if let Some(pallet) = &self.pallet {
            write!(f, "{pallet}.")?;
        }
        f.write_str(&self.name)?;
        if self.documentation.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.documentation)
        }
    }
}

impl std::error::Error for DispatchFailure {}

impl DispatchFailure {
    pub(crate) fn of(block: H256, error: &DispatchError) -> Self {
        match error {
            DispatchError::Module(module) => match module.details() {
                Ok(details) => Self {
                    block,
                    pallet: Some(details.pallet.name().to_owned()),
                    name: details.variant.name.clone(),
                    documentation: joined(&details.variant.docs),
                },
                Err(_) => Self {
                    block,
                    pallet: None,
                    name: format!("error {:?}", module.bytes()),
                    documentation: "the node's metadata does not name it".to_owned(),
                },
            },
            DispatchError::BadOrigin => Self {
                block,
                pallet: None,
                name: "BadOrigin".to_owned(),
                documentation: "this account may not make this call".to_owned(),
            },
            other => Self {
                block,
                pallet: None,
                name: other.to_string().trim_end_matches('.').to_owned(),
                documentation: String::new(),
            },
        }
    }

    /// Whether it is this error of this pallet.
    pub fn is(&self, pallet: &str, name: &str) -> bool {
        self.pallet.as_deref() == Some(pallet) && self.name == name
    }
}

/// Documentation lines as one sentence.
pub(crate) fn joined(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
