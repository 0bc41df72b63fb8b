//! What a letter says, before it is words: one plain struct per kind of letter.
//!
//! Everything that comes out of other people's mail is cleaned and shortened here, and every
//! number, date and span becomes a phrase, so that a template only places them. Next station:
//! `mail/wording`.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};
use minijinja::{Value, context};
use serde::Serialize;

use crate::mail::clues::reasons;
use crate::mail::plain::clean;
use crate::mail::salutation::{greeting, you};
use crate::mail::{dates, durations};
use crate::model::policy::Mode;
use crate::model::team::{Level, Readers};
use crate::model::verdict::{Clue, Language};

/// Items shown in one letter; a longer list is not read, and mail programs cut large letters.
const SHOWN: usize = 20;
/// Characters of a subject, a name, a quoted line.
const SUBJECT: usize = 140;
const NAME: usize = 80;
const SNIPPET: usize = 200;

/// Reminds an owner of what waits.
#[derive(Clone, Debug, Serialize)]
pub struct NudgeView {
    /// The owner's full name.
    pub owner_name: String,
    /// How the owner is greeted (`Pak Andi`); empty: chosen by language.
    pub greeting: String,
    /// How the owner is addressed in Indonesian; empty: `Bapak/Ibu`.
    pub you: String,
    /// Language of the letter.
    pub language: Language,
    /// Now, in the owner's zone.
    pub now: Zoned,
    /// What waits, in the order in which it is shown.
    pub items: Vec<ItemView>,
    /// What the owner waits for; its numbers follow.
    pub awaited: Vec<AwaitedView>,
    /// Length of the owner's usual working day.
    pub working_day: SignedDuration,
    /// The absence that is planned or under way.
    pub away: Option<AwayView>,
}

/// An absence, so that its owner sees what was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwayView {
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub until: Date,
    /// Who stands in; may be empty.
    pub stand_in: String,
}

/// One thing that waits.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    /// Its number in this letter, from 1.
    pub no: u32,
    /// Its short reference, `S-7K2QM`.
    pub reference: String,
    /// Subject of the ask.
    pub subject: String,
    /// The requester's name; may be empty.
    pub who: String,
    /// The requester's address.
    pub address: String,
    /// Owner time so far.
    pub waited: SignedDuration,
    /// Wall-clock time since the ask arrived.
    pub requester_wait: SignedDuration,
    /// Working time past the due time, if it is past.
    pub overdue: Option<SignedDuration>,
    /// When the promise ends.
    pub due_at: Timestamp,
    /// How often it was asked.
    pub asks: u32,
    /// A quoted line, where the owner wants one.
    pub snippet: Option<String>,
    /// Why it is thought to wait.
    pub clues: Vec<Clue>,
    /// What the owner has said to it so far.
    pub said: SaidView,
}

/// What an owner has said to a request that still waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SaidView {
    /// Nothing that is known.
    Nothing,
    /// That they will do it, until then.
    Promised(Timestamp),
    /// Perhaps an answer, then.
    Perhaps(Timestamp),
}

/// One answer that the owner waits for.
#[derive(Clone, Debug, Serialize)]
pub struct AwaitedView {
    /// Its number in this letter.
    pub no: u32,
    /// Its short reference, `W-7K2QM`.
    pub reference: String,
    /// Subject of what the owner asked.
    pub subject: String,
    /// Whom they asked: the first one's name; may be empty.
    pub who: String,
    /// The address of that one.
    pub address: String,
    /// How many were asked besides.
    pub more: usize,
    /// When it was asked first.
    pub asked_at: Timestamp,
    /// When it was asked last.
    pub last_asked_at: Timestamp,
    /// How often it was asked.
    pub asks: u32,
    /// For when it was promised.
    pub promised_until: Option<Timestamp>,
}

/// In `observe` mode: the nudge that would have been sent.
#[derive(Clone, Debug, Serialize)]
pub struct PreviewView {
    /// That nudge; without items where nothing would have been sent.
    pub nudge: NudgeView,
}

/// Told once: what is watched and how to stop it.
#[derive(Clone, Debug, Serialize)]
pub struct WelcomeView {
    /// As in a nudge.
    pub owner_name: String,
    /// As in a nudge.
    pub greeting: String,
    /// As in a nudge.
    pub you: String,
    /// Language of the letter.
    pub language: Language,
    /// Now, in the owner's zone.
    pub now: Zoned,
    /// How much is sent at present.
    pub mode: Mode,
    /// The owner's addresses.
    pub addresses: Vec<String>,
    /// The folders that are read.
    pub mailboxes: Vec<String>,
    /// Whether a quoted line of a mail is kept.
    pub snippets: bool,
    /// Whether senders are answered automatically during an absence.
    pub answers: bool,
    /// Who reads the report of their team, and what it tells; `None`: nobody does.
    pub report: Option<(Readers, Level)>,
}

