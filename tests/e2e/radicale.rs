//! A real Radicale (a CalDAV server) in a temporary folder: HTTPS with a certificate of an
//! authority made for the test, one login, and what a calendar program would say to it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::authority::Authority;
use crate::place::{self, Server};

const USER: &str = "sari@example.com";
const PASSWORD: &str = "rahasia";

/// A running Radicale; ends when dropped.
pub struct Radicale {
    /// Certificates.
    pub authority: Authority,
    port: u16,
    _server: Server,
    // Last, so that the folder goes after the server.
    folder: tempfile::TempDir,
}

impl Radicale {
    /// Starts one; `None`, said aloud, without Radicale.
    pub fn start() -> Option<Self> {
        let [program] = place::programs(["radicale"])?;
        let folder = place::folder();
        let authority = Authority::make(folder.path());
        let at = |name: &str| folder.path().join(name);
        fs::write(at("users"), format!("{USER}:{PASSWORD}\n")).unwrap();
        for _ in 0..3 {
            let port = place::free_port();
            let text = format!(
                "[server]\nhosts = 127.0.0.1:{port}\nssl = True\ncertificate = {}\nkey = {}\n\
                 [auth]\ntype = htpasswd\nhtpasswd_filename = {}\nhtpasswd_encryption = plain\n\
                 delay = 0\n[storage]\nfilesystem_folder = {}\n[logging]\nlevel = info\n",
                authority.certificate.display(),
                authority.key.display(),
                at("users").display(),
                at("store").display(),
            );
            fs::write(at("radicale.conf"), text).unwrap();
            let mut command = Command::new(&program);
            command.arg("-C").arg(at("radicale.conf"));
            let mut server = Server::start(&mut command, &at("radicale.log"));
            // Another process may have taken the port meanwhile.
            if server.listens(port) {
                return Some(Self { authority, port, _server: server, folder });
            }
        }
        panic!("Radicale does not start:\n{}", fs::read_to_string(at("radicale.log")).unwrap());
    }

    /// The address of a place on it.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// A file with the password that only its owner may read.
    pub fn password_file(&self) -> PathBuf {
        let file = self.folder.path().join("password");
        place::secret(&file, PASSWORD);
        file
    }

    /// What it was asked, by the first words of lines of its journal.
    pub fn asked(&self, what: &str) -> usize {
        let log = fs::read_to_string(self.folder.path().join("radicale.log")).unwrap();
        log.matches(&format!("] {what}")).count()
    }

    /// A request of a calendar program; the status of its answer.
    pub fn request(&self, method: &str, path: &str, body: &str) -> u16 {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&self.authority.ca).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut line = StreamOwned::new(tls, TcpStream::connect(("127.0.0.1", self.port)).unwrap());
        let login = STANDARD.encode(format!("{USER}:{PASSWORD}"));
        write!(
            line,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {login}\r\n\
             Content-Type: text/calendar\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        // Not every server says goodbye; the status comes first.
        let _end = line.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|number| number.parse().ok());
        status.unwrap_or_else(|| panic!("{method} {path}: {answer}"))
    }
}
