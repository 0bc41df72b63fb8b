//! Servers whose packages exclude Dovecot's: `tests/run` unpacks them in a folder that
//! `SIGAP_SERVERS` names, and they run from a copy that their own users may enter.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place;

/// A copy of the unpacked servers.
#[derive(Debug)]
pub struct Beside {
    root: PathBuf,
    libraries: String,
}

impl Beside {
    /// Copies them into a folder; `None`, said aloud, where there are none.
    ///
    /// With `SIGAP_E2E=require` they must have been unpacked, unless `SIGAP_SERVERS=none` says that
    /// this could not be done here.
    pub fn copy_into(folder: &Path) -> Option<Self> {
        let named = std::env::var("SIGAP_SERVERS").unwrap_or_default();
        if named.is_empty() || named == "none" {
            let forgiven = named == "none" || !place::required();
            assert!(forgiven, "SIGAP_E2E=require, and SIGAP_SERVERS names no unpacked servers");
            place::skipped("no unpacked servers (SIGAP_SERVERS)");
            return None;
        }
        let root = folder.join("unpacked");
        fs::create_dir(&root).unwrap();
        place::run(Command::new("cp").arg("-r").arg(Path::new(&named).join("usr")).arg(&root));
        let lib = root.join("usr/lib");
        let below = fs::read_dir(&lib).unwrap().map(|entry| entry.unwrap().path());
        let paths: Vec<String> =
            [lib.clone()].into_iter().chain(below).map(|path| path.display().to_string()).collect();
        Some(Self { root, libraries: paths.join(":") })
    }

    /// Where something lies: `usr/lib/…`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Sets the libraries for a command.
    pub fn with_libraries<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("LD_LIBRARY_PATH", &self.libraries)
    }
}
