//! A condition taken apart into and/or of comparisons: for thresholds ("which amounts matter") and for "the nearest way there".

use sqlparser::ast::{BinaryOperator, Expr as Ast, UnaryOperator};

use super::compile::{Compiler, bare, terms};
use super::error::ExprError;
use super::node::{Node, Op};
use super::{Expr, Row, Scope, Type, Value, eval, time};

/// A condition as and/or of comparisons of one column with one constant.
///
/// `NOT` is pushed inwards (De Morgan), `BETWEEN` is split in two, `IN` over constants becomes an `Any` of equalities, `5 <= x` is
/// turned to `x >= 5`, a bare column is `= true`. What has another form stays whole as [`Logic::Other`].
#[derive(Clone, Debug)]
pub enum Logic {
    /// Holds when all parts hold.
    All(Vec<Logic>),
    /// Holds when one part holds.
    Any(Vec<Logic>),
    /// A column against a constant.
    Compare {
        /// The index in the scope.
        column: usize,
        /// How they are compared, the column on the left.
        op: Op,
        /// The constant, of the column's type wherever it has that form. Never NULL.
        value: Value,
        /// The comparison in SQL.
        text: String,
    },
    /// Any other condition.
    Other {
        /// The condition.
        expr: Expr,
        /// The condition in SQL.
        text: String,
    },
}

impl Logic {
    /// Whether the condition holds; the same answer as [`Expr::holds`].
    pub fn eval<R: Row + ?Sized>(&self, row: &R) -> bool {
        match self {
            Logic::All(parts) => parts.iter().all(|part| part.eval(row)),
            Logic::Any(parts) => parts.iter().any(|part| part.eval(row)),
            Logic::Compare { column, op, value, .. } => {
                let truth = match row.peek(*column) {
                    Some(found) => eval::compare(*op, found, value),
                    None => eval::compare(*op, &row.get(*column), value),
                };
                truth == Some(true)
            }
            Logic::Other { expr, .. } => expr.holds(row),
        }
    }

    /// The columns that are read, sorted, each once.
    pub fn columns(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn collect(&self, found: &mut Vec<usize>) {
        match self {
            Logic::All(parts) | Logic::Any(parts) => parts.iter().for_each(|part| part.collect(found)),
            Logic::Compare { column, .. } => found.push(*column),
            Logic::Other { expr, .. } => found.extend_from_slice(expr.columns()),
        }
    }

    /// Takes a condition apart that has compiled before. In a nested `NOT` the parts hold where the original is false; NULL stays NULL
    /// through De Morgan, so neither form holds then.
    pub(super) fn of(ast: &Ast, negated: bool, scope: &Scope) -> Result<Logic, ExprError> {
        match bare(ast) {
            Ast::UnaryOp { op: UnaryOperator::Not, expr } => Self::of(expr, !negated, scope),
            chain @ Ast::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => {
                let all = (*op == BinaryOperator::And) != negated;
                let mut parts = Vec::new();
                for term in terms(chain, op) {
                    match (Self::of(term, negated, scope)?, all) {
                        (Logic::All(inner), true) | (Logic::Any(inner), false) => parts.extend(inner),
                        (other, _) => parts.push(other),
                    }
                }
                Ok(if all { Logic::All(parts) } else { Logic::Any(parts) })
            }
            leaf => Self::leaf(leaf, negated, scope),
        }
    }

    fn leaf(ast: &Ast, negate: bool, scope: &Scope) -> Result<Logic, ExprError> {
        let node = Compiler::new(scope).node(ast)?.node;
        let simple = match &node {
            Node::Column(column) => Some(compare(*column, Op::Eq, &Value::Bool(!negate), scope)),
            Node::Compare { op, left, right } => {
                let op = if negate { op.negated() } else { *op };
                match (&**left, &**right) {
                    (Node::Column(column), Node::Const(value)) => Some(compare(*column, op, value, scope)),
                    (Node::Const(value), Node::Column(column)) => Some(compare(*column, op.turned(), value, scope)),
                    _ => None,
                }
            }
            Node::Between { arg, low, high, negated } => match (&**arg, &**low, &**high) {
                (Node::Column(column), Node::Const(low), Node::Const(high)) => {
                    let outside = negate != *negated;
                    let (from, to) = if outside { (Op::Lt, Op::Gt) } else { (Op::Ge, Op::Le) };
                    let parts = vec![compare(*column, from, low, scope), compare(*column, to, high, scope)];
                    let parts = parts.into_iter().collect::<Option<Vec<_>>>();
                    Some(parts.map(|parts| if outside { Logic::Any(parts) } else { Logic::All(parts) }))
                }
                _ => None,
            },
            Node::InConstants { arg, constants, negated } => match (&**arg, constants.all()) {
                (Node::Column(column), Some(values)) => {
                    let outside = negate != *negated;
                    let op = if outside { Op::Ne } else { Op::Eq };
                    let parts = values.iter().map(|value| compare(*column, op, value, scope)).collect::<Option<Vec<_>>>();
                    Some(parts.map(|parts| if outside { Logic::All(parts) } else { Logic::Any(parts) }))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(Some(simple)) = simple {
            return Ok(simple);
        }
        let (node, text) = if negate { (Node::Not(Box::new(node)).folded(), format!("NOT ({ast})")) } else { (node, ast.to_string()) };
        let expr = Expr::of(node, Type::Bool, &text, None);
        Ok(Logic::Other { expr, text })
    }
}

/// A comparison with its text; `None` for NULL, which compares with nothing.
fn compare(column: usize, op: Op, value: &Value, scope: &Scope) -> Option<Logic> {
    let name = &scope.columns().get(column)?.name;
    let text = match (op, value) {
        (_, Value::Null) => return None,
        (Op::Eq, Value::Bool(true)) | (Op::Ne, Value::Bool(false)) => name.to_string(),
        (Op::Eq, Value::Bool(false)) | (Op::Ne, Value::Bool(true)) => format!("NOT {name}"),
        (_, Value::Text(text)) => format!("{name} {op} '{}'", text.replace('\'', "''")),
        (_, Value::Time(at)) => format!("{name} {op} {}", time::literal(*at, scope.zone())?),
        (_, plain) => format!("{name} {op} {plain}"),
    };
    Some(Logic::Compare { column, op, value: value.clone(), text })
}
