//! The operator's files, as far as they concern the console: read after the first frame, off the loop.

use crate::cli::Common;
use crate::config::{Complaint, Config, ConsoleSettings};
use crate::console::keymap::Keymap;
use crate::console::message::Configured;
use crate::wire::{Notice, Severity};
use std::path::Path;

/// Reads config and keymap; what is wrong in the keymap becomes notices (of the config the host says what is wrong).
pub fn read(common: &Common) -> Configured {
    let mut notices = Vec::new();
    let settings = match Config::load(common) {
        Ok(config) => {
            let folder = config.source.as_deref().and_then(Path::parent);
            let mut settings = config.console;
            settings.keymap = settings.keymap.map(|keymap| beside(folder, keymap));
            settings
        }
        Err(error) => {
            notices.push(Notice {
                severity: Severity::Error,
                what: format!("{error:#}"),
                hint: None,
                key: "config".into(),
            });
            ConsoleSettings::default()
        }
    };
    let (keymap, complaints) = Keymap::load(settings.keymap.as_deref());
    notices.extend(complaints.iter().enumerate().map(notice));
    Configured {
        keymap,
        ascii: settings.ascii || crate::console::terminal::is_ascii(),
        mouse: settings.mouse,
        zone: jiff::tz::TimeZone::system(),
        notices,
    }
}

/// A keymap's path is meant from the config's folder.
fn beside(folder: Option<&Path>, keymap: String) -> String {
    match folder {
        Some(folder) if Keymap::embedded(&keymap).is_none() => {
            folder.join(&keymap).to_string_lossy().into_owned()
        }
        Some(_) | None => keymap,
    }
}

fn notice((index, complaint): (usize, &Complaint)) -> Notice {
    let file = complaint.file.display();
    Notice {
        severity: Severity::Warning,
        what: match complaint.line {
            0 => format!("keymap `{file}`: {}", complaint.message),
            line => format!("keymap `{file}`, line {line}: {}", complaint.message),
        },
        hint: Some("mend it and reload; the default keys are in force until then".into()),
        key: format!("keymap-{index}"),
    }
}
