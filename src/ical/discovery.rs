//! Which calendar collections are meant by an address (RFC 4791 §6.2, RFC 6764 §6).
//!
//! A calendar is itself. A place that holds calendars means them. Any other place is asked whose
//! login this is, and where that person's calendars are. Of a home only calendars that may hold
//! events and belong to whom the home belongs are meant: what a colleague shares would make their
//! absences the owner's.

use hyper::StatusCode;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::ical::answer::{Collection, Shelf};
use crate::ical::dav::{About, Said, properties};
use crate::ical::fault::Fault;
use crate::ical::fetch::{Visit, host};
use crate::ical::multistatus::{Properties, Row};

/// Nobody has more calendars of their own.
const MOST_CALENDARS: usize = 50;
/// Where a server tells where its calendars begin (RFC 6764 §5).
const WELL_KNOWN: &str = "/.well-known/caldav";

/// The calendars that an address means, and their state.
///
/// # Errors
/// Nobody is there, it is not answered, or there are none.
pub(in crate::ical) async fn find(visit: &mut Visit<'_>, known: &Shelf) -> Result<Shelf, Fault> {
    if !known.homes.is_empty() {
        // Where they are no longer is no fault yet: they may have moved.
        if let Ok(Some(shelf)) = in_homes(visit, known.homes.clone(), None).await {
            return Ok(shelf);
        }
    }
    let address = visit.site.url.clone();
    let (url, row) = begin(visit, &address).await?;
    if row.found.calendar {
        let collections = vec![collection(url, row.found)];
        return Ok(Shelf { homes: Vec::new(), collections });
    }
    if row.found.collection
        && let Some(shelf) = in_homes(visit, vec![url.clone()], None).await?
    {
        return Ok(shelf);
    }
    let (homes, principal) = homes(visit, &url, row.found).await?;
    let found = match homes.is_empty() {
        true => None,
        false => in_homes(visit, homes, principal.as_deref()).await?,
    };
    found.ok_or_else(|| Fault::NoCalendar(host(&url)))
}

/// The place to begin at: of a server that is named alone, the one that it names itself.
async fn begin(visit: &mut Visit<'_>, address: &Url) -> Result<(Url, Row), Fault> {
    if address.path() == "/"
        && let Ok(known) = address.join(WELL_KNOWN)
    {
        match place(visit, &known).await {
            Err(Fault::NoDav(..) | Fault::Status(..)) => {}
            other => return other,
        }
    }
    place(visit, address).await
}

/// What a place is.
async fn place(visit: &mut Visit<'_>, url: &Url) -> Result<(Url, Row), Fault> {
    let none = |status| Fault::NoDav(host(url), status);
    match properties(visit, url, About::Place).await? {
        Said::Rows(url, rows) => {
            let row = rows.into_iter().next().ok_or_else(|| none(207))?;
            match row.status {
                Some(status) if !row.is_there() => Err(none(status)),
                _ => Ok((url, row)),
            }
        }
        Said::Refused(_, status) if has_none(status) && status != StatusCode::FORBIDDEN => {
            Err(none(status.as_u16()))
        }
        Said::Refused(fault, _) => Err(fault),
    }
}

/// Whoever answers so has nothing of the kind there.
fn has_none(status: StatusCode) -> bool {
    status.is_success() || [400, 403, 404, 405, 410, 501].contains(&status.as_u16())
}

/// The homes of the person whose login this is, and who that is.
async fn homes(
    visit: &mut Visit<'_>,
    url: &Url,
    found: Properties,
) -> Result<(Vec<Url>, Option<String>), Fault> {
    let resolve = |visit: &Visit<'_>, base: &Url, hrefs: &[String]| {
        hrefs.iter().map(|href| visit.place(base, href)).collect::<Result<Vec<_>, _>>()
    };
    if !found.homes.is_empty() {
        return Ok((resolve(visit, url, &found.homes)?, found.principal));
    }
    let Some(principal) = found.principal else { return Ok((Vec::new(), None)) };
    let principal_at = visit.place(url, &principal)?;
    let (url, row) = place(visit, &principal_at).await?;
    Ok((resolve(visit, &url, &row.found.homes)?, Some(principal)))
}

/// The calendars in some homes; none where there are none, or where a place does not tell.
async fn in_homes(
    visit: &mut Visit<'_>,
    homes: Vec<Url>,
    principal: Option<&str>,
) -> Result<Option<Shelf>, Fault> {
    let (mut collections, mut untold) = (Vec::new(), None);
    for home in &homes {
        let (url, rows) = match properties(visit, home, About::Calendars).await? {
            Said::Rows(url, rows) => (url, rows),
            Said::Refused(fault, status) => match has_none(status) {
                true => return Ok(None),
                false => return Err(fault),
            },
        };
        let itself = rows.iter().find(|row| is_at(&url, &row.href, &url));
        let owner = itself.and_then(|row| row.found.owner.clone());
        let owner = owner.or(principal.map(str::to_owned));
        for row in rows {
            let theirs = is_theirs(&url, &row.found, owner.as_deref());
            if !row.is_there() || !row.found.typed {
                // It may be one of the calendars.
                untold = untold.or(Some(Fault::among(host(&url), row.status.unwrap_or(0))));
            } else if row.found.calendar && row.found.events != Some(false) && theirs {
                collections.push(collection(visit.place(&url, &row.href)?, row.found));
            }
        }
    }
    if let Some(fault) = untold.filter(|_| !collections.is_empty()) {
        return Err(fault);
    }
    collections.sort();
    collections.dedup();
    if collections.len() > MOST_CALENDARS {
        let host = homes.first().map(host).unwrap_or_default();
        return Err(Fault::Many(host, "50 calendars"));
    }
    Ok((!collections.is_empty()).then_some(Shelf { homes, collections }))
}

/// Whether a calendar belongs to the owner of its home; where nobody says so, it does.
fn is_theirs(base: &Url, found: &Properties, owner: Option<&str>) -> bool {
    let same = match (&found.owner, owner) {
        (Some(one), Some(other)) => base.join(other).is_ok_and(|other| is_at(base, one, &other)),
        (None, _) | (_, None) => true,
    };
    same && !found.shared
}

/// Whether two ways to write a place name the same one.
fn is_at(base: &Url, href: &str, other: &Url) -> bool {
    let path = |url: &Url| {
        let path = percent_decode_str(url.path()).collect::<Vec<u8>>();
        path.strip_suffix(b"/").map(<[u8]>::to_vec).unwrap_or(path)
    };
    base.join(href).is_ok_and(|url| path(&url) == path(other))
}

fn collection(url: Url, found: Properties) -> Collection {
    Collection { url, tag: found.ctag.or(found.sync_token) }
}
