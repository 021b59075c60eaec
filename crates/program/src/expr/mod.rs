//! The expression language: one for earning rules, tiers, segments, alerts and reports, live and in bulk.
//!
//! An expression is a **SQL expression** over named columns, a condition or an amount, parsed by the parser DataFusion uses, checked
//! against a [`Scope`], compiled once by [`compile`] and evaluated row by row, exactly. What it means is what PostgreSQL and
//! DataFusion mean by the same text, with the exceptions below.
//!
//! # The language
//! - **Names** are looked up without regard to case; `buyer.rank` is one name. `"quotes"` admit what is otherwise a keyword.
//! - **Types** are [`Type`]: true/false, whole numbers of 64 bits, exact decimals (28 significant digits), text, time. NULL fits all.
//! - **Literals**: `5`, `0.05`, `'text'`, `true`, `false`, `null`, `DATE '2026-01-31'`, `TIMESTAMP '2026-01-31 08:30:00'`. Dates are in
//!   the scope's time zone. A text constant beside a time is read as one.
//! - **Operators**: `+ - * / %`, `||`, `= <> != < <= > >=`, `AND OR NOT` with three-valued logic, `IS [NOT] NULL`, `IS [NOT] TRUE`,
//!   `IS [NOT] FALSE`, `IS [NOT] DISTINCT FROM`, `[NOT] IN (…)`, `[NOT] BETWEEN`, `[NOT] LIKE` and `ILIKE` with `ESCAPE`, both forms
//!   of `CASE`, `CAST(x AS t)` and `x::t` with `BIGINT`, `INT`, `DECIMAL(p, s)`, `TEXT`, `VARCHAR`, `BOOLEAN`.
//! - **Functions**: of numbers `abs`, `round`, `floor`, `ceil`, `sign`, `mod`, `power`; of any `least`, `greatest`, `coalesce`, `nullif`;
//!   of text `lower`, `upper`, `length` (`char_length`), `substr` (`substring`), `trim`, `starts_with`, `ends_with`, `contains`,
//!   `concat`, `replace`; of time `extract(year FROM at)` (`date_part`; also quarter, month, day, dow, doy, hour), `date_trunc`
//!   (year, quarter, month, week, day, hour) and `at ± INTERVAL '3 days'`.
//! - Everything else is refused with its place and what is allowed: subqueries, placeholders, aggregates, windows, arrays, the clock.
//!
//! # Numbers
//! Two whole numbers divide to a whole number, towards zero. If one side is a decimal, so is the result: 28 significant digits, half to
//! even, at most [`DIVISION_SCALE_MAX`] places. `round` and casts round half away from zero. `power` takes whole exponents up to
//! ±[`EXPONENT_MAX`] and gives a decimal.
//!
//! # Where it differs
//! Evaluation is total: what is an error elsewhere is NULL here (division by zero, overflow, a cast that fails, text of more than
//! [`RESULT_TEXT_MAX`] bytes). Text is ordered by its bytes. `INT` has 64 bits. Text and numbers never convert without a cast. A `CASE` or
//! `coalesce` over both kinds of number is a decimal.

mod call;
mod compile;
mod condition;
mod error;
mod eval;
mod functions;
mod like;
mod logic;
mod node;
mod parse;
mod scope;
#[cfg(test)]
mod tests;
mod time;
mod typing;
mod value;

use std::sync::Arc;

use rust_decimal::Decimal;

pub use self::compile::compile;
pub use self::error::ExprError;
pub use self::logic::Logic;
pub use self::node::Op;
pub use self::scope::{Column, Scope};
pub use self::value::{Row, Type, Value};

/// The longest text of an expression, in bytes.
pub const MAX_TEXT: usize = 4_096;

/// How deep an expression may be nested. Chains of `AND` or `OR` count once; in other chains (`a + b + …`) each operator counts.
pub const MAX_DEPTH: usize = 64;

/// How many parts (literals, names, operators, calls) an expression may have.
pub const MAX_NODES: usize = 1_000;

/// The largest text a function may build, in bytes.
pub const RESULT_TEXT_MAX: usize = 65_536;

/// Places after the point that a division keeps.
pub const DIVISION_SCALE_MAX: u32 = 12;

/// The largest exponent of `power`, either way.
pub const EXPONENT_MAX: u64 = 64;

/// Significant digits of a decimal.
pub const DIGITS_MAX: u32 = 28;

/// What an expression is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// True or false.
    Condition,
    /// A number, whole or decimal.
    Amount,
    /// Anything.
    Any,
}

/// A compiled expression. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Expr(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    node: node::Node,
    ty: Type,
    text: Box<str>,
    columns: Box<[usize]>,
    /// Of conditions; `None` where the expression is a part of a [`Logic`] that cannot be taken apart.
    logic: Option<Logic>,
}

impl Expr {
    fn of(node: node::Node, ty: Type, text: &str, logic: Option<Logic>) -> Self {
        let mut columns = Vec::new();
        node.columns(&mut columns);
        columns.sort_unstable();
        columns.dedup();
        Self(Arc::new(Compiled { node, ty, text: text.into(), columns: columns.into(), logic }))
    }

    /// The value for a row: NULL or of the type [`Expr::ty`].
    pub fn eval<R: Row + ?Sized>(&self, row: &R) -> Value {
        eval::value(&self.0.node, row).into_owned().fit(self.0.ty)
    }

    /// [`Expr::eval`] of an amount as a decimal; `None` for NULL and for what is no number.
    pub fn number<R: Row + ?Sized>(&self, row: &R) -> Option<Decimal> {
        let value = eval::value(&self.0.node, row);
        match self.0.ty {
            Type::Decimal => value.as_decimal(),
            Type::Int => value.as_int().map(Decimal::from),
            _ => None,
        }
    }

    /// Whether the condition is true for a row; what is NULL, or not a condition, does not hold.
    pub fn holds<R: Row + ?Sized>(&self, row: &R) -> bool {
        self.0.ty == Type::Bool && eval::holds(&self.0.node, row)
    }

    /// The type of the value. For a bare NULL, the type that was wanted.
    pub fn ty(&self) -> Type {
        self.0.ty
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The columns that are read, sorted, each once. What constants decide is not read.
    pub fn columns(&self) -> &[usize] {
        &self.0.columns
    }

    /// The condition taken apart; an amount is one [`Logic::Other`].
    pub fn logic(&self) -> Logic {
        match &self.0.logic {
            Some(logic) => logic.clone(),
            None => Logic::Other { expr: self.clone(), text: self.text().to_owned() },
        }
    }
}
