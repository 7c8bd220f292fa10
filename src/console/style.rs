//! How things look: one set of glyphs and one set of inks, by what the terminal can do.
//!
//! Colour is never the only carrier: whoever draws a state draws its glyph and its word too. It must
//! not know panes or the model.

use crate::health::Verdict;
use crate::incident::state::Standing;
use crate::incident::timeline::RowKind;
use crate::runbook::Risk;
use crate::wire::Severity;
use ratatui::style::{Color, Modifier, Style};

/// What a piece of the screen says about itself; turned into colours by [`Look::ink`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Dim,
    Strong,
    Good,
    Warn,
    Bad,
    /// What can be acted on: the marker, the focused title, key names.
    Accent,
    /// Red all over: the journal is broken, the host is gone.
    Alarm,
    /// The mark of a drill, and of a pane whose keys go to a step.
    Mark,
}

/// Characters for every mark on screen, each one cell wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    pub up: &'static str,
    pub unknown: &'static str,
    pub degraded: &'static str,
    pub down: &'static str,
    pub open: &'static str,
    pub running: &'static str,
    pub done: &'static str,
    pub failed: &'static str,
    pub lost: &'static str,
    pub skipped: &'static str,
    pub not_taken: &'static str,
    pub note: &'static str,
    pub decision: &'static str,
    pub system: &'static str,
    pub incident: &'static str,
    pub recovered: &'static str,
    /// Stands before the selected row.
    pub marker: &'static str,
    pub caution: &'static str,
    pub ellipsis: &'static str,
    pub bar_full: &'static str,
    pub bar_empty: &'static str,
    pub gap: &'static str,
    pub dash: &'static str,
    pub up_arrow: &'static str,
    pub down_arrow: &'static str,
    pub spark: [&'static str; 8],
    /// By the bits of its arms: 1 up, 2 right, 4 down, 8 left.
    pub lines: [&'static str; 16],
}

pub const UNICODE: Glyphs = Glyphs {
    up: "●",
    unknown: "?",
    degraded: "▲",
    down: "✖",
    open: "○",
    running: "▶",
    done: "✔",
    failed: "✖",
    lost: "?",
    skipped: "↷",
    not_taken: "⊘",
    note: "✎",
    decision: "◆",
    system: "·",
    incident: "■",
    recovered: "●",
    marker: "❯",
    caution: "▲",
    ellipsis: "…",
    bar_full: "▇",
    bar_empty: "░",
    gap: "·",
    dash: "—",
    up_arrow: "↑",
    down_arrow: "↓",
    spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    lines: [
        " ", "╵", "╶", "└", "╷", "│", "┌", "├", "╴", "┘", "─", "┴", "┐", "┤", "┬", "┼",
    ],
};

pub const ASCII: Glyphs = Glyphs {
    up: "o",
    unknown: "?",
    degraded: "!",
    down: "X",
    open: ".",
    running: ">",
    done: "+",
    failed: "X",
    lost: "?",
    skipped: "~",
    not_taken: "-",
    note: "\"",
    decision: "*",
    system: ".",
    incident: "#",
    recovered: "o",
    marker: ">",
    caution: "!",
    ellipsis: "~",
    bar_full: "#",
    bar_empty: "-",
    gap: "|",
    dash: "-",
    up_arrow: "^",
    down_arrow: "v",
    spark: ["_", ".", "-", "-", "=", "=", "#", "#"],
    lines: [
        " ", "|", "-", "+", "|", "|", "+", "+", "-", "+", "-", "+", "+", "+", "+", "+",
    ],
};

/// The look of the whole screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub glyphs: &'static Glyphs,
    pub colour: bool,
}

impl Look {
    pub fn new(ascii: bool, colour: bool) -> Self {
        Look {
            glyphs: if ascii { &ASCII } else { &UNICODE },
            colour,
        }
    }

    pub fn is_ascii(&self) -> bool {
        *self.glyphs == ASCII
    }

    /// The sixteen colours of the terminal's own theme, so that it stays readable on light and dark.
    pub fn ink(&self, tone: Tone) -> Style {
        let plain = Style::new();
        if !self.colour {
            return match tone {
                Tone::Plain | Tone::Good => plain,
                Tone::Dim => plain.add_modifier(Modifier::DIM),
                Tone::Strong | Tone::Warn | Tone::Bad | Tone::Accent => {
                    plain.add_modifier(Modifier::BOLD)
                }
                Tone::Alarm | Tone::Mark => plain.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            };
        }
        match tone {
            Tone::Plain => plain,
            Tone::Dim => plain.add_modifier(Modifier::DIM),
            Tone::Strong => plain.add_modifier(Modifier::BOLD),
            Tone::Good => plain.fg(Color::Green),
            Tone::Warn => plain.fg(Color::Yellow),
            Tone::Bad => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            Tone::Accent => plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            Tone::Alarm => plain
                .fg(Color::White)
                .bg(Color::Red)
                .add_modifier(Modifier::BOLD),
            Tone::Mark => plain
                .fg(Color::Black)
                .bg(Color::Yellow)
                .add_modifier(Modifier::BOLD),
        }
    }

