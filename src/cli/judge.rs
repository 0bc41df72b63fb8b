//! `sigap judge`: verdicts on single messages (`.eml`, mbox, JSON lines); stores and sends nothing.
//!
//! Plain blocking readers and writers, so that a pipe, a file and a test are the same thing. What
//! is too long is cut, what cannot be read is told, and the next message is judged all the same.
//! The judging itself is `engine/judging`.

use std::fs::File;
use std::io::{BufRead, BufReader, Error, Result, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::asked::{self, Asked, owner};
use crate::engine::judging::{Judged, judge};
use crate::engine::listing::{clue_word, rounded};
use crate::mail::clean::clean_text;
use crate::model::address::Address;
use crate::model::answering::Decision;
use crate::model::policy::Policy;
use crate::model::verdict::{Class, Intent, Language};

/// A line of JSON may be so long; a longer one is answered with an error.
const LONGEST_LINE: usize = 64 << 20;
/// So much of one message is read.
const LONGEST_MESSAGE: usize = 1 << 20;
/// So many characters of a finding are shown.
const LONGEST_STAMP: usize = 300;

/// How the verdicts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object per line.
    Json,
    /// A short block per message.
    Human,
}

/// Under which conditions messages are judged.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// The thresholds, groups and domains.
    pub policy: &'a Policy,
    /// Whose mail it is; empty: each message's first addressee.
    pub addresses: &'a [Address],
    /// How to write.
    pub form: Form,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages judged.
    pub judged: usize,
    /// Lines or files that could not be read.
    pub faults: usize,
}

/// Judges the messages of files, each an `.eml` or an mbox; an unreadable file is told.
pub fn judge_files(files: &[PathBuf], bench: Bench<'_>, mut out: impl Write) -> Result<Tally> {
    let mut tally = Tally::default();
    for path in files {
        let name = path.display().to_string();
        match File::open(path).map(BufReader::new) {
            Ok(input) => judge_mail(input, &name, bench, &mut out, &mut tally)?,
            Err(error) => fault(&mut out, bench.form, &name, &error, &mut tally)?,
        }
    }
    Ok(tally)
}

/// Judges one `.eml`, or every message of an mbox, from a reader.
pub fn judge_mail(
    mut input: impl BufRead,
    name: &str,
    bench: Bench<'_>,
    mut out: impl Write,
    tally: &mut Tally,
) -> Result<()> {
    let mut mailbox = Mailbox::default();
    loop {
        match mailbox.next(&mut input) {
            Ok(Some(whole)) => {
                tally.judged += 1;
                let owner = owner(bench.addresses, &whole, bench.addresses.is_empty());
                let judged = judge(&whole, &owner, bench.policy);
                let (profile, history) =
                    (asked::profile(&Value::Null), asked::history(&Value::Null));
                let decision = judged.may_answer(&owner, bench.policy, &profile, &history);
                let told = Told { judged: &judged, decision: &decision, policy: bench.policy };
                match bench.form {
                    Form::Json => writeln!(out, "{}", told.object(&json!(tally.judged)))?,
                    Form::Human => told.block(&mut out)?,
                }
            }
            Ok(None) => return Ok(()),
            Err(error) => return fault(&mut out, bench.form, name, &error, tally),
        }
    }
}

/// Judges JSON lines; one object per line out, with the same `n`.
pub fn judge_lines(mut input: impl BufRead, policy: &Policy, mut out: impl Write) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    let mut number = 0usize;
    loop {
        let length = read_line(&mut input, &mut line, LONGEST_LINE)?;
        if length == 0 {
            return Ok(tally);
        }
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = if length > line.len() {
            Err((Value::Null, "longer than a line may be".to_string()))
        } else {
            judge_line(&line, policy)
        };
        match answer {
            Ok(object) => {
                tally.judged += 1;
                writeln!(out, "{object}")?;
            }
            Err((n, error)) => {
                tally.faults += 1;
                writeln!(out, "{}", json!({ "n": n, "line": number, "error": error }))?;
            }
        }
        // The asking side may wait for one answer before it sends the next line.
        out.flush()?;
    }
}

fn judge_line(line: &[u8], policy: &Policy) -> std::result::Result<Value, (Value, String)> {
    let Asked { n, whole, mut owner, profile, history, kind_only } = Asked::read(line)?;
    let judged = judge(&whole, &owner, policy);
    if kind_only {
        owner.addresses.clear();
    }
    let decision = judged.may_answer(&owner, policy, &profile, &history);
    Ok(Told { judged: &judged, decision: &decision, policy }.object(&n))
}

/// Everything that is told of one message.
struct Told<'a> {
    judged: &'a Judged,
    decision: &'a Decision,
    policy: &'a Policy,
}

