//! From checked settings to what the engine is told: everything but the doors and the secrets.
//!
//! Never changes a value; what was not understood was refused by `config/settings`.

use crate::config::settings::Settings;
use crate::engine::office::{Charter, templates};

/// The charter of these settings; what is wrong with overriding templates, a line each.
pub fn charter(settings: &Settings) -> Result<Charter, String> {
    Ok(Charter {
        mode: settings.mode,
        owners: settings.owners.iter().map(|watched| watched.owner.clone()).collect(),
        policy: settings.policy.clone(),
        requesters: settings.requesters.clone(),
        contacts: settings.contacts.clone(),
        teams: settings.teams.clone(),
        from: settings.from.clone(),
        inbox: settings.inbox.as_ref().map(|inbox| inbox.address.clone()),
        admin: settings.admin.clone(),
        fingerprint: settings.fingerprint.clone(),
        templates: templates(settings.templates.as_deref())?,
    })
}
