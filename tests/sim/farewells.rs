//! What must hold of the letters around an absence: the one before it leaves before it, the one after
//! it once and when its owner is there again.

use sigap::model::away::Phase;
use sigap::model::farewell::Occasion;
use sigap::model::letter::{Kind, Letter};
use sigap::store::away;

use crate::world::{DAY, Failure, World};

impl World {
    /// May this letter leave now? That nothing is accepted twice, its keys tell.
    pub fn check_farewell(&mut self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        self.check_fresh(letter, owner)?;
        let wrong = |why: &str| Err(format!("letter {} {why}", letter.id));
        let wall = self.wall();
        if letter.attempts == 1 && !self.calendar(owner).is_open(wall) {
            return wrong("left outside the owner's hours");
        }
        let c = self.engine.as_ref().unwrap().db().connection();
        let about: Occasion = serde_json::from_str(&letter.draft.about).unwrap();
        let all = away::of_owner(c, self.owners[owner].id).unwrap();
        let its_own =
            |whole| about.aways.iter().any(|one| away::is_part_of(c, *one, whole).unwrap());
        let standing: Vec<_> = all.into_iter().filter(|one| its_own(one.id)).collect();
        let begun = standing.iter().any(|one| one.phase(wall) != Phase::Planned);
        let over = |one: &sigap::model::away::Away| one.phase(wall) == Phase::Ended;
        match letter.draft.kind {
            Kind::Leaving if begun || standing.is_empty() => {
                return wrong("left though the absence has begun or is none");
            }
            Kind::Digest if standing.is_empty() || !standing.iter().all(over) => {
                return wrong("left though the absence is not over");
            }
            _ => {}
        }
        let key = letter.draft.items.last().map(|item| item.key.clone()).unwrap_or_default();
        let named = |one: &&sigap::model::away::Away| key == format!("digest:{}", one.id);
        if letter.draft.kind == Kind::Digest {
            let Some(ended) = standing.iter().find(named).and_then(|one| one.span()) else {
                return wrong("is a digest of another absence");
            };
            let long_ago = wall.as_second() - ended.1.as_second() > 9 * DAY;
            let back = self.calendar(owner).next_opening(ended.1);
            if long_ago || back.is_none_or(|back| back.as_second() < self.oracle.anew_at) {
                return wrong("is a digest of what was over long before");
            }
        }
        self.totals.farewells += 1;
        self.check_wanted(letter, owner)
    }
}
