//! Nodes → a tree of sections, in which a bold line or a label that means a part is a heading too.
//!
//! It must not know scenarios; it says only what stands under what, and what each title says.

use super::lexicon::{self, Said, Topic, list};
use super::scan::{Admonition, Kind, Marker, Node, admonition_lead};
use super::spread::spread;
use super::{Line, inline, tables};

/// One section and what stands directly in it.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// Ten for each level of a heading; bold lines and labels lie between.
    pub level: u32,
    pub title: String,
    pub line: u32,
    pub end_line: u32,
    /// Its own nodes, without those of its children.
    pub nodes: Vec<Node>,
    pub children: Vec<usize>,
    pub parent: Option<usize>,
    /// A bold line or a label, not a heading.
    pub label: bool,
    pub said: Said,
}

/// The document as a tree; section 0 is the document.
#[derive(Debug)]
pub(super) struct Outline {
    pub sections: Vec<Section>,
    /// The first level-1 title, else the only top title.
    pub title: Option<String>,
}

impl Outline {
    pub(super) fn of(nodes: Vec<Node>, last_line: u32) -> Outline {
        let mut builder = Builder {
            sections: vec![Section {
                level: 0,
                title: String::new(),
                line: 1,
                end_line: last_line,
                nodes: Vec::new(),
                children: Vec::new(),
                parent: None,
                label: false,
                said: Said::default(),
            }],
            open: vec![0],
            last_ordinal: None,
            step_level: None,
            stated: None,
        };
        let mut titles = spread(&nodes, Title::of);
        let upcoming = upcoming_ordinals(&nodes, &titles);
        let facts = facts(&nodes, &titles);
        for (i, node) in nodes.into_iter().enumerate() {
            if facts[i] {
                builder.state(node);
            } else {
                builder.take(node, titles[i].take(), upcoming[i]);
            }
        }
        builder.finish(last_line)
    }

    pub(super) fn at(&self, id: usize) -> &Section {
        &self.sections[id]
    }

    /// The section and everything under it, in document order.
    pub(super) fn subtree(&self, id: usize) -> Vec<usize> {
        let mut all = Vec::new();
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            all.push(id);
            stack.extend(self.sections[id].children.iter().rev());
        }
        all
    }
}

/// The level of labels: any heading closes them, and none stands below one.
const LABEL: u32 = 100;

struct Builder {
    sections: Vec<Section>,
    open: Vec<usize>,
    /// The last top ordinal since that heading.
    last_ordinal: Option<u32>,
    /// The level that numbered bold lines have under that heading.
    step_level: Option<u32>,
    /// The section of a label that was said in full: "**Symptoms:** nothing answers."
    stated: Option<usize>,
}

impl Builder {
    fn take(&mut self, node: Node, title: Option<Title>, upcoming: Option<u32>) {
        match &node.kind {
            // A line of signs is drawn, and heads nothing.
            Kind::Heading { text, .. } if !text.contains(char::is_alphanumeric) => {
                self.add(Node {
                    kind: Kind::Rule,
                    ..node
                });
            }
            Kind::Heading { level, text } => {
                let level = u32::from(*level) * 10;
                let said = match title {
                    Some(Title::Heading(said)) => *said,
                    Some(Title::Label(_)) | None => lexicon::say(text),
                };
                let text = text.trim_end_matches([':', '：']).trim().to_owned();
                self.last_ordinal = None;
                self.step_level = None;
                self.start(level, text, node.line, said, false);
            }
            Kind::Paragraph { .. } => match title {
                Some(Title::Label(label)) => self.label(node, *label, upcoming),
                Some(Title::Heading(_)) | None => self.add(node),
            },
            Kind::Item { marker, .. } => {
                if let Marker::Ordered(n) = marker
                    && node.indent < 4
                {
                    self.last_ordinal = Some(*n);
                }
                self.add(node);
            }
            Kind::Fence(_) | Kind::Table { .. } | Kind::Rule => self.add(node),
        }
    }

