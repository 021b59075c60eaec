//! Members' states and histories out of the database, a few queries for any number of members.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use db::{Dialect, select_in, select_join};
use ledger::{Book, HotBook, Instant, Key, Lot, Redemption, Reservation};
use program::Timeline;
use program::engine::refusable;
use program::fact::{Body, Fact, Kind};
use program::state::{Member, Order, State};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::de::DeserializeOwned;

use super::lots::{LOT_COLUMNS, lot_from_row, lots_from_text, packed};
use super::rows::{broken, pairs, text};
use crate::members;

/// The small part of a member's state, as it is stored.
pub struct Stored {
    /// The member with no lots and orders loaded yet.
    pub state: State,
    /// Its balances.
    pub book: HotBook,
    /// Whether it was computed under the timeline in force.
    pub current: bool,
}

/// The small part of the states of members; members without facts have none.
pub async fn states<C: ConnectionTrait>(conn: &C, timeline: &Timeline, members: &[String]) -> Result<HashMap<String, Stored>, DbErr> {
    let sql = "SELECT member_id, timeline, state FROM member_state WHERE member_id IN {keys}";
    let digest = digest(timeline);
    let mut found = HashMap::new();
    for row in select_in(conn, sql, &[], members.iter().map(|id| Value::from(id.clone()))).await? {
        let member: String = row.try_get_by_index(0)?;
        let kept = stored(&row, row.try_get_by_index::<String>(1)? == digest, &member)?;
        found.insert(member, kept);
    }
    Ok(found)
}

/// Out of the column `state` of a member.
fn stored(row: &QueryResult, current: bool, member: &str) -> Result<Stored, DbErr> {
    // A state of another engine or program need not even be readable: it is rebuilt from the facts.
    let (state, book) = match blob::<(State, HotBook)>(row, "state", member) {
        Ok(parts) => parts,
        Err(_) if !current => Default::default(),
        Err(error) => return Err(error),
    };
    Ok(Stored { state, book, current })
}

/// A member as it is stored.
pub struct Present {
    /// Its name.
    pub name: String,
    /// Its state; `None` before its first fact.
    pub stored: Option<Stored>,
    /// Its lots that have something in them.
    pub lots: Vec<Lot>,
}

/// A member as it is stored, in one query and one row, hence at one moment and by one hand-over; `None` when there is no such member.
pub async fn present<C: ConnectionTrait>(conn: &C, timeline: &Timeline, member: &str) -> Result<Option<Present>, DbErr> {
    let backend = conn.get_database_backend();
    let sql = format!(
        "SELECT m.name, s.timeline, s.state, (SELECT {lots} FROM lot AS l WHERE l.member_id = m.id AND l.open) AS lots \
         FROM member AS m LEFT JOIN member_state AS s ON s.member_id = m.id \
         WHERE m.id = $1 AND m.merged_into IS NULL",
        lots = packed(Dialect::of(backend))
    );
    let Some(row) = conn.query_one_raw(Statement::from_sql_and_values(backend, sql, [Value::from(member)])).await? else {
        return Ok(None);
    };
    let judged: Option<String> = row.try_get_by_index(1)?;
    let stored = judged.map(|judged| stored(&row, judged == digest(timeline), member)).transpose()?;
    let lots = lots_from_text(timeline, member, row.try_get_by_index::<Option<String>>(3)?.as_deref())?;
    Ok(Some(Present { name: row.try_get_by_index(0)?, stored, lots }))
}

/// The digest of a timeline as it is stored.
pub fn digest(timeline: &Timeline) -> String {
    format!("{:016x}", timeline.digest())
}

pub fn blob<T: DeserializeOwned>(row: &QueryResult, column: &str, member: &str) -> Result<T, DbErr> {
    let bytes: Vec<u8> = row.try_get("", column)?;
    postcard::from_bytes(&bytes).map_err(|error| broken("the state of member", member, error))
}

