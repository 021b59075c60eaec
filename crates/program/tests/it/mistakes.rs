//! What is wrong with a program file is said with its place and what would be right; never a panic, whatever the text is.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use program::Program;
use program::file::MAX_ENTRIES;
use proptest::prelude::*;

use crate::diary::text;

const GOOD: &str = r#"
[[unit]]
id = "points"

[[metric]]
id = "spend"
on = ["order.completed"]
value = "amount"
window = "rolling 12 months"

[[track]]
id = "buyer"

[[track.tier]]
id = "basic"

[[track.tier]]
id = "gold"
enter = "spend >= 100"
"#;

fn problems(source: &str) -> Vec<String> {
    Program::parse(source).map_or_else(|problems| problems.0.iter().map(ToString::to_string).collect(), |_| Vec::new())
}

/// Replaces a part of a good program and compares what is said, without the lines of the header.
#[track_caller]
fn check(from: &str, to: &str, expect: &[&str]) {
    assert!(GOOD.contains(from), "{from}");
    assert_eq!(problems(&text(&GOOD.replacen(from, to, 1))), expect);
}

#[test]
fn the_good_program_is_good() {
    assert_eq!(problems(&text(GOOD)), [""; 0]);
}

#[test]
fn unknown_names_come_with_a_suggestion() {
    check("spend >= 100", "spent >= 100", &["22:10: unknown metric `spent`; did you mean `spend`?"]);
}

#[test]
fn places_are_lines_and_columns() {
    let source = text(&GOOD.replacen("enter = \"spend >= 100\"", "enter = \"\"\"\n  spend >= 100\n  and speend < 9\"\"\"", 1));
    let found = Program::parse(&source).unwrap_err().0;
    assert_eq!((found.len(), found[0].line, found[0].column), (1, line_of(&source, "speend"), 7));
    let source = text(&GOOD.replacen("order.completed", "order.complete", 1));
    let found = Program::parse(&source).unwrap_err().0;
    assert_eq!((found[0].line, found[0].column), (line_of(&source, "order.complete\""), 7));
    assert_eq!(found[0].help.as_deref(), Some("did you mean `order.completed`?"));
}

fn line_of(source: &str, part: &str) -> u32 {
    u32::try_from(source[..source.find(part).unwrap()].matches('\n').count()).unwrap() + 1
}

#[test]
fn every_mistake_is_said_at_once() {
    let source = text(GOOD).replace("Asia/Shanghai", "Asia/Shanghay");
    assert!(problems(&source)[0].contains("did you mean `Asia/Shanghai`?"), "{:?}", problems(&source));
    let source = text(&GOOD.replace("spend >= 100", "spent >= 100").replace("value = \"amount\"", "value = \"amout\""));
    assert_eq!(problems(&source).len(), 2, "{:?}", problems(&source));
}

#[test]
fn impossible_windows_wrong_types_and_unknown_words_are_refused() {
    for (from, to, expect) in [
        ("rolling 12 months", "rolling 0 months", "must lie between 1 and"),
        ("rolling 12 months", "rolling 11 years", "at most 10 years"),
        ("rolling 12 months", "rolling 12 moons", "is not a length of time"),
        ("rolling 12 months", "every now and then", "is not a window"),
        ("value = \"amount\"", "value = \"currency\"", "text"),
        ("spend >= 100", "spend >= 'much'", "text"),
        ("spend >= 100", "spend + 1", "condition"),
        ("spend >= 100", "buyer.rank >= 1", "depends on"),
        ("spend >= 100", "(select 1) = 1", ""),
        ("spend >= 100", "now() > 1", ""),
        ("id = \"gold\"", "id = \"basic\"", "defined twice"),
        ("id = \"gold\"", "id = \"Gold!\"", "cannot be an id"),
        ("id = \"spend\"", "id = \"amount\"", "has the name of a field"),
        ("id = \"points\"", "id = \"points\"\nscale = 7", "at most 6 digits"),
        ("id = \"points\"", "id = \"points\"\nbreakage = \"1.5\"", "between 0 and 1"),
        ("id = \"points\"", "id = \"points\"\nexpiry = \"someday\"", "is not an expiry"),
        ("id = \"points\"", "id = \"points\"\nexpires = \"never\"", "unknown field `expires`"),
        ("enter = \"spend >= 100\"", "", "needs an `enter`"),
        ("id = \"basic\"", "id = \"basic\"\nenter = \"spend > 1\"", "lowest tier"),
    ] {
        let said = problems(&text(&GOOD.replacen(from, to, 1)));
        assert!(!said.is_empty() && said.iter().any(|line| line.contains(expect)), "{from} → {to}: {said:?}");
    }
}

