//! Orders and credit notes from rows.

use hansa::imports::mapping::{ImportKind, Mapped};
use program::fact::catalogue::FieldType;

use super::{by_name, file, map, mapping};

const LINES: &str = r#"
kind = "order-lines"
time_zone = "Europe/London"
currency = "GBP"
source = "shop"
[fields]
member = "customer"
order = "invoice"
fact = "case when starts_with(invoice, 'C') then 'order.refunded' else 'order.completed' end"
occurred_at = "at"
sku = "item"
quantity = "n"
amount = "cast(n as decimal) * cast(price as decimal)"
"#;

fn lines(rows: &str) -> super::Outcome {
    map(&file("a.csv", format!("invoice,item,n,at,price,customer\n{rows}")), &mapping(LINES)).unwrap()
}

/// Two lines of 0.125 are 0.25 together and 0.12 each: the order counts, not the sum of rounded lines.
#[test]
fn an_order_is_summed_exactly_and_rounded_once() {
    let outcome = lines("1,a,1,2011-06-01 08:00:00,0.125,m\n2,b,3,2011-06-01 08:00:00,1.005,m\n1,b,1,2011-06-01 07:30:00,0.125,m\n");
    assert_eq!(outcome.orders(), ["shop:order.completed:1 m 25", "shop:order.completed:2 m 302"]);
    let order = outcome.facts().next().unwrap();
    let amounts: Vec<_> = order.body.lines().iter().map(|line| line.amount.to_string()).collect();
    assert_eq!(amounts, ["0.12", "0.12"]);
    assert_eq!(order.occurred_at.0, 1_306_909_800_000_000, "the earliest line, in London's summer time");
    assert_eq!(outcome.accepted[0].lines, [2, 4]);
}

#[test]
fn a_credit_note_is_a_refund_of_what_came_back() {
    let outcome = lines("C9,a,-2,2011-01-01,1.50,m\nC9,b,1,2011-01-01,0.25,m\n");
    assert_eq!(outcome.orders(), ["shop:order.refunded:C9 m 275"]);
    let fact = outcome.facts().next().unwrap();
    let shown: Vec<_> = fact.body.lines().iter().map(|line| format!("{} {}", line.quantity.unwrap(), line.amount)).collect();
    assert_eq!(shown, ["2 3.00", "-1 -0.25"]);
    assert_eq!(fact.text("order"), None, "it does not say which order it undoes");
}

#[test]
fn an_order_that_is_not_what_it_says_is_refused_whole() {
    let outcome = lines("1,a,-2,2011-01-01,1.50,m\nC2,a,2,2011-01-01,1.50,m\n1,b,1,2011-01-01,1,m\n3,a,1,2011-01-01,0,m\n");
    assert_eq!(outcome.orders(), ["shop:order.completed:3 m 0"], "an order worth nothing is an order");
    assert_eq!(
        outcome.refusals(),
        [
            "2 n, price: order.completed 1 is refused whole: an order worth -2.00, less than nothing",
            "4 n, price: order.completed 1 is refused whole: an order worth -2.00, less than nothing",
            "3 n, price: order.refunded C2 is refused whole: a credit note worth 3.00, more than nothing; a refund is negative in the file",
        ]
    );
    assert_eq!(outcome.rejected[1].original, "1,b,1,2011-01-01,1,m", "the row as it stood");
}

#[test]
fn rows_are_refused_by_line_column_and_reason() {
    let outcome = lines(
        "1,a,1,2011-01-01,2.5,\n1,a,x,2011-01-01,2.5,m\n1,a,1,01/02/2011,2.5,m\n,a,1,2011-01-01,2.5,m\n1,a,1,2011-01-01,2.5,m\n1,a,1,2011-01-01,2.5,n\n",
    );
    assert_eq!(
        outcome.refusals(),
        [
            "2 customer: no member: customer is empty",
            "3 n, price: no amount: cast(n as decimal) * cast(price as decimal) gives nothing for n `x`, price `2.5`",
            "4 at: occurred_at: `01/02/2011` is not a date or time in ISO 8601 or a format of the mapping",
            "5 invoice: no order: invoice is empty",
            "7 customer: order.completed 1 is of member m on line 6 and of n here",
        ]
    );
    assert_eq!(outcome.counts.accepted, 1);
}

#[test]
fn orders_one_a_row_by_chinese_column_names() {
    let outcome = by_name(
        ImportKind::Orders,
        "订单号,客户编号,下单时间,订单金额,渠道\nSO1,C1,2026-03-01 08:00,\"¥12,000.50\",网站\nSO2,C1,2026-03-02,-5,网站\nSO1,C1,2026-03-01,1,\n",
    );
    assert_eq!(outcome.orders(), ["import:order.completed:SO1 C1 1200050"]);
    let fact = outcome.facts().next().unwrap();
    assert_eq!(fact.text("channel").map(|text| &**text), Some("网站"));
    assert_eq!(
        outcome.refusals(),
        [
            "3 订单金额: order.completed SO2 is refused whole: an order worth -5, less than nothing",
            "4 订单号: `import:order.completed:SO1` is on line 2 already, and says something else",
        ]
    );
}

