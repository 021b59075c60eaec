//! The tables of an archive, each after those it refers to. A test compares them with the schema, so that none is forgotten.

mod person;
mod registration;

use sea_orm::{DbErr, QueryResult, Value};
use serde_json::Value as Json;

/// What a column holds; any column but one of the key may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A 64-bit whole number.
    Int,
    /// True or false.
    Bool,
    /// Bytes.
    Bytes,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns of its primary key, by which it is paged.
    pub key: &'static [&'static str],
    /// All of its columns.
    pub columns: &'static [(&'static str, Holds)],
}

use Holds::{Bool, Bytes, Int, Text};

/// Every table, each after those it refers to.
pub const TABLES: &[Table] = &[
    Table {
        name: "member",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("name", Text),
            ("registration_number", Text),
            ("country", Text),
            ("region", Text),
            ("industry", Text),
            ("employees", Int),
            ("parent_id", Text),
            ("account_manager", Text),
            ("credit_limit_minor", Int),
            ("currency", Text),
            ("registered_at", Int),
            ("created_at", Int),
            ("updated_at", Int),
            ("merged_into", Text),
        ],
    },
    registration::MERGES,
    registration::NUMBERS,
    registration::NAMES,
    registration::FILES,
    registration::CASES,
    registration::EVIDENCE,
    registration::STEPS,
    registration::CUSTOM_FIELDS,
    registration::CUSTOM_VALUES,
    registration::TAGS,
    Table {
        name: "contact",
        key: &["id"],
        columns: &[("id", Text), ("member_id", Text), ("role", Text), ("personal", Text), ("created_at", Int), ("updated_at", Int)],
    },
    Table {
        name: "program_version",
        key: &["number"],
        columns: &[("number", Int), ("effective_from", Int), ("applied_at", Int), ("applied_by", Text), ("note", Text), ("source", Text)],
    },
    Table {
        name: "fact",
        key: &["seq"],
        columns: &[
            ("seq", Int),
            ("id", Text),
            ("member_id", Text),
            ("kind", Text),
            ("occurred_at", Int),
            ("recorded_at", Int),
            ("source", Text),
            ("actor", Text),
            ("corrects", Text),
            ("import_id", Text),
            ("body", Text),
        ],
    },
    Table {
        name: "member_state",
        key: &["member_id"],
        columns: &[("member_id", Text), ("timeline", Text), ("due_at", Int), ("facts", Int), ("state", Bytes)],
    },
    Table {
        name: "reward",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("names", Text),
            ("descriptions", Text),
            ("category", Text),
            ("unit", Text),
            ("price", Int),
            ("stock", Int),
            ("taken", Int),
            ("per_member", Int),
            ("tiers", Text),
            ("begins_at", Int),
            ("ends_at", Int),
            ("open", Bool),
            ("created_at", Int),
        ],
    },
    Table {
        name: "redemption_order",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("member_id", Text),
            ("reward_id", Text),
            ("quantity", Int),
            ("unit", Text),
            ("amount", Int),
            ("state", Text),
            ("contact_id", Text),
            ("deliver_to", Text),
            ("placed_by", Text),
            ("placed_at", Int),
            ("ended_by", Text),
            ("ended_at", Int),
            ("note", Text),
        ],
    },
    Table { name: "member_tier", key: &["member_id", "track"], columns: &[("member_id", Text), ("track", Text), ("tier", Text)] },
    Table { name: "member_order", key: &["member_id", "number"], columns: &[("member_id", Text), ("number", Text), ("state", Bytes)] },
    Table {
        name: "lot",
        key: MEMBER_RULE_FACT,
        columns: &[
            ("member_id", Text),
            ("rule", Text),
            ("fact_id", Text),
            ("unit", Text),
            ("amount", Int),
            ("held", Int),
            ("available", Int),
            ("reserved", Int),
            ("spent", Int),
            ("expired", Int),
            ("taken_back", Int),
            ("open", Bool),
            ("reference", Text),
            ("priority", Int),
            ("created_at", Int),
            ("release_at", Int),
            ("held_for_event", Bool),
            ("expires_at", Int),
            ("sequence", Int),
            ("let_go", Int),
            ("due_at", Int),
        ],
    },
    Table {
        name: "redemption",
        key: MEMBER_RULE_FACT,
        columns: &[("member_id", Text), ("rule", Text), ("fact_id", Text), ("reference", Text), ("state", Bytes)],
    },
    Table {
        name: "reservation",
        key: MEMBER_RULE_FACT,
        columns: &[("member_id", Text), ("rule", Text), ("fact_id", Text), ("open", Bool), ("state", Bytes)],
    },
    Table {
        name: "transfer",
        key: MEMBER_KEY_REVISION,
        columns: &[
            ("member_id", Text),
            ("key", Text),
            ("revision", Int),
            ("unit", Text),
            ("debit", Text),
            ("credit", Text),
            ("amount", Int),
            ("effective_at", Int),
            ("recorded_at", Int),
            ("reason", Text),
            ("cause", Text),
            ("draws", Text),
        ],
    },
    Table {
        name: "decision",
        key: MEMBER_KEY_REVISION,
        columns: &[
            ("member_id", Text),
            ("key", Text),
            ("revision", Int),
            ("effective_at", Int),
            ("recorded_at", Int),
            ("version", Int),
            ("rule", Text),
            ("cause", Text),
            ("body", Text),
        ],
    },
    SYNC,
    Table {
        name: "import",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("kind", Text),
            ("files", Text),
            ("mapping", Text),
            ("started_at", Int),
            ("finished_at", Int),
            ("seen_at", Int),
            ("undone_at", Int),
            ("counts", Text),
        ],
    },
    Table {
        name: "api_key",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("name", Text),
            ("role", Text),
            ("member_id", Text),
            ("scopes", Text),
            ("hash", Text),
            ("old_hash", Text),
            ("old_until", Int),
            ("created_at", Int),
            ("expires_at", Int),
            ("revoked_at", Int),
            ("used_at", Int),
        ],
    },
    Table {
        name: "audit",
        key: &["seq"],
        columns: &[
            ("seq", Int),
            ("at", Int),
            ("actor", Text),
            ("address", Text),
            ("request", Text),
            ("action", Text),
            ("member_id", Text),
            ("subject", Text),
            ("before", Text),
            ("after", Text),
            ("why", Text),
            ("hash", Text),
        ],
    },
    Table { name: "audit_head", key: &["id"], columns: &[("id", Int), ("seq", Int), ("hash", Text)] },
    person::PEOPLE,
    person::IDENTITIES,
    person::PASSKEYS,
    person::RECOVERY_CODES,
    Table {
        name: "consent",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("subject", Text),
            ("purpose", Text),
            ("channel", Text),
            ("given", Bool),
            ("text_version", Text),
            ("said_at", Int),
            ("actor", Text),
        ],
    },
    Table {
        name: "approval",
        key: &["id"],
        columns: &[
            ("id", Text),
            ("matter", Text),
            ("member_id", Text),
            ("asked_by", Text),
            ("asked_at", Int),
            ("state", Text),
            ("decided_by", Text),
            ("decided_at", Int),
            ("reason", Text),
        ],
    },
    Table { name: "setting", key: &["name"], columns: &[("name", Text), ("value", Text)] },
    Table {
        name: "import_change",
        key: &["import_id", "entity", "entity_id"],
        columns: &[("import_id", Text), ("entity", Text), ("entity_id", Text), ("before", Text)],
    },
];

