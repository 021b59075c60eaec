//! The first look at members: the fingerprints of everything stored about them, against those of a replay of their facts.
//!
//! Members whose rows are exactly as a replay writes them are done with. The others (those with a difference, those whose history was
//! resettled) are looked at row by row.

use std::collections::HashMap;
use std::sync::Arc;

use db::Db;
use ledger::Instant;
use program::history::{in_force, replay_again};
use program::{Engine, Member, Out, Timeline};

use super::Verification;
use crate::app::AppError;
use crate::facts::{Pen, Prints, Stored, states};

/// What one thread compares with, page after page.
pub struct Desk {
    pub timeline: Arc<Timeline>,
    member: Member,
    out: Out,
    pen: Pen,
}

impl Desk {
    pub fn new(timeline: Timeline) -> Desk {
        Desk { timeline: Arc::new(timeline), member: Member::default(), out: Out::with_receipts(), pen: Pen::default() }
    }
}

/// Everything about some members that a glance takes. Facts and rows are read a moment after states: what is written in between looks
/// like a difference, and whoever has one is read again, as of one moment.
pub struct Glance {
    ids: Vec<String>,
    states: HashMap<String, Stored>,
    prints: Prints,
    /// Members that need more than a glance.
    others: Vec<String>,
}

impl Glance {
    pub async fn load(db: &Db, desk: &mut Desk, members: &[String]) -> Result<Glance, AppError> {
        let states = states(db.read(), &desk.timeline, members).await?;
        let current = |id: &String| states.get(id).is_some_and(|stored| stored.current);
        let (ids, others): (Vec<String>, Vec<String>) = members.iter().cloned().partition(current);
        match Prints::load(db, ids.clone(), std::mem::take(&mut desk.pen)).await {
            Ok(prints) => Ok(Glance { ids, states, prints, others }),
            // What is wrong with the rows shows when they are read one by one.
            Err(_) => Ok(Glance { ids: Vec::new(), states, prints: Prints::default(), others: members.to_vec() }),
        }
    }

    /// What was found in order, and the members that are to be looked at row by row.
    pub fn compare(mut self, desk: &mut Desk) -> (Verification, Vec<String>) {
        let mut result = Verification::default();
        let Desk { timeline, member, out, .. } = &mut *desk;
        for id in std::mem::take(&mut self.ids) {
            let facts = in_force(self.prints.take_facts(&id));
            let clock = self.states.get(&id).map_or(Instant::MIN, |stored| stored.state.clock);
            out.clear();
            replay_again(Engine::new(timeline), &facts, clock, member, out);
            let stands = self.states.get(&id).is_some_and(|stored| stored.state == member.state && stored.book == *member.hot_book());
            let (changes, orders) = (member.book.take_changes(), member.take_orders());
            match self.prints.agrees(timeline, &id, out, &changes, &orders).filter(|_| stands) {
                Some(compared) => {
                    result.members += 1;
                    result.facts += facts.len() as u64;
                    result.transfers += compared.transfers;
                    result.decisions += compared.decisions;
                }
                None => self.others.push(id),
            }
        }
        desk.pen = self.prints.into_pen();
        (result, self.others)
    }
}
