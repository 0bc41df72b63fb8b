//! A mailbox as offices have them: two years of threads, newsletters, lists, notices and bounces.
//!
//! The same number gives the same mail. Headers are as long as real ones (about 2.5 KB: relays,
//! signatures), bodies about 5 KB, some with HTML or an attachment. What the owner wrote lies in
//! Sent.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::{Timestamp, tz::TimeZone};

const DAYS: i64 = 730;
const NAMES: &[(&str, &str)] = &[
    ("Budi Santoso", "budi"),
    ("Siti Rahmawati", "siti"),
    ("Ni Luh Ayu", "ayu"),
    ("=?utf-8?Q?Anna_M=C3=BCller?=", "anna"),
    ("\"O'Brien, Michael\"", "michael"),
    ("=?utf-8?B?5bGx55Sw5aSq6YOO?=", "yamada"),
];
const DOMAINS: &[&str] = &["example.org", "contoh.co.id", "mail.example.net", "dinas.go.example"];
const SUBJECTS: &[&str] = &[
    "Permohonan penawaran harga",
    "Keluhan pesanan belum sampai",
    "Tagihan bulan ini",
    "Contract revision",
    "Quotation request",
    "Jadwal rapat koordinasi",
    "Shipping address change",
    "Pengembalian dana",
];
const ASKS: &[&str] = &[
    "Mohon informasi kapan barang kami dikirim?",
    "Could you please send me the price list by Friday?",
    "Bisa tolong dibantu cek statusnya?",
    "When can I expect the refund?",
];
const TOLD: &[&str] = &[
    "Pesanan dibuat pada tanggal 3 bulan lalu dan sudah dibayar lunas.",
    "I have read the documentation, but that part is still unclear to me.",
    "Nomor pelanggan kami terlampir, beserta salinan faktur terakhir.",
    "Our team has checked the system and found the reason for the error.",
    "Sesuai pembicaraan tadi pagi, berikut ringkasannya untuk arsip bersama.",
];

/// Whose mailbox it is.
pub const OWNER: &str = "ani@example.com";

/// A seeded stream of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// One mail before it is rendered.
struct Mail {
    at: i64,
    sent: bool,
    from: String,
    to: String,
    subject: String,
    id: String,
    references: Vec<String>,
    more: String,
    body: String,
}

/// Writes a Maildir of so many messages whose latest came just before `now`. How many lie in Sent.
pub fn write(root: &Path, messages: usize, now: Timestamp) -> usize {
    let mut dice = Dice(7);
    let mut mails = Vec::with_capacity(messages);
    while mails.len() < messages {
        let begin = now.as_second() - DAYS * 86_400 + dice.below(DAYS as u64 * 86_400) as i64;
        thread(&mut dice, begin, now.as_second(), &mut mails);
    }
    mails.truncate(messages);
    mails.sort_by_key(|mail| mail.at);
    for folder in ["", ".Sent"] {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.join(folder).join(part)).unwrap();
        }
    }
    for (number, mail) in mails.iter().enumerate() {
        let folder = if mail.sent { ".Sent/cur" } else { "cur" };
        let bytes = render(&mut dice, mail);
        let name = format!("{}.M{number}P1.bench,S={}:2,S", mail.at, bytes.len());
        let mut file = File::create(root.join(folder).join(name)).unwrap();
        file.write_all(&bytes).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(mail.at as u64);
        file.set_modified(at).unwrap();
    }
    mails.iter().filter(|mail| mail.sent).count()
}

