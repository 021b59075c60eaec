//! Units, metrics and tracks; [`assemble`] puts the whole program together.

use std::str::FromStr;
use std::sync::Arc;

use ledger::{Shortfall, UnitRules};
use rust_decimal::Decimal;

use super::check::{Checker, text, type_of};
use super::raw::{Raw, RawMetric, RawTier, RawTrack, RawUnit};
use super::{conditions, rewards, watch};
use crate::calendar::{Expiry, Period, Span, Window};
use crate::definition::{Aggregate, Compiled, FactMeasure, KindMeasure, Measure, Metric, Program, Refunds, Review, Tier, Track, Unit};
use crate::expr::{Type, Want};
use crate::fact::Kind;
use crate::scope::{Naming, Source};

pub(super) fn assemble(check: &mut Checker, raw: Raw) -> Program {
    let id = check.id(&raw.id, &[], "program");
    for (entries, section) in [
        (raw.unit.len(), "units"),
        (raw.metric.len(), "metrics"),
        (raw.track.len(), "tracks"),
        (raw.earn.len(), "earning rules"),
        (raw.benefit.len(), "benefits"),
        (raw.mission.len(), "missions"),
        (raw.segment.len(), "segments"),
        (raw.stage.len(), "stages"),
        (raw.alert.len(), "alerts"),
        (raw.service_level.len(), "service levels"),
        (raw.play.len(), "plays"),
    ] {
        if entries > super::MAX_ENTRIES {
            check.problem(raw.id.span(), format!("{entries} {section}; a program has at most {}", super::MAX_ENTRIES), None);
        }
    }
    let mut program = Program {
        id,
        name: text(raw.name.as_ref(), raw.id.get_ref()),
        zone: check.zone.clone(),
        currency: Arc::from(raw.currency.get_ref().as_str()),
        retroactive: raw.retroactive,
        parents_see_subsidiaries: raw.parents_see_subsidiaries,
        units: Vec::new(),
        metrics: Vec::new(),
        tracks: Vec::new(),
        earns: Vec::new(),
        benefits: Vec::new(),
        missions: Vec::new(),
        segments: Vec::new(),
        stages: Vec::new(),
        alerts: Vec::new(),
        service_levels: Vec::new(),
        plays: Vec::new(),
        source: Arc::from(check.source),
        warnings: Vec::new(),
    };
    if !check.problems.is_empty() {
        return program; // Too many entries would only be slow to look at.
    }
    for unit in &raw.unit {
        let unit = read_unit(check, unit, &program.units);
        program.units.push(unit);
    }
    for metric in in_order(check, &raw.metric) {
        let metric = read_metric(check, metric, &program.metrics);
        program.metrics.push(metric);
    }
    let standing = standing(check, &program, &raw.track);
    for track in &raw.track {
        let track = read_track(check, track, &standing, &program);
        program.tracks.push(track);
    }
    rewards::assemble(check, &raw, &standing, &mut program);
    conditions::assemble(check, &raw, &standing, &mut program);
    for at in 0..program.tracks.len() {
        program.tracks[at].watches = watch::watches(&program, &program.tracks[at]);
    }
    program
}

/// What conditions over standing may name.
fn standing(check: &Checker, program: &Program, tracks: &[super::raw::RawTrack]) -> Naming {
    let mut naming = Naming::new(check.zone.tz()).profile();
    for (at, metric) in program.metrics.iter().enumerate() {
        naming.add(&metric.id, metric.ty, "metric", Source::Metric(at));
    }
    for (at, track) in tracks.iter().enumerate() {
        naming.add(&format!("{}.tier", track.id.get_ref()), Type::Text, "track", Source::Tier(at));
        naming.add(&format!("{}.rank", track.id.get_ref()), Type::Int, "track", Source::Rank(at));
    }
    for (at, unit) in program.units.iter().enumerate() {
        naming.add(&format!("{}.balance", unit.id), Type::Int, "unit", Source::Balance(at));
    }
    naming
}

