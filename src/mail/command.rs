//! A command in a person's answer to a letter of ours: `DONE 2`, `Tolong tunda 1 sampai besok`.
//!
//! Pure and bounded: own words in, one command out. It never guesses: whatever can mean two things,
//! or more than was understood, is a mistake, and a mistake changes nothing. The caller cuts quoted
//! text (`mail/parse`) and knows which items the letter had (`engine/acting`).

use jiff::Zoned;
use serde::{Deserialize, Serialize};

use crate::mail::absences::{self, Absence};
use crate::mail::vocabulary::{
    ALL, DAY_PARTS, GREETINGS, JOINTS, POINTERS, POLITE, UNTIL_WORDS, URGENT, Verb, item, one_of,
    range, verb_named,
};
use crate::mail::when::{self, Unclear, When, begins_here};
use crate::model::away::Reason;

/// Only so many lines and characters of an answer are looked at.
const LINES: usize = 40;
const LONGEST_LINE: usize = 300;
/// Of what was said, this much is repeated in an answer.
const REPEATED: usize = 80;
/// No letter has more items.
const LAST_ITEM: u32 = 999;
const MOST_ITEMS: usize = 50;

/// What a person wants done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Nothing more to do.
    Done(Numbers),
    /// Remind again then.
    Snooze(Numbers, When),
    /// These were no requests.
    Not(Numbers),
    /// No nudges until then.
    Pause(When),
    /// No letters any more.
    Stop,
    /// Nobody is here on those days.
    Away(Absence),
    /// Nudges again, from now; the absence is over.
    Back,
    /// Take back the last command.
    Undo,
    /// The current list.
    List,
    /// Which commands there are.
    Help,
    /// The delegate takes it.
    Accept,
    /// The delegate cannot.
    Decline,
    /// It can wait for its owner.
    NotUrgent,
    /// Yes to what a letter asks.
    Agree(Numbers),
    /// No to it.
    Refuse(Numbers),
    /// What the letter announced is not to be.
    Cancel,
    /// Whoever is called so stands in; lower-cased, empty where nobody was named.
    Cover(String),
    /// A weekly report of one's own.
    Report,
}

/// Which items of the letter that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// None named: right where the letter had one item.
    Unsaid,
    /// All of them.
    All,
    /// These: sorted, each once, 1 to 999, never empty.
    These(Vec<u32>),
}

/// A line that was not understood: nothing follows from it but an answer that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misread {
    /// The line, shortened.
    pub said: String,
    /// Why it was not understood.
    pub why: Mistake,
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mistake {
    /// The first word is no command.
    Unknown,
    /// A command of the grammar that this version does not carry out; in capitals.
    Unavailable(String),
    /// A command, and more behind it that was not understood.
    Extra,
    /// The time is missing or unclear.
    Time(Unclear),
    /// No item has that number. Also found by the caller.
    NoSuchItem(u32),
    /// The letter had several items and none was named. Found by the caller.
    WhichItem,
    /// There is nothing to take back. Found by the caller.
    NothingToUndo,
    /// What was said last cannot be taken back by itself. Found by the caller.
    CannotUndo,
    /// The days of an absence are missing or unclear.
    Days(Unclear),
    /// An absence would end before it begins.
    Backwards,
    /// Nobody who could stand in is called so; who could. Found by the caller.
    NoSuchDelegate(Vec<String>),
    /// Several are called so; they. Found by the caller.
    WhichDelegate(Vec<String>),
    /// A command for another kind of letter than the one that was answered. Found by the caller.
    NotHere,
    /// It was handed over to somebody else meanwhile, or is settled. Found by the caller.
    NotYours,
    /// What the letter asked about is not so any more. Found by the caller.
    Outdated,
}

/// Reads the first line that says something; `None` where nothing is asked of us: no words, or
/// only a greeting or thanks.
pub fn read(own_words: &str, now: &Zoned) -> Option<Result<Command, Misread>> {
    let (line, said) = said(own_words)?;
    if said.iter().all(|w| is_polite(w) || is_break(w)) {
        return None;
    }
    Some(command(&said, now).map_err(|why| Misread { said: told_again(&line), why }))
}

