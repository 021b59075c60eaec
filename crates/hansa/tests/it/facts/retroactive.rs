//! A version that reaches into the past: history is judged anew, the difference is posted, and what was spent stays spent.

use db::testing::each;
use hansa::app::AppError;
use hansa::program::apply;
use hansa::schema::HISTORY;

use crate::town::{STANDARD, Town, at};

/// Half the points, and a silver tier that is easier to reach.
pub fn meaner(retroactive: bool) -> String {
    let text = STANDARD
        .replace("amount = \"amount * case", "amount = \"amount * 0.5 * case")
        .replace("spend_12m >= 50000", "spend_12m >= 15000")
        .replace("currency = \"CNY\"\n", &format!("currency = \"CNY\"\nretroactive = {retroactive}\n"));
    assert!(["amount * 0.5 * case", "spend_12m >= 15000", "retroactive = "].iter().all(|changed| text.contains(changed)));
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retroactive_version_posts_the_difference_and_leaves_what_was_spent() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2025-09-01", "SO1", 20_000).await.unwrap();
        acme.spent("2025-11-01", "chairs", 18_000).await.unwrap();
        acme.completed("2026-02-01", "SO2", 1_000).await.unwrap();
        town.evaluate("2026-07-01").await;
        let (size, before) = (town.size().await, acme.points().await);
        assert_eq!((before.available, before.spent, before.owed), (20_000 + 1_000 - 18_000, 18_000, 0));
        assert_eq!(town.tier(&acme.id, "buyer").await, "basic");

        let past = Some(at("2025-08-01"));
        let refused = apply(&town.app, &meaner(false), past, None, None).await.unwrap_err();
        assert!(matches!(&refused, AppError::Refused(why) if why.contains("retroactive = true")), "{refused}");
        assert_eq!(town.size().await, size, "a refused version leaves nothing behind");
        apply(&town.app, &meaner(true), past, Some("test"), Some("agreed")).await.unwrap();
        town.evaluate("2026-07-01").await;

        // Ten thousand for the first order, and six hundred for the second at the silver rate; eighteen thousand had been spent.
        let after = acme.points().await;
        assert_eq!((after.available, after.spent), (10_000 + 600 - 18_000, 18_000), "spent stays spent, and the rest is owed");
        assert_eq!(town.tier(&acme.id, "buyer").await, "silver", "the first order reached the tier at once");
        let reversed = town.number("SELECT COUNT(*) FROM transfer WHERE revision % 2 = 1").await;
        let anew = town.number("SELECT COUNT(*) FROM transfer WHERE revision > 0 AND revision % 2 = 0").await;
        assert!(reversed > 0 && anew > 0, "what was said is taken back by an odd revision and said right by an even one");
        let grown = town.size().await;
        assert!(grown[0] == size[0] && grown[1] > size[1] && grown[2] > size[2], "{size:?} became {grown:?}");
        let judged = town.number("SELECT COUNT(*) FROM decision WHERE version = 2").await;
        assert!(judged > 0, "receipts name the version that judged");
        town.sound().await;

        // Once more changes nothing.
        town.evaluate("2026-07-01").await;
        assert_eq!(town.size().await, grown);
    })
    .await;
}

/// The way back is a further version; the books are again what they were, and nothing that was written is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_retroactive_version_can_be_taken_back_by_another() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2025-09-01", "SO1", 20_000).await.unwrap();
        acme.spent("2025-11-01", "chairs", 18_000).await.unwrap();
        town.evaluate("2026-07-01").await;
        let before = acme.points().await;
        apply(&town.app, &meaner(true), Some(at("2025-08-01")), None, None).await.unwrap();
        town.evaluate("2026-07-01").await;
        assert_ne!(acme.points().await, before);
        let again = STANDARD.replace("currency = \"CNY\"\n", "currency = \"CNY\"\nretroactive = true\n");
        apply(&town.app, &again, Some(at("2025-08-01")), None, None).await.unwrap();
        town.evaluate("2026-07-01").await;
        let after = acme.points().await;
        assert_eq!((after.available, after.spent, after.owed), (before.available, before.spent, before.owed));
        assert_eq!(town.tier(&acme.id, "buyer").await, "basic");
        town.sound().await;
    })
    .await;
}
