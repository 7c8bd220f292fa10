//! What blocks are, one by one.

use super::*;

fn block(label: &str, text: &str, caption: &str) -> Block {
    let fence = Fence {
        info: label.to_owned(),
        body: text.lines().map(str::to_owned).collect(),
        indented: false,
    };
    build(&fence, 10, 20, caption, &RiskTable::default())
}

#[track_caller]
fn check(label: &str, text: &str, role: Role) {
    check_after("", label, text, role);
}

#[track_caller]
fn check_after(caption: &str, label: &str, text: &str, role: Role) {
    let found = block(label, text, caption).role;
    assert_eq!(found, role, "{caption} {label}: {text}");
}

#[test]
fn an_unknown_tool_over_several_lines_is_a_command() {
    let text = "# The folder must be empty\nstorectl restore \\\n  --from /backups/x.tar \\\n  --into /srv/store \\\n  --yes";
    check("bash", text, Role::Command);
}

#[test]
fn by_label_and_content() {
    check("bash", "kubectl get pods", Role::Command);
    check("bash", "mytool purge --all", Role::Command);
    check("bash", "# only a remark\n# and another", Role::Unknown);
    check("bash", "0 2 * * * /usr/local/bin/backup.sh", Role::Config);
    check("bash", "DB_HOST=x\nDB_PORT=5432", Role::Config);
    check("bash", "export DB_HOST=x", Role::Command);
    check("bash", "DBHost=localhost\nDBName=shop", Role::Config);
    check("bash", "Node=a\nls $Node", Role::Command);
    check(
        "bash",
        "rate(http_requests_total{code=\"500\"}[5m])",
        Role::Unknown,
    );
    check(
        "bash",
        "filter @message like /error/\n| stats count() by bin(5m)",
        Role::Unknown,
    );
    check("bash", "[section]\nkey = value", Role::Config);
    check("bash", "https://grafana.example.com/d/x", Role::Unknown);
    check("bash", "s3://bucket/path/", Role::Unknown);
    check(
        "bash",
        "Get-Service -Name x\nRestart-Service x",
        Role::Unknown,
    );
    check("bash", "TODO", Role::Unknown);
    check("bash", "SELECT 1;", Role::Query);
    check(
        "bash",
        "NAME   READY   STATUS\npg-0   1/1     Running",
        Role::Output,
    );
    check("sql", "SELECT 1", Role::Query);
    check("sql", "-- nothing yet", Role::Unknown);
    check("sql", "psql -c 'select 1'", Role::Command);
    check("yaml", "env:\n  - name: X\n    value: y", Role::Patch);
    check("yaml", "groups:\n  - name: alerts", Role::Config);
    check("json", "{}", Role::Config);
    check("promql", "up == 0", Role::Unknown);
    check("", "kubectl get pods", Role::Command);
    check("", "up{job=\"x\"} == 0", Role::Unknown);
    check(
        "text",
        "Dec 19 13:19:36 host iscsid[1]: failed",
        Role::Output,
    );
    check("", "10.42.82.31:3260,1 iqn.2019-10.io:test", Role::Unknown);
    check("kubectl", "kubectl get x", Role::Command);
    check("powershell", "Get-Service x", Role::Command);
    check("mermaid", "graph TD", Role::Unknown);
}

#[test]
fn the_sentence_before_counts() {
    check_after("Expected output:", "", "pods are ready", Role::Output);
    check_after("You should see:", "bash", "ready: 3", Role::Output);
    check_after(
        "Expected output is shown below; run:",
        "bash",
        "kubectl get pods",
        Role::Command,
    );
}

#[test]
fn output_without_a_prompt_is_set_apart() {
    let block = block(
        "bash",
        "kubectl get pods\nNAME   READY   STATUS\npg-0   1/1   Running",
        "",
    );
    assert_eq!(block.text, "kubectl get pods");
    assert_eq!(
        block.expected.as_deref(),
        Some("NAME   READY   STATUS\npg-0   1/1   Running")
    );
}

#[test]
fn far_sides_are_told_from_here() {
    for (here, there) in [
        ("ssh core@<node-ip>", "sudo systemctl status kubelet"),
        ("kubectl exec -it pg-0 -- bash", "pg_ctl promote"),
        ("psql -U postgres", "SELECT 1;"),
        ("oc debug node/<node-name>", "chroot /host"),
    ] {
        let block = block("bash", &format!("{here}\n{there}"), "");
        assert_eq!(block.far_side(), Some(there), "{here}");
    }
    for here in [
        "ssh host uptime",
        "kubectl exec -it pg-0 -n x -- pg_ctl promote",
        "kubectl exec -it redis-cli -- flushall",
    ] {
        let block = block("bash", &format!("{here}\nls"), "");
        assert_eq!(block.far_side(), None, "{here}");
    }
    assert!(block("bash", "ssh a\nls", "").interactive);
}

#[test]
fn numbered_comments_are_sub_steps_with_their_lines() {
    let block = block(
        "bash",
        "# 1. Stop writers\nkubectl scale x\n\n# 2. Restore\n./restore.sh",
        "",
    );
    assert_eq!(
        block.substeps,
        [
            Line {
                text: "Stop writers".into(),
                line: 11
            },
            Line {
                text: "Restore".into(),
                line: 14
            }
        ]
    );
}
