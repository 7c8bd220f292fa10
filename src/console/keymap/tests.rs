//! Keymap files: what is accepted, what is refused and where.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::*;
use crossterm::event::{KeyCode, KeyModifiers};

fn press(text: &str) -> KeyEvent {
    let chord = Chord::parse(text).unwrap();
    KeyEvent::new(chord.code, chord.modifiers)
}

/// `line: a part of the message` for each complaint.
fn check_refused(text: &str, expected: &[(u32, &str)]) {
    let complaints = Keymap::parse(text, Path::new("own.toml")).unwrap_err();
    assert_eq!(complaints.len(), expected.len(), "{complaints:#?}");
    for (complaint, (line, part)) in complaints.iter().zip(expected) {
        assert_eq!(complaint.line, *line, "{complaint:?}");
        assert!(complaint.message.contains(part), "{complaint:?}");
        assert_eq!(complaint.file, Path::new("own.toml"));
    }
}

#[test]
fn every_action_has_help_and_a_key_in_every_embedded_keymap() {
    for (name, text) in EMBEDDED {
        assert_eq!(Keymap::parse(text, Path::new(name)).err(), None, "{name}");
        let keymap = Keymap::embedded(name).unwrap();
        for action in Action::ALL {
            assert!(action.help().len() > 10, "{action:?} has no help");
            assert!(
                !action.short().is_empty(),
                "{action:?} has no word for the footer"
            );
            let bound = Context::ALL
                .iter()
                .any(|context| keymap.has(*context, *action));
            assert!(bound, "`{}` has no key in `{name}`", action.name());
        }
        for context in [
            Context::Page,
            Context::List,
            Context::Text,
            Context::Confirm,
        ] {
            assert!(
                !keymap.keys(context, Action::Dismiss).is_empty(),
                "{name}: no way out of {context:?}"
            );
        }
        for context in [Context::List, Context::Text, Context::Confirm] {
            assert!(
                !keymap.keys(context, Action::Accept).is_empty(),
                "{name}: no way on from {context:?}"
            );
        }
    }
}

#[test]
fn names_and_short_words_are_unique() {
    for action in Action::ALL {
        assert_eq!(Action::from_name(action.name()), Some(*action));
        assert!(!action.contexts().is_empty());
    }
    for context in Context::ALL {
        assert_eq!(Context::from_name(context.name()), Some(context));
    }
}

#[test]
fn a_pane_is_asked_before_the_panes_in_common() {
    let keymap = Keymap::embedded("default").unwrap();
    assert_eq!(
        keymap.action(Context::Checklist, press("enter")),
        Some(Action::Run)
    );
    assert_eq!(
        keymap.action(Context::Health, press("enter")),
        Some(Action::Detail)
    );
    assert_eq!(
        keymap.action(Context::Health, press("q")),
        Some(Action::Quit)
    );
    assert_eq!(
        keymap.action(Context::Health, press("ctrl-l")),
        Some(Action::Redraw)
    );
    assert_eq!(keymap.action(Context::Checklist, press("ü")), None);
}

#[test]
fn what_is_typed_stays_text() {
    let keymap = Keymap::embedded("vim").unwrap();
    for character in ['q', 'j', '?', ':', ' ', '/'] {
        let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
        for context in [Context::Text, Context::List, Context::Attached] {
            assert_eq!(keymap.action(context, key), None, "{character} {context:?}");
        }
    }
}

#[test]
fn an_attached_step_gets_every_key_but_the_way_out_and_scrolling() {
    let keymap = Keymap::embedded("default").unwrap();
    assert_eq!(
        keymap.action(Context::Attached, press("ctrl-]")),
        Some(Action::Detach)
    );
    for key in ["ctrl-c", "ctrl-z", "ctrl-l", "esc", "tab", "up", "f1"] {
        assert_eq!(keymap.action(Context::Attached, press(key)), None, "{key}");
    }
}

#[test]
fn an_own_file_changes_only_what_it_names() {
    let own = "[main]\nquit = [\"Q\"]\n[checklist]\nrun = \"x\"\n";
    let keymap = Keymap::parse(own, Path::new("own.toml")).unwrap();
    assert_eq!(keymap.action(Context::Main, press("Q")), Some(Action::Quit));
    assert_eq!(keymap.action(Context::Main, press("q")), None);
    assert_eq!(keymap.keys(Context::Checklist, Action::Run)[0], "x");
    assert_eq!(keymap.action(Context::Main, press("?")), Some(Action::Help));
}

#[test]
fn an_own_key_is_taken_from_the_action_that_had_it() {
    let keymap = Keymap::parse("[main]\nreport = [\"q\"]\n", Path::new("own.toml")).unwrap();
    assert_eq!(
        keymap.action(Context::Main, press("q")),
        Some(Action::Report)
    );
    assert!(
        !keymap
            .keys(Context::Main, Action::Quit)
            .contains(&"q".to_owned())
    );
}

#[test]
fn keys_that_a_pane_shadows_are_not_shown_there() {
    let own = "[main]\nnote = [\"x\", \"ctrl-n\"]\n[health]\ndetail = [\"x\"]\n";
    let keymap = Keymap::parse(own, Path::new("own.toml")).unwrap();
    assert_eq!(keymap.keys(Context::Health, Action::Note), ["ctrl-n"]);
    assert_eq!(
        keymap.keys(Context::Timeline, Action::Note),
        ["x", "ctrl-n"]
    );
}

#[test]
fn mistakes_are_named_with_their_lines() {
    check_refused(
        "[main]\nquit = [\"q\"]\nnote = [\"n\", \"q\"]\n",
        &[(3, "`q` is on `quit` already (line 2)")],
    );
    check_refused(
        "[main]\nquti = [\"q\"]\n",
        &[(2, "there is no action `quti`")],
    );
    check_refused(
        "\n\n[man]\nquit = [\"q\"]\n",
        &[(3, "there is no section `man`")],
    );
    check_refused(
        "[main]\nquit = [\"cmd-q\"]\n",
        &[(2, "`cmd-q` is not a key")],
    );
    check_refused("[main]\nquit = 3\n", &[(2, "expected a list of keys")]);
    check_refused("[main]\nquit = [3]\n", &[(2, "expected a key in quotes")]);
    check_refused(
        "[list]\naccept = [\"a\"]\n",
        &[(2, "`a` is typed under `[list]`")],
    );
    check_refused(
        "[list]\nquit = [\"ctrl-q\"]\n",
        &[(2, "does nothing under `[list]`")],
    );
    check_refused("main = 3\n", &[(1, "expected a section")]);
    check_refused(
        "base = \"emacs\"\n",
        &[(1, "expected one of `default`, `vim`")],
    );
    check_refused("[attached]\ndetach = []\n", &[(1, "nobody could leave")]);
    check_refused("[main\n", &[(1, "")]);
    check_refused(
        "[main]\nquit = [\"ctrl-i\"]\n\nnote = [\"ctrl-m\"]\n",
        &[(2, "write `tab`"), (4, "write `enter`")],
    );
}

#[test]
fn the_same_action_twice_is_a_mistake_too() {
    let complaints = Keymap::parse(
        "[main]\nquit = [\"q\"]\nquit = [\"Q\"]\n",
        Path::new("own.toml"),
    )
    .unwrap_err();
    assert_eq!(complaints[0].line, 3, "{complaints:?}");
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_default() {
    let (keymap, complaints) = Keymap::load(Some("/nonexistent/keys.toml"));
    assert_eq!(complaints.len(), 1);
    assert!(complaints[0].message.contains("`vim`"));
    assert_eq!(keymap, Keymap::embedded("default").unwrap());
}
