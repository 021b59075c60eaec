//! Earning rules, benefits, missions, segments and stages.

use std::str::FromStr;
use std::sync::Arc;

use super::check::{Checker, text};
use super::problem::nearest;
use super::raw::{Raw, RawBenefit, RawEarn, RawMission, RawReward, RawStep, Words};
use crate::calendar::{Expiry, Period, parse_day};
use crate::definition::{
    Benefit, Cap, Earn, Gives, Hold, KindEarn, Metered, Mission, Program, Recipient, Reward, Rollover, Rounding, Step, StepNeeds,
};
use crate::expr::Want;
use crate::fact::Kind;
use crate::fact::catalogue::ROLES;
use crate::scope::Naming;

pub(super) fn assemble(check: &mut Checker, raw: &Raw, standing: &Naming, program: &mut Program) {
    let units: Vec<Arc<str>> = program.units.iter().map(|unit| unit.id.clone()).collect();
    for earn in &raw.earn {
        let earn = read_earn(check, earn, standing, &units, &program.earns);
        program.earns.push(earn);
    }
    for benefit in &raw.benefit {
        let benefit = read_benefit(check, benefit, &units, program);
        program.benefits.push(benefit);
    }
    for mission in &raw.mission {
        let mission = read_mission(check, mission, standing, &units, &program.missions);
        program.missions.push(mission);
    }
}

fn read_earn(check: &mut Checker, raw: &RawEarn, standing: &Naming, units: &[Arc<str>], before: &[Earn]) -> Earn {
    let taken: Vec<_> = before.iter().map(|earn| earn.id.clone()).collect();
    let id = check.id(&raw.id, &taken, "earning rule");
    let each_line = raw.each.is_some() && check.word(raw.each.as_ref(), &[("line", true)], true);
    let mut kinds = Vec::new();
    let looked_at = check.kinds(&raw.on);
    check.lines(raw.each.as_ref(), &looked_at);
    for kind in looked_at {
        if super::parts::undoes(kind) || kind.name().starts_with("points.") || kind.name().starts_with("fact.") {
            check.problem(raw.on.span(), format!("nothing can be earned on `{}`", kind.name()), None);
            continue;
        }
        let known = check.problems.len();
        let naming = standing.clone().fact(kind, each_line);
        let condition = raw.condition.as_ref().and_then(|words| check.compile(words, &naming, Want::Condition));
        if let Some(amount) = check.compile(&raw.amount, &naming, Want::Amount) {
            kinds.push(KindEarn { kind, condition, amount });
        }
        if check.problems.len() > known {
            break;
        }
    }
    let cap = raw
        .cap
        .as_ref()
        .map(|cap| Cap { amount: check.at_least(Some(&cap.amount), 1, 1), per: check.read(cap.per.as_ref(), read_cap_period, None) });
    let rounding = [("half even", Rounding::HalfEven), ("down", Rounding::Down), ("up", Rounding::Up)];
    Earn {
        rule: Arc::from(format!("earn:{id}")),
        name: text(raw.name.as_ref(), &id),
        id,
        unit: check.find(&raw.unit, units, "unit"),
        each_line,
        kinds,
        rounding: check.word(raw.rounding.as_ref(), &rounding, Rounding::HalfEven),
        hold: check.read(raw.hold.as_ref(), read_hold, Hold::None),
        cap,
        expiry: check.read(raw.expiry.as_ref(), |text| Expiry::from_str(text).map(Some), None),
        priority: raw.priority.unwrap_or(0),
    }
}

fn read_cap_period(text: &str) -> Result<Option<Period>, String> {
    if text == "fact" { Ok(None) } else { text.parse().map(Some).map_err(|error: String| format!("{error}, or fact")) }
}

fn read_hold(text: &str) -> Result<Hold, String> {
    match text.strip_prefix("until ") {
        None => text.parse().map(Hold::For).map_err(|_| format!("`{text}` is not a hold such as `14 days` or `until order.completed`")),
        Some(kind) => match Kind::parse(kind) {
            Some(kind) if kind.field("order").is_some() => Ok(Hold::Until(kind)),
            Some(_) => Err(format!("`{kind}` is not about an order, so nothing can be held until it")),
            None => Err(format!("unknown kind of fact `{kind}`")),
        },
    }
}

