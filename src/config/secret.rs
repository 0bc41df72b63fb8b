//! Where a password comes from, and how it is fetched. Neither ever prints.
//!
//! It is read anew before every login, so that a changed password needs no restart, and it is never
//! kept. This is blocking code: the doors call it through a blocking task. `config/servers` checks
//! how it is written; next comes the login in `imap/session` or `smtp/send`.

use std::fs::Metadata;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a password command may take.
const COMMAND_WITHIN: Duration = Duration::from_secs(10);
/// More than this is not a password but the wrong file.
const LONGEST: u64 = 64 * 1024;

/// Where a password comes from; read anew before every login.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// First line of a file that only its owner may read.
    File(PathBuf),
    /// First line that a command prints.
    Command(String),
    /// An environment variable.
    Env(String),
    /// A systemd credential by name.
    Credential(String),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A password. It prints as dots; only [`Password::expose`] shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password itself, for the login and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl std::fmt::Display for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Why there is no password; never holds any part of one, nor the command.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// The file is not there or may not be read.
    #[error("the password file {path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's words.
        why: String,
    },
    /// Others may read it.
    #[error(
        "the password file {path} may be used by others (mode {mode:04o}); run: chmod 600 {quoted}"
    )]
    Open {
        /// The file.
        path: String,
        /// Its permissions.
        mode: u32,
        /// The file, as a shell reads it.
        quoted: String,
    },
    /// The environment does not have it.
    #[error("the environment variable {0} is not set")]
    NoVariable(String),
    /// systemd has handed over no credentials at all.
    #[error("no credentials directory: {0} is only there when systemd starts Sigap")]
    NoCredentials(String),
    /// The command did not start.
    #[error("the password command cannot be started: {0}")]
    NotStarted(String),
    /// The command ended badly.
    #[error("the password command failed: {0}")]
    Failed(String),
    /// The command took too long.
    #[error("the password command took longer than {} s", .0.as_secs())]
    TooLong(Duration),
    /// There is something else than a password.
    #[error("the password is {0}")]
    Unfit(&'static str),
}

impl Secret {
    /// Fetches the password: the first line, without its line break. May take ten seconds.
    pub fn read(&self) -> Result<Password, SecretFault> {
        self.read_within(COMMAND_WITHIN)
    }

    /// The same with another patience for a command.
    pub fn read_within(&self, patience: Duration) -> Result<Password, SecretFault> {
        let bytes = match self {
            Self::File(path) => {
                inspect(path)?;
                read_file(path)?
            }
            Self::Command(command) => run(command, patience)?,
            Self::Env(name) => variable(name)?.into_bytes(),
            Self::Credential(name) => read_file(&credential(name)?)?,
        };
        first_line(bytes)
    }

    /// Whether it is there and closed to others; the password itself is not looked at.
    pub fn inspect(&self) -> Result<(), SecretFault> {
        match self {
            Self::File(path) => inspect(path),
            // Running it may ask a person something: that is for `doctor`.
            Self::Command(_) => Ok(()),
            Self::Env(name) => variable(name).map(drop),
            Self::Credential(name) => metadata(&credential(name)?).map(drop),
        }
    }
}

fn inspect(path: &Path) -> Result<(), SecretFault> {
    let mode = metadata(path)?.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display().to_string();
    let quoted = shell_word(&path);
    Err(SecretFault::Open { path, mode, quoted })
}

/// The word as a shell takes it: the advice is meant to be copied.
fn shell_word(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%=:,".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

fn metadata(path: &Path) -> Result<Metadata, SecretFault> {
    let found = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    // A pipe or a device could wait for ever.
    if found.is_file() { Ok(found) } else { Err(unreadable(path, &"it is not a plain file")) }
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> SecretFault {
    SecretFault::Unreadable { path: path.display().to_string(), why: why.to_string() }
}

fn read_file(path: &Path) -> Result<Vec<u8>, SecretFault> {
    metadata(path)?;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

fn variable(name: &str) -> Result<String, SecretFault> {
    #[expect(clippy::disallowed_methods, reason = "this is config/: a person named the variable")]
    let found = std::env::var(name);
    found.map_err(|_| SecretFault::NoVariable(name.to_owned()))
}

/// The file of a credential. systemd keeps it closed by an access list that mode bits do not
/// show, so they are not judged.
fn credential(name: &str) -> Result<PathBuf, SecretFault> {
    let folder = variable("CREDENTIALS_DIRECTORY")
        .map_err(|_| SecretFault::NoCredentials(name.to_owned()))?;
    Ok(Path::new(&folder).join(name))
}

fn run(command: &str, patience: Duration) -> Result<Vec<u8>, SecretFault> {
    // A group of its own, so that at the end of patience all of it can be ended.
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| SecretFault::NotStarted(error.to_string()))?;
    let group = child.id();
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(printed) = child.stdout.take() {
            // Broken output shows in the status or as an empty password.
            let _length = printed.take(LONGEST + 1).read_to_end(&mut bytes);
        }
        let _nobody_waits = done.send((bytes, child.wait()));
    });
    match wait.recv_timeout(patience) {
        Ok((bytes, ended)) => judge(bytes, ended),
        Err(_) => {
            end(group);
            Err(SecretFault::TooLong(patience))
        }
    }
}

fn judge(bytes: Vec<u8>, ended: std::io::Result<ExitStatus>) -> Result<Vec<u8>, SecretFault> {
    match ended {
        Ok(status) if status.success() => Ok(bytes),
        Ok(status) => Err(SecretFault::Failed(status.to_string())),
        Err(error) => Err(SecretFault::Failed(error.to_string())),
    }
}

/// Ends a process group; the waiting thread then sees its end.
fn end(group: u32) {
    let _status = Command::new("sh")
        .args(["-c", &format!("kill -s KILL -- -{group}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

fn first_line(bytes: Vec<u8>) -> Result<Password, SecretFault> {
    let text = String::from_utf8(bytes).map_err(|_| SecretFault::Unfit("not UTF-8 text"))?;
    let line = text.split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(SecretFault::Unfit("empty"));
    }
    if u64::try_from(line.len()).is_ok_and(|length| length > LONGEST) {
        return Err(SecretFault::Unfit("longer than 64 KiB"));
    }
    if line.chars().any(char::is_control) {
        return Err(SecretFault::Unfit("not one line of plain text"));
    }
    Ok(Password(line.to_owned()))
}
