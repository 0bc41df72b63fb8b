//! Runs a plan on a session: headers of a window, texts of chosen messages.
//!
//! It takes an answer for what was asked only by its UID, in whatever order things come; it never
//! asks for structures, never marks a message as read (`BODY.PEEK`), never keeps more of a message
//! than agreed. Next stations: `imap/changes`, then the caller puts what was read into a batch
//! (`model/message`).

use std::collections::BTreeMap;
use std::time::Duration;

use imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::imap::command::Command;
use crate::imap::fault::Fault;
use crate::imap::guard::Stream;
use crate::imap::session::Session;
use crate::imap::sync::{WINDOW, sets};
use crate::model::message::{Fetched, Flags};

/// Of one header, bytes.
pub const HEADER_BYTES: usize = 64 * 1024;
/// Of one message, bytes.
pub const WHOLE_BYTES: usize = 256 * 1024;
/// A server may send this many times what was asked before it is given up; what is over is cut off.
const SLACK: usize = 4;
pub(crate) const FETCH_WITHIN: Duration = Duration::from_secs(120);
/// So many texts are asked for at a time; as many more may be held until they are judged.
pub const TEXTS_AT_ONCE: usize = 50;

const HEADER_ITEMS: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.65536>)";
/// With the ids that a message and its conversation have in all folders (RFC 8474 §5).
const HEADER_AND_ID: &str =
    "(UID EMAILID THREADID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.65536>)";
/// The same as Gmail calls it.
const HEADER_AND_GMAIL_ID: &str =
    "(UID X-GM-MSGID X-GM-THRID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.65536>)";
const WHOLE_ITEMS: &str = "(UID BODY.PEEK[]<0.262144>)";

/// Attributes of one message, in whatever order and pieces they came.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    /// FLAGS.
    pub(crate) flags: Option<Flags>,
    arrived_at: Option<Timestamp>,
    size: u64,
    provider_id: Option<String>,
    provider_thread: Option<String>,
    header: Option<Vec<u8>>,
    whole: Option<Vec<u8>>,
}

impl<S: Stream> Session<S> {
    /// Headers of the messages in a window (at most 500 UIDs), by UID. A message whose header does
    /// not come even when asked again is there with an empty one.
    pub async fn headers(&mut self, window: (u64, u64)) -> Result<Vec<Fetched>, Fault> {
        let (first, last) = (window.0, window.1.min(window.0.saturating_add(WINDOW - 1)));
        let (set, items) = (format!("{first}:{last}"), self.header_items());
        let mut pieces = self.pieces(&set, items, |uid| (first..=last).contains(&uid)).await?;
        let missing = pieces.iter().filter(|(_, piece)| piece.header.is_none());
        let missing: Vec<u64> = missing.map(|(uid, _)| *uid).collect();
        for (set, members) in sets(&missing, TEXTS_AT_ONCE) {
            let again = self.pieces(&set, items, |uid| members.binary_search(&uid).is_ok()).await?;
            again.into_iter().for_each(|(uid, piece)| pieces.entry(uid).or_default().add(piece));
        }
        Ok(pieces.into_iter().map(|(uid, piece)| piece.into_fetched(uid)).collect())
    }

    /// Header and body (at most 256 KiB) of these messages, by UID. Those that are gone are absent.
    pub async fn texts(&mut self, uids: &[u64]) -> Result<Vec<(u64, Vec<u8>)>, Fault> {
        let mut texts = BTreeMap::new();
        for again in [false, true] {
            let open: Vec<u64> =
                uids.iter().copied().filter(|uid| !texts.contains_key(uid)).collect();
            // Some servers leave out messages of a long list: those are asked for once more.
            let most = if again { 1 } else { TEXTS_AT_ONCE };
            for (set, members) in sets(&open, most) {
                let pieces = self
                    .pieces(&set, WHOLE_ITEMS, |uid| members.binary_search(&uid).is_ok())
                    .await?;
                let whole = |(uid, piece): (u64, Piece)| Some((uid, piece.whole?));
                texts.extend(pieces.into_iter().filter_map(whole));
            }
        }
        Ok(texts.into_iter().collect())
    }

    fn header_items(&self) -> &'static str {
        if self.offers("OBJECTID") {
            HEADER_AND_ID
        } else if self.offers("X-GM-EXT-1") {
            HEADER_AND_GMAIL_ID
        } else {
            HEADER_ITEMS
        }
    }

    /// What the server says about these messages; what it says about others is left out.
    pub(crate) async fn pieces(
        &mut self,
        set: &str,
        items: &'static str,
        wanted: impl Fn(u64) -> bool + Send + Sync,
    ) -> Result<BTreeMap<u64, Piece>, Fault> {
        let command = Command::new("UID FETCH").with_word(set)?.with(items);
        let mut pieces: BTreeMap<u64, Piece> = BTreeMap::new();
        let asked = if items == WHOLE_ITEMS { WHOLE_BYTES } else { HEADER_BYTES };
        self.wire.allow_literal(SLACK * asked);
        let note = |response: &Response<'_>| {
            if let Some((uid, piece)) = piece_of(response).filter(|(uid, _)| wanted(*uid)) {
                pieces.entry(uid).or_default().add(piece);
            }
        };
        self.wire.cmd(command, FETCH_WITHIN, note).await?;
        Ok(pieces)
    }
}

