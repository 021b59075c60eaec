//! From sqlparser's tree to ours: names are resolved, types checked, constants folded, everything else refused.

use sqlparser::ast::{BinaryOperator, Expr as Ast, InTarget, UnaryOperator};
use sqlparser::tokenizer::Location;

use super::condition::condition;
use super::error::ExprError;
use super::node::{Arithmetic, Node, Op};
use super::parse::{self, OPERATORS, position, refusal};
use super::time::Step;
use super::typing::{NUMBERS, Typed, comparable};
use super::{Expr, Logic, MAX_DEPTH, MAX_NODES, Scope, Type, Want};

/// Compiles an expression against the names it may use.
///
/// # Errors
/// What is wrong first, with its place in the text: syntax, unknown names, types, limits, or a result that is not what is wanted.
pub fn compile(text: &str, scope: &Scope, want: Want) -> Result<Expr, ExprError> {
    let ast = parse::parse(text)?;
    let top = Compiler::new(scope).node(&ast)?;
    let (ty, fits, wanted) = match want {
        Want::Condition => (Type::Bool, matches!(top.ty, None | Some(Type::Bool)), "a condition (true or false)"),
        Want::Amount => (Type::Decimal, top.ty.is_none_or(Type::is_number), "an amount (a number)"),
        Want::Any => (Type::Text, true, "a value"),
    };
    if !fits {
        let found = top.ty.map_or("null", Type::noun);
        return Err(ExprError::new(top.at(Location::new(1, 1)), format!("{wanted} is needed here, but this is {found}")));
    }
    let ty = top.ty.unwrap_or(ty);
    let logic = if ty == Type::Bool { Some(Logic::of(&ast, false, scope)?) } else { None };
    Ok(Expr::of(top.node, ty, text, logic))
}

/// One pass over one tree.
pub(super) struct Compiler<'s> {
    pub(super) scope: &'s Scope,
    nodes: usize,
    depth: usize,
    /// The last known position, for nodes that sqlparser gives none.
    here: Location,
}

impl<'s> Compiler<'s> {
    pub(super) fn new(scope: &'s Scope) -> Self {
        Self { scope, nodes: 0, depth: 0, here: Location::new(1, 1) }
    }

