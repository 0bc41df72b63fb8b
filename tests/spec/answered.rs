//! What counts as an answer: a table of stories in both languages, each with the state in which the
//! request ends and the rung of evidence that decided.
//!
//! A line of a story is `time who verb words | text`. Verbs: `asks`, `writes` (into Ani's inbox),
//! `sent` (into the writer's Sent folder), `sent2` (into Ani's second one), `flag`, `DONE`, `NOT`,
//! `SNOOZE`. Words: `id=`, `re=` (In-Reply-To), `refs=`, `to=`, `cc=`, `as=` (another address of the
//! writer), `replyto=`, `subject=` (spaces as `_`), `auto`, `draft`, `calendar=`, `at=` (arrived
//! then, read now). What is expected: `id state rung`, by `;`. An open request is reminded of, one
//! that was promised on that day and not before, and nothing else is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sigap::engine::acting::{Deed, act};
use sigap::engine::explain::{Asked, why};
use sigap::engine::ledger::{Touched, settle_all};
use sigap::model::evidence::Evidence;
use sigap::model::message::{MessageKey, Role};
use sigap::model::policy::Mode;
use sigap::store::obligations;

use crate::engine::day::{Day, Posted, at, charter};
use crate::office::address;

mod awaited;
mod stories;

struct Stage {
    day: Day,
    second: usize,
    domains: BTreeMap<String, &'static str>,
    serial: u32,
}

fn address_of(name: &str) -> String {
    match name {
        _ if name.contains('@') => name.to_owned(),
        "ani" | "citra" => format!("{name}@example.com"),
        _ => format!("{name}@example.org"),
    }
}

/// `Fri_17:00`, on Jakarta's clocks.
fn shown(moment: Timestamp) -> String {
    let local = moment.to_zoned(TimeZone::get("Asia/Jakarta").unwrap());
    local.strftime("%a_%H:%M").to_string()
}

impl Stage {
    fn opens() -> Self {
        let mut charter = charter(Mode::Nudge);
        charter.owners[0].addresses.push(address("ani@mobile.example.com"));
        let mut day = Day::with(charter);
        let second = day.watches_second_sent("ani", "Terkirim");
        Self { day, second, domains: BTreeMap::new(), serial: 0 }
    }

