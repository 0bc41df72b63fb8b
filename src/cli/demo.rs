//! The demo: a sample office runs through three weeks in seconds, with the daemon's own code.
//!
//! Mail is put into Maildirs at its time, the clock is a hand that jumps from moment to moment, and
//! letters become files in a folder. No server, no configuration, nothing leaves the machine.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::args::ReportForm;
use crate::cli::commands::runtime;
use crate::cli::exit::Exit;
use crate::cli::ground::Ground;
use crate::cli::office::{self, Event, OWNERS, Office};
use crate::cli::page::{Page, Trouble};
use crate::cli::report::{Whose, report};
use crate::cli::{outbox, reports};
use crate::config::places;
use crate::daemon::clock::Clock;
use crate::daemon::once::Round;
use crate::daemon::run::{self, RunError};
use crate::engine::listing::Reach;
use crate::engine::office::Office as EngineOffice;
use crate::engine::standings::standings;
use crate::model::letter::Kind;
use crate::model::message::Role;
use crate::model::verdict::Language;
use crate::store::db::{StoreError, open_to_read};
use crate::store::{letters, messages};

/// So long after a nudge its owner answers it.
const ANSWERS_AFTER: SignedDuration = SignedDuration::from_mins(25);
/// The office's configuration, relative to its folder.
const CONFIG: &str = include_str!("../../config/demo/sigap.toml");

/// Why the demo could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Files.
    #[error("the sample office could not be laid out: {0}")]
    File(#[from] io::Error),
    /// The daemon.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is left after the demo.
#[derive(Debug)]
pub struct Shown {
    /// Its configuration: every command can be tried on it.
    pub config: PathBuf,
    /// Where the letters are.
    pub letters: PathBuf,
    /// The moment at which it ended.
    pub now: Timestamp,
    /// Mails that came and went.
    pub messages: usize,
    /// Where an owner's answer to a letter lies.
    pub answered: Option<PathBuf>,
}

/// Runs the office in a folder, which must not exist or be empty, up to the morning of today.
pub async fn play(folder: &Path, today: Timestamp) -> Result<Shown, DemoError> {
    let zone = TimeZone::get("Asia/Jakarta").unwrap_or(TimeZone::UTC);
    let office = office::office(today.to_zoned(zone.clone()).date(), &zone);
    fs::create_dir_all(folder)?;
    office::lay_out(&office, folder)?;
    let config = folder.join("sigap.toml");
    fs::write(&config, CONFIG)?;
    let start = office.events.first().map_or(office.now, |event| event.at);
    let start = start.checked_sub(SignedDuration::from_hours(1)).unwrap_or(start);
    let hand = Arc::new(AtomicI64::new(start.as_second()));
    let clock = Clock::Hand(Arc::clone(&hand));
    let (settings, engine) = run::open(&config, &clock)?;
    let store = settings.store.clone();
    let round = Round::start(engine, &settings, clock).map_err(RunError::from)?;
    let mut answer = Answer::Waiting;
    let mut coming = office.events.iter().peekable();
    let mut now = start;
    loop {
        round.read_all().await;
        let due_at = round.settle().await;
        answer = answer.follow(&store, &office, folder, now)?;
        let next = [coming.peek().map(|event| event.at), due_at, answer.at()];
        let next = next.into_iter().flatten().filter(|at| *at < office.now).min();
        let Some(next) = next else { break };
        now = next.max(now.checked_add(SignedDuration::from_secs(1)).unwrap_or(next));
        hand.store(now.as_second(), Ordering::SeqCst);
        while let Some(event) = coming.next_if(|event| event.at <= now) {
            office::deliver(event, folder)?;
        }
    }
    hand.store(office.now.as_second(), Ordering::SeqCst);
    round.read_all().await;
    round.settle().await;
    round.finish().await.map_err(RunError::from)?;
    Ok(Shown {
        config,
        letters: folder.join("letters"),
        now: office.now,
        messages: office.events.len(),
        answered: answer.file(),
    })
}

/// The one answer that is not in the script: an owner says `SELESAI 1` to the first nudge.
enum Answer {
    Waiting,
    Planned { at: Timestamp, event: Event },
    Given(PathBuf),
}

impl Answer {
    fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Planned { at, .. } => Some(*at),
            Self::Waiting | Self::Given(_) => None,
        }
    }

    fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Given(file) => Some(file.clone()),
            Self::Waiting | Self::Planned { .. } => None,
        }
    }

    fn follow(
        self,
        store: &Path,
        office: &Office,
        folder: &Path,
        now: Timestamp,
    ) -> Result<Self, DemoError> {
        match self {
            Self::Waiting => {
                let first =
                    letters::all(&open_to_read(store)?, 1000)?.into_iter().rfind(|letter| {
                        letter.draft.kind == Kind::Nudge && letter.claimed_at.is_some()
                    });
                let Some(letter) = first else { return Ok(Self::Waiting) };
                let to = letter.draft.to.as_str();
                let Some(owner) = OWNERS.iter().position(|one| one.addresses.contains(&to)) else {
                    return Ok(Self::Waiting);
                };
                let at = now.checked_add(ANSWERS_AFTER).unwrap_or(now);
                let event = event(office, owner, at, &letter.message_id);
                Ok(Self::Planned { at, event })
            }
            Self::Planned { at, event } if now >= at => {
                office::deliver(&event, folder)?;
                Ok(Self::Given(folder.join(&event.file)))
            }
            Self::Planned { .. } | Self::Given(_) => Ok(self),
        }
    }
}

