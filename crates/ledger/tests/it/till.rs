//! A member's book kept by a script: one step a line, on numbered days, and what it comes to.
//!
//! `d1 earn a 100 expires d30` · `held` · `held until d9` · `priority 1` · `release a` · `spend s 20` · `force` · `reserve r 20 until d5` ·
//! `commit r 10` · `cancel r` · `restore s 5 as x` · `undo a 10` · `undo-any 10` · `adjust j -5` · `share h 5` · `pool p 5 expires d9` ·
//! `idle` · `pass`.

use ledger::{
    Balances, Book, Ending, Instant, Key, NewLot, Purpose, Refusal, Release, Shortfall, SpendRequest, Transfer, UnitIx, UnitRules,
};

pub const POINTS: UnitIx = UnitIx(0);
const DAY_US: i64 = 86_400_000_000;

pub fn day(number: i64) -> Instant {
    Instant(number * DAY_US)
}

pub fn key(name: &str) -> Key {
    Key { rule: "t".into(), fact: name.into() }
}

pub fn owe() -> UnitRules {
    UnitRules { shortfall: Shortfall::Owe, overdraft: 0, reinstatement_us: 0 }
}

pub fn reinstating(days: i64) -> UnitRules {
    UnitRules { reinstatement_us: days * DAY_US, ..owe() }
}

/// One thing done to a book.
#[derive(Clone, Debug)]
pub enum Deed {
    Earn { key: Key, amount: i64, expires: Option<i64>, release: Release, priority: i32 },
    Release(Key),
    Spend { key: Key, amount: i64, force: bool },
    Reserve { key: Key, amount: i64, until: Option<i64>, force: bool },
    Commit(Key, Option<i64>),
    Cancel(Key),
    Restore { redemption: Key, amount: Option<i64>, key: Key },
    Undo { lot: Key, amount: i64, key: Key },
    UndoAny { amount: i64, key: Key },
    Adjust { key: Key, amount: i64 },
    Share { key: Key, amount: i64 },
    Pool { key: Key, amount: i64, expires: Option<i64> },
    Idle,
    Pass,
}

pub fn lot(key: Key, amount: i64) -> NewLot {
    NewLot { key, unit: POINTS, amount, reference: None, priority: 0, release: Release::Now, expires_at: None }
}

pub fn request(key: Key, amount: i64, force: bool) -> SpendRequest {
    SpendRequest { key, unit: POINTS, amount, reference: None, force }
}

/// Lets time pass and does the deed.
pub fn perform(book: &mut Book, deed: &Deed, rules: &UnitRules, at: Instant, out: &mut Vec<Transfer>) -> Result<(), Refusal> {
    book.advance(at, out);
    match deed.clone() {
        Deed::Earn { key, amount, expires, release, priority } => {
            book.accrue(NewLot { priority, release, expires_at: expires.map(day), ..lot(key, amount) }, at, out)
        }
        Deed::Release(key) => book.release(&key, at, out),
        Deed::Spend { key, amount, force } => book.spend(request(key, amount, force), rules, at, out),
        Deed::Reserve { key, amount, until, force } => book.reserve(request(key, amount, force), until.map(day), rules, at, out),
        Deed::Commit(key, amount) => book.commit(&key, amount, at, out),
        Deed::Cancel(key) => book.cancel(&key, at, out),
        Deed::Restore { redemption, amount, key } => book.restore(&redemption, amount, rules, at, key, out),
        Deed::Undo { lot, amount, key } => book.take_back(&lot, amount, rules, at, key, out).map(drop),
        Deed::UndoAny { amount, key } => book.take_back_any(POINTS, amount, rules, at, key, out).map(drop),
        Deed::Adjust { key, amount } => book.adjust(key, POINTS, amount, None, rules, at, false, out),
        Deed::Share { key, amount } => book.share_out(request(key, amount, false), at, out).map(drop),
        Deed::Pool { key, amount, expires } => book.share_in(NewLot { expires_at: expires.map(day), ..lot(key, amount) }, at, out),
        Deed::Idle => {
            book.expire_all(POINTS, at, out);
            Ok(())
        }
        Deed::Pass => Ok(()),
    }
}

