//! To whom a key goes.

use clap::Args;
use regent_primitives::{AccountId, PolicyHash};

use crate::policy_file::parse_account;

/// Who is to own a key, under which policy.
#[derive(Clone, Debug, Args)]
pub struct NextOwner {
    /// The account that is to own it: an SS58 address, or //NAME for development.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub to: AccountId,
    /// The policy that its next epoch commits to: it names whose approvals count from then on.
    #[arg(long, value_name = "HASH")]
    pub to_policy: PolicyHash,
}
