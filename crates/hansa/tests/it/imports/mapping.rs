//! Mapping files, good and bad.

use std::path::Path;

use hansa::imports::mapping::{ImportKind, Mapping, check, propose};

use super::{file, map, mapping};

/// The errors of a mapping against the columns `id, customer name, amount`.
#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let header = ["id", "customer name", "amount"].map(str::to_owned);
    let errors = match Mapping::parse(Path::new("map.toml"), text) {
        Err(errors) => errors,
        Ok(mapping) => check(&mapping, &header).expect_err("the mapping is refused"),
    };
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected);
}

#[test]
fn mistakes_are_named_with_line_column_and_suggestion() {
    refused("kind = \"member\"\n[fields]\n", &["map.toml:1:8: unknown kind of import `member`; did you mean `members`?"][..]);
    refused(
        "kind = \"members\"\ntime_zone = \"Asia/Shanghia\"\ncurrency = \"rmb\"\n[fields]\nid = \"id\"\nname = \"id\"\n",
        &[
            "map.toml:2:13: unknown time zone `Asia/Shanghia`; did you mean `Asia/Shanghai`?",
            "map.toml:3:12: `rmb` is not an ISO 4217 code such as CNY",
        ],
    );
    refused(
        "kind = \"members\"\n[fields]\nid = \"id\"\nnam = \"id\"\n",
        &[
            "map.toml:4:1: unknown field of members `nam`; did you mean `name`?",
            "map.toml:2:1: members need the field `name`: its registered name",
        ],
    );
    refused(
        "kind = \"members\"\n[fields]\nid = \"id\"\nname = \"upper(nme)\"\n",
        &["map.toml:4:15: unknown column `nme`; known here: id, customer name, amount"],
    );
    refused(
        "kind = \"members\"\n[fields]\nid = \"idd\"\nname = \"\"\"\nlower(id) ||\n  amuont\"\"\"\n",
        &["map.toml:3:7: unknown column `idd`; did you mean `id`?", "map.toml:6:3: unknown column `amuont`; did you mean `amount`?"],
    );
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_its_place() {
    let errors = Mapping::parse(Path::new("map.toml"), "kind = \"members\"\nfields = [\n").expect_err("refused");
    assert_eq!(errors[0].line, 2, "{}", errors[0]);
    let errors = Mapping::parse(Path::new("map.toml"), "kind = \"members\"\ncurency = \"CNY\"\n[fields]\n").expect_err("refused");
    assert!(errors[0].to_string().starts_with("map.toml:2:1: unknown field `curency`"), "{}", errors[0]);
}

#[test]
fn rows_are_skipped_and_refused_on_purpose() {
    let given = file("a.csv", "id,customer name\n1,a\n2,test\n3,b\n4,\n");
    let outcome = map(
        &given,
        &mapping(
            r#"
            kind = "members"
            [skip]
            where = "id = '3'"
            [[reject]]
            where = "\"customer name\" = 'test'"
            reason = "a test customer"
            [fields]
            id = "id"
            name = "customer name"
            "#,
        ),
    )
    .unwrap();
    assert_eq!((outcome.counts.accepted, outcome.counts.skipped, outcome.counts.rejected), (1, 1, 2));
    assert_eq!(outcome.refusals(), ["3 customer name: a test customer", "5 customer name: no name: customer name is empty"]);
}

#[test]
fn columns_are_matched_by_name_and_the_rest_is_told() {
    let header = ["Customer No.", "Company Name", "Fax", "客户经理"].map(str::to_owned);
    let proposal = propose(&header, ImportKind::Members);
    let fields: Vec<_> = proposal.mapping.fields.iter().map(|(field, text)| format!("{field} = {}", text.text)).collect();
    assert_eq!(fields, ["id = \"Customer No.\"", "name = \"Company Name\"", "account_manager = \"客户经理\""]);
    assert_eq!(proposal.unused, ["Fax"]);
    let lacking = propose(&["Fax".to_owned()], ImportKind::Orders).mapping;
    let errors = check(&lacking, &["Fax".to_owned()]).expect_err("refused");
    assert!(errors.iter().any(|error| error.message.starts_with("no column for `member`")));
    assert!(errors.iter().any(|error| error.message == "no currency"));
}
