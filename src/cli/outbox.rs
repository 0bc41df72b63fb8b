//! `outbox` and `mode`: what was sent and what was not, and how much may be sent at all.
//!
//! Holding is at once and for everything: the daemon asks before each letter. Only a person
//! releases; a restored database is taken over here and nowhere else (law 7).

use serde_json::json;

use crate::cli::args::ModeWord;
use crate::cli::exit::Exit;
use crate::cli::ground::Ground;
use crate::cli::judge::Form;
use crate::cli::page::{Page, Trouble};
use crate::cli::render;
use crate::engine::office::Office;
use crate::engine::telling;
use crate::model::policy::Mode;
use crate::store::db::{Access, Db, StoreError, open_to_read};
use crate::store::epoch::{self, Standing};
use crate::store::{facts, mailboxes};

/// So many letters are listed, unless all are asked for.
pub const LATEST: u32 = 200;

/// `outbox list`: so many of the latest letters.
pub fn list(ground: &Ground, page: &mut Page<'_>, most: u32) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let told = telling::outbox(&c, &office, most, page.now)?;
    match page.form {
        Form::Json => page.json(&told)?,
        Form::Human => render::outbox(page, &told)?,
    }
    Ok(Exit::Ok)
}

/// `outbox hold`: the kill switch.
pub fn hold(ground: &Ground, page: &mut Page<'_>, why: Option<&str>) -> Result<Exit, Trouble> {
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    let why = format!("a person: {}", why.unwrap_or("held on the command line"));
    let news = facts::hold(&step, &why, page.now)?;
    let held = facts::instance(&step)?.held.unwrap_or_default();
    step.commit().map_err(StoreError::from)?;
    let line = if news {
        "Nothing leaves until `sigap outbox release`.".to_owned()
    } else {
        format!("Nothing left already, and the first reason stays: {held}")
    };
    page.text(0, &line)?;
    Ok(Exit::Ok)
}

/// `outbox release`.
pub fn release(ground: &Ground, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let standing = epoch::standing(&db)?;
    let step = db.transaction()?;
    let held = facts::release(&step)?;
    let restored =
        standing != Standing::Same || held.as_ref().is_some_and(|why| why.starts_with("restored"));
    let recalled = if restored { epoch::begin_anew(&step, page.now)? } else { 0 };
    for owner in Office::known(&step, ground.charter.clone())?.owners.keys() {
        mailboxes::wake(&step, *owner, Some(page.now))?;
    }
    step.commit().map_err(StoreError::from)?;
    // Only after the rest is durable: a crash in between leaves it held.
    if restored {
        epoch::adopt(&db)?;
        let words = format!(
            "This database is the one to be used from now on. {recalled} queued letters were \
             recalled; what arrived until now is listed and not reminded of."
        );
        page.text(0, &words)?;
    }
    match &held {
        None if !restored => page.text(0, "Nothing was held.")?,
        None => {}
        Some(why) if why.starts_with("fuse") => page.text(
            0,
            &format!(
                "Released. It was the fuse: {why}. Please look at `sigap outbox list` for what \
                 made so many letters; it will blow again."
            ),
        )?,
        Some(why) => page.text(0, &format!("Released. It was held for: {why}"))?,
    }
    Ok(Exit::Ok)
}

/// `mode` with a word: sets the upper bound of a person.
pub fn set_mode(ground: &Ground, page: &mut Page<'_>, word: ModeWord) -> Result<Exit, Trouble> {
    let mode = match word {
        ModeWord::Observe => Mode::Observe,
        ModeWord::Nudge => Mode::Nudge,
        ModeWord::Full => Mode::Full,
    };
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    facts::set_mode(&step, Some(mode))?;
    for owner in Office::known(&step, ground.charter.clone())?.owners.keys() {
        mailboxes::wake(&step, *owner, Some(page.now))?;
    }
    step.commit().map_err(StoreError::from)?;
    show(ground, page, Some(mode))
}

/// `mode` without a word: shows the effective one, the file's and the one that was set.
pub fn show_mode(ground: &Ground, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    let set = facts::instance(&c)?.mode;
    show(ground, page, set)
}

fn show(ground: &Ground, page: &mut Page<'_>, set: Option<Mode>) -> Result<Exit, Trouble> {
    let file = ground.settings.mode;
    let effective = set.map_or(file, |set| set.min(file));
    match page.form {
        Form::Json => page.json(&json!({
            "v": 1,
            "effective": effective.word(),
            "file": file.word(),
            "set": set.map(Mode::word),
        }))?,
        Form::Human => {
            let set = set.map_or("none", Mode::word);
            page.text(
                0,
                &format!(
                    "{}. The file says {}, set with `sigap mode`: {set}; the lower of the two \
                     counts.",
                    effective.word(),
                    file.word()
                ),
            )?;
        }
    }
    Ok(Exit::Ok)
}
