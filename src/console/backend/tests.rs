//! What the bytes make of an emulated terminal, and how many they are.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing")]

use super::*;
use crate::console::frames::Frames;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;
use std::collections::HashSet;
use std::num::NonZero;

/// A real terminal loop over an emulated screen.
struct Bench {
    terminal: Frames,
    frames: u32,
    emulated: vt100::Parser,
}

impl Bench {
    fn new(width: u16, height: u16) -> Self {
        let terminal = Frames::new(Size { width, height });
        Bench {
            terminal,
            frames: 0,
            emulated: vt100::Parser::new(
                NonZero::new(height).unwrap(),
                NonZero::new(width).unwrap(),
                0,
            ),
        }
    }

    /// Draws one frame and returns its bytes.
    fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<Position>) -> Vec<u8> {
        // No two frames are taken to be alike.
        self.frames += 1;
        self.terminal
            .draw(|sheet| paint(sheet.draw(0..sheet.area().bottom(), self.frames)));
        let mut bytes = Vec::new();
        self.terminal.take(&mut bytes);
        self.emulated.process(&bytes);
        bytes
    }

    fn draw_buffer(&mut self, buffer: &Buffer) -> Vec<u8> {
        self.draw(|cells| {
            *cells = buffer.clone();
            None
        })
    }

    /// Every cell of the emulated screen against the buffer.
    ///
    /// The right half of a wide character that was overwritten on its left ratatui counts as blank already, while
    /// the terminal blanks it with the pen of that moment: of such cells (`torn`) only the text is compared.
    fn differences(&self, buffer: &Buffer, torn: &HashSet<Position>) -> Vec<String> {
        let mut found = Vec::new();
        for y in 0..buffer.area.height {
            let mut x = 0;
            while x < buffer.area.width {
                let cell = &buffer[(x, y)];
                let shown = self.emulated.screen().cell(y, x).unwrap();
                let (want, have) = (look(cell), emulated_look(shown));
                let forgiven = want.0 == " " && have.0 == " " && torn.contains(&Position { x, y });
                if want != have && !forgiven {
                    found.push(format!("{x},{y}: wanted {want:?}, terminal shows {have:?}"));
                }
                x += (cell.symbol().width() as u16).max(1);
            }
        }
        found
    }
}

/// What is seen of a cell: its text, colours and modifiers as far as they show and the emulator knows them.
type Look = (String, Option<vt100::Color>, vt100::Color, [bool; 5]);

fn look(cell: &Cell) -> Look {
    let text = cell.symbol();
    let blank = text == " ";
    let has = |modifier| cell.modifier.contains(modifier);
    let reversed = has(Modifier::REVERSED);
    (
        text.to_owned(),
        (!blank || reversed).then(|| colour(cell.fg)),
        colour(cell.bg),
        [
            !blank && has(Modifier::BOLD),
            !blank && has(Modifier::DIM),
            !blank && has(Modifier::ITALIC),
            has(Modifier::UNDERLINED),
            reversed,
        ],
    )
}

fn emulated_look(cell: &vt100::Cell) -> Look {
    let text = if cell.contents().is_empty() {
        " "
    } else {
        cell.contents()
    };
    let blank = text == " ";
    (
        text.to_owned(),
        (!blank || cell.inverse()).then(|| cell.fgcolor()),
        cell.bgcolor(),
        [
            !blank && cell.bold(),
            !blank && cell.dim(),
            !blank && cell.italic(),
            cell.underline(),
            cell.inverse(),
        ],
    )
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        other => unreachable!("{other} is not used here"),
    }
}

fn any_colour() -> impl Strategy<Value = Color> {
    prop_oneof![
        4 => Just(Color::Reset),
        1 => Just(Color::Red),
        1 => Just(Color::LightBlue),
        1 => any::<u8>().prop_map(Color::Indexed),
        1 => any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
    ]
}

fn any_style() -> impl Strategy<Value = Style> {
    let modifiers = prop_oneof![
        3 => Just(Modifier::empty()),
        2 => (0u16..1 << 9).prop_map(Modifier::from_bits_truncate),
    ];
    (any_colour(), any_colour(), modifiers).prop_map(|(fg, bg, modifier)| {
        // The emulator knows neither blinking nor hidden nor crossed out text.
        let unknown =
            Modifier::SLOW_BLINK | Modifier::RAPID_BLINK | Modifier::HIDDEN | Modifier::CROSSED_OUT;
        let mut known = modifier - unknown;
        if known.contains(Modifier::BOLD) {
            // And takes bold and dim for two values of one thing.
            known -= Modifier::DIM;
        }
        Style::reset().fg(fg).bg(bg).add_modifier(known)
    })
}

/// A change of the screen: some text somewhere, or a stretch of blanks.
#[derive(Debug, Clone)]
enum Stroke {
    Text(u16, u16, String, Style),
    Blank(Rect, Style),
}

const WIDTH: u16 = 24;
const HEIGHT: u16 = 6;

fn any_stroke() -> impl Strategy<Value = Stroke> {
    let text = prop::collection::vec(
        prop_oneof![
            Just("a"),
            Just("B"),
            Just(" "),
            Just("─"),
            Just("▇"),
            Just("漢"),
            Just("字"),
            Just("é"),
            Just("🚨")
        ],
        1..30,
    );
    prop_oneof![
        3 => (0..WIDTH, 0..HEIGHT, text, any_style())
            .prop_map(|(x, y, text, style)| Stroke::Text(x, y, text.concat(), style)),
        2 => (0..WIDTH, 0..HEIGHT, 1..WIDTH, 1..3u16, prop_oneof![Just(Style::new()), any_style()]).prop_map(
            |(x, y, width, height, style)| {
                let area = Rect::new(x, y, width, height).intersection(Rect::new(0, 0, WIDTH, HEIGHT));
                Stroke::Blank(area, style)
            }
        ),
    ]
}

