//! What owners ask others: some of it is answered, some asked again, and of what nobody answered they
//! are reminded, once for every time that they asked.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sigap::model::letter::{Kind, Letter, State};
use sigap::model::policy::Mode;
use sigap::store::{letters, messages};

use crate::people::date;
use crate::world::{DAY, Event, Failure, HOUR, MINUTE, Rng, World};

const WHOM: &str = "vera@vendor.test";

/// One question of an owner.
pub struct Question {
    owner: usize,
    asks: Vec<String>,
    /// The latest of its copies lies in Sent since then.
    lands_at: i64,
    answered: bool,
    /// Letters that told of it.
    told_in: BTreeSet<String>,
}

impl Question {
    fn answer(number: usize) -> String {
        format!("told-{number}@vendor.test")
    }
}

impl World {
    /// Owners will ask during the storm.
    pub fn plan_questions(&mut self) {
        // Of its own, so that nothing else in a life depends on it.
        let mut rng = Rng(self.seed ^ 0xF011);
        for owner in 0..self.owners.len() {
            for _ in 0..rng.within(0, 3) {
                let number = self.questions.len();
                let (asks, told_in) = (Vec::new(), BTreeSet::new());
                let (lands_at, answered) = (0, false);
                self.questions.push(Question { owner, asks, lands_at, answered, told_in });
                let first = self.now + rng.within(0, 5 * DAY);
                let late = |rng: &mut Rng| match rng.chance(200) {
                    true => rng.within(0, 2 * HOUR),
                    false => rng.within(0, 2 * MINUTE),
                };
                if rng.chance(200) {
                    // Before the watch: backlog.
                    self.at(self.now, Event::Wonders(number, -rng.within(HOUR, DAY)));
                } else {
                    self.at(first, Event::Wonders(number, late(&mut rng)));
                }
                if rng.chance(300) {
                    let again = first + rng.within(DAY, 3 * DAY);
                    self.at(again, Event::Wonders(number, late(&mut rng)));
                }
                if rng.chance(500) {
                    self.at(first + rng.within(2 * HOUR, 6 * DAY), Event::Told(number));
                }
            }
        }
    }

    /// An owner asks somebody, or asks again; the copy in Sent may come late, or be old.
    pub fn wonders(&mut self, number: usize, late: i64) {
        let question = &self.questions[number];
        if question.answered || self.calm {
            return;
        }
        let (owner, place) = (question.owner, question.asks.len());
        let key = format!("question-{number}-{place}@example.com");
        let refers = question.asks.last().map_or(String::new(), |parent| {
            format!("In-Reply-To: <{parent}>\r\nReferences: <{parent}>\r\n")
        });
        let from = self.owners[owner].addresses[0].to_string();
        let prefix = if place == 0 { "" } else { "Re: " };
        let bytes = format!(
            "From: {from}\r\nTo: {WHOM}\r\nSubject: {prefix}Contract {number}\r\n\
             Message-ID: <{key}>\r\n{refers}Date: {}\r\n\r\n\
             Could you please send me the signed contract?\r\n",
            date(self.now)
        );
        self.tell(format!("owner {owner} asks {WHOM} in {key}"));
        let (lands_at, dated) = (self.now + late.max(0), self.now + late.min(0));
        self.copy(owner * 2 + 1, &key, bytes.as_bytes(), lands_at, dated);
        let question = &mut self.questions[number];
        question.asks.push(key);
        question.lands_at = question.lands_at.max(lands_at);
    }

    /// They are answered, in a mail that no program answers.
    pub fn told(&mut self, number: usize) {
        let question = &mut self.questions[number];
        let Some(parent) = question.asks.last().cloned() else { return };
        question.answered = true;
        let (owner, key) = (question.owner, Question::answer(number));
        let to = self.owners[owner].addresses[0].to_string();
        let bytes = format!(
            "Return-Path: <{WHOM}>\r\nFrom: {WHOM}\r\nTo: {to}\r\nSubject: Re: Contract {number}\r\n\
             Message-ID: <{key}>\r\nIn-Reply-To: <{parent}>\r\nDate: {}\r\n\
             X-Auto-Response-Suppress: All\r\n\r\nHere it is.\r\n",
            date(self.now)
        );
        self.tell(format!("{WHOM} answers {parent}"));
        self.copy(owner * 2, &key, bytes.as_bytes(), self.now + 5, self.now + 5);
    }

