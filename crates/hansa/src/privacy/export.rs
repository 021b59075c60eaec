//! All that is kept about an enterprise or a person, as a ZIP of CSV and JSON.
//!
//! An enterprise's export is every table that has rows of it, out of one state of the database; the list of tables is that of the archives, so that none
//! is forgotten. What is computed and packed (states) is left out, and so are secrets. A person's export is what names it, what it did and what was
//! written of it.

use std::fs::File;
use std::io::{BufWriter, Write};

use db::Tx;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{consent, keys, opened};
use crate::app::{App, AppError};
use crate::backup::tables::{Holds, TABLES, Table, to_json};
use crate::cli::output::harmless;
use crate::contacts::{self, ContactView};
use crate::members;
use crate::people::{self, Person, PersonView};
use crate::standing::words::rfc3339;

/// Rows read at once.
const PAGE: i64 = 2_000;
/// Columns that are nobody's business outside.
const SECRET: [&str; 5] = ["password", "totp", "totp_step", "personal", "email_mark"];

/// A ZIP that is being written.
struct Bundle {
    zip: ZipWriter<BufWriter<File>>,
    files: Vec<String>,
}

impl Bundle {
    fn begin() -> Result<Bundle, AppError> {
        let file = tempfile::tempfile().map_err(failed)?;
        Ok(Bundle { zip: ZipWriter::new(BufWriter::new(file)), files: Vec::new() })
    }

    fn file(&mut self, name: &str) -> Result<(), AppError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
        self.zip.start_file(name, options).map_err(failed)?;
        self.files.push(name.to_owned());
        Ok(())
    }

    fn json<T: serde::Serialize>(&mut self, name: &str, value: &T) -> Result<(), AppError> {
        self.file(name)?;
        serde_json::to_writer_pretty(&mut self.zip, value).map_err(failed)
    }

    fn rows(&mut self, rows: impl IntoIterator<Item = Vec<String>>) -> Result<(), AppError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).map_err(failed)?;
        }
        let bytes = writer.into_inner().map_err(|error| failed(error.into_error()))?;
        self.zip.write_all(&bytes).map_err(failed)
    }

    /// Ends with a list of what is in it.
    fn end(mut self, app: &App, about: &str) -> Result<File, AppError> {
        let files = std::mem::take(&mut self.files);
        self.json("contents.json", &serde_json::json!({ "about": about, "as_of": rfc3339(app.now()), "files": files }))?;
        let mut file = self.zip.finish().map_err(failed)?.into_inner().map_err(|error| failed(error.into_error()))?;
        std::io::Seek::rewind(&mut file).map_err(failed)?;
        Ok(file)
    }
}

fn failed(error: impl std::fmt::Display) -> AppError {
    AppError::Refused(format!("the export cannot be written: {error}"))
}

/// Everything about an enterprise.
///
/// # Errors
/// When the database fails or there is no room for the file.
pub async fn export_member(app: &App, member: &str) -> Result<File, AppError> {
    app.db
        .read_snapshot(async |tx| {
            let mut bundle = Bundle::begin()?;
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let (page, _) = contacts::of_member(&tx, &app.vault, member, after.as_deref(), 500).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id.clone());
                found.extend(page);
            }
            let people = people::of_member(&tx, &app.vault, member).await?;
            let mut consents = Vec::new();
            for subject in found.iter().map(|one| keys::contact(&one.id)).chain(people.iter().map(|one| keys::person(&one.id))) {
                consents.extend(consent::said(&tx, &subject).await?);
            }
            bundle.json("contacts.json", &found.into_iter().map(ContactView::from).collect::<Vec<_>>())?;
            bundle.json("people.json", &people.iter().map(PersonView::from).collect::<Vec<_>>())?;
            said(&mut bundle, consents)?;
            for id in members::ids_of(&tx, member).await? {
                for table in TABLES {
                    let own: &[&str] = match table.name {
                        "member" => &["id"],
                        "member_merge" => &["survivor_id"],
                        _ if table.names().contains(&"member_id") => &["member_id"],
                        _ => &[],
                    };
                    if let [own] = own {
                        whole(app, &tx, &mut bundle, table, (own, &id)).await?;
                    }
                }
            }
            bundle.end(app, &format!("member:{member}"))
        })
        .await
}