fn read_benefit(check: &mut Checker, raw: &RawBenefit, units: &[Arc<str>], program: &Program) -> Benefit {
    let taken: Vec<_> = program.benefits.iter().map(|benefit| benefit.id.clone()).collect();
    let id = check.id(&raw.id, &taken, "benefit");
    let mut tiers = Vec::new();
    for name in raw.tiers.iter().flat_map(|tiers| tiers.get_ref()) {
        match find_tier(program, name.get_ref()) {
            Some(tier) => tiers.push(tier),
            None => {
                let all = program.tracks.iter().flat_map(|track| track.tiers.iter().map(move |tier| format!("{}.{}", track.id, tier.id)));
                let all: Vec<_> = all.collect();
                let help = nearest(name.get_ref(), all.iter().map(String::as_str));
                check.problem(name.span(), format!("unknown tier `{}`; write track.tier", name.get_ref()), help);
            }
        }
    }
    let kind = check.word(raw.kind.as_ref(), &[("right", 0), ("metered", 1), ("priced", 2)], i32::from(raw.unit.is_some()));
    let gives = match (kind, &raw.unit) {
        (1, Some(unit)) => Gives::Metered(Metered {
            unit: check.find(unit, units, "unit"),
            amount: check.at_least(raw.amount.as_ref(), 1, 1),
            per: check.read(raw.per.as_ref(), |text| Period::from_str(text).map(Some), None),
            rollover: check.word(
                raw.rollover.as_ref(),
                &[("none", Rollover::None), ("one period", Rollover::OnePeriod), ("all", Rollover::All)],
                Rollover::None,
            ),
            priority: raw.priority.unwrap_or(0),
        }),
        (1, None) => {
            check.problem(raw.id.span(), format!("metered benefit `{id}` needs a `unit` and an `amount`"), None);
            Gives::Right
        }
        (2, _) => Gives::Priced(raw.price.clone().unwrap_or_default()),
        _ => Gives::Right,
    };
    match (&gives, kind, &raw.kind) {
        (Gives::Priced(price), _, Some(kind)) if price.is_empty() => {
            let help = Some("write e.g. price = { list = \"contract\" }".to_owned());
            check.problem(kind.span(), format!("priced benefit `{id}` needs a `price`"), help);
        }
        (Gives::Right, 0, _) => check_right(check, raw, &id),
        _ => {}
    }
    if matches!(gives, Gives::Metered(_)) && raw.amount.is_none() {
        check.problem(raw.id.span(), format!("metered benefit `{id}` needs an `amount`"), None);
    }
    let recipient = read_recipient(check, raw, &id);
    Benefit { rule: Arc::from(format!("benefit:{id}")), name: text(raw.name.as_ref(), &id), id, tiers, gives, recipient }
}

/// What only a grant of units has is a mistake in a plain right.
fn check_right(check: &mut Checker, raw: &RawBenefit, id: &str) {
    let words = [("unit", &raw.unit), ("per", &raw.per), ("rollover", &raw.rollover)];
    let words = words.into_iter().filter_map(|(key, words)| words.as_ref().map(|words| (key, words.span())));
    let amount = raw.amount.as_ref().map(|amount| ("amount", amount.span()));
    for (key, span) in words.chain(amount) {
        let help = Some("leave it out, or make it metered with kind = \"metered\", a `unit` and an `amount`".to_owned());
        check.problem(span, format!("benefit `{id}` is a plain right, which has no `{key}`"), help);
    }
}

/// A benefit to a person is taken for a bribe unless the company agrees, it is capped and it is disclosed.
fn read_recipient(check: &mut Checker, raw: &RawBenefit, id: &str) -> Recipient {
    if !check.word(raw.recipient.as_ref(), &[("company", false), ("person", true)], false) {
        return Recipient::Company;
    }
    let span = raw.recipient.as_ref().map_or(raw.id.span(), toml::Spanned::span);
    if raw.company_consent != Some(true) {
        check.problem(span.clone(), format!("benefit `{id}` goes to a person: it needs `company_consent = true`"), None);
    }
    if raw.disclosure != Some(true) {
        check.problem(span.clone(), format!("benefit `{id}` goes to a person: it needs `disclosure = true`"), None);
    }
    if raw.cap.is_none() {
        check.problem(span, format!("benefit `{id}` goes to a person: it needs a `cap` in minor units"), None);
    }
    Recipient::Person { cap_minor: check.at_least(raw.cap.as_ref(), 1, 1) }
}

fn find_tier(program: &Program, name: &str) -> Option<(usize, usize)> {
    let (track, tier) = name.split_once('.')?;
    let track = program.track(track)?;
    let rank = program.tracks[track].tiers.iter().position(|other| *other.id == *tier)?;
    Some((track, rank))
}

