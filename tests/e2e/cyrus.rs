//! A real Cyrus IMAP in a temporary folder: IMAPS, plain IMAP, LMTP, and its `idled`.
//!
//! It runs from unpacked packages as the system's user `mail`, or without root as whoever runs the
//! tests.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use sigap::config::settings::{Account, Tls};

use crate::authority::Authority;
use crate::beside::Beside;
use crate::host::{self, Host, PASSWORD};
use crate::mailboxes::Mailboxes;
use crate::place::{self, Server};
use crate::wire::Wire;

const BIN: &str = "usr/lib/cyrus/bin";

/// A running Cyrus; ends when dropped.
pub struct Cyrus {
    /// Plain IMAP, IMAPS, LMTP.
    ports: [u16; 3],
    authority: Authority,
    beside: Beside,
    /// Folders lie below `INBOX.`, and `.` separates them.
    legacy: bool,
    owner: [String; 2],
    server: Option<Server>,
    // Last, so that the folder goes after the server.
    folder: tempfile::TempDir,
}

impl Cyrus {
    /// Starts one for users; `None`, said aloud, without Cyrus.
    pub fn start(legacy: bool, users: &[&str]) -> Option<Self> {
        let folder = place::folder();
        let beside = Beside::copy_into(folder.path())?;
        let authority = Authority::make(folder.path());
        let owner = match place::is_root() {
            true => ["mail".to_owned(), "mail".to_owned()],
            false => [place::own_name("-un"), place::own_name("-gn")],
        };
        let ports = free_ports();
        let mut it = Self { ports, authority, beside, legacy, owner, server: None, folder };
        for name in ["lib/db", "lib/socket", "run/proc", "run/lock", "spool/stage."] {
            fs::create_dir_all(it.at(name)).unwrap();
        }
        it.write_users(users);
        for _ in 0..3 {
            it.write_config();
            if it.launch() {
                // The first login makes inbox and Sent.
                users.iter().for_each(|user| drop(it.login(user)));
                return Some(it);
            }
            // Another process may have taken one of the ports meanwhile.
            it.ports = free_ports();
        }
        panic!("Cyrus does not start:\n{}", it.log());
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn launch(&mut self) -> bool {
        let mut command = Command::new(self.beside.path(BIN).join("master"));
        command.arg("-D").arg("-C").arg(self.at("imapd.conf")).arg("-M").arg(self.at("cyrus.conf"));
        command.arg("-p").arg(self.at("run/master.pid")).env("CYRUS_VERBOSE", "1");
        command.env("CYRUS_USER", &self.owner[0]).env("CYRUS_GROUP", &self.owner[1]);
        // When it ends, it ends its process group.
        self.beside.with_libraries(&mut command).process_group(0);
        let mut server = Server::start(&mut command, &self.at("cyrus.log"));
        let up = self.ports.into_iter().all(|port| server.listens(port));
        self.server = up.then_some(server);
        up
    }

    fn write_users(&self, users: &[&str]) {
        for user in users {
            let (name, domain) = user.split_once('@').unwrap();
            let mut command = Command::new(self.beside.path("usr/sbin/saslpasswd2"));
            command.args(["-p", "-c", "-f"]).arg(self.at("sasldb2")).args(["-u", domain, name]);
            let mut child =
                self.beside.with_libraries(&mut command).stdin(Stdio::piped()).spawn().unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes())
                .unwrap();
            assert!(child.wait().unwrap().success(), "saslpasswd2 for {user}");
        }
        if place::is_root() {
            let names = ["lib", "run", "spool", "sasldb2"].map(|name| self.at(name));
            let [user, group] = &self.owner;
            place::run(Command::new("chown").arg("-R").arg(format!("{user}:{group}")).args(names));
        }
    }

    fn write_config(&self) {
        let [imap, imaps, lmtp] = self.ports.map(|port| port.to_string());
        let modern = if self.legacy { "no" } else { "yes" };
        let facts = [
            ("@folder@", self.folder.path().display().to_string()),
            ("@bin@", self.beside.path(BIN).display().to_string()),
            ("@certificate@", self.authority.certificate.display().to_string()),
            ("@key@", self.authority.key.display().to_string()),
            ("@modern@", modern.to_owned()),
            ("@imap@", imap),
            ("@imaps@", imaps),
            ("@lmtp@", lmtp),
        ];
        for (name, text) in [("imapd.conf", IMAPD), ("cyrus.conf", MASTER)] {
            let put = |text: String, (mark, fact): &(&str, String)| text.replace(mark, fact);
            fs::write(self.at(name), facts.iter().fold(text.to_owned(), put)).unwrap();
        }
    }
}

impl Mailboxes for Cyrus {
    fn imap_port(&self) -> u16 {
        self.ports[0]
    }

    fn password(&self, _user: &str) -> &str {
        PASSWORD
    }
}

impl Host for Cyrus {
    fn account(&self, user: &str) -> Account {
        host::account(self.folder.path(), &self.authority, user, self.ports[1], Tls::Implicit)
    }

    fn deliver(&self, user: &str, bytes: &[u8]) {
        Wire::dial(self.ports[2]).deliver(
            "LHLO test.example.test",
            "budi@example.org",
            user,
            bytes,
        );
    }

    fn prefix(&self) -> &'static str {
        if self.legacy { "INBOX." } else { "" }
    }

    fn restart(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.stop_all();
        }
        assert!(self.launch(), "Cyrus does not start again:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.at("cyrus.log")).unwrap_or_default()
    }
}

fn free_ports() -> [u16; 3] {
    std::array::from_fn(|_| place::free_port())
}

/// No sync to disk: the machine of a test does not lose its power.
const IMAPD: &str = "\
configdirectory: @folder@/lib
proc_path: @folder@/run/proc
mboxname_lockpath: @folder@/run/lock
defaultpartition: default
partition-default: @folder@/spool
virtdomains: userid
defaultdomain: example.invalid
servername: mail.example.test
altnamespace: @modern@
unixhierarchysep: @modern@
autocreate_post: yes
autocreate_quota: 0
autocreate_inbox_folders: Sent
autocreate_subscribe_folders: Sent
xlist-sent: Sent
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: @folder@/sasldb2
sasl_mech_list: PLAIN LOGIN
tls_server_cert: @certificate@
tls_server_key: @key@
lmtpsocket: @folder@/lib/socket/lmtp
idlesocket: @folder@/lib/socket/idle
notifysocket: @folder@/lib/socket/notify
duplicatesuppression: no
cyrusdb_autocheckpoint: no
skiplist_unsafe: yes
syslog_prefix: sigap-test
";

const MASTER: &str = "\
START {
  recover cmd=\"@bin@/ctl_cyrusdb -C @folder@/imapd.conf -r\"
}
SERVICES {
  imap cmd=\"@bin@/imapd -C @folder@/imapd.conf -U 30\" listen=\"127.0.0.1:@imap@\" prefork=1
  imaps cmd=\"@bin@/imapd -C @folder@/imapd.conf -s -U 30\" listen=\"127.0.0.1:@imaps@\" prefork=1
  lmtp cmd=\"@bin@/lmtpd -C @folder@/imapd.conf -a -U 100\" listen=\"127.0.0.1:@lmtp@\" prefork=1
}
EVENTS {
}
DAEMON {
  idled cmd=\"@bin@/idled -C @folder@/imapd.conf -d\"
}
";
