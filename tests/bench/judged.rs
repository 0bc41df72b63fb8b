//! How many messages a second one core judges: from bytes to what their words ask, beside short
//! texts in the same run.

use sigap::mail::asks::{prepare, wording};
use sigap::mail::parse;
use sigap::mail::zones::own_words;
use sigap::model::message::Fetched;

const ROUNDS: usize = 5;
const MESSAGES: usize = 1_000;
/// The sender's own words, signature and quote, bytes.
const LONG: usize = 4 * 1024;

const ENGLISH: &[&str] = &[
    "The drawings of the second floor came back from the architect with two small changes.",
    "We moved the pump to the other side of the wall, so the cable is four metres longer now.",
    "Could you let me know whether the budget covers that, or should we ask the client first?",
    "Nobody has touched the old cabinet since spring, as far as I remember.",
    "Please send me the signed copy before Thursday, they want to close the file.",
    "I walked through the building with Peter and the list of open points is attached.",
    "The supplier says that the valves are in stock again and will leave on Monday.",
    "If the weather holds, the roof can be done by the end of next week.",
];
const INDONESIAN: &[&str] = &[
    "Gambar lantai dua sudah kembali dari arsitek dengan dua perubahan kecil.",
    "Pompa kami pindahkan ke sisi tembok yang lain, jadi kabelnya lebih panjang empat meter.",
    "Apakah anggarannya masih cukup, atau sebaiknya kita tanyakan dulu ke klien?",
    "Lemari yang lama belum ada yang menyentuh sejak bulan April, seingat saya.",
    "Mohon salinan yang sudah ditandatangani dikirim sebelum hari Kamis.",
    "Kemarin saya keliling gedung bersama Pak Dedi dan daftar temuannya saya lampirkan.",
    "Kata pemasok, katupnya sudah tersedia lagi dan dikirim hari Senin.",
    "Kalau cuacanya bagus, atapnya bisa selesai akhir minggu depan.",
];

/// Prints a line each. `computed` tells how many nanoseconds this thread has been running.
pub fn print(computed: impl Fn() -> u64) {
    prepare();
    let texts: Vec<&str> = ENGLISH.iter().chain(INDONESIAN).copied().collect();
    let short = |number: usize| wording("", texts[number % texts.len()]).asks;
    line("short texts judged a second, one core", &computed, MESSAGES * 20, short);
    for (words, own) in [(ENGLISH, 50), (INDONESIAN, 50), (ENGLISH, 100), (INDONESIAN, 100)] {
        let messages: Vec<Vec<u8>> = (0..64).map(|number| message(words, number, own)).collect();
        let judge = |number: usize| {
            let whole = Some(messages[number % messages.len()].clone());
            let (message, text) = parse::read(&Fetched { whole, ..Fetched::default() });
            wording(&message.subject, &own_words(&text.unwrap().text).own).asks
        };
        let language = if words == ENGLISH { "English" } else { "Indonesian" };
        let bytes = messages[0].len();
        let what = format!("whole messages judged a second, {language}");
        line(&format!("{what}, {bytes} bytes, {own} % own"), &computed, MESSAGES, judge);
    }
}

/// The best of some rounds: others on the machine only slow it down.
fn line(what: &str, computed: &impl Fn() -> u64, count: usize, deed: impl Fn(usize) -> f64) {
    let rounds = (0..ROUNDS).map(|_| {
        let began = computed();
        let sum: f64 = (0..count).map(&deed).sum();
        assert!(sum > 0.0);
        computed() - began
    });
    let least = rounds.min().unwrap_or(1).max(1);
    println!("{what:<72} {:>9.0}", count as f64 * 1e9 / least as f64);
}

/// So much of it, of a hundred, is the sender's own; a signature and a quote follow.
fn message(words: &[&str], number: usize, own: usize) -> Vec<u8> {
    let mut text = format!(
        "From: Budi <budi{number}@example.org>\r\nTo: Ani <ani@example.com>\r\n\
         Subject: Second floor {number}\r\nMessage-ID: <{number}@example.org>\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0700\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nAni,\r\n\r\n"
    );
    let mut sentences = words.iter().cycle().skip(number);
    let head = text.len();
    while text.len() - head < LONG * own / 100 - 200 {
        text.extend(sentences.by_ref().take(3).flat_map(|sentence| [*sentence, "\r\n"]));
        text.push_str("\r\n");
    }
    text.push_str("Regards,\r\nBudi Santoso\r\n-- \r\nPT Contoh\r\n+62 21 5550100\r\n\r\n");
    if own < 100 {
        text.push_str("On Mon, 23 Nov 2026 at 09:12, Ani <ani@example.com> wrote:\r\n");
    }
    while text.len() - head < LONG {
        text.push_str("> ");
        text.extend(sentences.by_ref().take(1).flat_map(|sentence| [*sentence, "\r\n"]));
    }
    text.into_bytes()
}
