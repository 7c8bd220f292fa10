//! Fuzzy matching of a query against short texts, best first; wraps the matcher so that its own
//! interface stays in this file.
//!
//! Every word of the query must be found, in any order. It must not know what the texts mean.

use frizbee::{Config, Matcher, Pattern, PatternConfig};

/// A text that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Position in the list that was searched.
    pub index: usize,
    pub score: u32,
    /// Byte offsets of the characters that matched, ascending.
    pub at: Vec<usize>,
}

/// Those of `texts` that match, best first and in their own order where equal. An empty query
/// matches everything.
pub fn find<T: AsRef<str>>(query: &str, texts: &[T]) -> Vec<Hit> {
    let mut hits: Vec<Hit> = (0..texts.len())
        .map(|index| Hit {
            index,
            score: 0,
            at: Vec::new(),
        })
        .collect();
    for word in query.split_whitespace() {
        let pattern = Pattern::new(word, PatternConfig::default());
        let mut matcher = Matcher::new(pattern, &Config::default());
        hits.retain_mut(|hit| {
            let Some(text) = texts.get(hit.index) else {
                return false;
            };
            let Some(found) = matcher.match_one_indices(text.as_ref(), hit.index as u32) else {
                return false;
            };
            hit.score += u32::from(found.score);
            hit.at
                .extend(found.indices.iter().rev().map(|at| *at as usize));
            true
        });
    }
    for hit in &mut hits {
        hit.at.sort_unstable();
        hit.at.dedup();
    }
    hits.sort_by(|a, b| b.score.cmp(&a.score).then(a.index.cmp(&b.index)));
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 5] = [
        "PostgreSQL Primary Failure  postgresql-primary-failure",
        "Database Connection Pool Exhaustion  database-connection-pool-exhaustion",
        "Kafka Broker Failure  kafka-broker-failure",
        "RabbitMQ Failure  rabbitmq-failure",
        "数据库故障  shu-ju-ku",
    ];

    #[track_caller]
    fn check(query: &str, expected: &[usize]) {
        let found: Vec<usize> = find(query, &TITLES).iter().map(|hit| hit.index).collect();
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn an_empty_query_keeps_everything_in_order() {
        check("", &[0, 1, 2, 3, 4]);
        check("   ", &[0, 1, 2, 3, 4]);
    }

    #[test]
    fn letters_may_be_left_out_but_not_swapped() {
        check("pgprim", &[0]);
        check("kfk", &[2]);
        check("zzz", &[]);
    }

    #[test]
    fn every_word_must_be_found_in_any_order() {
        check("failure kafka", &[2]);
        check("pool conn", &[1]);
        check("kafka pool", &[]);
    }

    #[test]
    fn case_matters_only_when_it_is_typed() {
        check("rabbitmq", &[3]);
        check("数据", &[4]);
    }

    #[test]
    fn the_matched_characters_are_said() {
        let hits = find("kafka", &TITLES);
        assert_eq!(hits[0].at, [0, 1, 2, 3, 4]);
    }

    proptest::proptest! {
        #[test]
        fn hostile_queries_and_texts_do_no_harm(query in "\\PC{0,20}", texts in proptest::collection::vec("\\PC{0,40}", 0..6)) {
            for hit in find(&query, &texts) {
                for at in hit.at {
                    proptest::prop_assert!(at <= texts[hit.index].len());
                }
            }
        }
    }
}
