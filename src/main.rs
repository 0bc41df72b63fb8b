//! The `sigap` program: sets up TLS and the journal, reads the command line, and goes.
//!
//! The journal goes to stderr. What the protocol libraries would say about their own work stays out
//! of it at any level, because it can hold what was sent: passwords and mail.

use std::io;
use std::process::ExitCode;

use clap::Parser;
use sigap::cli::args::{Args, Color, Command};
use sigap::cli::commands::execute;
use sigap::daemon::clock::Clock;
use sigap::net::install_crypto;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Silent, whatever is asked for.
const QUIET: [&str; 4] = ["async_imap", "imap_proto", "lettre", "rustls"];

fn main() -> ExitCode {
    let args = Args::parse();
    install_crypto();
    begin_journal(&args);
    // Unlocked: the daemon's threads write to stderr as well.
    let exit = execute(&args, Clock::System, &mut io::stdout(), &mut io::stderr());
    ExitCode::from(exit.code())
}

fn begin_journal(args: &Args) {
    let usual = match args.command {
        Command::Run { .. } => 1,
        Command::Check
        | Command::Doctor
        | Command::List { .. }
        | Command::Why { .. }
        | Command::Done(_)
        | Command::Snooze { .. }
        | Command::Not(_)
        | Command::Undo { .. }
        | Command::Away { .. }
        | Command::Judge(_)
        | Command::Outbox { .. }
        | Command::Mode { .. }
        | Command::Backup { .. }
        | Command::Person { .. }
        | Command::Report { .. }
        | Command::Privacy
        | Command::Demo { .. } => 0,
    };
    let level = match usual + args.verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let quiet = QUIET.map(|name| (name, LevelFilter::OFF));
    let filter = Targets::new().with_default(level).with_targets(quiet);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(args.color == Color::Always);
    tracing_subscriber::registry().with(filter).with(lines).init();
}
