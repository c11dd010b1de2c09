//! `regent`: what a person types.

use clap::Parser;

fn main() -> std::process::ExitCode {
    regent_cli::main(regent_cli::Cli::parse())
}
