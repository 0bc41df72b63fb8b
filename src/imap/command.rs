//! The checked command layer: one command, its untagged answers, and a tagged OK that is ours.
//!
//! The protocol library only parses here. Nothing counts as success but the tagged OK; the end of
//! the line, `* BYE`, silence and unreadable answers are faults after which the session must be
//! dropped. Commands are built from checked parts, are never logged, and no fault quotes a buffer.
//! Next stations: `imap/session`, `imap/fetch`, `imap/idle`.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use imap_proto::{MailboxDatum, Outcome, Response, ResponseCode, Status};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::imap::fault::{Fault, Oddity, fault_of, plain};
use crate::imap::guard::{Guard, Stream};
use crate::imap::rest::{Warning, coded};

/// However lively a server is: no command takes longer than this many deadlines.
const DEADLINES_IN_ALL: u32 = 10;
/// A server that takes no more is listened to for so long: it may have said why.
const PARTING_WITHIN: Duration = Duration::from_secs(1);

/// A command made of parts that cannot end it early (RFC 3501 §9).
#[derive(Clone)]
pub struct Command {
    verb: &'static str,
    line: Vec<u8>,
}

/// Without its arguments: a password may be among them.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Command({})", self.verb)
    }
}

impl Command {
    /// Begins with words of ours.
    pub fn new(verb: &'static str) -> Self {
        Self { verb, line: verb.as_bytes().to_vec() }
    }

    /// Adds more words of ours.
    pub fn with(mut self, words: &'static str) -> Self {
        self.line.push(b' ');
        self.line.extend_from_slice(words.as_bytes());
        self
    }

    /// Adds words that were made here: numbers, sets, base64. Others are refused.
    pub fn with_word(mut self, word: &str) -> Result<Self, Fault> {
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(self.unspeakable());
        }
        self.line.push(b' ');
        self.line.extend_from_slice(word.as_bytes());
        Ok(self)
    }

    /// Adds a quoted string; CR, LF and NUL are refused.
    pub fn with_quoted(mut self, text: &str) -> Result<Self, Fault> {
        if text.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(self.unspeakable());
        }
        self.line.extend_from_slice(b" \"");
        for byte in text.bytes() {
            if matches!(byte, b'"' | b'\\') {
                self.line.push(b'\\');
            }
            self.line.push(byte);
        }
        self.line.push(b'"');
        Ok(self)
    }

    fn unspeakable(&self) -> Fault {
        let answer = "a name with line breaks or control characters is never sent".to_owned();
        Fault::Refused { command: self.verb, code: None, answer }
    }
}

/// A command that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Response code of the tagged OK.
    pub code: Option<String>,
    /// Its text.
    pub answer: String,
}

/// What one answer means to whoever waits for the tagged one.
#[derive(Debug)]
pub(crate) enum Event {
    Tagged { tag: String, success: Success, done: Done },
    Continue,
    Beside(Beside),
}

/// What comes beside the answer that is waited for.
#[derive(Debug)]
pub(crate) enum Beside {
    Bye(String),
    Warned(String),
    Exists(u32),
    Gone,
    Fetched,
    Other,
}

/// The three tagged answers, and what must not stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Success {
    Ok,
    No,
    Odd,
}

/// A line to a server with the guard in it and commands checked above it.
pub struct Wire<S: Stream> {
    client: async_imap::Client<Guard<S>>,
    tags: u32,
    /// A command was begun and its tagged answer not read: whatever comes next belongs to it.
    broken: bool,
    exists: Option<u32>,
    news: bool,
    warning: Warning,
    most: u64,
}

impl<S: Stream> std::fmt::Debug for Wire<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("broken", &self.broken).finish_non_exhaustive()
    }
}

impl<S: Stream> Wire<S> {
    /// Puts the guard under the parser.
    pub fn new(stream: S) -> Self {
        let client = async_imap::Client::new(Guard::new(stream));
        let warning = Warning::default();
        Self { client, tags: 0, broken: false, exists: None, news: false, warning, most: u64::MAX }
    }

