//! A real Courier-IMAP in a temporary folder: IMAPS and plain IMAP; mail is put into its Maildirs.
//!
//! Its places are compiled in, so it runs from unpacked packages in a mount namespace of its own,
//! where `/run` is its folder and `/etc` has `courier` beside what the system has. It needs root.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use sigap::config::settings::{Account, Tls};

use crate::authority::Authority;
use crate::beside::Beside;
use crate::host::{self, Host, PASSWORD};
use crate::mailboxes::Mailboxes;
use crate::namespace::Namespace;
use crate::place::{self, Server};

/// The system's user `mail`: whom the Maildirs belong to.
const MAIL: u32 = 8;
/// The password, as crypt(3) keeps it.
const CRYPTED: &str = "$1$sigap$OleFWnS2hdFV3OAu8nbyV/";
/// No CONDSTORE, no SPECIAL-USE: it never heard of them.
const CAPABILITIES: &str = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE SORT QUOTA IDLE";

/// A running Courier; ends when dropped.
pub struct Courier {
    /// Plain IMAP, IMAPS.
    ports: [u16; 2],
    authority: Authority,
    beside: Beside,
    namespace: Namespace,
    /// Logins, IMAP, IMAPS.
    servers: Vec<Server>,
    // Last, so that the folder goes after the servers.
    folder: tempfile::TempDir,
}

impl Courier {
    /// Starts one for users; `None`, said aloud, where it cannot run.
    pub fn start(users: &[&str]) -> Option<Self> {
        let folder = place::folder();
        let beside = Beside::copy_into(folder.path())?;
        if !place::is_root() {
            place::skipped("Courier needs root");
            return None;
        }
        let authority = Authority::make(folder.path());
        let namespace = own_places(folder.path())?;
        let (ports, servers) = (free_ports(), Vec::new());
        let mut it = Self { ports, authority, beside, namespace, servers, folder };
        let pem =
            [&it.authority.key, &it.authority.certificate].map(|file| fs::read(file).unwrap());
        fs::write(it.at("courier.pem"), pem.concat()).unwrap();
        it.write_users(users);
        for _ in 0..3 {
            if it.launch() {
                return Some(it);
            }
            // Another process may have taken one of the ports meanwhile.
            it.ports = free_ports();
        }
        panic!("Courier does not start:\n{}", it.log());
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn maildir(&self, user: &str) -> PathBuf {
        self.at("mail").join(user).join("Maildir")
    }

    fn launch(&mut self) -> bool {
        self.servers.clear();
        let socket = self.at("run/courier/authdaemon/socket");
        let _ = fs::remove_file(&socket);
        let authdaemond = "usr/lib/courier/courier-authlib/authdaemond";
        let logins = self.serve(authdaemond, |_, _| {});
        self.servers.push(logins);
        place::wait_for("logins are taken", std::time::Duration::from_secs(60), || {
            socket.exists().then_some(())
        });
        for (port, tls) in self.ports.into_iter().zip([false, true]) {
            let mut server = self.serve("usr/sbin/couriertcpd", |it, command| {
                command.args(["-address=127.0.0.1", "-maxprocs=100", "-maxperip=100"]);
                command.args(["-nodnslookup", "-noidentlookup", &port.to_string()]);
                if tls {
                    command.arg(it.beside.path("usr/bin/couriertls")).args(["-server", "-tcpd"]);
                }
                command.arg(it.beside.path("usr/lib/courier/courier/imaplogin"));
                command.arg(it.beside.path("usr/bin/imapd")).arg("Maildir");
            });
            if !server.listens(port) {
                return false;
            }
            self.servers.push(server);
        }
        true
    }

    /// Starts one of its programs in its namespace.
    fn serve(&self, program: &str, with: impl Fn(&Self, &mut Command)) -> Server {
        let wrap = self.namespace.wrap();
        let mut command = Command::new(&wrap[0]);
        command.args(&wrap[1..]).arg(self.beside.path(program));
        with(self, &mut command);
        let offered = format!("{CAPABILITIES} AUTH=PLAIN");
        let facts = [
            ("authmodulelist", "authuserdb"),
            ("daemons", "3"),
            ("IMAP_CAPABILITY", CAPABILITIES),
            ("IMAP_CAPABILITY_TLS", &offered),
            // So often it looks whether there is something to report.
            ("IMAP_IDLE_TIMEOUT", "2"),
            ("IMAP_KEYWORDS", "1"),
            ("IMAP_MAILBOX_SANITY_CHECK", "1"),
            ("IMAP_TLS_REQUIRED", "0"),
            ("IMAP_USELOCKS", "1"),
            ("IMAP_UMASK", "022"),
            ("MAILDIRPATH", "Maildir"),
            ("TLS_PROTOCOL", "TLSv1.2+"),
            ("TLS_VERIFYPEER", "NONE"),
        ];
        command.envs(facts).env("TLS_CERTFILE", self.at("courier.pem"));
        Server::start(self.beside.with_libraries(&mut command), &self.at("courier.log"))
    }

    fn write_users(&self, users: &[&str]) {
        let (mut places, mut words) = (String::new(), String::new());
        for user in users {
            let (maildir, home) = (self.maildir(user), self.at("mail").join(user));
            for name in ["new", "cur", "tmp", ".Sent/new", ".Sent/cur", ".Sent/tmp"] {
                fs::create_dir_all(maildir.join(name)).unwrap();
            }
            fs::write(maildir.join(".Sent/maildirfolder"), "").unwrap();
            let (home, maildir) = (home.display(), maildir.display());
            let line = format!("{user}\tuid={MAIL}|gid={MAIL}|home={home}|mail={maildir}|_=\n");
            places += &line;
            writeln!(words, "{user}\tsystempw={CRYPTED}").unwrap();
        }
        self.give(&self.at("mail"));
        for (name, lines) in [("userdb", places), ("userdbshadow", words)] {
            let (text, etc) = (self.at(name), self.at("etc/courier"));
            fs::write(&text, format!("{lines}\n.\n")).unwrap();
            let program = self.beside.path("usr/lib/courier/courier-authlib/makedatprog");
            let mut command = Command::new(program);
            command.args([&text, &etc.join("draft"), &etc.join(format!("{name}.dat"))]);
            place::run(self.beside.with_libraries(&mut command));
        }
        fs::write(self.at("etc/courier/authdaemonrc"), AUTHDAEMON).unwrap();
    }

    fn give(&self, path: &Path) {
        place::run(Command::new("chown").arg("-R").arg(format!("{MAIL}:{MAIL}")).arg(path));
    }
}

impl Mailboxes for Courier {
    fn imap_port(&self) -> u16 {
        self.ports[0]
    }

