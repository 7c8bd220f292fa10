//! The words. Latin, Cyrillic and Vietnamese patterns are words (a `*` ends a stem); Chinese,
//! Japanese and Korean ones are looked for anywhere in a title.

mod topics;

pub(super) use topics::{LATIN, WIDE};

/// What a word in front of a title means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    Step,
    Scenario,
    Option,
    /// An option only where it is numbered.
    Way,
}

pub(super) const LEADS: &[(Lead, &str)] = &[
    (
        Lead::Step,
        "
step, phase, stage, task, action, test, étape, etape, paso, fase, bước, giai đoạn, шаг, этап,
schritt, passo, etapa, крок, етап, krok, adım, langkah, stap, 步骤, 步驟, 第, 阶段, 階段, ステップ, 手順, フェーズ, 단계, 스텝
",
    ),
    (
        Lead::Scenario,
        "
problema, problème, probleme, problem, проблема, vấn đề, lỗi, erro, erreur, error, fehler, ошибка, 问题, 문제, エラー,
failure scenario, disaster scenario, recovery scenario, scenario, incident type, incident,
symptom, symptôme, síntoma, sintoma, симптом, triệu chứng, 症状, 现象, 증상, failure mode, failure, alert name, alertname, alarm name, alarm, playbook, runbook, procedure, sop, alert, issue, case, procedimiento, procedimento, procédure,
disaster, use case, play, scénario, cas, incidente, escenario, caso, kịch bản, trường hợp,
sự cố, сценарий, сценарій, випадок, інцидент, случай, инцидент, szenario, fall, vorfall, cenário, cenario, 场景, 情景, 故障场景, 案例,
故障, シナリオ, ケース, 障害, 시나리오, 사례, 장애
",
    ),
    (
        Lead::Option,
        "
option, method, approach, alternative, variant, path, plan, choice, méthode, opción, opcion,
método, metodo, alternativa, phương án, cách, вариант, способ, варіант, спосіб, variante, methode, opção, opcao,
方案, 方法, 选项, 選択肢, オプション, 방법, 옵션
",
    ),
    (
        Lead::Way,
        "
solution, workaround, fix, remedy, solución, solucion, solução, solucao, lösung, решение, рішення, giải pháp, soluzione,
解决方案, 解决方法, 解决办法, 解決策, 対処法, 해결 방법, 해결책
",
    ),
];

pub(super) const SUFFIX_LEADS: &[(Lead, &str)] = &[(
    Lead::Step,
    "
단계, 步
",
)];

pub(super) const WIDE_IF: &str = "
如果, 若, もし, 만약, 否则, それ以外
";

