//! Reading a transcript back: the exact bytes, the last plain lines, the last screen.

use crate::wire::Picture;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Of an event, what a reader needs.
#[derive(serde::Deserialize)]
struct Event(serde::de::IgnoredAny, char, String);

/// The exact bytes that were recorded (secrets masked), in order.
///
/// # Errors
/// It cannot be read. A torn last line is passed over.
pub fn read_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path)?);
    // The header is an object and no event.
    replay(&mut reader, |event| {
        if let Replayed::Output(output) = event {
            bytes.extend_from_slice(output);
        }
    })?;
    Ok(bytes)
}

/// The last `lines` lines of the output as plain text. Only as much of the file is read as that takes.
///
/// # Errors
/// It cannot be read.
pub fn plain(path: &Path, lines: usize) -> std::io::Result<String> {
    let mut back = 64 << 10;
    loop {
        let (bytes, whole) = last_bytes(path, back)?;
        let text = crate::keeper::plain_text(&bytes);
        let text = text.trim_end();
        let have = text.lines().count();
        if whole || have > lines {
            let skip = have.saturating_sub(lines);
            return Ok(text.lines().skip(skip).collect::<Vec<_>>().join("\n"));
        }
        back *= 8;
    }
}

/// The screen as the run left it, `scroll` lines back, replayed from the last part of the transcript; filled up with
/// what stood above it where `rows` are more than its terminal had.
///
/// # Errors
/// It cannot be read.
pub fn picture(path: &Path, scroll: u32, rows: u16) -> std::io::Result<Picture> {
    #[derive(serde::Deserialize)]
    struct Size {
        width: u16,
        height: u16,
    }
    let mut header = String::new();
    BufReader::new(File::open(path)?)
        .take(1 << 16)
        .read_line(&mut header)?;
    let size: Size = serde_json::from_str(&header)?;
    let mut emulator = crate::keeper::screen::Emulator::new(size.height, size.width);
    let (mut reader, _) = from_back(path, 1 << 20)?;
    replay(&mut reader, |event| match event {
        Replayed::Output(bytes) => emulator.feed(bytes),
        Replayed::Size(cols, rows) => emulator.resize(rows, cols),
    })?;
    let mut picture = emulator.picture(scroll);
    picture.cursor = None;
    let height = picture.rows.len() as u32;
    if picture.scroll == 0 {
        // Nothing comes any more to where it is blank.
        while picture.rows.last().is_some_and(Vec::is_empty) {
            picture.rows.pop();
        }
    }
    let mut back = picture.scroll;
    while picture.rows.len() < usize::from(rows) && back < picture.history {
        let above = emulator.picture(back + height);
        let fresh = above.scroll.saturating_sub(back) as usize;
        let mut filled = above.rows;
        filled.truncate(fresh);
        back = above.scroll;
        filled.append(&mut picture.rows);
        picture.rows = filled;
    }
    Ok(picture)
}

/// The output in the last `back` bytes of the file, and whether that is all of it.
fn last_bytes(path: &Path, back: u64) -> std::io::Result<(Vec<u8>, bool)> {
    let (mut reader, whole) = from_back(path, back)?;
    let mut bytes = Vec::new();
    replay(&mut reader, |event| {
        if let Replayed::Output(output) = event {
            bytes.extend_from_slice(output);
        }
    })?;
    Ok((bytes, whole))
}

/// A reader at the start of an event, `back` bytes before the end or at the start of the file.
fn from_back(path: &Path, back: u64) -> std::io::Result<(BufReader<File>, bool)> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let whole = length <= back;
    if !whole {
        file.seek(SeekFrom::Start(length - back))?;
    }
    let mut reader = BufReader::with_capacity(1 << 16, file);
    if !whole {
        reader.skip_until(b'\n')?;
    }
    Ok((reader, whole))
}

enum Replayed<'a> {
    Output(&'a [u8]),
    Size(u16, u16),
}