    fn password(&self, _user: &str) -> &str {
        PASSWORD
    }
}

impl Host for Courier {
    fn account(&self, user: &str) -> Account {
        host::account(self.folder.path(), &self.authority, user, self.ports[1], Tls::Implicit)
    }

    fn deliver(&self, user: &str, bytes: &[u8]) {
        host::into_maildir(&self.maildir(user), |file| self.give(file), bytes);
    }

    fn prefix(&self) -> &'static str {
        "INBOX."
    }

    fn renumber_inbox(&self, user: &str) -> bool {
        // Its first line is version, UIDVALIDITY, next UID.
        let file = self.maildir(user).join("courierimapuiddb");
        let text = fs::read_to_string(&file).unwrap();
        let (head, rest) = text.split_once('\n').unwrap();
        let mut words: Vec<String> = head.split(' ').map(str::to_owned).collect();
        words[1] = (words[1].parse::<u64>().unwrap() + 1).to_string();
        let draft = self.at("uiddb");
        fs::write(&draft, format!("{}\n{rest}", words.join(" "))).unwrap();
        self.give(&draft);
        fs::rename(draft, file).unwrap();
        true
    }

    fn restart(&mut self) {
        self.servers.iter_mut().for_each(Server::stop_all);
        assert!(self.launch(), "Courier does not start again:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.at("courier.log")).unwrap_or_default()
    }
}

fn free_ports() -> [u16; 2] {
    std::array::from_fn(|_| place::free_port())
}

/// The namespace in which its compiled-in places are below a folder.
fn own_places(folder: &Path) -> Option<Namespace> {
    for name in ["system", "etc/courier", "run/courier/authdaemon", "mail"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
    for entry in fs::read_dir("/etc").unwrap() {
        let name = entry.unwrap().file_name();
        if name != "courier" {
            symlink(folder.join("system").join(&name), folder.join("etc").join(name)).unwrap();
        }
    }
    let it = folder.display();
    let namespace = Namespace::with(&format!(
        "mount --bind /etc {it}/system && mount --bind {it}/etc /etc && mount --bind {it}/run /run"
    ));
    if namespace.is_none() {
        assert!(!place::required(), "SIGAP_E2E=require, and nothing can be mounted for Courier");
        place::skipped("nothing can be mounted for Courier");
    }
    namespace
}

const AUTHDAEMON: &str = "\
authmodulelist=\"authuserdb\"
authmodulelistorig=\"authuserdb\"
daemons=3
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=\"\"
LOGGEROPTS=\"\"
";
