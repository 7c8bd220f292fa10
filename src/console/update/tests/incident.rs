//! Opening, switching, noting, closing; what the host says by itself.

use super::{LARGE, SMALL};
use crate::cli::report::Written;
use crate::console::effect::Effect;
use crate::console::fixture::{Play, components};
use crate::console::message::{Host, Message, Section};
use crate::console::model::Incident;
use crate::incident::Intent;
use crate::incident::fact::{Fact, IncidentId};
use crate::runbook::{Link, Place, ScenarioId};
use crate::wire::{Notice, Reply, Request, Severity};

#[test]
fn the_scenario_that_fits_is_on_top_says_why_and_opens_with_one_key() {
    let mut play = Play::home(LARGE);
    let screen = play.screen();
    let place = |part: &str| screen.find(part).unwrap_or(usize::MAX);
    assert!(place("PostgreSQL Primary Failure") < place("Kafka Broker Failure"));
    play.line_with("detection `Database connection errors` ↔ postgres");
    play.key("enter");
    play.line_with("Open an incident: PostgreSQL Primary Failure");
    play.key("enter");
    assert_eq!(
        play.intents(),
        [Intent::Open {
            title: Some("PostgreSQL Primary Failure".into()),
            scenario: Some(ScenarioId("postgresql-primary-failure".into())),
            severity: Some("P0".into()),
            drill: false,
        }]
    );
    play.line_with("INC-7");
}

#[test]
fn an_incident_can_be_opened_empty_and_takes_a_scenario_later() {
    let mut play = Play::home(LARGE);
    play.keys("o enter");
    play.line_with("say in a few words what is broken");
    play.keys("'logins_fail' up enter");
    assert_eq!(
        play.intents(),
        [Intent::Open {
            title: Some("logins fail".into()),
            scenario: None,
            severity: Some("P1".into()),
            drill: false,
        }]
    );
    play.line_with("Pick a scenario");
    play.key("enter");
    assert!(matches!(
        play.intents().last(),
        Some(Intent::SelectScenario { reason: Some(why), .. }) if why.contains("Database connection")
    ));
    play.line_with("1 Verify Failure");
}

#[test]
fn a_drill_is_marked() {
    let mut play = Play::home(LARGE);
    play.keys("enter tab");
    play.line_with("Open a drill:");
    play.key("enter");
    assert!(matches!(
        play.intents()[..],
        [Intent::Open { drill: true, .. }]
    ));
    play.line_with("DRILL");
}

#[test]
fn the_picker_narrows_by_what_is_typed() {
    let mut play = Play::home(SMALL);
    play.keys("/ 'kfk'");
    play.line_with("❯ Kafka Broker Failure");
    assert!(!play.screen().contains("Redis Failover"));
    play.keys("enter");
    play.line_with("Open an incident: Kafka Broker Failure");
}

#[test]
fn switching_in_the_middle_wants_a_reason() {
    let mut play = Play::open(LARGE);
    play.keys("/ 'redis' enter");
    play.line_with("Switch to Redis Failover");
    play.key("enter");
    play.line_with("say it in a few words");
    assert_eq!(play.intents(), []);
    play.keys("'cache_is_the_cause' enter");
    assert_eq!(
        play.intents(),
        [Intent::SelectScenario {
            scenario: ScenarioId("redis-failover".into()),
            reason: Some("cache is the cause".into()),
        }]
    );
    play.line_with("redis-cli info sentinel");
    assert!(play.line_with("❯ ○ 1 Look").contains('1'));
}

#[test]
fn a_switch_by_somebody_else_ends_a_confirmation() {
    let mut play = Play::open(LARGE);
    play.keys("down down b enter enter");
    play.line_with("y run it on");
    let scenario = Box::new(crate::console::fixture::runbooks()[0].scenarios[2].clone());
    play.happens(vec![Fact::ScenarioSelected {
        scenario,
        source: "dr.md".into(),
        reason: "ben knows better".into(),
        rto_seconds: None,
        rpo_seconds: None,
    }]);
    play.line_with("the scenario was switched: nothing was run");
    play.key("y");
    assert_eq!(play.starts(), 0);
}

