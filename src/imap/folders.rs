//! Which folder is the inbox and which ones hold sent mail.
//!
//! What a person named comes first, then SPECIAL-USE `\Sent` (RFC 6154), then the names that mail
//! programs give that folder in their languages, at the root or directly below INBOX. It never
//! guesses deeper in the tree. Names stay as the server spelled them; [`shown`] is for eyes only.
//! Next station: `imap/session` opens what was chosen.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use imap_proto::{MailboxListData, NameAttribute};

/// Modified base64 (RFC 3501 §5.1.3); stray bits at the end are forgiven.
const MODIFIED: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// Lower-case names of the folder of sent mail.
#[rustfmt::skip]
const SENT_NAMES: [&str; 84] = [
    // English, Indonesian, Malay
    "sent", "sent items", "sent messages", "sent mail", "sent-mail", "sent_mail", "sent email",
    "terkirim", "surat terkirim", "item terkirim", "pesan terkirim", "email terkirim",
    "kotak terkirim", "item dihantar", "dihantar",
    // German, Dutch
    "gesendet", "gesendete objekte", "gesendete elemente", "gesendete nachrichten", "gesendete",
    "verzonden", "verzonden items", "verzonden objecten", "verzonden berichten",
    // French, Spanish, Catalan, Portuguese, Italian, Romanian
    "envoyés", "envoyé", "éléments envoyés", "messages envoyés", "courrier envoyé",
    "objets envoyés", "enviados", "elementos enviados", "mensajes enviados", "correo enviado",
    "elements enviats", "enviats", "itens enviados", "mensagens enviadas", "enviadas",
    "e-mails enviados", "inviati", "inviata", "posta inviata", "elementi inviati",
    "messaggi inviati", "trimise", "elemente trimise",
    // Danish, Norwegian, Swedish, Finnish
    "sendt", "sendt post", "sendte elementer", "sendte objekter", "sendte meldinger", "skickat",
    "skickade objekt", "skickade meddelanden", "lähetetyt", "lähetetyt kohteet",
    "lähetetyt viestit",
    // Polish, Czech, Slovak, Hungarian, Turkish
    "wysłane", "elementy wysłane", "wysłane wiadomości", "odeslané", "odeslaná pošta", "odoslané",
    "odoslaná pošta", "elküldött", "elküldött elemek", "gönderilmiş öğeler", "gönderilenler",
    "gönderilmiş",
    // Russian, Ukrainian, Greek
    "отправленные", "отправленные элементы", "надіслані", "απεσταλμένα",
    // Japanese, Chinese, Korean, Vietnamese
    "送信済み", "送信済みアイテム", "送信済みメール", "已发送", "已发送邮件", "已傳送的郵件", "寄件備份", "보낸 편지함", "보낸편지함", "đã gửi",
];

/// One line of a LIST answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name as the server spelled it, unquoted: it goes back to the server like this.
    pub name: String,
    /// What separates levels; `None`: there are none.
    pub delimiter: Option<char>,
    /// Attributes without backslash, lower case.
    pub attributes: Vec<String>,
}

/// What a person named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// The inbox.
    pub inbox: Option<String>,
    /// Folders of sent mail.
    pub sent: Vec<String>,
}

/// The folders to read, by the server's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Where mail arrives.
    pub inbox: String,
    /// Where sent mail lies: at least one.
    pub sent: Vec<String>,
}

/// Why there is no choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSent {
    /// No folder is marked or named as one of sent mail; the inbox can still be read.
    #[error(
        "no folder of sent mail is marked or known by name; name it in the configuration (there \
         are: {})",
        seen.join(", ")
    )]
    Unknown {
        /// The inbox.
        inbox: String,
        /// What there is, for eyes.
        seen: Vec<String>,
    },
    /// A configured folder does not exist.
    #[error("there is no folder named \"{name}\" (there are: {})", seen.join(", "))]
    Missing {
        /// The configured name.
        name: String,
        /// What there is, for eyes.
        seen: Vec<String>,
    },
}

/// Chooses the folders to read.
pub fn choose(listed: &[Listed], overrides: &Overrides) -> Result<Chosen, NoSent> {
    let real: Vec<&Listed> = listed.iter().filter(|folder| folder.can_be_opened()).collect();
    let seen = || real.iter().map(|folder| shown(&folder.name)).collect::<Vec<_>>();
    let named = |name: &String| {
        find(&real, name).ok_or_else(|| NoSent::Missing { name: name.clone(), seen: seen() })
    };
    let inbox = match &overrides.inbox {
        Some(name) => named(name)?,
        // INBOX always exists (RFC 3501 §5.1), listed or not.
        None => "INBOX".to_owned(),
    };
    let mut sent: Vec<String> = overrides.sent.iter().map(named).collect::<Result<_, _>>()?;
    if sent.is_empty() {
        sent = names(&real, Listed::is_marked_sent);
    }
    if sent.is_empty() {
        sent = names(&real, Listed::is_named_sent);
    }
    sent.retain(|name| *name != inbox);
    if sent.is_empty() {
        return Err(NoSent::Unknown { inbox, seen: seen() });
    }
    Ok(Chosen { inbox, sent })
}

