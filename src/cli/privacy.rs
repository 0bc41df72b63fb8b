//! `privacy`: who can see what, by the configuration and what readers of reports have said.
//!
//! It only reads, and names nobody's mail.

use serde_json::{Value, json};

use crate::cli::exit::Exit;
use crate::cli::ground::Ground;
use crate::cli::judge::Form;
use crate::cli::page::{Page, Trouble};
use crate::engine::office::Office;
use crate::engine::readers::{Reader, readers};
use crate::model::owner::Owner;
use crate::model::report::PEOPLE;
use crate::model::team::{Frequency, Level};
use crate::store::db::{Connection, open_to_read};
use crate::store::wishes;

struct Team<'a> {
    name: &'a str,
    level: &'a Level,
    people: u32,
    readers: Vec<(&'a Reader, &'static str)>,
}

/// Tells it.
pub fn privacy(ground: &Ground, page: &mut Page<'_>) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let readers = readers(&c, &office)?;
    let teams = teams(&c, ground, &readers)?;
    let own = own_reports(&c, ground, &readers)?;
    if page.form == Form::Json {
        let teams: Vec<Value> = teams.iter().map(document).collect();
        page.json(&json!({
            "v": 1,
            "now": page.now,
            "owners": ground.charter.owners.len(),
            "own_reports": own,
            "stand_ins": stand_ins(ground),
            "admin": ground.charter.admin,
            "teams": teams,
        }))?;
        return Ok(Exit::Ok);
    }
    everybody(ground, own, page)?;
    for team in &teams {
        told(page, team)?;
    }
    Ok(Exit::Ok)
}

fn teams<'a>(
    c: &Connection,
    ground: &'a Ground,
    readers: &'a [Reader],
) -> Result<Vec<Team<'a>>, Trouble> {
    let mut teams = Vec::new();
    for (name, team) in &ground.charter.teams {
        let is_in = |team: &Option<String>| team.as_ref() == Some(name);
        let people = ground.charter.owners.iter().filter(|owner| is_in(&owner.team)).count();
        let people = u32::try_from(people).unwrap_or(u32::MAX);
        let mut found = Vec::new();
        for reader in readers.iter().filter(|reader| reader.teams.contains(name)) {
            let often = wishes::wish(c, &reader.address)?.unwrap_or_default();
            found.push((reader, often.word()));
        }
        teams.push(Team { name, level: &team.level, people, readers: found });
    }
    Ok(teams)
}

/// How many have a report of their own by mail.
fn own_reports(c: &Connection, ground: &Ground, readers: &[Reader]) -> Result<usize, Trouble> {
    let wished = |owner: &&Owner| readers.iter().any(|one| one.own && owner.is(&one.address));
    let mut count = 0;
    let have = ground.charter.owners.iter().filter(|owner| owner.own_report || wished(owner));
    for address in have.filter_map(|owner| owner.main_address()) {
        count += usize::from(wishes::wish(c, address)? != Some(Frequency::Never));
    }
    Ok(count)
}

/// How many different people stand in for somebody.
fn stand_ins(ground: &Ground) -> usize {
    let owners = ground.charter.owners.iter();
    let all: std::collections::BTreeSet<_> = owners.flat_map(|owner| &owner.delegates).collect();
    all.len()
}

fn everybody(ground: &Ground, own: usize, page: &mut Page<'_>) -> Result<(), Trouble> {
    page.heading("Who can see what")?;
    let mut line = |who: &str, what: &str| page.text(2, &format!("{who}: {what}"));
    line(
        "each owner",
        "their own requests, reminders, absences and what is awaited; nobody else's",
    )?;
    match own {
        0 => {}
        count => line(&format!("{count} of them"), "a report of their own, by mail")?,
    }
    let count = stand_ins(ground);
    line(
        &format!("{count} who stand in for somebody"),
        "urgent emails of an absence, handed over one by one with the original",
    )?;
    line(
        "requesters",
        "while somebody is away: that they are; who is known, also until when and who stands in",
    )?;
    let admin = ground.charter.admin.as_ref();
    let admin = admin.map_or("no admin".to_owned(), |admin| format!("the admin, {admin}"));
    line(&admin, "which mailbox cannot be read and what holds letters; no mail")?;
    line(
        "whoever may run sigap here or read its database",
        "all that is kept; texts of emails are not",
    )
}

fn told(page: &mut Page<'_>, team: &Team<'_>) -> Result<(), Trouble> {
    let people = if team.people == 1 { "person" } else { "people" };
    page.heading(&format!("Team {}, {} {people}", team.name, team.people))?;
    if team.people < PEOPLE {
        return page.text(2, "Nothing is shown of a team of fewer than five people.");
    }
    page.text(2, "Figures of the whole team, none of fewer than ten requests.")?;
    let threads = "What waits longest by subject and organisation, who asks most, what is awaited";
    match team.level {
        Level::Aggregate => page.text(2, "No single requests; nobody is named."),
        Level::Threads => page.text(2, &format!("{threads}; nobody is named.")),
        Level::Named { agreement } => {
            page.text(2, &format!("{threads}, and with whom it lies; agreed: {agreement}"))
        }
    }?;
    if team.readers.is_empty() {
        return page.text(2, "Nobody has them by mail.");
    }
    for (reader, often) in &team.readers {
        page.text(2, &format!("{}: {often}", reader.address))?;
    }
    Ok(())
}

fn document(team: &Team<'_>) -> Value {
    let reader =
        |(reader, often): &(&Reader, &str)| json!({ "reader": reader.address, "wanted": often });
    json!({
        "team": team.name,
        "people": team.people,
        "shown": if team.people < PEOPLE { "nothing" } else { team.level.word() },
        "agreement": match team.level {
            Level::Named { agreement } => Some(agreement),
            Level::Aggregate | Level::Threads => None,
        },
        "readers": team.readers.iter().map(reader).collect::<Vec<Value>>(),
    })
}
