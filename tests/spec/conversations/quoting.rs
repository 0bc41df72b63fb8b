//! What stands above a quote tells which mail it is from: author and minute, in many languages.

use jiff::Timestamp;
use sigap::engine::intake;
use sigap::mail::quoting;
use sigap::model::address::{Address, Party};
use sigap::model::message::{Fetched, Introduced, Role};

fn party(name: &str, address: &str) -> Party {
    Party { name: name.to_owned(), address: Address::parse(address).unwrap() }
}

fn ani() -> Party {
    party("Ani Lestari", "ani@example.com")
}

/// Every one of these is a mail of 23 November 2026, 09:12 in Jakarta.
const INTRODUCTIONS: &[&str] = &[
    "On Mon, 23 Nov 2026 at 09:12, Ani Lestari <ani@example.com> wrote:",
    "On Mon, Nov 23, 2026 at 9:12 AM Ani Lestari <ani@example.com> wrote:",
    "On Mon, Nov 23, 2026 at 9:12\u{202f}AM Ani Lestari <ani@example.com> wrote:",
    "On Nov 23, 2026, at 9:12 AM, Ani Lestari via staff <staff@example.org> wrote:",
    "On 11/23/2026 9:12 AM, Ani Lestari wrote:",
    "On 23/11/2026 9:12 a.m., Ani Lestari wrote:",
    "On 2026-11-23 09:12, Ani Lestari wrote:",
    "On Mon, 23-November-2026, at 09:12:41, Ani Lestari wrote:",
    "On Monday, November 23rd, 2026 at 2:12 AM, <ani@example.com> wrote:",
    "Pada Sen, 23 Nov 2026 pukul 09.12 Ani Lestari <ani@example.com> menulis:",
    "Pada tanggal 23 November 2026 09.12, Ani Lestari menulis:",
    "Pada 23/11/2026 09:12, Ani Lestari menulis:",
    "Tgl 23 Nov 2026 09:12, \"Ani Lestari\" menulis:",
    "Am 23.11.2026 um 09:12 schrieb Ani Lestari:",
    "Am Mo., 23. Nov. 2026 um 03:12 Uhr schrieb Ani Lestari <ani@example.com>:",
    "Le lun. 23 nov. 2026 à 09:12, Ani Lestari <ani@example.com> a écrit :",
    "El lun, 23 de noviembre de 2026 a las 9:12, Ani Lestari (<ani@example.com>) escribió:",
    "Op ma 23 nov. 2026 om 09:12 schreef Ani Lestari <ani@example.com>:",
    "2026年11月23日(月) 9:12 Ani Lestari <ani@example.com>:",
    "2026-11-23 9:12 GMT+07:00 Ani Lestari <ani@example.com>:",
    "From: Ani Lestari <ani@example.com> Sent: Monday, 23 November 2026 09:12",
    "Dari: Ani Lestari [mailto:ani@example.com] Dikirim: Senin, 23 November 2026 09.12",
];

fn dated(at: &str) -> Timestamp {
    at.parse().unwrap()
}

#[test]
fn author_and_minute() {
    for line in INTRODUCTIONS {
        let told = quoting::read(line).unwrap_or_else(|| panic!("{line}"));
        assert!(told.is(&ani(), dated("2026-11-23T09:12:37+07:00")), "{line}: {told:?}");
        for other in ["2026-11-23T09:13:00+07:00", "2026-11-24T09:12:00+07:00"] {
            assert!(!told.is(&ani(), dated(other)), "{line}: {told:?}");
        }
        let others = [party("Citra Dewi", "citra@example.org"), party("Ani", "ani@example.org")];
        for other in others {
            assert!(!told.names(&other), "{line}: {told:?}");
        }
    }
}

#[test]
fn what_is_missing_is_not_guessed() {
    for line in [
        "On Mon, 23 Nov, Ani Lestari wrote:",
        "On Mon, 23 Nov 2026, Ani Lestari wrote:",
        "Pada Senin pukul 09.12, Ani Lestari menulis:",
        "On 31 February 2026 at 09:12, Ani Lestari wrote:",
        "On 23 Nov 2026 at 27:12, Ani Lestari wrote:",
        "Ani Lestari menulis:",
    ] {
        let told = quoting::read(line).unwrap();
        assert_eq!(told.at, None, "{line}");
        assert!(told.names(&ani()), "{line}: {told:?}");
    }
    assert_eq!(quoting::read(""), None);
    assert_eq!(quoting::read("23/11/2026 09:12:"), None);
}

fn introduced(mail: &str) -> Option<Introduced> {
    let whole = mail.as_bytes().to_vec();
    let fetched = Fetched { whole: Some(whole), ..Fetched::default() };
    intake::read(&fetched, Role::Inbox).message.introduced
}

#[test]
fn only_a_reply_that_points_to_nothing_keeps_it() {
    let header = "From: Budi Santoso <budi@example.org>\nTo: ani@example.com\nSubject: Re: Stok\n";
    let quotes = [
        "On 23 Nov 2026 at 09:12, Ani Lestari\n<ani@example.com> wrote:\n> Berapa?\n",
        "-----Pesan Asli-----\nDari: Ani Lestari\nDikirim: 23 November 2026 09.12\n\
         Kepada: Budi Santoso\nPerihal: Stok\n\nBerapa?\n",
        "________________________________\nFrom: Ani Lestari <ani@example.com>\n\
         Sent: Monday, 23 November 2026 09:12\nTo: Budi Santoso\nSubject: Stok\n\nBerapa?\n",
    ];
    for quote in quotes {
        let told = introduced(&format!("{header}\nTiga.\n\n{quote}")).unwrap();
        assert!(told.is(&ani(), dated("2026-11-23T09:12:00+07:00")), "{told:?}");
        assert!(!told.names(&party("Budi Santoso", "budi@example.org")), "{told:?}");
        let pointing = format!("{header}In-Reply-To: <a@example.com>\n\nTiga.\n\n{quote}");
        assert_eq!(introduced(&pointing), None);
    }
}