fn read_mission(check: &mut Checker, raw: &RawMission, standing: &Naming, units: &[Arc<str>], before: &[Mission]) -> Mission {
    let taken: Vec<_> = before.iter().map(|mission| mission.id.clone()).collect();
    let id = check.id(&raw.id, &taken, "mission");
    check.many(&raw.step, raw.id.span(), "steps");
    if raw.step.is_empty() {
        check.problem(raw.id.span(), format!("mission `{id}` needs at least one step"), None);
    }
    let mut steps: Vec<Step> = Vec::new();
    for step in &raw.step {
        let taken: Vec<_> = steps.iter().map(|step| step.id.clone()).collect();
        let step = read_step(check, step, &taken, standing);
        steps.push(step);
    }
    let window = |text: &str| match text {
        "once" => Ok(None),
        other => other.strip_prefix("every ").unwrap_or(other).parse().map(Some).map_err(|error: String| format!("{error}, or once")),
    };
    let per = check.read(raw.window.as_ref(), window, None);
    let reward = raw.reward.as_ref().map(|reward| read_reward(check, reward, units));
    let streak = raw.streak.as_ref().map(|streak| {
        let every = check.at_least(Some(&streak.every), 2, 2);
        (u32::try_from(every).unwrap_or(u32::MAX), read_reward(check, &streak.reward, units))
    });
    if let (Some(streak), None) = (&raw.streak, per) {
        check.problem(streak.every.span(), format!("mission `{id}` happens once, so it has no streak"), None);
    }
    let from = check.read(raw.from.as_ref(), |text| parse_day(text).map(Some), None);
    let until = check.read(raw.until.as_ref(), |text| parse_day(text).map(Some), None);
    if let (Some(first), Some(last), Some(written)) = (from, until, &raw.until)
        && last < first
    {
        let help = Some(format!("write {first} or a later day"));
        check.problem(written.span(), format!("mission `{id}` ends before it begins on {first}, so it never takes place"), help);
    }
    Mission {
        rule: Arc::from(format!("mission:{id}")),
        name: text(raw.name.as_ref(), &id),
        id,
        condition: raw.condition.as_ref().and_then(|words| check.condition(words, standing)),
        per,
        from,
        until,
        steps,
        reward,
        streak,
    }
}

fn read_reward(check: &mut Checker, raw: &RawReward, units: &[Arc<str>]) -> Reward {
    Reward { unit: check.find(&raw.unit, units, "unit"), amount: check.at_least(Some(&raw.amount), 1, 1) }
}

fn read_step(check: &mut Checker, raw: &RawStep, taken: &[Arc<str>], standing: &Naming) -> Step {
    let id = check.id(&raw.id, taken, "step");
    let needs = match (&raw.on, &raw.when) {
        (Some(on), None) => {
            let mut kinds = Vec::new();
            for kind in check.kinds(on) {
                let naming = standing.clone().fact(kind, false);
                let known = check.problems.len();
                kinds.push((kind, raw.condition.as_ref().and_then(|words| check.compile(words, &naming, Want::Condition))));
                if check.problems.len() > known {
                    break;
                }
            }
            let count = check.at_least(raw.count.as_ref(), 1, 1);
            Some(StepNeeds::Facts { kinds, count: u32::try_from(count).unwrap_or(u32::MAX) })
        }
        (None, Some(when)) => check.condition(when, standing).map(StepNeeds::When),
        _ => {
            check.problem(raw.id.span(), format!("step `{id}` needs either `on` (facts) or `when` (a condition)"), None);
            None
        }
    };
    let role = raw.role.as_ref().map(|role| read_role(check, role, &id, needs.as_ref()));
    let needs = needs.unwrap_or(StepNeeds::Facts { kinds: Vec::new(), count: 1 });
    Step { name: text(raw.name.as_ref(), &id), id, role, needs }
}

/// A role of the decision chain, which the facts of the step must be able to tell.
fn read_role(check: &mut Checker, role: &Words, step: &str, needs: Option<&StepNeeds>) -> Arc<str> {
    if !ROLES.contains(&role.get_ref().as_str()) {
        let help = nearest(role.get_ref(), ROLES.iter().copied()).or_else(|| Some(format!("it is one of {}", ROLES.join(", "))));
        check.problem(role.span(), format!("unknown role `{}`", role.get_ref()), help);
    }
    if let Some(StepNeeds::Facts { kinds, .. }) = needs
        && let Some((kind, _)) = kinds.iter().find(|(kind, _)| kind.field("role").is_none())
    {
        let message = format!("`{}` does not say which role its contact has, so step `{step}` cannot ask for one", kind.name());
        check.problem(role.span(), message, Some("leave `role` out".to_owned()));
    }
    Arc::from(role.get_ref().as_str())
}
