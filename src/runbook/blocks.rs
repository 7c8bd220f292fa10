//! A fence → a [`Block`]: what it is by label, prompt, first words, output patterns and the sentence
//! before it. What is not clearly meant to be run is never a command or a query.

use super::commands::{self, Looks};
use super::lexicon::list;
use super::scan::Fence;
use super::shell::{self, RiskTable};
use super::transcript;
use super::{Attributes, Block, Line, Risk, Role, info_string, lexicon, placeholder};

/// Builds the block of a fence; `caption` is the text right before it.
pub(super) fn build(
    fence: &Fence,
    line: u32,
    end_line: u32,
    caption: &str,
    table: &RiskTable,
) -> Block {
    let (language, mut attributes) = info_string::read(&fence.info);
    let first_line = if fence.indented { line } else { line + 1 };
    let body = dedent(&fence.body);
    let lines: Vec<&str> = body.iter().map(String::as_str).collect();
    let judged = judge(&lines, language.as_deref(), fence.indented, caption);
    let text = judged
        .text
        .iter()
        .map(|(_, text)| text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    if judged.interpreter.is_some() && attributes.interpreter.is_none() {
        attributes.interpreter = judged.interpreter.map(str::to_owned);
    }
    let substeps = if judged.role == Role::Command {
        substeps(&judged.text, first_line)
    } else {
        Vec::new()
    };
    let flavour = match judged.role {
        Role::Command => Some(placeholder::Flavour::Shell),
        Role::Query => Some(placeholder::Flavour::Sql),
        Role::Patch | Role::Config => Some(placeholder::Flavour::Plain),
        Role::Output | Role::Unknown => None,
    };
    let holes = flavour
        .map(|f| placeholder::find(&text, f))
        .unwrap_or_default();
    let mut placeholders: Vec<String> = Vec::new();
    for hole in &holes {
        if !placeholders.contains(&hole.name) {
            placeholders.push(hole.name.clone());
        }
    }
    let mut block = Block {
        line,
        end_line,
        language,
        role: judged.role,
        text,
        risk: Risk::Unknown,
        placeholders,
        reasons: Vec::new(),
        holes,
        expected: judged.expected,
        substeps,
        interactive: false,
        attributes: Attributes::default(),
    };
    assess(&mut block, attributes, table);
    block
}

/// Fills risk, reasons and `interactive`; what the author wrote on the fence can only add to it.
fn assess(block: &mut Block, attributes: Attributes, table: &RiskTable) {
    match block.role {
        Role::Command => {
            let spellings: Vec<String> = block
                .holes
                .iter()
                .map(|hole| hole.spelling.clone())
                .collect();
            let assessment = shell::classify_with_holes(&block.text, &spellings, table);
            block.risk = assessment.risk;
            block.reasons = assessment.reasons;
            block.interactive = assessment.interactive || block.far_side().is_some();
        }
        Role::Query => {
            let assessment = shell::classify_sql(&block.text);
            block.risk = assessment.risk;
            block.reasons = assessment.reasons;
        }
        Role::Patch => block.risk = Risk::Change,
        Role::Config | Role::Output | Role::Unknown => {}
    }
    if block.is_runnable()
        && let Some(risk) = attributes.risk
    {
        if block.risk == Risk::Unknown || risk > block.risk {
            block
                .reasons
                .push("the runbook's author says so on the fence".to_owned());
        }
        block.risk = if block.risk == Risk::Unknown {
            risk
        } else {
            block.risk.max(risk)
        };
    }
    if let Some(interactive) = attributes.interactive
        && block.role == Role::Command
    {
        block.interactive = interactive || block.far_side().is_some();
    }
    block.attributes = attributes;
}

/// What a block was found to be.
#[derive(Default)]
struct Judged {
    role: Role,
    text: Vec<(usize, String)>,
    expected: Option<String>,
    interpreter: Option<&'static str>,
}

fn judge(lines: &[&str], language: Option<&str>, indented: bool, caption: &str) -> Judged {
    let whole = |role: Role| Judged {
        role,
        text: lines
            .iter()
            .enumerate()
            .map(|(i, l)| (i, (*l).to_owned()))
            .collect(),
        ..Judged::default()
    };
    match family(language) {
        Family::Shell { console } => {
            shell_block(lines, true, console, caption).unwrap_or_else(whole)
        }
        Family::Plain => {
            let judged = shell_block(lines, false, false, caption).unwrap_or_else(whole);
            if indented && judged.role == Role::Config {
                whole(Role::Unknown)
            } else {
                judged
            }
        }
        Family::Sql => sql_block(lines).unwrap_or_else(|| whole(Role::Query)),
        Family::Printed => match transcript::read(lines, false) {
            Some(session) if !session.typed.is_empty() => from_session(session),
            _ => whole(Role::Output),
        },
        Family::Yaml => whole(if is_workload(lines) {
            Role::Patch
        } else {
            Role::Config
        }),
        Family::PowerShell => {
            let only_remarks = lines
                .iter()
                .all(|l| l.trim().is_empty() || l.trim_start().starts_with('#'));
            Judged {
                interpreter: Some("pwsh"),
                ..whole(if only_remarks {
                    Role::Unknown
                } else {
                    Role::Command
                })
            }
        }
        Family::Config => whole(Role::Config),
        Family::Code => whole(Role::Unknown),
        Family::Named => {
            let all = commands::logical_lines(lines);
            let typed = all
                .iter()
                .filter(|l| !is_blank_or_comment(l[0]))
                .collect::<Vec<_>>();
            if !typed.is_empty()
                && typed
                    .iter()
                    .all(|l| commands::looks(l[0]) == Looks::Command)
            {
                whole(Role::Command)
            } else {
                whole(Role::Unknown)
            }
        }
    }
}

enum Family {
    Shell {
        console: bool,
    },
    Sql,
    Yaml,
    Config,
    PowerShell,
    /// Code and diagrams: shown.
    Code,
    /// Labels that say "this is what it prints".
    Printed,
    /// No label, or one that says nothing.
    Plain,
    /// A label that is a program's name or something nobody here knows.
    Named,
}

fn family(language: Option<&str>) -> Family {
    match language.unwrap_or_default() {
        "bash" | "sh" | "shell" | "zsh" | "ksh" | "ash" | "dash" | "fish" | "bashrc"
        | "commandline" | "command" | "commands" | "cli" | "shellscript" | "bash-script"
        | "linux" | "unix" => Family::Shell { console: false },
        "console" | "terminal" | "shell-session" | "shellsession" | "sh-session"
        | "bash-session" | "session" | "term" => Family::Shell { console: true },
        "sql" | "psql" | "pgsql" | "postgresql" | "postgres" | "mysql" | "plsql" | "tsql"
        | "cql" | "sqlite" | "mariadb" | "plpgsql" | "mssql" | "postgressql" | "t-sql" => {
            Family::Sql
        }
        "yaml" | "yml" => Family::Yaml,
        "json" | "jsonc" | "json5" | "ini" | "toml" | "env" | "dotenv" | "properties" | "conf"
        | "nginx" | "apache" | "hcl" | "terraform" | "tf" | "xml" | "html" | "css" | "csv"
        | "dockerfile" | "docker-compose" | "caddyfile" | "cfg" | "config" | "systemd" | "cron"
        | "crontab" | "makefile" | "proto" | "plist" | "haproxy" | "gitignore" | "ssh-config"
        | "jsonnet" | "rego" | "cue" | "bicep" => Family::Config,
        "powershell" | "ps1" | "pwsh" | "ps" => Family::PowerShell,
        "promql" | "logql" | "metricsql" | "kql" | "kusto" | "lucene" | "graphql" | "mermaid"
        | "plantuml" | "dot" | "graphviz" | "ascii" | "markdown" | "md" | "diff" | "patch"
        | "http" | "rest" | "python" | "py" | "javascript" | "js" | "typescript" | "ts" | "tsx"
        | "jsx" | "go" | "golang" | "rust" | "java" | "kotlin" | "scala" | "c" | "cpp" | "c++"
        | "csharp" | "cs" | "ruby" | "rb" | "php" | "perl" | "lua" | "r" | "swift" | "elixir"
        | "erlang" | "groovy" | "jenkinsfile" | "cypher" | "spl" | "splunk" | "insights"
        | "math" | "latex" | "tree" | "bat" | "batch" | "dos" | "cmd" | "vbnet" | "regex"
        | "flux" | "jq" | "awk" | "gherkin" | "email" => Family::Code,
        "output" | "log" | "logs" | "stdout" | "stderr" => Family::Printed,
        "" | "text" | "txt" | "plaintext" | "plain" | "none" | "raw" | "code" | "copy"
        | "sourcecode" | "pre" | "nohighlight" => Family::Plain,
        _ => Family::Named,
    }
}

/// Judges a block that may be a shell text; `Err` is the role of the whole where nothing is taken apart.
fn shell_block(
    lines: &[&str],
    labelled: bool,
    console: bool,
    caption: &str,
) -> Result<Judged, Role> {
    if let Some(session) = transcript::read(lines, console || !labelled) {
        if session.typed.iter().any(|(_, t)| !is_blank_or_comment(t)) {
            return Ok(from_session(session));
        }
        return Err(Role::Output);
    }
    let said: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|l| !is_blank_or_comment(l))
        .collect();
    if said.is_empty() {
        return Err(if labelled {
            Role::Unknown
        } else {
            prose_or_output(lines)
        });
    }
    if let Some(role) = not_shell(&said, lines) {
        return Err(role);
    }
    let logical = commands::logical_lines(lines);
    let judged: Vec<(Looks, &str)> = logical
        .iter()
        .filter(|l| !is_blank_or_comment(l[0]))
        .map(|l| (commands::looks(&commands::joined(l)), l[0]))
        .collect();
    let sure = judged
        .iter()
        .filter(|(looks, _)| *looks == Looks::Command)
        .count();
    let maybe = judged
        .iter()
        .filter(|(looks, _)| *looks == Looks::Maybe)
        .count();
    let printed = judged
        .iter()
        .filter(|(looks, l)| *looks != Looks::Command && commands::looks_like_output(l))
        .count();
    let prose = judged
        .iter()
        .filter(|(looks, l)| *looks == Looks::Other && commands::looks_like_prose(l))
        .count();
    let first_sure = judged
        .first()
        .is_some_and(|(looks, _)| *looks == Looks::Command);
    let announced_output = announces_output(caption);
    let announced_command = announces_command(caption);
    let whole = |role: Role| Judged {
        role,
        text: lines
            .iter()
            .enumerate()
            .map(|(i, l)| (i, (*l).to_owned()))
            .collect(),
        ..Judged::default()
    };
    if announced_output && !first_sure && !announced_command {
        return Err(Role::Output);
    }
    if announced_output && !labelled && sure < judged.len() {
        return Err(Role::Output);
    }
    if sure == 0 && is_sql(&said) {
        return sql_block(lines).ok_or(Role::Query);
    }
    // Output under the commands that print it, without any prompt.
    if first_sure && let Some(split) = trailing_output(&logical) {
        let typed: Vec<(usize, String)> = lines[..split]
            .iter()
            .enumerate()
            .map(|(i, l)| (i, (*l).to_owned()))
            .collect();
        let printed: Vec<&str> = lines[split..].to_vec();
        return Ok(Judged {
            role: Role::Command,
            text: trimmed(typed),
            expected: Some(printed.join("\n").trim().to_owned()),
            interpreter: None,
        });
    }
    if labelled {
        let nothing_known = sure == 0;
        if nothing_known && (prose * 2 > judged.len() || printed * 2 >= judged.len() && maybe == 0)
        {
            return Err(if printed > prose {
                Role::Output
            } else {
                Role::Unknown
            });
        }
        if nothing_known && maybe == 0 && judged.len() > 1 {
            return Err(Role::Unknown);
        }
        if nothing_known && maybe == 0 && !is_bare_program(judged[0].1) {
            return Err(Role::Unknown);
        }
        return Ok(whole(Role::Command));
    }
    if first_sure && sure * 2 >= judged.len() && prose * 3 < judged.len() {
        return Ok(whole(Role::Command));
    }
    if sure * 3 >= judged.len() * 2 && prose == 0 && sure > 0 {
        return Ok(whole(Role::Command));
    }
    let script = lines.first().is_some_and(|l| l.starts_with("#!"));
    if script && sure > 0 {
        return Ok(whole(Role::Command));
    }
    if announced_command && sure == 0 && maybe == judged.len() {
        return Ok(whole(Role::Command));
    }
    Err(prose_or_output(lines))
}

