//! The way in: dial, greeting, STARTTLS, EHLO, login; what comes out is a courier ready to send.
//!
//! STARTTLS is spoken here and not by the client library, so that nothing said in clear is believed
//! afterwards (RFC 3207 §4.2). It never logs in on an unprotected line beyond this machine, never
//! goes on without the protection that was configured, and never shows a password. Next station:
//! `smtp/send`.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Noop};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use crate::config::settings::{Account, Tls};
use crate::model::letter::{Outcome, Scope};
use crate::net::{Fault, Line, dial, secure};
use crate::smtp::reply::{Answer, Phase, Reply, deferred, judge};
use crate::smtp::send::Courier;
use crate::smtp::stream::{Control, Wire};

/// LOGIN asks for name and password, then says yes or no.
const CHALLENGES: usize = 2;

/// How long each phase may take (reliability: RFC 5321 §4.5.3.2, shortened before the dot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Name and TCP.
    pub dial: Duration,
    /// The handshake.
    pub tls: Duration,
    /// The server's first line.
    pub greeting: Duration,
    /// `EHLO`, and `STARTTLS` up to its reply.
    pub hello: Duration,
    /// `AUTH`, all steps together.
    pub auth: Duration,
    /// `MAIL FROM`, and `RSET`, `NOOP`, `QUIT`.
    pub mail: Duration,
    /// `RCPT TO`.
    pub rcpt: Duration,
    /// `DATA` up to 354.
    pub data: Duration,
    /// The message, beside one second for each 16 KiB.
    pub body: Duration,
    /// From the final dot to its reply.
    pub dot: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            dial: Duration::from_secs(30),
            tls: Duration::from_secs(30),
            greeting: Duration::from_secs(60),
            hello: Duration::from_secs(60),
            auth: Duration::from_secs(60),
            mail: Duration::from_secs(60),
            rcpt: Duration::from_secs(60),
            data: Duration::from_secs(120),
            body: Duration::from_secs(60),
            dot: Duration::from_secs(600),
        }
    }
}

/// What a server offers, from the raw lines of its EHLO reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// What the server calls itself.
    pub name: String,
    /// One line for each extension, upper case.
    pub lines: Vec<String>,
}

impl Offers {
    /// Reads the EHLO reply (RFC 5321 §4.1.1.1: keywords in any case).
    pub fn read(reply: &Reply) -> Self {
        let mut lines = reply.lines.iter();
        let name = lines.next().and_then(|line| line.split_whitespace().next()).unwrap_or_default();
        Self { name: name.to_owned(), lines: lines.map(|line| line.to_ascii_uppercase()).collect() }
    }

    /// Whether an extension is offered.
    pub fn has(&self, keyword: &str) -> bool {
        self.words(keyword).is_some()
    }

    /// The best login mechanism that is offered and known here. A mechanism with a token instead of
    /// a password would be chosen here too.
    fn mechanism(&self) -> Option<Mechanism> {
        let offered: Vec<&str> = self.words("AUTH")?.collect();
        [("PLAIN", Mechanism::Plain), ("LOGIN", Mechanism::Login)]
            .into_iter()
            .find_map(|(word, mechanism)| offered.contains(&word).then_some(mechanism))
    }

    fn words(&self, keyword: &str) -> Option<impl Iterator<Item = &str>> {
        self.lines.iter().find_map(|line| {
            let mut words = line.split([' ', '=']);
            (words.next() == Some(keyword)).then_some(words)
        })
    }
}

impl Courier {
    /// Opens a connection and logs in; the failure is about the account or the network, never about
    /// a letter.
    pub async fn connect(
        account: &Account,
        hello: &str,
        password: Option<&str>,
    ) -> Result<Self, Outcome> {
        Self::connect_within(account, hello, password, Deadlines::default()).await
    }