    /// Compiles one part. Depth and number are checked before going in.
    pub(super) fn node<'a>(&mut self, ast: &'a Ast) -> Result<Typed<'a>, ExprError> {
        let ast = bare(ast);
        let at = position(ast).unwrap_or(self.here);
        self.here = at;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ExprError::new(at, format!("the expression has too many parts; at most {MAX_NODES} are allowed")));
        }
        if self.depth >= MAX_DEPTH {
            return Err(parse::too_deep(at));
        }
        self.depth += 1;
        let typed = self.kind(ast, at)?;
        self.depth -= 1;
        Ok(typed)
    }

    fn kind<'a>(&mut self, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        match ast {
            Ast::Identifier(name) => self.column(&name.value, ast, at),
            Ast::CompoundIdentifier(names) if names.len() == 2 => self.column(&format!("{}.{}", names[0].value, names[1].value), ast, at),
            Ast::CompoundIdentifier(_) => Err(ExprError::new(at, format!("`{ast}` has too many parts; a name is `a` or `a.b`"))),
            Ast::Value(_) | Ast::TypedString(_) => self.literal(ast, at),
            Ast::UnaryOp { op, expr } => self.unary(*op, expr, ast, at),
            Ast::BinaryOp { left, op, right } => self.binary(left, op, right, ast, at),
            Ast::IsNull(arg) => self.is(arg, None, false, ast, at),
            Ast::IsNotNull(arg) => self.is(arg, None, true, ast, at),
            Ast::IsTrue(arg) => self.is(arg, Some(true), false, ast, at),
            Ast::IsNotTrue(arg) => self.is(arg, Some(true), true, ast, at),
            Ast::IsFalse(arg) => self.is(arg, Some(false), false, ast, at),
            Ast::IsNotFalse(arg) => self.is(arg, Some(false), true, ast, at),
            Ast::IsDistinctFrom(left, right) => self.distinct(left, right, false, ast, at),
            Ast::IsNotDistinctFrom(left, right) => self.distinct(left, right, true, ast, at),
            Ast::In { expr, target: InTarget::List(list), negated, global: false } => self.within(expr, list, *negated, ast, at),
            Ast::Between { expr, negated, low, high } => self.between([expr, low, high], *negated, ast, at),
            Ast::Like { negated, any: false, expr, pattern, escape_char } => {
                self.like([expr, pattern], escape_char.as_deref(), (false, *negated), ast, at)
            }
            Ast::ILike { negated, any: false, expr, pattern, escape_char } => {
                self.like([expr, pattern], escape_char.as_deref(), (true, *negated), ast, at)
            }
            Ast::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), ast, at)
            }
            _ => self.call(ast, at),
        }
    }

    fn column<'a>(&self, name: &str, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let index = self.scope.resolve(name, at)?;
        Ok(Typed { node: Node::Column(index), ty: Some(self.scope.columns()[index].ty), ast })
    }

    fn unary<'a>(&mut self, op: UnaryOperator, expr: &'a Ast, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let wanted: &[Type] = match op {
            UnaryOperator::Not => &[Type::Bool],
            UnaryOperator::Plus | UnaryOperator::Minus => NUMBERS,
            _ => return Err(ExprError::new(at, refusal(ast)).help(OPERATORS)),
        };
        let arg = self.node(expr)?;
        arg.expect(wanted, &format!("what follows `{op}`"), at)?;
        let node = match op {
            UnaryOperator::Not => Node::Not(Box::new(arg.node)).folded(),
            UnaryOperator::Minus => Node::Negate(Box::new(arg.node)).folded(),
            _ => arg.node,
        };
        Ok(Typed { node, ty: arg.ty, ast })
    }

    fn binary<'a>(
        &mut self,
        left: &'a Ast,
        op: &BinaryOperator,
        right: &'a Ast,
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        let compare = |op| Ok(Err(op));
        let operation: Result<Result<Arithmetic, Op>, ExprError> = match op {
            BinaryOperator::And | BinaryOperator::Or => return self.connective(ast, op, at),
            BinaryOperator::StringConcat => {
                let args = vec![self.node(left)?, self.node(right)?];
                return super::functions::build("||", args, ast, self.scope.zone(), at);
            }
            BinaryOperator::Plus => Ok(Ok(Arithmetic::Add)),
            BinaryOperator::Minus => Ok(Ok(Arithmetic::Subtract)),
            BinaryOperator::Multiply => Ok(Ok(Arithmetic::Multiply)),
            BinaryOperator::Divide => Ok(Ok(Arithmetic::Divide)),
            BinaryOperator::Modulo => Ok(Ok(Arithmetic::Remainder)),
            BinaryOperator::Lt => compare(Op::Lt),
            BinaryOperator::LtEq => compare(Op::Le),
            BinaryOperator::Gt => compare(Op::Gt),
            BinaryOperator::GtEq => compare(Op::Ge),
            BinaryOperator::Eq => compare(Op::Eq),
            BinaryOperator::NotEq => compare(Op::Ne),
            _ => Err(ExprError::new(at, refusal(ast)).help(OPERATORS)),
        };
        match operation? {
            Ok(arithmetic) => self.arithmetic(arithmetic, left, right, ast, at),
            Err(op) => {
                let (left, right) = self.pair(left, right, at)?;
                Ok(condition(Node::Compare { op, left: Box::new(left.node), right: Box::new(right.node) }, ast))
            }
        }
    }

    pub(super) fn arithmetic<'a>(
        &mut self,
        op: Arithmetic,
        left: &'a Ast,
        right: &'a Ast,
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        match (op, bare(left), bare(right)) {
            (Arithmetic::Add | Arithmetic::Subtract, _, Ast::Interval(interval)) => {
                let step = self.step(interval, at)?;
                let step = if op == Arithmetic::Subtract { step.back() } else { Some(step) };
                return self.shifted(left, step, ast, at);
            }
            (Arithmetic::Add, Ast::Interval(interval), _) => {
                let step = self.step(interval, at)?;
                return self.shifted(right, Some(step), ast, at);
            }
            _ => {}
        }
        let (left, right) = (self.node(left)?, self.node(right)?);
        for side in [&left, &right] {
            side.expect(NUMBERS, "what is calculated with", at).map_err(|error| match side.ty {
                Some(Type::Time) => error.help("times move by an interval: `at + INTERVAL '3 days'`"),
                _ => error,
            })?;
        }
        let decimal = left.ty == Some(Type::Decimal) || right.ty == Some(Type::Decimal);
        let ty = if decimal { Some(Type::Decimal) } else { left.ty.or(right.ty) };
        let node = Node::Arithmetic { op, decimal, left: Box::new(left.node), right: Box::new(right.node) };
        Ok(Typed { node: node.folded(), ty, ast })
    }

    fn shifted<'a>(&mut self, time: &'a Ast, step: Option<Step>, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let time = self.node(time)?;
        time.expect(&[Type::Time], "what an interval is added to", at)?;
        let step = step.ok_or_else(|| ExprError::new(at, "the interval is too large"))?;
        let node = Node::TimeStep { arg: Box::new(time.node), step, zone: self.scope.zone() };
        Ok(Typed { node: node.folded(), ty: Some(Type::Time), ast })
    }

    /// Two sides that are compared.
    pub(super) fn pair<'a>(&mut self, left: &'a Ast, right: &'a Ast, at: Location) -> Result<(Typed<'a>, Typed<'a>), ExprError> {
        let (mut left, mut right) = (self.node(left)?, self.node(right)?);
        comparable(&mut left, &mut right, self.scope.zone(), at)?;
        Ok((left, right))
    }
}

/// The expression without the parentheses around it.
pub(super) fn bare(ast: &Ast) -> &Ast {
    let mut ast = ast;
    while let Ast::Nested(inner) = ast {
        ast = inner;
    }
    ast
}

/// The terms of a chain of one connective, from left to right. The parser nests them to the left as deep as the chain is long.
pub(super) fn terms<'a>(chain: &'a Ast, connective: &BinaryOperator) -> Vec<&'a Ast> {
    let mut terms = Vec::new();
    let mut rest = chain;
    while let Ast::BinaryOp { left, op, right } = rest
        && op == connective
    {
        terms.push(&**right);
        rest = left;
    }
    terms.push(rest);
    terms.reverse();
    terms
}
