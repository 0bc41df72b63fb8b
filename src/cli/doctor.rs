//! `sigap doctor`: proves that everything the daemon needs is there, one line for each proof.
//!
//! It reads what it needs to and sends no letter; mailboxes are opened read-only. Each problem says
//! what would be right. The single proofs over the net are in `cli/proofs`.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::task::JoinHandle;

use crate::cli::calendars;
use crate::cli::commands::runtime;
use crate::cli::exit::Exit;
use crate::cli::ground::Ground;
use crate::cli::inbox;
use crate::cli::judge::Form;
use crate::cli::page::{Page, Tone, Trouble};
use crate::cli::proofs::{self, Cause, Proof};
use crate::engine::listing::{self, Folder};
use crate::engine::office::Office;
use crate::imap::folders;
use crate::store::db::{StoreError, flaw, open_to_read, schema_version};
use crate::store::epoch::{self, Standing};
use crate::store::facts;

/// So many owners are looked after at the same time.
const AT_ONCE: usize = 8;
/// The clock may be so much behind the highest time on record.
const BEHIND: SignedDuration = SignedDuration::from_mins(2);

#[derive(Serialize)]
struct Report<'a> {
    v: u8,
    now: Timestamp,
    ok: bool,
    proofs: &'a [Proof],
}

/// Proves everything and prints it.
pub fn doctor(ground: &Ground, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let mut all = database(ground, page.now);
    all.extend(runtime()?.block_on(over_the_net(ground, page.now)));
    let exit = verdict(&all);
    match page.form {
        Form::Json => {
            let report = Report { v: 1, now: page.now, ok: exit == Exit::Ok, proofs: &all };
            page.json(&report)?;
        }
        Form::Human => print(page, &all)?,
    }
    Ok(exit)
}

async fn over_the_net(ground: &Ground, now: Timestamp) -> Vec<Proof> {
    let mut all = Vec::new();
    let settings = &ground.settings;
    for some in settings.owners.chunks(AT_ONCE) {
        let proving = some.iter().map(|one| proofs::of_owner(one.clone(), settings.poll_every));
        let begun: Vec<JoinHandle<Vec<Proof>>> = proving.map(tokio::spawn).collect();
        for proofs in begun {
            all.extend(proofs.await.unwrap_or_default());
        }
        for one in some {
            all.extend(calendars::of_owner(one, now).await);
        }
    }
    if let Some(own) = &settings.inbox {
        all.extend(inbox::proofs(own, settings.poll_every).await);
    }
    let hello = settings.from.address.domain();
    all.extend(proofs::of_sending(&settings.outgoing, hello).await);
    all
}

/// The database, its epoch file, and the clock against it.
fn database(ground: &Ground, now: Timestamp) -> Vec<Proof> {
    let path = ground.settings.store.as_path();
    let about = path.display().to_string();
    if !path.exists() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        return vec![match folder {
            Some(folder) if !folder.is_dir() => {
                let words = format!("the folder {} is not there", folder.display());
                Proof::problem(&about, "database", Cause::Other, words, "make the folder")
            }
            Some(_) | None if epoch::file(path).exists() => Proof::problem(
                &about,
                "database",
                Cause::Other,
                "it is missing, but its epoch file is there",
                "restore a backup, or remove the epoch file to begin anew",
            ),
            Some(_) | None => Proof::ok(&about, "database", "not there yet; `sigap run` makes it"),
        }];
    }
    let unreadable = |error: StoreError| {
        let right = "see the sentence before";
        vec![Proof::problem(&about, "database", Cause::Other, error.to_string(), right)]
    };
    match look(path, &about, now) {
        Ok(proofs) => [proofs, reading(ground, now).unwrap_or_else(unreadable)].concat(),
        Err(error) => unreadable(error),
    }
}

