//! Which words are holes, which are standard variables, and which hold secrets.

use super::Finder;
use super::quoting::State;
use crate::runbook::lexicon::list;
use crate::runbook::phrases::Phrases;

/// Whether what stands between `<` and `>` is a name for something, and not a tag, a mark or code.
pub(super) fn is_hole_name(inner: &str) -> bool {
    let Some(first) = inner.chars().next() else {
        return false;
    };
    let last = inner.chars().next_back().unwrap_or(' ');
    let allowed = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '-'
                    | '_'
                    | '.'
                    | '/'
                    | ':'
                    | ','
                    | '|'
                    | '\''
                    | '’'
                    | '('
                    | ')'
                    | '#'
                    | '+'
                    | '@'
                    | '*'
                    | '…'
                    | '='
                    | '?'
            )
    };
    let opens = first.is_alphanumeric() || matches!(first, '_' | '.' | '/' | '…' | '*' | '#');
    let tag = matches!(
        inner,
        "none"
            | "nil"
            | "unknown"
            | "unset"
            | "null"
            | "br"
            | "b"
            | "i"
            | "p"
            | "h1"
            | "h2"
            | "div"
            | "span"
            | "title"
            | "html"
            | "head"
            | "body"
            | "br/"
            | "li"
            | "ul"
            | "td"
            | "tr"
    );
    opens
        && !last.is_whitespace()
        && inner.chars().all(allowed)
        && (inner.chars().any(char::is_alphabetic) || inner.contains("...") || inner.contains('…'))
        && !tag
        && inner
            .strip_prefix('/')
            .is_none_or(|rest| rest.contains(['-', '/', ' ']))
        && !(inner.contains('@') && inner.contains('.'))
        && !inner.starts_with("http")
}

/// The values a hole enumerates.
pub(super) fn choices(inner: &str) -> Vec<String> {
    if !inner.contains('|') {
        return Vec::new();
    }
    let list = inner.rsplit(':').next().unwrap_or(inner);
    let values: Vec<String> = list
        .split('|')
        .map(|v| v.trim().to_owned())
        .filter(|v| !v.is_empty())
        .collect();
    if values.len() >= 2 {
        values
    } else {
        Vec::new()
    }
}

/// One lower-case word that only ever asks for a value: no set of characters is spelt like it.
pub(super) fn is_thing(word: &str) -> bool {
    list(
        "user|username|password|database|dbname|host|hostname|server|port|date|timestamp|file|filename|namespace|\
    pod|node|service|cluster|instance|container|version|backup|snapshot|bucket|region|path|name|table|token|email|\
    domain|revision|environment|usuario|base|fecha|servidor|archivo|usuário|banco|arquivo|servidor|utilisateur|fichier",
    )
    .any(|w| w == word)
}

/// `XXX`, `vol-xxxxxxxx`, but not mktemp's pattern.
pub(super) fn is_crossed(finder: &Finder<'_>, start: usize, end: usize) -> bool {
    let word = &finder.text[start..end];
    let Some(run_start) = word.find("XXX").or_else(|| word.find("xxx")) else {
        return false;
    };
    let mark = word.as_bytes()[run_start];
    let run_end = run_start + word[run_start..].bytes().take_while(|b| *b == mark).count();
    let letter = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphabetic);
    let bounded = !letter(
        run_start
            .checked_sub(1)
            .and_then(|i| word.as_bytes().get(i)),
    ) && !letter(word.as_bytes().get(run_end));
    // `AKIAXXXXXXXXXXXXXXXX`: nobody's name is that long.
    (bounded || run_end - run_start >= 8) && !finder.line_of(start).contains("mktemp")
}