impl Told<'_> {
    fn object(&self, n: &Value) -> Value {
        let Self { judged, decision, policy } = self;
        let stamp = judged.answering.stamp.as_ref();
        let (word, rule, audience) = match decision {
            Decision::Respond(_, audience) => ("respond", None, Some(audience.word())),
            Decision::Suppress(bar) => ("suppress", Some(bar.rule), None),
        };
        let words = judged.wording.as_ref();
        let automatic = judged.message.marks.automatic.as_ref();
        json!({
            "n": n,
            "automatic": automatic.is_some(),
            "automatic_rule": automatic,
            "asks": rounded(judged.verdict.probability),
            "asks_reason": judged.verdict.clues.first().map(clue_word),
            "closer": words.is_some_and(|words| words.closer),
            "language": language(judged),
            "class": class_word(judged.verdict.class),
            "reasons": reasons(judged),
            "listed_from": policy.unsure_from,
            "nudged_from": policy.asks_from,
            "words_ask": words.map(|words| rounded(words.asks)),
            "words_class": judged.intent().map(Intent::word),
            "words_judged_by": words.map(|words| words.model.as_str()),
            "decision": word,
            "rule": rule,
            "why": why(decision),
            "audience": audience,
            "stamped_by": stamp.map(|stamp| clean_text(&stamp.by, LONGEST_STAMP)),
            "stamped": stamped(judged),
        })
    }

    fn block(&self, out: &mut impl Write) -> Result<()> {
        let Self { judged, decision, policy } = self;
        let plain = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
        let from = judged.message.from.as_ref().map_or("(nobody)", |party| party.shown());
        writeln!(out, "{}: {}", plain(from), plain(&judged.message.subject))?;
        let percent = judged.verdict.probability * 100.0;
        let class = class_word(judged.verdict.class);
        let intent = judged.intent().map_or("nothing readable", Intent::word);
        let tongue = language(judged);
        writeln!(out, "  {class}, asks {percent:.0} %, language {tongue}, words: {intent}")?;
        let [listed, nudged] = [policy.unsure_from, policy.asks_from].map(|from| from * 100.0);
        writeln!(out, "  listed from {listed:.0} %, nudged about from {nudged:.0} %")?;
        writeln!(out, "  because: {}", plain(&reasons(judged)))?;
        writeln!(out, "  automatic answer: {}", plain(&answer(decision)))?;
        if let Some(stamp) = &judged.answering.stamp {
            let by = clean_text(&stamp.by, LONGEST_STAMP);
            writeln!(out, "  {by} says: {}", stamped(judged).join("; "))?;
        }
        writeln!(out)
    }
}

fn language(judged: &Judged) -> &'static str {
    judged.wording.as_ref().and_then(|words| words.language).map_or("und", Language::word)
}

/// What the server that took the message in found out.
fn stamped(judged: &Judged) -> Vec<String> {
    let findings = judged.answering.stamp.iter().flat_map(|stamp| &stamp.findings);
    findings.map(|finding| clean_text(&finding.to_string(), LONGEST_STAMP)).collect()
}

/// Whether an automatic answer may go out during an absence, and to whom or why not.
fn answer(decision: &Decision) -> String {
    match decision {
        Decision::Respond(to, audience) => format!("may go to {to} ({})", audience.word()),
        Decision::Suppress(bar) => format!("none: {} (rule {})", why(decision), bar.rule),
    }
}

fn why(decision: &Decision) -> String {
    match decision {
        Decision::Respond(..) => "no rule forbids it".to_owned(),
        Decision::Suppress(bar) => {
            format!("{}: {}", bar.words(), clean_text(&bar.about, LONGEST_STAMP))
        }
    }
}

fn reasons(judged: &Judged) -> String {
    judged.verdict.clues.iter().map(clue_word).collect::<Vec<_>>().join(", ")
}

fn class_word(class: Class) -> String {
    let word = serde_json::to_value(class).ok();
    word.as_ref().and_then(Value::as_str).unwrap_or("").to_string()
}

fn fault(
    out: &mut impl Write,
    form: Form,
    name: &str,
    error: &Error,
    tally: &mut Tally,
) -> Result<()> {
    tally.faults += 1;
    match form {
        Form::Json => {
            writeln!(out, "{}", json!({ "n": null, "file": name, "error": error.to_string() }))
        }
        Form::Human => writeln!(out, "{name}: {error}\n"),
    }
}

/// Takes messages out of a reader one by one; a reader without `From ` lines is one message.
#[derive(Default)]
struct Mailbox {
    begun: bool,
    many: bool,
    ended: bool,
}

impl Mailbox {
    fn next(&mut self, input: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
        let (mut whole, mut line) = (Vec::new(), Vec::new());
        let mut blank = false;
        while !self.ended {
            if read_line(input, &mut line, LONGEST_MESSAGE)? == 0 {
                self.ended = true;
                break;
            }
            let first = !std::mem::replace(&mut self.begun, true);
            if line.starts_with(b"From ") && (first || (self.many && blank)) {
                self.many = true;
                if first || whole.is_empty() {
                    continue;
                }
                return Ok(Some(whole));
            }
            blank = line.iter().all(u8::is_ascii_whitespace);
            // mboxrd: one `>` was put before what looked like a `From ` line.
            let quoted = self.many && line.starts_with(b">From ");
            let kept = if quoted { line.get(1..).unwrap_or(&line) } else { line.as_slice() };
            let room = LONGEST_MESSAGE.saturating_sub(whole.len());
            whole.extend(kept.iter().take(room));
        }
        Ok((!whole.is_empty()).then_some(whole))
    }
}

/// Reads one line of which at most `most` bytes are kept; says how long it was.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, most: usize) -> Result<usize> {
    line.clear();
    let mut length = 0;
    loop {
        let ready = match input.fill_buf() {
            Ok(ready) => ready,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = ready.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = end.unwrap_or(ready.len());
        let room = most.saturating_sub(line.len());
        line.extend(ready.iter().take(taken.min(room)));
        input.consume(taken);
        length += taken;
        if end.is_some() || taken == 0 {
            return Ok(length);
        }
    }
}
