//! Builds the ink! contracts: for each a PolkaVM blob, its ABI and its metadata, in `out/`.
//!
//! Run from this workspace: `cargo run --release -p regent-contract-builder`. The target has no
//! published standard library, so `core` and `alloc` are built from the toolchain's own source; which
//! toolchain has it says `CONTRACT_TOOLCHAIN` (by default `debian`, which `tools/setup.sh` makes).

mod abi;
mod compile;

use std::{env, fs, path::Path, process::ExitCode};

use serde_json::Value;

/// Package and program of every contract, and its name in `out/`.
const CONTRACTS: [(&str, &str); 3] =
    [("inheritance", "Inheritance"), ("sale", "Sale"), ("delegation", "Delegation")];

type Failure = Box<dyn std::error::Error>;

/// A contract answers its Solidity interface, as `build.mjs` compiled it, and nothing else.
fn check_interface(name: &str, abi: &Value, out: &Path) -> Result<(), Failure> {
    let path = out.join(format!("I{name}.abi.json"));
    let interface = fs::read_to_string(&path)
        .map_err(|error| format!("{}: {error}: run `node build.mjs` first", path.display()))?;
    let differences = abi::differences(abi, &serde_json::from_str(&interface)?);
    if !differences.is_empty() {
        return Err(format!("I{name}.sol and {name} differ: {}", differences.join("; ")).into());
    }
    Ok(())
}

fn build(program: &str, name: &str, out: &Path) -> Result<(), Failure> {
    let metadata = compile::metadata(program)?;
    let parsed: Value = serde_json::from_str(&metadata)?;
    let abi = abi::from_metadata(&parsed)?;
    check_interface(name, &abi, out)?;
    let abi = serde_json::to_string_pretty(&abi)?;
    let blob = compile::blob(program)?;
    fs::write(out.join(format!("Ink{name}.polkavm")), &blob)?;
    fs::write(out.join(format!("Ink{name}.abi.json")), abi + "\n")?;
    fs::write(out.join(format!("Ink{name}.metadata.json")), metadata)?;
    println!("    Ink{name}: {} bytes for PolkaVM", blob.len());
    Ok(())
}

fn run() -> Result<(), Failure> {
    let out = compile::workspace().join("out");
    fs::create_dir_all(&out)?;
    let asked: Vec<String> = env::args().skip(1).collect();
    for (program, name) in CONTRACTS {
        if asked.is_empty() || asked.iter().any(|asked| asked == program) {
            build(program, name, &out)?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
