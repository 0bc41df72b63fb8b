//! `list --awaiting`: whose answers an owner waits for, and what is said of it by hand.

use std::path::Path;

use super::world::World;

fn sent(folder: &Path, name: &str, subject: &str, text: &str) {
    let message = format!(
        "From: Ani <ani@example.com>\r\nTo: Budi Santoso <budi@example.org>\r\n\
         Subject: {subject}\r\nMessage-ID: <{subject}@example.com>\r\n\r\n{text}\r\n"
    );
    std::fs::write(folder.join(name), message).unwrap();
}

#[test]
fn whose_answers_are_awaited_is_listed_and_ended_by_hand() {
    let world = World::new();
    let folder = world.folder.path().join("ani").join(".Sent").join("cur");
    sent(&folder, "1.mail:2,S", "contract", "Hi Budi, could you please send me the contract?");
    sent(&folder, "2.mail:2,S", "notice", "Hi Budi, the office is closed on Friday.");
    assert_eq!(world.program(&["run", "--once"]).code, 0);

    let listed = world.program(&["--json", "list", "--awaiting"]).json();
    let awaiting = listed["awaiting"].as_array().unwrap();
    assert_eq!(awaiting.len(), 1, "{listed}");
    assert_eq!(awaiting[0]["asked"], serde_json::json!(["budi@example.org"]));
    assert_eq!(awaiting[0]["message_id"], "contract@example.com");
    assert_eq!(awaiting[0]["status"], "waiting");
    assert_eq!(listed["mailboxes"][0]["owner"], "ani@example.com");
    let reference = awaiting[0]["ref"].as_str().unwrap().to_owned();
    assert!(reference.starts_with("W-"), "{listed}");

    let said = world.program(&["list", "--awaiting"]).out;
    assert!(said.contains("Budi Santoso") && said.contains("1 answer is awaited."), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let why = world.program(&["why", &reference]).out;
    assert!(why.contains(&format!("{reference}: asked budi@example.org on")), "{why}");
    assert!(why.lines().all(|line| line.chars().count() <= 80), "{why}");
    assert!(awaiting[0]["standing"].is_string() && awaiting[0]["reminded_at"].is_null());

    let put_off = world.program(&["snooze", &reference, "2d"]);
    assert_eq!(put_off.code, 0, "{}", put_off.out);
    let listed = world.program(&["--json", "list", "--awaiting"]).json();
    let [until, at] = ["snoozed_until", "follow_up_at"].map(|name| &listed["awaiting"][0][name]);
    assert!(until.is_string() && at.as_str() >= until.as_str(), "{listed}");

    let done = world.program(&["done", &reference.to_lowercase()]);
    assert!(done.out.contains("nothing more is awaited"), "{}", done.out);
    let said = world.program(&["list", "--awaiting"]).out;
    assert!(said.contains("No answer is awaited."), "{said}");
    let all = world.program(&["--json", "list", "--awaiting", "--all"]).json();
    assert_eq!(all["awaiting"][0]["ended"]["how"], "done", "{all}");
    assert!(world.program(&["done", &reference]).out.contains("had ended already: done"));

    assert_eq!(world.program(&["undo", "--owner", "ani"]).code, 0);
    assert!(world.program(&["list", "--awaiting"]).out.contains("1 answer is awaited."));
    assert_eq!(world.program(&["done", "W-00000"]).code, 1);
}