/// A book and everything that was posted to it.
#[derive(Clone, Default)]
pub struct Till {
    pub book: Book,
    pub out: Vec<Transfer>,
    pub refusals: Vec<String>,
}

pub fn run(rules: &UnitRules, script: &str) -> Till {
    let mut till = Till::default();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = day(days(words[0]));
        let deed = read(&words[1..]);
        if let Err(refusal) = perform(&mut till.book, &deed, rules, at, &mut till.out) {
            till.refusals.push(format!("{}: {refusal}", words[1]));
        }
        till.book.check().unwrap_or_else(|error| panic!("after `{line}`: {error}"));
    }
    till
}

/// Runs a script and compares what it comes to, line by line: refusals, balances that are not zero, lots, open reservations.
#[track_caller]
pub fn check(rules: &UnitRules, script: &str, expect: &str) {
    let said = run(rules, script).to_string();
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(said.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(), expect);
}

impl std::fmt::Display for Till {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for refusal in &self.refusals {
            writeln!(f, "{refusal}")?;
        }
        writeln!(f, "{}", balances(&self.book.balances(POINTS)))?;
        for lot in self.book.lots() {
            let parts = [("held", lot.held), ("available", lot.available), ("reserved", lot.reserved)];
            let gone = [("spent", lot.spent), ("expired", lot.expired), ("undone", lot.taken_back)];
            writeln!(f, "{}:{}", lot.key.fact, nonzero(parts.into_iter().chain(gone)))?;
        }
        for held in self.book.reservations().iter().filter(|held| held.ending == Ending::Open) {
            writeln!(f, "open {}: {}", held.key.fact, held.amount)?;
        }
        Ok(())
    }
}

fn balances(balances: &Balances) -> String {
    let accounts = Purpose::ALL.into_iter().map(|purpose| (purpose.as_str(), balances.of(purpose)));
    nonzero(accounts.chain([("owed", balances.owed)])).trim().to_owned()
}

fn nonzero<'a>(parts: impl Iterator<Item = (&'a str, i64)>) -> String {
    parts.filter(|(_, amount)| *amount != 0).map(|(name, amount)| format!(" {name} {amount}")).collect()
}

fn days(word: &str) -> i64 {
    word.strip_prefix('d').and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("`{word}` is not a day such as d3"))
}

fn read(words: &[&str]) -> Deed {
    let name = |at: usize| key(words.get(at).unwrap_or_else(|| panic!("a name is missing in {words:?}")));
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok());
    let amount = |at: usize| number(at).unwrap_or_else(|| panic!("an amount is missing in {words:?}"));
    let after = |word: &str| words.iter().position(|other| *other == word).and_then(|at| words.get(at + 1)).copied();
    let has = |word: &str| words.contains(&word);
    let expires = after("expires").map(days);
    let fresh = |rule: &str| after("as").map_or_else(|| Key { rule: rule.into(), fact: words.join("-").into() }, key);
    match words[0] {
        "earn" => {
            let release = match (has("held"), after("until")) {
                (true, Some(until)) => Release::At(day(days(until))),
                (true, None) => Release::OnEvent,
                _ => Release::Now,
            };
            let priority = after("priority").map_or(0, |word| word.parse().unwrap());
            Deed::Earn { key: name(1), amount: amount(2), expires, release, priority }
        }
        "release" => Deed::Release(name(1)),
        "spend" => Deed::Spend { key: name(1), amount: amount(2), force: has("force") },
        "reserve" => Deed::Reserve { key: name(1), amount: amount(2), until: after("until").map(days), force: has("force") },
        "commit" => Deed::Commit(name(1), number(2)),
        "cancel" => Deed::Cancel(name(1)),
        "restore" => Deed::Restore { redemption: name(1), amount: number(2), key: fresh("restore") },
        "undo" => Deed::Undo { lot: name(1), amount: amount(2), key: fresh("undo") },
        "undo-any" => Deed::UndoAny { amount: amount(1), key: fresh("undo") },
        "adjust" => Deed::Adjust { key: name(1), amount: amount(2) },
        "share" => Deed::Share { key: name(1), amount: amount(2) },
        "pool" => Deed::Pool { key: name(1), amount: amount(2), expires },
        "idle" => Deed::Idle,
        "pass" => Deed::Pass,
        other => panic!("`{other}` is nothing a till does"),
    }
}