/// First words of a title or item that tell somebody to do something.
pub(super) const VERBS: &str = "
access, acknowledge, activate, add, adjust, alert, allow, analyze, analyse, announce, apply,
approve, archive, assemble, assess, assign, attach, audit, authenticate, backfill, back, begin,
block, boot, bootstrap, bring, build, bump, bypass, call, cancel, capture, change, check,
choose, clean, cleanup, clear, clone, close, collect, communicate, compare, complete,
configure, confirm, connect, contact, contain, continue, coordinate, copy, cordon, correct,
correlate, count, create, cut, cutover, debug, declare, decommission, decide, delete, demote,
deploy, describe, destroy, detach, detect, determine, diagnose, disable, disconnect, document,
double, download, drain, drop, dump, edit, enable, engage, ensure, enter, eradicate, escalate,
establish, estimate, evacuate, evaluate, examine, execute, expand, export, extend, extract,
fail, fetch, file, find, fix, flip, flush, follow, force, freeze, gather, generate, get, give,
go, grant, halt, identify, implement, import, increase, inform, initialize, initialise,
initiate, inspect, install, investigate, invalidate, isolate, issue, join, keep, kill, launch,
let, link, list, load, locate, lock, log, login, look, lower, make, manually, mark, measure,
merge, migrate, mitigate, monitor, mount, move, name, navigate, note, notify, obtain, open,
optimize, order, page, patch, pause, perform, pick, ping, place, point, post, prepare,
preserve, prevent, promote, provide, provision, publish, pull, purge, push, put, query, raise,
re, reach, read, reapply, reassign, reattach, rebalance, reboot, rebuild, recalculate,
reconcile, reconfigure, reconnect, record, recover, recreate, recycle, redeploy, redirect,
reduce, reenable, refresh, regenerate, register, reindex, reinstall, reissue, reload,
remediate, remove, rename, renew, reopen, repair, replace, replay, replicate, report, request,
reroute, rerun, reschedule, reset, resize, resolve, restart, restore, resume, resync, retire,
retrieve, retry, return, revert, review, revoke, roll, rollback, rotate, route, run, save,
scale, scan, schedule, search, secure, see, select, send, set, setup, share, shift, shut,
simulate, sign, silence, skip, snapshot, spin, ssh, start, stop, submit, suspend, swap, switch,
sync, synchronize, tag, tail, take, talk, terminate, test, throttle, toggle, trace, track,
transfer, triage, trigger, troubleshoot, try, tune, turn, uncordon, undo, uninstall, unlock,
unmount, unseal, update, upgrade, upload, use, validate, verify, view, visit, wait, warm,
watch, wipe, write,
valider, documenter, analyser, réinitialiser, activer, appliquer, arrêter, arreter, basculer, charger, configurer, confirmer, contacter, contrôler, copier, créer,
démarrer, déployer, désactiver, exécuter, identifier, installer, isoler, lancer, localiser, mettre, nettoyer, notifier,
ouvrir, préparer, récupérer, redémarrer, relancer, remplacer, restaurer, supprimer, télécharger, tester, vérifier,
abrir, actualizar, aplicar, arrancar, avisar, borrar, cambiar, comprobar, conectar, confirmar, copiar, crear, descargar,
desplegar, detener, eliminar, escalar, identificar, iniciar, instalar, limpiar, localizar, notificar, obtener, parar,
preparar, probar, promover, recuperar, reemplazar, reiniciar, restaurar, revisar, seleccionar, subir, validar,
verificar, acessar, alterar, atualizar, baixar, corrigir, criar, desligar, executar, excluir, fazer, implantar, isolar,
ligar, limpar, obter, remover, revisar, rodar, selecionar, subir, testar, trocar,
anhalten, ausführen, beenden, benachrichtigen, einspielen, ermitteln, löschen, neustarten, prüfen, sichern, starten,
stoppen, umschalten, verbinden, wiederherstellen, überprüfen, dừng, chạy, khởi, xem, tạo, xóa, chọn, cập, mở, đợi, tải,
включить, восстановить, выключить, выполнить, выбрать, дождаться, запустить, изолировать, найти, обновить, остановить,
открыть, отключить, перезапустить, переключить, подключиться, получить, проверить, развернуть, скачать, создать,
сообщить, удалить, уведомить, установить, включити, відкрити, відновити, встановити, зупинити, запустити, оновити,
перевірити, перезапустити, переглянути, порівняти, скопіювати, створити, видалити, отримати, вимкнути, витягнути,
riavviare, ripristinare, verificare, controllare, fermare, avviare, eliminare, creare
";

/// Verbs that open a title in scripts without spaces.
pub(super) const WIDE_VERBS: &str = "
停止, 启动, 删除, 清理, 清除, 修改, 检查, 查看, 确认, 执行, 运行, 登录, 连接, 创建, 更新, 安装, 配置, 设置, 通知, 隔离, 断开, 关闭, 打开,
等待, 选择, 输入, 拉取, 准备, 收集, 定位, 下载, 上传, 导入, 导出, 重新, 终止, 禁用, 启用, 替换, 通过, 进入, 编辑, 验证, 測試, 测试, 联系, 记录
";

/// Verbs that stand last in a title: "Verbindung prüfen".
pub(super) const LAST_VERBS: &str = "
prüfen, überprüfen, starten, neustarten, stoppen, beenden, testen, vorbereiten, wiederherstellen, einspielen, löschen, sichern,
anlegen, erstellen, einrichten, umschalten, umstellen, aktivieren, deaktivieren, benachrichtigen, informieren, ermitteln,
identifizieren, durchführen, ausführen, herunterfahren, hochfahren, trennen, verbinden, zurücksetzen, installieren, auslesen,
kontrollieren, verifizieren, dokumentieren, austauschen, ersetzen, hinzufügen, entfernen, öffnen, schließen, kopieren
";

/// Nouns of whole procedures; a title with one of them stands for itself.
pub(super) const PROCEDURES: &str = "
failover, failback, switchover, restore, restoration, restores, promotion, rebuild, rebuilding,
rotation, migration, redeployment, redeploy, recreation, reinstallation, pitr, evacuation, cutover, reinstall, bootstrap,
restauration, restauración, restauracao, restauração, restaurar, wiederherstellen, khôi,
reconstruction, reprovisioning, reconstrucción, reconstrução, reconstruir, neuaufbau, recriar, recrear, conmutación, bascule, basculement, basculer, restaurer,
переключение, восстановить, відновити, відновлення, ripristino, ripristinare
";

pub(super) const WIDE_PROCEDURES: &str = "
切换, 重建, 再構築, 재구축, 복원, 故障转移, 故障切换, 主从切换, フェイルオーバー, リストア, 페일오버, 장애조치
";

