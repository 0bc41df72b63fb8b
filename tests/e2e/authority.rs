//! A certificate authority made for one test run, and a server certificate for loopback.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Files that servers and clients are given.
#[derive(Clone, Debug)]
pub struct Authority {
    /// The root that clients trust (PEM).
    pub ca: PathBuf,
    /// The server's certificate for `localhost`, 127.0.0.1 and ::1 (PEM).
    pub certificate: PathBuf,
    /// The server's key (PEM).
    pub key: PathBuf,
}

impl Authority {
    /// Makes the three files in a folder.
    pub fn make(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Sigap test authority");
        let ca_key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&ca_key).unwrap();
        let issuer = Issuer::new(params, ca_key);

        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new(names).unwrap();
        leaf.distinguished_name.push(DnType::CommonName, "localhost");
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let put = |name: &str, text: String| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        Self {
            ca: put("ca.pem", ca.pem()),
            certificate: put("server.pem", leaf.pem()),
            key: put("server.key", key.serialize_pem()),
        }
    }
}
