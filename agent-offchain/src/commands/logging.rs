//! Where events go: standard error, as text or as JSON.

use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, LogConfig, LogFormat};

/// Starts logging. Once a process; a second start changes nothing.
///
/// # Errors
/// If the filter cannot be read.
pub(super) fn start(config: &LogConfig) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&config.filter).map_err(|_| ConfigError::Value {
        key: "log.filter",
        found: config.filter.clone(),
        expected: "levels by target, as in `info,regent_agent=debug`",
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only if logging was started before, by whoever embeds the agent.
    let _ = match config.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}
