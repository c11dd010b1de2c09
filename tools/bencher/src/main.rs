//! `regent-bencher`: the SDK's `benchmark pallet` command, for the runtime built with
//! `runtime-benchmarks`. Run by `tools/weights.sh`.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;

fn main() -> sc_cli::Result<()> {
    PalletCmd::parse().run_with_spec::<BlakeTwo256, ()>(None)
}