    /// Runs a command to its tagged answer. `deadline` begins anew with every sign of life.
    pub async fn cmd<F>(
        &mut self,
        command: Command,
        deadline: Duration,
        on_untagged: F,
    ) -> Result<Done, Fault>
    where
        F: FnMut(&Response<'_>) + Send,
    {
        self.exchange(command, Vec::new(), deadline, on_untagged).await
    }

    /// The same for commands that the server asks back about: `replies` in order, then `*`.
    pub async fn exchange<F>(
        &mut self,
        command: Command,
        replies: Vec<String>,
        deadline: Duration,
        on_untagged: F,
    ) -> Result<Done, Fault>
    where
        F: FnMut(&Response<'_>) + Send,
    {
        let in_all = deadline.saturating_mul(DEADLINES_IN_ALL);
        timeout(in_all, self.run(command, replies, deadline, on_untagged))
            .await
            .unwrap_or(Err(Fault::Silent))
    }

    async fn run<F>(
        &mut self,
        command: Command,
        replies: Vec<String>,
        deadline: Duration,
        mut on_untagged: F,
    ) -> Result<Done, Fault>
    where
        F: FnMut(&Response<'_>) + Send,
    {
        let verb = command.verb;
        let asks_back = !replies.is_empty();
        let mut replies = replies.into_iter();
        let tag = self.begin(command, deadline).await?;
        loop {
            let event = self
                .hear(deadline, |response| {
                    on_untagged(response);
                    event_of(response)
                })
                .await?;
            match event {
                Event::Tagged { tag: theirs, .. } if theirs != tag => {
                    return Err(Fault::Protocol(Oddity::ForeignTag));
                }
                Event::Tagged { success, done, .. } => return self.end(verb, success, done),
                Event::Continue if asks_back => {
                    let reply = replies.next().unwrap_or_else(|| "*".to_owned());
                    self.say(reply.as_bytes(), deadline).await?;
                }
                Event::Continue => {}
                Event::Beside(Beside::Bye(_)) if verb == "LOGOUT" => {}
                Event::Beside(Beside::Fetched) if verb == "UID FETCH" => {}
                Event::Beside(beside) => self.note(beside)?,
            }
        }
    }

    /// Sends a command and returns its tag; until [`Wire::end`] the session counts as broken.
    pub(crate) async fn begin(
        &mut self,
        command: Command,
        deadline: Duration,
    ) -> Result<String, Fault> {
        if std::mem::replace(&mut self.broken, true) {
            return Err(Fault::Closed { answer: String::new() });
        }
        self.tags = self.tags.wrapping_add(1);
        let tag = format!("S{:04}", self.tags);
        let mut line = tag.clone().into_bytes();
        line.push(b' ');
        line.extend_from_slice(&command.line);
        self.say(&line, deadline).await?;
        Ok(tag)
    }

    /// Takes the tagged answer of the command under way.
    pub(crate) fn end(
        &mut self,
        verb: &'static str,
        success: Success,
        done: Done,
    ) -> Result<Done, Fault> {
        match success {
            Success::Ok => {
                self.broken = false;
                self.warning.forget();
                Ok(done)
            }
            Success::No => {
                self.broken = false;
                self.warning.note(coded(done.code.as_deref(), &done.answer));
                Err(Fault::Refused { command: verb, code: done.code, answer: done.answer })
            }
            Success::Odd => Err(Fault::Protocol(Oddity::Unreadable)),
        }
    }

    /// Sends one line.
    pub(crate) async fn say(&mut self, line: &[u8], deadline: Duration) -> Result<(), Fault> {
        let mut bytes = line.to_vec();
        bytes.extend_from_slice(b"\r\n");
        let stream = self.client.get_mut();
        let writing = async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        };
        match timeout(deadline, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.parting().await),
            Err(_) => Err(Fault::Silent),
        }
    }

    /// Why a server takes no more, as far as it has said so.
    async fn parting(&mut self) -> Fault {
        while let Ok(event) = self.hear(PARTING_WITHIN, event_of).await {
            if let Event::Beside(beside) = event
                && let Err(fault) = self.note(beside)
            {
                return fault;
            }
        }
        self.warning.closed(String::new())
    }

    /// Reads one answer and shows it. Cancel-safe.
    pub(crate) async fn hear<R>(
        &mut self,
        deadline: Duration,
        show: impl FnOnce(&Response<'_>) -> R,
    ) -> Result<R, Fault> {
        loop {
            let before = self.received();
            // Bounded by the guard, the parser may still give up loudly.
            let reading = AssertUnwindSafe(self.client.read_response()).catch_unwind();
            match timeout(deadline, reading).await {
                Err(_) if self.received() > before => {}
                Err(_) => return Err(Fault::Silent),
                Ok(Err(_)) => return Err(Fault::Protocol(Oddity::Unreadable)),
                Ok(Ok(Err(error))) => {
                    let fault = fault_of(&error);
                    let closed = matches!(fault, Fault::Closed { .. });
                    return Err(if closed { self.warning.closed(String::new()) } else { fault });
                }
                Ok(Ok(Ok(None))) => return Err(self.warning.closed(String::new())),
                Ok(Ok(Ok(Some(_)))) if self.received() > self.most => return Err(Fault::UsedUp),
                Ok(Ok(Ok(Some(answer)))) => return Ok(show(answer.parsed())),
            }
        }
    }

    /// Sets how many literal bytes one answer may bring.
    pub fn allow_literal(&mut self, most: usize) {
        self.client.get_mut().allow_literal(most);
    }

    /// Bytes received since the line was opened.
    pub fn received(&self) -> u64 {
        self.client.get_ref().received()
    }

    /// Sets how many bytes the line may bring in all; with the first answer beyond that it is given
    /// up ([`Fault::UsedUp`]).
    pub fn allow_in_all(&mut self, most: u64) {
        self.most = most;
    }

    /// Whether something happened in the folder since the last call.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// Another folder is about to be opened: counts begin anew.
    pub fn forget_folder(&mut self) {
        (self.exists, self.news) = (None, false);
    }

    /// Takes what comes beside a command: news of the folder, or the server's farewell.
    pub(crate) fn note(&mut self, beside: Beside) -> Result<(), Fault> {
        match beside {
            Beside::Bye(answer) => return Err(self.warning.closed(answer)),
            Beside::Warned(words) => self.warning.note(words),
            Beside::Exists(many) => {
                let before = self.exists.replace(many);
                self.news |= before.is_some_and(|before| before != many);
            }
            Beside::Gone | Beside::Fetched => self.news = true,
            Beside::Other => {}
        }
        Ok(())
    }
}

/// Sorts an answer.
#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum is open")]
pub(crate) fn event_of(response: &Response<'_>) -> Event {
    let beside = match response {
        Response::Done { tag, status, outcome } => {
            let success = match status {
                Status::Ok => Success::Ok,
                Status::No | Status::Bad => Success::No,
                Status::PreAuth | Status::Bye => Success::Odd,
            };
            return Event::Tagged { tag: tag.0.clone(), success, done: done_of(outcome) };
        }
        Response::Continue(_) => return Event::Continue,
        Response::Data { status: Status::Bye, outcome } => Beside::Bye(words_of(outcome)),
        Response::Data { status: Status::Ok | Status::No | Status::Bad, outcome } => {
            Beside::Warned(words_of(outcome))
        }
        Response::MailboxData(MailboxDatum::Exists(many)) => Beside::Exists(*many),
        Response::Expunge(_) | Response::Vanished { .. } => Beside::Gone,
        Response::Fetch(..) => Beside::Fetched,
        _ => Beside::Other,
    };
    Event::Beside(beside)
}

/// Code and text of a status answer in one.
pub(crate) fn words_of(outcome: &Outcome<'_>) -> String {
    let Done { code, answer } = done_of(outcome);
    coded(code.as_deref(), &answer)
}

/// Code and text of a status answer; codes that the parser does not know stand in the text.
pub(crate) fn done_of(outcome: &Outcome<'_>) -> Done {
    let text = outcome.information.as_deref().unwrap_or_default();
    let known = match &outcome.code {
        Some(ResponseCode::Alert) => Some("ALERT"),
        Some(ResponseCode::TryCreate) => Some("TRYCREATE"),
        Some(ResponseCode::Parse) => Some("PARSE"),
        _ => None,
    };
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (code, text) = match (known, bracketed) {
        (Some(code), _) => (Some(code.to_owned()), text),
        (None, Some((code, rest))) => {
            (code.split(' ').next().map(str::to_ascii_uppercase), rest.trim_start())
        }
        (None, None) => (None, text),
    };
    Done { code: code.map(|code| plain(&code)), answer: plain(text) }
}
