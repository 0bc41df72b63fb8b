//! Where a command writes, in which form, and at which moment; and how text is laid out there.
//!
//! Data goes to `out`, talk to `err`. Everything that came from mail or from a server is stripped
//! of control characters before it is written (`clean_text`): it cannot speak to a terminal.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::judge::Form;
use crate::mail::clean::clean_text;
use crate::store::db::StoreError;

/// Columns of a page.
pub const WIDTH: usize = 80;
/// No shown word is longer.
const LONGEST: usize = 400;

/// Where a command writes.
pub struct Page<'a> {
    /// Data.
    pub out: &'a mut dyn Write,
    /// Talk.
    pub err: &'a mut dyn Write,
    /// JSON or text.
    pub form: Form,
    /// Whether there may be colours.
    pub paint: Paint,
    /// The moment of the command.
    pub now: Timestamp,
}

/// Whether there may be colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Escape sequences.
    Coloured,
    /// Text alone.
    Plain,
}

/// A colour with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is wrong or late.
    Bad,
    /// Something deserves a look.
    Watch,
    /// Headings.
    Strong,
}

/// Why a command did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was written to.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// Said in words, with the way to end.
    #[error("{1}")]
    Said(Exit, String),
}

impl Trouble {
    /// Something that a person called wrongly.
    pub fn usage(words: impl Into<String>) -> Self {
        Self::Said(Exit::Usage, words.into())
    }

    /// Something that cannot be done.
    pub fn failure(words: impl Into<String>) -> Self {
        Self::Said(Exit::Failure, words.into())
    }
}

impl Page<'_> {
    /// One JSON document.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Trouble> {
        let text = serde_json::to_string(value).map_err(io::Error::from)?;
        writeln!(self.out, "{text}")?;
        Ok(())
    }

    /// One line of text.
    pub fn line(&mut self, text: &str) -> Result<(), Trouble> {
        writeln!(self.out, "{}", text.trim_end())?;
        Ok(())
    }

    /// A paragraph of at most 80 columns; every line begins with `indent` spaces.
    pub fn text(&mut self, indent: usize, words: &str) -> Result<(), Trouble> {
        for line in wrapped(words, WIDTH.saturating_sub(indent)) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// A heading with an empty line above.
    pub fn heading(&mut self, words: &str) -> Result<(), Trouble> {
        let words = self.toned(words, Tone::Strong);
        writeln!(self.out, "\n{words}")?;
        Ok(())
    }

    /// A word in a colour, where there may be colours.
    pub fn toned(&self, word: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Bad => "31",
            Tone::Watch => "33",
            Tone::Strong => "1",
        };
        match self.paint {
            Paint::Coloured => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
            Paint::Plain => word.to_owned(),
        }
    }
}

/// Words broken into lines of at most `width` columns; a longer word stands alone.
pub fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        let word = clean_text(word, LONGEST);
        let needed = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && needed > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A text in exactly `width` columns: cut with `…`, or filled with spaces.
pub fn cell(text: &str, width: usize) -> String {
    let text = clean_text(text, LONGEST);
    let length = text.chars().count();
    if length <= width {
        return format!("{text:<width$}");
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    let kept = format!("{}…", kept.trim_end());
    format!("{kept:<width$}")
}

/// A moment in a zone: `24 Nov 09:00`, or with its year where that is another one.
pub fn moment(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let local = zone.to_datetime(at);
    if local.year() == zone.to_datetime(now).year() {
        local.strftime("%-d %b %H:%M").to_string()
    } else {
        local.strftime("%-d %b %Y").to_string()
    }
}

/// A span in at most seven columns: `12m`, `5h 12m`, `3d 4h`, `120d`.
pub fn span(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) if seconds > 0 => format!("{seconds}s"),
        (0, 0, rest) => format!("{rest}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, rest) => format!("{hours}h {rest}m"),
        (days, 0, _) => format!("{days}d"),
        (100.., _, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

/// A span of working time, which has no days: `12m`, `5h 12m`, `80h`.
pub fn working(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) if seconds > 0 => format!("{seconds}s"),
        (0, rest) => format!("{rest}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, rest) => format!("{hours}h {rest}m"),
    }
}
