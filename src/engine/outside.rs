//! People who are no owners: what a delegate or a reader of reports from outside answers is heard
//! in Sigap's own mailbox.
//!
//! It is believed only where all of it speaks for that: it points to the very letter that asked
//! them, by an id that nobody else can know, comes from the address that was asked, and later than
//! the letter; a person wrote it, and no trusted server calls it forged. An owner is never heard
//! here: their Sent folder is the only witness. Of this mailbox nothing is kept but which answers
//! were heard. Next stations: `engine/handing`, `engine/acting`.

use jiff::{SignedDuration, Timestamp};

use crate::engine::acting::{self, Deed, Heard};
use crate::engine::handing;
use crate::engine::intake::{Read, sane};
use crate::engine::ledger::Touched;
use crate::engine::progress;
use crate::engine::record;
use crate::engine::replying::Desk;
use crate::engine::stationery::Slip;
use crate::engine::wishing;
use crate::mail::command::{self, Command, Mistake};
use crate::mail::mistakes::MistakeReason;
use crate::mail::token;
use crate::model::address::Address;
use crate::model::answering::Bar;
use crate::model::handover::{Handover, HeardIn};
use crate::model::ids::OwnerId;
use crate::model::letter::{Audience, Draft, Letter};
use crate::model::message::{Batch, Message, MessageKey};
use crate::model::stamp::Stamp;
use crate::store::corrections::{self, Undone};
use crate::store::db::{Connection, StoreError};
use crate::store::mailboxes::{self, Mailbox};
use crate::store::{handovers, letters, messages, obligations, profile};

/// So many letters that an answer points to are looked at.
const LETTERS_LOOKED_AT: usize = 5;
/// The clock of a mail server may be so much behind.
const SLOW: SignedDuration = SignedDuration::from_mins(10);

/// What somebody answered to a letter of ours.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    key: MessageKey,
    /// The letters it points to, nearest first.
    letters: Vec<MessageKey>,
    /// The one who wrote it; `None`: nobody, or several.
    from: Option<Address>,
    /// Written by a program, or perhaps.
    automatic: bool,
    /// Nothing in it asks for silence.
    answerable: bool,
    /// What the server that took it in found out.
    stamp: Option<Stamp>,
    /// When it arrived.
    at: Timestamp,
    /// Own words, quotes cut.
    words: String,
}

/// Notes how far Sigap's own mailbox is read. What arrived in it since it was read first, or since
/// the last good reading before it was numbered anew, and answers a letter of ours.
pub(crate) fn take(
    c: &Connection,
    mailbox: &Mailbox,
    batch: &Batch<Read>,
    now: Timestamp,
) -> Result<Vec<Answer>, StoreError> {
    let mailbox = progress::begin(c, mailbox, batch, now)?;
    let id = mailbox.state.id;
    let mut customs = profile::of_mailbox(c, id)?;
    let mut answers = Vec::new();
    for read in &batch.messages {
        if messages::is_seen(c, id, read.uid)? {
            continue;
        }
        messages::seen(c, id, read.uid)?;
        if let Some(answering) = &read.answering {
            customs.see(answering);
        }
        let at = sane(read.arrived_at, now);
        answers.extend(answer(read, at).filter(|answer| answer.at >= mailbox.quiet_until));
    }
    if !batch.messages.is_empty() {
        profile::keep_of(c, id, &customs)?;
    }
    progress::end(c, id, batch, now)?;
    Ok(answers)
}

fn answer(read: &Read, at: Timestamp) -> Option<Answer> {
    let message = &read.message;
    let answering = read.answering.as_deref();
    // That it answers us forbids every other answer, but not this one.
    let ours = |bar: &Bar| bar.rule == "H8" && ["In-Reply-To", "References"].contains(&&*bar.about);
    Some(Answer {
        key: message.key.clone(),
        letters: message.pointers().filter(|key| token::looks_ours(&key.0)).cloned().collect(),
        from: message.author().cloned(),
        automatic: is_automatic(message),
        answerable: answering.is_some_and(|found| found.bars.iter().all(ours)),
        stamp: answering.and_then(|found| found.stamp.clone()),
        at,
        words: read.command.clone()?,
    })
}

