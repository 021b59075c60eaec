//! `import list` and `import show`.

use ledger::Instant;
use program::calendar::Zone;
use serde_json::{Value, json};

use super::output::{Cell, Column, Format, Kind, OutputArgs, Sheet};
use super::place::{line, print_json};
use super::rules::shown;
use super::{Ending, Place};
use crate::app::{App, AppError};
use crate::imports::{self, Begun, State};
use crate::standing::words::time;

pub(crate) async fn list(place: &Place, limit: u64, output: &OutputArgs) -> Result<Ending, AppError> {
    let app = place.look().await?;
    let (found, now) = (imports::list(&app, limit).await?, app.now());
    match output.format(place.json) {
        Format::Json if output.output.is_none() => print_json(&found.iter().map(|import| as_json(import, now)).collect()),
        Format::Table if output.output.is_none() => found.iter().for_each(|import| line(&in_brief(import, &zone(&app), now))),
        format => output.write(&sheet(&found, &zone(&app), now), format)?,
    }
    Ok(Ending::Done)
}

pub(crate) async fn show(place: &Place, id: &str) -> Result<Ending, AppError> {
    let app = place.look().await?;
    let import = imports::show(&app, id).await?;
    if place.json {
        print_json(&as_json(&import, app.now()));
    } else {
        page(&import, &zone(&app), import.state(app.now()));
    }
    Ok(Ending::Done)
}

/// Local time is the program's; before one is applied there is only UTC.
fn zone(app: &App) -> Zone {
    app.timeline().map_or_else(|_| Zone::new(chrono_tz::UTC), |timeline| timeline.zone().clone())
}

fn sheet(found: &[Begun], zone: &Zone, now: Instant) -> Sheet {
    let columns = vec![
        Column::new("id", Kind::Text),
        Column::new("kind", Kind::Text),
        Column::new("files", Kind::Text),
        Column::new("begun", Kind::Time(zone.clone())),
        Column::new("ended", Kind::Time(zone.clone())),
        Column::new("state", Kind::Text),
        Column::new("undone", Kind::Time(zone.clone())),
        Column::new("facts", Kind::Int),
        Column::new("brought_back", Kind::Int),
        Column::new("members", Kind::Int),
        Column::new("contacts", Kind::Int),
        Column::new("rejected", Kind::Int),
    ];
    let int = |count: u64| Cell::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let row = |import: &Begun| {
        let wrote = &import.wrote;
        vec![
            Cell::text(&import.id),
            Cell::text(&import.kind),
            Cell::text(import.files.join(", ")),
            Cell::Time(import.begun),
            Cell::maybe(import.ended, Cell::Time),
            Cell::text(import.state(now).word()),
            Cell::maybe(import.undone, Cell::Time),
            int(wrote.facts.values().sum()),
            int(wrote.brought_back),
            int(wrote.members_created + wrote.members_changed),
            int(wrote.contacts_created + wrote.contacts_changed),
            Cell::maybe(import.said.as_ref(), |said| int(said.rejected)),
        ]
    };
    Sheet { columns, rows: found.iter().map(row).collect() }
}

/// One line: the id first, to be copied from.
fn in_brief(import: &Begun, zone: &Zone, now: Instant) -> String {
    let wrote = &import.wrote;
    let counts = [
        (wrote.facts.values().sum::<u64>(), "facts"),
        (wrote.brought_back, "brought back"),
        (wrote.members_created + wrote.members_changed, "members"),
        (wrote.contacts_created + wrote.contacts_changed, "contacts"),
        (import.said.as_ref().map_or(0, |said| said.rejected), "rejected"),
    ];
    let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let counts = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
    let state = import.state(now).word();
    format!("{}  {}  {state:<11}  {} {}: {counts}", import.id, time(zone, import.begun), import.kind, import.files.join(", "))
}

fn as_json(import: &Begun, now: Instant) -> Value {
    let state = import.state(now);
    json!({
        "id": import.id, "kind": import.kind, "files": import.files, "mapping": import.mapping, "state": state.word(),
        "begun": shown(import.begun), "ended": import.ended.map(shown), "interrupted": state == State::Interrupted, "seen": import.seen.map(shown), "undone": import.undone.map(shown),
        "wrote": import.wrote, "said": import.said,
    })
}

fn page(import: &Begun, zone: &Zone, state: State) {
    let told = |at| time(zone, at);
    line(&format!("{}  {}  {}", import.id, import.kind, import.files.join(", ")));
    if let Some(mapping) = &import.mapping {
        line(&format!("mapping   {mapping}"));
    }
    line(&format!("begun     {}", told(import.begun)));
    let stopped = import.said.as_ref().is_some_and(|said| said.interrupted);
    let last = import.seen.map_or_else(String::new, |at| format!(", last seen {}", told(at)));
    line(&match (import.ended, stopped) {
        (Some(at), false) => format!("ended     {}", told(at)),
        (Some(at), true) => format!("stopped   {}, before the end of its files", told(at)),
        (None, _) if state == State::Running => format!("ended     not yet: it is running{last}"),
        (None, _) => format!("ended     not by itself: it was killed or failed{last}"),
    });
    if let Some(at) = import.undone {
        line(&format!("undone    {}", told(at)));
    }
    if let Some(said) = &import.said {
        line(&format!("{} lines read: {} accepted, {} skipped, {} rejected.", said.lines, said.accepted, said.skipped, said.rejected));
    }
    let wrote = &import.wrote;
    line(&format!(
        "{} members created, {} changed; {} contacts created, {} changed.",
        wrote.members_created, wrote.members_changed, wrote.contacts_created, wrote.contacts_changed
    ));
    for (kind, count) in &wrote.facts {
        line(&format!("{count:>10} {kind} recorded"));
    }
    if wrote.brought_back > 0 {
        line(&format!("{:>10} brought back after an undo", wrote.brought_back));
    }
    for (reason, count) in import.said.iter().flat_map(|said| &said.reasons) {
        line(&format!("{count:>10} rejected: {reason}"));
    }
    match state {
        State::Running => {}
        State::Undone => line("To bring it back, import the same files again."),
        State::Interrupted => line(&format!("To go on, import the same files again; to take it back, `hansa import undo {}`.", import.id)),
        State::Done => line(&format!("Undo all with `hansa import undo {}`.", import.id)),
    }
}
