//! A session on an IMAP server: protected line, greeting, login, and opening folders read-only.
//!
//! It never believes what was said before TLS, never sends a password over a line that is not
//! protected (loopback apart), never writes to a mailbox (`EXAMINE` only) and never logs a command.
//! After a fault that [`Fault::ends_session`] the session must be dropped. Next stations:
//! `imap/fetch` reads messages, `imap/idle` waits for them.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imap_proto::{
    AttributeValue, Capability, MailboxDatum, Response, ResponseCode, Status, StatusAttribute,
};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::settings::{Account, Tls};
use crate::imap::command::{Command, Wire, words_of};
use crate::imap::fault::{Fault, Oddity};
use crate::imap::folders::Listed;
use crate::imap::guard::Stream;
use crate::imap::starttls;
use crate::imap::sync::Examined;
use crate::net::Line;

const GREETING_WITHIN: Duration = Duration::from_secs(60);
const LOGIN_WITHIN: Duration = Duration::from_secs(60);
const SMALL_WITHIN: Duration = Duration::from_secs(60);
const OPEN_WITHIN: Duration = Duration::from_secs(120);
const LOGOUT_WITHIN: Duration = Duration::from_secs(5);
const MOST_FOLDERS: usize = 10_000;

/// What proves who we are; a token source will be a second kind.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// A password.
    Password(&'a str),
}

impl std::fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof(…)")
    }
}

/// How the first bytes of a line are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The server greets; a login follows.
    Greeting,
    /// The greeting was heard before TLS and is worth nothing (STARTTLS).
    Upgraded,
}

/// A session: logged in or on the way to it.
#[derive(Debug)]
pub struct Session<S: Stream = Line> {
    pub(crate) wire: Wire<S>,
    capabilities: BTreeSet<String>,
    condstore: bool,
    qresync: bool,
    /// Folders that were opened.
    opened: BTreeSet<String>,
    /// The one that is open.
    open: Option<String>,
}

/// Connects, protects the line as the account says, and logs in.
pub async fn connect(account: &Account, proof: Proof<'_>) -> Result<Session<Line>, Fault> {
    let (line, opening) = match crate::net::connect(account).await? {
        Line::Plain(tcp) if account.tls == Tls::StartTls => {
            (upgrade(tcp, account).await?, Opening::Upgraded)
        }
        line @ (Line::Plain(_) | Line::Tls(_)) => (line, Opening::Greeting),
    };
    let mut session = Session::open(line, opening).await?;
    let user = account.user.as_deref().unwrap_or_default();
    session.login(user, proof).await?;
    // Its answers about changes are wrong in ways that look like vanished mail.
    let broken = account.host.to_ascii_lowercase().ends_with(".mail.me.com");
    if !broken {
        session.ask_for_changes().await?;
    }
    Ok(session)
}

impl<S: Stream> Session<S> {
    /// Begins on an open line. A server that greets as logged in (PREAUTH) is refused: we never ask
    /// for that, and before a login it would be somebody else's session.
    pub async fn open(stream: S, opening: Opening) -> Result<Self, Fault> {
        let mut wire = Wire::new(stream);
        if opening == Opening::Greeting {
            let heard = wire.hear(GREETING_WITHIN, greeted);
            heard.await??;
        }
        let mut session = Self {
            wire,
            capabilities: BTreeSet::new(),
            condstore: false,
            qresync: false,
            opened: BTreeSet::new(),
            open: None,
        };
        session.learn_capabilities().await?;
        Ok(session)
    }

    /// Logs in, then learns what the server offers to us, and says who we are (RFC 2971).
    pub async fn login(&mut self, user: &str, proof: Proof<'_>) -> Result<(), Fault> {
        let Proof::Password(password) = proof;
        let told = self.present(user, password).await;
        let escaped = password.replace('\\', "\\\\").replace('"', "\\\"");
        let sent = [password, escaped.as_str(), &plain_proof(user, password)];
        told.map_err(|fault| fault.of_login(&sent))?;
        self.learn_capabilities().await?;
        if self.offers("ID") {
            let id = Command::new("ID").with(concat!(
                "(\"name\" \"Sigap\" \"version\" \"",
                env!("CARGO_PKG_VERSION"),
                "\")"
            ));
            tolerate(self.wire.cmd(id, SMALL_WITHIN, |_| {}).await)?;
        }
        Ok(())
    }

    /// Whether a capability was offered (upper case).
    pub fn offers(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// Before the first folder is opened: wants to be told what changed and what left, where the
    /// server can (RFC 7162 §3.2.3).
    pub async fn ask_for_changes(&mut self) -> Result<(), Fault> {
        self.condstore = self.offers("CONDSTORE") || self.offers("QRESYNC");
        if !self.offers("QRESYNC") {
            return Ok(());
        }
        let mut enabled = false;
        let note = |response: &Response<'_>| {
            if let Response::Capabilities(list) = response {
                enabled |= list.iter().any(|word| capability(word) == "QRESYNC");
            }
        };
        let enable = Command::new("ENABLE").with("QRESYNC");
        tolerate(self.wire.cmd(enable, SMALL_WITHIN, note).await)?;
        self.qresync = enabled;
        Ok(())
    }

