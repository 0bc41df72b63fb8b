//! Acting: what an owner or a delegate says about their obligations, by answering a letter of ours
//! or on the command line, becomes corrections, snoozes and pauses.
//!
//! By mail it is believed only from the owner's own Sent folder, as an answer to a letter that went
//! to that owner or in a mail to themselves, each once: nobody else can say it, and saying it twice
//! changes nothing. Only mistakes are answered. Delegates who are no owners: `engine/outside`.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::engine::asking;
use crate::engine::hearing::{is_about_absences, is_leaving, understood};
use crate::engine::intake::{Answer, Place};
use crate::engine::ledger::Touched;
use crate::engine::office::Office;
use crate::engine::stationery::Slip;
use crate::engine::{awaiting, handing, leaving, wishing};
use crate::mail::command::{Command, Mistake, Numbers};
use crate::mail::mistakes::MistakeReason;
use crate::mail::when::When;
use crate::model::handover::HeardIn;
use crate::model::ids::{MessageId, ObligationId};
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::message::MessageKey;
use crate::model::owner::Owner;
use crate::store::corrections::{self, By, Undone, Word};
use crate::store::db::{Connection, StoreError};
use crate::store::letters::{self, Matter};
use crate::store::{messages, obligations};

/// `STOP` lasts until `BACK`.
const STOPPED: SignedDuration = SignedDuration::from_hours(24 * 365 * 50);
/// No snooze and no pause reaches further than this.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 365);
/// A list that was asked for has no more items.
const LISTED: usize = 50;

/// What is done to one obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing more to do.
    Done,
    /// This was no request.
    Not,
    /// Remind again then.
    Snooze(Timestamp),
}

/// What an answer led to.
#[derive(Debug, Default)]
pub struct Heard {
    /// Letters to queue: what was not understood, or the list that was asked for.
    pub drafts: Vec<Draft>,
    /// Absences may be others than before.
    pub absences: bool,
    /// One line for the journal.
    pub words: String,
}

/// Does one deed. Nothing happens to an obligation that is closed already, except `Not`.
pub fn act(
    c: &Connection,
    id: ObligationId,
    deed: Deed,
    via: &str,
    now: Timestamp,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let asks = obligations::asks(c, id)?;
    act_on(c, (None, id), &asks, deed, via, now, touched)
}

/// The same about some of its asks: those that had arrived when it was said; by its owner, or by
/// whoever holds it.
pub(crate) fn act_on(
    c: &Connection,
    (by, id): (Option<By<'_>>, ObligationId),
    asks: &[MessageId],
    deed: Deed,
    via: &str,
    now: Timestamp,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let Some(obligation) = obligations::one(c, id)? else { return Ok(()) };
    let word = match deed {
        Deed::Done if obligation.closed.is_some() => return Ok(()),
        Deed::Done => Word::Done,
        Deed::Not => Word::Not,
        Deed::Snooze(until) => {
            obligations::snooze(c, id, Some(until))?;
            Word::Snooze(until)
        }
    };
    corrections::correct(c, by.unwrap_or((obligation.owner, None)), asks, word, via, now)?;
    touched.insert((obligation.owner, obligation.conversation));
    Ok(())
}

/// Takes back what somebody said last.
pub fn undo(
    c: &Connection,
    by: By<'_>,
    now: Timestamp,
    touched: &mut Touched,
) -> Result<Undone, StoreError> {
    let undone = corrections::undo(c, by, now)?;
    let Undone::Taken(back) = &undone else { return Ok(undone) };
    for message in back {
        if let Some(stored) = messages::one(c, *message)? {
            touched.insert((stored.owner, stored.conversation));
        }
    }
    Ok(undone)
}

/// Hears an answer to a letter of ours, or what an owner wrote to themselves, once.
pub fn hear(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    answer: &Answer,
    now: Timestamp,
    touched: &mut Touched,
) -> Result<Heard, StoreError> {
    let letter = match &answer.place {
        Place::Note => None,
        Place::Answer(letters) => match answered_letter(c, owner, letters)? {
            Some(letter) => Some(letter),
            None => return Ok(Heard::default()),
        },
    };
    let said_at = answer.at.min(now);
    let local = said_at.to_zoned(owner.calendar.zone().clone());
    let read = understood(letter.as_ref(), &answer.words, &local);
    let of_report = letter.as_ref().filter(|letter| letter.draft.audience == Audience::Lead);
    if let Some(report) = of_report
        && !wishing::is_about_own(c, owner, &read, (&answer.key, said_at))?
    {
        let said = wishing::Said { key: &answer.key, words: &answer.words, at: said_at };
        return wishing::hear(c, office, report, said, now);
    }
    let words = match &read {
        None => "nothing asked".to_owned(),
        Some(Err(misread)) => format!("something not understood ({:?})", misread.why),
        Some(Ok(command)) => serde_json::to_string(command).unwrap_or_default(),
    };
    if !corrections::hear(c, owner.id, &answer.key, &words, now)? {
        return Ok(Heard::default());
    }
    let first_line: String = answer.words.lines().next().unwrap_or("").chars().take(80).collect();
    let mut drafts = Vec::new();
    let absences = matches!(&read, Some(Ok(said)) if is_about_absences(said));
    match read {
        None => {}
        Some(Err(misread)) => {
            let why = MistakeReason::Mistake(misread.why);
            drafts.extend(slip_letter(owner, answer, misread.said, why, now));
        }
        Some(Ok(Command::Help)) => {
            drafts.extend(slip_letter(owner, answer, first_line, MistakeReason::Help, now));
        }
        Some(Ok(command)) => {
            let spoken = Spoken { office, owner, letter: letter.as_ref(), answer, said_at };
            match carry_out(c, &spoken, &command, touched)? {
                Ok(more) => drafts.extend(more),
                Err(why) => {
                    let why = MistakeReason::Mistake(why);
                    drafts.extend(slip_letter(owner, answer, first_line, why, now));
                }
            }
        }
    }
    Ok(Heard { drafts, absences, words: format!("{} said {words}", owner.name) })
}

struct Spoken<'a> {
    office: &'a Office,
    owner: &'a Owner,
    /// `None`: it was said in a mail to oneself.
    letter: Option<&'a Letter>,
    answer: &'a Answer,
    said_at: Timestamp,
}

