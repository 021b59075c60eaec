//! Compiling literals, calls, casts and `CASE`: the constructs that sqlparser gives a shape of their own.

use rust_decimal::Decimal;
use sqlparser::ast::{
    CaseWhen, CastKind, CeilFloorKind, DataType, DateTimeField, ExactNumberInfo, Expr as Ast, Function as Call, FunctionArg,
    FunctionArgExpr, FunctionArguments, Interval, TrimWhereField, TypedString, Value as Literal,
};
use sqlparser::tokenizer::Location;

use super::compile::{Compiler, bare};
use super::error::{ExprError, nearest};
use super::node::{Arithmetic, Node, Target};
use super::parse::{OPERATORS, refusal};
use super::time::{self, PARTS, Step, UNITS};
use super::typing::{Typed, bad_time, comparable, unify};
use super::{DIGITS_MAX, Type, Value, functions};

impl Compiler<'_> {
    pub(super) fn literal<'a>(&mut self, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let value = match ast {
            Ast::Value(literal) => match &literal.value {
                Literal::Number(digits, false) => number(digits, at)?,
                Literal::SingleQuotedString(text) => Value::Text(text.as_str().into()),
                Literal::Boolean(truth) => Value::Bool(*truth),
                Literal::Null => Value::Null,
                _ => return Err(ExprError::new(at, refusal(ast))),
            },
            Ast::TypedString(TypedString { data_type, value, .. }) => {
                let Literal::SingleQuotedString(text) = &value.value else {
                    return Err(ExprError::new(at, refusal(ast)));
                };
                let zone = self.scope.zone();
                let instant = match data_type {
                    DataType::Date => time::parse_date(text, zone),
                    DataType::Timestamp(..) | DataType::Datetime(_) => time::parse(text, zone),
                    _ => return Err(ExprError::new(at, refusal(ast)).help("write DATE '…' or TIMESTAMP '…'")),
                };
                Value::Time(instant.ok_or_else(|| bad_time(text, at))?)
            }
            _ => return Err(ExprError::new(at, refusal(ast))),
        };
        Ok(Typed { ty: value.ty(), node: Node::Const(value), ast })
    }

    pub(super) fn case<'a>(
        &mut self,
        operand: Option<&'a Ast>,
        conditions: &'a [CaseWhen],
        otherwise: Option<&'a Ast>,
        ast: &'a Ast,
        at: Location,
    ) -> Result<Typed<'a>, ExprError> {
        let zone = self.scope.zone();
        let mut operand = operand.map(|operand| self.node(operand)).transpose()?;
        let mut whens = Vec::with_capacity(conditions.len());
        let mut thens = Vec::with_capacity(conditions.len() + 1);
        for arm in conditions {
            let mut when = self.node(&arm.condition)?;
            match &mut operand {
                Some(operand) => comparable(operand, &mut when, zone, at)?,
                None => when.expect(&[Type::Bool], "what follows WHEN", at)?,
            }
            whens.push(when.node);
            thens.push(self.node(&arm.result)?);
        }
        thens.push(match otherwise {
            Some(otherwise) => self.node(otherwise)?,
            None => Typed { node: Node::Const(Value::Null), ty: None, ast },
        });
        let ty = unify(&mut thens.iter_mut().collect::<Vec<_>>(), "the values of CASE", zone, at)?;
        let otherwise = Box::new(thens.pop().map_or(Node::Const(Value::Null), |last| last.node));
        let arms = whens.into_iter().zip(thens.into_iter().map(|then| then.node)).collect();
        let node = Node::Case { operand: operand.map(|operand| Box::new(operand.node)), arms, otherwise };
        Ok(Typed { node: node.folded(), ty, ast })
    }

    /// Functions, casts, and the functions that the grammar knows by name.
    pub(super) fn call<'a>(&mut self, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let zone = self.scope.zone();
        let plain = CeilFloorKind::DateTimeField(DateTimeField::NoDateTime);
        match ast {
            Ast::Function(call) => self.function(call, ast, at),
            Ast::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, format: None } => {
                self.cast(expr, data_type, ast, at)
            }
            Ast::Ceil { expr, field } if *field == plain => functions::build("ceil", vec![self.node(expr)?], ast, zone, at),
            Ast::Floor { expr, field } if *field == plain => functions::build("floor", vec![self.node(expr)?], ast, zone, at),
            Ast::Ceil { .. } | Ast::Floor { .. } => Err(ExprError::new(at, "`ceil` and `floor` take 1 argument")),
            Ast::Trim { expr, trim_where: None | Some(TrimWhereField::Both), trim_what: None, trim_characters: None } => {
                functions::build("trim", vec![self.node(expr)?], ast, zone, at)
            }
            Ast::Trim { .. } => Err(ExprError::new(at, "only `trim(text)` is allowed, which removes blanks on both sides")),
            Ast::Substring { expr, substring_from, substring_for, .. } => {
                let mut args = vec![self.node(expr)?];
                args.push(match substring_from {
                    Some(from) => self.node(from)?,
                    None => Typed { node: Node::Const(Value::Int(1)), ty: Some(Type::Int), ast },
                });
                if let Some(length) = substring_for {
                    args.push(self.node(length)?);
                }
                functions::build("substr", args, ast, zone, at)
            }
            Ast::Extract { field, expr, .. } => self.date_part(&field.to_string(), expr, ast, at),
            _ => Err(ExprError::new(at, refusal(ast)).help(OPERATORS)),
        }
    }

    fn function<'a>(&mut self, call: &'a Call, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let name = match call.name.0.as_slice() {
            [name] => name.as_ident().map(|name| name.value.to_lowercase()),
            _ => None,
        };
        let name = name.ok_or_else(|| functions::unknown(&call.name.to_string(), at))?;
        let FunctionArguments::List(list) = &call.args else {
            let clock = name.starts_with("current_") || name.starts_with("local");
            let message = if clock { format!("`{name}` is not allowed: an expression has no clock") } else { refusal(ast) };
            return Err(ExprError::new(at, message));
        };
        let extras = call.over.is_some()
            || call.filter.is_some()
            || call.null_treatment.is_some()
            || !call.within_group.is_empty()
            || !matches!(call.parameters, FunctionArguments::None)
            || list.duplicate_treatment.is_some()
            || !list.clauses.is_empty();
        if extras {
            return Err(ExprError::new(at, format!("`{name}` can only be called with plain arguments: no OVER, FILTER or DISTINCT")));
        }
        let args = list.args.iter().map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) => Ok(arg),
            _ => Err(match functions::unknown(&name, at) {
                aggregate if aggregate.message.contains("aggregate") => aggregate,
                _ => ExprError::new(at, format!("the arguments of `{name}` must be plain expressions")),
            }),
        });
        let args = args.collect::<Result<Vec<_>, _>>()?;
        match (name.as_str(), args.as_slice()) {
            ("mod", [left, right]) => self.arithmetic(Arithmetic::Remainder, left, right, ast, at),
            ("date_part", [part, time]) => {
                let part = self.word(part, "part", at)?;
                self.date_part(&part, time, ast, at)
            }
            ("date_trunc", [unit, time]) => {
                let unit = self.word(unit, "unit", at)?;
                let unit = one_of(&unit, UNITS, "date_trunc", at)?;
                let arg = self.time(time, "date_trunc", at)?;
                let node = Node::TimeTruncate { arg: Box::new(arg.node), unit, zone: self.scope.zone() };
                Ok(Typed { node: node.folded(), ty: Some(Type::Time), ast })
            }
            ("mod" | "date_part" | "date_trunc", args) => {
                functions::arity(&name, args.len(), (2, 2), at)?;
                Err(ExprError::new(at, refusal(ast)))
            }
            (name, args) => {
                let args = args.iter().map(|arg| self.node(arg)).collect::<Result<Vec<_>, _>>()?;
                functions::build(name, args, ast, self.scope.zone(), at)
            }
        }
    }

    fn date_part<'a>(&mut self, part: &str, time: &'a Ast, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let part = one_of(part, PARTS, "extract", at)?;
        let arg = self.time(time, "extract", at)?;
        let node = Node::TimePart { arg: Box::new(arg.node), part, zone: self.scope.zone() };
        Ok(Typed { node: node.folded(), ty: Some(Type::Int), ast })
    }

    fn time<'a>(&mut self, ast: &'a Ast, name: &str, at: Location) -> Result<Typed<'a>, ExprError> {
        let arg = self.node(ast)?;
        arg.expect(&[Type::Time], &format!("the argument of `{name}`"), at)?;
        Ok(arg)
    }

    /// A constant text that names something.
    fn word(&mut self, ast: &Ast, what: &str, at: Location) -> Result<String, ExprError> {
        match self.node(ast)?.node {
            Node::Const(Value::Text(text)) => Ok(text.to_string()),
            _ => Err(ExprError::new(at, format!("the {what} must be a text constant such as 'month'"))),
        }
    }

    fn cast<'a>(&mut self, arg: &'a Ast, data_type: &DataType, ast: &'a Ast, at: Location) -> Result<Typed<'a>, ExprError> {
        let arg = self.node(arg)?;
        let (to, ty, from): (_, _, &[Type]) = match data_type {
            DataType::Bool | DataType::Boolean => (Target::Bool, Type::Bool, &[Type::Text, Type::Int, Type::Bool]),
            DataType::BigInt(None) | DataType::Int(None) | DataType::Integer(None) | DataType::Int8(None) => {
                (Target::Int, Type::Int, &[Type::Int, Type::Decimal, Type::Text, Type::Bool])
            }
            DataType::Decimal(digits) | DataType::Numeric(digits) | DataType::Dec(digits) => {
                (Target::Decimal(limits(digits, at)?), Type::Decimal, &[Type::Decimal, Type::Int, Type::Text])
            }
            DataType::Text | DataType::Varchar(None) | DataType::CharacterVarying(None) => {
                (Target::Text, Type::Text, &[Type::Text, Type::Int, Type::Decimal, Type::Bool])
            }
            other => {
                let help = "allowed are BIGINT, INT, DECIMAL(p, s), TEXT, VARCHAR and BOOLEAN";
                return Err(ExprError::new(at, format!("cannot cast to {other}")).help(help));
            }
        };
        if let Some(found) = arg.ty.filter(|ty| !from.contains(ty)) {
            return Err(ExprError::new(at, format!("cannot cast {} to {data_type}", found.noun())));
        }
        Ok(Typed { node: Node::Cast { arg: Box::new(arg.node), to }.folded(), ty: Some(ty), ast })
    }

    /// Reads an interval, which must be a constant.
    pub(super) fn step(&mut self, interval: &Interval, at: Location) -> Result<Step, ExprError> {
        let unit = interval.leading_field.as_ref().map(ToString::to_string);
        let plain = interval.leading_precision.is_none() && interval.last_field.is_none();
        let text = match bare(&interval.value) {
            Ast::Value(value) => match &value.value {
                Literal::SingleQuotedString(text) => Some(text),
                Literal::Number(digits, false) if unit.is_some() => Some(digits),
                _ => None,
            },
            _ => None,
        };
        let step = text.filter(|_| plain).and_then(|text| Step::parse(text, unit.as_deref()));
        step.ok_or_else(|| {
            let help = "write INTERVAL '3 days'; units are years, months, weeks, days, hours, minutes and seconds";
            ExprError::new(super::parse::position(&interval.value).unwrap_or(at), "this is not an interval").help(help)
        })
    }
}

