//! What one email tells us: its identity, people, times and markers. Never its text.
//!
//! Made by `mail/parse` from bytes and by `store/messages` from rows. The clock of a message is its
//! arrival (INTERNALDATE, sanity-checked); its `Date:` field is for show and for fingerprints.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::address::{Address, Party};
use crate::model::ids::MailboxId;

/// Identity of a message: its normalised Message-ID without brackets, else `hash:…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageKey(pub String);

impl std::fmt::Display for MessageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One email as facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Identity.
    pub key: MessageKey,
    /// Tells two messages with one Message-ID apart: a hash over sender and `Date:`.
    pub fingerprint: String,
    /// RFC 5322 §3.6.4 In-Reply-To, every id in it.
    pub in_reply_to: Vec<MessageKey>,
    /// RFC 5322 §3.6.4 References, oldest first; at most 40 kept (the first and the last ones).
    pub references: Vec<MessageKey>,
    /// Outlook's Thread-Index: its first 22 bytes in hex, equal within one conversation.
    pub thread_index: Option<String>,
    /// What the server calls the conversation, where it has a name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_thread: Option<String>,
    /// The author; `None` when absent, unreadable, or more than one.
    pub from: Option<Party>,
    /// How many From addresses there were.
    pub from_count: usize,
    /// RFC 5322 Sender.
    pub sender: Option<Party>,
    /// RFC 5322 Reply-To.
    pub reply_to: Vec<Party>,
    /// RFC 5322 To; at most 100 kept.
    pub to: Vec<Party>,
    /// RFC 5322 Cc; at most 100 kept.
    pub cc: Vec<Party>,
    /// RFC 5322 Bcc, seen only in the sender's own copy.
    pub bcc: Vec<Party>,
    /// Decoded, control-free, at most 200 characters.
    pub subject: String,
    /// The subject without reply and forward prefixes and list tags, case-folded: for comparing.
    pub base_subject: String,
    /// What the subject begins with.
    pub prefix: Prefix,
    /// `Date:`, as the sender claims it.
    pub dated: Option<Timestamp>,
    /// Markers found in header and structure.
    pub marks: Marks,
    /// Whether the text quotes another mail; `None` where its text was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<bool>,
    /// What a reply that points to nothing tells of the mail that it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introduced: Option<Introduced>,
    /// What its own words say beside asking, where its text was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Says>,
}

impl Message {
    /// To, Cc and Bcc.
    pub fn recipients(&self) -> impl Iterator<Item = &Party> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// The ids this message points to, nearest first.
    pub fn pointers(&self) -> impl Iterator<Item = &MessageKey> {
        self.in_reply_to.iter().chain(self.references.iter().rev())
    }

    /// A reply by its subject or by what it quotes that points to nothing.
    pub fn is_lost_reply(&self) -> bool {
        let replies = self.prefix == Prefix::Reply || self.quotes == Some(true);
        replies && self.pointers().next().is_none()
    }

    /// Whether its In-Reply-To is to be doubted: many begin a new topic by answering any old mail,
    /// and then quote nothing of it.
    pub fn may_be_recycled(&self) -> bool {
        self.quotes == Some(false)
    }

    /// The author's address.
    pub fn author(&self) -> Option<&Address> {
        self.from.as_ref().map(|party| &party.address)
    }

    /// About when the mail was written that this one quotes, if it points to none.
    pub fn quoted_at(&self) -> Option<Timestamp> {
        self.introduced.as_ref()?.about()
    }
}

/// What stands above a quote: by whom the quoted mail was written, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduced {
    /// To the minute, on a clock whose zone nobody knows; `None` where something is missing.
    pub at: Option<DateTime>,
    /// The words beside it, its author's name and address among them; in lower case.
    pub by: String,
}

impl Introduced {
    /// No zone is farther from UTC.
    pub const ZONES: SignedDuration = SignedDuration::from_hours(14);

    /// The same clock in UTC: the mail was written within `ZONES` of it.
    pub fn about(&self) -> Option<Timestamp> {
        self.at?.to_zoned(TimeZone::UTC).map(|at| at.timestamp()).ok()
    }

    /// Whether that is the mail which this author dated so: the same minute somewhere on earth.
    /// (Zones lie half hours apart, but for a few islands and valleys.)
    pub fn is(&self, author: &Party, dated: Timestamp) -> bool {
        const MINUTE: i64 = 60;
        const APART: i64 = 30;
        let Some(about) = self.about() else { return false };
        let apart = about.as_second().div_euclid(MINUTE) - dated.as_second().div_euclid(MINUTE);
        apart.abs() * MINUTE <= Self::ZONES.as_secs() && apart % APART == 0 && self.names(author)
    }