    /// What is numbered, or tells somebody to do something, behind signs that were said in full is done about them.
    fn leave_stated(&mut self, node: &Node) {
        let Some(stated) = self.stated.filter(|id| self.open.last() == Some(id)) else {
            return;
        };
        let told = match &node.kind {
            Kind::Item {
                marker: Marker::Ordered(_),
                ..
            } => true,
            Kind::Item { text, .. } => {
                !text.contains(':') && lexicon::say(&inline::plain(text)).imperative
            }
            Kind::Table { rows } => !tables::told(rows).is_empty(),
            Kind::Heading { .. } | Kind::Paragraph { .. } | Kind::Fence(_) | Kind::Rule => false,
        };
        if told && node.indent == 0 {
            self.leave(self.sections[stated].level, node.line);
            self.stated = None;
        }
    }

    fn add(&mut self, node: Node) {
        self.leave_stated(&node);
        let top = self.open.last().copied().unwrap_or(0);
        self.sections[top].nodes.push(node);
    }

    fn label(&mut self, node: Node, label: Label, upcoming: Option<u32>) {
        let said = &label.said;
        let numbered = said.ordinal.is_some() && (said.step_word || !said.scenario_word);
        // A label in the middle of a numbered sequence belongs to the step it stands in.
        let goes_on = !numbered
            && self
                .last_ordinal
                .is_some_and(|last| upcoming == Some(last + 1));
        if goes_on || !label.heads {
            self.add(node);
            return;
        }
        let level = if said.scenario_word && !said.step_word {
            self.step_level = None;
            self.last_ordinal = None;
            LABEL + 2
        } else if numbered {
            let inner = self.open.last().map_or(0, |top| self.sections[*top].level);
            let level =
                *self
                    .step_level
                    .get_or_insert(if inner > LABEL { inner + 1 } else { LABEL + 4 });
            self.last_ordinal = said.ordinal;
            level
        } else if label.part && self.step_level.is_none() {
            self.last_ordinal = None;
            LABEL + 3
        } else if said.is_part() && said.whole {
            self.step_level = None;
            self.last_ordinal = None;
            LABEL + 3
        } else {
            // Beside its equals; under a part, under a numbered step.
            self.step_level.map_or(LABEL + 5, |step| step + 2)
        };
        let line = node.line;
        let indent = node.indent;
        let admonition = node.admonition;
        let signs = said.is(Topic::Detection) && said.whole;
        self.start(level, label.title, line, label.said, true);
        if !label.rest.is_empty() {
            let open = |line: &Line| line.text.trim_end().ends_with([':', '：']);
            if signs && !label.rest.last().is_some_and(open) {
                self.stated = self.open.last().copied();
            }
            self.add(Node {
                line,
                end_line: node.end_line,
                indent,
                kind: Kind::Paragraph { lines: label.rest },
                admonition,
            });
        }
    }

    fn leave(&mut self, level: u32, line: u32) {
        while let Some(top) = self.open.last().copied()
            && top != 0
            && self.sections[top].level >= level
        {
            self.sections[top].end_line = line.saturating_sub(1).max(self.sections[top].line);
            self.open.pop();
        }
    }

    fn start(&mut self, level: u32, title: String, line: u32, said: Said, label: bool) {
        self.leave(level, line);
        let parent = self.open.last().copied().unwrap_or(0);
        let id = self.sections.len();
        self.sections.push(Section {
            level,
            title,
            line,
            end_line: line,
            nodes: Vec::new(),
            children: Vec::new(),
            parent: Some(parent),
            label,
            said,
        });
        self.sections[parent].children.push(id);
        self.open.push(id);
    }

    /// A heading that states a fact is a line of the section it stands in.
    fn state(&mut self, node: Node) {
        let Kind::Heading { level, text } = node.kind else {
            return;
        };
        self.leave(u32::from(level) * 10, node.line);
        self.add(Node {
            kind: Kind::Paragraph {
                lines: vec![Line {
                    text,
                    line: node.line,
                }],
            },
            ..node
        });
    }

