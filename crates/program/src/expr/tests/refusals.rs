use super::{any, refused, scope};
use crate::expr::{MAX_DEPTH, MAX_NODES, MAX_TEXT, Want, compile};

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    refused("spent > 5", "1: unknown metric `spent`; did you mean `spend`?");
    refused("1 + ordrs", "5: unknown metric `ordrs`; did you mean `orders`?");
    refused("buyer.rnk = 'x'", "1: unknown attribute `buyer.rnk`; did you mean `buyer.rank`?");
    refused("foo", "1: unknown column `foo`; known here: spend, orders, region, paid, at, buyer.rank, nothing");
    refused("a.b.c", "1: `a.b.c` has too many parts; a name is `a` or `a.b`");
    refused("flor(1.5)", "1: unknown function `flor`; did you mean `floor`?");
    refused("sum(spend)", "1: `sum` is an aggregate; an expression judges one row");
    refused("count(*)", "1: `count` is an aggregate; an expression judges one row");
    refused("max(spend, 5)", "1: `max` is an aggregate; an expression judges one row; did you mean `greatest`?");
    refused("date_trunc('mont', at)", "1: `date_trunc` does not know `mont`; did you mean `month`?");
    assert!(any("xyzzyx(1)").unwrap_err().help.unwrap().starts_with("allowed are abs, ceil"));
}

#[test]
fn positions_count_lines_and_characters() {
    let error = any("region = '华东' AND\n  spent > 5").unwrap_err();
    assert_eq!((error.line, error.column), (2, 3));
    let error = any("'华东' = region AND spent").unwrap_err();
    assert_eq!((error.line, error.column), (1, 19));
    let error = any("spend >\n").unwrap_err();
    assert_eq!(error.message, "expected an expression, found: the end of the expression");
    assert_eq!((error.line, error.column), (1, 8));
}

#[test]
fn types_are_checked() {
    refused("5 < region", "5: cannot compare a number with text: `region` is text");
    refused("region >= 5", "1: cannot compare text with a number: `region` is text");
    refused("paid AND region", "10: each side of AND must be true or false, but `region` is text");
    refused("NOT orders", "5: what follows `NOT` must be true or false, but `orders` is a number");
    refused("orders + region", "10: what is calculated with must be a number, but `region` is text");
    refused(
        "at + 3",
        "1: what is calculated with must be a number, but `at` is a time; times move by an interval: `at + INTERVAL '3 days'`",
    );
    refused("orders LIKE 'a'", "1: the left side of LIKE must be text, but `orders` is a number");
    refused("CASE WHEN paid THEN 1 ELSE 'a' END", "28: the values of CASE must be of one type: `1` is a number, `'a'` is text");
    refused("coalesce(orders, region)", "18: the arguments of `coalesce` must be of one type: `orders` is a number, `region` is text");
    refused("lower(5)", "7: argument 1 of `lower` must be text, but `5` is a number");
    refused("round(1.5, 0.5)", "12: argument 2 of `round` must be a number, but `0.5` is a number");
    refused("1 || 2", "1: one side of `||` must be text, but `1` is a number");
    refused("round()", "1: `round` takes 1 or 2 arguments, here it has 0");
    refused("at > 'yesterday'", "6: `yesterday` is not a date or time; write '2026-01-31' or '2026-01-31 08:30:00'");
    refused("at::text", "1: cannot cast a time to TEXT");
    refused("region LIKE 'a\\'", "13: the pattern ends in its escape character");
}

#[test]
fn results_must_be_what_is_wanted() {
    let error = |text, want| compile(text, &scope(), want).unwrap_err().to_string();
    assert_eq!(error("spend", Want::Condition), "line 1, column 1: a condition (true or false) is needed here, but this is a number");
    assert_eq!(error("paid", Want::Amount), "line 1, column 1: an amount (a number) is needed here, but this is true or false");
}

