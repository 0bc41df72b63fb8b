//! What the sink accepted for an owner reaches the owner's Maildir: mostly at once, sometimes only
//! after the daemon was started again, sometimes after a good part of the time for which an absent
//! letter is waited for.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::sink::{Accepted, Sink};
use crate::site::{Site, is_watched};

/// Ends the courier when it goes out of scope, on a panic too.
pub struct Bell<'a>(pub &'a AtomicBool);

impl Drop for Bell<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// One copy on its way.
struct Copy {
    no: usize,
    letter: Accepted,
    /// It does not arrive before so many starts of the daemon …
    not_before_life: usize,
    /// … and not before this moment …
    not_before: Instant,
    /// … but by this one at the latest.
    latest: Instant,
}

/// Delivers until the bell rings.
pub fn deliver(site: &Site, sink: &Sink, lives: &AtomicUsize, stop: &AtomicBool, mut dice: Dice) {
    let longest = site.settle.mul_f64(0.6);
    let mut known = 0;
    let mut pending: Vec<Copy> = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        for letter in sink.accepted_since(known) {
            if is_watched(&letter.to) {
                let (after_lives, pause) = match dice.below(20) {
                    0..14 => (0, Duration::ZERO),
                    14..17 => (1, Duration::ZERO),
                    _ => (0, dice.within(longest)),
                };
                let now = Instant::now();
                let not_before_life = lives.load(Ordering::SeqCst) + after_lives;
                let (not_before, latest) = (now + pause, now + longest);
                pending.push(Copy { no: known, letter, not_before_life, not_before, latest });
            }
            known += 1;
        }
        let (life, now) = (lives.load(Ordering::SeqCst), Instant::now());
        pending.retain(|copy| {
            let due = life >= copy.not_before_life && now >= copy.not_before;
            if due || now >= copy.latest {
                let name = copy.letter.to.split('@').next().unwrap();
                let index = name.trim_start_matches('o').parse().unwrap();
                site.deliver(index, &format!("{}.sink", copy.no), &copy.letter.bytes);
                return false;
            }
            true
        });
        std::thread::sleep(Duration::from_millis(5));
    }
}
