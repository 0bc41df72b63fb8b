//! What a letter says that asks whether entries of the owner's calendar are absences: when each is,
//! and never its title. Next station: `mail/wording`.

use jiff::{SignedDuration, Zoned};
use minijinja::{Value, context};
use serde::Serialize;

use crate::mail::dates;
use crate::mail::salutation::{greeting, you};
use crate::model::away::Reason;
use crate::model::verdict::Language;

/// Asks whether some entries are absences.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionView {
    /// The owner's full name.
    pub owner_name: String,
    /// How the owner is greeted; empty: chosen by language.
    pub greeting: String,
    /// How the owner is addressed in Indonesian; empty: `Bapak/Ibu`.
    pub you: String,
    /// Language of the letter.
    pub language: Language,
    /// Now, in the owner's zone.
    pub now: Zoned,
    /// What is asked about, in the order of its numbers.
    pub entries: Vec<EntryView>,
}

/// One entry, in the owner's zone.
#[derive(Clone, Debug, Serialize)]
pub struct EntryView {
    /// Its number in the letter, from 1.
    pub no: u32,
    /// From then on.
    pub from: Zoned,
    /// Until then, excluded.
    pub until: Zoned,
    /// Why, as far as it may be said.
    pub reason: Reason,
}

impl QuestionView {
    pub(crate) fn context(&self) -> Value {
        let entries: Vec<Value> = self.entries.iter().map(|entry| entry.context(self)).collect();
        context! {
            language => self.language.word(),
            salutation => greeting(self.language, &self.now, &self.greeting, &self.owner_name),
            you => you(&self.you),
            n => self.entries.len(),
            entries => entries,
        }
    }
}

impl EntryView {
    fn context(&self, letter: &QuestionView) -> Value {
        let to = letter.language;
        let whole = dates::ends_with_a_day(&self.from) && dates::ends_with_a_day(&self.until);
        let last = self.until.saturating_sub(SignedDuration::from_secs(1)).date();
        let (from, until) = match whole {
            true => (dates::date(self.from.date(), to), dates::date(last, to)),
            false => {
                let moment = |at: &Zoned| dates::dated(at.timestamp(), &letter.now, to);
                (moment(&self.from), moment(&self.until))
            }
        };
        context! {
            no => self.no,
            one_day => whole && self.from.date() == last,
            from => from,
            until => until,
            reason => self.reason.word(),
        }
    }
}
