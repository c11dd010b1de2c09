//! The report on an evidence bundle: what a verifier found, and what the bundle shows, for people who do
//! not know the chain.
//!
//! | file | what it holds |
//! |---|---|
//! | [`model`] | what a report says: sections of paragraphs, facts and tables |
//! | [`identifier`] | hashes, keys and accounts: short in the text, whole in the appendix |
//! | `sections` | what each section says of a bundle |
//! | [`format`](mod@format) | the forms of a report |
//! | [`text`], [`html`], [`pdf`] | the same report as plain text, as one HTML file, as PDF |
//!
//! All words are chosen in `sections`; the three forms differ in nothing but form. A report depends on the
//! bundle and on what the verifier was told of the chain, and on nothing else: made again, it is the same
//! to the byte. Nothing here does I/O or reads a clock.
#![forbid(unsafe_code)]

pub mod format;
pub mod html;
pub mod identifier;
pub mod model;
mod opened;
pub mod pdf;
mod sections;
pub mod text;
mod time;
mod words;

pub use format::Format;
pub use identifier::{Identifier, IdentifierKind, Identifiers};
pub use model::{Block, Column, Content, Model, Section, Span, Table, Text, Tone};
pub use pdf::PdfError;
