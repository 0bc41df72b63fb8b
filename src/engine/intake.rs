//! Arrived bytes become rows: read (pure, may run on another thread), then stored, placed, judged.
//!
//! Reading never fails and keeps no text: words are judged in memory and forgotten; what travels on
//! is an answer to one of our letters, and a sentence that names a time, which is forgotten in
//! `store`. Next: `ledger`; for what people outside answer, `engine/outside`.

use jiff::{SignedDuration, Timestamp};

use crate::engine::ledger::{self, Home, Touched};
use crate::engine::noting::{self, Fresh};
use crate::engine::office::Office;
use crate::engine::promising::{self, Dated};
use crate::engine::{awaiting, calling, learning, leaving, progress};
use crate::mail::gist::gist;
use crate::mail::{asks, command, parse, quoting, token, withdrawals, zones};
use crate::model::answering::Answering;
use crate::model::customs::Customs;
use crate::model::ids::{ConversationId, LetterId, MessageId, OwnerId};
use crate::model::lesson::{Gist, Lesson};
use crate::model::message::{Batch, Fetched, Flags, Message, MessageKey, Role};
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::verdict::{Class, Clue, Verdict, Wording};
use crate::rules::triage::{self, Answers};
use crate::store::db::{Connection, StoreError};
use crate::store::mailboxes::Mailbox;
use crate::store::messages::{self, Stored};
use crate::store::{addressees, letters, obligations, profile};

/// One message as read: facts, the judgement of its words, and nothing of its text but an answer to
/// one of our letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// Number in its folder.
    pub uid: u64,
    /// Flags.
    pub flags: Flags,
    /// Arrival as the server says it.
    pub arrived_at: Option<Timestamp>,
    /// Facts.
    pub message: Message,
    /// Judgement of the sender's own words, where the text was there.
    pub wording: Option<Wording>,
    /// Those words as numbers, where they were judged.
    pub gist: Option<Gist>,
    /// The sender's own words, only in an answer to one of our letters: of an owner in what they
    /// have sent, of others in Sigap's own mailbox.
    pub command: Option<String>,
    /// What matters for an automatic answer, where the whole of an arrived message was there; of
    /// what arrived in Sigap's own mailbox always.
    pub answering: Option<Box<Answering>>,
    /// It answers a letter of ours, and its first line calls it urgent.
    pub called: bool,
    /// What its words say of a time to come.
    pub dated: Option<Dated>,
}

/// Makes ready what reading needs.
pub fn prepare() {
    asks::prepare();
}

/// Reads one message; the text too, if the door brought it.
pub fn read(fetched: &Fetched, role: Role) -> Read {
    let arrived = match role {
        Role::Inbox => fetched.whole.is_some(),
        Role::Answers => true,
        Role::Sent => false,
    };
    let (mut message, answering, text) = match arrived {
        true => {
            let (message, answering, text) = parse::arrived(fetched);
            (message, Some(Box::new(answering)), text)
        }
        false => {
            let (message, text) = parse::read(fetched);
            (message, None, text)
        }
    };
    let whole = text.as_ref().is_some_and(|body| !body.truncated) && !message.marks.encrypted;
    let zones = text.map(|body| zones::own_words(&body.text));
    let quotes = zones.as_ref().and_then(|zones| zones.quotes(whole));
    // An owner who answers under a subject of their own has answered, even if they quote nothing;
    // a machine that answers quotes what it likes.
    let by_hand = message.marks.automatic.is_none() && message.marks.perhaps_automatic.is_none();
    message.quotes = quotes.filter(|quotes| *quotes || (role == Role::Inbox && by_hand));
    message.introduced = zones.as_ref().and_then(|zones| quoting::introduced(&message, zones));
    let own = zones.map(|zones| zones.own);
    let wording = match role {
        Role::Inbox | Role::Sent => own.as_deref().map(|own| {
            let (wording, says) = withdrawals::wording(&message.subject, own);
            message.says = says;
            wording
        }),
        Role::Answers => None,
    };
    let arrived = role == Role::Inbox;
    let gist = wording.as_ref().and(own.as_deref()).filter(|_| arrived).map(gist);
    let called = role == Role::Inbox
        && answers_letter(&message)
        && own.as_deref().is_some_and(command::calls);
    let dated = own.as_deref().and_then(|own| promising::dated(&message, own));
    let command = match role {
        Role::Sent | Role::Answers if answers_letter(&message) => own,
        Role::Sent | Role::Answers | Role::Inbox => None,
    };
    Read {
        uid: fetched.uid,
        flags: fetched.flags,
        arrived_at: fetched.arrived_at,
        message,
        wording,
        gist,
        command,
        answering,
        called,
        dated,
    }
}