fn prose_or_output(lines: &[&str]) -> Role {
    let said: Vec<&&str> = lines.iter().filter(|l| !l.trim().is_empty()).collect();
    let printed = said
        .iter()
        .filter(|l| commands::looks_like_output(l))
        .count();
    if printed * 2 >= said.len() && !said.is_empty() {
        Role::Output
    } else {
        Role::Unknown
    }
}

fn is_blank_or_comment(line: &str) -> bool {
    let text = line.trim();
    text.is_empty() || text.starts_with('#') || text == ":"
}

/// A single word that could well be a tool of the team's own: `rebuild-index`.
fn is_bare_program(line: &str) -> bool {
    let text = line.trim();
    !text.contains(char::is_whitespace)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.contains(['-', '_'])
        && !text.contains("://")
        && !text.contains(['{', '[', ':'])
}

/// Things that stand under a shell's label, or none, and are no shell text.
fn not_shell(said: &[&str], lines: &[&str]) -> Option<Role> {
    let first = said[0].trim();
    let all = |test: &dyn Fn(&str) -> bool| said.iter().all(|l| test(l.trim()));
    if all(&|l| l.contains("://") && !l.contains(' ') && !l.contains('=')) {
        return Some(Role::Unknown);
    }
    if all(&|l| {
        matches!(
            l.trim_matches(['.', '<', '>', '[', ']']),
            "" | "TODO" | "TBD" | "FIXME" | "N/A" | "n/a"
        )
    }) {
        return Some(Role::Unknown);
    }
    if said.iter().any(|l| is_crontab(l)) && all(&|l| is_crontab(l) || commands::is_assignment(l)) {
        return Some(Role::Config);
    }
    if all(&is_setting) && !lines.iter().any(|l| l.trim_start().starts_with("export ")) {
        return Some(Role::Config);
    }
    if first.starts_with('[')
        && first.ends_with(']')
        && !first.starts_with("[[")
        && !first.starts_with("[ ")
    {
        return Some(Role::Config);
    }
    if lines.iter().any(|l| l.starts_with("apiVersion:")) && !lines.iter().any(|l| l.contains("<<"))
    {
        return Some(if is_workload(lines) {
            Role::Patch
        } else {
            Role::Config
        });
    }
    if (first == "{" || first.starts_with("{\"") || first == "[" || first.starts_with("[{"))
        && !first.contains(';')
    {
        return Some(Role::Config);
    }
    if said.iter().any(|l| is_powershell(l))
        && said
            .iter()
            .all(|l| commands::looks(l) != Looks::Command || is_powershell(l))
    {
        return Some(Role::Unknown);
    }
    if all(&|l| l.starts_with("s3://") || l.starts_with("gs://")) {
        return Some(Role::Unknown);
    }
    let requests = ["GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD "];
    if requests.iter().any(|r| first.starts_with(r)) && first.split_whitespace().count() <= 3 {
        return Some(Role::Unknown);
    }
    if lines
        .iter()
        .take(60)
        .any(|l| l.contains(['├', '└', '┌', '╔', '▼', '▲']))
        && !commands_lead(said)
    {
        return Some(Role::Unknown);
    }
    None
}