/// A name for eyes: modified UTF-7 decoded where it can be, without control characters.
pub fn shown(name: &str) -> String {
    crate::imap::fault::plain(&decode(name))
}

/// Modified UTF-7 to text (RFC 3501 §5.1.3); what is not well-formed stays as it is.
pub fn decode(name: &str) -> String {
    decode_strictly(name).unwrap_or_else(|| name.to_owned())
}

/// Text to modified UTF-7.
pub fn encode(text: &str) -> String {
    let mut name = String::new();
    let mut run = String::new();
    for c in text.chars() {
        if (' '..='~').contains(&c) {
            close_run(&mut run, &mut name);
            name.push(c);
            if c == '&' {
                name.push('-');
            }
        } else {
            run.push(c);
        }
    }
    close_run(&mut run, &mut name);
    name
}

impl Listed {
    /// Takes a line of a LIST answer; the parser leaves quoted names escaped.
    pub fn from_answer(line: &MailboxListData<'_>) -> Self {
        Self {
            name: unescape(&line.name),
            delimiter: line.delimiter.as_deref().and_then(|text| unescape(text).chars().next()),
            attributes: line.name_attributes.iter().map(attribute).collect(),
        }
    }

    /// Marked `\Sent` (RFC 6154).
    pub fn is_marked_sent(&self) -> bool {
        self.has("sent")
    }

    fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|has| has == attribute)
    }

    fn can_be_opened(&self) -> bool {
        !self.has("noselect") && !self.has("nonexistent")
    }

    /// A known name at the root or directly below INBOX.
    fn is_named_sent(&self) -> bool {
        let leaf = match self.delimiter.and_then(|delimiter| self.name.split_once(delimiter)) {
            None => self.name.as_str(),
            Some((root, leaf)) if root.eq_ignore_ascii_case("INBOX") => leaf,
            Some(_) => return false,
        };
        let leaf = decode(leaf).to_lowercase();
        SENT_NAMES.contains(&leaf.trim())
    }
}

fn names(folders: &[&Listed], choose: impl Fn(&Listed) -> bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for folder in folders {
        if choose(folder) && !names.contains(&folder.name) {
            names.push(folder.name.clone());
        }
    }
    names
}

/// As spelled by the server, else as shown, else whatever the case.
fn find(folders: &[&Listed], name: &str) -> Option<String> {
    let folded = name.to_lowercase();
    folders
        .iter()
        .find(|folder| folder.name == name)
        .or_else(|| folders.iter().find(|folder| decode(&folder.name) == name))
        .or_else(|| folders.iter().find(|folder| decode(&folder.name).to_lowercase() == folded))
        .map(|folder| folder.name.clone())
        .or_else(|| name.eq_ignore_ascii_case("INBOX").then(|| "INBOX".to_owned()))
}

fn attribute(attribute: &NameAttribute<'_>) -> String {
    let word = match attribute {
        NameAttribute::NoInferiors => "noinferiors",
        NameAttribute::NoSelect => "noselect",
        NameAttribute::Marked => "marked",
        NameAttribute::Unmarked => "unmarked",
        NameAttribute::All => "all",
        NameAttribute::Archive => "archive",
        NameAttribute::Drafts => "drafts",
        NameAttribute::Flagged => "flagged",
        NameAttribute::Junk => "junk",
        NameAttribute::Sent => "sent",
        NameAttribute::Trash => "trash",
        NameAttribute::Extension(word) => word.strip_prefix('\\').unwrap_or(word),
        _ => "",
    };
    word.to_ascii_lowercase()
}

/// Undoes the escapes of a quoted string. A bare quote tells that it was a literal, without any.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return text.to_owned(),
            '\\' => plain.push(chars.next().unwrap_or('\\')),
            other => plain.push(other),
        }
    }
    plain
}

fn decode_strictly(name: &str) -> Option<String> {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        let (run, after) = after.split_once('-')?;
        text.push_str(before);
        if run.is_empty() {
            text.push('&');
        } else {
            let bytes = MODIFIED.decode(run).ok()?;
            let (units, odd) = bytes.as_chunks::<2>();
            if units.is_empty() || !odd.is_empty() {
                return None;
            }
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            text.extend(char::decode_utf16(units).collect::<Result<Vec<char>, _>>().ok()?);
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn close_run(run: &mut String, name: &mut String) {
    if run.is_empty() {
        return;
    }
    let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
    name.push('&');
    name.push_str(&MODIFIED.encode(units));
    name.push('-');
    run.clear();
}
