//! Whose answer an owner waits for: what they asked, and what became of it.
//!
//! The mirror of `rules/settle`, and as pure: from the whole of a conversation, whatever the order
//! in which it was read. Any person's answer ends the waiting, an automatic one only moves the day
//! on which it is to be followed up. Nothing is ever written to the other side.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::model::address::Address;
use crate::model::awaited::{Awaited, Ended, Received};
use crate::model::calendar::Calendar;
use crate::model::ids::MessageId;
use crate::model::message::{Message, MessageKey, Role, Says};
use crate::model::obligation::Ending;
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::requester::Requesters;
use crate::model::verdict::{Class, Clue, Verdict, Wording};
use crate::rules::answered::is_human;
use crate::rules::order::order;
use crate::rules::settle::{Speaker, Spoken};
use crate::rules::triage::CROWD;

/// Of those who are asked in a crowd nobody in particular is.
const OF_A_CROWD: f64 = 0.3;

/// What an owner's own mail is to them: whether they ask somebody for an answer. Of several who are
/// asked any may answer, so their number says nothing, up to a crowd.
pub fn verdict(
    message: &Message,
    wording: Option<&Wording>,
    owner: &Owner,
    policy: &Policy,
) -> Verdict {
    let asked = others(message, owner).count();
    let may_ask = asked > 0 && is_by_hand(message);
    let words = wording.filter(|words| may_ask && !words.closer);
    let odds = words.map(|words| {
        let odds = words.asks / (1.0 - words.asks.min(MOST));
        if asked > CROWD { odds * OF_A_CROWD } else { odds }
    });
    let probability = odds.map_or(0.0, |odds| odds / (1.0 + odds));
    match words {
        Some(words) if probability >= policy.asks_from => {
            let clues = vec![words.clue.clone(), Clue::FromOwner];
            Verdict { class: Class::OwnAsk, probability, clues }
        }
        Some(_) | None => {
            Verdict { class: Class::Own, probability: 0.0, clues: vec![Clue::FromOwner] }
        }
    }
}

/// Nothing is surer than this.
const MOST: f64 = 0.97;

/// Whoever passes a mail on with a question of their own asks, too.
fn is_by_hand(message: &Message) -> bool {
    let marks = &message.marks;
    marks.automatic.is_none() && marks.perhaps_automatic.is_none() && marks.calendar.is_none()
}

fn others<'a>(message: &'a Message, owner: &'a Owner) -> impl Iterator<Item = &'a Address> {
    message.to.iter().map(|party| &party.address).filter(|address| !owner.is(address))
}

/// One answer that is or was awaited.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The owner's messages that ask for it, oldest first; never empty.
    pub asks: Vec<MessageId>,
    /// When the first was sent.
    pub asked_at: Timestamp,
    /// When the last was sent.
    pub last_asked_at: Timestamp,
    /// All of it was there before the mailbox was watched.
    pub backlog: bool,
    /// Highest probability.
    pub confidence: f64,
    /// Whoever was asked is away until then.
    pub away_until: Option<Timestamp>,
    /// Whoever was asked wants to do it until then.
    pub promised_until: Option<Timestamp>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// The message that ended it.
    pub ended_by: Option<MessageId>,
    /// Identities of those who were asked.
    asked: BTreeSet<Address>,
    /// The ids of what asked.
    keys: BTreeSet<MessageKey>,
}

