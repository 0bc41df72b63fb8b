//! The guard below the protocol library: it reads every byte of a server first and hands on whole,
//! bounded answers, one at a time.
//!
//! It knows just enough grammar (RFC 3501 §4, §9) to tell free text from data and to count:
//! literals, line length, brackets. What is beyond a bound never reaches the parser; the line is
//! given up with a [`Violation`]. It changes nothing but free text, where odd bytes become `?`, and
//! never looks into literals. Next station: `imap/command`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const CHUNK: usize = 4096;
/// Above this a buffer is given back after use: thousands of sessions wait most of the time.
const KEEP: usize = 64 * 1024;

/// Anything that carries bytes both ways.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Stream for T {}

/// How much one answer may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All literals of one answer together, bytes.
    pub literal: usize,
    /// Everything outside literals, bytes.
    pub line: usize,
    /// Open brackets.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { literal: 1024 * 1024, line: 256 * 1024, depth: 32 }
    }
}

/// Why a server is not listened to any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// More literal bytes than agreed.
    #[error("a literal larger than was asked for")]
    Literal,
    /// A line without end.
    #[error("a line too long")]
    Line,
    /// Brackets too deep.
    #[error("brackets too deep")]
    Depth,
    /// Strings where none can be, quotes or brackets left open.
    #[error("a malformed line")]
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before it is known what the answer is.
    Head,
    /// Status, tagged answer, continuation: free text to the end of the line.
    Text,
    Data,
    Quoted,
    Escaped,
    /// After `{`: digits seen, their value.
    Count(usize, usize),
    Counted(usize),
    CountedCr(usize),
    Literal(usize),
}

/// What to do with a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The byte as it goes on to the parser.
    pub byte: u8,
    /// The answer is whole with it.
    pub whole: bool,
}

/// The lexer alone, byte by byte.
#[derive(Debug)]
pub struct Lexer {
    limits: Limits,
    state: State,
    head: Vec<u8>,
    line: usize,
    literals: usize,
    depth: usize,
    before: u8,
}

impl Lexer {
    /// At the start of an answer.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Head,
            head: Vec::new(),
            line: 0,
            literals: 0,
            depth: 0,
            before: b' ',
        }
    }

    /// Takes the next byte of the server.
    pub fn push(&mut self, byte: u8) -> Result<Passed, Violation> {
        if let State::Literal(left) = self.state {
            self.state = if left <= 1 { State::Data } else { State::Literal(left - 1) };
            self.before = 0;
            return Ok(Passed { byte, whole: false });
        }
        self.line += 1;
        if self.line > self.limits.line {
            return Err(Violation::Line);
        }
        if self.state == State::Head {
            self.classify(byte);
        }
        match self.state {
            State::Head => Ok(Passed { byte, whole: false }),
            State::Text => Ok(self.text(byte)),
            State::Quoted | State::Escaped => self.quoted(byte),
            State::Count(..) | State::Counted(_) | State::CountedCr(_) => self.count(byte),
            State::Data | State::Literal(_) => self.structure(byte),
        }
    }

    /// How many of the coming bytes are surely literal.
    fn literal_left(&self) -> usize {
        match self.state {
            State::Literal(left) => left,
            State::Head
            | State::Text
            | State::Data
            | State::Quoted
            | State::Escaped
            | State::Count(..)
            | State::Counted(_)
            | State::CountedCr(_) => 0,
        }
    }

    fn skip_literal(&mut self, many: usize) {
        let left = self.literal_left().saturating_sub(many);
        self.state = if left == 0 { State::Data } else { State::Literal(left) };
        self.before = 0;
    }

    /// `* OK`, `* NO`, `* BAD`, `* BYE`, `* PREAUTH`, `+ …` and `TAG …` are free text: what looks
    /// like a literal in them is none.
    fn classify(&mut self, byte: u8) {
        self.state = match (self.head.len(), byte) {
            (0, b'*') | (1, b' ') => State::Head,
            (0, _) => State::Text,
            (1, _) => State::Data,
            (_, byte) if byte.is_ascii_alphabetic() && self.head.len() < 10 => State::Head,
            (_, b' ' | b'\r' | b'\n') => {
                let word = self.head.get(2..).unwrap_or_default().to_ascii_uppercase();
                match word.as_slice() {
                    b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH" => State::Text,
                    _ => State::Data,
                }
            }
            _ => State::Data,
        };
        self.before = self.head.last().copied().unwrap_or(b' ');
        self.head.push(byte);
    }

    fn text(&mut self, byte: u8) -> Passed {
        if byte == b'\n' {
            self.begin();
            return Passed { byte, whole: true };
        }
        let odd = byte >= 0x80 || byte == 0 || byte == b'{';
        Passed { byte: if odd { b'?' } else { byte }, whole: false }
    }

    fn structure(&mut self, byte: u8) -> Result<Passed, Violation> {
        let opens = matches!(self.before, b' ' | b'(');
        let mut whole = false;
        match byte {
            // Nothing we ask for has strings deeper than a message's own attributes.
            b'"' if !opens || self.depth > 1 => return Err(Violation::Malformed),
            b'"' => self.state = State::Quoted,
            b'{' if opens && self.depth > 1 => return Err(Violation::Malformed),
            b'{' if opens => self.state = State::Count(0, 0),
            b'(' if self.depth >= self.limits.depth => return Err(Violation::Depth),
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.checked_sub(1).ok_or(Violation::Malformed)?,
            b'\n' if self.depth > 0 => return Err(Violation::Malformed),
            b'\n' => whole = true,
            _ => {}
        }
        self.before = byte;
        if whole {
            self.begin();
        }
        Ok(Passed { byte, whole })
    }

    fn quoted(&mut self, byte: u8) -> Result<Passed, Violation> {
        self.state = match (self.state, byte) {
            (State::Escaped, b'"' | b'\\') => State::Quoted,
            (State::Escaped, _) | (_, b'\r' | b'\n' | 0) => return Err(Violation::Malformed),
            (_, b'\\') => State::Escaped,
            (_, b'"') => State::Data,
            (_, _) => State::Quoted,
        };
        self.before = byte;
        Ok(Passed { byte, whole: false })
    }

    fn count(&mut self, byte: u8) -> Result<Passed, Violation> {
        self.state = match (self.state, byte) {
            (State::Count(digits, value), b'0'..=b'9') => {
                let value = value.saturating_mul(10).saturating_add(usize::from(byte - b'0'));
                if self.literals.saturating_add(value) > self.limits.literal {
                    return Err(Violation::Literal);
                }
                State::Count(digits + 1, value)
            }
            (State::Count(1.., value), b'}') => State::Counted(value),
            (State::Counted(value), b'\r') => State::CountedCr(value),
            (State::CountedCr(value), b'\n') => {
                self.literals += value;
                self.before = 0;
                if value == 0 { State::Data } else { State::Literal(value) }
            }
            // No literal after all: an atom with a brace in it.
            (_, _) => {
                self.state = State::Data;
                self.before = b'{';
                return self.structure(byte);
            }
        };
        Ok(Passed { byte, whole: false })
    }

    fn begin(&mut self) {
        self.state = State::Head;
        self.head.clear();
        (self.line, self.literals, self.depth, self.before) = (0, 0, 0, b' ');
    }
}

