//! Masking text that comes in pieces: whatever way it is cut, the result is the same.
//!
//! What cannot be a part of a secret is passed on at once. Of a line that holds a trigger word the rest is held from
//! that word on until the line ends, or until the caller says that nothing comes for now ([`Stream::idle`]).

use super::rules::{self, Line};
use super::{
    Masker, REPLACEMENT, shapes,
    triggers::{Hits, Known},
};
use memchr::{memchr2, memrchr2};
use std::ops::Range;
use std::sync::Arc;

/// A longer line is looked at in parts of this many bytes.
const LONGEST_LINE: usize = 64 << 10;
/// A part does not end within so many bytes after a trigger word.
const MARGIN: usize = 1 << 10;

/// A masker for text that comes in pieces.
#[derive(Debug)]
pub struct Stream {
    known: Arc<Known>,
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// So much of it was passed on.
    passed: usize,
    /// What was passed on ended with a replacement.
    masked_end: bool,
    /// It holds a trigger word.
    hot: bool,
    /// It is the rest of a line that was too long.
    continued: bool,
    /// A private key goes on.
    in_key: bool,
    /// Room for a piece in lower case.
    lower: Vec<u8>,
}

impl Stream {
    pub fn new(masker: &Masker) -> Self {
        Stream {
            known: Arc::clone(&masker.known),
            line: Vec::new(),
            passed: 0,
            masked_end: false,
            hot: false,
            continued: false,
            in_key: false,
            lower: Vec::new(),
        }
    }

    /// Whether something is held back.
    pub fn holds(&self) -> bool {
        self.passed < self.line.len()
    }

    /// Takes a piece in and appends to `out` what can be passed on.
    pub fn feed(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        if chunk.is_empty() {
            return;
        }
        if !self.hot && !self.in_key && !self.is_triggered_by(chunk) {
            if let Some(end) = memrchr2(b'\n', b'\r', chunk) {
                out.extend_from_slice(&self.line[self.passed..]);
                out.extend_from_slice(&chunk[..=end]);
                self.next_line();
                self.line.extend_from_slice(&chunk[end + 1..]);
            } else {
                self.line.extend_from_slice(chunk);
            }
        } else {
            self.line.extend_from_slice(chunk);
            self.whole_lines(out);
        }
        self.cut_long_line(out);
        if !self.hot && !self.in_key {
            let end = self.line.len() - self.known.begun(&self.line);
            self.pass_raw(end, out);
        }
    }

    /// Whether a trigger word stands in `chunk`, or across the border to it.
    fn is_triggered_by(&mut self, chunk: &[u8]) -> bool {
        let reach = self.known.longest - 1;
        if !self.line.is_empty() {
            let mut border = self.line[self.line.len().saturating_sub(reach)..].to_vec();
            border.extend_from_slice(&chunk[..reach.min(chunk.len())]);
            border.make_ascii_lowercase();
            if self.known.is_triggered(&border) {
                return true;
            }
        }
        self.lower.clear();
        self.lower.extend_from_slice(chunk);
        self.lower.make_ascii_lowercase();
        self.known.is_triggered(&self.lower)
    }

    /// Passes on every line that has ended.
    fn whole_lines(&mut self, out: &mut Vec<u8>) {
        let text = std::mem::take(&mut self.line);
        let known = Arc::clone(&self.known);
        let lower = text.to_ascii_lowercase();
        let mut hits = Hits::new(&known, &lower);
        let mut at = 0;
        loop {
            let rest = &text[at..];
            if self.in_key {
                let Some(end) = memchr2(b'\n', b'\r', rest) else {
                    break;
                };
                self.line_ends(&rest[..end], rest[end], out);
                at += end + 1;
                continue;
            }
            let Some(hit) = hits.next_from(at) else {
                if let Some(end) = memrchr2(b'\n', b'\r', rest) {
                    out.extend_from_slice(&rest[self.passed..=end]);
                    self.next_line();
                    at += end + 1;
                }
                self.hot = false;
                break;
            };
            let hit = hit.start - at..hit.end - at;
            let start = memrchr2(b'\n', b'\r', &rest[..hit.start]).map_or(0, |end| end + 1);
            if start > 0 {
                out.extend_from_slice(&rest[self.passed..start]);
                self.next_line();
            }
            let Some(end) = memchr2(b'\n', b'\r', &rest[hit.end..]) else {
                at += start;
                self.hot = true;
                break;
            };
            let end = hit.end + end;
            self.line_ends(&rest[start..end], rest[end], out);
            at += end + 1;
        }
        self.line = text;
        self.line.drain(..at);
    }

