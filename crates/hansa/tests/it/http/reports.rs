//! Reports over HTTP, as JSON and as CSV.

use hansa::access::Role;
use reqwest::StatusCode;
use serde_json::json;

use super::each;

/// What the books say is what the reports say, in both forms; what is asked wrongly is told by its parameter.
#[tokio::test(flavor = "multi_thread")]
async fn reports_are_read_as_json_and_as_csv() {
    each(async |site| {
        let (operator, analyst) = (site.key(Role::MembershipOperator, None).await, site.key(Role::Analyst, None).await);
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        site.order("o-1", "acme", 80_000_000, &operator).await.is(StatusCode::OK);
        let tiers = site.get("/v1/reports/tiers", &analyst).await.is(StatusCode::OK).body;
        assert_eq!(tiers["columns"], json!(["track", "tier", "members", "share_percent"]));
        let tier = site.town.tier("acme", "buyer").await;
        let row = tiers["rows"].as_array().unwrap().iter().find(|row| row["track"] == "buyer" && row["tier"] == tier).unwrap();
        assert!(row["members"].as_i64().unwrap() >= 1, "{tiers:#}");
        let liability = site.get("/v1/reports/liability", &analyst).await.is(StatusCode::OK).body;
        let held: i64 = site.town.balances("acme", "points").await.held;
        let told = liability["rows"].as_array().unwrap().iter().find(|row| row["unit"] == "points").unwrap();
        assert_eq!(
            (told["cohort"].as_str(), told["held"].as_str().map(str::to_owned)),
            (Some("2026-07"), Some(held.to_string())),
            "{liability:#}"
        );
        assert!(liability["notes"][0].as_str().unwrap().starts_with("net liability"), "{liability:#}");
        let csv = site.get("/v1/reports/journal?from=2026-07-01&to=2026-07-01&format=csv", &analyst).await.is(StatusCode::OK);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        let text = csv.body.as_str().unwrap();
        assert!(text.lines().count() > 1 && text.contains("2026-07-01"), "{text}");
        let before = site.get("/v1/reports/journal?to=2026-06-30", &analyst).await.is(StatusCode::OK).body;
        assert_eq!(before["rows"], json!([]));
        site.get("/v1/reports/movers?since=2026-06-01T00:00:00Z", &analyst).await.is(StatusCode::OK);
        for (path, field) in [
            ("tiers?format=xml", "format"),
            ("tiers?as_of=yesterday", "as_of"),
            ("movers?since=x", "since"),
            ("journal?by=x", "by"),
            ("journal?from=2026-02-30", "from"),
        ] {
            let refused = site.get(&format!("/v1/reports/{path}"), &analyst).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
            assert_eq!(refused.body["field"], field, "{path}");
        }
        site.get("/v1/reports/liability", &site.key(Role::ServiceAgent, None).await).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}
