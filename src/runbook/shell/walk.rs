//! Walks the syntax tree of a block and hands every command that it could run to the judge.
//!
//! Whatever the tree holds is looked at, wherever it stands (branches, loops, functions, substitutions); it
//! knows what feeds what, but nothing about programs.

use super::judge::{Judge, Stdin};
use super::scope::Scope;
use super::tree::{self, Node};
use super::word::{self, OPAQUE, shown};
use super::{redirect, scan};
use crate::runbook::Risk;

/// An opaque part in a text that is parsed again as shell.
const OPAQUE_SPELLED: &str = "${_opaque_}";

/// Judges a whole shell text; `shares` the variables of the text around it.
pub(super) fn text(judge: &mut Judge<'_>, text: &str, shares: bool) {
    let text = text.replace("\r\n", "\n").replace(OPAQUE, OPAQUE_SPELLED);
    let Some(mut parsed) = tree::parse(&text) else {
        judge.add(Risk::Unknown, "it is too long to be judged".to_owned());
        return;
    };
    let mut text = text;
    if parsed.has_error() || tree::misses_heredoc(&parsed, &text) {
        // The grammar stumbles over some heredocs; as here-strings they are plain.
        let lifted = super::heredoc::lift(&text);
        if let Some(again) = tree::parse(&lifted).filter(|again| !again.has_error()) {
            parsed = again;
            text = lifted;
        }
    }
    let nodes = parsed.nodes();
    let root = nodes.root();
    let outer = std::mem::take(&mut judge.scope);
    let own = Scope::of(root, &text);
    judge.scope = if shares {
        own.inside(outer.clone())
    } else {
        own
    };
    if parsed.has_error() {
        judge.add(
            Risk::Unknown,
            "not all of it could be read as shell".to_owned(),
        );
        rough(judge, &text);
    }
    let mut walk = Walk {
        judge,
        source: &text,
    };
    walk.visit(root, &Stdin::Terminal, 0);
    walk.judge.substitutions();
    // The grammar is not the shell. Where the tree shows nothing that changes anything, but the words by themselves
    // do, one of the two is wrong, and nobody knows which.
    if !judge.findings.iter().any(|(risk, _)| *risk > Risk::Unknown) {
        let mut doubts = judge.aside(|judge| rough(judge, &super::heredoc::lift(&text)));
        doubts.retain(|(risk, _)| *risk > Risk::Unknown);
        if let Some((_, doubt)) = doubts.into_iter().next() {
            judge.add(Risk::Unknown, format!("it may be that {doubt}"));
        }
    }
    judge.scope = outer;
}

/// Text that does not parse: whatever looks like a command that changes something counts.
fn rough(judge: &mut Judge<'_>, text: &str) {
    for words in scan::rough_commands(text) {
        let mut words = &words[..];
        while let Some((first, rest)) = words.split_first() {
            let keyword = matches!(
                *first,
                "{" | "}"
                    | "!"
                    | "if"
                    | "then"
                    | "else"
                    | "elif"
                    | "do"
                    | "while"
                    | "until"
                    | "time"
            );
            let length = scan::name_length(first);
            let assignment = length > 0 && first[length..].starts_with('=');
            if !(keyword || assignment) {
                break;
            }
            words = rest;
        }
        for argv in word::expand_all(words, &judge.scope) {
            judge.severe(|judge| judge.argv(&argv, &Stdin::Unknown));
        }
    }
}

struct Walk<'w, 'j> {
    judge: &'w mut Judge<'j>,
    source: &'w str,
}

impl Walk<'_, '_> {
    fn visit(&mut self, node: Node<'_>, stdin: &Stdin, depth: usize) {
        if depth > tree::DEEPEST {
            self.judge.add(
                Risk::Unknown,
                "it is nested too deep to be judged".to_owned(),
            );
            return;
        }
        let children = tree::children(node);
        if let Some(rest) = tree::swallowed(node, &children, self.source)
            .map(str::to_owned)
            .or_else(|| self.two_words(node))
        {
            self.judge.add(
                Risk::Unknown,
                "not all of it could be read as shell".to_owned(),
            );
            rough(self.judge, &rest);
        }
        match node.kind() {
            "comment" | "heredoc_start" | "heredoc_end" => {}
            "command" => {
                let stdin = self.stdin(node, &children, stdin);
                self.command(node, &children, &[], &stdin);
                self.inside(&children, &stdin, depth);
            }
            "redirected_statement" => self.redirected(node, stdin, depth),
            "pipeline" => self.pipeline(&children, stdin, depth),
            "file_redirect" => {
                self.redirect(node);
                self.inside(&children, &Stdin::Terminal, depth);
            }
            "heredoc_redirect" => {
                let fed = self.heredoc_feeds(node);
                self.inside(&children, &fed, depth);
            }
            "process_substitution" if tree::text(node, self.source).starts_with('>') => {
                self.inside(&children, &Stdin::Unknown, depth);
            }
            "process_substitution" | "command_substitution" => {
                self.inside(&children, &Stdin::Terminal, depth);
            }
            "function_definition" => self.inside(&children, &Stdin::Unknown, depth),
            "variable_assignment" => {
                self.assignment(node);
                self.inside(&children, &Stdin::Terminal, depth);
            }
            _ => self.inside(&children, stdin, depth),
        }
    }