fn commands_lead(said: &[&str]) -> bool {
    said.first()
        .is_some_and(|l| commands::looks(l) == Looks::Command)
}

/// `KEY=value` with nothing behind it and nothing computed.
fn is_setting(line: &str) -> bool {
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    let upper = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
    let value = value.trim();
    let one_word = value.starts_with(['"', '\''])
        || !value.contains(' ')
        || value
            .split_once(" #")
            .is_some_and(|(v, _)| !v.trim().contains(' '));
    upper && one_word && !value.contains("$(") && !value.contains('`')
}

fn is_crontab(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with("@daily ")
        || line.starts_with("@hourly ")
        || line.starts_with("@weekly ")
        || line.starts_with("@reboot ")
    {
        return true;
    }
    let mut fields = line.split_whitespace();
    let timed = (0..5).all(|_| {
        fields.next().is_some_and(|f| {
            f.len() <= 20
                && f.chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '*' | '/' | ',' | '-'))
                && f.contains(|c: char| c.is_ascii_digit() || c == '*')
        })
    });
    timed && fields.next().is_some()
}

fn is_powershell(line: &str) -> bool {
    let text = line.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    let verb = first.split_once('-').is_some_and(|(verb, noun)| {
        matches!(
            verb,
            "Get"
                | "Set"
                | "New"
                | "Remove"
                | "Start"
                | "Stop"
                | "Restart"
                | "Invoke"
                | "Test"
                | "Write"
                | "Import"
                | "Export"
                | "Add"
                | "Enable"
                | "Disable"
                | "Restore"
                | "Backup"
                | "Connect"
                | "Copy"
                | "Select"
                | "Where"
                | "Update"
                | "Install"
                | "Resolve"
                | "Clear"
        ) && noun.starts_with(|c: char| c.is_ascii_uppercase())
    });
    verb || text.starts_with("$env:") || text.starts_with('$') && text.contains(" = ")
}

