//! Self-written letters: what asks, what thanks, what only tells. One line per case.
use proptest::prelude::*;
use sigap::mail::asks::wording;
use sigap::model::verdict::{Clue, Language};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    /// Asks: at or above the usual threshold.
    Asks,
    /// Must not open an obligation; may be listed as unsure.
    Quiet,
    /// Asks nothing.
    Tells,
    /// Thanks or goodbye.
    Closes,
}
use Says::{Asks, Closes, Quiet, Tells};

const CASES: &[(&str, Says)] = &[
    // English: questions
    ("Hi Ani,\n\nWhen will the September report be ready?\n\nRegards", Asks),
    ("Could you send me the signed contract by Friday?", Asks),
    ("Can you join the call tomorrow at ten", Asks),
    ("Do you have the invoice number for the last delivery?", Asks),
    ("what time does the training start", Asks),
    ("I was wondering if you could share last year's figures.", Asks),
    ("Any update on the permit?", Asks),
    ("Did the vendor ever reply to you? I would hate to lose the slot.", Asks),
    ("The server room is at 31 degrees. Is that normal?", Asks),
    ("Is there a parking space for visitors?", Asks),
    ("Your thoughts?", Asks),
    ("How should we book the travel costs?", Asks),
    ("Thanks for the draft. One question: which cost centre do we use?", Asks),
    ("Two points:\n- the budget line is missing\n- who signs for the warehouse?", Asks),
    ("Could we move the meeting to Thursday?", Asks),
    ("Would you mind checking the second table again?", Asks),
    ("Have you seen https://example.org/page?id=7 already?", Asks),
    // English: requests and confirmations
    ("Please send the updated price list.", Asks),
    ("Please confirm that the delivery address is still correct.", Asks),
    ("Kindly advise on the next steps.", Asks),
    ("Please let me know whether Tuesday suits you.", Asks),
    ("Let me know what you think of the attached draft.", Asks),
    ("I need you to sign the form before noon.", Asks),
    ("We are still waiting for your answer on the lease.", Asks),
    ("Please find attached the offer. Please approve it by Wednesday.", Asks),
    ("We need your approval for the purchase of two printers.", Asks),
    ("Attached is the plan. I would appreciate your feedback by Monday.", Asks),
    ("Following up on my mail of last week: I have not heard back from you.", Asks),
    ("I would like to know how much the licence costs.", Asks),
    ("Kindly provide the tax number of your company.", Asks),
    ("It would be great if you could present the results on Friday.", Asks),
    ("Grateful if you could forward the minutes.", Asks),
    ("URGENT: please call me back, the line is down.", Asks),
    ("I'll be in the office tomorrow. Could you bring the keys?", Asks),
    ("FYI, the audit is moved to May. Can you still attend?", Asks),
    // English: telling
    ("Please find attached the minutes of Monday's meeting.", Tells),
    ("FYI - the lift will be out of order on Saturday.", Tells),
    ("The shipment left the harbour this morning.", Tells),
    ("I'll send you the figures tomorrow.", Tells),
    ("We will let you know as soon as the parts arrive.", Tells),
    ("I have paid the invoice today.", Tells),
    ("Just to let you know: the meeting room has changed to 3B.", Tells),
    ("Attached is the signed contract. If you have any questions, please let me know.", Tells),
    ("The report is done. Please do not hesitate to contact me with any questions.", Tells),
    ("Here are the slides. Any questions?", Tells),
    ("Please note that the office is closed on Thursday.", Tells),
    ("Please be informed that salaries are paid on the 25th.", Tells),
    ("No reply needed, just keep this for your files. Could be useful one day?", Tells),
    ("The numbers are final, no action required.", Tells),
    ("See https://example.org/?q=what for the details.", Tells),
    ("Yes, Tuesday works.", Tells),
    ("He is out of office until Monday.", Tells),
    ("As requested, the file is in the shared folder.", Tells),
    ("I hope you are well. The goods arrived yesterday in good order.", Tells),
    ("The board approved the budget on Monday.", Tells),
    ("I know what happened, it is solved.", Tells),
    ("We need to finish the stock count this week, my team is on it.", Tells),
    ("Let me know if you have any questions.", Tells),
    ("I am looking forward to hearing the concert.", Quiet),
    ("Want to save money? Click here and order now. Unsubscribe at any time.", Quiet),
    ("Looking for a new laptop? Special offer, limited time! View in browser. Unsubscribe", Quiet),
    ("Let me know if you are unable to attend.", Quiet),
    // English: closing
    ("Thanks!", Closes),
    ("Thank you very much for your help.", Closes),
    ("Noted with thanks.", Closes),
    ("Got it, thanks.", Closes),
    ("OK, thanks a lot!", Closes),
    ("Great, thank you. Have a nice weekend!", Closes),
    ("You're welcome.", Closes),
    ("Well received, thank you.", Closes),
    ("Hi Budi,\n\nMany thanks for the quick reply.\n\nBest regards", Closes),
    ("Perfect.", Closes),
    ("Will do, thanks", Closes),
    ("Thanks Ani", Closes),
    ("Congratulations on the new position!", Closes),
    ("Sounds good!", Closes),
    // Indonesian: questions
    ("Yth. Ibu Ani,\n\nApakah laporan bulan September sudah selesai?\n\nHormat saya,\nBudi", Asks),
    ("Kapan kontraknya bisa ditandatangani?", Asks),
    ("Pak, berapa biaya pemasangan untuk dua lantai", Asks),
    ("Bagaimana cara mengajukan cuti tahunan", Asks),
    ("Bu, apakah bisa dikirim hari ini", Asks),
    ("Bisakah rapat dipindahkan ke hari Kamis?", Asks),
    ("Saya ingin menanyakan status permohonan izin kami.", Asks),
    ("Mau tanya, gudang buka jam berapa ya", Asks),
    ("Izin bertanya Bu, untuk formulirnya diisi semua atau sebagian?", Asks),
    ("sudah dikirim belum bu?", Asks),
    ("Jadi rapatnya jam berapa?", Asks),
    ("gimana kabar proyeknya pak? sudah ada jawaban?", Asks),
    ("Selamat pagi Bu Ani, boleh tahu siapa yang menangani faktur ini?", Asks),
    ("Apa syarat pendaftarannya?", Asks),
    ("Kapan kira-kira barangnya sampai ya", Asks),
    ("Bagaimana menurut Ibu", Asks),
    // Indonesian: requests and confirmations
    ("Mohon kirimkan data penjualan triwulan ketiga.", Asks),
    ("Mohon konfirmasi kehadiran Bapak/Ibu paling lambat hari Rabu.", Asks),
    ("Mohon persetujuannya untuk pembelian dua printer.", Asks),
    ("Tolong cek lagi angka di halaman dua.", Asks),
    ("Tolong kirim berkasnya ke saya ya, Pak.", Asks),
    ("Mohon bantuannya untuk memeriksa dokumen terlampir.", Asks),
    ("Bersama ini kami kirimkan penawaran. Mohon tanggapan Bapak.", Asks),
    ("Kami tunggu kabar baiknya.", Asks),
    ("Ditunggu konfirmasinya ya Bu.", Asks),
    ("Harap konfirmasi alamat pengiriman.", Asks),
    ("Minta tolong dikirimkan notulen rapat kemarin.", Asks),
    ("Boleh minta nomor rekening kantor?", Asks),
    ("Mohon info jadwal pelatihan bulan depan. Terima kasih.", Asks),
    ("Sampai hari ini kami belum menerima jawaban atas surat tersebut.", Asks),
    ("Silakan kirim dokumennya sebelum Jumat.", Asks),
    ("Mohon segera ditindaklanjuti, MENDESAK.", Asks),
    ("tlg dicek ya mas, servernya lambat", Asks),
    ("Mohon maaf mengganggu. Mohon dikirim ulang lampirannya, tidak bisa dibuka.", Asks),
    ("Saya membutuhkan data gaji untuk audit besok.", Asks),
    ("Mohon arahan Ibu untuk langkah selanjutnya.", Asks),
    ("Kami bermaksud mengajukan permohonan peminjaman ruang rapat.", Asks),
    ("Terima kasih infonya, Bu. Untuk yang cabang Solo, kapan diproses?", Asks),
    ("Dengan hormat,\nkami mohon Bapak berkenan hadir sebagai pembicara.", Asks),
    // Indonesian: telling
    ("Terlampir notulen rapat hari Senin.", Tells),
    ("Sekadar informasi, lift tidak beroperasi hari Sabtu.", Tells),
    ("Akan saya kirim datanya besok.", Tells),
    ("Baik Pak, besok saya kirim datanya.", Tells),
    ("Barang sudah kami terima dalam keadaan baik pada hari Selasa.", Tells),
    (
        "Berikut kami sampaikan laporan bulanan. Apabila ada pertanyaan, jangan ragu \
            menghubungi kami.",
        Tells,
    ),
    ("Pembayaran sudah saya transfer tadi pagi.", Tells),
    ("Bersama ini kami informasikan bahwa kantor tutup pada hari Kamis.", Tells),
    ("Email ini tidak perlu dibalas.", Tells),
    ("Rapat dipindah ke ruang 3B.", Tells),
    ("Mohon maaf atas keterlambatannya, berkas sudah di meja Ibu.", Tells),
    ("Gangguan sudah selesai, mohon maklum.", Tells),
    ("Kami akan mengabari Bapak setelah suku cadang datang.", Tells),
    ("Saya sedang di jalan, nanti saya kabari.", Tells),
    ("Bisa Pak, besok saya datang.", Tells),
    ("Ada dua berkas di folder bersama.", Tells),
    ("Sudah saya perbaiki angkanya.", Tells),
    ("Demikian laporan kami. Atas perhatian Bapak/Ibu, saya ucapkan terima kasih.", Tells),
    ("Apa kabar? Semoga sehat selalu. Proyek di Bandung sudah selesai minggu lalu.", Tells),
    ("Rapatnya jadi jam sembilan di lantai dua.", Tells),
    // Indonesian: closing
    ("Terima kasih, Bu.", Closes),
    ("Terima kasih banyak atas bantuannya.", Closes),
    ("Baik Pak, terima kasih.", Closes),
    ("Siap, Pak!", Closes),
    ("Sama-sama, Bu.", Closes),
    ("Noted Bu, terima kasih infonya", Closes),
    ("Oke siap, makasih mas", Closes),
    ("Yth. Ibu Ani,\n\nTerima kasih atas informasinya.\n\nHormat saya", Closes),
    ("Baik.", Closes),
    ("Sudah saya terima, terima kasih.", Closes),
    ("Selamat ulang tahun, Bu Ani. Semoga sehat selalu.", Closes),
    ("Sip, makasih ya", Closes),
    // Both languages, harder
    ("Hi Ani, just checking whether you received my invoice from last week.", Asks),
    ("Ani, do we still meet at 3 today", Asks),
    ("Please advise.", Asks),
    ("Could somebody from your team explain the delay to our customer?", Asks),
    ("I still don't have the password for the portal. Can someone reset it", Asks),
    ("Pls revert by tomorrow.", Asks),
    ("Need the slides before lunch, thanks", Asks),
    ("Would Wednesday 2pm suit you?", Asks),
    ("We kindly request your presence at the hearing on 3 March. RSVP", Asks),
    ("Bu, kontraknya sudah ditandatangani belum ya", Asks),
    ("pak kalau mau reschedule ke senin bisa ga", Asks),
    ("Mohon dibantu cek status pengiriman nomor 4711.", Asks),
    ("Kira-kira kapan saya bisa ambil berkasnya Bu", Asks),
    ("Saya belum menerima balasan Ibu mengenai jadwal wawancara.", Asks),
    ("Apabila Ibu berkenan, mohon ditandatangani halaman terakhir.", Asks),
    ("Dokumennya kurang satu, bisa dilengkapi Bu?", Asks),
    ("Tolong ya Bu.", Asks),
    ("Izin menanyakan, pembayaran termin dua sudah diproses?", Asks),
    ("Bagaimana kelanjutan proposal kami", Asks),
    ("Noted, will update you by tomorrow.", Quiet),
    ("Terima kasih atas konfirmasinya, sampai bertemu hari Senin.", Quiet),
    ("The question of who pays was settled yesterday.", Quiet),
    ("I asked Citra if she could send it; she will.", Quiet),
    ("Budi wondered how we do it, I explained it to him.", Quiet),
    ("What a great result! Well done everyone.", Quiet),
    ("Berikut saya lampirkan notulen. Silakan dipelajari. Terima kasih.", Quiet),
    ("Untuk pertanyaan lebih lanjut silakan hubungi bagian keuangan.", Quiet),
    ("Pembayaran Anda telah berhasil. Simpan email ini sebagai bukti.", Quiet),
    ("Pak Andi sudah saya minta untuk mengirim datanya.", Quiet),
    ("Mohon maaf saya terlambat membalas. Dokumen sudah saya kirim ke bagian hukum.", Quiet),
    ("Permintaan Ibu sudah kami proses dan akan selesai besok.", Quiet),
    ("Iya Bu, boleh. Silakan datang jam sembilan.", Quiet),
    ("I'm not sure what happened, but it works again now.", Quiet),
    ("You asked when the parts arrive: they arrive on Tuesday.", Quiet),
    ("If the weather is bad we will move the event indoors.", Quiet),
    ("Please find the report attached. Best regards", Quiet),
    ("I can do Tuesday at 3.", Quiet),
    ("Ok pak nanti saya tanyakan ke bagian gudang", Quiet),
    ("Attached please find our offer. We look forward to working with you.", Quiet),
    ("Semua sudah beres Bu, tinggal tunggu barang datang.", Quiet),
    ("Your order has shipped. Questions? Visit our help page.", Quiet),
    ("Kami mengucapkan terima kasih atas kerja sama Bapak selama ini.", Quiet),
    ("Why this matters: the old pump failed twice. It has been replaced.", Quiet),
    ("No worries, take your time. Let me know once you are back.", Quiet),
    ("Ani - any chance you can look at the draft today?", Asks),
    ("Could you kindly revert with the signed copy.", Asks),
    ("Which of the two dates do you prefer", Asks),
    ("I sent my application in March and never got an answer.", Asks),
    ("Our delivery 88 is missing two boxes. Please look into this.", Asks),
    ("Saya mau konfirmasi apakah ruang rapat sudah dipesan", Asks),
    ("Bu Ani, mohon jadwalnya dikirim ulang, yang lama salah.", Asks),
    ("Pak, ini fakturnya belum dibayar. Kapan bisa diselesaikan?", Asks),
    ("Kami mengajukan permohonan kunjungan pada 4 Desember.", Asks),
    ("mbak tolong transfernya diulang ya", Asks),
    ("Is the price still valid", Asks),
    ("Please sign and return the attached form.", Asks),
    ("I checked, and the price is still valid.", Quiet),
    ("The form is signed and attached.", Quiet),
    ("Jadwal baru sudah saya kirim ulang ke semua.", Quiet),
    ("Faktur sudah dibayar kemarin, bukti terlampir.", Quiet),
    ("Thanks for asking, we are fine.", Quiet),
    ("We had asked them to confirm, and they did.", Quiet),
    ("Ruang rapat sudah dipesan untuk hari Rabu, Bu.", Quiet),
    ("Kalau begitu saya ikut keputusan Ibu saja.", Quiet),
    ("Hope to see you at the party, no need to bring anything.", Quiet),
    ("Terima kasih atas undangannya. Saya akan hadir.", Quiet),
    ("Laporan bulan Oktober kami sampaikan sebagaimana terlampir.", Quiet),
    ("If this did not solve your problem, please reply to this message.", Quiet),
    ("As you know, when the price falls we buy.", Quiet),
];

