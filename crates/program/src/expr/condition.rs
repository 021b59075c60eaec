//! Compiling conditions: connectives, tests, `IN`, `BETWEEN` and `LIKE`.

use sqlparser::ast::{BinaryOperator, Expr as Ast};
use sqlparser::tokenizer::Location;

use super::compile::{Compiler, terms};
use super::error::ExprError;
use super::like::Pattern;
use super::node::{Constants, Node};
use super::typing::{Typed, comparable, unify};
use super::{Type, Value};

impl Compiler<'_> {
    /// A whole chain of `AND` or `OR` at once, however long; what is constantly true or false goes away.
    pub(super) fn connective<'a>(&mut self, ast: &'a Ast, op: &BinaryOperator, at: Location) -> Result<Typed<'a>, ExprError> {
        let all = *op == BinaryOperator::And;
        let mut nodes = Vec::new();
        for term in terms(ast, op) {
            let term = self.node(term)?;
            term.expect(&[Type::Bool], &format!("each side of {op}"), at)?;
            match &term.node {
                Node::Const(Value::Bool(truth)) if *truth == all => {}
                _ => nodes.push(term.node),
            }
        }
        let decided = |node: &Node| matches!(node, Node::Const(Value::Bool(truth)) if *truth != all);
        let node = match nodes.len() {
            _ if nodes.iter().any(decided) => Node::Const(Value::Bool(!all)),
            0 => Node::Const(Value::Bool(all)),
            1 => nodes.swap_remove(0),
            _ if all => Node::All(nodes.into()),
            _ => Node::Any(nodes.into()),
        };
        Ok(condition(node, ast))
    }

    pub(super) fn is<'a>(
        &mut self,
        arg: &'a Ast,
        truth: Option<bool>,
        negated: bool,
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        let arg = self.node(arg)?;
        if truth.is_some() {
            arg.expect(&[Type::Bool], "what is tested for true or false", at)?;
        }
        Ok(condition(Node::Is { arg: Box::new(arg.node), truth, negated }, ast))
    }

    pub(super) fn distinct<'a>(
        &mut self,
        left: &'a Ast,
        right: &'a Ast,
        negated: bool,
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        let (left, right) = self.pair(left, right, at)?;
        Ok(condition(Node::Distinct { left: Box::new(left.node), right: Box::new(right.node), negated }, ast))
    }

    pub(super) fn within<'a>(
        &mut self,
        arg: &'a Ast,
        list: &'a [Ast],
        negated: bool,
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        if list.is_empty() {
            return Err(ExprError::new(at, "the list of IN is empty"));
        }
        let mut arg = self.node(arg)?;
        let mut list = list.iter().map(|item| self.node(item)).collect::<Result<Vec<_>, _>>()?;
        for item in &mut list {
            comparable(&mut arg, item, self.scope.zone(), at)?;
        }
        unify(&mut list.iter_mut().collect::<Vec<_>>(), "the values of IN", self.scope.zone(), at)?;
        let arg = Box::new(arg.node);
        let constants = list.iter().map(|item| match &item.node {
            Node::Const(value) => Some(value.clone()),
            _ => None,
        });
        let node = match constants.collect::<Option<Vec<_>>>() {
            Some(constants) => Node::InConstants { arg, constants: Constants::new(constants), negated },
            None => Node::InList { arg, list: list.into_iter().map(|item| item.node).collect(), negated },
        };
        Ok(condition(node, ast))
    }

    pub(super) fn between<'a>(&mut self, parts: [&'a Ast; 3], negated: bool, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let [arg, low, high] = parts;
        let (mut arg, mut low) = self.pair(arg, low, at)?;
        let mut high = self.node(high)?;
        comparable(&mut arg, &mut high, self.scope.zone(), at)?;
        // Again, since a constant in the middle may just have taken the type of the upper bound.
        comparable(&mut arg, &mut low, self.scope.zone(), at)?;
        let node = Node::Between { arg: Box::new(arg.node), low: Box::new(low.node), high: Box::new(high.node), negated };
        Ok(condition(node, ast))
    }

    pub(super) fn like<'a>(
        &mut self,
        [arg, pattern]: [&'a Ast; 2],
        escape: Option<&'a Ast>,
        (insensitive, negated): (bool, bool),
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        let (arg, pattern) = (self.node(arg)?, self.node(pattern)?);
        arg.expect(&[Type::Text], "the left side of LIKE", at)?;
        pattern.expect(&[Type::Text], "the pattern of LIKE", at)?;
        let escape = match escape.map(|escape| self.node(escape)).transpose()? {
            None => Some('\\'),
            Some(escape) => {
                let text = match &escape.node {
                    Node::Const(Value::Text(text)) if text.chars().count() <= 1 => text,
                    _ => {
                        return Err(ExprError::new(escape.at(at), "ESCAPE takes one character, or '' for none"));
                    }
                };
                text.chars().next()
            }
        };
        let at = pattern.at(at);
        let arg = Box::new(arg.node);
        let node = match pattern.node {
            Node::Const(Value::Text(text)) => {
                let pattern = Pattern::new(&text, escape, insensitive);
                let pattern = pattern.ok_or_else(|| ExprError::new(at, "the pattern ends in its escape character"))?;
                Node::Like { arg, pattern, negated }
            }
            pattern => Node::LikeComputed { arg, pattern: Box::new(pattern), escape, insensitive, negated },
        };
        Ok(condition(node, ast))
    }
}

pub(super) fn condition<'a>(node: Node, ast: &'a Ast) -> Typed<'a> {
    Typed { node: node.folded(), ty: Some(Type::Bool), ast }
}
