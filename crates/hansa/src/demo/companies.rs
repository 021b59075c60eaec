//! The enterprises: name, credit code, industry, place, size, parent.
//!
//! Credit codes are right in form and cannot belong to anyone: places 3 to 8 of a code name the administrative division of the
//! registering authority by GB/T 2260, whose first two digits run from 11 (Beijing) to 82 (Macao), with 91 kept for abroad. Ours
//! begin with 99, where no division and so no authority exists that could issue them.

use std::collections::HashSet;

use ledger::Instant;

use super::{
    buying::{Buyer, Segment},
    chance::Chance,
    geography::PROVINCES,
    industries::INDUSTRIES,
    member_id, names, people,
};
use crate::{
    contacts::Contact,
    members::{Member, credit_code::CreditCode},
};

/// The share of members that belong to another one.
pub const SUBSIDIARY_SHARE: f64 = 0.06;
/// The share of members that another one brought, where the one has not left by then.
pub const REFERRED_SHARE: f64 = 0.14;
/// Exponent of the Pareto distribution of company sizes.
pub const SIZE_EXPONENT: f64 = 1.06;
/// The least number of employees.
pub const SIZE_LEAST: f64 = 8.0;
const SIZE_MOST: f64 = 60_000.0;
/// Rank correlation (about) of size and level of spending.
const SIZE_WITH_LEVEL: f64 = 0.6;
/// Registration by market supervision (9) of an enterprise (1).
const AUTHORITY: &str = "91";
/// How many codes there are under one division: 31⁴.
const BODIES: u64 = 31 * 31 * 31 * 31;
/// The digits of an organisation code body, the alphabet of GB 32100.
const BODY_DIGITS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const ACCOUNT_MANAGERS: i64 = 12;

/// One enterprise with its people.
#[derive(Clone, Debug)]
pub struct Company {
    /// Master data.
    pub member: Member,
    /// Its people, the first of them in procurement.
    pub contacts: Vec<Contact>,
    /// Its place in the industries.
    pub industry: usize,
    /// The place of the enterprise that brought it.
    pub referrer: Option<usize>,
    /// How it came, when no enterprise brought it.
    pub channel: &'static str,
}

/// The enterprises founded so far, for unique names and for parents.
#[derive(Default)]
pub(super) struct Companies {
    names: HashSet<String>,
    founded: Vec<Founded>,
    contacts: usize,
}

struct Founded {
    name: String,
    brand: String,
    industry: usize,
    subsidiary: bool,
}

impl Companies {
    /// Founds the next enterprise; `index` counts from zero.
    pub(super) fn found(&mut self, index: usize, registered_at: Instant, buyer: &Buyer, chance: &mut Chance) -> Company {
        let employees = employees(buyer, chance);
        let parent = if chance.happens(SUBSIDIARY_SHARE) { self.parent(chance) } else { None };
        let province = &PROVINCES[chance.weighted(&PROVINCES.iter().map(|one| one.weight).collect::<Vec<f64>>())];
        let city = *chance.pick(province.cities);
        let industry = match parent {
            Some(parent) => self.founded[parent].industry,
            None => chance.weighted(&INDUSTRIES.iter().map(|one| one.weight).collect::<Vec<f64>>()),
        };
        let (name, brand) = self.name(parent, [city, province.name], industry, employees, chance);
        let referrer = if parent.is_none() && index > 0 && chance.happens(REFERRED_SHARE) {
            Some(chance.whole(0, index as i64 - 1) as usize)
        } else {
            None
        };
        let id = member_id(index);
        let contacts = people::hire(&id, employees, &mut self.contacts, chance);
        self.founded.push(Founded { name: name.clone(), brand, industry, subsidiary: parent.is_some() });
        let member = Member {
            id,
            name,
            registration_number: Some(credit_code(index as u64, chance).to_string()),
            country: Some("CN".into()),
            region: Some(province.name.into()),
            industry: Some(INDUSTRIES[industry].class.into()),
            employees: Some(employees),
            parent: parent.map(member_id),
            account_manager: Some(format!("AM{:02}", chance.whole(1, ACCOUNT_MANAGERS))),
            credit_limit_minor: credit_limit_minor(buyer),
            currency: Some("CNY".into()),
            registered_at: Some(registered_at),
        };
        let channel = channel(buyer, chance);
        Company { member, contacts, industry, referrer, channel }
    }

