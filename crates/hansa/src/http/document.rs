//! The document of the interface (OpenAPI 3.1), made from the handlers, and what it says about every operation alike.

use std::collections::{BTreeMap, HashMap};

use axum::http::Method;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder, Type};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{Code, ProblemView};
use crate::access::Policy;

/// Which operation an address and a method call.
#[derive(Debug, Default)]
pub struct Operations(HashMap<(Method, String), String>);

impl Operations {
    /// The name of the operation.
    pub fn find(&self, method: &Method, path: &str) -> Option<&str> {
        // A HEAD is answered by what answers a GET.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.get(&(method.clone(), path.to_owned())).map(String::as_str)
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
    openapi.components = Some(components);
    let mut operations = Operations::default();
    for (path, item) in &mut openapi.paths.paths {
        for (method, operation) in methods(item) {
            let name = operation.operation_id.clone().unwrap_or_default();
            let group =
                policy.group(&name).ok_or_else(|| format!("operation `{name}` stands in no group of policies/hansa.cedarschema"))?;
            let said = operation.description.take().unwrap_or_default();
            operation.description = Some(format!("{said}\n\nScope: `{group}`."));
            operation.security = Some(vec![SecurityRequirement::new("key", [group])]);
            alike(&method, operation);
            if operations.0.insert((method, path.clone()), name.clone()).is_some() {
                return Err(format!("operation `{name}` stands there twice"));
            }
        }
    }
    Ok((openapi, operations))
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
    if *method == Method::PATCH {
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
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in codes {
        let names = by_status.entry(code.status().as_u16()).or_default();
        if !names.contains(&code.name()) {
            names.push(code.name());
        }
    }
    for (status, names) in by_status {
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemView::name()))).build();
        let response =
            ResponseBuilder::new().description(format!("A problem: {}.", names.join(", "))).content("application/problem+json", content);
        operation.responses.responses.entry(status.to_string()).or_insert_with(|| RefOr::T(response.build()));
    }
}

const ABOUT: &str = "Facts in, decisions out, a receipt for everything.

- **Errors** are problem documents (RFC 9457) with a stable `code`, the `field` where there is one, and a `title` in the language of
  `Accept-Language` (zh-CN, zh-TW, en).
- **Lists** come in pages: send the `next` of a page as `after`; `total=true` counts.
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
