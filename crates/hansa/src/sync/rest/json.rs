//! Rows out of JSON. Numbers keep the digits that were sent: no float comes between a price and its decimal.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::sync::spool::Row;

/// How deep objects may lie in each other.
const DEPTH_MAX: usize = 16;

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// The items of a page.
pub(super) fn items<'a>(body: &'a str, pointer: &str) -> Result<Vec<&'a RawValue>, String> {
    let list = at(body, pointer)?.ok_or_else(|| format!("rest.items: a page has nothing at `{pointer}`"))?;
    serde_json::from_str(list).map_err(|_| format!("rest.items: what stands at `{pointer}` of a page is no list"))
}

/// The text at a place of a page; nothing where it is missing, null or empty.
pub(super) fn text_at(body: &str, pointer: &str) -> Result<Option<String>, String> {
    Ok(at(body, pointer)?.and_then(scalar).filter(|text| !text.is_empty()))
}

/// The rows of an item, and the columns of the item itself: names of objects within objects are set apart by dots. With `each`, every entry of that list
/// is a row of its own with the columns of its item.
pub(super) fn rows(item: &RawValue, each: Option<&str>) -> Result<(Vec<Row>, Row), String> {
    let mut own = Row::new();
    flatten(item, "", 0, &mut own)?;
    let Some(each) = each else { return Ok((vec![own.clone()], own)) };
    let list = own.remove(each).unwrap_or_else(|| "[]".to_owned());
    let entries: Vec<&RawValue> = serde_json::from_str(&list).map_err(|_| format!("rest.each: `{each}` of an item is no list"))?;
    let rows = entries.into_iter().map(|entry| {
        let mut row = own.clone();
        flatten(entry, each, 0, &mut row)?;
        Ok(row)
    });
    Ok((rows.collect::<Result<_, String>>()?, own))
}

fn flatten(value: &RawValue, name: &str, depth: usize, row: &mut Row) -> Result<(), String> {
    if !value.get().starts_with('{') {
        if name.is_empty() {
            return Err("an item is no object".to_owned());
        }
        row.extend(scalar(value.get()).map(|text| (name.to_owned(), text)));
        return Ok(());
    }
    if depth == DEPTH_MAX {
        return Err(format!("`{name}`: objects lie deeper than {DEPTH_MAX} in each other"));
    }
    let object: Object<'_> = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
    for (key, inner) in object {
        let name = if name.is_empty() { key } else { format!("{name}.{key}") };
        flatten(inner, &name, depth + 1, row)?;
    }
    Ok(())
}

/// The text of a value; of a list its JSON. Null is nothing.
fn scalar(value: &str) -> Option<String> {
    match value.as_bytes().first()? {
        b'n' => None,
        b'"' => serde_json::from_str(value).ok(),
        _ => Some(value.to_owned()),
    }
}

/// The JSON at a pointer (RFC 6901).
fn at<'a>(body: &'a str, pointer: &str) -> Result<Option<&'a str>, String> {
    let whole = <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(body))
        .map_err(|error| format!("the page is no JSON: {error}"))?
        .get();
    let mut value = whole;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let Ok(object) = serde_json::from_str::<Object<'a>>(value) else { return Ok(None) };
        match object.get(&step) {
            Some(inner) => value = inner.get(),
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_flat_and_numbers_keep_their_digits() {
        let page = r#"{"data": {"list": [{"no": "SO-1", "customer": {"id": 7, "name": "华东\"轴承\""}, "total": 12345678901234567.890,
            "paid": true, "note": null, "tags": ["a", 1]}]}, "next": ""}"#;
        let found = items(page, "/data/list").unwrap();
        let (rows, own) = rows(found[0], None).unwrap();
        let expected = [
            ("customer.id", "7"),
            ("customer.name", "华东\"轴承\""),
            ("no", "SO-1"),
            ("paid", "true"),
            ("tags", "[\"a\", 1]"),
            ("total", "12345678901234567.890"),
        ];
        assert_eq!(own, expected.map(|(column, text)| (column.to_owned(), text.to_owned())).into());
        assert_eq!(rows, [own]);
        assert_eq!((text_at(page, "/next"), text_at(page, "/none/next")), (Ok(None), Ok(None)));
        assert_eq!(text_at(r#"{"page": {"next": 2}}"#, "/page/next"), Ok(Some("2".to_owned())));
    }

    #[test]
    fn each_entry_of_a_list_is_a_row_with_the_columns_of_its_item() {
        let page = r#"[{"no": "1", "lines": [{"sku": "A", "quantity": 2}, {"sku": "B"}]}, {"no": "2", "lines": []}, {"no": "3"}]"#;
        let all: Vec<Vec<Row>> = items(page, "").unwrap().into_iter().map(|item| rows(item, Some("lines")).unwrap().0).collect();
        let shown: Vec<Vec<String>> = all.iter().map(|rows| rows.iter().map(|row| format!("{row:?}")).collect()).collect();
        assert_eq!(shown[0], [r#"{"lines.quantity": "2", "lines.sku": "A", "no": "1"}"#, r#"{"lines.sku": "B", "no": "1"}"#]);
        assert_eq!((all[1].len(), all[2].len()), (0, 0));
    }

    #[test]
    fn what_is_not_as_the_file_says_is_told() {
        for (page, pointer, why) in [
            ("<html>", "", "the page is no JSON"),
            (r#"{"data": {}}"#, "/data", "is no list"),
            (r#"{"data": []}"#, "/rows", "a page has nothing at `/rows`"),
        ] {
            assert!(items(page, pointer).unwrap_err().contains(why), "{page}");
        }
        let deep = format!("[{}1{}]", "{\"a\":".repeat(40), "}".repeat(40));
        assert!(rows(items(&deep, "").unwrap()[0], None).unwrap_err().contains("deeper than 16"));
        assert!(rows(items("[7]", "").unwrap()[0], None).unwrap_err().contains("no object"));
    }
}
