//! What is said when an obligation changes hands, before it is words: to the delegate who is asked,
//! and to the requester who hears who has taken it.
//!
//! Nothing is offered that does not work: the commands only where the answer will be read, the next
//! one only where there is one. Next station: `mail/wording`.

use jiff::{SignedDuration, Timestamp, Zoned};
use minijinja::{Value, context};

use crate::mail::plain::clean;
use crate::mail::replies::{StandIn, Tongue, listed};
use crate::mail::{dates, durations, salutation};
use crate::model::handover::Cause;
use crate::model::verdict::Language;

/// Characters of a subject, a name, an address.
const SUBJECT: usize = 140;
const NAME: usize = 80;
const ADDRESS: usize = 254;

/// What became of the email that is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Original {
    /// It is attached.
    Attached,
    /// It is too large to be attached.
    TooLarge,
    /// Its sender calls it confidential.
    Confidential,
    /// It is no longer where it was.
    Gone,
}

/// Asks a delegate to answer for somebody who is away.
#[derive(Clone, Debug)]
pub struct HandoverView {
    /// The delegate's full name; may be empty.
    pub delegate_name: String,
    /// How the delegate is greeted; empty: chosen by language.
    pub greeting: String,
    /// How the delegate is addressed in Indonesian; empty: `Bapak/Ibu`.
    pub you: String,
    /// Language of the letter.
    pub language: Language,
    /// Now, in the delegate's zone.
    pub now: Zoned,
    /// Who is away.
    pub owner_name: String,
    /// End of the absence, excluded, in the owner's zone.
    pub until: Zoned,
    /// The requester's name as they write it; may be empty.
    pub requester_name: String,
    /// Where they are written to.
    pub requester: String,
    /// Subject of the ask.
    pub subject: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// When the promise ends; `None`: not within ten years.
    pub due_at: Option<Timestamp>,
    /// Why it is handed over.
    pub cause: Cause,
    /// Who is asked next; empty: nobody.
    pub next: String,
    /// How much of the delegate's working time they have to say something.
    pub answer_within: SignedDuration,
    /// Whether an answer to this letter is read.
    pub heard: bool,
    /// Where a copy of what they answer is seen, as their own mail is not watched; empty: it is.
    pub copy_to: String,
    /// The email that is to be answered.
    pub original: Original,
    /// Its short reference.
    pub reference: String,
}

impl HandoverView {
    pub(crate) fn context(&self) -> Value {
        let to = self.language;
        let who = clean(&self.requester_name, NAME);
        let requester = clean(&self.requester, ADDRESS);
        let due = self.due_at.map(|due| dates::moment(due, &self.now, to));
        let late = self.due_at.is_some_and(|due| due <= self.now.timestamp());
        let subject = clean(&self.subject, SUBJECT);
        let without = match to {
            Language::Id => "tanpa perihal",
            Language::En => "no subject",
        };
        context! {
            language => to.word(),
            salutation => salutation::greeting(to, &self.now, &self.greeting, &self.delegate_name),
            you => salutation::you(&self.you),
            owner_name => clean(&self.owner_name, NAME),
            until => dates::end(&self.until, to),
            who => if who == requester { String::new() } else { who },
            requester => requester,
            subject => if subject.is_empty() { without.to_owned() } else { subject },
            received => dates::moment(self.received_at, &self.now, to),
            due => due,
            late => late,
            urgent => self.cause != Cause::Cover,
            why => why(self.cause, to),
            next => clean(&self.next, NAME),
            answer_within => durations::working_time(self.answer_within, SignedDuration::ZERO, to),
            heard => self.heard,
            copy_to => clean(&self.copy_to, ADDRESS),
            original => match self.original {
                Original::Attached => "attached",
                Original::TooLarge => "too_large",
                Original::Confidential => "confidential",
                Original::Gone => "gone",
            },
            reference => clean(&self.reference, 12),
        }
    }
}

/// Why something is handed over, in words.
pub fn why(cause: Cause, to: Language) -> &'static str {
    match (cause, to) {
        (Cause::Called, Language::Id) => "pengirim membalas pemberitahuan dengan kata MENDESAK",
        (Cause::Called, Language::En) => "the sender answered the absence notice with URGENT",
        (Cause::Tier, Language::Id) => "pengirim termasuk kelompok yang selalu didahulukan",
        (Cause::Tier, Language::En) => "the sender is one of those who never have to wait",
        (Cause::Words, Language::Id) => "disebut mendesak oleh pengirim",
        (Cause::Words, Language::En) => "the sender calls it urgent",
        (Cause::Chased, Language::Id) => "pengirim sudah bertanya lebih dari satu kali",
        (Cause::Chased, Language::En) => "the sender has asked more than once",
        (Cause::Cover, Language::Id) => "batas tanggapannya sudah dekat",
        (Cause::Cover, Language::En) => "an answer is due soon",
    }
}

/// Tells a requester who has taken their request over.
#[derive(Clone, Debug)]
pub struct PassedView {
    /// In which language.
    pub tongue: Tongue,
    /// The requester's name as they write it; may be empty.
    pub requester: String,
    /// Who is away.
    pub owner_name: String,
    /// Where they work; may be empty.
    pub owner_org: String,
    /// End of the absence, excluded, in the owner's zone.
    pub until: Zoned,
    /// Subject of the ask; empty: not to be repeated.
    pub subject: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Who has taken it.
    pub delegate: StandIn,
    /// Now, in the owner's zone.
    pub now: Zoned,
    /// When the promise ends; `None`: nothing is said of it.
    pub due_at: Option<Timestamp>,
    /// Its short reference.
    pub reference: String,
}

impl PassedView {
    pub(crate) fn context(&self, to: Language) -> Value {
        let day = |at: Timestamp| dates::date(at.to_zoned(self.now.time_zone().clone()).date(), to);
        let org = clean(&self.owner_org, NAME);
        let owner_name = clean(&self.owner_name, NAME);
        context! {
            language => to.word(),
            both => self.tongue == Tongue::Both,
            salutation => salutation::opening(to, salutation::you(""), &self.requester),
            you => salutation::you(""),
            owner_name => owner_name.clone(),
            signed => if org.is_empty() { owner_name } else { org },
            until => dates::end(&self.until, to),
            subject => clean(&self.subject, SUBJECT),
            received => day(self.received_at),
            delegate => context! {
                name => clean(&self.delegate.name, NAME),
                name_and_role => listed(&[&self.delegate.name, &self.delegate.role]),
                email => clean(&self.delegate.email, ADDRESS),
                phone => clean(&self.delegate.phone, NAME),
            },
            due => self.due_at.map(|due| dates::dated(due, &self.now, to)),
            reference => clean(&self.reference, 12),
        }
    }
}
