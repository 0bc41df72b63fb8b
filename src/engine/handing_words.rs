//! What the letters of a hand-over speak of, as it stands when they are written: to the delegate
//! with the original attached, to the requester who hears who has taken it, and to a delegate from
//! outside whose answer was not understood.
//!
//! Nothing is decided here. Next stations: `mail/handovers`, `mail/compose`.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::engine::away_words::{head, introduced};
use crate::engine::office::Office;
use crate::engine::replying::{self, Manner};
use crate::engine::stationery::Slip;
use crate::mail::compose::{LetterHead, compose};
use crate::mail::handovers::{self as letters, HandoverView, PassedView};
use crate::mail::mistakes::{MistakeView, Whose};
use crate::mail::replies::{StandIn, Tongue};
use crate::mail::wording;
use crate::mail::{original, parse};
use crate::model::address::{Address, Party};
use crate::model::facts::Facts;
use crate::model::handover::Handover;
use crate::model::letter::Letter;
use crate::model::message::Fetched;
use crate::model::obligation::{Obligation, reference};
use crate::model::owner::Owner;
use crate::model::verdict::Language;
use crate::rules::handovers::next_after;
use crate::store::db::{Connection, StoreError};
use crate::store::messages::Stored;
use crate::store::{handovers, messages, obligations};

/// The email that a hand-over is about, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Original {
    /// All of it.
    Whole(Arc<Vec<u8>>),
    /// It is larger than what is attached.
    TooLarge,
    /// It lies where it lay no more.
    Gone,
}

impl Original {
    /// What was read, at most one byte more than is attached.
    pub fn of(read: Option<Vec<u8>>) -> Self {
        match read {
            None => Self::Gone,
            Some(bytes) if bytes.len() > original::LARGEST => Self::TooLarge,
            Some(bytes) => Self::Whole(Arc::new(bytes)),
        }
    }

    /// Whether it can be this message: a folder that was numbered anew meanwhile brings another one
    /// under its number, and nobody's mail goes to the wrong person.
    fn may_be(&self, asked: &Stored) -> bool {
        let Self::Whole(bytes) = self else { return true };
        // The header alone: the rest was looked at when it arrived, where a crash is survived.
        let header = original::header(bytes).to_vec();
        let (found, _) = parse::read(&Fetched { header, ..Fetched::default() });
        let named = !asked.message.key.0.starts_with("hash:");
        (!named || found.key == asked.message.key)
            && found.fingerprint == asked.message.fingerprint
            && found.subject == asked.message.subject
    }
}

pub(crate) type Bytes = Result<Vec<u8>, String>;
/// An obligation, who has it now, and the ask itself.
type Matter = (Obligation, Handover, Stored);

/// What a letter speaks of.
fn matter(c: &Connection, letter: &Letter) -> Result<Option<Matter>, StoreError> {
    let item = letter.draft.items.first().and_then(|item| item.obligation);
    let Some(obligation) = item.map(|id| obligations::one(c, id)).transpose()?.flatten() else {
        return Ok(None);
    };
    let last = handovers::of(c, obligation.id)?.into_iter().rfind(Handover::stands);
    let asked = messages::one(c, obligation.asked_in)?;
    Ok(last.zip(asked).map(|(handover, asked)| (obligation, handover, asked)))
}

/// The bytes of the letter to the delegate, or why it cannot be written.
pub(crate) fn handover(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    facts: &Facts,
    found: Option<&Original>,
    now: Timestamp,
) -> Result<Bytes, StoreError> {
    let Some(matter) = matter(c, letter)? else { return Ok(lost()) };
    let Some(away) = replying::active(c, &facts.owner, now)? else {
        return Ok(Err("the absence is over".to_owned()));
    };
    let (original, attached) = match found.filter(|found| found.may_be(&matter.2)) {
        Some(Original::Whole(bytes)) if original::is_confidential(bytes) => {
            (letters::Original::Confidential, None)
        }
        Some(Original::Whole(bytes)) => {
            (letters::Original::Attached, Some(original::attach(bytes)))
        }
        Some(Original::TooLarge) => (letters::Original::TooLarge, None),
        Some(Original::Gone) | None => (letters::Original::Gone, None),
    };
    let to = &letter.draft.to;
    let view = request(office, facts, (to, away.end()), &matter, now);
    let view = HandoverView { original, ..view };
    let words = wording::handover(&office.templates, &view);
    let zone = view.now.time_zone().clone();
    let head = to_outside(office, letter, view.delegate_name, zone, now);
    let head = LetterHead { attached, ..head };
    Ok(compose(&head, &words).map_err(|fault| fault.to_string()))
}

