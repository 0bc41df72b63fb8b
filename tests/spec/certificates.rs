//! Servers whose certificate or protocol is not to be trusted, at both doors and in both ways to
//! TLS: each is refused with its reason, and no byte of a credential is ever sent.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sigap::config::settings::{Account, Tls};
use sigap::imap::session::{self, Proof};
use sigap::smtp::send::Courier;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::stripped::{PASSWORD, USER, holds_credentials};

/// What a server shows instead of an honest handshake.
#[derive(Clone)]
enum Shows {
    Certificate(Arc<ServerConfig>),
    /// A hello of this version of the protocol (minor number).
    Version(u8),
}

/// A row: what it is, what the server shows, and a word of the refusal; none where it is honest.
type Row = (&'static str, Shows, &'static str);

type Signer = Issuer<'static, KeyPair>;

fn authority(change: impl FnOnce(&mut CertificateParams)) -> (Signer, CertificateDer<'static>) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    (Issuer::new(params, key), made.der().clone())
}

fn server(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Shows {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Shows::Certificate(Arc::new(config))
}

/// A server with a certificate of its own for `localhost`, changed as told.
fn leaf(issuer: &Signer, change: impl FnOnce(&mut CertificateParams)) -> Shows {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let made = params.signed_by(&key, issuer).unwrap();
    server(vec![made.der().clone()], &key)
}

/// All rows, and the file with the only authority that is trusted.
fn rows(folder: &Path) -> (Vec<Row>, PathBuf) {
    let (trusted, root) = authority(|it| {
        it.distinguished_name.push(DnType::CommonName, "The trusted one");
    });
    let (stranger, _) = authority(|_| {});
    // Signed by the trusted one, for another part of the world only.
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("example.org".to_owned())],
        excluded_subtrees: Vec::new(),
    });
    let key = KeyPair::generate().unwrap();
    let between = params.signed_by(&key, &trusted).unwrap();
    let narrow = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let below = params.signed_by(&key, &narrow).unwrap();
    let constrained = server(vec![below.der().clone(), between.der().clone()], &key);
    let missing = server(vec![below.der().clone()], &key);
    // A server's certificate that signs another one.
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["other.example.org".to_owned()]).unwrap();
    let no_authority = params.signed_by(&key, &trusted).unwrap();
    let signs = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let below = params.signed_by(&key, &signs).unwrap();
    let by_a_server = server(vec![below.der().clone(), no_authority.der().clone()], &key);
    let alone = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let alone = server(vec![alone.cert.der().clone()], &alone.signing_key);

    let file = folder.join("ca.pem");
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &root);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    std::fs::write(&file, pem).unwrap();
    let year = |year| date_time_ymd(year, 1, 1);
    let rows: Vec<Row> = vec![
        ("honest", leaf(&trusted, |_| {}), ""),
        ("expired", leaf(&trusted, |it| it.not_after = year(2020)), "xpired"),
        ("not yet valid", leaf(&trusted, |it| it.not_before = year(2090)), "not valid yet"),
        (
            "another host",
            leaf(&trusted, |it| *it = CertificateParams::new(vec!["a.test".into()]).unwrap()),
            "not valid for name",
        ),
        (
            "no name at all",
            leaf(&trusted, |it| *it = CertificateParams::new(Vec::<String>::new()).unwrap()),
            "not valid for name",
        ),
        ("self-signed", alone, "UnknownIssuer"),
        ("an unknown authority", leaf(&stranger, |_| {}), "UnknownIssuer"),
        ("names beyond its authority's", constrained, "NameConstraintViolation"),
        ("a missing link", missing, "UnknownIssuer"),
        ("signed by a server", by_a_server, "invalid peer certificate"),
        (
            "for clients",
            leaf(&trusted, |it| {
                it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            "invalid peer certificate",
        ),
        ("SSL 3.0", Shows::Version(0), "no trusted TLS"),
        ("TLS 1.0", Shows::Version(1), "no trusted TLS"),
        ("TLS 1.1", Shows::Version(2), "no trusted TLS"),
    ];
    (rows, file)
}

/// A hello of an old version, with a suite that was usual then.
fn old_hello(minor: u8) -> Vec<u8> {
    let mut hello = vec![0x16, 3, minor, 0, 0x2a, 2, 0, 0, 0x26, 3, minor];
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x14, 0]);
    hello
}

/// Answers whatever is said, as a server of that door does, and writes down what it hears.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    door: &str,
    heard: &Mutex<Vec<u8>>,
) -> Option<()> {
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            let byte = stream.read_u8().await.ok()?;
            heard.lock().unwrap().push(byte);
            line.push(byte);
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let tag = line.split(' ').next().unwrap().to_owned();
        let (said, secure) = match (door, line.split_whitespace().last().unwrap_or_default()) {
            ("imap", "STARTTLS") => (format!("{tag} OK go\r\n"), true),
            ("imap", _) => (format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"), false),
            (_, "STARTTLS") => ("220 go\r\n".to_owned(), true),
            _ if tag == "EHLO" => {
                ("250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n".to_owned(), false)
            }
            _ if tag == "AUTH" => ("235 in\r\n".to_owned(), false),
            _ => ("250 ok\r\n".to_owned(), false),
        };
        stream.write_all(said.as_bytes()).await.ok()?;
        if secure {
            return Some(());
        }
    }
}

