//! Figures on conversations of others: trees of an IMAP server, a public list with its thread
//! headers hidden, subject prefixes of many languages. Where the data is not there, that is said.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use jiff::fmt::strtime::BrokenDownTime;
use jiff::{SignedDuration, Timestamp};
use sigap::engine::intake;
use sigap::mail::subject;
use sigap::model::conversation::{Link, group};
use sigap::model::ids::MessageId;
use sigap::model::message::{Fetched, Message, MessageKey, Prefix, Role};

use super::rows::there;

fn parsed(whole: &str) -> Message {
    let header = whole.split_once("\n\n").map_or(whole, |(header, _)| header);
    let fetched = Fetched {
        header: format!("{header}\n\n").into_bytes(),
        whole: Some(whole.as_bytes().to_vec()),
        ..Fetched::default()
    };
    intake::read(&fetched, Role::Inbox).message
}

fn link(id: usize, message: &Message, arrived_at: Timestamp) -> Link {
    let people = message.from.iter().chain(message.recipients());
    let people = people.map(|party| party.address.clone()).collect();
    Link::new(MessageId(i64::try_from(id).unwrap()), message, people, arrived_at)
}

// Answers of an IMAP server to THREAD (RFC 5256): which messages stand in one tree.

/// Groups in `(1 2)((3)(4))`: what stands between outermost parentheses.
fn trees(answer: &str) -> BTreeSet<BTreeSet<usize>> {
    let (mut depth, mut number, mut tree) = (0_usize, String::new(), BTreeSet::new());
    let mut all = BTreeSet::new();
    for c in answer.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        tree.extend(std::mem::take(&mut number).parse::<usize>().ok());
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 && !tree.is_empty() {
            all.insert(std::mem::take(&mut tree));
        }
    }
    all
}

/// Ours, numbered as the server numbers what lies in the folder.
fn ours(folder: &[usize], mails: &[Link]) -> BTreeSet<BTreeSet<usize>> {
    let links: Vec<Link> = folder.iter().map(|mail| mails[*mail].clone()).collect();
    let number =
        |id: &MessageId| 1 + folder.iter().position(|mail| mails[*mail].id == *id).unwrap();
    let groups = group(&links, &BTreeSet::new());
    groups.iter().map(|members| members.iter().map(number).collect()).collect()
}

fn mbox(text: &str) -> Vec<Link> {
    let begin: Timestamp = "2008-02-22T15:00:00Z".parse().unwrap();
    let mails = format!("\n{text}");
    let mails = mails.split("\nFrom ").skip(1).map(|mail| mail.split_once('\n').unwrap().1);
    let at = |no: usize| begin + SignedDuration::from_mins(i64::try_from(no).unwrap());
    let told = mails.enumerate().map(|(no, mail)| link(no, &parsed(mail), at(no)));
    told.collect()
}

/// Why our groups differ where they should.
fn purpose(script: &str) -> Option<&'static str> {
    match script {
        "" => Some("what points to each other in a circle belongs together all the same"),
        "3" => Some("a Message-ID used again is another mail, and a short subject joins nothing"),
        "4" => Some("a mail with ids is never joined by its subject"),
        "-orderedsubject" | "-orderedsubject2" => Some("a subject alone joins nothing"),
        _ => None,
    }
}

/// Plays the scripts: `ok append` puts the next mail of the file into the folder, `ok store 1,2`
/// marks for the next `ok expunge`, `* THREAD` is what lies there then.
pub fn of_a_server() {
    let Some(folder) = there("conversations/dovecot_imaptest/src/tests") else { return };
    let (mut same, mut meant, mut all) = (0, 0, 0);
    for name in ["", "2", "3", "4", "5", "6", "7", "8", "-orderedsubject", "-orderedsubject2"] {
        let file = folder.join(format!("thread{name}"));
        let Ok(script) = std::fs::read_to_string(&file) else { continue };
        let mails = std::fs::read(file.with_extension("mbox")).unwrap_or_default();
        let mails = mbox(&String::from_utf8_lossy(&mails));
        let mut next = if script.contains("messages: all") { mails.len() } else { 0 };
        let (mut lies, mut marked) = ((0..next).collect::<Vec<usize>>(), Vec::new());
        for line in script.lines().map(str::to_ascii_lowercase) {
            if line.starts_with("ok append") {
                lies.push(next);
                next += 1;
            } else if let Some(rest) = line.strip_prefix("ok store ") {
                let numbers = rest.split([',', ' ']).map_while(|word| word.parse::<usize>().ok());
                marked = numbers.map(|number| lies[number - 1]).collect();
            } else if line.starts_with("ok expunge") {
                lies.retain(|mail| !marked.contains(mail));
            } else if let Some(answer) = line.strip_prefix("* thread ") {
                let (found, gold) = (ours(&lies, &mails), trees(answer));
                all += 1;
                same += usize::from(found == gold);
                if found != gold {
                    let why = purpose(name).unwrap_or("NOT ON PURPOSE");
                    println!("thread{name}: the server says {gold:?}, we say {found:?}: {why}");
                    meant += usize::from(purpose(name).is_some());
                }
            }
        }
    }
    println!("trees of an IMAP server: of {all} {same} the same, {meant} others on purpose");
}

