//! The recovery agent daemon.

use std::process::ExitCode;

use clap::Parser;
use regent_agent::commands::Arguments;

fn main() -> ExitCode {
    match Arguments::parse().execute(&mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
