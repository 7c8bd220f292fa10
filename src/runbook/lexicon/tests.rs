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
fn titles_of_every_language_say_what_is_broken_and_what_is_only_read() {
    for broken in [
        "Servidor sin espacio en disco",
        "Usuários não conseguem entrar",
        "Conteneur qui redémarre en boucle",
        "Stromausfall",
        "Зависание обработчиков",
        "Chứng chỉ hết hạn",
        "证书过期",
        "憑證過期，服務無法訪問",
        "コンテナが起動しない",
        "디스크 용량 부족",
        "Certificate not renewing",
    ] {
        let said = say(broken);
        assert!(said.failure && said.topic.is_none(), "{broken}: {said:?}");
    }
    for read in [
        "Glosario",
        "Histórico de alterações",
        "Bonnes pratiques",
        "Geplante Wartung",
        "Ежедневные проверки",
        "Công cụ",
        "診斷工具",
        "变更记录",
        "デプロイ手順",
        "정기 점검",
        "Configuração inicial no servidor",
    ] {
        let said = say(read);
        let read_only = matches!(said.topic, Some(Topic::Reference | Topic::Overview));
        assert!(read_only, "{read}: {said:?}");
    }
    for thought in [
        "Failover architecture",
        "Estratégia de recuperação",
        "ILM — politique",
        "恢复优先级",
    ] {
        assert!(say(thought).described, "{thought}");
    }
    for urgent in [
        "Notfall-Neustart",
        "Procedimento de incidente",
        "连接池问题",
    ] {
        assert!(say(urgent).urgent, "{urgent}");
    }
    for way in [
        "From the portal",
        "Khôi phục bằng Azure CLI",
        "方案二: 修改端口",
    ] {
        assert!(say(way).alternative, "{way}");
    }
    assert!(!say("Passo a passo").step_word);
    assert!(say("Push notification recovery").is(Topic::Recovery));
    assert!(say("Stakeholder notification").is(Topic::Communication));
    assert!(say("Artefacts are kept, 2024-03-05").is(Topic::PostIncident));
}

