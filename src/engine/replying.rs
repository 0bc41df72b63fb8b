//! Whether what arrives while its owner is away is answered automatically: asks
//! `rules/auto_replies`, writes the decision down, and queues the letter in the same transaction
//! (R4: reserved before it is sent).
//!
//! A message is decided about once, when it arrives; before the letter leaves, whatever may have
//! changed meanwhile is looked at again. What is known: `engine/known`. Next stations:
//! `engine/delivery`, `engine/away_words`.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::engine::known;
use crate::engine::noting::Fresh;
use crate::engine::office::Office;
use crate::engine::record;
use crate::mail::token::InstanceKey;
use crate::model::address::Address;
use crate::model::answering::{Answering, Audience, Bar, Decision};
use crate::model::away::Away;
use crate::model::ids::{AwayId, LetterId};
use crate::model::letter::{self, Draft, Item, Kind, Letter};
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::model::sender::canonical;
use crate::model::verdict::Language;
use crate::rules::auto_replies::{Case, may_answer};
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::replies::{self, Reply};
use crate::store::{away, person};

/// Within so long after one answer the next one is a short one.
const LATELY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where one works.
pub struct Desk<'a> {
    /// The transaction that stores what arrived.
    pub c: &'a Connection,
    /// Who is who.
    pub office: &'a Office,
    /// The key of our Message-IDs.
    pub key: &'a InstanceKey,
    /// Now.
    pub now: Timestamp,
}

/// How somebody is answered: kept with the letter until it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// What they may learn.
    pub form: Form,
    /// In which language; `None`: in both.
    pub language: Option<Language>,
    /// The envelope sender as the server wrote it.
    pub path: String,
}

/// Which of the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Until when, and who is there instead.
    Standard,
    /// The same in few words: to a colleague, or the second one in a month.
    Short,
    /// Nothing but that the message arrived.
    Neutral,
}

/// Decides about messages that have just arrived. Lines for the journal.
pub fn consider(
    desk: &Desk<'_>,
    owner: &Owner,
    fresh: &[Fresh],
) -> Result<Vec<String>, StoreError> {
    let mut journal = Vec::new();
    if fresh.is_empty() {
        return Ok(journal);
    }
    let Some(away) = active(desk.c, owner, desk.now)? else { return Ok(journal) };
    for one in fresh {
        let Some(stored) = messages::one(desk.c, one.message)? else { continue };
        if replies::one(desk.c, one.message)?.is_some() {
            continue;
        }
        let reply = match &one.answering {
            Some(answering) => decide(desk, owner, &away, &stored, (one, answering))?,
            None => silent(desk, &away, &stored, by_header(&stored)),
        };
        if let (Some(letter), None) = (reply.letter, &reply.rule) {
            journal.push(format!("queued auto_reply {letter} for {}", owner.name));
        }
        replies::decide(desk.c, &reply)?;
    }
    Ok(journal)
}

/// The absence of an owner at a moment.
pub(crate) fn active(
    c: &Connection,
    owner: &Owner,
    now: Timestamp,
) -> Result<Option<Away>, StoreError> {
    let covers = |away: &Away| away.span().is_some_and(|(from, until)| from <= now && now < until);
    Ok(away::of_owner(c, owner.id)?.into_iter().find(covers))
}

fn decide(
    desk: &Desk<'_>,
    owner: &Owner,
    away: &Away,
    stored: &Stored,
    (fresh, answering): (&Fresh, &Answering),
) -> Result<Reply, StoreError> {
    let silent = |bar: Bar| silent(desk, away, stored, (bar.rule.to_owned(), bar.about));
    let mode = record::mode(desk.c, desk.office)?;
    let history = known::history(desk, owner, away, stored, (fresh, answering))?;
    let case = Case {
        message: &stored.message,
        answering,
        owner,
        policy: &desk.office.policy,
        profile: &known::mailbox(desk, owner)?,
        history: &history,
    };
    let (path, audience) = match may_answer(&case) {
        Decision::Suppress(bar) => return Ok(silent(bar)),
        Decision::Respond(..) if mode < Mode::Full => {
            return Ok(silent(Bar::new("mode", mode.word())));
        }
        Decision::Respond(path, audience) => (path, audience),
    };
    let Some(to) = Address::parse(&path) else { return Ok(silent(Bar::new("E3", "Return-Path"))) };
    let sender = canonical(&path);
    let manner = manner(desk, owner, stored, fresh, (path, &sender, audience))?;
    let draft = draft(desk, owner, away, (&to, &sender), &manner)?;
    let Some(letter) = record::queue(desk.c, desk.office, desk.key, &draft, desk.now)? else {
        let erased = person::is_erased(desk.c, &to, &desk.key.0)?;
        let rule = if erased { "erased" } else { "R1" };
        return Ok(silent(Bar::new(rule, "Return-Path")));
    };
    let audience = audience.word().to_owned();
    Ok(Reply {
        sender,
        audience,
        rule: None,
        about: String::new(),
        letter: Some(letter),
        ..silent(Bar::new("", ""))
    })
}

