//! Runs a plan on a session: headers of a window, texts of chosen messages, flags, what is gone.
//!
//! It takes an answer for what was asked only by its UID, in whatever order things come; it never
//! asks for structures, never marks a message as read (`BODY.PEEK`), never keeps more of a message
//! than agreed. That a message is gone counts only when a second question confirms it.
//! Next station: the caller puts what was read into a batch (`model/message`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::imap::command::Command;
use crate::imap::fault::{Fault, Oddity};
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
const FETCH_WITHIN: Duration = Duration::from_secs(120);
const TEXTS_AT_ONCE: usize = 50;
const SEARCH_WINDOW: u64 = 10_000;
const MOST_FLAGS: usize = 1_000_000;
/// More than this many gone at once, or a fifth of the folder, is confirmed a second time.
const MANY_GONE: usize = 50;

const HEADER_ITEMS: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.65536>)";
const WHOLE_ITEMS: &str = "(UID BODY.PEEK[]<0.262144>)";

/// Attributes of one message, in whatever order and pieces they came.
#[derive(Debug, Default)]
struct Piece {
    flags: Option<Flags>,
    arrived_at: Option<Timestamp>,
    size: u64,
    header: Option<Vec<u8>>,
    whole: Option<Vec<u8>>,
}

impl<S: Stream> Session<S> {
    /// Headers of the messages in a window (at most 500 UIDs), by UID. A message whose header does
    /// not come even when asked again is there with an empty one.
    pub async fn headers(&mut self, window: (u64, u64)) -> Result<Vec<Fetched>, Fault> {
        let (first, last) = (window.0, window.1.min(window.0.saturating_add(WINDOW - 1)));
        let set = format!("{first}:{last}");
        let mut pieces =
            self.pieces(&set, HEADER_ITEMS, |uid| (first..=last).contains(&uid)).await?;
        let missing = pieces.iter().filter(|(_, piece)| piece.header.is_none());
        let missing: Vec<u64> = missing.map(|(uid, _)| *uid).collect();
        for (set, members) in sets(&missing, TEXTS_AT_ONCE) {
            let again = self.pieces(&set, HEADER_ITEMS, |uid| members.contains(&uid)).await?;
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
                let pieces = self.pieces(&set, WHOLE_ITEMS, |uid| members.contains(&uid)).await?;
                let whole = |(uid, piece): (u64, Piece)| Some((uid, piece.whole?));
                texts.extend(pieces.into_iter().filter_map(whole));
            }
        }
        Ok(texts.into_iter().collect())
    }

    /// Flags in a window of UIDs; with `changed_since` only those changed after that MODSEQ.
    pub async fn flags(
        &mut self,
        window: (u64, u64),
        changed_since: Option<u64>,
    ) -> Result<Vec<(u64, Flags)>, Fault> {
        let (first, last) = window;
        let mut command =
            Command::new("UID FETCH").with_word(&format!("{first}:{last}"))?.with("(UID FLAGS)");
        if let Some(mod_seq) = changed_since {
            command = command.with_word("(CHANGEDSINCE")?.with_word(&format!("{mod_seq})"))?;
        }
        let mut flags = BTreeMap::new();
        let note = |response: &Response<'_>| {
            if let Some((uid, Piece { flags: Some(found), .. })) = piece_of(response)
                && (first..=last).contains(&uid)
                && flags.len() <= MOST_FLAGS
            {
                flags.insert(uid, found);
            }
        };
        self.wire.cmd(command, FETCH_WITHIN, note).await?;
        if flags.len() > MOST_FLAGS {
            return Err(Fault::Protocol(Oddity::TooMuch));
        }
        Ok(flags.into_iter().collect())
    }

    /// Which of these known UIDs are no longer in the folder. What one answer leaves out is only a
    /// hint: it is asked for by UID before it counts, and twice when it is much.
    pub async fn vanished(&mut self, known: &[u64]) -> Result<Vec<u64>, Fault> {
        let mut missing: Vec<u64> = known.to_vec();
        missing.sort_unstable();
        missing.dedup();
        let all = missing.len();
        missing = self.unseen(missing).await?;
        let passes = if missing.len() > MANY_GONE.max(all / 5) { 2 } else { 1 };
        for _ in 0..passes {
            let mut gone = Vec::new();
            for (set, members) in sets(&missing, usize::MAX) {
                let seen = self.pieces(&set, "(UID)", |uid| members.contains(&uid)).await?;
                gone.extend(members.iter().copied().filter(|uid| !seen.contains_key(uid)));
            }
            missing = gone;
        }
        Ok(missing)
    }

    async fn unseen(&mut self, known: Vec<u64>) -> Result<Vec<u64>, Fault> {
        let mut unseen = Vec::new();
        let mut rest = known.as_slice();
        while let Some(&first) = rest.first() {
            let last = first.saturating_add(SEARCH_WINDOW - 1);
            let (asked, left) = rest.split_at(rest.partition_point(|uid| *uid <= last));
            let last = asked.last().copied().unwrap_or(first);
            let command = Command::new("UID SEARCH").with("UID");
            let command = command.with_word(&format!("{first}:{last}"))?;
            let mut seen = BTreeSet::new();
            let note = |response: &Response<'_>| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                    let uids = uids.iter().map(|uid| u64::from(*uid));
                    seen.extend(uids.filter(|uid| (first..=last).contains(uid)));
                }
            };
            self.wire.cmd(command, FETCH_WITHIN, note).await?;
            unseen.extend(asked.iter().copied().filter(|uid| !seen.contains(uid)));
            rest = left;
        }
        Ok(unseen)
    }

    async fn pieces(
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
        self.header = self.header.take().or(later.header);
        self.whole = self.whole.take().or(later.whole);
    }

    fn into_fetched(self, uid: u64) -> Fetched {
        Fetched {
            uid,
            flags: self.flags.unwrap_or_default(),
            arrived_at: self.arrived_at,
            size: self.size,
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
fn piece_of(response: &Response<'_>) -> Option<(u64, Piece)> {
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