#[test]
fn skipping_wants_a_reason_and_moves_on() {
    let mut play = Play::open(LARGE);
    play.keys("s enter");
    assert_eq!(play.intents(), []);
    play.keys("'seen_already' enter");
    assert_eq!(
        play.intents(),
        [Intent::Skip {
            step: "1".into(),
            reason: "seen already".into()
        }]
    );
    play.line_with("↷ 1");
    play.line_with("❯ ○ 2");
}

#[test]
fn a_refused_answer_keeps_what_was_typed() {
    let mut play = Play::open(LARGE);
    play.key("enter");
    // It runs: it cannot be skipped now.
    play.keys("s 'no_time' enter");
    play.line_with("Skip step 1");
    play.line_with("no time");
    play.line_with("run 1");
}

#[test]
fn notes_and_decisions_go_into_the_timeline() {
    let mut play = Play::open(LARGE);
    play.keys("n 'disk_looks_full' enter N 'we_fail_over' enter");
    assert_eq!(
        play.intents(),
        [
            Intent::Note {
                step: Some("1".into()),
                text: "disk looks full".into(),
                decision: false
            },
            Intent::Note {
                step: Some("1".into()),
                text: "we fail over".into(),
                decision: true
            },
        ]
    );
    play.line_with("✎ on step 1: disk looks");
    play.line_with("◆ decision: on step 1:");
}

#[test]
fn closing_wants_a_resolution_and_says_where_the_report_is() {
    let mut play = Play::open(LARGE);
    play.keys("C enter");
    assert_eq!(play.intents(), []);
    play.keys("'failed_over' enter");
    play.line_with("INC-7 is closed after 00:02:00: `w` writes its report, and so does `breakglass report INC-7`");
    play.line_with("no incident");
    play.key("w");
    assert_eq!(
        play.effects.last(),
        Some(&Effect::WriteReport(IncidentId(7)))
    );
}

#[test]
fn the_report_is_written_at_once_and_its_path_shown() {
    let mut play = Play::home(LARGE);
    play.key("w");
    play.line_with("no incident is open");
    assert!(
        !play
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::WriteReport(_)))
    );
    let mut play = Play::open(SMALL);
    play.key("w");
    assert_eq!(play.effects, [Effect::WriteReport(IncidentId(7))]);
    let reported = |outcome| Message::Reported {
        incident: IncidentId(7),
        outcome,
    };
    play.takes(reported(Ok(Written {
        path: "/home/ana/INC-7.md".into(),
        elsewhere: None,
    })));
    play.line_with("the report of INC-7 so far is in /home/ana/INC-7.md");
    play.takes(reported(Ok(Written {
        path: "/state/reports/INC-7-2.md".into(),
        elsewhere: Some("`/` cannot be written: permission denied".into()),
    })));
    play.line_with("/state/reports/INC-7-2.md");
    play.line_with("permission denied");
    play.takes(reported(Err(
        "`/state/reports` cannot be written: disk full".into(),
    )));
    play.line_with("no report was written");
    play.line_with("`breakglass report INC-7 -o FILE`");
}

#[test]
fn an_incident_with_a_running_step_cannot_be_closed() {
    let mut play = Play::open(LARGE);
    play.keys("enter C");
    play.line_with("run 1 still running");
    assert!(play.model.dialog.is_none());
}

#[test]
fn leaving_says_that_steps_go_on_and_wants_a_deliberate_key() {
    let mut play = Play::open(LARGE);
    play.keys("enter q");
    play.line_with("The step that runs goes on.");
    play.keys("enter q");
    assert!(!play.effects.contains(&Effect::Quit));
    play.keys("q y");
    assert!(play.effects.contains(&Effect::Quit));
}

#[test]
fn without_an_incident_leaving_asks_nothing() {
    let mut play = Play::home(LARGE);
    play.key("q");
    assert_eq!(play.effects.last(), Some(&Effect::Quit));
}

#[test]
fn a_list_that_is_sorted_anew_keeps_what_is_selected() {
    let mut play = Play::home(LARGE);
    play.keys("down down");
    play.line_with("❯ Redis Failover");
    play.hears(Reply::Offers { offers: Vec::new() });
    play.line_with("❯ Redis Failover");
    // On top stays on top.
    play.key("home");
    play.hears(Reply::Offers {
        offers: crate::console::fixture::offers(),
    });
    play.line_with("❯ PostgreSQL Primary Failure");
}