fn silent(desk: &Desk<'_>, away: &Away, stored: &Stored, bar: (String, String)) -> Reply {
    let (rule, about) = bar;
    Reply {
        message: stored.id,
        owner: stored.owner,
        away: away.id,
        decided_at: desk.now,
        sender: String::new(),
        audience: String::new(),
        rule: Some(rule),
        about,
        letter: None,
    }
}

/// Why a message was not even looked at whole: its rule, and what it is about.
fn by_header(stored: &Stored) -> (String, String) {
    let marks = &stored.message.marks;
    let rule = match &marks.automatic {
        Some(rule) => rule.as_str(),
        None if marks.list => "H2",
        None if marks.bulk => "H4",
        None => "M4",
    };
    (rule.to_owned(), "its header".to_owned())
}

fn manner(
    desk: &Desk<'_>,
    owner: &Owner,
    stored: &Stored,
    fresh: &Fresh,
    (path, sender, audience): (String, &str, Audience),
) -> Result<Manner, StoreError> {
    let author = stored.message.author();
    let contact = author.and_then(|author| desk.office.contacts.get(author));
    let indonesian = author.is_some_and(|author| author.domain().ends_with(".id"));
    let language = contact
        .and_then(|contact| contact.language)
        .or(fresh.language)
        .or_else(|| indonesian.then_some(Language::Id));
    let lately = desk.now.saturating_sub(LATELY).unwrap_or(Timestamp::MIN);
    let form = match audience {
        Audience::Unknown => Form::Neutral,
        Audience::Colleague => Form::Short,
        Audience::Known | Audience::Authenticated => {
            let before = replies::answered(desk.c, owner.id, sender, lately)?;
            if before.is_empty() { Form::Standard } else { Form::Short }
        }
    };
    Ok(Manner { form, language, path })
}

fn draft(
    desk: &Desk<'_>,
    owner: &Owner,
    away: &Away,
    (to, sender): (&Address, &str),
    manner: &Manner,
) -> Result<Draft, StoreError> {
    let whom = Address::parse(sender).unwrap_or_else(|| to.clone());
    let hash: String = person::hash(&whom, &desk.key.0).chars().take(32).collect();
    let before = replies::answered(desk.c, owner.id, sender, Timestamp::MIN)?;
    let window = before.iter().filter(|reply| reply.away == away.id).count();
    Ok(Draft {
        kind: Kind::AutoReply,
        audience: letter::Audience::Requester,
        to: to.clone(),
        owner: Some(owner.id),
        items: vec![Item::bare(key(away.id, &hash, window))],
        about: serde_json::to_string(manner).unwrap_or_default(),
        not_before: desk.now,
    })
}

/// The key of law 2; a person stands in it as a keyed hash, so that it may outlive their wish to be
/// forgotten.
fn key(away: AwayId, whom: &str, window: usize) -> String {
    format!("auto-reply:{away}:{whom}:{window}")
}

/// The envelope sender that an automatic answer goes to, as its server wrote it.
pub(crate) fn written(letter: &Letter) -> Option<String> {
    serde_json::from_str::<Manner>(&letter.draft.about).ok().map(|manner| manner.path)
}

/// Why an automatic answer that is queued is not wanted any more.
pub(crate) fn unwanted(desk: &Desk<'_>, letter: &Letter) -> Result<Option<Bar>, StoreError> {
    let c = desk.c;
    if letter.draft.kind != Kind::AutoReply {
        return Ok(None);
    }
    // Whose message is forgotten cannot be written any more either.
    let Some(reply) = replies::by_letter(c, letter.id)? else { return Ok(None) };
    let (stored, owner) = (messages::one(c, reply.message)?, desk.office.owners.get(&reply.owner));
    let (Some(stored), Some(owner)) = (stored, owner) else {
        return Ok(Some(Bar::new("S5", "it is not on record any more")));
    };
    let away = active(c, owner, desk.now)?.filter(|_| owner.answers);
    let Some(away) = away else { return Ok(Some(Bar::new("S1", "the absence is over"))) };
    if stored.answered_at.is_some() {
        return Ok(Some(Bar::new("S5", "\\Answered")));
    }
    if !messages::lies_in_inbox(c, stored.id)? {
        return Ok(Some(Bar::new("S5", "it lies in the inbox no more")));
    }
    let written = known::written_since(c, &stored)?;
    if written.by_owner {
        return Ok(Some(Bar::new("S6", "its conversation")));
    }
    let responder = known::responder(desk, &away, &written, &BTreeSet::from([reply.sender]))?;
    Ok(responder.map(|about| Bar::new("S7", about)))
}

/// A letter that was to answer will surely not leave.
pub(crate) fn withhold(c: &Connection, letter: LetterId, bar: &Bar) -> Result<(), StoreError> {
    replies::withhold(c, letter, (bar.rule, &bar.about))
}
