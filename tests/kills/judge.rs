//! What was accepted, held against what `sigap` says about it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use crate::observed::Observed;
use crate::sink::{Accepted, Sink};
use crate::site::{Site, Told, is_watched, subject};

/// How the outbox says that a letter was found in its receiver's inbox.
const FOUND: &str = "found in the receiver's inbox";

/// Counts of one class of receivers.
#[derive(Debug, Default)]
pub struct Figures {
    letters: usize,
    sent: usize,
    found: usize,
    unknown: usize,
    undelivered: usize,
    repeated: usize,
    doubled: usize,
    lost: usize,
}

/// Everything that a run left, and every promise that it broke.
pub struct Judgement {
    pub told: Vec<Told>,
    copies: BTreeMap<String, Vec<Accepted>>,
    pub figures: Table,
    /// So many letters whose answer was lost.
    pub lost: usize,
    pub faults: Vec<String>,
}

/// Figures by audience, and by whether the receivers are watched.
pub type Table = BTreeMap<(String, bool), Figures>;

/// Whether every letter is at its end, and every copy that reached a watched inbox was found there.
pub fn is_settled(site: &Site, told: &[Told], sink: &Sink, asks: usize) -> bool {
    let waits = |one: &Told| match one.state.as_str() {
        "queued" | "sending" | "committing" => true,
        "unknown" => one.next_at.is_some(),
        _ => false,
    };
    let sent: BTreeSet<&str> =
        told.iter().filter(|one| one.state == "sent").map(|one| one.message_id.as_str()).collect();
    let accepted = sink.accepted_since(0);
    let mut arriving = accepted.iter().filter(|letter| is_watched(&letter.to));
    let welcomes = told.iter().filter(|one| one.kind == "welcome").count();
    welcomes == site.owners
        && nudged(told).len() == asks
        && !told.iter().any(waits)
        && arriving.all(|letter| sent.contains(letter.message_id.as_str()))
}

/// The obligations that nudges speak of, each with the letters that do.
fn nudged(told: &[Told]) -> BTreeMap<&str, Vec<&Told>> {
    let mut found: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for letter in told.iter().filter(|one| one.kind == "nudge") {
        let items = letter.items.iter().filter(|item| item.recalled_why.is_none());
        for reference in items.filter_map(|item| item.reference.as_deref()) {
            found.entry(reference).or_default().push(letter);
        }
    }
    found
}

impl Judgement {
    pub fn new(told: Vec<Told>, sink: &Sink) -> Self {
        let mut copies: BTreeMap<String, Vec<Accepted>> = BTreeMap::new();
        for letter in sink.accepted_since(0) {
            copies.entry(letter.message_id.clone()).or_default().push(letter);
        }
        let known: BTreeSet<&String> = told.iter().map(|one| &one.message_id).collect();
        let strangers = copies.keys().filter(|id| !known.contains(id));
        let faults = strangers.map(|id| format!("accepted, but in no outbox: {id}")).collect();
        let figures = Table::new();
        let mut it = Self { told: Vec::new(), copies, figures, lost: 0, faults };
        for one in &told {
            it.count(one);
        }
        Self { told, ..it }
    }

    fn fault(&mut self, what: &str, one: &Told) {
        self.faults.push(format!("{what}: {one:?}"));
    }

    /// One letter: how often it was accepted, and whether what is said about it is so.
    fn count(&mut self, one: &Told) {
        let copies = self.copies.get(&one.message_id).cloned().unwrap_or_default();
        let watched = is_watched(&one.to);
        let figures = self.figures.entry((one.audience.clone(), watched)).or_default();
        figures.letters += 1;
        figures.repeated += usize::try_from(one.repeats).unwrap();
        figures.doubled += copies.len().saturating_sub(1);
        let known = match one.state.as_str() {
            "sent" => {
                figures.sent += 1;
                figures.found += usize::from(one.answer == FOUND);
                !copies.is_empty()
            }
            "unknown" => {
                figures.unknown += 1;
                figures.undelivered += usize::from(copies.is_empty());
                true
            }
            _ => false,
        };
        figures.lost += usize::from(!known);
        if !known {
            self.fault("lost in silence", one);
        }
        let may_repeat = one.audience != "requester";
        let at_most = 1 + usize::from(may_repeat && !watched && one.repeats == 1);
        if copies.len() > at_most {
            self.fault(&format!("accepted {} times", copies.len()), one);
        }
        if one.repeats > u32::from(may_repeat) {
            self.fault("repeated too often", one);
        }
        if copies.iter().any(|copy| copy.bytes != copies[0].bytes || copy.to != one.to) {
            self.fault("its copies differ", one);
        }
    }