fn replay(reader: &mut impl BufRead, mut tell: impl FnMut(Replayed<'_>)) -> std::io::Result<()> {
    let mut line = Vec::new();
    let mut exact: Option<Vec<u8>> = None;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let Ok(Event(_, code, text)) = serde_json::from_slice(&line) else {
            continue;
        };
        match code {
            'o' => match exact.take() {
                Some(bytes) => tell(Replayed::Output(&bytes)),
                None => tell(Replayed::Output(text.as_bytes())),
            },
            'b' => exact = from_hexadecimal(&text),
            'r' => {
                if let Some((cols, rows)) = text.split_once('x')
                    && let (Ok(cols), Ok(rows)) = (cols.parse(), rows.parse())
                {
                    tell(Replayed::Size(cols, rows));
                }
            }
            _ => {}
        }
    }
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::super::{Header, Writer, sha256_of};
    use super::*;
    use std::time::Duration;

    fn header() -> Header {
        Header {
            version: 2,
            width: 80,
            height: 24,
            timestamp: 0,
            title: "t".into(),
            env: std::collections::BTreeMap::new(),
        }
    }

    /// Writes the chunks and reads them back.
    #[track_caller]
    fn check(chunks: &[&[u8]]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.cast");
        let mut writer = Writer::create(&path, &header()).unwrap();
        for chunk in chunks {
            writer.output(Duration::ZERO, chunk);
        }
        let sha256 = writer.close(Duration::ZERO).unwrap();
        assert_eq!(read_bytes(&path).unwrap(), chunks.concat());
        assert_eq!(sha256_of(&path).unwrap(), sha256);
    }

    #[test]
    fn characters_across_chunks_and_broken_ones_come_back() {
        check(&[b"\xe5", b"\xae", b"\xbdx"]);
        check(&[b"\xf0\x9f", b"\x98\x80 and more than four"]);
        check(&[b"\xf0\x9f", b"a"]);
        check(&[b"\xf0\x9f\x98"]);
        check(&[b"\xe5", b"\xe5", b"\xe5"]);
        check(&[b"\xc3", b"", b"\xc3\xa9"]);
        check(&[&b"\xff".repeat(1000), &b"long enough text ".repeat(9000)]);
        check(&["宽".repeat(70_000).as_bytes()]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_in_any_chunks_come_back(
            chunks in proptest::collection::vec(
                proptest::collection::vec(
                    proptest::prop_oneof![
                        proptest::prelude::any::<u8>(),
                        proptest::sample::select(&b"a\n\"\\\xc3\xa9\xf0\x9f\x98\x80\xe5\xae\xbd"[..]),
                    ],
                    0..40,
                ),
                0..12,
            )
        ) {
            let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
            check(&chunks);
        }
    }

    #[test]
    fn last_lines_are_found_from_the_end_and_a_torn_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.cast");
        let mut writer = Writer::create(&path, &header()).unwrap();
        for line in 0..50_000 {
            writer.output(
                Duration::ZERO,
                format!("\x1b[1mline {line}\x1b[0m\r\n").as_bytes(),
            );
        }
        drop(writer);
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        file.write_all(b"[1.0,\"o\",\"torn").unwrap();
        assert_eq!(plain(&path, 2).unwrap(), "line 49998\nline 49999");
        assert_eq!(plain(&path, 60_000).unwrap().lines().count(), 50_000);
        let lines = |scroll, rows| -> Vec<String> {
            let rows = picture(&path, scroll, rows).unwrap().rows;
            rows.iter().map(|row| row[0].text.clone()).collect()
        };
        assert_eq!(lines(0, 0).len(), 23);
        assert_eq!(lines(0, 0)[22], "line 49999");
        assert_eq!(lines(0, 70).len(), 71);
        assert_eq!(lines(0, 70)[0], "line 49929");
        assert_eq!(lines(0, 70)[70], "line 49999");
        let back = lines(100, 60);
        assert_eq!(
            (back.len(), back[back.len() - 1].as_str()),
            (72, "line 49900")
        );
        assert_eq!(picture(&path, 9999, 60).unwrap().scroll, 1000);
    }
}
