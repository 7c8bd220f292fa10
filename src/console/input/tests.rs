//! The forms of keys, and that cutting the bytes anywhere changes nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing")]

use super::*;
use crate::console::keymap::Chord;
use crossterm::event::{MouseButton, MouseEventKind};
use proptest::prelude::*;

fn decode(bytes: &[u8]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(bytes, &mut out);
    decoder.flush(&mut out);
    out
}

fn word(input: &Input) -> String {
    match input {
        Input::Key(event) => Chord::of(*event).spell(),
        Input::Paste(text) => format!("paste {text:?}"),
        Input::Mouse(event) => format!(
            "{:?} {},{} {:?}",
            event.kind, event.column, event.row, event.modifiers
        ),
        Input::Focus(on) => format!("focus {on}"),
        Input::Answer => "answer".into(),
    }
}

/// Bytes as a terminal sends them, and what they are, spelled as in a keymap.
fn check(bytes: &[u8], expected: &[&str]) {
    let words: Vec<_> = decode(bytes).iter().map(word).collect();
    assert_eq!(words, expected, "{:?}", String::from_utf8_lossy(bytes));
}

/// One sequence, one key.
const FORMS: &[(&[u8], &str)] = &[
    (b"a", "a"),
    (b"G", "G"),
    (b" ", "space"),
    ("é".as_bytes(), "é"),
    ("漢".as_bytes(), "漢"),
    ("🚨".as_bytes(), "🚨"),
    (b"\r", "enter"),
    (b"\n", "ctrl-j"),
    (b"\t", "tab"),
    (b"\x7f", "backspace"),
    (b"\x08", "backspace"),
    (b"\x00", "ctrl-space"),
    (b"\x01", "ctrl-a"),
    (b"\x1a", "ctrl-z"),
    (b"\x1c", "ctrl-\\"),
    (b"\x1d", "ctrl-]"),
    (b"\x1e", "ctrl-^"),
    (b"\x1f", "ctrl-_"),
    // xterm, tmux: normal and application cursor keys
    (b"\x1b[A", "up"),
    (b"\x1b[B", "down"),
    (b"\x1b[C", "right"),
    (b"\x1b[D", "left"),
    (b"\x1b[H", "home"),
    (b"\x1b[F", "end"),
    (b"\x1bOA", "up"),
    (b"\x1bOB", "down"),
    (b"\x1bOC", "right"),
    (b"\x1bOD", "left"),
    (b"\x1bOH", "home"),
    (b"\x1bOF", "end"),
    (b"\x1b[1;5A", "ctrl-up"),
    (b"\x1b[1;2B", "shift-down"),
    (b"\x1b[1;3C", "alt-right"),
    (b"\x1b[1;7D", "ctrl-alt-left"),
    (b"\x1b[1;2H", "shift-home"),
    (b"\x1b[1;5F", "ctrl-end"),
    // editing keys: xterm, screen and the Linux console, rxvt
    (b"\x1b[1~", "home"),
    (b"\x1b[4~", "end"),
    (b"\x1b[7~", "home"),
    (b"\x1b[8~", "end"),
    (b"\x1b[2~", "insert"),
    (b"\x1b[3~", "delete"),
    (b"\x1b[5~", "pageup"),
    (b"\x1b[6~", "pagedown"),
    (b"\x1b[5;2~", "shift-pageup"),
    (b"\x1b[6;5~", "ctrl-pagedown"),
    (b"\x1b[3$", "shift-delete"),
    (b"\x1b[3^", "ctrl-delete"),
    (b"\x1b[3@", "ctrl-shift-delete"),
    (b"\x1b[a", "shift-up"),
    (b"\x1bOa", "ctrl-up"),
    (b"\x1bOd", "ctrl-left"),
    // function keys: xterm, rxvt, the Linux console
    (b"\x1bOP", "f1"),
    (b"\x1bOS", "f4"),
    (b"\x1b[11~", "f1"),
    (b"\x1b[14~", "f4"),
    (b"\x1b[15~", "f5"),
    (b"\x1b[17~", "f6"),
    (b"\x1b[21~", "f10"),
    (b"\x1b[23~", "f11"),
    (b"\x1b[24~", "f12"),
    (b"\x1b[[A", "f1"),
    (b"\x1b[[E", "f5"),
    (b"\x1b[1;2P", "shift-f1"),
    (b"\x1b[15;5~", "ctrl-f5"),
    (b"\x1bO5P", "ctrl-f1"),
    (b"\x1b[Z", "shift-tab"),
    (b"\x1b[1;2Z", "shift-tab"),
    // the keypad in application mode
    (b"\x1bOM", "enter"),
    (b"\x1bOp", "0"),
    (b"\x1bOy", "9"),
    (b"\x1bOk", "+"),
    (b"\x1bOj", "*"),
    (b"\x1bOo", "/"),
    // alt as a prefix
    (b"\x1bx", "alt-x"),
    (b"\x1bX", "alt-X"),
    (b"\x1b\r", "alt-enter"),
    (b"\x1b\x7f", "alt-backspace"),
    ("\x1bé".as_bytes(), "alt-é"),
    (b"\x1b\x1b[A", "alt-up"),
    (b"\x1b\x1bOA", "alt-up"),
    (b"\x1b]", "alt-]"),
    (b"\x1bP", "alt-P"),
    (b"\x1b\x01", "ctrl-alt-a"),
    // CSI u and modifyOtherKeys
    (b"\x1b[97;5u", "ctrl-a"),
    (b"\x1b[97;2u", "A"),
    (b"\x1b[13;2u", "shift-enter"),
    (b"\x1b[27u", "esc"),
    (b"\x1b[9;2u", "shift-tab"),
    (b"\x1b[127;5u", "ctrl-backspace"),
    (b"\x1b[27;5;97~", "ctrl-a"),
    (b"\x1b[27;2;13~", "shift-enter"),
    (b"\x1b[97;1:1u", "a"),
    (b"\x1b[1;1:2A", "up"),
    // what is not a key
    (b"\x1b[0n", "answer"),
    (b"\x1b[3n", "answer"),
    (b"\x1b[I", "focus true"),
    (b"\x1b[O", "focus false"),
    (b"\x1b[<0;5;7M", "Down(Left) 4,6 KeyModifiers(0x0)"),
    (b"\x1b[<0;5;7m", "Up(Left) 4,6 KeyModifiers(0x0)"),
    (b"\x1b[<64;120;40M", "ScrollUp 119,39 KeyModifiers(0x0)"),
    (b"\x1b[<65;1;1M", "ScrollDown 0,0 KeyModifiers(0x0)"),
    (
        b"\x1b[200~ls -l\rpwd\r\n\x1b[201~",
        "paste \"ls -l\\npwd\\n\"",
    ),
];