fn is_automatic(message: &Message) -> bool {
    let marks = &message.marks;
    let program = marks.automatic.is_some() || marks.perhaps_automatic.is_some();
    program || marks.bounce || marks.calendar.is_some()
}

/// Hears an answer, once. What is to be sent, and a line for the journal.
pub(crate) fn hear(
    desk: &Desk<'_>,
    answer: &Answer,
    touched: &mut Touched,
) -> Result<Heard, StoreError> {
    let (letter, handover) = match asked(desk, answer)? {
        Some((letter, Some(handover))) => (letter, handover),
        Some((letter, None)) => return hear_reader(desk, answer, &letter),
        None => return Ok(Heard::default()),
    };
    let owner = letter.draft.owner.and_then(|id| desk.office.owners.get(&id));
    let Some(owner) = owner else { return Ok(Heard::default()) };
    let who = &letter.draft.to;
    if let Some(heard) = disbelieved(desk, answer, who, handover.offered_at)? {
        return Ok(heard);
    }
    let at = answer.at.min(desk.now);
    let local = at.to_zoned(owner.calendar.zone().clone());
    let read = command::read(&answer.words, &local);
    let words = match &read {
        None => "nothing asked".to_owned(),
        Some(Err(misread)) => format!("something not understood ({:?})", misread.why),
        Some(Ok(command)) => serde_json::to_string(command).unwrap_or_default(),
    };
    // An owner may have sent something under the same name.
    let key = MessageKey(format!("inbox {}", answer.key));
    if !corrections::hear(desk.c, owner.id, &key, &words, desk.now)? {
        return Ok(Heard::default());
    }
    let line: String = answer.words.lines().next().unwrap_or("").chars().take(80).collect();
    let slip = |said, why| slip(owner.id, (who, answer), said, why, desk.now);
    let drafts = match read {
        None => None,
        Some(Err(misread)) => slip(misread.said, MistakeReason::Mistake(misread.why)),
        Some(Ok(Command::Help)) => slip(line, MistakeReason::Help),
        Some(Ok(command)) => match carry_out(desk, answer, &letter, &command, (at, touched))? {
            Ok(draft) => draft,
            Err(why) => slip(line, MistakeReason::Mistake(why)),
        },
    };
    let drafts = drafts.into_iter().collect();
    Ok(Heard { drafts, words: format!("{who} said {words}"), ..Heard::default() })
}

/// Hears what a reader of reports says about them who is no owner; nothing is answered where a
/// program may have asked.
fn hear_reader(desk: &Desk<'_>, answer: &Answer, letter: &Letter) -> Result<Heard, StoreError> {
    let sent_at = letter.claimed_at.unwrap_or(letter.queued_at);
    if let Some(heard) = disbelieved(desk, answer, &letter.draft.to, sent_at)? {
        return Ok(heard);
    }
    let at = answer.at.min(desk.now);
    let said = wishing::Said { key: &answer.key, words: &answer.words, at };
    let mut heard = wishing::hear(desk.c, desk.office, letter, said, desk.now)?;
    heard.drafts.retain(|_| answer.answerable);
    Ok(heard)
}

/// The nearest letter pointed to that handed something over to somebody who is no owner, or was a
/// report to one.
fn asked(
    desk: &Desk<'_>,
    answer: &Answer,
) -> Result<Option<(Letter, Option<Handover>)>, StoreError> {
    for key in answer.letters.iter().take(LETTERS_LOOKED_AT) {
        let Some(id) = letters::with_message_id(desk.c, &key.0)? else { continue };
        let letter = letters::one(desk.c, id)?.filter(|letter| {
            letter.attempts > 0
                && desk.office.owner_of(&letter.draft.to).is_none()
                && record::is_of(desk.key, &key.0, letter)
        });
        let Some(letter) = letter else { continue };
        let handover = handovers::by_letter(desk.c, id)?;
        if handover.is_some() || letter.draft.audience == Audience::Lead {
            return Ok(Some((letter, handover)));
        }
    }
    Ok(None)
}

/// A line for the journal where an answer is not believed.
fn disbelieved(
    desk: &Desk<'_>,
    answer: &Answer,
    who: &Address,
    since: Timestamp,
) -> Result<Option<Heard>, StoreError> {
    let told = |why| {
        let words = format!("an answer in the name of {who} is not believed: {why}");
        Heard { words, ..Heard::default() }
    };
    Ok(doubt(desk, answer, who, since)?.map(told))
}