fn apply(buffer: &mut Buffer, stroke: &Stroke) {
    match stroke {
        Stroke::Text(x, y, text, style) => {
            buffer.set_string(*x, *y, text, *style);
        }
        Stroke::Blank(area, style) => {
            for position in area.positions() {
                buffer[position].reset();
                buffer[position].set_style(*style);
            }
        }
    }
    mend(buffer);
}

/// No widget leaves half a wide character: what would be hidden under one is blank, and none hangs over the edge.
fn mend(buffer: &mut Buffer) {
    for y in 0..HEIGHT {
        let mut x = 0;
        while x < WIDTH {
            let width = buffer[(x, y)].symbol().width() as u16;
            if width > 1 && x + width > WIDTH {
                buffer[(x, y)].set_symbol(" ");
            } else if width > 1 {
                let style = buffer[(x, y)].style();
                for hidden in x + 1..x + width {
                    buffer[(hidden, y)].reset();
                    buffer[(hidden, y)].set_style(style);
                }
            }
            x += width.max(1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn the_terminal_shows_the_buffer_after_every_frame(
        frames in prop::collection::vec(prop::collection::vec(any_stroke(), 0..6), 1..8)
    ) {
        let mut bench = Bench::new(WIDTH, HEIGHT);
        let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        let mut torn = HashSet::new();
        for strokes in &frames {
            torn.extend(buffer.area.positions().filter(|at| {
                at.x > 0 && buffer[(at.x - 1, at.y)].symbol().width() > 1
            }));
            for stroke in strokes {
                apply(&mut buffer, stroke);
            }
            let bytes = bench.draw_buffer(&buffer);
            let differences = bench.differences(&buffer, &torn);
            prop_assert!(differences.is_empty(), "{differences:#?}\n{:?}", String::from_utf8_lossy(&bytes));
        }
    }
}

/// Paints a text, without a cursor.
fn saying(text: &'static str) -> impl FnOnce(&mut Buffer) -> Option<Position> {
    move |buffer| {
        text.render(buffer.area, buffer);
        None
    }
}

#[test]
fn a_frame_without_a_change_is_no_byte() {
    let mut bench = Bench::new(40, 10);
    bench.draw(saying("hello"));
    assert_eq!(bench.draw(saying("hello")), b"");
}

#[test]
fn a_clock_that_ticks_costs_a_move_and_its_digit() {
    let mut bench = Bench::new(120, 40);
    let clock = |second: u8| {
        move |buffer: &mut Buffer| {
            buffer.set_string(100, 0, format!("00:12:4{second}"), Style::new());
            None
        }
    };
    bench.draw(clock(1));
    assert_eq!(bench.draw(clock(2)), b"\x082");
}

#[test]
fn small_frames_are_bare_and_large_ones_shown_in_one_go() {
    let mut bench = Bench::new(120, 40);
    let small = bench.draw(saying("hello"));
    assert_eq!(small, b"\x1b[Hhello");
    let text = "x".repeat(4000);
    let paragraph =
        ratatui::widgets::Paragraph::new(text).wrap(ratatui::widgets::Wrap { trim: false });
    let large = bench.draw(|buffer| {
        paragraph.render(buffer.area, buffer);
        None
    });
    assert!(large.starts_with(b"\x1b[?2026h") && large.ends_with(b"\x1b[?2026l"));
}

#[test]
fn the_cursor_is_shown_and_hidden_only_on_change() {
    let mut bench = Bench::new(20, 3);
    let typing = |text: &'static str| {
        move |buffer: &mut Buffer| {
            text.render(buffer.area, buffer);
            Some(Position::new(text.len() as u16, 0))
        }
    };
    assert!(bench.draw(typing("a")).ends_with(b"\x1b[?25h"));
    assert_eq!(bench.draw(typing("ab")), b"b");
    assert_eq!(bench.emulated.screen().cursor_position(), (0, 2));
    assert_eq!(bench.draw(saying("ab")), b"\x1b[?25l");
}

#[test]
fn a_control_character_in_a_cell_does_not_reach_the_terminal() {
    for evil in ["\x1b", "\x07", "\u{9b}", "\n", "\x7f", "a\x1b[31m"] {
        let mut screen = Screen::new(Size {
            width: 20,
            height: 2,
        });
        let cell = Cell::new("x").set_symbol(evil).clone();
        screen.draw([(0, 0, &cell)].into_iter()).unwrap();
        let mut bytes = Vec::new();
        screen.take_frame(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let shown = text.strip_prefix("\x1b[H").unwrap();
        assert!(!shown.chars().any(char::is_control), "{text:?}");
    }
}

#[test]
fn a_resized_screen_is_drawn_whole() {
    let mut bench = Bench::new(20, 3);
    bench.draw(saying("hello"));
    bench.terminal.resize(Size {
        width: 30,
        height: 4,
    });
    bench
        .emulated
        .screen_mut()
        .set_size(NonZero::new(4).unwrap(), NonZero::new(30).unwrap());
    bench.draw(saying("hello"));
    assert_eq!(bench.emulated.screen().contents(), "hello");
}
