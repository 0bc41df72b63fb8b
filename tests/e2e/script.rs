//! The smallest IMAP server: it holds back an answer when told to, and remembers what it was asked.
//!
//! Threads and std only; one user, no TLS, no login refused.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::daemon::WITHIN;

/// One folder: name, attributes, and its messages with their INTERNALDATE.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its name.
    pub name: &'static str,
    /// As LIST tells them.
    pub attributes: &'static str,
    /// By UID, from 1.
    pub mails: Vec<(String, Vec<u8>)>,
}

#[derive(Default)]
struct World {
    folders: Vec<Folder>,
    heard: Vec<String>,
    /// Commands that begin so are not answered.
    hold: Option<&'static str>,
    held: bool,
    /// Commands that begin so are answered with this.
    refuse: Option<(&'static str, &'static str)>,
    /// How often news were told.
    news: usize,
    /// What is made of an answer before it is said.
    lie: Option<Lie>,
}

/// Makes of a command and its true answer what is said instead.
pub type Lie = fn(&str, Vec<u8>) -> Vec<u8>;

/// The server; its connections end with their clients.
pub struct Script {
    port: u16,
    shared: Arc<(Mutex<World>, Condvar)>,
}

impl Script {
    /// Starts one with these folders.
    pub fn start(folders: Vec<Folder>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let world = World { folders, ..World::default() };
        let shared = Arc::new((Mutex::new(world), Condvar::new()));
        let inside = Arc::clone(&shared);
        std::thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                let inside = Arc::clone(&inside);
                // A client that hangs up in mid-sentence is no fault of ours.
                std::thread::spawn(move || drop(talk(&tcp, &inside)));
            }
        });
        Self { port, shared }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many commands of this beginning came so far.
    pub fn heard(&self, beginning: &str) -> usize {
        let world = self.shared.0.lock().unwrap();
        world.heard.iter().filter(|command| command.starts_with(beginning)).count()
    }

    /// Changes the folders.
    pub fn change(&self, change: impl FnOnce(&mut Vec<Folder>)) {
        change(&mut self.shared.0.lock().unwrap().folders);
    }

    /// Makes something else of every answer from now on, or nothing any more.
    pub fn lie(&self, lie: Option<Lie>) {
        self.shared.0.lock().unwrap().lie = lie;
    }

    /// Tells whoever waits in a folder that something happened there.
    pub fn tell_news(&self) {
        self.shared.0.lock().unwrap().news += 1;
    }

    /// Answers no command that begins so, from now on.
    pub fn hold(&self, beginning: &'static str) {
        self.shared.0.lock().unwrap().hold = Some(beginning);
    }

    /// Answers commands that begin so with these words.
    pub fn refuse(&self, beginning: &'static str, words: &'static str) {
        self.shared.0.lock().unwrap().refuse = Some((beginning, words));
    }

    /// Waits until such a command is waiting for its answer.
    pub fn wait_until_held(&self) {
        let world = self.shared.0.lock().unwrap();
        let waited = self.shared.1.wait_timeout_while(world, WITHIN, |world| !world.held).unwrap();
        assert!(!waited.1.timed_out(), "nothing of the kind was asked");
    }

    /// Answers everything again.
    pub fn go_on(&self) {
        self.shared.0.lock().unwrap().hold = None;
        self.shared.1.notify_all();
    }
}

fn talk(tcp: &TcpStream, shared: &(Mutex<World>, Condvar)) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut lines = BufReader::new(tcp.try_clone()?);
    let mut out = tcp;
    let mut open = 0;
    out.write_all(b"* OK hello\r\n")?;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        // Half a command is none.
        if !line.ends_with('\n') {
            return Ok(());
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap();
        let mut world = shared.0.lock().unwrap();
        world.heard.push(command.to_owned());
        while world.hold.is_some_and(|beginning| command.starts_with(beginning)) {
            world.held = true;
            shared.1.notify_all();
            world = shared.1.wait(world).unwrap();
        }
        world.held = false;
        if let Some((_, words)) =
            world.refuse.filter(|(beginning, _)| command.starts_with(beginning))
        {
            out.write_all(format!("{tag} {words}\r\n").as_bytes())?;
            continue;
        }
        if let Some(name) = command.strip_prefix("EXAMINE ") {
            let name = name.trim_matches('"');
            open = world.folders.iter().position(|folder| folder.name == name).unwrap();
        }
        let mut answer = answer(&world.folders, open, command);
        if let Some(lie) = world.lie {
            answer = lie(command, answer);
        }
        let news = world.news;
        drop(world);
        out.write_all(&answer)?;
        if command == "IDLE" {
            tcp.set_read_timeout(Some(Duration::from_millis(20)))?;
            idle(&mut lines, out, news, shared)?;
            tcp.set_read_timeout(None)?;
        }
        out.write_all(format!("{tag} OK done\r\n").as_bytes())?;
    }
}

/// Until the client has had enough.
fn idle(
    lines: &mut impl BufRead,
    mut out: &TcpStream,
    mut news: usize,
    shared: &(Mutex<World>, Condvar),
) -> io::Result<()> {
    let mut done = String::new();
    loop {
        match lines.read_line(&mut done) {
            Ok(_) => return Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        let told = shared.0.lock().unwrap().news;
        if told > news {
            news = told;
            out.write_all(b"* 1 FETCH (FLAGS ())\r\n")?;
        }
    }
}

fn answer(folders: &[Folder], open: usize, command: &str) -> Vec<u8> {
    let mails = &folders[open].mails;
    let mut out = Vec::new();
    match command.split(' ').next().unwrap() {
        "CAPABILITY" => out.extend(b"* CAPABILITY IMAP4rev1 IDLE\r\n"),
        "LIST" => {
            for Folder { name, attributes, .. } in folders {
                out.extend(format!("* LIST ({attributes}) \"/\" \"{name}\"\r\n").bytes());
            }
        }
        "EXAMINE" => {
            let (many, next) = (mails.len(), mails.len() + 1);
            let text =
                format!("* {many} EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT {next}] x\r\n");
            out.extend(text.bytes());
        }
        "IDLE" => out.extend(b"+ waiting\r\n"),
        "UID" => {
            for uid in 1..=mails.len() {
                out.extend(told(&mails[uid - 1], uid, command));
            }
        }
        _ => {}
    }
    out
}

/// Every message whatever the set says: a client takes what it asked for.
fn told((date, mail): &(String, Vec<u8>), uid: usize, command: &str) -> Vec<u8> {
    if command.starts_with("UID SEARCH") {
        return format!("* SEARCH {uid}\r\n").into_bytes();
    }
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (name, part) = match command {
        _ if command.contains("BODY.PEEK[HEADER]") => ("BODY[HEADER]<0>", &mail[..end]),
        _ if command.contains("BODY.PEEK[]") => ("BODY[]<0>", &mail[..]),
        _ => return format!("* {uid} FETCH (UID {uid} FLAGS ())\r\n").into_bytes(),
    };
    let size = mail.len();
    let mut out = format!(
        "* {uid} FETCH (UID {uid} FLAGS () INTERNALDATE \"{date}\" RFC822.SIZE {size} {name} {{{}}}\r\n",
        part.len()
    )
    .into_bytes();
    out.extend(part);
    out.extend(b")\r\n");
    out
}
