//! Superseded revisions: nothing is ever changed, so what was said and taken back is still there and must fit together.
//!
//! The revisions of one transfer or decision are numbered from 0 without a gap. Even ones say something; the odd one after each takes
//! exactly that back: a transfer with its accounts exchanged and its draws negated, a decision word by word
//! ([decision 8](../../../../docs/adr/0008-revisions.md)).

use std::collections::BTreeMap;

use db::select_in;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::Value as Json;

/// Chains of more than one revision, by member.
pub struct Chains(BTreeMap<String, Vec<Chain>>);

struct Chain {
    what: &'static str,
    key: String,
    /// By number, in order.
    revisions: Vec<(i64, Said)>,
}

/// What a revision says: every column but the key and when it was written, and what takes it back.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    Transfer {
        unit: String,
        debit: String,
        credit: String,
        amount: i64,
        at: i64,
        reason: String,
        cause: String,
        draws: Vec<(String, String, i64)>,
    },
    Decision {
        at: i64,
        version: i64,
        rule: String,
        cause: Option<String>,
        body: Json,
    },
}

impl Said {
    /// The revision that takes this one back.
    fn taken_back(&self) -> Said {
        match self.clone() {
            Said::Transfer { unit, debit, credit, amount, at, reason, cause, mut draws } => {
                draws.iter_mut().for_each(|draw| draw.2 = -draw.2);
                Said::Transfer { unit, debit: credit, credit: debit, amount, at, reason, cause, draws }
            }
            decision @ Said::Decision { .. } => decision,
        }
    }
}

impl Chains {
    pub async fn load<C: ConnectionTrait>(conn: &C, ids: &[String]) -> Result<Chains, DbErr> {
        let mut found = Chains(BTreeMap::new());
        let sql = "SELECT member_id, key, revision, unit, debit, credit, amount, effective_at, reason, cause, draws FROM transfer AS t \
                   WHERE EXISTS (SELECT 1 FROM transfer AS later WHERE later.member_id = t.member_id AND later.key = t.key AND later.revision > 0) \
                   AND member_id IN {keys} ORDER BY member_id, key, revision";
        found.read(conn, "transfer", sql, ids, transfer).await?;
        let sql = "SELECT member_id, key, revision, effective_at, version, rule, cause, body FROM decision AS d \
                   WHERE EXISTS (SELECT 1 FROM decision AS later WHERE later.member_id = d.member_id AND later.key = d.key AND later.revision > 0) \
                   AND member_id IN {keys} ORDER BY member_id, key, revision";
        found.read(conn, "decision", sql, ids, decision).await?;
        Ok(found)
    }

    async fn read<C: ConnectionTrait>(
        &mut self,
        conn: &C,
        what: &'static str,
        sql: &str,
        ids: &[String],
        said: impl Fn(&QueryResult) -> Result<Said, DbErr>,
    ) -> Result<(), DbErr> {
        for row in select_in(conn, sql, &[], ids.iter().map(|id| Value::from(id.clone()))).await? {
            let chains = self.0.entry(row.try_get("", "member_id")?).or_default();
            let key: String = row.try_get("", "key")?;
            let revision = (row.try_get("", "revision")?, said(&row)?);
            match chains.last_mut().filter(|chain| chain.what == what && chain.key == key) {
                Some(chain) => chain.revisions.push(revision),
                None => chains.push(Chain { what, key, revisions: vec![revision] }),
            }
        }
        Ok(())
    }

    /// Finds what of one member does not fit together.
    pub fn compare(&mut self, member: &str, find: &mut impl FnMut(&'static str, String, String, String)) {
        for Chain { what, key, revisions } in self.0.remove(member).unwrap_or_default() {
            for (place, (number, said)) in revisions.iter().enumerate() {
                let due = i64::try_from(place).unwrap_or(i64::MAX);
                if *number != due {
                    find(what, key.clone(), format!("revision {number}"), format!("revision {due}: they count from 0 without a gap"));
                    break;
                }
                // Odd ones follow what they take back.
                let before = (place % 2 == 1).then(|| revisions[place - 1].1.taken_back());
                if let Some(right) = before.filter(|right| right != said) {
                    find(what, format!("{key} revision {number}"), format!("{said:?}"), format!("{right:?}"));
                }
            }
        }
    }
}

fn transfer(row: &QueryResult) -> Result<Said, DbErr> {
    let text = |name: &str| row.try_get::<String>("", name);
    let draws =
        serde_json::from_str(&text("draws")?).map_err(|error| DbErr::Custom(format!("the draws of a transfer cannot be read: {error}")))?;
    Ok(Said::Transfer {
        unit: text("unit")?,
        debit: text("debit")?,
        credit: text("credit")?,
        amount: row.try_get("", "amount")?,
        at: row.try_get("", "effective_at")?,
        reason: text("reason")?,
        cause: text("cause")?,
        draws,
    })
}

fn decision(row: &QueryResult) -> Result<Said, DbErr> {
    let body = serde_json::from_str(&row.try_get::<String>("", "body")?)
        .map_err(|error| DbErr::Custom(format!("a decision cannot be read: {error}")))?;
    Ok(Said::Decision {
        at: row.try_get("", "effective_at")?,
        version: row.try_get("", "version")?,
        rule: row.try_get("", "rule")?,
        cause: row.try_get("", "cause")?,
        body,
    })
}
