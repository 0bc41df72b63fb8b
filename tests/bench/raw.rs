//! The physical limit: a client that asks for the same over TLS and throws the answers away.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::dovecot::Dovecot;

const PIECE: usize = 256 * 1024;

type Line = StreamOwned<ClientConnection, TcpStream>;

/// Logs in, opens each folder, asks for all headers, and reads to the end. How long the asking
/// took, and how many bytes came.
pub fn read(dovecot: &Dovecot, user: &str, password: &str) -> (Duration, usize) {
    let mut piece = vec![0; PIECE];
    let mut line = log_in(dovecot, user, password, &mut piece);
    let began = Instant::now();
    let mut bytes = 0;
    for folder in ["Sent", "INBOX"] {
        ask(&mut line, &format!("EXAMINE {folder}"), &mut piece);
        let all = "UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])";
        bytes += ask(&mut line, all, &mut piece);
    }
    (began.elapsed(), bytes)
}

/// Connects, logs in and asks for the numbers of both folders: no client can learn with less that
/// nothing is new. How long that took.
pub fn ask_for_news(dovecot: &Dovecot, user: &str, password: &str) -> Duration {
    let began = Instant::now();
    let mut piece = vec![0; PIECE];
    let mut line = log_in(dovecot, user, password, &mut piece);
    for folder in ["Sent", "INBOX"] {
        let numbers = format!("STATUS {folder} (UIDVALIDITY UIDNEXT HIGHESTMODSEQ)");
        ask(&mut line, &numbers, &mut piece);
    }
    began.elapsed()
}

fn log_in(dovecot: &Dovecot, user: &str, password: &str, piece: &mut [u8]) -> Line {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&dovecot.authority.ca).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let tcp = TcpStream::connect(("127.0.0.1", dovecot.ports.imaps)).unwrap();
    tcp.set_nodelay(true).unwrap();
    let mut line = StreamOwned::new(tls, tcp);
    let _greeting = line.read(piece).unwrap();
    ask(&mut line, &format!("LOGIN {user} {password}"), piece);
    line
}

/// One command; its answer is read up to the tagged line.
fn ask(line: &mut (impl Read + Write), command: &str, piece: &mut [u8]) -> usize {
    line.write_all(format!("a {command}\r\n").as_bytes()).unwrap();
    let (mut bytes, mut tail) = (0, b"\n".to_vec());
    loop {
        let many = line.read(piece).unwrap();
        assert!(many > 0, "{command}: the server hung up");
        bytes += many;
        tail.extend_from_slice(&piece[many.saturating_sub(2_000)..many]);
        tail.drain(..tail.len().saturating_sub(4_000));
        if tail.ends_with(b"\r\n") && tail.windows(4).any(|four| four == b"\na O") {
            return bytes;
        }
    }
}
