//! The words of each topic; of a title's several topics the one that stands first in `Topic` wins.

use crate::runbook::lexicon::Topic;

pub(in crate::runbook::lexicon) const LATIN: &[(Topic, &str)] = &[
    (
        Topic::Contents,
        "
table of contents, contents, toc, sommaire, table des matières, índice, indice, mục lục,
содержание, оглавление, inhaltsverzeichnis, inhalt, sumário, quick links, quick navigation
",
    ),
    (
        Topic::Objectives,
        "
rto, rpo, rto/rpo, recovery time objective*, recovery point objective*, recovery objective*,
recovery target*, recovery time target*, recovery time*, service level*, sla, slas, slo, slos,
objectifs de reprise, objetivos de recuperación, objetivos de recuperação,
wiederherstellungsziele, mục tiêu*, цели восстановления, recovery metrics
",
    ),
    (
        Topic::PostIncident,
        "
next steps, post incident*, postmortem*, post mortem*, lessons learned, lesson* learned, follow up*,
followup*, after action*, retrospective*, incident report*, root cause analysis, rca,
post recovery actions, post recovery tasks, post recovery activit*, leçons apprises, lecciones aprendidas,
lições aprendidas, nachbereitung, hậu sự cố, разбор*, постмортем*, continuous improvement,
improvement*, incident documentation, evidence*, post disaster*, post event*, incident review*,
past incident*, previous incident*, incident history, incident log, past outage*, previous outage*, known incidents,
incidents passés, historique des incidents, incidentes pasados, historial de incidentes, incidentes passados,
histórico de incidentes, frühere vorfälle, vergangene vorfälle, прошлые инциденты, история инцидентов,
learning*, bài học*, postincident*, post failover review, prochaines étapes, étapes suivantes, próximos pasos,
siguientes pasos, próximos passos, retour expérience, retours expérience, выводы, erkenntnisse, lessons, conclusiones, conclusões, nächste schritte, weitere schritte, các bước tiếp theo, bước tiếp theo, следующие шаги,
дальнейшие шаги, what's next, follow ups
",
    ),
    (
        Topic::Schedule,
        "
schedule, schedules, calendar, testing schedule, test schedule, drill schedule,
maintenance schedule, cadence, calendrier, calendario, cronograma, zeitplan, lịch, расписание,
график
",
    ),
    (
        Topic::Drill,
        "
testing, drill, drills, exercise*, rehearsal*, rehearse*, game day*, gameday*, chaos,
tabletop*, dr test*, test procedure*, test plan*, restore test*, failover test*,
recovery test*, backup test*, test restore*, tests, test recovery, test scenario*, simulation*,
failback test*, test, exercices, exercice, simulacro*, pruebas, prueba, testes, teste, übung*,
notfallübung*, simulação, simulações, simulación, simulations, wiederherstellungsübung*, wiederherstellungstest*, failovertest*, backuptest*, diễn tập, kiểm thử, учени*, тестирован*, simulados, simulado, dry run*,
test de*, notfalltest*, probar restore*, probar la restauración, probar el restore, test trimestral*, test cuatrimestral*, test mensual*,
test semestral*, test anual*, пробный restore*, пробное восстановление, тестовое восстановление, пробне відновлення, тестове відновлення,
restore тест*, тест восстановления, restore validation, monthly test*, quarterly test*
",
    ),
    (
        Topic::Contacts,
        "
contact, contacts, contact information, on call, escalation*, escalate, escalate*, who to call,
support contacts, contactos, contatos, kontakt*, ansprechpartner*, eskalation*, escalade,
escalamiento, escalación, escalação, escalonamento, liên hệ, контакт*, эскалаци*,
phone numbers, emergency contacts, roles and responsibilities, roles responsibilities,
responsibilities, roles, recovery team*, dr team*, response team*, incident team*, team roles, raci, support, roles y responsabilidades, papéis, responsabilidades, rôles, responsabilités, rollen,
verantwortlichkeiten, zuständigkeiten, роли, ответственность, ответственные, vai trò, trách nhiệm, matrice escalade
",
    ),
    (
        Topic::Communication,
        "
communication*, communications, notification*, stakeholder*, status page*, status updates,
announcement*, comunicación*, comunicaciones, comunicação, kommunikation*, benachrichtigung*,
truyền thông, thông báo, коммуникаци*, оповещени*, уведомлени*, war room
",
    ),
    (
        Topic::Severity,
        "
severity, severities, priority levels, priority, incident classification, classification,
sévérité, gravité, severidad, gravedad, severidade, gravidade, schweregrad*, mức độ*,
критичност*, серьезност*, серьёзност*, уровни инцидент*, priorité, prioridad, prioridade
",
    ),
    (
        Topic::Prerequisites,
        "
prerequisite*, pre requisite*, precondition*, pre condition*, requirements, before you begin,
before you start, before starting, preparation*, required access, required tools,
access required, tools required, tools needed, access needed, pré requis, prérequis, prerequis,
requisitos, requisitos previos, pré requisitos, voraussetzung*, vorbereitung*, điều kiện,
yêu cầu, chuẩn bị, требовани*, предварительн*, подготовк*, pre flight*, preflight*, prereqs,
pre checks, required permissions, tooling, inputs, required inputs, pre restore checklist, pre recovery*, assumptions
",
    ),
    (
        Topic::Rollback,
        "
rollback*, roll back*, rolling back, revert*, back out*, backout*, undo, retour arrière,
annulation, reversión, revertir, reverter, reversão, rückgängig*, zurückrollen, zurücksetzen,
hoàn tác, quay lui, откат*
",
    ),
    (
        Topic::Verification,
        "
verification*, verify*, verifying, validation*, validate*, validating, confirm*, confirmation,
post recovery verification, post recovery validation, post restore validation, post restore test*, post restore smoke*, post recovery test*, post failover test*,
post failover validation, post recovery check*, post recovery,
post restore*, post failover*, post deployment*, post check*, post mitigation*,
success criteria, exit criteria, health check*, healthcheck*, smoke test*, sanity check*,
acceptance*, recovery confirmation, vérification*, vérifier, verificación*, verificar,
validación, verificação, verificações, validação, überprüfung*, verifizierung*, prüfung*,
xác minh, kiểm tra, xác nhận, проверк*, проверить, верификац*, перевірк*, перевірити*, definition of done, done when,
resolved when, recovery criteria, validation test*, verification test*, test de validation,
tests de validation, test de vérification, tests de vérification, pruebas de validación, pruebas de verificación,
testes de validação, testes de verificação, validierungstest*
",
    ),
    (
        Topic::Backup,
        "
backup*, back up, back ups, backing up, snapshots, snapshot schedule, sauvegarde*,
copia de seguridad, copias de seguridad, respaldo*, datensicherung*, sicherung*, sao lưu,
резервн*, бэкап*, cópia de segurança, cópias de segurança, retention, pg_dump, data protection, бекап*, copia offsite, copias offsite, cópia offsite, snapshot diário,
snapshot diario, daily snapshot*,
replication setup
",
    ),
    (
        Topic::Detection,
        "
detection*, detect*, detecting, symptom*, alert, alerts, alert details, alert description,
indicator*, indicators, signs, signal, signals, meaning, trigger*, when to use,
when to use this runbook, when this fires, identification, problem, problem statement,
problem description, issue, observed behavior, observation*, what happened, how to detect,
how to recognize, error message*, alert condition*, alert definition, activation,
activation criteria, activation triggers, détection, symptôme*, symptomes, detección, síntoma*,
sintoma*, detecção, deteccao, erkennung, symptome, phát hiện, triệu chứng, dấu hiệu,
обнаружен*, симптом*, ознак*, признак*, warning signs, what you see, you will see
",
    ),
    (
        Topic::Impact,
        "
impact*, blast radius, consequences, affected*, business impact, user impact, auswirkung*,
impacto, tác động, ảnh hưởng, влияние, последстви*
",
    ),
    (
        Topic::Diagnosis,
        "
checking, diagnos*, діагностик*, triage*, dépannage*, fehlerbehebung*, problembehebung*, störungsbehebung*, xử lý sự cố, khắc phục sự cố, устранение неполадок, поиск неисправностей, résolution de problèmes,
resolución de problemas, solución de problemas, resolução de problemas, solução de problemas, что проверить, investigat*, assess*, assessment, initial checks, first checks,
quick checks, debug*, debugging, troubleshoot*, root cause*, cause, causes, probable cause*,
possible cause*, common causes, analysis, initial assessment, damage assessment, checks,
what to check, things to check, diagnostic*, inspection, diagnóstico, diagnostico, diagnostic,
investigación, investigação, diagnose, analyse, fehlersuche, fehleranalyse, ursache*,
chẩn đoán, điều tra, nguyên nhân, диагност*, анализ, причин*, расследован*, causas,
first 5 minutes, first 15 minutes, first five minutes, immediate checks, information gathering,
gather information, first look
",
    ),
    (
        Topic::Recovery,
        "
recover*, recovery, recuperar, ripristin*, recupero, відновлен*, mitigat*, mitigation, remediat*, remediation, resolution*, resolve*,
resolving, restoring, fix, fixes, fixing, repair*, workaround*, solution*, response, responses,
respond, procedure, steps, immediate action*, immediate response, immediate steps,
corrective action*, containment, eradication, what to do, how to fix, how to resolve,
how to recover, how to restore, actions, action, execution, instructions,
reprise, récupération, rétablissement, résolution, remédiation, correction, recuperación,
recuperacion, mitigación, resolución, solución, remediación, recuperação, recuperacao,
mitigação, resolução, solução, remediação, wiederherstellung*, behebung*, lösung*, maßnahmen,
sofortmaßnahmen, entstörung*, khôi phục, phục hồi, khắc phục, xử lý, giải quyết, восстановлен*,
устранен*, решени*, действи*, исправлен*, acciones, ações, quick fix, quick fixes,
first response, stop the bleeding, что делать, resposta*, respuesta*, réponse*, reaktion, contenção, contención, confinement, eindämmung, passo a passo, paso a paso, pas à pas,
schritt für schritt, пошаговая инструкция, atténuation*, marche à suivre, conduite à tenir, vorgehen, vorgehensweise, ablauf, giải pháp, hành động, cách khắc phục, khắc phục,
étapes de restauration, pasos de restauración, passos de restauração, порядок действий, was tun, que faire, qué hacer, o que fazer, phải làm gì, cách xử lý, stabilize, stabilization, reconnect, bring up, bringing up
",
    ),
    (
        Topic::Checklist,
        "
checklist*, check list*, lista de verificación, lista de verificação, checkliste*, чек лист*,
liste de contrôle, danh sách kiểm tra
",
    ),
    (
        Topic::Prevention,
        "
prevention*, preventing, preventive, preventative, prevent, long term*, hardening,
future improvements, prévention, prevención, prevenção, vorbeugung*, prävention, phòng ngừa,
предотвращен*, профилактик*, permanent fix*
",
    ),
    (
        Topic::Scenarios,
        "
scenarios, scenario*, failure modes, failure mode, failure scenario*, common issues,
common problems, common failures, common errors, known issues, issues, problems, failures,
outages, incidents, alerts reference, runbooks, playbooks, procedures, recovery procedures,
recovery scenarios, incident response procedures, incident playbooks, incident runbooks,
disaster scenarios, disaster recovery procedures, emergency procedures, operational procedures,
handling alerts, alert handling, errores comunes, errores frecuentes, erros comuns, erros frequentes, erreurs fréquentes, erreurs courantes, häufige fehler, typische fehler, häufige probleme,
typische probleme, типичные ошибки, частые ошибки, типовые сбои, типовые ошибки, lỗi thường gặp, vấn đề thường gặp, sự cố thường gặp, incidentes comunes, incidentes frecuentes,
incidentes comuns, incidents courants, incidents fréquents, häufige störungen, notfallszenarien, notfallprozeduren, störungsszenarien, ausfallszenarien, wiederherstellungsverfahren, responding to alerts, common scenarios, common incidents, common alerts, incident types, troubleshooting scenarios, alert runbooks,
scénarios, procédures, escenarios, procedimientos, cenários, procedimentos, szenarien,
störungen, kịch bản, các sự cố, сценари*, процедуры, сбои, неисправности, аварии, пробл*, проблем*, problèmes, problemas,
probleme, common tasks, common operations, operations, restore procedures,
restoration procedures, failover procedures
",
    ),
    (
        Topic::Reference,
        "
more reading, further information, logging, audit log, audit logs, audit trail,
glosario, glossário, glossaire, glossar, глоссарий, thuật ngữ, herramientas, ferramentas, outils, werkzeuge, инструменты, công cụ, registro de cambios, registro de alterações,
histórico de alterações, historique des modifications, änderungshistorie, änderungsprotokoll, история изменений, lịch sử thay đổi, ubicación de, localização de, localização dos, emplacement des,
emplacement de, speicherort*, где лежат*, где лежит, comprobaciones diarias, kiểm tra hằng ngày, kiểm tra hàng ngày, acceso, accesos, acesso, acessos, accès, zugang, zugänge, zugriff, доступ,
доступы, access, upgrade, upgrades, upgrading, update, updates, updating, mise à jour, обновление, обновления, actualización, actualizaciones, atualização, atualizações, aktualisierung,
aktualisierungen, cập nhật, giám sát, bảo trì, деплой, adding a new, onboarding, offboarding, capacity planning,

best practice*, good practice*, mejores prácticas, melhores práticas, meilleures pratiques, startup shutdown, startup and shutdown, start and shutdown, shutdown and startup, bonnes pratiques, buenas prácticas, boas práticas, лучшие практики, getting help, get help,
obtenir de l'aide, obtener ayuda, obter ajuda, hilfe, где получить помощь, diagnostic tool*, diagnosis tool*, debugging tool*, debug tool*,
troubleshooting tool*, toolbox, toolkit,
log analysis, log location*, log file*, log command*, logs, log, key files, file location*, important files, important paths,
useful sql, useful quer*, planned, planned restart*, planned maintenance, scheduled maintenance, maintenance window*, geplant*, planifié*,
planificad*, planejad*, programad*, плановый, плановые, плановое, плановая, password rotation, rotate password*, rotation du mot de passe,
rotation des mots de passe, rotación de contraseña*, rotação de senha*, passwortrotation, kennwortrotation, смена пароля, deploy, bring up, start up, startup, starting, start and stop, start stop, stopping, rolling upgrade, capacity, deployment, deployments,
deploying, deployment procedure, deployment procedures, deployment process, normal deployment, despliegue*, déploiement, implantação, bereitstellung, triển khai,
развертывание, развёртывание, maintenance, mantenimiento, manutenção, wartung, обслуживание, entretien, pre incident*, checks quotidiens, contrôles quotidiens,
vérifications quotidiennes, verificaciones diarias, verificações diárias, tägliche prüfungen, surveillance, supervision, журналы, логи, journaux, registros additional reading, reference*, appendix*, appendices, related*, see also, links, resources, further reading,
useful links, documentation, glossary, useful commands, common commands, quick commands,
quick recovery commands, command reference, commands reference, cheat sheet*, cheatsheet*,
quick reference, commands, additional information, additional resources, dashboards, faq,
frequently asked*, changelog, change log, revision history, version history, document history,
document control, history, metadata, références, annexe*, referencias, referências, anexo*,
referenz*, anhang, tham khảo, phụ lục, ссылки, приложени*, справочник, корисні команди, додаток, посилання, довідник, доступи, handy commands,
helpful commands, key commands, commandes utiles, comandos útiles, comandos úteis, nützliche befehle,
hilfreiche befehle, полезные команды, lệnh hữu ích, key metrics, metrics, templates, template, scripts, tools,
automation, automation scripts, monitoring, monitoreo, monitorización, monitoramento, überwachung*, мониторинг*, observability, monitoring and alerting, alerting,
alerting rules, alert rules, alert configuration, monitoring alerts, grafana, prometheus,
approval*, sign off, signoff, review history, document info*, document maintenance,
runbook maintenance, documentación, documentação, dokumentation, документация, tài liệu, initial setup, one time setup, first time setup, initial configuration,
recovery script*, recovery tool*, tools and scripts, scripts and tools, restore script*, failover script*, backup script*, dr script*,
daily operations, daily tasks, daily checks, daily checklist, weekly tasks, weekly checks, weekly checklist,
monthly tasks, monthly checks, monthly checklist, routine operations, routine maintenance, routine checks,
regular maintenance, maintenance tasks, opérations quotidiennes, tâches quotidiennes, tareas diarias,
operaciones diarias, tarefas diárias, tägliche aufgaben, ежедневные задачи, ежедневные проверки, công việc hằng ngày,
scripts de recuperación, scripts de recuperação, scripts de restauración, scripts de restauração
",
    ),
    (
        Topic::Overview,
        "
rules, configuring, quick start, objetivo, objetivos, inventario, inventário, inventaire, inventar, инвентаризация, périmètre, geltungsbereich, vue ensemble, prérequis techniques, how to read this, how to use this, configuración*, configuração*, configuration initiale, einrichtung, konfiguration, настройка, настройки, установка,
instalación, instalação, cấu hình, cài đặt, prinzipien, allgemeine prinzipien, grundsätze, principes, principios, princípios, принципы, nguyên tắc,
política*, politique*, richtlinie*, политика, chính sách, policy, policies, arquitectura*, arquitetura*, architektur*, архитектур*, kiến trúc, estrategia*, estratégia*,
stratégie*, strategie, стратеги*, chiến lược, avertissement, advertencia, aviso, важно, disclaimer, preface, préambule, preámbulo, business impact, business impact analysis,
business impact assessment, impact analysis, impacto en el negocio, impacto no negócio, recovery priority, recovery priorities, restore priority, restore priorities,
service priorities, priorities, prioridades, priorités, prioritäten, приоритеты, ưu tiên, critical business functions, data types, tipos de datos, tipos de dados,
 funcionalidades, fonctionnalités, features, self healing, quickstart, getting started, overview, introduction, intro, purpose, scope, background, summary, description, context,
about, architecture*, architectural*, topology, components, inventory, infrastructure overview,
system overview, service overview, design, concepts, terminology, principles, objectives,
goals, goal, audience, owners, owner, ownership, notes, note, configuration, setup, set up,
installation, install, deployment overview, dependencies, environment*, environments,
limitations, known limitations, non goals, rationale, status, assumptions, compliance,
security considerations, cost*, costs, budget, risk*, risks, risk assessment, training,
introduction, présentation, aperçu, objectif, contexte, résumé, introducción, visión general,
resumen, propósito, alcance, contexto, visão geral, resumo, introdução, propósito, escopo,
übersicht, überblick, einleitung, zweck, zusammenfassung, umfang, tổng quan, giới thiệu,
mục đích, phạm vi, обзор, введение, назначение, описание, цель, область применения, tl dr,
tldr, at a glance, critical assets, asset inventory, business continuity, replication strategy,
data classification, critical systems, critical services, system architecture
",
    ),
];

