//! The keys that lead to a password: `password_env`, `password_file`, `password_command`, `password`, and URLs.
//!
//! It must not fetch one (see `secret`), nor quote one in a complaint.

use super::file::Place;
use super::reader::Table;
use super::{PasswordFrom, url};
use secrecy::SecretString;

/// The address as one URL: `url`, or the variable that `url_env` names. The key says where it came from.
pub(super) fn address_url(table: &Table<'_>, place: &Place<'_>) -> Option<(&'static str, String)> {
    let variable = table.filled("url_env");
    let literal = table.secret("url");
    if let Some(variable) = variable {
        if let Some(text) = (place.env)(&variable) {
            return Some(("url_env", text));
        }
        if let Some(value) = table.get("url_env") {
            table.reader.complain(
                &value.span(),
                &table.full("url_env"),
                format!("the environment variable `{variable}` is not set"),
            );
        }
    }
    let text = literal?;
    Some((
        "url",
        secrecy::ExposeSecret::expose_secret(&text).to_owned(),
    ))
}

/// Complains of a URL that could not be read, or that holds a password in the file.
pub(super) fn note_url<T: url::HoldsPassword>(
    table: &Table<'_>,
    key: &'static str,
    parsed: Result<T, String>,
) -> Option<T> {
    let value = table.get(key)?;
    match parsed {
        Ok(found) => {
            if key == "url" && found.holds_password() {
                table
                    .reader
                    .complain(&value.span(), &table.full(key), IN_THE_CLEAR);
            }
            Some(found)
        }
        Err(why) => {
            table.reader.complain(&value.span(), &table.full(key), why);
            None
        }
    }
}

const IN_THE_CLEAR: &str = "a password stands in the file; it is used, but name its source with \
     `password_env`, `password_file` or `password_command` instead";

/// The keys that lead to one secret, in the order in which they win.
pub(super) struct SecretKeys {
    env: &'static str,
    file: &'static str,
    command: &'static str,
    inline: &'static str,
}

pub(super) const PASSWORD: SecretKeys = SecretKeys {
    env: "password_env",
    file: "password_file",
    command: "password_command",
    inline: "password",
};

pub(super) const NODE_PASSWORD: SecretKeys = SecretKeys {
    env: "node_password_env",
    file: "node_password_file",
    command: "node_password_command",
    inline: "node_password",
};

#[derive(Default)]
pub(super) struct Secret {
    pub value: Option<SecretString>,
    pub from: Option<PasswordFrom>,
}

impl Secret {
    pub fn is_given(&self) -> bool {
        self.value.is_some() || self.from.is_some()
    }
}

pub(super) fn secret(table: &Table<'_>, place: &Place<'_>, keys: SecretKeys) -> Secret {
    let variable = table.filled(keys.env);
    let file = table.filled(keys.file);
    let command = table.filled(keys.command);
    let inline = table.secret(keys.inline);
    let given: Vec<&'static str> = [keys.env, keys.file, keys.command, keys.inline]
        .into_iter()
        .filter(|key| table.has(key))
        .collect();
    if let [first, second, ..] = given[..]
        && let Some(value) = table.get(second)
    {
        table.reader.complain(
            &value.span(),
            &table.full(second),
            format!("one source of a password is enough; `{first}` is used"),
        );
    }
    if let Some(variable) = variable {
        let value = (place.env)(&variable);
        if value.is_none()
            && let Some(at) = table.get(keys.env)
        {
            table.reader.complain(
                &at.span(),
                &table.full(keys.env),
                format!("the environment variable `{variable}` is not set"),
            );
        }
        return Secret {
            value: value.map(SecretString::from),
            from: None,
        };
    }
    if let Some(file) = file {
        return Secret {
            value: None,
            from: Some(PasswordFrom::File(place.path(&file))),
        };
    }
    if let Some(command) = command {
        return Secret {
            value: None,
            from: Some(PasswordFrom::Command(command)),
        };
    }
    if inline.is_some()
        && let Some(value) = table.get(keys.inline)
    {
        table
            .reader
            .complain(&value.span(), &table.full(keys.inline), IN_THE_CLEAR);
    }
    Secret {
        value: inline,
        from: None,
    }
}