#[test]
fn everything_else_is_refused() {
    let cases = [
        "",
        "-- nothing",
        "(SELECT 1)",
        "EXISTS (SELECT 1)",
        "orders IN (SELECT 1)",
        "orders IN ()",
        "$1",
        "?",
        "orders == 7",
        "orders; orders",
        "orders orders",
        "orders AS x",
        "*",
        "ARRAY[1]",
        "[1]",
        "{'a': 1}",
        "orders[1]",
        "(1, 2) = (1, 2)",
        "x -> x + 1",
        "orders::jsonb",
        "current_date",
        "current_timestamp",
        "now()",
        "random()",
        "at AT TIME ZONE 'UTC'",
        "region COLLATE x",
        "region SIMILAR TO 'a'",
        "region ~ 'a'",
        "region RLIKE 'a'",
        "orders & 1",
        "orders ^ 2",
        "orders XOR orders",
        "orders = ANY(1)",
        "TRY_CAST(orders AS text)",
        "CAST(orders AS float)",
        "row_number() OVER ()",
        "lower(DISTINCT region)",
        "abs(orders) FILTER (WHERE paid)",
        "abs(x => 1)",
        "trim(LEADING 'x' FROM region)",
        "ceil(spend, 2)",
        "position('a' IN region)",
        "INTERVAL '1 day'",
        "at + INTERVAL 'soon'",
        "at - at",
        "TIME '10:00'",
        "DATE 'x'",
        "E'a'",
        "X'00'",
        "1e400",
        "123456789012345678901234567890",
        "schema.abs(1)",
        "'open",
    ];
    for text in cases {
        let error = any(text).map(|expr| format!("{expr:?}")).expect_err(text);
        assert!(error.line >= 1 && error.column >= 1 && !error.message.is_empty(), "{text}: {error}");
    }
}

#[test]
fn limits_are_refused_before_they_hurt() {
    let nested = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    let deepest = any(&nested("(", ")", MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(deepest.message, "the expression is nested too deeply; at most 64 levels are allowed");
    assert!(any(&nested("abs(", ")", 20)).is_ok());
    assert!(any(&"a".repeat(MAX_TEXT + 1)).unwrap_err().message.contains("4097 bytes"));
    let many = format!("orders IN ({}1)", "1,".repeat(MAX_NODES));
    assert!(any(&many).unwrap_err().message.contains("too many parts"));
    // A chain is one level, however long.
    let chain = vec!["paid"; 400].join(" AND ");
    assert!(compile(&chain, &scope(), Want::Condition).is_ok());
    assert!(any(&vec!["1"; 60].join("+")).is_ok());
    assert!(any(&vec!["1"; 100].join("+")).unwrap_err().message.contains("too deeply"));
}

/// None of these may overflow the stack or take exponential time; each is as long as an expression may be.
#[test]
fn hostile_texts_are_answered_quickly() {
    let started = std::time::Instant::now();
    let pieces = [
        "(",
        "((1)+",
        "NOT ",
        "- ",
        "-",
        "1+",
        "1-(",
        "CASE WHEN ",
        "CASE ",
        "CASE 1 WHEN 1 THEN ",
        "abs(",
        "CAST(",
        "1::int::",
        "1 IS NULL IS ",
        "a.",
        "INTERVAL ",
        "INTERVAL '1' ",
        "DATE ",
        "1 IN (",
        "1 BETWEEN ",
        "1 BETWEEN 1 AND ",
        "'a' LIKE ",
        "EXISTS(",
        "IF(",
        "a(a(",
        "%",
        "x,",
        "(x,",
        "a -",
        "case-",
        "current_time(",
        "date(",
        "1 OR ",
        "1 AND NOT ",
        "extract(year from ",
        "substring(",
        "trim(",
        "t.(",
        "|| ",
        "array(",
        "1 = ANY(",
        "struct(",
        "map(",
        "interval(",
        "timestamp ",
        "decimal(",
        "position(",
        "convert(",
        "cast(1 as decimal(",
        "prior ",
        "connect_by_root ",
        "1 is distinct from ",
    ];
    for piece in pieces {
        let text = piece.repeat(MAX_TEXT / piece.len());
        let _ = any(&text);
        let _ = any(&format!("{}1", &text[..text.len() - 1]));
        let _ = any(&format!("{}1{}", piece.repeat(50), ")".repeat(50)));
        let _ = any(&format!("{}1{}", piece.repeat(50), " end".repeat(50)));
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

/// `%a%a%a…` is the classic way to make a backtracking matcher take for ever; nested `replace` the one to fill the memory.
#[test]
fn hostile_functions_stay_small() {
    let pattern = "%a".repeat(500);
    let text = "a".repeat(400);
    assert!(!any(&format!("'{text}b' LIKE '{pattern}_c'")).unwrap().holds(&super::row()));
    let nested = (0..20).fold("region || 'aa'".to_owned(), |inner, _| format!("replace({inner}, 'a', 'aaaaaaaaaaaa')"));
    assert!(any(&nested).unwrap().eval(&super::row()).is_null());
}
