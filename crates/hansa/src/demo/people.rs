//! The contacts: people with a role in the decision to buy.
//!
//! Nobody can be reached through this: addresses end in `.example`, which RFC 2606 keeps for examples, and telephone numbers
//! begin with 154, a prefix never opened to subscribers in China.

use super::{chance::Chance, names};
use crate::contacts::Contact;

/// The most people of one company.
pub const MOST: i64 = 6;

/// Roles with job titles and with their weights after the first contact.
const POSTS: &[(&str, &[&str], f64)] = &[
    ("procurement", &["采购经理", "采购专员", "采购主管", "供应链经理"], 20.0),
    ("technical", &["技术工程师", "工艺工程师", "研发主管", "总工程师"], 20.0),
    ("user", &["设备主管", "生产班长", "维修工程师"], 18.0),
    ("decider", &["总经理", "副总经理", "厂长"], 16.0),
    ("initiator", &["车间主任", "项目经理"], 9.0),
    ("finance", &["财务主管", "财务经理", "会计"], 9.0),
    ("gatekeeper", &["总经理助理", "行政主管"], 5.0),
    ("other", &["仓库主管", "质量经理"], 3.0),
];

/// One to six people, more in larger companies; `hired` counts the people of all companies. The first is the buyer.
pub(super) fn hire(member: &str, employees: i64, hired: &mut usize, chance: &mut Chance) -> Vec<Contact> {
    let expected = ((employees as f64).ln() - 2.0).max(0.0) * 0.7 + 0.6;
    let people = (1 + i64::from(chance.poisson(expected))).min(MOST);
    (0..people)
        .map(|place| {
            let weights: Vec<f64> = POSTS.iter().map(|post| post.2).collect();
            let (role, titles, _) = POSTS[if place == 0 { 0 } else { chance.weighted(&weights) }];
            *hired += 1;
            Contact {
                id: format!("C{hired:06}"),
                member: member.to_owned(),
                name: names::person(chance),
                title: Some((*chance.pick(titles)).to_owned()),
                role: Some(role.to_owned()),
                email: Some(format!("c{hired:06}@{}.example", member.to_lowercase())),
                phone: Some(format!("+86 154 {:04} {:04}", *hired / 10_000 % 10_000, *hired % 10_000)),
                erased: false,
            }
        })
        .collect()
}
