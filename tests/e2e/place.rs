//! The ground that test servers stand on: a temporary folder, free ports, a child that ends.

use std::fs::{self, Permissions};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Where programs of the system lie that are not on every person's path.
const PLACES: &[&str] = &["/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/bin", "/usr/local/bin"];

/// The paths of all programs named; `None`, said aloud, if one is missing.
///
/// With `SIGAP_E2E=require` a missing program fails the test.
pub fn programs<const N: usize>(names: [&str; N]) -> Option<[PathBuf; N]> {
    let found = names.map(|name| {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut folders = path.split(':').chain(PLACES.iter().copied());
        folders.find_map(|folder| Some(Path::new(folder).join(name)).filter(|file| file.is_file()))
    });
    let missing: Vec<&str> = names
        .iter()
        .zip(&found)
        .filter(|(_, path)| path.is_none())
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        return Some(found.map(Option::unwrap));
    }
    assert!(!required(), "SIGAP_E2E=require, and there is no {}", missing.join(", no "));
    skipped(&format!("no {}", missing.join(", no ")));
    None
}

/// Whether a skipped test is a failed one.
pub fn required() -> bool {
    std::env::var("SIGAP_E2E").is_ok_and(|value| value == "require")
}

/// Says aloud that a test did nothing; the test runner does not swallow this line.
pub fn skipped(why: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {why}");
}

/// Whether this process may act as any user.
pub fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        line.and_then(|uids| uids.split_whitespace().nth(1).map(|uid| uid == "0")) == Some(true)
    })
}

/// The name (`-un`) or the group (`-gn`) of whoever runs the tests.
pub fn own_name(option: &str) -> String {
    let output = run(Command::new("id").arg(option));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Writes a password into a file that only its owner may read.
pub fn secret(file: &Path, word: &str) {
    fs::write(file, word).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
}

/// A folder that the servers' own users may pass through.
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("sigap").tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
    folder
}

/// A port of loopback that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Runs a command to its end; fails with what it said.
pub fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Asks again and again until there is an answer; fails after the time given.
pub fn wait_for<T>(what: &str, within: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < within, "{what}: not within {within:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A server process; ended when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts a program that stays in the foreground; what it prints goes to a file.
    pub fn start(command: &mut Command, log: &Path) -> Self {
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child }
    }

    /// Waits until a port answers; false if the process ended instead.
    pub fn listens(&mut self, port: u16) -> bool {
        wait_for(&format!("port {port} answers"), Duration::from_secs(60), || {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return Some(false);
            }
            TcpStream::connect(("127.0.0.1", port)).ok().map(|_| true)
        })
    }

    /// Ends it and its children. A Dovecot that was only asked goes on for half a minute with whoever
    /// is idling.
    pub fn stop_all(&mut self) {
        let id = self.child.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        self.stop();
        for child in children.unwrap_or_default().split_whitespace() {
            // Most have ended by themselves.
            let _ = Command::new("kill").args(["-s", "KILL", child]).stderr(Stdio::null()).status();
        }
    }

    /// Asks the process to end, and ends it if it does not within ten seconds.
    pub fn stop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if began.elapsed() > Duration::from_secs(10) {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
