//! The letter about a command that was not carried out, or about the commands that there are.
//!
//! Why a command is not carried out is found by `mail/command` and by whoever carries it out. Next
//! station: `mail/wording`.

use jiff::Zoned;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use crate::mail::command::Mistake;
use crate::mail::dates;
use crate::mail::plain::clean;
use crate::mail::salutation::{greeting, you};
use crate::mail::when::Unclear;
use crate::model::verdict::Language;

/// Characters of a name, and of a person with an address.
const NAME: usize = 80;
const ADDRESS: usize = 254;

/// What was not understood in a command.
#[derive(Clone, Debug, Serialize)]
pub struct MistakeView {
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
    /// The line that was read.
    pub said: String,
    /// What is to be said about it.
    pub why: MistakeReason,
    /// Which commands are theirs to whom it goes.
    pub whose: Whose,
}

/// To whom a letter about a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Whose {
    /// An owner, about a letter of theirs.
    Owner,
    /// A delegate who is no owner.
    StandIn,
    /// A reader of reports, about one.
    Reader,
}

/// Why a command is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MistakeReason {
    /// `HELP` was asked for: no mistake at all.
    Help,
    /// It was not carried out.
    Mistake(Mistake),
}

impl MistakeView {
    pub(crate) fn context(&self) -> Value {
        let readings = match &self.why {
            MistakeReason::Mistake(
                Mistake::Time(Unclear::Ambiguous(a, b)) | Mistake::Days(Unclear::Ambiguous(a, b)),
            ) => [a.typed(self.language), b.typed(self.language)],
            MistakeReason::Mistake(_) | MistakeReason::Help => ["".to_owned(), "".to_owned()],
        };
        let word = match &self.why {
            MistakeReason::Mistake(Mistake::Unavailable(verb)) => clean(verb, NAME),
            MistakeReason::Mistake(Mistake::NoSuchItem(no)) => no.to_string(),
            MistakeReason::Mistake(
                Mistake::NoSuchDelegate(right) | Mistake::WhichDelegate(right),
            ) => right.iter().map(|name| clean(name, ADDRESS)).collect::<Vec<_>>().join(", "),
            MistakeReason::Mistake(_) | MistakeReason::Help => "".to_owned(),
        };
        let [a, b] = readings;
        context! {
            language => self.language.word(),
            salutation => greeting(self.language, &self.now, &self.greeting, &self.owner_name),
            you => you(&self.you),
            said => clean(&self.said, NAME),
            why => mistake_word(&self.why),
            stands_in => self.whose == Whose::StandIn,
            reads => self.whose == Whose::Reader,
            a => a,
            b => b,
            word => word,
            days => dates::soon(&self.now, self.language),
        }
    }
}

fn mistake_word(why: &MistakeReason) -> &'static str {
    let MistakeReason::Mistake(mistake) = why else { return "help" };
    match mistake {
        Mistake::Unknown => "unknown",
        Mistake::Unavailable(_) => "unavailable",
        Mistake::Extra => "extra",
        Mistake::Time(Unclear::Missing) => "time_missing",
        Mistake::Time(Unclear::Ambiguous(_, _)) => "ambiguous",
        Mistake::Time(Unclear::Unknown) => "time_unknown",
        Mistake::Time(Unclear::Past) => "time_past",
        Mistake::Time(Unclear::TooFar) => "time_too_far",
        Mistake::NoSuchItem(_) => "no_such_item",
        Mistake::WhichItem => "which_item",
        Mistake::NothingToUndo => "nothing_to_undo",
        Mistake::CannotUndo => "cannot_undo",
        Mistake::Days(Unclear::Missing) => "days_missing",
        Mistake::Days(Unclear::Ambiguous(_, _)) => "ambiguous",
        Mistake::Days(Unclear::Unknown) => "days_unknown",
        Mistake::Days(Unclear::Past) => "days_past",
        Mistake::Days(Unclear::TooFar) => "days_too_far",
        Mistake::Backwards => "backwards",
        Mistake::NoSuchDelegate(_) => "no_such_delegate",
        Mistake::WhichDelegate(_) => "which_delegate",
        Mistake::NotHere => "not_here",
        Mistake::NotYours => "not_yours",
        Mistake::Outdated => "outdated",
    }
}