    /// Whether flags can be asked for by change (RFC 7162).
    pub fn has_condstore(&self) -> bool {
        self.condstore
    }

    /// Whether the server says what left (RFC 7162).
    pub fn has_qresync(&self) -> bool {
        self.qresync
    }

    /// All folders.
    pub async fn folders(&mut self) -> Result<Vec<Listed>, Fault> {
        if self.offers("SPECIAL-USE") && self.offers("LIST-EXTENDED") {
            let asked = self.list(Command::new("LIST").with("\"\" \"*\" RETURN (SPECIAL-USE)"));
            match asked.await {
                Err(Fault::Refused { .. }) => {}
                listed => return listed,
            }
        }
        self.list(Command::new("LIST").with("\"\" \"*\"")).await
    }

    /// Opens a folder, read-only.
    pub async fn examine(&mut self, mailbox: &str) -> Result<Examined, Fault> {
        self.wire.forget_folder();
        self.open = None;
        let mut command = Command::new("EXAMINE").with_quoted(mailbox)?;
        if self.condstore {
            command = command.with("(CONDSTORE)");
        }
        let mut examined = Examined::default();
        self.wire
            .cmd(command, OPEN_WITHIN, |response| note_opening(response, &mut examined))
            .await?;
        if !self.condstore || examined.mod_seq == Some(0) {
            examined.mod_seq = None;
        }
        examined.tells_departures = self.qresync;
        examined.again = !self.opened.insert(mailbox.to_owned());
        self.open = Some(mailbox.to_owned());
        if examined.uid_next.is_none() && examined.exists > 0 {
            examined.uid_next = self.missing_uid_next(mailbox).await?;
        }
        Ok(examined)
    }

    /// Whether this folder is the one that is open.
    pub fn has_open(&self, mailbox: &str) -> bool {
        self.open.as_deref() == Some(mailbox)
    }

    /// What a folder holds, without opening it.
    pub async fn status(&mut self, mailbox: &str) -> Result<Examined, Fault> {
        let items = if self.condstore {
            "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
        } else {
            "(MESSAGES UIDNEXT UIDVALIDITY)"
        };
        self.ask_status(mailbox, items).await
    }

    /// A sign of life; `true`: something happened in the open folder.
    pub async fn noop(&mut self) -> Result<bool, Fault> {
        self.wire.cmd(Command::new("NOOP"), SMALL_WITHIN, |_| {}).await?;
        Ok(self.wire.take_news())
    }

    /// Says good-bye; the line is closed in any case.
    pub async fn logout(mut self) {
        let parting = self.wire.cmd(Command::new("LOGOUT"), LOGOUT_WITHIN, |_| {});
        let _either_way = timeout(LOGOUT_WITHIN, parting).await;
    }

    async fn present(&mut self, user: &str, password: &str) -> Result<(), Fault> {
        let plain_ascii = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if user.is_empty() || user.contains('\0') || password.contains('\0') {
            let answer = "no name or password that could be sent".to_owned();
            return Err(Fault::LoginRefused { answer });
        }
        if plain_ascii(user) && plain_ascii(password) && !self.offers("LOGINDISABLED") {
            let login = Command::new("LOGIN").with_quoted(user)?.with_quoted(password)?;
            return self.wire.cmd(login, LOGIN_WITHIN, |_| {}).await.map(|_| ());
        }
        if !self.offers("AUTH=PLAIN") {
            let answer = "it takes no such login (neither LOGIN nor AUTHENTICATE PLAIN)".to_owned();
            return Err(Fault::LoginRefused { answer });
        }
        // RFC 4959 saves a round.
        let proof = plain_proof(user, password);
        let authenticate = Command::new("AUTHENTICATE").with("PLAIN");
        if self.offers("SASL-IR") {
            let authenticate = authenticate.with_word(&proof)?;
            return self.wire.cmd(authenticate, LOGIN_WITHIN, |_| {}).await.map(|_| ());
        }
        self.wire.exchange(authenticate, vec![proof], LOGIN_WITHIN, |_| {}).await.map(|_| ())
    }