impl Piece {
    /// Adds what came later; of the same thing the first stays, but flags change.
    fn add(&mut self, later: Self) {
        self.flags = later.flags.or(self.flags);
        self.arrived_at = self.arrived_at.or(later.arrived_at);
        self.size = self.size.max(later.size);
        self.provider_id = self.provider_id.take().or(later.provider_id);
        self.provider_thread = self.provider_thread.take().or(later.provider_thread);
        self.header = self.header.take().or(later.header);
        self.whole = self.whole.take().or(later.whole);
    }

    fn into_fetched(self, uid: u64) -> Fetched {
        Fetched {
            uid,
            flags: self.flags.unwrap_or_default(),
            arrived_at: self.arrived_at,
            size: self.size,
            provider_id: self.provider_id,
            provider_thread: self.provider_thread,
            header: self.header.unwrap_or_default(),
            whole: self.whole,
        }
    }
}

/// The moment in an INTERNALDATE (RFC 3501 §9 date-time); odd forms are none.
pub fn arrived_at(text: &str) -> Option<Timestamp> {
    let mut parts = text.split_ascii_whitespace();
    let (date, time, zone) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let mut fields = date.split('-');
    let (day, month, year) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || year.len() != 4 {
        return None;
    }
    let date = Date::new(digits(year)?, month_of(month)?, i8::try_from(digits(day)?).ok()?).ok()?;
    let mut fields = time.split(':');
    let mut next = || i8::try_from(digits(fields.next()?)?).ok();
    // A leap second is the last moment of its minute.
    let time = Time::new(next()?, next()?, next()?.min(59), 0).ok()?;
    if fields.next().is_some() {
        return None;
    }
    offset_of(zone)?.to_timestamp(DateTime::from_parts(date, time)).ok()
}

/// The flags that matter, whatever their case.
pub fn flags_of<'a>(words: impl Iterator<Item = &'a str>) -> Flags {
    let mut flags = Flags::default();
    for word in words {
        match word.to_ascii_lowercase().as_str() {
            "\\answered" => flags.answered = true,
            "\\draft" => flags.draft = true,
            "\\deleted" => flags.deleted = true,
            "$junk" | "junk" => flags.junk = true,
            _ => {}
        }
    }
    flags
}

/// What a FETCH answer says about one message; without a UID it is about nothing we asked.
#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum is open")]
pub(crate) fn piece_of(response: &Response<'_>) -> Option<(u64, Piece)> {
    let Response::Fetch(_, attributes) = response else { return None };
    let mut uid = None;
    let mut piece = Piece::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(number) => uid = Some(u64::from(*number)),
            AttributeValue::Flags(words) => {
                piece.flags = Some(flags_of(words.iter().map(AsRef::as_ref)));
            }
            AttributeValue::InternalDate(text) => piece.arrived_at = arrived_at(text),
            AttributeValue::Rfc822Size(bytes) => piece.size = u64::from(*bytes),
            AttributeValue::EmailId(id) => piece.provider_id = Some(id.to_string()),
            AttributeValue::GmailMsgId(id) => piece.provider_id = Some(id.to_string()),
            AttributeValue::ThreadId(id) => {
                piece.provider_thread = id.as_deref().and_then(named);
            }
            AttributeValue::GmailThrId(id) => piece.provider_thread = named(&id.to_string()),
            AttributeValue::BodySection { section, index: None | Some(0), data: Some(bytes) } => {
                match section {
                    None => piece.whole = Some(cut(bytes, WHOLE_BYTES)),
                    Some(SectionPath::Full(MessageSection::Header)) => {
                        piece.header = Some(cut(bytes, HEADER_BYTES));
                    }
                    Some(_) => {}
                }
            }
            _ => {}
        }
    }
    uid.map(|uid| (uid, piece))
}

/// The name of a conversation. A number of nothing but zeros is none, nor is the word NIL: Cyrus
/// without conversations says `(NIL)` of every message where RFC 8474 §5.2 has NIL.
fn named(id: &str) -> Option<String> {
    let number = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let zero = !number.is_empty() && number.bytes().all(|byte| byte == b'0');
    let nothing = id.is_empty() || zero || id.eq_ignore_ascii_case("NIL");
    (!nothing).then(|| id.to_owned())
}

fn cut(bytes: &[u8], most: usize) -> Vec<u8> {
    bytes.get(..most).unwrap_or(bytes).to_vec()
}

fn digits(text: &str) -> Option<i16> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn month_of(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = name.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| *month == name)?;
    i8::try_from(index + 1).ok()
}

fn offset_of(zone: &str) -> Option<Offset> {
    let (sign, number) = match (zone.strip_prefix('+'), zone.strip_prefix('-')) {
        (Some(number), _) => (1, number),
        (None, Some(number)) => (-1, number),
        (None, None) => return None,
    };
    if number.len() != 4 {
        return None;
    }
    let number = i32::from(digits(number)?);
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 15 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
