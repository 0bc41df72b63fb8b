//! The commands that only read: `list`, `why`, `backup`, `person export`, `check`, `judge`.
//!
//! None of them can write to the database, so each may be run at any time beside the daemon.

use std::io::BufReader;
use std::path::Path;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::cli::args::Judge;
use crate::cli::check::check as check_files;
use crate::cli::exit::Exit;
use crate::cli::ground::{Ground, find, owner};
use crate::cli::judge::{Bench, Form, Tally, judge_files, judge_lines, judge_mail};
use crate::cli::page::{Page, Trouble};
use crate::cli::{render, render_why};
use crate::config::places;
use crate::config::settings::load;
use crate::engine::explain::{self, Asked};
use crate::engine::listing::{self, Reach};
use crate::engine::office::{Office, templates};
use crate::mail::identity;
use crate::model::address::Address;
use crate::model::awaited;
use crate::model::message::MessageKey;
use crate::model::obligation::dereference;
use crate::model::policy::{Fuse, Policy, Replies, Tier, WhileAway};
use crate::store::db::open_to_read;
use crate::store::{backup as copies, person};

/// `list`: who is waiting.
pub fn list(
    ground: &Ground,
    page: &mut Page<'_>,
    whose: Option<&str>,
    reach: Reach,
) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let one = whose.map(|text| owner(&office, text)).transpose()?.map(|owner| owner.id);
    let mut found = listing::list(&c, &office, one, reach, page.now)?;
    if one.is_none() {
        found.mailboxes.extend(ground.unmet(&office));
    }
    match page.form {
        Form::Json => page.json(&found)?,
        Form::Human => render::listing(page, &found)?,
    }
    Ok(Exit::Ok)
}

/// `why`: the explanation of an obligation, a message or a letter.
pub fn why(ground: &Ground, page: &mut Page<'_>, what: &str) -> Result<Exit, Trouble> {
    let asked = asked(what)?;
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let told = explain::why(&c, &office, &asked, page.now)?;
    if told.cases.is_empty() && told.letter.is_none() {
        return Err(Trouble::failure(format!("nothing is on record about {}", told.asked)));
    }
    match page.form {
        Form::Json => page.json(&told)?,
        Form::Human => render_why::why(page, &told)?,
    }
    Ok(Exit::Ok)
}

fn asked(what: &str) -> Result<Asked, Trouble> {
    if what.contains(['@', '<']) || what.starts_with("hash:") {
        let inner = what.trim().trim_start_matches('<').trim_end_matches('>');
        let key = identity::ids(&format!("<{inner}>")).into_iter().next();
        return Ok(Asked::Message(key.unwrap_or_else(|| MessageKey(inner.to_owned()))));
    }
    if let Some(id) = awaited::dereference(what) {
        return Ok(Asked::Awaited(id));
    }
    dereference(what).map(Asked::Obligation).ok_or_else(|| {
        let words = format!("{what:?} is neither a reference like S-7K2QM nor a Message-ID");
        Trouble::usage(words)
    })
}

/// `backup`: a copy that is whole, while the daemon runs.
pub fn backup(ground: &Ground, page: &mut Page<'_>, target: &Path) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    copies::backup(&c, target)?;
    let words = format!(
        "The database was copied to {} and the copy was checked. Leave the epoch file beside the \
         database out of backups.",
        target.display()
    );
    match page.form {
        Form::Json => page.json(&json!({ "v": 1, "backup": target.display().to_string() }))?,
        Form::Human => page.text(0, &words)?,
    }
    Ok(Exit::Ok)
}

/// `person export`: everything that names an address, as JSON.
pub fn export(ground: &Ground, page: &mut Page<'_>, address: &str) -> Result<Exit, Trouble> {
    let address = parsed(address)?;
    let c = open_to_read(ground.store()?)?;
    let all = person::export(&c, &address)?;
    page.json(&all)?;
    Ok(Exit::Ok)
}

/// An address as a person types it.
pub fn parsed(address: &str) -> Result<Address, Trouble> {
    Address::parse(address)
        .ok_or_else(|| Trouble::usage(format!("{address:?} is not an email address")))
}

/// `check`: configuration, templates, holidays.
pub fn check(named: Option<&Path>, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let path = find(named)?;
    let today = page.now.to_zoned(TimeZone::UTC).date();
    let (mut report, code) = check_files(&path, today);
    let mut exit = if code == 0 { Exit::Ok } else { Exit::Problems };
    // Templates lie outside the files that were checked so far.
    let folder = load(&path).ok().and_then(|loaded| loaded.settings.templates);
    if let Some(folder) = folder.filter(|folder| folder.is_dir())
        && let Err(faults) = templates(Some(&folder))
    {
        let shown = folder.display();
        let lines = faults.lines().map(|fault| format!("{shown}/{fault}\n"));
        report = lines.chain([report]).collect();
        exit = Exit::Problems;
    }
    match page.form {
        Form::Json => {
            let lines: Vec<&str> = report.lines().collect();
            page.json(&json!({ "v": 1, "ok": exit == Exit::Ok, "lines": lines }))?;
        }
        Form::Human => write!(page.out, "{report}")?,
    }
    Ok(exit)
}

/// `judge`: verdicts on single messages, with the configured thresholds where there are some.
pub fn judge(named: Option<&Path>, page: &mut Page<'_>, asked: &Judge) -> Result<Exit, Trouble> {
    let policy = match (named, places::find(named)) {
        (Some(_), _) | (None, Ok(_)) => Ground::load(named)?.settings.policy,
        (None, Err(_)) => usual(),
    };
    let addresses: Vec<Address> =
        asked.owner.iter().map(|text| parsed(text)).collect::<Result<_, _>>()?;
    let bench = Bench { policy: &policy, addresses: &addresses, form: page.form };
    let mut tally = Tally::default();
    if asked.jsonl {
        tally = judge_lines(BufReader::new(std::io::stdin()), &policy, &mut page.out)?;
    } else if asked.files.is_empty() {
        let input = BufReader::new(std::io::stdin());
        judge_mail(input, "stdin", bench, &mut page.out, &mut tally)?;
    } else {
        tally = judge_files(&asked.files, bench, &mut page.out)?;
    }
    Ok(if tally.faults == 0 { Exit::Ok } else { Exit::Failure })
}

/// What counts where nothing is configured.
fn usual() -> Policy {
    let everyone = Tier {
        name: "everyone".to_owned(),
        matches: Vec::new(),
        reply_within: SignedDuration::from_hours(8),
        ladder: Vec::new(),
        priority_words: Vec::new(),
        away: WhileAway::Rest,
    };
    Policy {
        tiers: vec![everyone],
        asks_from: 0.6,
        unsure_from: 0.45,
        follow_up_within: Some(SignedDuration::from_hours(24)),
        fresh_within: SignedDuration::from_secs(60),
        settle: SignedDuration::from_mins(15),
        urgent_extra: 1,
        due_soon: SignedDuration::from_hours(2),
        accept_within: SignedDuration::from_hours(2),
        fuse: Fuse {
            instance_per_hour: 200,
            address_per_day: 6,
            domain_per_hour: 20,
            owner_per_hour: 40,
        },
        own_domains: Vec::new(),
        replies: Replies::default(),
        groups: Vec::new(),
    }
}