/// The first line that is more than a greeting, and its words from there on.
pub(in crate::mail) fn said(own_words: &str) -> Option<(String, Vec<String>)> {
    own_words.lines().take(LINES).find_map(|line| {
        let line: String = line.trim().chars().take(LONGEST_LINE).collect();
        if line.starts_with('>') {
            return None;
        }
        let words = words(&line);
        let first = words.iter().position(|w| !one_of(GREETINGS, w) && !is_break(w))?;
        Some((line, words.get(first..).unwrap_or_default().to_vec()))
    })
}

/// What was said, as it is repeated in an answer.
pub(in crate::mail) fn told_again(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).take(REPEATED).collect()
}

/// Whether somebody who answers calls it urgent: the first line that says something is that word,
/// however it is surrounded, or begins with it in capitals.
pub fn calls(own_words: &str) -> bool {
    let mut lines = own_words.lines().take(LINES).map(|line| {
        let line: String = line.trim().chars().take(LONGEST_LINE).collect();
        (words(&line), line)
    });
    let said = lines.find(|(words, line)| {
        !line.starts_with('>') && words.iter().any(|w| !one_of(GREETINGS, w) && !is_break(w))
    });
    let Some((words, line)) = said else { return false };
    let mut said = words.iter().filter(|w| !is_polite(w) && !is_break(w));
    let first = said.next().is_some_and(|first| one_of(URGENT, first));
    let capitals = line
        .split(|c: char| !c.is_alphabetic())
        .find(|word| !word.is_empty() && !is_polite(&word.to_lowercase()))
        .is_some_and(|word| word.chars().all(char::is_uppercase));
    first && (capitals || said.next().is_none())
}

/// Reads the subject of what an owner wrote to themselves; `None`: a note like any other. Only what
/// is about absences is heard there, and nothing that merely begins with such a word.
pub fn note(subject: &str, now: &Zoned) -> Option<Result<Command, Misread>> {
    let line: String = subject.trim().chars().take(LONGEST_LINE).collect();
    let words = words(&line);
    let (_, verb, rest) = verb(&words)?;
    let alone = rest.iter().all(|w| is_break(w));
    let heard = match verb {
        Verb::Away(_) => alone || absences::begins(rest),
        Verb::Back | Verb::Undo => alone,
        Verb::Done | Verb::Snooze | Verb::Not | Verb::Pause | Verb::Stop => false,
        Verb::List | Verb::Help | Verb::Agree | Verb::Later | Verb::Cancel | Verb::Cover => false,
        Verb::Accept | Verb::Decline | Verb::NotUrgent | Verb::Report => false,
    };
    heard.then(|| command(&words, now).map_err(|why| Misread { said: told_again(&line), why }))
}

fn command(words: &[String], now: &Zoned) -> Result<Command, Mistake> {
    let start = words.iter().position(|w| !is_polite(w) && !is_break(w)).unwrap_or(0);
    let words = words.get(start..).unwrap_or_default();
    let (name, verb, rest) = verb(words).ok_or(Mistake::Unknown)?;
    match verb {
        Verb::Done => numbered(rest).map(Command::Done),
        Verb::Not => numbered(rest).map(Command::Not),
        Verb::Snooze => {
            let (numbers, rest) = numbers(rest, Ranges::Dates)?;
            Ok(Command::Snooze(numbers, time(rest, now)?))
        }
        Verb::Pause => Ok(Command::Pause(time(rest, now)?)),
        // However it is said, as long as it is not about one email: nobody has to say it twice.
        Verb::Stop if !has_digits(rest) && !rest.iter().any(|w| one_of(POINTERS, w)) => {
            Ok(Command::Stop)
        }
        Verb::Stop => Err(Mistake::Extra),
        Verb::Away(reason) => absence(rest, reason, now).map(Command::Away),
        Verb::Back => idle(rest).map(|()| Command::Back),
        Verb::Undo => idle(rest).map(|()| Command::Undo),
        Verb::List => idle(rest).map(|()| Command::List),
        Verb::Help => idle(rest).map(|()| Command::Help),
        Verb::Accept => idle(rest).map(|()| Command::Accept),
        Verb::Decline => idle(rest).map(|()| Command::Decline),
        Verb::NotUrgent => idle(rest).map(|()| Command::NotUrgent),
        Verb::Agree => numbered(rest).map(Command::Agree),
        Verb::Cancel => idle(rest).map(|()| Command::Cancel),
        Verb::Cover => named(rest).map(Command::Cover),
        Verb::Report => idle(rest).map(|()| Command::Report),
        Verb::Later => Err(Mistake::Unavailable(name.to_uppercase())),
    }
}

