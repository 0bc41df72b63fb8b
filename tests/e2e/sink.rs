//! A mail server that counts: accepts letters on loopback, keeps each one it has said yes to, and
//! misbehaves letter by letter as told.
//!
//! Threads and std only. A letter is in `accepted` before its 250 is written, as with a real
//! server: what a sender never hears of was accepted all the same.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What becomes of one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepted.
    Accept,
    /// Accepted; the reply comes after a while.
    AcceptLate(Duration),
    /// Accepted, and the connection ends without a reply.
    AcceptAndHangUp,
    /// 451 at this verb.
    Defer(Verb),
    /// 554 at this verb.
    Refuse(Verb),
    /// 554 at this verb for the null sender; accepted from anybody else.
    RefuseNull(Verb),
    /// The connection ends in the middle of the message.
    HangUpBeforeDot,
    /// At this verb these bytes are said, whatever they are; after the dot the letter is accepted,
    /// unless they begin as a 4xx or 5xx.
    Say(Verb, &'static str, Then),
}

/// What comes after words that were said as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The dialogue goes on.
    GoOn,
    /// The connection ends.
    HangUp,
    /// The same words again, until the other side hangs up.
    OverAndOver,
}

/// Where a letter is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// At `EHLO`: concerns the letter that comes next.
    Hello,
    /// At `MAIL FROM`.
    Mail,
    /// At `RCPT TO`.
    Rcpt,
    /// At `DATA`.
    Data,
    /// After the final dot.
    Dot,
}

/// One accepted letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Envelope sender; empty for the null sender.
    pub from: String,
    /// Envelope recipient.
    pub to: String,
    /// `Message-ID` without brackets; empty where there is none.
    pub message_id: String,
    /// The message, dots undone, every line with CRLF.
    pub bytes: Vec<u8>,
    /// It was accepted, and its sender was never told.
    pub silent: bool,
}

/// A running sink; it ends when dropped.
pub struct Sink {
    port: u16,
    shared: Arc<Shared>,
    door: Option<JoinHandle<()>>,
}

struct Shared {
    choose: Box<dyn Fn(u64) -> Behaviour + Send + Sync>,
    folder: Option<PathBuf>,
    accepted: Mutex<Vec<Accepted>>,
    attempts: AtomicU64,
    stop: AtomicBool,
}

impl Sink {
    /// Starts a sink in memory. The function gets the number of the letter, counted from 0 over all
    /// connections at its `MAIL FROM`.
    pub fn start(choose: impl Fn(u64) -> Behaviour + Send + Sync + 'static) -> Self {
        Self::open(None, Box::new(choose))
    }

    /// The same, and each accepted letter is also a file here, fsynced before it is answered.
    pub fn start_in(
        folder: &Path,
        choose: impl Fn(u64) -> Behaviour + Send + Sync + 'static,
    ) -> Self {
        Self::open(Some(folder.to_owned()), Box::new(choose))
    }

    fn open(folder: Option<PathBuf>, choose: Box<dyn Fn(u64) -> Behaviour + Send + Sync>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            choose,
            folder,
            accepted: Mutex::default(),
            attempts: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        let inside = Arc::clone(&shared);
        let door = std::thread::spawn(move || {
            for tcp in listener.incoming() {
                if inside.stop.load(Ordering::SeqCst) {
                    return;
                }
                let inside = Arc::clone(&inside);
                if let Ok(tcp) = tcp {
                    // A sender that is killed in mid-sentence is what a sink is for.
                    std::thread::spawn(move || drop(talk(&tcp, &inside)));
                }
            }
        });
        Self { port, shared, door: Some(door) }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything accepted so far, in order.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.shared.accepted.lock().unwrap().clone()
    }

    /// What was accepted after the first so many, in order.
    pub fn accepted_since(&self, known: usize) -> Vec<Accepted> {
        self.shared.accepted.lock().unwrap().get(known..).unwrap_or_default().to_vec()
    }

    /// How many letters were begun (`MAIL FROM`).
    pub fn attempts(&self) -> u64 {
        self.shared.attempts.load(Ordering::SeqCst)
    }

    /// Message-IDs that were accepted more than once.
    pub fn doubles(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let ids = self.accepted().into_iter().map(|letter| letter.message_id);
        ids.filter(|id| !seen.insert(id.clone())).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(door) = self.door.take() {
            drop(door.join());
        }
    }
}

/// A choice by dice that fall alike for one seed: each behaviour with its weight.
pub fn seeded(seed: u64, weights: &[(u64, Behaviour)]) -> impl Fn(u64) -> Behaviour + use<> {
    let weights = weights.to_vec();
    let total: u64 = weights.iter().map(|(weight, _)| weight).sum();
    move |number| {
        let mut draw = scatter(seed ^ scatter(number)) % total.max(1);
        for (weight, behaviour) in &weights {
            if draw < *weight {
                return *behaviour;
            }
            draw -= weight;
        }
        Behaviour::Accept
    }
}

/// The accepted letters that a sink left in a folder, in order.
pub fn read_folder(folder: &Path) -> Vec<Accepted> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let file = fs::read(path).unwrap();
            let end = file.iter().position(|byte| *byte == b'\n').unwrap();
            let envelope = String::from_utf8(file[..end].to_vec()).unwrap();
            let (from, to) = envelope.split_once('>').unwrap();
            letter(from.to_owned(), to.to_owned(), file[end + 1..].to_vec())
        })
        .collect()
}

const EHLO: &str = "250-sink.example.test\r\n250-8BITMIME\r\n250-DSN\r\n250 AUTH PLAIN";