#[test]
fn a_place_in_the_list_of_scenarios_is_none_in_the_checklist() {
    let open = Play::open(LARGE);
    let mut play = Play::home(LARGE);
    play.keys("down down");
    play.line_with("❯ Redis Failover");
    play.hears(Reply::Incident {
        state: open.model.state().cloned().map(Box::new),
        rows: open.model.timeline.rows.clone(),
    });
    assert_eq!(play.model.cursor, open.model.cursor);
}

#[test]
fn a_gap_in_the_record_is_fetched_anew() {
    let mut play = Play::open(LARGE);
    let mut entry = play.entries.last().unwrap().clone();
    entry.seq += 5;
    play.hears(Reply::Entries {
        entries: vec![entry],
    });
    assert_eq!(
        play.effects.last(),
        Some(&Effect::Send(Request::Watch { incident: None }))
    );
}

#[test]
fn entries_that_were_seen_already_change_nothing() {
    let mut play = Play::open(LARGE);
    let rows = play.model.timeline.rows.len();
    let entries = play.entries.clone();
    play.hears(Reply::Entries { entries });
    assert_eq!(play.model.timeline.rows.len(), rows);
}

#[test]
fn notices_replace_each_other_by_key_and_an_info_clears_them() {
    let mut play = Play::home(LARGE);
    let notice = |severity, what: &str| Reply::Notice {
        notice: Notice {
            severity,
            what: what.into(),
            hint: Some("look at it".into()),
            key: "share".into(),
        },
    };
    play.hears(notice(Severity::Warning, "the share is behind"));
    play.hears(notice(Severity::Error, "the share is gone"));
    play.line_with("✖ the share is gone — look at it");
    assert!(!play.screen().contains("behind"));
    play.hears(notice(Severity::Info, "the share is back"));
    assert!(!play.screen().contains("gone"));
}

#[test]
fn the_same_look_again_draws_nothing() {
    let mut play = Play::home(LARGE);
    play.screen();
    assert!(!play.model.dirty());
    for mut component in components() {
        component.at = component
            .at
            .map(|at| at + jiff::SignedDuration::from_secs(5));
        component.took_ms += 1;
        if component.verdict != crate::health::Verdict::Down {
            component.last_good_at = component.at;
        }
        play.hears(Reply::Component {
            component: Box::new(component),
        });
    }
    assert!(!play.model.dirty());
    play.takes(Message::Host(Host::Connecting));
    let mut worse = components()[1].clone();
    worse.verdict = crate::health::Verdict::Down;
    play.hears(Reply::Component {
        component: Box::new(worse),
    });
    assert!(play.model.dirty());
}

#[test]
fn without_an_incident_the_clock_draws_only_ages() {
    let mut play = Play::home(LARGE);
    play.screen();
    let mut drawn = 0;
    for _ in 0..180 {
        play.wait(1);
        if play.model.dirty() {
            drawn += 1;
            play.screen();
        }
    }
    // Three ages on screen, each changing once a minute.
    assert!((1..=9).contains(&drawn), "{drawn}");
}

#[test]
fn older_rows_are_fetched_when_one_scrolls_back() {
    let mut play = Play::open(LARGE);
    for number in 0..30 {
        play.happens(vec![Fact::NoteAdded {
            step: None,
            text: format!("note {number}"),
            decision: false,
        }]);
    }
    // As after a reconnect: only the last rows came with the state.
    let rows = crate::incident::timeline::rows(&play.entries);
    let state = Box::new(play.state.clone());
    play.hears(Reply::Incident {
        state: Some(state),
        rows: rows[20..].to_vec(),
    });
    play.effects.clear();
    play.keys("3 home");
    assert!(matches!(
        play.effects[..],
        [Effect::Send(Request::Rows { before: 21, .. })]
    ));
    assert_eq!(play.model.timeline.rows.len(), play.entries.len());
    play.key("home");
    play.line_with("incident opened");
}