/// Completes members with the orders, lots, redemptions and reservations that their new facts will ask for.
///
/// A member whose one fact only earns needs its order and no lot at all; one for whom something falls due needs what falls due; only
/// what draws or undoes needs all open lots. So a member with a million lots costs no more than any other.
pub async fn complete<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    stored: HashMap<String, Stored>,
    facts: &HashMap<String, Vec<Fact>>,
    until: Option<Instant>,
) -> Result<HashMap<String, Member>, DbErr> {
    let mut needs = Needs::default();
    for (member, kept) in &stored {
        needs.of(member, kept, facts.get(member).map_or(&[][..], Vec::as_slice), until);
    }
    if timeline.lapses_unused() {
        // A unit that lapses for want of use lapses with all its lots.
        needs.all.extend(needs.due.drain().map(|(member, _)| member));
    }
    let mut reservations: HashMap<String, Vec<Reservation>> = HashMap::new();
    load_reservations(conn, &needs, &mut reservations).await?;
    for (member, held) in &reservations {
        needs.orders.extend(held.iter().filter_map(|held| Some((member.clone(), held.reference.as_ref()?.to_string()))));
        needs.lots.extend(held.iter().flat_map(|held| &held.draws).map(|draw| (member.clone(), draw.lot.clone())));
    }
    let mut orders = load_orders(conn, std::mem::take(&mut needs.orders)).await?;
    needs.of_orders(&orders, facts, &stored);
    let mut redemptions = load_redemptions(conn, &needs).await?;
    for (member, spent) in &redemptions {
        needs.lots.extend(spent.iter().flat_map(|spent| &spent.draws).map(|draw| (member.clone(), draw.lot.clone())));
    }
    let mut lots = load_lots(conn, timeline, &needs).await?;
    let rest = rest_due(conn, &needs).await?;
    let complete = |(member, kept): (String, Stored)| {
        let book = Book::from_parts(
            kept.book,
            lots.remove(&member).unwrap_or_default(),
            redemptions.remove(&member).unwrap_or_default(),
            reservations.remove(&member).unwrap_or_default(),
        );
        let orders = orders.remove(&member).unwrap_or_default();
        let whole = Member::from_parts(kept.state, book.rest_due(rest.get(&member).copied()), orders);
        (member, whole)
    };
    Ok(stored.into_iter().map(complete).collect())
}

/// What has to be loaded of some members.
#[derive(Default)]
struct Needs {
    /// Members all of whose open lots are needed: something is drawn, undone or released.
    all: HashSet<String>,
    /// Members for whom something falls due by an instant, and nothing more is needed.
    due: HashMap<String, Instant>,
    /// Orders by number.
    orders: HashSet<(String, String)>,
    /// Redemptions and reservations by the facts that made them.
    by_fact: HashSet<(String, String)>,
    /// Lots by their keys.
    lots: HashSet<(String, Key)>,
}

impl Needs {
    fn of(&mut self, member: &str, kept: &Stored, new: &[Fact], until: Option<Instant>) {
        let last = new.iter().map(|fact| fact.occurred_at).chain(until).max();
        if new.iter().any(|fact| refusable(fact.kind)) {
            self.everything_open(member, kept);
        } else if let Some(last) = last.filter(|last| kept.state.due.is_some_and(|due| due <= *last)) {
            self.due.insert(member.to_owned(), last);
        }
        for fact in new {
            for name in ["order", "reference"] {
                self.orders.extend(fact.text(name).map(|number| (member.to_owned(), number.to_string())));
            }
            for name in ["reservation", "redemption"] {
                self.by_fact.extend(fact.text(name).map(|id| (member.to_owned(), id.to_string())));
            }
        }
    }

    /// Something is drawn, undone or released: all open lots, and those that missions gave, which may have to be given back.
    fn everything_open(&mut self, member: &str, kept: &Stored) {
        self.all.insert(member.to_owned());
        self.due.remove(member);
        let done = kept.state.missions.iter().filter_map(|progress| progress.done.as_ref()).flatten();
        self.lots.extend(done.map(|lot| (member.to_owned(), lot.clone())));
    }

    /// What the orders found lead on to.
    fn of_orders(&mut self, orders: &HashMap<String, Vec<Order>>, facts: &HashMap<String, Vec<Fact>>, stored: &HashMap<String, Stored>) {
        for (member, order) in orders.iter().flat_map(|(member, orders)| orders.iter().map(move |order| (member, order))) {
            let new = facts.get(member).map_or(&[][..], Vec::as_slice);
            let waits = order.accruals.iter().any(|accrued| new.iter().any(|fact| accrued.held_for.as_deref() == Some(fact.kind.name())));
            if (order.cancelled || order.refunded > 0 || waits)
                && let Some(kept) = stored.get(member)
            {
                self.everything_open(member, kept);
            }
            if self.all.contains(member) {
                self.lots.extend(order.accruals.iter().map(|accrued| (member.clone(), accrued.lot.clone())));
                self.by_fact.extend(order.redemptions.iter().map(|(key, _, _)| (member.clone(), key.fact.to_string())));
            }
        }
    }

    fn members(&self) -> impl Iterator<Item = &String> {
        self.all.iter().chain(self.due.keys())
    }
}

