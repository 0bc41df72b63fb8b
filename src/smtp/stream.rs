//! The wire below the SMTP client: one command, one bounded reply, and a gate before the last dot.
//!
//! The client library writes a message and its terminator in one call. The wire lets the message
//! through, holds the terminator back until it is released, and says when it does so: that is the
//! moment for the durable mark (law 3). It never hands on a byte that nobody asked for: a server
//! that speaks before its turn, or twice, is cut off. Next station: `smtp/open`, `smtp/send`.

use std::fmt::Debug;
use std::future::poll_fn;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::smtp::reply::{Answer, Reply, cut};

/// What ends a message whose last line carries no CRLF yet (RFC 5321 §4.1.1.4).
const TERMINATOR: &[u8] = b"\r\n.\r\n";
const CHUNK: usize = 4 * 1024;
/// What the client library sees of a reply line; the whole line stays in the answer.
const LONGEST_TEXT: usize = 500;

/// What a wire can be laid over.
pub trait Carrier: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug> Carrier for S {}

/// A stream that speaks in whole replies and holds the final dot.
#[derive(Debug)]
pub struct Wire<S> {
    stream: S,
    state: Arc<Mutex<State>>,
}

/// The hand that stays outside when the client library owns the wire.
#[derive(Clone, Debug)]
pub struct Control {
    state: Arc<Mutex<State>>,
}

/// Where the final dot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// No message is being written.
    Open,
    /// So many bytes of the message are still to come; then the terminator.
    Body(usize),
    /// The whole message is out; the terminator waits here.
    Held,
    /// The terminator may go; none of it has yet.
    Released,
    /// The terminator is out, or a part of it.
    Dot,
}

#[derive(Debug)]
struct State {
    /// Read from the server, not yet a whole reply.
    raw: Vec<u8>,
    /// The current reply in plain form, not yet taken by the client.
    reply: Vec<u8>,
    /// The first answer since `begin`; what comes after it changes nothing.
    answer: Option<Answer>,
    /// Nothing may be read or written any more.
    broken: bool,
    gate: Gate,
    waker: Option<Waker>,
}

impl<S: Carrier> Wire<S> {
    /// Lays the wire over a stream.
    pub fn over(stream: S) -> Self {
        let state = State {
            raw: Vec::new(),
            reply: Vec::new(),
            answer: None,
            broken: false,
            gate: Gate::Open,
            waker: None,
        };
        Self { stream, state: Arc::new(Mutex::new(state)) }
    }

    /// The hand that stays outside.
    pub fn control(&self) -> Control {
        Control { state: Arc::clone(&self.state) }
    }

    /// Listens without having asked: for the greeting.
    pub async fn hear(&mut self) -> Answer {
        let control = self.control();
        control.begin();
        let _in_state = poll_fn(|cx| lock(&self.state).poll_reply(&mut self.stream, cx)).await;
        lock(&self.state).reply.clear();
        control.answer()
    }

    /// Writes one command (without CRLF) and waits for its reply.
    pub async fn ask(&mut self, command: &str) -> Answer {
        self.control().begin();
        let line = format!("{command}\r\n");
        match self.write_all(line.as_bytes()).await {
            Ok(()) => match self.flush().await {
                Ok(()) => self.hear().await,
                Err(_) => self.control().answer(),
            },
            Err(_) => self.control().answer(),
        }
    }

    /// Gives the stream back for a handshake; refused while anything is unread (RFC 3207 §4.2).
    pub fn into_stream(self) -> std::result::Result<S, Answer> {
        if lock(&self.state).raw.is_empty() {
            Ok(self.stream)
        } else {
            Err(Answer::Garbled("unread bytes before the handshake".to_owned()))
        }
    }

    /// Says a greeting in the server's stead, for a client that waits for one already heard.
    pub fn greet(&mut self) {
        lock(&self.state).reply = b"220 ok\r\n".to_vec();
    }
}

impl Control {
    /// A new step begins: forgets the last answer.
    pub fn begin(&self) {
        let mut state = lock(&self.state);
        state.answer = None;
        state.gate = Gate::Open;
    }

    /// The next bytes written are a message of this length on the wire, then the terminator.
    pub fn arm(&self, length: usize) {
        lock(&self.state).gate = Gate::Body(length);
    }

    /// Whether the whole message is out and the terminator waits.
    pub fn is_held(&self) -> bool {
        lock(&self.state).gate == Gate::Held
    }

    /// Lets the terminator go.
    pub fn release(&self) {
        let mut state = lock(&self.state);
        if state.gate == Gate::Held {
            state.gate = Gate::Released;
        }
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    /// Whether a part of the terminator may have reached the server.
    pub fn is_past_dot(&self) -> bool {
        lock(&self.state).gate == Gate::Dot
    }

    /// What the server answered since `begin`, if anything was heard of it.
    pub fn heard(&self) -> Option<Answer> {
        lock(&self.state).answer.clone()
    }

    fn answer(&self) -> Answer {
        self.heard().unwrap_or_else(|| Answer::Lost("the line is closed".to_owned()))
    }
}

impl State {
    /// Reads until one whole reply is there, and only one.
    fn poll_reply<S: Carrier>(&mut self, stream: &mut S, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.check()?;
        loop {
            match cut(&self.raw) {
                Ok(Some((reply, used))) => {
                    self.raw.drain(..used);
                    return Poll::Ready(self.take(reply, stream, cx));
                }
                Ok(None) => {}
                Err(why) => return Poll::Ready(self.fail(Answer::Garbled(why.to_owned()))),
            }
            match ready!(fill(stream, cx, &mut self.raw)) {
                Ok(0) => return Poll::Ready(self.fail(closed())),
                Ok(_) => {}
                Err(error) => return Poll::Ready(self.fail(lost(&error))),
            }
        }
    }

