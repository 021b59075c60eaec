//! An explanation as a page of text.

use std::fmt::Write;

use ledger::Instant;
use program::calendar::Zone;

use super::view::{BalanceView, BenefitView, Explanation, MetricView, MissionView, TrackView, WithdrawnView};
use super::words::{amount, day, grouped, time};

impl Explanation {
    /// The page; times are local to `zone`.
    pub fn page(&self, zone: &Zone) -> String {
        let mut page = Page { zone, text: String::new() };
        page.line(&format!("{}  {}", self.member, self.name));
        page.line(&format!("as of {}, {} version {}", time(zone, self.as_of), self.program.name, self.version));
        match &self.joined {
            Some(joined) => page.line(&format!("member since {joined}, {} facts judged", grouped(&self.facts.to_string()))),
            None => page.line("nothing was known of this member by then"),
        }
        page.section("Standing", &self.tracks, Page::track);
        page.section("Metrics", &self.metrics, Page::metric);
        page.section("Balances", &self.balances, Page::balance);
        page.section("Benefits", &self.benefits, Page::benefit);
        page.section("Missions", &self.missions, Page::mission);
        page.belonging(self);
        page.receipts(self);
        page.section("Taken back", &self.withdrawn, Page::withdrawn);
        page.text
    }
}

struct Page<'z> {
    zone: &'z Zone,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        // Writing to a string does not fail. Control characters in names must not reach a terminal.
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(self.text, "{}", text.trim_end());
    }

    fn section<T>(&mut self, title: &str, entries: &[T], write: fn(&mut Self, &T)) {
        if !entries.is_empty() {
            self.line("");
            self.line(title);
            entries.iter().for_each(|entry| write(self, entry));
        }
    }

    fn day(&self, at: Instant) -> String {
        day(self.zone, at)
    }

    fn track(&mut self, track: &TrackView) {
        let (name, since) = (&track.track.name, self.day(track.since));
        match &track.set_by_hand {
            Some(reason) => {
                let until = track.set_until.map_or_else(String::new, |until| format!(" until {}", self.day(until)));
                self.line(&format!("  {name}: {}, set by staff{until}: {reason}", track.tier.name));
                self.line(&format!("    by the rules: {} since {since}", track.reached.name));
            }
            None => self.line(&format!("  {name}: {} since {since}", track.tier.name)),
        }
        if let Some(review) = track.review_at {
            self.line(&format!("    next review {}", self.day(review)));
        }
        if let Some(grace) = track.grace_until {
            self.line(&format!("    the last review failed: kept until {}", self.day(grace)));
        }
        if let Some(keep) = &track.keep {
            let way = if keep.sentence.is_empty() { "everything is there" } else { &keep.sentence };
            self.line(&format!("    to keep {}: {way}", keep.tier.name));
        }
        if let Some(next) = &track.next {
            let way = if next.sentence.is_empty() { "everything is there: at the next review" } else { &next.sentence };
            self.line(&format!("    to {}: {way}", next.tier.name));
        }
    }

    fn metric(&mut self, metric: &MetricView) {
        let value = metric.value.as_deref().map_or_else(|| "none".to_owned(), grouped);
        let window = metric.from.as_ref().map_or_else(|| format!("up to {}", metric.to), |from| format!("{from} to {}", metric.to));
        let counted = metric.counts.map_or_else(String::new, |what| format!(", {what}s: {}", grouped(&metric.facts.to_string())));
        self.line(&format!("  {}: {value}  ({window}{counted}; {})", metric.metric.id, metric.metric.name));
    }

    fn balance(&mut self, balance: &BalanceView) {
        let say = |steps: i64| amount(steps, balance.scale);
        let mut parts = vec![format!("{} available", say(balance.available))];
        let more = [
            ("held", balance.held),
            ("reserved", balance.reserved),
            ("owed", balance.owed),
            ("spent", balance.spent),
            ("expired", balance.expired),
        ];
        parts.extend(more.iter().filter(|(_, steps)| *steps != 0).map(|(what, steps)| format!("{} {what}", say(*steps))));
        self.line(&format!("  {}: {}", balance.unit.name, parts.join(", ")));
        for lot in &balance.expiring {
            if let Some(at) = lot.expires_at {
                self.line(&format!("    {} lapse {}  ({} {})", say(lot.open), time(self.zone, at), lot.rule, lot.fact));
            }
        }
    }

    fn benefit(&mut self, benefit: &BenefitView) {
        let by = match (benefit.by_tier, benefit.until) {
            (true, _) => "by tier".to_owned(),
            (false, Some(until)) => format!("given until {}", self.day(until)),
            (false, None) => "given".to_owned(),
        };
        let left =
            benefit.left.as_ref().map_or_else(String::new, |left| format!(", {} {} left", amount(left.amount, left.scale), left.unit.name));
        let renews = benefit.renews_at.map_or_else(String::new, |at| format!(", next grant {}", self.day(at)));
        self.line(&format!("  {}: since {}, {by}{left}{renews}", benefit.benefit.name, self.day(benefit.since)));
    }

    fn mission(&mut self, mission: &MissionView) {
        let window = mission.window.as_ref().map_or_else(|| "once".to_owned(), Clone::clone);
        let done = if mission.done { "done" } else { "open" };
        let times = if mission.completed > 1 { format!(", {} times in all", mission.completed) } else { String::new() };
        let row = if mission.streak > 1 { format!(", {} in a row", mission.streak) } else { String::new() };
        self.line(&format!("  {} ({window}): {done}{times}{row}", mission.mission.name));
        for step in mission.steps.iter().filter(|_| !mission.done) {
            let role = step.role.as_ref().map_or_else(String::new, |role| format!(" [{role}]"));
            self.line(&format!("    {} {}{role}: {}", if step.done { "[x]" } else { "[ ]" }, step.step.name, step.progress));
        }
    }

    fn belonging(&mut self, explanation: &Explanation) {
        if let Some(stage) = &explanation.stage {
            self.line("");
            self.line(&format!("Stage: {}", stage.name));
        }
        if !explanation.segments.is_empty() {
            let names: Vec<&str> = explanation.segments.iter().map(|segment| segment.name.as_str()).collect();
            self.line(&format!("Segments: {}", names.join(", ")));
        }
        for held in &explanation.conditions {
            let section = match held.section {
                "alert" => "Alert",
                "play" => "Play",
                _ => "Service level",
            };
            let triggers = held.triggers.as_ref().map_or_else(String::new, |triggers| format!(" ({triggers})"));
            self.line(&format!("{section}: {}{triggers}", held.condition.name));
        }
    }

    fn withdrawn(&mut self, withdrawn: &WithdrawnView) {
        let WithdrawnView { withdrawn_at, receipt } = withdrawn;
        self.line(&format!("  {}  {}", time(self.zone, receipt.at), receipt.sentence));
        self.line(&format!("    {} version {}, taken back {}", receipt.rule, receipt.version, time(self.zone, *withdrawn_at)));
    }

    fn receipts(&mut self, explanation: &Explanation) {
        let (shown, all) = (explanation.receipts.len(), explanation.receipts_in_all.unwrap_or_default());
        if shown == 0 {
            return;
        }
        self.line("");
        self.line(&if shown < all {
            format!("Receipts, the latest {shown} of {all} (--all for every one)")
        } else {
            format!("Receipts ({all})")
        });
        for receipt in &explanation.receipts {
            self.line(&format!("  {}  {}", time(self.zone, receipt.at), receipt.sentence));
            let cause = receipt.cause.as_ref().map_or_else(|| "time".to_owned(), |fact| format!("fact {fact}"));
            self.line(&format!("    {} version {}, by {cause}", receipt.rule, receipt.version));
            for evidence in receipt.evidence.iter().filter(|evidence| !evidence.facts.is_empty()) {
                let more = evidence.facts_in_all - evidence.facts.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                self.line(&format!("    {} counts {}{more}", evidence.metric, evidence.facts.join(", ")));
            }
        }
    }
}
