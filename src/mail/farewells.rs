//! What the letters around an absence say, before it is words.
//!
//! Each holds a reminder's view for whom it is to and for what it lists, so that a thing that waits
//! looks and is answered as in any other letter. Next station: `mail/wording`.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use minijinja::{Value, context};
use serde::Serialize;

use crate::mail::plain::clean;
use crate::mail::views::NudgeView;
use crate::mail::{dates, durations};
use crate::model::verdict::Language;

/// Characters of a name.
const NAME: usize = 80;

/// Before an absence: what is open, who stands in.
#[derive(Clone, Debug, Serialize)]
pub struct LeavingView {
    /// To whom, and what is open.
    pub nudge: NudgeView,
    /// How much is open altogether.
    pub open: usize,
    /// The first day away.
    pub from: Date,
    /// The last one, included.
    pub until: Date,
    /// Who stands in on which days; nobody may.
    pub cover: Vec<PresenceView>,
    /// Who would, and is away too.
    pub absent: Vec<PresenceView>,
    /// What senders receive, if anything.
    pub sample: Option<String>,
    /// Whether somebody could be named.
    pub may_name: bool,
    /// Whether what is urgent goes to whoever stands in.
    pub hands_over: bool,
}

/// One person on some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PresenceView {
    /// Their name, or their address; empty: nobody.
    pub name: String,
    /// The first day.
    pub from: Date,
    /// The last one, included.
    pub until: Date,
}

impl LeavingView {
    pub(crate) fn context(&self) -> Value {
        let to = self.nudge.language;
        let people = |list: &[PresenceView]| -> Vec<Value> {
            let told = |one: &PresenceView| {
                context! { name => clean(&one.name, NAME), days => days(one.from, one.until, to) }
            };
            list.iter().map(told).collect()
        };
        let lines = |text: &String| text.lines().map(str::to_owned).collect::<Vec<_>>();
        context! {
            n => self.open,
            days => days(self.from, self.until, to),
            cover => people(&self.cover),
            absent => people(&self.absent),
            uncovered => self.cover.iter().any(|one| one.name.is_empty()),
            others => self.open.saturating_sub(self.nudge.items.len()),
            sample => self.sample.as_ref().map(lines),
            may_name => self.may_name,
            hands_over => self.hands_over,
            ..self.nudge.context()
        }
    }
}

/// After an absence: what happened, what waits, what to do first.
#[derive(Clone, Debug, Serialize)]
pub struct DigestView {
    /// To whom, and what to do first.
    pub nudge: NudgeView,
    /// The first day away.
    pub from: Date,
    /// The last one, included.
    pub until: Date,
    /// How many senders were answered automatically.
    pub answered: u32,
    /// What others were given meanwhile.
    pub handed: Vec<HandedView>,
    /// How much colleagues answered meanwhile, beside what they were given.
    pub by_others: u32,
    /// How much waits for the owner now.
    pub waiting: usize,
    /// No reminder of it comes before.
    pub grace_ends: Timestamp,
}

/// Urgent mail that one person was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HandedView {
    /// Their name, or their address.
    pub to: String,
    /// How much it was.
    pub count: u32,
    /// The working time after which each of what is answered was; in any order.
    pub took: Vec<SignedDuration>,
}

impl DigestView {
    pub(crate) fn context(&self) -> Value {
        let (to, now) = (self.nudge.language, &self.nudge.now);
        let spoken = |span: Option<&SignedDuration>| {
            span.map(|span| durations::working_time(*span, self.nudge.working_day, to))
        };
        let handed = self.handed.iter().map(|one| {
            context! {
                to => clean(&one.to, NAME),
                count => one.count,
                answered => one.took.len(),
                fastest => spoken(one.took.iter().min()),
                slowest => spoken(one.took.iter().max()),
            }
        });
        context! {
            days => days(self.from, self.until, to),
            range => dates::range(self.from, self.until, to),
            answered => self.answered,
            handed => handed.collect::<Vec<_>>(),
            by_others => self.by_others,
            waiting => self.waiting,
            others => self.waiting.saturating_sub(self.nudge.items.len()),
            grace => dates::moment(self.grace_ends, now, to),
            ..self.nudge.context()
        }
    }
}

/// `from Tuesday 24 November 2026 until Thursday 26 November 2026`, `on …` for a single day.
pub(in crate::mail) fn days(from: Date, until: Date, to: Language) -> String {
    let (first, last) = (dates::date(from, to), dates::date(until, to));
    match (from == until, to) {
        (true, Language::Id) => format!("pada {first}"),
        (true, Language::En) => format!("on {first}"),
        (false, Language::Id) => format!("dari {first} sampai dengan {last}"),
        (false, Language::En) => format!("from {first} until {last}"),
    }
}
