//! A pymap (a small IMAP server in Python) over Maildirs, by hand: it is in no Debian.
//!
//! `SIGAP_PYMAP=/path/to/pymap`, the program of `pip install pymap`; without it the stories about
//! it say aloud that they are skipped, on every machine.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use sigap::config::settings::{Account, Tls};

use crate::authority::Authority;
use crate::host::{self, Host, PASSWORD};
use crate::mailboxes::Mailboxes;
use crate::place::{self, Server};

/// The password, as its own hashing keeps it.
const HASHED: &str =
    "$pbkdf2-sha256$1000$MGJNcXxmshYEhSZxNDEOWA==$mUWXTFSDUYWN8TmNagqqnVcjHcqAaIzcLER0aYNs8HQ=";

/// A running pymap; ends when dropped.
pub struct Pymap {
    program: PathBuf,
    port: u16,
    authority: Authority,
    server: Option<Server>,
    // Last, so that the folder goes after the server.
    folder: tempfile::TempDir,
}

impl Pymap {
    /// Starts one for users; `None`, said aloud, where none is named.
    pub fn start(users: &[&str]) -> Option<Self> {
        let Some(program) = std::env::var_os("SIGAP_PYMAP") else {
            place::skipped("SIGAP_PYMAP names no pymap");
            return None;
        };
        let folder = place::folder();
        let authority = Authority::make(folder.path());
        let (program, port) = (PathBuf::from(program), place::free_port());
        let mut it = Self { program, port, authority, server: None, folder };
        fs::create_dir(it.at("mail")).unwrap();
        let (mut names, mut words) = (String::new(), String::new());
        for user in users {
            let home = user.replace('@', "_at_");
            writeln!(names, "{user}:x:1000:1000::{home}:").unwrap();
            writeln!(words, "{user}:{HASHED}:::::::").unwrap();
        }
        for (name, lines) in [("passwd", names), ("shadow", words), ("group", String::new())] {
            fs::write(it.at("mail").join(format!("pymap-etc-{name}")), lines).unwrap();
        }
        assert!(it.launch(), "pymap does not start:\n{}", it.log());
        // Like a mail program would.
        for user in users {
            it.login(user).imap_command("CREATE Sent");
        }
        Some(it)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn launch(&mut self) -> bool {
        let mut command = Command::new(&self.program);
        command.args(["--host", "127.0.0.1", "--port", &self.port.to_string()]);
        command.arg("--cert").arg(&self.authority.certificate);
        command.arg("--key").arg(&self.authority.key);
        for service in ["admin", "managesieve", "swim"] {
            command.args(["--no-service", service]);
        }
        command.arg("maildir").arg(self.at("mail"));
        let mut server = Server::start(&mut command, &self.at("pymap.log"));
        let up = server.listens(self.port);
        self.server = up.then_some(server);
        up
    }
}

impl Mailboxes for Pymap {
    fn imap_port(&self) -> u16 {
        self.port
    }

    fn password(&self, _user: &str) -> &str {
        PASSWORD
    }
}

impl Host for Pymap {
    fn account(&self, user: &str) -> Account {
        host::account(self.folder.path(), &self.authority, user, self.port, Tls::StartTls)
    }

    fn deliver(&self, user: &str, bytes: &[u8]) {
        self.append(user, "INBOX", bytes);
    }

    fn restart(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.stop_all();
        }
        assert!(self.launch(), "pymap does not start again:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.at("pymap.log")).unwrap_or_default()
    }
}
