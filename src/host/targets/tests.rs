//! A command and its environment in, the target out.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;

fn target(command: &str, env: &[(&str, &str)]) -> Target {
    declared(command, env, None, &Config::default())
}

fn declared(command: &str, env: &[(&str, &str)], named: Option<&str>, config: &Config) -> Target {
    let env = |name: &str| {
        env.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let look = Look {
        config,
        views: &[],
        env: &env,
        hostname: "bastion",
        cwd: Path::new("/srv"),
        named,
    };
    look.shell(command)
}

/// `command => target`, one a line; `env NAME=value` holds until the next empty line; `\n` is a line break.
#[track_caller]
fn check(table: &str) {
    let mut env: Vec<(&str, &str)> = Vec::new();
    let mut failed = Vec::new();
    for line in table.lines().map(str::trim) {
        if line.is_empty() {
            env.clear();
        } else if let Some(set) = line.strip_prefix("env ") {
            env.push(set.split_once('=').unwrap());
        } else {
            let (command, expected) = line.rsplit_once(" => ").unwrap();
            let found = target(&command.replace("\\n", "\n"), &env);
            if found.name != expected {
                failed.push(format!(
                    "{command}\n  expected {expected}\n  found    {} ({})",
                    found.name, found.evidence
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn postgres_clients_are_read_as_libpq_reads_them() {
    check(
        r#"
        env PGHOST=other
        psql -h db1 -p 5433 -d app -c 'select 1' => db1:5433/app
        psql -hdb1 -p5433 app => db1:5433/app
        psql --host=db1 --port 5433 --dbname=app => db1:5433/app
        pg_dump -t orders -h db1 app => db1:5432/app
        psql -U ana -Atc 'select 1' -h db1 => db1:5432
        psql -c "-h wrong" -h db1 => db1:5432
        psql -h db1 -h db2 => db2:5432
        /usr/lib/postgresql/15/bin/psql -h db1 => db1:5432
        psql "host=db1 port=5433 dbname=app user=ana" => db1:5433/app
        psql -d "hostaddr=10.0.0.1 host=db1 dbname='my app'" => 10.0.0.1:5432/my app
        psql postgresql://ana:pw@db1:5433/app?sslmode=require => db1:5433/app
        psql 'postgres://db1,db2:5433/app?target_session_attrs=read-write' => db1:5432,db2:5433/app
        psql -h db1,db2 -p 5432,5433 => db1:5432,db2:5433
        psql -h ::1 => [::1]:5432
        psql -h /var/run/postgresql app => bastion:5432/app
        psql service=main => service main
        pg_dump -h db1 app > /backups/app.dump => db1:5432/app
        pg_restore -h db1 -d app /backups/x.dump => db1:5432/app
        pg_isready -h db1 -p 5433 => db1:5433
        psql -h db1 <<'SQL'\nselect pg_promote();\nSQL => db1:5432
        echo "psql -h wrong" | psql -h db1 => db1:5432
        # psql -h other\npsql -h db1 => db1:5432

        env PGHOST=db2
        env PGDATABASE=app
        psql -c 'select 1' => db2:5432/app
        PGHOST=db3 psql -c 'select 1' => db3:5432/app
        PGHOST=db3 PGPORT=5433 psql; psql => db3:5433/app + db2:5432/app
        export PGHOST=db3\npsql => db3:5432/app
        PGHOST=db3\npsql => db3:5432/app
        env PGHOST=db3 psql => db3:5432/app
        unset PGHOST; psql => bastion:5432/app
        PGHOST=$(cat primary) psql => unknown/app
        if test -e dr; then export PGHOST=db9; fi\npsql => unknown/app
        . ./primary.env\npsql => unknown/unknown
        . ./primary.env\npsql -h db1 -p 5432 app => db1:5432/app
        . ./primary.env\npsql -h db1 app => db1:unknown/app
        sudo -u postgres psql => bastion:5432
        sudo -E psql => db2:5432/app
        sudo PGHOST=db4 psql => db4:5432
        PGHOST=db3 sudo psql => bastion:5432
        su - postgres -c "psql -c 'select 1'" => bastion:5432
        bash -c 'psql -c "select 1"' => db2:5432/app
        PGHOST=db3 bash -lc "psql app" => db3:5432/app
        timeout 5 psql => db2:5432/app

        MYHOST=db3\npsql => bastion:5432
        PGHOST=db3\npsql => bastion:5432
        "#,
    );
}

#[test]
fn variables_and_loops_name_every_target() {
    check(
        r#"
        env DB_HOST=db7
        psql -h "$DB_HOST" app => db7:5432/app
        psql -h ${DB_HOST} -p 5433 => db7:5433
        psql -h $PRIMARY => unknown
        H=db1; psql -h $H => db1:5432
        DB_HOST=db8\npsql -h $DB_HOST => db8:5432
        for h in db1 db2 db3; do psql -h $h -c 'select 1'; done => db1:5432 + db2:5432 + db3:5432
        redis-cli -h a ping\nredis-cli -h b ping => a:6379 + b:6379
        psql -h "$(dig +short primary)" => unknown
        "#,
    );
}

#[test]
fn other_clients_name_their_own_address() {
    check(
        r"
        redis-cli -p 6380 ping => 127.0.0.1:6380
        redis-cli ping => 127.0.0.1:6379
        redis-cli -h cache -p 6380 -a pw -n 3 flushdb => cache:6380
        redis-cli -u redis://:pw@cache:6380/0 ping => cache:6380
        redis-cli --cluster reshard 10.0.0.1:7000 => 10.0.0.1:7000
        redis-cli -h cache -p 26379 sentinel failover mymaster => cache:26379
        mysql -hdb1 -P 3307 -psecret app => db1:3307
        mongosh mongodb://ana:pw@m1:27018/app => m1:27018
        nodetool -h cass-1 repair => cass-1
        nodetool status => bastion
        rabbitmqctl -n rabbit@mq-1 stop_app => rabbit@mq-1
        kafka-topics --bootstrap-server k1:9092 --describe => k1:9092
        kafka-topics.sh --bootstrap-server=k1:9092,k2:9092 --list => k1:9092,k2:9092
        rpk topic list --brokers k1:9092 => k1:9092
        temporal operator cluster health --address t1:7233 => t1:7233
        curl -fsS https://user:pw@api.example.com/health => api.example.com
        curl -X POST -H 'Content-Type: application/json' http://127.0.0.1:8080/drain => 127.0.0.1:8080
        docker restart app => docker on bastion
        docker -H tcp://d1:2376 restart app => tcp://d1:2376
        aws rds failover-db-cluster --db-cluster-identifier x --profile prod --region eu-west-1 => aws prod/eu-west-1
        ./scripts/health-check.sh => bastion
        df -h => bastion
        psql -h db1; systemctl restart app => db1:5432 + bastion
        psql -h db1 | grep -c x; sleep 5; echo done => db1:5432

        env DOCKER_HOST=tcp://d2:2376
        docker compose restart => tcp://d2:2376
        env AWS_PROFILE=dr
        aws s3 ls => aws dr/default
        ",
    );
}

#[test]
fn the_far_side_of_a_shell_is_the_target() {
    check(
        r#"
        env PGHOST=other
        ssh -p 22 ana@web-1 'systemctl restart app' => web-1
        ssh -o StrictHostKeyChecking=no -i key ana@web-1 uptime => web-1
        ssh -J jump web-1 'psql -c "select 1"' => web-1
        ssh web-1 psql -h db1 app => db1:5432/app via web-1
        ssh web-1 "psql -h db1 -d app -c 'select 1'" => db1:5432/app via web-1
        ssh web-1 "PGHOST=db1 psql" => db1:5432 via web-1
        ssh web-1 sudo -u postgres psql => web-1
        ssh web-1 'psql -h localhost' => web-1
        ssh web-1 <<'EOF'\nsystemctl restart app\nEOF => web-1
        ssh $STANDBY uptime => unknown
        for h in web-1 web-2; do ssh $h uptime; done => web-1 + web-2
        ssh jump ssh web-1 uptime => web-1 via jump
        scp dump.sql ana@web-1:/tmp/ => web-1
        docker exec db psql -U postgres => docker on bastion
        docker exec db psql -h db1 => db1:5432 via docker on bastion
        "#,
    );
}

#[test]
fn a_cluster_is_named_by_context_and_namespace() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config");
    let text = "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\ncontexts:\n- name: prod-eu\n  context: {cluster: eu, user: u, namespace: shop}\n- name: dr\n  context: {cluster: d, user: u}\nclusters:\n- name: eu\n  cluster: {server: 'https://eu.example.com:6443'}\n";
    std::fs::write(&file, text).unwrap();
    let path = file.display();
    check(&format!(
        r#"
        env KUBECONFIG={path}
        env NS=billing
        env PGHOST=other
        kubectl get pods => prod-eu/shop
        kubectl get pods -n dotnetagents | grep postgres => prod-eu/dotnetagents
        kubectl -n=dotnetagents get pods => prod-eu/dotnetagents
        kubectl get pods -ndotnetagents => prod-eu/dotnetagents
        kubectl get pods --namespace dotnetagents => prod-eu/dotnetagents
        kubectl get pods --namespace=dotnetagents => prod-eu/dotnetagents
        kubectl get pods -n "$NS" => prod-eu/billing
        kubectl get pods -n $OTHER => prod-eu/an unknown namespace
        kubectl --context=dr -n a get pods => dr/a
        kubectl --context dr get pods => dr/default
        kubectl config use-context dr\nkubectl apply -f k8s/dr/ => dr/default
        kubectl config set-context --current --namespace=pay\nkubectl get pods => prod-eu/pay
        kubectx dr; kubens pay; kubectl get pods => dr/pay
        kubectl config use-context dr => dr
        kubectl get pods --all-namespaces => prod-eu (all namespaces)
        kubectl get pods -A => prod-eu (all namespaces)
        kubectl logs -l app=x -n shop --tail 5; kubectl -n pay get pods => prod-eu/shop + prod-eu/pay
        kubectl exec -it postgres-0 -n shop -- psql -U postgres -c 'select 1' => prod-eu/shop
        kubectl exec postgres-0 -- psql -h db1 app => db1:5432/app via prod-eu/shop
        kubectl exec postgres-0 -- sh -c "psql -h 127.0.0.1 -c 'select 1'" => prod-eu/shop
        kubectl exec redis-0 -- redis-cli -p 26379 sentinel masters => prod-eu/shop
        for ns in a b; do kubectl -n $ns get pods; done => prod-eu/a + prod-eu/b
        helm --kube-context dr -n web rollback app 3 => dr/web
        KUBECONFIG=/nowhere kubectl get nodes => no cluster
        export KUBECONFIG=/nowhere  # from step 2\nkubectl get nodes => no cluster
        kubectl --kubeconfig /nowhere get nodes => no cluster
        kubectl delete pod x && psql -h db1 => prod-eu/shop + db1:5432
        ssh web-1 kubectl get pods => web-1
        sudo kubectl get pods --kubeconfig {path} => prod-eu/shop

        env KUBECONFIG=/nowhere/config
        kubectl get nodes => no cluster
        "#,
    ));
    let said = target("kubectl get pods", &[("KUBECONFIG", &path.to_string())]);
    assert_eq!(
        said.evidence,
        "the current context at https://eu.example.com:6443; runs on bastion in /srv"
    );
}

#[test]
fn what_could_not_be_read_is_said() {
    let said = target("psql -h db1 -c 'select 1", &[]);
    assert!(
        said.evidence
            .contains("not all of the command could be read")
            || said.name == "bastion",
        "{said:?}"
    );
    let said = target("PGHOST=db3 psql", &[("PGHOST", "db2")]);
    assert!(
        said.evidence.contains("which the step sets itself"),
        "{said:?}"
    );
    let said = target("sudo psql", &[("PGHOST", "db2")]);
    assert!(
        said.evidence.contains("`sudo` passes no environment on"),
        "{said:?}"
    );
}

#[test]
fn the_authors_word_stands_where_the_command_names_nothing() {
    let config = Config::default();
    for (command, named, name, evidence) in [
        (
            "./failover.sh",
            "dr-site",
            "dr-site",
            "named by the runbook; runs on bastion in /srv",
        ),
        (
            "df -h",
            "db-1",
            "db-1",
            "named by the runbook; runs on bastion in /srv",
        ),
        (
            "psql -h db1 app",
            "db1",
            "db1:5432/app",
            "named by the runbook too; ",
        ),
        (
            "psql -h db1 app",
            "DB1:5432",
            "db1:5432/app",
            "named by the runbook too; ",
        ),
        (
            "psql -h $PRIMARY app",
            "db1",
            "db1",
            "named by the runbook; the command itself says `unknown",
        ),
        (
            "ssh web-1 psql -h db1",
            "web-1",
            "db1:5432 via web-1",
            "named by the runbook too; ",
        ),
        (
            "ssh web-1 ./failover.sh",
            "web-1",
            "web-1",
            "named by the runbook too; ",
        ),
        (
            "psql -h db1.prod.example.com",
            "db1",
            "db1.prod.example.com:5432",
            "named by the runbook too; ",
        ),
        (
            "docker restart app",
            "bastion",
            "docker on bastion",
            "named by the runbook too; ",
        ),
        // What the command would really hit is never hidden.
        (
            "ssh web-1 ./failover.sh",
            "web-2",
            "web-1, not web-2",
            "the runbook names `web-2`, but the command would hit `web-1`: ",
        ),
        (
            "systemctl restart app",
            "web-1",
            "bastion, not web-1",
            "the runbook names `web-1`, but the command would hit `bastion`: ",
        ),
        (
            "psql -h db10 app",
            "db1",
            "db10:5432/app, not db1",
            "the runbook names `db1`, but the command would hit `db10:5432/app`: ",
        ),
        (
            "psql app",
            "db1",
            "bastion:5432/app, not db1",
            "the runbook names `db1`, but",
        ),
        (
            "psql -h db1; psql -h db2",
            "db1",
            "db1:5432 + db2:5432, not db1",
            "the runbook names `db1`, but",
        ),
        (
            "psql -h db1; psql -h $X",
            "db1",
            "db1:5432 + unknown, not db1",
            "the runbook names `db1`, but",
        ),
    ] {
        let found = declared(command, &[], Some(named), &config);
        assert_eq!(found.name, name, "{command} {named}: {}", found.evidence);
        assert!(
            found.evidence.starts_with(evidence),
            "{command} {named}: {}",
            found.evidence
        );
    }
    let config = Config {
        target: Some("prod-eu/shop".into()),
        ..Config::default()
    };
    let found = declared("./failover.sh", &[], Some("dr-site"), &config);
    assert_eq!(found.name, "dr-site");
    assert!(
        found
            .evidence
            .starts_with("named by the runbook; `target` of the config is `prod-eu/shop`; "),
        "{}",
        found.evidence
    );
    let found = declared("./failover.sh", &[], Some("dr\x1b[2J"), &config);
    assert!(!found.name.contains('\x1b'), "{found:?}");
}

#[test]
fn the_authors_word_for_a_query_is_held_against_the_component() {
    let text = "[postgres.main]\nhosts = ['db1:5432', 'db2:5432']\ndatabase = 'app'\n";
    let config = Config::parse(text, Path::new("breakglass.toml"), &|_| None).unwrap();
    let query = |named| {
        let look = Look {
            config: &config,
            views: &[],
            env: &|_| None,
            hostname: "bastion",
            cwd: Path::new("/srv"),
            named,
        };
        look.database()
    };
    assert!(query(None).evidence.starts_with("component `main`"));
    for named in ["main", "main/app", "app", "db2", "db1:5432"] {
        let found = query(Some(named));
        assert_eq!(found.name, "main/app", "{named}");
        assert!(found.evidence.starts_with("named by the runbook too; "));
    }
    let found = query(Some("billing"));
    assert_eq!(found.name, "main/app, not billing");
    assert!(
        found.evidence.starts_with(
            "the runbook names `billing`, but the command would hit `main/app`: component `main`"
        ),
        "{}",
        found.evidence
    );
}

#[test]
fn a_server_that_nobody_watches_is_told_from_one_that_is() {
    let text = "[postgres.main]\nhosts = ['db1:5432', '127.0.0.1:5433']\n[redis.cache]\nhosts = ['cache:6379']\n\
        [sentinel.watchers]\nhosts = ['s1:26379']\n";
    let config = Config::parse(text, Path::new("breakglass.toml"), &|_| None).unwrap();
    for watched in [
        "psql -h db1 -d app",
        "psql -h db1.example.com app",
        "psql -p 5433",
        "psql -h localhost -p 5433",
        "psql -h db1,localhost -p 5432,5433",
        "redis-cli -h cache info",
        "redis-cli -h s1 -p 26379 info",
        "kubectl exec pod/web -- redis-cli -h elsewhere info",
        "curl http://elsewhere:6379",
        "mysql -h elsewhere",
    ] {
        let evidence = declared(watched, &[], None, &config).evidence;
        assert!(!evidence.contains("NOT one"), "{watched}: {evidence}");
    }
    for (other, known) in [
        ("psql", "`main` (db1:5432, 127.0.0.1:5433)"),
        ("psql -h db10", "`main` (db1:5432, 127.0.0.1:5433)"),
        ("psql -h db1,db3", "`main` (db1:5432, 127.0.0.1:5433)"),
        (
            "redis-cli info",
            "`cache` (cache:6379) and `watchers` (s1:26379)",
        ),
        (
            "redis-cli -h sentinel -p 26379 info",
            "`cache` (cache:6379) and `watchers` (s1:26379)",
        ),
    ] {
        let evidence = declared(other, &[], None, &config).evidence;
        let said = format!("; NOT one of the servers watched here, {known}");
        assert!(evidence.contains(&said), "{other}: {evidence}");
        // Where nothing of the kind is watched there is nothing to compare with.
        assert!(
            !declared(other, &[], None, &Config::default())
                .evidence
                .contains("NOT one")
        );
    }
}
