//! The statement of a member's units over a stretch of time.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ledger::{Book, Instant, Lot, Purpose, Reason, Transfer, UnitIx};
use program::history::{Stored, in_force, replay};
use program::{Engine, Fact, Out};

use super::store;
use super::view::{LineView, LotView, StatementView, UnitStatement};
use crate::app::{App, AppError};
use crate::facts::{member_history, read_transfers, states};
use crate::language::Language;
use crate::standing::{Teller, member_name};

/// The stretch of time that a statement covers, both ends included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// From when; the whole past when nothing is said.
    pub from: Option<Instant>,
    /// Up to when; the present when nothing is said.
    pub to: Option<Instant>,
}

/// The statement of one unit, or of every unit that the member ever had.
///
/// # Errors
/// When there is no such member or unit, or the stretch ends before it begins.
pub async fn statement(app: &App, member: &str, unit: Option<&str>, period: Period, language: Language) -> Result<StatementView, AppError> {
    let timeline = app.timeline()?;
    if let Some(unit) = unit.filter(|unit| timeline.unit(unit).is_none()) {
        return Err(AppError::Refused(format!("no program has a unit `{unit}`; there are {}", timeline.units.join(", "))));
    }
    let to = period.to.unwrap_or_else(|| app.now());
    if period.from.is_some_and(|from| from > to) {
        return Err(AppError::Refused("the statement ends before it begins".to_owned()));
    }
    let ids = [member.to_owned()];
    let read = app.db.read_snapshot(async |tx| {
        let Some(name) = member_name(&tx, member).await? else {
            return Ok(None);
        };
        let mut transfers = read_transfers(&tx, &timeline, &ids).await?;
        let transfers = transfers.remove(member).unwrap_or_default();
        let causes: BTreeSet<Arc<str>> = transfers.values().filter_map(|stored| Some(stored.now.as_ref()?.key.fact.clone())).collect();
        let clock = states(&tx, &timeline, &ids).await?.get(member).map(|stored| stored.state.clock);
        let causes = store::facts(&tx, causes).await?;
        Ok::<_, AppError>(Some((name, transfers, causes, clock, member_history(&tx, member).await?)))
    });
    let (name, transfers, causes, clock, history) = read.await?.ok_or_else(|| AppError::UnknownMember(member.to_owned()))?;
    // Lots as they were at the end; time that has not been judged yet has not passed for them either.
    let until = clock.map_or(to, |clock| to.min(clock));
    let book = replay(Engine::new(&timeline), &in_force(history), until, &mut Out::default()).book;
    let maker =
        Maker { teller: Teller::newest(&timeline, language), transfers: &transfers, causes: &causes, book: &book, from: period.from, to };
    let wanted = timeline.units.iter().enumerate().filter(|(_, id)| unit.is_none_or(|unit| ***id == *unit));
    let units = wanted.filter_map(|(at, id)| maker.unit(at, id, unit.is_some())).collect();
    let corrected = transfers.values().filter(|stored| stored.revision > 0).count();
    Ok(StatementView { member: member.to_owned(), name, from: period.from, to, evaluated_until: clock, corrected, units })
}

struct Maker<'a> {
    teller: Teller<'a>,
    transfers: &'a HashMap<String, Stored<Transfer>>,
    causes: &'a HashMap<Arc<str>, Fact>,
    book: &'a Book,
    from: Option<Instant>,
    to: Instant,
}

impl Maker<'_> {
    /// The statement of a unit; `None` when nothing of it ever moved and it was not asked for by name.
    fn unit(&self, at: usize, id: &Arc<str>, asked: bool) -> Option<UnitStatement> {
        let ix = UnitIx(u16::try_from(at).ok()?);
        let mut moves: Vec<(&String, &Transfer)> = self
            .transfers
            .iter()
            .filter_map(|(key, stored)| Some((key, stored.now.as_ref()?)))
            .filter(|(_, moved)| moved.unit == ix)
            .collect();
        if moves.is_empty() && !asked {
            return None;
        }
        // Within one instant what comes in stands before what goes out, so that the balance never dips for no reason.
        moves.sort_by_key(|(key, moved)| (moved.at, moved.from == Purpose::Available, *key));
        let from = self.from.unwrap_or(Instant::MIN);
        let told = ledger::statement(moves.into_iter().map(|(_, moved)| moved), ix, from, self.to);
        let (name, scale) = self.teller.unit(id);
        let lines = told.lines.iter().map(|line| LineView {
            at: line.transfer.at,
            reason: self.reason(&line.transfer),
            cause: line.transfer.key.fact.clone(),
            reference: self.reference(&line.transfer),
            change: line.change,
            balance: line.balance,
        });
        Some(UnitStatement {
            unit: id.clone(),
            name,
            scale,
            opening: told.opening,
            closing: told.closing,
            lines: lines.collect(),
            lots: self.lots(ix),
        })
    }

    /// The order number or reference that the causing fact names.
    fn reference(&self, moved: &Transfer) -> Option<String> {
        let fact = self.causes.get(&moved.key.fact)?;
        ["order", "reference"].iter().find_map(|name| fact.text(name)).map(|text| text.to_string())
    }

    fn lots(&self, unit: UnitIx) -> Vec<LotView> {
        let mut lots: Vec<&Lot> = self.book.lots().iter().filter(|lot| lot.unit == unit && lot.open() > 0).collect();
        lots.sort_by_key(|lot| (lot.expires_at.unwrap_or(Instant::MAX), lot.sequence));
        let view = |lot: &Lot| LotView {
            rule: self.teller.rule(&lot.key.rule),
            fact: lot.key.fact.clone(),
            made_at: lot.created_at,
            held: lot.held,
            available: lot.available,
            reserved: lot.reserved,
            expires_at: lot.expires_at,
        };
        lots.into_iter().map(view).collect()
    }

    /// Why units moved, in words: the kind of movement and the rule behind it.
    fn reason(&self, moved: &Transfer) -> String {
        let key = match moved.reason {
            Reason::Accrual => "line-accrual",
            Reason::Release => "line-release",
            Reason::Spend => "line-spend",
            Reason::Reserve => "line-reserve",
            Reason::Commit => "line-commit",
            Reason::Cancel => "line-cancel",
            Reason::Timeout => "line-timeout",
            Reason::TakeBack => "line-take-back",
            Reason::Restore => "line-restore",
            Reason::Expiry => "line-expiry",
            Reason::Adjustment => "line-adjustment",
            Reason::ShareOut => "line-share-out",
            Reason::ShareIn => "line-share-in",
        };
        let what = self.teller.say(key, &[]);
        let ruled = match moved.reason {
            Reason::Accrual | Reason::Release | Reason::TakeBack | Reason::Restore | Reason::Expiry => true,
            Reason::Spend => &*moved.key.rule == "benefit-use",
            _ => false,
        };
        if ruled { self.teller.say("line-ruled", &[("reason", &what), ("rule", &self.teller.rule(&moved.key.rule))]) } else { what }
    }
}