/// Whether the text is worth fetching: it could be an ask, or an answer to one of our letters, or
/// say until when its author is away.
pub fn wants_text(read: &Read, role: Role, owner: &Owner, policy: &Policy) -> bool {
    match role {
        Role::Inbox => {
            let message = &read.message;
            triage::could_ask(message, role, owner, policy) || promising::may_be_away(message)
        }
        Role::Sent => may_command(read) || promising::may_speak(&read.message, owner),
        Role::Answers => may_command(read),
    }
}

/// Whether its words may be a command: it answers one of our letters.
pub fn may_command(read: &Read) -> bool {
    answers_letter(&read.message)
}

/// Whether a message that has just arrived is to be looked at whole although it cannot ask: nothing
/// in its header forbids an automatic answer at first sight.
pub fn may_be_answered(read: &Read, role: Role) -> bool {
    let marks = &read.message.marks;
    role == Role::Inbox && marks.automatic.is_none() && !marks.list && !marks.bulk
}

pub(crate) fn answers_letter(message: &Message) -> bool {
    message.pointers().any(|key| token::looks_ours(&key.0))
}

/// What a batch led to besides rows.
#[derive(Debug, Default)]
pub struct Taken {
    /// Conversations to settle.
    pub touched: Touched,
    /// Answers to our letters, and what owners wrote to themselves for us.
    pub answers: Vec<Answer>,
    /// Letters of ours that were found in an inbox.
    pub arrived: Vec<LetterId>,
    /// Messages that could be answered automatically.
    pub fresh: Vec<Fresh>,
    /// What the server before the mailbox writes into mail, where something new was seen.
    pub customs: Option<Customs>,
    /// What the owner's corrections teach, once it was looked up.
    pub lessons: Option<Vec<Lesson>>,
}

/// Where an owner said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In an answer to these letters, nearest first.
    Answer(Vec<MessageKey>),
    /// In the subject of a mail to themselves.
    Note,
}

/// What an owner said to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whose.
    pub owner: OwnerId,
    /// The answer's identity.
    pub key: MessageKey,
    /// Where it was said.
    pub place: Place,
    /// When it was sent.
    pub at: Timestamp,
    /// Own words, quotes cut; of a note its subject.
    pub words: String,
}

/// Stores a batch: rows, places, flags, cursor, in the caller's transaction.
pub fn take(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    mailbox: &Mailbox,
    batch: &Batch<Read>,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let mut taken = Taken::default();
    let mailbox = progress::begin(c, mailbox, batch, now)?;
    for read in &batch.messages {
        if mailbox.state.role == Role::Sent && read.flags.draft {
            // Not sent yet; what is sent in the end is another message.
            messages::seen(c, mailbox.state.id, read.uid)?;
            continue;
        }
        store(c, office, owner, &mailbox, read, now, &mut taken)?;
    }
    for (uid, flags) in &batch.flags {
        if let Some(id) = messages::at(c, mailbox.state.id, *uid)? {
            flag(c, owner, id, *flags, now, &mut taken)?;
        }
    }
    if let Some(customs) = &taken.customs {
        profile::keep(c, owner.id, customs)?;
    }
    progress::end(c, mailbox.state.id, batch, now)?;
    Ok(taken)
}

fn store(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    mailbox: &Mailbox,
    read: &Read,
    now: Timestamp,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    if let Some(known) = messages::find(c, owner.id, &read.message)? {
        return found_again(c, office, owner, mailbox, (read, known), now, taken);
    }
    let read = &calling::pointed(c, owner, read)?;
    let arrived_at = sane(read.arrived_at, now);
    let ours = sigap_letter(c, &read.message)?;
    let verdict = judge(c, office, owner, mailbox.state.role, read, ours.is_some())?;
    let said = said(owner, mailbox, read, arrived_at);
    let apart = ours.is_some() || said.is_some();
    let home = match apart {
        true => Home::Own,
        false => ledger::home(c, owner, &read.message, arrived_at)?,
    };
    let mut stored = Stored {
        id: MessageId(0),
        owner: owner.id,
        conversation: match &home {
            Home::In(conversation) => *conversation,
            Home::Own | Home::Among(_) => ConversationId(0),
        },
        place: mailbox.state.role,
        arrived_at,
        seen_at: now,
        backlog: arrived_at < mailbox.quiet_until,
        answered_at: read.flags.answered.then_some(now),
        message: promising::heard(owner, read, arrived_at),
        wording: noting::kept_wording(owner, read, &verdict),
        verdict,
    };
    stored.id = messages::insert(c, &stored)?;
    let id = stored.id;
    messages::place(c, mailbox.state.id, read.uid, id)?;
    learning::weigh(c, &office.policy, &stored, read.gist.as_ref(), &mut taken.lessons)?;
    if let Some(letter) = ours {
        taken.arrived.push(letter);
        return Ok(());
    }
    if let Some(said) = said {
        taken.answers.extend(Some(said).filter(|said| in_time(said, mailbox)));
        return Ok(());
    }
    ledger::join(c, owner, id, home, &mut taken.touched)?;
    if mailbox.state.role == Role::Sent {
        noting::acquaint(c, owner, &read.message, arrived_at, &mut taken.touched)?;
        ledger::touch_others(c, office, owner.id, &read.message, &mut taken.touched)?;
    }
    if mailbox.state.role == Role::Inbox {
        noting::arrival(c, owner, id, read, taken)?;
    }
    Ok(())
}