fn event(office: &Office, owner: usize, at: Timestamp, letter: &str) -> Event {
    let person = OWNERS.get(owner);
    let from = person.and_then(|one| one.addresses.first()).copied().unwrap_or_default();
    let name = person.map(|one| one.name).unwrap_or_default();
    let maildir = person.map(|one| one.maildir).unwrap_or_default();
    let date = at.to_zoned(office.zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z");
    let text = format!(
        "From: {name} <{from}>\r\nTo: Sigap <sigap@example.com>\r\nDate: {date}\r\n\
         Subject: Re: Sigap\r\nMessage-ID: <selesai-1@example.com>\r\n\
         In-Reply-To: <{letter}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nSELESAI 1\r\n"
    );
    Event {
        at,
        owner,
        folder: Role::Sent,
        file: Path::new(maildir).join(".Sent/cur").join("selesai-1.sigap:2,S"),
        bytes: text.into_bytes(),
    }
}

/// Plays the office and shows what came of it with the ordinary commands.
pub fn demo(keep: Option<&Path>, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let fresh = || places::temporary().join(format!("sigap-demo-{}", page.now.as_second()));
    let folder = keep.map_or_else(fresh, Path::to_owned);
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let words = format!("{} is not empty; name another folder", folder.display());
        return Err(Trouble::usage(words));
    }
    let shown = runtime()?
        .block_on(play(&folder, page.now))
        .map_err(|error| Trouble::failure(error.to_string()))?;
    let ground = Ground::load(Some(&shown.config))?;
    page.now = shown.now;
    page.text(0, "Three weeks of mail in a sample office, played with the daemon's own code.")?;
    writeln!(page.out)?;
    reports::list(&ground, page, None, Reach::Open)?;
    writeln!(page.out)?;
    why_nothing_more(&ground, page)?;
    let own = Whose::Owner(OWNERS.first().and_then(|one| one.addresses.first()).unwrap_or(&""));
    report(&ground, page, own, None, (ReportForm::Text, Language::Id))?;
    writeln!(page.out)?;
    outbox::list(&ground, page, outbox::LATEST)?;
    writeln!(page.out)?;
    let html = folder.join("report.html");
    let mut file = fs::File::create(&html)?;
    let Page { form, paint, now, .. } = *page;
    let mut sheet = Page { out: &mut file, err: &mut *page.err, form, paint, now };
    report(&ground, &mut sheet, own, None, (ReportForm::Html, Language::Id))?;
    tell(&shown, &html, page.out)?;
    Ok(Exit::Ok)
}

/// One line for everything that waits: what is next, or why nothing is sent.
fn why_nothing_more(ground: &Ground, page: &mut Page<'_>) -> Result<(), Trouble> {
    let c = open_to_read(ground.store()?)?;
    let office = EngineOffice::known(&c, ground.charter.clone())?;
    let kinds = messages::classes(&c)?;
    let kinds: Vec<String> =
        kinds.iter().map(|(class, count)| format!("{count} {}", class.replace('_', " "))).collect();
    page.text(0, &format!("Mails by what they are to their owner: {}.", kinds.join(", ")))?;
    writeln!(page.out)?;
    page.text(0, "What happens next, or why nothing is sent:")?;
    for standing in standings(&c, &office, page.now)? {
        page.text(2, &format!("{}  {}", standing.reference, standing.sentence))?;
    }
    Ok(())
}

/// Says what the demo did, and where to look.
fn tell(shown: &Shown, report: &Path, out: &mut dyn Write) -> io::Result<()> {
    let config = shown.config.display();
    writeln!(out, "{} mails came and went. Letters, one file each:", shown.messages)?;
    writeln!(out, "  {}", shown.letters.display())?;
    if let Some(file) = &shown.answered {
        writeln!(out, "An owner answered the first nudge with SELESAI 1:")?;
        writeln!(out, "  {}", file.display())?;
    }
    writeln!(out, "The report above as a page (of a team of three there is none):")?;
    writeln!(out, "  {}", report.display())?;
    writeln!(out, "Every command works on it, for example:")?;
    writeln!(out, "  sigap --config {config} why REF")?;
    writeln!(out, "  sigap --config {config} list --all")
}
