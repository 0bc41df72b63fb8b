//! The plainest client of IMAP, LMTP and SMTP: it shares no code with what it helps to test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The untagged lines and the literals of an IMAP answer.
pub type Answer = (Vec<String>, Vec<Vec<u8>>);

/// One plain connection to loopback.
#[derive(Debug)]
pub struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    /// Connects.
    pub fn dial(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    /// Connects to an IMAP server and logs in.
    pub fn imap(port: u16, user: &str, password: &str) -> Self {
        let mut wire = Self::dial(port);
        wire.line();
        wire.imap_command(&format!("LOGIN {user} {password}"));
        wire
    }

    /// From now on it waits for a quarter of an hour.
    pub fn waits_long(&mut self) {
        let quarter = Some(Duration::from_secs(900));
        self.stream.get_mut().set_read_timeout(quarter).unwrap();
    }

    /// One line, its end cut off.
    pub fn line(&mut self) -> String {
        self.line_or_end().expect("the server hung up")
    }

    /// The same; `None` when the server has hung up.
    pub fn line_or_end(&mut self) -> Option<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).unwrap();
        let words = String::from_utf8_lossy(&line);
        (!line.is_empty()).then(|| words.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// One IMAP command that must be answered OK: its untagged lines and its literals.
    pub fn imap_command(&mut self, command: &str) -> Answer {
        self.imap_try(command).unwrap_or_else(|no| panic!("{command}: {no}"))
    }

    /// The same for a command that may be refused: the words.
    pub fn imap_try(&mut self, command: &str) -> Result<Answer, String> {
        self.send(format!("a {command}\r\n").as_bytes());
        self.imap_answer()
    }

    /// RFC 3501 §6.3.11: a message as a literal.
    pub fn imap_append(&mut self, folder: &str, options: &str, bytes: &[u8]) {
        self.imap_try_append(folder, options, bytes).unwrap_or_else(|no| panic!("{folder}: {no}"));
    }

    /// The same for a message that a server may refuse: its words.
    pub fn imap_try_append(
        &mut self,
        folder: &str,
        options: &str,
        bytes: &[u8],
    ) -> Result<(), String> {
        let command = format!("a APPEND \"{folder}\" {options}{{{}}}\r\n", bytes.len());
        self.send(command.as_bytes());
        let go = self.line();
        if !go.starts_with('+') {
            return Err(go);
        }
        self.send(bytes);
        self.send(b"\r\n");
        self.imap_answer().map(|_| ())
    }

    fn imap_answer(&mut self) -> Result<Answer, String> {
        let (mut lines, mut literals) = (Vec::new(), Vec::new());
        loop {
            let line = self.line();
            if let Some(tagged) = line.strip_prefix("a ") {
                let ok = tagged.starts_with("OK");
                return if ok { Ok((lines, literals)) } else { Err(tagged.to_owned()) };
            }
            let size = line.rsplit_once('{').and_then(|(_, rest)| rest.strip_suffix('}'));
            if let Some(size) = size.and_then(|digits| digits.parse::<usize>().ok()) {
                let mut literal = vec![0; size];
                self.stream.read_exact(&mut literal).unwrap();
                literals.push(literal);
            }
            lines.push(line);
        }
    }

    /// The last line of an SMTP or LMTP reply.
    pub fn reply(&mut self) -> String {
        loop {
            let line = self.line();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    /// One SMTP or LMTP command whose reply must begin with the code given.
    pub fn ask(&mut self, command: &str, code: &str) -> String {
        self.send(format!("{command}\r\n").as_bytes());
        let reply = self.reply();
        assert!(reply.starts_with(code), "{command}: {reply}");
        reply
    }

    /// A whole SMTP or LMTP transaction (`hello` tells them apart) for one recipient.
    pub fn deliver(&mut self, hello: &str, from: &str, to: &str, bytes: &[u8]) {
        let banner = self.reply();
        assert!(banner.starts_with("220"), "{banner}");
        self.ask(hello, "250");
        self.ask(&format!("MAIL FROM:<{from}>"), "250");
        self.ask(&format!("RCPT TO:<{to}>"), "250");
        self.ask("DATA", "354");
        self.send(&stuffed(bytes));
        self.ask(".", "250");
        self.ask("QUIT", "221");
    }
}

/// RFC 5321 §4.5.2: lines end in CRLF, and a dot that begins a line is doubled.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(text);
        out.extend_from_slice(b"\r\n");
    }
    out
}