/// What the owner awaits in one conversation, oldest first.
pub fn settle(spoken: &[Spoken<'_>], owner: &Owner, requesters: &Requesters) -> Vec<Expectation> {
    let mut all: Vec<Expectation> = Vec::new();
    for (_, index) in order(spoken, Role::Sent) {
        let Some(said) = spoken.get(index) else { continue };
        match (said.place, said.speaker) {
            (Role::Sent, Speaker::Here) => by_owner(&mut all, said, owner, requesters),
            (Role::Inbox, _) => by_others(&mut all, said, owner, requesters),
            (Role::Sent | Role::Answers, _) => {}
        }
    }
    all
}

fn by_owner(all: &mut Vec<Expectation>, said: &Spoken<'_>, owner: &Owner, requesters: &Requesters) {
    let asked: BTreeSet<Address> =
        others(said.message, owner).map(|address| requesters.identity(address)).collect();
    let theirs = |one: &&mut Expectation| !one.asked.is_disjoint(&asked);
    if said.verdict.class != Class::OwnAsk {
        if said.message.says == Some(Says::Withdraws) {
            let open = all.iter_mut().filter(|one| one.ended.is_none()).filter(theirs);
            open.for_each(|one| one.end(said, Received::Withdrawn));
        }
        return;
    }
    let corrected = said.corrected.and_then(|corrected| {
        let at = corrected.at.max(said.arrived_at);
        Some(Ended { at, how: said_so(corrected.how)? })
    });
    // What was said of several mails at once was said of one expectation.
    match all.iter_mut().rev().filter(theirs).find(|one| one.ended == corrected) {
        Some(one) => {
            one.asks.push(said.id);
            one.last_asked_at = said.arrived_at.max(one.last_asked_at);
            one.backlog &= said.backlog;
            one.confidence = one.confidence.max(said.verdict.probability);
            one.asked.extend(asked);
            one.keys.insert(said.message.key.clone());
            // Whoever asks again does not go by what was promised.
            one.promised_until = None;
        }
        None => all.push(Expectation {
            asks: vec![said.id],
            asked_at: said.arrived_at,
            last_asked_at: said.arrived_at,
            backlog: said.backlog,
            confidence: said.verdict.probability,
            away_until: None,
            promised_until: None,
            ended: corrected,
            ended_by: None,
            asked,
            keys: [said.message.key.clone()].into(),
        }),
    }
}

/// What an owner said of their own question.
fn said_so(how: Ending) -> Option<Received> {
    match how {
        Ending::NotARequest => Some(Received::NotAsked),
        Ending::Done => Some(Received::Done),
        Ending::AnsweredByOwner
        | Ending::AnsweredByHolder
        | Ending::AnsweredByColleague
        | Ending::AnsweredByFlag
        | Ending::Withdrawn => None,
    }
}

fn by_others(all: &mut [Expectation], said: &Spoken<'_>, owner: &Owner, requesters: &Requesters) {
    let Some(author) = said.message.author().filter(|author| !owner.is(author)) else { return };
    let author = requesters.identity(author);
    for one in all.iter_mut().filter(|one| one.ended.is_none()) {
        let theirs = one.asked.contains(&author);
        match said.message.says {
            _ if !theirs && !said.message.pointers().any(|key| one.keys.contains(key)) => {}
            Some(Says::Away(until)) => one.away_until = one.away_until.max(Some(until)),
            _ if !is_human(said.message) => {}
            Some(Says::Promises(until)) => one.promised_until = Some(until),
            Some(Says::Withdraws) | None => one.end(said, Received::Answered),
        }
    }
}

impl Expectation {
    fn end(&mut self, said: &Spoken<'_>, how: Received) {
        self.ended = Some(Ended { at: said.arrived_at.max(self.asked_at), how });
        self.ended_by = Some(said.id);
    }
}

/// When an answer that is still awaited is to be followed up: some working time after it was asked
/// last, or after the other side is back; on the working day after the one it was promised for.
/// `None`: never, or not within ten years.
pub fn follow_up_at(policy: &Policy, calendar: &Calendar, one: &Awaited) -> Option<Timestamp> {
    let within = policy.follow_up_within?;
    let from = one.last_asked_at.max(one.away_until.unwrap_or(Timestamp::MIN));
    let at = match one.promised_until {
        Some(until) => calendar.next_opening(until.max(from)),
        None => calendar.add_working_time(from, within),
    };
    at.map(|at| at.max(one.snoozed_until.unwrap_or(Timestamp::MIN)))
}
