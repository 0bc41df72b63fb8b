//! An explanation for the eye, from the promise down to every letter. 80 columns, no blame.
//!
//! Nothing is left out that `--json` has but identities that nobody reads; nothing is judged here.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::awaiting;
use crate::cli::page::{Page, Trouble, moment, span, working};
use crate::cli::render::letter;
use crate::engine::evidence::{Direction, Effect, MessageTold, TurnTold};
use crate::engine::explain::{Case, Explanation, ObligationTold, StepTold};
use crate::engine::taught::{BecauseTold, LearnedTold, TeachesTold};
use crate::engine::telling::{ReplyTold, SpanTold};
use crate::mail::clean::clean_text;
use crate::model::handover::{Cause, Ended, HeardIn};
use crate::model::message::Role;
use crate::model::obligation::Status;
use crate::model::policy::{Mode, Rung};

/// The whole explanation.
pub fn why(page: &mut Page<'_>, told: &Explanation) -> Result<(), Trouble> {
    for (place, case) in told.cases.iter().enumerate() {
        if place > 0 {
            page.line("")?;
        }
        let zone = TimeZone::get(&case.time_zone).unwrap_or(TimeZone::UTC);
        Telling { page, zone }.case(case)?;
    }
    if let Some(found) = &told.letter {
        page.text(0, "This is a letter of Sigap (times are UTC):")?;
        letter(page, found)?;
    }
    match told.mode {
        Mode::Observe => {
            page.heading("Sending")?;
            page.text(2, "In observe mode nothing leaves but one daily preview to each owner.")?;
        }
        Mode::Nudge | Mode::Full => {}
    }
    if let Some(held) = &told.held {
        page.heading("Held")?;
        page.text(2, &format!("Nothing leaves until `sigap outbox release`: {held}"))?;
    }
    Ok(())
}

struct Telling<'a, 'b> {
    page: &'a mut Page<'b>,
    zone: TimeZone,
}

impl Telling<'_, '_> {
    fn case(&mut self, case: &Case) -> Result<(), Trouble> {
        for told in &case.obligations {
            self.obligation(case, told)?;
        }
        if case.obligations.is_empty() {
            self.page.text(0, &format!("In the mail of {}:", case.owner))?;
        }
        if let Some(words) = &case.nothing_owed {
            self.page.text(0, &format!("No reply is owed because of this message. {words}"))?;
        }
        match &case.message {
            Some(message) => self.message(message)?,
            None => {
                self.page.heading("Message")?;
                self.page.text(2, "The message is not on record any more.")?;
            }
        }
        awaiting::told(self.page, &case.awaiting)?;
        self.learned(case.learned.as_ref())?;
        self.page.heading(&format!("Conversation (times in {})", case.time_zone))?;
        for turn in &case.conversation {
            self.turn(turn)?;
        }
        for told in &case.obligations {
            self.clock(told)?;
            self.ladder(told)?;
            self.handovers(told)?;
            self.said(case, told)?;
            self.letters(told)?;
        }
        self.automatic_replies(&case.automatic_replies)
    }

    fn automatic_replies(&mut self, told: &[ReplyTold]) -> Result<(), Trouble> {
        if told.is_empty() {
            return Ok(());
        }
        self.page.heading("Automatic replies (times of letters are UTC)")?;
        for reply in told {
            let words = match (&reply.rule, &reply.audience) {
                (None, audience) => {
                    let whom = audience.as_deref().unwrap_or("sender");
                    format!("answered as somebody {whom}")
                }
                (Some(rule), _) => {
                    format!("not answered, {rule}: {} ({})", reply.words, reply.about)
                }
            };
            let (at, id) = (self.at(reply.decided_at), clean_text(&reply.message_id, 60));
            self.page.text(2, &format!("{at}, <{id}>: {words}"))?;
            if let Some(found) = &reply.letter {
                letter(self.page, found)?;
            }
        }
        Ok(())
    }

    fn obligation(&mut self, case: &Case, told: &ObligationTold) -> Result<(), Trouble> {
        let who = match told.requester_name.as_str() {
            "" => told.requester.to_string(),
            name => format!("{name} <{}>", told.requester),
        };
        let verb = if told.closed.is_some() { "waited" } else { "waits" };
        let head = format!("{}: {who} {verb} for a reply from {}", told.reference, case.owner);
        self.page.text(0, &head)?;
        self.page.text(0, &format!("Subject: {}", told.subject))?;
        self.page.heading("Promise")?;
        let due = told.due_at.map_or("never due".to_owned(), |due| format!("due {}", self.at(due)));
        let status = match told.status {
            Status::OnTrack => "on track".to_owned(),
            Status::DueSoon => "due soon".to_owned(),
            Status::Late => format!("late by {} of working time", working(told.overdue_s)),
        };
        let within = working(told.reply_within_s);
        let promise = format!(
            "Tier {}: a reply within {within} of working time; {due}; {status}.",
            told.tier
        );
        self.page.text(2, &promise)?;
        let clocks = format!(
            "Asked {} ({}). Waited {}; working time of that: {}.",
            self.at(told.asked_at),
            if told.asks == 1 { "once".to_owned() } else { format!("{} times", told.asks) },
            span(told.requester_wait_s),
            working(told.owner_time_s),
        );
        self.page.text(2, &clocks)?;
        if let Some(closed) = &told.closed {
            let words = format!("Closed {}. {}", self.at(closed.at), closed.words);
            self.page.text(2, &words)?;
        }
        if let Some(promised_at) = told.promised_at {
            let words = format!("Answered with a promise for {}.", self.at(promised_at));
            self.page.text(2, &words)?;
        }
        if let Some(perhaps) = &told.perhaps_answered {
            let words = format!("Perhaps answered {}. {}", self.at(perhaps.at), perhaps.words);
            self.page.text(2, &words)?;
        }
        self.page.heading("Standing")?;
        self.page.text(2, &told.standing)
    }

