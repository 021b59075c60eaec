//! Lots by key.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::{Key, Lot};

/// Where the lot of a key stands. The keys stay in the lots: a bulk run makes several lots of every fact, and copies of their keys would
/// cost more than all that is asked of this table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// The hash of a key, and its place.
    table: HashTable<(u64, usize)>,
    /// Seeded, and quick on short texts.
    hasher: RandomState,
}

impl Places {
    pub fn clear(&mut self) {
        self.table.clear();
    }

    /// Of a fact and the length of a rule: few rules make lots of one fact, and most are told apart by it.
    fn hash(&self, key: &Key) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(key.fact.as_bytes());
        hasher.write_usize(key.rule.len());
        hasher.finish()
    }

    /// The place of a key.
    pub fn of(&self, key: &Key, lots: &[Lot]) -> Option<usize> {
        let hash = self.hash(key);
        self.table.find(hash, |known| known.0 == hash && lots[known.1].key == *key).map(|known| known.1)
    }

    /// Gives a key a place, where the caller then puts the lot; says no when the key has one.
    #[inline(always)]
    pub fn take(&mut self, key: &Key, place: usize, lots: &[Lot]) -> bool {
        let hash = self.hash(key);
        match self.table.entry(hash, |known| known.0 == hash && lots[known.1].key == *key, |known| known.0) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert((hash, place));
                true
            }
        }
    }
}
