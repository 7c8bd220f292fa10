//! The peer of the console's benchmarks: ratatui and crossterm as their documents show them, four panes and a list.
//!
//! It must not be clever: it stands for what a console of this look costs when nobody has cared.
#![allow(clippy::unwrap_used, reason = "a peer for measuring, not a program")]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "as the documents of ratatui have it"
)]

use crossterm::event::{Event, KeyCode, KeyEventKind, read};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, List, ListState, Paragraph};

const ITEMS: usize = 12;

fn main() {
    let mut terminal = ratatui::init();
    let mut selected = 0;
    loop {
        terminal.draw(|frame| draw(frame, selected)).unwrap();
        let Event::Key(key) = read().unwrap() else {
            continue;
        };
        if key.kind != KeyEventKind::Press {
            continue;
        }
        match key.code {
            KeyCode::Down => selected = (selected + 1) % ITEMS,
            KeyCode::Up => selected = (selected + ITEMS - 1) % ITEMS,
            KeyCode::Char('q') => break,
            _ => {}
        }
    }
    ratatui::restore();
}

fn draw(frame: &mut ratatui::Frame<'_>, selected: usize) {
    let [top, panes, output, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(2),
        Constraint::Fill(1),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    frame.render_widget("INC-7  PostgreSQL primary failure  P0  00:12:41", top);
    let columns = Layout::horizontal([Constraint::Fill(1); 3]).split(panes);
    for (column, title) in columns.iter().zip(["Health", "Checklist", "Timeline"]) {
        let items = (0..ITEMS).map(|item| format!("{item:2} a line of the {title} pane"));
        let list = List::new(items)
            .block(Block::bordered().title(title))
            .highlight_style(Style::new().add_modifier(Modifier::REVERSED));
        let mut state =
            ListState::default().with_selected((title == "Checklist").then_some(selected));
        frame.render_stateful_widget(list, *column, &mut state);
    }
    let text = Paragraph::new("nothing runs").block(Block::bordered().title("Output"));
    frame.render_widget(text, output);
    frame.render_widget("the frame is complete", footer);
}
