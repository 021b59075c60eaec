//! Facts by which units move: spending, two phases, adjustments, and what passes between companies of a tree.

use std::sync::Arc;

use ledger::{Key, NewLot, Release, SpendRequest};

use super::{Mode, Refusal, Step, unit_ix};
use crate::decision::{MAX_LOTS_NAMED, Movement, Outcome};
use crate::fact::catalogue::Role;
use crate::fact::{Fact, Kind};

/// The rule under which spending, reserving and adjusting stand in the ledger.
const SPEND: &str = "spend";

impl Step<'_> {
    /// Follows a fact that moves units, sets a tier or uses a benefit; other facts do nothing here.
    pub fn command(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        if fact.kind.role() != Role::Command {
            return Ok(());
        }
        let done = match fact.kind.name() {
            "points.spent" => self.spend(fact, mode),
            "points.reserved" => self.reserve(fact, mode),
            "points.committed" => self.commit(fact),
            "points.released" => self.cancel(fact),
            "points.restored" => self.undo_spending(fact),
            "points.adjusted" => self.adjust(fact, mode),
            "points.shared" => self.share_out(fact, mode),
            "points.pooled" => self.share_in(fact),
            "benefit.granted" | "benefit.revoked" | "benefit.used" | "benefit.consented" | "benefit.consent_withdrawn" => {
                self.benefit_fact(fact, mode)
            }
            "tier.overridden" | "tier.restored" => self.set_tier(fact),
            _ => return Ok(()),
        };
        match done {
            // What the rules say can be passed over; what the database has lost cannot.
            Err(Refusal::Ledger(lost @ ledger::Refusal::LotsMissing { .. })) => Err(lost.into()),
            Err(refusal) if mode == Mode::Recorded => {
                // It is on record but this program cannot follow it: said, and passed over.
                let rule: Arc<str> = Arc::from(format!("fact:{}", fact.kind.name()));
                self.decide(&rule, |_| Outcome::Noted { reason: refusal.to_string() });
                Ok(())
            }
            other => other,
        }
    }

    fn request(&self, fact: &Fact, rule: &str, unit: usize, mode: Mode) -> SpendRequest {
        SpendRequest {
            key: Key { rule: rule.into(), fact: fact.id.clone() },
            unit: unit_ix(unit),
            amount: fact.int("amount").unwrap_or(1),
            reference: fact.text("reference").cloned(),
            force: mode == Mode::Recorded,
        }
    }

    fn named_unit(&self, fact: &Fact) -> Result<usize, Refusal> {
        let id = fact.text("unit").cloned().unwrap_or_default();
        match self.program.unit(&id) {
            Some(unit) => Ok(self.unit_ix(unit)),
            None => Err(self.unknown("unit", "unit", &id, self.program.units.iter().map(|unit| &*unit.id))),
        }
    }

    /// The refusal of a name, with the nearest one there is.
    pub fn unknown<'n>(&self, field: &'static str, what: &'static str, id: &Arc<str>, names: impl Iterator<Item = &'n str>) -> Refusal {
        let near = names.max_by(|a, b| strsim::jaro(a, id).total_cmp(&strsim::jaro(b, id))).filter(|near| strsim::jaro(near, id) > 0.7);
        Refusal::Unknown { field, what, id: id.clone(), hint: near.map_or_else(String::new, |near| format!("; did you mean `{near}`?")) }
    }

    fn spend(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        let unit = self.named_unit(fact)?;
        let request = self.request(fact, SPEND, unit, mode);
        self.spend_request(request, unit)
    }

    /// Spends, and remembers for which order.
    pub fn spend_request(&mut self, request: SpendRequest, unit: usize) -> Result<(), Refusal> {
        let rules = self.unit(unit).rules.clone();
        let (key, amount, reference) = (request.key.clone(), request.amount, request.reference.clone());
        let (rule, before) = (key.rule.clone(), self.out.transfers.len());
        self.member.book.spend(request, &rules, self.at, self.out)?;
        self.moved(&rule, Movement::Spent, before);
        self.active(unit, self.at);
        self.remember(reference, key, amount);
        Ok(())
    }

    /// Writes down what a fact moved: the transfers from `before` on.
    fn moved(&mut self, rule: &Arc<str>, what: Movement, before: usize) {
        if !self.out.receipts {
            return;
        }
        let Some(transfer) = self.out.transfers[before..].iter().find(|transfer| transfer.reason == what.reason()) else { return };
        let (unit, amount) = (self.timeline.units[usize::from(transfer.unit.0)].clone(), transfer.amount);
        let lots = transfer.draws.iter().take(MAX_LOTS_NAMED).cloned().collect();
        let lots_in_all = transfer.draws.len();
        self.decide(rule, |_| Outcome::Moved { what, unit, amount, lots, lots_in_all });
    }

    fn remember(&mut self, reference: Option<Arc<str>>, key: Key, amount: i64) {
        if let Some(reference) = reference.filter(|number| self.member.keeps(number)) {
            self.member.order_mut(&reference).redemptions.push((key, amount, 0));
        }
    }

    fn reserve(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        let unit = self.named_unit(fact)?;
        let rules = self.unit(unit).rules.clone();
        let request = self.request(fact, SPEND, unit, mode);
        let (rule, before) = (request.key.rule.clone(), self.out.transfers.len());
        self.member.book.reserve(request, fact.time("until"), &rules, self.at, self.out)?;
        self.moved(&rule, Movement::Reserved, before);
        self.active(unit, self.at);
        Ok(())
    }

    fn reservation(&self, fact: &Fact) -> Key {
        Key { rule: SPEND.into(), fact: fact.text("reservation").cloned().unwrap_or_default() }
    }

    fn commit(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let key = self.reservation(fact);
        let reserved = self.member.book.reservation(&key).map(|held| (held.amount, held.reference.clone()));
        let before = self.out.transfers.len();
        self.member.book.commit(&key, fact.int("amount"), self.at, self.out)?;
        self.moved(&key.rule, Movement::Committed, before);
        if let Some((amount, reference)) = reserved {
            self.remember(reference, key, fact.int("amount").unwrap_or(amount));
        }
        Ok(())
    }

    fn cancel(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let key = self.reservation(fact);
        let before = self.out.transfers.len();
        self.member.book.cancel(&key, self.at, self.out)?;
        self.moved(&key.rule, Movement::Cancelled, before);
        Ok(())
    }

    fn undo_spending(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let spent = fact.text("redemption").cloned().unwrap_or_default();
        let rules = [SPEND.into(), Arc::from(super::benefit::USE)];
        let keys = rules.map(|rule| Key { rule, fact: spent.clone() });
        let key = keys.iter().find(|key| self.member.book.redemption(key).is_some()).unwrap_or(&keys[0]).clone();
        self.restore(&key, fact.int("amount"))
    }

    /// Gives back what a redemption drew; all that is left of it when no amount is named.
    pub fn restore(&mut self, redemption: &Key, amount: Option<i64>) -> Result<(), Refusal> {
        let Some(spent) = self.member.book.redemption(redemption) else {
            return Err(Refusal::Ledger(ledger::Refusal::UnknownRedemption { key: redemption.clone() }));
        };
        let unit = usize::from(spent.unit.0);
        let left = spent.amount - spent.restored;
        let amount = amount.unwrap_or(left).min(left);
        if amount <= 0 {
            return Ok(());
        }
        let rules = self.unit(unit).rules.clone();
        let key = Key { rule: Arc::from(format!("restore:{redemption}")), fact: self.moment() };
        self.member.book.restore(redemption, Some(amount), &rules, self.at, key, self.out)?;
        let rule = Arc::from("points:restored");
        self.decide(&rule, |step| Outcome::Restoration { unit: step.timeline.units[unit].clone(), amount, redemption: redemption.clone() });
        if *redemption.rule == *super::benefit::USE {
            self.disclose_undone(redemption, amount);
        }
        Ok(())
    }

    fn adjust(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        let unit = self.named_unit(fact)?;
        let rules = self.unit(unit).rules.clone();
        let key = Key { rule: "adjust".into(), fact: fact.id.clone() };
        let amount = fact.int("amount").unwrap_or(0);
        let expires_at = fact.time("expires_at").or_else(|| self.unit(unit).expiry.of(&self.program.zone, self.day));
        let (rule, before, force) = (key.rule.clone(), self.out.transfers.len(), mode == Mode::Recorded);
        self.member.book.adjust(key, unit_ix(unit), amount, expires_at, &rules, self.at, force, self.out)?;
        self.moved(&rule, Movement::Adjusted, before);
        self.active(unit, self.at);
        Ok(())
    }

    fn share_out(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        let unit = self.named_unit(fact)?;
        let request = self.request(fact, "share", unit, mode);
        let (rule, before) = (request.key.rule.clone(), self.out.transfers.len());
        self.member.book.share_out(request, self.at, self.out)?;
        self.moved(&rule, Movement::SharedOut, before);
        Ok(())
    }

    fn share_in(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let unit = self.named_unit(fact)?;
        let lot = NewLot {
            key: Key { rule: "pool".into(), fact: fact.id.clone() },
            unit: unit_ix(unit),
            amount: fact.int("amount").unwrap_or(1),
            reference: None,
            priority: fact.int("priority").and_then(|priority| i32::try_from(priority).ok()).unwrap_or(0),
            release: Release::Now,
            expires_at: fact.time("expires_at"),
        };
        let (rule, before) = (lot.key.rule.clone(), self.out.transfers.len());
        self.member.book.share_in(lot, self.at, self.out)?;
        self.moved(&rule, Movement::SharedIn, before);
        Ok(())
    }
}

/// Whether a fact of this kind can be refused by the rules.
pub fn refusable(kind: Kind) -> bool {
    matches!(kind.role(), Role::Command | Role::Undoing)
}
