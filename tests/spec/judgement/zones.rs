//! Which lines the sender wrote: one case per entry, text and what is kept of it.
use proptest::prelude::*;
use sigap::mail::zones::{Zones, own_words};

/// Letters: q = something quoted, s = a signature or footer, f = something forwarded was cut.
const CASES: &[(&str, &str, &str)] = &[
    ("Setuju.", "Setuju.", ""),
    ("One\n\n\n\nTwo", "One\n\nTwo", ""),
    ("No.\n\n> Shall we?\n> Yes?", "No.", "q"),
    (
        "No.\n\nOn Mon, 23 Nov 2026 at 09:12, Ani <ani@example.com> wrote:\n\n> Shall we?",
        "No.",
        "q",
    ),
    (
        "No.\n\nOn Mon, 23 Nov 2026 at 09:12, Ani Lestari\n<ani@example.com> wrote:\n> Shall we?",
        "No.",
        "q",
    ),
    (
        "Ya.\n\nPada Sen, 23 Nov 2026 pukul 09.12 Ani <ani@example.com> menulis:\n\n> jadi?",
        "Ya.",
        "q",
    ),
    (
        "Ya.\n\nPada Sen, 23 Nov 2026 pukul 09.12 Ani Lestari\n<ani@example.com>\nmenulis:\nJadi?",
        "Ya.",
        "q",
    ),
    ("Ja.\n\nAm 23.11.2026 um 09:12 schrieb Ani <ani@example.com>:\n> Gut?", "Ja.", "q"),
    ("Oui.\n\nLe lun. 23 nov. 2026 à 09:12, Ani <ani@example.com> a écrit :\n> Bon ?", "Oui.", "q"),
    (
        "Sí.\n\nEl lun, 23 nov 2026 a las 9:12, Ani (<ani@example.com>) escribió:\n> ¿Vale?",
        "Sí.",
        "q",
    ),
    ("Ok\n\nOp ma 23 nov. 2026 om 09:12 schreef Ani <ani@example.com>:\n> Goed?", "Ok", "q"),
    ("はい\n\n2026年11月23日(月) 9:12 Ani <ani@example.com>:\n> どう", "はい", "q"),
    ("Ano.\n\nDne 23. 11. 2026 v 9:12 Ani napsal(a):\n> Dobře?", "Ano.", "q"),
    ("> first?\nYes.\n> second?\nNo.\n", "Yes.\nNo.", "q"),
    ("On Mon, 23 Nov 2026, Ani wrote:\n> one?\nYes\n\n> two?\n\nNo", "Yes\n\nNo", "q"),
    (
        "Sudah.\n\nFrom: Ani <ani@example.com>\nSent: Monday, 23 November 2026 09:12\nTo: Budi\n\
            Subject: Laporan\n\nSudah dikirim?",
        "Sudah.",
        "q",
    ),
    (
        "Sudah.\n\n________________________________\nDari: Ani <ani@example.com>\n\
            Dikirim: 23 November 2026 09:12\nKepada: Budi\nSubjek: Laporan\n\nSudah dikirim?",
        "Sudah.",
        "q",
    ),
    (
        "Done.\n\n*From:* Ani\n*Date:* Monday\n*To:* Budi\n*Subject:* Report\n\nIs it done?",
        "Done.",
        "q",
    ),
    ("Done.\n\n-----Original Message-----\nFrom: Ani\nSent: Monday\n\nIs it done?", "Done.", "q"),
    ("Beres.\n\n-----Pesan Asli-----\nDari: Ani\n\nSudah?", "Beres.", "q"),
    ("Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Ani\n\nGut?", "Ja.", "q"),
    (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Citra <citra@example.org>\n\
            Date: Mon\nSubject: x\n\nCan you help?",
        "FYI",
        "f",
    ),
    (
        "Untuk diketahui.\n\n---------- Pesan terusan ---------\nDari: Citra\n\nBisa bantu?",
        "Untuk diketahui.",
        "f",
    ),
    ("See below.\n\nBegin forwarded message:\n\nFrom: Citra\nCan you help?", "See below.", "f"),
    ("Hello.\n\n-- \nBudi Santoso\nWhat a company?", "Hello.", "s"),
    ("Hello.\n\n--\nBudi Santoso\n+62 21 555 0100", "Hello.", "s"),
    ("Hello.\n\nBest regards,\nBudi Santoso\nHead of Logistics\n+62 21 555 0100", "Hello.", "s"),
    ("Halo.\n\nHormat saya,\n\nBudi Santoso\nKepala Gudang", "Halo.", "s"),
    ("Halo.\n\nSalam,\nBudi", "Halo.", "s"),
    ("Mohon dicek.\n\nTerima kasih,\nBudi Santoso", "Mohon dicek.\n\nTerima kasih,", "s"),
    ("Mohon dicek.\n\nTerima kasih.", "Mohon dicek.\n\nTerima kasih.", ""),
    ("Halo.\n\nSalam,\nBudi\n\nNB: apakah besok jadi?", "Halo.\n\nNB: apakah besok jadi?", "s"),
    ("Ok\n\nSent from my iPhone", "Ok", "s"),
    ("Ok\n\nDikirim dari iPhone saya", "Ok", "s"),
    ("Ok\nDapatkan Outlook untuk Android", "Ok", "s"),
    ("I sent it from my desk.", "I sent it from my desk.", ""),
    (
        "Ok.\n\nThis email and any attachments are confidential. If you are not the intended \
            recipient, can you delete it?",
        "Ok.",
        "s",
    ),
    (
        "Baik.\n\nPesan ini bersifat rahasia. Apabila Anda bukan penerima yang dituju, mohon \
            hapus.",
        "Baik.",
        "s",
    ),
    (
        "CAUTION: This email originated from outside of the organization.\nDo not click links.\n\
            \nCan we meet?",
        "Can we meet?",
        "",
    ),
    (
        "Yes.\n\n_______________________________________________\nstaff mailing list\n\
            staff@example.org",
        "Yes.",
        "s",
    ),
    (
        "See attached.\n\nKind regards,\n\nBudi\n\n\tAni Lestari@EXAMPLE\n\
            \t11/23/2026 09:12 AM\n\t\n\t To: Budi\n\t cc: \n\t Subject: Terms\n\nCan you send \
            them?",
        "See attached.",
        "qs",
    ),
    (
        "Hello.\n\nSalam,\nBudi\nFrom: Ani\nSent: Monday\nTo: Budi\nSubject: x\n\nJadi?",
        "Hello.",
        "qs",
    ),
    ("Ani wrote: the plan is good.", "Ani wrote: the plan is good.", ""),
    ("As agreed on Monday:\nthe plan is good.", "As agreed on Monday:\nthe plan is good.", ""),
    ("Dari: gudang\nKe: kantor", "Dari: gudang\nKe: kantor", ""),
    ("The list:\n- one\n- two", "The list:\n- one\n- two", ""),
    ("From: here to there it is far.\nWe walk.", "From: here to there it is far.\nWe walk.", ""),
    ("", "", ""),
];