    /// A lost answer leads to `unknown`, to evidence, or to a counted repeat; nothing else to
    /// `unknown`.
    pub fn answers_lost(&mut self, observed: &Observed) {
        let silent = self.copies.values().flatten().filter(|copy| copy.silent);
        let mut lost: BTreeSet<String> = silent.map(|copy| copy.message_id.clone()).collect();
        lost.extend(observed.lost_answers.iter().cloned());
        for id in &lost {
            let Some(one) = self.told.iter().find(|one| one.message_id == *id).cloned() else {
                self.faults.push(format!("its answer was lost, and it is in no outbox: {id}"));
                continue;
            };
            let shown = match one.state.as_str() {
                "unknown" => true,
                "sent" => one.repeats == 1 || one.answer == FOUND,
                _ => false,
            };
            if !shown {
                self.fault("its answer was lost, and that does not show", &one);
            }
        }
        let unclear = self.told.iter().filter(|one| one.state == "unknown");
        let claimed: Vec<Told> =
            unclear.filter(|one| !lost.contains(&one.message_id)).cloned().collect();
        claimed.iter().for_each(|one| self.fault("unknown, though no answer was lost", one));
        self.lost = lost.len();
    }

    /// Every ask opened one obligation, and one nudge speaks of it: in the outbox and in what was
    /// accepted.
    pub fn asks_nudged(&mut self, site: &Site, asks: usize) {
        let listing = site.json(&["list"]).unwrap();
        let owed = listing["obligations"].as_array().unwrap();
        let nudged = nudged(&self.told);
        let mut faults = Vec::new();
        for no in 0..asks {
            let found: Vec<&str> = owed
                .iter()
                .filter(|one| one["subject"] == subject(no))
                .map(|one| one["ref"].as_str().unwrap())
                .collect();
            let [reference] = found[..] else {
                faults.push(format!("ask {no} opened {} obligations", found.len()));
                continue;
            };
            let letters = nudged.get(reference).map_or(0, Vec::len);
            let accepted: Vec<&String> = self
                .copies
                .iter()
                .filter(|(_, copies)| text(&copies[0]).contains(reference))
                .map(|(id, _)| id)
                .collect();
            let unclear = nudged.get(reference).is_some_and(|all| all[0].state == "unknown");
            if letters != 1 || accepted.len() > 1 || (accepted.is_empty() && !unclear) {
                let what =
                    format!("ask {no}, {reference}: {letters} nudges, accepted {accepted:?}");
                faults.push(what);
            }
        }
        self.faults.extend(faults);
    }
}

impl AddAssign<&Figures> for Figures {
    fn add_assign(&mut self, other: &Figures) {
        self.letters += other.letters;
        self.sent += other.sent;
        self.found += other.found;
        self.unknown += other.unknown;
        self.undelivered += other.undelivered;
        self.repeated += other.repeated;
        self.doubled += other.doubled;
        self.lost += other.lost;
    }
}

pub fn print(table: &Table) {
    println!(
        "audience   watched  letters   sent  (found)  unknown  (undelivered)  repeated  doubled  \
         silently lost"
    );
    for ((audience, watched), f) in table {
        println!(
            "{audience:<10} {:<7} {:>8} {:>6} {:>8} {:>8} {:>14} {:>9} {:>8} {:>14}",
            if *watched { "yes" } else { "no" },
            f.letters,
            f.sent,
            f.found,
            f.unknown,
            f.undelivered,
            f.repeated,
            f.doubled,
            f.lost
        );
    }
}

/// The letter with soft line breaks undone.
fn text(letter: &Accepted) -> String {
    String::from_utf8_lossy(&letter.bytes).replace("=\r\n", "")
}
