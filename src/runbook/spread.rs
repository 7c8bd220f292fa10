//! The pieces of a long document, worked on by several threads; those of a short one stay where they are.
//!
//! It must not know what a piece is. The results come back in the order of the pieces.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// More threads than this gain nothing for a document.
const MOST_THREADS: usize = 4;

/// A thread has at least so many pieces, or it is not worth its start.
const LEAST: usize = 128;

/// What `each` makes of every piece.
pub(super) fn spread<T: Sync, R: Send>(pieces: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(MOST_THREADS)
        .min(pieces.len() / LEAST);
    over(pieces, threads, each)
}

fn over<T: Sync, R: Send>(pieces: &[T], threads: usize, each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let work = |pieces: &[T]| pieces.iter().map(&each).collect::<Vec<R>>();
    let (own, others) = pieces.split_at(pieces.len().div_ceil(threads.max(1)));
    if others.is_empty() {
        return work(own);
    }
    thread::scope(|scope| {
        let started: Vec<_> = others
            .chunks(own.len())
            .map(|chunk| {
                let thread = thread::Builder::new().spawn_scoped(scope, move || work(chunk));
                (chunk, thread.ok())
            })
            .collect();
        let mut results = work(own);
        for (chunk, thread) in started {
            results.extend(match thread {
                Some(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // No thread could be had.
                None => work(chunk),
            });
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_pieces() {
        for length in [0, 1, 2, 7, 8, 9, 1000] {
            let pieces: Vec<usize> = (0..length).collect();
            let doubled: Vec<usize> = pieces.iter().map(|n| n * 2).collect();
            for threads in [0, 1, 2, 3, 4] {
                assert_eq!(over(&pieces, threads, |n| n * 2), doubled);
            }
        }
    }

    #[test]
    fn other_threads_take_part() {
        let names = over(&[(); 4], 2, |()| thread::current().id());
        assert!(names[0] == names[1] && names[2] == names[3]);
        assert_ne!(names[0], names[2]);
    }
}