/// As above: what a card, a block or a device's line is, and what only looks like one.
const EDGES: &[(&str, &str, &str)] = &[
    // A name with a number at the end is a signature without a parting.
    ("Ok.\n\nBudi Santoso\nKepala Gudang\n+62 21 555 0100", "Ok.", "s"),
    ("Ok.\n\nBudi Santoso\nPT Maju Jaya\nbudi@example.com\n0812-555-0100", "Ok.", "s"),
    ("Ok.\n\nBudi Santoso\nWarehouse Manager", "Ok.", "s"),
    ("Done it.\n\nBudi\nManager, Maju Inc.\nPhone: 021-555-0100", "Done it.\n\nBudi", "s"),
    ("Ok.\n\n-----------\nBudi Santoso\nt. 021-555-0100", "Ok.", "s"),
    (
        "Ok.\n\nBudi Santoso\n021-555-0100\n\n----- Original Message -----\nFrom: Ani\n\nJadi?",
        "Ok.",
        "qs",
    ),
    // It may say its number below a rule, a paragraph later, or below a first name.
    (
        "Laporan terlampir semua.\n\n\
            Budi Santoso\n_________\nKepala Gudang\nPT Maju Jaya\nTelp. 021-555-0100",
        "Laporan terlampir semua.",
        "s",
    ),
    (
        "Laporan terlampir semua.\n\n\
            Budi Santoso\nWarehouse and Stock\nMaju Jaya House\n\n1 Harbour Street\n\n\
            Phone: 021-555-0100",
        "Laporan terlampir semua.",
        "s",
    ),
    (
        "Laporan terlampir semua.\n\nBudi Santoso\nMaju Jaya\n\n021-555-0100 kantor",
        "Laporan terlampir semua.",
        "s",
    ),
    ("Lihat terlampir.\n____________\nBudi Santoso\n021-555-0100", "Lihat terlampir.", "s"),
    ("I look forward to it.\nBudi\n5-3550", "I look forward to it.\nBudi", "s"),
    ("Sampai jumpa besok di kantor.\nBudi\n5-3550", "Sampai jumpa besok di kantor.\nBudi", "s"),
    ("Laporan terlampir semua.\n\nBudi\n57302", "Laporan terlampir semua.\n\nBudi", "s"),
    ("Laporan terlampir semua.\n\nRegards\nBudi (57302)", "Laporan terlampir semua.", "s"),
    ("There is no cost.\n\nParking & Transport Desk\n3-7060", "There is no cost.", "s"),
    (
        "Questions? Please call me or Ani at 021-555-0199.\n\nBudi Santoso\nMaju Jaya\n\
            021-555-0100",
        "Questions? Please call me or Ani at 021-555-0199.",
        "s",
    ),
    (
        "Laporan terlampir semua.\n\n\
            Budi Santoso\nTelp. 021-555-0100\nbudi@example.com\n\n\"Boldness has genius in \
            it.\"\n-Goethe",
        "Laporan terlampir semua.",
        "s",
    ),
    (
        "Laporan terlampir semua.\n\n\
            Budi Santoso\nExecutive Assistant\nOffice of Ani Lestari\nHead of Logistics\nMAJU",
        "Laporan terlampir semua.",
        "s",
    ),
    (
        "Ja, gerne.\n\nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Ja, gerne.",
        "s",
    ),
    // Nothing but a card: somebody passes on what follows. Two of them are a list.
    (
        "Budi Santoso\nKepala Gudang\nTelp: 021-555-0100\nHP: 0812-555-0100\n\n\
            ----- Original Message -----\nFrom: Ani\n\nJadi?",
        "",
        "qs",
    ),
    (
        "Budi Santoso\n021-555-0100\n\nCitra Dewi\n021-555-0101",
        "Budi Santoso\n021-555-0100\n\nCitra Dewi\n021-555-0101",
        "",
    ),
    // Strokes below the last word.
    (
        "Laporan terlampir semua.\nBudi\n--------------------------",
        "Laporan terlampir semua.\nBudi",
        "",
    ),
    ("-----", "-----", ""),
    // What was asked for or announced is the message itself.
    (
        "Please call him:\n\nBudi Santoso\n0812-555-0100",
        "Please call him:\n\nBudi Santoso\n0812-555-0100",
        "",
    ),
    (
        "Mohon hubungi pemasok.\n\nBudi Santoso\n0812-555-0100",
        "Mohon hubungi pemasok.\n\nBudi Santoso\n0812-555-0100",
        "",
    ),
    (
        "Here's how to find me.\n\nBest,\nBudi\n\nGrand Hotel\n021-555-0100",
        "Here's how to find me.\n\nGrand Hotel\n021-555-0100",
        "s",
    ),
    ("Budi Santoso\n0812-555-0100", "Budi Santoso\n0812-555-0100", ""),
    (
        "Halo.\n\n> Who can help?\n\nBudi Santoso\n0812-555-0100",
        "Halo.\n\nBudi Santoso\n0812-555-0100",
        "q",
    ),
    (
        "Sudah saya bayar.\n\nBank Maju\n1234567890",
        "Sudah saya bayar.\n\nBank Maju\n1234567890",
        "",
    ),
    ("Sudah dicek.\n\nTotal Barang\n2.500.000", "Sudah dicek.\n\nTotal Barang\n2.500.000", ""),
    ("Datang ya.\n\nRapat Besar\n23-11-2026", "Datang ya.\n\nRapat Besar\n23-11-2026", ""),
    (
        "New ticket.\n\nRequest Number: 000009797\nRequested For: budi@example.com",
        "New ticket.\n\nRequest Number: 000009797\nRequested For: budi@example.com",
        "",
    ),
    (
        "News.\n\nFirst Headline\nhttps://example.com/1\nSecond Headline\nhttps://example.com/2",
        "News.\n\nFirst Headline\nhttps://example.com/1\nSecond Headline\nhttps://example.com/2",
        "",
    ),
    // A parting ends where sentences begin again.
    (
        "Halo.\n\nThanks,\nBudi\n\nThe report is due on Friday, so we need the numbers.",
        "Halo.\n\nThanks,\n\nThe report is due on Friday, so we need the numbers.",
        "s",
    ),
    // Memos and orders have labels too.
    (
        "Mohon pesankan tiket:\nDari: Jakarta\nKe: Surabaya\nTanggal: 5 Desember",
        "Mohon pesankan tiket:\nDari: Jakarta\nKe: Surabaya\nTanggal: 5 Desember",
        "",
    ),
    (
        "Kepada: Seluruh karyawan\nDari: Personalia\nTanggal: 5 Desember 2026\nPerihal: Libur\n\n\
            Besok libur.",
        "Kepada: Seluruh karyawan\nDari: Personalia\nTanggal: 5 Desember 2026\nPerihal: Libur\n\n\
            Besok libur.",
        "",
    ),
    (
        "Kirim ke budi@example.com\n\nDate: Mon, 23 Nov 2026 09:12\nSubject: x\n\
            From: ani@example.com\nTo: budi@example.com\n\nJadi?",
        "Kirim ke budi@example.com",
        "q",
    ),
    (
        "Ok.\n\n------------------------------\n\n*From:* Ani <ani@example.com>\n\
            *Sent:* Monday\n*To:* Budi\n*Subject:* Report\n\nDone?",
        "Ok.",
        "q",
    ),
    (
        "Ok.\n\n\tAni Lestari\n\t11/23/2026 09:12 AM\n\t\t\n\t\t To: Budi\n\t\t cc: \n\
            \t\t Subject: Terms\n\nDone?",
        "Ok.",
        "q",
    ),
    (
        "Ok.\n\nAni Lestari@EXAMPLE\n11/23/2026 09:12 AM\nTo: Budi/JKT@EXAMPLE,\n\
            Citra/JKT@EXAMPLE,\nDewi/JKT@EXAMPLE,\nEko/JKT@EXAMPLE\n\
            cc: Fitri/JKT@EXAMPLE\nSubject: Terms\n\nDone?",
        "Ok.",
        "q",
    ),
    (
        "Ok.\n\n-------- Izvorna poruka --------\nPredmet: x\nDatum: 23.11.2026 09:12\n\
            Od: Ani <ani@example.com>\nZa: Budi\n\nDone?",
        "Ok.",
        "q",
    ),
    // Other ways of marking. A table has such strokes too.
    (
        "On 23 November 2026 at 09:12, Ani Lestari wrote:\n| one?\n| and?\n\nYes.\n\n| two?\nNo.",
        "Yes.\n\nNo.",
        "q",
    ),
    ("Pada 23 November 2026 09.12, Ani Lestari menulis:\n| satu?\n|\n||dua?\n\nYa.\n", "Ya.", "q"),
    (
        "Stok hari ini:\n| barang | sisa |\n| kabel | 3 |",
        "Stok hari ini:\n| barang | sisa |\n| kabel | 3 |",
        "",
    ),
    ("Ok.\n\n>>> Ani Lestari 23/11/26 09:12 >>>\nDone?", "Ok.", "q"),
    (
        "Monday, November 23, 2026, 9:12:45 AM, you wrote:\n\nAL> one?\n\nYes.\n\nAL> two?\nNo.",
        "Yes.\n\nNo.",
        "q",
    ),
    ("Halo.\n\nSQL> select 1", "Halo.\n\nSQL> select 1", ""),
    // Lines of devices, and sentences about them.
    ("Ok\n\nSent from my phone. Please excuse typos.", "Ok", "s"),
    ("Ok\n\n(sent from a phone)", "Ok", "s"),
    ("Ok\n\nVon meinem Mobilgerät gesendet", "Ok", "s"),
    (
        "Sent from my desk, which is easier than the phone.",
        "Sent from my desk, which is easier than the phone.",
        "",
    ),
    ("Dikirim dari gudang kemarin.", "Dikirim dari gudang kemarin.", ""),
    ("Dikirim melalui kurir", "Dikirim melalui kurir", ""),
    ("Dikirim dari ponsel Samsung", "", "s"),
    // What services put below.
    (
        "Ok.\n\n_____________________________\nJoin the largest e-mail service, free.\nexample.com",
        "Ok.",
        "s",
    ),
    (
        "Ok.\n\n**********************\nThis e-mail is the property of Maju and may contain\n\
            privileged material.\n**********************",
        "Ok.",
        "s",
    ),
];

