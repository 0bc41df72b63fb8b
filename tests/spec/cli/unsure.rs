//! What might ask: listed apart, answered away, and never reminded of.

use std::path::Path;

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