    fn finish(mut self, last_line: u32) -> Outline {
        for id in self.open {
            self.sections[id].end_line = last_line.max(self.sections[id].line);
        }
        let headings = || self.sections.iter().skip(1).filter(|s| !s.label);
        let title = headings()
            .find(|s| s.level == 10)
            .or_else(|| {
                headings()
                    .next()
                    .filter(|s| s.parent == Some(0) && self.sections[0].children.len() == 1)
            })
            .map(|s| s.title.clone());
        Outline {
            sections: self.sections,
            title,
        }
    }
}

/// Headings that state a fact, "RTO: 15 minutes", with the commands of the section around them below.
fn facts(nodes: &[Node], titles: &[Option<Title>]) -> Vec<bool> {
    let mut facts = vec![false; nodes.len()];
    let mut works = false;
    for (i, node) in nodes.iter().enumerate().rev() {
        match &node.kind {
            Kind::Heading { text, level } if works && *level > 2 => {
                let topic = match &titles[i] {
                    Some(Title::Heading(said)) => said.topic,
                    Some(Title::Label(_)) | None => None,
                };
                facts[i] = text.split_once([':', '：', '=']).is_some_and(|(_, value)| {
                    let value = value.trim();
                    let figure = value.contains(|c: char| c.is_ascii_digit());
                    !value.is_empty()
                        && match topic {
                            Some(Topic::Severity) => true,
                            Some(Topic::Objectives) => figure,
                            _ => false,
                        }
                });
                works = facts[i];
            }
            Kind::Heading { .. } => works = false,
            Kind::Fence(_) => works = true,
            Kind::Item { marker, .. } => works = matches!(marker, Marker::Ordered(_)),
            Kind::Paragraph { .. } | Kind::Table { .. } | Kind::Rule => {}
        }
    }
    facts
}

/// For each node, the ordinal of the next numbered item or bold line under the same heading.
fn upcoming_ordinals(nodes: &[Node], titles: &[Option<Title>]) -> Vec<Option<u32>> {
    let mut upcoming = vec![None; nodes.len()];
    let mut next = None;
    for (i, node) in nodes.iter().enumerate().rev() {
        upcoming[i] = next;
        match &node.kind {
            Kind::Heading { .. } => next = None,
            Kind::Item {
                marker: Marker::Ordered(n),
                ..
            } if node.indent < 4 => next = Some(*n),
            Kind::Paragraph { .. } => {
                if let Some(Title::Label(label)) = &titles[i] {
                    let said = &label.said;
                    if said.scenario_word {
                        next = None;
                    } else if said.ordinal.is_some() {
                        next = said.ordinal;
                    }
                }
            }
            Kind::Item { .. } | Kind::Fence(_) | Kind::Table { .. } | Kind::Rule => {}
        }
    }
    upcoming
}

/// What a node says that may head those behind it.
enum Title {
    Heading(Box<Said>),
    Label(Box<Label>),
}

impl Title {
    fn of(node: &Node) -> Option<Title> {
        match &node.kind {
            Kind::Heading { text, .. } => Some(Title::Heading(Box::new(lexicon::say(text)))),
            Kind::Paragraph { lines } => {
                let mut label = Label::of(node, lines)?;
                label.heads = label.heads();
                Some(Title::Label(Box::new(label)))
            }
            Kind::Item { .. } | Kind::Fence(_) | Kind::Table { .. } | Kind::Rule => None,
        }
    }
}

/// A paragraph that may head what follows it.
struct Label {
    title: String,
    /// What the title says.
    said: Said,
    /// What stood behind the label.
    rest: Vec<Line>,
    /// It is nothing but a label: a bold line, or words with a colon.
    alone: bool,
    /// It names a part of a scenario and nothing else.
    part: bool,
    /// It opens a section.
    heads: bool,
}

