//! A small HTTP server on this machine that answers as it is told, with or without TLS, and
//! remembers what it was asked.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use sigap::config::agenda::Site;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Answers = dyn Fn(&str) -> Vec<u8> + Send + Sync;

/// A server, and what it was asked: heads in small letters, bodies as they are.
pub struct Server {
    pub at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request with what is made of it; nothing at all where that is empty.
    pub async fn answers(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(answer), None).await
    }

    /// The same over TLS.
    pub async fn secured(
        config: ServerConfig,
        answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Arc::new(answer), Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(answer: Arc<Answers>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (line, _) = listener.accept().await.unwrap();
                let (heard, answer, tls) = (Arc::clone(&heard), Arc::clone(&answer), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(line, &heard, &*answer).await,
                        Some(tls) => match tls.accept(line).await {
                            Ok(line) => serve(line, &heard, &*answer).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { at, asked }
    }

    pub fn site(&self, path: &str) -> Site {
        site(&format!("http://{}{path}", self.at))
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request and its answer.
async fn serve(
    mut line: impl AsyncRead + AsyncWrite + Unpin,
    heard: &Mutex<Vec<String>>,
    answer: &Answers,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(line.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    line.read_exact(&mut body).await.ok()?;
    let request = head + &String::from_utf8(body).unwrap();
    let bytes = answer(&request);
    heard.lock().unwrap().push(request);
    if bytes.is_empty() {
        std::future::pending::<()>().await;
    }
    line.write_all(&bytes).await.ok()?;
    line.shutdown().await.ok()
}

/// A site on this machine, without a login.
pub fn site(url: &str) -> Site {
    let (user, password, ca_file) = (None, None, None);
    Site { url: url.parse().unwrap(), user, password, ca_file, private: true }
}

/// The bytes of an answer.
pub fn reply(status: &str, fields: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{fields}\r\n{body}").into_bytes()
}

/// An authority whose root is written to a file, and a server that it has signed for `localhost`.
pub fn authority(file: &Path) -> ServerConfig {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    std::fs::write(file, params.self_signed(&key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap()
}
