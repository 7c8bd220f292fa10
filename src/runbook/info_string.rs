//! A fence's info string: the language, and attributes of Runme's and of ours; none is needed.
//!
//! Understood: `bash {name=x interactive=false}`, `bash {"name":"x"}`, `bash name=x`, `{.bash}`,
//! `bash:path`, `bash,ignore`. Keys nobody here knows are kept as they were.

use super::{Attributes, Risk};

/// The language in lower case, and the attributes.
pub(super) fn read(info: &str) -> (Option<String>, Attributes) {
    let info = info.trim();
    let (word, rest) = match info.find(|c: char| c.is_whitespace() || c == '{' || c == ',') {
        Some(at) => (&info[..at], info[at..].trim_start_matches([',', ' '])),
        None => (info, ""),
    };
    let mut attributes = Attributes::default();
    let mut language = word
        .split(':')
        .next()
        .unwrap_or_default()
        .trim_start_matches('.')
        .to_lowercase();
    if language.contains('=') {
        pairs(info, &mut language, &mut attributes);
        return (None, attributes);
    }
    let rest = rest.trim();
    if rest.starts_with('{') && rest.contains(':') && json(rest, &mut attributes) {
        return (some(language), attributes);
    }
    let inner = rest.trim_start_matches('{').trim_end_matches('}');
    pairs(inner, &mut language, &mut attributes);
    (some(language), attributes)
}

fn some(language: String) -> Option<String> {
    let known = !language.is_empty() && language.chars().any(char::is_alphanumeric);
    known.then_some(language)
}

fn json(text: &str, attributes: &mut Attributes) -> bool {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(text) else {
        return false;
    };
    for (key, value) in map {
        let value = match value {
            serde_json::Value::String(text) => text,
            other @ (serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Number(_)
            | serde_json::Value::Array(_)
            | serde_json::Value::Object(_)) => other.to_string(),
        };
        set(attributes, &key, &value);
    }
    true
}

/// `key=value`, the value bare or quoted; `.class` names a language, bare words are kept.
fn pairs(text: &str, language: &mut String, attributes: &mut Attributes) {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=' || c == ',')
            .unwrap_or(rest.len());
        let key = &rest[..end];
        rest = &rest[end..];
        if let Some(tail) = rest.strip_prefix('=') {
            let (value, tail) = value(tail);
            set(attributes, key, &value);
            rest = tail;
        } else if let Some(class) = key.strip_prefix('.') {
            if language.is_empty() {
                *language = class.to_lowercase();
            }
        } else if !key.is_empty() && key.starts_with(|c: char| c.is_ascii_alphabetic()) {
            attributes.other.insert(key.to_owned(), String::new());
        }
        rest = rest.trim_start_matches([',', ' ', '\t']);
    }
}

fn value(text: &str) -> (String, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            let end = inner.find(quote).unwrap_or(inner.len());
            let tail = inner.get(end + 1..).unwrap_or_default();
            return (inner[..end].to_owned(), tail);
        }
    }
    let end = text
        .find(|c: char| c.is_whitespace() || c == ',')
        .unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

fn set(attributes: &mut Attributes, key: &str, value: &str) {
    let flag = || Some(!matches!(value, "false" | "no" | "0"));
    let text = || Some(value.to_owned());
    match key {
        "name" => attributes.name = text(),
        "interactive" => attributes.interactive = flag(),
        "cwd" => attributes.cwd = text(),
        "background" => attributes.background = flag(),
        "promptEnv" | "prompt_env" => attributes.prompt_env = text(),
        "excludeFromRunAll" | "exclude_from_run_all" => attributes.exclude_from_run_all = flag(),
        "interpreter" => attributes.interpreter = text(),
        "risk" => {
            attributes.risk = match value {
                "read" => Some(Risk::Read),
                "change" => Some(Risk::Change),
                "destroy" => Some(Risk::Destroy),
                _ => None,
            }
        }
        "timeout" => attributes.timeout_seconds = super::objectives::timeout_seconds(value),
        "verify" => attributes.verify = text(),
        "rollback" => attributes.rollback = text(),
        "target" => attributes.target = text(),
        "when" => attributes.when = text(),
        _ => {
            attributes.other.insert(key.to_owned(), value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (info, language) in [
            ("bash", Some("bash")),
            ("Bash", Some("bash")),
            ("", None),
            ("{.bash .numberLines}", Some("bash")),
            ("sh:deploy.sh", Some("sh")),
            ("bash,ignore", Some("bash")),
            ("shell title=\"x y\"", Some("shell")),
            ("js{1,3}", Some("js")),
        ] {
            assert_eq!(read(info).0.as_deref(), language, "{info}");
        }
    }

    #[test]
    fn attributes_in_every_form() {
        for info in [
            "bash {name=restore interactive=false timeout=5m risk=change colour=red}",
            "bash {\"name\":\"restore\",\"interactive\":false,\"timeout\":\"5m\",\"risk\":\"change\",\"colour\":\"red\"}",
            "bash name=restore interactive=\"false\" timeout='5m' risk=change colour=red",
        ] {
            let (language, attributes) = read(info);
            assert_eq!(language.as_deref(), Some("bash"), "{info}");
            assert_eq!(attributes.name.as_deref(), Some("restore"), "{info}");
            assert_eq!(attributes.interactive, Some(false), "{info}");
            assert_eq!(attributes.timeout_seconds, Some(300), "{info}");
            assert_eq!(attributes.risk, Some(Risk::Change), "{info}");
            assert_eq!(
                attributes.other.get("colour").map(String::as_str),
                Some("red"),
                "{info}"
            );
        }
    }
}