/// What the delegate is asked.
fn request(
    office: &Office,
    facts: &Facts,
    (to, until): (&Address, Timestamp),
    (obligation, handover, asked): &Matter,
    now: Timestamp,
) -> HandoverView {
    let owner = &facts.owner;
    let delegate = office.owner_of(to);
    let zone = delegate.unwrap_or(owner).calendar.zone().clone();
    let next = next_after(facts, obligation, now).map(|address| stand_in(office, address).name);
    HandoverView {
        delegate_name: name(stand_in(office, to)),
        greeting: delegate.map_or(String::new(), |delegate| delegate.greeting.clone()),
        you: delegate.map_or(String::new(), |delegate| delegate.you.clone()),
        language: language(office, owner, to),
        now: now.to_zoned(zone),
        owner_name: owner.name.clone(),
        until: until.to_zoned(owner.calendar.zone().clone()),
        requester_name: obligation.requester_name.clone(),
        requester: asked.message.author().unwrap_or(&obligation.requester).to_string(),
        subject: obligation.subject.clone(),
        received_at: obligation.asked_at,
        due_at: handover.due_at,
        cause: handover.cause,
        next: next.unwrap_or_default(),
        answer_within: office.policy.accept_within,
        heard: delegate.is_some() || office.inbox.is_some(),
        copy_to: match (delegate, owner.main_address()) {
            (None, Some(address)) => address.to_string(),
            (Some(_), _) | (None, None) => String::new(),
        },
        original: letters::Original::Gone,
        reference: reference(obligation.id),
    }
}

/// The bytes of the letter to a delegate who is no owner about what they answered.
pub(crate) fn mistake(office: &Office, letter: &Letter, owner: &Owner, now: Timestamp) -> Bytes {
    let lost = || "what was said is not on record any more".to_owned();
    let slip = serde_json::from_str::<Slip>(&letter.draft.about).map_err(|_| lost())?;
    let to = &letter.draft.to;
    let view = MistakeView {
        owner_name: name(stand_in(office, to)),
        greeting: String::new(),
        you: String::new(),
        language: language(office, owner, to),
        now: now.to_zoned(owner.calendar.zone().clone()),
        said: slip.said,
        why: slip.why,
        whose: Whose::StandIn,
    };
    let words = wording::mistake(&office.templates, &view);
    let zone = view.now.time_zone().clone();
    let head = LetterHead {
        references: vec![slip.answer.clone()],
        in_reply_to: Some(slip.answer),
        ..to_outside(office, letter, view.owner_name, zone, now)
    };
    compose(&head, &words).map_err(|fault| fault.to_string())
}

/// The head of a letter from Sigap to somebody who may be no owner; it answers nothing.
pub(crate) fn to_outside(
    office: &Office,
    letter: &Letter,
    name: String,
    zone: TimeZone,
    now: Timestamp,
) -> LetterHead {
    let to = &letter.draft.to;
    LetterHead {
        kind: letter.draft.kind,
        message_id: letter.message_id.clone(),
        date: letter.claimed_at.unwrap_or(now),
        zone,
        from: office.from.clone(),
        sender: None,
        to: Party { name, address: to.clone() },
        reply_to: answers_to(office, to),
        references: Vec::new(),
        in_reply_to: None,
        attached: None,
    }
}

/// Where somebody answers who is no owner, if that is not where the letter comes from.
fn answers_to(office: &Office, to: &Address) -> Option<Party> {
    let inbox = office.inbox.as_ref().filter(|inbox| **inbox != office.from.address)?;
    let outside = office.owner_of(to).is_none();
    outside.then(|| Party { name: office.from.name.clone(), address: inbox.clone() })
}

/// The bytes of the letter to the requester, or why it cannot be written.
pub(crate) fn passed(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    owner: &Owner,
    now: Timestamp,
) -> Result<Bytes, StoreError> {
    let Some((obligation, handover, asked)) = matter(c, letter)? else { return Ok(lost()) };
    let Some(delegate) = &handover.delegate else { return Ok(lost()) };
    let Ok(manner) = serde_json::from_str::<Manner>(&letter.draft.about) else {
        return Ok(lost());
    };
    let Some(away) = replying::active(c, owner, now)? else {
        return Ok(Err("the absence is over".to_owned()));
    };
    let zone = owner.calendar.zone().clone();
    let message = &asked.message;
    let person = stand_in(office, delegate);
    let (_, subject) = crate::mail::subject::split(&message.subject);
    let view = PassedView {
        tongue: manner.language.map_or(Tongue::Both, Tongue::One),
        requester: message.from.as_ref().map_or(String::new(), |party| party.name.clone()),
        owner_name: owner.name.clone(),
        owner_org: owner.card.organisation.clone(),
        until: away.end().to_zoned(zone.clone()),
        subject: if message.marks.encrypted { String::new() } else { subject },
        received_at: obligation.asked_at,
        delegate: person.clone(),
        now: now.to_zoned(zone),
        due_at: handover.due_at.filter(|due| *due > now),
        reference: reference(obligation.id),
    };
    let words = wording::passed(&office.templates, &view);
    let reply_to = Some(Party { name: name(person), address: delegate.clone() });
    let head = LetterHead { reply_to, ..head(office, letter, owner, message, now) };
    Ok(compose(&head, &words).map_err(|fault| fault.to_string()))
}

fn lost() -> Bytes {
    Err("what was handed over is not on record any more".to_owned())
}

/// A name; none where only the address is known.
fn name(person: StandIn) -> String {
    if person.name == person.email { String::new() } else { person.name }
}

fn stand_in(office: &Office, address: &Address) -> StandIn {
    match (office.owner_of(address), office.contacts.get(address)) {
        (Some(owner), _) => introduced(&owner.name, &owner.card, address),
        (None, Some(contact)) => introduced(&contact.name, &contact.card, address),
        (None, None) => introduced("", &Default::default(), address),
    }
}

fn language(office: &Office, owner: &Owner, to: &Address) -> Language {
    let contact = office.contacts.get(to).and_then(|contact| contact.language);
    office.owner_of(to).map(|one| one.language).or(contact).unwrap_or(owner.language)
}