fn carry_out(
    c: &Connection,
    spoken: &Spoken<'_>,
    command: &Command,
    touched: &mut Touched,
) -> Result<Result<Vec<Draft>, Mistake>, StoreError> {
    let (owner, at, via) = (spoken.owner, spoken.said_at, &spoken.answer.key.0);
    let (numbers, deed) = match command {
        Command::Done(numbers) => (numbers, Deed::Done),
        Command::Not(numbers) => (numbers, Deed::Not),
        Command::Snooze(numbers, when) => (numbers, Deed::Snooze(moment(owner, when, at))),
        Command::Pause(when) => return pause(c, spoken, Some(moment(owner, when, at))),
        Command::Stop => return pause(c, spoken, at.checked_add(STOPPED).ok()),
        Command::Away(absence) => {
            let left = leaving::leave(c, spoken.office, owner, absence, via, at)?;
            return Ok(left.map(|()| Vec::new()));
        }
        Command::Back => {
            leaving::come_back(c, owner, via, at)?;
            return pause(c, spoken, None);
        }
        Command::Undo => {
            return Ok(match wishing::undo(c, owner, (&spoken.answer.key, at), touched)? {
                Undone::Taken(_) => Ok(Vec::new()),
                Undone::Nothing => Err(Mistake::NothingToUndo),
                Undone::Changed => Err(Mistake::CannotUndo),
            });
        }
        Command::Accept => return handed(c, spoken, handing::Word::Accept, touched),
        Command::Decline => return handed(c, spoken, handing::Word::Decline, touched),
        Command::NotUrgent => return handed(c, spoken, handing::Word::NotUrgent, touched),
        Command::List => return Ok(Ok(list_letter(c, owner, &spoken.answer.key, at)?)),
        Command::Help => return Ok(Ok(Vec::new())),
        Command::Report => {
            wishing::ask_for_own(c, owner, &spoken.answer.key, at)?;
            return Ok(Ok(Vec::new()));
        }
        Command::Agree(_) if is_leaving(spoken.letter) => return Ok(Ok(Vec::new())),
        Command::Agree(numbers) | Command::Refuse(numbers) => {
            let yes = matches!(command, Command::Agree(_));
            let heard = asking::answered(c, owner, spoken.letter, numbers, yes, at)?;
            return Ok(heard.map(|()| Vec::new()));
        }
        Command::Cancel | Command::Cover(_) => {
            let (office, letter) = (spoken.office, spoken.letter);
            let done = leaving::answer(c, office, owner, (letter, command), (via, at))?;
            return Ok(done.map(|()| Vec::new()));
        }
    };
    let handed = spoken.letter.is_some_and(|letter| letter.draft.kind == Kind::Handover);
    if handed && deed != Deed::Done {
        return Ok(Err(Mistake::NotHere));
    }
    let found = match items(c, spoken, numbers)? {
        Ok(found) => found,
        Err(mistake) => return Ok(Err(mistake)),
    };
    act_on_all(c, spoken, found, deed, touched)?;
    Ok(Ok(Vec::new()))
}

/// Does one deed to all that was named.
fn act_on_all(
    c: &Connection,
    spoken: &Spoken<'_>,
    matters: BTreeSet<Matter>,
    deed: Deed,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let (owner, at, via) = (spoken.owner, spoken.said_at, &spoken.answer.key.0);
    for matter in matters {
        match matter {
            Matter::Owed(id) => {
                let asks = obligations::asks_until(c, id, at)?;
                act_on(c, (Some((owner.id, None)), id), &asks, deed, via, at, touched)?;
            }
            Matter::Awaited(asked_in) => {
                let one = awaiting::awaited_in(c, spoken.office, owner, asked_in)?;
                if let Some(one) = one {
                    awaiting::act(c, spoken.office, owner, (&one, deed), via, at, touched)?;
                }
            }
        }
    }
    Ok(())
}

