//! The first look at members: everything stored about them, packed, against a replay of their facts.
//!
//! Members whose rows are exactly as a replay writes them are done with. The others (those with a difference, those whose history was
//! resettled, those with very long histories) are looked at row by row.

use std::collections::HashMap;
use std::sync::Arc;

use ledger::Instant;
use program::history::{in_force, replay_again};
use program::{Engine, Fact, Member, Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr};

use super::Verification;
use crate::facts::{Packed, Stored, histories, states};

/// Members with more facts are not packed: the database's texts have an end.
const MAX_FACTS: u64 = 20_000;

/// Everything about some members that fits a glance, as of one moment.
pub struct Glance {
    ids: Vec<String>,
    facts: HashMap<String, Vec<Fact>>,
    states: HashMap<String, Stored>,
    packed: Packed,
    /// Members that need more than a glance.
    others: Vec<String>,
}

impl Glance {
    pub async fn load<C: ConnectionTrait>(conn: &C, timeline: &Timeline, members: &[String]) -> Result<Glance, DbErr> {
        let states = states(conn, timeline, members).await?;
        let fits = |id: &String| states.get(id).is_some_and(|stored| stored.current && stored.state.facts <= MAX_FACTS);
        let (ids, others): (Vec<String>, Vec<String>) = members.iter().cloned().partition(fits);
        let facts = histories(conn, &ids).await?;
        let packed = Packed::load(conn, &ids).await?;
        Ok(Glance { ids, facts, states, packed, others })
    }

    /// What was found in order, and the members that are to be looked at row by row.
    pub fn compare(mut self, timeline: &Arc<Timeline>) -> (Verification, Vec<String>) {
        let mut result = Verification::default();
        let (mut member, mut out) = (Member::default(), Out::with_receipts());
        for id in std::mem::take(&mut self.ids) {
            let facts = in_force(self.facts.remove(&id).unwrap_or_default());
            let clock = self.states.get(&id).map_or(Instant::MIN, |stored| stored.state.clock);
            out.clear();
            replay_again(Engine::new(timeline), &facts, clock, &mut member, &mut out);
            let stands = self.states.get(&id).is_some_and(|stored| stored.state == member.state && stored.book == *member.hot_book());
            let (changes, orders) = (member.book.take_changes(), member.take_orders());
            match self.packed.agrees(timeline, &id, &out, &changes, &orders).filter(|_| stands) {
                Some(compared) => {
                    result.members += 1;
                    result.facts += facts.len() as u64;
                    result.transfers += compared.transfers;
                    result.decisions += compared.decisions;
                }
                None => self.others.push(id),
            }
        }
        (result, self.others)
    }
}