/// Whether the statements of an unlabelled or shell block are SQL.
fn is_sql(said: &[&str]) -> bool {
    let text = said.join("\n");
    let text = text.trim_start();
    let start = said.iter().position(|l| !l.trim_start().starts_with("--"));
    let Some(start) = start else {
        return false;
    };
    commands::looks_like_sql(&said[start..].join("\n")) && !text.starts_with("SELECT a ")
}

fn sql_block(lines: &[&str]) -> Option<Judged> {
    if let Some(session) = transcript::read(lines, false)
        && !session.typed.is_empty()
    {
        return Some(from_session(session));
    }
    let said = lines.iter().filter(|l| {
        let text = l.trim();
        !(text.is_empty()
            || text.starts_with("--")
            || text.starts_with("/*")
            || text.starts_with('#'))
    });
    let text = || {
        lines
            .iter()
            .enumerate()
            .map(|(i, l)| (i, (*l).to_owned()))
            .collect::<Vec<_>>()
    };
    let count = said.clone().count();
    if count == 0 {
        return Some(Judged {
            role: Role::Unknown,
            text: text(),
            ..Judged::default()
        });
    }
    // A shell line under an SQL label: `psql -c …`.
    let shell = said.clone().next().is_some_and(|l| {
        commands::looks(l) == Looks::Command && !commands::looks_like_sql(&lines.join("\n"))
    });
    if shell {
        return Some(Judged {
            role: Role::Command,
            text: text(),
            ..Judged::default()
        });
    }
    Some(Judged {
        role: Role::Query,
        text: text(),
        ..Judged::default()
    })
}