/// What a delegate answers when they are asked.
fn handed(
    c: &Connection,
    spoken: &Spoken<'_>,
    word: handing::Word,
    touched: &mut Touched,
) -> Result<Result<Vec<Draft>, Mistake>, StoreError> {
    let letter = spoken.letter.filter(|letter| letter.draft.kind == Kind::Handover);
    let Some(letter) = letter else { return Ok(Err(Mistake::NotHere)) };
    let said = (word, HeardIn::Sent);
    let heard = handing::hear(c, spoken.office, letter, said, spoken.said_at)?;
    Ok(heard.map(|(obligation, draft)| {
        touched.insert((obligation.owner, obligation.conversation));
        draft.into_iter().collect()
    }))
}

fn pause(
    c: &Connection,
    spoken: &Spoken<'_>,
    until: Option<Timestamp>,
) -> Result<Result<Vec<Draft>, Mistake>, StoreError> {
    corrections::pause(c, spoken.owner.id, until, &spoken.answer.key.0, spoken.said_at)?;
    Ok(Ok(Vec::new()))
}

/// What stands at the numbers of *that* letter; one unknown number and nothing is done.
fn items(
    c: &Connection,
    spoken: &Spoken<'_>,
    numbers: &Numbers,
) -> Result<Result<BTreeSet<Matter>, Mistake>, StoreError> {
    let Some(letter) = spoken.letter else { return Ok(Err(Mistake::WhichItem)) };
    // Of what is handed over only whoever still has it can say something.
    if letter.draft.kind == Kind::Handover {
        let held = handing::held(c, letter, HeardIn::Sent)?;
        return Ok(held.map(|id| BTreeSet::from([Matter::Owed(id)])).ok_or(Mistake::NotYours));
    }
    let by_number = letters::meant(c, letter.id)?;
    let found = match numbers {
        Numbers::Unsaid if by_number.len() != 1 => Err(Mistake::WhichItem),
        Numbers::Unsaid | Numbers::All => Ok(by_number.values().copied().collect()),
        Numbers::These(wanted) => wanted
            .iter()
            .map(|no| by_number.get(no).copied().ok_or(Mistake::NoSuchItem(*no)))
            .collect(),
    };
    Ok(found)
}

/// The nearest letter pointed to that went to this owner. One that was never claimed is answered
/// only where an older copy of the database was put back: what its numbers meant nobody knows.
fn answered_letter(
    c: &Connection,
    owner: &Owner,
    pointers: &[MessageKey],
) -> Result<Option<Letter>, StoreError> {
    for key in pointers {
        let Some(id) = letters::with_message_id(c, &key.0)? else { continue };
        let letter = letters::one(c, id)?;
        let theirs = letter.filter(|letter| {
            let theirs = match letter.draft.audience {
                Audience::Owner => letter.draft.owner == Some(owner.id),
                Audience::Delegate | Audience::Lead => owner.is(&letter.draft.to),
                Audience::Admin | Audience::Requester => false,
            };
            theirs && letter.attempts > 0
        });
        if theirs.is_some() {
            return Ok(theirs);
        }
    }
    Ok(None)
}

/// The instant of a time that a person named; a whole day begins with its working hours. Never in
/// the past, never further than a year.
pub fn moment(owner: &Owner, when: &When, said_at: Timestamp) -> Timestamp {
    let named = match when {
        When::At(at) => *at,
        When::Day(day) => {
            let zone = owner.calendar.zone().clone();
            let midnight = day.to_zoned(zone).map_or(said_at, |start| start.timestamp());
            owner.calendar.next_opening(midnight).unwrap_or(midnight)
        }
    };
    let furthest = said_at.saturating_add(FURTHEST).unwrap_or(Timestamp::MAX);
    named.clamp(said_at, furthest)
}

fn slip_letter(
    owner: &Owner,
    answer: &Answer,
    said: String,
    why: MistakeReason,
    now: Timestamp,
) -> Option<Draft> {
    let slip = Slip { said, why, answer: answer.key.0.clone() };
    let whose = owner.id.to_string();
    slip.letter((Audience::Owner, owner.main_address()?), Some(owner.id), &whose, now)
}

fn list_letter(
    c: &Connection,
    owner: &Owner,
    answer: &MessageKey,
    now: Timestamp,
) -> Result<Vec<Draft>, StoreError> {
    let open = obligations::open(c, owner.id)?.into_iter().take(LISTED).map(|one| one.id);
    let key = |id| format!("list:{}:{id}", answer.0);
    let items: Vec<Item> =
        open.map(|id| Item { obligation: Some(id), ..Item::bare(key(id)) }).collect();
    let Some(to) = owner.main_address().filter(|_| !items.is_empty()) else {
        return Ok(Vec::new());
    };
    Ok(vec![Draft {
        kind: Kind::List,
        audience: Audience::Owner,
        to: to.clone(),
        owner: Some(owner.id),
        items,
        about: answer.0.clone(),
        not_before: now,
    }])
}
