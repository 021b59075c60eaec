//! Rows under named, typed columns, and their forms as text.

use comfy_table::{CellAlignment, Table, presets};
use ledger::Instant;
use program::calendar::{Day, Zone};
use serde_json::{Map, Value};

use crate::standing::words::{grouped, rfc3339, steps, time};

/// Rows under named, typed columns.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What each row holds, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name in every format: `snake_case`.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
}

/// What the cells of a column are; any of them may be empty.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Int,
    /// Exact decimals with at most so many digits after the point.
    Decimal(u32),
    /// Local days.
    Date,
    /// Instants; tables show them in this time zone, everything else in UTC.
    Time(Zone),
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// An exact decimal: its smallest steps, and how many digits of them stand after the point.
    Decimal(i64, u32),
    /// A local day.
    Date(Day),
    /// An instant.
    Time(Instant),
}

impl Column {
    /// A column.
    pub fn new(name: &'static str, kind: Kind) -> Column {
        Column { name, kind }
    }
}

impl Cell {
    /// Text.
    pub fn text(text: impl AsRef<str>) -> Cell {
        Cell::Text(text.as_ref().to_owned())
    }

    /// The cell of a value that may be missing.
    pub fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell) -> Cell {
        value.map_or(Cell::Empty, cell)
    }

    /// As people read it.
    fn shown(&self, kind: &Kind) -> String {
        match (self, kind) {
            (Cell::Empty, _) => String::new(),
            (Cell::Text(text), _) => single_line(text),
            (Cell::Int(number), _) => grouped(&number.to_string()),
            (Cell::Decimal(amount, scale), _) => grouped(&steps(*amount, *scale)),
            (Cell::Date(day), _) => day.to_string(),
            (Cell::Time(at), Kind::Time(zone)) => time(zone, *at),
            (Cell::Time(at), _) => rfc3339(*at),
        }
    }

    /// As programs read it.
    fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Int(number) => number.to_string(),
            Cell::Decimal(amount, scale) => steps(*amount, *scale),
            Cell::Date(day) => day.to_string(),
            Cell::Time(at) => rfc3339(*at),
        }
    }
}

impl Sheet {
    /// No rows yet.
    pub fn new(columns: Vec<Column>) -> Sheet {
        Sheet { columns, rows: Vec::new() }
    }

    /// Aligned columns, numbers to the right; wide characters take two places.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(self.columns.iter().map(|column| column.name.replace('_', " ")));
        for row in &self.rows {
            table.add_row(row.iter().zip(&self.columns).map(|(cell, column)| cell.shown(&column.kind)));
        }
        for (at, column) in self.columns.iter().enumerate() {
            if let (Kind::Int | Kind::Decimal(_), Some(shown)) = (&column.kind, table.column_mut(at)) {
                shown.set_cell_alignment(CellAlignment::Right);
            }
        }
        format!("{}\n", table.trim_fmt())
    }

    /// RFC 4180 with a header. Text that a spreadsheet would take for a formula is led by an apostrophe
    /// (<https://owasp.org/www-community/attacks/CSV_Injection>).
    pub fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                other => other.plain(),
            }))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    /// An array of objects, one a line. A decimal `amount` is exact text and brings `amount_minor`, its smallest steps.
    pub fn json(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| Value::Object(self.object(row)).to_string()).collect();
        if rows.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", rows.join(",\n")) }
    }

    fn object(&self, row: &[Cell]) -> Map<String, Value> {
        let mut object = Map::new();
        for (cell, column) in row.iter().zip(&self.columns) {
            let value = match cell {
                Cell::Empty => Value::Null,
                Cell::Int(number) => (*number).into(),
                other => other.plain().into(),
            };
            object.insert(column.name.to_owned(), value);
            if let Kind::Decimal(_) = column.kind {
                let minor = if let Cell::Decimal(amount, _) = cell { (*amount).into() } else { Value::Null };
                object.insert(format!("{}_minor", column.name), minor);
            }
        }
        object
    }
}

/// A text that no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { format!("'{text}") } else { text.to_owned() }
}

/// Line breaks and other control characters would tear a table apart, or reach the terminal.
fn single_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let columns = [("member", Kind::Text), ("orders", Kind::Int), ("spend", Kind::Decimal(2)), ("day", Kind::Date)];
        Sheet {
            columns: columns.into_iter().map(|(name, kind)| Column::new(name, kind)).collect(),
            rows: vec![
                vec![Cell::text("华东轴承"), Cell::Int(12), Cell::Decimal(3_800_050, 2), Cell::Date(Day(20_000))],
                vec![Cell::text("=cmd|' /C calc'!A0"), Cell::Int(-3), Cell::Decimal(-5, 2), Cell::Empty],
            ],
        }
    }

    #[test]
    fn numbers_stand_to_the_right_and_wide_characters_keep_columns_in_line() {
        let table = sheet().table();
        let rows: Vec<&str> = table.lines().filter(|line| line.contains("华东") || line.contains("calc")).collect();
        assert!(rows[0].contains("38 000.50") && rows[1].contains("-0.05"), "{table}");
        let width = |line: &str| -> usize { line.chars().map(|c| if ('\u{4e00}'..='\u{9fff}').contains(&c) { 2 } else { 1 }).sum() };
        let place = |line: &str, end: &str| width(&line[..line.find(end).expect("the number") + end.len()]);
        assert_eq!(place(rows[0], "38 000.50"), place(rows[1], "-0.05"));
    }

    /// A member's name must not run as a formula on the desk of whoever opens the export.
    #[test]
    fn csv_disarms_formulas_but_leaves_numbers_alone() {
        let csv = String::from_utf8(sheet().csv().expect("in memory")).expect("UTF-8");
        assert_eq!(csv.lines().nth(1), Some("华东轴承,12,38000.50,2024-10-04"));
        assert_eq!(csv.lines().nth(2), Some("'=cmd|' /C calc'!A0,-3,-0.05,"));
    }

    #[test]
    fn json_keeps_money_exact() {
        let json: Value = serde_json::from_str(&sheet().json()).expect("JSON");
        assert_eq!((&json[0]["spend"], &json[0]["spend_minor"]), (&Value::from("38000.50"), &Value::from(3_800_050)));
        assert_eq!((&json[1]["day"], &json[1]["orders"]), (&Value::Null, &Value::from(-3)));
    }

    #[test]
    fn nothing_is_still_a_valid_answer() {
        let empty = Sheet::new(sheet().columns);
        assert_eq!(empty.json(), "[]\n");
        assert_eq!(String::from_utf8(empty.csv().expect("in memory")).expect("UTF-8"), "member,orders,spend,day\n");
    }
}
