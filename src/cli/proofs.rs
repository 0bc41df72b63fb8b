//! The proofs over the net: each owner's mail can be read, letters can be sent. Nothing is changed.
//!
//! A proof that fails ends the chain it stands in: without a login there is nothing to say about
//! folders. No password and no command that prints one is ever in a proof.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Serialize;
use tokio::time::timeout;

use crate::cli::lacks;
use crate::config::secret::Secret;
use crate::config::settings::{Account, Outgoing, Source, Tls, Watched};
use crate::imap::fault::Fault;
use crate::imap::folders::{self, Overrides};
use crate::imap::rest::Rest;
use crate::imap::session::{self, Proof as Login, Session};
use crate::imap::sync::WINDOW;
use crate::mail::clean::clean_text;
use crate::mail::parse;
use crate::maildir::Maildir;
use crate::model::customs::Customs;
use crate::model::letter::{Outcome, Refusal, Scope};
use crate::model::message::Role;
use crate::net::Line;
use crate::smtp::open::probe;

/// A server gets so long for all of it.
pub(in crate::cli) const WITHIN: Duration = Duration::from_secs(120);
/// So many of the latest messages show what a server writes into mail.
const LATEST: u64 = 200;
const ARRIVING: &str = "arriving mail";
/// So much of a server's words is shown.
const SHOWN: usize = 300;

/// One thing that was proven, or was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Whose, or of what.
    pub about: String,
    /// Which proof.
    pub what: &'static str,
    /// Null: proven.
    #[serde(rename = "problem")]
    pub cause: Option<Cause>,
    /// What was found.
    pub words: String,
    /// What would be right, where something is wrong.
    pub right: String,
    /// What a server cannot do and what follows from it; no problem.
    pub lacks: Vec<String>,
}

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A login was refused.
    Auth,
    /// Network or TLS.
    Network,
    /// The daemon could not read a mailbox when it last tried.
    Reading,
    /// Anything else.
    Other,
}

impl Proof {
    /// Proven.
    pub fn ok(about: &str, what: &'static str, words: impl Into<String>) -> Self {
        let words = clean_text(&words.into(), SHOWN);
        let (about, right, lacks) = (about.to_owned(), String::new(), Vec::new());
        Self { about, what, cause: None, words, right, lacks }
    }

    /// Not proven.
    pub fn problem(
        about: &str,
        what: &'static str,
        cause: Cause,
        words: impl Into<String>,
        right: &str,
    ) -> Self {
        let words = clean_text(&words.into(), SHOWN);
        let (about, right, lacks) = (about.to_owned(), right.to_owned(), Vec::new());
        Self { about, what, cause: Some(cause), words, right, lacks }
    }

    /// With what is lacking, although it is proven.
    pub(in crate::cli) fn lacking(self, lacks: impl IntoIterator<Item = String>) -> Self {
        Self { lacks: lacks.into_iter().collect(), ..self }
    }

    /// In one line.
    pub fn line(&self) -> String {
        let about = clean_text(&self.about, SHOWN);
        if about == self.what {
            format!("{about}: {}", self.words)
        } else {
            format!("{about}, {}: {}", self.what, self.words)
        }
    }
}

/// Whether an owner's mail can be read; `poll_every`: how often it is where nothing is reported.
pub async fn of_owner(watched: Watched, poll_every: SignedDuration) -> Vec<Proof> {
    let about = watched.owner.main_address().map_or(String::new(), ToString::to_string);
    match &watched.source {
        Source::Maildir(root) => maildir(&about, root, &watched),
        Source::Imap(account) => {
            let mut proofs = Vec::new();
            let chain = imap(&about, account, (&watched, poll_every), &mut proofs);
            if timeout(WITHIN, chain).await.is_err() {
                let words = "the server did not come to an end within two minutes";
                let right = "try again; see whether the server is well";
                proofs.push(Proof::problem(&about, "connect", Cause::Network, words, right));
            }
            proofs
        }
    }
}

async fn imap(
    about: &str,
    account: &Account,
    (watched, poll_every): (&Watched, SignedDuration),
    proofs: &mut Vec<Proof>,
) {
    let Some(password) = password(about, account.password.clone(), proofs).await else { return };
    let password = password.unwrap_or_default();
    let mut session = match session::connect(account, Login::Password(&password)).await {
        Ok(session) => session,
        Err(fault) => return proofs.push(failed(about, "login", &fault)),
    };
    let how = protection(account.tls);
    let words = format!("{}:{} over {how}, logged in", account.host, account.port);
    proofs.push(Proof::ok(about, "login", words));
    let has = |offered| if offered { "yes" } else { "no" };
    let (idle, condstore) = (has(session.offers("IDLE")), has(session.has_condstore()));
    let words = format!("IDLE {idle}, CONDSTORE {condstore}");
    let lacks = lacks::of_server(&session, poll_every);
    proofs.push(Proof::ok(about, "capabilities", words).lacking(lacks));
    imap_folders(about, &mut session, watched, proofs).await;
    session.logout().await;
}