    /// An earlier enterprise that is nobody's subsidiary: trees are two levels high.
    fn parent(&self, chance: &mut Chance) -> Option<usize> {
        let last = i64::try_from(self.founded.len()).ok()? - 1;
        if last < 0 {
            return None;
        }
        (0..8).map(|_| chance.whole(0, last) as usize).find(|&one| !self.founded[one].subsidiary)
    }

    /// A name nobody has yet, and its brand. Of the companies with a parent, more are branches than companies of their own.
    fn name(
        &mut self,
        parent: Option<usize>,
        places: [&'static str; 2],
        industry: usize,
        employees: i64,
        chance: &mut Chance,
    ) -> (String, String) {
        loop {
            let place = places[chance.weighted(&[85.0, 15.0])];
            let trade = chance.pick(INDUSTRIES[industry].trades);
            let form = names::legal_form(employees, chance);
            let (brand, branch_of) = match parent.map(|parent| &self.founded[parent]) {
                Some(parent) => (parent.brand.clone(), chance.happens(0.6).then_some(&parent.name)),
                None => (names::brand(chance), None),
            };
            let mut name = match branch_of {
                Some(parent) => format!("{parent}{place}分公司"),
                None => format!("{place}{brand}{trade}{form}"),
            };
            // A family that grows large runs out of names; numbered plants are common then.
            if parent.is_some() && self.names.contains(&name) {
                name = match branch_of {
                    Some(parent) => format!("{parent}{place}第{}分公司", chance.whole(2, 99)),
                    None => format!("{place}{brand}{trade}{}厂{form}", chance.whole(2, 99)),
                };
            }
            if self.names.insert(name.clone()) {
                return (name, brand);
            }
        }
    }
}

/// A Pareto draw by its quantile function, at a rank that follows the level of spending. The rank is uniform as far as the
/// logarithm of levels is normal; the logistic function stands in for the normal distribution function.
fn employees(buyer: &Buyer, chance: &mut Chance) -> i64 {
    let score = SIZE_WITH_LEVEL * buyer.level_score + (1.0 - SIZE_WITH_LEVEL * SIZE_WITH_LEVEL).sqrt() * chance.normal();
    let above = 1.0 / (1.0 + (1.702 * score).exp());
    (SIZE_LEAST * above.powf(-1.0 / SIZE_EXPONENT)).min(SIZE_MOST) as i64
}

/// Two months' purchases and what the terms let stand, in whole ten thousands of yuan; none for those who pay in advance.
fn credit_limit_minor(buyer: &Buyer) -> Option<i64> {
    const STEP_MINOR: f64 = 1_000_000.0;
    let months = 2.0 + buyer.terms_days as f64 / 30.0;
    let monthly = buyer.level_minor * buyer.rate.max(1.0) / 12.0;
    (buyer.terms_days > 0).then(|| ((monthly * months / STEP_MINOR).ceil() * STEP_MINOR) as i64)
}

/// How a member came that nobody brought.
fn channel(buyer: &Buyer, chance: &mut Chance) -> &'static str {
    let shares = match buyer.segment {
        Segment::Digital => [60.0, 10.0, 30.0],
        Segment::Relationship => [15.0, 35.0, 50.0],
        Segment::PriceDriven => [60.0, 20.0, 20.0],
        Segment::Project => [25.0, 45.0, 30.0],
    };
    ["search", "exhibition", "field_sales"][chance.weighted(&shares)]
}

/// A code of its own for each index below 9 235 210 000; see the module for why nobody holds it.
fn credit_code(index: u64, chance: &mut Chance) -> CreditCode {
    let division = format!("99{:04}", index / BODIES % 10_000);
    // 400 009 is coprime to 31⁴, so no two indices of one division meet.
    let mut number = (index % BODIES) * 400_009 % BODIES;
    let mut organisation = format!("{}00", ["MA", "MB", "MC"][(chance.bits() % 3) as usize]).into_bytes();
    for _ in 0..4 {
        organisation.push(BODY_DIGITS[(number % 31) as usize]);
        number /= 31;
    }
    let organisation = String::from_utf8_lossy(&organisation);
    CreditCode::compose(AUTHORITY, &division, &organisation).expect("two digits, six digits and eight characters of the alphabet")
}
