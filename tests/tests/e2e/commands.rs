//! Every command of `regent`, run as people and programs run it, on networks of real processes.

use std::collections::BTreeSet;

use clap::CommandFactory;
use regent_cli::{
    network::{Network, NetworkOptions},
    Cli,
};
use regent_tests::agent;

use crate::{
    commands_of_cash, commands_of_delegation, commands_of_evidence, commands_of_inheritance,
    commands_of_keys, commands_of_members, commands_of_requests, commands_of_sale, desk::Desk,
    replaced, validators,
};

/// What `make demo` runs.
const DEMO: &str = "demo";

/// The last of the agents of a small network.
const LAST: usize = 2;

/// Three agents, of which two are asked for: the fewest of which one can be missed.
pub fn small() -> NetworkOptions {
    NetworkOptions { agents: LAST + 1, threshold: 2, ..NetworkOptions::default() }
}

/// The commands below one, by the words that a person types.
fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
    if !command.has_subcommands() {
        return vec![path.trim_start().to_owned()];
    }
    let below = |sub: &clap::Command| leaves(sub, &format!("{path} {}", sub.get_name()));
    command.get_subcommands().flat_map(below).collect()
}

/// Each test checks that what succeeded in it is on its list, and the reverse.
#[test]
fn every_command_succeeds_in_a_test() {
    let lists = [
        commands_of_cash::COMMANDS,
        commands_of_delegation::COMMANDS,
        commands_of_evidence::COMMANDS,
        commands_of_inheritance::COMMANDS,
        commands_of_keys::COMMANDS,
        commands_of_members::COMMANDS,
        commands_of_requests::COMMANDS,
        commands_of_sale::COMMANDS,
        replaced::COMMANDS,
        validators::COMMANDS,
        &[DEMO],
    ];
    let listed: BTreeSet<String> = lists.concat().into_iter().map(str::to_owned).collect();
    let all: BTreeSet<String> = leaves(&Cli::command(), "").into_iter().collect();
    assert_eq!(listed, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_inherited_and_another_delegated_by_commands_alone() -> anyhow::Result<()> {
    let network = Network::start(small(), &mut |line| println!("{line}")).await?;
    let (desk, client) = (Desk::of(&network)?, network.client());
    tokio::try_join!(
        commands_of_inheritance::inherit(&desk, client),
        commands_of_delegation::delegate(&desk, client),
    )?;
    let commands = [commands_of_inheritance::COMMANDS, commands_of_delegation::COMMANDS];
    desk.check_succeeded(&commands.concat())?;
    Ok(network.shut_down().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_used_and_renewed_by_commands_alone() -> anyhow::Result<()> {
    let mut network = Network::start(small(), &mut |line| println!("{line}")).await?;
    let (desk, client) = (Desk::of(&network)?, network.client().clone());
    let (key, (), ()) = tokio::try_join!(
        commands_of_keys::keep(&desk, &client),
        commands_of_requests::request(&desk, &client),
        commands_of_members::look_around(&desk, &client),
    )?;
    commands_of_evidence::prove(&desk, &client, &key).await?;
    network.kill(&agent(LAST)).await?;
    commands_of_keys::accept(&desk, &client, &key).await?;
    let commands = [
        commands_of_evidence::COMMANDS,
        commands_of_keys::COMMANDS,
        commands_of_members::COMMANDS,
        commands_of_requests::COMMANDS,
    ];
    desk.check_succeeded(&commands.concat())?;
    Ok(network.shut_down().await?)
}