#[test]
fn self_written_letters() {
    let mut wrong = Vec::new();
    for (text, wanted) in CASES {
        let words = wording("", text);
        let right = match wanted {
            Asks => words.asks >= 0.6 && !words.closer,
            Quiet => words.asks < 0.6,
            Tells => words.asks < 0.45,
            Closes => words.closer && words.asks < 0.1,
        };
        if !right {
            wrong.push(format!(
                "{wanted:?}, told {:.2} {:?} closer {}: {text:?}",
                words.asks, words.clue, words.closer
            ));
        }
        assert!((0.0..=1.0).contains(&words.asks));
        assert_eq!(words.model, "asks-1");
        assert!(words.snippet.chars().count() <= 200);
    }
    assert!(CASES.len() >= 120, "{}", CASES.len());
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn the_surest_clue_is_named() {
    for (subject, text, clue) in [
        ("", "When is the meeting?", Clue::QuestionMark),
        ("", "Apakah rapatnya jadi", Clue::QuestionWords),
        ("", "Tolong kirim berkasnya.", Clue::Request),
        ("", "Please confirm the date.", Clue::Confirmation),
        ("", "Mohon persetujuan Bapak.", Clue::Confirmation),
        ("", "The goods have arrived.", Clue::Statement),
        ("", "Terima kasih, Pak.", Clue::Courtesy),
        ("", "", Clue::NoWords),
        ("Could you send the keys?", "", Clue::SubjectAsks),
        ("Permohonan data gaji", "Terlampir.", Clue::SubjectAsks),
        ("Re: Could you send the keys?", "", Clue::NoWords),
        ("Bls: kapan rapatnya?", "Hari Senin.", Clue::Statement),
    ] {
        assert_eq!(wording(subject, text).clue, clue, "{subject:?} {text:?}");
    }
}

#[test]
fn urgency_is_seen_and_denied() {
    for (subject, text, urgent) in [
        ("URGENT: server", "It is down.", true),
        ("", "Mohon dikirim secepatnya.", true),
        ("", "Please answer asap.", true),
        ("Re: MENDESAK", "Berkasnya terlampir.", true),
        ("", "This is not urgent, take your time.", false),
        ("", "Tidak mendesak kok.", false),
        ("", "The urgency of the matter is known.", false),
    ] {
        assert_eq!(wording(subject, text).urgent, urgent, "{subject:?} {text:?}");
    }
}

#[test]
fn greetings_name_people() {
    for (text, names) in [
        ("Dear Kim,\n\nsee below", vec!["kim"]),
        ("Kim:\nsee below", vec!["kim"]),
        ("Rick:  There is no need.", vec!["rick"]),
        ("Yth. Bapak Andi,\nterlampir", vec!["andi"]),
        ("Pak Andi, mohon dicek", vec!["andi"]),
        ("Hi Sari\n\nterlampir", vec!["sari"]),
        ("hi sari,\nterlampir", vec!["sari"]),
        ("Andi dan Budi,\nterlampir", vec!["andi", "budi"]),
        ("Kim/Budi,\nsee below", vec!["kim", "budi"]),
        ("Dear all,\nsee below", vec![]),
        ("Rekan-rekan,\nterlampir", vec![]),
        ("Dear Team,\nsee below", vec![]),
        ("Thanks,\nsee below", vec![]),
        ("Yes, it is.", vec![]),
        ("Halo internet saya mati", vec![]),
        ("Selamat pagi,\nterlampir", vec![]),
        ("Bapak/Ibu,\nterlampir", vec![]),
        ("However, the figures differ.", vec![]),
        ("Besok, rapatnya pindah.", vec![]),
        ("The report for Kim: see below", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(wording("", text).greets, names, "{text:?}");
    }
}

#[test]
fn languages() {
    for (text, language) in [
        ("Could you send me the report?", Some(Language::En)),
        ("Tolong kirim laporannya ya", Some(Language::Id)),
        ("Terima kasih", Some(Language::Id)),
        ("Thanks", Some(Language::En)),
        ("Mohon review draft agreement terlampir, deadline besok ya", Some(Language::Id)),
        ("Bonjour, je voudrais savoir quand le rapport sera prêt", None),
        ("Wann ist der Bericht fertig und wer schickt ihn ab", None),
        ("12345", None),
        ("", None),
        ("報告はいつできますか", None),
    ] {
        assert_eq!(wording("", text).language, language, "{text:?}");
    }
}

#[test]
fn the_snippet_is_what_weighed_most_and_clean() {
    let words = wording("", "The goods are here.\nCould you\u{202e} sign\u{0} the form?\nBye.");
    assert_eq!(words.snippet, "Could you sign the form?");
    let long = wording("", &format!("Could you {} sign?", "very ".repeat(110)));
    assert!(long.snippet.chars().count() <= 200 && long.snippet.ends_with('…'));
}

proptest! {
    #[test]
    fn never_panics_and_stays_a_probability(subject in "\\PC{0,60}", text in "(?s).{0,400}") {
        let words = wording(&subject, &text);
        prop_assert!((0.0..=1.0).contains(&words.asks));
        prop_assert!(words.snippet.chars().count() <= 200);
        prop_assert!(!words.snippet.chars().any(char::is_control));
    }

    #[test]
    fn words_of_the_tables_in_any_order(parts in proptest::collection::vec(
        proptest::sample::select(vec!["mohon", "?", "please", "Kim,", "terima kasih", ".", "\n",
            "FYI", "apakah", "ok", "…", "http://x.test/?a", "Pak", ":", "-", "ß", "’"]), 0..40)) {
        let words = wording(&parts.join(""), &parts.join(" "));
        prop_assert!((0.0..=1.0).contains(&words.asks));
    }
}

#[test]
fn endless_lines_are_bounded() {
    let words = wording("", &"mohon kirim data ".repeat(60_000));
    assert!(words.asks > 0.0);
}
