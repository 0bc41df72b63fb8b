//! A reply that is owed: two stored states, open and closed; everything else is arithmetic.
//!
//! ```text
//! (none) ─ a person asks ─► OPEN ─ answered · done · not a request · withdrawn ─► CLOSED
//! CLOSED + a later question in the conversation ─► a new obligation
//! ```
//! Whether it is on track, due soon or late follows from `asked_at`, the promise and the calendar
//! (`rules/deadlines`); the steps it has climbed are the letters it has (`rules/escalation`).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::address::{Address, Party};
use crate::model::evidence::{Evidence, Perhaps, Promise};
use crate::model::handover::Holder;
use crate::model::ids::{ConversationId, MessageId, ObligationId, OwnerId};
use crate::model::message::MessageKey;

/// One reply that an owner owes to one requester in one conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    /// Row.
    pub id: ObligationId,
    /// Whose promise it is.
    pub owner: OwnerId,
    /// Where it was asked.
    pub conversation: ConversationId,
    /// The requester's identity.
    pub requester: Address,
    /// How the requester wrote their name in the first ask.
    pub requester_name: String,
    /// The oldest unanswered ask.
    pub asked_in: MessageId,
    /// Its identity.
    pub asked_key: MessageKey,
    /// Subject of that ask.
    pub subject: String,
    /// Arrival of the oldest unanswered ask.
    pub asked_at: Timestamp,
    /// How often it was asked.
    pub asks: u32,
    /// Tier by name.
    pub tier: String,
    /// Highest probability among its asks.
    pub confidence: f64,
    /// From when the ladder counts: the first ask that is not backlog; `None`: backlog only, never
    /// nudged about (law 7).
    pub ladder_from: Option<Timestamp>,
    /// Who must answer now; `None`: the owner.
    pub holder: Option<Holder>,
    /// No nudge before this instant.
    pub snoozed_until: Option<Timestamp>,
    /// How often it was snoozed: each snooze is one more reminder at its end.
    pub snoozes: u32,
    /// The ladder's last step was reached: no more nudges; still open in every figure.
    pub lapsed_at: Option<Timestamp>,
    /// Answered with a promise: it is due then.
    pub promise: Option<Promise>,
    /// What may have been an answer, while it is open.
    pub perhaps: Option<Perhaps>,
    /// How it ended, if it did.
    pub closed: Option<Closed>,
}

/// The end of an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When it counts as ended.
    pub at: Timestamp,
    /// How.
    pub how: Ending,
    /// By what that was found; `None`: by what is no answer.
    pub evidence: Option<Evidence>,
}

/// How an obligation ended. Ordered by the strength of the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// A reply of the owner to the requester was found.
    AnsweredByOwner,
    /// A reply of the holder was found.
    AnsweredByHolder,
    /// A reply of a colleague of the team, or of another addressee, was found.
    AnsweredByColleague,
    /// `\Answered` was seen; the time is an upper bound.
    AnsweredByFlag,
    /// The owner said so (`DONE`): counts as handled at that time.
    Done,
    /// The owner said that it was no request (`NOT`): taken out of the figures.
    NotARequest,
    /// The requester took it back, or what we know has changed (a message arrived late, a policy
    /// changed): not counted.
    Withdrawn,
}

impl Ending {
    /// The word in the store and in `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AnsweredByOwner => "answered_by_owner",
            Self::AnsweredByHolder => "answered_by_holder",
            Self::AnsweredByColleague => "answered_by_colleague",
            Self::AnsweredByFlag => "answered_by_flag",
            Self::Done => "done",
            Self::NotARequest => "not_a_request",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The ending of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::AnsweredByOwner,
            Self::AnsweredByHolder,
            Self::AnsweredByColleague,
            Self::AnsweredByFlag,
            Self::Done,
            Self::NotARequest,
            Self::Withdrawn,
        ]
        .into_iter()
        .find(|ending| ending.word() == word)
    }
}

/// Computed, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// More time left than `due_soon`.
    OnTrack,
    /// The promise ends soon.
    DueSoon,
    /// The promise is broken.
    Late,
}

/// Both clocks of an obligation at one moment, and its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// When the promise ends.
    pub due_at: Timestamp,
    /// Where it stands.
    pub status: Status,
    /// Wall-clock time since `asked_at`; never paused.
    pub requester_wait: SignedDuration,
    /// Working time counted against the holder.
    pub owner_time: SignedDuration,
    /// Working time past `due_at`; zero while it is not late.
    pub overdue: SignedDuration,
}

/// The short reference of an obligation that people type: `S-7K2QM`.
pub fn reference(id: ObligationId) -> String {
    format!("S-{}", scrambled(id.0))
}

/// The row behind a reference, however it was typed (`s-7k2qm`, `7K2QM`, O for 0, I or L for 1).
pub fn dereference(text: &str) -> Option<ObligationId> {
    let text = text.trim().to_ascii_uppercase();
    unscrambled(text.strip_prefix("S-").unwrap_or(&text)).map(ObligationId)
}

/// A row number as letters that people type.
///
/// A bijection over 25 bits (five letters of Crockford's alphabet), so that two neighbours do not
/// look alike; above that, seven letters.
pub(in crate::model) fn scrambled(id: i64) -> String {
    let (bits, letters) = if id < SMALL { (25, 5) } else { (35, 7) };
    let mask = (1_u64 << bits) - 1;
    let mixed = u64::try_from(id).unwrap_or(0).wrapping_mul(FORTH) & mask;
    let letter = |place: u32| {
        let index = usize::try_from((mixed >> (5 * place)) & 31).unwrap_or(0);
        ALPHABET.as_bytes().get(index).map_or('0', |byte| char::from(*byte))
    };
    (0..letters).rev().map(letter).collect()
}

/// The row number behind such letters, in upper case.
pub(in crate::model) fn unscrambled(letters: &str) -> Option<i64> {
    let bits = match letters.len() {
        5 => 25,
        7 => 35,
        _ => return None,
    };
    let mut mixed = 0_u64;
    for letter in letters.chars() {
        let plain = match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        mixed = mixed << 5 | u64::try_from(ALPHABET.find(plain)?).ok()?;
    }
    let id = mixed.wrapping_mul(inverse(FORTH)) & ((1_u64 << bits) - 1);
    i64::try_from(id).ok().filter(|id| (*id < SMALL) == (bits == 25))
}

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SMALL: i64 = 1 << 25;
const FORTH: u64 = 0x5851_F42D_4C95_7F2D;

/// The inverse of an odd number modulo 2^64, by Newton's iteration.
fn inverse(odd: u64) -> u64 {
    (0..6).fold(odd, |x, _| x.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(x))))
}

/// What a person said about an obligation, by letter or on the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Nothing more to do.
    Done,
    /// This was no request.
    Not,
    /// Remind again at that time.
    SnoozeUntil(Timestamp),
}

/// What letters and lists say of it.
impl Obligation {
    /// Name and address of the requester.
    pub fn party(&self) -> Party {
        Party { name: self.requester_name.clone(), address: self.requester.clone() }
    }

    /// When somebody answered, or said that nothing more is to be done.
    pub fn answered_at(&self) -> Option<Timestamp> {
        self.closed.as_ref().filter(|closed| closed.how <= Ending::Done).map(|closed| closed.at)
    }
}
