//! Output: results on standard output, progress and errors on standard error.

use std::{io::Write, process::ExitCode};

use serde_json::Value;

use crate::error::CliError;

/// A result: for people as lines, for programs as JSON.
pub trait Show {
    /// Writes it for people.
    ///
    /// # Errors
    /// If it cannot be written.
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()>;

    /// The same for programs.
    fn json(&self) -> Value;
}

/// What people read of a result.
#[cfg(test)]
pub fn text(result: &dyn Show) -> String {
    let mut text = Vec::new();
    result.text(&mut text).expect("written");
    String::from_utf8(text).expect("UTF-8")
}

/// Writes a result.
pub fn show(out: &mut dyn Write, json: bool, result: &dyn Show) -> Result<(), CliError> {
    if json {
        write_json(out, &result.json())
    } else {
        Ok(result.text(out)?)
    }
}

/// Writes one JSON value on a line of its own.
pub fn write_json(out: &mut dyn Write, value: &Value) -> Result<(), CliError> {
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}

/// Tells how a command failed.
pub fn fail(json: bool, error: &CliError) -> ExitCode {
    // Nothing is left to do if standard error is gone.
    let mut stderr = std::io::stderr();
    let _ = if json {
        let value = serde_json::json!({
            "error": { "kind": error.kind(), "message": error.to_string() }
        });
        writeln!(stderr, "{value}")
    } else {
        writeln!(stderr, "error: {error}")
    };
    ExitCode::from(error.exit_code())
}

/// Log lines of libraries on standard error, as `RUST_LOG` says.
pub fn trace(verbose: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(if verbose { "info,regent=debug" } else { "error" })
    });
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