impl NudgeView {
    pub(crate) fn context(&self) -> Value {
        let late = self.items.iter().filter(|item| item.overdue.is_some()).count();
        let mut people: Vec<&str> = self.items.iter().map(|item| item.address.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let shown: Vec<Value> =
            self.items.iter().take(SHOWN).map(|item| item.context(self)).collect();
        let awaited: Vec<Value> =
            self.awaited.iter().take(SHOWN).map(|one| one.context(self)).collect();
        let no = self.items.first().map(|item| item.no);
        let no = no.or_else(|| self.awaited.first().map(|one| one.no));
        context! {
            language => self.language.word(),
            salutation => greeting(self.language, &self.now, &self.greeting, &self.owner_name),
            you => you(&self.you),
            n => self.items.len(),
            late => late,
            people => people.len(),
            people_in_words => durations::number(people.len(), self.language),
            all => self.items.len() + self.awaited.len(),
            first => no.unwrap_or(1),
            more => self.items.len().saturating_sub(SHOWN),
            away => self.away.as_ref().map(|away| away.context(self.language)),
            items => shown,
            awaited => awaited,
        }
    }
}

impl ItemView {
    fn context(&self, nudge: &NudgeView) -> Value {
        let to = nudge.language;
        let now = &nudge.now;
        let arrived_at = now.timestamp().checked_sub(self.requester_wait).unwrap_or(self.due_at);
        let span = |span| durations::working_time(span, nudge.working_day, to);
        let due_today = self.due_at.to_zoned(now.time_zone().clone()).date() == now.date();
        let urgency = match self.overdue {
            Some(_) => "late",
            None if due_today => "today",
            None => "later",
        };
        let (who, address) = (clean(&self.who, NAME), clean(&self.address, NAME));
        context! {
            no => self.no,
            reference => clean(&self.reference, 12),
            subject => subject(&self.subject, to),
            who => if who.is_empty() || who == address { "".to_owned() } else { who },
            address => address,
            arrived => dates::moment(arrived_at, now, to),
            waited => span(self.waited),
            overdue => self.overdue.map(span),
            due => dates::moment(self.due_at, now, to),
            urgency => urgency,
            snippet => self.snippet.as_deref().map(|s| clean(s, SNIPPET)).filter(|s| !s.is_empty()),
            why => self.why(nudge).join(" · "),
        }
    }

    fn why(&self, nudge: &NudgeView) -> Vec<String> {
        let (now, you, to) = (&nudge.now, you(&nudge.you), nudge.language);
        let mut why = reasons(&self.clues, self.asks, you, to);
        why.push(match (self.said, to) {
            (SaidView::Nothing, Language::Id) => "belum ada balasan di folder Terkirim".to_owned(),
            (SaidView::Nothing, Language::En) => "no reply found in Sent".to_owned(),
            (SaidView::Promised(until), Language::Id) => {
                format!("{you} menjanjikannya untuk {}", promised_day(until, now, to))
            }
            (SaidView::Promised(until), Language::En) => {
                format!("you promised it for {}", promised_day(until, now, to))
            }
            (SaidView::Perhaps(at), Language::Id) => {
                format!("mungkin sudah dijawab {}", dates::moment(at, now, to))
            }
            (SaidView::Perhaps(at), Language::En) => {
                format!("perhaps answered {}", dates::moment(at, now, to))
            }
        });
        why
    }
}

/// Promised for a day, it ends with that day.
fn promised_day(until: Timestamp, now: &Zoned, to: Language) -> String {
    let last = until.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(until);
    dates::date(last.to_zoned(now.time_zone().clone()).date(), to)
}

impl AwaitedView {
    fn context(&self, nudge: &NudgeView) -> Value {
        let (now, to) = (&nudge.now, nudge.language);
        let (who, address) = (clean(&self.who, NAME), clean(&self.address, NAME));
        context! {
            no => self.no,
            reference => clean(&self.reference, 12),
            subject => subject(&self.subject, to),
            who => if who == address { "".to_owned() } else { who },
            address => address,
            more => self.more,
            asked => dates::moment(self.asked_at, now, to),
            asks => self.asks,
            last => dates::moment(self.last_asked_at, now, to),
            promised => self.promised_until.map(|until| promised_day(until, now, to)),
        }
    }
}

impl WelcomeView {
    pub(crate) fn context(&self) -> Value {
        let list = |words: &[String]| -> Vec<String> {
            words.iter().take(SHOWN).map(|word| clean(word, NAME)).collect()
        };
        context! {
            language => self.language.word(),
            salutation => greeting(self.language, &self.now, &self.greeting, &self.owner_name),
            you => you(&self.you),
            mode => self.mode.word(),
            addresses => list(&self.addresses).join(", "),
            mailboxes => list(&self.mailboxes).join(", "),
            snippets => self.snippets,
            answers => self.answers,
            report => self.report.as_ref().map(|(readers, level)| context! {
                readers => readers.word(),
                level => level.word(),
                agreement => match level {
                    Level::Named { agreement } => clean(agreement, NAME),
                    Level::Aggregate | Level::Threads => String::new(),
                },
            }),
            days => dates::soon(&self.now, self.language),
        }
    }
}

impl AwayView {
    fn context(&self, to: Language) -> Value {
        context! {
            from => dates::date(self.from, to),
            until => dates::date(self.until, to),
            one_day => self.from == self.until,
            stand_in => clean(&self.stand_in, NAME),
        }
    }
}

pub(in crate::mail) fn subject(subject: &str, to: Language) -> String {
    let subject = clean(subject, SUBJECT);
    match (subject.is_empty(), to) {
        (false, _) => subject,
        (true, Language::Id) => "(tanpa subjek)".to_owned(),
        (true, Language::En) => "(no subject)".to_owned(),
    }
}