fn read_unit(check: &mut Checker, raw: &RawUnit, before: &[Unit]) -> Unit {
    let taken: Vec<_> = before.iter().map(|unit| unit.id.clone()).collect();
    let id = check.name(&raw.id, &taken, "unit");
    let scale = raw.scale.as_ref().map_or(0, |scale| *scale.get_ref());
    if let Some(written) = raw.scale.as_ref().filter(|scale| *scale.get_ref() > 6) {
        check.problem(written.span(), format!("scale {scale} is too fine; at most 6 digits"), None);
    }
    let shortfall = [("owe", Shortfall::Owe), ("waive", Shortfall::Waive), ("refuse", Shortfall::Refuse)];
    let shortfall = check.word(raw.shortfall.as_ref(), &shortfall, Shortfall::Owe);
    let overdraft = check.at_least(raw.overdraft.as_ref(), 0, 0);
    let reinstatement = check.read(raw.reinstatement.as_ref(), |text| Span::from_str(text).map(Some), None);
    let reinstatement_us = match reinstatement {
        None => 0,
        Some(Span::Days(days)) => i64::from(days) * crate::calendar::DAY_US,
        Some(Span::Months(months)) => i64::from(months) * 30 * crate::calendar::DAY_US,
    };
    let number = |text: &str| Decimal::from_str_exact(text).map_err(|_| format!("`{text}` is not a number such as 0.01"));
    let share = |text: &str| {
        let share = number(text)?;
        if share.is_sign_negative() || share > Decimal::ONE { Err(format!("`{text}` must lie between 0 and 1")) } else { Ok(share) }
    };
    Unit {
        name: text(raw.name.as_ref(), &id),
        id,
        scale,
        expiry: check.read(raw.expiry.as_ref(), Expiry::from_str, Expiry::Never),
        rules: UnitRules { shortfall, overdraft, reinstatement_us },
        cost: check.read(raw.cost.as_ref(), number, Decimal::ZERO),
        breakage: check.read(raw.breakage.as_ref(), share, Decimal::ZERO),
        pool: raw.pool,
    }
}

/// Formulas after what they are made of; a circle is refused with the names on it.
fn in_order<'r>(check: &mut Checker, raw: &'r [RawMetric]) -> Vec<&'r RawMetric> {
    let names: Vec<&str> = raw.iter().map(|metric| metric.id.get_ref().as_str()).collect();
    let needs: Vec<Vec<usize>> = raw
        .iter()
        .map(|metric| {
            let formula = metric.formula.as_ref().map_or("", |formula| formula.get_ref());
            let words = formula.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
            let mut needs: Vec<usize> = words.filter_map(|word| names.iter().position(|name| name.eq_ignore_ascii_case(word))).collect();
            needs.sort_unstable();
            needs.dedup();
            needs
        })
        .collect();
    let mut order: Vec<usize> = Vec::new();
    let mut placed = vec![false; raw.len()];
    loop {
        let ready: Vec<usize> = (0..raw.len()).filter(|at| !placed[*at] && needs[*at].iter().all(|need| placed[*need])).collect();
        if ready.is_empty() {
            break;
        }
        for at in ready {
            placed[at] = true;
            order.push(at);
        }
    }
    if let Some(start) = placed.iter().position(|done| !done) {
        let mut circle = vec![start];
        while let Some(next) = needs[circle[circle.len() - 1]].iter().find(|need| !placed[**need]) {
            let seen = circle.iter().position(|at| at == next);
            circle.push(*next);
            if let Some(seen) = seen {
                circle.drain(..seen);
                break;
            }
        }
        let path: Vec<_> = circle.iter().map(|at| names[*at]).collect();
        let at = &raw[circle[0]];
        let span = at.formula.as_ref().map_or(at.id.span(), toml::Spanned::span);
        check.problem(span, format!("metrics depend on each other in a circle: {}", path.join(" → ")), None);
    }
    order.into_iter().map(|at| &raw[at]).collect()
}

fn read_metric(check: &mut Checker, raw: &RawMetric, before: &[Metric]) -> Metric {
    let taken: Vec<_> = before.iter().map(|metric| metric.id.clone()).collect();
    let id = check.name(&raw.id, &taken, "metric");
    let name = text(raw.name.as_ref(), &id);
    if let Some(formula) = &raw.formula {
        if raw.on.is_some() || raw.aggregate.is_some() || raw.window.is_some() || raw.value.is_some() || raw.condition.is_some() {
            check.problem(
                raw.id.span(),
                format!("metric `{id}` has a formula, so it cannot have on, where, value, aggregate or window"),
                None,
            );
        }
        let mut naming = Naming::new(check.zone.tz());
        for (at, metric) in before.iter().enumerate() {
            naming.add(&metric.id, metric.ty, "metric", Source::Metric(at));
        }
        let compiled = check.compile(formula, &naming, Want::Any);
        let ty = type_of(compiled.as_ref());
        let measure = compiled.map_or_else(|| Measure::Facts(empty_measure()), Measure::Formula);
        return Metric { id, name, ty, measure };
    }
    let Some(on) = &raw.on else {
        check.problem(raw.id.span(), format!("metric `{id}` needs `on` (kinds of facts) or a `formula`"), None);
        return Metric { id, name, ty: Type::Decimal, measure: Measure::Facts(empty_measure()) };
    };
    let (ty, measure) = read_measure(check, raw, &id, on);
    Metric { id, name, ty, measure: Measure::Facts(measure) }
}

