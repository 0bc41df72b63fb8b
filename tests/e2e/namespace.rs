//! A mount namespace of a test's own: what is mounted there nobody else sees, and it is gone with
//! the test, however that ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::place;

/// Held open by a process that ends when the test does.
pub struct Namespace {
    anchor: Child,
}

impl Namespace {
    /// Runs a shell line that mounts something. `None`: the system does not allow it.
    pub fn with(mount: &str) -> Option<Self> {
        let mut command = Command::new("unshare");
        if !place::is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        let mut anchor = command
            .args(["--mount", "sh", "-c", &format!("{mount} && echo there && exec cat")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(anchor.stdout.take()?).read_line(&mut line).ok()?;
        let it = Self { anchor };
        (line == "there\n").then_some(it)
    }

    /// What stands before a command that is to run inside.
    pub fn wrap(&self) -> Vec<String> {
        let mut wrap = vec!["nsenter".to_owned(), "--mount".to_owned()];
        if !place::is_root() {
            wrap.extend(["--user", "--preserve-credentials"].map(str::to_owned));
        }
        wrap.extend(["--target".to_owned(), self.anchor.id().to_string()]);
        wrap
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.anchor.kill();
        let _ = self.anchor.wait();
    }
}
