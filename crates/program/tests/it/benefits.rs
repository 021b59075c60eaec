//! What standing gives: rights, and units for each period.

use program::Refusal;
use program::decision::Outcome;
use serde_json::json;

use crate::diary::{Life, day_of, history, program, text};

fn benefits(keys: &str) -> String {
    format!(
        r#"
[[unit]]
id = "quotes"

[[metric]]
id = "spend"
on = ["order.completed"]
value = "amount"
window = "calendar month"

[[track]]
id = "buyer"
review = "every calendar month"

[[track.tier]]
id = "basic"

[[track.tier]]
id = "gold"
enter = "spend >= 100"

[[benefit]]
id = "service"
{keys}
"#
    )
}

const METERED: &str = "tiers = [\"buyer.gold\"]\nkind = \"metered\"\nunit = \"quotes\"\namount = 20\nper = \"calendar month\"";

fn said(life: &Life) -> Vec<String> {
    let lines = life.decisions.iter().filter_map(|decision| match &decision.outcome {
        Outcome::Entitled { now, by, .. } => Some(format!("{} {} by {by}", day_of(decision.at), if *now { "begins" } else { "ends" })),
        Outcome::Granted { amount, period, .. } => Some(format!("{} grants {amount} for {period}", day_of(decision.at))),
        _ => None,
    });
    lines.collect()
}

#[test]
fn a_right_comes_and_goes_with_the_tier() {
    let life = history().completed("2026-01-10", "A", 100).under(program(&benefits("tiers = [\"buyer.gold\"]")), "2026-06-01");
    assert_eq!(said(&life), ["2026-01-10T09 begins by buyer.gold", "2026-03-01 ends by time"]);
}

#[test]
fn a_metered_benefit_is_granted_for_each_period_and_lapses_with_it() {
    let diary = history().completed("2026-01-10", "A", 100).fact("2026-01-11", "benefit.used", &json!({"benefit": "service", "amount": 5}));
    let life = diary.under(program(&benefits(METERED)), "2026-02-15");
    assert_eq!(
        said(&life),
        ["2026-01-10T09 begins by buyer.gold", "2026-01-10T09 grants 20 for 2026-01", "2026-02-01 grants 20 for 2026-02"]
    );
    let balances = life.balances("quotes");
    assert_eq!((balances.available, balances.spent, balances.expired), (20, 5, 15));
}

#[test]
fn what_is_left_may_roll_over_for_one_period_or_stay() {
    let diary = history().completed("2026-01-10", "A", 100).completed("2026-02-10", "B", 100);
    let left = |rollover: &str, until: &str| {
        diary.under(program(&benefits(&format!("{METERED}\nrollover = \"{rollover}\""))), until).balances("quotes").available
    };
    assert_eq!((left("none", "2026-02-15"), left("one period", "2026-02-15"), left("all", "2026-02-15")), (20, 40, 40));
    assert_eq!((left("none", "2026-03-15"), left("one period", "2026-03-15"), left("all", "2026-03-15")), (20, 40, 60));
}

/// Losing the tier and regaining it within a month gives the month's units once.
#[test]
fn one_period_is_granted_once() {
    let day = |day: u32| format!("2026-01-{day:02}");
    let diary = history().completed(&day(10), "A", 100).set_tier(&day(11), "basic", Some("2026-01-12T00:00:00+08:00"));
    let life = diary.under(program(&benefits(METERED)), "2026-01-31");
    let expect = [
        "2026-01-10T09 begins by buyer.gold",
        "2026-01-10T09 grants 20 for 2026-01",
        "2026-01-11T09 ends by f001",
        "2026-01-12 begins by buyer.gold",
    ];
    assert_eq!(said(&life), expect);
    assert_eq!(life.balances("quotes").available, 20);
}

