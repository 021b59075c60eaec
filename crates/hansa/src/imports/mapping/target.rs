//! What a file can be about, and the fields its columns can fill.

use Expects::{Amount, Country, Currency, FactKind, Id, Json, Number, Text, Time, Whole};
use program::fact::catalogue::KINDS;
use program::fact::{Field, FieldType, Kind};

use crate::contacts::ROLES;

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

const fn need(name: &'static str, expects: Expects, synonyms: &'static [&'static str], about: &'static str) -> Target {
    Target { name, expects, required: true, synonyms, about }
}
const fn may(name: &'static str, expects: Expects, synonyms: &'static [&'static str], about: &'static str) -> Target {
    Target { name, expects, required: false, synonyms, about }
}

const MEMBER_WORDS: &[&str] = &[
    "member", "memberid", "customer", "customerid", "customerno", "customernumber", "customercode", "client", "clientid", "account", "accountid",
    "会员", "会员编号", "会员号", "客户", "客户编号", "客户编码", "客户代码", "客户号", "企业编号", "會員編號", "客戶", "客戶編號", "客戶代碼",
];
const NAME_WORDS: &[&str] = &["name", "fullname", "contactname", "姓名", "联系人", "联系人姓名", "聯絡人", "聯絡人姓名"];
const CURRENCY_WORDS: &[&str] = &["currency", "currencycode", "币种", "货币", "幣別", "幣種", "貨幣"];
const TIME_WORDS: &[&str] = &[
    "occurredat", "date", "time", "datetime", "orderdate", "invoicedate", "ordertime", "completedat", "日期", "时间", "订单日期", "下单时间",
    "下单日期", "开票日期", "完成时间", "時間", "訂單日期", "下單時間", "開票日期",
];
const ORDER_WORDS: &[&str] = &[
    "order", "orderid", "orderno", "ordernumber", "invoice", "invoiceid", "invoiceno", "invoicenumber", "订单", "订单号", "订单编号", "单号",
    "发票号", "發票號", "訂單", "訂單號", "訂單編號", "單號",
];
const AMOUNT_WORDS: &[&str] = &[
    "amount", "total", "totalamount", "orderamount", "value", "price", "linetotal", "金额", "订单金额", "总金额", "总额", "合计", "金額", "訂單金額",
    "總金額", "總額", "合計",
];
const FACT_WORDS: &[&str] = &["fact", "factkind", "kind", "ordertype", "事实", "事实类型", "类型", "類型"];
const CHANNEL_WORDS: &[&str] = &["channel", "saleschannel", "渠道", "销售渠道", "通路", "銷售渠道"];
const CONTACT_WORDS: &[&str] = &["contact", "contactid", "buyer", "联系人编号", "聯絡人編號"];
const REASON_WORDS: &[&str] = &["reason", "原因", "退款原因", "退货原因"];
const REFUND_WORDS: &[&str] = &["refundof", "originalorder", "originalinvoice", "原订单号", "原单号", "原訂單號"];

static MEMBERS: &[Target] = &[
    need("id", Id, MEMBER_WORDS, "the sender's id of the enterprise; importing it again replaces what was known"),
    need("name", Text(200), &["name", "companyname", "customername", "company", "名称", "企业名称", "公司名称", "客户名称", "企業名稱", "公司名稱", "客戶名稱"], "its registered name"),
    may("registration_number", Text(64), &["registrationnumber", "creditcode", "uscc", "vatnumber", "统一社会信用代码", "信用代码", "税号", "統一編號", "統一社會信用代碼"], "its number in the national register"),
    may("country", Country, &["country", "countrycode", "国家", "國家"], "ISO 3166-1 alpha-2"),
    may("region", Text(64), &["region", "state", "province", "省份", "省", "地区", "地區", "省市"], "province or state"),
    may("industry", Text(64), &["industry", "industrycode", "行业", "行业代码", "行業"], "GB/T 4754 or ISIC class"),
    may("employees", Whole(0, 1_000_000_000), &["employees", "headcount", "staff", "员工数", "员工人数", "人数", "員工數", "員工人數"], "how many people work there"),
    may("parent", Id, &["parent", "parentid", "parentcompany", "上级", "母公司", "上级编号", "上級", "上級編號"], "the id of the parent company"),
    may("account_manager", Text(200), &["accountmanager", "salesrep", "salesrepresentative", "owner", "客户经理", "业务员", "销售", "負責業務", "客戶經理", "業務員"], "the staff member in charge"),
    may("credit_limit", Amount, &["creditlimit", "信用额度", "授信额度", "信用額度", "授信額度"], "agreed credit limit in major units of `currency`"),
    may("currency", Currency, CURRENCY_WORDS, "of the credit limit; the mapping's currency unless given"),
    may("registered_at", Time, &["registeredat", "registrationdate", "createdat", "joinedat", "membersince", "注册时间", "注册日期", "入会时间", "註冊時間", "註冊日期"], "when it became a member"),
];

static CONTACTS: &[Target] = &[
    may("id", Id, &["id", "contactid", "联系人编号", "聯絡人編號"], "the sender's id of the person; unless given, `member:e-mail` or `member:name`"),
    need("member", Id, MEMBER_WORDS, "the enterprise the person belongs to"),
    need("name", Text(200), NAME_WORDS, "the person's name"),
    may("title", Text(200), &["title", "jobtitle", "position", "职位", "职务", "職位", "職稱"], "job title"),
    may("role", Expects::OneOf(ROLES), &["role", "decisionrole", "角色", "决策角色", "決策角色"], "role in the buying decision"),
    may("email", Text(254), &["email", "emailaddress", "mail", "邮箱", "电子邮件", "郵箱", "電子郵件"], "e-mail address"),
    may("phone", Text(64), &["phone", "telephone", "mobile", "tel", "电话", "手机", "联系电话", "電話", "手機"], "telephone in any form"),
];

macro_rules! order_targets {
    ($($more:expr),* $(,)?) => {
        &[
            need("member", Id, MEMBER_WORDS, "the enterprise that bought"),
            need("order", Id, ORDER_WORDS, "the number of the order or credit note; one fact for each number and kind"),
            may("fact", FactKind, FACT_WORDS, "order.completed unless given; also order.placed, order.paid, order.refunded"),
            need("occurred_at", Time, TIME_WORDS, "when it happened; of several lines the earliest"),
            need("amount", Amount, AMOUNT_WORDS, "money in major units; for order.refunded negative, as on a credit note"),
            may("currency", Currency, CURRENCY_WORDS, "the mapping's currency unless given"),
            may("channel", Text(64), CHANNEL_WORDS, "where it was sold"),
            may("contact", Id, CONTACT_WORDS, "the person who bought"),
            may("refund_of", Id, REFUND_WORDS, "the order that a refund undoes; without it the refund stands alone"),
            may("reason", Text(200), REASON_WORDS, "why goods came back"),
            $($more),*
        ]
    };
}

static ORDERS: &[Target] = order_targets!();
static ORDER_LINES: &[Target] = order_targets!(
    may("sku", Text(128), &["sku", "stockcode", "item", "itemno", "product", "productcode", "productid", "商品编号", "货号", "物料编码", "商品編號", "貨號", "料號"], "the seller's article"),
    may("category", Text(64), &["category", "productline", "productcategory", "品类", "类目", "商品分类", "品類", "類別"], "the article's category"),
    may("quantity", Number, &["quantity", "qty", "quantityordered", "数量", "數量"], "how many"),
);

static FACTS: &[Target] = &[
    need("id", Id, &["id", "factid", "编号", "事实编号"], "the sender's id of the fact: sending it again changes nothing"),
    need("member", Id, MEMBER_WORDS, "the enterprise it is about"),
    need("kind", FactKind, FACT_WORDS, "the kind of fact"),
    need("occurred_at", Time, TIME_WORDS, "when it happened"),
    may("source", Text(128), &["source", "来源", "來源"], "the system that said so; the mapping's source unless given"),
    may("actor", Text(200), &["actor", "操作人"], "the person or key behind it"),
    may("corrects", Id, &["corrects"], "the id of the fact that this one stands in for"),
    may("body", Json, &["body", "json"], "the whole body as JSON, instead of fields by name"),
];

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
        FieldType::Int(low, high) => Whole(low, high),
        FieldType::Money => Amount,
        FieldType::Currency => Currency,
        FieldType::Decimal => Number,
        FieldType::Text(most) => Text(most),
        FieldType::OneOf(words) => Expects::OneOf(words),
        FieldType::Time => Time,
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