fn empty_measure() -> FactMeasure {
    FactMeasure {
        aggregate: Aggregate::Count,
        window: Window::Lifetime,
        refunds: Refunds::Ignored,
        each_line: false,
        kinds: Vec::new(),
        identity: String::new(),
        adds: String::new(),
    }
}

const AGGREGATES: &[(&str, Aggregate)] = &[
    ("sum", Aggregate::Sum),
    ("count", Aggregate::Count),
    ("distinct days", Aggregate::DistinctDays),
    ("distinct", Aggregate::Distinct),
    ("latest", Aggregate::Latest),
    ("max", Aggregate::Max),
    ("min", Aggregate::Min),
    ("age", Aggregate::Age),
    ("recency", Aggregate::Recency),
];

fn read_measure(check: &mut Checker, raw: &RawMetric, id: &str, on: &toml::Spanned<Vec<super::raw::Words>>) -> (Type, FactMeasure) {
    let default = if raw.value.is_some() { Aggregate::Sum } else { Aggregate::Count };
    let aggregate = check.word(raw.aggregate.as_ref(), AGGREGATES, default);
    let window = check.read(raw.window.as_ref(), Window::from_str, Window::Lifetime);
    let refunds = [("order date", Refunds::OrderDate), ("own date", Refunds::OwnDate), ("ignored", Refunds::Ignored)];
    let refunds = check.word(raw.refunds.as_ref(), &refunds, Refunds::OrderDate);
    let each_line = raw.each.is_some() && check.word(raw.each.as_ref(), &[("line", true)], true);
    let takes_value = matches!(aggregate, Aggregate::Sum | Aggregate::Distinct | Aggregate::Latest | Aggregate::Max | Aggregate::Min);
    match &raw.value {
        None if takes_value => check.problem(raw.id.span(), format!("metric `{id}` needs a `value` for its aggregate"), None),
        Some(value) if !takes_value => check.problem(value.span(), format!("metric `{id}` counts; it takes no `value`"), None),
        _ => {}
    }
    let number = matches!(aggregate, Aggregate::Sum | Aggregate::Max | Aggregate::Min);
    if let Some(window) = &raw.window
        && matches!(aggregate, Aggregate::Age | Aggregate::Recency)
        && window.get_ref() != "lifetime"
    {
        let first = if aggregate == Aggregate::Age { "first" } else { "latest" };
        let help = Some("leave `window` out".to_owned());
        check.problem(window.span(), format!("metric `{id}` counts the days since the {first} fact ever, so it has no window"), help);
    }
    let mut kinds = Vec::new();
    let looked_at = check.kinds(on);
    check.lines(raw.each.as_ref(), &looked_at);
    for kind in looked_at {
        let known = check.problems.len();
        let naming = Naming::new(check.zone.tz()).fact(kind, each_line);
        let condition = raw.condition.as_ref().and_then(|words| check.compile(words, &naming, Want::Condition));
        let want = if number { Want::Amount } else { Want::Any };
        let value = raw.value.as_ref().filter(|_| takes_value).and_then(|words| check.compile(words, &naming, want));
        kinds.push(KindMeasure { kind, condition, value });
        if check.problems.len() > known {
            break; // The same mistake for every further kind helps nobody.
        }
    }
    let value = kinds.first().and_then(|kind: &KindMeasure| kind.value.as_ref());
    let ty = match aggregate {
        Aggregate::Count | Aggregate::Distinct | Aggregate::DistinctDays | Aggregate::Age | Aggregate::Recency => Type::Int,
        Aggregate::Sum | Aggregate::Max | Aggregate::Min => Type::Decimal,
        Aggregate::Latest => type_of(value),
    };
    if aggregate == Aggregate::Latest && kinds.iter().any(|kind| type_of(kind.value.as_ref()) != ty) {
        check.problem(on.span(), format!("metric `{id}`: the value has different types for these kinds"), None);
    }
    let names: Vec<_> = kinds.iter().map(|kind| kind.kind.name()).collect();
    let written = |words: Option<&super::raw::Words>| words.map_or("", |words| words.get_ref().trim()).to_owned();
    let adds = format!(
        "{}|{}|{}|{aggregate:?}|{each_line}|{}",
        names.join(","),
        written(raw.condition.as_ref()),
        written(raw.value.as_ref()),
        check.zone.tz()
    );
    let identity = format!("{adds}|{window}|{refunds:?}");
    (ty, FactMeasure { aggregate, window, refunds, each_line, kinds, identity, adds })
}

