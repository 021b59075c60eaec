//! A member's history in the words of the field, and what a program makes of it.

use std::sync::{Arc, LazyLock};

use ledger::{Balances, Instant, Transfer, UnitIx};
use program::calendar::{Zone, parse_as_of};
use program::decision::{Change, Decision, Outcome, TierChange};
use program::fact::Body;
use program::history::{in_force, replay};
use program::standing::Seen;
use program::{Engine, Fact, Kind, Member, Mode, Out, Program, Refusal, Timeline, Version};
use serde_json::{Value as Json, json};

/// A program out of its sections, for Shanghai and in yuan.
pub fn program(sections: &str) -> Program {
    Program::parse(&text(sections)).unwrap_or_else(|problems| panic!("{problems}"))
}

pub fn text(sections: &str) -> String {
    format!("id = \"test\"\ntime_zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n{sections}")
}

pub fn zone() -> Zone {
    static ZONE: LazyLock<Zone> = LazyLock::new(|| Zone::new(chrono_tz::Asia::Shanghai));
    ZONE.clone()
}

/// `2026-03-01` is nine in the morning there; an instant is itself.
pub fn at(text: &str) -> Instant {
    if text.len() > 10 {
        return Instant(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros());
    }
    Instant(zone().start(program::calendar::parse_day(text).unwrap()).0 + 9 * 3_600_000_000)
}

/// The first instant of a local day.
pub fn midnight(text: &str) -> Instant {
    zone().start(program::calendar::parse_day(text).unwrap())
}

#[derive(Clone, Default)]
pub struct Diary {
    pub facts: Vec<Fact>,
}

pub fn history() -> Diary {
    Diary::default()
}

impl Diary {
    /// Any fact; its id is its place unless it corrects or is referred to by the id given.
    pub fn fact(mut self, when: &str, kind: &str, body: &Json) -> Diary {
        let id = format!("f{:03}", self.facts.len());
        self.facts.push(fact(&id, at(when), kind, body));
        self
    }

    pub fn named(mut self, id: &str) -> Diary {
        self.facts.last_mut().unwrap().id = id.into();
        self
    }

    pub fn correcting(mut self, id: &str) -> Diary {
        self.facts.last_mut().unwrap().corrects = Some(id.into());
        self
    }

    pub fn registered(self, when: &str) -> Diary {
        self.fact(when, "member.registered", &json!({}))
    }

    pub fn verified(self, when: &str, level: &str) -> Diary {
        self.fact(when, "member.verified", &json!({"level": level}))
    }

    pub fn placed(self, when: &str, order: &str, yuan: i64) -> Diary {
        self.fact(when, "order.placed", &order_body(order, yuan))
    }

    pub fn paid(self, when: &str, order: &str, yuan: i64) -> Diary {
        self.fact(when, "order.paid", &order_body(order, yuan))
    }

    pub fn completed(self, when: &str, order: &str, yuan: i64) -> Diary {
        self.fact(when, "order.completed", &order_body(order, yuan))
    }

    /// An order of lines: category and yuan.
    pub fn of_lines(self, when: &str, order: &str, lines: &[(&str, i64)]) -> Diary {
        let mut body = order_body(order, lines.iter().map(|line| line.1).sum());
        body["lines"] = lines.iter().map(|(category, yuan)| json!({"category": category, "amount": yuan * 100})).collect();
        self.fact(when, "order.completed", &body)
    }

    pub fn refunded(self, when: &str, order: &str, yuan: i64) -> Diary {
        self.fact(when, "order.refunded", &order_body(order, yuan))
    }

    /// A credit note that names no order.
    pub fn credited(self, when: &str, yuan: i64) -> Diary {
        self.fact(when, "order.refunded", &json!({"amount": yuan * 100, "currency": "CNY"}))
    }

    pub fn cancelled(self, when: &str, order: &str) -> Diary {
        self.fact(when, "order.cancelled", &json!({"order": order}))
    }

    pub fn overdue(self, when: &str, days: i64) -> Diary {
        self.fact(when, "payment.overdue", &json!({"days": days}))
    }

    pub fn spent(self, when: &str, amount: i64) -> Diary {
        self.fact(when, "points.spent", &json!({"unit": "points", "amount": amount}))
    }

    pub fn spent_on(self, when: &str, order: &str, amount: i64) -> Diary {
        self.fact(when, "points.spent", &json!({"unit": "points", "amount": amount, "reference": order}))
    }