async fn load_reservations<C: ConnectionTrait>(
    conn: &C,
    needs: &Needs,
    found: &mut HashMap<String, Vec<Reservation>>,
) -> Result<(), DbErr> {
    let mut rows = Vec::new();
    let members: Vec<Value> = needs.members().map(|id| Value::from(id.clone())).collect();
    if !members.is_empty() {
        let sql = "SELECT member_id, state FROM reservation WHERE open AND member_id IN {keys}";
        rows = select_in(conn, sql, &[], members).await?;
    }
    let sql = "SELECT r.member_id, r.state FROM {keys} AS k JOIN reservation AS r ON r.member_id = k.column1 AND r.rule = 'spend' AND r.fact_id = k.column2 \
               WHERE NOT r.open";
    rows.extend(pairs(conn, sql, needs.by_fact.iter().cloned().collect()).await?);
    for row in rows {
        let member: String = row.try_get("", "member_id")?;
        found.entry(member.clone()).or_default().push(blob(&row, "state", &member)?);
    }
    Ok(())
}

async fn load_orders<C: ConnectionTrait>(conn: &C, wanted: HashSet<(String, String)>) -> Result<HashMap<String, Vec<Order>>, DbErr> {
    let sql = "SELECT o.member_id, o.state FROM {keys} AS k JOIN member_order AS o ON o.member_id = k.column1 AND o.number = k.column2";
    let mut found: HashMap<String, Vec<Order>> = HashMap::new();
    for row in pairs(conn, sql, wanted.into_iter().collect()).await? {
        let member: String = row.try_get("", "member_id")?;
        found.entry(member.clone()).or_default().push(blob(&row, "state", &member)?);
    }
    Ok(found)
}

async fn load_redemptions<C: ConnectionTrait>(conn: &C, needs: &Needs) -> Result<HashMap<String, Vec<Redemption>>, DbErr> {
    let wanted: Vec<(String, String)> = needs.by_fact.iter().filter(|(member, _)| needs.all.contains(member)).cloned().collect();
    let mut found: HashMap<String, Vec<Redemption>> = HashMap::new();
    for sql in [
        "SELECT r.member_id, r.state FROM {keys} AS k JOIN redemption AS r ON r.member_id = k.column1 AND r.rule = 'spend' AND r.fact_id = k.column2",
        "SELECT r.member_id, r.state FROM {keys} AS k JOIN redemption AS r ON r.member_id = k.column1 AND r.rule = 'benefit-use' AND r.fact_id = k.column2",
    ] {
        for row in pairs(conn, sql, wanted.clone()).await? {
            let member: String = row.try_get("", "member_id")?;
            found.entry(member.clone()).or_default().push(blob(&row, "state", &member)?);
        }
    }
    Ok(found)
}

/// The columns of lots as [`lot_from_row`] reads them.
static LOT: LazyLock<String> = LazyLock::new(|| LOT_COLUMNS.iter().map(|column| format!("l.{column}")).collect::<Vec<_>>().join(", "));

async fn load_lots<C: ConnectionTrait>(conn: &C, timeline: &Timeline, needs: &Needs) -> Result<HashMap<String, Vec<Lot>>, DbErr> {
    let mut rows = Vec::new();
    if !needs.all.is_empty() {
        let open = format!("SELECT {LOT} FROM lot AS l WHERE open AND member_id IN {{keys}}", LOT = *LOT);
        rows.extend(select_in(conn, &open, &[], needs.all.iter().map(|id| Value::from(id.clone()))).await?);
    }
    if !needs.due.is_empty() {
        let due = format!(
            "SELECT {LOT} FROM {{keys}} AS k JOIN lot AS l ON l.member_id = k.column1 AND l.due_at <= k.column2 AND l.open",
            LOT = *LOT
        );
        rows.extend(select_join(conn, &due, &[], needs.due.iter().map(|(member, at)| vec![member.clone().into(), at.0.into()])).await?);
    }
    if !needs.lots.is_empty() {
        let sql = format!(
            "SELECT {LOT} FROM {{keys}} AS k JOIN lot AS l ON l.member_id = k.column1 AND l.rule = k.column2 AND l.fact_id = k.column3",
            LOT = *LOT
        );
        let keys = needs.lots.iter().map(|(member, key)| vec![member.clone().into(), text(&key.rule), text(&key.fact)]);
        rows.extend(select_join(conn, &sql, &[], keys).await?);
    }
    let mut found: HashMap<String, HashMap<Key, Lot>> = HashMap::new();
    for row in rows {
        let lot = lot_from_row(timeline, &row)?;
        found.entry(row.try_get_by_index(0)?).or_default().insert(lot.key.clone(), lot);
    }
    Ok(found.into_iter().map(|(member, lots)| (member, lots.into_values().collect())).collect())
}