    /// What the grammar took into a word although a blank stands before it.
    fn two_words(&self, node: Node<'_>) -> Option<String> {
        if node.kind() != "concatenation" {
            return None;
        }
        let words = scan::only_command(tree::text(node, self.source))?;
        (words.len() > 1).then(|| words[1..].join(" "))
    }

    fn inside(&mut self, children: &[Node<'_>], stdin: &Stdin, depth: usize) {
        for child in children.iter().filter(|child| child.is_named()) {
            self.visit(*child, stdin, depth + 1);
        }
    }

    fn command(&mut self, node: Node<'_>, children: &[Node<'_>], more: &[String], stdin: &Stdin) {
        let mut raws: Vec<&str> = Vec::new();
        for child in children {
            if child.is_word() && child.kind() != "file_redirect" {
                raws.push(tree::text(*child, self.source));
            }
        }
        raws.extend(more.iter().map(String::as_str));
        if raws.is_empty() {
            return;
        }
        self.judge.scope.at = node.start_byte();
        for argv in word::expand_all(&raws, &self.judge.scope) {
            self.judge.argv(&argv, stdin);
        }
        self.judge.substitutions();
    }

    fn redirected(&mut self, node: Node<'_>, stdin: &Stdin, depth: usize) {
        let stdin = self.stdin(node, &tree::children(node), stdin);
        let body = node.child_by_field_name("body");
        let mut more = Vec::new();
        for child in tree::named_children(node) {
            match child.kind() {
                // The grammar takes words behind a redirect's file for more files.
                "file_redirect" => more.extend(
                    self.destinations(child)
                        .into_iter()
                        .skip(1)
                        .map(str::to_owned),
                ),
                "heredoc_redirect" => {
                    let body = tree::heredoc_range(child, self.source);
                    let end = body.map_or(usize::MAX, |body| body.start);
                    more.extend(
                        tree::children(child)
                            .into_iter()
                            .filter(|word| word.is_word() && word.end_byte() < end)
                            .map(|word| tree::text(word, self.source).to_owned()),
                    );
                }
                _ => {}
            }
        }
        match body {
            Some(body) if body.kind() == "command" => {
                let children = tree::children(body);
                let stdin = self.stdin(body, &children, &stdin);
                self.command(body, &children, &more, &stdin);
                self.inside(&children, &stdin, depth);
                self.empties(node, Some(body));
            }
            Some(body) => self.visit(body, &stdin, depth + 1),
            None => {
                let raws: Vec<&str> = more.iter().map(String::as_str).collect();
                for argv in word::expand_all(&raws, &self.judge.scope) {
                    self.judge.argv(&argv, &stdin);
                }
                if more.is_empty() {
                    self.empties(node, None);
                }
            }
        }
        for child in tree::named_children(node) {
            if body.is_none_or(|body| body.id() != child.id()) {
                self.visit(child, &stdin, depth + 1);
            }
        }
    }

