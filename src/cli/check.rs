//! `sigap check`: is the configuration right, and is there what it points at?
//!
//! It reads the files and looks whether folders, certificates and password files are there, the
//! last closed to others, and who of those who stand in is heard. It opens no mailbox and sends
//! nothing: that is `cli/doctor`. The caller prints the report.

use std::fmt::Write;
use std::path::Path;

use jiff::civil::Date;

use crate::cli::inbox;
use crate::config::check::{Thing, Touch};
use crate::config::fault::{Advice, Fault};
use crate::config::secret::Secret;
use crate::config::settings::{Loaded, load};

/// All is right.
const OK: u8 = 0;
/// Problems were found.
const PROBLEMS: u8 = 3;

/// The report on a configuration and the exit code: 0, or 3 with problems. `today` tells which
/// years of holidays are needed.
pub fn check(path: &Path, today: Date) -> (String, u8) {
    let mut report = String::new();
    let loaded = match load(path) {
        Ok(loaded) => loaded,
        Err(faults) => {
            list(&mut report, "", &faults.0);
            let count = counted(faults.0.len(), "problem");
            line(&mut report, &format!("{count} found; the configuration cannot be used."));
            return (report, PROBLEMS);
        }
    };
    let mut faults = Vec::new();
    let mut warnings = loaded.warnings.clone();
    warnings.extend(loaded.holiday_gaps(today));
    warnings.extend(inbox::unheard(path, &loaded.settings, today));
    for touch in &loaded.touches {
        match touch_it(touch) {
            Ok(()) => {}
            Err(advice) if is_only_a_warning(touch) => warnings.push(touch.place.fault(advice)),
            Err(advice) => faults.push(touch.place.fault(advice)),
        }
    }
    list(&mut report, "", &faults);
    list(&mut report, "warning: ", &warnings);
    line(&mut report, &summary(path, &loaded));
    if let Some(own) = &loaded.settings.inbox {
        line(&mut report, &format!("[inbox]: {}.", inbox::needs(&own.address)));
    }
    let warned = counted(warnings.len(), "warning");
    if faults.is_empty() {
        line(&mut report, &format!("No problems, {warned}."));
        (report, OK)
    } else {
        let found = counted(faults.len(), "problem");
        line(&mut report, &format!("{found}, {warned}."));
        (report, PROBLEMS)
    }
}

fn summary(path: &Path, loaded: &Loaded) -> String {
    let settings = &loaded.settings;
    format!(
        "{}: mode {}, {}, {}, {}.",
        path.display(),
        settings.mode.word(),
        counted(settings.owners.len(), "owner"),
        counted(settings.teams.len(), "team"),
        counted(settings.policy.tiers.len(), "tier"),
    )
}

/// The credential directory and a daemon's environment are not there on a person's terminal.
fn is_only_a_warning(touch: &Touch) -> bool {
    match &touch.thing {
        Thing::Secret(Secret::Env(_) | Secret::Credential(_)) => true,
        Thing::Secret(Secret::File(_) | Secret::Command(_))
        | Thing::File(_)
        | Thing::Folder(_)
        | Thing::Inside(_) => false,
    }
}

fn touch_it(touch: &Touch) -> Result<(), Advice> {
    match &touch.thing {
        Thing::Secret(secret) => {
            secret.inspect().map_err(|fault| Advice::new(fault.to_string(), ""))
        }
        Thing::File(file) => file_is_there(file),
        Thing::Folder(folder) => folder_is_there(folder),
        Thing::Inside(file) => match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder_is_there(folder),
            _ => Ok(()),
        },
    }
}

fn file_is_there(file: &Path) -> Result<(), Advice> {
    let said = |why: &dyn std::fmt::Display| Advice::new(format!("{}: {why}", file.display()), "");
    let found = std::fs::metadata(file).map_err(|error| said(&error))?;
    // Only then opened: a pipe could wait for ever.
    if !found.is_file() {
        return Err(said(&"it is not a plain file"));
    }
    std::fs::File::open(file).map(drop).map_err(|error| said(&error))
}

fn folder_is_there(folder: &Path) -> Result<(), Advice> {
    if folder.is_dir() {
        return Ok(());
    }
    let what = format!("the folder {} is not there", folder.display());
    Err(Advice::new(what, "make it, or write the right path"))
}

fn list(report: &mut String, before: &str, faults: &[Fault]) {
    for fault in faults {
        line(report, &format!("{before}{fault}"));
    }
}

fn line(report: &mut String, words: &str) {
    // Writing into a text cannot fail.
    let _always_fits = writeln!(report, "{words}");
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