    fn take<S: Carrier>(
        &mut self,
        reply: Reply,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Result<()> {
        if self.raw.is_empty() {
            // What is here already belongs to this turn too. An end of the stream is no
            // contradiction: the next command will find it.
            let _end_is_found_later = fill(stream, cx, &mut self.raw);
        }
        if !self.raw.is_empty() {
            return self.fail(Answer::Garbled("more than one reply to one command".to_owned()));
        }
        self.reply = plain(&reply);
        self.answer.get_or_insert(Answer::Reply(reply));
        Ok(())
    }

    /// Whatever came before our next bytes answers nothing: the line cannot be trusted any more.
    fn sweep<S: Carrier>(&mut self, stream: &mut S, cx: &mut Context<'_>) -> Result<()> {
        self.check()?;
        match fill(stream, cx, &mut self.raw) {
            Poll::Pending if self.raw.is_empty() => Ok(()),
            Poll::Ready(Ok(0)) => self.fail(closed()),
            Poll::Ready(Err(error)) => self.fail(lost(&error)),
            Poll::Pending | Poll::Ready(Ok(_)) => {
                // A refusal or a farewell in the middle of our sentence is worth remembering.
                let answer = match cut(&self.raw) {
                    Ok(Some((reply, _))) if reply.code >= 400 => Answer::Reply(reply),
                    Ok(_) | Err(_) => Answer::Garbled("a reply that nobody asked for".to_owned()),
                };
                self.fail(answer)
            }
        }
    }

    fn poll_send<S: Carrier>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        if self.gate != Gate::Dot {
            self.sweep(stream, cx)?;
        }
        let bytes = match self.gate {
            Gate::Open | Gate::Dot => bytes,
            Gate::Body(left) if left > 0 => bytes.get(..left).unwrap_or(bytes),
            Gate::Body(_) | Gate::Held => {
                if bytes != TERMINATOR {
                    let why = "the message is longer than announced".to_owned();
                    return Poll::Ready(self.fail(Answer::Garbled(why)).map(|()| 0));
                }
                self.gate = Gate::Held;
                self.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Gate::Released => {
                self.gate = Gate::Dot;
                bytes
            }
        };
        match ready!(Pin::new(&mut *stream).poll_write(cx, bytes)) {
            Ok(count) => {
                if let Gate::Body(left) = self.gate {
                    self.gate = Gate::Body(left.saturating_sub(count));
                }
                Poll::Ready(Ok(count))
            }
            Err(error) => {
                // The server may have said why before it hung up.
                self.sweep(stream, cx)?;
                Poll::Ready(self.fail(lost(&error)).map(|()| 0))
            }
        }
    }

    fn fail(&mut self, answer: Answer) -> Result<()> {
        self.broken = true;
        let text = answer.text();
        self.answer.get_or_insert(answer);
        Err(Error::new(ErrorKind::InvalidData, text))
    }

    fn check(&self) -> Result<()> {
        if self.broken { Err(Error::from(ErrorKind::BrokenPipe)) } else { Ok(()) }
    }
}

impl<S: Carrier> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = self.get_mut();
        let mut state = lock(&this.state);
        if state.reply.is_empty() {
            ready!(state.poll_reply(&mut this.stream, cx))?;
        }
        let count = state.reply.len().min(buf.remaining());
        let taken: Vec<u8> = state.reply.drain(..count).collect();
        buf.put_slice(&taken);
        Poll::Ready(Ok(()))
    }
}

impl<S: Carrier> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        lock(&this.state).poll_send(&mut this.stream, cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        match ready!(Pin::new(&mut this.stream).poll_flush(cx)) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(lock(&this.state).fail(lost(&error))),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl<S: Carrier> AsyncTokioStream for Wire<S> {
    fn peer_addr(&self) -> Result<SocketAddr> {
        Err(Error::from(ErrorKind::Unsupported))
    }
}

/// One read of at most a chunk; 0 is the end of the stream.
fn fill<S: Carrier>(
    stream: &mut S,
    cx: &mut Context<'_>,
    raw: &mut Vec<u8>,
) -> Poll<Result<usize>> {
    let mut space = [0; CHUNK];
    let mut chunk = ReadBuf::new(&mut space);
    ready!(Pin::new(stream).poll_read(cx, &mut chunk))?;
    raw.extend_from_slice(chunk.filled());
    Poll::Ready(Ok(chunk.filled().len()))
}

/// A reply as the client library gets it: ASCII, short lines, none of them empty.
fn plain(reply: &Reply) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, line) in reply.lines.iter().enumerate() {
        let sign = if index + 1 == reply.lines.len() { ' ' } else { '-' };
        let ascii = line.chars().map(|c| if c.is_ascii() { c } else { '?' });
        let text: String = ascii.take(LONGEST_TEXT).collect();
        let text = text.trim();
        let text = if text.is_empty() { "ok" } else { text };
        bytes.extend_from_slice(format!("{}{sign}{text}\r\n", reply.code).as_bytes());
    }
    bytes
}

fn closed() -> Answer {
    Answer::Lost("the server closed it".to_owned())
}

fn lost(error: &Error) -> Answer {
    Answer::Lost(error.kind().to_string())
}

/// Poison is no matter here: a state is whole between any two statements.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