impl Label {
    fn of(node: &Node, lines: &[Line]) -> Option<Label> {
        let first = lines.first()?;
        if node.indent > 0
            || first.text.chars().count() > 200
            || admonition_lead(&first.text).is_some()
        {
            return None;
        }
        if node.admonition == Some(Admonition::Warning) {
            return None;
        }
        if let Some((bold, rest)) = inline::bold_lead(&first.text) {
            let title = inline::plain(bold);
            let rest = rest.trim_start_matches([':', '：', '—', '–', '-']).trim();
            let title = title.trim().trim_end_matches([':', '：']).trim().to_owned();
            return Self::with(title, rest, lines);
        }
        let text = first.text.as_str();
        if lines.len() > 1 || text.chars().count() > 120 {
            return None;
        }
        // `Step 2: do it`, `Recovery steps:` without any dress.
        let opened = lexicon::open(text);
        let step = opened.step_word && opened.ordinal.is_some();
        let part = !step
            && text.ends_with([':', '：'])
            && text.split_whitespace().count() <= 5
            && lexicon::say(text).is_whole_part();
        if !step && !part {
            return None;
        }
        let title = inline::plain(text).trim_end_matches([':', '：']).to_owned();
        Some(Label {
            said: lexicon::say(&title),
            title,
            rest: Vec::new(),
            alone: true,
            part,
            heads: false,
        })
    }

    fn with(mut title: String, rest: &str, lines: &[Line]) -> Option<Label> {
        if title.is_empty() {
            return None;
        }
        let mut said = lexicon::say(&title);
        let part = said.is_whole_part();
        let mut tail: Vec<Line> = Vec::new();
        if !rest.is_empty() {
            let first = lines.first()?;
            let bare_number = said.ordinal.is_some() && said.name == title;
            if bare_number && rest.chars().count() <= 120 {
                // `**Step 1:** Stop the writers` is one title.
                title = format!("{title}: {}", inline::plain(rest));
                said = lexicon::say(&title);
            } else {
                tail.push(Line {
                    text: rest.to_owned(),
                    line: first.line,
                });
            }
        }
        tail.extend(lines.iter().skip(1).cloned());
        Some(Label {
            title,
            said,
            alone: tail.is_empty(),
            rest: tail,
            part,
            heads: false,
        })
    }

    /// Whether it opens a section, rather than being a fact or a caption.
    fn heads(&self) -> bool {
        let said = &self.said;
        if is_caption(&self.title) {
            return false;
        }
        let core = said.whole
            && matches!(
                said.topic,
                Some(
                    Topic::Detection
                        | Topic::Diagnosis
                        | Topic::Recovery
                        | Topic::Verification
                        | Topic::Rollback
                        | Topic::Prerequisites
                        | Topic::Prevention
                        | Topic::PostIncident
                        | Topic::Backup
                        | Topic::Drill
                )
            );
        if !self.alone {
            return core || said.ordinal.is_some();
        }
        let words = self.title.split_whitespace().count();
        let sentence =
            self.title.ends_with(['.', '!', '?', '。', ',', ';']) && said.ordinal.is_none();
        words <= 16
            && !sentence
            && !matches!(said.topic, Some(Topic::Severity | Topic::Objectives | Topic::Impact) if said.whole)
    }
}

/// Labels that stand over what a command prints, over an example, or over a remark.
pub(super) fn is_caption(title: &str) -> bool {
    let lower = title.to_lowercase();
    list("expected|example|sample|output|result|returns|response|note|tip|important|warning|caution|\
    danger|or|and|then|where|usage|sortie|salida|ausgabe|вывод|ожидаем|输出|预期|示例|出力|期待|출력|예상|\
    结果|look for|you should|should|kết quả|saída|remember|purpose|duration|time|estimated|\
    timeline|goal|objective|why|owner|date|version|status|author|last|frequency|retention|\
    storage|location|impact|likelihood|probability|rto|rpo|yes|pros|cons|summary|context|file|\
    see also")
.any(|word| {
        lower.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', ':', '/', 's']) && rest.len() <= 24 || !word.is_ascii()
        })
    })
}