/// Everything about a contact, and about whoever signs in as that contact.
///
/// # Errors
/// As [`export_member`].
pub async fn export_contact(app: &App, contact: &contacts::Contact) -> Result<File, AppError> {
    let people = people::of_contact(app.db.read(), &app.vault, &contact.id).await?;
    export_human(app, Some(contact), &people).await
}

/// Everything about somebody who signs in, and about the contact that it is.
///
/// # Errors
/// As [`export_member`].
pub async fn export_person(app: &App, person: &Person) -> Result<File, AppError> {
    let contact = match &person.contact {
        Some(id) => contacts::find(app.db.read(), &app.vault, std::iter::once(id.as_str())).await?.remove(id),
        None => None,
    };
    export_human(app, contact.as_ref(), std::slice::from_ref(person)).await
}

async fn export_human(app: &App, contact: Option<&contacts::Contact>, people: &[Person]) -> Result<File, AppError> {
    app.db
        .read_snapshot(async |tx| {
            let mut bundle = Bundle::begin()?;
            let subjects: Vec<String> =
                contact.iter().map(|one| keys::contact(&one.id)).chain(people.iter().map(|one| keys::person(&one.id))).collect();
            let mut consents = Vec::new();
            for subject in &subjects {
                consents.extend(consent::said(&tx, subject).await?);
            }
            if let Some(contact) = contact {
                bundle.json("contact.json", &serde_json::json!(ContactView::from(contact.clone())))?;
                interactions(&tx, &mut bundle, contact).await?;
                let orders = Table::named("redemption_order").unwrap_or_else(|| unreachable!("orders are archived"));
                whole(app, &tx, &mut bundle, orders, ("contact_id", &contact.id)).await?;
            }
            bundle.json("person.json", &people.iter().map(PersonView::from).collect::<Vec<_>>())?;
            said(&mut bundle, consents)?;
            for person in people {
                let identities = crate::identities::of_person(&tx, &app.vault, &person.id).await?;
                let row = |one: crate::identities::Identity| serde_json::json!({ "id": one.id, "provider": one.provider, "issuer": one.issuer, "subject": one.subject, "label": one.label, "linked_at": rfc3339(one.linked_at), "used_at": one.used_at.map(rfc3339) });
                bundle.json(&format!("identities-{}.json", person.id), &identities.into_iter().map(row).collect::<Vec<_>>())?;
                let passkeys = crate::passkeys::of_person(&tx, &app.vault, &person.id).await?;
                let row = |one: crate::passkeys::Passkey| serde_json::json!({ "id": one.id, "name": one.name, "credential_id": one.credential_id(), "backed_up": one.backed_up, "added_at": rfc3339(one.added_at), "used_at": one.used_at.map(rfc3339) });
                bundle.json(&format!("passkeys-{}.json", person.id), &passkeys.into_iter().map(row).collect::<Vec<_>>())?;
                let sessions = crate::sign_in::of_person(&tx, &person.id, app.now()).await?;
                let row = |one: crate::sign_in::Session| serde_json::json!({ "id": one.id, "created_at": rfc3339(one.created_at), "seen_at": rfc3339(one.seen_at), "address": one.address, "agent": one.agent });
                bundle.json(&format!("sessions-{}.json", person.id), &sessions.into_iter().map(row).collect::<Vec<_>>())?;
            }
            let audit = Table::named("audit").unwrap_or_else(|| unreachable!("the audit is archived"));
            for subject in &subjects {
                whole(app, &tx, &mut bundle, audit, ("subject", subject)).await?;
            }
            for person in people {
                let kind = if person.member.is_some() { "contact" } else { "staff" };
                whole(app, &tx, &mut bundle, audit, ("actor", &format!("{kind}:{}", person.id))).await?;
            }
            bundle.end(app, &subjects.join(" "))
        })
        .await
}

