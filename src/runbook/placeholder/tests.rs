//! Holes of every style, and what is none.

use super::*;
use crate::runbook::Line;

#[track_caller]
fn check(text: &str, names: &[&str]) {
    let found = find(text, Flavour::Shell);
    assert_eq!(
        found.iter().map(|h| h.name.as_str()).collect::<Vec<_>>(),
        names,
        "{text}"
    );
    for hole in &found {
        assert!(text.contains(&hole.spelling), "{text}: {hole:?}");
    }
}

#[test]
fn things_in_brackets_logins_and_shares() {
    check(
        "mysqldump -u [user] -p [database] > dump_[date].sql",
        &["user", "database", "date"],
    );
    check(
        "./restore.sh [путь_к_копии] [백업 파일]",
        &["путь_к_копии", "백업 파일"],
    );
    check(
        "ssh-copy-id admin@IP_NUEVA && ping IP_DEL_GATEWAY",
        &["IP_NUEVA", "IP_DEL_GATEWAY"],
    );
    check(
        "play.sh -e \"node_serial=SERIAL zone=eu\" && cp x /srv/tftp/SERIAL/",
        &["SERIAL"],
    );
    check(
        "git log ORIG_HEAD@HEAD && export LANG_DE_X=1 MODE=FAST",
        &[],
    );
    check("ls [abc]* && [ user = root ] && echo [error]", &[]);
    check(
        "psql 'postgres://USER:PASS@db.internal:5432/shop'",
        &["USER", "PASS"],
    );
    check("curl https://API:443/v1/HEALTH", &[]);
    check(
        "gcloud run services update-traffic web --to-revisions=GOOD_REVISION=100",
        &["GOOD_REVISION"],
    );
    check("kubectl create secret --from-literal=DB_PASSWORD=x", &[]);
    check("docker exec api env | grep SIGNING_KEY", &[]);
    check("kubectl get pods | grep POD_NAME", &["POD_NAME"]);
}

#[test]
fn every_style() {
    check(
        "./restore.sh <component> <backup-id>",
        &["component", "backup-id"],
    );
    check("rpk topic recover <topic-name>", &["topic-name"]);
    check(
        "kubectl delete pod cassandra-X\nkubectl wait pod/cassandra-X",
        &["cassandra-X"],
    );
    check("export PW=<from vault>", &["from vault"]);
    check("oc describe pod <POD_NAME> -n x", &["POD_NAME"]);
    check(
        "kubectl -n $NAMESPACE get pods ${POD}",
        &["NAMESPACE", "POD"],
    );
    check("aws s3 cp x s3://your-bucket/edon/", &["your-bucket"]);
    check("curl -X POST ... http://x", &["..."]);
    check(
        "kubectl logs POD_NAME -n NAMESPACE",
        &["POD_NAME", "NAMESPACE"],
    );
    check("curl http://api/{tenant_id}/status", &["tenant_id"]);
    check("aws ec2 detach --volume vol-xxxxxxxx", &["vol-xxxxxxxx"]);
    check("cp /data/gw_YYYYMMDD.db /data/gw.db", &["YYYYMMDD"]);
    check(
        "fly deploy --image <registry/image:tag>",
        &["registry/image:tag"],
    );
    check("helm upgrade x --version X.Y.Z", &["X.Y.Z"]);
    check("deploy [dev|prod]", &["dev|prod"]);
    check("kubectl get pod -n [pod-namespace]", &["pod-namespace"]);
    check("curl -H 'Authorization: Bearer <token>'", &["token"]);
    check("./恢复.sh <备份ID>", &["备份ID"]);
    check("mysql -p CHANGEME", &["CHANGEME"]);
    check(
        "cd /path/to/shop && ./load.sh path/to/dump.sql",
        &["/path/to/shop", "path/to/dump.sql"],
    );
    check(
        "cp db_YYYY-mm-dd_HH-MM-SS.dump db.dump",
        &["YYYY-mm-dd_HH-MM-SS"],
    );
    check("tar xf copia-AAAAMMDD.tar", &["AAAAMMDD"]);
    check("aws route53 list --hosted-zone-id ZONEID", &["ZONEID"]);
    check("firebase hosting:clone [SITE]:old [SITE]:live", &["SITE"]);
    check(
        "run traffic --to-revisions=[OLD_REVISION]=100",
        &["OLD_REVISION"],
    );
    check("ssh seu-usuario@10.0.0.7", &["seu-usuario"]);
    check(
        "git clone https://github.com/yourusername/shop.git",
        &["yourusername"],
    );
    check(
        "curl https://api.yourdomain.com/health",
        &["yourdomain.com"],
    );
    check(
        "iptables -I INPUT -s suspicious_ip -j DROP",
        &["suspicious_ip"],
    );
    check(
        "jq -r '.items[] | .pod_ip' x.json && sort -k client_ip x",
        &[],
    );
}

