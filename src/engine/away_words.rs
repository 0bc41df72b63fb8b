//! What an automatic reply speaks of, gathered as it stands when the letter is written: until when,
//! who is there instead, in whose name, to whom, about what.
//!
//! Nothing is decided here. Next stations: `mail/replies`, `mail/compose`.

use jiff::{SignedDuration, Timestamp};

use crate::engine::office::Office;
use crate::engine::replying::{self, Form, Manner};
use crate::mail::compose::{LetterHead, compose};
use crate::mail::replies::{self as letters, Holiday, ReplyView, StandIn, Tongue};
use crate::mail::wording;
use crate::model::address::{Address, Party};
use crate::model::away::Away;
use crate::model::calendar::Calendar;
use crate::model::letter::Letter;
use crate::model::message::Message;
use crate::model::owner::Owner;
use crate::model::verdict::Language;
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::replies;

/// The bytes of an automatic reply, or why it cannot be written.
pub(crate) fn render(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    owner: &Owner,
    now: Timestamp,
) -> Result<Result<Vec<u8>, String>, StoreError> {
    let lost = || Ok(Err("what it answers is not on record any more".to_owned()));
    let Some(reply) = replies::by_letter(c, letter.id)? else { return lost() };
    let Some(stored) = messages::one(c, reply.message)? else { return lost() };
    let Ok(manner) = serde_json::from_str::<Manner>(&letter.draft.about) else { return lost() };
    let Some(away) = replying::active(c, owner, now)? else {
        return Ok(Err("the absence is over".to_owned()));
    };
    let author = stored.message.from.as_ref();
    let requester = author.map_or("", |party| party.name.as_str());
    let words = wording::auto_reply(
        &office.templates,
        &ReplyView {
            subject: repeated(&stored, &manner),
            ..view(office, owner, &away, requester, &manner, now)
        },
    );
    let head = head(office, letter, owner, &stored.message, now);
    Ok(compose(&head, &words).map_err(|fault| fault.to_string()))
}

/// What one kind of sender receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which kind, in words.
    pub receivers: &'static str,
    /// The same by the words of `why`.
    pub audiences: &'static [&'static str],
    /// Subject of the letter.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// What each kind of sender will receive during an absence.
