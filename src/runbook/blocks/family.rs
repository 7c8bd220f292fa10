//! A fence's label → the family of languages it belongs to.

pub(super) enum Family {
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

pub(super) fn family(language: Option<&str>) -> Family {
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
