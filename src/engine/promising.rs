//! What owners promise in their answers: the words become an instant on their own calendar.
//!
//! Nothing of the words is kept. What a promise does is `rules/settle` (it owes on) and
//! `rules/deadlines` (it is the due time).

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::engine::intake::{Read, answers_letter};
use crate::mail::promises;
use crate::mail::when::When;
use crate::model::calendar::Calendar;
use crate::model::message::{Message, Prefix, Says};
use crate::model::owner::Owner;

/// Whether an owner may promise something in it: a person's answer to somebody.
pub(crate) fn may_promise(message: &Message) -> bool {
    let marks = &message.marks;
    let answers = message.prefix == Prefix::Reply || message.pointers().next().is_some();
    answers && marks.automatic.is_none() && marks.calendar.is_none() && !answers_letter(message)
}

/// The facts of a message as it is stored: with what it promises.
pub(crate) fn heard(owner: &Owner, read: &Read, sent_at: Timestamp) -> Message {
    let mut message = read.message.clone();
    let calendar = &owner.calendar;
    let local = sent_at.to_zoned(calendar.zone().clone());
    let named = read.promise.as_ref().and_then(|words| promises::named(words, &local));
    let until = named.and_then(|when| match when {
        When::At(at) => Some(at),
        When::Day(day) => evening(calendar, day),
    });
    if let Some(until) = until.filter(|until| *until > sent_at) {
        message.says = Some(Says::Promises(until));
    }
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