    pub fn set_tier(self, when: &str, tier: &str, until: Option<&str>) -> Diary {
        self.fact(when, "tier.overridden", &json!({"track": "buyer", "tier": tier, "reason": "agreed", "until": until}))
    }

    pub fn under(&self, program: Program, until: &str) -> Life {
        self.over(Timeline::always(program), until)
    }

    pub fn over(&self, timeline: Timeline, until: &str) -> Life {
        Life::of(Arc::new(timeline), self.facts.clone(), as_of(until))
    }
}

pub fn as_of(text: &str) -> Instant {
    parse_as_of(text, &zone()).unwrap()
}

pub fn order_body(order: &str, yuan: i64) -> Json {
    json!({"order": order, "amount": yuan * 100, "currency": "CNY"})
}

pub fn fact(id: &str, at: Instant, kind: &str, body: &Json) -> Fact {
    let kind = Kind::named(kind);
    Fact {
        id: id.into(),
        member: "acme".into(),
        kind,
        occurred_at: at,
        recorded_at: at,
        source: "test".into(),
        actor: None,
        corrects: None,
        body: Body::from_json(kind, &body.to_string()).unwrap_or_else(|error| panic!("{error}")),
    }
}

/// Versions from first days; the first has always been in force.
pub fn versions(programs: Vec<(&str, Program)>) -> Timeline {
    let of = |(place, (from, program)): (usize, (&str, Program))| Version {
        number: u32::try_from(place).unwrap() + 1,
        from: if place == 0 { Instant::MIN } else { midnight(from) },
        program: Arc::new(program),
    };
    Timeline::new(programs.into_iter().enumerate().map(of).collect())
}

/// What became of a member.
pub struct Life {
    pub timeline: Arc<Timeline>,
    pub member: Member,
    pub transfers: Vec<Transfer>,
    pub decisions: Vec<Decision>,
    pub until: Instant,
}

impl Life {
    pub fn of(timeline: Arc<Timeline>, facts: Vec<Fact>, until: Instant) -> Life {
        let mut out = Out::with_receipts();
        let member = replay(Engine::new(&timeline), &in_force(facts), until, &mut out);
        member.book.check().unwrap_or_else(|error| panic!("{error}"));
        Life { timeline, member, transfers: out.transfers, decisions: out.decisions, until }
    }

    /// A metric as people read it.
    pub fn metric(&self, id: &str) -> String {
        let seen = Seen::at(&self.timeline, self.member.clone(), self.until);
        let readings = seen.readings();
        let (_, reading) = readings.iter().find(|(name, _)| **name == *id).unwrap_or_else(|| panic!("no metric {id}"));
        match &reading.value {
            program::expr::Value::Dec(number) => number.normalize().to_string(),
            other => other.to_string(),
        }
    }

    pub fn tier(&self) -> &str {
        self.member.state.tracks[0].tier_in_force()
    }

    pub fn balances(&self, unit: &str) -> Balances {
        self.member.book.balances(UnitIx(u16::try_from(self.timeline.unit(unit).unwrap()).unwrap()))
    }

    pub fn points(&self) -> i64 {
        self.balances("points").available
    }

    /// Receipts of standing: local day (and hour, where it is not midnight), change, from, to.
    pub fn moves(&self) -> Vec<String> {
        let line = |(at, change): (Instant, &TierChange)| format!("{} {:?} {}→{}", day_of(at), change.change, change.from, change.to);
        self.tier_changes().filter(|(_, change)| change.change != Change::Joined).map(line).collect()
    }

    pub fn tier_changes(&self) -> impl Iterator<Item = (Instant, &TierChange)> {
        self.decisions.iter().filter_map(|decision| match &decision.outcome {
            Outcome::Tier(change) => Some((decision.at, &**change)),
            _ => None,
        })
    }

    /// Tries a fact now.
    pub fn try_now(&self, kind: &str, body: &Json) -> Result<Member, Refusal> {
        let mut member = self.member.clone();
        let mut out = Out::with_receipts();
        let result = Engine::new(&self.timeline).apply(&mut member, &fact("now", self.until, kind, body), Mode::Live, &mut out);
        if result.is_err() {
            assert_eq!(member, self.member, "a refusal leaves nothing behind");
            assert!(out.transfers.is_empty() && out.decisions.is_empty());
        }
        result.map(|()| member)
    }
}

/// The local day of an instant; with the hour unless it is the day's first instant.
pub fn day_of(at: Instant) -> String {
    let day = zone().day(at);
    if zone().start(day) == at { day.to_string() } else { format!("{day}T{:02}", (at.0 - zone().start(day).0) / 3_600_000_000) }
}