/// An upper-case word that stands where a value belongs and names a thing.
pub(super) fn is_upper_hole(finder: &Finder<'_>, start: usize, end: usize) -> bool {
    const THINGS: &str = "NAME|ID|IDS|IP|IPS|HOST|HOSTNAME|FILE|FILENAME|URL|URI|TOKEN|KEY|PASSWORD|PASS|SECRET|\
    DATE|TIMESTAMP|PATH|DIR|NUMBER|NUM|VERSION|ARN|NAMESPACE|ADDRESS|ENDPOINT|BUCKET|REGION|\
    CLUSTER|NODE|POD|DATABASE|DB|TAG|HASH|SHA|REVISION|INSTANCE|SNAPSHOT|VOLUME|USER|USERNAME|\
    PORT|ACCOUNT|PROJECT|DEPLOYMENT|SERVICE|CONTAINER|TOPIC|HERE|EMAIL|DOMAIN|PRIMARY|STANDBY|\
    REPLICA";
    const ALONE: &str = "NAMESPACE|PODNAME|NODENAME|USERNAME|PASSWORD|TIMESTAMP|CHANGEME|REPLACEME|PLACEHOLDER|\
    BUCKET|HOSTNAME|POD|RELEASE|REVISION|DEPLOYMENT";
    let word = &finder.text[start..end];
    let before = finder.before(start);
    let after = finder.after(end);
    let login = finder.in_login(start, end);
    // `gs://b/f#VERSION_NUMBER`, `version-NUMBER`, `$(date)_HOST_NAME`.
    let glued = before == '#'
        || before == '_' && finder.text[..start].ends_with(")_")
        || before == '-'
            && finder.text[..start - 1].ends_with(|c: char| c.is_ascii_lowercase())
            && matches!(word, "NUMBER" | "VERSION" | "TIMESTAMP");
    let stands = (before.is_whitespace()
        || glued
        || matches!(before, '/' | '=' | ':' | '@' | '"' | '\'' | ','))
        && !finder.text[..start].ends_with("${");
    let ends = after.is_whitespace()
        || matches!(
            after,
            '/' | ':' | '@' | '"' | '\'' | ',' | '.' | ')' | '|' | ';' | '-'
        );
    let line = finder.line_of(start);
    let offset = start - finder.line_start(start);
    // `--to-revisions=REVISION_NAME=100` shares something out to what is named.
    let shared = after == '='
        && before == '='
        && line[..offset].trim_end_matches('=').ends_with("revisions");
    if !stands || !(ends || shared) || word.starts_with("CURRENT_") || word.starts_with("SIG") {
        return false;
    }
    let previous = line[..offset]
        .split_whitespace()
        .next_back()
        .unwrap_or_default();
    let names_a_variable = matches!(
        previous,
        "export"
            | "unset"
            | "printenv"
            | "-e"
            | "--env"
            | "env"
            | "-D"
            | "set"
            | "SET"
            | "GET"
            | "CONFIG"
            | "read"
            | "for"
            | "select"
            | "|"
    );
    // `read -p "Pod: " POD_NAME` asks for it by itself.
    let command = line[..offset]
        .rsplit([';', '&', '|', '('])
        .next()
        .unwrap_or_default();
    let read = command.trim_start().starts_with("read ");
    let first_word = line[..offset].trim().is_empty() || read;
    // `env | grep NAME` looks whether the variable is there.
    let looked_for = previous == "grep"
        && list("env|export|.env|environment").any(|w| line[..offset].contains(w));
    // `vercel env add NAME`, `aws ssm put-parameter --name /app/NAME`: it is named, not filled in.
    let named = matches!(previous, "add" | "rm" | "remove" | "pull")
        && line[..offset].contains(" env ")
        || before == '/'
            && previous.starts_with('/')
            && line[..offset].contains(" ssm ")
            && line[..offset].contains("--name ");
    let looked_for = looked_for
        || named
        || finder.text[..start].ends_with("$env:")
        || finder.is_looked_for(start, end)
        || finder.names_a_setting(start);
    if names_a_variable || looked_for || first_word || finder.states[start] == State::Literal {
        return false;
    }
    if is_echo(word, &line[..offset]) {
        return true;
    }
    if matches!(finder.states[start], State::Single | State::Double)
        && !finder.quoted_alone(start, end)
    {
        return false;
    }
    // `ssh admin@NEW_HOST`, `/srv/tftp/SERIAL/`.
    let host = before == '@'
        && line[..offset - 1]
            .ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '>')
        && word != "HEAD";
    // `arn:aws:rds:eu-west-1:ACCOUNT:cluster:x`.
    let part = before == ':' && after == ':' && line[..offset].contains("arn:");
    if part && list(THINGS).any(|w| w == word) {
        return true;
    }
    let segment =
        before == '/' && after == '/' && (word == "SERIAL" || list(THINGS).any(|w| w == word));
    if host || segment || is_romance(word) {
        return true;
    }
    // A process is only ever asked for by what wants one.
    let process = word == "PID" && (line[..offset].contains("kill ") || previous == "-p");
    let reached = matches!(word, "TARGET" | "HOST" | "SERVER" | "NODE") && previous == "ssh";
    if login || process || reached || glued && before == '-' {
        return true;
    }
    match word.rsplit(['_', '-']).next() {
        Some(last) if last != word => list(THINGS).any(|w| w == last),
        _ => {
            list(ALONE).any(|w| w == word) || names_a_thing(word, &|w| list(THINGS).any(|t| t == w))
        }
    }
}

/// `WHERE id = 'SUSPECT_USER_ID'`: a value in quotes that names a thing.
pub(super) fn is_quoted_thing(finder: &Finder<'_>, start: usize, end: usize) -> bool {
    let word = &finder.text[start..end];
    finder.before(start) == '\''
        && finder.after(end) == '\''
        && word.contains('_')
        && list("_ID|_IDS|_NAME|_EMAIL|_TOKEN|_PASSWORD|_UUID|_HASH").any(|end| word.ends_with(end))
}

/// `node_serial=SERIAL`: the value is its own key, shouted.
fn is_echo(word: &str, before: &str) -> bool {
    before.strip_suffix('=').is_some_and(|key| {
        let key = key
            .rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
            .next()
            .unwrap_or_default();
        let named = key.trim_start_matches('-');
        let shouted = word.to_ascii_lowercase().replace('-', "_");
        let lower = named.replace('-', "_");
        named.bytes().any(|b| b.is_ascii_lowercase())
            && lower
                .strip_suffix(shouted.as_str())
                .is_some_and(|head| head.is_empty() || head.ends_with('_'))
    })
}

