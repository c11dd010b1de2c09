//! Passwords: from the terminal or an owner-only file, never from arguments or the environment.

use std::{
    fs::File,
    io::{IsTerminal, Read, Write},
    os::unix::fs::MetadataExt,
    path::Path,
};

use nix::sys::termios::{tcgetattr, tcsetattr, LocalFlags, SetArg};
use zeroize::Zeroizing;

use crate::error::CliError;

/// The longest password that is read, in bytes.
const MAX_PASSWORD_BYTES: usize = 4_096;

/// Reads the first line of an owner-only file.
pub fn from_file(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let file = File::open(path).map_err(|error| CliError::file(path, error))?;
    let mode = file.metadata().map_err(|error| CliError::file(path, error))?.mode();
    if mode & 0o077 != 0 {
        return Err(CliError::input(
            "--password-file",
            format!(
                "{} may be read by others (mode {:o}); make it owner-only with `chmod 600`",
                path.display(),
                mode & 0o777
            ),
        ));
    }
    first_line(file).map_err(|error| CliError::file(path, error))
}

/// Asks on the terminal, without echo.
pub fn from_terminal(prompt: &str) -> Result<Zeroizing<String>, CliError> {
    let io = |error| CliError::io("the terminal", error);
    let mut terminal = File::options().read(true).write(true).open("/dev/tty").map_err(|_| {
        CliError::input(
            "--password-file",
            "the keystore needs a password and there is no terminal to ask on; name a file",
        )
    })?;
    if !terminal.is_terminal() {
        return Err(CliError::input("--password-file", "there is no terminal to ask on"));
    }
    write!(terminal, "{prompt}: ").map_err(io)?;
    let before = tcgetattr(&terminal).map_err(|error| io(error.into()))?;
    let mut silent = before.clone();
    silent.local_flags.remove(LocalFlags::ECHO);
    tcsetattr(&terminal, SetArg::TCSAFLUSH, &silent).map_err(|error| io(error.into()))?;
    let line = first_line(&terminal);
    // Whatever was read, the terminal must be as before.
    let restored = tcsetattr(&terminal, SetArg::TCSAFLUSH, &before);
    let _ = writeln!(terminal);
    restored.map_err(|error| io(error.into()))?;
    line.map_err(io)
}

fn first_line(mut input: impl Read) -> std::io::Result<Zeroizing<String>> {
    // Byte by byte into room for all of it: no buffer keeps a copy, and growing leaves none.
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_PASSWORD_BYTES));
    let mut byte = Zeroizing::new([0u8]);
    while line.len() < MAX_PASSWORD_BYTES && input.read(byte.as_mut_slice())? == 1 {
        match *byte {
            [b'\n'] => break,
            [other] => line.push(other),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let invalid = |_| std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8");
    Ok(Zeroizing::new(std::str::from_utf8(&line).map_err(invalid)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn only_owner_only_files_are_read() {
        let mut file = tempfile::NamedTempFile::new().expect("temporary file");
        file.write_all(b"secret\nmore\n").expect("written");
        assert_eq!(from_file(file.path()).expect("read").as_str(), "secret");
        let everybody = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(file.path(), everybody).expect("permissions");
        let error = from_file(file.path()).expect_err("refused").to_string();
        assert!(error.contains("chmod 600") && !error.contains("secret"), "{error}");
    }
}
