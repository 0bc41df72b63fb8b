//! Mails whose shape could cost more than they are worth: a shape and a size give the bytes.
//!
//! Every mail begins with the ordinary fields of a person's mail, so that its shape alone makes it
//! odd. The same shape and size are the same bytes.

use std::fmt::Write as _;

/// A shape; `make` gives about so many bytes of it.
pub struct Bomb {
    /// Its name, which is the left half of its Message-ID too.
    pub name: &'static str,
    make: fn(usize) -> Vec<u8>,
}

impl Bomb {
    /// A mail of this shape and about this size.
    pub fn of(&self, size: usize) -> Vec<u8> {
        self.to("ani@example.com", size)
    }

    /// The same to somebody else.
    pub fn to(&self, owner: &str, size: usize) -> Vec<u8> {
        let mut mail = format!(
            "Message-ID: <{}.{size}@bombs.example.org>\r\nFrom: Budi <budi@example.org>\r\n\
             To: Somebody <{owner}>\r\n",
            self.name
        )
        .into_bytes();
        mail.extend((self.make)(size.saturating_sub(mail.len())));
        mail
    }
}

/// All shapes.
pub const BOMBS: &[Bomb] = &[
    Bomb {
        name: "parts-in-messages",
        make: |n| grown("", "Content-Type: message/rfc822\r\n\r\n", n),
    },
    Bomb { name: "parts-in-parts", make: parts_in_parts },
    Bomb { name: "many-parts", make: |n| grown(MIXED, "--a\r\n\r\nx\r\n", n) },
    Bomb { name: "parts-without-end", make: |n| grown(MIXED, "--aa\r\n--a \r\n-a\r\n", n) },
    Bomb {
        name: "boundaries-announced",
        make: |n| {
            counted("", n, |i| {
                format!("Content-Type: multipart/mixed; boundary={i}\r\n\r\n--{i}\r\n")
            })
        },
    },
    Bomb {
        name: "recipients",
        make: |n| counted("To: a@example.com", n, |i| format!(",\r\n p{i}@example.com")),
    },
    Bomb { name: "groups", make: |n| grown("To: ", "a:b:", n) },
    Bomb { name: "comments", make: |n| grown("To: ", "(", n) },
    Bomb { name: "comments-closed", make: |n| nested("To: ", "(", ")", n) },
    Bomb { name: "angles", make: |n| grown("To: ", "<", n) },
    Bomb { name: "quotes", make: |n| grown("To: ", "\"\\", n) },
    Bomb { name: "fields", make: |n| counted("", n, |i| format!("X-Field-{i}: value\r\n")) },
    Bomb { name: "one-field", make: |n| grown("Subject: ", "words ", n) },
    Bomb { name: "folded-field", make: |n| grown("Subject: x", "\r\n x", n) },
    Bomb { name: "no-field", make: |n| grown("", "no colon\r\n", n) },
    Bomb { name: "one-line", make: |n| grown(PLAIN, "word ", n) },
    Bomb { name: "encoded-words", make: |n| grown("Subject: ", "=?utf-8?q?a?=\r\n ", n) },
    Bomb { name: "encoded-words-open", make: |n| grown("Subject: ", "=?utf-8?q?", n) },
    Bomb {
        name: "encoded-words-grow",
        make: |n| grown("Subject: ", "=?windows-1252?b?gICAgICAgICAgICAgICAgICA?= ", n),
    },
    Bomb { name: "encoded-names", make: |n| grown("To: ", "=?iso-2022-jp?b?GyRCGyRC?= ", n) },
    Bomb {
        name: "references",
        make: |n| counted("References:", n, |i| format!("\r\n <r{i}@example.org>")),
    },
    Bomb { name: "references-open", make: |n| grown("References: ", "<a@", n) },
    Bomb {
        name: "parameters",
        make: |n| counted("Content-Type: text/plain", n, |i| format!(";\r\n name*{i}*=utf-8''%41")),
    },
    Bomb { name: "thread-index", make: |n| grown("Thread-Index: ", "AQHb", n) },
    Bomb {
        name: "dates",
        make: |n| {
            counted("", n, |i| {
                let year = [10_000, 0, -1, 99_999_999, 1][i % 5];
                format!("Date: Fri, 31 Feb {year} 99:99:99 +99999999999999 ((\r\n")
            })
        },
    },
    Bomb { name: "numbers", make: |n| grown("Date: Mon, ", "9", n) },
    Bomb { name: "nuls", make: |n| [PLAIN.as_bytes(), &vec![0; n]].concat() },
    Bomb { name: "nuls-in-fields", make: |n| grown("Subject: ", "\0a\0: ", n) },
    Bomb {
        name: "base64",
        make: |n| grown("Content-Transfer-Encoding: base64\r\n\r\n", "gICAgICA", n),
    },
    Bomb {
        name: "quoted-printable",
        make: |n| grown("Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=80=\r\n=", n),
    },
    Bomb { name: "other-charset", make: |n| charset("utf-16", n) },
    Bomb { name: "shifting-charset", make: |n| charset("iso-2022-kr", n) },
    Bomb { name: "wide-charset", make: |n| charset("gb18030", n) },
    Bomb { name: "single-byte-charset", make: |n| charset("windows-1252", n) },
    Bomb { name: "utf-7", make: |n| charset("utf-7", n) },
    Bomb { name: "page-of-quotes", make: |n| grown(HTML, "<blockquote>", n) },
    Bomb { name: "page-of-comments", make: |n| grown(HTML, "<!--", n) },
    Bomb { name: "page-of-entities", make: |n| grown(HTML, "&#x1F600;&amp", n) },
    Bomb { name: "page-of-attributes", make: |n| grown(HTML, "<a b='", n) },
    Bomb { name: "text-of-quotes", make: |n| grown(PLAIN, "> > > > > words?\r\n", n) },
    Bomb { name: "text-of-questions", make: |n| grown(PLAIN, "Could you please? ", n) },
    Bomb {
        name: "text-of-introductions",
        make: |n| {
            grown(PLAIN, "On 24 Nov 2026, Budi\r\nwrote a@b\r\nFrom: x\r\nTo: y\r\n--\r\n", n)
        },
    },
    Bomb { name: "text-of-breaks", make: |n| grown(PLAIN, "\r\n", n) },
    Bomb { name: "text-of-marks", make: |n| grown(PLAIN, "e\u{301}\u{202e}\u{200b}", n) },
];

