//! `--genesis`: the chain that every command is meant for, whatever its node says.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use regent_primitives::H256;

use crate::{error::CliError, units::parse_hash};

/// The option's name.
const ID: &str = "genesis";

/// Hash of the chain's block 0, if it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Genesis(pub Option<H256>);

impl FromArgMatches for Genesis {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self(matches.get_one(ID).copied()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Genesis {
    fn augment_args(command: Command) -> Command {
        // A command that verifies evidence offline has a `--genesis` of its own, and compares it itself.
        if command.get_arguments().any(|arg| arg.get_id() == ID) {
            return command;
        }
        let arg = Arg::new(ID)
            .long(ID)
            .value_name("HASH")
            .env("REGENT_GENESIS")
            .value_parser(parse_hash)
            .help("Hash of the chain's block 0, as somebody else than the node says; what the network file says otherwise. A node of another chain is refused");
        command.arg(arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Checks that a node is of the chain that is meant, where that is known.
pub fn check_chain(found: H256, expected: Option<H256>) -> Result<(), CliError> {
    match expected {
        Some(expected) if expected != found => Err(CliError::OtherChain { found, expected }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::{
        args::{Cli, Command as Typed},
        commands::evidence::EvidenceCommand,
    };

    const HASH: &str = "0x3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d";

    #[test]
    fn it_is_read_beside_the_node() {
        let given = |arguments: &[&str]| {
            let typed = Cli::try_parse_from([&["regent", "status"], arguments].concat());
            let Typed::Status(leaf) = typed.expect("read").command else { panic!("status") };
            leaf.common.network.genesis
        };
        assert_eq!(given(&["--genesis", HASH]), Genesis(Some(H256::repeat_byte(0x3d))));
        assert_eq!(given(&["--genesis", &HASH[2..]]), Genesis(Some(H256::repeat_byte(0x3d))));
        assert_eq!(given(&["--node", "ws://127.0.0.1:1"]), Genesis(None));
        assert!(Cli::try_parse_from(["regent", "status", "--genesis", "0x3d"]).is_err());
    }

    #[test]
    fn commands_that_verify_evidence_keep_their_own() {
        let verify = ["regent", "evidence", "verify", "case.evidence"];
        assert!(Cli::try_parse_from([&verify[..], &["--genesis", HASH]].concat()).is_ok());
        assert!(Cli::try_parse_from(verify).is_err(), "without it nothing is verified");
    }

    #[test]
    fn an_export_is_of_the_chain_that_is_meant() {
        let export = ["regent", "evidence", "export", "--from", "0", "--out", "case", "--genesis"];
        let typed = Cli::try_parse_from([&export[..], &[HASH]].concat()).expect("read").command;
        let Typed::Evidence(EvidenceCommand::Export(leaf)) = typed else { panic!("export") };
        assert_eq!(leaf.common.network.genesis, Genesis(Some(H256::repeat_byte(0x3d))));
    }

    #[test]
    fn another_chain_is_refused_and_both_are_named() {
        let (found, expected) = (H256::repeat_byte(1), H256::repeat_byte(2));
        check_chain(found, None).expect("nobody said which");
        check_chain(found, Some(found)).expect("the same");
        let refused = check_chain(found, Some(expected)).expect_err("another");
        let text = refused.to_string();
        for named in [format!("{found:?}"), format!("{expected:?}"), "--genesis".to_owned()] {
            assert!(text.contains(&named), "{text}");
        }
        assert_eq!(refused.exit_code(), 7);
    }
}
