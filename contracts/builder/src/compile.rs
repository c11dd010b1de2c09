//! Cargo and the PolkaVM linker.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use polkavm_linker::{
    program_from_elf, target_json_path, Config, OptLevel, TargetInstructionSet, TargetJsonArgs,
};

use crate::Failure;

/// Makes ink! and its macros speak Solidity's ABI.
const ABI: &str = "--cfg\x1fink_abi=\"sol\"";
/// Bytes of a contract's stack. PolkaVM's linker gives 8 KiB unless told, which decoding what the control
/// plane returns exceeds; `-zstack-size` means nothing to it.
const STACK: u32 = 64 * 1024;

/// The folder of the contracts' workspace. `cargo run` tells it: a path that was compiled in would be
/// another checkout's, where several share a target folder.
pub fn workspace() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from("."), |own| Path::new(&own).join(".."))
}

fn cargo_target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// Nothing of the toolchain that runs this program may reach the other.
fn clean(command: &mut Command) -> &mut Command {
    for name in ["RUSTC", "CARGO", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
    command.current_dir(workspace())
}

fn succeed(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let done = command.stderr(std::process::Stdio::inherit()).output()?;
    if !done.status.success() {
        return Err(format!("{command:?} failed: {}", done.status).into());
    }
    Ok(done.stdout)
}

/// What a contract built for this machine prints: its metadata.
pub fn metadata(program: &str) -> Result<String, Failure> {
    let mut command = Command::new("cargo");
    clean(&mut command).args(["run", "--quiet", "--release", "--locked", "-p"]);
    command.arg(format!("regent-contract-{program}"));
    Ok(String::from_utf8(succeed(&mut command)?)?)
}

/// A contract for PolkaVM.
pub fn blob(program: &str) -> Result<Vec<u8>, Failure> {
    let target = target_json_path(TargetJsonArgs::default())?;
    let toolchain = env::var("CONTRACT_TOOLCHAIN").unwrap_or_else(|_| "debian".into());
    let mut command = Command::new("cargo");
    clean(&mut command)
        .arg(format!("+{toolchain}"))
        .args(["build", "--quiet", "--locked", "--profile", "contract", "--no-default-features"])
        .args(["-p", &format!("regent-contract-{program}")])
        .args(["-Zbuild-std=core,alloc", "-Zbuild-std-features=compiler-builtins-mem"])
        .args(["-Zjson-target-spec", "-Zhost-config", "-Ztarget-applies-to-host"])
        // Macros are built for this machine, and have to know the ABI too.
        .args(["--config", "target-applies-to-host=false"])
        .args(["--config", r#"host.rustflags=["--cfg","ink_abi=\"sol\""]"#])
        .arg("--target")
        .arg(&target)
        .env("RUSTC_BOOTSTRAP", "1")
        // Linking with the whole program in sight leaves only what is used.
        .env("CARGO_ENCODED_RUSTFLAGS", format!("-Clinker-plugin-lto\x1f{ABI}"));
    succeed(&mut command)?;

    let triple = target.file_stem().ok_or("the target has no name")?;
    let elf = fs::read(cargo_target().join(triple).join("contract").join(program))?;
    let mut config = Config::default();
    config.set_strip(true);
    config.set_min_stack_size(STACK);
    // The default level took all memory there was, in 0.35 and in 0.37.
    config.set_opt_level(OptLevel::O1);
    Ok(program_from_elf(config, TargetInstructionSet::ReviveV1, &elf)?)
}
