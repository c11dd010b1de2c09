//! `regent-node`: see the library.
//!
//! # Licence
//!
//! This program is free software: you can redistribute it and/or modify it under the terms of the
//! GNU General Public License as published by the Free Software Foundation, either version 3 of
//! the License, or (at your option) any later version, with the Classpath exception 2.0
//! (`GPL-3.0-or-later WITH Classpath-exception-2.0`), as the parts of polkadot-sdk it links ask.
//! It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; see
//! `node/LICENSE`. The rest of Regent is Apache-2.0.

use std::{error::Error, process::ExitCode};

use regent_node::{cli::Cli, command};

fn main() -> ExitCode {
    match command::run(Cli::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            let (mut said, mut cause) = (error.to_string(), error.source());
            while let Some(error) = cause {
                // Many errors of the SDK repeat their cause's words.
                let text = error.to_string();
                if !said.contains(&text) {
                    eprintln!("  because: {text}");
                }
                (said, cause) = (text, error.source());
            }
            ExitCode::FAILURE
        }
    }
}
