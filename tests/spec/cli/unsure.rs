//! What might ask: listed apart, answered away, and never reminded of.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::world::{CONFIG, World};

fn mail(folder: &Path, name: &str, subject: &str) {
    let message = format!(
        "From: Budi <budi@example.org>\r\nTo: Ani <ani@example.com>\r\nSubject: {subject}\r\n\
         Message-ID: <{subject}@example.org>\r\n\r\nHi Ani,\r\n\r\n\
         Could you please send me the report by tomorrow?\r\n\r\nBudi\r\n"
    );
    std::fs::write(folder.join(name), message).unwrap();
}

#[test]
fn what_might_ask_is_listed_apart_until_it_is_answered() {
    // So high a threshold that nothing is sure.
    let doubting = CONFIG.replacen(
        "[[tier]]",
        "[judgement]\nasks_from = 0.99\nunsure_from = 0.3\n\n[[tier]]",
        1,
    );
    let world = World::with(&doubting);
    let ani = world.folder.path().join("ani");
    mail(&ani.join("new"), "1.mail", "open");
    mail(&ani.join("cur"), "2.mail:2,R", "answered");
    assert_eq!(world.program(&["run", "--once"]).code, 0);
    let listed = world.program(&["--json", "list"]).json();
    assert_eq!(listed["obligations"], serde_json::json!([]), "{listed}");
    let unsure = listed["unsure"].as_array().unwrap();
    assert_eq!(unsure.len(), 1, "{listed}");
    let [owner, from, subject] = ["owner", "from", "subject"].map(|field| &unsure[0][field]);
    assert_eq!(
        (owner, from, subject),
        (&"ani@example.com".into(), &"budi@example.org".into(), &"open".into())
    );
    assert!(unsure[0]["confidence"].as_f64().unwrap() <= 0.99, "{listed}");
    let said = world.program(&["list"]).out;
    assert!(said.contains("Not sure whether these ask for a reply"), "{said}");
    assert!(said.contains("open") && !said.contains("answered"), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let letters = world.folder.path().join("letters");
    let about = |path: &Path| std::fs::read_to_string(path).unwrap().contains("open");
    let sent = std::fs::read_dir(letters).unwrap().map(|one| one.unwrap().path());
    assert!(!sent.filter(|path| path.is_file()).any(|path| about(&path)), "reminded of it");
}

#[test]
fn what_belongs_to_a_request_that_waits_is_not_listed_twice() {
    let words = "It may lie in the folder of Dewi, so perhaps she has it.";
    let again = format!(
        "From: Budi <budi@example.org>\r\nTo: Ani <ani@example.com>\r\nSubject: Re: open\r\n\
         Message-ID: <again@example.org>\r\nIn-Reply-To: <open@example.org>\r\n\r\n{words}\r\n"
    );
    let judging = World::with(CONFIG);
    let file = judging.folder.path().join("again.eml");
    std::fs::write(&file, &again).unwrap();
    let judged = judging.program(&["judge", "--json", file.to_str().unwrap()]).json();
    // A little below the threshold, so that only the open request lifts it above.
    let asks = judged["asks"].as_f64().unwrap();
    let (from, unsure) = ((asks + 0.005).min(0.96), asks - 0.05);
    let thresholds = format!("[judgement]\nasks_from = {from:.3}\nunsure_from = {unsure:.3}\n");
    let config = CONFIG.replacen("[[tier]]", &format!("{thresholds}\n[[tier]]"), 1);
    let listed = |world: &World| {
        assert_eq!(world.program(&["run", "--once"]).code, 0);
        let listed = world.program(&["--json", "list"]).json();
        (listed["unsure"].as_array().unwrap().len(), listed["obligations"][0]["asks"].clone())
    };
    let alone = World::with(&config);
    std::fs::write(alone.folder.path().join("ani/new/2.mail"), &again).unwrap();
    assert_eq!(listed(&alone), (1, serde_json::Value::Null));
    let world = World::with(&config);
    let new = world.folder.path().join("ani/new");
    mail(&new, "1.mail", "open");
    let asked = std::fs::File::options().write(true).open(new.join("1.mail")).unwrap();
    asked.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    std::fs::write(new.join("2.mail"), &again).unwrap();
    assert_eq!(listed(&world), (0, 2.into()));
    let why = world.program(&["why", "again@example.org"]).out;
    assert!(why.contains("counts as asking again"), "{why}");
}

#[test]
fn who_was_written_to_before_is_a_little_surer() {
    let again = "From: Budi <budi@example.org>\r\nTo: Ani <ani@example.com>\r\n\
         Subject: The folder\r\nMessage-ID: <later@example.org>\r\n\r\n\
         It may lie in the folder of Dewi, so perhaps she has it.\r\n";
    let sent = "From: Ani <ani@example.com>\r\nTo: Budi <budi@example.org>\r\n\
         Subject: Lunch\r\nMessage-ID: <lunch@example.com>\r\n\r\nIt was good.\r\n";
    let judging = World::with(CONFIG);
    let file = judging.folder.path().join("later.eml");
    std::fs::write(&file, again).unwrap();
    let judged = judging.program(&["judge", "--json", file.to_str().unwrap()]).json();
    let asks = judged["asks"].as_f64().unwrap();
    let (from, unsure) = ((asks + 0.002).min(0.97), (asks - 0.05).max(0.01));
    let thresholds = format!("[judgement]\nasks_from = {from:.3}\nunsure_from = {unsure:.3}\n");
    let config = CONFIG.replacen("[[tier]]", &format!("{thresholds}\n[[tier]]"), 1);
    // Written before, whichever is read first; written only later; to nobody.
    for (minutes, sent_first, owed) in
        [(-60, true, true), (-60, false, true), (60, true, false), (60, false, false)]
    {
        let world = World::with(&config);
        let place = |folder: &str| world.folder.path().join(folder);
        let asked = (place("ani/new/1.mail"), again, 7200);
        let wrote = (place("ani/.Sent/cur/2.mail:2,S"), sent, 7200 - minutes * 60);
        let order = if sent_first { [wrote, asked] } else { [asked, wrote] };
        for (path, words, ago) in order {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, words).unwrap();
            let ago = Duration::from_secs(u64::try_from(ago).unwrap());
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - ago).unwrap();
            assert_eq!(world.program(&["run", "--once"]).code, 0);
        }
        let listed = world.program(&["--json", "list"]).json();
        let found = listed["obligations"].as_array().unwrap().len();
        let (owed, left) = if owed { (1, 0) } else { (0, 1) };
        assert_eq!(found, owed, "{minutes} {sent_first}: {listed}");
        let unsure = listed["unsure"].as_array().unwrap().len();
        assert!(unsure <= left, "{minutes} {sent_first}: {listed}");
        let why = world.program(&["why", "later@example.org"]).out.replace('\n', " ");
        let told = why.contains("somebody to whom the owner writes");
        assert_eq!(told, found == 1, "{minutes} {sent_first}: {why}");
    }
}
