//! A small town of enterprises: the builder that tests of the product share.
//!
//! The clock stands still at noon of 1 July 2026 in Shanghai and `programs/standard.toml` is in force, unless a test says otherwise.
//! Days are days in Shanghai; what happens on a day happens at noon.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone};
use db::{Db, Dialect};
use hansa::app::App;
use hansa::clock::Clock;
use hansa::facts::{Answer, record, states};
use hansa::members::{self, Member};
use hansa::program::apply;
use hansa::tiers;
use hansa::verify::{Verification, verify};
use ledger::{Balances, Instant, UnitIx};
use program::fact::{Body, Fact, Kind};
use program::{Mode, decision::Decision};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

/// The program that ships.
pub const STANDARD: &str = include_str!("../../../../programs/standard.toml");

/// Noon of a day in Shanghai, or an instant in RFC 3339.
pub fn at(when: &str) -> Instant {
    if let Ok(instant) = chrono::DateTime::parse_from_rfc3339(when) {
        return Instant(instant.timestamp_micros());
    }
    let day: NaiveDate = when.parse().expect("a day such as 2026-03-01");
    let noon = day.and_hms_opt(12, 0, 0).expect("every day has a noon");
    Instant(chrono_tz::Asia::Shanghai.from_local_datetime(&noon).unwrap().timestamp_micros())
}

/// A fact as an ERP sends it.
pub fn fact(id: &str, member: &str, kind: &str, day: &str, body: Value) -> Fact {
    let kind = Kind::named(kind);
    Fact {
        id: id.into(),
        member: member.into(),
        kind,
        occurred_at: at(day),
        recorded_at: at(day),
        source: "erp".into(),
        actor: None,
        corrects: None,
        body: Body::from_json(kind, &body.to_string()).expect("a body that fits"),
    }
}

/// An installation with a fixed clock and a program in force.
#[derive(Clone)]
pub struct Town {
    pub app: App,
}

impl Town {
    /// The standard program, noon of 1 July 2026.
    pub async fn on(db: Db) -> Town {
        Town::under(db, STANDARD, "2026-07-01").await
    }

    /// Another program, another day.
    pub async fn under(db: Db, program: &str, today: &str) -> Town {
        let app = App::with(db, Clock::Fixed(at(today))).await.expect("the installation opens");
        apply(&app, program, None, Some("test"), None).await.expect("the program is right");
        Town { app }
    }

    /// The same database on another day, e.g. after the clock was set.
    pub async fn later(&self, today: &str) -> Town {
        let mut app = App::with(self.app.db.clone(), Clock::Fixed(at(today))).await.expect("the installation opens");
        app.vault = self.app.vault.clone();
        Town { app }
    }

    /// An enterprise; its name is its id.
    pub async fn member(&self, name: &str) -> Enterprise {
        self.members(&[name.to_owned()]).await;
        Enterprise { town: self.clone(), id: name.to_owned() }
    }

    /// Enterprises by their names.
    pub async fn members(&self, names: &[String]) {
        let rows: Vec<Member> = names.iter().map(|name| Member { id: name.clone(), name: name.clone(), ..Member::default() }).collect();
        let (rows, now) = (&rows, self.app.now());
        self.app.db.write(|tx| async move { members::put(&tx, rows, now).await.map(drop) }).await.expect("members are written");
    }

    /// One live fact.
    pub async fn take(&self, fact: Fact) -> Answer {
        self.app.submit(fact).await.expect("the writer works")
    }

    /// Facts on record elsewhere, in one batch.
    pub async fn bulk(&self, facts: &[Fact]) -> Vec<Answer> {
        self.batch(facts, Mode::Recorded).await
    }

    /// Facts in one batch.
    pub async fn batch(&self, facts: &[Fact], mode: Mode) -> Vec<Answer> {
        let timeline = self.app.timeline().expect("a program");
        let (timeline, now) = (&timeline, self.app.now());
        let written = self.app.db.write(|tx| async move { record(&tx, timeline, facts.to_vec(), mode, now, None).await });
        written.await.expect("the database works")
    }

    /// Time passes for everyone until noon of a day.
    pub async fn evaluate(&self, day: &str) {
        tiers::evaluate(&self.app, at(day), |_| {}).await.expect("everyone can be judged");
    }

    pub async fn verify(&self) -> Verification {
        verify(&self.app, |_| {}).await.expect("verification runs")
    }

    /// Everything stored follows from the facts; says what does not.
    pub async fn sound(&self) -> Verification {
        let found = self.verify().await;
        assert!(found.findings.is_empty(), "{:#?}", found.findings.iter().take(3).collect::<Vec<_>>());
        assert_eq!(found.outdated, 0);
        found
    }

    /// What an enterprise has of a unit, as stored.
    pub async fn balances(&self, member: &str, unit: &str) -> Balances {
        let timeline = self.app.timeline().expect("a program");
        let stored = states(self.app.db.read(), &timeline, &[member.to_owned()]).await.expect("the state can be read");
        let unit = UnitIx(u16::try_from(timeline.unit(unit).expect("a unit of the program")).unwrap());
        stored.get(member).map_or_else(Balances::default, |stored| stored.book.balances(unit))
    }

    /// The tier in force on a track, as stored.
    pub async fn tier(&self, member: &str, track: &str) -> String {
        let timeline = self.app.timeline().expect("a program");
        let stored = states(self.app.db.read(), &timeline, &[member.to_owned()]).await.expect("the state can be read");
        let standing = stored[member].state.tracks.iter().find(|standing| *standing.track == *track).expect("a track of the program");
        standing.tier_in_force().to_string()
    }