#[test]
fn what_is_left_out_of_an_address_is_asked_for() {
    check(
        "curl https://api.example.com/.../records/$RECORD",
        &["...", "RECORD"],
    );
    check("python3 -c \"connect('postgresql://...')\"", &["..."]);
    check("URL='postgresql://new-db...' ./restore.sh", &["..."]);
    check(
        "set --db=postgresql://... --cache=redis://...",
        &["postgresql://...", "redis://..."],
    );
    check("join --key=tskey-... --limit x", &["tskey-..."]);
    check("git log main-a..b && ls x-y", &[]);
    check("curl https://x/v1...v2 && ls a...b", &[]);
    check(
        "cat <<EOF | kubectl apply -f -\ntargetTime: YYYY-MM-DD\nEOF",
        &["YYYY-MM-DD"],
    );
}

#[test]
fn frames_of_other_kinds() {
    check(
        "kubectl delete pod {{pod_name}} -n {{ ns }}",
        &["pod_name", "ns"],
    );
    check("docker ps --format '{{.Names}}' --format={{json}}", &[]);
    check("psql -h __DB_HOST__ -c '__init__'", &["__DB_HOST__"]);
    check(
        "./restore.sh «copy» ＜バックアップ＞",
        &["copy", "バックアップ"],
    );
    check(
        "scp user@host:/x . && ssh user@host.example.com",
        &["user@host"],
    );
    check("ssh ops@your.server.com", &["your.server.com"]);
    check("heroku rollback vNNN", &["vNNN"]);
    check("kubectl scale deploy web --replicas=N", &["N"]);
    check("grep -N x && sort -k N", &[]);
    check("kill -9 PID && ps -o USER,PID", &["PID"]);
    check("helm rollback RELEASE REVISION", &["RELEASE", "REVISION"]);
    check(
        "curl https://hooks.example.com/XXX/YYY/ZZZ",
        &["XXX", "YYY", "ZZZ"],
    );
}

#[test]
fn words_that_stand_for_others() {
    check("tar xzf logs/history_TIMESTAMP.tar.gz", &["TIMESTAMP"]);
    check(
        "# replace HASH with the output above\nmongosh --eval 'set({hash:\"HASH\"})'",
        &["HASH"],
    );
    check("# HASH is new\nmongosh --eval 'set({hash:\"HASH\"})'", &[]);
    check(
        "curl -d '{ \"id\": \"${INCIDENT}\" }' http://x",
        &["INCIDENT"],
    );
    check("sh -c 'psql ${DB_URL}'", &[]);
}

#[test]
fn what_paths_share_is_asked_for_once() {
    check(
        "cd /path/to/shop/$name\ncd /path/to/shop/api && ls /path/to/shop/",
        &["/path/to/shop", "name"],
    );
    check(
        "cp /path/to/a.sql /path/to/b/c.sql /path/to/b/d.sql",
        &["/path/to/a.sql", "/path/to/b"],
    );
}

#[test]
fn a_crossed_part_of_a_host_is_asked_for_and_said_of_what() {
    check("redis-cli -h shop.xxx.cache.example.com ping", &["xxx"]);
    check(
        "aws ec2 describe --group sg-xxx --id d-XXXXXXXXX",
        &["sg-xxx", "d-XXXXXXXXX"],
    );
    check("ping 10.0.xxx.xxx && ping 10.0.0.1", &["10.0.xxx.xxx"]);
    check(
        "run --arn arn:aws:x:rule/app/xxxxx/yyyyy",
        &["xxxxx", "yyyyy"],
    );
    check("revoke AKIAXXXXXXXXXXXXXXXX", &["AKIAXXXXXXXXXXXXXXXX"]);
    let holes = find("redis-cli -h shop.xxx.cache.example.com", Flavour::Shell);
    assert_eq!(
        holes[0].description.as_deref(),
        Some("a part of `shop.xxx.cache.example.com`")
    );
}