#[test]
fn a_manifest_says_what_it_would_change_in_the_console_and_in_the_report() {
    for size in [LARGE, SMALL] {
        let mut play = Play::open(size);
        play.keys("end v");
        play.line_with("would change an object that the runbook does not name:");
        play.line_with("· env[DATABASE_MAX_POOL_SIZE]");
        if size == LARGE {
            play.line_with("by hand: find the object that has these fields");
        }
        play.key("enter");
        play.line_with("step 6 is done by hand: `d` marks it done");
        let report = crate::report::markdown(&play.entries, &[], &jiff::tz::TimeZone::UTC);
        assert!(
            report.contains(
                "By hand, in an object that the runbook does not name (line 64 of the runbook):"
            ) && report.contains("- env\\[DATABASE_MAX_POOL_SIZE\\]"),
            "{report}"
        );
    }
}

#[test]
fn a_link_is_followed_and_left_again() {
    let link = |text: &str, target: &str, to| Link {
        text: text.into(),
        target: target.into(),
        line: 60,
        to,
    };
    let place = |line| {
        Some(Place {
            source: None,
            scenario: Some(ScenarioId("redis-failover".into())),
            line,
        })
    };
    for size in [LARGE, SMALL] {
        let mut play = Play::open(size);
        play.key("L");
        play.line_with("this step's text links to nothing");
        let Incident::Open(state) = &mut play.model.incident else {
            unreachable!();
        };
        state.scenario.as_mut().unwrap().steps[0].links = vec![
            link("the cache", "#redis-failover", place(39)),
            link("looking", "#look", place(60)),
            link("the wiki", "https://wiki.example.com/db", None),
        ];
        play.keys("esc v");
        play.line_with("see the cache (#redis-failover): `L` follows");
        play.key("L");
        play.line_with("Link: the cache");
        play.line_with("dr.md:39");
        play.line_with("Redis Failover");
        play.key("L");
        play.line_with("Link: looking");
        play.line_with("redis-cli info sentinel");
        play.effects.clear();
        play.key("L");
        play.line_with("its address is on the clipboard");
        assert_eq!(
            play.effects,
            [Effect::Copy("https://wiki.example.com/db".into())]
        );
        play.key("esc");
        assert!(play.model.dialog.is_none());
        assert_eq!(play.intents(), []);
    }
}

#[test]
fn a_link_out_of_the_scenarios_shows_what_stands_there() {
    let mut play = Play::open(SMALL);
    let Incident::Open(state) = &mut play.model.incident else {
        unreachable!();
    };
    state.scenario.as_mut().unwrap().steps[0].links = vec![Link {
        text: "the checklist".into(),
        target: "#checklist".into(),
        line: 12,
        to: Some(Place {
            source: None,
            scenario: None,
            line: 70,
        }),
    }];
    play.effects.clear();
    play.key("L");
    let read = Effect::ReadSection {
        source: "dr.md".into(),
        line: 70,
    };
    assert_eq!(play.effects, [read]);
    play.line_with("reading it");
    let section = |line, words| {
        Message::Section(Section {
            source: "dr.md".into(),
            line,
            words,
        })
    };
    // Of a link that was followed before.
    play.takes(section(9, Ok(vec!["something else".into()])));
    play.line_with("reading it");
    let words = ["## Checklist", "", "- [ ] tell the team \u{1b}[2J"];
    play.takes(section(70, Ok(words.map(String::from).to_vec())));
    play.line_with("## Checklist");
    play.line_with("- [ ] tell the team");
    play.takes(section(70, Err("cannot read `dr.md`: it is gone".into())));
    play.line_with("cannot read `dr.md`: it is gone");
}

#[test]
fn what_is_wrong_stands_before_what_is_only_said() {
    let notice = |severity, what: &str| Reply::Notice {
        notice: Notice {
            severity,
            what: what.into(),
            hint: None,
            key: what.into(),
        },
    };
    let mut play = Play::home(SMALL);
    play.hears(notice(Severity::Info, "no components are configured"));
    play.line_with("no components are configured");
    play.hears(notice(Severity::Error, "cannot read the config file"));
    play.line_with("cannot read the config file");
    play.hears(notice(Severity::Info, "something else"));
    play.line_with("cannot read the config file");
}