/// Why an answer is not believed, although it knows the letter, which was written then.
fn doubt(
    desk: &Desk<'_>,
    answer: &Answer,
    who: &Address,
    since: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    if answer.from.as_ref().map(Address::untagged) != Some(who.untagged()) {
        return Ok(Some("somebody else has written it"));
    }
    if answer.automatic {
        return Ok(Some("a program has written it"));
    }
    if answer.at < since.saturating_sub(SLOW).unwrap_or(Timestamp::MIN) {
        return Ok(Some("it is older than what it answers"));
    }
    let Some(stamp) = answer.stamp.as_ref().filter(|stamp| stamp.refutes()) else {
        return Ok(None);
    };
    let forged = is_trusted(desk, &stamp.by)?;
    Ok(forged.then_some("the mail server says that it is forged"))
}

/// Whether results of that server are believed: the one that is configured, else those whose
/// results nearly all mail bears, here or in owners' mailboxes.
fn is_trusted(desk: &Desk<'_>, server: &str) -> Result<bool, StoreError> {
    if let Some(pinned) = &desk.office.policy.replies.authserv {
        return Ok(pinned == server);
    }
    let mut all = profile::all(desk.c)?;
    if let Some(own) = mailboxes::own(desk.c)? {
        all.push(profile::of_mailbox(desk.c, own.state.id)?);
    }
    Ok(all.iter().any(|customs| customs.authserv().1 == Some(server)))
}

fn carry_out(
    desk: &Desk<'_>,
    answer: &Answer,
    letter: &Letter,
    command: &Command,
    (at, touched): (Timestamp, &mut Touched),
) -> Result<Result<Option<Draft>, Mistake>, StoreError> {
    let (c, Some(owner)) = (desk.c, letter.draft.owner) else { return Ok(Err(Mistake::NotYours)) };
    let by = (owner, Some(&letter.draft.to));
    let word = match command {
        Command::Accept => handing::Word::Accept,
        Command::Decline => handing::Word::Decline,
        Command::NotUrgent => handing::Word::NotUrgent,
        Command::Done(_) => {
            let Some(id) = handing::held(c, letter, HeardIn::Inbox)? else {
                return Ok(Err(Mistake::NotYours));
            };
            let asks = obligations::asks_until(c, id, at)?;
            let via = &answer.key.0;
            acting::act_on(c, (Some(by), id), &asks, Deed::Done, via, at, touched)?;
            return Ok(Ok(None));
        }
        Command::Undo => {
            return Ok(match acting::undo(c, by, at, touched)? {
                Undone::Taken(_) => Ok(None),
                Undone::Nothing => Err(Mistake::NothingToUndo),
                Undone::Changed => Err(Mistake::CannotUndo),
            });
        }
        Command::Help => return Ok(Ok(None)),
        Command::Snooze(..) | Command::Not(_) | Command::Pause(_) | Command::Stop => {
            return Ok(Err(Mistake::NotHere));
        }
        Command::Away(_) | Command::Back | Command::List => return Ok(Err(Mistake::NotHere)),
        Command::Agree(_) | Command::Refuse(_) => return Ok(Err(Mistake::NotHere)),
        Command::Cancel | Command::Cover(_) | Command::Report => {
            return Ok(Err(Mistake::NotHere));
        }
    };
    let heard = handing::hear(c, desk.office, letter, (word, HeardIn::Inbox), at)?;
    Ok(heard.map(|(obligation, draft)| {
        touched.insert((obligation.owner, obligation.conversation));
        draft
    }))
}

/// Tells them, and nobody else, what was not carried out; nothing where a program may have asked.
fn slip(
    owner: OwnerId,
    (to, answer): (&Address, &Answer),
    said: String,
    why: MistakeReason,
    now: Timestamp,
) -> Option<Draft> {
    let slip = Slip { said, why, answer: answer.key.0.clone() };
    let whose = format!("{owner}:inbox");
    slip.letter((Audience::Delegate, to), Some(owner), &whose, now).filter(|_| answer.answerable)
}
