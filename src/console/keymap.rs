//! Which key does what, where: read from `keymaps/*.toml` or from a file of the operator's own.
//!
//! A section per [`Context`], in it `action = ["key", …]`, the key to show first. An own file needs only what
//! differs: it starts from `base` (`default` unless it says `vim`), and a key it names is taken from the action
//! that had it. A file with a mistake is refused whole: the default is used, and a complaint says what and where.

mod action;
mod spelling;

pub use action::{Action, Context, Group};
pub use spelling::Chord;

use crate::config::Complaint;
use crossterm::event::KeyEvent;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const EMBEDDED: [(&str, &str); 2] = [
    ("default", include_str!("../../keymaps/default.toml")),
    ("vim", include_str!("../../keymaps/vim.toml")),
];

/// Longest keymap file that is read, in bytes.
const FILE_LIMIT: u64 = 1 << 20;

/// The keys in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    by_key: HashMap<(Context, Chord), Action>,
    /// In the order of the file, so that the first is the one to show.
    by_action: HashMap<(Context, Action), Vec<Chord>>,
}

impl Keymap {
    /// The keymap of this name (`default`, `vim`) or at this path. With a complaint comes the default one.
    /// Blocking where it is a path.
    pub fn load(name_or_path: Option<&str>) -> (Keymap, Vec<Complaint>) {
        let name = name_or_path.unwrap_or("default");
        if let Some(keymap) = Keymap::embedded(name) {
            return (keymap, Vec::new());
        }
        let path = PathBuf::from(name);
        let read = read(&path).map_err(|message| {
            vec![Complaint {
                file: path.clone(),
                line: 0,
                key: "keymap".into(),
                message,
            }]
        });
        match read.and_then(|text| Keymap::parse(&text, &path)) {
            Ok(keymap) => (keymap, Vec::new()),
            Err(complaints) => (Keymap::embedded("default").unwrap_or_default(), complaints),
        }
    }

    /// One of those inside the program.
    pub fn embedded(name: &str) -> Option<Keymap> {
        let (_, text) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
        let base = if name == "default" {
            Keymap::default()
        } else {
            Keymap::embedded("default")?
        };
        // A test reads all of them without a complaint.
        Keymap::read_over(base, text, Path::new(name)).ok()
    }

    /// Reads an own file over its base.
    pub fn parse(text: &str, file: &Path) -> Result<Keymap, Vec<Complaint>> {
        let base = base(text, file)?;
        Keymap::read_over(Keymap::embedded(base).unwrap_or_default(), text, file)
    }

    /// What this key does here.
    pub fn action(&self, context: Context, key: KeyEvent) -> Option<Action> {
        let chord = Chord::of(key);
        context.chain().iter().find_map(|section| {
            // Where text is typed, a plain character is text, whatever is bound elsewhere.
            if chord.is_text() && context.takes_text() {
                return None;
            }
            self.by_key.get(&(*section, chord)).copied()
        })
    }