#[test]
fn a_variable_that_is_printed_and_used_is_asked_for() {
    check("echo $BACKUP\nrm -rf $BACKUP", &["BACKUP"]);
    check("echo $TOKEN | docker login --password-stdin", &["TOKEN"]);
    check("echo \"$KEY\" > /etc/shop/key", &["KEY"]);
    check("X=$(echo $LIST)", &["LIST"]);
    check("[ -z \"$DIR\" ] || rm -rf \"$DIR\"", &["DIR"]);
}

#[test]
fn what_is_no_hole() {
    for text in [
        "cat <<EOF\nx\nEOF",
        "psql < dump.sql > out.log",
        "diff <(a) <(b)",
        "for p in $(kubectl get pods); do echo $p; done",
        "X=1\nls $X ${X}",
        "echo $CACHE_URL",
        "if [ -z \"$DB_PASSWORD\" ]; then\n  echo \"not set: $DB_PASSWORD\"\nfi",
        "grep CACHE_URL .env.docker",
        "sudo grep -n DB_PASSWORD /etc/shop/config.yml | head -1",
        "read -rp 'Say what happened: ' WHAT\n./tell.sh \"$WHAT\"",
        "read -p \"Go on? (yes/no): \" answer\n[ \"$answer\" = yes ] || exit 1",
        "read -r -t 30 -p \"Which? \" which && ./go.sh $which",
        "cat > /tmp/report.md <<EOF\n- Found: YYYY-MM-DD HH:MM\n- By: <name> [who]\nEOF",
        "git diff main...fix",
        "docker exec shop env | grep -E 'API_KEY|DATABASE_URL'",
        "cat shop.env | grep -E \"API_KEY|_TOKEN\"",
        "python3 -c \"import os; print(os.environ['SIGNING_KEY'])\"",
        "awk '{print $NF}' x && jq '{name: $NAME}' y",
        "mktemp /tmp/x.XXXXXXXXXX",
        "tar cf x.tar ./a/.../b",
        "ps | awk '{print $1}'",
        "kubectl get x -o jsonpath='{.items[*].name}'",
        "docker ps --format '{{.Names}}'",
        "curl -w \"%{http_code}\" http://x",
        "echo $HOME $? $1 $$",
        "while read -r a b; do echo $a $b; done",
        "ls | xargs -I{} rm {}",
        "go test ./...",
        "echo \"Waiting...\"",
        "kill -s SIGHUP 1",
        "redis-cli CONFIG GET maxmemory",
        "psql -c \"SELECT * FROM pg_stat_replication;\"",
        "sh -c 'echo $POSTGRES_PASSWORD'",
        "# use <backup-id> here",
        "mktemp /tmp/x.XXXXXX",
        "[ -f /tmp/x ] && ls",
        "git log --format='%an <%ae>'",
        "grep -E '[a-z]+' x",
        "echo \"\\$VAR\"",
        "cat <<'EOF'\n$VAR {name}\nEOF",
        "kubectl get pods | grep [e]rror",
    ] {
        check(text, &[]);
    }
}

#[test]
fn defaults_choices_secrets() {
    let of = |text: &str| {
        find(text, Flavour::Shell)
            .into_iter()
            .next()
            .unwrap_or_default()
    };
    assert_eq!(
        of("echo ${ENV:-staging}").default.as_deref(),
        Some("staging")
    );
    assert_eq!(of("X=${X:-a}").default.as_deref(), Some("a"));
    assert_eq!(
        of("echo ${ID:?the backup's id}").description.as_deref(),
        Some("the backup's id")
    );
    assert_eq!(of("deploy <dev|prod>").choices, ["dev", "prod"]);
    assert!(of("psql -W <db-password>").secret);
    assert!(!of("psql <passing-test>").secret);
}

