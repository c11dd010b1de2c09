//! The forms that a report can have.

use crate::{html, model::Model, pdf, text, PdfError};

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One HTML file.
    Html,
    /// PDF.
    Pdf,
    /// Plain text, UTF-8.
    Text,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Html, Self::Pdf, Self::Text];

    /// Its name, which is how names of its files end.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Text => "txt",
        }
    }

    /// The form with this name, in capital letters or not.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name))
    }

    /// A report in this form.
    ///
    /// # Errors
    /// As [`pdf::render`] has them; none of the other forms.
    pub fn render(self, model: &Model) -> Result<Vec<u8>, PdfError> {
        match self {
            Self::Html => Ok(html::render(model).into_bytes()),
            Self::Pdf => pdf::render(model),
            Self::Text => Ok(text::render(model).into_bytes()),
        }
    }
}
