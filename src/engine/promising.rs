//! Times to come that people name: what somebody promises in an answer, and until when they are
//! away. The words become an instant on the owner's calendar.
//!
//! Nothing of the words is kept. What a promise does is `rules/settle` (it owes on),
//! `rules/deadlines` (it is the due time) and, of somebody whose answer is awaited, as an absence
//! does, `rules/awaiting`.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::engine::intake::{Read, answers_letter};
use crate::mail::when::When;
use crate::mail::{promise_times, promises, returns};
use crate::model::calendar::Calendar;
use crate::model::message::{Message, Prefix, Says};
use crate::model::owner::Owner;

/// A sentence that names a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Its writer wants to do something until then.
    Promise(String),
    /// Its writer is away until then.
    Absence(String),
}

/// What the own words of a message say of a time to come.
pub(crate) fn dated(message: &Message, own: &str) -> Option<Dated> {
    if may_promise(message) {
        promises::promise(own).map(Dated::Promise)
    } else if may_be_away(message) {
        returns::absence(own).map(Dated::Absence)
    } else {
        None
    }
}

/// Whether somebody may promise something in it: a person's answer to somebody.
fn may_promise(message: &Message) -> bool {
    is_by_hand(message) && answers(message)
}

/// Whether an owner's own mail may promise something, or ask somebody for an answer.
pub(crate) fn may_speak(message: &Message, owner: &Owner) -> bool {
    let others = message.to.iter().any(|party| !owner.is(&party.address));
    is_by_hand(message) && (others || answers(message))
}

/// Whether it may say that its author is away: a machine's answer to somebody, no bulk mail.
pub(crate) fn may_be_away(message: &Message) -> bool {
    let marks = &message.marks;
    let absence = marks.perhaps_automatic.as_deref() == Some("1.8");
    let machine = marks.automatic.is_some() && answers(message);
    (absence || machine)
        && !marks.bounce
        && !marks.list
        && !marks.bulk
        && marks.calendar.is_none()
        && !marks.encrypted
}

fn is_by_hand(message: &Message) -> bool {
    let marks = &message.marks;
    marks.automatic.is_none() && marks.calendar.is_none() && !answers_letter(message)
}

fn answers(message: &Message) -> bool {
    message.prefix == Prefix::Reply || message.pointers().next().is_some()
}

/// The facts of a message as it is stored: with the time that it names.
pub(crate) fn heard(owner: &Owner, read: &Read, at: Timestamp) -> Message {
    let mut message = read.message.clone();
    let calendar = &owner.calendar;
    let local = at.to_zoned(calendar.zone().clone());
    let says = match &read.dated {
        Some(Dated::Promise(words)) => promise_times::named(words, &local).and_then(|when| {
            let until = match when {
                When::At(at) => Some(at),
                When::Day(day) => evening(calendar, day),
            };
            until.filter(|until| *until > at).map(Says::Promises)
        }),
        Some(Dated::Absence(words)) => returns::back_on(words, &local)
            .and_then(|day| Some(day.to_zoned(calendar.zone().clone()).ok()?.timestamp()))
            .filter(|until| *until > at)
            .map(Says::Away),
        None => None,
    };
    // Who takes a request back promises nothing any more; an owner who says that something is
    // settled may still promise the rest.
    message.says = match message.author().is_some_and(|author| owner.is(author)) {
        true => says.or(message.says),
        false => message.says.or(says),
    };
    message
}

/// When the hours of a day end; where it has none, those of the next one that has.
fn evening(calendar: &Calendar, day: Date) -> Option<Timestamp> {
    let midnight = |day: Date| Some(day.to_zoned(calendar.zone().clone()).ok()?.timestamp());
    let mut end = calendar.opening_end(calendar.next_opening(midnight(day)?)?)?;
    let night = midnight(calendar.local_date(end).checked_add(1.days()).ok()?)?;
    while let Some(opening) = calendar.next_opening(end).filter(|opening| *opening < night) {
        end = calendar.opening_end(opening)?;
    }
    Some(end)
}
