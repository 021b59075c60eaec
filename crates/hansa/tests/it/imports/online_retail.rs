//! A British gift wholesaler's year (UCI 352; Chen, Sain and Guo 2012), whole: the figures of the issue this import was built for.

use std::collections::HashSet;

use hansa::imports::mapping::Mapping;
use rust_decimal::Decimal;

use super::{Outcome, map_path, test_data, workspace};

fn imported(name: &str) -> Option<Outcome> {
    let path = test_data(&format!("online-retail/{name}"))?;
    let mapping = Mapping::load(&workspace().join("examples/online-retail/mapping.toml")).unwrap();
    let started = std::time::Instant::now();
    let outcome = map_path(&path, &mapping).unwrap();
    eprintln!("{name}: {:?}", started.elapsed());
    Some(outcome)
}

fn check(outcome: &Outcome) {
    assert_eq!(outcome.counts.lines, 541_909);
    assert_eq!(outcome.counts.rejected, 135_080);
    assert_eq!(outcome.counts.accepted, 406_829);
    assert!(outcome.rejected.iter().all(|one| one.column.as_deref() == Some("CustomerID")), "all for want of a customer");
    let members: HashSet<_> = outcome.facts().map(|fact| &fact.member).collect();
    assert_eq!(members.len(), 4_372);
    let of = |kind: &'static str| outcome.facts().filter(move |fact| fact.kind.name() == kind).map(|fact| fact.minor("amount").unwrap());
    // Exactly 8 911 407.904 and 611 342.09 before each invoice is rounded to pence.
    assert_eq!((of("order.completed").count(), of("order.completed").sum::<i64>()), (18_536, 891_140_790));
    assert_eq!((of("order.refunded").count(), of("order.refunded").sum::<i64>()), (3_654, 61_134_209));
    assert_eq!(of("order.completed").filter(|amount| *amount == 0).count(), 4, "orders worth nothing");
    let lines: usize = outcome.facts().map(|fact| fact.body.lines().len()).sum();
    assert_eq!(lines, 406_829);
    let only_credit: HashSet<_> = outcome.facts().filter(|fact| fact.kind.name() == "order.completed").map(|fact| &fact.member).collect();
    assert_eq!(members.len() - only_credit.len(), 33, "members with nothing but credit notes");
}

#[test]
fn the_csv_gives_the_published_figures() {
    let Some(outcome) = imported("online_retail.csv.gz") else {
        return;
    };
    check(&outcome);
    let first = &outcome.rejected[0];
    assert_eq!((first.line, first.reason.as_str()), (624, "no member: CustomerID is empty"));
    assert_eq!(first.original, "536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom");
}

#[test]
fn the_parquet_gives_the_same() {
    let (Some(csv), Some(parquet)) = (imported("online_retail.csv.gz"), imported("online_retail.parquet")) else {
        return;
    };
    check(&parquet);
    assert!(csv.facts().eq(parquet.facts()), "fact by fact");
}

/// Before rounding the sums are known to a tenth of a penny: no float may have come between.
#[test]
fn sums_before_rounding_are_exact() {
    let Some(path) = test_data("online-retail/online_retail.csv.gz") else {
        return;
    };
    let mut records = hansa::imports::read::open(&path, &Default::default()).unwrap();
    let at = |name: &str| records.header().iter().position(|column| column == name).unwrap();
    let (customer, invoice, quantity, price) = (at("CustomerID"), at("InvoiceNo"), at("Quantity"), at("UnitPrice"));
    let (mut orders, mut credits) = (Decimal::ZERO, Decimal::ZERO);
    let mut record = super::Record::default();
    while records.next(&mut record).unwrap() {
        let number = |at: usize| hansa::imports::mapping::parse_amount(&record.fields[at]).unwrap();
        if record.fields[customer].is_empty() {
            continue;
        }
        let sum = if record.fields[invoice].starts_with('C') { &mut credits } else { &mut orders };
        *sum += number(quantity) * number(price);
    }
    assert_eq!((orders.normalize().to_string().as_str(), credits.normalize().to_string().as_str()), ("8911407.904", "-611342.09"));
}
