use regent_node::cli::{Cli, Subcommand};
use sc_cli::{CliConfiguration, TransactionPoolType};
use sc_service::{config::PruningMode, BlocksPruning, Role};

fn read(arguments: &[&str]) -> Cli {
    Cli::read([&["regent-node"], arguments].concat()).unwrap()
}

#[test]
fn the_command_line_is_consistent() {
    Cli::options().debug_assert();
}

#[test]
fn everything_is_kept_by_default() {
    let run = read(&["--dev"]).run;
    assert_eq!(run.state_pruning().unwrap(), Some(PruningMode::ArchiveAll));
    assert_eq!(run.blocks_pruning().unwrap(), BlocksPruning::KeepAll);

    let Some(Subcommand::ImportBlocks(import)) = read(&["import-blocks"]).subcommand else {
        panic!("the subcommand is import-blocks");
    };
    assert_eq!(import.state_pruning().unwrap(), Some(PruningMode::ArchiveAll));
    assert_eq!(import.blocks_pruning().unwrap(), BlocksPruning::KeepAll);
}

#[test]
fn less_is_kept_on_demand() {
    let run = read(&["--state-pruning", "64", "--blocks-pruning", "archive-canonical"]).run;
    assert_eq!(run.state_pruning().unwrap(), Some(PruningMode::blocks_pruning(64)));
    assert_eq!(run.blocks_pruning().unwrap(), BlocksPruning::KeepFinalized);
}

#[test]
fn the_offchain_worker_always_runs() {
    let worker = read(&["--dev"]).run.offchain_worker(&Role::Full).unwrap();
    assert!(worker.enabled && worker.indexing_enabled);
    let run = read(&["--offchain-worker", "never", "--enable-offchain-indexing", "false"]).run;
    let worker = run.offchain_worker(&Role::Authority).unwrap();
    assert!(!worker.enabled && !worker.indexing_enabled);
}

#[test]
fn a_premature_note_is_soon_looked_at_again() {
    assert_eq!(read(&["--chain", "local"]).run.pool_config.tx_ban_seconds, Some(1));
    let run = read(&["--tx-ban-seconds", "60"]).run;
    assert_eq!(run.pool_config.tx_ban_seconds, Some(60));
}

#[test]
fn the_pool_that_loses_nothing_is_the_default() {
    let kind = |arguments: &[&str]| read(arguments).run.pool_config.pool_type;
    assert!(matches!(kind(&["--dev"]), TransactionPoolType::SingleState));
    let asked = kind(&["--dev", "--pool-type", "fork-aware"]);
    assert!(matches!(asked, TransactionPoolType::ForkAware));
}

#[test]
fn dev_is_alice_and_authors() {
    let run = read(&["--dev"]).run;
    assert_eq!(run.dev_key_seed(true).unwrap().as_deref(), Some("//Alice"));
    assert!(run.force_authoring().unwrap());
    assert_eq!(run.chain_id(true).unwrap(), "dev");
    assert!(matches!(run.role(true).unwrap(), Role::Authority));
}
