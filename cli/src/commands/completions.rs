//! `regent completions`

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use crate::{args::Cli, context::Context, error::CliError, output::write_json};

/// Options of `regent completions`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Example:\n  regent completions bash > ~/.local/share/bash-completion/completions/regent"
)]
pub struct Options {
    /// The shell.
    pub shell: Shell,
}

/// Writes the completion script.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    // Made in memory: the generator panics on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "regent", &mut script);
    if context.json() {
        let script = String::from_utf8_lossy(&script);
        return write_json(out, &json!({ "shell": options.shell.to_string(), "script": script }));
    }
    Ok(out.write_all(&script)?)
}