#[test]
fn titles_whose_head_is_a_thought_a_record_or_a_source() {
    check("Golden rules", Some(Topic::Overview), true);
    check("Incident Response Principles", Some(Topic::Overview), true);
    check("障害対応の基本原則", Some(Topic::Overview), true);
    check("Restore firewall rules", None, false);
    check(
        "2025-03-01: API deploy failed",
        Some(Topic::PostIncident),
        true,
    );
    check("Commandes utiles", Some(Topic::Reference), true);
    check("restore-from-backup.sh", Some(Topic::Reference), true);
    assert!(say("Cenários de desastre").is(Topic::Scenarios));
    check("From the nightly backup", None, false);
    assert!(say("From the nightly backup").alternative);
    assert!(say("Production").alternative && !say("Production is down").alternative);
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

/// One language's headings: detection, recovery, verification, rollback, backup, drill, severity.
#[track_caller]
fn language(headings: [&[&str]; 7]) {
    let topics = [
        Topic::Detection,
        Topic::Recovery,
        Topic::Verification,
        Topic::Rollback,
        Topic::Backup,
        Topic::Drill,
        Topic::Severity,
    ];
    for (topic, titles) in topics.into_iter().zip(headings) {
        for title in titles {
            let said = say(title);
            assert_eq!(said.topic, Some(topic), "{title}: {said:?}");
            assert!(!said.is_situation() || said.whole, "{title}: {said:?}");
        }
    }
}

#[test]
fn headings_in_chinese() {
    language([
        &["检测", "症状", "🔍 故障现象", "触发条件"],
        &["恢复步骤", "处理流程", "应急处置", "修复方法", "还原"],
        &["验证", "验证步骤", "恢复后验证", "驗證"],
        &["回滚", "回滚方案", "回退步骤"],
        &["备份", "备份策略", "備份"],
        &["演练", "灾难恢复演练", "演練計劃"],
        &["严重程度", "故障等级", "优先级"],
    ]);
}

#[test]
fn headings_in_japanese() {
    language([
        &["検知", "症状", "検出方法", "アラート"],
        &["復旧手順", "対処方法", "リカバリ", "復旧作業"],
        &["確認", "動作確認", "検証手順", "復旧後の確認"],
        &["ロールバック", "切り戻し手順"],
        &["バックアップ", "バックアップ方針"],
        &["訓練", "復旧訓練", "演習"],
        &["重大度", "深刻度", "優先度"],
    ]);
}

#[test]
fn headings_in_korean() {
    language([
        &["감지", "증상", "탐지 방법"],
        &["복구 절차", "조치 방법", "해결 방법", "대응"],
        &["검증", "복구 후 확인", "검증 절차"],
        &["롤백", "롤백 절차", "원복"],
        &["백업", "백업 정책"],
        &["훈련", "모의 훈련", "복구 훈련"],
        &["심각도", "장애 등급", "우선순위"],
    ]);
}

#[test]
fn headings_in_french() {
    language([
        &["Détection", "Symptômes", "Symptômes :"],
        &[
            "Étapes de récupération",
            "Résolution",
            "Procédure de reprise",
            "Rétablissement",
        ],
        &[
            "Vérification",
            "Vérification après la reprise",
            "Validation",
        ],
        &[
            "Retour arrière",
            "Annulation",
            "Procédure de retour arrière",
        ],
        &["Sauvegarde", "Sauvegardes", "Stratégie de sauvegarde"],
        &["Exercices", "Exercice de reprise", "Tests"],
        &["Gravité", "Sévérité", "Niveau de gravité"],
    ]);
}

#[test]
fn headings_in_spanish() {
    language([
        &["Detección", "Síntomas"],
        &[
            "Pasos de recuperación",
            "Resolución",
            "Solución",
            "Mitigación",
        ],
        &["Verificación", "Validación", "Pasos de verificación"],
        &["Reversión", "Procedimiento de reversión"],
        &["Respaldo", "Copias de seguridad", "Política de respaldo"],
        &["Simulacro", "Simulacros de recuperación", "Pruebas"],
        &["Severidad", "Gravedad", "Nivel de severidad"],
    ]);
}

#[test]
fn headings_in_vietnamese() {
    language([
        &["Phát hiện", "Triệu chứng", "Dấu hiệu"],
        &["Khôi phục", "Các bước khôi phục", "Khắc phục", "Xử lý"],
        &["Kiểm tra", "Xác minh", "Xác nhận khôi phục"],
        &["Hoàn tác", "Quy trình rollback"],
        &["Sao lưu", "Chính sách sao lưu"],
        &["Diễn tập", "Diễn tập khôi phục"],
        &["Mức độ nghiêm trọng"],
    ]);
}

#[test]
fn headings_in_russian() {
    language([
        &["Обнаружение", "Симптомы", "Признаки"],
        &[
            "Восстановление",
            "Шаги восстановления",
            "Устранение",
            "Порядок действий",
        ],
        &["Проверка", "Проверка после восстановления", "Верификация"],
        &["Откат", "План отката", "Процедура отката"],
        &["Резервное копирование", "Бэкапы", "Резервные копии"],
        &["Учения", "План учений", "Тестирование"],
        &["Серьёзность", "Критичность", "Уровень критичности"],
    ]);
}

#[test]
fn headings_in_german() {
    language([
        &["Erkennung", "Symptome"],
        &[
            "Wiederherstellung",
            "Schritte zur Wiederherstellung",
            "Behebung",
            "Sofortmaßnahmen",
        ],
        &[
            "Überprüfung",
            "Verifizierung",
            "Prüfung nach der Wiederherstellung",
        ],
        &["Rollback-Prozedur", "Zurücksetzen", "Rückgängig machen"],
        &["Datensicherung", "Sicherung", "Backup-Strategie"],
        &["Notfallübung", "Übungen", "Wiederherstellungsübung"],
        &["Schweregrad", "Schweregrade"],
    ]);
}

#[test]
fn headings_in_portuguese() {
    language([
        &["Detecção", "Sintomas"],
        &[
            "Recuperação",
            "Passos de recuperação",
            "Resolução",
            "Mitigação",
        ],
        &["Verificação", "Validação", "Passos de verificação"],
        &["Reversão", "Procedimento de reversão"],
        &["Cópias de segurança", "Política de backup"],
        &["Simulado", "Testes", "Simulados de recuperação"],
        &["Severidade", "Gravidade", "Nível de severidade"],
    ]);
}

/// What [`say`] takes for granted when it looks no further.
#[test]
fn words_can_be_looked_up_by_how_they_open_and_wide_ones_never_stand_in_ascii() {
    let stems = words::LATIN
        .iter()
        .map(|(_, text)| *text)
        .chain([words::FAILURES])
        .flat_map(commas)
        .filter_map(|pattern| pattern.split(' ').next()?.strip_suffix('*'));
    for stem in stems {
        assert!(stem.len() >= known::Key::default().len(), "{stem}*");
    }
    for text in [words::WIDE_IF, words::WIDE_FAILURES, words::WIDE_PROCEDURES] {
        for word in commas(text) {
            assert!(!word.is_ascii(), "{word}");
        }
    }
}