fn number(digits: &str, at: Location) -> Result<Value, ExprError> {
    if let Ok(whole) = digits.parse() {
        return Ok(Value::Int(whole));
    }
    let exact = Decimal::from_str_exact(digits).or_else(|_| Decimal::from_scientific(digits));
    exact
        .map(Value::Dec)
        .map_err(|_| ExprError::new(at, format!("`{digits}` has too many digits; numbers are exact up to {DIGITS_MAX} significant digits")))
}

fn limits(digits: &ExactNumberInfo, at: Location) -> Result<Option<(u32, u32)>, ExprError> {
    let (precision, scale) = match digits {
        ExactNumberInfo::None => return Ok(None),
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
    };
    match (u32::try_from(precision), u32::try_from(scale)) {
        (Ok(precision @ 1..=DIGITS_MAX), Ok(scale)) if scale <= precision => Ok(Some((precision, scale))),
        _ => Err(ExprError::new(at, format!("DECIMAL(p, s) takes 1 ≤ p ≤ {DIGITS_MAX} and 0 ≤ s ≤ p"))),
    }
}

fn one_of<T: Copy>(word: &str, known: &[(&'static str, T)], function: &str, at: Location) -> Result<T, ExprError> {
    if let Some((_, found)) = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Ok(*found);
    }
    let names = || known.iter().map(|(name, _)| *name);
    let error = ExprError::new(at, format!("`{function}` does not know `{}`", word.to_lowercase()));
    Err(match nearest(word, names()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("allowed are {}", names().collect::<Vec<_>>().join(", "))),
    })
}
