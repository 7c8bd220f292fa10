//! The edge that reads runbook files: paths → parsed runbooks, with the built-in ones behind them.
//!
//! It must not know what a runbook means. A file that cannot be read never hides the others.

use crate::config::Config;
use crate::runbook::shell::RiskTable;
use crate::runbook::{Runbook, Warning, builtin, links, parse};
use std::path::{Path, PathBuf};

/// One file that was asked for.
#[derive(Debug)]
pub enum Document {
    Read(Box<Runbook>),
    /// It is not there, may not be read, or a folder holds no Markdown.
    Unreadable {
        source: String,
        error: String,
    },
}

/// Reads every runbook of the config, in order; what cannot be read is a runbook with one warning.
pub fn load(config: &Config) -> Vec<Runbook> {
    let table = table(config);
    let mut runbooks: Vec<Runbook> = documents(&config.runbooks, &table)
        .into_iter()
        .map(|document| match document {
            Document::Read(runbook) => *runbook,
            Document::Unreadable { source, error } => Runbook {
                source,
                warnings: vec![Warning {
                    line: 1,
                    message: error,
                }],
                ..Runbook::default()
            },
        })
        .collect();
    if config.builtin_runbooks {
        runbooks.extend(builtins(&table));
    }
    links::resolve(&mut runbooks);
    runbooks
}

/// The runbooks that ship inside the program.
pub fn builtins(table: &RiskTable) -> Vec<Runbook> {
    builtin::all()
        .into_iter()
        .map(|(name, text)| parse(&format!("builtin:{name}"), text.as_bytes(), table))
        .collect()
}

/// A document that is larger is not read a second time only to be looked at.
const LARGEST: u64 = 8 << 20;

/// The words of the section at `line` of a runbook that was read as `source`.
///
/// # Errors
/// The file cannot be read any more, or has become shorter.
pub fn section(source: &str, line: u32) -> Result<Vec<String>, String> {
    let built_in = source
        .strip_prefix("builtin:")
        .and_then(|name| builtin::all().into_iter().find(|(known, _)| *known == name));
    let file;
    let document = if let Some((_, text)) = built_in {
        text.as_bytes()
    } else {
        let failed = |error: std::io::Error| format!("cannot read `{source}`: {error}");
        if std::fs::metadata(source).map_err(failed)?.len() > LARGEST {
            return Err(format!("`{source}` is too large to show a part of it"));
        }
        file = std::fs::read(source).map_err(failed)?;
        &file
    };
    crate::runbook::section(document, line)
        .ok_or_else(|| format!("`{source}` has no line {line} any more"))
}

/// The risk table with the team's own lines in front.
pub fn table(config: &Config) -> RiskTable {
    RiskTable::with(config.risk.clone())
}

/// Reads files, and of folders every Markdown file below them, sorted by path.
pub fn documents(paths: &[PathBuf], table: &RiskTable) -> Vec<Document> {
    let mut documents = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            markdown_below(path, 0, &mut files);
            files.sort();
            if files.is_empty() {
                documents.push(Document::Unreadable {
                    source: path.display().to_string(),
                    error: format!(
                        "no Markdown file in `{}`; name a file or another folder",
                        path.display()
                    ),
                });
            }
            documents.extend(files.iter().map(|file| read(file, table)));
        } else {
            documents.push(read(path, table));
        }
    }
    documents
}

fn read(path: &Path, table: &RiskTable) -> Document {
    let source = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => Document::Read(Box::new(parse(&source, &bytes, table))),
        Err(error) => Document::Unreadable {
            error: format!("cannot read the runbook `{source}`: {error}"),
            source,
        },
    }
}

/// Links are not followed into folders, so a loop cannot be walked.
fn markdown_below(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !hidden && depth < 32 {
            markdown_below(&path, depth + 1, files);
        } else if !is_folder && !hidden && is_markdown(&path) {
            files.push(path);
        }
    }
}

fn is_markdown(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            ["md", "markdown", "mdx"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;

    #[test]
    fn folders_are_read_in_order_and_what_is_missing_is_said() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("b")).unwrap();
        std::fs::write(dir.path().join("b/z.md"), "# Z\n").unwrap();
        std::fs::write(dir.path().join("a.MD"), "# A\n").unwrap();
        std::fs::write(dir.path().join("notes.txt"), "# T\n").unwrap();
        std::fs::write(dir.path().join(".hidden.md"), "# H\n").unwrap();
        let config = Config {
            runbooks: vec![dir.path().to_owned(), dir.path().join("none.md")],
            ..Config::default()
        };
        let runbooks = load(&config);
        let titles: Vec<_> = runbooks.iter().map(|r| r.title.as_deref()).collect();
        assert_eq!(titles, [Some("A"), Some("Z"), None]);
        assert!(runbooks[2].warnings[0].message.contains("none.md"));
    }

    #[test]
    fn built_in_runbooks_stand_behind() {
        let config = Config {
            builtin_runbooks: true,
            ..Config::default()
        };
        let runbooks = load(&config);
        assert!(!runbooks.is_empty());
        assert!(runbooks.iter().all(|r| r.source.starts_with("builtin:")));
        assert!(
            runbooks
                .iter()
                .all(|r| !r.scenarios.is_empty() && r.warnings.is_empty())
        );
    }

    #[test]
    fn a_section_is_read_again_from_where_the_runbook_was() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.md");
        std::fs::write(&file, "# A\n\n## Checklist\n\n- tell the team\n").unwrap();
        let source = file.display().to_string();
        assert_eq!(section(&source, 3).unwrap()[2], "- tell the team");
        assert!(section(&source, 30).unwrap_err().contains("no line 30"));
        std::fs::remove_file(&file).unwrap();
        assert!(
            section(&source, 3)
                .unwrap_err()
                .starts_with("cannot read `")
        );
        for (name, _) in builtin::all() {
            assert!(!section(&format!("builtin:{name}"), 30).unwrap().is_empty());
        }
        assert!(section("builtin:none", 1).is_err());
    }
}
