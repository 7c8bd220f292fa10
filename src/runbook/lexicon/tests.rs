//! What titles say, in words that stand in real documents.

use super::*;

#[track_caller]
fn check(title: &str, topic: Option<Topic>, whole: bool) {
    let said = say(title);
    assert_eq!(
        (said.topic, said.whole),
        (topic, whole),
        "{title}: {said:?}"
    );
}

#[test]
fn titles_that_are_their_topic() {
    for (title, topic) in [
        ("Detection", Topic::Detection),
        ("Symptoms:", Topic::Detection),
        ("🔍 Diagnosis", Topic::Diagnosis),
        ("Recovery Steps", Topic::Recovery),
        ("3. Recovery Procedure", Topic::Recovery),
        ("Mitigation", Topic::Recovery),
        ("Immediate Actions (0-15 min)", Topic::Recovery),
        ("Verification Steps", Topic::Verification),
        ("Post-Recovery Verification", Topic::Verification),
        ("Rollback Plan", Topic::Rollback),
        ("Backup Procedures", Topic::Backup),
        ("Test Procedures", Topic::Drill),
        ("Test Schedule", Topic::Schedule),
        ("Recovery Testing", Topic::Drill),
        ("Recovery Time Objectives (RTO)", Topic::Objectives),
        ("Emergency Contacts", Topic::Contacts),
        ("Communication Plan", Topic::Communication),
        ("Table of Contents", Topic::Contents),
        ("Quick Recovery Commands", Topic::Reference),
        ("Failure Scenarios", Topic::Scenarios),
        ("Severity Levels", Topic::Severity),
        ("Lessons Learned", Topic::PostIncident),
        ("恢复步骤", Topic::Recovery),
        ("症状", Topic::Detection),
        ("復旧手順", Topic::Recovery),
        ("복구 절차", Topic::Recovery),
        ("Vérification", Topic::Verification),
        ("Pasos de recuperación", Topic::Recovery),
        ("Khôi phục", Topic::Recovery),
        ("Проверка", Topic::Verification),
        ("Wiederherstellung", Topic::Recovery),
        ("Detecção", Topic::Detection),
    ] {
        check(title, Some(topic), true);
    }
}

#[test]
fn titles_that_name_a_situation() {
    for title in [
        "PostgreSQL Primary Failure",
        "1. Data Center Failure",
        "Scenario 2: Backup job failed",
        "Backup Failure",
        "场景 1：单个服务实例故障",
        "シナリオ1: データベース障害",
        "Kafka Broker Down",
    ] {
        let said = say(title);
        assert!(said.failure, "{title}: {said:?}");
        assert_eq!(said.topic, None, "{title}: {said:?}");
    }
    assert!(!say("Database Failover").failure);
    assert!(say("Database Failover").procedure);
    assert!(say("Restore from Backup").procedure);
    check("Database Failures", Some(Topic::Scenarios), false);
    check("PostgreSQL Recovery", Some(Topic::Recovery), false);
    check("Monitoring Failover", None, false);
}

#[test]
fn numbers_steps_and_alternatives() {
    #[track_caller]
    fn lead(title: &str, ordinal: Option<u32>, step: bool, name: &str) {
        let said = say(title);
        assert_eq!(
            (said.ordinal, said.step_word, said.name.as_str()),
            (ordinal, step, name),
            "{title}"
        );
    }
    lead(
        "1. Data Center Failure",
        Some(1),
        false,
        "Data Center Failure",
    );
    lead("Step 3: Restore", Some(3), true, "Restore");
    lead("Step 2 - Check", Some(2), true, "Check");
    lead("3.2 Check node", Some(2), false, "Check node");
    lead("2a. SQLite", Some(2), false, "SQLite");
    lead("A. First", None, false, "First");
    lead("步骤 2：检查", Some(2), true, "检查");
    lead("Étape 1 : Vérifier", Some(1), true, "Vérifier");
    lead("3단계: 확인", Some(3), true, "확인");
    lead("2FA reset", None, false, "2FA reset");
    lead("Step Functions stuck", None, false, "Step Functions stuck");
    assert!(say("Scenario A - kubelet crashed").scenario_word);
    assert_eq!(say("Scenario A - kubelet crashed").name, "kubelet crashed");
    assert!(say("Option 2: rebuild").alternative);
    assert!(say("If auto-restart fails").alternative);
    assert!(say("Restart the pods").imperative);
}