pub(in crate::runbook::lexicon) const WIDE: &[(Topic, &str)] = &[
    (Topic::Contents, "
目录, 目錄, 目次, 목차
"),
    (Topic::Objectives, "
恢复时间目标, 恢复点目标, rto, rpo, 恢复目标, 目標復旧, 復旧目標, 복구 목표, 복구 시간 목표, 복구목표
"),
    (
        Topic::PostIncident,
        "
过去的, 历史故障, 下一步, 后续, 次のステップ, 다음 단계, 후속, 历史事件, 过往, 過去の, 障害履歴, 과거, 장애 이력, 事后, 复盘, 復盤, 总结, 改进, 事後, 振り返り, 再発防止, ポストモーテム, 사후, 회고, 재발 방지, 재발방지
",
    ),
    (Topic::Schedule, "
日程, 计划表, 排程, スケジュール, 일정, 周期
"),
    (
        Topic::Drill,
        "
演练, 演練, 测试, 測試, 訓練, 演習, テスト, 훈련, 모의, 테스트, 리허설
",
    ),
    (
        Topic::Contacts,
        "
联系, 响应团队, 应急团队, 应急小组, 대응팀, 対応体制, 体制, 聯絡, 役割, 役割と責任, 역할, 책임, 联络, 值班, 升级, 連絡先, エスカレーション, 担当者, 연락처, 담당자, 에스컬레이션, 职责
",
    ),
    (
        Topic::Communication,
        "
沟通, 通讯, 通知, 溝通, コミュニケーション, 連絡, 報告, 커뮤니케이션, 공지, 통지, 알림 계획
",
    ),
    (
        Topic::Severity,
        "
严重程度, 严重级别, 严重性, 故障等级, 事故分级, 优先级, 级别定义, 重大度, 重要度, 深刻度, 優先度, 심각도, 우선순위, 장애 등급
",
    ),
    (
        Topic::Prerequisites,
        "
前提, 前置, 准备工作, 准备, 先决条件, 事前準備, 必要なもの, 準備, 사전, 전제 조건, 준비
",
    ),
    (Topic::Rollback, "
回滚, 回退, ロールバック, 切り戻し, 切戻し, 롤백, 되돌리기, 원복
"),
    (
        Topic::Verification,
        "
恢复后, 復旧後, 복구 후, 验证, 驗證, 驗收, 验收, 检验, 确认, 确认恢复, 校验, 検証, 確認, 検収, 검증, 확인
",
    ),
    (Topic::Backup, "
备份, 備份, バックアップ, 백업
"),
    (
        Topic::Detection,
        "
症状, 检测, 侦测, 发现, 现象, 触发条件, 告警, 故障现象, 検知, 検出, アラート, 発生条件, 감지, 탐지, 증상, 알람, 경보, 식별
",
    ),
    (Topic::Impact, "
影响, 影響, 영향
"),
    (
        Topic::Diagnosis,
        "
トラブルシューティング, トラブル対応, 트러블슈팅, 문제 해결, 疑难解答, 是否, かどうか, 여부, 故障排除, 诊断, 排查, 定位, 原因, 分析, 检查, 診断, 調査, 切り分け, 初動, 진단, 원인, 조사, 분석, 점검
",
    ),
    (
        Topic::Recovery,
        "
恢复, 恢復, 復原, 還原, 解决方案, 回应, 止损, 止血, 处理步骤, 처리, 복원, 还原, 容灾, 处理, 处置, 解决, 修复, 应对, 缓解, 应急, 響應, 响应, 復旧, 対処, 対応, 解決, リカバリ, 暫定, 복구, 해결, 조치, 대응, 완화, 手順,
절차, 操作步骤
",
    ),
    (Topic::Checklist, "
检查清单, 清单, チェックリスト, 체크리스트
"),
    (Topic::Prevention, "
预防, 予防, 예방, 长期, 恒久対策, 加固, 恒久対応, 再発防止, 재발 방지, 根治
"),
    (
        Topic::Scenarios,
        "
场景, 情景, 预案, 常见问题, 常见故障, シナリオ, よくある, 시나리오, 자주 발생, 장애 유형
",
    ),
    (
        Topic::Reference,
        "
巡检, 巡檢, 日次, 最佳实践, 诊断工具, 术语, 用語, 용어, 工具, ツール, 도구, 变更记录, 变更历史, 変更履歴, 변경 이력, 日志位置, 日志路径, ログの場所, 로그 위치, 部署流程, 部署步骤, 部署说明, 部署方式, デプロイ手順, 배포 절차, 배포 방법, 日常检查, 日常运维,
일일 점검, 정기 점검, 监控告警, 告警配置, 監視設定, 알림 설정, 访问方式, アクセス方法, 접근 방법, 자주 쓰는 명령, 자주 묻는 질문, 더 자세한, 관련 문서, 참고 문서, 常用操作, 版本升级流程, 运维工具, 调试工具, 排查工具, 诊断命令, 诊断脚本, 日志分析, 查看日志, 获取帮助, ベストプラクティス, 診断ツール, ログ分析, ヘルプ, 모범 사례, 진단 도구, 로그 분석, 도움말, 例行, 计划内, 计划性, 计划维护, 計画メンテナンス, 定期メンテナンス, 계획 정비, 週次, 月次, 日常, 每日, 每周, 일상, 일일, 주간 점검, 参考, 附录, 相关链接, 相关文档, 相关资料, 相关资源, 相关命令, 相关文件, 常用命令, 有用的命令, 便利なコマンド, 유용한 명령, 速查, 参照, 付録, 関連リンク, 関連ドキュメント, 関連資料, 関連情報, 関連ファイル, 関連文書, 関連ページ, デプロイ/, デプロイ・, 更新手順, セットアップ, インストール, 定期维护, よく使う, コマンド集, 使用方法, 使用指南, 使い方, 端点, 地址, エンドポイント, 사용법, 참고, 부록, 관련 링크, 관련 자료, 관련 파일, 관련 페이지, 관련 정보, 명령어 모음, 监控, 監視, 모니터링
",
    ),
    (
        Topic::Overview,
        "
概述, 概览, 特性, 策略说明, 原则, 政策, 架构设计, 业务影响, 功能, 快速开始, 快速入门, 配置说明, クイックスタート, 빠른 시작, 简介, 背景, 目的, 范围, 架构, 说明, 概要, はじめに, 構成, アーキテクチャ, 개요, 소개, 목적, 범위, 아키텍처, 구성
",
    ),
];