/// What cannot come to anything is refused where it stands, with what would be right.
#[test]
fn what_comes_to_nothing_is_refused() {
    let metric = |keys: &str| format!("[[metric]]\nid = \"more\"\n{keys}\n");
    let benefit = |keys: &str| format!("[[benefit]]\nid = \"service\"\n{keys}\n");
    let mission = |keys: &str, step: &str| format!("[[mission]]\nid = \"task\"\n{keys}\n[[mission.step]]\nid = \"do\"\n{step}\n");
    for (section, expect) in [
        (
            mission("from = \"2026-02-01\"\nuntil = \"2026-01-31\"", "on = [\"order.paid\"]"),
            "4:9: mission `task` ends before it begins on 2026-02-01, so it never takes place; write 2026-02-01 or a later day",
        ),
        (
            metric("on = [\"order.paid\", \"survey.answered\"]\neach = \"line\""),
            "4:8: `survey.answered` has no lines, so `each = \"line\"` counts nothing of it; leave `each` out, or look at order.placed, order.paid, \
             order.completed, order.refunded",
        ),
        (
            "[[earn]]\nid = \"e\"\non = [\"survey.answered\"]\neach = \"line\"\nunit = \"points\"\namount = \"1\"\n".to_owned(),
            "4:8: `survey.answered` has no lines",
        ),
        (benefit("kind = \"priced\""), "3:8: priced benefit `service` needs a `price`; write e.g. price = { list = \"contract\" }"),
        (
            benefit("per = \"calendar month\""),
            "3:7: benefit `service` is a plain right, which has no `per`; leave it out, or make it metered",
        ),
        (benefit("amount = 3"), "3:10: benefit `service` is a plain right, which has no `amount`"),
        (benefit("rollover = \"all\""), "3:12: benefit `service` is a plain right, which has no `rollover`"),
        (mission("", "on = [\"content.downloaded\"]\nrole = \"tecnical\""), "7:8: unknown role `tecnical`; did you mean `technical`?"),
        (mission("", "on = [\"content.downloaded\"]\nrole = \"boss\""), "7:8: unknown role `boss`; it is one of initiator, user,"),
        (
            mission("", "on = [\"page.viewed\", \"order.paid\"]\nrole = \"technical\""),
            "7:8: `order.paid` does not say which role its contact has, so step `do` cannot ask for one; leave `role` out",
        ),
        (
            metric("on = [\"order.paid\"]\naggregate = \"recency\"\nwindow = \"rolling 90 days\""),
            "5:10: metric `more` counts the days since the latest fact ever, so it has no window; leave `window` out",
        ),
    ] {
        let before = text(GOOD);
        let lines = before.matches('\n').count();
        let expect = expect.split_once(':').map(|(line, rest)| format!("{}:{rest}", lines + line.parse::<usize>().unwrap())).unwrap();
        let said = problems(&format!("{before}{section}"));
        assert!(said.len() == 1 && said[0].starts_with(&expect), "{said:?} {expect}");
    }
}

