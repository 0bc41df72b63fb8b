//! An owner's calendar on a CalDAV server (RFC 4791): nothing is read while its collections say
//! that they are as they were, and whatever is read is read whole.
//!
//! Asked for is what touches the time that the reader looks at. A server that cannot answer that
//! is asked for all events, and then for the list of them and each by its name. A row that is
//! missing, kept back or faulty makes the whole answer one from which nothing follows.

use std::fmt::Write;

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use url::Url;

use crate::config::agenda::Site;
use crate::ical::answer::{Answer, Collection, Version};
use crate::ical::dav::{self, About, Said};
use crate::ical::discovery;
use crate::ical::fault::Fault;
use crate::ical::fetch::{Visit, host, within};
use crate::ical::multistatus::{MOST_ROWS, Row};

/// So many events are asked for by name at once.
const AT_ONCE: usize = 100;
/// Times without a zone may be meant in any: by the clocks they are up to 14 hours away.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);

/// Asks for all that touches a time, unless it is as it was.
///
/// # Errors
/// Nothing follows from any of them; the next reading tries again.
pub async fn fetch(
    site: &Site,
    password: Option<&str>,
    known: &Version,
    (from, until): (Timestamp, Timestamp),
) -> Result<Answer, Fault> {
    let from = from.saturating_sub(MARGIN).unwrap_or(Timestamp::MIN);
    let until = until.saturating_add(MARGIN).unwrap_or(Timestamp::MAX);
    within(all(&mut Visit::new(site, password), known, (from, until))).await
}

async fn all(
    visit: &mut Visit<'_>,
    known: &Version,
    span: (Timestamp, Timestamp),
) -> Result<Answer, Fault> {
    let known = match known {
        Version::Collections(shelf) => shelf.clone(),
        Version::Unknown | Version::File { .. } => Default::default(),
    };
    let mut shelf = discovery::find(visit, &known).await?;
    for collection in shelf.collections.iter_mut().filter(|it| it.tag.is_none()) {
        collection.tag = tag(visit, collection).await?;
    }
    if shelf.is_as(&known) {
        return Ok(Answer::Unchanged);
    }
    let mut parts = Vec::new();
    for collection in &shelf.collections {
        parts.extend(events(visit, &collection.url, span).await?);
        if parts.len() > MOST_ROWS {
            return Err(Fault::Many(host(&collection.url), "10,000 events"));
        }
    }
    Ok(Answer::Whole(parts, Version::Collections(shelf)))
}

/// A word made of the words of all that a collection holds; none where one of them has none.
async fn tag(visit: &mut Visit<'_>, collection: &Collection) -> Result<Option<String>, Fault> {
    let Ok(rows) = list(visit, &collection.url).await else { return Ok(None) };
    let pairs = rows.iter().map(|row| Some((row.href.as_str(), row.found.etag.as_deref()?)));
    let Some(mut pairs) = pairs.collect::<Option<Vec<_>>>() else { return Ok(None) };
    pairs.sort_unstable();
    let digest = digest(&SHA256, format!("{pairs:?}").as_bytes());
    let mut word = String::new();
    for byte in digest.as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(word, "{byte:02x}");
    }
    Ok(Some(word))
}

/// Everything that a collection holds, by name.
async fn list(visit: &mut Visit<'_>, url: &Url) -> Result<Vec<Row>, Fault> {
    match dav::properties(visit, url, About::Events).await? {
        Said::Refused(fault, _) => Err(fault),
        Said::Rows(url, rows) => {
            whole(&url, &rows)?;
            Ok(rows.into_iter().filter(|row| !row.found.collection).collect())
        }
    }
}

/// The events of a collection, as iCalendar files.
async fn events(
    visit: &mut Visit<'_>,
    url: &Url,
    span: (Timestamp, Timestamp),
) -> Result<Vec<Vec<u8>>, Fault> {
    for span in [Some(span), None] {
        let rows = match dav::events(visit, url, span).await? {
            // It gave up half-way (RFC 5323 §5.17): in small pieces it may come all the same.
            Said::Rows(_, rows) if rows.iter().any(|row| row.status == Some(507)) => break,
            Said::Rows(_, rows) => rows,
            Said::Refused(fault, status) => match may_be_asked_otherwise(status) {
                true => continue,
                false => return Err(fault),
            },
        };
        whole(url, &rows)?;
        let (mut parts, mut bare) = (Vec::new(), Vec::new());
        for row in rows {
            match row.found.data {
                Some(text) if !text.trim().is_empty() => parts.push(text.into_bytes()),
                _ if row.found.collection => {}
                _ => bare.push(row.href),
            }
        }
        parts.extend(named(visit, url, &bare).await?);
        return Ok(parts);
    }
    let rows = list(visit, url).await?;
    let hrefs: Vec<String> = rows.into_iter().map(|row| row.href).collect();
    named(visit, url, &hrefs).await
}

/// The question is refused, or makes the server fall over, and not whoever asks.
fn may_be_asked_otherwise(status: StatusCode) -> bool {
    [400, 403, 405, 409, 412, 415, 422, 500, 501, 507].contains(&status.as_u16())
}

/// Events by their names.
async fn named(visit: &mut Visit<'_>, url: &Url, hrefs: &[String]) -> Result<Vec<Vec<u8>>, Fault> {
    let mut parts = Vec::new();
    for some in hrefs.chunks(AT_ONCE) {
        let rows = match dav::named_events(visit, url, some).await? {
            Said::Rows(_, rows) => rows,
            Said::Refused(fault, _) => return Err(fault),
        };
        whole(url, &rows)?;
        let before = parts.len();
        let texts = rows.into_iter().filter_map(|row| row.found.data);
        parts.extend(texts.filter(|text| !text.trim().is_empty()).map(String::into_bytes));
        if parts.len() - before < some.len() {
            let why = "entries that it lists do not come".to_owned();
            return Err(Fault::Partial(host(url), why));
        }
    }
    Ok(parts)
}

/// That every row is of something that is there and is told.
fn whole(url: &Url, rows: &[Row]) -> Result<(), Fault> {
    let faults = rows.iter().filter_map(|row| match row.withheld {
        // The server does not put events into lists; they can be had by name.
        Some(404) => None,
        Some(status) => Some(status),
        None => row.status.filter(|_| !row.is_there()),
    });
    faults.into_iter().next().map_or(Ok(()), |status| Err(Fault::among(host(url), status)))
}
