//! Messages as evidence: what was thought of one, by which clues, and what each message of a
//! conversation did: opened, asked again, answered, or nothing, and why it counts.
//!
//! It reads the record and judges nothing anew. The sentences are English and stand beside codes.

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::listing::{clue_word, rounded};
use crate::engine::office::Office;
use crate::mail::clues;
use crate::model::address::Address;
use crate::model::evidence::Evidence;
use crate::model::ids::{ConversationId, MessageId, ObligationId};
use crate::model::message::{Prefix, Role, Says};
use crate::model::obligation::{Closed, Ending, reference};
use crate::model::verdict::{Class, Language};
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::obligations;

/// Of a longer conversation the latest messages are told.
const MOST: u32 = 200;

/// What is known and thought of one message.
#[derive(Clone, Debug, Serialize)]
pub struct MessageTold {
    /// Its Message-ID.
    pub message_id: String,
    /// Who wrote it, as it says.
    pub from: Option<Address>,
    /// Their name, as it says.
    pub from_name: String,
    /// Its subject.
    pub subject: String,
    /// When it arrived: its clock.
    pub arrived_at: Timestamp,
    /// When it was first read here.
    pub seen_at: Timestamp,
    /// The folder's duty.
    pub place: Role,
    /// It was there before the mailbox was watched.
    pub backlog: bool,
    /// When a mail program's mark of an answer was first seen on it.
    pub answered_flag_at: Option<Timestamp>,
    /// The verdict.
    pub class: Class,
    /// Probability that a reply is owed.
    pub probability: f64,
    /// Why, heaviest first.
    pub clues: Vec<ClueTold>,
    /// What judged its words; null where it was judged without them.
    pub judged_by: Option<String>,
    /// Language of its words.
    pub language: Option<Language>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClueTold {
    /// The code.
    pub code: String,
    /// In words; "you" is the owner.
    pub words: String,
}

/// What a message did to what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It opened an obligation.
    Opened,
    /// It asked again.
    AskedAgain,
    /// It answered.
    Answered,
    /// It may have answered.
    PerhapsAnswered,
    /// The requester took back what they had asked.
    Withdrew,
    /// Nothing.
    None,
}

/// Which way a message went, seen from the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the owner.
    Received,
    /// From the owner, or from a colleague who answered.
    Sent,
}

/// One message in the course of a conversation.
#[derive(Clone, Debug, Serialize)]
pub struct TurnTold {
    /// Its Message-ID.
    pub message_id: String,
    /// When it arrived, or was put into Sent.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub from: Option<Address>,
    /// The verdict.
    pub class: Class,
    /// Probability that a reply is owed.
    pub probability: f64,
    /// What it did.
    pub effect: Effect,
    /// To which obligations.
    pub refs: Vec<String>,
    /// Why, in one sentence.
    pub words: String,
}

/// One message with its verdict.
pub fn message(stored: &Stored) -> MessageTold {
    let from = stored.message.from.as_ref();
    let clues = stored.verdict.clues.iter().map(|clue| ClueTold {
        code: clue_word(clue),
        words: clues::phrase(clue, "you", Language::En),
    });
    MessageTold {
        message_id: stored.message.key.0.clone(),
        from: from.map(|party| party.address.clone()),
        from_name: from.map_or(String::new(), |party| party.name.clone()),
        subject: stored.message.subject.clone(),
        arrived_at: stored.arrived_at,
        seen_at: stored.seen_at,
        place: stored.place,
        backlog: stored.backlog,
        answered_flag_at: stored.answered_at,
        class: stored.verdict.class,
        probability: rounded(stored.verdict.probability),
        clues: clues.collect(),
        judged_by: stored.wording.as_ref().map(|wording| wording.model.clone()),
        language: stored.wording.as_ref().and_then(|wording| wording.language),
    }
}