/// The longest name counts: `NOT URGENT` is read before `NOT`.
fn verb(words: &[String]) -> Option<(String, Verb, &[String])> {
    let first = words.first()?;
    let pair = words.get(1).map(|second| format!("{first} {second}"));
    if let Some((pair, verb)) = pair.and_then(|pair| verb_named(&pair).map(|verb| (pair, verb))) {
        return Some((pair, verb, words.get(2..).unwrap_or_default()));
    }
    let verb = verb_named(first)?;
    Some((first.clone(), verb, words.get(1..).unwrap_or_default()))
}

/// Items and nothing else behind them.
pub(in crate::mail) fn numbered(words: &[String]) -> Result<Numbers, Mistake> {
    let (numbers, rest) = numbers(words, Ranges::Items)?;
    idle(rest).map(|()| numbers)
}

/// What `1-3` means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ranges {
    /// Items one to three.
    Items,
    /// The first of March: not looked at here.
    Dates,
}

fn numbers(mut words: &[String], ranges: Ranges) -> Result<(Numbers, &[String]), Mistake> {
    let (mut found, mut all) = (Vec::new(), false);
    while let Some((word, rest)) = words.split_first() {
        if one_of(ALL, word) {
            all = true;
        } else if let Some(item) = item(word)
            && !begins_here(word, rest)
        {
            found.push(item);
        } else if let Some((from, to)) = range(word).filter(|_| ranges == Ranges::Items) {
            found.extend(from..=to);
        } else if word == GLUE && rest.split_first().is_some_and(|(n, r)| begins_here(n, r)) {
            return Err(Mistake::Time(Unclear::Unknown)); // `1,5 jam`: items, or one and a half
        } else if !((word == "," || one_of(JOINTS, word)) && leads_to_number(rest)) && word != GLUE
        {
            break;
        }
        words = rest;
    }
    let wrong = found.iter().find(|n| !(1..=LAST_ITEM).contains(*n));
    if let Some(wrong) = wrong {
        return Err(Mistake::NoSuchItem(*wrong));
    }
    found.sort_unstable();
    found.dedup();
    match (all, found.is_empty()) {
        (true, true) => Ok((Numbers::All, words)),
        (false, true) => Ok((Numbers::Unsaid, words)),
        (false, false) if found.len() <= MOST_ITEMS => Ok((Numbers::These(found), words)),
        (true | false, false) => Err(Mistake::Extra),
    }
}

fn leads_to_number(words: &[String]) -> bool {
    let next = words.iter().find(|w| *w != "," && !one_of(JOINTS, w));
    next.is_some_and(|w| item(w).is_some() || range(w).is_some() || one_of(ALL, w))
}

/// A time; what is said behind a dash or a full stop must be idle.
fn time(words: &[String], now: &Zoned) -> Result<When, Mistake> {
    let end = words.iter().position(|w| w == BREAK || w == STOP).unwrap_or(words.len());
    let (named, tail) = words.split_at_checked(end).unwrap_or((words, &[]));
    idle(tail)?;
    // `sore` greets in front of a command and tells the time in it.
    let keep = |w: &&String| *w != "," && *w != GLUE && !one_of(POLITE, w);
    let named: Vec<String> = named.iter().filter(keep).cloned().collect();
    when::read(&named, now).map_err(Mistake::Time)
}

