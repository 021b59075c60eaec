//! The document of the interface (OpenAPI 3.1), made from the handlers, and what it says about every operation alike.

use std::collections::HashMap;

use axum::http::Method;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ArrayBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::fields::{self, Fields};
use super::problem::{Code, ProblemView};
use crate::access::{Policy, SESSION, SIGN_IN};
use crate::sign_in;

/// Which operation an address and a method call, and what can be chosen of its answer.
#[derive(Debug, Default)]
pub struct Operations {
    names: HashMap<(Method, String), String>,
    fields: HashMap<String, Fields>,
}

impl Operations {
    /// The name of the operation.
    pub fn find(&self, method: &Method, path: &str) -> Option<&str> {
        // A HEAD is answered by what answers a GET.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.names.get(&(method.clone(), path.to_owned())).map(String::as_str)
    }

    /// What can be chosen of the answer of an operation.
    pub(super) fn fields(&self, operation: &str) -> Option<&Fields> {
        self.fields.get(operation)
    }
}

/// The document, as it is served and committed.
///
/// # Errors
/// When an operation stands in no group of the policies.
pub fn document() -> Result<OpenApi, String> {
    let (_, openapi) = super::operations().split_for_parts();
    complete(openapi, &Policy::read()?).map(|(openapi, _)| openapi)
}

/// Says about every operation what holds for all, and checks that the policies know each.
pub(super) fn complete(mut openapi: OpenApi, policy: &Policy) -> Result<(OpenApi, Operations), String> {
    openapi.info = InfoBuilder::new()
        .title("Hansa")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    openapi.servers = None;
    let mut components = openapi.components.take().unwrap_or_default();
    components.schemas.insert(ProblemView::name().into_owned(), ProblemView::schema());
    let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, made with `hansa key create`.")).build();
    components.security_schemes.insert("key".to_owned(), RefOr::T(SecurityScheme::Http(key)));
    let cookie = ApiKeyValue::with_description(
        sign_in::SESSION,
        "The session of somebody who signed in. What changes something must come from this site.",
    );
    components.security_schemes.insert("session".to_owned(), RefOr::T(SecurityScheme::ApiKey(ApiKey::Cookie(cookie))));
    openapi.components = Some(components);
    let mut operations = Operations::default();
    for (path, item) in &mut openapi.paths.paths {
        for (method, operation) in methods(item) {
            let name = operation.operation_id.clone().unwrap_or_default();
            let group =
                policy.group(&name).ok_or_else(|| format!("operation `{name}` stands in no group of policies/hansa.cedarschema"))?;
            let said = operation.description.take().unwrap_or_default();
            let session = SecurityRequirement::new::<_, [&str; 0], _>("session", []);
            let (whose, security) = match group {
                SIGN_IN => ("For everybody.".to_owned(), Vec::new()),
                SESSION => ("For people who are signed in.".to_owned(), vec![session]),
                scope => (format!("Scope: `{scope}`."), vec![SecurityRequirement::new("key", [scope]), session]),
            };
            operation.description = Some(format!("{said}\n\n{whose}").trim_start().to_owned());
            operation.security = Some(security);
            alike(&method, operation);
            match group {
                SIGN_IN => may_answer(operation, &[Code::SignInRefused, Code::LinkEnded]),
                _ => may_answer(operation, if method.is_safe() { &[] } else { &[Code::CrossSite] }),
            }
            if path.contains("{member}") {
                may_answer(operation, &[Code::MemberMerged]);
            }
            may_answer(operation, own(&name));
            if operations.names.insert((method, path.clone()), name.clone()).is_some() {
                return Err(format!("operation `{name}` stands there twice"));
            }
        }
    }
    choosing(&mut openapi, &mut operations)?;
    Ok((openapi, operations))
}

/// Lets what is read be asked for in part.
fn choosing(openapi: &mut OpenApi, operations: &mut Operations) -> Result<(), String> {
    let whole = serde_json::to_value(&*openapi).map_err(|error| error.to_string())?;
    for (path, item) in &mut openapi.paths.paths {
        let Some(operation) = item.get.as_mut() else { continue };
        let Some(fields) = whole["paths"][path].get("get").and_then(|one| Fields::of(&whole, one)) else { continue };
        let one = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(fields.names.clone())).build();
        let parameter = ParameterBuilder::new()
            .name(fields::NAME)
            .parameter_in(ParameterIn::Query)
            .description(Some(if fields.list { "Only these of each entry." } else { "Only these of the answer." }))
            .style(Some(ParameterStyle::Form))
            .explode(Some(false))
            .schema(Some(ArrayBuilder::new().items(one).min_items(Some(1))))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
        operations.fields.insert(operation.operation_id.clone().unwrap_or_default(), fields);
    }
    Ok(())
}

