//! The catalogue of fact kinds: dotted nouns and past-tense verbs, each with its typed fields.

use std::collections::HashMap;
use std::sync::LazyLock;

use FieldType::{Currency, Decimal, Int, Lines, Money, OneOf, Text, Time};

/// A kind of fact: its place in [`KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(pub u8);

/// One field of a kind's body.
#[derive(Debug)]
pub struct Field {
    /// The name in the body and in expressions.
    pub name: &'static str,
    /// What it holds.
    pub ty: FieldType,
    /// Whether a body without it is refused.
    pub required: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldType {
    /// A whole number within bounds, both included.
    Int(i64, i64),
    /// An amount of money: minor units of the body's `currency` as a 64-bit integer; seen by expressions as an exact decimal in
    /// major units (12345 CNY is 123.45).
    Money,
    /// An ISO 4217 code.
    Currency,
    /// An exact decimal.
    Decimal,
    /// Text of at most so many characters.
    Text(usize),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An instant: RFC 3339 in JSON.
    Time,
    /// The lines of an order: each `{sku?, category?, quantity?, amount}`.
    Lines,
}

/// A kind with its fields.
#[derive(Debug)]
pub struct KindSpec {
    /// Dotted name.
    pub name: &'static str,
    /// The fields of the body, in the order in which values are kept.
    pub fields: &'static [Field],
    /// What it says, for the reference.
    pub about: &'static str,
}

const fn need(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, required: true }
}
const fn may(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, required: false }
}
const fn kind(name: &'static str, about: &'static str, fields: &'static [Field]) -> KindSpec {
    KindSpec { name, fields, about }
}

const ID: FieldType = Text(128);
const NAME: FieldType = Text(200);
const WORD: FieldType = Text(64);
const COUNT: FieldType = Int(0, 1_000_000_000);
/// Units in their smallest step.
const UNITS: FieldType = Int(1, 1_000_000_000_000_000);
/// The parts that contacts play in a purchase.
pub const ROLES: &[&str] = &["initiator", "user", "technical", "procurement", "decider", "gatekeeper", "finance", "other"];
const ROLE: FieldType = OneOf(ROLES);

/// Every kind Hansa knows. New kinds are appended: the place is not stored, the name is.
pub static KINDS: &[KindSpec] = &[
    kind(
        "member.registered",
        "The enterprise joined.",
        &[may("industry", WORD), may("region", WORD), may("employees", COUNT), may("referrer", ID)],
    ),
    kind(
        "member.verified",
        "Its business verification reached a level.",
        &[need("level", OneOf(&["none", "basic", "verified", "audited"])), may("until", Time), may("case", ID)],
    ),
    kind("profile.completed", "Its profile reached a completeness score in percent.", &[need("score", Int(0, 100))]),
    kind(
        "profile.changed",
        "Facts about the enterprise itself changed; fields left out stay.",
        &[may("industry", WORD), may("region", WORD), may("employees", COUNT)],
    ),
    kind("order.placed", "An order was placed.", ORDER),
    kind("order.paid", "An order was paid.", ORDER),
    kind("order.completed", "An order was completed (delivered and accepted).", ORDER),
    kind("order.cancelled", "An order was cancelled as a whole.", &[need("order", ID), may("reason", NAME)]),
    kind(
        "order.refunded",
        "Goods of an order came back, or a credit note without an order was issued.",
        &[may("order", ID), need("amount", Money), need("currency", Currency), may("lines", Lines), may("reason", NAME)],
    ),
    kind(
        "payment.received",
        "Money came in.",
        &[need("amount", Money), need("currency", Currency), may("order", ID), may("invoice", ID), may("days_late", Int(0, 36_500))],
    ),
    kind(
        "payment.overdue",
        "An invoice is overdue by so many days.",
        &[need("days", Int(1, 36_500)), may("amount", Money), may("currency", Currency), may("order", ID), may("invoice", ID)],
    ),
    kind(
        "interaction.logged",
        "Someone spoke or wrote with a contact.",
        &[need("channel", WORD), may("contact", ID), may("role", ROLE), may("topic", NAME)],
    ),
    kind("page.viewed", "A contact looked at a page.", &[need("page", Text(500)), may("contact", ID), may("role", ROLE)]),
    kind("content.downloaded", "A contact downloaded a document.", &[need("content", ID), may("contact", ID), may("role", ROLE)]),
    kind("event.attended", "A contact attended an event or a training.", &[need("event", ID), may("contact", ID), may("role", ROLE)]),
    kind(
        "survey.answered",
        "A survey was answered.",
        &[need("survey", OneOf(&["nps", "csat", "ces", "custom"])), need("score", Decimal), may("contact", ID), may("role", ROLE)],
    ),
    kind(
        "ticket.closed",
        "A service ticket was closed.",
        &[may("ticket", ID), may("satisfaction", Int(1, 5)), may("hours", Decimal), may("topic", NAME)],
    ),
    kind(
        "dispute.decided",
        "A dispute was decided.",
        &[need("outcome", OneOf(&["for_member", "against_member", "settled", "withdrawn"])), may("dispute", ID), may("order", ID)],
    ),
    kind(
        "referral.converted",
        "An enterprise that this member brought placed its first order.",
        &[need("referred", ID), may("amount", Money), may("currency", Currency)],
    ),
    kind("points.spent", "Units were spent.", &[need("unit", WORD), need("amount", UNITS), may("reference", ID), may("reason", NAME)]),
    kind(
        "points.reserved",
        "Units were set aside for a purchase that may still fail.",
        &[need("unit", WORD), need("amount", UNITS), may("reference", ID), may("until", Time)],
    ),
    kind(
        "points.committed",
        "A reservation became a redemption, whole or in part; the rest is free again.",
        &[need("reservation", ID), may("amount", UNITS)],
    ),
    kind("points.released", "A reservation was cancelled.", &[need("reservation", ID)]),
    kind("points.restored", "A redemption was undone, whole or in part.", &[need("redemption", ID), may("amount", UNITS)]),
    kind(
        "points.adjusted",
        "Staff added or took units, with a reason.",
        &[
            need("unit", WORD),
            need("amount", Int(-1_000_000_000_000_000, 1_000_000_000_000_000)),
            need("reason", NAME),
            may("expires_at", Time),
        ],
    ),
    kind(
        "points.shared",
        "Units went to another company of the tree.",
        &[need("unit", WORD), need("amount", UNITS), need("to", ID), may("reference", ID)],
    ),
    kind(
        "points.pooled",
        "Units came from another company of the tree: one fact for each lot drawn there.",
        &[
            need("unit", WORD),
            need("amount", UNITS),
            need("from", ID),
            may("lot", Text(300)),
            may("expires_at", Time),
            may("priority", Int(-1_000, 1_000)),
            may("reference", ID),
        ],
    ),
    kind(
        "benefit.granted",
        "Staff or a campaign gave a benefit to this member.",
        &[need("benefit", WORD), may("until", Time), may("reason", NAME), may("contact", ID)],
    ),
    kind("benefit.revoked", "A benefit given to this member was taken back.", &[need("benefit", WORD), may("reason", NAME)]),
    kind(
        "benefit.used",
        "A metered benefit was used.",
        &[need("benefit", WORD), may("amount", UNITS), may("reference", ID), may("contact", ID)],
    ),
    kind(
        "tier.overridden",
        "Staff set a tier by hand.",
        &[need("track", WORD), need("tier", WORD), need("reason", NAME), may("until", Time)],
    ),
    kind("tier.restored", "Staff ended an override before its time.", &[need("track", WORD), may("reason", NAME)]),
    kind("fact.retracted", "The fact that this one corrects did not happen.", &[need("reason", NAME)]),
    kind(
        "benefit.consented",
        "The company agreed that a contact, or all of them, may receive a benefit that goes to persons.",
        &[need("benefit", WORD), may("contact", ID), may("until", Time)],
    ),
    kind(
        "benefit.consent_withdrawn",
        "The company no longer agrees, for a contact or for all.",
        &[need("benefit", WORD), may("contact", ID)],
    ),
];

