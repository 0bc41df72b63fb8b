//! What an automatic reply says, before it is words: one view for all its forms.
//!
//! Of the message that is answered only the sender's name and the subject come in, both cleaned
//! and shortened here; the neutral form tells nothing of either side. Never decides whether a
//! reply may be sent, and how much may be said to whom: that is `rules/auto_replies`. Next
//! station: `mail/wording`.

use jiff::Zoned;
use jiff::civil::Date;
use minijinja::{Value, context};

use crate::mail::plain::clean;
use crate::mail::{dates, salutation};
use crate::model::away::Reason;
use crate::model::verdict::Language;

/// Characters of a subject that is repeated; where it is cut, `…` is the 120th.
const SUBJECT: usize = 119;
/// Of a name, a role, an organisation, an address.
const NAME: usize = 80;
const ADDRESS: usize = 254;
/// So many digits or hexadecimal digits together are a code, and to repeat it may confirm it.
const CODE: usize = 8;

/// How much is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Why, until when, and who stands in.
    Standard,
    /// The same in three sentences: to colleagues, or the second time.
    Short,
    /// Nobody is at the office.
    Closed(Holiday),
    /// To strangers: no name of ours, no date, nothing of what they wrote.
    Neutral,
}

/// Why the office is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Its name, as it follows `Sehubungan dengan` and `closed for`.
    pub name: String,
    /// Whether one wishes a pleasant day; not on days of mourning or quiet.
    pub festive: bool,
}

/// The language of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// The sender's.
    One(Language),
    /// The sender's is not known: Indonesian, then English.
    Both,
}

/// Who may be turned to meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Full name.
    pub name: String,
    /// What they are; may be empty.
    pub role: String,
    /// Where they are written to.
    pub email: String,
    /// Where they are called; may be empty.
    pub phone: String,
}

/// Tells somebody who has written that the owner is away.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplyView {
    /// How much is said.
    pub form: Form,
    /// In which language.
    pub tongue: Tongue,
    /// The sender's name as they write it; may be empty.
    pub requester: String,
    /// How the sender is addressed in Indonesian; empty: `Bapak/Ibu`.
    pub you: String,
    /// The subject that is answered, decoded; `None`: not to be repeated.
    pub subject: Option<String>,
    /// The owner's full name.
    pub owner_name: String,
    /// What the owner is; may be empty.
    pub owner_role: String,
    /// Where the owner works; may be empty.
    pub owner_org: String,
    /// Why the owner is away.
    pub reason: Reason,
    /// End of the absence, excluded, in the owner's zone.
    pub until: Zoned,
    /// The first working day back.
    pub back: Date,
    /// Who stands in.
    pub stand_in: Option<StandIn>,
    /// Whether one word on the first line of an answer brings it to who stands in.
    pub urgent_line: bool,
}

impl Form {
    /// The letter whose templates are filled in.
    pub(crate) fn letter(&self) -> &'static str {
        match self {
            Self::Standard => "away",
            Self::Short => "away_short",
            Self::Closed(_) => "away_closed",
            Self::Neutral => "away_neutral",
        }
    }
}

impl Tongue {
    /// In the order in which they stand in the letter.
    pub(crate) fn languages(self) -> Vec<Language> {
        match self {
            Self::One(language) => vec![language],
            Self::Both => vec![Language::Id, Language::En],
        }
    }
}

impl ReplyView {
    pub(crate) fn context(&self, to: Language) -> Value {
        let both = self.tongue == Tongue::Both;
        // Of two subjects the last one ends with what is answered.
        let subject = if both && to == Language::Id { String::new() } else { self.repeated() };
        let common = context! { language => to.word(), both => both };
        let festive = match &self.form {
            Form::Neutral => return common,
            Form::Closed(holiday) => holiday.festive,
            Form::Standard | Form::Short => false,
        };
        let you = clean(salutation::you(&self.you), NAME);
        let role_and_org = listed(&[&self.owner_role, &self.owner_org]);
        context! {
            subject => subject,
            salutation => salutation::opening(to, &you, &self.requester),
            you => you,
            phrase => phrase(self.reason, to),
            until => dates::end(&self.until, to),
            back => dates::date(self.back, to),
            // Back at work on the day named as the end: not said twice.
            same_day => !dates::ends_with_a_day(&self.until) && self.back == self.until.date(),
            stand_in => self.stand_in.as_ref().map(StandIn::context),
            urgent_line => self.urgent_line && self.stand_in.is_some(),
            holiday => self.holiday(),
            festive => festive,
            owner_name => clean(&self.owner_name, NAME),
            role_and_org => role_and_org,
            owner_org => clean(&self.owner_org, NAME),
            ..common
        }
    }

    /// The subject, where nothing in it could be a code that a robot waits for.
    fn repeated(&self) -> String {
        let subject = self.subject.as_deref().unwrap_or_default();
        let whole = clean(subject, usize::MAX);
        let digit = |c: char| c.is_ascii_hexdigit() || c.is_numeric();
        let runs = whole.split(|c| !digit(c));
        let has_code = runs.map(|run| run.chars().count()).any(|length| length >= CODE);
        if has_code { String::new() } else { clean(&whole, SUBJECT) }
    }

    fn holiday(&self) -> String {
        match &self.form {
            Form::Closed(holiday) => clean(&holiday.name, NAME),
            Form::Standard | Form::Short | Form::Neutral => String::new(),
        }
    }
}

fn phrase(why: Reason, to: Language) -> &'static str {
    match (why, to) {
        (Reason::Unsaid, Language::Id) => "sedang tidak berada di kantor",
        (Reason::Unsaid, Language::En) => "am out of the office",
        (Reason::Travel, Language::Id) => "sedang melaksanakan perjalanan dinas",
        (Reason::Travel, Language::En) => "am travelling for work",
        (Reason::Leave, Language::Id) => "sedang cuti",
        (Reason::Leave, Language::En) => "am on leave",
    }
}

impl StandIn {
    fn context(&self) -> Value {
        context! {
            name => clean(&self.name, NAME),
            name_and_role => listed(&[&self.name, &self.role]),
            email => clean(&self.email, ADDRESS),
            phone => clean(&self.phone, NAME),
        }
    }
}

/// What there is, with a comma between.
pub(crate) fn listed(words: &[&str]) -> String {
    let words = words.iter().map(|word| clean(word, NAME)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(", ")
}