    fn message(&mut self, message: &MessageTold) -> Result<(), Trouble> {
        self.page.heading("Message")?;
        let from = message.from.as_ref().map_or("(nobody)".to_owned(), ToString::to_string);
        let place = match message.place {
            Role::Inbox => "inbox",
            Role::Sent => "sent mail",
            Role::Answers => "mailbox of Sigap",
        };
        let arrived = self.at(message.arrived_at);
        self.page.text(2, &format!("From {from}, {arrived}, in the {place}"))?;
        self.page.text(2, &format!("Message-ID: {}", message.message_id))?;
        let judge = match &message.judged_by {
            Some(model) => format!("its words judged by {model}"),
            None => "judged without its words".to_owned(),
        };
        let (class, percent) = (word(&message.class), message.probability * 100.0);
        self.page.text(2, &format!("Verdict: {class}, {percent:.0} %, {judge}"))?;
        for clue in &message.clues {
            self.page.text(4, &format!("{} ({})", clue.words, clue.code))?;
        }
        if message.backlog {
            self.page.text(2, "It was there before the mailbox was watched.")?;
        }
        Ok(())
    }

    /// What corrections have made of the verdict.
    fn learned(&mut self, told: Option<&LearnedTold>) -> Result<(), Trouble> {
        let Some(told) = told else { return Ok(()) };
        let (class, percent) = (word(&told.class_before), told.probability_before * 100.0);
        let words = format!(
            "Without what you corrected: {class}, {percent:.0} %. Lowered by {:.1} of at most 2.5 \
             (sender {:.1}, list {:.1}, words {:.1}; log-odds).",
            told.shift.abs(),
            told.by_sender.abs(),
            told.by_list.abs(),
            told.by_words.abs()
        );
        self.page.text(2, &words)?;
        for one in &told.because {
            let words = self.because(one);
            self.page.text(4, &words)?;
        }
        Ok(())
    }

    fn because(&self, one: &BecauseTold) -> String {
        let about = one.reference.as_deref().unwrap_or(&one.message_id);
        let alike = match one.words_alike {
            0 => String::new(),
            alike => format!("{alike} % of the words in common"),
        };
        let why = [
            if one.same_sender { "the same sender" } else { "" },
            if one.same_list { "the same list" } else { "" },
            alike.as_str(),
        ];
        let why: Vec<&str> = why.into_iter().filter(|why| !why.is_empty()).collect();
        let (subject, at) = (clean_text(&one.subject, 60), self.at(one.said_at));
        format!("you said NOT to {about} ({subject}), {at}: {}", why.join(", "))
    }

    fn turn(&mut self, turn: &TurnTold) -> Result<(), Trouble> {
        let from = turn.from.as_ref().map_or("(nobody)".to_owned(), ToString::to_string);
        let direction = match turn.direction {
            Direction::Received => "received from",
            Direction::Sent => "sent by",
        };
        let effect = match turn.effect {
            Effect::Opened => "opened ",
            Effect::AskedAgain => "asked again ",
            Effect::Answered => "answered ",
            Effect::PerhapsAnswered => "perhaps answered ",
            Effect::Withdrew => "took back ",
            Effect::None => "",
        };
        let refs = turn.refs.join(", ");
        let what = if effect.is_empty() { String::new() } else { format!(": {effect}{refs}") };
        let head = format!("{}, {direction} {from}{what}", self.at(turn.at));
        self.page.text(2, &head)?;
        self.page.text(4, &turn.words)
    }

    fn clock(&mut self, told: &ObligationTold) -> Result<(), Trouble> {
        self.page.heading(&format!("The owner's clock, {}", told.reference))?;
        for span in &told.receipt {
            let (from, to) = (self.at(span.from), self.at(span.to));
            let many =
                if span.spans > 1 { format!(", {} spans", span.spans) } else { String::new() };
            let length = working(span.seconds);
            let words = format!("{from:<12} - {to:<12}  {length:<8} {}{many}", cause(span));
            self.page.line(&format!("  {words}"))?;
        }
        if told.receipt.is_empty() {
            self.page.text(2, "Nothing has been counted yet.")?;
        }
        Ok(())
    }

