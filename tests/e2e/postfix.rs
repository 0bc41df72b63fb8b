//! A real Postfix in a temporary folder: what comes in by SMTP lands in a Dovecot's inboxes.
//!
//! It needs root, as Postfix does. Recipients in special domains make faults: `bounce.test` is
//! accepted and bounced, `defer.test` refused for now (450), `reject.test` for ever (550).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sigap::config::secret::Secret;
use sigap::config::settings::{Account, Tls};

use crate::dovecot::Dovecot;
use crate::place::{self, Server};
use crate::wire::Wire;

/// Where the server listens on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// SMTP, STARTTLS offered, no login needed from loopback.
    pub smtp: u16,
    /// Submission: STARTTLS and login required.
    pub submission: u16,
    /// Submission with TLS from the first byte, login required.
    pub smtps: u16,
}

/// A running Postfix; ends when dropped.
#[derive(Debug)]
pub struct Postfix {
    /// Where it listens.
    pub ports: Ports,
    ca: PathBuf,
    server: Server,
    folder: tempfile::TempDir,
}

impl Postfix {
    /// Starts one that delivers to a Dovecot's users; `None`, said aloud, where it cannot run.
    pub fn start(dovecot: &Dovecot) -> Option<Self> {
        let [postfix, postconf] = place::programs(["postfix", "postconf"])?;
        if !place::is_root() {
            place::skipped("Postfix needs root");
            return None;
        }
        let folder = place::folder();
        for name in ["etc", "spool", "lib"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        place::run(Command::new("chown").arg("postfix").arg(folder.path().join("lib")));
        let asked = place::run(Command::new(postconf).args(["-d", "-h", "daemon_directory"]));
        let daemons = PathBuf::from(String::from_utf8_lossy(&asked.stdout).trim());
        for _ in 0..3 {
            let port = place::free_port;
            let ports = Ports { smtp: port(), submission: port(), smtps: port() };
            write_config(folder.path(), &daemons, ports, dovecot);
            let etc = folder.path().join("etc");
            place::run(Command::new(&postfix).arg("-c").arg(&etc).arg("check"));
            let mut command = Command::new(daemons.join("master"));
            command.arg("-c").arg(&etc).arg("-d").env("MAIL_CONFIG", &etc);
            let mut server = Server::start(&mut command, &folder.path().join("postfix.log"));
            if [ports.smtp, ports.submission, ports.smtps].iter().all(|p| server.listens(*p)) {
                let ca = dovecot.authority.ca.clone();
                return Some(Self { ports, ca, server, folder });
            }
        }
        panic!("Postfix does not start:\n{}", log_of(folder.path()));
    }

    /// How Sigap would hand its letters in; a user of the Dovecot, unless the line is plain.
    pub fn account(&self, dovecot: &Dovecot, user: &str, tls: Tls) -> Account {
        let port = match tls {
            Tls::Implicit => self.ports.smtps,
            Tls::StartTls => self.ports.submission,
            Tls::Plain => self.ports.smtp,
        };
        let login = tls != Tls::Plain;
        Account {
            host: "localhost".to_owned(),
            port,
            tls,
            user: login.then(|| user.to_owned()),
            password: login.then(|| Secret::File(dovecot.password_file(user))),
            ca_file: Some(self.ca.clone()),
        }
    }

    /// Hands a message in over plain SMTP.
    pub fn deliver(&self, from: &str, to: &str, bytes: &[u8]) {
        Wire::dial(self.ports.smtp).deliver("EHLO test.example.test", from, to, bytes);
    }

    /// Stops it.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// What the server wrote.
    pub fn log(&self) -> String {
        log_of(self.folder.path())
    }
}

fn log_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("postfix.log")).unwrap_or_default()
}

fn write_config(folder: &Path, daemons: &Path, ports: Ports, dovecot: &Dovecot) {
    let users: Vec<&str> = dovecot.users().collect();
    let mut domains: Vec<&str> = users.iter().filter_map(|user| user.split('@').nth(1)).collect();
    domains.sort_unstable();
    domains.dedup();
    let boxes: String = users.iter().map(|user| format!("{user} ok\n")).collect();
    let facts = [
        ("@folder@", folder.display().to_string()),
        ("@daemons@", daemons.display().to_string()),
        ("@domains@", domains.join(" ")),
        ("@certificate@", dovecot.authority.certificate.display().to_string()),
        ("@key@", dovecot.authority.key.display().to_string()),
        ("@lmtp@", dovecot.ports.lmtp.to_string()),
        ("@auth@", dovecot.ports.auth.to_string()),
        ("@smtp@", ports.smtp.to_string()),
        ("@submission@", ports.submission.to_string()),
        ("@smtps@", ports.smtps.to_string()),
    ];
    let files = [("main.cf", MAIN), ("master.cf", MASTER), ("transport", TRANSPORT)];
    for (name, text) in files.into_iter().chain([("boxes", boxes.as_str())]) {
        let filled =
            facts.iter().fold(text.to_owned(), |text, (mark, fact)| text.replace(mark, fact));
        fs::write(folder.join("etc").join(name), filled).unwrap();
    }
}

const MAIN: &str = "\
compatibility_level = 3.6
queue_directory = @folder@/spool
data_directory = @folder@/lib
daemon_directory = @daemons@
mail_owner = postfix
setgid_group = postdrop
maillog_file = @folder@/postfix.log
maillog_file_prefixes = @folder@
myhostname = mail.example.test
myorigin = example.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = @domains@
virtual_mailbox_maps = texthash:@folder@/etc/boxes
virtual_transport = lmtp:inet:127.0.0.1:@lmtp@
transport_maps = texthash:@folder@/etc/transport
default_transport = error:5.1.2 Nothing leaves this machine
relay_transport = $default_transport
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_tls_cert_file = @certificate@
smtpd_tls_key_file = @key@
smtpd_tls_security_level = may
smtpd_tls_auth_only = no
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:@auth@
smtpd_sasl_security_options = noanonymous
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
in_flow_delay = 0
queue_run_delay = 5s
minimal_backoff_time = 5s
maximal_backoff_time = 5s
notify_classes =
biff = no
";

const TRANSPORT: &str = "\
bounce.test lmtp:inet:127.0.0.1:@lmtp@
defer.test retry:4.3.0 Not now
reject.test error:5.7.1 Refused
";

const MASTER: &str = "\
127.0.0.1:@smtp@ inet n - n - - smtpd
127.0.0.1:@submission@ inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:@smtps@ inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";
