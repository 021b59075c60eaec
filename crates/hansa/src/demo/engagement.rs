//! What members do besides ordering: joining, verification, visits, talks, tickets, surveys, events.
//!
//! Counts are Poisson; rates depend on the segment, fall to a trickle after the member has left, and moments follow the business
//! calendar.

use std::sync::Arc;

use ledger::Instant;
use program::expr::Value;
use rust_decimal::Decimal;

use super::{
    Enterprise,
    buying::Segment,
    calendar::{Calendar, DAYS_A_YEAR, Day, MICROS_A_DAY},
    chance::{Chance, Purpose},
    goods::CATEGORIES,
    history::{Entry, History, Source, count, text},
};

/// Satisfaction falls this many days before a member leaves.
pub const WARNING_DAYS: i64 = 180;
/// What is left of the rates of engagement after a member has left.
const AFTER_LEAVING: f64 = 0.1;
const MINUTE: i64 = 60_000_000;

/// Events a year while alive, by segment.
struct Rates {
    visits: f64,
    downloads: f64,
    talks: f64,
    tickets: f64,
    surveys: f64,
    events: f64,
}

fn rates(segment: Segment) -> Rates {
    let rates = |visits, downloads, talks, tickets, events| Rates { visits, downloads, talks, tickets, surveys: 0.6, events };
    match segment {
        Segment::Relationship => rates(1.5, 0.3, 4.5, 0.6, 0.5),
        Segment::Digital => rates(6.0, 1.5, 0.6, 0.7, 0.2),
        Segment::PriceDriven => rates(4.0, 0.3, 1.2, 1.2, 0.1),
        Segment::Project => rates(3.0, 2.5, 3.0, 1.4, 0.8),
    }
}

/// Registration, profile and verification.
pub(super) fn onboard(history: &mut History, enterprise: &Enterprise, seed: u64) {
    let chance = &mut Chance::of_member(seed, enterprise.index, Purpose::Onboarding);
    let company = &enterprise.company;
    let at = enterprise.buyer.registered_at;
    let member = &company.member;
    let mut fields = vec![
        ("industry", text(member.industry.as_deref().unwrap_or_default())),
        ("region", text(member.region.as_deref().unwrap_or_default())),
        ("employees", count(member.employees.unwrap_or_default())),
    ];
    if let Some(referrer) = company.referrer {
        fields.push(("referrer", text(super::member_id(referrer))));
    }
    let registered = Entry::new("member.registered", at, Source::Shop).promptly().labelled(format!("{}:registered", member.id));
    if history.record(registered, &fields).is_none() {
        return;
    }
    complete_profile(history, at, chance);
    verify(history, at, member.employees.unwrap_or_default(), chance);
    if chance.happens(0.05) {
        let at = later(at, 120, 700, chance);
        let grown = member.employees.unwrap_or_default() * chance.whole(80, 150) / 100;
        history.record(Entry::new("profile.changed", at, Source::Crm), &[("employees", count(grown.max(1)))]);
    }
}

fn complete_profile(history: &mut History, registered_at: Instant, chance: &mut Chance) {
    let mut score = chance.whole(20, 60);
    let mut at = Instant(registered_at.0 + chance.whole(5, 600) * MINUTE);
    loop {
        history.record(Entry::new("profile.completed", at, Source::Shop), &[("score", count(score))]);
        score += chance.whole(10, 40);
        if score > 100 || !chance.happens(0.6) {
            break;
        }
        at = later(at, 3, 200, chance);
    }
}

/// Levels come in order; larger companies are audited more often.
fn verify(history: &mut History, registered_at: Instant, employees: i64, chance: &mut Chance) {
    let audited = if employees > 200 { 0.5 } else { 0.12 };
    let mut at = registered_at;
    for (level, share, days) in [("basic", 0.85, 10), ("verified", 0.7, 120), ("audited", audited, 300)] {
        if !chance.happens(share) {
            return;
        }
        at = later(at, 1, days, chance);
        history.record(Entry::new("member.verified", at, Source::Crm), &[("level", text(level))]);
    }
}

/// Visits, downloads, talks, tickets, surveys and events from registration to the end of history.
pub(super) fn tell(history: &mut History, enterprise: &Enterprise, seed: u64, calendar: &Calendar) {
    let chance = &mut Chance::of_member(seed, enterprise.index, Purpose::Engagement);
    let rates = rates(enterprise.buyer.segment);
    let moments = |rate: f64, chance: &mut Chance| moments(enterprise, rate, calendar, chance);
    for at in moments(rates.visits, chance) {
        visit(history, at, chance);
    }
    for at in moments(rates.downloads, chance) {
        download(history, at, chance);
    }
    for at in moments(rates.talks, chance) {
        talk(history, at, chance);
    }
    for at in moments(rates.tickets, chance) {
        ticket(history, enterprise, at, chance);
    }
    for at in moments(rates.surveys, chance) {
        survey(history, enterprise, at, chance);
    }
    for at in moments(rates.events, chance) {
        attend(history, at, chance);
    }
}