/// Conditions that are there to set something off say what, and what they name must exist.
#[test]
fn triggers_are_typed() {
    let alert = |trigger: &str| {
        let mission = "[[mission]]\nid = \"win-back\"\n[[mission.step]]\nid = \"buy\"\non = [\"order.paid\"]\n[[benefit]]\nid = \"care\"\n";
        problems(&text(&format!("{GOOD}{mission}[[alert]]\nid = \"cooling\"\nwhere = \"spend < 100 and buyer.rank > 0\"\n{trigger}\n")))
    };
    let good = [
        "trigger = { task = \"Call\", for = \"account_manager\", within = \"2 days\" }",
        "trigger = { task = \"Call\" }",
        "trigger = { webhook = \"crm\" }",
        "trigger = { mission = \"win-back\" }",
        "trigger = { benefit = \"care\" }",
    ];
    for trigger in good {
        assert_eq!(alert(trigger), [""; 0], "{trigger}");
    }
    for (trigger, expect) in [
        ("", "alert `cooling` needs a `trigger`"),
        ("trigger = { mission = \"winback\" }", "unknown mission `winback`; did you mean `win-back`?"),
        ("trigger = { benefit = \"car\" }", "unknown benefit `car`; did you mean `care`?"),
        ("trigger = { task = \"Call\", webhook = \"crm\" }", "exactly one of"),
        ("trigger = { within = \"2 days\" }", "exactly one of"),
        ("trigger = { webhook = \"crm\", within = \"2 days\" }", "`within` belongs to a task"),
        ("trigger = { task = \"Call\", within = \"soon\" }", "is not a length of time"),
        ("trigger = { task = \"Call\", for = \"boss\" }", "`boss` is not one of: account_manager, staff"),
        ("trigger = { task = \" \" }", "1 to 200 characters"),
        ("trigger = { tusk = \"Call\" }", "tusk"),
    ] {
        let said = alert(trigger);
        assert!(said.len() == 1 && said[0].contains(expect), "{trigger}: {said:?}");
    }
    let held = "[[segment]]\nid = \"small\"\nwhere = \"spend < 100\"\ntrigger = { webhook = \"crm\" }\n[[play]]\nid = \"grow\"\n\
                where = \"spend > 10\"\ntrigger = { task = \"Offer more\", within = \"3 days\" }\n";
    let life =
        crate::diary::history().completed("2026-01-01", "A", 50).under(crate::diary::program(&format!("{GOOD}{held}")), "2026-01-02");
    let seen = program::standing::Seen::at(&life.timeline, life.member.clone(), life.until);
    let plays: Vec<_> =
        seen.holding(&seen.program().plays).map(|play| (play.id.to_string(), play.trigger.as_ref().unwrap().to_string())).collect();
    assert_eq!(plays, [("grow".to_owned(), "task for the account manager: Offer more, within 3 days".to_owned())]);
    assert_eq!(seen.program().conditions().map(|(section, _)| section).collect::<Vec<_>>(), ["segment", "play"]);
}

/// A program works without all its texts, so that is no mistake; but people would read an id.
#[test]
fn texts_that_do_not_speak_all_languages_are_warned_of() {
    let good = "[[unit]]\nid = \"points\"\nname = { zh-CN = \"积分\", zh-TW = \"積分\", en = \"Points\" }\n[[unit]]\nid = \"growth\"\n\
                name = { zh-CN = \"成长值\", en = \"Growth\" }\n[[unit]]\nid = \"quota\"\nname = \"Quota\"\n";
    let program = Program::parse(&text(good)).unwrap();
    let said: Vec<String> = program.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("1:6: program `test` has no name in zh-CN, zh-TW, en; people see the id"), "{said:?}");
    assert!(said[1].starts_with("8:6: unit `growth` has no name in zh-TW; write name"), "{said:?}");
    assert!(said[2].starts_with("11:6: unit `quota` has no name in zh-CN, zh-TW, en; write"), "{said:?}");
    assert_eq!(Program::parse(&standard()).unwrap().warnings, []);
}

