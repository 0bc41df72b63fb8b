//! Where one obligation stands on its ladder, and in plain words why nothing is sent.
//!
//! The same answer is used by deciding (`rules/escalation`) and by explaining (`engine/explain`),
//! so that an explanation can never differ from what is done.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::facts::{Facts, Health};
use crate::model::message::Role;
use crate::model::obligation::Obligation;
use crate::model::policy::{Mode, Rung};
use crate::rules::deadlines;
use crate::rules::returns::Grace;

/// Where an obligation stands on its ladder; steps are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A reminder is due and may be written now.
    Due {
        /// Step.
        step: u32,
        /// When it was reached.
        since: Timestamp,
    },
    /// The next step lies ahead.
    Later {
        /// Step.
        step: u32,
        /// What it does.
        rung: Rung,
        /// When it is reached.
        at: Timestamp,
    },
    /// The ladder's end was reached and is to be recorded now.
    Lapses {
        /// When it was reached.
        since: Timestamp,
    },
    /// Nothing is sent.
    Withheld(Reason),
}

/// Why nothing is sent about an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is closed.
    Closed,
    /// Somebody else than the owner holds it.
    HeldElsewhere,
    /// It was offered to whoever stands in, and they have not answered yet.
    Offered,
    /// All that was asked arrived before the mailbox was activated.
    Backlog,
    /// Something may have answered it.
    PerhapsAnswered,
    /// The ladder's end was reached.
    Lapsed,
    /// Every reminder of the ladder was given.
    LadderDone,
    /// Every reminder was shown in a preview, and in this mode nothing else leaves.
    Mode,
    /// The owner asked to be reminded later.
    Snoozed(Timestamp),
    /// The owner has just come back, and is left in peace until then.
    Grace(Timestamp),
    /// The owner asked for silence.
    Paused(Timestamp),
    /// No Sent folder can be read.
    Blind,
    /// A mailbox was never read or cannot be read now.
    Unread,
    /// The owner has no address to write to.
    NoAddress,
    /// The owner's working hours begin then; `None`: not within ten years.
    OutsideHours(Option<Timestamp>),
    /// The day's letter was written; the next one comes then.
    DayFull(Option<Timestamp>),
    /// Nobody's answer is awaited any more.
    Received,
    /// The owner was reminded that an answer is still awaited.
    Reminded,
    /// An awaited answer is not to be followed up before then.
    NotBefore(Timestamp),
    /// Awaited answers are not followed up in this installation.
    NoFollowUps,
}

impl Standing {
    /// In one plain English sentence, times in that zone.
    pub fn sentence(&self, zone: &TimeZone) -> String {
        match self {
            Self::Due { step, since } => {
                format!("Step {}, a reminder, is due since {}.", step + 1, shown(*since, zone))
            }
            Self::Later { step, rung, at } => {
                format!("Step {}, {}, comes on {}.", step + 1, does(*rung), shown(*at, zone))
            }
            Self::Lapses { since } => format!(
                "The end of the ladder was reached on {}: no more reminders.",
                shown(*since, zone)
            ),
            Self::Withheld(reason) => reason.sentence(zone),
        }
    }
}

impl Reason {
    /// In one plain English sentence, times in that zone.
    pub fn sentence(&self, zone: &TimeZone) -> String {
        match self {
            Self::Closed => "It is closed: nobody waits for this reply any more.".into(),
            Self::HeldElsewhere => "Somebody else holds it now, so the owner is left alone.".into(),
            Self::Offered => {
                "It was handed over; whoever stands in has not said yet that they take it.".into()
            }
            Self::Backlog => {
                "It was there before the mailbox was watched: listed, but never reminded of.".into()
            }
            Self::PerhapsAnswered => {
                "Perhaps it is answered: no reminders unless the requester asks again.".into()
            }
            Self::Lapsed => {
                "The end of its ladder was reached: no more reminders, still counted as open."
                    .into()
            }
            Self::LadderDone => "Every reminder of its ladder was given.".into(),
            Self::Mode => {
                "Every reminder was shown in a preview; in observe mode nothing else leaves.".into()
            }
            Self::Snoozed(until) => {
                format!("The owner asked to be reminded again on {}.", shown(*until, zone))
            }
            Self::Grace(until) => format!(
                "The owner has just come back: no reminder of what came before until {}.",
                shown(*until, zone)
            ),
            Self::Paused(until) => {
                format!("The owner asked for silence until {}.", shown(*until, zone))
            }
            Self::Blind => {
                "No Sent folder can be read, so an answer could not be seen: no reminders.".into()
            }
            Self::Unread => {
                "A mailbox has not been read, so what waits is unknown: no reminders.".into()
            }
            Self::NoAddress => "The owner has no address to write to.".into(),
            Self::OutsideHours(Some(at)) => {
                format!("It is outside the owner's hours, which begin on {}.", shown(*at, zone))
            }
            Self::OutsideHours(None) => "The owner's calendar has no working hours.".into(),
            Self::DayFull(Some(at)) => format!(
                "The letter of the day was already written; the next one comes on {}.",
                shown(*at, zone)
            ),
            Self::DayFull(None) => "The letter of the day was already written.".into(),
            Self::Received => "It has ended: no answer is awaited any more.".into(),
            Self::Reminded => {
                "The owner was reminded; once more only if they ask again or put it off.".into()
            }
            Self::NotBefore(at) => {
                format!("A reminder of it comes no sooner than {}.", shown(*at, zone))
            }
            Self::NoFollowUps => {
                "Reminders of awaited answers are switched off (nudges.follow_up_within).".into()
            }
        }
    }
}