fn greeting(door: &str) -> &'static [u8] {
    if door == "imap" { b"* OK hi\r\n" } else { b"220 mx\r\n" }
}

async fn serve(
    mut tcp: TcpStream,
    (door, tls): (&'static str, Tls),
    shows: Shows,
    heard: Arc<Mutex<Vec<u8>>>,
) -> Option<()> {
    if tls == Tls::StartTls {
        tcp.write_all(greeting(door)).await.ok()?;
        answer(&mut tcp, door, &heard).await?;
    }
    match shows {
        Shows::Version(minor) => {
            let mut chunk = [0; 4096];
            let many = tcp.read(&mut chunk).await.ok()?;
            heard.lock().unwrap().extend(&chunk[..many]);
            tcp.write_all(&old_hello(minor)).await.ok()?;
            while let Ok(many @ 1..) = tcp.read(&mut chunk).await {
                heard.lock().unwrap().extend(&chunk[..many]);
            }
        }
        Shows::Certificate(config) => {
            let mut line = TlsAcceptor::from(config).accept(tcp).await.ok()?;
            if tls == Tls::Implicit {
                line.write_all(greeting(door)).await.ok()?;
            }
            answer(&mut line, door, &heard).await?;
        }
    }
    Some(())
}

/// How a login there ends, and what the server heard.
async fn visit(
    listener: &TcpListener,
    (door, tls): (&'static str, Tls),
    shows: Shows,
    ca_file: &Path,
) -> (Result<(), String>, Vec<u8>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let account = Account {
        host: "localhost".to_owned(),
        port: listener.local_addr().unwrap().port(),
        tls,
        user: Some(USER.to_owned()),
        password: None,
        ca_file: Some(ca_file.to_owned()),
    };
    let server = async {
        let (tcp, _) = listener.accept().await.unwrap();
        tokio::spawn(serve(tcp, (door, tls), shows, Arc::clone(&heard))).await.unwrap()
    };
    let client = async {
        match door {
            "imap" => {
                let opened = session::connect(&account, Proof::Password(PASSWORD)).await;
                opened.map(drop).map_err(|fault| fault.to_string())
            }
            _ => {
                let opened = Courier::connect(&account, "localhost", Some(PASSWORD)).await;
                opened.map(drop).map_err(|outcome| format!("{outcome:?}"))
            }
        }
    };
    let (ended, _) = tokio::join!(client, server);
    let heard = heard.lock().unwrap().clone();
    (ended, heard)
}

const DOORS: [(&str, Tls); 4] = [
    ("imap", Tls::Implicit),
    ("imap", Tls::StartTls),
    ("smtp", Tls::Implicit),
    ("smtp", Tls::StartTls),
];

#[tokio::test]
async fn no_untrusted_server_ever_hears_a_credential() {
    sigap::net::install_crypto();
    let folder = tempfile::tempdir().unwrap();
    let (rows, ca_file) = rows(folder.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut refused = 0;
    for (row, shows, words) in &rows {
        for door in DOORS {
            let (ended, heard) = visit(&listener, door, shows.clone(), &ca_file).await;
            match ended {
                Ok(()) => {
                    assert_eq!(*words, "", "{row}, {door:?}: it was trusted");
                    assert!(holds_credentials(&heard), "{row}, {door:?}: the login is seen");
                }
                Err(why) => {
                    assert!(!words.is_empty() && why.contains(words), "{row}, {door:?}: {why}");
                    assert!(why.contains("no trusted TLS"), "{row}, {door:?}: {why}");
                    assert!(!holds_credentials(&heard), "{row}, {door:?}");
                    assert!(!why.contains(PASSWORD), "{row}, {door:?}: {why}");
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(refused, DOORS.len() * (rows.len() - 1));
    println!("{refused} untrusted handshakes refused, 0 bytes of a credential sent");
}

/// The certificate is looked at on every connection, not once in an account's life.
#[tokio::test]
async fn a_certificate_that_changes_is_looked_at_again() {
    sigap::net::install_crypto();
    let folder = tempfile::tempdir().unwrap();
    let (rows, ca_file) = rows(folder.path());
    let shows = |name: &str| rows.iter().find(|row| row.0 == name).unwrap().1.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for door in DOORS {
        for (name, trusted) in [
            ("honest", true),
            ("an unknown authority", false),
            ("honest", true),
            ("expired", false),
        ] {
            let (ended, heard) = visit(&listener, door, shows(name), &ca_file).await;
            assert_eq!(ended.is_ok(), trusted, "{door:?} {name}: {ended:?}");
            assert_eq!(holds_credentials(&heard), trusted, "{door:?} {name}");
        }
    }
}
