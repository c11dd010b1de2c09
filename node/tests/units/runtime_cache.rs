use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use regent_node::{
    cli::Cli,
    runtime_cache::{RuntimeCacheError, RuntimeCacheOptions},
};

fn options(folder: &Path) -> RuntimeCacheOptions {
    let folder = folder.to_str().unwrap();
    Cli::read(["regent-node", "--dev", "--runtime-cache", folder]).unwrap().runtime_cache
}

fn mode(folder: &Path) -> u32 {
    fs::metadata(folder).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_folder_for_compiled_runtimes_is_made_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("compiled/runtimes");
    assert_eq!(options(&made).open().unwrap(), Some(made.canonicalize().unwrap()));
    assert_eq!(mode(&made), 0o700);
}

#[test]
fn compiled_runtimes_of_others_are_not_executed() {
    let folder = tempfile::tempdir().unwrap();
    for open in [0o770, 0o707, 0o777] {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(open)).unwrap();
        let error = options(folder.path()).open().unwrap_err();
        assert!(matches!(&error, RuntimeCacheError::Writable { mode, .. } if *mode == open));
        assert!(error.to_string().contains("chmod go-w"), "{error}");
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(options(folder.path()).open().unwrap().is_some());
}

#[test]
fn what_is_no_folder_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = options(file.path()).open().unwrap_err();
    assert!(matches!(&error, RuntimeCacheError::Folder { path, .. } if path == file.path()));
    assert!(error.to_string().starts_with("--runtime-cache /"), "{error}");
}
