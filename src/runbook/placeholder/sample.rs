//! Values that are examples by their looks: `your-…`, `LATEST`, `'tenant-id'`; and files that bring variables along.

use super::quoting::State;
use super::{Finder, PATTERNS};
use crate::runbook::lexicon::list;
use crate::runbook::pattern;

/// Where a provider puts its customers' sites; what is one's own stands before it.
const HOSTED: &str = ".pages.dev|.workers.dev|.appspot.com|.web.app|.firebaseapp.com|.vercel.app|.netlify.app|.fly.dev|\
    .herokuapp.com|.onrender.com|.railway.app|.azurewebsites.net|.supabase.co|.s3.amazonaws.com|.github.io";

impl Finder<'_> {
    /// `your-bucket`, `YOUR_PROJECT_ID` of `YOUR_PROJECT_ID-backups`, `your-site` of `your-site.pages.dev`.
    pub(super) fn yours(&mut self) {
        for found in PATTERNS.yours.find_iter(self.text) {
            let all = found.as_str().trim_end_matches(['.', '-', '_']);
            let word = own_part(all);
            let (start, end) = (found.start(), found.start() + word.len());
            if !word.is_empty() && self.asks(start, end) {
                self.take(start, end, word);
            }
        }
    }

    /// `dump-LATEST.tar`, `pool@LATEST_daily`: the newest has a name of its own.
    pub(super) fn newest(&mut self) {
        for found in PATTERNS.newest.find_iter(self.text) {
            let Some(at) = found.as_str().find("LATEST") else {
                continue;
            };
            let start = found.start() + at;
            let end = start + "LATEST".len();
            let after = self.after(end);
            let ends = !after.is_ascii_uppercase() && !matches!(after, '=' | '}');
            if ends && self.states[start] == State::Code && self.asks(start, end) {
                self.take(start, end, "LATEST");
            }
        }
    }

    /// `WHERE tenant_id = 'tenant-id'`, `ip = 'abusive-ip'`: the value is called like its own column.
    pub(super) fn literals(&mut self) {
        for found in pattern::captures(&PATTERNS.literal, self.text) {
            let (Some(column), Some(value)) = (found.get(1), found.get(2)) else {
                continue;
            };
            let last = value.as_str().rsplit('-').next().unwrap_or_default();
            let thing = column.as_str().strip_suffix("_id");
            let same = column.as_str().rsplit('_').next() == Some(last)
                && list("id|ip|email|name|key|token|uuid|address").any(|w| w == last);
            let named = same || thing == Some(last);
            if named && self.asks(value.start(), value.end()) {
                self.take(value.start(), value.end(), value.as_str());
            }
        }
    }

    /// Where a file of settings is read in (`. /etc/backup.env`, `source .env`): what it sets is there.
    pub(super) fn sourced(&self) -> Option<usize> {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            for (first, opened) in [
                (true, ". "),
                (true, "source "),
                (false, "&& . "),
                (false, "(. "),
            ] {
                let here = if first {
                    line.trim_start()
                        .starts_with(opened)
                        .then(|| line.len() - line.trim_start().len())
                } else {
                    line.find(opened)
                };
                let Some(here) = here else { continue };
                let file = line[here + opened.len()..]
                    .split(|c: char| c.is_whitespace() || matches!(c, ';' | ')' | '&'))
                    .next()
                    .unwrap_or_default()
                    .trim_matches(['"', '\'']);
                let name = file.rsplit('/').next().unwrap_or(file);
                let settings = name == "os-release" || name.ends_with("env");
                if settings && self.states[at + here] != State::Comment {
                    return Some(at + here);
                }
            }
            at += line.len();
        }
        None
    }
}

/// What of a `your-…` name is one's own.
fn own_part(word: &str) -> &str {
    if let Some(hosted) = list(HOSTED).find(|suffix| word.ends_with(suffix))
        && let Some(own) = word.strip_suffix(hosted)
        && !own.contains('.')
    {
        return own;
    }
    let shouted = word.starts_with("YOUR_");
    let end = word
        .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        .unwrap_or(word.len());
    let whole = word[end..].starts_with(['-', '.'])
        && word[end + 1..].starts_with(|c: char| c.is_ascii_lowercase());
    if shouted && whole {
        word[..end].trim_end_matches('_')
    } else {
        word
    }
}
