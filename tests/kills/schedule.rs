//! When a sender is killed: the same moments for Sigap and for the naive sender that it is compared
//! with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::sink::{Behaviour, Sink};
use crate::site::Running;

/// How the sink treats letters.
pub const WEIGHTS: [(u64, Behaviour); 3] = [
    (90, Behaviour::Accept),
    (5, Behaviour::AcceptLate(Duration::from_millis(40))),
    (5, Behaviour::AcceptAndHangUp),
];

/// A sender that does nothing is killed all the same.
const LONGEST_LIFE: Duration = Duration::from_secs(5);

/// Starts a sender and kills it, so often. Four of five moments follow what the sink has seen: a
/// drawn number of letters, at most `per_life`, and a drawn while. The fifth follows nothing, so
/// that opening, recovering and reading are hit too.
pub fn kill_again(
    sink: &Sink,
    (kills, per_life): (usize, u64),
    mut dice: Dice,
    lives: &AtomicUsize,
    mut start: impl FnMut(usize) -> Running,
    mut after: impl FnMut(),
) {
    for no in 0..kills {
        let goal = sink.attempts() + 1 + dice.below(per_life);
        let mut child = start(no);
        lives.fetch_add(1, Ordering::SeqCst);
        let began = Instant::now();
        if no % 5 == 4 {
            std::thread::sleep(dice.within(Duration::from_millis(600)));
        } else {
            let mut goes_on = || child.0.try_wait().unwrap().is_none();
            while sink.attempts() < goal && began.elapsed() < LONGEST_LIFE && goes_on() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(dice.within(Duration::from_millis(30)));
        }
        drop(child);
        after();
    }
}
