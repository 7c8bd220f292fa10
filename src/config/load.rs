//! The edge of the configuration: finds the file, reads it, and asks the real environment.
//!
//! It must not run a command: passwords are fetched when a connection is made.

use super::discover::{Privacy, World, discover, passfile};
use super::{Complaint, Config, PasswordFrom, Settings, file, secret};
use crate::cli::Common;
use color_eyre::Result;
use color_eyre::eyre::eyre;
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "breakglass.toml";

pub(super) fn load(common: &Common) -> Result<Config> {
    let env = |name: &str| std::env::var(name).ok();
    let world = World {
        env: &env,
        read: &read_file,
    };
    let (mut config, names_components) = match find(common, &env) {
        Some(path) => {
            let text = read_config(&path)?;
            let read = file::parse(&text, &path, &env)?;
            (read.config, read.names_components)
        }
        None => (
            Config {
                builtin_runbooks: true,
                ..Config::default()
            },
            false,
        ),
    };
    if !names_components {
        let (components, complaints) = discover(world);
        config.components = components;
        config.complaints.extend(complaints);
    }
    for component in &mut config.components {
        if let Settings::Postgres(server) = &mut component.settings
            && server.password.is_none()
            && server.password_from.is_none()
        {
            server.password = passfile(world, server, &mut config.complaints);
        }
    }
    let careless: Vec<Complaint> = config.components.iter().flat_map(password_files).collect();
    config.complaints.extend(careless);
    let mut runbooks = Vec::new();
    for path in common.runbook.iter().chain(&config.runbooks) {
        // The host reads them again from another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if !runbooks.contains(&path) {
            runbooks.push(path);
        }
    }
    config.runbooks = runbooks;
    Ok(config)
}

/// The file that is meant; a `--config` is taken at its word.
fn find(common: &Common, env: super::Env<'_>) -> Option<PathBuf> {
    if let Some(path) = &common.config {
        return Some(std::path::absolute(path).unwrap_or_else(|_| path.clone()));
    }
    let folder = |name: &str| {
        env(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let xdg = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")));
    let here = std::path::absolute(NAME).unwrap_or_else(|_| NAME.into());
    [
        Some(here),
        xdg.map(|folder| folder.join("breakglass").join(NAME)),
    ]
    .into_iter()
    .flatten()
    .find(|path| path.exists())
}

fn read_config(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path)
        .map_err(|error| eyre!("{}: cannot read the config file: {error}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = super::reader::line_of(&error.as_bytes()[..valid]);
        eyre!(
            "{}:{line}: not UTF-8; save the config file as UTF-8",
            path.display()
        )
    })
}

fn read_file(path: &Path, privacy: Privacy) -> io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    if privacy == Privacy::Private && is_open_to_others(path)? {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "others may read it; run `chmod 600` on it",
        ));
    }
    Ok(text)
}

fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// A password file that is missing, or that others may read, is said before the night.
fn password_files(component: &super::Component) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in secret::sources(&component.settings) {
        let PasswordFrom::File(path) = source else {
            continue;
        };
        let message = match is_open_to_others(path) {
            Ok(false) => continue,
            Ok(true) => "others may read this password file; run `chmod 600` on it".to_owned(),
            Err(error) => format!("cannot read this password file: {error}"),
        };
        complaints.push(Complaint {
            file: path.clone(),
            line: 0,
            key: component.name.clone(),
            message,
        });
    }
    complaints
}