/// A thread between people, or something that machines wrote.
fn thread(dice: &mut Dice, begin: i64, end: i64, mails: &mut Vec<Mail>) {
    let kind = dice.below(100);
    let (name, local) = NAMES[dice.below(NAMES.len() as u64) as usize];
    let domain = dice.one(DOMAINS);
    let other = format!("{name} <{local}{}@{domain}>", dice.below(2_000));
    let subject = format!("{} {}", dice.one(SUBJECTS), dice.below(50_000));
    let id =
        |dice: &mut Dice| format!("<{:016x}.{:08x}@{domain}>", dice.next(), dice.below(1 << 32));
    if kind >= 70 {
        let (more, from) = match kind {
            70..80 => (
                "List-Id: <news.example.net>\r\nPrecedence: bulk\r\nList-Unsubscribe: \
                 <https://news.example.net/u/1>\r\n",
                "Berita <newsletter@example.net>",
            ),
            80..92 => ("Auto-Submitted: auto-generated\r\n", "Sistem <noreply@example.net>"),
            _ => (
                "List-Id: <warga.example.net>\r\nList-Post: <mailto:warga@example.net>\r\n",
                other.as_str(),
            ),
        };
        let list = kind >= 92;
        let to = if list { "warga@example.net" } else { OWNER };
        mails.push(Mail {
            at: begin,
            sent: false,
            from: from.to_owned(),
            to: to.to_owned(),
            subject,
            id: id(dice),
            references: Vec::new(),
            more: more.to_owned(),
            body: words(dice, TOLD, 40),
        });
        return;
    }
    let (mut at, mut references) = (begin, Vec::new());
    for turn in 0..=dice.below(6) {
        if at >= end {
            return;
        }
        let sent = turn % 2 == 1;
        let own = format!("Ani Wijaya <{OWNER}>");
        let (from, to) = if sent { (own, other.clone()) } else { (other.clone(), own) };
        let said = if sent { TOLD } else { ASKS };
        let re = if turn == 0 { "" } else { "Re: " };
        let message_id = id(dice);
        let long = 10 + dice.below(60) as usize;
        mails.push(Mail {
            at,
            sent,
            from,
            to,
            subject: format!("{re}{subject}"),
            id: message_id.clone(),
            references: references.clone(),
            more: String::new(),
            body: format!("{}\r\n\r\n{}", words(dice, said, 1), words(dice, TOLD, long)),
        });
        references.push(message_id);
        at += 600 + dice.below(200_000) as i64;
    }
}

fn words(dice: &mut Dice, of: &[&str], lines: usize) -> String {
    let lines: Vec<&str> = (0..lines).map(|_| dice.one(of)).collect();
    lines.join("\r\n")
}

fn render(dice: &mut Dice, mail: &Mail) -> Vec<u8> {
    let when = Timestamp::from_second(mail.at).unwrap().to_zoned(TimeZone::UTC);
    let date = when.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let mut text = String::with_capacity(8_192);
    if !mail.sent {
        write!(text, "Return-Path: <bounce@example.net>\r\n").unwrap();
        for hop in 0..3 + dice.below(3) {
            let (by, id) = (dice.one(DOMAINS), dice.next());
            write!(
                text,
                "Received: from relay{hop}.{by} (relay{hop}.{by} [192.0.2.{hop}])\r\n\t(using \
                 TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\tby mx.example.com \
                 (Postfix) with ESMTPS id {id:016X}\r\n\tfor <{OWNER}>; {date}\r\n"
            )
            .unwrap();
        }
        for name in ["DKIM-Signature", "X-Message-Info"] {
            write!(text, "{name}: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n")
                .unwrap();
            for _ in 0..5 {
                let [a, b, c, d] = [dice.next(), dice.next(), dice.next(), dice.next()];
                write!(text, "\t{a:016x}{b:016x}{c:016x}{d:016x}\r\n").unwrap();
            }
        }
    }
    let Mail { from, to, subject, id, more, .. } = mail;
    write!(text, "Date: {date}\r\nFrom: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n").unwrap();
    write!(text, "Message-ID: {id}\r\n{more}MIME-Version: 1.0\r\n").unwrap();
    if let Some(parent) = mail.references.last() {
        let all = mail.references.join("\r\n ");
        write!(text, "In-Reply-To: {parent}\r\nReferences: {all}\r\n").unwrap();
    }
    let body = &mail.body;
    match dice.below(10) {
        0..5 => write!(text, "Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"),
        kind => {
            let html = body.replace("\r\n", "<br>\r\n");
            write!(
                text,
                "Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: \
                 text/plain; charset=utf-8\r\n\r\n{body}\r\n--b1\r\nContent-Type: text/html; \
                 charset=utf-8\r\n\r\n<html><body>{html}</body></html>\r\n--b1--\r\n"
            )
            .and_then(|()| if kind == 9 { attach(dice, &mut text) } else { Ok(()) })
        }
    }
    .unwrap();
    text.into_bytes()
}

/// Bytes that look like a document to whoever counts them.
fn attach(dice: &mut Dice, text: &mut String) -> std::fmt::Result {
    for _ in 0..200 {
        let [a, b, c, d] = [dice.next(), dice.next(), dice.next(), dice.next()];
        write!(text, "{a:016x}{b:016x}{c:016x}{d:016x}\r\n")?;
    }
    Ok(())
}