/// Single words that settle a topic even where the title says more.
pub(super) const STRONG: &str = "
appendix*, appendices, cheatsheet*, related*, reference*, glossary, changelog, prevention*,
faq, schedule, drill, drills
";

/// What may stand beside a topic's words without naming anything.
pub(super) const FILLERS: &str = "
a, an, the, of, for, to, and, or, in, on, at, by, with, your, this, from, how, step, steps,
procedure, procedures, process, processes, plan, plans, guide, section, general, common,
initial, immediate, quick, detailed, manual, automated, automatic, standard, disaster, dr,
service, system, incident, incidents, emergency, info, information, details, list, strategy,
strategies, level, levels, target, targets, action, actions, instructions, instruction, task,
tasks, item, items, basic, possible, potential, likely, typical, first, next, final, overall,
key, main, data, type, types, what, do, is, are, it, after, before, during, post, pre, s,
summary, status, team, teams, definition, definitions, criteria, matrix, table, when, and/or,
phase, methods, method, commands, command, checks, check, checklist, checklists, monitoring,
best, practices, policy, continuous, continuo, continua, contínuo, contínua, continu, maintenance, mantenimiento, manutenção, wartung, обслуживание, bảo trì, required, responder, responders, call, related, runbook, playbook, de, des, du,
la, le, les, l, et, d, del, el, los, las, y, en, da, do, dos, das, e, der, die, das, und, zur,
zum, für, von, và, các, cho, và, и, по, для, на, о, étapes, etapes, procédure, procédures,
primary, secondary, alternate, alternative, fallback, preferred, pasos, procedimiento, procedimientos, passos, procedimento, procedimentos, schritte, verfahren,
posibles, posible, possíveis, possível, possibles, mögliche, возможные, возможная, posterior, posteriores, postérieure, cố, option, options, opções, opciones, optionen, варианты, temporary, permanent, definitive, imediata, imediato, imediatas, imediatos,
immédiate, immédiat, immédiates, immédiats, inmediata, inmediato, inmediatas, inmediatos, sofortige, sofort, немедленные, срочные, definitiva, definitivo, définitive,
endgültige, dauerhafte, temporária, temporario, temporaire, temporal, vorläufige, постоянное, временное, rápida, rápido, rapide, schnelle, быстрое, passo,
bước, quy, trình, шаги, процедура, процедуры, порядок, план
";

/// Where the same thing is done in another way: a title of these alone is one of several ways.
pub(super) const PLACES: &str = "
development, dev, local, staging, production, prod, preprod, sandbox, développement, locale, desarrollo, producción,
desenvolvimento, produção, entwicklung, produktion, lokal, разработка, продакшн, локально, on-premise, environment
";

/// Stems of things that are broken.
pub(super) const FAILURES: &str = "
takeover*, suspected, fail*, outage*, down, crash*, corrupt*, loss, lost, loses, exhaust*, unavailab*, unreachab*,
breach*, compromis*, error*, degrad*, slow, slowness, high, low, leak*, stuck, lag, lagging,
expired, expiry, expiration, expiring, full, missing, unhealthy, timeout*, timing, deadlock*,
ransomware, ddos, accident*, exceeded, saturat*, spike*, pressure, oom, evict*, crashloop*,
increasing, elevated, rising, broken, disrupt*, backlog, unresponsive, rejected, refused, throttl*, intrusion, misconfigur*,
overload*, flapping, inconsisten*, mismatch*, stale, absent, dead, hung, hanging, pending,
attack, attacks, cannot, can't, won't, isn't, blocked, burn, unsealed, sealed,
hijack*, stolen, theft, bouncing, 500s, 502s, 503s, 504s, conflict*, corromp*, elevado, elevada, elevados, élevé*, alta, alto, altas, altos, reinicia, reiniciando, expiré*, expirée, échoué*, hohe, hoher, hohes, hoch, blockiert*, versehentlich*,
fehlgeschlagen*, kompromit*, падени*, упал*, заполнен*, истёк*, высок*, неудачн*, взлом*, случайн*, нехватк*, превыш*, hỏng, bị, nhầm, denied, deleted, locked, killed, stopped, divergen*, desync*, desynchroni*, out-of-sync, regression*, storm,
starvation, unable, drift, invalid, restarting, arrêté*, arrete, plein, pleine, cassé*, bloqué*, bloque, saturé*, injoignable*, raté*, fuite*, refusé*, défaillant*, perdue, perdu,
lleno, llena, roto, rotos, pendiente, pendientes, pendência, pendências, muerto, muerta, bloquead*, atascad*, inaccesib*, interrup*, fuga, vencid*, expirad*, agotad*, indispon*, cheio, cheia,
quebrad*, travad*, lento, lenta, perdid*, vazamento*, inacess*, negad*, esgotad*, erro, erros, voll, kaputt, langsam, abgestürzt*,
überlast*, beschädigt*, gelöscht*, abgelaufen*, медленн*, завис*, утечк*, компрометац*, блокировк*, истек*, переполн*, parado, parada, parados, paradas, rotto, đầy, chậm, sập, treo,
çök*, kesinti*, kayb*, arıza*, bozul*,
unauthorized, 5xx, 4xx, 500, 502, 503, 504, 429, bad, panne, pannes, échec, échecs, perte,
indisponib*, défaillance*, fallo, fallos, falla, fallas, caída, caida, caído, pérdida, perdida,
sự, lỗi, hỏng, mất, сбой*, сбои, отказ*, потер*, недоступ*, ошибк*, авари*, поврежд*, ausfall*,
fehler*, verlust*, störung*, defekt*, absturz*, datenverlust, falha*, queda*, perda*, corrup*, latency, utilisation, utilization, warnings, perdió, cayó, murió,
збій, збої, збою, втрат*, втрачен*, помилк*, пошкодж*, недоступн*, відмов*, guasto, guasti, errore, errori, perdita, perso
";

