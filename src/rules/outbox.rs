//! Whether a letter may leave now: the gate that each one passes at its claim (laws 4 and 8), how
//! long a deferred one waits, and what becomes of an unclear one (law 3).
//!
//! Pure: `engine/delivery` brings the counts and carries out the answers.

use jiff::{SignedDuration, Timestamp};

use crate::model::facts::{Facts, Health};
use crate::model::ids::MailboxId;
use crate::model::letter::{Audience, Draft, Kind, Letter};
use crate::model::message::Role;
use crate::model::policy::{Fuse, Mode};

/// An inbox that nobody could read since is looked at again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// Several colleagues may be away at once: so many times more hand-overs go to one address in a day
/// than other letters.
const HANDOVERS: u32 = 5;

/// So many tries of reports in an hour for each of their readers.
const READER_TRIES: u32 = 4;

/// What the gate says about one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It may be claimed.
    Open,
    /// The owner's folders must be read first (law 4).
    ReadFirst,
    /// Not now; at that time again, for this reason.
    Later(Timestamp, String),
    /// Everything must stop until a person releases.
    Blow(String),
}

/// What left already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Tries of the last hour: of a report, those of reports; of any other letter, all others.
    pub instance_hour: u32,
    /// How many read reports.
    pub readers: u32,
    /// Letters like this one to this address in the last day.
    pub address_day: u32,
    /// Automatic replies of the last hour, for an automatic reply: in the name of the same owner,
    /// and to the same domain.
    pub replies_hour: (u32, u32),
}

/// May this letter, wanted a moment ago, be claimed now? Letters about nobody's mail need no
/// reading; `read_at` tells when a folder was known completely since we can trust the clock.
pub fn gate(
    letter: &Letter,
    facts: Option<&Facts>,
    counts: Counts,
    fuse: &Fuse,
    read_at: impl Fn(MailboxId) -> Option<Timestamp>,
    now: Timestamp,
) -> Gate {
    if let Some(why) = too_many(letter, counts, fuse) {
        return Gate::Blow(why);
    }
    let Some(facts) = facts else { return Gate::Open };
    let calendar = &facts.owner.calendar;
    if keeps_hours(letter) && !calendar.is_open(now) {
        // Queued in hours, then held up by a deaf folder or a busy server (law 13).
        let opening = calendar.next_opening(now).unwrap_or(letter.expires_at);
        return Gate::Later(opening, "the owner's hours are over".to_owned());
    }
    if about_mail(letter.draft.kind) {
        let readable = facts.mailboxes.iter().any(|m| m.role == Role::Sent)
            && facts.mailboxes.iter().any(|m| m.role == Role::Inbox)
            && facts.mailboxes.iter().all(|m| m.health != Health::Failed);
        if !readable {
            let at = now.saturating_add(SignedDuration::from_mins(10)).unwrap_or(now);
            return Gate::Later(at, "a folder of the owner cannot be read".to_owned());
        }
        let oldest = now.saturating_sub(facts.policy.fresh_within).unwrap_or(Timestamp::MIN);
        let fresh = |id| read_at(id).is_some_and(|at| at >= oldest && at <= now);
        if !facts.mailboxes.iter().all(|mailbox| fresh(mailbox.id)) {
            return Gate::ReadFirst;
        }
    }
    Gate::Open
}

/// The ceiling that one more letter would break, in words; the alarm about it may always leave.
fn too_many(letter: &Letter, counts: Counts, fuse: &Fuse) -> Option<String> {
    let kind = letter.draft.kind;
    if kind == Kind::Alarm {
        return None;
    }
    // All reports are due at one moment; each is tried a few times where a server is busy.
    let (what, ceiling) = match kind == Kind::Report {
        true => {
            ("reports", fuse.instance_per_hour.max(counts.readers.saturating_mul(READER_TRIES)))
        }
        false => ("letters", fuse.instance_per_hour),
    };
    if counts.instance_hour >= ceiling {
        return Some(format!(
            "{} {what} were tried within an hour; the ceiling is {ceiling}",
            counts.instance_hour
        ));
    }
    // A repeat was counted when it was claimed.
    if letter.claimed_at.is_some() {
        return None;
    }
    let (owner, domain) = counts.replies_hour;
    let ceilings = [
        (owner, fuse.owner_per_hour, "in the name of one owner"),
        (domain, fuse.domain_per_hour, "to one domain"),
    ];
    for (count, ceiling, place) in ceilings {
        if count >= ceiling {
            return Some(format!(
                "{count} automatic replies left {place} within an hour; the ceiling is {ceiling}"
            ));
        }
    }
    // Several owners may be away at once; how often one address is answered is a rule (S8).
    let ceiling = match kind {
        Kind::AutoReply | Kind::Passed => return None,
        Kind::Handover => fuse.address_per_day.saturating_mul(HANDOVERS),
        Kind::Nudge | Kind::Preview | Kind::Welcome | Kind::Mistake => fuse.address_per_day,
        Kind::List | Kind::Alarm | Kind::Escalation | Kind::Question => fuse.address_per_day,
        Kind::Leaving | Kind::Digest | Kind::Report => fuse.address_per_day,
    };
    (counts.address_day >= ceiling).then(|| {
        format!(
            "{} letters went to {} within a day; the ceiling is {ceiling}",
            counts.address_day, letter.draft.to
        )
    })
}