/// Steps from here on are the reminders at the end of snoozes, the first, the second and so on.
const AFTER_SNOOZE: u32 = 1_000;

/// One obligation's way up its ladder: instants, so that any moment can be asked about.
pub(in crate::rules) struct Climb<'a> {
    pub(in crate::rules) obligation: &'a Obligation,
    /// `Timestamp::MAX` where the promise does not end within ten years.
    pub(in crate::rules) due_at: Timestamp,
    /// What is still ahead or due: step, deed, instant; in the order of the ladder.
    pub(in crate::rules) rungs: Vec<(u32, Rung, Timestamp)>,
    /// The highest step that has a letter.
    pub(in crate::rules) done: Option<u32>,
    /// Off the ladder, whatever the moment.
    pub(in crate::rules) off: Option<Reason>,
    /// Times in which the owner is left in peace with it: from, until.
    pub(in crate::rules) graces: Vec<(Timestamp, Timestamp)>,
    mode: Mode,
}

impl<'a> Climb<'a> {
    pub(in crate::rules) fn new(
        facts: &Facts,
        graces: &[Grace],
        obligation: &'a Obligation,
    ) -> Self {
        let calendar = &facts.owner.calendar;
        let due_at = deadlines::due_at(&facts.policy, calendar, obligation);
        let steps = match facts.mode {
            Mode::Observe => &facts.previewed,
            Mode::Nudge | Mode::Full => &facts.climbed,
        };
        let steps = steps.get(&obligation.id);
        let done = steps.and_then(|steps| steps.range(..AFTER_SNOOZE).next_back()).copied();
        let off = off_the_ladder(facts, obligation);
        let ladder = deadlines::tier(&facts.policy, obligation).map(|tier| tier.ladder.as_slice());
        let mut rungs: Vec<(u32, Rung, Timestamp)> = match (off, obligation.ladder_from) {
            (None, Some(from)) => (0..)
                .zip(ladder.unwrap_or_default())
                .filter_map(|(step, rung)| {
                    let at =
                        deadlines::reached(&facts.policy, calendar, obligation, from, rung.after);
                    Some((step, rung.rung, at?))
                })
                .collect(),
            (Some(_), _) | (None, None) => Vec::new(),
        };
        let reminds = off.is_none() && obligation.ladder_from.is_some();
        let snooze = obligation.snoozed_until.filter(|_| reminds && obligation.snoozes > 0);
        let snooze_step = AFTER_SNOOZE.saturating_add(obligation.snoozes);
        let reminded = steps.is_some_and(|steps| steps.contains(&snooze_step));
        let last_done = rungs.iter().filter(|(step, _, _)| done.is_some_and(|done| *step <= done));
        let covered = last_done.map(|(_, _, at)| *at).max();
        let pending = snooze.filter(|until| !reminded && covered.is_none_or(|at| at < *until));
        let unnudged = steps.is_none_or(BTreeSet::is_empty)
            && rungs.iter().any(|(_, rung, _)| *rung == Rung::Nudge);
        rungs.retain(|(step, rung, at)| match rung {
            Rung::Nudge => {
                done.is_none_or(|done| *step > done)
                    // The reminder after a snooze stands for the steps that came before it.
                    && !(reminded && snooze.is_some_and(|until| *at <= until))
            }
            // Nobody's ladder ends unheard: after a long outage, or behind a snooze, one reminder
            // comes first.
            Rung::Lapse => !unnudged && pending.is_none(),
            // Not climbed in this version; `config/settings` refuses them.
            Rung::EscalateLead | Rung::EscalateDelegate => false,
        });
        rungs.extend(pending.map(|until| (snooze_step, Rung::Nudge, until)));
        rungs.sort_by_key(|(step, _, at)| (*at, *step));
        let due_at = due_at.unwrap_or(Timestamp::MAX);
        let graces = graces.iter().filter(|grace| grace.covers(obligation));
        let graces = graces.map(|grace| (grace.from, grace.until)).collect();
        Self { obligation, due_at, rungs, done, off, graces, mode: facts.mode }
    }

