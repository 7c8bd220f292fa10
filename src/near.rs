//! The known word that a wrong one was most likely meant to be. Pure; it must not know what the words stand for.

/// The nearest of the known words, where it is near enough to be a slip of the keyboard.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
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

/// How many letters must be changed, added, dropped or swapped to make one word of the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut best = (above[j] + usize::from(a[i] != b[j]))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
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
