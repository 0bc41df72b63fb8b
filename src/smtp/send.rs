//! One letter over one connection becomes one outcome.
//!
//! The phase is always known when something fails; the terminator of a message is written only
//! after the caller's durable mark (law 3). After any failure the connection is dropped, so that no
//! reply can be taken for the reply to something else. It never repeats, never waits for better
//! times (`engine/delivery`) and never shows what is in a letter. Next station: the outcome.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter, RcptParameter};
use tokio::time::{Sleep, sleep, timeout};

use crate::model::address::Address;
use crate::model::letter::{Outcome, Parcel, Scope};
use crate::smtp::open::{Deadlines, Offers, failed, step};
use crate::smtp::reply::{Answer, Phase, deferred, judge, refused};
use crate::smtp::stream::Control;

/// Letters over one connection.
const MOST_LETTERS: u32 = 20;
/// Age up to which a connection is used.
const LONGEST_USE: Duration = Duration::from_secs(60);
/// Longest wait for the server's goodbye.
const GOODBYE_WITHIN: Duration = Duration::from_secs(5);

/// A logged-in connection, used for several letters one after the other.
pub struct Courier {
    connection: Option<AsyncSmtpConnection>,
    control: Control,
    offers: Offers,
    deadlines: Deadlines,
    letters: u32,
    worn_out: Pin<Box<Sleep>>,
}

impl Courier {
    pub(super) fn ready(
        connection: AsyncSmtpConnection,
        control: Control,
        offers: Offers,
        deadlines: Deadlines,
    ) -> Self {
        let worn_out = Box::pin(sleep(LONGEST_USE));
        Self { connection: Some(connection), control, offers, deadlines, letters: 0, worn_out }
    }

    /// What the server offers.
    pub fn offers(&self) -> &Offers {
        &self.offers
    }

    /// Whether the next letter may go over this connection: not broken, young, few letters yet, and
    /// the server still there (`RSET`). Where not: close it and open another.
    pub async fn is_fit(&mut self) -> bool {
        let worn_out =
            self.letters >= MOST_LETTERS || self.worn_out.as_mut().now_or_never().is_some();
        if worn_out || self.connection.is_none() {
            return false;
        }
        self.letters == 0 || self.command(Phase::Mail, Rset).await.is_ok()
    }

    /// Sends one letter to its one recipient. `on_commit` is called when the whole message is out
    /// and the final dot is not; where it fails the dot is never written.
    pub async fn send<C, F, E>(&mut self, parcel: &Parcel, on_commit: C) -> Outcome
    where
        C: FnOnce() -> F,
        F: Future<Output = Result<(), E>>,
        E: Display,
    {
        let envelope = match Envelope::of(parcel, &self.offers) {
            Ok(envelope) => envelope,
            Err(outcome) => return outcome,
        };
        self.letters = self.letters.saturating_add(1);
        if let Err(outcome) = self.announce(envelope).await {
            return outcome;
        }
        let outcome = self.transmit(&on_the_wire(&parcel.bytes), on_commit).await;
        if !matches!(outcome, Outcome::Accepted(_)) {
            self.connection = None;
        }
        outcome
    }

    /// Says goodbye; whether it is heard does not matter.
    pub async fn close(mut self) {
        if let Some(mut connection) = self.connection.take() {
            self.control.begin();
            let _no_matter = timeout(GOODBYE_WITHIN, connection.command(Quit)).await;
        }
    }

