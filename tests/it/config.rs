//! What the config file gets when it is wrong: file, line, key and what is expected, from the real binary.

use crate::support::program;
use std::path::Path;

/// `check` with a config of this text: exit code and standard error, the folder cut away.
fn complaints(text: &[u8]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("breakglass.toml");
    std::fs::write(&file, text).unwrap();
    let output = program(folder.path())
        .arg("check")
        .arg("--config")
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code(), said(&output.stderr, folder.path()))
}

fn said(bytes: &[u8], folder: &Path) -> String {
    String::from_utf8(bytes.to_vec())
        .unwrap()
        .replace(&format!("{}/", folder.display()), "")
}

#[test]
fn a_config_that_is_not_toml_is_an_error_with_its_place() {
    let (code, text) = complaints(b"[postgres.main]\nhosts = [\n");
    assert_eq!(code, Some(2));
    assert!(text.starts_with("breakglass: breakglass.toml:"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    let (code, text) = complaints(b"target = 'a'\nrunbooks = '\xff'\n");
    assert_eq!(code, Some(2));
    assert_eq!(
        text,
        "breakglass: breakglass.toml:2: not UTF-8; save the config file as UTF-8\n"
    );
}

#[test]
fn a_wrong_key_is_complained_of_and_the_rest_is_used() {
    let (code, text) = complaints(b"tragets = 1\n[redis.cache]\nhost = \"x\"\n");
    assert_eq!(code, Some(2));
    assert_eq!(
        text,
        "breakglass: breakglass.toml:1: `tragets`: unknown key; did you mean `target`?\n\
         breakglass: breakglass.toml:2: `redis.cache`: `hosts` is missing: expected addresses such as [\"10.0.0.1:6379\"]\n\
         breakglass: breakglass.toml:3: `redis.cache.host`: unknown key; did you mean `hosts`?\n\
         breakglass: no component can be looked at; see the lines above\n"
    );
}

#[test]
fn a_config_that_is_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .args(["check", "--config", "nowhere.toml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("nowhere.toml: cannot read the config file: No such file"),
        "{text}"
    );
}

#[test]
fn the_config_is_found_here_or_in_the_xdg_folder() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[tcp.q]\naddress = \"no port\"\n";
    let first_line = || {
        let output = program(folder.path()).arg("check").output().unwrap();
        let text = said(&output.stderr, folder.path());
        text.lines().next().unwrap().to_owned()
    };
    assert!(first_line().contains("no components are configured"));
    let xdg = folder.path().join(".config/breakglass");
    std::fs::create_dir_all(&xdg).unwrap();
    std::fs::write(xdg.join("breakglass.toml"), text).unwrap();
    assert!(first_line().starts_with("breakglass: .config/breakglass/breakglass.toml:2: "));
    std::fs::write(folder.path().join("breakglass.toml"), text).unwrap();
    assert!(first_line().starts_with("breakglass: breakglass.toml:2: "));
}

#[test]
fn a_password_file_that_others_may_read_is_complained_of() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "hunter2\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(
        folder.path().join("breakglass.toml"),
        "[redis.cache]\nhosts = ['127.0.0.1:1']\npassword_file = 'secret'\n",
    )
    .unwrap();
    let check = || {
        let output = program(folder.path()).arg("check").output().unwrap();
        said(&output.stderr, folder.path())
    };
    assert_eq!(
        check(),
        "breakglass: secret: `cache`: others may read this password file; run `chmod 600` on it\n"
    );
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(check(), "");
}
