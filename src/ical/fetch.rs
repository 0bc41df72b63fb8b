//! A calendar from a web address (HTTP, RFC 9110): asked for only if it has changed, bounded in
//! bytes and time, and never from an address within the house unless that is allowed.
//!
//! Each hop is resolved, its addresses are checked, and the line goes to one of those that were
//! checked, so that a name cannot mean something else a moment later. No proxy, no compression, no
//! cookie; the login goes to no other host than the one it was written for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use url::{Host, Url};

use crate::config::agenda::Site;
use crate::config::settings::{Account, Tls};
use crate::ical::read::LARGEST;
use crate::net::{self, Line};

const CONNECT_WITHIN: Duration = Duration::from_secs(10);
const WHOLE_WITHIN: Duration = Duration::from_secs(60);
const MOST_REDIRECTS: usize = 3;

/// What a server said of the state of a calendar, to be told again the next time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is as it was.
    Unchanged,
    /// All of it, and its state.
    Whole(Vec<u8>, Version),
}

/// Why a calendar could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Name, route, TLS.
    #[error("{0}")]
    Line(#[from] net::Fault),
    /// It lies where nobody outside the house should be able to make us look.
    #[error("{0} is a private address; if that is meant, write calendar.private = true")]
    Private(String),
    /// It would be read unprotected.
    #[error("{0} is not protected: only https:// is read, or http:// on this machine")]
    Unprotected(String),
    /// It took too long.
    #[error("{0}")]
    Slow(&'static str),
    /// More bytes than are read.
    #[error("the calendar is larger than 5 MB; share one that holds absences only")]
    Large,
    /// The login was not accepted.
    #[error("{0} does not accept the login (HTTP {1})")]
    Refused(String, u16),
    /// Any other answer than the calendar.
    #[error("{0} answers with HTTP {1}")]
    Status(String, u16),
    /// It leads from one place to the next.
    #[error("{0} leads on more than three times, or to nowhere")]
    Redirects(String),
    /// The line broke, or what came was no HTTP.
    #[error("the answer of {0} cannot be read: {1}")]
    Broken(String, String),
}

/// Asks for a calendar, unless it is as it was.
///
/// # Errors
/// Nothing follows from any of them; the next reading tries again.
pub async fn fetch(site: &Site, password: Option<&str>, known: &Version) -> Result<Answer, Fault> {
    let whole = follow(site, password, known);
    timeout(WHOLE_WITHIN, whole)
        .await
        .unwrap_or(Err(Fault::Slow("the calendar did not come within 60 s")))
}

async fn follow(site: &Site, password: Option<&str>, known: &Version) -> Result<Answer, Fault> {
    let mut url = site.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let login = site.user.as_deref().zip(password).filter(|_| same_place(&url, &site.url));
        let answer = hop(site, &url, login, known).await?;
        let host = url.host_str().unwrap_or_default().to_owned();
        match answer.status() {
            StatusCode::OK => return whole(&host, answer).await,
            StatusCode::NOT_MODIFIED => return Ok(Answer::Unchanged),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Fault::Refused(host, answer.status().as_u16()));
            }
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => {
                let place = answer.headers().get(header::LOCATION);
                let place = place.and_then(|place| place.to_str().ok());
                let next = place.and_then(|place| url.join(place).ok());
                url = next.ok_or(Fault::Redirects(host))?;
            }
            other => return Err(Fault::Status(host, other.as_u16())),
        }
    }
    Err(Fault::Redirects(url.host_str().unwrap_or_default().to_owned()))
}

