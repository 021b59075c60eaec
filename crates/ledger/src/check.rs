//! What must hold of every book at every moment.

use crate::{Book, Lot, UnitIx};

impl Book {
    /// Checks every invariant that can be seen from inside; complete when all lots are loaded.
    ///
    /// # Errors
    /// A sentence that says what does not add up.
    pub fn check(&self) -> Result<(), String> {
        for (at, unit) in self.hot.units.iter().enumerate() {
            let ix = UnitIx(u16::try_from(at).map_err(|error| error.to_string())?);
            let balances = unit.balances;
            if balances.sum() != 0 {
                return Err(format!("the accounts of unit {at} sum to {}, not zero", balances.sum()));
            }
            let sum = |part: fn(&Lot) -> i64| -> i64 { self.lots.iter().filter(|lot| lot.unit == ix).map(part).sum() };
            let expected = [
                ("available", balances.available, sum(|lot| lot.available) - balances.owed),
                ("held", balances.held, sum(|lot| lot.held)),
                ("expired", balances.expired, sum(|lot| lot.expired)),
            ];
            for (name, account, lots) in expected {
                if account != lots {
                    return Err(format!("the {name} account of unit {at} says {account}, its lots {lots}"));
                }
            }
            let short: i64 = self.reservations.iter().filter(|held| held.unit == ix && held.is_open()).map(|held| held.short).sum();
            if balances.reserved != sum(|lot| lot.reserved) + short {
                return Err(format!("the reserved account of unit {at} says {}, its lots {}", balances.reserved, sum(|lot| lot.reserved)));
            }
            if balances.owed < 0 || unit.owed_spent < 0 || unit.owed_spent > balances.owed {
                return Err(format!("unit {at} owes {} ({} of it spent)", balances.owed, unit.owed_spent));
            }
        }
        match self.lots.iter().find(|lot| lot.amount != lot.open() + lot.spent + lot.expired + lot.taken_back || lot_negative(lot)) {
            Some(lot) => Err(format!("the parts of lot {} do not add up: {lot:?}", lot.key)),
            None => Ok(()),
        }
    }
}

fn lot_negative(lot: &Lot) -> bool {
    [lot.held, lot.available, lot.reserved, lot.spent, lot.expired, lot.taken_back, lot.let_go, lot.reserved - lot.let_go]
        .into_iter()
        .any(|part| part < 0)
}