/// Whether a letter comes of itself, and so only in the owner's hours; what answers a command comes
/// at once.
fn keeps_hours(letter: &Letter) -> bool {
    match letter.draft.kind {
        Kind::Nudge | Kind::Preview | Kind::Welcome | Kind::Question => true,
        Kind::Leaving | Kind::Digest => true,
        // Its reader is no owner, perhaps: `rules/reports` keeps their hours.
        Kind::Report => false,
        Kind::Mistake | Kind::List | Kind::Alarm | Kind::Escalation | Kind::AutoReply => false,
        Kind::Handover | Kind::Passed => false,
    }
}

/// Whether a letter says something about an owner's mail.
pub fn about_mail(kind: Kind) -> bool {
    match kind {
        Kind::Nudge | Kind::Preview | Kind::List | Kind::Escalation | Kind::AutoReply => true,
        Kind::Handover | Kind::Passed => true,
        Kind::Leaving | Kind::Digest => true,
        // It is about the mail of many, and tells of whom nothing is known.
        Kind::Report => false,
        Kind::Welcome | Kind::Mistake | Kind::Alarm | Kind::Question => false,
    }
}

/// Whether the mode lets such a letter leave (law 12); below `full` nothing goes to people outside.
pub fn allowed(draft: &Draft, mode: Mode) -> bool {
    match draft.kind {
        Kind::Mistake if matches!(draft.audience, Audience::Delegate | Audience::Lead) => {
            mode == Mode::Full
        }
        Kind::Alarm | Kind::Mistake | Kind::List => true,
        Kind::Preview => mode == Mode::Observe,
        Kind::Nudge | Kind::Welcome | Kind::Question | Kind::Leaving | Kind::Digest => {
            mode >= Mode::Nudge
        }
        Kind::Escalation | Kind::AutoReply | Kind::Handover | Kind::Passed => mode == Mode::Full,
        Kind::Report => mode == Mode::Full,
    }
}

/// How long a letter waits after its n-th try: 5, 10, 20, 40, 60, 60 … minutes, moved by up to a
/// quarter either way by a jitter that follows from the letter, so that a repeat decides alike.
pub fn backoff(letter: &Letter) -> SignedDuration {
    let doublings = letter.attempts.saturating_sub(1).min(4);
    let seconds = (300_i64 << doublings).min(3600);
    // A small integer hash of letter and try: no dice in the core (law 1).
    let mixed = letter
        .id
        .0
        .wrapping_mul(0x5851_F42D_4C95_7F2D)
        .wrapping_add(i64::from(letter.attempts).wrapping_mul(0x9E37_79B9))
        .rotate_left(23);
    let jitter = mixed.rem_euclid(501) - 250;
    SignedDuration::from_secs(seconds + seconds * jitter / 1000)
}

/// What becomes of a letter whose outcome nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Its Message-ID was found where it should arrive.
    Arrived,
    /// Proven absent: once more, with the same bytes.
    Repeat,
    /// Look again after this instant.
    LookAgain(Timestamp),
    /// It stays unknown.
    Final,
}

/// What we know about an unclear letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The receiver's inbox is watched and holds it.
    Found,
    /// The receiver's inbox is watched; it was missing at a first good reading and at this one.
    Missing {
        /// First good reading after the try without it.
        first: Timestamp,
        /// The latest one.
        latest: Timestamp,
    },
    /// The receiver's inbox is watched but was not read since.
    Unread,
    /// The receiver's inbox is not watched.
    Unwatched,
}

/// Law 3: to a requester never again; to others once more, if proven absent or unprovable, and only
/// while it is still wanted.
pub fn unclear(
    letter: &Letter,
    evidence: Evidence,
    wanted: Wanted,
    settle: SignedDuration,
    now: Timestamp,
) -> Unclear {
    if evidence == Evidence::Found {
        return Unclear::Arrived;
    }
    if letter.draft.audience == Audience::Requester
        || letter.repeats > 0
        || wanted == Wanted::No
        || now > letter.expires_at
    {
        return Unclear::Final;
    }
    match evidence {
        Evidence::Found => Unclear::Arrived,
        Evidence::Missing { first, latest } => {
            let proven_at = first.saturating_add(settle).unwrap_or(Timestamp::MAX);
            if latest >= proven_at { Unclear::Repeat } else { Unclear::LookAgain(proven_at) }
        }
        Evidence::Unread => {
            let soon = settle.min(LOOK_AGAIN);
            Unclear::LookAgain(now.saturating_add(soon).unwrap_or(Timestamp::MAX))
        }
        Evidence::Unwatched => {
            let at = letter.changed_at.saturating_add(settle).unwrap_or(Timestamp::MAX);
            if now >= at { Unclear::Repeat } else { Unclear::LookAgain(at) }
        }
    }
}

/// Whether what a letter says is still so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Every item is.
    Yes,
    /// Some item is not.
    No,
}