fn same_place(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// One request and the head of its answer.
async fn hop(
    site: &Site,
    url: &Url,
    login: Option<(&str, &str)>,
    known: &Version,
) -> Result<Response<Incoming>, Fault> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let broken = |error: &dyn std::fmt::Display| Fault::Broken(host.clone(), error.to_string());
    let line = timeout(CONNECT_WITHIN, line(site, url))
        .await
        .unwrap_or(Err(Fault::Slow("no connection within 10 s")))?;
    let path = url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = Request::get(path);
    if let Some(headers) = request.headers_mut() {
        fill(headers, url, login, known).ok_or_else(|| broken(&"its address is no address"))?;
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| broken(&error))?;
    let shaken = hyper::client::conn::http1::handshake(TokioIo::new(line)).await;
    let (mut sender, connection) = shaken.map_err(|error| broken(&error))?;
    // It ends with the answer, or when nobody waits for it any more.
    tokio::spawn(connection);
    sender.send_request(request).await.map_err(|error| broken(&error))
}

fn fill(
    headers: &mut HeaderMap,
    url: &Url,
    login: Option<(&str, &str)>,
    known: &Version,
) -> Option<()> {
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    let plain = |text: &str| HeaderValue::from_str(text).ok();
    headers.insert(header::HOST, plain(&host)?);
    headers.insert(header::USER_AGENT, HeaderValue::from_static("Sigap"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("text/calendar, */*;q=0.1"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut put = |name: HeaderName, value: &Option<HeaderValue>| {
        if let Some(value) = value {
            headers.insert(name, value.clone());
        }
    };
    put(header::IF_NONE_MATCH, &known.etag);
    put(header::IF_MODIFIED_SINCE, &known.modified);
    if let Some((user, password)) = login {
        let mut value = plain(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
    }
    Some(())
}

async fn whole(host: &str, answer: Response<Incoming>) -> Result<Answer, Fault> {
    let kept = |name| answer.headers().get(name).cloned();
    let version = Version { etag: kept(header::ETAG), modified: kept(header::LAST_MODIFIED) };
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Fault::Broken(host.to_owned(), error.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        if bytes.len().saturating_add(data.len()) > LARGEST {
            return Err(Fault::Large);
        }
        bytes.extend_from_slice(data);
    }
    Ok(Answer::Whole(bytes, version))
}

/// A line to the very address that was checked.
async fn line(site: &Site, url: &Url) -> Result<Line, Fault> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(Fault::Unprotected(host)),
    };
    let port = url.port_or_known_default().unwrap_or(443);
    let unreachable =
        |why: String| Fault::Line(net::Fault::Unreachable { host: host.clone(), port, why });
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(ip)) => vec![(ip, port).into()],
        Some(Host::Ipv6(ip)) => vec![(ip, port).into()],
        Some(Host::Domain(name)) => tokio::net::lookup_host((name, port))
            .await
            .map_err(|error| unreachable(error.to_string()))?
            .collect(),
        None => Vec::new(),
    };
    if let Some(inside) = addresses.iter().find(|address| is_private(address.ip()))
        && !site.private
    {
        return Err(Fault::Private(inside.ip().to_string()));
    }
    if !secure && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(Fault::Unprotected(host));
    }
    let tcp = net::reach(&addresses).await.map_err(unreachable)?;
    if !secure {
        return Ok(Line::Plain(tcp));
    }
    let account = Account {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        tls: Tls::Implicit,
        user: None,
        password: None,
        ca_file: site.ca_file.clone(),
    };
    Ok(Line::Tls(Box::new(net::secure(tcp, &account).await?)))
}

/// Whether an address is anything but one of the public net (RFC 6890).
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(w, x, y, z))
    };
    // An IPv4 address in other clothes: mapped, compatible, NAT64, 6to4.
    if [a, b, c, d, e] == [0; 5] && (f == 0xffff || f == 0) {
        return v4(g, h);
    }
    if [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return v4(g, h);
    }
    if a == 0x2002 {
        return v4(b, c);
    }
    // Only 2000::/3 is public, and of it not what is for documentation and tunnels.
    a & 0xe000 != 0x2000 || (a == 0x2001 && (b == 0xdb8 || b < 0x200))
}