pub fn preview(
    office: &Office,
    owner: &Owner,
    away: &Away,
    language: Option<Language>,
    now: Timestamp,
) -> Vec<Sample> {
    let kinds: [(Form, &'static str, &'static [&'static str]); 3] = [
        (
            Form::Standard,
            "People the owner has written to, and senders proven by a server",
            &["known", "authenticated"],
        ),
        (Form::Short, "Colleagues, and whoever was answered within thirty days", &["colleague"]),
        (Form::Neutral, "Everybody else", &["unknown"]),
    ];
    let then = now.max(away.from);
    let samples = kinds.into_iter().map(|(form, receivers, audiences)| {
        let manner = Manner { form, language, path: String::new() };
        let subject = (form != Form::Neutral).then(|| "…".to_owned());
        let view = ReplyView { subject, ..view(office, owner, away, "", &manner, then) };
        let words = wording::auto_reply(&office.templates, &view);
        Sample { receivers, audiences, subject: words.subject, text: words.text }
    });
    samples.collect()
}

/// What is said, but for the subject that is answered.
pub(crate) fn view(
    office: &Office,
    owner: &Owner,
    away: &Away,
    requester: &str,
    manner: &Manner,
    now: Timestamp,
) -> ReplyView {
    let calendar = &owner.calendar;
    let until = away.end().to_zoned(calendar.zone().clone());
    let back = calendar.next_opening(until.timestamp());
    let back = back.map_or_else(|| until.date(), |opening| calendar.local_date(opening));
    ReplyView {
        form: match (manner.form, closed(owner, away)) {
            (Form::Neutral, _) => letters::Form::Neutral,
            (Form::Standard | Form::Short, Some(holiday)) => letters::Form::Closed(holiday),
            (Form::Standard, None) => letters::Form::Standard,
            (Form::Short, None) => letters::Form::Short,
        },
        tongue: manner.language.map_or(Tongue::Both, Tongue::One),
        requester: requester.to_owned(),
        you: String::new(),
        subject: None,
        owner_name: owner.name.clone(),
        owner_role: owner.card.role.clone(),
        owner_org: owner.card.organisation.clone(),
        reason: away.reason,
        until,
        back,
        stand_in: stand_in(office, owner, away, now),
        urgent_line: manner.form == Form::Standard,
    }
}

/// The holiday for which the office is closed, where that is all there is to an absence: its owner
/// would not have worked in any of it.
fn closed(owner: &Owner, away: &Away) -> Option<Holiday> {
    let (from, until) = away.span()?;
    let hours = Calendar::clone(&owner.calendar).away_only([]);
    if !hours.working_time_between(from, until).is_zero() {
        return None;
    }
    let last = until.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(until);
    let days = (hours.local_date(from), hours.local_date(last));
    let holidays: Vec<_> = hours.holidays_within(days.0, days.1).collect();
    let named = holidays.iter().find(|holiday| !holiday.joint_leave).or(holidays.first())?;
    let festive = holidays.iter().all(|holiday| !holiday.quiet);
    Some(Holiday { name: named.name.clone(), festive })
}

/// The first who is present: whoever was named for this absence, then the owner's delegates.
pub(crate) fn stand_in(
    office: &Office,
    owner: &Owner,
    away: &Away,
    now: Timestamp,
) -> Option<StandIn> {
    owner.stand_ins(away.delegate.as_ref()).find_map(|address| match office.owner_of(address) {
        Some(other) => {
            let present = !other.calendar.is_away(now);
            present.then(|| introduced(&other.name, &other.card, address))
        }
        None => Some(match office.contacts.get(address) {
            Some(contact) => introduced(&contact.name, &contact.card, address),
            None => introduced("", &Default::default(), address),
        }),
    })
}

pub(crate) fn introduced(
    name: &str,
    card: &crate::model::contact::Card,
    address: &Address,
) -> StandIn {
    StandIn {
        name: if name.is_empty() { address.to_string() } else { name.to_owned() },
        role: card.role.clone(),
        email: address.to_string(),
        phone: card.phone.clone(),
    }
}

/// The subject, where the letter may repeat it (H15: never of what was encrypted).
fn repeated(stored: &Stored, manner: &Manner) -> Option<String> {
    let message = &stored.message;
    let may = manner.form != Form::Neutral && !message.marks.encrypted;
    Some(message.subject.clone()).filter(|subject| may && !subject.is_empty())
}

/// In the owner's name, from the address that was written to, back to the envelope sender.
pub(crate) fn head(
    office: &Office,
    letter: &Letter,
    owner: &Owner,
    message: &Message,
    now: Timestamp,
) -> LetterHead {
    let written_to = |own: &&Address| {
        message.recipients().any(|party| party.address.untagged() == own.untagged())
    };
    let own = owner.addresses.iter().find(written_to).or(owner.main_address());
    let from = Party {
        name: owner.name.clone(),
        address: own.cloned().unwrap_or_else(|| office.from.address.clone()),
    };
    let author = message.from.as_ref().filter(|party| party.address == letter.draft.to);
    let name = author.map_or_else(String::new, |party| party.name.clone());
    let before = match message.references.is_empty() {
        true => &message.in_reply_to,
        false => &message.references,
    };
    let known = std::iter::once(&message.key).filter(|key| !key.0.starts_with("hash:"));
    LetterHead {
        kind: letter.draft.kind,
        message_id: letter.message_id.clone(),
        date: letter.claimed_at.unwrap_or(now),
        zone: owner.calendar.zone().clone(),
        sender: Some(office.from.clone()).filter(|sender| sender.address != from.address),
        from,
        to: Party { name, address: letter.draft.to.clone() },
        references: before.iter().chain(known.clone()).map(|key| key.0.clone()).collect(),
        in_reply_to: known.map(|key| key.0.clone()).next(),
        reply_to: None,
        attached: None,
    }
}