    /// One command and its reply; after a failure, or when the caller stops waiting, the connection
    /// is gone.
    pub(super) async fn command(
        &mut self,
        phase: Phase,
        command: impl Display,
    ) -> Result<(), Outcome> {
        let Some(mut connection) = self.connection.take() else {
            return Err(failed(phase, &Answer::Lost("the line is closed".to_owned())));
        };
        let limit = match phase {
            Phase::Rcpt => self.deadlines.rcpt,
            Phase::Data => self.deadlines.data,
            Phase::Dial
            | Phase::Tls
            | Phase::Greeting
            | Phase::Hello
            | Phase::Auth
            | Phase::Mail
            | Phase::Body
            | Phase::Dot => self.deadlines.mail,
        };
        step(&self.control, phase, limit, connection.command(command)).await?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn announce(&mut self, envelope: Envelope) -> Result<(), Outcome> {
        self.command(Phase::Mail, envelope.mail).await?;
        self.command(Phase::Rcpt, envelope.rcpt).await?;
        self.command(Phase::Data, Data).await
    }

    /// Message, mark, dot, reply.
    async fn transmit<C, F, E>(&mut self, body: &[u8], on_commit: C) -> Outcome
    where
        C: FnOnce() -> F,
        F: Future<Output = Result<(), E>>,
        E: Display,
    {
        let control = self.control.clone();
        let Some(mut connection) = self.connection.take() else {
            return failed(Phase::Body, &Answer::Lost("the line is closed".to_owned()));
        };
        control.begin();
        control.arm(stuffed_length(body));
        let outcome = {
            let mut message = pin!(connection.message(body));
            // Ready as soon as the terminator waits at the gate, or the message has failed.
            let out = poll_fn(|cx| match message.as_mut().poll(cx) {
                Poll::Ready(_) => Poll::Ready(false),
                Poll::Pending if control.is_held() => Poll::Ready(true),
                Poll::Pending => Poll::Pending,
            });
            match timeout(self.body_limit(body), out).await {
                Ok(true) => {}
                Ok(false) | Err(_) => return unfinished(&control),
            }
            if let Err(error) = on_commit().await {
                let why = format!("the mark before the final dot failed: {error}");
                return deferred(Scope::Letter, Phase::Body, &why);
            }
            // Lets the runtime look at the socket once more: what the server said meanwhile is an
            // answer to nothing, and with it the terminator stays here.
            tokio::task::yield_now().await;
            control.release();
            // What the library makes of the reply does not count: the wire heard it whole.
            let _heard_by_the_wire = timeout(self.deadlines.dot, message).await;
            if !control.is_past_dot() {
                return unfinished(&control);
            }
            let answer = control.heard().unwrap_or(Answer::Silent);
            judge(Phase::Dot, &answer).unwrap_or_else(|| Outcome::Ambiguous(answer.text()))
        };
        self.connection = Some(connection);
        outcome
    }

    fn body_limit(&self, body: &[u8]) -> Duration {
        let chunks = u64::try_from(body.len() / (16 * 1024)).unwrap_or(u64::MAX);
        self.deadlines.body.saturating_add(Duration::from_secs(chunks))
    }
}

/// The two commands before DATA.
struct Envelope {
    mail: Mail,
    rcpt: Rcpt,
}

impl Envelope {
    fn of(parcel: &Parcel, offers: &Offers) -> Result<Self, Outcome> {
        let from = parcel.from.as_ref().map(|from| path(Phase::Mail, from)).transpose()?;
        let to = path(Phase::Rcpt, &parcel.to)?;
        let written = parcel
            .written
            .as_deref()
            .filter(|one| Address::parse(one).as_ref() == Some(&parcel.to));
        let to = written.and_then(|one| one.trim().parse().ok()).unwrap_or(to);
        let mut mail = Vec::new();
        if !parcel.bytes.is_ascii() {
            require(offers, "8BITMIME", "the message has 8-bit text")?;
            mail.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let ascii = |address: &Address| address.as_str().is_ascii();
        if !ascii(&parcel.to) || !parcel.from.as_ref().is_none_or(ascii) {
            require(offers, "SMTPUTF8", "an address is not ASCII")?;
            mail.push(MailParameter::SmtpUtfEight);
        }
        // Nobody may be told of the fate of what nobody sent (RFC 3461 §4.1, RFC 3834 §3.3).
        let rcpt = if from.is_none() && offers.has("DSN") {
            vec![RcptParameter::Other {
                keyword: "NOTIFY".to_owned(),
                value: Some("NEVER".to_owned()),
            }]
        } else {
            Vec::new()
        };
        Ok(Self { mail: Mail::new(from, mail), rcpt: Rcpt::new(to, rcpt) })
    }
}

fn path(phase: Phase, address: &Address) -> Result<lettre::Address, Outcome> {
    lettre::Address::new(address.local(), address.domain())
        .map_err(|error| refused(phase, &format!("the address cannot be used: {error}")))
}

fn require(offers: &Offers, keyword: &str, need: &str) -> Result<(), Outcome> {
    if offers.has(keyword) {
        Ok(())
    } else {
        Err(refused(Phase::Mail, &format!("{need} and the server does not offer {keyword}")))
    }
}

/// The terminator was not written: surely not accepted, whatever was heard.
fn unfinished(control: &Control) -> Outcome {
    let answer = control.heard().unwrap_or(Answer::Silent);
    judge(Phase::Body, &answer).unwrap_or_else(|| failed(Phase::Body, &Answer::Silent))
}

/// CRLF and nothing else ends a line (RFC 5321 §2.3.8), and the last line is ended by the
/// terminator. A lone CR or LF would let a server see an end of message where we see none.
pub fn on_the_wire(message: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(message.len() + 64);
    let mut bytes = message.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                let _its_other_half = bytes.next_if_eq(&b'\n');
                lines.extend_from_slice(b"\r\n");
            }
            b'\n' => lines.extend_from_slice(b"\r\n"),
            _ => lines.push(byte),
        }
    }
    if lines.ends_with(b"\r\n") {
        lines.truncate(lines.len() - 2);
    }
    lines
}

/// The length with dots doubled at the beginnings of lines (RFC 5321 §4.5.2).
fn stuffed_length(body: &[u8]) -> usize {
    let dots = body.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b".")).count();
    body.len() + dots
}
