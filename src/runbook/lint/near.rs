//! The known word that a wrong one was most likely meant to be.

/// The nearest of the known words, where it is near enough to be a slip of the keyboard.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let bare = |word: &str| word.trim_start_matches('-').to_owned();
    let limit = match bare(word).chars().count() {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|candidate| (distance(&bare(word), &bare(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= limit && *distance < bare(candidate).chars().count()
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added, dropped or swapped (optimal string alignment).
pub(super) fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for (i, letter) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(letter != other))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *letter == to[j - 1] && from[i - 1] == *other {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        let known = ["restart", "status", "undo", "history"];
        assert_eq!(nearest("restrat", known), Some("restart"));
        assert_eq!(nearest("statsu", known), Some("status"));
        assert_eq!(nearest("recover", known), None);
        assert_eq!(nearest("rm", ["ps"]), None);
        assert_eq!(nearest("--all", ["--as", "-A"]), None);
        assert_eq!(nearest("--namspace", ["--namespace"]), Some("--namespace"));
    }
}