    /// The same with other deadlines.
    pub async fn connect_within(
        account: &Account,
        hello: &str,
        password: Option<&str>,
        deadlines: Deadlines,
    ) -> Result<Self, Outcome> {
        let hello = hello_name(hello);
        let mut wire = Wire::over(line(account, &hello, &deadlines).await?);
        wire.greet();
        let control = wire.control();
        let opening = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
        let (mut connection, reply) =
            step(&control, Phase::Hello, deadlines.hello, opening).await?;
        let offers = Offers::read(&reply);
        if let Some(user) = &account.user {
            let credentials = credentials(user, password)?;
            let entry = login(&mut connection, &control, &offers, credentials);
            match timeout(deadlines.auth, entry).await {
                Ok(done) => done?,
                Err(_) => return Err(failed(Phase::Auth, &Answer::Silent)),
            }
        }
        Ok(Self::ready(connection, control, offers, deadlines))
    }
}

/// Connects, logs in, says NOOP and QUIT; what the server is, in one line.
pub async fn probe(
    account: &Account,
    hello: &str,
    password: Option<&str>,
) -> Result<String, Outcome> {
    let mut courier = Courier::connect(account, hello, password).await?;
    courier.command(Phase::Mail, Noop).await?;
    let offers = courier.offers().clone();
    courier.close().await;
    let protection = match account.tls {
        Tls::Implicit => "TLS",
        Tls::StartTls => "STARTTLS",
        Tls::Plain => "no TLS",
    };
    let entry = if account.user.is_some() { "logged in" } else { "no login" };
    Ok(format!("{}: {protection}, {entry}; {}", offers.name, offers.lines.join(", ")))
}

/// A line on which the greeting was heard and the configured protection is in force.
async fn line(account: &Account, hello: &ClientId, deadlines: &Deadlines) -> Result<Line, Outcome> {
    let tcp = within(Phase::Dial, deadlines.dial, dial(account)).await?;
    let line = match account.tls {
        Tls::Implicit => {
            let tls = within(Phase::Tls, deadlines.tls, secure(tcp, account)).await?;
            Line::Tls(Box::new(tls))
        }
        Tls::Plain if account.user.is_some() && !is_local(&tcp) => {
            let why = "a login in plain text is only made to this machine";
            return Err(deferred(Scope::Account, Phase::Auth, why));
        }
        Tls::StartTls | Tls::Plain => Line::Plain(tcp),
    };
    let mut wire = Wire::over(line);
    expect(Phase::Greeting, deadlines.greeting, wire.hear()).await?;
    if account.tls == Tls::StartTls {
        let command = format!("EHLO {hello}");
        let reply = expect(Phase::Hello, deadlines.hello, wire.ask(&command)).await?;
        if !Offers::read(&reply).has("STARTTLS") {
            let why = "the server does not offer STARTTLS; nothing is said in clear";
            return Err(deferred(Scope::Network, Phase::Tls, why));
        }
        expect(Phase::Tls, deadlines.hello, wire.ask("STARTTLS")).await?;
    }
    match (wire.into_stream().map_err(|answer| failed(Phase::Tls, &answer))?, account.tls) {
        (Line::Plain(tcp), Tls::StartTls) => {
            let tls = within(Phase::Tls, deadlines.tls, secure(tcp, account)).await?;
            Ok(Line::Tls(Box::new(tls)))
        }
        (line, Tls::StartTls | Tls::Implicit | Tls::Plain) => Ok(line),
    }
}

async fn login(
    connection: &mut AsyncSmtpConnection,
    control: &Control,
    offers: &Offers,
    credentials: Credentials,
) -> Result<(), Outcome> {
    let refuse = |why: &str| deferred(Scope::Account, Phase::Auth, why);
    let mechanism =
        offers.mechanism().ok_or_else(|| refuse("the server offers neither PLAIN nor LOGIN"))?;
    let garbled = |_| refuse("the server's login challenge is not understood");
    let mut command = Auth::new(mechanism, credentials.clone(), None).map_err(garbled)?;
    // The deadline for all steps together stands around this function.
    for _ in 0..=CHALLENGES {
        control.begin();
        let heard = connection.command(command).await;
        match (control.heard(), heard) {
            (Some(Answer::Reply(reply)), Ok(response)) if reply.code == 334 => {
                command = Auth::new_from_response(mechanism, credentials.clone(), &response)
                    .map_err(garbled)?;
            }
            (Some(answer), heard) => {
                return conclude(Phase::Auth, answer, heard).map(|_: (Response, Reply)| ());
            }
            (None, _) => return Err(failed(Phase::Auth, &unheard())),
        }
    }
    Err(refuse("the server asks too many questions at login"))
}

