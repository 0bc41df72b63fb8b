//! Takes the letters that the desk hands out, one at a time, through the door for letters, and
//! brings back what became of them.
//!
//! The desk's durable mark comes between the message and its final dot (law 2). It never decides to
//! repeat: that is the desk's.

use std::path::PathBuf;

use tokio::sync::{mpsc, watch};

use crate::config::settings::{Account, Outgoing};
use crate::daemon::clock::Clock;
use crate::daemon::desk::Desk;
use crate::engine::turn::Input;
use crate::model::letter::{Outcome, Parcel, Refusal, Scope};
use crate::smtp::folder;
use crate::smtp::reply::Phase;
use crate::smtp::send::Courier;

/// Why the durable mark was not set.
#[derive(Debug, thiserror::Error)]
#[error("the letter may not leave any more, or the mark could not be written")]
struct NotMarked;

/// The sender and the connection it keeps.
pub struct Sender {
    outgoing: watch::Receiver<Outgoing>,
    hello: String,
    clock: Clock,
    desk: Desk,
    courier: Option<Courier>,
    /// The server has refused the null sender: it is not asked again.
    wants_sender: bool,
}

impl Sender {
    /// A sender for that door; `hello` is the name it greets with.
    pub fn new(
        outgoing: watch::Receiver<Outgoing>,
        hello: String,
        clock: Clock,
        desk: Desk,
    ) -> Self {
        Self { outgoing, hello, clock, desk, courier: None, wants_sender: false }
    }

    /// Sends until the desk closes.
    pub async fn run(mut self, mut parcels: mpsc::Receiver<Parcel>) {
        while let Some(parcel) = parcels.recv().await {
            let outcome = self.send(&parcel).await;
            if !self.desk.turn(Input::Settled(parcel.id, outcome)).await {
                break;
            }
        }
        if let Some(courier) = self.courier.take() {
            courier.close().await;
        }
    }

    async fn send(&mut self, parcel: &Parcel) -> Outcome {
        if self.outgoing.has_changed().unwrap_or(false)
            && let Some(old) = self.courier.take()
        {
            old.close().await;
            self.wants_sender = false;
        }
        let outgoing = self.outgoing.borrow_and_update().clone();
        match outgoing {
            Outgoing::Folder(path) => self.put(path, parcel).await,
            Outgoing::Smtp(account) => self.post_from(&account, parcel).await,
        }
    }

    /// From the null sender where the server lets it, else from the one that stands in for it. What
    /// was refused before the message had no mark yet, and nobody has it.
    async fn post_from(&mut self, account: &Account, parcel: &Parcel) -> Outcome {
        let stands_in = || Parcel { from: parcel.instead.clone(), ..parcel.clone() };
        let null = parcel.from.is_none() && parcel.instead.is_some();
        if null && self.wants_sender {
            return self.post(account, &stands_in()).await;
        }
        let outcome = self.post(account, parcel).await;
        // Some servers say only at the recipient what they think of the sender.
        let envelope = |refusal: &Refusal| {
            [Phase::Mail, Phase::Rcpt].iter().any(|phase| refusal.phase == phase.word())
        };
        if !null || !matches!(&outcome, Outcome::Refused(refusal) if envelope(refusal)) {
            return outcome;
        }
        let second = self.post(account, &stands_in()).await;
        self.wants_sender = !matches!(second, Outcome::Refused(_));
        second
    }

    async fn put(&self, path: PathBuf, parcel: &Parcel) -> Outcome {
        if let Err(error) = std::fs::create_dir_all(&path) {
            let answer = format!("{}: {error}", path.display());
            let phase = "folder".to_owned();
            return Outcome::Deferred(Refusal { scope: Scope::Account, phase, answer });
        }
        let mark = || self.mark(parcel);
        folder::put(&path, self.clock.now(), parcel, mark).await
    }

    async fn post(&mut self, account: &Account, parcel: &Parcel) -> Outcome {
        let fit = match &mut self.courier {
            Some(courier) => courier.is_fit().await,
            None => false,
        };
        if !fit {
            if let Some(old) = self.courier.take() {
                old.close().await;
            }
            let password = match password(account).await {
                Ok(password) => password,
                Err(outcome) => return outcome,
            };
            match Courier::connect(account, &self.hello, password.as_deref()).await {
                Ok(courier) => self.courier = Some(courier),
                Err(outcome) => return outcome,
            }
        }
        let Some(mut courier) = self.courier.take() else {
            let answer = "no connection".to_owned();
            let phase = "connect".to_owned();
            return Outcome::Deferred(Refusal { scope: Scope::Network, phase, answer });
        };
        let outcome = courier.send(parcel, || self.mark(parcel)).await;
        self.courier = Some(courier);
        outcome
    }

    async fn mark(&self, parcel: &Parcel) -> Result<(), NotMarked> {
        if self.desk.commit(parcel.id).await { Ok(()) } else { Err(NotMarked) }
    }
}

async fn password(account: &Account) -> Result<Option<String>, Outcome> {
    let Some(secret) = account.password.clone() else { return Ok(None) };
    let refused = |answer: String| {
        let phase = "password".to_owned();
        Outcome::Deferred(Refusal { scope: Scope::Account, phase, answer })
    };
    match tokio::task::spawn_blocking(move || secret.read()).await {
        Ok(Ok(password)) => Ok(Some(password.expose().to_owned())),
        Ok(Err(fault)) => Err(refused(fault.to_string())),
        Err(_) => Err(refused("reading the password was interrupted".to_owned())),
    }
}