    pub fn verdict(&self, verdict: Verdict) -> (&'static str, Tone) {
        match verdict {
            Verdict::Up => (self.glyphs.up, Tone::Good),
            Verdict::Unknown => (self.glyphs.unknown, Tone::Warn),
            Verdict::Degraded => (self.glyphs.degraded, Tone::Warn),
            Verdict::Down => (self.glyphs.down, Tone::Bad),
        }
    }

    pub fn standing(&self, standing: Standing) -> (&'static str, Tone) {
        match standing {
            Standing::Open => (self.glyphs.open, Tone::Plain),
            Standing::Running => (self.glyphs.running, Tone::Accent),
            Standing::Done => (self.glyphs.done, Tone::Good),
            Standing::Failed => (self.glyphs.failed, Tone::Bad),
            Standing::UnknownOutcome => (self.glyphs.lost, Tone::Warn),
            Standing::Skipped => (self.glyphs.skipped, Tone::Dim),
            Standing::NotTaken => (self.glyphs.not_taken, Tone::Dim),
        }
    }

    pub fn row(&self, kind: RowKind) -> (&'static str, Tone) {
        match kind {
            RowKind::Incident => (self.glyphs.incident, Tone::Strong),
            RowKind::Health => (self.glyphs.down, Tone::Bad),
            RowKind::Recovery => (self.glyphs.recovered, Tone::Good),
            RowKind::Step => (self.glyphs.running, Tone::Accent),
            RowKind::Success => (self.glyphs.done, Tone::Good),
            RowKind::Failure => (self.glyphs.failed, Tone::Bad),
            RowKind::Note => (self.glyphs.note, Tone::Plain),
            RowKind::Decision => (self.glyphs.decision, Tone::Strong),
            RowKind::System => (self.glyphs.system, Tone::Dim),
            RowKind::Unknown => (self.glyphs.unknown, Tone::Warn),
        }
    }

    pub fn severity(&self, severity: Severity) -> (&'static str, Tone) {
        match severity {
            Severity::Info => (self.glyphs.gap, Tone::Plain),
            Severity::Warning => (self.glyphs.degraded, Tone::Warn),
            Severity::Error => (self.glyphs.down, Tone::Bad),
        }
    }
}

pub fn risk_tone(risk: Risk) -> Tone {
    match risk {
        Risk::Read => Tone::Dim,
        Risk::Unknown => Tone::Warn,
        Risk::Change => Tone::Warn,
        Risk::Destroy => Tone::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    fn all(set: &Glyphs) -> Vec<&'static str> {
        let mut all = vec![
            set.up,
            set.unknown,
            set.degraded,
            set.down,
            set.open,
            set.running,
            set.done,
            set.failed,
            set.lost,
            set.skipped,
            set.not_taken,
            set.note,
            set.decision,
            set.system,
            set.incident,
            set.recovered,
            set.marker,
            set.caution,
            set.ellipsis,
            set.bar_full,
            set.bar_empty,
            set.gap,
            set.dash,
            set.up_arrow,
            set.down_arrow,
        ];
        all.extend(set.spark);
        all.extend(set.lines);
        all
    }

    #[test]
    fn every_glyph_is_one_cell_wide() {
        for glyph in all(&UNICODE).into_iter().chain(all(&ASCII)) {
            assert_eq!(glyph.width(), 1, "{glyph:?}");
        }
    }

    #[test]
    fn the_ascii_set_is_ascii() {
        for glyph in all(&ASCII) {
            assert!(glyph.is_ascii(), "{glyph:?}");
        }
    }

    /// Verdicts and standings must be told apart without colour.
    #[test]
    fn states_differ_without_colour() {
        for set in [&UNICODE, &ASCII] {
            let verdicts = [set.up, set.unknown, set.degraded, set.down];
            for (index, one) in verdicts.iter().enumerate() {
                assert!(!verdicts[index + 1..].contains(one), "{one:?}");
            }
            let standings = [
                set.open,
                set.running,
                set.done,
                set.failed,
                set.lost,
                set.skipped,
                set.not_taken,
            ];
            for (index, one) in standings.iter().enumerate() {
                assert!(!standings[index + 1..].contains(one), "{one:?}");
            }
        }
    }

    #[test]
    fn without_colour_no_ink_has_one() {
        let look = Look::new(false, false);
        for tone in [
            Tone::Plain,
            Tone::Dim,
            Tone::Strong,
            Tone::Good,
            Tone::Warn,
            Tone::Bad,
            Tone::Accent,
            Tone::Alarm,
            Tone::Mark,
        ] {
            let ink = look.ink(tone);
            assert_eq!((ink.fg, ink.bg), (None, None), "{tone:?}");
        }
    }
}
