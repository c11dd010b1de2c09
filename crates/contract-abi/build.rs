//! Makes one macro call of all interfaces: types of one file are known to the others only within one.

use std::{env, error::Error, fmt::Write, fs, path::Path};

/// Of `contracts/interfaces`: what others use comes first.
const FILES: [&str; 5] =
    ["Custody.sol", "IRegent.sol", "IInheritance.sol", "ISale.sol", "IDelegation.sol"];

/// What begins a line that concerns a file as a whole.
const OF_A_FILE: [&str; 3] = ["// SPDX-License-Identifier", "pragma ", "import "];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../contracts/interfaces");
    let mut bindings = String::from("alloy_sol_types::sol! {\n#![sol(all_derives)]\n");
    for name in FILES {
        let path = folder.join(name);
        println!("cargo:rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        for line in text.lines() {
            if !OF_A_FILE.iter().any(|start| line.starts_with(start)) {
                writeln!(bindings, "{line}")?;
            }
        }
    }
    bindings.push_str("}\n");
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("bindings.rs"), bindings)?)
}