#[test]
fn a_benefit_by_hand_lasts_until_its_end() {
    let given = json!({"benefit": "service", "until": "2026-02-15T00:00:00+08:00", "reason": "campaign"});
    let diary = history().fact("2026-01-10", "benefit.granted", &given);
    let life = diary.under(program(&benefits(METERED)), "2026-06-01");
    let expect = [
        "2026-01-10T09 begins by f000",
        "2026-01-10T09 grants 20 for 2026-01",
        "2026-02-01 grants 20 for 2026-02",
        "2026-02-15 ends by time",
    ];
    assert_eq!(said(&life), expect);
    let life = diary.fact("2026-01-20", "benefit.revoked", &json!({"benefit": "service"})).under(program(&benefits("")), "2026-06-01");
    assert_eq!(said(&life), ["2026-01-10T09 begins by f000", "2026-01-20T09 ends by f001"]);
}

#[test]
fn use_without_a_right_or_a_meter_is_refused() {
    let used = json!({"benefit": "service"});
    let life = history().registered("2026-01-01").under(program(&benefits(METERED)), "2026-01-02");
    assert_eq!(life.try_now("benefit.used", &used).unwrap_err(), Refusal::NotEntitled { benefit: "service".into() });
    let life = history().completed("2026-01-01", "A", 100).under(program(&benefits("tiers = [\"buyer.gold\"]")), "2026-01-02");
    assert_eq!(life.try_now("benefit.used", &used).unwrap_err(), Refusal::NotMetered { benefit: "service".into() });
    let life = history().completed("2026-01-01", "A", 100).under(program(&benefits(METERED)), "2026-01-02");
    assert!(life.try_now("benefit.used", &json!({"benefit": "service", "amount": 21})).is_err());
    assert!(life.try_now("benefit.used", &json!({"benefit": "service", "amount": 20})).is_ok());
    let refusal = life.try_now("benefit.used", &json!({"benefit": "servise"})).unwrap_err();
    assert_eq!(refusal.to_string(), "field `benefit`: the program in force has no benefit `servise`; did you mean `service`?");
}

/// The law of several countries takes a benefit to a person for a bribe unless the company agrees, it is capped and it is disclosed.
#[test]
fn a_benefit_to_a_person_needs_consent_a_cap_and_disclosure() {
    let mistakes = |keys: &str| program::Program::parse(&text(&benefits(keys))).map_or_else(|problems| problems.0.len(), |_| 0);
    assert_eq!(mistakes("recipient = \"person\""), 3);
    assert_eq!(mistakes("recipient = \"person\"\ncompany_consent = true\ndisclosure = false\ncap = 20000"), 1);
    assert_eq!(mistakes("recipient = \"person\"\ncompany_consent = true\ndisclosure = true"), 1);
    assert_eq!(mistakes("recipient = \"person\"\ncompany_consent = true\ndisclosure = true\ncap = 20000"), 0);
}

const PERSON: &str = "tiers = [\"buyer.gold\"]\nkind = \"metered\"\nunit = \"quotes\"\namount = 20\nper = \"calendar month\"\nrollover = \"all\"\n\
                      recipient = \"person\"\ncompany_consent = true\ndisclosure = true\ncap = 1000";

fn to_persons() -> String {
    benefits(PERSON).replace("id = \"quotes\"", "id = \"quotes\"\ncost = \"1.005\"").replace("window = \"calendar month\"", "")
}

/// What was disclosed: person, value, total and year, in minor units.
fn disclosed(life: &Life) -> Vec<String> {
    let lines = life.decisions.iter().filter_map(|decision| match &decision.outcome {
        Outcome::Disclosed { contact, value, year, total, cap, .. } => {
            Some(format!("{contact} {} of {} in {year}, cap {cap}", value.normalize(), total.normalize()))
        }
        _ => None,
    });
    lines.collect()
}