    /// A line is complete: masks it and passes on what was not yet.
    fn line_ends(&mut self, line: &[u8], end: u8, out: &mut Vec<u8>) {
        let mut line = line;
        while let Some(cut) = self.place_to_cut(line) {
            self.part_ends(&line[..cut], out);
            self.continued = true;
            line = &line[cut..];
        }
        self.part_ends(line, out);
        out.push(end);
        self.next_line();
    }

    /// A line, or a part of a long one, is complete.
    fn part_ends(&mut self, part: &[u8], out: &mut Vec<u8>) {
        if self.in_key {
            let ends = memchr::memmem::find(part, b"-----END").is_some();
            if !ends && shapes::is_within_pem(part) {
                if self.passed == 0 && !part.trim_ascii().is_empty() {
                    out.extend_from_slice(REPLACEMENT.as_bytes());
                } else {
                    self.emit(part, &[], part.len(), out);
                }
                (self.passed, self.masked_end) = (0, false);
                return;
            }
            self.in_key = false;
        }
        let ranges = self.ranges(part);
        self.emit(part, &ranges, part.len(), out);
        self.in_key = shapes::opens_pem(part);
        (self.passed, self.masked_end) = (0, false);
    }

    fn ranges(&self, part: &[u8]) -> Vec<Range<usize>> {
        let line = Line {
            bytes: part,
            continued: self.continued,
        };
        rules::find(line, self.known.rules_for(part), &self.known)
    }

    /// Passes on `part` from where it was left to `end`, with `ranges` replaced.
    fn emit(&mut self, part: &[u8], ranges: &[Range<usize>], end: usize, out: &mut Vec<u8>) {
        let mut at = self.passed.min(end);
        let was_masked = std::mem::take(&mut self.masked_end);
        if was_masked {
            // A value that was hidden when only its beginning was known: the rest of the word is hidden with it.
            at += super::value::bare(&part[at..end], 0).end;
            self.masked_end = at == end;
        }
        for range in ranges {
            if range.end <= at || range.start >= end {
                continue;
            }
            if range.start >= at {
                out.extend_from_slice(&part[at..range.start]);
                out.extend_from_slice(REPLACEMENT.as_bytes());
            } else if !was_masked {
                // Its beginning had been passed on before it was known for what it is.
                out.extend_from_slice(REPLACEMENT.as_bytes());
            }
            at = range.end.min(end);
            self.masked_end = at == end;
        }
        out.extend_from_slice(&part[at..end]);
        self.passed = end;
    }

    fn pass_raw(&mut self, end: usize, out: &mut Vec<u8>) {
        if end > self.passed {
            out.extend_from_slice(&self.line[self.passed..end]);
            self.passed = end;
        }
    }

    fn next_line(&mut self) {
        self.line.clear();
        self.passed = 0;
        self.masked_end = false;
        self.hot = false;
        self.continued = false;
    }

    /// Where a line that is too long is cut: not within a word that calls for a rule, nor shortly after one.
    fn place_to_cut(&self, line: &[u8]) -> Option<usize> {
        let reach = LONGEST_LINE + self.known.longest;
        if line.len() < reach {
            return None;
        }
        let window = LONGEST_LINE - MARGIN;
        let lower = line[window..reach].to_ascii_lowercase();
        let hit = Hits::new(&self.known, &lower).next_from(0);
        Some(hit.map_or(LONGEST_LINE, |hit| (window + hit.start).min(LONGEST_LINE)))
    }

    fn cut_long_line(&mut self, out: &mut Vec<u8>) {
        while let Some(cut) = self.place_to_cut(&self.line) {
            let text = std::mem::take(&mut self.line);
            let beyond = self.passed.saturating_sub(cut);
            let masked_end = beyond > 0 && std::mem::take(&mut self.masked_end);
            self.part_ends(&text[..cut], out);
            self.line = text;
            self.line.drain(..cut);
            (self.passed, self.masked_end) = (beyond, masked_end);
            self.continued = true;
            self.hot = self.known.is_triggered(&self.line.to_ascii_lowercase());
        }
    }

    /// Nothing comes for now: passes on what is held, except what may be the beginning of a secret. A prompt that
    /// waits for an answer is shown this way.
    pub fn idle(&mut self, out: &mut Vec<u8>) {
        if !self.holds() || self.in_key {
            return;
        }
        let line = std::mem::take(&mut self.line);
        let ranges = self.ranges(&line);
        let mut end = line.len() - self.known.secret_begun(&line);
        let hidden_to_the_end = ranges.last().is_some_and(|last| last.end == line.len());
        if !hidden_to_the_end {
            let open = [shapes::open_url(&line), self.known.shape_begun(&line)];
            end = open.into_iter().flatten().fold(end, usize::min);
        }
        if end > self.passed {
            self.emit(&line, &ranges, end, out);
        }
        self.line = line;
    }

    /// The end of the text: passes on everything.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        self.part_ends(&line, out);
        self.next_line();
        self.in_key = false;
    }
}
