//! What the commands share that judge a file by what is known of its chain from elsewhere.

use std::path::PathBuf;

use clap::Args;
use regent_evidence::{Report, Trust};
use regent_primitives::H256;

use super::check;
use crate::{error::CliError, units::parse_hash};

/// Which file, and what is known of its chain.
#[derive(Clone, Debug, Args)]
pub struct JudgeOptions {
    /// The bundle.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The chain: hash of its first block.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub genesis: H256,
    /// Hash of a final block, from somebody else than who made the file.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub anchor: Option<H256>,
}

impl JudgeOptions {
    /// What the verifier is told of the chain.
    pub const fn trust(&self) -> Trust {
        Trust { genesis: self.genesis, anchor: self.anchor }
    }

    /// How a command ends that told this report: it fails if a rule does not hold, if nothing vouches for
    /// the chain, or if the anchor does so only up to a block before the head.
    pub fn conclude(&self, report: &Report) -> Result<(), CliError> {
        check(&self.file.display().to_string(), report)?;
        match (report.anchored, report.anchor_block) {
            (false, _) => Err(CliError::Unanchored),
            (true, Some(block)) => Err(CliError::OlderAnchor { block }),
            (true, None) => Ok(()),
        }
    }
}
