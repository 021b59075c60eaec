//! The tree an expression is compiled to.

use std::cmp::Ordering;
use std::fmt;

use chrono_tz::Tz;

use super::Value;
use super::functions::Function;
use super::like::Pattern;
use super::time::{Part, Step, Unit};

/// One step of the evaluation. Types are settled before it is built, so it carries none.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Const(Value),
    Column(usize),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Not(Box<Node>),
    Compare { op: Op, left: Box<Node>, right: Box<Node> },
    Distinct { left: Box<Node>, right: Box<Node>, negated: bool },
    Is { arg: Box<Node>, truth: Option<bool>, negated: bool },
    Between { arg: Box<Node>, low: Box<Node>, high: Box<Node>, negated: bool },
    InConstants { arg: Box<Node>, constants: Constants, negated: bool },
    InList { arg: Box<Node>, list: Box<[Node]>, negated: bool },
    Like { arg: Box<Node>, pattern: Pattern, negated: bool },
    LikeComputed { arg: Box<Node>, pattern: Box<Node>, escape: Option<char>, insensitive: bool, negated: bool },
    Arithmetic { op: Arithmetic, decimal: bool, left: Box<Node>, right: Box<Node> },
    Negate(Box<Node>),
    Case { operand: Option<Box<Node>>, arms: Box<[(Node, Node)]>, otherwise: Box<Node> },
    Cast { arg: Box<Node>, to: Target },
    Call { function: Function, args: Box<[Node]> },
    TimePart { arg: Box<Node>, part: Part, zone: Tz },
    TimeTruncate { arg: Box<Node>, unit: Unit, zone: Tz },
    TimeStep { arg: Box<Node>, step: Step, zone: Tz },
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Op {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `=`
    Eq,
    /// `<>`
    Ne,
}

impl Op {
    /// Whether two values that stand in this order satisfy the operator.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Op::Lt => order.is_lt(),
            Op::Le => order.is_le(),
            Op::Gt => order.is_gt(),
            Op::Ge => order.is_ge(),
            Op::Eq => order.is_eq(),
            Op::Ne => order.is_ne(),
        }
    }

    /// The operator with its sides exchanged: `5 <= x` is `x >= 5`.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Op::Lt => Op::Gt,
            Op::Le => Op::Ge,
            Op::Gt => Op::Lt,
            Op::Ge => Op::Le,
            Op::Eq | Op::Ne => self,
        }
    }

    /// The operator that holds when this one does not, NULL aside.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Op::Lt => Op::Ge,
            Op::Le => Op::Gt,
            Op::Gt => Op::Le,
            Op::Ge => Op::Lt,
            Op::Eq => Op::Ne,
            Op::Ne => Op::Eq,
        }
    }
}

/// As it is written in SQL.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::Eq => "=",
            Op::Ne => "<>",
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What a cast makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    Bool,
    Int,
    /// Digits in all and after the point, if limited.
    Decimal(Option<(u32, u32)>),
    Text,
}

/// The constants of an `IN`, sorted, without NULL.
#[derive(Clone, Debug)]
pub(super) struct Constants {
    sorted: Box<[Value]>,
    has_null: bool,
}

impl Constants {
    /// The values are of one type class, so that any two compare.
    pub(super) fn new(mut values: Vec<Value>) -> Self {
        let before = values.len();
        values.retain(|value| !value.is_null());
        let has_null = values.len() < before;
        values.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
        values.dedup_by(|a, b| a.compare(b) == Some(Ordering::Equal));
        Self { sorted: values.into(), has_null }
    }

    /// The constants, unless NULL is among them.
    pub(super) fn all(&self) -> Option<&[Value]> {
        (!self.has_null).then_some(&self.sorted)
    }

    /// Whether the value is among them; `None` if that is unknown.
    #[inline]
    pub(super) fn contain(&self, value: &Value) -> Option<bool> {
        if value.is_null() {
            return None;
        }
        let found = match (value, self.sorted.len()) {
            (Value::Text(text), ..=LINEAR_MAX) => self.sorted.iter().any(|one| matches!(one, Value::Text(one) if one == text)),
            (_, ..=LINEAR_MAX) => self.sorted.iter().any(|one| one.compare(value) == Some(Ordering::Equal)),
            _ => self.sorted.binary_search_by(|one| one.compare(value).unwrap_or(Ordering::Less)).is_ok(),
        };
        let known = found || !self.has_null && self.sorted.first().is_none_or(|one| one.compare(value).is_some());
        known.then_some(found)
    }
}

/// Up to so many constants are compared one after another, which is faster than a search.
const LINEAR_MAX: usize = 8;

impl Node {
    /// Calls `visit` with each direct child.
    pub(super) fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match self {
            Node::Const(_) | Node::Column(_) => {}
            Node::All(nodes) | Node::Any(nodes) | Node::Call { args: nodes, .. } => nodes.iter().for_each(visit),
            Node::Not(arg) | Node::Negate(arg) | Node::Is { arg, .. } | Node::Cast { arg, .. } => visit(arg),
            Node::InConstants { arg, .. } | Node::Like { arg, .. } => visit(arg),
            Node::TimePart { arg, .. } | Node::TimeTruncate { arg, .. } | Node::TimeStep { arg, .. } => visit(arg),
            Node::Compare { left, right, .. } | Node::Distinct { left, right, .. } | Node::Arithmetic { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Node::Between { arg, low, high, .. } => [arg, low, high].into_iter().for_each(|node| visit(node)),
            Node::InList { arg, list, .. } => {
                visit(arg);
                list.iter().for_each(visit);
            }
            Node::LikeComputed { arg, pattern, .. } => {
                visit(arg);
                visit(pattern);
            }
            Node::Case { operand, arms, otherwise } => {
                if let Some(operand) = operand {
                    visit(operand);
                }
                for (when, then) in arms {
                    visit(when);
                    visit(then);
                }
                visit(otherwise);
            }
        }
    }

    /// The columns that are read, added to `found` as they come.
    pub(super) fn columns(&self, found: &mut Vec<usize>) {
        if let Node::Column(index) = self {
            found.push(*index);
        }
        self.children(&mut |child| child.columns(found));
    }

    /// Replaces what does not depend on the row by its value. The children are folded already.
    pub(super) fn folded(self) -> Self {
        if matches!(self, Node::Const(_) | Node::Column(_)) {
            return self;
        }
        let mut constant = true;
        self.children(&mut |child| constant &= matches!(child, Node::Const(_)));
        if constant { Node::Const(super::eval::value::<[Value]>(&self, &[]).into_owned()) } else { self }
    }
}
