//! The files of a configuration: opened with a bound, found by the patterns of `include`.
//!
//! A `*` stands for any signs in the last part of a path only; included files include nothing. What
//! stands in them is read by `config/reader`.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::config::check::Check;
use crate::config::fault::{Advice, quoted};
use crate::config::written::{Spot, Texts};

/// Tens of thousands of owners fit in it; more is the wrong file.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The text of a file; `None` with a fault noted.
pub fn open(check: &mut Check, path: &Path) -> Option<String> {
    let bytes = match read_bounded(path) {
        Ok(bytes) => bytes,
        Err(why) => {
            check.unreadable(path, None, Advice::new(format!("cannot be read: {why}"), ""));
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let sound = error.utf8_error().valid_up_to();
            let before = error.as_bytes().iter().take(sound);
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            let advice = Advice::new("is not UTF-8 text from here on", "save it as UTF-8");
            check.unreadable(path, Some(line), advice);
            None
        }
    }
}

/// The files that the patterns name, each pattern's in alphabetical order.
pub fn find(check: &mut Check, patterns: &Texts) -> Vec<(Spot, PathBuf)> {
    let mut found = Vec::new();
    for text in patterns.value.as_deref().unwrap_or_default() {
        let Some((spot, path)) = check.path(text) else { continue };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let folder = path.parent().unwrap_or(Path::new(""));
        let shown = quoted(text.value.as_deref().unwrap_or_default());
        if folder.to_string_lossy().contains('*') {
            let what = format!("{shown} has a * before the last part of the path");
            check.fault(&spot, Advice::new(what, "write for example \"owners.d/*.toml\""));
            continue;
        }
        let Some(pattern) = name.filter(|name| name.contains('*')) else {
            found.push((spot, path));
            continue;
        };
        match list(folder, &pattern) {
            Ok(files) if files.is_empty() => {
                let what = format!("{shown} matches no file");
                check.warn(&spot, Advice::new(what, "look whether the folder is the right one"));
            }
            Ok(files) => found.extend(files.into_iter().map(|file| (spot.clone(), file))),
            Err(why) => {
                let what = format!("{shown}: the folder cannot be read: {why}");
                check.fault(&spot, Advice::new(what, "make the folder or leave the line out"));
            }
        }
    }
    found
}

/// Whether a name fits a pattern in which `*` stands for any signs, none included.
pub fn fits(name: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return name == pattern };
    let Some(mut left) = name.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // The leftmost place of each part leaves most for those behind it.
    for part in parts {
        match left.split_once(part) {
            Some((_, behind)) => left = behind,
            None => return false,
        }
    }
    left.ends_with(last)
}

fn list(folder: &Path, pattern: &str) -> std::io::Result<Vec<PathBuf>> {
    let real = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(real)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // Hidden files are an editor's leavings.
        if !name.starts_with('.') && fits(&name, pattern) {
            files.push(folder.join(name));
        }
    }
    files.sort();
    Ok(files)
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, String> {
    // A pipe or a device could wait for ever.
    let found = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("it is not a plain file".to_owned());
    }
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err("it is larger than 64 MiB".to_owned());
    }
    Ok(bytes)
}