/// When the first lot falls due that is not loaded, of members of whom only what is due is loaded.
async fn rest_due<C: ConnectionTrait>(conn: &C, needs: &Needs) -> Result<HashMap<String, Instant>, DbErr> {
    if needs.due.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT k.column1 AS member_id, (SELECT MIN(l.due_at) FROM lot AS l WHERE l.member_id = k.column1 AND l.due_at > k.column2 AND l.open) AS due_at \
               FROM {keys} AS k";
    let mut found = HashMap::new();
    for row in select_join(conn, sql, &[], needs.due.iter().map(|(member, at)| vec![member.clone().into(), at.0.into()])).await? {
        if let Some(at) = row.try_get::<Option<i64>>("", "due_at")? {
            found.insert(row.try_get("", "member_id")?, Instant(at));
        }
    }
    Ok(found)
}

/// The facts of one member, every one ever said.
pub type History = Vec<Fact>;

/// The histories of members, in no particular order. The facts of one that was merged are the history of the member it was merged into.
///
/// A row costs the client as much as a dozen facts cost the database, so the database packs each member's facts into a few texts: the
/// fields of a fact between unit separators, facts between record separators. Neither occurs in what is packed: ids and senders
/// hold no control characters, and JSON escapes them.
pub async fn histories<C: ConnectionTrait>(conn: &C, members: &[String]) -> Result<HashMap<String, History>, DbErr> {
    let sql = "SELECT member_id, string_agg(concat_ws($1, id, kind, occurred_at, recorded_at, source, COALESCE(actor, ''), \
               COALESCE(corrects, ''), body), $2) AS packed FROM fact WHERE member_id IN {keys} \
               GROUP BY member_id, occurred_at / 2592000000000";
    let separators = [UNIT, RECORD].map(|mark| Value::from(mark.to_string()));
    let gone = members::merged(conn, members.iter().map(String::as_str)).await?;
    let absorbed = members::absorbed(conn, members.iter().map(String::as_str)).await?;
    let asked = members.iter().filter(|id| !gone.contains_key(*id)).chain(absorbed.keys());
    let mut found: HashMap<String, History> = HashMap::new();
    for row in select_in(conn, sql, &separators, asked.map(|id| Value::from(id.clone()))).await? {
        let member: String = row.try_get("", "member_id")?;
        let packed: String = row.try_get("", "packed")?;
        let shared: Arc<str> = Arc::from(member.as_str());
        let history = found.entry(absorbed.get(&member).cloned().unwrap_or(member)).or_default();
        for text in packed.split(RECORD) {
            history.push(unpack(&shared, text, history.last())?);
        }
    }
    Ok(found)
}

const UNIT: char = '\u{1f}';
const RECORD: char = '\u{1e}';

/// Reads one packed fact; the sender's text is shared with the fact before.
fn unpack(member: &Arc<str>, text: &str, before: Option<&Fact>) -> Result<Fact, DbErr> {
    let mut parts = text.splitn(8, UNIT);
    let mut next = || parts.next().ok_or_else(|| broken("a fact of member", member, "it has too few parts"));
    let (id, kind, occurred, recorded, source, actor, corrects, body) =
        (next()?, next()?, next()?, next()?, next()?, next()?, next()?, next()?);
    let instant = |text: &str| text.parse().map(Instant).map_err(|error| broken("fact", id, error));
    let kind = Kind::parse(kind).ok_or_else(|| broken("fact", id, format!("unknown kind {kind}")))?;
    let some = |text: &str| (!text.is_empty()).then(|| Arc::from(text));
    Ok(Fact {
        id: id.into(),
        member: member.clone(),
        kind,
        occurred_at: instant(occurred)?,
        recorded_at: instant(recorded)?,
        source: before.filter(|before| *before.source == *source).map_or_else(|| source.into(), |before| before.source.clone()),
        actor: some(actor),
        corrects: some(corrects),
        body: Body::from_json(kind, body).map_err(|error| broken("fact", id, error))?,
    })
}

/// The history of one member.
pub async fn member_history<C: ConnectionTrait>(conn: &C, member: &str) -> Result<History, DbErr> {
    let mut found = histories(conn, &[member.to_owned()]).await?;
    Ok(found.remove(member).unwrap_or_default())
}

/// All lots of members, spent ones too.
pub async fn lots_of<C: ConnectionTrait>(conn: &C, timeline: &Timeline, members: &[String]) -> Result<HashMap<String, Vec<Lot>>, DbErr> {
    let sql = format!("SELECT {LOT} FROM lot AS l WHERE member_id IN {{keys}}", LOT = *LOT);
    let mut found: HashMap<String, Vec<Lot>> = HashMap::new();
    for row in select_in(conn, &sql, &[], members.iter().map(|id| Value::from(id.clone()))).await? {
        found.entry(row.try_get_by_index(0)?).or_default().push(lot_from_row(timeline, &row)?);
    }
    Ok(found)
}