/// What the owner said to us in a message of their Sent folder; elsewhere nobody is believed.
fn said(owner: &Owner, mailbox: &Mailbox, read: &Read, at: Timestamp) -> Option<Answer> {
    let message = &read.message;
    let (place, words) = match &read.command {
        _ if mailbox.state.role != Role::Sent => return None,
        Some(words) => {
            let ours = message.pointers().filter(|key| token::looks_ours(&key.0));
            (Place::Answer(ours.cloned().collect()), words)
        }
        None if leaving::is_note(owner, message, at) => (Place::Note, &message.subject),
        None => return None,
    };
    let (key, words) = (message.key.clone(), words.clone());
    Some(Answer { owner: owner.id, key, place, at, words })
}

/// Whether it is to be heard: a note that lay there before is about days of that time.
fn in_time(said: &Answer, mailbox: &Mailbox) -> bool {
    match said.place {
        Place::Answer(_) => true,
        Place::Note => said.at >= mailbox.quiet_until,
    }
}

/// A message that is known already: a copy in another folder, or in one that is numbered anew.
fn found_again(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    mailbox: &Mailbox,
    (read, known): (&Read, MessageId),
    now: Timestamp,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    messages::place(c, mailbox.state.id, read.uid, known)?;
    let verdict = judge(c, office, owner, Role::Sent, read, false)?;
    if mailbox.state.role == Role::Sent && messages::found_in_sent(c, known, &verdict)? {
        let arrived_at = sane(read.arrived_at, now);
        noting::reworded(c, owner, read, (known, &verdict, arrived_at))?;
        noting::acquaint(c, owner, &read.message, arrived_at, &mut taken.touched)?;
        touch(c, owner, known, taken)?;
        ledger::touch_others(c, office, owner.id, &read.message, &mut taken.touched)?;
        // The copy in the inbox was read first, and it proves nothing.
        let said = said(owner, mailbox, read, arrived_at);
        taken.answers.extend(said.filter(|said| in_time(said, mailbox)));
    }
    flag(c, owner, known, read.flags, now, taken)
}

/// A letter of ours, known by its identity in the outbox.
fn sigap_letter(c: &Connection, message: &Message) -> Result<Option<LetterId>, StoreError> {
    if !token::looks_ours(&message.key.0) {
        return Ok(None);
    }
    letters::with_message_id(c, &message.key.0)
}

fn judge(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    role: Role,
    read: &Read,
    ours: bool,
) -> Result<Verdict, StoreError> {
    if ours {
        let clues = vec![Clue::Machine("H8".to_owned())];
        return Ok(Verdict { class: Class::Sigap, probability: 0.0, clues });
    }
    let mut answers = Answers::Other;
    for key in &read.message.in_reply_to {
        if messages::sent(c, owner.id, key)? {
            answers = Answers::Owner;
        }
    }
    let answers = if read.called { Answers::Called } else { answers };
    let words = read.wording.as_ref().filter(|_| !awaiting::is_to_us(office, read, role));
    Ok(triage::triage(&read.message, words, role, owner, &office.policy, answers))
}

fn flag(
    c: &Connection,
    owner: &Owner,
    id: MessageId,
    flags: Flags,
    now: Timestamp,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    if flags.answered && messages::flagged(c, id, now)? && obligations::asked_by(c, id)?.is_some() {
        touch(c, owner, id, taken)?;
    }
    Ok(())
}

fn touch(
    c: &Connection,
    owner: &Owner,
    id: MessageId,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    if let Some(stored) = messages::one(c, id)? {
        addressees::note(c, id, &stored)?;
        taken.touched.insert((owner.id, stored.conversation));
    }
    Ok(())
}

/// The clock of a message: INTERNALDATE, never in the future, never before mail existed.
pub(crate) fn sane(arrived_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let first_mail = Timestamp::from_second(31_536_000).unwrap_or(Timestamp::UNIX_EPOCH);
    let day = SignedDuration::from_hours(24);
    match arrived_at {
        Some(at) if at >= first_mail && at <= now => at,
        Some(at) if at > now && at.duration_since(now) <= day => now,
        Some(_) | None => now,
    }
}