/// A conversation in its order, with colleagues' answers to what was asked in it.
pub fn timeline(
    c: &Connection,
    office: &Office,
    conversation: ConversationId,
) -> Result<Vec<TurnTold>, StoreError> {
    let mut spoken = messages::of_conversation(c, conversation, MOST)?;
    let mut answers: Vec<Answered> = Vec::new();
    for obligation in obligations::of_conversation(c, conversation)? {
        let Some(answer) = obligations::answer_of(c, obligation.id)? else { continue };
        let closed = obligation.closed.as_ref();
        let perhaps = obligation.perhaps.map(|perhaps| perhaps.evidence);
        let evidence = closed.and_then(|closed| closed.evidence).or(perhaps);
        let how = closed.map(|closed| closed.how);
        answers.push(Answered { message: answer, obligation: obligation.id, how, evidence });
        if !spoken.iter().any(|stored| stored.id == answer) {
            spoken.extend(messages::one(c, answer)?);
        }
    }
    spoken.sort_by_key(|stored| (stored.arrived_at, stored.place == Role::Sent, stored.id));
    spoken.iter().map(|stored| turn(c, office, stored, &answers)).collect()
}

/// What a message did to an obligation that it may have ended.
struct Answered {
    message: MessageId,
    obligation: ObligationId,
    /// `None`: it is still open.
    how: Option<Ending>,
    evidence: Option<Evidence>,
}

fn turn(
    c: &Connection,
    office: &Office,
    stored: &Stored,
    answers: &[Answered],
) -> Result<TurnTold, StoreError> {
    let answered: Vec<_> = answers.iter().filter(|one| one.message == stored.id).collect();
    let asked = match obligations::asked_by(c, stored.id)? {
        Some(id) => obligations::one(c, id)?,
        None => None,
    };
    let (effect, refs, words) = match (answered.first(), asked) {
        (Some(first), _) => {
            let refs = answered.iter().map(|one| reference(one.obligation)).collect();
            let (effect, words) = did(first, office, stored);
            (effect, refs, words)
        }
        (None, Some(asked)) => {
            let first = asked.asked_in == stored.id;
            let effect = if first { Effect::Opened } else { Effect::AskedAgain };
            (effect, vec![reference(asked.id)], asks_because(first, stored))
        }
        (None, None) => (Effect::None, Vec::new(), nothing_because(stored).to_owned()),
    };
    Ok(TurnTold {
        message_id: stored.message.key.0.clone(),
        at: stored.arrived_at,
        direction: match stored.place {
            Role::Inbox | Role::Answers => Direction::Received,
            Role::Sent => Direction::Sent,
        },
        from: stored.message.author().cloned(),
        class: stored.verdict.class,
        probability: rounded(stored.verdict.probability),
        effect,
        refs,
        words,
    })
}

fn did(answered: &Answered, office: &Office, stored: &Stored) -> (Effect, String) {
    let sentence = answered.evidence.map_or("", Evidence::sentence);
    match (answered.how, answered.evidence) {
        (None, _) => (Effect::PerhapsAnswered, format!("Perhaps it answers. {sentence}")),
        (Some(Ending::Withdrawn), _) => (Effect::Withdrew, sentence.to_owned()),
        (Some(how), evidence) => {
            let because = answers_because(&how, office, stored);
            match evidence {
                Some(Evidence::Colleague) | None => (Effect::Answered, because),
                Some(_) => (Effect::Answered, format!("{because} {sentence}")),
            }
        }
    }
}

fn answers_because(how: &Ending, office: &Office, stored: &Stored) -> String {
    let whose = office.owners.get(&stored.owner).and_then(|owner| owner.main_address());
    let whose = whose.map_or("a colleague".to_owned(), ToString::to_string);
    match how {
        Ending::AnsweredByColleague => format!(
            "It counts: it lies in the Sent folder of {whose}, a colleague or another addressee, \
             points to the ask and reaches the requester."
        ),
        Ending::AnsweredByHolder => format!(
            "It counts: it lies in the Sent folder of {whose}, who holds this now, and reaches \
             the requester."
        ),
        Ending::AnsweredByOwner
        | Ending::AnsweredByFlag
        | Ending::Done
        | Ending::NotARequest
        | Ending::Withdrawn => "It counts: it lies in the owner's Sent folder, a person wrote it, \
             and it reaches the requester."
            .to_owned(),
    }
}

