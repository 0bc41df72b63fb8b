//! The command line as it is typed: commands, their arguments and their help.
//!
//! Only shapes stand here; `cli/commands` does what they say. What this version cannot do has no
//! command, so that help never promises it.

use std::path::PathBuf;

use clap::{ArgAction, Args as Group, Parser, Subcommand, ValueEnum};

/// Sigap knows who is waiting for an answer by email, and since when; it nudges before a promise
/// breaks.
#[derive(Debug, Parser)]
#[command(name = "sigap", version, max_term_width = 100)]
pub struct Args {
    /// The configuration [default: ./sigap.toml, then the user's, then /etc/sigap/sigap.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write JSON to stdout, on every command that reads
    #[arg(long, global = true)]
    pub json: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,
    /// Say more on stderr; twice: everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportForm {
    /// For reading
    Text,
    /// The page of one team, in the language of --language
    Html,
    /// For programs
    Json,
    /// For spreadsheets: a line for each of the last eight weeks
    Csv,
}

/// The languages that Sigap writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LanguageWord {
    /// Indonesian
    Id,
    /// English
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon
    Run {
        /// Read everything, do one full turn, and end
        #[arg(long)]
        once: bool,
    },
    /// Check configuration, templates and holidays; connects to nothing
    Check,
    /// Prove the connections: passwords, logins, folders, sending, clock, database
    Doctor,
    /// Who is waiting for a reply
    List {
        /// Only this owner's: an address or a name
        #[arg(long, value_name = "OWNER")]
        owner: Option<String>,
        /// Closed ones too
        #[arg(long)]
        all: bool,
        /// The other direction: whose answers the owners wait for
        #[arg(long)]
        awaiting: bool,
    },
    /// Why something is listed, was reminded of, or was not
    Why {
        /// A reference (S-7K2QM, W-7K2QM) or a Message-ID
        #[arg(value_name = "REF|MESSAGE-ID")]
        what: String,
    },
    /// Nothing more is to be done
    Done(Refs),
    /// Remind again later
    Snooze {
        /// References, then the time: S-7K2QM 2d, S-7K2QM until Monday, S-7K2QM jam 14
        #[arg(value_name = "REF… TIME", required = true, num_args = 2..)]
        words: Vec<String>,
    },
    /// This was no request
    Not(Refs),
    /// Take back what an owner said last
    Undo {
        /// Whose: an address or a name
        #[arg(long, value_name = "OWNER")]
        owner: String,
    },
    /// When owners are absent
    Away {
        /// What to do
        #[command(subcommand)]
        deed: AwayDeed,
    },
    /// Judge single messages; nothing is stored, nothing is sent
    Judge(Judge),
    /// Letters and their fate; the switch that stops them all
    Outbox {
        /// What to do with it [default: list]
        #[command(subcommand)]
        deed: Option<OutboxDeed>,
    },
    /// How much is sent; without a word: shows it
    Mode {
        /// The new upper bound: previews only, nudges, everything
        #[arg(value_enum)]
        mode: Option<ModeWord>,
    },
    /// How well a team answered in a week, or an owner; requests still open are counted in
    Report {
        /// Only this team
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// An owner's own report, as they would have it
        #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["team", "send"])]
        owner: Option<String>,
        /// Which week, e.g. 2026-W47 [default: the last one that is over]
        #[arg(long, value_name = "WEEK")]
        week: Option<String>,
        /// In which form
        #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
        format: ReportForm,
        /// In which language a page is
        #[arg(long, value_enum, default_value = "id", value_name = "LANGUAGE")]
        language: LanguageWord,
        /// Send it to those who read it and have not got it yet, and show nothing
        #[arg(long, conflicts_with_all = ["format", "language"])]
        send: bool,
    },
    /// Who can see what
    Privacy,
    /// Copy the database while the daemon runs, and check the copy
    Backup {
        /// The copy; must not be there yet
        file: PathBuf,
    },
    /// What is kept about one person
    Person {
        /// What to do
        #[command(subcommand)]
        deed: PersonDeed,
    },
    /// A complete run on a sample office: no server, no configuration, nothing leaves
    Demo {
        /// Keep the sample office in this folder
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
}

/// References of obligations.
#[derive(Debug, Group)]
pub struct Refs {
    /// References, as `sigap list` shows them
    #[arg(value_name = "REF", required = true)]
    pub refs: Vec<String>,
}

/// What is to be judged.
#[derive(Debug, Group)]
pub struct Judge {
    /// Messages: .eml or mbox; none: one message from stdin
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// JSON lines from stdin, one answer a line to stdout
    #[arg(long, conflicts_with = "files")]
    pub jsonl: bool,
    /// Whose mail it is; may be given more than once [default: the first addressee]
    #[arg(long, value_name = "ADDRESS")]
    pub owner: Vec<String>,
}

/// What to do with the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum OutboxDeed {
    /// Letters, latest first, and what holds them
    List {
        /// Every letter, not only the latest 200
        #[arg(long)]
        all: bool,
    },
    /// Nothing leaves until it is released
    Hold {
        /// Why, for whoever looks next
        why: Option<String>,
    },
    /// Letters may leave again
    Release,
}

/// What to do about absences.
#[derive(Debug, Subcommand)]
pub enum AwayDeed {
    /// Somebody is absent; one that overlaps another becomes one with it
    Add {
        /// Whose: an address or a name
        #[arg(long, value_name = "OWNER")]
        owner: String,
        /// The first day, or a moment: 2026-11-24, 2026-11-24T13:00, tomorrow
        #[arg(long, value_name = "TIME")]
        from: String,
        /// The last day, included, or a moment
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Why, as automatic replies may say it; if not said, they say no reason
        #[arg(long, value_name = "travel|leave")]
        reason: Option<String>,
        /// Who stands in this time, before the owner's usual delegates
        #[arg(long, value_name = "ADDRESS")]
        delegate: Option<String>,
    },
    /// Who is absent, and who will be
    List {
        /// Only this owner's: an address or a name
        #[arg(long, value_name = "OWNER")]
        owner: Option<String>,
        /// Those that are over or were taken back too
        #[arg(long)]
        all: bool,
    },
    /// The automatic replies, as senders will receive them
    Preview {
        /// Whose: an address or a name
        #[arg(long, value_name = "OWNER")]
        owner: String,
        /// In which language; if not said, in both, as people get it whose language is not clear
        #[arg(long, value_name = "id|en")]
        language: Option<String>,
    },
    /// Take it back; one that has begun ends now
    Cancel {
        /// Its number, as `sigap away list` shows it
        #[arg(value_name = "NUMBER")]
        number: i64,
    },
}

/// What to do about a person.
#[derive(Debug, Subcommand)]
pub enum PersonDeed {
    /// Everything that names an address, as JSON
    Export {
        /// The address
        address: String,
    },
    /// Remove it from the record; a keyed hash stays, so that nobody writes there again
    Erase {
        /// The address
        address: String,
    },
}

/// A mode by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeWord {
    /// Nothing leaves but one daily preview to each owner
    Observe,
    /// Nudges to owners
    Nudge,
    /// Everything
    Full,
}
