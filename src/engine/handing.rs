//! Handing over: an obligation is given to a delegate by a letter, their answer is heard, and the
//! requester is told who has it.
//!
//! Whom and when: `rules/handovers`. An answer is believed only from the delegate's Sent folder; of
//! one who is no owner, as `engine/outside` says.
//! Next stations: `engine/delivery` (with the original, which the door brings), then
//! `engine/handing_words`.
//!
//! Budi answers an automatic reply with the one word `URGENT`. `engine/calling` finds what the
//! reply was about, so that his word comes to lie beside his first mail; `rules/handovers` wants
//! somebody else asked, and names the first of Ani's delegates who is there. The letter is queued
//! and the obligation has another holder; before it is claimed, `daemon/watch` brings the first
//! mail whole, and `engine/handing_words` attaches it once it is known to be that one. Citra's
//! `ACCEPT` is heard from her own Sent folder, Budi is told who has it, and Citra's answer to him
//! closes it. Had she said nothing, the next one would have been asked. Who is no owner answers
//! to Sigap's own mailbox: `engine/outside` believes where id, author and server agree.

use jiff::Timestamp;

use crate::engine::office::Office;
use crate::engine::record;
use crate::engine::replying::{Desk, Form, Manner};
use crate::mail::alarms::Alarm;
use crate::mail::command::Mistake;
use crate::model::address::Address;
use crate::model::handover::{Cause, Ended, Handover, HeardIn, Holder};
use crate::model::ids::{AwayId, ObligationId};
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::obligation::{Obligation, reference};
use crate::model::owner::Owner;
use crate::model::verdict::Language;
use crate::store::db::{Connection, StoreError};
use crate::store::{handovers, letters, messages, obligations, profile, replies};

/// What a delegate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// They take it.
    Accept,
    /// They cannot.
    Decline,
    /// It can wait.
    NotUrgent,
}

/// Gives an obligation to somebody, or notes that nobody is there. A line for the journal.
pub(crate) fn hand_over(
    desk: &Desk<'_>,
    id: ObligationId,
    holder: Option<Holder>,
    (away, cause): (AwayId, Cause),
) -> Result<Option<String>, StoreError> {
    let Some(obligation) = obligations::one(desk.c, id)? else { return Ok(None) };
    let handover = Handover {
        obligation: id,
        delegate: holder.as_ref().map(|holder| holder.address.clone()),
        away,
        cause,
        offered_at: desk.now,
        due_at: holder.as_ref().and_then(|holder| holder.due_at),
        letter: None,
        accepted_at: None,
        ended: None,
        heard_in: None,
    };
    let Some(holder) = holder else {
        let ended = Some((Ended::Nobody, desk.now));
        handovers::offer(desk.c, &Handover { ended, ..handover }, None)?;
        return nobody(desk, &obligation).map(Some);
    };
    let draft = Draft {
        kind: Kind::Handover,
        audience: Audience::Delegate,
        to: holder.address.clone(),
        owner: Some(obligation.owner),
        items: vec![Item {
            key: format!("handover:{id}:{}", holder.address),
            obligation: Some(id),
            awaited: None,
            step: None,
        }],
        about: "{}".to_owned(),
        not_before: desk.now,
    };
    let letter = record::queue(desk.c, desk.office, desk.key, &draft, desk.now)?;
    handovers::offer(desk.c, &Handover { letter, ..handover }, Some(&holder))?;
    let (what, to) = (reference(id), holder.address);
    Ok(Some(format!("handed {what} over to {to}: {}", cause.word())))
}

/// A person must know that something urgent waits for somebody who is away.
fn nobody(desk: &Desk<'_>, obligation: &Obligation) -> Result<String, StoreError> {
    let reference = reference(obligation.id);
    let owner = desk.office.owners.get(&obligation.owner);
    let address = owner.and_then(|owner| owner.main_address()).map(ToString::to_string);
    let alarm =
        Alarm::NobodyThere { address: address.unwrap_or_default(), reference: reference.clone() };
    let what = format!("nobody:{}", obligation.id);
    record::alarm(desk.c, desk.office, desk.key, &what, &alarm, desk.now)?;
    Ok(format!("{reference} is urgent, its owner is away, and nobody is there to take it"))
}