/// The problems that one operation has for itself.
fn own(operation: &str) -> &'static [Code] {
    match operation {
        "create_member" => &[Code::NumberTaken, Code::IdTaken],
        "add_registration" => &[Code::NumberTaken],
        "preview_merge" => &[Code::Refused],
        "create_reward" | "create_custom_field" => &[Code::IdTaken],
        "remove_custom_field" => &[Code::Refused],
        "place_redemption" => &[Code::NotOffered, Code::SoldOut, Code::LimitReached, Code::InsufficientBalance, Code::IdTaken],
        "spend_points" | "reserve_points" | "use_benefit" => &[Code::InsufficientBalance],
        "begin_provider_sign_in" | "link_identity" => &[Code::ProviderFailed],
        "finish_provider_sign_in" => {
            &[Code::SignInEnded, Code::IdentityRefused, Code::IdentityUnlinked, Code::IdentityTaken, Code::ProviderFailed]
        }
        "begin_passkey" | "begin_passkey_sign_in" => &[Code::PasskeysUnavailable],
        "add_passkey" => &[Code::SignInEnded, Code::PasskeysUnavailable],
        "sign_in_with_passkey" => &[Code::SignInEnded, Code::PasskeyRefused, Code::PasskeysUnavailable],
        "list_events" => &[Code::PositionGone],
        _ => &[],
    }
}

fn methods(item: &mut PathItem) -> Vec<(Method, &mut Operation)> {
    let all = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?))).collect()
}

/// The problems that any operation of its kind can answer with.
fn alike(method: &Method, operation: &mut Operation) {
    let mut codes = vec![
        Code::InvalidQuery,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::NotFound,
        Code::TooManyRequests,
        Code::NoProgram,
        Code::Internal,
        Code::Damaged,
        Code::Timeout,
    ];
    if operation.request_body.is_some() {
        codes.extend([Code::TooLarge, Code::UnsupportedMediaType, Code::InvalidBody, Code::InvalidField, Code::Refused]);
    }
    let conditional = operation.parameters.iter().flatten().any(|parameter| matches!(parameter, RefOr::T(one) if one.name == "If-Match"));
    if conditional {
        codes.extend([Code::PreconditionRequired, Code::PreconditionFailed]);
    }
    if *method == Method::POST {
        codes.extend([Code::IdempotencyKeyReused, Code::RequestInProgress, Code::Refused]);
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .description(Some("The same key and request give the first answer again; kept for a day."))
            .schema(Some(
                ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)).pattern(Some("^[!-~]+$")),
            ))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(key));
    }
    may_answer(operation, &codes);
}

/// Adds problems to the answers of an operation.
fn may_answer(operation: &mut Operation, codes: &[Code]) {
    for code in codes {
        let status = code.status().as_u16().to_string();
        let named = format!("`{}`", code.name());
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemView::name()))).build();
        let new = ResponseBuilder::new().content("application/problem+json", content).build();
        let answer = operation.responses.responses.entry(status).or_insert(RefOr::T(new));
        let RefOr::T(answer) = answer else { continue };
        match answer.description.as_str() {
            "" => answer.description = format!("A problem: {named}."),
            said if said.starts_with("A problem: ") && !said.contains(&named) => {
                answer.description = format!("{}, {named}.", said.trim_end_matches('.'));
            }
            _ => {}
        }
    }
}

const ABOUT: &str = "Facts in, decisions out, a receipt for everything.

- **Errors** are problem documents (RFC 9457) with a stable `code`, the `field` where there is one, and a `title` in the language of
  `Accept-Language` (zh-CN, zh-TW, en). Names and sentences of standings, receipts and statements come in it too.
- **Lists** come in pages: send the `next` of a page as `after`; `total=true` counts.
- **Part of an answer**: `fields=id,name` leaves only these, of each entry of a list.
- **Changes** of something that is shown with an `ETag` carry it as `If-Match`.
- **POST** takes an `Idempotency-Key`: the same key and request give the first answer again.
- **Limits**: bodies of 1 MiB (facts 16 MiB), 200 entries a page, 1 000 facts a batch, 30 seconds; `RateLimit-*` say how often one may call.
- **Times** are RFC 3339 in UTC. Money is in minor units of its currency, units in their smallest step; both are whole numbers.
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The policies and the document name the same operations, so that none is forgotten on either side.
    #[test]
    fn the_policies_know_exactly_the_operations_of_the_document() {
        let (mut openapi, policy) = (document().unwrap(), Policy::read().unwrap());
        let named: BTreeSet<String> =
            openapi.paths.paths.values_mut().flat_map(methods).filter_map(|(_, operation)| operation.operation_id.clone()).collect();
        let known: BTreeSet<String> = policy.operations().keys().cloned().collect();
        assert_eq!(named, known);
    }
}