/// Tables that no archive holds, because they matter to the running site alone: answers to requests, kept for a day so that a request sent twice is done
/// once; sessions, tickets, ceremonies and letters that wait, which nobody should find working again in a copy. People's keys
/// are kept beside the archives, so that erasing somebody reaches those taken before. A copy tells nothing to anybody until it is told to whom.
pub const LEFT_OUT: &[&str] =
    &["request", "session", "ticket", "ceremony", "mail", "job", "personal_key", "event", "webhook", "delivery", "upload", "sign_up"];

const MEMBER_RULE_FACT: &[&str] = &["member_id", "rule", "fact_id"];
const MEMBER_KEY_REVISION: &[&str] = &["member_id", "key", "revision"];

impl Table {
    /// The table of this name.
    pub fn named(name: &str) -> Option<&'static Table> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The names of its columns.
    pub fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(name, _)| *name).collect()
    }

    /// The place of each key column among the columns.
    pub fn key_places(&self) -> Vec<usize> {
        let place = |key: &&str| self.columns.iter().position(|(name, _)| name == key);
        self.key.iter().filter_map(place).collect()
    }

    /// A row as values, in the order of the columns.
    pub fn read(&self, row: &QueryResult) -> Result<Vec<Value>, DbErr> {
        self.columns.iter().map(|(name, holds)| holds.read(row, name)).collect()
    }
}

impl Holds {
    fn read(self, row: &QueryResult, name: &str) -> Result<Value, DbErr> {
        Ok(match self {
            Text => Value::String(row.try_get("", name)?),
            Int => Value::BigInt(row.try_get("", name)?),
            Bool => Value::Bool(row.try_get("", name)?),
            Bytes => Value::Bytes(row.try_get("", name)?),
        })
    }

    /// A value out of an archive; `None` when it is of another type.
    pub fn archived(self, json: Json) -> Option<Value> {
        Some(match (self, json) {
            (Text, Json::Null) => Value::String(None),
            (Int, Json::Null) => Value::BigInt(None),
            (Bool, Json::Null) => Value::Bool(None),
            (Bytes, Json::Null) => Value::Bytes(None),
            (Text, Json::String(text)) => Value::String(Some(text)),
            (Int, Json::Number(number)) => Value::BigInt(Some(number.as_i64()?)),
            (Bool, Json::Bool(truth)) => Value::Bool(Some(truth)),
            (Bytes, Json::String(text)) => Value::Bytes(Some(from_hex(&text)?)),
            _ => return None,
        })
    }
}

/// A value as it stands in an archive.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::String(Some(text)) => Json::String(text.clone()),
        Value::BigInt(Some(number)) => (*number).into(),
        Value::Bool(Some(truth)) => (*truth).into(),
        Value::Bytes(Some(bytes)) => Json::String(hex(bytes)),
        _ => Json::Null,
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

const SYNC: Table = Table {
    name: "sync",
    key: &["name"],
    columns: &[
        ("name", Text),
        ("source", Text),
        ("position", Text),
        ("begun_at", Int),
        ("ended_at", Int),
        ("outcome", Text),
        ("error", Text),
    ],
};