pub(super) const WIDE_FAILURES: &str = "
起動しない, 応答しない, 繋がらない, 接続できない, 启动不了, 无法, 失败, 宕机, 崩溃, 丢失, 损坏, 不可用, 中断, 异常, 超时, 泄露, 耗尽, 故障, 過負荷, 过高, 告警触发, 不足, 停止, ダウン, 失敗, 破損, 消失, エラー,
故障, 高騰, 枯渇, 冲突, 死锁, 卡死, 拒绝, 入侵, 攻击, 瘫痪, 误删, 堆积, 无响应, 无效, 激增, 过载, 高负载, 被杀, 泄漏, 遅延, できない, しない, されない, 不整合, 誤削除, 漏洩, 期限切れ, 喪失,
全損, 过期, 积压, 未创建, 未初始化, 未启动, 未生效, 未保护, 未同步, 未更新, 未收到, 未响应, 不工作, 不生效, 不兼容, 不一致, 不同步, 不通, 不能, 卡在, 卡住, 错误, 病毒, 雪崩, 延迟, 断电, 滞留, 誤って, 多発, 누락, 부족, 유출, 되지 않, 급증, 적체, 실수로, 안 됨, 않음, 불가, 끊김, 고갈, 충돌, 만료, 障害, 장애, 실패, 중단, 손상, 유실, 다운, 오류, 지연, 초과
";

/// What may stand beside a topic in scripts without spaces.
pub(super) const WIDE_FILLERS: &str = "
步骤, 步驟, 流程, 方法, 计划, 策略, 程序, 操作, 说明, 指南, 信息, 目标, 手册, 的, 与, 和, 及, 或, 手順, 方針, 計画, 一覧, 情報, 内容, の,
と, および, 時, 方法, 절차, 단계, 방법, 계획, 정보, 목표, 및, 의, 故障, 障害, 장애, 事故, 사고, 典型, 常见, 可能, 可能な, 考えられる, 가능한, 가능성, 根, 根本, 典型, 방식, 방안, 方式, 方案, 範囲, 초기, 立即, 快速, 措施, 手册, 步骤, 即時, 応急, 恒久, 즉시, 임시, 后, 前, 灾难, 災害, 재해, 系统, システム, 시스템, 级别, 标准, レベル, 수준,
등급, 作業, 対応
";

/// Words for emergencies: no failure by name, but nobody reads it on a good day.
pub(super) const URGENT: &str = "
emergency, emergencies, incident, incidents, disaster, crisis, break-glass, urgence, urgences, sinistre, emergencia, emergencias, desastre,
incidente, incidentes, emergência, emergências, crise, krise, katastrophe, vorfall, störfall, инцидент, инциденты, инцидента, катастроф,
sự cố, khẩn, problem, problems, problema, problemas, problème, problèmes, issue, issues, проблема, проблемы,
restart, restarts, restarting, reboot, reset, reinicio, reiniciar, reinício, redémarrage, redémarrer, neustart, neustarten, перезапуск, перезапуска,
перезагрузка, восстановить, yeniden
";

pub(super) const WIDE_URGENT: &str = "
紧急, 应急, 事件, インシデント, 인시던트, 緊急, 事故, 问题, 重启, 再起動, 긴급, 비상, 문제, 재시작
";
