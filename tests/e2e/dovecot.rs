//! A real Dovecot in a temporary folder: IMAP with STARTTLS, IMAPS, LMTP, and logins for Postfix.
//!
//! As root the mail belongs to a user of its own and Dovecot drops its rights as usual; without
//! root everything runs as the person who runs the tests.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use sigap::config::secret::Secret;
use sigap::config::settings::{Account, Tls};

use crate::authority::Authority;
use crate::dovecot_conf::{self, Kind, WITHOUT_ROOT};
use crate::mailboxes::Mailboxes;
use crate::place::{self, Server};
use crate::wire::Wire;

/// Owner of the mail files when Dovecot runs as root; needs no line in /etc/passwd.
const MAIL_UID: u32 = 5000;

/// Where the server listens on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// IMAP with STARTTLS.
    pub imap: u16,
    /// IMAP with TLS from the first byte.
    pub imaps: u16,
    /// LMTP.
    pub lmtp: u16,
    /// Logins for Postfix.
    pub auth: u16,
}

/// A running Dovecot; ends when dropped.
#[derive(Debug)]
pub struct Dovecot {
    /// Where it listens.
    pub ports: Ports,
    /// Certificates.
    pub authority: Authority,
    kind: Kind,
    users: BTreeMap<String, String>,
    programs: [PathBuf; 2],
    server: Option<Server>,
    // Last, so that the folder goes after the server.
    folder: tempfile::TempDir,
}

impl Dovecot {
    /// Starts one for users with passwords (address, password); `None`, said aloud, without Dovecot.
    pub fn start(users: &[(&str, &str)]) -> Option<Self> {
        Self::start_as(Kind::default(), users)
    }