fn talk(tcp: &TcpStream, shared: &Shared) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    tcp.set_read_timeout(Some(Duration::from_secs(120)))?;
    let mut input = BufReader::new(tcp.try_clone()?);
    let mut output = tcp;
    let mut say = |text: &str| output.write_all(format!("{text}\r\n").as_bytes());
    let (mut from, mut to, mut behaviour) = (String::new(), String::new(), Behaviour::Accept);
    say("220 sink.example.test ESMTP")?;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.split([' ', ':']).next().unwrap().trim_end().to_ascii_uppercase().as_str() {
            "EHLO" => {
                let next = (shared.choose)(shared.attempts.load(Ordering::SeqCst));
                if !answer(tcp, next, Verb::Hello, EHLO)? {
                    return tcp.shutdown(Shutdown::Both);
                }
            }
            "AUTH" => say("235 2.7.0 welcome")?,
            "MAIL" => {
                behaviour = (shared.choose)(shared.attempts.fetch_add(1, Ordering::SeqCst));
                from = path(&line);
                if let Behaviour::RefuseNull(at) = behaviour {
                    let null = from.is_empty();
                    behaviour = if null { Behaviour::Refuse(at) } else { Behaviour::Accept };
                }
                if !answer(tcp, behaviour, Verb::Mail, "250 2.1.0 ok")? {
                    return tcp.shutdown(Shutdown::Both);
                }
            }
            "RCPT" => {
                to = path(&line);
                if !answer(tcp, behaviour, Verb::Rcpt, "250 2.1.5 ok")? {
                    return tcp.shutdown(Shutdown::Both);
                }
            }
            "DATA" => {
                if !answer(tcp, behaviour, Verb::Data, "354 go")? {
                    return tcp.shutdown(Shutdown::Both);
                }
                if speaks_otherwise(behaviour, Verb::Data) {
                    continue;
                }
                if behaviour == Behaviour::HangUpBeforeDot {
                    // One byte, so that the message has surely begun and surely not ended.
                    input.read_exact(&mut [0])?;
                    return tcp.shutdown(Shutdown::Both);
                }
                let bytes = read_message(&mut input)?;
                if !says_no(behaviour) {
                    let silent = behaviour == Behaviour::AcceptAndHangUp;
                    shared.keep(Accepted { silent, ..letter(from.clone(), to.clone(), bytes) })?;
                }
                match behaviour {
                    Behaviour::AcceptAndHangUp => return tcp.shutdown(Shutdown::Both),
                    Behaviour::AcceptLate(pause) => std::thread::sleep(pause),
                    _ => {}
                }
                if !answer(tcp, behaviour, Verb::Dot, "250 2.0.0 kept")? {
                    return tcp.shutdown(Shutdown::Both);
                }
            }
            "RSET" | "NOOP" => say("250 2.0.0 ok")?,
            "QUIT" => return say("221 2.0.0 bye"),
            _ => say("500 5.5.1 what?")?,
        }
    }
}

impl Shared {
    /// Kept before it is answered.
    fn keep(&self, letter: Accepted) -> io::Result<()> {
        let mut accepted = self.accepted.lock().unwrap();
        if let Some(folder) = &self.folder {
            let name = format!("{:08}.eml", accepted.len());
            let draft = folder.join(format!("{name}.part"));
            let mut file = File::create(&draft)?;
            writeln!(file, "{}>{}", letter.from, letter.to)?;
            file.write_all(&letter.bytes)?;
            file.sync_all()?;
            fs::rename(&draft, folder.join(name))?;
            File::open(folder)?.sync_all()?;
        }
        accepted.push(letter);
        Ok(())
    }
}

/// What is said at a verb, or the usual words. False: the line is to end.
fn answer(mut tcp: &TcpStream, behaviour: Behaviour, verb: Verb, usual: &str) -> io::Result<bool> {
    match behaviour {
        Behaviour::Say(at, words, then) if at == verb => loop {
            tcp.write_all(words.as_bytes())?;
            if then != Then::OverAndOver {
                return Ok(then == Then::GoOn);
            }
        },
        _ => {
            let words = refusal(behaviour, verb).unwrap_or(usual);
            tcp.write_all(format!("{words}\r\n").as_bytes())?;
            Ok(true)
        }
    }
}

/// Whether the answer to the dot is a refusal.
fn says_no(behaviour: Behaviour) -> bool {
    match behaviour {
        Behaviour::Say(Verb::Dot, words, _) => words.starts_with(['4', '5']),
        _ => refusal(behaviour, Verb::Dot).is_some(),
    }
}

/// Whether something else than a yes comes at this verb.
fn speaks_otherwise(behaviour: Behaviour, verb: Verb) -> bool {
    refusal(behaviour, verb).is_some()
        || matches!(behaviour, Behaviour::Say(at, _, _) if at == verb)
}

fn refusal(behaviour: Behaviour, verb: Verb) -> Option<&'static str> {
    match behaviour {
        Behaviour::Defer(at) if at == verb => Some("451 4.3.0 try again later"),
        Behaviour::Refuse(at) if at == verb => Some("554 5.7.1 not wanted"),
        _ => None,
    }
}

/// Up to the lone dot; one leading dot of a line is undone (RFC 5321 §4.5.2).
fn read_message(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn letter(from: String, to: String, bytes: Vec<u8>) -> Accepted {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let header = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let message_id = header
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("message-id"))
        .map(|(_, id)| id.trim().trim_matches(['<', '>']).to_owned())
        .unwrap_or_default();
    Accepted { from, to, message_id, bytes, silent: false }
}

/// What stands between the angle brackets.
fn path(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(path, _)| path.to_owned()).unwrap_or_default()
}

/// SplitMix64: near numbers fall far apart.
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