fn from_session(session: transcript::Transcript) -> Judged {
    let role = if session.sql {
        Role::Query
    } else {
        Role::Command
    };
    let expected = session.printed.join("\n");
    let expected = expected.trim_matches('\n');
    Judged {
        role,
        text: session.typed,
        expected: (!expected.trim().is_empty()).then(|| expected.to_owned()),
        interpreter: None,
    }
}

/// Where the output starts that follows the last command of a block without prompts.
fn trailing_output(logical: &[Vec<&str>]) -> Option<usize> {
    let mut at = 0;
    let mut last_command_end = 0;
    let mut printed = 0;
    let mut other = 0;
    for group in logical {
        let line = group[0];
        at += group.len();
        if line.trim().is_empty() {
            continue;
        }
        if line.trim_start().starts_with('#') || commands::looks(line) == Looks::Command {
            if printed > 0 || other > 0 {
                // Commands and output in turn cannot be told apart without prompts.
                return None;
            }
            last_command_end = at;
        } else if commands::looks_like_output(line) {
            printed += 1;
        } else {
            other += 1;
        }
    }
    (printed > 0 && printed > other).then_some(last_command_end)
}

fn trimmed(mut text: Vec<(usize, String)>) -> Vec<(usize, String)> {
    while text.last().is_some_and(|(_, t)| t.trim().is_empty()) {
        text.pop();
    }
    text
}

/// What is typed at the far side of a remote shell or prompt that an earlier line opens.
pub(super) fn far_side(text: &str) -> Option<&str> {
    let mut opened = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if opened && !is_blank_or_comment(line) {
            return Some(&text[at..]);
        }
        opened = opened || opens_far_side(line.trim_end());
        at += line.len();
    }
    None
}