    /// Something done to the database behind everybody's back.
    pub async fn run(&self, sql: &str) {
        self.app.db.write(|tx| async move { tx.execute_unprepared(sql).await.map(drop) }).await.expect("the statement runs");
    }

    /// A single number out of the database.
    pub async fn number(&self, sql: &str) -> i64 {
        number(&self.app.db, sql).await
    }

    /// How much of everything there is: facts, transfers, decisions.
    pub async fn size(&self) -> [i64; 3] {
        let mut size = [0; 3];
        for (at, table) in ["fact", "transfer", "decision"].into_iter().enumerate() {
            size[at] = self.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        }
        size
    }

    /// All that counts of all members: transfers and decisions in force and states, comparable between databases.
    pub async fn outcome(&self) -> Outcome {
        let timeline = self.app.timeline().expect("a program");
        let db = &self.app.db;
        let ids = members::page(db.read(), "", 100_000).await.unwrap();
        let mut outcome = Outcome::default();
        for (member, transfers) in hansa::facts::read_transfers(db.read(), &timeline, &ids).await.unwrap() {
            let now = transfers.into_iter().filter_map(|(key, stored)| Some((key, stored.now?)));
            outcome.transfers.extend(now.map(|(key, transfer)| ((member.clone(), key), transfer)));
        }
        for (member, decisions) in hansa::facts::read_decisions(db.read(), &ids).await.unwrap() {
            let now = decisions.into_iter().filter_map(|(key, stored)| Some((key, stored.now?)));
            outcome.decisions.extend(now.map(|(key, decision)| ((member.clone(), key), decision)));
        }
        for (member, stored) in states(db.read(), &timeline, &ids).await.unwrap() {
            outcome.states.insert(member, format!("{:?} {:?}", stored.state, stored.book));
        }
        outcome
    }
}

/// A single number out of a database.
pub async fn number(db: &Db, sql: &str) -> i64 {
    let row =
        db.read().query_one_raw(Statement::from_string(db.read().get_database_backend(), sql)).await.expect("a query").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// The schema's own refusal is switched off for a table: what a tamperer would do.
pub async fn unlock(db: &Db, table: &str) {
    let sql = match db.dialect() {
        Dialect::Sqlite => format!("DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete"),
        Dialect::Postgres => format!("DROP TRIGGER {table}_append_only ON {table}"),
    };
    let sql = &sql;
    db.write(|tx| async move { tx.execute_unprepared(sql).await.map(drop) }).await.expect("the triggers are there");
}

/// What facts come to.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub transfers: BTreeMap<(String, String), ledger::Transfer>,
    pub decisions: BTreeMap<(String, String), Decision>,
    pub states: BTreeMap<String, String>,
}

impl Outcome {
    /// Says where two outcomes part instead of printing both.
    pub fn same_as(&self, other: &Outcome) {
        for key in self.transfers.keys().chain(other.transfers.keys()) {
            assert_eq!(self.transfers.get(key), other.transfers.get(key), "transfer {key:?}");
        }
        for key in self.decisions.keys().chain(other.decisions.keys()) {
            assert_eq!(self.decisions.get(key), other.decisions.get(key), "decision {key:?}");
        }
        for key in self.states.keys().chain(other.states.keys()) {
            assert_eq!(self.states.get(key), other.states.get(key), "state of {key}");
        }
    }
}

/// One member of the town. Each sentence is one live fact; its id is made of the verb and what it is about.
#[derive(Clone)]
pub struct Enterprise {
    pub town: Town,
    pub id: String,
}

impl Enterprise {
    pub fn fact(&self, id: &str, kind: &str, day: &str, body: Value) -> Fact {
        fact(&format!("{}/{id}", self.id), &self.id, kind, day, body)
    }

    pub async fn did(&self, id: &str, kind: &str, day: &str, body: Value) -> Answer {
        self.town.take(self.fact(id, kind, day, body)).await
    }

    /// An order worth so many yuan was completed.
    pub async fn completed(&self, day: &str, order: &str, yuan: i64) -> Answer {
        self.town.take(self.completion(day, order, yuan)).await
    }

    pub fn completion(&self, day: &str, order: &str, yuan: i64) -> Fact {
        self.fact(&format!("completed:{order}"), "order.completed", day, json!({ "order": order, "amount": yuan * 100, "currency": "CNY" }))
    }

    /// Goods worth so many yuan came back.
    pub async fn refunded(&self, day: &str, order: &str, yuan: i64) -> Answer {
        self.town.take(self.refund(day, order, yuan)).await
    }

    pub fn refund(&self, day: &str, order: &str, yuan: i64) -> Fact {
        let body = json!({ "order": order, "amount": yuan * 100, "currency": "CNY" });
        self.fact(&format!("refunded:{order}:{day}:{yuan}"), "order.refunded", day, body)
    }

    /// Staff gave points.
    pub async fn given(&self, day: &str, points: i64) -> Answer {
        let body = json!({ "unit": "points", "amount": points, "reason": "goodwill" });
        self.did(&format!("given:{day}:{points}"), "points.adjusted", day, body).await
    }

    /// Points were spent; `what` tells one spend from another.
    pub async fn spent(&self, day: &str, what: &str, points: i64) -> Answer {
        self.town.take(self.spend(day, what, points)).await
    }

    pub fn spend(&self, day: &str, what: &str, points: i64) -> Fact {
        self.fact(&format!("spent:{what}"), "points.spent", day, json!({ "unit": "points", "amount": points }))
    }

    pub async fn points(&self) -> Balances {
        self.town.balances(&self.id, "points").await
    }
}
