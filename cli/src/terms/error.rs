//! Why terms are none.

use std::path::PathBuf;

/// Why a file of terms is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TermsError {
    /// It cannot be read.
    #[error("terms file {}: {source}; name one, or begin with `regent {command} example`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
        /// The subcommand of `regent` that shows an example.
        command: &'static str,
    },
    /// It is not TOML of this shape.
    #[error("terms file: {reason}; see `regent {command} example`")]
    Shape {
        /// What the parser says, with line and field.
        reason: String,
        /// The subcommand of `regent` that shows an example.
        command: &'static str,
    },
    /// A field has a value it cannot have.
    #[error("terms file, field `{field}`: {reason}")]
    Field {
        /// Which.
        field: String,
        /// What is wrong with it, and what to write instead.
        reason: String,
    },
}

/// A field's value, or what is wrong with it.
pub trait OfField<T> {
    /// Names the field.
    fn of(self, field: impl Into<String>) -> Result<T, TermsError>;
}

impl<T, E: std::fmt::Display> OfField<T> for Result<T, E> {
    fn of(self, field: impl Into<String>) -> Result<T, TermsError> {
        self.map_err(|reason| TermsError::Field { field: field.into(), reason: reason.to_string() })
    }
}

/// Fails unless something holds.
pub fn ensure(
    holds: bool,
    field: impl Into<String>,
    reason: impl std::fmt::Display,
) -> Result<(), TermsError> {
    if holds {
        Ok(())
    } else {
        Err(reason).of(field)
    }
}
