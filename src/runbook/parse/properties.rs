//! What holds for any document: no panic, nothing lost, nothing out of order, and no more than linear work.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::tests::every_fixture;
use super::*;
use proptest::prelude::*;
use std::sync::OnceLock;
use std::time::Duration;

fn texts() -> &'static Vec<Vec<u8>> {
    static TEXTS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        every_fixture()
            .iter()
            .map(|file| std::fs::read(file).unwrap())
            .collect()
    })
}

fn table() -> &'static RiskTable {
    static TABLE: OnceLock<RiskTable> = OnceLock::new();
    TABLE.get_or_init(RiskTable::default)
}

/// Every fence that the scan sees stands in exactly one section, in the order of the document, and what the
/// scenarios hold lies within the source.
fn check(bytes: &[u8]) {
    let (text, mut warnings) = source::read(bytes);
    let front = front_matter::read(&text, &mut warnings);
    let nodes = scan::scan(&text, front.from, &mut warnings);
    let last = u32::try_from(text.split('\n').count()).unwrap();
    let fences = |nodes: &[scan::Node]| -> Vec<(u32, u32)> {
        nodes
            .iter()
            .filter(|n| matches!(n.kind, Kind::Fence(_)))
            .map(|n| (n.line, n.end_line))
            .collect()
    };
    let scanned = fences(&nodes);
    for pair in nodes.windows(2) {
        assert!(pair[0].line <= pair[1].line, "order: {pair:?}");
    }
    let outline = Outline::of(nodes, last);
    let mut kept: Vec<(u32, u32)> = outline
        .sections
        .iter()
        .flat_map(|s| fences(&s.nodes))
        .collect();
    kept.sort_unstable();
    let mut sorted = scanned;
    sorted.sort_unstable();
    assert_eq!(kept, sorted, "a fence was lost or doubled");

    let runbook = parse("any.md", bytes, table());
    let mut ids = HashSet::new();
    for scenario in &runbook.scenarios {
        assert!(ids.insert(&scenario.id), "two of {}", scenario.id);
        assert!(scenario.end_line <= last.max(1));
        for step in &scenario.steps {
            assert!(step.line <= step.end_line && step.end_line <= last);
            let mut before = 0;
            for block in &step.blocks {
                assert!(1 <= block.line && block.line <= block.end_line && block.end_line <= last);
                assert!(before < block.line, "blocks of a step in order");
                before = block.line;
                assert!(
                    kept.binary_search(&(block.line, block.end_line)).is_ok(),
                    "a block that is no fence"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "(\\PC|\n|\t| |#|`|>|-|\\*|1\\.|\\||<|\\[|\\$){0,400}") {
        check(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check(&bytes);
    }

    #[test]
    fn a_fixture_cut_anywhere_is_read(which in any::<prop::sample::Index>(), from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
        let text = which.get(texts());
        let at = |part: f64| (text.len() as f64 * part) as usize;
        let (from, to) = (at(from.min(to)), at(from.max(to)));
        check(&text[from..to]);
    }

    #[test]
    fn a_fixture_with_lines_moved_is_read(
        which in any::<prop::sample::Index>(),
        swaps in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..12),
        mark in prop::sample::select(vec!["```", "- ", "1. ", "> ", "## ", "**", "    ", "<!--", ":::", "| ", "---", "$ ", "<details>"]),
    ) {
        let bytes: &Vec<u8> = which.get(texts());
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (a, b) in swaps {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
            lines[a].insert_str(0, mark);
        }
        check(lines.join("\n").as_bytes());
    }
}

type Make = fn(usize) -> String;

/// Documents that ask for a slow parser, by size.
fn hostile() -> Vec<(&'static str, Make)> {
    vec![
        ("quotes in one line", |n| ">".repeat(n)),
        ("quotes line under line", |n| "> > a\n".repeat(n / 6)),
        ("brackets", |n| "[".repeat(n)),
        ("links", |n| "[a](b".repeat(n / 5)),
        ("images", |n| "![".repeat(n / 2)),
        ("stars", |n| "**a".repeat(n / 3)),
        ("ticks", |n| "`a``".repeat(n / 4)),
        ("tags", |n| "<a ".repeat(n / 3)),
        ("comments never closed", |n| "<!-- a\n".repeat(n / 7)),
        ("bullets in one line", |n| "- ".repeat(n / 2)),
        ("lists ever deeper", |n| {
            let depth = 2 * (n as f64).sqrt() as usize / 2;
            (0..depth).fold(String::new(), |out, i| out + &" ".repeat(i) + "- a\n")
        }),
        ("headings", |n| "# Database down\n".repeat(n / 16)),
        ("headings ever deeper", |n| {
            "# A failure\n## Steps\n### Step 1: Go\n".repeat(n / 39)
        }),
        ("bold labels", |n| "**Step 1: Go**\n\n".repeat(n / 16)),
        ("numbered items", |n| "1. Restart it\n".repeat(n / 14)),
        ("fences", |n| "```bash\nls -l\n```\n".repeat(n / 18)),
        ("fences never closed", |n| "```bash\nls\n".repeat(n / 11)),
        ("fences of two kinds", |n| "```a\n~~~b\n".repeat(n / 10)),
        ("tables", |n| {
            "| a | b |\n|---|---|\n| c | d |\n".repeat(n / 30)
        }),
        ("one table", |n| {
            "| a | b |\n|---|---|\n".to_owned() + &"| c | d |\n".repeat(n / 10)
        }),
        ("directives", |n| "::: note\n".repeat(n / 9)),
        ("admonitions", |n| "!!! note\n    a\n".repeat(n / 15)),
        ("details", |n| {
            "<details>\n<summary>a</summary>\n".repeat(n / 31)
        }),
        ("one long line", |n| "word ".repeat(n / 5)),
        ("a script of holes", |n| {
            "```bash\n".to_owned() + &"echo <a-b> $X {c}\n".repeat(n / 18) + "```\n"
        }),
        ("a script of variables", |n| {
            "```bash\n".to_owned() + &"A=$B; B=$A\n".repeat(n / 11) + "```\n"
        }),
        ("a script of quotes", |n| {
            "```bash\n".to_owned() + &"'\"".repeat(n / 2) + "\n```\n"
        }),
        ("a script of heredocs", |n| {
            "```bash\n".to_owned() + &"cat <<A\n".repeat(n / 8) + "```\n"
        }),
        ("a script of prompts", |n| {
            "```\n".to_owned() + &"$ ls\nout\n".repeat(n / 9) + "```\n"
        }),
        ("settings", |n| "```bash\nA=1\n```\n".repeat(n / 16)),
        ("sql", |n| {
            "```sql\n".to_owned() + &"SELECT 1;\n".repeat(n / 10) + "```\n"
        }),
    ]
}

/// The processor time of this thread, which does not count what else the machine does.
fn worked() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

fn took(text: &str) -> Duration {
    let start = worked();
    std::hint::black_box(parse("hostile.md", text.as_bytes(), table()));
    worked().saturating_sub(start)
}

/// Eight times the text takes eight times as long, within a factor that a busy machine may need; square work
/// would take sixty-four times, every time that it is looked at.
#[test]
fn hostile_documents_take_no_more_than_linear_work() {
    const SMALL: usize = 4_000;
    let mut slow = Vec::new();
    for (name, make) in hostile() {
        let (few, many) = (make(SMALL), make(8 * SMALL));
        let mut small = Duration::MAX;
        let mut large = Duration::MAX;
        let is_linear = (0..3).any(|_| {
            small = small.min(took(&few)).max(Duration::from_millis(1));
            large = large.min(took(&many));
            large <= 32 * small
        });
        if !is_linear {
            let ratio = large.as_secs_f64() / small.as_secs_f64();
            slow.push(format!(
                "{name}: {small:?} for n, {large:?} for 8n ({ratio:.1})"
            ));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn hostile_documents_keep_their_blocks() {
    for (_, make) in hostile() {
        check(make(3_000).as_bytes());
    }
}