async fn imap_folders(
    about: &str,
    session: &mut Session<Line>,
    watched: &Watched,
    proofs: &mut Vec<Proof>,
) {
    let listed = match session.folders().await {
        Ok(listed) => listed,
        Err(fault) => return proofs.push(failed(about, "folders", &fault)),
    };
    let overrides = Overrides { inbox: watched.inbox.clone(), sent: watched.sent.clone() };
    let chosen = match folders::choose(&listed, &overrides) {
        Ok(chosen) => chosen,
        Err(none) => {
            let right = "without the folder of sent mail answers are not seen and nobody is \
                         reminded; name it: imap.sent = [\"…\"]";
            let words = none.to_string();
            return proofs.push(Proof::problem(about, "folders", Cause::Other, words, right));
        }
    };
    let mut inbox = None;
    for name in chosen.sent.iter().chain([&chosen.inbox]) {
        let shown = folders::shown(name);
        proofs.push(match session.examine(name).await {
            Ok(found) => {
                inbox = found.uid_next.filter(|_| *name == chosen.inbox);
                let words = format!("{shown}: opens read-only, {} messages", found.exists);
                let by_name = watched.sent.is_empty() && *name != chosen.inbox;
                let by_name = by_name.then(|| lacks::of_sent(&listed, name)).flatten();
                Proof::ok(about, "folder", words)
                    .lacking(lacks::of_folder(&found).into_iter().chain(by_name))
            }
            Err(fault) => {
                let ends = fault.ends_session();
                proofs.push(failed(about, "folder", &fault));
                if ends {
                    return;
                }
                continue;
            }
        });
    }
    if let Some(next) = inbox {
        proofs.push(arriving(about, session, next).await);
    }
}

/// What the server writes into the mail that it takes in, by the latest messages of the open inbox.
async fn arriving(about: &str, session: &mut Session<Line>, next: u64) -> Proof {
    let mut customs = Customs::default();
    let (mut first, last) = (next.saturating_sub(LATEST).max(1), next.saturating_sub(1));
    while first <= last {
        let window = (first, last.min(first + WINDOW - 1));
        match session.headers(window).await {
            Ok(found) => found.iter().for_each(|one| customs.see(&parse::answering(one))),
            Err(fault) => return failed(about, ARRIVING, &fault),
        }
        first = window.1 + 1;
    }
    of_customs(about, &customs)
}

fn of_customs(about: &str, customs: &Customs) -> Proof {
    Proof::ok(about, ARRIVING, lacks::customs_in_words(customs)).lacking(lacks::of_customs(customs))
}

fn maildir(about: &str, root: &Path, watched: &Watched) -> Vec<Proof> {
    let opened = Maildir::open(root, watched.inbox.as_deref(), &watched.sent);
    let found = match opened {
        Ok(found) => found,
        Err(fault) => {
            let right = "write the right path, or let the daemon's user read it";
            let words = fault.to_string();
            return vec![Proof::problem(about, "Maildir", Cause::Other, words, right)];
        }
    };
    let mut proofs = Vec::new();
    if found.folders(Role::Sent).is_empty() {
        let words = format!("{}: no folder of sent mail", root.display());
        let right = "without it answers are not seen and nobody is reminded; name it: \
                     maildir.sent = [\"…\"]";
        proofs.push(Proof::problem(about, "Maildir", Cause::Other, words, right));
    }
    let all = found.folders(Role::Sent).iter().chain(found.folders(Role::Inbox));
    proofs.extend(all.map(|folder| match std::fs::read_dir(folder.join("cur")) {
        Ok(entries) => {
            let words = format!("{}: {} messages in cur", folder.display(), entries.count());
            Proof::ok(about, "Maildir", words)
        }
        Err(error) => {
            let words = format!("{}: {error}", folder.display());
            let right = "let the daemon's user read it";
            Proof::problem(about, "Maildir", Cause::Other, words, right)
        }
    }));
    if let Ok(reading) = found.read(Role::Inbox, &BTreeSet::new()) {
        let mut customs = Customs::default();
        reading.new.iter().for_each(|one| customs.see(&parse::answering(one)));
        proofs.push(of_customs(about, &customs));
    }
    proofs
}