#[test]
fn every_form_is_read() {
    for (bytes, expected) in FORMS {
        check(bytes, &[expected]);
    }
}

#[test]
fn an_escape_is_itself_when_nothing_follows() {
    check(b"\x1b", &["esc"]);
    check(b"\x1b\x1b", &["esc", "esc"]);
    check(b"\x1b[", &["alt-["]);
    check(b"\x1bO", &["alt-O"]);
    check(b"\x1b\x1b[", &["esc", "alt-["]);
    check(b"\x1b\x1bx", &["esc", "alt-x"]);
}

#[test]
fn what_is_not_for_us_leaves_no_trace() {
    for bytes in [
        b"\x1b[?62;22c".as_slice(),
        b"\x1b[>41;354;0c",
        b"\x1b[?2026;2$y",
        b"\x1b[97;1:3u",
        b"\x1b[1;1:3A",
        b"\x1b[57441u",
        b"\x1b[M !!",
        b"\x1b[<999;1M",
        b"\x1b[99~",
        b"\xff\xfe\x80",
        b"\xc2\x9b",
    ] {
        let mut with_key = bytes.to_vec();
        with_key.push(b'k');
        check(&with_key, &["k"]);
    }
    // The torn rest of a sequence is dropped, not typed.
    check(b"\x1b[1;5", &[]);
}