    /// The same of a certain kind.
    pub fn start_as(kind: Kind, users: &[(&str, &str)]) -> Option<Self> {
        let programs = place::programs(["dovecot", "doveadm"])?;
        let folder = place::folder();
        for name in ["run", "state", "mail"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let authority = Authority::make(folder.path());
        let users = users.iter().map(|(user, word)| ((*user).to_owned(), (*word).to_owned()));
        let users: BTreeMap<String, String> = users.collect();
        let ports = free_ports();
        let mut dovecot = Self { ports, authority, kind, users, programs, server: None, folder };
        dovecot.write_users();
        for _ in 0..3 {
            dovecot.write_config();
            if dovecot.launch() {
                // Like a mail program would; a story may take it away again.
                for user in dovecot.users.keys() {
                    dovecot.login(user).imap_command("CREATE Sent");
                }
                return Some(dovecot);
            }
            // Another process may have taken one of the ports meanwhile.
            dovecot.ports = free_ports();
        }
        panic!("Dovecot does not start:\n{}", dovecot.log());
    }

    /// Stops it, and every session with it; the mail stays.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.stop_all();
        }
    }

    /// Stops it if it runs, and starts it on the same ports.
    pub fn restart(&mut self) {
        self.stop();
        assert!(self.launch(), "Dovecot does not start again:\n{}", self.log());
    }

    /// How Sigap would reach a user's mailbox.
    pub fn account(&self, user: &str, tls: Tls) -> Account {
        let port = if tls == Tls::Implicit { self.ports.imaps } else { self.ports.imap };
        Account {
            host: "localhost".to_owned(),
            port,
            tls,
            user: Some(user.to_owned()),
            password: Some(Secret::File(self.password_file(user))),
            ca_file: Some(self.authority.ca.clone()),
        }
    }

    /// A file with a user's password that only its owner may read.
    pub fn password_file(&self, user: &str) -> PathBuf {
        self.folder.path().join(format!("{user}.password"))
    }

    /// Hands a message in as a mail server would; it lands in the inbox.
    pub fn lmtp_deliver(&self, user: &str, bytes: &[u8]) {
        let mut wire = Wire::dial(self.ports.lmtp);
        wire.deliver("LHLO test.example.test", "budi@example.org", user, bytes);
    }

    /// The same from somebody else.
    pub fn lmtp_from(&self, sender: &str, user: &str, bytes: &[u8]) {
        Wire::dial(self.ports.lmtp).deliver("LHLO test.example.test", sender, user, bytes);
    }

    /// Runs each user's Sieve script at the delivery; what it sends goes there. `None`, said aloud,
    /// without Pigeonhole. Every session ends.
    pub fn filter_through(&mut self, smtp: u16) -> Option<()> {
        place::programs(["sievec"])?;
        self.kind.sieve = Some(smtp);
        self.write_config();
        self.restart();
        Some(())
    }

    /// A user's Sieve script.
    pub fn write_sieve(&self, user: &str, script: &str) {
        let file = self.folder.path().join("mail").join(user).join(".dovecot.sieve");
        fs::write(&file, script).unwrap();
        self.give(&file);
    }

    /// Where a user's mail lies.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user).join("Maildir")
    }

    /// Gives files that were put there by hand to the server.
    pub fn give(&self, path: &Path) {
        if place::is_root() {
            let owner = format!("{MAIL_UID}:{MAIL_UID}");
            place::run(Command::new("chown").arg("-R").arg(owner).arg(path));
        }
    }

    /// Numbers a folder anew: every UID that a client knows of it is void.
    pub fn bump_uidvalidity(&self, user: &str, folder: &str) {
        let mut wire = self.login(user);
        let (lines, _) = wire.imap_command(&format!("STATUS \"{folder}\" (UIDVALIDITY)"));
        drop(wire);
        let now: u32 = lines[0].rsplit(' ').next().unwrap().trim_end_matches(')').parse().unwrap();
        let next = (now + 1).to_string();
        self.doveadm(&["mailbox", "update", "-u", user, "--uid-validity", &next, folder]);
    }

    /// Runs `doveadm` on this server.
    pub fn doveadm(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.programs[1]);
        let output = place::run(command.arg("-c").arg(self.config()).args(arguments));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What the server wrote.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("dovecot.log")).unwrap_or_default()
    }

    /// Addresses of its users.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        self.users.keys().map(String::as_str)
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("dovecot.conf")
    }

    fn launch(&mut self) -> bool {
        let mut command = Command::new(&self.programs[0]);
        command.arg("-F").arg("-c").arg(self.config());
        let mut server = Server::start(&mut command, &self.folder.path().join("dovecot.log"));
        let ports = [self.ports.imap, self.ports.imaps, self.ports.lmtp, self.ports.auth];
        let up = ports.into_iter().all(|port| server.listens(port));
        self.server = up.then_some(server);
        up
    }

    fn write_users(&self) {
        let root = self.folder.path();
        let (uid, gid) = mail_ids(root);
        if place::is_root() {
            std::os::unix::fs::chown(root.join("mail"), Some(uid), Some(gid)).unwrap();
        }
        let mut lines = String::new();
        for (user, word) in &self.users {
            let home = root.join("mail").join(user);
            lines += &format!("{user}:{{PLAIN}}{word}:{uid}:{gid}::{}::\n", home.display());
            place::secret(&self.password_file(user), word);
        }
        let passwd = root.join("passwd");
        fs::write(&passwd, lines).unwrap();
        fs::set_permissions(passwd, Permissions::from_mode(0o644)).unwrap();
    }

    fn write_config(&self) {
        let version = place::run(Command::new(&self.programs[0]).arg("--version"));
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let old = version.starts_with("2.2") || version.starts_with("2.3");
        let folder = self.folder.path().display().to_string();
        let mut text = dovecot_conf::text(&self.kind, old);
        if !place::is_root() {
            text += &WITHOUT_ROOT.replace("@me@", &place::own_name("-un"));
            text = text.replace("@group@", &place::own_name("-gn"));
        }
        let internal = if place::is_root() { "dovecot".to_owned() } else { place::own_name("-un") };
        let facts = [
            ("@folder@", folder),
            ("@certificate@", self.authority.certificate.display().to_string()),
            ("@key@", self.authority.key.display().to_string()),
            ("@imap@", self.ports.imap.to_string()),
            ("@imaps@", self.ports.imaps.to_string()),
            ("@lmtp@", self.ports.lmtp.to_string()),
            ("@auth@", self.ports.auth.to_string()),
            ("@internal@", internal),
            ("@chroot@", if place::is_root() { "" } else { "chroot =" }.to_owned()),
        ];
        for (mark, fact) in facts {
            text = text.replace(mark, &fact);
        }
        fs::write(self.config(), text).unwrap();
    }
}

impl Mailboxes for Dovecot {
    fn imap_port(&self) -> u16 {
        self.ports.imap
    }

    fn password(&self, user: &str) -> &str {
        &self.users[user]
    }
}

fn free_ports() -> Ports {
    let port = place::free_port;
    Ports { imap: port(), imaps: port(), lmtp: port(), auth: port() }
}

/// Whom the mail files belong to.
fn mail_ids(folder: &Path) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt;
    let meta = fs::metadata(folder).unwrap();
    if place::is_root() { (MAIL_UID, MAIL_UID) } else { (meta.uid(), meta.gid()) }
}