    fn ladder(&mut self, told: &ObligationTold) -> Result<(), Trouble> {
        self.page.heading("Ladder")?;
        if told.ladder.is_empty() {
            self.page.text(2, "This tier has no steps: nobody is reminded.")?;
        }
        for step in &told.ladder {
            let words = self.step(step);
            self.page.text(2, &words)?;
        }
        if let Some(until) = told.snoozed_until {
            let words = format!("Snoozed {} times, last until {}.", told.snoozes, self.at(until));
            self.page.text(2, &words)?;
        }
        Ok(())
    }

    fn step(&self, step: &StepTold) -> String {
        let does = match step.does {
            Rung::Nudge => "a reminder",
            Rung::EscalateLead => "word to the lead",
            Rung::EscalateDelegate => "word to the delegate",
            Rung::Lapse => "the end of the reminders",
        };
        let at = step.at.map_or("never".to_owned(), |at| self.at(at));
        let taken = if step.taken { ", taken" } else { "" };
        format!("{}: {does} after {}: {at}{taken}", step.step, working(step.after_s))
    }

    fn handovers(&mut self, told: &ObligationTold) -> Result<(), Trouble> {
        if told.handovers.is_empty() {
            return Ok(());
        }
        self.page.heading("Handed over while its owner was away")?;
        for one in &told.handovers {
            let whom = one.to.as_ref().map_or("nobody was there".to_owned(), ToString::to_string);
            let mut words = format!("{}: {whom}, {}", self.at(one.at), because(one.because));
            if let Some(at) = one.accepted_at {
                words.push_str(&format!("; accepted {}", self.at(at)));
            }
            if let (Some(at), Some(how), Some(_)) = (one.ended_at, one.ended, &one.to) {
                words.push_str(&format!("; {} {}", over(how), self.at(at)));
            }
            if let Some(place) = one.heard_in {
                words.push_str(heard(place));
            }
            self.page.text(2, &words)?;
        }
        Ok(())
    }

    fn said(&mut self, case: &Case, told: &ObligationTold) -> Result<(), Trouble> {
        if told.said.is_empty() {
            return Ok(());
        }
        self.page.heading("What was said")?;
        for said in &told.said {
            let whose = said.by.as_ref().filter(|by| **by != case.owner);
            let whose = whose.map_or(String::new(), |by| format!("{by} said "));
            let undone = said.undone_at.map(|at| format!(", taken back {}", self.at(at)));
            let (at, undone) = (self.at(said.at), undone.unwrap_or_default());
            self.page.text(2, &format!("{at}: {whose}{} by {}{undone}", said.said, said.via))?;
            if let Some(teaches) = &said.teaches {
                self.page.text(4, &lesson(teaches))?;
            }
        }
        Ok(())
    }

    fn letters(&mut self, told: &ObligationTold) -> Result<(), Trouble> {
        self.page.heading("Letters (times are UTC)")?;
        if told.letters.is_empty() {
            self.page.text(2, "None was written about it.")?;
        }
        for found in &told.letters {
            letter(self.page, found)?;
        }
        Ok(())
    }

    fn at(&self, at: Timestamp) -> String {
        moment(at, &self.zone, self.page.now)
    }
}

/// What a correction teaches about mail to come.
fn lesson(teaches: &TeachesTold) -> String {
    let mut about: Vec<String> = Vec::new();
    about.extend(teaches.sender.as_ref().map(|sender| format!("mail of {sender}")));
    about
        .extend(teaches.list.as_ref().map(|list| format!("mail through {}", clean_text(list, 60))));
    about.push(match (teaches.words, teaches.awaited) {
        (Some(count), _) => format!("texts like it ({count} numbers of its words are kept)"),
        (None, true) => "texts like it (it is still to be read once more)".to_owned(),
        (None, false) => "its text was not there any more".to_owned(),
    });
    format!("it teaches to be less sure about: {}", about.join("; "))
}

fn because(cause: Cause) -> &'static str {
    match cause {
        Cause::Called => "the requester called it urgent in answer to the automatic reply",
        Cause::Tier => "its tier is always urgent",
        Cause::Words => "its words are urgent",
        Cause::Chased => "the requester asked again",
        Cause::Cover => "its tier is covered and it was due soon",
    }
}

fn heard(place: HeardIn) -> &'static str {
    match place {
        HeardIn::Sent => "; heard in their sent mail",
        HeardIn::Inbox => "; heard in Sigap's own mailbox",
    }
}

fn over(how: Ended) -> &'static str {
    match how {
        Ended::Declined => "declined",
        Ended::NotUrgent => "said that it can wait for its owner",
        Ended::Silent => "passed over for saying nothing",
        Ended::Away => "passed over, being away or no delegate any more",
        Ended::Over => "given back at the end of the absence",
        Ended::Nobody => "nobody was there",
    }
}

fn cause(span: &SpanTold) -> String {
    match (span.cause, &span.name) {
        ("working", _) => "counted: working time".to_owned(),
        ("outside_hours", _) => "paused: outside the hours".to_owned(),
        ("holiday", Some(name)) => format!("paused: {}", clean_text(name, 40)),
        ("exception", _) => "paused: a day of its own hours".to_owned(),
        (other, _) => format!("paused: {other}"),
    }
}

fn word(value: &impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