// A public list, every thread header hidden.

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace(['"', '\\'], ""))
}

struct Listed {
    message: Message,
    arrived_at: Timestamp,
    body: String,
}

impl Listed {
    /// `From … Fri May 22 13:38:22 2015` begins a mail; the archive writes people in its own way.
    fn read(mail: &str) -> Option<Self> {
        let (first, rest) = mail.split_once('\n')?;
        if !rest.starts_with("From: ") && !rest.starts_with("Date: ") {
            return None;
        }
        let at = first.get(first.len().checked_sub(24)?..)?;
        let at = BrokenDownTime::parse("%a %b %e %H:%M:%S %Y", at).ok()?.to_datetime().ok()?;
        let (header, body) = rest.split_once("\n\n")?;
        let lines = header.lines().map(|line| match line.strip_prefix("From: ") {
            Some(from) => {
                let name = from.split(" (").next().unwrap_or_default();
                let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '.' };
                let local: String = name.chars().map(plain).collect();
                let local = local.trim_matches('.').replace("..", ".");
                let name = from.split_once(" (").map_or("", |rest| rest.1.trim_end_matches(')'));
                let name = if name.contains("=?") { name.to_owned() } else { quoted(name) };
                format!("From: {name} <{local}@example.org>")
            }
            None => line.to_owned(),
        });
        let header: Vec<String> = lines.collect();
        let whole = format!("{}\nTo: <list@example.net>\n\n{body}", header.join("\n"));
        let mut message = parsed(&whole);
        // What stands above a quote is read only where nothing is pointed to.
        let hidden = whole.replace("\nIn-Reply-To:", "\nX-1:").replace("\nReferences:", "\nX-2:");
        message.introduced = parsed(&hidden).introduced;
        let arrived_at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Self { message, arrived_at, body: body.to_owned() })
    }

    /// Its thread headers hidden; the archive took `Re:` off most subjects, and what pointed to
    /// something may have it back.
    fn hidden(&self, id: usize, restored: bool) -> Link {
        let pointed = self.message.pointers().next().is_some();
        let prefix = if restored && pointed { Prefix::Reply } else { self.message.prefix };
        let nothing = Message {
            in_reply_to: Vec::new(),
            references: Vec::new(),
            thread_index: None,
            prefix,
            ..self.message.clone()
        };
        link(id, &nothing, self.arrived_at)
    }

    fn is_even(&self) -> bool {
        self.arrived_at.to_zoned(jiff::tz::TimeZone::UTC).month() % 2 == 0
    }
}

fn listed() -> Vec<Listed> {
    let Some(file) = there("conversations/r-package-devel.mbox.gz") else { return Vec::new() };
    let Ok(unpacked) = Command::new("gzip").arg("-dc").arg(file).output() else {
        return Vec::new();
    };
    let text = format!("\n{}", String::from_utf8_lossy(&unpacked.stdout));
    let mut mails: Vec<String> = Vec::new();
    for mail in text.split("\nFrom ").skip(1) {
        match Listed::read(mail) {
            Some(_) => mails.push(mail.to_owned()),
            // A line of a text that begins like this.
            None => mails.iter_mut().last().into_iter().for_each(|last| {
                last.push_str("\nFrom ");
                last.push_str(mail);
            }),
        }
    }
    let mut all: Vec<Listed> = mails.iter().filter_map(|mail| Listed::read(mail)).collect();
    all.sort_by_key(|one| one.arrived_at);
    all
}

/// What the headers say: to which message each one is a reply, and what belongs together.
struct Truth {
    parent: BTreeMap<usize, usize>,
    thread: Vec<usize>,
}

impl Truth {
    fn of(all: &[Listed]) -> Self {
        let mut places: BTreeMap<&MessageKey, usize> = BTreeMap::new();
        for (no, one) in all.iter().enumerate() {
            places.entry(&one.message.key).or_insert(no);
        }
        let mut truth = Self { parent: BTreeMap::new(), thread: (0..all.len()).collect() };
        let mut ghosts: BTreeMap<&MessageKey, usize> = BTreeMap::new();
        for (no, one) in all.iter().enumerate() {
            let known = |key| places.get(key).filter(|other| **other != no);
            if let Some(parent) = one.message.pointers().find_map(known) {
                truth.parent.insert(no, *parent);
            }
            for key in one.message.pointers() {
                let other = *places.get(key).unwrap_or_else(|| ghosts.entry(key).or_insert(no));
                truth.join(no, other);
            }
        }
        truth
    }

