//! Texts that do not speak all the languages of the platform: warnings, because a program works without them.

use super::check::Checker;
use super::raw::{Raw, RawText, Words};

/// BCP 47 tags of the languages that every text should have.
pub const LANGUAGES: [&str; 3] = ["zh-CN", "zh-TW", "en"];

pub(super) fn warn(check: &mut Checker, raw: &Raw) {
    named(check, "program", &raw.id, raw.name.as_ref());
    raw.unit.iter().for_each(|unit| named(check, "unit", &unit.id, unit.name.as_ref()));
    raw.metric.iter().for_each(|metric| named(check, "metric", &metric.id, metric.name.as_ref()));
    for track in &raw.track {
        named(check, "track", &track.id, track.name.as_ref());
        track.tier.iter().for_each(|tier| named(check, "tier", &tier.id, tier.name.as_ref()));
    }
    raw.earn.iter().for_each(|earn| named(check, "earning rule", &earn.id, earn.name.as_ref()));
    raw.benefit.iter().for_each(|benefit| named(check, "benefit", &benefit.id, benefit.name.as_ref()));
    for mission in &raw.mission {
        named(check, "mission", &mission.id, mission.name.as_ref());
        mission.step.iter().for_each(|step| named(check, "step", &step.id, step.name.as_ref()));
    }
    for (section, entries) in [
        ("segment", &raw.segment),
        ("stage", &raw.stage),
        ("alert", &raw.alert),
        ("service level", &raw.service_level),
        ("play", &raw.play),
    ] {
        entries.iter().for_each(|entry| named(check, section, &entry.id, entry.name.as_ref()));
    }
}

fn named(check: &mut Checker, what: &str, id: &Words, text: Option<&RawText>) {
    let has = |tag: &str| matches!(text, Some(RawText::Each(each)) if each.get(tag).is_some_and(|text| !text.trim().is_empty()));
    let missing: Vec<&str> = LANGUAGES.into_iter().filter(|tag| !has(tag)).collect();
    if missing.is_empty() {
        return;
    }
    let help = match text {
        None => "people see the id; write name = { zh-CN = \"…\", zh-TW = \"…\", en = \"…\" }",
        Some(_) => "write name = { zh-CN = \"…\", zh-TW = \"…\", en = \"…\" }",
    };
    check.warning(id.span(), format!("{what} `{}` has no name in {}", id.get_ref(), missing.join(", ")), Some(help.to_owned()));
}
