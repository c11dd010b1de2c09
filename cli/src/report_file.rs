//! Where a report goes, and in which form.

use std::path::{Path, PathBuf};

use regent_report::Format;

use crate::error::CliError;

/// A file for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its form.
    pub format: Format,
}

impl ReportFile {
    /// A file in this form, or else in the one that its name says. `field` is the option that names it.
    ///
    /// # Errors
    /// If no form is given, and the name ends in none.
    pub fn new(field: &'static str, path: &Path, format: Option<Format>) -> Result<Self, CliError> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let format = format.or_else(|| extension.and_then(Format::named)).ok_or_else(|| {
            let reason =
                format!("{} ends in none of .html, .pdf, .txt; name it so", path.display());
            CliError::input(field, reason)
        })?;
        Ok(Self { path: path.to_owned(), format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(path: &str, format: Option<Format>) -> Result<Format, String> {
        let file = ReportFile::new("--report", Path::new(path), format);
        file.map(|file| file.format).map_err(|error| error.to_string())
    }

    #[test]
    fn the_form_is_the_one_given_or_as_the_name_ends() {
        assert_eq!(form("case.PDF", None), Ok(Format::Pdf));
        assert_eq!(form("case.report", Some(Format::Html)), Ok(Format::Html));
        for unknown in ["case.docx", "case", ".html"] {
            let refused = form(unknown, None).expect_err(unknown);
            assert!(refused.contains("--report") && refused.contains(".html, .pdf"), "{refused}");
        }
    }
}