/// Without a person, the company's consent, and room under the cap, nothing goes to anybody.
#[test]
fn a_person_receives_only_what_the_company_agreed_to_and_the_cap_allows() {
    let rich = || history().completed("2026-01-01", "A", 100);
    let used = |contact: &str, amount: i64| json!({"benefit": "service", "contact": contact, "amount": amount});
    let consent = |contact: Option<&str>, until: Option<&str>| json!({"benefit": "service", "contact": contact, "until": until});
    let service: std::sync::Arc<str> = "service".into();
    let life = rich().under(program(&to_persons()), "2026-01-02");
    assert_eq!(life.try_now("benefit.used", &json!({"benefit": "service"})).unwrap_err(), Refusal::NoContact { benefit: service.clone() });
    let refused = Refusal::NoConsent { benefit: service.clone(), contact: "li".into() };
    assert_eq!(life.try_now("benefit.used", &used("li", 1)).unwrap_err(), refused);
    assert_eq!(life.try_now("benefit.granted", &json!({"benefit": "service", "contact": "li"})).unwrap_err(), refused);
    let agreed = rich().fact("2026-01-01", "benefit.consented", &consent(None, Some("2026-02-01T00:00:00+08:00")));
    let life = agreed.clone().fact("2026-01-02", "benefit.used", &used("li", 4)).under(program(&to_persons()), "2026-01-03");
    assert_eq!(disclosed(&life), ["li 402 of 402 in 2026, cap 1000"]);
    let refusal = life.try_now("benefit.used", &used("li", 6)).unwrap_err();
    let expect =
        "field `contact`: `li` may receive 598 minor units more by benefit `service` in 2026 of the cap of 1000; this asks for 603";
    assert_eq!(refusal.to_string(), expect);
    assert!(life.try_now("benefit.used", &used("li", 5)).is_ok() && life.try_now("benefit.used", &used("wang", 6)).is_ok());
    let life = agreed.under(program(&to_persons()), "2026-02-01");
    assert_eq!(life.try_now("benefit.used", &used("li", 1)).unwrap_err(), refused, "the consent has ended");
}

#[test]
fn the_company_may_withdraw_its_consent_for_one_or_for_all() {
    let word = |contact: Option<&str>| json!({"benefit": "service", "contact": contact});
    let said = |words: &[(&str, Option<&str>)]| {
        let diary = history().completed("2026-01-01", "A", 100);
        let diary = words.iter().fold(diary, |diary, (kind, contact)| diary.fact("2026-01-02", kind, &word(*contact)));
        let life = diary.under(program(&to_persons()), "2026-01-05");
        ["li", "wang"].map(|contact| life.try_now("benefit.used", &word(Some(contact))).is_ok())
    };
    let (yes, no) = ("benefit.consented", "benefit.consent_withdrawn");
    assert_eq!(said(&[(yes, None), (no, Some("li"))]), [false, true]);
    assert_eq!(said(&[(yes, Some("li"))]), [true, false]);
    assert_eq!(said(&[(yes, Some("li")), (no, None)]), [false, false]);
    assert_eq!(said(&[(yes, None), (no, Some("li")), (yes, None)]), [true, true]);
}

/// What is on record happened: it is followed and disclosed, with a note of what was missing. The year begins anew; an undone use no
/// longer counts.
#[test]
fn what_is_on_record_is_noted_and_disclosed() {
    let used = |amount: i64| json!({"benefit": "service", "contact": "li", "amount": amount});
    let diary = history()
        .completed("2026-11-01", "A", 100)
        .fact("2026-11-02", "benefit.used", &used(4))
        .fact("2026-11-03", "benefit.consented", &json!({"benefit": "service"}))
        .fact("2026-12-01", "benefit.used", &used(10))
        .fact("2026-12-02", "points.restored", &json!({"redemption": "f003", "amount": 9}))
        .fact("2027-01-02", "benefit.used", &used(2));
    let life = diary.under(program(&to_persons()), "2027-01-05");
    let expect = [
        "li 402 of 402 in 2026, cap 1000",
        "li 1005 of 1407 in 2026, cap 1000",
        "li -904.5 of 502.5 in 2026, cap 1000",
        "li 201 of 201 in 2027, cap 1000",
    ];
    assert_eq!(disclosed(&life), expect);
    let noted = life.decisions.iter().filter_map(|decision| match &decision.outcome {
        Outcome::Noted { reason } => Some(reason.as_str()),
        _ => None,
    });
    let noted: Vec<&str> = noted.collect();
    assert_eq!(noted.len(), 2, "{noted:?}");
    assert!(noted[0].contains("consent") && noted[1].contains("598 minor units more"), "{noted:?}");
}
