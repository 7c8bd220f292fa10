//! Holes in a text while it is parsed: `<backup-id>` would be a redirect, so a name stands in for it.
//!
//! It must not know what a hole means; that is the placeholder room's.

/// A text whose holes are names that no parser stumbles over.
pub(super) struct Holes {
    pub text: String,
    /// Every place of a hole, in order.
    pub places: Vec<Place>,
    spellings: Vec<String>,
}

/// One place where a hole stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The name that stands there in [`Holes::text`], and nowhere else.
    pub name: String,
    /// Index into the spellings that were given.
    pub hole: usize,
}

impl Holes {
    /// Puts a name where each spelling stands; the longest spelling goes first, so that one may hold another.
    pub fn in_text(text: &str, spellings: &[String]) -> Holes {
        // The name must not occur in the text by itself.
        let mut prefix = "zqhole".to_owned();
        while text.contains(&prefix) {
            prefix.push('q');
        }
        let mut order: Vec<usize> = (0..spellings.len())
            .filter(|&index| !spellings[index].is_empty())
            .collect();
        order.sort_by_key(|&index| std::cmp::Reverse(spellings[index].len()));
        if order.is_empty() {
            return Holes {
                text: text.to_owned(),
                places: Vec::new(),
                spellings: spellings.to_vec(),
            };
        }
        let mut places = Vec::new();
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        let mut opens = [false; 256];
        for &hole in &order {
            opens[usize::from(spellings[hole].as_bytes()[0])] = true;
        }
        'text: while !rest.is_empty() {
            // A byte that begins a spelling begins a character.
            let plain = rest.bytes().position(|byte| opens[usize::from(byte)]);
            let (before, after) = rest.split_at(plain.unwrap_or(rest.len()));
            replaced.push_str(before);
            rest = after;
            for &hole in &order {
                let spelling = &spellings[hole];
                if let Some(after) = rest.strip_prefix(spelling.as_str())
                    && fits(&replaced, spelling, after)
                {
                    let name = format!("{prefix}{}z", places.len());
                    replaced.push_str(&name);
                    places.push(Place { name, hole });
                    rest = after;
                    continue 'text;
                }
            }
            let mut left = rest.chars();
            replaced.extend(left.next());
            rest = left.as_str();
        }
        Holes {
            text: replaced,
            places,
            spellings: spellings.to_vec(),
        }
    }

    /// How the author spelled the hole at a place.
    pub fn spelling(&self, place: &Place) -> &str {
        &self.spellings[place.hole]
    }

    /// The text with the holes as their author spelled them.
    pub fn spelled(&self, text: &str) -> String {
        let mut spelled = text.to_owned();
        for place in self
            .places
            .iter()
            .filter(|place| text.contains(&place.name))
        {
            spelled = spelled.replace(&place.name, self.spelling(place));
        }
        spelled
    }
}

/// A spelling of plain letters (`POD`, `your-cluster`) is a hole only where it is a whole word.
fn fits(before: &str, spelling: &str, after: &str) -> bool {
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
    let starts = spelling.starts_with(char::is_alphanumeric);
    let ends = spelling.ends_with(char::is_alphanumeric);
    let open = starts && before.ends_with(is_name);
    let close = ends && after.starts_with(is_name);
    !(open || close) || is_stamp(spelling) && is_part(before, after)
}

/// `YYYYMMDD`, `TIMESTAMP`: what differs from file to file, and stands behind `_` in their names.
fn is_stamp(spelling: &str) -> bool {
    let pattern = ["YYYY", "AAAA", "JJJJ", "yyyy", "HHMM", "HH:MM"];
    pattern.iter().any(|part| spelling.starts_with(part))
        || matches!(
            spelling,
            "TIMESTAMP" | "DATETIME" | "DATE" | "VERSION" | "ID" | "TS"
        )
}

/// Whether it stands between `_` in a file's name, and not in a variable's.
fn is_part(before: &str, after: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let head = before.trim_end_matches(word);
    let named = head.ends_with(['$', '{']) || after.trim_start_matches(word).starts_with('=');
    let joined = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '$');
    let lower = before
        .strip_suffix('_')
        .is_none_or(|head| head.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()));
    !named && lower && joined(before.chars().next_back()) && joined(after.chars().next())
}

