//! From a typed command to its end: loads what it needs, calls it, and says how it ended.
//!
//! Errors become one plain sentence on stderr and a number (`cli/exit`); nobody sees a debug print.
//! The daemon itself is `daemon/run`.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use serde_json::json;

use crate::cli::args::{Args, Color, Command, LanguageWord, OutboxDeed, PersonDeed, ReportForm};
use crate::cli::exit::Exit;
use crate::cli::ground::{Ground, find};
use crate::cli::judge::Form;
use crate::cli::page::{Page, Paint, Trouble};
use crate::cli::report::Whose;
use crate::cli::{awaiting, away, deeds, demo, doctor, outbox, privacy, report, reports};
use crate::config::places;
use crate::daemon::allowance;
use crate::daemon::clock::Clock;
use crate::daemon::run;
use crate::engine::listing::Reach;
use crate::model::verdict::Language;

/// Does what was typed.
pub fn execute(args: &Args, clock: Clock, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let form = if args.json { Form::Json } else { Form::Human };
    let mut page = Page { out, err, form, paint: paint(args.color), now: clock.now() };
    let ended = dispatch(args, clock, &mut page).and_then(|exit| {
        page.out.flush()?;
        Ok(exit)
    });
    let (exit, words) = match ended {
        Ok(exit) => return exit,
        // Whoever read us has seen enough.
        Err(Trouble::Write(error)) if error.kind() == ErrorKind::BrokenPipe => return Exit::Ok,
        Err(Trouble::Said(exit, words)) => (exit, words),
        Err(Trouble::Store(error)) => (Exit::from(&error), error.to_string()),
        Err(Trouble::Write(error)) => (Exit::Failure, format!("cannot write: {error}")),
    };
    for line in words.lines() {
        // Where even this cannot be written, the number is all that is left.
        let _said = writeln!(page.err, "sigap: {line}");
    }
    exit
}

fn dispatch(args: &Args, clock: Clock, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let named = args.config.as_deref();
    let ground = || Ground::load(named);
    match &args.command {
        Command::Run { once: false } => run_on(&find(named)?, clock, page),
        Command::Run { once: true } => run_once(&find(named)?, clock, page),
        Command::Check => reports::check(named, page),
        Command::Doctor => doctor::doctor(&ground()?, page),
        Command::List { owner, all, awaiting: other } => {
            let reach = if *all { Reach::All } else { Reach::Open };
            let list = if *other { awaiting::list } else { reports::list };
            list(&ground()?, page, owner.as_deref(), reach)
        }
        Command::Why { what } => reports::why(&ground()?, page, what),
        Command::Done(refs) => deeds::act(&ground()?, page, &refs.refs, deeds::Wish::Done),
        Command::Not(refs) => deeds::act(&ground()?, page, &refs.refs, deeds::Wish::Not),
        Command::Snooze { words } => deeds::snooze(&ground()?, page, words),
        Command::Undo { owner } => deeds::undo(&ground()?, page, owner),
        Command::Away { deed } => away::away(&ground()?, page, deed),
        Command::Judge(asked) => reports::judge(named, page, asked),
        Command::Outbox { deed } => match deed {
            None | Some(OutboxDeed::List { all: false }) => {
                outbox::list(&ground()?, page, outbox::LATEST)
            }
            Some(OutboxDeed::List { all: true }) => outbox::list(&ground()?, page, u32::MAX),
            Some(OutboxDeed::Hold { why }) => outbox::hold(&ground()?, page, why.as_deref()),
            Some(OutboxDeed::Release) => outbox::release(&ground()?, page),
        },
        Command::Mode { mode: None } => outbox::show_mode(&ground()?, page),
        Command::Mode { mode: Some(mode) } => outbox::set_mode(&ground()?, page, *mode),
        Command::Report { team, week, send: true, .. } => {
            let week = week.as_deref().map(report::named).transpose()?;
            deeds::send_reports(&ground()?, page, team.as_deref(), week)
        }
        Command::Report { team, owner, week, format, language, send: false } => {
            let form = if args.json { ReportForm::Json } else { *format };
            let language = match language {
                LanguageWord::Id => Language::Id,
                LanguageWord::En => Language::En,
            };
            let whose = match (team, owner) {
                (_, Some(owner)) => Whose::Owner(owner),
                (Some(team), None) => Whose::Team(team),
                (None, None) => Whose::Teams,
            };
            report::report(&ground()?, page, whose, week.as_deref(), (form, language))
        }
        Command::Privacy => privacy::privacy(&ground()?, page),
        Command::Backup { file } => reports::backup(&ground()?, page, file),
        Command::Person { deed } => match deed {
            PersonDeed::Export { address } => reports::export(&ground()?, page, address),
            PersonDeed::Erase { address } => deeds::erase(&ground()?, page, address),
        },
        Command::Demo { keep } => demo::demo(keep.as_deref(), page),
    }
}

fn run_on(config: &Path, clock: Clock, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let ended = runtime()?.block_on(run::run(config, clock));
    match ended {
        Ok(_) => Ok(Exit::Ok),
        Err(error) => refused(page, &error),
    }
}

fn run_once(config: &Path, clock: Clock, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let report = match runtime()?.block_on(run::once(config, clock)) {
        Ok(report) => report,
        Err(error) => return refused(page, &error),
    };
    for (owner, why) in &report.failed {
        writeln!(page.err, "sigap: {owner} could not be read: {why}")?;
    }
    if page.form == Form::Json {
        let failed = report.failed.iter().map(|(owner, why)| json!({"owner": owner, "why": why}));
        page.json(&json!({ "v": 1, "failed": failed.collect::<Vec<_>>() }))?;
    }
    Ok(if report.failed.is_empty() { Exit::Ok } else { Exit::SomeMailboxes })
}

fn refused(page: &mut Page<'_>, error: &run::RunError) -> Result<Exit, Trouble> {
    for line in error.to_string().lines() {
        writeln!(page.err, "sigap: {line}")?;
    }
    Ok(Exit::from(error))
}

/// The asynchronous edges' workers.
pub fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    let build = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    allowance::threads()
        .and_then(|()| build())
        .map_err(|error| Trouble::failure(format!("the system gives too few threads: {error}")))
}

fn paint(color: Color) -> Paint {
    let coloured = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && !places::colour_unwanted(),
    };
    if coloured { Paint::Coloured } else { Paint::Plain }
}