    fn pipeline(&mut self, children: &[Node<'_>], stdin: &Stdin, depth: usize) {
        let mut stdin = stdin.clone();
        for &child in children {
            if !child.is_named() || child.kind() == "comment" {
                continue;
            }
            self.visit(child, &stdin, depth + 1);
            stdin = self.printed(child).map_or(Stdin::Unknown, Stdin::Text);
        }
    }

    /// What a command prints, where its text says so.
    fn printed(&mut self, node: Node<'_>) -> Option<String> {
        match node.kind() {
            "command" => {
                let text = tree::text(node, self.source);
                let parts = tree::named_children(node);
                if let [name, string] = &parts[..]
                    && tree::text(*name, self.source) == "cat"
                    && string.kind() == "herestring_redirect"
                {
                    return match self.stdin(node, &parts, &Stdin::Unknown) {
                        Stdin::Text(text) => Some(text),
                        Stdin::Terminal | Stdin::Unknown => None,
                    };
                }
                let words = scan::only_command(text)?;
                self.judge.scope.at = node.start_byte();
                let name = *words.first()?;
                let values = word::printed(text, &self.judge.scope, 0);
                match &values[..] {
                    [only] if matches!(name, "echo" | "printf") && *only != OPAQUE.to_string() => {
                        Some(only.clone())
                    }
                    _ => None,
                }
            }
            "redirected_statement" => {
                let body = node.child_by_field_name("body")?;
                if tree::text(body, self.source) != "cat" {
                    return None;
                }
                match self.stdin(node, &tree::children(node), &Stdin::Unknown) {
                    Stdin::Text(text) => Some(text),
                    Stdin::Terminal | Stdin::Unknown => None,
                }
            }
            _ => None,
        }
    }

    /// Where a command with redirects reads from.
    fn stdin(&mut self, node: Node<'_>, children: &[Node<'_>], outer: &Stdin) -> Stdin {
        self.judge.scope.at = node.start_byte();
        let mut stdin = outer.clone();
        for &child in children.iter().filter(|child| child.is_named()) {
            match child.kind() {
                // Its substitutions are met here too.
                "heredoc_redirect" => stdin = Stdin::Text(self.heredoc_text(child)),
                "herestring_redirect" => {
                    let raw = tree::text(child, self.source)
                        .trim_start_matches("<<<")
                        .trim();
                    stdin = match super::heredoc::lifted(raw) {
                        Some((body, quoted)) => Stdin::Text(self.heredoc_body(&body, quoted)),
                        None => self.one_text(raw).map_or(Stdin::Unknown, Stdin::Text),
                    };
                }
                "file_redirect" if redirect::reads(tree::text(child, self.source)) => {
                    stdin = Stdin::Unknown;
                }
                _ => {}
            }
        }
        stdin
    }

    fn one_text(&self, raw: &str) -> Option<String> {
        match &word::expand(raw, &self.judge.scope, 0)[..] {
            [fields] => {
                let texts: Vec<_> = fields.iter().map(|field| &*field.text).collect();
                Some(texts.join(" "))
            }
            _ => None,
        }
    }

    fn heredoc_text(&self, node: Node<'_>) -> String {
        let body = tree::heredoc_range(node, self.source)
            .and_then(|range| self.source.get(range))
            .unwrap_or("");
        let quoted = tree::children(node).into_iter().any(|child| {
            child.kind() == "heredoc_start"
                && tree::text(child, self.source).contains(['\'', '"', '\\'])
        });
        self.heredoc_body(body, quoted)
    }

    fn heredoc_body(&self, body: &str, quoted: bool) -> String {
        if quoted {
            body.replace(OPAQUE_SPELLED, &OPAQUE.to_string())
        } else {
            word::heredoc(body, &self.judge.scope)
        }
    }

    /// What stands behind a heredoc on its line (`cat <<EOF | bash`) is fed by the command in front of it.
    fn heredoc_feeds(&self, node: Node<'_>) -> Stdin {
        let body = node
            .parent()
            .and_then(|parent| parent.child_by_field_name("body"));
        match body {
            Some(body) if tree::text(body, self.source) == "cat" => {
                Stdin::Text(self.heredoc_text(node))
            }
            _ => Stdin::Unknown,
        }
    }

    fn destinations(&self, node: Node<'_>) -> Vec<&str> {
        tree::children(node)
            .into_iter()
            .filter(Node::is_word)
            .map(|child| tree::text(child, self.source))
            .collect()
    }

    fn redirect(&mut self, node: Node<'_>) {
        let text = tree::text(node, self.source);
        let Some(destination) = self.destinations(node).first().map(|&raw| raw.to_owned()) else {
            return;
        };
        self.judge.scope.at = node.start_byte();
        for fields in word::expand(&destination, &self.judge.scope, 0) {
            let path = fields.first().map_or("", |field| &*field.text);
            if let Some((risk, why)) = redirect::judge(text, path) {
                self.judge.add(risk, why);
            }
        }
    }

    /// `> file` with nothing, or nothing but emptiness, in front of it.
    fn empties(&mut self, node: Node<'_>, body: Option<Node<'_>>) {
        let body = body.map_or("", |body| tree::text(body, self.source));
        if !matches!(
            body,
            "" | ":" | "true" | "cat /dev/null" | "echo -n" | "printf ''"
        ) {
            return;
        }
        for child in tree::named_children(node) {
            let text = tree::text(child, self.source);
            if child.kind() == "file_redirect" && redirect::truncates(text) {
                let said = shown(text);
                self.judge
                    .add(Risk::Destroy, format!("`{said}` empties the file"));
            }
        }
    }

    fn assignment(&mut self, node: Node<'_>) {
        let name = node
            .child_by_field_name("name")
            .map_or("", |name| tree::text(name, self.source));
        if super::table::SHIPPED.running_variables.contains(name) {
            self.judge.add(
                Risk::Unknown,
                format!("`{name}=` names a program that others run"),
            );
        }
    }
}