/// `IP_DEL_SERVIDOR`, `NOM_DU_FICHIER`: a thing, and whose it is.
fn is_romance(word: &str) -> bool {
    const WHAT: &str = "IP|ID|URL|HOST|TOKEN|NOMBRE|NOM|NOME|FECHA|DATE|DATA|CLAVE|SENHA|RUTA|CHEMIN|CAMINHO|ARCHIVO|\
    ARQUIVO|FICHIER|SERVIDOR|SERVEUR|USUARIO|CLE|CHAVE|BASE|PUERTO|PORTA|PORT";
    let mut parts = word.split('_');
    let what = parts.next().unwrap_or_default();
    let of = parts.next().unwrap_or_default();
    matches!(of, "DEL" | "DE" | "DU" | "DES" | "DO" | "DA")
        && parts.next().is_some()
        && list(WHAT).any(|w| w == what)
}

/// `suspicious_ip` where an address must stand: no host has such a name.
pub(super) fn is_address_hole(finder: &Finder<'_>, start: usize, end: usize) -> bool {
    let line = finder.line_of(start);
    let offset = start - finder.line_start(start);
    let previous = line[..offset]
        .split_whitespace()
        .next_back()
        .unwrap_or_default();
    let wanted = "-h|--source|--destination|--src|--dst|--host|from|to|ping|ssh|nc|traceroute|whois|dig|nslookup";
    let filtered = matches!(previous, "-s" | "-d") && line.contains("tables ");
    let alone = finder.before(start) == ' ' && finder.after(end).is_whitespace();
    alone
        && finder.states[start] == State::Code
        && (filtered || list(wanted).any(|w| w == previous))
}

/// `ZONEID`, `BUCKETNAME`: a thing and what of it is asked for, written in one word.
fn names_a_thing(word: &str, is_thing: &dyn Fn(&str) -> bool) -> bool {
    const MORE: &str = "ZONE|VPC|SUBNET|GROUP|TASK|IMAGE|STACK|TABLE|QUEUE|DISTRIBUTION|TENANT|CUSTOMER|BACKUP|JOB|DISK|REPO|APP|\
    RELEASE|SERVER|BRANCH|FUNCTION|POOL";
    list("ID|NAME|ARN|IP|URL")
        .filter_map(|ending| word.strip_suffix(ending))
        .any(|thing| thing.len() > 1 && (is_thing(thing) || list(MORE).any(|w| w == thing)))
}

/// Variables that every shell sets by itself.
pub(super) fn is_standard(name: &str) -> bool {
    matches!(
        name,
        "HOME"
            | "USER"
            | "PWD"
            | "OLDPWD"
            | "PATH"
            | "SHELL"
            | "HOSTNAME"
            | "RANDOM"
            | "SECONDS"
            | "EDITOR"
            | "TMPDIR"
            | "LANG"
            | "UID"
            | "EUID"
            | "IFS"
            | "LINENO"
            | "PPID"
            | "REPLY"
            | "OPTARG"
            | "OPTIND"
            | "FUNCNAME"
            | "PIPESTATUS"
            | "LOGNAME"
            | "TERM"
            | "DISPLAY"
            | "_"
            | "EPOCHSECONDS"
            | "OSTYPE"
            | "HOSTTYPE"
            | "MACHTYPE"
    ) || name.starts_with("BASH")
}

pub(super) fn is_secret(name: &str) -> bool {
    static SECRETS: Phrases = Phrases::new(
        "password|passwd|secret|token|apikey|api-key|private-key|access-key|credential|passphrase|\
    密码|密碼|パスワード|비밀번호|mot-de-passe|contraseña|senha|пароль|passwort|mật-khẩu",
    );
    let lower: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    SECRETS.any(&lower) || lower.split('-').any(|w| matches!(w, "pwd" | "pass" | "pw"))
}

impl Finder<'_> {
    /// `://USER:PASS@HOST`: an upper-case word of an address's login.
    fn in_login(&self, start: usize, end: usize) -> bool {
        let line = self.line_of(start);
        let offset = start - self.line_start(start);
        let word = end - start;
        let opens = line[..offset].rfind("://").map(|at| &line[at + 3..offset]);
        let closes = line[offset + word..].split('@').next();
        let plain = |t: &str| {
            t.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-:".contains(&b))
        };
        let login = line[offset + word..].contains('@');
        login && opens.is_some_and(plain) && closes.is_some_and(plain)
    }

    /// Whether the quotes around hold no white space.
    pub(super) fn quoted_alone(&self, start: usize, end: usize) -> bool {
        let bytes = self.text.as_bytes();
        let edge = |b: &&u8| matches!(**b, b'"' | b'\'' | b' ' | b'\n');
        let quote = |b: Option<&u8>| matches!(b, Some(b'"' | b'\''));
        quote(bytes[..start].iter().rev().take(200).find(edge))
            && quote(bytes[end..].iter().take(200).find(edge))
    }
}