fn look(path: &Path, about: &str, now: Timestamp) -> Result<Vec<Proof>, StoreError> {
    let c = open_to_read(path)?;
    let mut proofs = vec![match flaw(&c)? {
        None => {
            let words = format!("opens, whole, schema {}", schema_version());
            Proof::ok(about, "database", words)
        }
        Some(flaw) => {
            let right = "stop the daemon and restore a backup";
            Proof::problem(about, "database", Cause::Other, flaw, right)
        }
    }];
    proofs.push(match epoch::standing_of(&c, path)? {
        Standing::Same => Proof::ok(about, "epoch", "it is the database that was used last"),
        Standing::Stranger(why) => {
            let right = "if this is the one to be used, run: sigap outbox release";
            Proof::problem(about, "epoch", Cause::Other, why, right)
        }
    });
    let instance = facts::instance(&c)?;
    proofs.push(match instance.held {
        None => Proof::ok(about, "outbox", "letters may leave"),
        Some(why) => {
            let words = format!("nothing leaves: {why}");
            let right = "when that is settled, run: sigap outbox release";
            Proof::problem(about, "outbox", Cause::Other, words, right)
        }
    });
    let behind = instance.noticed_at.duration_since(now);
    proofs.push(if behind > BEHIND {
        let words = format!("the clock stands {behind:#} before a time that was seen already");
        Proof::problem("clock", "clock", Cause::Other, words, "set the clock right")
    } else {
        Proof::ok("clock", "clock", "not behind any time on record")
    });
    Ok(proofs)
}

/// How far the daemon has come with each mailbox, and which messages it could not read.
fn reading(ground: &Ground, now: Timestamp) -> Result<Vec<Proof>, StoreError> {
    let c = open_to_read(&ground.settings.store)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let mut proofs = Vec::new();
    for owner in office.owners.values() {
        for folder in listing::folders(&c, owner, now)? {
            proofs.extend(read_so_far(folder.owner.as_str(), &folder));
        }
    }
    if let Some(own) = &ground.settings.inbox {
        let folder = listing::own_folder(&c, &own.address, now)?;
        proofs.extend(read_so_far("inbox", &folder));
    }
    Ok(proofs)
}

fn read_so_far(about: &str, folder: &Folder) -> Vec<Proof> {
    let name = folder.mailbox.as_deref().map_or("mailbox".to_owned(), folders::shown);
    let read = match folder.last_read_at {
        Some(at) => format!("last read {}", at.strftime("%-d %b %Y at %H:%M UTC")),
        None => "not read yet".to_owned(),
    };
    let mut proofs = vec![if folder.fault.is_empty() {
        Proof::ok(about, "reading", format!("{name}: {read}"))
    } else {
        let words = format!("{name}: {read}; now: {}", folder.fault);
        let right = "when that is settled: the daemon tries again by itself, and at once when it \
                     is told to read its configuration anew";
        Proof::problem(about, "reading", Cause::Reading, words, right)
    }];
    if !folder.set_aside.is_empty() {
        let uids: Vec<String> = folder.set_aside.iter().map(u64::to_string).collect();
        let words = format!(
            "{name}: {} not read, because reading them ended the program (UID {})",
            uids.len(),
            uids.join(", ")
        );
        let right = "look at it with a mail program: nobody knows what it asks; once it is deleted \
                     or moved to another folder it is forgotten";
        proofs.push(Proof::problem(about, "set aside", Cause::Other, words, right));
    }
    proofs
}

/// Refused logins and the net have numbers of their own, where nothing else is wrong. What the
/// daemon ran into counts where nothing is found to be wrong now.
fn verdict(all: &[Proof]) -> Exit {
    let found = all.iter().filter_map(|proof| proof.cause);
    let mut causes = found.clone().filter(|cause| *cause != Cause::Reading);
    let Some(first) = causes.next().or_else(|| found.clone().next()) else { return Exit::Ok };
    match first {
        Cause::Auth if causes.all(|cause| cause == Cause::Auth) => Exit::AuthRefused,
        Cause::Network if causes.all(|cause| cause == Cause::Network) => Exit::Network,
        Cause::Auth | Cause::Network | Cause::Reading | Cause::Other => Exit::Problems,
    }
}

fn print(page: &mut Page<'_>, all: &[Proof]) -> Result<(), Trouble> {
    let mut problems = 0;
    for proof in all {
        let (mark, tone) = match proof.cause {
            None => ("ok     ", None),
            Some(_) => ("problem", Some(Tone::Bad)),
        };
        problems += usize::from(proof.cause.is_some());
        let mark = tone.map_or(mark.to_owned(), |tone| page.toned(mark, tone));
        page.line(&format!("{mark} {}", proof.line()))?;
        if !proof.right.is_empty() {
            page.text(8, &proof.right)?;
        }
        for lack in &proof.lacks {
            page.text(8, lack)?;
        }
    }
    match problems {
        0 => page.text(0, "No problems."),
        1 => page.text(0, "1 problem."),
        count => page.text(0, &format!("{count} problems.")),
    }
}
