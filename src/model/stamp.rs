//! What a mail server found out about who sent a message (RFC 8601), as facts.
//!
//! Read by `mail/authentication`; whom it is believed is for `rules/auto_replies` to say.

use std::fmt;

/// What one server found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The server by the name it gives itself (authserv-id), lower case.
    pub by: String,
    /// What it found, in its order.
    pub findings: Vec<Finding>,
}

impl Stamp {
    /// Whether it says that a message is not of whom it names: by DMARC; or by SPF or DKIM, where
    /// nothing else speaks for it.
    pub fn refutes(&self) -> bool {
        let says = |method: &str, results: &[&str]| {
            // Of two results of one method the upper one was written last.
            let found = self.findings.iter().find(|finding| finding.method == method);
            found.is_some_and(|finding| results.contains(&finding.result.as_str()))
        };
        let denied = says("spf", &["fail", "hardfail", "softfail"]) || says("dkim", &["fail"]);
        let proven = ["spf", "dkim", "dmarc"].iter().any(|method| says(method, &["pass"]));
        says("dmarc", &["fail"]) || (denied && !proven)
    }
}

/// The result of one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `spf`, `dkim`, `dmarc` …, lower case.
    pub method: String,
    /// `pass`, `fail`, `none` …, lower case.
    pub result: String,
    /// What it is about: `smtp.mailfrom`, `header.d` … in lower case, and its value.
    pub about: Vec<(String, String)>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.method, self.result)?;
        for (name, value) in &self.about {
            match value.is_empty() || value.contains(|c| !is_plain(c)) {
                true => {
                    write!(f, " {name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))?
                }
                false => write!(f, " {name}={value}")?,
            }
        }
        Ok(())
    }
}

/// What may stand in a value without quotes.
pub fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !"();\"\\".contains(c)
}
