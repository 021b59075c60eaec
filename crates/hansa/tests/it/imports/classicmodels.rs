//! A distributor's SQL dump through the converter that ships with the example.

use std::process::Command;

use hansa::imports::mapping::{Mapped, Mapping};

use super::{Outcome, map_path, test_data, workspace};

/// Orders, payments, credit limits and representatives arrive whole: the figures are those of the dump itself.
#[test]
fn the_dump_arrives_whole() {
    let Some(dump) = test_data("classicmodels/mysqlsampledatabase.sql") else {
        return;
    };
    let example = workspace().join("examples/classicmodels");
    let folder = tempfile::tempdir().unwrap();
    let Ok(run) = Command::new("python3").arg(example.join("convert.py")).arg(&dump).arg(folder.path()).output() else {
        eprintln!("SKIPPED: there is no python3");
        return;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let imported = |name: &str| -> Outcome {
        let outcome =
            map_path(&folder.path().join(format!("{name}.csv")), &Mapping::load(&example.join(format!("{name}.toml"))).unwrap()).unwrap();
        assert!(outcome.rejected.is_empty(), "{name}: {:?}", outcome.rejected.first());
        outcome
    };
    let members = imported("members").accepted;
    let limits: i64 =
        members.iter().filter_map(|one| if let Mapped::Member(member) = &one.mapped { member.credit_limit_minor } else { None }).sum();
    let unmanaged = members.iter().filter(|one| matches!(&one.mapped, Mapped::Member(member) if member.account_manager.is_none())).count();
    assert_eq!((members.len(), unmanaged, limits), (122, 22, 825_440_000));
    assert_eq!(imported("contacts").accepted.len(), 122);
    let orders = imported("order-lines");
    assert_eq!((orders.counts.lines, orders.facts().count()), (2_996, 326));
    assert_eq!(orders.facts().map(|fact| fact.minor("amount").unwrap()).sum::<i64>(), 960_419_061);
    let facts = imported("facts");
    let payments = facts.facts().filter(|fact| fact.kind.name() == "payment.received");
    assert_eq!(payments.map(|fact| fact.minor("amount").unwrap()).sum::<i64>(), 885_383_923);
    assert_eq!(facts.facts().filter(|fact| fact.kind.name() == "order.cancelled").count(), 6);
}