    /// The keys that do this here, the one to show first; none that another action shadows.
    pub fn keys(&self, context: Context, action: Action) -> Vec<String> {
        let mut keys = Vec::new();
        for (depth, section) in context.chain().iter().enumerate() {
            for chord in self
                .by_action
                .get(&(*section, action))
                .into_iter()
                .flatten()
            {
                let shadowed = context.chain()[..depth]
                    .iter()
                    .any(|nearer| self.by_key.contains_key(&(*nearer, *chord)))
                    || (chord.is_text() && context.takes_text());
                let key = chord.spell();
                if !shadowed && !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    fn read_over(base: Keymap, text: &str, file: &Path) -> Result<Keymap, Vec<Complaint>> {
        let document = DeTable::parse(text).map_err(|error| {
            vec![complaint(
                text,
                file,
                error.span().map_or(0, |span| span.start),
                "",
                error.message().to_owned(),
            )]
        })?;
        let mut reader = Reader {
            text,
            file,
            map: base,
            own: HashMap::new(),
            complaints: Vec::new(),
        };
        for (name, section) in document.get_ref() {
            match (Context::from_name(name.get_ref()), section.get_ref()) {
                (Some(context), DeValue::Table(table)) => reader.section(context, table),
                (None, _) if name.get_ref() == "base" => {}
                (None, _) => reader.complain(
                    name.span().start,
                    name.get_ref(),
                    format!(
                        "there is no section `{}`: expected one of {}",
                        name.get_ref(),
                        sections()
                    ),
                ),
                (Some(_), _) => reader.complain(
                    section.span().start,
                    name.get_ref(),
                    format!("expected a section: `[{}]`", name.get_ref()),
                ),
            }
        }
        if !reader.map.has(Context::Attached, Action::Detach) {
            reader.complain(
                0,
                "detach",
                "`detach` has no key under `[attached]`: nobody could leave a step's terminal"
                    .into(),
            );
        }
        if reader.complaints.is_empty() {
            Ok(reader.map)
        } else {
            reader.complaints.sort_by_key(|complaint| complaint.line);
            Err(reader.complaints)
        }
    }

    fn has(&self, context: Context, action: Action) -> bool {
        self.by_action
            .get(&(context, action))
            .is_some_and(|keys| !keys.is_empty())
    }

    fn clear(&mut self, context: Context, action: Action) {
        for chord in self
            .by_action
            .remove(&(context, action))
            .unwrap_or_default()
        {
            self.by_key.remove(&(context, chord));
        }
    }

    fn bind(&mut self, context: Context, chord: Chord, action: Action) {
        if let Some(before) = self.by_key.insert((context, chord), action)
            && let Some(keys) = self.by_action.get_mut(&(context, before))
        {
            keys.retain(|known| *known != chord);
        }
        self.by_action
            .entry((context, action))
            .or_default()
            .push(chord);
    }
}

/// Reads one document; collects every mistake, not only the first.
struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
    map: Keymap,
    /// What this document itself has bound, and the byte where.
    own: HashMap<(Context, Chord), (Action, usize)>,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    fn complain(&mut self, at: usize, key: &str, message: String) {
        self.complaints
            .push(complaint(self.text, self.file, at, key, message));
    }

    fn section(&mut self, context: Context, table: &DeTable<'_>) {
        // In the order of the file, so that a complaint about a duplicate names the later one.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, keys) in entries {
            let at = name.span().start;
            let Some(action) = Action::from_name(name.get_ref()) else {
                let message = unknown_action(name.get_ref(), context);
                self.complain(at, name.get_ref(), message);
                continue;
            };
            if !action.fits(context) {
                let places: Vec<_> = action.contexts().iter().map(|place| place.name()).collect();
                let message = format!(
                    "`{}` does nothing under `[{}]`: it belongs under {}",
                    action.name(),
                    context.name(),
                    places.join(", ")
                );
                self.complain(at, name.get_ref(), message);
                continue;
            }
            self.map.clear(context, action);
            let single;
            let keys = match keys.get_ref() {
                DeValue::Array(keys) => keys.iter().collect::<Vec<_>>(),
                DeValue::String(_) => {
                    single = keys;
                    vec![single]
                }
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Table(_) => {
                    let message =
                        format!("expected a list of keys: `{} = [\"enter\"]`", action.name());
                    self.complain(keys.span().start, action.name(), message);
                    continue;
                }
            };
            for key in keys {
                self.key(context, action, key);
            }
        }
    }

    fn key(&mut self, context: Context, action: Action, key: &Spanned<DeValue<'_>>) {
        let at = key.span().start;
        let DeValue::String(spelling) = key.get_ref() else {
            let message = "expected a key in quotes: `\"ctrl-r\"`".to_owned();
            return self.complain(at, action.name(), message);
        };
        let chord = match Chord::parse(spelling) {
            Ok(chord) => chord,
            Err(message) => return self.complain(at, action.name(), message),
        };
        if chord.is_text() && context.takes_text() {
            let message = format!(
                "`{spelling}` is typed under `[{}]`: expected a key with `ctrl-` or `alt-`, or one that types nothing",
                context.name()
            );
            return self.complain(at, action.name(), message);
        }
        if let Some((other, first)) = self.own.get(&(context, chord)) {
            let message = format!(
                "`{spelling}` is on `{}` already (line {}) under `[{}]`",
                other.name(),
                line_of(self.text, *first),
                context.name()
            );
            return self.complain(at, action.name(), message);
        }
        self.own.insert((context, chord), (action, at));
        self.map.bind(context, chord, action);
    }
}

/// Which embedded keymap an own file starts from.
fn base(text: &str, file: &Path) -> Result<&'static str, Vec<Complaint>> {
    let Ok(document) = DeTable::parse(text) else {
        // `read_over` says what is wrong.
        return Ok("default");
    };
    let Some(value) = document.get_ref().get("base") else {
        return Ok("default");
    };
    let known = EMBEDDED.iter().map(|(name, _)| *name);
    if let DeValue::String(name) = value.get_ref()
        && let Some(name) = known.clone().find(|known| known == name)
    {
        return Ok(name);
    }
    let message = format!(
        "expected one of {}",
        known
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    Err(vec![complaint(
        text,
        file,
        value.span().start,
        "base",
        message,
    )])
}

fn read(path: &Path) -> Result<String, String> {
    use std::io::Read;
    let names: Vec<_> = EMBEDDED
        .iter()
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let open = std::fs::File::open(path).map_err(|error| {
        format!(
            "cannot be read ({error}): expected {} or the path of a keymap file",
            names.join(", ")
        )
    })?;
    let mut bytes = Vec::new();
    open.take(FILE_LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())
}

fn complaint(text: &str, file: &Path, at: usize, key: &str, message: String) -> Complaint {
    Complaint {
        file: file.to_owned(),
        line: line_of(text, at),
        key: key.to_owned(),
        message,
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.get(..at).unwrap_or_default();
    1 + before.matches('\n').count() as u32
}

fn sections() -> String {
    Context::ALL
        .map(|context| format!("`{}`", context.name()))
        .join(", ")
}

fn unknown_action(name: &str, context: Context) -> String {
    let fitting: Vec<_> = Action::ALL
        .iter()
        .filter(|action| action.fits(context))
        .map(|action| format!("`{}`", action.name()))
        .collect();
    format!(
        "there is no action `{name}`: expected one of {}",
        fitting.join(", ")
    )
}

#[cfg(test)]
mod tests;
