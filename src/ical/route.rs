//! The line to a calendar's server: never to an address within the house unless that is allowed,
//! never unprotected but on this machine.
//!
//! A name is resolved, its addresses are checked, and the line goes to one of those that were
//! checked, so that a name cannot mean something else a moment later.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use crate::config::agenda::Site;
use crate::config::settings::{Account, Tls};
use crate::ical::fault::Fault;
use crate::net::{self, Line};

/// A line to the very address that was checked.
pub(in crate::ical) async fn line(site: &Site, url: &Url) -> Result<Line, Fault> {
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
