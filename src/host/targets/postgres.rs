//! What a PostgreSQL client would connect to, as libpq decides it: connection string, options, variables, the server
//! of this host.

use super::address::{Env, UNKNOWN, is_local, is_unknown, told, with_port};
use super::arguments::{self, Style};
use super::calls::{Around, Var};
use super::{Claim, Look};
use crate::runbook::shell::{Argument, Call};

pub(super) const PROGRAMS: &[&str] = &[
    "psql",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "pg_basebackup",
    "pg_receivewal",
    "pg_isready",
    "pgbench",
    "createdb",
    "dropdb",
    "createuser",
    "dropuser",
    "vacuumdb",
    "reindexdb",
    "clusterdb",
];

/// Those whose first word is a database.
const NAMES_DATABASE: &[&str] = &[
    "psql",
    "pg_dump",
    "pgbench",
    "createdb",
    "dropdb",
    "vacuumdb",
    "reindexdb",
    "clusterdb",
];

const PSQL_VALUES: &str = "-h --host -p --port -U --username -d --dbname -c --command -f --file -v --set --variable -P \
    --pset -F -R -o --output -L -T";
const DUMP_VALUES: &str = "-h --host -p --port -U --username -d --dbname -l --database -f --file -F --format -j --jobs -n \
    --schema -N --exclude-schema -t --table -T --exclude-table -S --superuser -Z --compress -E -I -L -P --role --section";
const POSTGRES_VALUES: &str = "-h --host -p --port -U --username -d --dbname -f --file -F --format -j --jobs -n --schema -N \
    -t --table -T -D --pgdata -S --slot -s -c -I -W -Z -M -L";

/// And whether it is somewhere else than where the command runs.
pub(super) fn claim(
    look: &Look<'_>,
    call: &Call,
    around: &Around,
    env: Env<'_>,
) -> Option<(Claim, bool)> {
    let values = match call.program.as_str() {
        "psql" => PSQL_VALUES,
        "pg_dump" | "pg_dumpall" | "pg_restore" => DUMP_VALUES,
        _ => POSTGRES_VALUES,
    };
    let read = arguments::read(&call.arguments, values, Style::Getopt);
    if read.has("-V --version -? --help") {
        return None;
    }
    let by_word = NAMES_DATABASE.contains(&call.program.as_str());
    let named = read
        .value("-d --dbname")
        .or_else(|| read.words.first().filter(|_| by_word));
    let connection = named.filter(|word| word.text.contains("://") || word.text.contains('='));
    let parts = connection.map(Parts::of).unwrap_or_default();
    if !parts.unknown
        && read.value("-h --host").is_none()
        && parts.host.is_none()
        && let Some(service) = parts.service.or_else(|| match env("PGSERVICE") {
            Var::Set(service, _) => Some(service),
            Var::Unknown | Var::Unset => None,
        })
    {
        return Some((
            Claim {
                name: format!("service {service}"),
                evidence: "an entry of the connection service file".into(),
            },
            true,
        ));
    }
    let own = "the command's own address".to_owned();
    let (host, mut evidence, given) = match (read.value("-h --host").map(told), parts.host) {
        // What the connection string names counts over the option.
        (_, Some(host)) | (Some(host), None) => (host, own, true),
        (None, None) if parts.unknown => (UNKNOWN.into(), own, true),
        (None, None) => match (env("PGHOSTADDR"), env("PGHOST")) {
            (Var::Set(host, set), _) | (Var::Unset, Var::Set(host, set)) => {
                let by = if set {
                    "PGHOST, which the step sets itself"
                } else {
                    "PGHOST, PGPORT and PGDATABASE"
                };
                (host, by.to_owned(), true)
            }
            (Var::Unknown, _) | (_, Var::Unknown) => (
                UNKNOWN.into(),
                "PGHOST is known only when it runs".into(),
                true,
            ),
            (Var::Unset, Var::Unset) => {
                let why = around.cut_off.map_or_else(
                    || "no host is named: the server of this host".to_owned(),
                    |why| format!("no host is named and {why}: the server of this host"),
                );
                (look.hostname.to_owned(), why, false)
            }
        },
    };
    if host == UNKNOWN && !evidence.contains("known only") {
        evidence.push_str(", which is known only when it runs");
    }
    let port = parts
        .port
        .or_else(|| read.value("-p --port").map(told))
        .unwrap_or_else(|| match env("PGPORT") {
            Var::Set(port, _) => port,
            Var::Unknown => UNKNOWN.into(),
            Var::Unset => "5432".into(),
        });
    let database = parts
        .database
        .or_else(|| named.filter(|_| connection.is_none()).map(told))
        .or_else(|| match env("PGDATABASE") {
            Var::Set(database, _) => Some(database),
            Var::Unknown => Some(UNKNOWN.into()),
            Var::Unset => None,
        });
    let local = host.starts_with('/') || host.starts_with('@');
    let host = if local { look.hostname } else { &host };
    let address = if host == UNKNOWN {
        UNKNOWN.to_owned()
    } else {
        with_ports(host, &port)
    };
    let name = match database {
        Some(database) => format!("{address}/{database}"),
        None => address,
    };
    let claim = Claim { name, evidence };
    Some((claim, given && !local && !is_local(host)))
}

/// What a connection string of libpq says.
#[derive(Debug, Default)]
struct Parts {
    host: Option<String>,
    port: Option<String>,
    database: Option<String>,
    service: Option<String>,
    unknown: bool,
}

impl Parts {
    fn of(word: &Argument) -> Parts {
        let mut parts = Parts {
            unknown: is_unknown(word),
            ..Parts::default()
        };
        if parts.unknown {
            return parts;
        }
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        if let Some((_, rest)) = word.text.split_once("://") {
            let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
            let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
            let hosts = authority
                .rsplit_once('@')
                .map_or(authority, |(_, hosts)| hosts);
            parts.host = some(hosts);
            parts.database = some(database);
            for pair in query.split('&') {
                parts.take(pair.split_once('=').unwrap_or((pair, "")));
            }
        } else {
            for pair in words_of(&word.text) {
                if let Some((name, value)) = pair.split_once('=') {
                    parts.take((name.trim(), value.trim()));
                }
            }
        }
        parts
    }

    fn take(&mut self, (name, value): (&str, &str)) {
        let value = Some(value.trim_matches('\'').to_owned()).filter(|value| !value.is_empty());
        match name {
            // The address is what is connected to, whatever the name says.
            "hostaddr" => self.host = value,
            "host" if self.host.is_none() => self.host = value,
            "port" => self.port = value,
            "dbname" => self.database = value,
            "service" => self.service = value,
            _ => {}
        }
    }
}

/// `host=a dbname='b c'`, cut at blanks outside of quotes.
fn words_of(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in text.chars() {
        quoted ^= letter == '\'';
        if letter.is_whitespace() && !quoted {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words
}

/// `a,b` with `5432` or with `5432,5433`.
fn with_ports(hosts: &str, ports: &str) -> String {
    let ports: Vec<&str> = ports.split(',').collect();
    let each = hosts.split(',').enumerate().map(|(index, host)| {
        let port = ports
            .get(index)
            .or(ports.first())
            .copied()
            .unwrap_or("5432");
        with_port(host, port)
    });
    each.collect::<Vec<_>>().join(",")
}
