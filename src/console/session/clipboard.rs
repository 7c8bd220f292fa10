//! Text for the clipboard of the terminal in front of the responder, wherever the console runs.

/// What terminals take in one sequence, in bytes before it is encoded.
const LIMIT: usize = 74_000;

/// To the clipboard by way of the terminal (OSC 52); longer than terminals take, it is cut.
pub(super) fn copy(text: &str, out: &mut Vec<u8>) {
    let mut clean = String::new();
    for character in text.chars() {
        if clean.len() + character.len_utf8() > LIMIT {
            break;
        }
        if !character.is_control() || matches!(character, '\n' | '\t') {
            clean.push(character);
        }
    }
    let command = crossterm::clipboard::CopyToClipboard::to_clipboard_from(&clean);
    let mut sequence = String::new();
    if crossterm::Command::write_ansi(&command, &mut sequence).is_ok() {
        out.extend_from_slice(sequence.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_one_sequence_without_control_characters() {
        let mut out = Vec::new();
        copy("ls\x1b[31m -l\n", &mut out);
        // "ls[31m -l" and a line end, in base 64.
        assert_eq!(out, b"\x1b]52;c;bHNbMzFtIC1sCg==\x1b\\");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let mut out = Vec::new();
        copy(&"ü".repeat(LIMIT), &mut out);
        assert!(out.len() < LIMIT * 4 / 3 + 32);
    }
}