#[test]
fn sql_and_settings() {
    let names = |text: &str, flavour| {
        find(text, flavour)
            .into_iter()
            .map(|h| h.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(
            "SELECT * FROM t WHERE id = '<order-id>' AND a < 3 AND b > 4",
            Flavour::Sql
        ),
        ["order-id"]
    );
    assert_eq!(
        names(
            "SELECT a::text, '12:30' FROM t WHERE id = :user_id AND b[1:2] = 3",
            Flavour::Sql
        ),
        ["user_id"]
    );
    assert_eq!(
        names("SELECT to_char(now(), 'YYYY-MM-DD')", Flavour::Sql),
        Vec::<String>::new()
    );
    assert_eq!(
        names(
            "SELECT pg_terminate_backend(<pid>); -- <note>",
            Flavour::Sql
        ),
        ["pid"]
    );
    assert_eq!(
        names("host: <db-host>\nuser: $USER_X", Flavour::Plain),
        ["db-host"]
    );
}

#[test]
fn descriptions_come_from_the_text_around() {
    let mut holes = find(
        "./restore.sh <backup-id> <bucket>  # the bucket of the region",
        Flavour::Shell,
    );
    let around = [Line {
        text: "First stop. Replace `<backup-id>` with the newest id from the list. Then go on."
            .into(),
        line: 1,
    }];
    describe(
        &mut holes,
        "./restore.sh <backup-id> <bucket> # the bucket of the region",
        &around,
    );
    assert_eq!(
        holes[0].description.as_deref(),
        Some("Replace <backup-id> with the newest id from the list")
    );
    assert_eq!(
        holes[1].description.as_deref(),
        Some("the bucket of the region")
    );
}

#[test]
fn a_variable_that_is_set_after_it_is_read_is_asked_for() {
    check("ls \"$NODE\"\nNODE=$(hostname)", &["NODE"]);
    check("for p in a b; do ls $p; done; ls $last", &["last"]);
}

#[test]
fn examples_and_what_is_brought_along() {
    for (text, names) in [
        (
            "for ORG_ID in 1 2 3; do curl -H \"X: $ORG_ID\" http://g; done",
            &[][..],
        ),
        (
            "gsutil ls gs://YOUR_PROJECT_ID-backups gs://YOUR_PROJECT_ID.appspot.com",
            &["YOUR_PROJECT_ID"],
        ),
        ("curl https://your-site.pages.dev/health", &["your-site"]),
        (
            "curl https://your-host.example.com/health",
            &["your-host.example.com"],
        ),
        (
            "pct restore 223 /tank/dump/vzdump-222-LATEST.tar.zst",
            &["LATEST"],
        ),
        ("zfs rollback -r tank/web@LATEST_daily", &["LATEST"]),
        ("zfs rollback -r tank/web@auto_LATEST_daily", &["LATEST"]),
        ("cp /a/snapshot/LATEST/x /b", &["LATEST"]),
        (
            "ls backups-$LATEST dump-$LATEST.tar\nBACKUP_LATEST=x",
            &["LATEST"],
        ),
        (". /etc/x/backup.env && restic -r \"$REPO\" snapshots", &[]),
        (
            "source venv/bin/activate\nrun $TARGET_HOST",
            &["TARGET_HOST"],
        ),
        ("ls $REPO\n. ./backup.env", &["REPO"]),
        (
            "echo \"deb $(. /etc/os-release && echo \"$VERSION_CODENAME\")\"",
            &[],
        ),
        ("vercel env rm DATABASE_URL", &[]),
        ("aws ssm get-parameter --name /shop/dev/REDIS_URL", &[]),
        ("ls $env:BACKUP_DIR", &[]),
        (
            "node -e \"const a = ['DATABASE_URL','JWT_SECRET']; a.filter(k => process.env[k])\"",
            &[],
        ),
        (
            "aws rds promote --arn arn:aws:rds:eu-west-1:ACCOUNT:cluster:x",
            &["ACCOUNT"],
        ),
        (
            "cp /ruta/backup/.env . && cp /ruta/al/volcado.sql .",
            &["/ruta/backup/.env", "/ruta/al/volcado.sql"],
        ),
        (
            "aws ec2 x --group-id sg-xxxxx \\\n --source-group sg-yyyyy",
            &["sg-xxxxx", "sg-yyyyy"],
        ),
        ("./restore.sh --archive backups/raft-….tar.gz", &["..."]),
    ] {
        check(text, names);
    }
}

#[test]
fn values_of_a_query_that_are_called_like_their_column() {
    let names = |text: &str| {
        let holes = find(text, Flavour::Sql);
        holes.into_iter().map(|h| h.name).collect::<Vec<_>>()
    };
    for (text, want) in [
        (
            "SELECT 1 FROM t WHERE tenant_id = 'tenant-id'",
            &["tenant-id"][..],
        ),
        (
            "UPDATE a SET x = 1 WHERE ip = 'abusive-ip'",
            &["abusive-ip"],
        ),
        (
            "SELECT 1 FROM h WHERE integration_id = 'bad-integration'",
            &["bad-integration"],
        ),
        (
            "SELECT 1 FROM h WHERE state = 'in-progress' AND kind = 'read-only'",
            &[],
        ),
    ] {
        assert_eq!(names(text), want, "{text}");
    }
}