#[test]
fn circles_are_found_and_shown() {
    let circle =
        "[[metric]]\nid = \"a\"\nformula = \"b + 1\"\n[[metric]]\nid = \"b\"\nformula = \"c\"\n[[metric]]\nid = \"c\"\nformula = \"a\"\n";
    let said = problems(&text(circle));
    assert!(said.iter().any(|line| line.contains("a → b → c → a")), "{said:?}");
    let itself = problems(&text("[[metric]]\nid = \"a\"\nformula = \"a + 1\"\n"));
    assert!(itself.iter().any(|line| line.contains("a → a")), "{itself:?}");
}

/// A formula may stand before what it is made of.
#[test]
fn metrics_stand_in_any_order() {
    assert_eq!(problems(&text(&format!("[[metric]]\nid = \"double\"\nformula = \"spend * 2\"\n{GOOD}"))), [""; 0]);
}

#[test]
fn ten_thousand_rules_are_refused_at_once() {
    let began = Instant::now();
    let mut many = GOOD.to_owned();
    for number in 0..10_000 {
        write!(many, "\n[[earn]]\nid = \"e{number}\"\non = [\"order.completed\"]\nunit = \"points\"\namount = \"amount\"\n").unwrap();
    }
    let said = problems(&text(&many));
    assert!(said.len() == 1 && said[0].contains(&format!("at most {MAX_ENTRIES}")), "{said:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn as_many_rules_as_are_allowed_are_read_in_time() {
    let began = Instant::now();
    let mut many = GOOD.to_owned();
    for number in 0..MAX_ENTRIES {
        write!(many, "\n[[earn]]\nid = \"e{number}\"\non = [\"order.completed\"]\nunit = \"points\"\namount = \"amount * {number}\"\n")
            .unwrap();
    }
    assert_eq!(problems(&text(&many)), [""; 0]);
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn hostile_texts_are_refused_without_a_panic() {
    let long = "x".repeat(program::file::MAX_SOURCE + 1);
    assert!(problems(&long)[0].contains("at most"));
    let deep = format!("{}1{}", "(".repeat(1_500), ")".repeat(1_500));
    for hostile in
        [deep, "not ".repeat(1_000), "1 + ".repeat(1_000) + "1", "spend".repeat(900), "'".to_owned(), "\u{202e}".to_owned(), String::new()]
    {
        let source = text(&GOOD.replace("spend >= 100", &hostile));
        assert!(!problems(&source).is_empty(), "{}", &hostile[..hostile.len().min(40)]);
    }
    let nested = format!("x = {}{}", "[".repeat(20_000), "]".repeat(20_000));
    for hostile in [nested.as_str(), "", "\0", "id", "id = 1", "[[[[", "\u{feff}", "a.b.c.d.e = 1"] {
        assert!(!problems(hostile).is_empty());
    }
}

fn standard() -> String {
    std::fs::read_to_string("../../programs/standard.toml").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random splices of the shipped program: cut, doubled, moved, garbled. Every text is read or refused, and places are in the text.
    #[test]
    fn a_garbled_program_is_read_or_refused(
        splices in prop::collection::vec((any::<prop::sample::Index>(), 0..60_usize, any::<prop::sample::Index>(), 0..60_usize, ".{0,6}"), 1..5),
    ) {
        let mut chars: Vec<char> = standard().chars().collect();
        for (from, length, to, copied, noise) in splices {
            let from = from.index(chars.len());
            let piece: Vec<char> = chars.iter().skip(to.index(chars.len())).take(copied).copied().chain(noise.chars()).collect();
            let end = (from + length).min(chars.len());
            chars.splice(from..end, piece);
        }
        let source: String = chars.into_iter().collect();
        if let Err(problems) = Program::parse(&source) {
            let lines = u32::try_from(source.lines().count()).unwrap() + 2;
            prop_assert!(!problems.0.is_empty());
            prop_assert!(problems.0.iter().all(|problem| (1..=lines).contains(&problem.line) && problem.column >= 1 && !problem.message.is_empty()));
        }
    }
}