/// One step of the client library: what it gave and the server's whole reply, or what it means that
/// there is none. Always asks the wire, never the library's error, which may quote what was said.
pub(super) async fn step<T, E>(
    control: &Control,
    phase: Phase,
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<(T, Reply), Outcome> {
    control.begin();
    match (timeout(limit, work).await, control.heard()) {
        (Ok(done), Some(answer)) => conclude(phase, answer, done),
        (Ok(_), None) => Err(failed(phase, &unheard())),
        (Err(_), None | Some(Answer::Silent)) => Err(failed(phase, &Answer::Silent)),
        // A refusal was heard and the goodbye after it was not.
        (Err(_), Some(answer)) => {
            Err(judge(phase, &answer).unwrap_or_else(|| failed(phase, &Answer::Silent)))
        }
    }
}

fn conclude<T, E>(phase: Phase, answer: Answer, done: Result<T, E>) -> Result<(T, Reply), Outcome> {
    match (judge(phase, &answer), answer, done) {
        (Some(outcome), _, _) => Err(outcome),
        (None, Answer::Reply(reply), Ok(value)) => Ok((value, reply)),
        (None, answer, _) => Err(failed(phase, &Answer::Garbled(answer.text()))),
    }
}

/// A step of our own on the wire.
async fn expect(
    phase: Phase,
    limit: Duration,
    work: impl Future<Output = Answer>,
) -> Result<Reply, Outcome> {
    let answer = timeout(limit, work).await.unwrap_or(Answer::Silent);
    match (judge(phase, &answer), answer) {
        (None, Answer::Reply(reply)) => Ok(reply),
        (None, answer) => Err(failed(phase, &answer)),
        (Some(outcome), _) => Err(outcome),
    }
}

/// A step of the net.
async fn within<T>(
    phase: Phase,
    limit: Duration,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Outcome> {
    match timeout(limit, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(fault)) => Err(deferred(Scope::Network, phase, &fault.to_string())),
        Err(_) => Err(failed(phase, &Answer::Silent)),
    }
}

/// The outcome of an answer after which the dialogue cannot go on.
pub(super) fn failed(phase: Phase, answer: &Answer) -> Outcome {
    judge(phase, answer).unwrap_or_else(|| {
        deferred(Scope::Network, phase, &format!("stopped at {}", answer.text()))
    })
}

fn unheard() -> Answer {
    Answer::Lost("the line is closed".to_owned())
}

fn credentials(user: &str, password: Option<&str>) -> Result<Credentials, Outcome> {
    let refuse = |why: &str| deferred(Scope::Account, Phase::Auth, why);
    let password = password.ok_or_else(|| refuse("there is no password for this login"))?;
    // NUL separates the parts of PLAIN (RFC 4616 §2).
    if user.contains('\0') || password.contains('\0') {
        return Err(refuse("login name or password contains NUL"));
    }
    Ok(Credentials::new(user.to_owned(), password.to_owned()))
}

/// A name that is safe in a command; an address literal where there is none (RFC 5321 §4.1.4).
fn hello_name(name: &str) -> ClientId {
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !name.is_empty() && name.len() <= 255 && name.chars().all(sound) {
        ClientId::Domain(name.to_owned())
    } else {
        ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST)
    }
}

fn is_local(tcp: &tokio::net::TcpStream) -> bool {
    tcp.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback())
}