/// The holes in angle brackets that a text holds, each once: `<name>`, `<backup id>`, `<a|b>`.
pub(super) fn angles(text: &str) -> Vec<String> {
    let mut holes: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('<') {
        let Some(end) = text[at..].find(['>', '\n']).map(|end| at + end) else {
            continue;
        };
        let inside = &text[at + 1..end];
        let before = text[..at].chars().next_back();
        let after = text[end + 1..].chars().next();
        let plain = inside.chars().all(|character| {
            character.is_alphanumeric()
                || matches!(character, '-' | '_' | ' ' | '.' | '/' | '|' | ':')
        });
        let named = inside.starts_with(char::is_alphabetic) && inside.trim_end() == inside;
        // `<<`, `2<`, `<a>>b` and `<a>&1` are redirects. A blank inside is a hole only if words stand there.
        let redirects = before == Some('<')
            || before.is_some_and(|before| before.is_ascii_digit())
            || matches!(after, Some('>' | '&' | '|' | '('))
            || !text[end..].starts_with('>');
        if named && plain && !redirects && !is_file_pair(inside, before, after) {
            let spelling = text[at..=end].to_owned();
            if !holes.contains(&spelling) {
                holes.push(spelling);
            }
        }
    }
    holes
}

/// `sort <in.txt>out.txt` and `sort <in >out`: shell, not a hole.
fn is_file_pair(inside: &str, before: Option<char>, after: Option<char>) -> bool {
    let blank = before.is_none_or(char::is_whitespace);
    let follows = after
        .is_some_and(|after| after.is_alphanumeric() || matches!(after, '$' | '"' | '\'' | '~'));
    let file = inside.contains('.') || inside.starts_with('/');
    blank && (follows || file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(angles(text), expected, "in `{text}`");
    }

    #[test]
    fn angle_brackets_are_told_from_redirects() {
        check("rpk topic recover <topic-name>", &["<topic-name>"]);
        check(
            "x <component> <backup-id> <component>",
            &["<component>", "<backup-id>"],
        );
        check("export PW=<from vault>", &["<from vault>"]);
        check("kubectl config use-context <dev|prod>", &["<dev|prod>"]);
        check("aws s3 cp s3://<bucket>/latest .", &["<bucket>"]);
        check("pg_restore /backups/<backup-id>.dump", &["<backup-id>"]);
        check("sort <in.txt>out.txt", &[]);
        check("sort <in>out", &[]);
        check("cat <<EOF\n<x\nEOF", &[]);
        check("cmd 2<in >out", &[]);
        check("a <b>>c", &[]);
        check("diff <(a) <(b)", &[]);
    }

    #[test]
    fn a_stamp_is_filled_in_inside_of_a_files_name() {
        let holes =
            |text: &str, spelling: &str| Holes::in_text(text, &[spelling.to_owned()]).places.len();
        assert_eq!(holes("cp gw_YYYYMMDD.db db_YYYYMMDD_full", "YYYYMMDD"), 2);
        assert_eq!(holes("tar xf history_TIMESTAMP.tar.gz", "TIMESTAMP"), 1);
        assert_eq!(holes("ls $my_DATE ${a_DATE} MY_DATE", "DATE"), 0);
        assert_eq!(holes("my_DATE=1 x_POD", "DATE"), 0);
        assert_eq!(holes("ls x_POD", "POD"), 0);
    }

    #[test]
    fn names_stand_in_and_go_back() {
        let spellings = ["<a>".to_owned(), "<ab>".to_owned(), "POD".to_owned()];
        let holes = Holes::in_text("x <ab> <a> POD PODS myPOD zqhole", &spellings);
        assert!(holes.text.ends_with("PODS myPOD zqhole"));
        assert_eq!(holes.places.len(), 3);
        assert_eq!(
            holes.spelled(&holes.text),
            "x <ab> <a> POD PODS myPOD zqhole"
        );
    }
}
