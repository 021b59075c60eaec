//! `statement`: the account as the member sees it.

mod pool;

use db::testing::each;
use hansa::app::AppError;
use hansa::language::Language;
use hansa::points::{Period, StatementView, UnitStatement, statement};
use hansa::schema::HISTORY;
use program::Mode;

use crate::town::{Town, at};

async fn told(town: &Town, unit: Option<&str>, from: Option<&str>, to: Option<&str>) -> StatementView {
    statement(&town.app, "华东轴承", unit, Period { from: from.map(at), to: to.map(at) }, Language::English)
        .await
        .expect("the member is known")
}

fn lines(unit: &UnitStatement) -> Vec<(&str, Option<&str>, i64, i64)> {
    unit.lines.iter().map(|line| (line.reason.as_str(), line.reference.as_deref(), line.change, line.balance)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_opens_lists_and_closes() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        acme.spent("2026-04-01", "a fan", 1_000).await.expect("taken");
        town.evaluate("2026-07-01").await;

        let all = told(&town, Some("points"), None, None).await;
        let points = &all.units[0];
        assert_eq!((points.opening, points.closing), (0, 59_000));
        assert_eq!(lines(points), [("free to spend: Points on orders", Some("SO1"), 60_000, 60_000), ("spent", None, -1_000, 59_000)]);
        assert_eq!((&*points.lines[0].cause, points.lines[0].at), ("华东轴承/completed:SO1", at("2026-03-16")));

        let spring = told(&town, Some("points"), Some("2026-03-20"), None).await;
        assert_eq!((spring.units[0].opening, lines(&spring.units[0])), (60_000, vec![("spent", None, -1_000, 59_000)]));
        let until = told(&town, Some("points"), None, Some("2026-03-10")).await;
        assert_eq!((until.units[0].closing, until.units[0].lots[0].held, until.units[0].lots[0].available), (0, 60_000, 0));
    })
    .await;
}

/// What the statement closes with is what the member can spend, and its open lots are what that is made of.
#[tokio::test(flavor = "multi_thread")]
async fn closing_balances_lots_and_the_stored_balances_agree() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        acme.completed("2026-06-25", "SO2", 900).await.expect("taken");
        acme.refunded("2026-04-01", "SO1", 20_000).await.expect("taken");
        acme.spent("2026-05-01", "a fan", 1_000).await.expect("taken");
        town.evaluate("2026-07-01").await;
        let told = told(&town, None, None, None).await;
        assert!(told.units.iter().map(|unit| &*unit.unit).eq(["points", "growth", "quote_rights"]), "{:?}", told.units);
        for unit in &told.units {
            let stored = town.balances("华东轴承", &unit.unit).await;
            assert_eq!(unit.closing, stored.available, "{}", unit.unit);
            assert_eq!(unit.lots.iter().map(|lot| lot.available).sum::<i64>(), stored.available, "{}", unit.unit);
            assert_eq!(unit.lots.iter().map(|lot| lot.held).sum::<i64>(), stored.held, "{}", unit.unit);
        }
    })
    .await;
}

/// A corrected fact leaves three entries in the book for one movement; the member sees the one that is true.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_correction_took_back_nets_out() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        town.evaluate("2026-07-01").await;
        let mut right = acme.completion("2026-03-01", "SO1", 600);
        right.id = "华东轴承/completed:SO1:right".into();
        right.corrects = Some("华东轴承/completed:SO1".into());
        town.batch(&[right], Mode::Live).await.remove(0).expect("taken");
        let told = told(&town, Some("points"), None, None).await;
        assert_eq!(lines(&told.units[0]), [("free to spend: Points on orders", Some("SO1"), 600, 600)]);
        assert!(told.corrected > 0);
        let page = told.page(town.app.timeline().expect("a program").zone());
        assert!(page.contains("were corrected since they were first written"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_unknown_units_and_backward_stretches_are_refused() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        town.member("华东轴承").await;
        let ask = async |member: &str, unit, from: Option<&str>, to: Option<&str>| {
            let period = Period { from: from.map(at), to: to.map(at) };
            statement(&town.app, member, unit, period, Language::English).await.expect_err("refused")
        };
        assert!(matches!(ask("nobody", None, None, None).await, AppError::UnknownMember(_)));
        assert!(ask("华东轴承", Some("miles"), None, None).await.to_string().contains("no program has a unit `miles`"));
        let backward = ask("华东轴承", None, Some("2026-05-01"), Some("2026-04-01")).await;
        assert_eq!(backward.to_string(), "the statement ends before it begins");
        let empty = told(&town, None, None, None).await;
        assert_eq!((empty.units.len(), empty.evaluated_until), (0, None));
    })
    .await;
}