#[test]
fn self_written_zones() {
    let mut wrong = Vec::new();
    for (text, own, marks) in CASES.iter().chain(EDGES) {
        let found = own_words(text);
        let wanted = Zones {
            own: (*own).to_string(),
            quoted: marks.contains('q'),
            signature: marks.contains('s'),
            forwarded: marks.contains('f'),
            introduction: found.introduction.clone(),
        };
        if found != wanted {
            wrong.push(format!("{text:?}\n   wanted {wanted:?}\n   found  {found:?}"));
        }
        // The end of a line is no word of its own.
        assert_eq!(own_words(&text.replace('\n', "\r\n")), found, "{text:?} with CRLF");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn work_grows_with_the_text_only() {
    // Each of these would take minutes if a line were looked at once for every other line.
    for text in [
        "x".repeat(1 << 20),
        "> ".repeat(1 << 19),
        "> a quoted line\n".repeat(50_000),
        "On Monday\n".repeat(80_000),
        "Regards,\nBudi\n".repeat(60_000),
        "--\n".repeat(200_000),
        "From: a\nTo: b\n".repeat(60_000),
        "____\n".repeat(150_000),
        "\n".repeat(1 << 20),
        "wrote:".repeat(100_000),
        "To: ani@example.com,\n".repeat(50_000),
        "\nBudi Santoso\n0812-555-0100\n".repeat(30_000),
        "\n".repeat(500_000) + &"Regards,\nBudi\n".repeat(30_000),
        "word ".repeat(100_000) + "\n" + &"Regards,\nBudi\n\n".repeat(30_000),
        "On 23 Nov 2026 <ani\n".repeat(50_000),
    ] {
        assert!(own_words(&text).own.len() <= text.len());
    }
}

proptest! {
    #[test]
    fn never_panics(text in "(?s).{0,600}") {
        let zones = own_words(&text);
        prop_assert!(zones.own.len() <= text.len());
    }

    #[test]
    fn plain_words_are_all_kept(
        lines in proptest::collection::vec("[a-z]{3,9}( [a-z]{3,9}){3,8}\\.", 1..12),
    ) {
        let text = lines.join("\n");
        prop_assert_eq!(own_words(&text).own, text);
    }

    #[test]
    fn nothing_is_invented(text in "(?s)([a-z>:\\-\n ]|On |From: |wrote:|Salam,){0,80}") {
        let own = own_words(&text).own;
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        prop_assert!(own.lines().all(|line| line.is_empty() || lines.contains(&line)));
    }
}
