//! From text to sqlparser's tree: limits first, so that nothing hostile reaches a recursive function.

use sqlparser::ast::{CastKind, Expr as Ast, UnaryOperator};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::error::ExprError;
use super::{MAX_DEPTH, MAX_TEXT};

/// Parses one whole expression.
pub(super) fn parse(text: &str) -> Result<Ast, ExprError> {
    let start = Location::new(1, 1);
    if text.len() > MAX_TEXT {
        let message = format!("the expression is {} bytes long; at most {MAX_TEXT} are allowed", text.len());
        return Err(ExprError::new(start, message));
    }
    let tokens = Tokenizer::new(&GenericDialect, text).tokenize_with_location().map_err(|error| located(&error.message, error.location))?;
    screen(&tokens)?;
    let last = tokens.iter().rfind(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
    let end = last.map_or(start, |token| token.span.end);
    let mut parser = Parser::new(&GenericDialect).with_recursion_limit(MAX_DEPTH).with_tokens_with_locations(tokens);
    let ast = parser.parse_expr().map_err(|error| match error {
        ParserError::RecursionLimitExceeded => too_deep(start),
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => located(&message, end),
    })?;
    let next = parser.peek_token();
    match next.token {
        Token::EOF => Ok(ast),
        other => {
            let message = format!("expected an operator or the end of the expression, found `{other}`");
            Err(ExprError::new(next.span.start, message))
        }
    }
}

/// Refuses what the language does not have before the parser sees it: its symbols, subqueries and deep nesting.
fn screen(tokens: &[TokenWithSpan]) -> Result<(), ExprError> {
    let mut depth = 0_usize;
    let mut any = false;
    for TokenWithSpan { token, span } in tokens {
        let at = span.start;
        match token {
            Token::Whitespace(_) | Token::EOF => continue,
            Token::LParen => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(too_deep(at));
                }
            }
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Word(word) if matches!(word.keyword, Keyword::SELECT | Keyword::WITH) && word.quote_style.is_none() => {
                return Err(ExprError::new(at, "a subquery is not allowed: an expression judges one row"));
            }
            Token::Placeholder(name) => {
                return Err(ExprError::new(at, format!("a placeholder (`{name}`) is not allowed")));
            }
            Token::DoubleEq => return Err(ExprError::new(at, "unknown operator `==`").help("write `=`")),
            Token::SemiColon => return Err(ExprError::new(at, "only one expression is allowed").help("remove the `;`")),
            Token::Word(_) | Token::Number(_, false) | Token::SingleQuotedString(_) => {}
            Token::Comma | Token::Period | Token::DoubleColon | Token::StringConcat => {}
            Token::Eq | Token::Neq | Token::Lt | Token::Gt | Token::LtEq | Token::GtEq => {}
            Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod => {}
            other => return Err(ExprError::new(at, format!("`{other}` is not part of the language")).help(OPERATORS)),
        }
        any = true;
    }
    if any { Ok(()) } else { Err(ExprError::new(Location::new(1, 1), "the expression is empty")) }
}