/// Poisson moments before and, far fewer, after the member leaves.
fn moments(enterprise: &Enterprise, rate: f64, calendar: &Calendar, chance: &mut Chance) -> Vec<Instant> {
    let buyer = &enterprise.buyer;
    let from = Day(Day::of(buyer.registered_at).0 + 1);
    let end = calendar.days().1;
    let left = Day::of(buyer.leaves_at).clamp(from, Day(end.0.max(from.0)));
    let mut moments = Vec::new();
    for (from, to, rate) in [(from, left, rate), (left, end, rate * AFTER_LEAVING)] {
        let days = (to.0 - from.0).max(0);
        for _ in 0..chance.poisson(rate * days as f64 / DAYS_A_YEAR) {
            moments.push(calendar.moment_between(from, to, chance));
        }
    }
    moments
}

fn later(at: Instant, low_days: i64, high_days: i64, chance: &mut Chance) -> Instant {
    Day(Day::of(at).0 + chance.whole(low_days, high_days)).or_next_working().moment(chance)
}

/// Someone of the company: contact and role as fields, and the contact as the actor.
fn someone(history: &History, chance: &mut Chance) -> (Arc<str>, [(&'static str, Value); 2]) {
    let person = chance.pick(history.people());
    (person.id.clone(), [("contact", Value::Text(person.id.clone())), ("role", Value::Text(person.role.clone()))])
}

fn visit(history: &mut History, at: Instant, chance: &mut Chance) {
    let (contact, [who, role]) = someone(history, chance);
    let category = chance.pick(&CATEGORIES);
    let page = match chance.weighted(&[60.0, 20.0, 12.0, 8.0]) {
        0 => format!("/goods/{}/{}-{:04}", category.key, category.prefix, chance.whole(1, super::goods::ARTICLES)),
        1 => format!("/goods/{}", category.key),
        2 => "/pricing".to_owned(),
        _ => "/membership".to_owned(),
    };
    history.record(Entry::new("page.viewed", at, Source::Shop).by(&contact), &[("page", text(page)), who, role]);
}

fn download(history: &mut History, at: Instant, chance: &mut Chance) {
    let (contact, [who, role]) = someone(history, chance);
    let category = chance.pick(&CATEGORIES).key;
    let content = format!("{category}-{}", chance.pick(&["datasheet", "cad-model", "catalogue", "selection-guide"]));
    history.record(Entry::new("content.downloaded", at, Source::Shop).by(&contact), &[("content", text(content)), who, role]);
}

fn talk(history: &mut History, at: Instant, chance: &mut Chance) {
    let (_, [who, role]) = someone(history, chance);
    let topics: &[&str] = match &role.1 {
        Value::Text(role) => match &**role {
            "technical" | "user" => &["selection", "installation", "samples", "specification"],
            "finance" => &["invoice", "statement", "payment terms"],
            "decider" => &["framework agreement", "annual plan", "complaint"],
            _ => &["quotation", "delivery date", "price", "new articles"],
        },
        _ => &["quotation"],
    };
    let channel = ["phone", "wechat", "visit", "email"][chance.weighted(&[35.0, 35.0, 20.0, 10.0])];
    let manager = history.manager();
    let fields = [("channel", text(channel)), who, role, ("topic", text(chance.pick(topics)))];
    if history.record(Entry::new("interaction.logged", at, Source::Crm).by(&manager), &fields).is_some() {
        history.perhaps_misattributed();
    }
}

/// Satisfaction is about 4.2 of 5, and about 2.7 in the half year before the member leaves and after.
fn ticket(history: &mut History, enterprise: &Enterprise, at: Instant, chance: &mut Chance) {
    let mood = if enterprise.buyer.leaves_within(WARNING_DAYS, at) { 2.7 } else { 4.3 };
    let satisfaction = (mood + chance.normal() * 0.8).round().clamp(1.0, 5.0) as i64;
    let tenths_of_hours = chance.log_normal(80.0, 0.9).clamp(2.0, 5_000.0) as i64;
    let topic = *chance.pick(&["delivery", "quality", "invoice", "documents", "account"]);
    let number = format!("TK-{}-{}", enterprise.company.member.id, at.0 / MICROS_A_DAY);
    let mut fields = vec![("ticket", text(number)), ("hours", Value::Dec(Decimal::new(tenths_of_hours, 1))), ("topic", text(topic))];
    // One in four does not answer.
    if chance.happens(0.75) {
        fields.push(("satisfaction", count(satisfaction)));
    }
    history.record(Entry::new("ticket.closed", at, Source::Crm), &fields);
}

/// The net promoter question, 0 to 10 (Reichheld, Harvard Business Review 81, 2003).
fn survey(history: &mut History, enterprise: &Enterprise, at: Instant, chance: &mut Chance) {
    let (contact, [who, role]) = someone(history, chance);
    let mood = if enterprise.buyer.leaves_within(WARNING_DAYS, at) { 5.3 } else { 8.2 };
    let score = (mood + chance.normal() * 1.6).round().clamp(0.0, 10.0) as i64;
    let fields = [("survey", text("nps")), ("score", Value::Dec(Decimal::from(score))), who, role];
    history.record(Entry::new("survey.answered", at, Source::Crm).by(&contact), &fields);
}

fn attend(history: &mut History, at: Instant, chance: &mut Chance) {
    let (contact, [who, role]) = someone(history, chance);
    let kind = *chance.pick(&["training", "open-day", "webinar", "fair"]);
    let event = format!("{kind}-{}", Day::of(at).date().format("%Y-%m"));
    history.record(Entry::new("event.attended", at, Source::Crm).by(&contact), &[("event", text(event)), who, role]);
}