fn read_track(check: &mut Checker, raw: &RawTrack, standing: &Naming, program: &Program) -> Track {
    let taken: Vec<_> = program.tracks.iter().map(|track| track.id.clone()).collect();
    let id = check.name(&raw.id, &taken, "track");
    check.many(&raw.tier, raw.id.span(), "tiers");
    if raw.tier.len() < 2 {
        check.problem(raw.id.span(), format!("track `{id}` needs at least two tiers: the one everybody has, and one to reach"), None);
    }
    let review = check.read(raw.review.as_ref(), read_review, Review::Every(Period::Year));
    let mut tiers: Vec<Tier> = Vec::new();
    for tier in &raw.tier {
        let taken: Vec<_> = tiers.iter().map(|tier| tier.id.clone()).collect();
        let tier = read_tier(check, tier, &taken, tiers.is_empty(), standing);
        tiers.push(tier);
    }
    Track {
        name: text(raw.name.as_ref(), &id),
        id,
        review,
        upgrade_at_once: check.word(raw.upgrade.as_ref(), &[("at once", true), ("at review", false)], true),
        fall_one: check.word(raw.fall.as_ref(), &[("one tier", true), ("to qualified", false)], true),
        grace: check.read(raw.grace.as_ref(), |text| Span::from_str(text).map(Some), None),
        tiers,
        watches: Vec::new(),
    }
}

fn read_review(text: &str) -> Result<Review, String> {
    if text == "never" {
        return Ok(Review::Never);
    }
    if let Some(period) = text.strip_prefix("every ") {
        return period.parse().map(Review::Every);
    }
    text.strip_suffix(" after entry").and_then(|span| span.parse().ok()).map(Review::After).ok_or_else(|| {
        format!(
            "`{text}` is not a review: every calendar quarter, every calendar year, every anniversary year, 12 months after entry, or never"
        )
    })
}

fn read_tier(check: &mut Checker, raw: &RawTier, taken: &[Arc<str>], lowest: bool, standing: &Naming) -> Tier {
    let id = check.id(&raw.id, taken, "tier");
    match &raw.enter {
        Some(enter) if lowest => {
            check.problem(enter.span(), format!("`{id}` is the lowest tier: everybody has it, so it has no `enter`"), None)
        }
        None if !lowest => check.problem(raw.id.span(), format!("tier `{id}` needs an `enter` condition"), None),
        _ => {}
    }
    let enter = raw.enter.as_ref().and_then(|words| check.condition(words, standing));
    let keep = raw.keep.as_ref().and_then(|words| check.condition(words, standing)).or_else(|| enter.clone());
    for condition in [&enter, &keep].into_iter().flatten() {
        if let Some(name) = on_standing_itself(&condition.compiled) {
            check.problem(
                raw.id.span(),
                format!("tier `{id}` depends on `{name}`, which depends on tiers: use metrics and profile only"),
                None,
            );
        }
    }
    Tier { name: text(raw.name.as_ref(), &id), id, enter, keep }
}

/// Tiers and balances follow from tiers: a condition of a tier on them would run in a circle.
fn on_standing_itself(compiled: &Compiled) -> Option<&'static str> {
    compiled.expr.columns().iter().find_map(|column| match compiled.sources[*column] {
        Source::Tier(_) => Some("tier"),
        Source::Rank(_) => Some("rank"),
        Source::Balance(_) => Some("balance"),
        _ => None,
    })
}

/// The kinds by which an order is undone.
pub fn undoes(kind: Kind) -> bool {
    matches!(kind.name(), "order.refunded" | "order.cancelled")
}