/// A stream whose reading side passes through a [`Lexer`].
pub struct Guard<S> {
    inner: S,
    lexer: Lexer,
    broken: Option<Violation>,
    raw: Vec<u8>,
    raw_at: usize,
    held: Vec<u8>,
    held_at: usize,
    whole: bool,
    received: u64,
}

impl<S> Guard<S> {
    /// Guards a stream, with the usual limits.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            lexer: Lexer::new(Limits::default()),
            broken: None,
            raw: Vec::new(),
            raw_at: 0,
            held: Vec::new(),
            held_at: 0,
            whole: false,
            received: 0,
        }
    }

    /// Sets how many literal bytes an answer may bring.
    pub fn allow_literal(&mut self, most: usize) {
        self.lexer.limits.literal = most;
    }

    /// Bytes received since the start: the sign of life that deadlines look at.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Moves received bytes into the answer that is being held, up to its end.
    fn advance(&mut self) -> Result<(), Violation> {
        while let Some(rest) = self.raw.get(self.raw_at..).filter(|rest| !rest.is_empty()) {
            let many = self.lexer.literal_left().min(rest.len());
            if let Some(literal) = rest.get(..many).filter(|literal| !literal.is_empty()) {
                self.held.extend_from_slice(literal);
                self.lexer.skip_literal(many);
                self.raw_at += many;
                continue;
            }
            let Some(&byte) = rest.first() else { break };
            let passed = self.lexer.push(byte)?;
            self.held.push(passed.byte);
            self.raw_at += 1;
            if passed.whole {
                self.whole = true;
                break;
            }
        }
        Ok(())
    }

    /// Hands on what is left of a whole answer.
    fn hand_on(&mut self, buf: &mut ReadBuf<'_>) {
        let rest = self.held.get(self.held_at..).unwrap_or_default();
        let many = rest.len().min(buf.remaining());
        buf.put_slice(rest.get(..many).unwrap_or_default());
        self.held_at += many;
        if self.held_at == self.held.len() {
            self.held.clear();
            self.held.shrink_to(KEEP);
            (self.held_at, self.whole) = (0, false);
        }
    }
}

/// Without the buffers: they may hold mail.
impl<S> std::fmt::Debug for Guard<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("received", &self.received).finish_non_exhaustive()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if let Some(violation) = this.broken {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, violation)));
            }
            if this.whole {
                this.hand_on(buf);
                return Poll::Ready(Ok(()));
            }
            if this.raw_at < this.raw.len() {
                this.broken = this.advance().err();
                continue;
            }
            let mut chunk = [0_u8; CHUNK];
            let mut fresh = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut fresh))?;
            this.raw.clear();
            this.raw_at = 0;
            this.raw.extend_from_slice(fresh.filled());
            this.received += u64::try_from(fresh.filled().len()).unwrap_or_default();
            if this.raw.is_empty() {
                // The end; half an answer is none.
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