    /// Whether somebody is named: by address, or by every word of a name of several words.
    pub fn names(&self, party: &Party) -> bool {
        let has = |word: &str| self.by.split(' ').any(|known| known == word);
        let name = party.name.to_lowercase();
        let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        has(party.address.as_str()) || words().nth(1).is_some() && words().all(has)
    }
}

/// What somebody's own words say about a request, beside asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// That what they asked is no longer needed.
    Withdraws,
    /// That the writer will do something until then.
    Promises(Timestamp),
    /// That the writer is away until then: an automatic reply says so.
    Away(Timestamp),
}

/// How a subject begins (`Re:`, `Bls:`, `Fwd:`, `Trs:` …).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prefix {
    /// A subject of its own.
    None,
    /// A reply prefix stands outermost.
    Reply,
    /// A forward prefix stands outermost.
    Forward,
}

/// What header and structure say about who made a message (auto-reply.md; ids are its rule ids).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Class A: written by a machine; the first rule that says so.
    pub automatic: Option<String>,
    /// Probably written by a machine (E5, §1.8, §1.9): shown, never closing.
    pub perhaps_automatic: Option<String>,
    /// A bounce or delivery report.
    pub bounce: bool,
    /// Any mailing-list field (H2, H3).
    pub list: bool,
    /// RFC 2919 List-Id between its brackets, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// `List-Unsubscribe`.
    pub unsubscribe: bool,
    /// Precedence bulk/junk/list (H4) or the fields of mass mailers (H7).
    pub bulk: bool,
    /// iTIP method, upper case (`REQUEST`, `REPLY`, `CANCEL` …).
    pub calendar: Option<String>,
    /// Encrypted: the text cannot be judged.
    pub encrypted: bool,
}

/// Which duty a folder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Mail that arrives.
    Inbox,
    /// Mail the owner has sent.
    Sent,
    /// Sigap's own mail: what people who are no owners answer. Read for their words alone.
    Answers,
}

/// Flags that matter; all others are not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// `\Answered`.
    pub answered: bool,
    /// `\Draft`.
    pub draft: bool,
    /// `\Deleted`.
    pub deleted: bool,
    /// `$Junk`.
    pub junk: bool,
}

/// Where the reading of one folder stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// UIDVALIDITY; 0 before the first reading; 1 for a Maildir.
    pub uid_validity: u64,
    /// The lowest UID not read yet; 0 before the first reading; unused for a Maildir.
    pub uid_next: u64,
    /// HIGHESTMODSEQ where offered, else 0.
    pub mod_seq: u64,
}

/// One message as a door brought it: bytes, and what the server says about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// UID (IMAP), or 63 bits of a hash over the unique file name (Maildir).
    pub uid: u64,
    /// Flags at the moment of reading.
    pub flags: Flags,
    /// INTERNALDATE, or the Maildir file's time.
    pub arrived_at: Option<Timestamp>,
    /// RFC822.SIZE, bytes; a hint only.
    pub size: u64,
    /// What the server calls the message in every folder, where it has a name for it: RFC 8474 §5.1
    /// EMAILID, or Gmail's X-GM-MSGID.
    pub provider_id: Option<String>,
    /// What the server calls its conversation: RFC 8474 §5.2 THREADID, or Gmail's X-GM-THRID.
    pub provider_thread: Option<String>,
    /// The header up to and with the blank line, at most 64 KiB.
    pub header: Vec<u8>,
    /// Header and body, at most 256 KiB; present only when it was asked for.
    pub whole: Option<Vec<u8>>,
}

/// What a reading of one folder brought: goes into the store whole or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<M> {
    /// The folder.
    pub mailbox: MailboxId,
    /// When its listing began: what happened in the folder later may be missing.
    pub began_at: Timestamp,
    /// Where the folder's reading stands when this batch is in.
    pub cursor: Cursor,
    /// New messages, by UID.
    pub messages: Vec<M>,
    /// Flags of messages already known.
    pub flags: Vec<(u64, Flags)>,
    /// UIDs that left the folder.
    pub vanished: Vec<u64>,
    /// The folder was numbered anew: every known UID of it is void.
    pub renumbered: bool,
    /// Nothing is left to read: the folder is known as of the beginning.
    pub caught_up: bool,
    /// Every UID of the folder was compared with the known ones.
    pub reconciled: bool,
}
