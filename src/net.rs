//! TCP and TLS for both doors: a stream to a server that a person configured, protected as told.
//!
//! It never falls back to a weaker protection and has no switch to accept a bad certificate.
//! STARTTLS is the doors' own business (`imap/session`, `smtp/send`): they speak the plain part and
//! then call `secure`.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::config::settings::{Account, Tls};

const DIAL_WITHIN: Duration = Duration::from_secs(30);
/// Addresses of one name that share the time; those behind them take as long each.
const MOST_TURNS: usize = 5;
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(30);

/// Why no protected line could be had.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Name, route, refused, timed out.
    #[error("{host}:{port} cannot be reached: {why}")]
    Unreachable {
        /// Host as configured.
        host: String,
        /// Port.
        port: u16,
        /// The system's words.
        why: String,
    },
    /// The certificate or the handshake is not acceptable.
    #[error("no trusted TLS with {host}: {why}")]
    Untrusted {
        /// Host as configured.
        host: String,
        /// The TLS library's words.
        why: String,
    },
    /// Plain text to a host that is not this machine.
    #[error("{host} is not this machine: a plain connection is only made to loopback")]
    PlainRefused {
        /// Host as configured.
        host: String,
    },
}

/// A line to a server.
#[derive(Debug)]
pub enum Line {
    /// Unprotected: loopback, or before STARTTLS.
    Plain(TcpStream),
    /// Protected.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Connects, and shakes hands if the account says TLS from the first byte.
pub async fn connect(account: &Account) -> Result<Line, Fault> {
    let tcp = dial(account).await?;
    match account.tls {
        Tls::Implicit => Ok(Line::Tls(Box::new(secure(tcp, account).await?))),
        Tls::StartTls | Tls::Plain => Ok(Line::Plain(tcp)),
    }
}

/// The TCP part: every address in turn, no delay for small packets, keep-alive, user timeout.
pub async fn dial(account: &Account) -> Result<TcpStream, Fault> {
    let unreachable =
        |why: String| Fault::Unreachable { host: account.host.clone(), port: account.port, why };
    let target = (account.host.as_str(), account.port);
    let lookup = timeout(DIAL_WITHIN, tokio::net::lookup_host(target)).await;
    let addresses: Vec<SocketAddr> = match lookup {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(error)) => return Err(unreachable(error.to_string())),
        Err(_) => return Err(unreachable("the name was not resolved within 30 s".to_owned())),
    };
    if account.tls == Tls::Plain && addresses.iter().any(|address| !is_loopback(address.ip())) {
        return Err(Fault::PlainRefused { host: account.host.clone() });
    }
    let tcp = reach(&addresses).await.map_err(unreachable)?;
    tune(tcp).map_err(|error| unreachable(error.to_string()))
}

/// The first address that answers, all within half a minute: one that is dead leaves its time to
/// the others, such as IPv6 where only IPv4 gets through. Else why the last one did not.
pub async fn reach(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let each = DIAL_WITHIN / u32::try_from(addresses.len().clamp(1, MOST_TURNS)).unwrap_or(1);
    let mut why = "the name has no address".to_owned();
    for address in addresses {
        match timeout(each, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => why = error.to_string(),
            Err(_) => why = format!("no answer within {} s", each.as_secs()),
        }
    }
    Err(why)
}

/// Shakes hands on an open connection; certificate and name are always verified.
pub async fn secure(tcp: TcpStream, account: &Account) -> Result<TlsStream<TcpStream>, Fault> {
    let untrusted = |why: String| Fault::Untrusted { host: account.host.clone(), why };
    let name =
        ServerName::try_from(account.host.clone()).map_err(|error| untrusted(error.to_string()))?;
    let config = tls_config(account).map_err(untrusted)?;
    match timeout(HANDSHAKE_WITHIN, TlsConnector::from(config).connect(name, tcp)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => {
            Err(Fault::Untrusted { host: account.host.clone(), why: error.to_string() })
        }
        Err(_) => Err(Fault::Untrusted {
            host: account.host.clone(),
            why: "the handshake took longer than 30 s".to_owned(),
        }),
    }
}

/// Installs the one crypto provider; to be called once, before any TLS.
pub fn install_crypto() {
    // A second call finds the same provider in place: nothing to do about that.
    let _already = rustls::crypto::ring::default_provider().install_default();
}

/// Roots that are trusted besides the system's, as they stand in a file, and what follows.
type Trust = BTreeMap<Option<Vec<u8>>, Arc<ClientConfig>>;

/// The system's roots take a hundred kilobytes: all lines that trust the same ones share them.
static TRUST: Mutex<Trust> = Mutex::new(BTreeMap::new());

/// The system's roots change while we run: for the lines that come, they are read again.
pub fn forget_roots() {
    TRUST.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn tls_config(account: &Account) -> Result<Arc<ClientConfig>, String> {
    let said = |file: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let extra = account.ca_file.as_deref();
    let read = |file: &Path| std::fs::read(file).map_err(|error| said(file, &error));
    let extra_roots = extra.map(read).transpose()?;
    let mut trust = TRUST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(config) = trust.get(&extra_roots) {
        return Ok(Arc::clone(config));
    }
    let made = make_config(extra_roots.as_deref().unwrap_or_default());
    let made = made.map_err(|why| extra.map_or(why.clone(), |file| said(file, &why)))?;
    let config = Arc::new(made);
    trust.insert(extra_roots, Arc::clone(&config));
    Ok(config)
}

fn make_config(extra_roots: &[u8]) -> Result<ClientConfig, String> {
    let roots = CertificateDer::pem_slice_iter(extra_roots)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
        .map_err(|error| error.to_string())?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // A resumed line would not have its certificate verified again.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_loopback(),
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
    }
}

fn tune(tcp: TcpStream) -> std::io::Result<TcpStream> {
    tcp.set_nodelay(true)?;
    let socket = socket2::SockRef::from(&tcp);
    let alive = socket2::TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(20))
        .with_retries(4);
    socket.set_tcp_keepalive(&alive)?;
    socket.set_tcp_user_timeout(Some(Duration::from_secs(120)))?;
    Ok(tcp)
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