/// `ssh host`, `kubectl exec -it x -- bash`, `psql` and the like, with nothing handed to them to do.
fn opens_far_side(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim();
    if line.is_empty()
        || line.starts_with('#')
        || line.contains(['|', ';'])
        || line.contains("<<")
        || line.contains(" < ")
        || line.ends_with('\\')
        || line.contains("&&")
        || line.contains("$(")
    {
        return false;
    }
    let (program, rest) = commands::program(line);
    let program = program.rsplit('/').next().unwrap_or(program);
    let words: Vec<&str> = rest.split_whitespace().collect();
    let has = |flags: &[&str]| {
        words.iter().any(|w| {
            flags
                .iter()
                .any(|f| w == f || f.starts_with("--") && w.starts_with(&format!("{f}=")))
        })
    };
    let last = words.last().copied().unwrap_or_default();
    let shell = |word: &str| {
        matches!(
            word.rsplit('/')
                .next()
                .unwrap_or(word)
                .trim_matches(['"', '\'']),
            "bash"
                | "sh"
                | "zsh"
                | "ash"
                | "psql"
                | "mysql"
                | "mongo"
                | "mongosh"
                | "redis-cli"
                | "cqlsh"
                | "python"
                | "python3"
                | "rails"
                | "iex"
                | "sqlplus"
        )
    };
    match program {
        "ssh" => {
            let targets = words.iter().enumerate().filter(|(i, w)| {
                !w.starts_with('-')
                    && !i.checked_sub(1).is_some_and(|p| {
                        matches!(
                            words[p],
                            "-i" | "-p" | "-o" | "-l" | "-F" | "-J" | "-L" | "-R" | "-D"
                        )
                    })
            });
            targets.count() == 1 && !has(&["-N", "-f", "-fN"])
        }
        "su" => !has(&["-c", "--command"]),
        "bash" | "sh" | "zsh" => words.is_empty() || last == "-l",
        "kubectl" | "oc" | "k" | "docker" | "podman" | "nerdctl" | "crictl" | "docker-compose"
        | "kubectl-exec" => {
            let exec = has(&["exec", "run", "debug", "rsh", "attach"]);
            let tty = has(&["-it", "-ti", "--tty", "-t", "rsh"])
                || words
                    .windows(2)
                    .any(|w| matches!(w, ["-i", "-t"] | ["-t", "-i"]))
                || has(&["debug"]);
            exec && tty
                && (shell(last)
                    || words.contains(&"rsh") && words.len() <= 4
                    || program == "oc" && words.first() == Some(&"debug") && !words.contains(&"--")
                    || psql_opens(&words))
        }
        "psql" | "mysql" | "mariadb" | "cqlsh" | "sqlite3" | "clickhouse-client" | "cockroach" => {
            let told = has(&[
                "-c",
                "--command",
                "-f",
                "--file",
                "-e",
                "--execute",
                "-l",
                "--list",
                "--version",
                "-V",
                "--query",
                "-q",
                "-Atc",
                "-tAc",
                "-tc",
                "-Ac",
                "-At",
            ]) || words.iter().any(|w| w.starts_with("-c") && w.len() > 2);
            let elsewhere = match program {
                "sqlite3" => words.len() > 1,
                "cockroach" => !has(&["sql"]),
                _ => false,
            };
            !(told || elsewhere)
        }
        "mongo" | "mongosh" => {
            !has(&["--eval", "--file"]) && !words.iter().any(|w| w.contains(".js"))
        }
        "redis-cli" | "valkey-cli" => {
            let mut skip = false;
            !words.iter().any(|w| {
                if skip {
                    skip = false;
                    return false;
                }
                skip = matches!(*w, "-h" | "-p" | "-a" | "-n" | "-u" | "--user" | "--pass");
                !skip && !w.starts_with('-')
            })
        }
        "chroot" => words.len() <= 1 || words.len() == 2 && shell(last),
        "fly" | "flyctl" => {
            words.starts_with(&["ssh", "console"]) && !has(&["-C", "--command"])
                || words.starts_with(&["postgres", "connect"])
        }
        "aws" => words.starts_with(&["ssm", "start-session"]) && !has(&["--document-name"]),
        "gcloud" => words.contains(&"ssh") && !has(&["--command"]) && !words.contains(&"--"),
        "nsenter" => shell(last),
        "heroku" => {
            words.first() == Some(&"run") && shell(last) || words.first() == Some(&"pg:psql")
        }
        "screen" | "tmux" => {
            words.is_empty() || matches!(words.first(), Some(&("-S" | "new" | "-r")))
        }
        _ => {
            line.starts_with("sudo -i")
                || line.starts_with("sudo su") && !line.contains(" -c ")
                || line == "sudo -s"
        }
    }
}