/// What the engine does with facts of a kind beside measuring them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It changes the profile.
    Profile,
    /// It moves units, sets a tier, or gives, takes or uses a benefit.
    Command,
    /// It says what an order is worth for the time being.
    OrderBegun,
    /// It says what an order is worth.
    OrderCompleted,
    /// It undoes an order, whole or in part.
    Undoing,
    /// Nothing more.
    Other,
}

/// What is asked of a kind with every fact, looked up once.
#[derive(Clone, Copy, Debug)]
struct Asked {
    role: Role,
    order: Option<u8>,
    amount: Option<u8>,
}

static ASKED: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let place = |kind: Kind, name: &str| kind.field(name).and_then(|at| u8::try_from(at).ok());
    let role = |name: &str| match name {
        "member.registered" | "profile.changed" | "member.verified" | "profile.completed" => Role::Profile,
        "order.placed" | "order.paid" => Role::OrderBegun,
        "order.completed" => Role::OrderCompleted,
        "order.cancelled" | "order.refunded" => Role::Undoing,
        _ if ["points.", "benefit.", "tier."].iter().any(|start| name.starts_with(start)) => Role::Command,
        _ => Role::Other,
    };
    Kind::all().map(|kind| Asked { role: role(kind.name()), order: place(kind, "order"), amount: place(kind, "amount") }).collect()
});

const ORDER: &[Field] =
    &[need("order", ID), need("amount", Money), need("currency", Currency), may("channel", WORD), may("contact", ID), may("lines", Lines)];

impl Kind {
    /// The kind with this dotted name.
    pub fn parse(name: &str) -> Option<Kind> {
        static PLACES: LazyLock<HashMap<&'static str, Kind>> = LazyLock::new(|| Kind::all().map(|kind| (kind.name(), kind)).collect());
        PLACES.get(name).copied()
    }

    /// The kind of this name in the catalogue; panics when there is none, which is a mistake in the code that asks.
    pub fn named(name: &str) -> Kind {
        Kind::parse(name).unwrap_or_else(|| panic!("no kind {name} in the catalogue"))
    }

    /// Name and fields.
    pub fn spec(self) -> &'static KindSpec {
        &KINDS[usize::from(self.0)]
    }

    /// The dotted name.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// All kinds.
    pub fn all() -> impl Iterator<Item = Kind> {
        (0..KINDS.len()).filter_map(|at| u8::try_from(at).ok()).map(Kind)
    }

    /// What the engine does with it.
    pub(crate) fn role(self) -> Role {
        ASKED[usize::from(self.0)].role
    }

    /// The place of the number of the order that a fact is about.
    pub(crate) fn order_field(self) -> Option<usize> {
        ASKED[usize::from(self.0)].order.map(usize::from)
    }

    /// The place of its amount.
    pub(crate) fn amount_field(self) -> Option<usize> {
        ASKED[usize::from(self.0)].amount.map(usize::from)
    }

    /// The place of a field in the body.
    pub fn field(self, name: &str) -> Option<usize> {
        self.spec().fields.iter().position(|field| field.name == name)
    }
}
