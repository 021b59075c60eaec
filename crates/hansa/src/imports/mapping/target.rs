//! What a file can be about, and the fields its columns can fill.

use program::fact::catalogue::KINDS;
use program::fact::{Field, FieldType, Kind};

use super::catalogue::{CONTACTS, FACTS, MEMBERS, ORDER_LINES, ORDERS};

/// What the rows of a file are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportKind {
    /// A row is an enterprise.
    Members,
    /// A row is a person.
    Contacts,
    /// A row is an order or a credit note.
    Orders,
    /// A row is a line of an order or of a credit note; the lines of one order become one fact.
    OrderLines,
    /// A row is a fact of any kind.
    Facts,
}

/// What the text for a field must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expects {
    /// An id of at most 128 bytes.
    Id,
    /// Text of at most so many characters.
    Text(usize),
    /// Money in major units, exact.
    Amount,
    /// An exact decimal.
    Number,
    /// A whole number within bounds, both included.
    Whole(i64, i64),
    /// An instant: ISO 8601 or one of the mapping's formats, read in the mapping's time zone if it names none.
    Time,
    /// An ISO 4217 code.
    Currency,
    /// An ISO 3166-1 alpha-2 code.
    Country,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The name of a kind of fact.
    FactKind,
    /// A JSON object.
    Json,
}

/// One field that a column can fill.
#[derive(Debug)]
pub struct Target {
    /// Its name in a mapping file.
    pub name: &'static str,
    /// What it must be.
    pub expects: Expects,
    /// Whether a row without it is refused.
    pub required: bool,
    /// Column names that are taken for it when there is no mapping file, written as [`normalised`] gives them.
    pub synonyms: &'static [&'static str],
    /// What it says, for the reference.
    pub about: &'static str,
}

impl ImportKind {
    /// All kinds with their names on the command line and in mapping files.
    pub const ALL: [(ImportKind, &'static str); 5] = [
        (ImportKind::Members, "members"),
        (ImportKind::Contacts, "contacts"),
        (ImportKind::Orders, "orders"),
        (ImportKind::OrderLines, "order-lines"),
        (ImportKind::Facts, "facts"),
    ];

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<ImportKind> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(kind, _)| kind)
    }

    /// The name on the command line and in mapping files.
    pub fn name(self) -> &'static str {
        match self {
            ImportKind::Members => "members",
            ImportKind::Contacts => "contacts",
            ImportKind::Orders => "orders",
            ImportKind::OrderLines => "order-lines",
            ImportKind::Facts => "facts",
        }
    }

    /// The fields that columns can fill. Facts take, besides these, the body fields of the catalogue by name: [`body_fields`].
    pub fn targets(self) -> &'static [Target] {
        match self {
            ImportKind::Members => MEMBERS,
            ImportKind::Contacts => CONTACTS,
            ImportKind::Orders => ORDERS,
            ImportKind::OrderLines => ORDER_LINES,
            ImportKind::Facts => FACTS,
        }
    }

    /// The place of a field among [`ImportKind::targets`].
    pub fn target(self, name: &str) -> Option<usize> {
        self.targets().iter().position(|target| target.name == name)
    }
}

/// The names of body fields that some kind of fact has and a column can fill, each once.
pub fn body_fields() -> impl Iterator<Item = &'static str> {
    KINDS.iter().enumerate().flat_map(|(at, spec)| {
        let earlier = move |name: &str| KINDS[..at].iter().any(|kind| kind.fields.iter().any(|field| field.name == name));
        spec.fields.iter().filter(move |field| field.ty != FieldType::Lines && !earlier(field.name)).map(|field| field.name)
    })
}

/// What the text for a body field must be; `None` for the lines of an order, which no single column holds.
pub(super) fn expected(field: &Field) -> Option<Expects> {
    Some(match field.ty {
        FieldType::Int(low, high) => Expects::Whole(low, high),
        FieldType::Money => Expects::Amount,
        FieldType::Currency => Expects::Currency,
        FieldType::Decimal => Expects::Number,
        FieldType::Text(most) => Expects::Text(most),
        FieldType::OneOf(words) => Expects::OneOf(words),
        FieldType::Time => Expects::Time,
        FieldType::Lines => return None,
    })
}

/// The kinds of fact that orders and credit notes can become.
pub(super) fn is_order_kind(kind: Kind) -> bool {
    matches!(kind.name(), "order.placed" | "order.paid" | "order.completed" | "order.refunded")
}

/// A column's name without case, spaces and punctuation, as synonyms are written: `Customer ID`, `customer_id` and `CustomerID`
/// are one.
pub fn normalised(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
