//! Who is who: the settings with their rows in the store, as the engine looks things up.
//!
//! Made at start and at each reload; in between only absences change.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::mail::templates::{TemplateFault, Templates};
use crate::model::address::{Address, Party};
use crate::model::away::Away;
use crate::model::calendar::Calendar;
use crate::model::contact::Contact;
use crate::model::ids::OwnerId;
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Policy};
use crate::model::requester::Requesters;
use crate::model::team::Team;
use crate::store::db::{Connection, StoreError};
use crate::store::{away, facts, mailboxes};

/// What the engine is told at start: the settings without the doors.
#[derive(Clone, Debug)]
pub struct Charter {
    /// The file's mode.
    pub mode: Mode,
    /// Owners, ids not yet given.
    pub owners: Vec<Owner>,
    /// Promises.
    pub policy: Policy,
    /// Requesters with several addresses.
    pub requesters: Requesters,
    /// People who are no owners, as they are presented.
    pub contacts: BTreeMap<Address, Contact>,
    /// Teams by name.
    pub teams: BTreeMap<String, Team>,
    /// Sender of all letters.
    pub from: Party,
    /// Where people who are no owners may answer; `None`: they are not heard.
    pub inbox: Option<Address>,
    /// Who hears of what a person must look at.
    pub admin: Option<Address>,
    /// Text of all that influences decisions.
    pub fingerprint: String,
    /// Letters' templates.
    pub templates: Arc<Templates>,
}

/// Owners with their rows, and the promises.
#[derive(Clone, Debug)]
pub struct Office {
    /// By row.
    pub owners: BTreeMap<OwnerId, Arc<Owner>>,
    /// By each of their addresses.
    pub by_address: BTreeMap<Address, OwnerId>,
    /// Promises.
    pub policy: Arc<Policy>,
    /// Requesters with several addresses.
    pub requesters: Requesters,
    /// People who are no owners, as they are presented.
    pub contacts: BTreeMap<Address, Contact>,
    /// Teams by name.
    pub teams: BTreeMap<String, Team>,
    /// The file's mode.
    pub mode: Mode,
    /// Sender of all letters.
    pub from: Party,
    /// Where people who are no owners may answer; `None`: they are not heard.
    pub inbox: Option<Address>,
    /// Who hears of what a person must look at.
    pub admin: Option<Address>,
    /// Letters' templates.
    pub templates: Arc<Templates>,
}

/// The letters' templates, with those of a folder in place of the built-in ones; all that is wrong
/// with them, a line each.
pub fn templates(folder: Option<&Path>) -> Result<Arc<Templates>, String> {
    let line = |fault: TemplateFault| match fault.line {
        Some(line) => format!("{}:{line}: {}", fault.file, fault.what),
        None => format!("{}: {}", fault.file, fault.what),
    };
    Templates::load(folder)
        .map(Arc::new)
        .map_err(|faults| faults.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

impl Office {
    /// Gives every owner its row and keeps the policy as a version.
    pub fn open(c: &Connection, charter: Charter, now: Timestamp) -> Result<Self, StoreError> {
        facts::keep_policy(c, &charter.fingerprint, now)?;
        let mut office = Self::seat(charter, |address| mailboxes::owner(c, address).map(Some))?;
        office.note_absences(&away::all(c)?);
        Ok(office)
    }

    /// The same for the command line, which gives nobody a row: who has none yet is left out.
    pub fn known(c: &Connection, charter: Charter) -> Result<Self, StoreError> {
        let mut office = Self::seat(charter, |address| mailboxes::known_owner(c, address))?;
        office.note_absences(&away::all(c)?);
        Ok(office)
    }

    /// Who is away when: that time is taken out of their calendars, and no other. True: it is
    /// other time than before.
    pub fn note_absences(&mut self, all: &[Away]) -> bool {
        let mut changed = false;
        let mut spans: BTreeMap<OwnerId, Vec<_>> = BTreeMap::new();
        for away in all {
            spans.entry(away.owner).or_default().extend(away.span());
        }
        for (id, owner) in &mut self.owners {
            let calendar = Calendar::clone(&owner.calendar);
            let calendar = calendar.away_only(spans.remove(id).unwrap_or_default());
            if calendar.absences() != owner.calendar.absences() {
                *owner = Arc::new(Owner { calendar: Arc::new(calendar), ..Owner::clone(owner) });
                changed = true;
            }
        }
        changed
    }

    fn seat(
        charter: Charter,
        row_of: impl Fn(&Address) -> Result<Option<OwnerId>, StoreError>,
    ) -> Result<Self, StoreError> {
        let mut owners = BTreeMap::new();
        let mut by_address = BTreeMap::new();
        for mut owner in charter.owners {
            let Some(first) = owner.main_address() else { continue };
            let Some(row) = row_of(first)? else { continue };
            owner.id = row;
            by_address.extend(owner.addresses.iter().map(|address| (address.clone(), owner.id)));
            owners.insert(owner.id, Arc::new(owner));
        }
        Ok(Self {
            owners,
            by_address,
            policy: Arc::new(charter.policy),
            requesters: charter.requesters,
            contacts: charter.contacts,
            teams: charter.teams,
            mode: charter.mode,
            from: charter.from,
            inbox: charter.inbox,
            admin: charter.admin,
            templates: charter.templates,
        })
    }

    /// The main address of whoever has this one; of somebody who is no owner, the same.
    pub fn main_address<'a>(&'a self, address: &'a Address) -> &'a Address {
        self.owner_of(address).and_then(|owner| owner.main_address()).unwrap_or(address)
    }

    /// The owner of an address, plus-tags ignored.
    pub fn owner_of(&self, address: &Address) -> Option<&Arc<Owner>> {
        let id = self.by_address.get(address).or_else(|| self.by_address.get(&address.untagged()));
        id.and_then(|id| self.owners.get(id))
    }
}