    async fn learn_capabilities(&mut self) -> Result<(), Fault> {
        let mut offered = BTreeSet::new();
        let note = |response: &Response<'_>| {
            if let Response::Capabilities(list) = response {
                offered = list.iter().map(capability).collect();
            }
        };
        self.wire.cmd(Command::new("CAPABILITY"), SMALL_WITHIN, note).await?;
        self.capabilities = offered;
        Ok(())
    }

    async fn list(&mut self, command: Command) -> Result<Vec<Listed>, Fault> {
        let mut listed: Vec<Listed> = Vec::new();
        let note = |response: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::List(line)) = response
                && listed.len() <= MOST_FOLDERS
            {
                listed.push(Listed::from_answer(line));
            }
        };
        self.wire.cmd(command, OPEN_WITHIN, note).await?;
        if listed.len() > MOST_FOLDERS {
            return Err(Fault::Protocol(Oddity::TooMuch));
        }
        Ok(listed)
    }

    async fn ask_status(&mut self, mailbox: &str, items: &'static str) -> Result<Examined, Fault> {
        let command = Command::new("STATUS").with_quoted(mailbox)?.with(items);
        let mut found = Examined::default();
        let note = |response: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Status { status, .. }) = response {
                status.iter().for_each(|attribute| note_status(attribute, &mut found));
            }
        };
        self.wire.cmd(command, OPEN_WITHIN, note).await?;
        Ok(found)
    }

    /// Some servers do not say UIDNEXT when they open a folder, a few not even when asked.
    async fn missing_uid_next(&mut self, mailbox: &str) -> Result<Option<u64>, Fault> {
        match self.ask_status(mailbox, "(UIDNEXT)").await {
            Ok(Examined { uid_next: Some(uid_next), .. }) => return Ok(Some(uid_next)),
            Ok(_) | Err(Fault::Refused { .. }) => {}
            Err(fault) => return Err(fault),
        }
        let mut last = None;
        let note = |response: &Response<'_>| {
            if let Response::Fetch(_, attributes) = response {
                for attribute in attributes {
                    if let AttributeValue::Uid(uid) = attribute {
                        last = last.max(Some(u64::from(*uid)));
                    }
                }
            }
        };
        self.wire.cmd(Command::new("UID FETCH").with("* (UID)"), OPEN_WITHIN, note).await?;
        Ok(last.map(|uid| uid + 1))
    }
}

fn greeted(response: &Response<'_>) -> Result<(), Fault> {
    let Response::Data { status, outcome } = response else {
        return Err(Fault::Protocol(Oddity::NoGreeting));
    };
    match status {
        Status::Ok => Ok(()),
        Status::PreAuth => {
            let why = "the server greets as logged in before any login; that is refused";
            Err(Fault::Untrusted { why: why.to_owned() })
        }
        Status::Bye => Err(Fault::Closed { answer: words_of(outcome) }),
        Status::No | Status::Bad => Err(Fault::Protocol(Oddity::NoGreeting)),
    }
}

async fn upgrade(mut tcp: TcpStream, account: &Account) -> Result<Line, Fault> {
    starttls::ask(&mut tcp).await?;
    // The client speaks first in TLS: bytes that are here already were meant to be taken for
    // answers within it (RFC 3501 §6.2.1, RFC 8314 §3).
    if let Ok(Ok(1..)) = timeout(Duration::ZERO, tcp.peek(&mut [0; 1])).await {
        let why = "the server went on in plain text after STARTTLS; that is refused".to_owned();
        return Err(Fault::Untrusted { why });
    }
    let tls = crate::net::secure(tcp, account).await?;
    Ok(Line::Tls(Box::new(tls)))
}

/// RFC 4616.
fn plain_proof(user: &str, password: &str) -> String {
    STANDARD.encode(format!("\0{user}\0{password}"))
}

fn tolerate<T>(result: Result<T, Fault>) -> Result<(), Fault> {
    match result {
        Ok(_) | Err(Fault::Refused { .. }) => Ok(()),
        Err(fault) => Err(fault),
    }
}

fn capability(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(word) => word.to_ascii_uppercase(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum is open")]
fn note_opening(response: &Response<'_>, examined: &mut Examined) {
    match response {
        Response::MailboxData(MailboxDatum::Exists(many)) => examined.exists = u64::from(*many),
        Response::Data { status: Status::Ok, outcome } => match outcome.code {
            Some(ResponseCode::UidValidity(number)) => examined.uid_validity = Some(number.into()),
            Some(ResponseCode::UidNext(number)) => examined.uid_next = Some(number.into()),
            Some(ResponseCode::HighestModSeq(number)) => examined.mod_seq = Some(number),
            _ => {}
        },
        _ => {}
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum is open")]
fn note_status(attribute: &StatusAttribute, found: &mut Examined) {
    match attribute {
        StatusAttribute::Messages(many) => found.exists = u64::from(*many),
        StatusAttribute::UidNext(number) => found.uid_next = Some(u64::from(*number)),
        StatusAttribute::UidValidity(number) => found.uid_validity = Some(u64::from(*number)),
        StatusAttribute::HighestModSeq(0) => {}
        StatusAttribute::HighestModSeq(number) => found.mod_seq = Some(*number),
        _ => {}
    }
}