    /// Where it stands at a moment, as far as the obligation itself says.
    pub(in crate::rules) fn standing(&self, now: Timestamp) -> Standing {
        if let Some(reason) = self.off {
            return Standing::Withheld(reason);
        }
        // Only the highest step that is reached counts: after an outage one reminder, not three.
        match self.rungs.iter().rfind(|(_, _, at)| *at <= now).copied() {
            Some((_, Rung::Lapse, since)) => return Standing::Lapses { since },
            Some((step, Rung::Nudge, since)) => {
                return match self.quiet(now) {
                    Some(reason) => Standing::Withheld(reason),
                    None => Standing::Due { step, since },
                };
            }
            Some((_, Rung::EscalateLead | Rung::EscalateDelegate, _)) | None => {}
        }
        match self.rungs.first().copied() {
            Some((step, Rung::Nudge, at)) => {
                Standing::Later { step, rung: Rung::Nudge, at: self.graced(at).unwrap_or(at) }
            }
            Some((step, rung, at)) => Standing::Later { step, rung, at },
            None if self.mode == Mode::Observe => Standing::Withheld(Reason::Mode),
            None => Standing::Withheld(Reason::LadderDone),
        }
    }

    /// Why there is no reminder of it for a while.
    pub(in crate::rules) fn quiet(&self, now: Timestamp) -> Option<Reason> {
        let snoozed = self.obligation.snoozed_until.filter(|until| *until > now);
        snoozed.map(Reason::Snoozed).or_else(|| self.graced(now).map(Reason::Grace))
    }

    /// When the grace ends in which a moment lies.
    fn graced(&self, at: Timestamp) -> Option<Timestamp> {
        let graces = self.graces.iter().filter(|(from, until)| *from <= at && at < *until);
        graces.map(|(_, until)| *until).max()
    }
}

/// Why nothing at all may be written to an owner, whatever is due.
pub(in crate::rules) fn silence(facts: &Facts, at: Timestamp) -> Option<Reason> {
    let folders = &facts.mailboxes;
    if !folders.iter().any(|folder| folder.role == Role::Sent)
        || folders.iter().any(|folder| folder.health == Health::Blind)
    {
        return Some(Reason::Blind);
    }
    let unread = |health| matches!(health, Health::Failed | Health::Blind);
    if folders.iter().any(|f| unread(f.health) || f.activated_at.is_none()) {
        return Some(Reason::Unread);
    }
    if facts.owner.main_address().is_none() {
        return Some(Reason::NoAddress);
    }
    paused(facts, at)
}

/// Whether the owner asked for silence.
pub(in crate::rules) fn paused(facts: &Facts, at: Timestamp) -> Option<Reason> {
    facts.paused_until.filter(|until| *until > at).map(Reason::Paused)
}

/// Why an obligation is never reminded of, as it stands.
pub(in crate::rules) fn off_the_ladder(facts: &Facts, obligation: &Obligation) -> Option<Reason> {
    let holder = obligation.holder.as_ref();
    if obligation.closed.is_some() {
        Some(Reason::Closed)
    } else if holder.is_some_and(|holder| !facts.owner.is(&holder.address)) {
        Some(Reason::HeldElsewhere)
    } else if holder.is_some_and(|holder| holder.accepted_at.is_none()) {
        Some(Reason::Offered)
    } else if obligation.ladder_from.is_none() {
        Some(Reason::Backlog)
    } else if is_in_doubt(obligation) {
        Some(Reason::PerhapsAnswered)
    } else {
        obligation.lapsed_at.map(|_| Reason::Lapsed)
    }
}

/// Perhaps answered; whoever put it off until later wants to be reminded all the same.
fn is_in_doubt(obligation: &Obligation) -> bool {
    let put_off = obligation.snoozed_until;
    obligation.perhaps.is_some_and(|perhaps| put_off.is_none_or(|until| until <= perhaps.at))
}

fn does(rung: Rung) -> &'static str {
    match rung {
        Rung::Nudge => "a reminder",
        Rung::EscalateLead => "word to the team's lead",
        Rung::EscalateDelegate => "word to the delegate",
        Rung::Lapse => "the end of the reminders",
    }
}

pub(in crate::rules) fn shown(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%a %-d %b %Y at %H:%M").to_string()
}
