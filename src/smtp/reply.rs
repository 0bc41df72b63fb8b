//! The table of the SMTP door: what was heard in which phase, and what that means for a letter.
//!
//! Pure. Before the final dot every trouble is "surely not accepted"; after it only a clean reply
//! of the server is believed, everything else is ambiguous (law 3). It never reads a socket
//! (`smtp/stream`) and never decides on a repeat (`engine/delivery`).

use crate::model::letter::{Outcome, Refusal, Scope};

/// The longest reply line, CRLF included (reliability: RFC 5321 §4.5.3.1.5 says 512).
pub const LONGEST_LINE: usize = 4 * 1024;
/// The longest reply, all its lines together.
pub const LONGEST_REPLY: usize = 64 * 1024;
/// The longest answer kept of a refusal, in characters.
const LONGEST_ANSWER: usize = 300;

/// Where in the dialogue something was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Name and TCP.
    Dial,
    /// STARTTLS and the handshake.
    Tls,
    /// The server's first line.
    Greeting,
    /// `EHLO`.
    Hello,
    /// `AUTH`.
    Auth,
    /// `MAIL FROM` (and the `RSET` before it).
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`, up to 354.
    Data,
    /// The message without its final dot.
    Body,
    /// The final dot and the reply to it.
    Dot,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 10] = [
        Self::Dial,
        Self::Tls,
        Self::Greeting,
        Self::Hello,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Body,
        Self::Dot,
    ];

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dial => "connect",
            Self::Tls => "TLS",
            Self::Greeting => "greeting",
            Self::Hello => "EHLO",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::Body => "message",
            Self::Dot => "final dot",
        }
    }
}

/// One whole reply of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, 200 to 559.
    pub code: u16,
    /// The text of each line, cleaned of control characters and bidi controls.
    pub lines: Vec<String>,
}

impl Reply {
    /// Code and text in one line.
    pub fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" ")).trim_end().to_owned()
    }

    /// The enhanced status code, if it agrees with the reply code (RFC 2034 §4).
    pub fn enhanced(&self) -> Option<(u16, u16, u16)> {
        let word = self.lines.first()?.split_whitespace().next()?;
        let mut parts = word.split('.').map(|part| {
            let sound = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            sound.then(|| part.parse::<u16>().ok()).flatten()
        });
        let status = (parts.next()??, parts.next()??, parts.next()??);
        (parts.next().is_none() && status.0 == self.code / 100).then_some(status)
    }
}

/// What came back in one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Exactly one well-formed reply.
    Reply(Reply),
    /// The connection ended or never was.
    Lost(String),
    /// Nothing within the phase's deadline.
    Silent,
    /// Something that is no reply, or more than one.
    Garbled(String),
}

impl Answer {
    /// The answer in words.
    pub fn text(&self) -> String {
        match self {
            Self::Reply(reply) => reply.text(),
            Self::Lost(why) => format!("connection lost: {why}"),
            Self::Silent => "no answer in time".to_owned(),
            Self::Garbled(why) => format!("not understood: {why}"),
        }
    }
}

/// What an answer in a phase leads to; `None`: the dialogue goes on.
pub fn judge(phase: Phase, answer: &Answer) -> Option<Outcome> {
    match answer {
        Answer::Reply(reply) => judge_reply(phase, reply),
        Answer::Lost(_) | Answer::Silent | Answer::Garbled(_) => {
            Some(unclear(phase, &answer.text()))
        }
    }
}

/// A refusal in words of ours: surely not accepted, try again.
pub fn deferred(scope: Scope, phase: Phase, answer: &str) -> Outcome {
    Outcome::Deferred(refusal(scope, phase, answer))
}

/// A refusal for good.
pub fn refused(phase: Phase, answer: &str) -> Outcome {
    Outcome::Refused(refusal(Scope::Letter, phase, answer))
}

fn judge_reply(phase: Phase, reply: &Reply) -> Option<Outcome> {
    let text = reply.text();
    match (reply.code / 100, phase) {
        (2, Phase::Dot) => Some(Outcome::Accepted(cut_short(&text))),
        (2, Phase::Data | Phase::Body | Phase::Dial) => Some(unclear(phase, &text)),
        (2, _) => None,
        (3, Phase::Data) if reply.code == 354 => None,
        (4 | 5, _) => Some(judge_refusal(phase, reply, &text)),
        _ => Some(unclear(phase, &text)),
    }
}

/// A clean 4xx or 5xx: not accepted, before and after the dot alike.
fn judge_refusal(phase: Phase, reply: &Reply, text: &str) -> Outcome {
    match account_or_network(phase, reply) {
        Some(scope) => deferred(scope, phase, text),
        None if reply.code < 500 || is_throttled(phase, reply) => {
            deferred(Scope::Letter, phase, text)
        }
        None => refused(phase, text),
    }
}

/// Whom a refusal concerns, where it is more than this one letter.
fn account_or_network(phase: Phase, reply: &Reply) -> Option<Scope> {
    // 421: the server closes (RFC 5321 §3.8); 432: too much at once; the others: it wants a
    // (better) login (RFC 4954 §6).
    if matches!(reply.code, 421 | 432 | 454 | 530 | 534 | 535 | 538) {
        return Some(Scope::Account);
    }
    match phase {
        Phase::Dial | Phase::Tls | Phase::Greeting => Some(Scope::Network),
        Phase::Hello | Phase::Auth => Some(Scope::Account),
        // The sender is the same for every letter; what is said for good may be about this one
        // (its size, the null sender), unless it asks for a login (RFC 3463 §3.8).
        Phase::Mail if reply.code < 500 => Some(Scope::Account),
        Phase::Mail => match reply.enhanced() {
            Some((5, 7, 0 | 3 | 8)) => Some(Scope::Account),
            Some(_) | None => None,
        },
        // From here on it is about one recipient or one message, whatever status it borrows; where
        // it is not, `engine/delivery` sees it by the row of receivers.
        Phase::Rcpt | Phase::Data | Phase::Body | Phase::Dot => None,
    }
}

/// How large providers say "you send too much" when they have seen the message: a refusal for good
/// in its code, and not meant so. To a recipient the same codes mean what RFC 3463 says.
fn is_throttled(phase: Phase, reply: &Reply) -> bool {
    match phase {
        Phase::Data | Phase::Body | Phase::Dot => match reply.enhanced() {
            Some((5, 2, 0) | (5, 7, 3)) => true,
            Some((5, 5, 0)) => reply.code == 550,
            Some(_) | None => false,
        },
        Phase::Dial | Phase::Tls | Phase::Greeting | Phase::Hello => false,
        Phase::Auth | Phase::Mail | Phase::Rcpt => false,
    }
}

/// Nothing that could be believed was heard.
fn unclear(phase: Phase, text: &str) -> Outcome {
    match phase {
        Phase::Dot => Outcome::Ambiguous(cut_short(text)),
        Phase::Dial | Phase::Tls | Phase::Greeting | Phase::Hello | Phase::Auth => {
            deferred(Scope::Network, phase, text)
        }
        Phase::Mail | Phase::Rcpt | Phase::Data | Phase::Body => {
            deferred(Scope::Letter, phase, text)
        }
    }
}

fn refusal(scope: Scope, phase: Phase, answer: &str) -> Refusal {
    Refusal { scope, phase: phase.word().to_owned(), answer: cut_short(answer) }
}

fn cut_short(text: &str) -> String {
    clean(text).chars().take(LONGEST_ANSWER).collect()
}

/// Cuts the first reply out of bytes: the reply and its length, or `None` while it is incomplete.
///
/// Strict, because a reply that can be read in two ways is none: every line ends with CRLF, begins
/// with the same code (RFC 5321 §4.2.1), and is bounded, as is the whole.
pub fn cut(raw: &[u8]) -> Result<Option<(Reply, usize)>, &'static str> {
    let mut lines = Vec::new();
    let mut first = None;
    let mut used = 0;
    loop {
        let rest = raw.get(used..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(rest.len()) >= LONGEST_LINE {
            return Err("a reply line is longer than 4 KiB");
        }
        if used + end.unwrap_or(rest.len()) >= LONGEST_REPLY {
            return Err("a reply is longer than 64 KiB");
        }
        let Some(end) = end else { return Ok(None) };
        let line = rest.get(..end).and_then(|line| line.strip_suffix(b"\r"));
        let line = line.ok_or("a reply line does not end with CRLF")?;
        let (code, more, text) = read_line(line).ok_or("a line is not a reply")?;
        if *first.get_or_insert(code) != code {
            return Err("the lines of one reply have different codes");
        }
        lines.push(text);
        used += end + 1;
        if !more {
            return Ok(Some((Reply { code, lines }, used)));
        }
    }
}

/// `250-text`, `250 text` or `250`: the code, whether more lines follow, the text.
fn read_line(line: &[u8]) -> Option<(u16, bool, String)> {
    let (code, rest) = line.split_at_checked(3)?;
    let [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9'] = code else { return None };
    let code = std::str::from_utf8(code).ok()?.parse().ok()?;
    if rest.contains(&b'\r') {
        return None;
    }
    let (more, text) = match rest.split_first() {
        None => (false, rest),
        Some((b' ', text)) => (false, text),
        Some((b'-', text)) => (true, text),
        Some(_) => return None,
    };
    Some((code, more, clean(&String::from_utf8_lossy(text))))
}

/// Replaces what could play tricks on a screen or in a log.
fn clean(text: &str) -> String {
    let tricky = |c: char| {
        c.is_control()
            || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|c| if tricky(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}