/// `kubectl exec -it pod -- psql -U postgres` without anything to execute.
fn psql_opens(words: &[&str]) -> bool {
    let Some(at) = words.iter().position(|w| *w == "--") else {
        return false;
    };
    let inner = words[at + 1..].join(" ");
    !inner.is_empty()
        && !matches!(words.get(at + 1), Some(&("kubectl" | "docker" | "ssh")))
        && opens_far_side(&inner)
}

/// Numbered comments: `# 1. Stop the writers`, `# Step 2: …`.
fn substeps(text: &[(usize, String)], first_line: u32) -> Vec<Line> {
    let mut found: Vec<(u32, Line)> = Vec::new();
    for (index, line) in text {
        let Some(comment) = line.trim().strip_prefix('#') else {
            continue;
        };
        let comment = comment.trim_matches(['#', ' ', '=', '-']);
        let said = lexicon::say(comment);
        if let Some(ordinal) = said.ordinal
            && said.name != comment
        {
            found.push((
                ordinal,
                Line {
                    text: said.name.trim().trim_end_matches(':').to_owned(),
                    line: first_line + u32::try_from(*index).unwrap_or(0),
                },
            ));
        }
    }
    let counted = found.len() >= 2 && found.first().is_some_and(|(n, _)| *n <= 1);
    if counted {
        found.into_iter().map(|(_, line)| line).collect()
    } else {
        Vec::new()
    }
}

/// The sentence before a block says that it shows what is printed.
pub(super) fn announces_output(caption: &str) -> bool {
    let lower = last_sentence(caption);
    list("expected output|expected result|expected response|example output|sample output|output:|\
    outputs:|returns:|response:|you should see|should return|should show|should look like|\
    looks like this|similar to|will look like|example response|sample response|should see|\
    output looks|output is|output will|expected:|printed|error message|the following error|\
    error log|log message|log line|in the log|logs show|the logs|prints|示例输出|预期输出|输出|出力例|出力|\
    期待される|예상 출력|출력|sortie attendue|salida esperada|saída esperada|erwartete ausgabe|вывод|\
    kết quả|the result:|result:|results in")
    .any(|w| lower.contains(w))
        && !lower.contains("run the following")
}

/// The sentence before a block says that it is to be run.
fn announces_command(caption: &str) -> bool {
    let lower = last_sentence(caption);
    list("run |run:|execute|using the command|with the command|following command|command:|执行|運行|运行|\
    実行|실행|exécut|ejecut|chạy|выполн|execut|ausführen")
        .any(|w| lower.contains(w))
}

fn last_sentence(caption: &str) -> String {
    let lower = caption.to_lowercase();
    let trimmed = lower.trim_end_matches([':', '：', '.', ' ', '*', '\n']);
    let start = trimmed
        .rfind(". ")
        .or_else(|| trimmed.rfind('\n'))
        .map_or(0, |at| at + 1);
    lower[start..].trim().to_owned()
}

/// A manifest, or a fragment that changes a workload.
fn is_workload(lines: &[&str]) -> bool {
    let top: Vec<&str> = lines
        .iter()
        .filter(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|l| l.split_once(':').map(|(key, _)| key))
        .collect();
    if top.contains(&"apiVersion") && top.contains(&"kind") {
        return true;
    }
    let workload = "env|spec|containers|template|replicas|resources|image|data|metadata|strategy|affinity|\
    tolerations|nodeSelector|volumes|volumeMounts|envFrom|livenessProbe|readinessProbe|\
    securityContext|ports|selector|limits|requests|stringData";
    !top.is_empty() && top.iter().all(|key| list(workload).any(|w| w == *key))
}

/// Takes off the indent that all lines share.
fn dedent(body: &[String]) -> Vec<String> {
    let shared = body
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| super::scan::columns(l))
        .min()
        .unwrap_or(0);
    body.iter()
        .map(|l| super::scan::strip_columns(l, shared).trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