    fn plays(&mut self, line: &str) {
        let (head, text) = line.split_once('|').unwrap_or((line, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let time = if words[0].len() == 5 {
            format!("Mon {}", words[0])
        } else {
            words[0].replace('_', " ")
        };
        self.day.until(&time);
        let (who, verb) = (words[1], words[2]);
        match verb {
            "flag" => self.day.is_marked_answered("ani", words[3]),
            "DONE" => self.says(words[3], Deed::Done),
            "NOT" => self.says(words[3], Deed::Not),
            "SNOOZE" => self.says(words[3], Deed::Snooze(at(&words[4].replace('_', " ")))),
            _ => self.writes(who, verb, &words[3..], text.trim()),
        }
    }

    fn says(&mut self, id: &str, deed: Deed) {
        let all = obligations::all(self.day.c(), self.day.id_of("ani"), 100).unwrap();
        let key = self.key(id);
        let found = all.into_iter().find(|one| format!("<{}>", one.asked_key.0) == key).unwrap();
        let now = self.day.now;
        let engine = self.day.engine.as_mut().unwrap();
        let office = engine.office().clone();
        let step = engine.db_mut().transaction().unwrap();
        let mut touched = Touched::new();
        act(&step, found.id, deed, "cli", now, &mut touched).unwrap();
        settle_all(&step, &office, &touched).unwrap();
        sigap::store::mailboxes::wake(&step, found.owner, Some(now)).unwrap();
        step.commit().unwrap();
    }

    fn key(&self, id: &str) -> String {
        match self.domains.get(id) {
            Some(domain) => format!("<{id}@{domain}>"),
            None => format!("<{id}>"),
        }
    }

    fn keys(&self, ids: &str) -> String {
        ids.split(',').map(|id| self.key(id)).collect::<Vec<_>>().join(" ")
    }

    fn writes(&mut self, who: &str, verb: &str, words: &[&str], text: &str) {
        let value = |name: &str| words.iter().find_map(|word| word.strip_prefix(name));
        let has = |name: &str| words.contains(&name);
        self.serial += 1;
        let id = value("id=").map_or_else(|| format!("m{}", self.serial), str::to_owned);
        let ours = ["ani", "citra"].contains(&who);
        self.domains.insert(id.clone(), if ours { "example.com" } else { "example.org" });
        let to = value("to=").unwrap_or(if ours { "budi" } else { "ani" });
        let people = |names: &str| names.split(',').map(address_of).collect::<Vec<_>>().join(", ");
        let from = value("as=").map_or_else(|| address_of(who), str::to_owned);
        let answers = value("re=").is_some() || value("refs=").is_some();
        let usual = if answers { "Re: Data penjualan Maret" } else { "Data penjualan Maret" };
        let subject = value("subject=").map_or_else(|| usual.to_owned(), |s| s.replace('_', " "));
        let mut raw = format!(
            "From: {from}\nTo: {}\nSubject: {subject}\nMessage-ID: {}\n",
            people(to),
            self.key(&id)
        );
        for (word, field) in [("cc=", "Cc"), ("bcc=", "Bcc"), ("replyto=", "Reply-To")] {
            if let Some(names) = value(word) {
                writeln!(raw, "{field}: {}", people(names)).unwrap();
            }
        }
        for (word, field) in [("re=", "In-Reply-To"), ("refs=", "References")] {
            if let Some(ids) = value(word) {
                writeln!(raw, "{field}: {}", self.keys(ids)).unwrap();
            }
        }
        if has("auto") {
            raw.push_str("Auto-Submitted: auto-replied\n");
        }
        let text = text.replace("\\n", "\n");
        match value("calendar=") {
            Some(method) => writeln!(
                raw,
                "MIME-Version: 1.0\nContent-Type: text/calendar; method={method}; charset=utf-8\n\n\
                 BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR"
            ),
            None => writeln!(raw, "\n{text}"),
        }
        .unwrap();
        let place = match verb {
            "asks" | "writes" => self.day.place("ani", Role::Inbox),
            "sent" => self.day.place(who, Role::Sent),
            "sent2" => self.second,
            other => panic!("what is {other:?}?"),
        };
        match value("at=") {
            Some(arrived) => self.day.turns_up("ani", &arrived.replace('_', " "), &raw),
            None => self.day.folder_holds(place, &raw, has("draft")),
        }
    }

    /// `id state rung` of every obligation of Ani, by id.
    fn state(&self) -> Vec<String> {
        let all = obligations::all(self.day.c(), self.day.id_of("ani"), 100).unwrap();
        let mut told: Vec<String> = all
            .iter()
            .map(|one| {
                let id = one.asked_key.0.split('@').next().unwrap();
                match (&one.closed, &one.perhaps) {
                    (Some(closed), _) => {
                        let rung = closed.evidence.map_or("-", Evidence::word);
                        format!("{id} {} {rung}", closed.how.word())
                    }
                    (None, Some(perhaps)) => format!("{id} perhaps {}", perhaps.evidence.word()),
                    (None, None) => match one.promise {
                        Some(promise) => format!("{id} promised {}", shown(promise.until)),
                        None => format!("{id} open"),
                    },
                }
            })
            .collect();
        told.sort();
        told
    }
}

/// Plays every story of a table; what is wrong with their ends is told at once.
fn played(table: &str, wrong_with: impl Fn(&mut Stage, &[String]) -> Option<String>) -> String {
    let mut wrong = String::new();
    for story in table.split("\n==").map(str::trim).filter(|story| !story.is_empty()) {
        let (title, rest) = story.trim_start_matches("==").trim().split_once('\n').unwrap();
        let mut stage = Stage::opens();
        let mut expected = Vec::new();
        for line in rest.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.strip_prefix("=>") {
                Some(states) => {
                    let states = states.split(';').map(|one| one.trim().to_owned());
                    expected.extend(states.filter(|one| !one.is_empty()));
                }
                None => stage.plays(line),
            }
        }
        expected.sort();
        if let Some(what) = wrong_with(&mut stage, &expected) {
            writeln!(wrong, "{title}: {what}").unwrap();
        }
    }
    wrong
}

fn check(table: &str) {
    let wrong = played(table, |stage, expected| {
        let found = stage.state();
        if found != expected {
            return Some(format!("{found:?}, not {expected:?}"));
        }
        stage.day.posted.clear();
        stage.day.until("Wed 12:00");
        let nudge = |letter: &Posted| letter.to == "ani@example.com";
        let first = stage.day.posted.iter().find(|letter| nudge(letter)).map(|letter| letter.at);
        let open = found.iter().any(|one| one.ends_with(" open"));
        let promised = found.iter().find_map(|one| one.split_once(" promised "));
        // Not before the day for which it was promised.
        let wanted = match promised {
            Some((_, until)) if at(&until.replace('_', " ")) < at("Wed 12:00") => true,
            Some((_, until)) => until.starts_with("Wed"),
            None => open,
        };
        let early = promised.is_some_and(|(_, until)| {
            let morning = at(&format!("{} 00:00", &until[..3]));
            first.is_some_and(|first| first < morning)
        });
        (first.is_some() != wanted || early).then(|| format!("reminded {first:?}, {found:?}"))
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_rung_is_shown() {
    let mut stage = Stage::opens();
    stage.plays("09:10 budi asks id=q | Could you please send me the March figures?");
    stage.plays("10:00 ani sent id=a re=q | Here they are.");
    let told = |stage: &Stage, id: &str| {
        let asked = Asked::Message(MessageKey(id.to_owned()));
        let day = &stage.day;
        serde_json::to_value(why(day.c(), day.engine().office(), &asked, day.now).unwrap()).unwrap()
    };
    let closed = &told(&stage, "q@example.org")["cases"][0]["obligations"][0]["closed"];
    assert_eq!(closed["evidence"], "reference");
    assert_eq!(closed["message_id"], "a@example.com");
    let words = "The owner's reply was found in Sent. It names the request among what it answers.";
    assert_eq!(closed["words"], words);
}

#[test]
fn what_is_perhaps_answered_is_listed_so() {
    let mut stage = Stage::opens();
    stage.plays("09:10 budi asks id=q | Could you please send me the March figures?");
    stage.plays("10:00 ani sent id=a subject=Lunch | See you at noon.");
    let (day, all) = (&stage.day, sigap::engine::listing::Reach::Open);
    let listing =
        sigap::engine::listing::list(day.c(), day.engine().office(), None, all, day.now).unwrap();
    let told = serde_json::to_value(&listing.obligations[0]).unwrap();
    assert_eq!(told["perhaps_answered"]["evidence"], "elsewhere");
    assert_eq!(told["perhaps_answered"]["at"], at("Mon 10:00").to_string());
    assert!(told.get("closed").is_none());
    assert_eq!(
        day.why("q"),
        "Perhaps it is answered: no reminders unless the requester asks again."
    );
    // The mail that may be the answer knows it too.
    let asked = Asked::Message(MessageKey("a@example.com".to_owned()));
    let told = why(day.c(), day.engine().office(), &asked, day.now).unwrap();
    let told = serde_json::to_value(told).unwrap();
    assert_eq!(
        told["cases"][0]["obligations"][0]["perhaps_answered"]["message_id"],
        "a@example.com"
    );
}