#[test]
fn a_refund_may_name_its_order() {
    let outcome =
        by_name(ImportKind::Orders, "order,member,date,amount,fact,refund of,reason\nR1,C1,2026-03-01,-5.5,order.refunded,SO1,broken\n");
    let fact = outcome.facts().next().unwrap();
    assert_eq!((&*fact.id, fact.text("order").map(|text| &**text)), ("import:order.refunded:R1", Some("SO1")));
    assert_eq!(fact.text("reason").map(|text| &**text), Some("broken"));
}

#[test]
fn facts_take_the_fields_of_their_kind() {
    let outcome = by_name(
        ImportKind::Facts,
        "id,member,kind,occurred_at,amount,score,invoice\n1,C1,payment.received,2026-03-01,100.5,,I1\n2,C1,profile.completed,2026-03-01,,80,\n\
         3,C1,profile.completed,2026-03-01,,120,\n4,C1,profile.completed,2026-03-01,5,80,\n5,C1,profile.complete,2026-03-01,,80,\n6,C1,payment.received,2026-03-01,1.005,,\n",
    );
    let shown: Vec<_> = outcome.facts().map(|fact| format!("{} {}", fact.id, fact.body.to_json(fact.kind))).collect();
    assert_eq!(shown, [r#"1 {"amount":10050,"currency":"CNY","invoice":"I1"}"#, r#"2 {"score":80}"#]);
    let refusals = outcome.refusals();
    assert_eq!(refusals[0], "4 score: score: `120` is not a whole number from 0 to 100");
    assert_eq!(refusals[1], "5 amount: amount: `5` is not empty, and profile.completed has no such field");
    assert_eq!(refusals[2], "6 kind: kind: `profile.complete` is not a kind of fact such as order.completed");
    assert!(refusals[3].contains("more than 2 decimal places"), "{}", refusals[3]);
}

#[test]
fn facts_take_a_whole_body_as_json() {
    let outcome = by_name(
        ImportKind::Facts,
        "id,member,kind,occurred_at,body\n1,C1,profile.completed,2026-03-01,\"{\"\"score\"\":80}\"\n2,C1,profile.completed,2026-03-01,{}\n",
    );
    assert_eq!(outcome.facts().count(), 1);
    assert!(outcome.refusals()[0].starts_with("3 body: body: field `score`: is missing"), "{:?}", outcome.refusals());
}

#[test]
fn members_and_contacts() {
    let members = by_name(
        ImportKind::Members,
        "客户编号,企业名称,省份,信用额度,员工数,国家\nC1,华东轴承,江苏,\"50,000.00\",120,CN\nC2,,江苏,1,1,CN\nC3,x,,1,1,China\nC1,华东,,,,\n",
    );
    let Mapped::Member(member) = &members.accepted[0].mapped else { panic!("not a member") };
    assert_eq!((member.credit_limit_minor, member.currency.as_deref(), member.employees), (Some(5_000_000), Some("CNY"), Some(120)));
    assert_eq!(
        members.refusals(),
        [
            "3 企业名称: no name: 企业名称 is empty",
            "4 国家: country: `China` is not an ISO 3166-1 alpha-2 code such as CN",
            "5 客户编号: `C1` is on line 2 already, and says something else",
        ]
    );
    let contacts = by_name(ImportKind::Contacts, "customer id,name,e-mail,role\nC1,李雷,li@example.com,decider\nC1,韩梅梅,,boss\n");
    let Mapped::Contact(contact) = &contacts.accepted[0].mapped else { panic!("not a contact") };
    assert_eq!(contact.id, "C1:li@example.com");
    assert!(contacts.refusals()[0].starts_with("3 role: role: `boss` is not one of initiator"));
}

#[test]
fn a_row_that_says_the_same_again_changes_nothing() {
    let outcome = by_name(ImportKind::Members, "id,name\nC1,华东轴承\nC2,x\nC1,华东轴承\nC1,华北轴承\n");
    assert_eq!(outcome.accepted.len(), 2);
    assert_eq!((outcome.counts.accepted, outcome.counts.repeated, outcome.counts.rejected), (3, 1, 1));
    assert_eq!(outcome.refusals(), ["5 id: `C1` is on line 2 already, and says something else"]);
}

/// The table of targets is what the reference is made of and what columns are matched by.
#[test]
fn every_body_field_can_be_a_column() {
    let fields: Vec<_> = hansa::imports::mapping::body_fields().collect();
    let kinds = program::fact::catalogue::KINDS.iter().flat_map(|kind| kind.fields);
    assert!(kinds.filter(|field| field.ty != FieldType::Lines).all(|field| fields.contains(&field.name)));
    for (kind, _) in ImportKind::ALL {
        for target in kind.targets() {
            let written = target.synonyms.iter().all(|word| hansa::imports::mapping::normalised(word) == *word);
            assert!(written, "{}.{}: a synonym is not as columns are normalised", kind.name(), target.name);
        }
    }
}
