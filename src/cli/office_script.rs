//! The script of the sample office, read from its text: persons, conversations, turns.
//!
//! The form of the text is told at the head of `config/demo/office.txt`. Faults are told with their
//! line; a test reads the shipped script. Next: `cli/office` sets the turns into days.

use std::collections::BTreeMap;

use jiff::civil::Time;

use crate::model::verdict::Language;

/// Working days before the day of the demo over which a series repeats.
const LONGEST: u8 = 15;

/// Who writes, and what.
#[derive(Clone, Debug, Default)]
pub struct Script {
    contacts: BTreeMap<String, Contact>,
    /// By their order in the text.
    pub conversations: Vec<Conversation>,
}

/// A person, robot, list or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Shown name.
    pub name: String,
    /// Address.
    pub address: String,
    reaches: Vec<String>,
}

/// Messages that belong together.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Without reply prefixes.
    pub subject: String,
    /// Of quoting lines and prefixes.
    pub language: Language,
    /// In order.
    pub turns: Vec<Turn>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Working days before the day of the demo.
    pub day: u8,
    /// Local time.
    pub time: Time,
    /// Key of the writer.
    pub from: String,
    /// Keys of To.
    pub to: Vec<String>,
    /// Keys of Cc.
    pub cc: Vec<String>,
    /// How it is written.
    pub form: Form,
    /// Which turn it answers, counted from 1; `None`: the one before.
    pub answers: Option<usize>,
    /// What is written, without quotes.
    pub text: String,
}

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By a person; quotes below the answer, each line marked.
    Plain,
    /// By a person; a header block and the unmarked text below the answer.
    Outlook,
    /// By a person; as text and as HTML.
    Html,
    /// By a person; not quoting, not pointing to what came before.
    New,
    /// Passed on to somebody else.
    Forward,
    /// To a mailing list, which adds its fields.
    List,
    /// A newsletter.
    Newsletter,
    /// A notice written by a program.
    Robot,
    /// A delivery report about the turn it answers.
    Bounce,
    /// The automatic reply of somebody who is away.
    Away,
    /// An invitation to a meeting.
    Invite,
    /// The calendar program's answer to an invitation.
    Accept,
}

impl Script {
    /// Reads the text; a fault names its line.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut script = Self::default();
        let mut repeats: Option<u8> = None;
        for (line, number) in text.lines().zip(1..) {
            let told = |fault: &str| format!("line {number}: {fault}: {line}");
            if line.starts_with('#') {
                continue;
            } else if let Some(rest) = line.strip_prefix("@ ") {
                let (key, contact) = read_contact(rest).ok_or_else(|| told("no contact"))?;
                script.contacts.insert(key, contact);
            } else if let Some(rest) = line.strip_prefix("== ") {
                script.end_series(repeats.take());
                let conversation = read_heading(rest).ok_or_else(|| told("no heading"))?;
                script.conversations.push(conversation);
            } else if let Some(rest) = line.strip_prefix("-- ") {
                let (turn, series) = script.read_turn(rest).map_err(|fault| told(&fault))?;
                repeats = series.or(repeats);
                let last = script.conversations.last_mut();
                last.ok_or_else(|| told("no conversation yet"))?.turns.push(turn);
            } else if let Some(turn) = script.conversations.last_mut().and_then(last_turn) {
                turn.text.push_str(line);
                turn.text.push('\n');
            }
        }
        script.end_series(repeats);
        for turn in script.conversations.iter_mut().flat_map(|it| &mut it.turns) {
            turn.text = turn.text.trim().to_owned();
        }
        Ok(script)
    }

    /// Who a key stands for.
    pub fn contact(&self, key: &str) -> Option<&Contact> {
        self.contacts.get(key)
    }

    /// Keys of the persons whom a list or group reaches.
    pub fn reaches(&self, key: &str) -> &[String] {
        self.contacts.get(key).map_or(&[], |contact| &contact.reaches)
    }

    /// `15 09:12 budi > dwi, andi | sarah ; outlook re=1`; `every 5` instead of the day.
    fn read_turn(&self, text: &str) -> Result<(Turn, Option<u8>), String> {
        let (head, tail) = text.split_once(';').unwrap_or((text, ""));
        let (left, right) = head.split_once('>').ok_or("no `>`")?;
        let words: Vec<&str> = left.split_whitespace().collect();
        let (day, series, time, from) = match words.as_slice() {
            ["every", step, time, from] => (LONGEST, step.parse::<u8>().ok(), time, from),
            [day, time, from] => (day.parse().map_err(|_| "no day")?, None, time, from),
            _ => return Err("not `day time from`".to_owned()),
        };
        let time = time.parse::<Time>().map_err(|_| "no time")?;
        let (to, cc) = right.split_once('|').unwrap_or((right, ""));
        let (mut form, mut answers) = (Form::Plain, None);
        for word in tail.split_whitespace() {
            match word.strip_prefix("re=") {
                Some(position) => answers = position.parse().ok(),
                None => form = read_form(word).ok_or(format!("no form {word}"))?,
            }
        }
        let (to, cc) = (keys(to), keys(cc));
        let from = (*from).to_owned();
        for key in to.iter().chain(&cc).chain([&from]) {
            let contact = self.contacts.get(key).ok_or(format!("nobody is {key}"))?;
            if let Some(stranger) = contact.reaches.iter().find(|it| self.contact(it).is_none()) {
                return Err(format!("{key} reaches {stranger}, who is nobody"));
            }
        }
        Ok((Turn { day, time, from, to, cc, form, answers, text: String::new() }, series))
    }

    /// Repeats the last conversation every so many working days.
    fn end_series(&mut self, step: Option<u8>) {
        let Some((first, step)) = self.conversations.last().cloned().zip(step) else { return };
        for day in (1..LONGEST).rev().filter(|day| (LONGEST - day).is_multiple_of(step.max(1))) {
            let mut again = first.clone();
            again.turns.iter_mut().for_each(|turn| turn.day = day);
            self.conversations.push(again);
        }
    }
}

fn last_turn(conversation: &mut Conversation) -> Option<&mut Turn> {
    conversation.turns.last_mut()
}

/// `budi = Budi Santoso <budi@example.org>`, and for lists and groups ` : dwi, andi`.
fn read_contact(text: &str) -> Option<(String, Contact)> {
    let (key, rest) = text.split_once('=')?;
    let (name, rest) = rest.split_once('<')?;
    let (address, rest) = rest.split_once('>')?;
    let reaches = keys(rest.trim().trim_start_matches(':'));
    let contact = Contact { name: name.trim().to_owned(), address: address.to_owned(), reaches };
    Some((key.trim().to_owned(), contact))
}

/// `id Permintaan data`.
fn read_heading(text: &str) -> Option<Conversation> {
    let (language, subject) = text.split_once(' ')?;
    let language = match language {
        "id" => Language::Id,
        "en" => Language::En,
        _ => return None,
    };
    Some(Conversation { subject: subject.trim().to_owned(), language, turns: Vec::new() })
}

fn read_form(word: &str) -> Option<Form> {
    Some(match word {
        "outlook" => Form::Outlook,
        "html" => Form::Html,
        "new" => Form::New,
        "forward" => Form::Forward,
        "list" => Form::List,
        "newsletter" => Form::Newsletter,
        "robot" => Form::Robot,
        "bounce" => Form::Bounce,
        "away" => Form::Away,
        "invite" => Form::Invite,
        "accept" => Form::Accept,
        _ => return None,
    })
}

fn keys(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect()
}
