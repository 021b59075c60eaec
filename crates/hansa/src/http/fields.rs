//! `fields`: only those members of an answer that the caller wants, as the document declares them.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use serde_json::Value;

use super::problem::{Code, Problem};

/// The query parameter.
pub(super) const NAME: &str = "fields";

/// What can be asked of an operation's answer, or is asked of one: of each of its `items`, where it is a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) list: bool,
    pub(super) names: Vec<String>,
}

impl Fields {
    /// What the answer of an operation has, out of the document of the interface; `None` where there is nothing to choose.
    pub(super) fn of(document: &Value, operation: &Value) -> Option<Fields> {
        let schema = operation.pointer("/responses/200/content/application~1json/schema")?;
        let properties = properties(document, schema);
        let entry = properties.iter().find(|(name, _)| *name == "items").and_then(|(_, items)| items.get("items"));
        let (list, names) = match entry {
            Some(entry) => (true, self::properties(document, entry)),
            None => (false, properties),
        };
        let names: Vec<String> = names.into_iter().map(|(name, _)| name.to_owned()).collect();
        (names.len() > 1).then_some(Fields { list, names })
    }

    /// Takes what is asked for out of an address; `None` when nothing is.
    ///
    /// # Errors
    /// When it names what the answer does not have.
    pub(super) fn taken(&self, uri: &mut Uri) -> Result<Option<Fields>, Problem> {
        let Some(query) = uri.query() else { return Ok(None) };
        let (ours, others): (Vec<_>, Vec<_>) = query.split('&').partition(|pair| pair.split('=').next() == Some(NAME));
        if ours.is_empty() {
            return Ok(None);
        }
        let names: Vec<String> = url::form_urlencoded::parse(ours.join("&").as_bytes())
            .flat_map(|(_, names)| names.split(',').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        if names.iter().any(|name| !self.names.contains(name)) {
            let known = self.names.join(", ");
            return Err(Problem::parameter(NAME, format!("names with commas between them, of these: {known}")));
        }
        let path = if others.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), others.join("&")) };
        *uri = path.parse().map_err(|_| Problem::new(Code::InvalidQuery))?;
        Ok(Some(Fields { list: self.list, names }))
    }

    /// The answer with nothing but these. What is no JSON, and every problem, stays whole.
    ///
    /// # Errors
    /// When the answer cannot be read, which is a mistake of ours.
    pub(super) async fn left_of(&self, response: Response) -> Result<Response, Problem> {
        let json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
        if !response.status().is_success() || !json {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        let whole = to_bytes(body, usize::MAX).await.map_err(|_| Problem::new(Code::Internal))?;
        let mut value: Value = serde_json::from_slice(&whole).map_err(|_| Problem::new(Code::Internal))?;
        match value.get_mut("items").filter(|_| self.list) {
            Some(items) => items.as_array_mut().into_iter().flatten().for_each(|item| self.trim(item)),
            None => self.trim(&mut value),
        }
        let text = value.to_string();
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
        Ok(Response::from_parts(parts, Body::from(text)))
    }

    fn trim(&self, value: &mut Value) {
        if let Some(object) = value.as_object_mut() {
            object.retain(|name, _| self.names.contains(name));
        }
    }
}

/// The properties of a schema, in the order of the document.
fn properties<'d>(document: &'d Value, schema: &'d Value) -> Vec<(&'d str, &'d Value)> {
    let found = match schema.get("$ref").and_then(Value::as_str) {
        Some(name) => document.pointer(name.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => schema,
    };
    let own = found.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, of)| (name.as_str(), of));
    let parts = found.get("allOf").and_then(Value::as_array).into_iter().flatten();
    own.chain(parts.flat_map(|part| properties(document, part))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_chosen_is_read_from_the_document() {
        let document = json!({ "components": { "schemas": {
            "Page": { "properties": { "items": { "type": "array", "items": { "$ref": "#/components/schemas/One" } }, "next": {} } },
            "One": { "allOf": [{ "properties": { "id": {} } }, { "properties": { "name": {}, "note": {} } }] },
        } } });
        let answering = |name: &str| json!({ "responses": { "200": { "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } } } } });
        let names = vec!["id".to_owned(), "name".to_owned(), "note".to_owned()];
        assert_eq!(Fields::of(&document, &answering("Page")), Some(Fields { list: true, names: names.clone() }));
        assert_eq!(Fields::of(&document, &answering("One")), Some(Fields { list: false, names }));
        assert_eq!(Fields::of(&document, &json!({ "responses": { "204": {} } })), None);
    }

    #[test]
    fn what_is_asked_for_is_taken_out_of_the_address() {
        let fields = Fields { list: false, names: vec!["id".to_owned(), "name".to_owned()] };
        let mut uri: Uri = "/v1/members?limit=2&fields=name%2Cid&q=a%26b".parse().unwrap();
        assert_eq!(fields.taken(&mut uri).unwrap().unwrap().names, ["name", "id"]);
        assert_eq!(uri, "/v1/members?limit=2&q=a%26b");
        for wrong in ["/v1/members?fields=", "/v1/members?fields=id,", "/v1/members?fields=nam", "/v1/members?fields"] {
            assert!(fields.taken(&mut wrong.parse().unwrap()).is_err(), "{wrong}");
        }
        let mut none: Uri = "/v1/members?fieldsx=1".parse().unwrap();
        assert_eq!(fields.taken(&mut none).unwrap(), None);
    }
}