#[test]
fn a_key_that_breaks_a_sequence_is_read() {
    check(b"\x1b[1;\x1b[A", &["up"]);
    check(b"\x1b[12\x03", &["ctrl-c"]);
    check(b"\x1bO\x03", &["ctrl-c"]);
}

#[test]
fn an_arrow_torn_by_a_slow_line_types_nothing() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b", &mut out);
    assert_eq!(decoder.patience(), Some(ESCAPE_PATIENCE));
    decoder.flush(&mut out);
    decoder.feed(b"[A", &mut out);
    decoder.feed(b"[", &mut out);
    let words: Vec<_> = out.iter().map(word).collect();
    assert_eq!(words, ["esc", "up", "["]);
}

#[test]
fn control_characters_in_a_paste_are_dropped() {
    check(
        b"\x1b[200~a\x1b[31mb\x03c\x9b\td\x1b[201~q",
        &["paste \"a[31mbc\u{fffd}\\td\"", "q"],
    );
    check(b"\x1b[200~\x1b[201~q", &["q"]);
    check(b"\x1b[200~a\x1b[200~b\x1b[201~", &["paste \"a[200~b\""]);
}

#[test]
fn a_long_paste_comes_whole_in_pieces() {
    let text = "zeile é 漢\r\n".repeat(20_000);
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes.extend_from_slice(b"\x1b[201~");
    let mut whole = String::new();
    let pieces = decode(&bytes);
    assert!(pieces.len() > 2);
    for piece in pieces {
        let Input::Paste(text) = piece else {
            unreachable!("{piece:?}")
        };
        assert!(text.len() <= 64 << 10);
        whole.push_str(&text);
    }
    assert_eq!(whole, text.replace("\r\n", "\n"));
}

#[test]
fn the_mouse_has_modifiers_and_drags() {
    let drag = decode(b"\x1b[<48;3;4M");
    let Input::Mouse(event) = &drag[0] else {
        unreachable!("{drag:?}")
    };
    assert_eq!(event.kind, MouseEventKind::Drag(MouseButton::Left));
    assert_eq!(event.modifiers, KeyModifiers::CONTROL);
}

fn split(bytes: &[u8], cuts: &[usize]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    let mut rest = bytes;
    for cut in cuts {
        let (piece, after) = rest.split_at(cut % (rest.len() + 1));
        decoder.feed(piece, &mut out);
        rest = after;
    }
    for byte in rest {
        decoder.feed(&[*byte], &mut out);
    }
    decoder.flush(&mut out);
    out
}

proptest! {
    #[test]
    fn any_cut_of_any_keys_reads_the_same(
        forms in prop::collection::vec(0..FORMS.len(), 1..12),
        cuts in prop::collection::vec(0usize..200, 0..8),
    ) {
        let bytes: Vec<u8> = forms.iter().flat_map(|form| FORMS[*form].0).copied().collect();
        prop_assert_eq!(split(&bytes, &cuts), decode(&bytes));
    }

    #[test]
    fn any_cut_of_garbage_reads_the_same_and_ends(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'O'), Just(b';'), Just(b'~')], 0..200),
        cuts in prop::collection::vec(0usize..200, 0..8),
    ) {
        let whole = decode(&bytes);
        prop_assert_eq!(split(&bytes, &cuts), whole);
    }

    #[test]
    fn typed_text_arrives(text in "\\PC{0,40}") {
        let typed: String = decode(text.as_bytes()).iter().filter_map(|input| match input {
            Input::Key(event) => match Chord::of(*event).code { KeyCode::Char(character) => Some(character), _ => None },
            _ => None,
        }).collect();
        prop_assert_eq!(typed, text.chars().filter(|character| !character.is_control()).collect::<String>());
    }
}
