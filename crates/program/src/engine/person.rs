//! Benefits to persons: the company's consent, the cap of the year, and the record of what was received.

use std::sync::Arc;

use ledger::Key;
use rust_decimal::Decimal;

use super::{Mode, Refusal, Step};
use crate::consent::{Consent, Received, Use, consented, say};
use crate::decision::Outcome;
use crate::definition::{Benefit, Metered, Recipient};
use crate::fact::Fact;

impl Step<'_> {
    /// The company consents, or takes its consent back.
    pub fn consent(&mut self, benefit: &Benefit, fact: &Fact) {
        let given = fact.kind.name() == "benefit.consented";
        let word = Consent { benefit: benefit.id.clone(), contact: fact.text("contact").cloned(), given, until: fact.time("until") };
        say(&mut self.member.state.consents, word);
    }

    /// Whether a benefit may go where a fact says: to the company always, to a person as far as the company agrees and the cap goes.
    /// What is on record is followed all the same, with a note.
    pub fn may_receive(&mut self, benefit: &Benefit, fact: &Fact, value: Decimal, mode: Mode) -> Result<(), Refusal> {
        let Recipient::Person { cap_minor } = benefit.recipient else { return Ok(()) };
        match self.missing(benefit, fact, value, cap_minor) {
            None => Ok(()),
            Some(refusal) if mode == Mode::Live => Err(refusal),
            Some(refusal) => {
                self.decide(&benefit.rule, |_| Outcome::Noted { reason: refusal.to_string() });
                Ok(())
            }
        }
    }

    fn missing(&self, benefit: &Benefit, fact: &Fact, value: Decimal, cap_minor: i64) -> Option<Refusal> {
        let id = benefit.id.clone();
        let Some(contact) = fact.text("contact").cloned() else { return Some(Refusal::NoContact { benefit: id }) };
        if !consented(&self.member.state.consents, &id, &contact, self.at) {
            return Some(Refusal::NoConsent { benefit: id, contact });
        }
        let (year, cap) = (self.day.civil().0, Decimal::from(cap_minor));
        let total = self.received(&id, &contact, year).map_or(Decimal::ZERO, |received| received.total);
        let over = total.checked_add(value).is_none_or(|total| total > cap);
        let left = (cap - total).max(Decimal::ZERO).normalize();
        over.then(|| Refusal::PersonCap { benefit: id, contact, year, asked: value.normalize(), left, cap: cap_minor })
    }

    fn received(&self, benefit: &str, contact: &str, year: i32) -> Option<&Received> {
        let known = self.member.state.received.iter().find(|known| *known.benefit == *benefit && *known.contact == *contact);
        known.filter(|known| known.year == year)
    }

    /// What one smallest step of a metered benefit is worth in minor units of the program's currency.
    pub fn each_minor(&self, metered: &Metered) -> Decimal {
        let unit = &self.program.units[metered.unit];
        let digits = crate::fact::minor_digits(&self.program.currency).unwrap_or(2);
        let minor = unit.cost.checked_mul(Decimal::from(10_i64.pow(digits))).unwrap_or(Decimal::MAX);
        minor.checked_mul(Decimal::new(1, unit.scale)).unwrap_or(Decimal::MAX)
    }

    /// Writes down what a person received.
    pub fn disclose(&mut self, benefit: &Benefit, fact: &Fact, each: Decimal, value: Decimal) {
        let (Recipient::Person { cap_minor: cap }, Some(contact)) = (benefit.recipient, fact.text("contact").cloned()) else { return };
        let (year, id) = (self.day.civil().0, benefit.id.clone());
        let all = &mut self.member.state.received;
        let at = all.iter().position(|known| known.benefit == id && known.contact == contact).unwrap_or_else(|| {
            all.push(Received { benefit: id.clone(), contact: contact.clone(), year, total: Decimal::ZERO, uses: Vec::new() });
            all.len() - 1
        });
        let received = &mut all[at];
        if received.year != year {
            (received.year, received.total) = (year, Decimal::ZERO);
            received.uses.clear();
        }
        received.uses.push(Use { fact: fact.id.clone(), each });
        received.total = received.total.checked_add(value).unwrap_or(Decimal::MAX);
        let total = received.total;
        self.decide(&benefit.rule, |_| Outcome::Disclosed { benefit: id, contact, value, year, total, cap });
    }

    /// A use that is undone in its year no longer counts towards the cap, and that is disclosed, too.
    pub fn disclose_undone(&mut self, redemption: &Key, amount: i64) {
        let year = self.day.civil().0;
        let of_this_year = self.member.state.received.iter_mut().filter(|received| received.year == year);
        let found = of_this_year.into_iter().find_map(|received| {
            let used = received.uses.iter().find(|used| used.fact == redemption.fact)?;
            let value = used.each.checked_mul(Decimal::from(amount))?;
            received.total = (received.total - value).max(Decimal::ZERO);
            Some((received.benefit.clone(), received.contact.clone(), -value, received.total))
        });
        let Some((benefit, contact, value, total)) = found else { return };
        let known = self.program.benefit(&benefit).map(|at| &self.program.benefits[at]);
        let cap = match known.map(|benefit| benefit.recipient) {
            Some(Recipient::Person { cap_minor }) => cap_minor,
            _ => 0,
        };
        let rule: Arc<str> = Arc::from(format!("benefit:{benefit}"));
        self.decide(&rule, |_| Outcome::Disclosed { benefit, contact, value, year, total, cap });
    }
}