fn said(bundle: &mut Bundle, consents: Vec<consent::Consent>) -> Result<(), AppError> {
    bundle.file("consents.csv")?;
    let head = ["subject", "purpose", "channel", "given", "text_version", "at", "actor"].map(str::to_owned).to_vec();
    let row = |one: consent::Consent| {
        let at = rfc3339(one.at);
        vec![harmless(&one.subject), one.purpose, one.channel, one.given.to_string(), one.text_version, at, harmless(&one.actor)]
    };
    bundle.rows(std::iter::once(head).chain(consents.into_iter().map(row)))
}

/// The facts of a member that name a contact.
async fn interactions(tx: &Tx, bundle: &mut Bundle, contact: &contacts::Contact) -> Result<(), AppError> {
    let ids = members::ids_of(tx, &contact.member).await?;
    let own = members::among("member_id", 2, &ids);
    let sql = format!("SELECT id, kind, occurred_at, source, body FROM fact WHERE {own} AND body LIKE $1 ORDER BY occurred_at, id");
    let named = serde_json::json!(contact.id).to_string();
    let like = format!("%{}%", named.replace(['%', '_'], "_"));
    let values = std::iter::once(Value::from(like)).chain(ids.into_iter().map(Value::from));
    let rows = tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    let mut told = vec![["id", "kind", "occurred_at", "source", "body"].map(str::to_owned).to_vec()];
    for row in rows {
        let body: String = row.try_get("", "body")?;
        let about: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        if about.as_object().is_some_and(|fields| fields.values().any(|value| value.as_str() == Some(&contact.id))) {
            let text = |column: &str| row.try_get::<String>("", column);
            let at = rfc3339(ledger::Instant(row.try_get("", "occurred_at")?));
            told.push(vec![harmless(&text("id")?), text("kind")?, at, harmless(&text("source")?), harmless(&body)]);
        }
    }
    bundle.file("facts.csv")?;
    bundle.rows(told)
}

/// The rows of a table of which a column has a value. Sealed texts are opened.
async fn whole(app: &App, tx: &Tx, bundle: &mut Bundle, table: &Table, (column, value): (&str, &str)) -> Result<(), AppError> {
    let shown: Vec<usize> = (0..table.columns.len())
        .filter(|place| table.columns[*place].1 != Holds::Bytes && !SECRET.contains(&table.columns[*place].0))
        .collect();
    let name = if bundle.files.iter().any(|file| file == &format!("{}.csv", table.name)) {
        format!("{}-{}.csv", table.name, bundle.files.len())
    } else {
        format!("{}.csv", table.name)
    };
    bundle.file(&name)?;
    bundle.rows([shown.iter().map(|place| table.columns[*place].0.to_owned()).collect()])?;
    let mut after: Option<Vec<Value>> = None;
    loop {
        let rows = page(tx, table, (column, value), after.as_deref()).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(table.key_places().into_iter().map(|place| last[place].clone()).collect());
        let mut cells: Vec<Vec<Option<String>>> = rows.iter().map(|row| shown.iter().map(|place| text(&row[*place])).collect()).collect();
        let sealed: Vec<Option<String>> = cells.iter_mut().flatten().map(Option::take).collect();
        let mut open = opened(tx, &app.vault, sealed).await?.into_iter();
        bundle.rows(rows.iter().map(|_| shown.iter().map(|_| harmless(&open.next().flatten().unwrap_or_default())).collect()))?;
    }
}

fn text(value: &Value) -> Option<String> {
    match to_json(value) {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

async fn page(tx: &Tx, table: &Table, (column, value): (&str, &str), after: Option<&[Value]>) -> Result<Vec<Vec<Value>>, DbErr> {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let key = quoted(table.key);
    let places = (2..=table.key.len() + 1).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let beyond = after.map_or_else(String::new, |_| format!(" AND ({key}) > ({places})"));
    let sql = format!("SELECT {} FROM {} WHERE \"{column}\" = $1{beyond} ORDER BY {key} LIMIT {PAGE}", quoted(&table.names()), table.name);
    let values: Vec<Value> = std::iter::once(value.into()).chain(after.unwrap_or_default().iter().cloned()).collect();
    let rows = tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| table.read(row)).collect()
}
