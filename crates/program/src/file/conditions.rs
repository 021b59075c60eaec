//! Named conditions: segments, stages, alerts, service levels and plays, with what they trigger.

use std::str::FromStr;
use std::sync::Arc;

use super::check::{Checker, text};
use super::raw::{Raw, RawSegment, RawTrigger, Words};
use crate::calendar::Span;
use crate::definition::{Assignee, Program, Segment, Trigger};
use crate::scope::Naming;

/// The longest task and the longest name of a webhook, in characters.
pub const MAX_TASK: usize = 200;

/// Reads the sections; missions and benefits must have been read before, because triggers name them.
pub(super) fn assemble(check: &mut Checker, raw: &Raw, standing: &Naming, program: &mut Program) {
    program.segments = read(check, &raw.segment, standing, program, "segment", false);
    program.stages = read(check, &raw.stage, standing, program, "stage", false);
    program.alerts = read(check, &raw.alert, standing, program, "alert", true);
    program.service_levels = read(check, &raw.service_level, standing, program, "service level", true);
    program.plays = read(check, &raw.play, standing, program, "play", true);
}

fn read(check: &mut Checker, raw: &[RawSegment], standing: &Naming, program: &Program, section: &str, needs_trigger: bool) -> Vec<Segment> {
    let mut read: Vec<Segment> = Vec::new();
    for raw in raw {
        let taken: Vec<_> = read.iter().map(|segment| segment.id.clone()).collect();
        let id = check.id(&raw.id, &taken, section);
        let trigger = raw.trigger.as_ref().and_then(|trigger| read_trigger(check, trigger, program));
        if needs_trigger && raw.trigger.is_none() {
            let help =
                Some("write e.g. trigger = { task = \"Call the customer\", for = \"account_manager\", within = \"2 days\" }".to_owned());
            check.problem(raw.id.span(), format!("{section} `{id}` needs a `trigger`: it is there to set something off"), help);
        }
        if let Some(condition) = check.condition(&raw.condition, standing) {
            read.push(Segment { name: text(raw.name.as_ref(), &id), id, condition, trigger });
        }
    }
    read
}

fn read_trigger(check: &mut Checker, raw: &toml::Spanned<RawTrigger>, program: &Program) -> Option<Trigger> {
    let RawTrigger { task, assignee, within, webhook, mission, benefit } = raw.get_ref();
    let given = [task, webhook, mission, benefit].into_iter().flatten().count();
    if given != 1 {
        check.problem(raw.span(), "a trigger is exactly one of `task`, `webhook`, `mission` and `benefit`".to_owned(), None);
        return None;
    }
    for (key, words) in [("for", assignee), ("within", within)] {
        if let (Some(words), None) = (words, task) {
            check.problem(words.span(), format!("`{key}` belongs to a task"), Some("leave it out".to_owned()));
        }
    }
    if let Some(task) = task {
        return Some(Trigger::Task {
            what: short(check, task, "task"),
            assignee: check.word(
                assignee.as_ref(),
                &[("account_manager", Assignee::AccountManager), ("staff", Assignee::Staff)],
                Assignee::AccountManager,
            ),
            within: check.read(within.as_ref(), |text| Span::from_str(text).map(Some), None),
        });
    }
    if let Some(webhook) = webhook {
        return Some(Trigger::Webhook(check.id(webhook, &[], "webhook")));
    }
    if let Some(mission) = mission {
        let names: Vec<_> = program.missions.iter().map(|mission| mission.id.clone()).collect();
        return names.get(check.find(mission, &names, "mission")).cloned().map(Trigger::Mission);
    }
    let names: Vec<_> = program.benefits.iter().map(|benefit| benefit.id.clone()).collect();
    benefit.as_ref().and_then(|benefit| names.get(check.find(benefit, &names, "benefit")).cloned()).map(Trigger::Benefit)
}

fn short(check: &mut Checker, words: &Words, what: &str) -> Arc<str> {
    let text = words.get_ref().trim();
    let length = text.chars().count();
    if length == 0 || length > MAX_TASK {
        check.problem(words.span(), format!("a {what} has 1 to {MAX_TASK} characters; this has {length}"), None);
    }
    Arc::from(text)
}
