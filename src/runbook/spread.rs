//! The pieces of a long document, worked on by several threads; those of a short one stay where they are.
//!
//! It must not know what a piece is. The results come back in the order of the pieces.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// More threads than this gain nothing for a document.
const MOST_THREADS: usize = 4;

/// A thread has at least so many pieces, or it is not worth its start.
const LEAST: usize = 128;

/// How often a thread comes back for more where all are equally fast.
const TURNS: usize = 32;

/// What `each` makes of every piece.
pub(super) fn spread<T: Sync, R: Send>(pieces: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let mut results = Vec::with_capacity(pieces.len());
    results.extend(spread_out(pieces, each));
    results
}

/// The same, one after the other.
pub(super) fn spread_out<T: Sync, R: Send>(
    pieces: &[T],
    each: impl Fn(&T) -> R + Sync,
) -> impl Iterator<Item = R> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(MOST_THREADS)
        .min(pieces.len() / LEAST);
    over(pieces, threads, each).into_iter().flatten()
}

/// Two things to be made of so many pieces, at once where that is worth a thread.
pub(super) fn both<A: Send, B>(
    pieces: usize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if pieces < LEAST {
        return (one(), other());
    }
    let one = Mutex::new(Some(one));
    let make = || {
        let one = one.lock().ok().and_then(|mut one| one.take());
        one.map(|one| one())
    };
    thread::scope(|scope| {
        let started = thread::Builder::new().spawn_scoped(scope, make).ok();
        let other = other();
        let made = started
            .and_then(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            // No thread could be had.
            .or_else(make);
        (made.expect("it is made once, here or there"), other)
    })
}

/// Each thread takes the next few pieces whenever it is done with some: pieces are not equally long, nor threads
/// equally fast.
fn over<T: Sync, R: Send>(
    pieces: &[T],
    threads: usize,
    each: impl Fn(&T) -> R + Sync,
) -> Vec<Vec<R>> {
    if threads < 2 || pieces.len() < 2 {
        return vec![pieces.iter().map(each).collect()];
    }
    let few = (pieces.len() / threads / TURNS).max(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Vec<R>)> = Vec::new();
        loop {
            let from = next.fetch_add(few, Ordering::Relaxed);
            let Some(left) = pieces.get(from..).filter(|left| !left.is_empty()) else {
                return done;
            };
            let mine = &left[..few.min(left.len())];
            done.push((from, mine.iter().map(&each).collect()));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where no thread can be had, this one does it all.
        let others: Vec<_> = (1..threads)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(from, _)| *from);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::Condvar;
    use std::time::Duration;

    /// Counts, and waits until a count is reached; false where it never is.
    #[derive(Default)]
    struct Counter(Mutex<usize>, Condvar);

    impl Counter {
        fn add(&self) {
            *self.0.lock().expect("no thread panics") += 1;
            self.1.notify_all();
        }

        fn reaches(&self, count: usize) -> bool {
            let counted = self.0.lock().expect("no thread panics");
            let most = Duration::from_secs(20);
            let waited = self.1.wait_timeout_while(counted, most, |now| *now < count);
            !waited.expect("no thread panics").1.timed_out()
        }
    }

    #[test]
    fn results_stand_in_the_order_of_the_pieces() {
        for length in [0, 1, 2, 7, 8, 9, 1000] {
            let pieces: Vec<usize> = (0..length).collect();
            let doubled: Vec<usize> = pieces.iter().map(|n| n * 2).collect();
            for threads in [0, 1, 2, 3, 4] {
                assert_eq!(over(&pieces, threads, |n| n * 2).concat(), doubled);
            }
        }
    }

    #[test]
    fn two_things_are_made_whether_it_takes_a_thread_or_not() {
        for pieces in [0, LEAST] {
            assert_eq!(both(pieces, || "a", || 1), ("a", 1));
        }
        let here = thread::current().id();
        let (there, ()) = both(LEAST, || thread::current().id(), || ());
        assert_ne!(there, here);
    }

    #[test]
    fn other_threads_take_part() {
        let begun = Counter::default();
        let names = over(&[(); 4], 4, |()| {
            begun.add();
            assert!(begun.reaches(4), "four pieces are worked on at once");
            thread::current().id()
        });
        let names: HashSet<_> = names.into_iter().flatten().collect();
        assert_eq!(names.len(), 4);
    }

    #[test]
    fn while_one_piece_takes_long_the_others_are_done() {
        let pieces: Vec<usize> = (0..4 * TURNS).collect();
        let done = Counter::default();
        let results = over(&pieces, 2, |&n| {
            if n == 0 {
                // Its own turn is two pieces.
                assert!(
                    done.reaches(pieces.len() - 2),
                    "the rest is done by the other"
                );
            } else {
                done.add();
            }
            n
        });
        assert_eq!(results.concat(), pieces);
    }
}