const MIXED: &str = "Content-Type: multipart/mixed; boundary=a\r\n\r\n";
const PLAIN: &str = "Subject: Budget\r\nContent-Type: text/plain\r\n\r\n";
const HTML: &str = "Subject: Budget\r\nContent-Type: text/html\r\n\r\n";

/// A beginning, then the same again and again.
fn grown(head: &str, piece: &str, size: usize) -> Vec<u8> {
    let mut mail = head.as_bytes().to_vec();
    let many = size.saturating_sub(mail.len()) / piece.len();
    mail.extend(piece.as_bytes().repeat(many));
    mail
}

fn nested(head: &str, open: &str, close: &str, size: usize) -> Vec<u8> {
    let many = size / (open.len() + close.len());
    format!("{head}{}x{} a@example.com\r\n\r\n", open.repeat(many), close.repeat(many)).into_bytes()
}

fn counted(head: &str, size: usize, piece: impl Fn(usize) -> String) -> Vec<u8> {
    let mut mail = head.to_owned();
    let mut number = 0;
    while mail.len() < size {
        mail.push_str(&piece(number));
        number += 1;
    }
    mail.push_str("\r\n\r\n");
    mail.into_bytes()
}

fn parts_in_parts(size: usize) -> Vec<u8> {
    let mut mail = String::new();
    for number in 0.. {
        let level =
            format!("Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n");
        if mail.len() + level.len() > size {
            break;
        }
        mail.push_str(&level);
    }
    mail.into_bytes()
}

/// Bytes that are not what they are said to be.
fn charset(name: &str, size: usize) -> Vec<u8> {
    let mut head = String::from("Subject: Budget\r\n");
    write!(head, "Content-Type: text/plain; charset={name}\r\n\r\n").unwrap();
    let mut mail = head.into_bytes();
    let lies: Vec<u8> = (0..=255).chain(b"+AGEALQ\x1b$)C\x0e!!".iter().copied()).collect();
    mail.extend(lies.iter().cycle().take(size.saturating_sub(mail.len())));
    mail
}