/// Where a node starts, as far as sqlparser tells: its leftmost identifier or literal. Goes down in a loop, since a chain of operators
/// is as deep as it is long.
pub(super) fn position(ast: &Ast) -> Option<Location> {
    let mut ast = ast;
    let at = loop {
        ast = match ast {
            Ast::Identifier(name) => break name.span.start,
            Ast::CompoundIdentifier(names) => break names.first()?.span.start,
            Ast::Value(value) => break value.span.start,
            Ast::TypedString(literal) => break literal.value.span.start,
            Ast::Function(call) => break call.name.0.first()?.as_ident()?.span.start,
            Ast::Case { case_token, .. } => break case_token.0.span.start,
            Ast::BinaryOp { left, .. } | Ast::AnyOp { left, .. } | Ast::AllOp { left, .. } => left,
            Ast::IsFalse(expr) | Ast::IsNotFalse(expr) | Ast::IsTrue(expr) | Ast::IsNotTrue(expr) => expr,
            Ast::IsNull(expr) | Ast::IsNotNull(expr) | Ast::IsUnknown(expr) | Ast::IsNotUnknown(expr) => expr,
            Ast::IsDistinctFrom(left, _) | Ast::IsNotDistinctFrom(left, _) => left,
            Ast::Between { expr, .. } | Ast::In { expr, .. } | Ast::Nested(expr) | Ast::Cast { expr, .. } => expr,
            Ast::Like { expr, .. } | Ast::ILike { expr, .. } | Ast::SimilarTo { expr, .. } | Ast::RLike { expr, .. } => expr,
            Ast::UnaryOp { expr, .. } | Ast::Extract { expr, .. } | Ast::Ceil { expr, .. } | Ast::Floor { expr, .. } => expr,
            Ast::Substring { expr, .. } | Ast::Trim { expr, .. } | Ast::Position { expr, .. } | Ast::Overlay { expr, .. } => expr,
            Ast::Collate { expr, .. } | Ast::AtTimeZone { timestamp: expr, .. } => expr,
            Ast::Interval(interval) => &interval.value,
            Ast::Tuple(values) => values.first()?,
            _ => return None,
        }
    };
    (at.line > 0).then_some(at)
}

/// What the refused node is called.
pub(super) fn refusal(ast: &Ast) -> String {
    let what = match ast {
        Ast::Subquery(_) | Ast::Exists { .. } | Ast::In { .. } => "a subquery",
        Ast::AnyOp { .. } | Ast::AllOp { .. } => "ANY or ALL",
        Ast::Tuple(_) | Ast::Struct { .. } => "a row of several values",
        Ast::Array(_) => "an array",
        Ast::Lambda(_) => "a lambda",
        Ast::AtTimeZone { .. } => "AT TIME ZONE",
        Ast::Collate { .. } => "COLLATE",
        Ast::SimilarTo { .. } => "SIMILAR TO",
        Ast::RLike { .. } => "a regular expression",
        Ast::Position { .. } => "position",
        Ast::Overlay { .. } => "overlay",
        Ast::Convert { .. } => "convert",
        Ast::Wildcard(_) | Ast::QualifiedWildcard(..) => "`*`",
        Ast::Interval(_) => "an interval without a time to add it to",
        Ast::Cast { kind: CastKind::TryCast | CastKind::SafeCast, .. } => "TRY_CAST",
        Ast::Value(_) | Ast::TypedString(_) | Ast::Prefixed { .. } => "this kind of literal",
        Ast::BinaryOp { op, .. } => return format!("operator `{op}` is not part of the language"),
        Ast::UnaryOp { op: UnaryOperator::BangNot, .. } => "`!`",
        Ast::UnaryOp { op, .. } => return format!("operator `{op}` is not part of the language"),
        _ => "this construct",
    };
    format!("{what} is not part of the language")
}

pub(super) fn too_deep(at: Location) -> ExprError {
    ExprError::new(at, format!("the expression is nested too deeply; at most {MAX_DEPTH} levels are allowed"))
}

pub(super) const OPERATORS: &str =
    "allowed are + - * / % ||, comparisons, AND, OR, NOT, IS, IN, BETWEEN, LIKE, ILIKE, CASE, CAST and functions";

/// Takes the position out of a message of sqlparser, which writes it at the end.
fn located(message: &str, otherwise: Location) -> ExprError {
    let Some((message, place)) = message.rsplit_once(" at Line: ") else {
        return ExprError::new(otherwise, plain(message));
    };
    let place = place.split_once(", Column: ").and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?)));
    let at = place.map_or(otherwise, |(line, column)| Location::new(line, column));
    ExprError::new(at, plain(message))
}

/// The parser's message in our form; it gives no position at the end of the text.
fn plain(message: &str) -> String {
    let mut chars = message.chars();
    let message: String = chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect());
    message.replace("expected: ", "expected ").replace("found: EOF", "found: the end of the expression")
}