/// Whether letters can be sent.
pub async fn of_sending(outgoing: &Outgoing, hello: &str) -> Vec<Proof> {
    let account = match outgoing {
        Outgoing::Folder(folder) => return vec![writable(folder)],
        Outgoing::Smtp(account) => account,
    };
    let mut proofs = Vec::new();
    let Some(password) = password("sending", account.password.clone(), &mut proofs).await else {
        return proofs;
    };
    let probed = timeout(WITHIN, probe(account, hello, password.as_deref())).await;
    proofs.push(match probed {
        Ok(Ok(words)) => Proof::ok("sending", "login", words),
        Ok(Err(outcome)) => not_sending(&outcome),
        Err(_) => {
            let words = "the server did not come to an end within two minutes";
            let right = "try again; see whether the server is well";
            Proof::problem("sending", "login", Cause::Network, words, right)
        }
    });
    proofs
}

fn not_sending(outcome: &Outcome) -> Proof {
    let (cause, words) = match outcome {
        Outcome::Deferred(refusal) | Outcome::Refused(refusal) => {
            let Refusal { scope, phase, answer } = refusal;
            let cause = match scope {
                Scope::Account => Cause::Auth,
                Scope::Network => Cause::Network,
                Scope::Letter => Cause::Other,
            };
            (cause, format!("{phase}: {answer}"))
        }
        Outcome::Accepted(words) | Outcome::Ambiguous(words) => (Cause::Other, words.clone()),
    };
    Proof::problem("sending", "login", cause, words, right_for(cause))
}

fn writable(folder: &Path) -> Proof {
    let about = folder.display().to_string();
    if !folder.exists() {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        return match parent {
            Some(parent) if !parent.is_dir() => {
                let words = format!("the folder {} is not there", parent.display());
                Proof::problem(&about, "sending", Cause::Other, words, "make the folder")
            }
            Some(_) | None => {
                Proof::ok(&about, "sending", "not there yet; it is made with the first letter")
            }
        };
    }
    let trial = folder.join(".sigap-doctor");
    let tried = std::fs::write(&trial, b"").and_then(|()| std::fs::remove_file(&trial));
    match tried {
        Ok(()) => Proof::ok(&about, "sending", "letters can be written into it"),
        Err(error) => {
            let right = "let the daemon's user write into it";
            Proof::problem(&about, "sending", Cause::Other, error.to_string(), right)
        }
    }
}

/// The password, if one is needed; `None` with a proof that fails.
pub(in crate::cli) async fn password(
    about: &str,
    secret: Option<Secret>,
    proofs: &mut Vec<Proof>,
) -> Option<Option<String>> {
    let Some(secret) = secret else { return Some(None) };
    let words = match tokio::task::spawn_blocking(move || secret.read()).await {
        Ok(Ok(password)) => {
            proofs.push(Proof::ok(about, "password", "can be read"));
            return Some(Some(password.expose().to_owned()));
        }
        Ok(Err(fault)) => fault.to_string(),
        Err(_) => "reading it was interrupted".to_owned(),
    };
    let right = "put the password where the configuration says it is";
    proofs.push(Proof::problem(about, "password", Cause::Other, words, right));
    None
}

pub(in crate::cli) fn failed(about: &str, what: &'static str, fault: &Fault) -> Proof {
    let cause = match fault {
        Fault::LoginRefused { .. } => Cause::Auth,
        Fault::Unreachable { .. }
        | Fault::Untrusted { .. }
        | Fault::Closed { .. }
        | Fault::Silent => Cause::Network,
        Fault::Refused { .. } | Fault::Protocol(_) | Fault::UsedUp => Cause::Other,
    };
    Proof::problem(about, what, cause, fault.to_string(), right_of(fault, cause))
}

/// What would be right, where the server's words say more than the kind of the fault.
fn right_of(fault: &Fault, cause: Cause) -> &'static str {
    if fault.to_string().to_ascii_lowercase().contains("authenticated but not connected") {
        return "name and password are right, but no mailbox opens for them: see that there is one, \
                that it has a licence and IMAP, and that this login may open it";
    }
    match fault.rest() {
        Rest::Throttled(_) | Rest::Spent => {
            "the server slows this account down: see what else reads it, and try again later"
        }
        Rest::Growing(_) | Rest::NextDay | Rest::Refused => right_for(cause),
    }
}

fn right_for(cause: Cause) -> &'static str {
    match cause {
        Cause::Auth => "see that name and password are right and that the account may log in",
        Cause::Network => "see that host, port and certificates are right and the server is up",
        Cause::Reading | Cause::Other => "see what the server's administrator knows of this",
    }
}

pub(in crate::cli) fn protection(tls: Tls) -> &'static str {
    match tls {
        Tls::Implicit => "TLS",
        Tls::StartTls => "STARTTLS",
        Tls::Plain => "a plain line to this machine",
    }
}
