//! Reading bundles.

use std::{fs::File, io::Read, path::Path};

use regent_evidence::{bundle::MAX_BUNDLE_BYTES, Bundle};

use crate::error::CliError;

/// Reads a file, as far as a bundle goes: one that is longer is refused by its length.
pub fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let limit = (MAX_BUNDLE_BYTES as u64).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(
        |error| CliError::input("FILE", format!("{}: {error}; name a bundle", path.display())),
    )?;
    Ok(bytes)
}

/// Reads a bundle.
pub fn read_bundle(path: &Path) -> Result<Bundle, CliError> {
    Bundle::decode(&read(path)?).map_err(|error| {
        CliError::Evidence(format!("{} is invalid: {}: {error}", path.display(), error.rule()))
    })
}