/// Days, and behind them one word or an idle remark.
fn absence(words: &[String], reason: Reason, now: &Zoned) -> Result<Absence, Mistake> {
    if words.iter().any(|w| one_of(DAY_PARTS, w)) {
        return Err(Mistake::Days(Unclear::Unknown));
    }
    // A dash stands between two days, or before a remark.
    let after = |place: usize| words.get(place.saturating_add(1)..).unwrap_or_default();
    let remark = |(place, w): (usize, &String)| {
        is_break(w) && !(w == BREAK && absences::begins(after(place)))
    };
    let end = words.iter().enumerate().position(remark).unwrap_or(words.len());
    let (days, tail) = words.split_at_checked(end).unwrap_or((words, &[]));
    let mut said: Vec<String> = days.iter().filter(|w| !one_of(POLITE, w)).cloned().collect();
    let mut more = tail.iter().filter(|w| !is_polite(w) && !is_break(w));
    match (more.next(), more.next()) {
        // One word alone may be meant as a name.
        (Some(one), None) => said.push(one.clone()),
        (Some(_), Some(_)) => idle(tail)?,
        (None, _) => {}
    }
    absences::read(&said, reason, now.date())
}

/// One name or address, or none.
fn named(words: &[String]) -> Result<String, Mistake> {
    let mut said = words.iter().filter(|w| !is_polite(w) && !is_break(w));
    match (said.next(), said.next()) {
        (one, None) => Ok(one.cloned().unwrap_or_default()),
        (_, Some(_)) => Err(Mistake::Extra),
    }
}

/// Nothing that could change what was said: politeness, or a remark set apart by a comma, a dash or
/// a full stop that holds neither a number nor a command.
fn idle(words: &[String]) -> Result<(), Mistake> {
    let polite = words.iter().all(|w| is_polite(w) || is_break(w));
    let apart = words.first().is_none_or(|w| is_break(w));
    let remark = |w: &String| verb(std::slice::from_ref(w)).is_none();
    let harmless = apart && !has_digits(words) && words.iter().all(remark);
    if polite || harmless { Ok(()) } else { Err(Mistake::Extra) }
}

fn has_digits(words: &[String]) -> bool {
    words.iter().any(|w| w.chars().any(char::is_numeric))
}

/// Stands for a dash between words.
pub(in crate::mail) const BREAK: &str = "-";
/// Stands for a full stop or a bracket between words.
const STOP: &str = ".";
/// Stands for a comma without a space behind it.
const GLUE: &str = ",,";

fn is_break(word: &str) -> bool {
    word == BREAK || word == STOP || word == "," || word == GLUE
}

fn is_polite(word: &str) -> bool {
    one_of(POLITE, word) || one_of(GREETINGS, word)
}

/// Lower-cased words; commas and breaks stand as words of their own.
fn words(line: &str) -> Vec<String> {
    let line = line.to_lowercase().replace("terima kasih", "terimakasih");
    let mut words = Vec::new();
    for raw in line.split_whitespace() {
        let core = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '&' && c != '+');
        if core.is_empty() {
            let all = |of: &str| raw.chars().all(|c| of.contains(c));
            let mark = match (all("-–—"), all("-–—.;:!?/")) {
                (true, _) => BREAK,
                (false, true) => STOP,
                (false, false) => ",",
            };
            words.push(mark.to_owned());
            continue;
        }
        if raw.starts_with('(') {
            words.push(STOP.to_owned());
        }
        words.extend(listed(core));
        match raw.chars().last() {
            Some(',') => words.push(",".to_owned()),
            Some('.') if one_of(JOINTS, core) || one_of(UNTIL_WORDS, core) => {}
            Some('–' | '—') => words.push(BREAK.to_owned()),
            Some('.' | ';' | '!' | '?' | ')') => words.push(STOP.to_owned()),
            Some(_) | None => {}
        }
    }
    words
}

/// `1,3` is two items; other commas inside a word (`1,x`) separate too.
fn listed(core: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = core.split([',', ';']).filter(|part| !part.is_empty()).collect();
    let last = parts.len().saturating_sub(1);
    let mark = move |place: usize| (place < last).then(|| GLUE.to_owned());
    let clean = |part: &str| part.trim_matches(['#', '[', ']', '(', ')', '.']).to_owned();
    let parts: Vec<String> = parts.into_iter().map(clean).collect();
    parts.into_iter().enumerate().flat_map(move |(place, part)| [Some(part), mark(place)]).flatten()
}