    fn root(&self, mut no: usize) -> usize {
        while self.thread[no] != no {
            no = self.thread[no];
        }
        no
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.thread[a.max(b)] = a.min(b);
    }

    /// Where a mail begins a thread by its headers, yet quotes two lines (or a long one) of an
    /// older mail word for word, it belongs to that one: its writer's program dropped the headers.
    fn completed(mut self, all: &[Listed]) -> Self {
        let mut said: BTreeMap<&str, usize> = BTreeMap::new();
        for (no, one) in all.iter().enumerate() {
            let known = one.message.pointers().next().is_some() && self.parent.contains_key(&no);
            let mut found: BTreeMap<usize, usize> = BTreeMap::new();
            let lines = one.body.lines().map(str::trim);
            for line in lines.clone().filter(|line| !known && line.starts_with(['>', '|'])) {
                let line = line.trim_start_matches(['>', '|', ' ']).trim();
                if let Some(other) = said.get(line) {
                    *found.entry(*other).or_default() += 1 + line.len() / 50;
                }
            }
            let best = found.into_iter().max_by_key(|(_, weight)| *weight);
            if let Some((other, _)) = best.filter(|(_, weight)| *weight >= 2) {
                self.join(no, other);
            }
            for line in lines.filter(|line| line.len() >= 25 && !line.starts_with(['>', '|'])) {
                said.entry(line).or_insert(no);
            }
        }
        self
    }
}

/// A reply is right in one conversation with its parent if that one began in its true thread; wrong
/// if the conversation began in another thread; neither where it was left without its parent.
fn compare(name: &str, all: &[Listed], groups: &[Vec<MessageId>], truth: &Truth) {
    let mut home: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (no, members) in groups.iter().enumerate() {
        let members = members.iter().map(|id| usize::try_from(id.0).unwrap());
        let first = members.clone().min().unwrap();
        members.for_each(|member| {
            home.insert(member, (no, first));
        });
    }
    for even in [true, false] {
        let (mut right, mut wrong, mut count) = (0, 0, 0);
        for (no, parent) in truth.parent.iter().filter(|(no, _)| all[**no].is_even() == even) {
            let (group, first) = home[no];
            let astray = truth.root(first) != truth.root(*no);
            count += 1;
            wrong += usize::from(astray);
            right += usize::from(!astray && home[parent].0 == group);
        }
        let half = if even { "tuned" } else { "held" };
        let share = |part: usize| {
            100.0 * f64::from(u32::try_from(part).unwrap())
                / f64::from(u32::try_from(count.max(1)).unwrap())
        };
        println!(
            "  {name}, {half}: right {:.2} %, wrong {:.2} %, neither {:.2} % of {count}",
            share(right),
            share(wrong),
            share(count - right - wrong)
        );
    }
}

/// A public list with its thread headers hidden: how often replies are found to belong together.
pub fn hidden() {
    let all = listed();
    if all.is_empty() {
        return;
    }
    let truth = Truth::of(&all);
    let completed = Truth::of(&all).completed(&all);
    for restored in [false, true] {
        let links = all.iter().enumerate().map(|(no, one)| one.hidden(no, restored));
        let links: Vec<Link> = links.collect();
        let groups = group(&links, &BTreeSet::new());
        let mute = truth.parent.keys().filter(|no| !links[**no].lost).count();
        let subjects = if restored { "Re: restored" } else { "Re: taken off by the archive" };
        println!(
            "headers hidden, {subjects}: {} mails in {} conversations; {mute} of {} replies show \
             neither a prefix nor anything quoted",
            all.len(),
            groups.len(),
            truth.parent.len()
        );
        compare("labels as they are", &all, &groups, &truth);
        compare("labels completed by what is quoted", &all, &groups, &completed);
    }
}

/// Every prefix of a list of languages, alone and in the forms that programs give it.
pub fn prefixes() {
    let Some(place) = there("l10n/subject_prefixes.json") else { return };
    let file = std::fs::read_to_string(place);
    let table: serde_json::Value =
        serde_json::from_str(&file.unwrap_or_default()).unwrap_or_default();
    for (name, kind) in [("reply", Prefix::Reply), ("forward", Prefix::Forward)] {
        let (mut known, mut all) = (0, 0);
        for (language, words) in table[name].as_object().into_iter().flatten() {
            for word in words.as_array().into_iter().flatten().filter_map(|word| word.as_str()) {
                let forms = [": x", " : x", "\u{a0}: x", "\u{ff1a}x", "[2]: x", "(3): x", "^2: x"];
                let found = forms.map(|form| subject::split(&format!("{word}{form}")));
                let upper = subject::split(&format!("{}: x", word.to_uppercase()));
                all += 1;
                match found.iter().chain([&upper]).all(|one| *one == (kind, "x".to_owned())) {
                    true => known += 1,
                    false => println!("{name} {language} {word}: {found:?} {upper:?}"),
                }
            }
        }
        println!("{name} prefixes: {known} of {all} known");
    }
}
