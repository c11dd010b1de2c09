//! `load`: figures of whole networks of real processes. See the library.

use clap::Parser;
use regent_benches::load::{self, Options};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut out = std::io::stdout();
    tokio::select! {
        ended = load::run(&options, &mut out) => ended,
        // Ends this future, and with it the network's processes.
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            anyhow::bail!("interrupted");
        }
    }
}
