//! The fields of members, contacts, orders, order lines and facts that columns can fill: the one table behind mapping files, matching
//! by name and the reference.

use Expects::{Amount, Country, Currency, FactKind, Id, Json, Number, Text, Time, Whole};

use super::synonyms::{
    AMOUNT_WORDS, CHANNEL_WORDS, CONTACT_WORDS, CURRENCY_WORDS, FACT_WORDS, MEMBER_WORDS, NAME_WORDS, ORDER_WORDS, REASON_WORDS,
    REFUND_WORDS, TIME_WORDS,
};
use super::target::{Expects, Target};
use crate::contacts::ROLES;

const fn need(name: &'static str, expects: Expects, synonyms: &'static [&'static str], about: &'static str) -> Target {
    Target { name, expects, required: true, synonyms, about }
}
const fn may(name: &'static str, expects: Expects, synonyms: &'static [&'static str], about: &'static str) -> Target {
    Target { name, expects, required: false, synonyms, about }
}

pub(super) static MEMBERS: &[Target] = &[
    need("id", Id, MEMBER_WORDS, "the sender's id of the enterprise; importing it again replaces what was known"),
    need(
        "name",
        Text(200),
        &["name", "companyname", "customername", "company", "名称", "企业名称", "公司名称", "客户名称", "企業名稱", "公司名稱", "客戶名稱"],
        "its registered name",
    ),
    may(
        "registration_number",
        Text(64),
        &["registrationnumber", "creditcode", "uscc", "vatnumber", "统一社会信用代码", "信用代码", "税号", "統一編號", "統一社會信用代碼"],
        "its number in the national register",
    ),
    may("country", Country, &["country", "countrycode", "国家", "國家"], "ISO 3166-1 alpha-2"),
    may("region", Text(64), &["region", "state", "province", "省份", "省", "地区", "地區", "省市"], "province or state"),
    may("industry", Text(64), &["industry", "industrycode", "行业", "行业代码", "行業"], "GB/T 4754 or ISIC class"),
    may(
        "employees",
        Whole(0, 1_000_000_000),
        &["employees", "headcount", "staff", "员工数", "员工人数", "人数", "員工數", "員工人數"],
        "how many people work there",
    ),
    may(
        "parent",
        Id,
        &["parent", "parentid", "parentcompany", "上级", "母公司", "上级编号", "上級", "上級編號"],
        "the id of the parent company",
    ),
    may(
        "account_manager",
        Text(200),
        &["accountmanager", "salesrep", "salesrepresentative", "owner", "客户经理", "业务员", "销售", "負責業務", "客戶經理", "業務員"],
        "the staff member in charge",
    ),
    may(
        "credit_limit",
        Amount,
        &["creditlimit", "信用额度", "授信额度", "信用額度", "授信額度"],
        "agreed credit limit in major units of `currency`",
    ),
    may("currency", Currency, CURRENCY_WORDS, "of the credit limit; the mapping's currency unless given"),
    may(
        "registered_at",
        Time,
        &[
            "registeredat",
            "registrationdate",
            "createdat",
            "joinedat",
            "membersince",
            "注册时间",
            "注册日期",
            "入会时间",
            "註冊時間",
            "註冊日期",
        ],
        "when it became a member",
    ),
];

pub(super) static CONTACTS: &[Target] = &[
    may(
        "id",
        Id,
        &["id", "contactid", "联系人编号", "聯絡人編號"],
        "the sender's id of the person; unless given, `member:e-mail` or `member:name`",
    ),
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

pub(super) static ORDERS: &[Target] = order_targets!();
pub(super) static ORDER_LINES: &[Target] = order_targets!(
    may(
        "sku",
        Text(128),
        &[
            "sku",
            "stockcode",
            "item",
            "itemno",
            "product",
            "productcode",
            "productid",
            "商品编号",
            "货号",
            "物料编码",
            "商品編號",
            "貨號",
            "料號"
        ],
        "the seller's article"
    ),
    may(
        "category",
        Text(64),
        &["category", "productline", "productcategory", "品类", "类目", "商品分类", "品類", "類別"],
        "the article's category"
    ),
    may("quantity", Number, &["quantity", "qty", "quantityordered", "数量", "數量"], "how many"),
);

pub(super) static FACTS: &[Target] = &[
    need("id", Id, &["id", "factid", "编号", "事实编号"], "the sender's id of the fact: sending it again changes nothing"),
    need("member", Id, MEMBER_WORDS, "the enterprise it is about"),
    need("kind", FactKind, FACT_WORDS, "the kind of fact"),
    need("occurred_at", Time, TIME_WORDS, "when it happened"),
    may("source", Text(128), &["source", "来源", "來源"], "the system that said so; the mapping's source unless given"),
    may("actor", Text(200), &["actor", "操作人"], "the person or key behind it"),
    may("corrects", Id, &["corrects"], "the id of the fact that this one stands in for"),
    may("body", Json, &["body", "json"], "the whole body as JSON, instead of fields by name"),
];