/// The obligation that the letter hands over, if whoever received it still has it.
fn still_with(
    c: &Connection,
    letter: &Letter,
) -> Result<Option<(Obligation, Handover)>, StoreError> {
    let Some(handover) = handovers::by_letter(c, letter.id)? else { return Ok(None) };
    let obligation = obligations::one(c, handover.obligation)?;
    let open = obligation.filter(|one| one.closed.is_none() && handover.stands());
    Ok(open.map(|obligation| (obligation, handover)))
}

/// Hears what a delegate answers. What it is about, to be decided about; and what is to be sent.
pub(crate) fn hear(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    (word, place): (Word, HeardIn),
    at: Timestamp,
) -> Result<Result<(Obligation, Option<Draft>), Mistake>, StoreError> {
    let Some((obligation, handover)) = still_with(c, letter)? else {
        return Ok(Err(Mistake::NotYours));
    };
    handovers::hear(c, obligation.id, place)?;
    let mut draft = None;
    match word {
        Word::Accept => {
            handovers::accept(c, obligation.id, at)?;
            draft = passed(c, office, &obligation, at)?.filter(|_| handover.accepted_at.is_none());
        }
        Word::Decline => handovers::end(c, obligation.id, Ended::Declined, at)?,
        Word::NotUrgent => handovers::end(c, obligation.id, Ended::NotUrgent, at)?,
    }
    Ok(Ok((obligation, draft)))
}

/// The obligation behind a letter, for what may be said of any of them by whoever still has it.
pub(crate) fn held(
    c: &Connection,
    letter: &Letter,
    place: HeardIn,
) -> Result<Option<ObligationId>, StoreError> {
    let Some((obligation, _)) = still_with(c, letter)? else { return Ok(None) };
    handovers::hear(c, obligation.id, place)?;
    Ok(Some(obligation.id))
}

/// Word to the requester, once for each obligation, where they may learn who stands in.
fn passed(
    c: &Connection,
    office: &Office,
    obligation: &Obligation,
    now: Timestamp,
) -> Result<Option<Draft>, StoreError> {
    let Some(owner) = office.owners.get(&obligation.owner) else { return Ok(None) };
    let Some((to, manner)) = receiver(c, office, owner, obligation)? else { return Ok(None) };
    Ok(Some(Draft {
        kind: Kind::Passed,
        audience: Audience::Requester,
        to,
        owner: Some(owner.id),
        items: vec![Item {
            key: format!("passed:{}", obligation.id),
            obligation: Some(obligation.id),
            awaited: None,
            step: None,
        }],
        about: serde_json::to_string(&manner).unwrap_or_default(),
        not_before: now,
    }))
}

/// Where the requester is written to, and how: as they were answered automatically; else, where
/// nothing proves the envelope of what they wrote, only colleagues and people whom the owner has
/// written to (auto-reply.md E1).
fn receiver(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    obligation: &Obligation,
) -> Result<Option<(Address, Manner)>, StoreError> {
    for ask in obligations::asks(c, obligation.id)? {
        let answered = replies::one(c, ask)?.filter(|reply| reply.rule.is_none());
        let Some(letter) = answered.and_then(|reply| reply.letter) else { continue };
        let Some(letter) = letters::one(c, letter)? else { continue };
        let Ok(manner) = serde_json::from_str::<Manner>(&letter.draft.about) else { continue };
        let may = manner.form != Form::Neutral;
        return Ok(may.then_some((letter.draft.to, manner)));
    }
    let Some(asked) = messages::one(c, obligation.asked_in)? else { return Ok(None) };
    let marks = &asked.message.marks;
    let person = marks.automatic.is_none() && marks.perhaps_automatic.is_none();
    let personal = person && !marks.list && !marks.bulk;
    let author = asked.message.author().filter(|author| personal && !author.is_robot());
    let Some(author) = author.filter(|author| !owner.is(author)) else { return Ok(None) };
    let own = office.policy.own_domains.iter().any(|domain| domain == author.domain());
    if !own && !profile::has_written_to(c, owner.id, author)? {
        return Ok(None);
    }
    let contact = office.contacts.get(author).and_then(|contact| contact.language);
    let indonesian = author.domain().ends_with(".id").then_some(Language::Id);
    let form = if own { Form::Short } else { Form::Standard };
    let manner = Manner { form, language: contact.or(indonesian), path: author.to_string() };
    Ok(Some((author.clone(), manner)))
}