fn asks_because(first: bool, stored: &Stored) -> String {
    let clues = stored.verdict.clues.iter().take(3);
    let why: Vec<String> = clues.map(|clue| clues::phrase(clue, "you", Language::En)).collect();
    let what = match (first, stored.verdict.asks()) {
        (true, true) => "It asks for a reply",
        (true, false) => "Not sure alone; of somebody to whom the owner writes it counts as asking",
        (false, true) => "It asks again",
        (false, false) => "Not sure alone; of somebody who still waits it counts as asking again",
    };
    format!("{what}: {}.", why.join(", "))
}

/// Why a message opened nothing and answered nothing.
pub fn nothing_because(stored: &Stored) -> &'static str {
    let marks = &stored.message.marks;
    let sent = stored.place == Role::Sent;
    if sent && marks.automatic.is_some() {
        return "Sent by a program in the owner's name: an automatic reply answers nothing.";
    }
    if sent && stored.message.prefix == Prefix::Forward {
        return "Passed on to somebody else: that is no answer to the requester.";
    }
    if sent && matches!(stored.message.says, Some(Says::Promises(_))) {
        return "It promises something until a day: the request is owed until it is kept.";
    }
    if !sent && stored.message.says == Some(Says::Withdraws) {
        return "It says that something is no longer needed; nothing was open that it could end.";
    }
    if matches!(stored.message.says, Some(Says::Away(_))) {
        return "A program's word that somebody is away: it moves the day on which their answer is \
                followed up.";
    }
    match stored.verdict.class {
        Class::Ask => "It asks, and what it asks is not owed by this owner any more.",
        Class::Unsure => "It might ask; too unsure to remind anybody of it.",
        Class::Information => "It tells something and asks nothing.",
        Class::Closer => "Thanks or a goodbye: nothing is owed.",
        Class::Automatic => "Written by a program: it neither opens nor answers anything.",
        Class::Bounce => "A report of the mail system: it neither opens nor answers anything.",
        Class::Calendar => "A calendar item: calendar programs answer those.",
        Class::Bulk => "Mass mail, or a mailing list that does not address the owner.",
        Class::Bystander => "The owner is not the one who is asked.",
        Class::Own => "Written by the owner; nothing was open that it could answer.",
        Class::OwnAsk => "Written by the owner, who asks somebody for an answer.",
        Class::Sigap => "A letter of Sigap itself.",
    }
}

/// How an obligation ended, and by what that is known.
pub fn ended(closed: &Closed) -> String {
    let how = match closed.how {
        Ending::AnsweredByOwner => "The owner's reply was found in Sent.",
        Ending::AnsweredByHolder => "The reply of whoever holds it was found in Sent.",
        Ending::AnsweredByColleague => "A colleague's reply was found in their Sent folder.",
        Ending::AnsweredByFlag => {
            "A mail program marked it as answered; the time is when that was first seen."
        }
        Ending::Done => "Whoever had it said that nothing more is to be done.",
        Ending::NotARequest => "The owner said that it was no request.",
        Ending::Withdrawn if closed.evidence == Some(Evidence::Requester) => {
            "The requester took it back. It is not counted."
        }
        Ending::Withdrawn => "What is known has changed: it was never owed. It is not counted.",
    };
    let by = match closed.evidence {
        None
        | Some(Evidence::Said | Evidence::Requester | Evidence::Mark | Evidence::Colleague) => "",
        Some(
            evidence @ (Evidence::Reference
            | Evidence::Conversation
            | Evidence::WithoutIds
            | Evidence::ReplySeen
            | Evidence::Elsewhere
            | Evidence::Copy),
        ) => evidence.sentence(),
    };
    format!("{how} {by}").trim_end().to_owned()
}