    /// A letter reminds only of what its owner asked and nobody answered, once for every ask.
    pub fn check_follow_ups(&mut self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let mut about = Vec::new();
        for asked_in in letters::awaited(c, letter.id).unwrap().into_values() {
            about.push(messages::one(c, asked_in).unwrap().unwrap().message.key.0);
        }
        for key in about {
            let wrong = |why: &str| Err(format!("letter {} follows up {key}, {why}", letter.id));
            let number = self.questions.iter().position(|one| one.asks.contains(&key));
            let Some(number) = number.filter(|number| self.questions[*number].owner == owner)
            else {
                return wrong("which its owner never asked");
            };
            let mirror = &self.oracle.mirror;
            if mirror.taken.contains(&(owner, Question::answer(number))) {
                return wrong("which is answered");
            }
            let old = |ask: &String| mirror.backlog.contains(&(owner, ask.clone()));
            if self.questions[number].asks.iter().all(old) {
                return wrong("which is backlog");
            }
            self.questions[number].told_in.insert(letter.message_id.clone());
            let told = self.questions[number].told_in.iter();
            let told = told.filter(|id| !self.was_never_sent(id) && self.is_a(id, Kind::Nudge));
            if told.count() > self.questions[number].asks.len() {
                return wrong("for which it was reminded before");
            }
            self.totals.follow_ups += 1;
        }
        Ok(())
    }

    fn found(&self, message_id: &str) -> Option<Letter> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let row = letters::with_message_id(c, message_id).unwrap();
        row.and_then(|row| letters::one(c, row).unwrap())
    }

    fn is_a(&self, message_id: &str, kind: Kind) -> bool {
        self.found(message_id).is_some_and(|letter| letter.draft.kind == kind)
    }

    /// What was surely not accepted and then recalled, or grew too old; or a restored copy has
    /// forgotten it.
    fn was_never_sent(&self, message_id: &str) -> bool {
        self.found(message_id)
            .is_none_or(|one| matches!(one.state, State::Recalled | State::Expired))
    }

    /// Of what was asked in good time and not answered a letter has told.
    pub fn check_questions(&self) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let kind = if self.charter.mode == Mode::Observe { "preview" } else { "nudge" };
        let Some(within) = self.charter.policy.follow_up_within else { return Ok(()) };
        for (number, question) in self.questions.iter().enumerate() {
            let owner = question.owner;
            let mirror = &self.oracle.mirror;
            let taken = |key: &String| mirror.taken.contains(&(owner, key.clone()));
            let old = |key: &String| mirror.backlog.contains(&(owner, key.clone()));
            let paused = self.oracle.paused.iter().any(|(whose, ..)| *whose == owner);
            if paused
                || question.asks.is_empty()
                || question.asks.iter().any(|ask| !taken(ask) || old(ask))
                || taken(&Question::answer(number))
            {
                continue;
            }
            let calendar = self.calendar(owner);
            let from = Timestamp::from_second(question.lands_at).unwrap();
            let calm = Timestamp::from_second(self.end - 5 * DAY).unwrap();
            let due = calendar.add_working_time(from, within).unwrap().max(calm);
            let by = calendar.add_working_time(due, calendar.usual_day() * 3).unwrap();
            if by.as_second() > self.end {
                continue;
            }
            let first = question.asks.first().unwrap();
            let told: i64 = c
                .query_row(
                    "SELECT count(*) FROM message m JOIN letter_item i ON i.asked_in = m.id \
                     AND i.obligation_id IS NULL JOIN letter l ON l.id = i.letter_id \
                     WHERE m.key = ?1 AND m.owner_id = ?2 AND l.kind = ?3 \
                     AND i.recalled_why IS NULL AND l.state IN ('sent', 'failed', 'unknown')",
                    (first, self.owners[owner].id.0, kind),
                    |row| row.get(0),
                )
                .unwrap();
            if told == 0 {
                return Err(format!("{first} was never followed up, though due by {by}"));
            }
        }
        Ok(())
    }
}
