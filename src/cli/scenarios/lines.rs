//! JSON with a line for each value, as `serde_json` indents it; each line's beginning is written in one go.
//!
//! Half of what a long document becomes is indent.

use serde_json::ser::Formatter;
use std::io::{Result, Write};

/// A comma, a line's end and the indent behind it.
const BREAK: &str = ",\n                                                                ";

#[derive(Debug, Default)]
pub(super) struct Lines {
    depth: usize,
    /// The array or object that is open holds something.
    filled: bool,
}

impl Lines {
    fn open(&mut self, out: &mut (impl ?Sized + Write), mark: &[u8]) -> Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(mark)
    }

    fn close(&mut self, out: &mut (impl ?Sized + Write), mark: &[u8]) -> Result<()> {
        self.depth -= 1;
        if self.filled {
            self.line(out, true)?;
        }
        out.write_all(mark)
    }

    /// Begins a line, behind a comma unless it is the first.
    fn line(&self, out: &mut (impl ?Sized + Write), first: bool) -> Result<()> {
        let from = usize::from(first);
        let mut indent = 2 * self.depth;
        let longest = BREAK.len() - 2;
        out.write_all(&BREAK.as_bytes()[from..2 + indent.min(longest)])?;
        while indent > longest {
            indent -= longest;
            out.write_all(&BREAK.as_bytes()[2..2 + indent.min(longest)])?;
        }
        Ok(())
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.line(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.line(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use serde::Serialize;
    use serde_json::{Serializer, json, to_string_pretty};

    #[test]
    fn it_is_what_serde_json_writes() {
        let mut value =
            json!({"a": [], "b": {}, "c": [1, "x\ny", null, {"d": [[true]]}], "e": -0.5});
        for _ in 0..80 {
            let mut lines = Vec::new();
            let mut serializer = Serializer::with_formatter(&mut lines, Lines::default());
            value.serialize(&mut serializer).unwrap();
            let written = String::from_utf8(lines).unwrap();
            assert_eq!(written, to_string_pretty(&value).unwrap());
            value = json!([{"in": value, "beside": [[], {}]}, 1]);
        }
    }
}
