//! The policies: read once, checked against their schema, asked for every request.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression, Schema,
    ValidationMode, Validator,
};

use super::caller::{Caller, Role, Whom};

const SCHEMA: &str = include_str!("../../../../policies/hansa.cedarschema");
const POLICIES: [&str; 4] = [
    include_str!("../../../../policies/session.cedar"),
    include_str!("../../../../policies/staff.cedar"),
    include_str!("../../../../policies/company.cedar"),
    include_str!("../../../../policies/keys.cedar"),
];

/// What whoever is about to sign in may call, and nobody with a key.
pub const SIGN_IN: &str = "sign-in";
/// What everybody who is signed in may do with the own sign-in, and nobody with a key.
pub const SESSION: &str = "session";

/// The groups of operations that are the scopes which a key can have: all but those of signing in. A test holds the list against the schema.
pub const SCOPES: [&str; 49] = [
    "members:read",
    "members:write",
    "members:merge",
    "custom:read",
    "custom:write",
    "custom:define",
    "duplicates:read",
    "files:read",
    "files:write",
    "verification:read",
    "verification:write",
    "verification:review",
    "contacts:read",
    "contacts:write",
    "people:read",
    "people:write",
    "privacy:read",
    "privacy:write",
    "facts:read",
    "facts:write",
    "standing:read",
    "points:read",
    "points:write",
    "benefits:read",
    "benefits:write",
    "rewards:read",
    "rewards:write",
    "redemptions:read",
    "redemptions:write",
    "redemptions:fulfil",
    "program:read",
    "program:write",
    "program:simulate",
    "jobs:read",
    "jobs:write",
    "imports:read",
    "imports:write",
    "reports:read",
    "events:read",
    "webhooks:read",
    "webhooks:write",
    "access:read",
    "access:write",
    "mail:read",
    "settings:read",
    "settings:write",
    "approvals:read",
    "approvals:write",
    "audit:read",
];

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// Nothing of a single enterprise.
    Platform,
    /// An enterprise.
    Member {
        /// Its id.
        id: &'a str,
        /// Its parents, nearest first.
        parents: &'a [String],
        /// The staff member in charge.
        account_manager: Option<&'a str>,
        /// Whether the program lets parents see it.
        shown_to_parents: bool,
    },
}

/// The policies in force.
pub struct Policy {
    policies: PolicySet,
    authorizer: Authorizer,
    /// The group of each operation.
    groups: BTreeMap<String, String>,
    types: Types,
}

/// Names of entity types, parsed once.
struct Types {
    role: EntityTypeName,
    key: EntityTypeName,
    staff: EntityTypeName,
    contact: EntityTypeName,
    nobody: EntityTypeName,
    member: EntityTypeName,
    platform: EntityTypeName,
    action: EntityTypeName,
}

impl Policy {
    /// Reads the policies that ship.
    ///
    /// # Errors
    /// When they are no policies, or do not fit their schema; the text names the place.
    pub fn read() -> Result<Policy, String> {
        let (schema, warnings) = Schema::from_cedarschema_str(SCHEMA).map_err(|error| format!("policies/hansa.cedarschema: {error:?}"))?;
        if let Some(warning) = warnings.into_iter().next() {
            return Err(format!("policies/hansa.cedarschema: {warning}"));
        }
        let policies = PolicySet::from_str(&POLICIES.join("\n")).map_err(|error| format!("policies: {error:?}"))?;
        let actions = schema.action_entities().map_err(|error| format!("policies/hansa.cedarschema: {error}"))?;
        let groups = actions
            .iter()
            .filter_map(|action| {
                let name = action.uid().id().unescaped().to_owned();
                // An operation stands in exactly one group; a group in none.
                let mut parents = actions.ancestors(&action.uid())?;
                Some((name, parents.next()?.id().unescaped().to_owned()))
            })
            .collect();
        let checked = Validator::new(schema).validate(&policies, ValidationMode::Strict);
        if !checked.validation_passed() {
            let problems: Vec<String> = checked.validation_errors().map(ToString::to_string).collect();
            return Err(format!("policies: {}", problems.join("; ")));
        }
        Ok(Policy { policies, authorizer: Authorizer::new(), groups, types: Types::new()? })
    }

    /// The operations that the schema knows, each with its group.
    pub fn operations(&self) -> &BTreeMap<String, String> {
        &self.groups
    }

    /// The group of an operation: the scope that a key needs.
    pub fn group(&self, operation: &str) -> Option<&str> {
        self.groups.get(operation).map(String::as_str)
    }

    /// Whether a caller may call an operation about something. What cannot be decided is refused.
    pub fn allows(&self, caller: &Caller, operation: &str, asked: Asked) -> bool {
        let Some(group) = self.group(operation) else { return false };
        match self.decided(caller, operation, group, asked) {
            Ok(decision) => decision == Decision::Allow,
            Err(error) => {
                tracing::error!(operation, %error, "a request could not be put to the policies");
                false
            }
        }
    }

    fn decided(&self, caller: &Caller, operation: &str, group: &str, asked: Asked) -> Result<Decision, String> {
        let types = &self.types;
        let kind = match caller.whom {
            Whom::Key => &types.key,
            Whom::Staff => &types.staff,
            Whom::Contact => &types.contact,
            Whom::Nobody => &types.nobody,
        };
        let principal = uid(kind, &caller.id);
        let mut attributes = HashMap::new();
        if caller.whom == Whom::Key {
            let scopes = caller.scopes.iter().map(|scope| RestrictedExpression::new_string(scope.clone()));
            attributes.insert("scopes".to_owned(), RestrictedExpression::new_set(scopes));
        }
        if let Some(member) = &caller.member {
            attributes.insert("member".to_owned(), RestrictedExpression::new_entity_uid(uid(&types.member, member)));
        }
        let entity = |uid, attributes, parents| Entity::new(uid, attributes, parents).map_err(|error| error.to_string());
        let mut entities = caller.role.map(|role| self.roles(role)).unwrap_or_default();
        let role = caller.role.iter().map(|role| uid(&types.role, role.name())).collect();
        entities.push(entity(principal.clone(), attributes, role)?);
        let resource = match asked {
            Asked::Platform => uid(&types.platform, "hansa"),
            Asked::Member { id, parents, account_manager, shown_to_parents } => {
                let shown = ("shown_to_parents".to_owned(), RestrictedExpression::new_bool(shown_to_parents));
                let mut attributes = HashMap::from([shown]);
                if let Some(manager) = account_manager {
                    let manager = RestrictedExpression::new_entity_uid(uid(&types.staff, manager));
                    attributes.insert("account_manager".to_owned(), manager);
                }
                let above: HashSet<EntityUid> = parents.iter().map(|parent| uid(&types.member, parent)).collect();
                let resource = uid(&types.member, id);
                entities.push(entity(resource.clone(), attributes, above)?);
                resource
            }
        };
        let entities = Entities::from_entities(entities, None).map_err(|error| error.to_string())?;
        let entities = self.with_action(entities, operation, group)?;
        let scope = ("scope".to_owned(), RestrictedExpression::new_string(group.to_owned()));
        let context = Context::from_pairs([scope]).map_err(|error| error.to_string())?;
        let action = uid(&types.action, operation);
        let request = Request::new(principal, action, resource, context, None).map_err(|error| error.to_string())?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &entities);
        match answer.diagnostics().errors().next() {
            Some(error) => Err(error.to_string()),
            None => Ok(answer.decision()),
        }
    }

    /// The role and those that come with it.
    fn roles(&self, role: Role) -> Vec<Entity> {
        let role_uid = |role: Role| uid(&self.types.role, role.name());
        let mut found = Vec::new();
        let mut rest = vec![role];
        while let Some(role) = rest.pop() {
            let included = role.includes();
            let new = |entity: &Entity| entity.uid() == role_uid(role);
            if !found.iter().any(new) {
                found.push(Entity::new_no_attrs(role_uid(role), included.iter().map(|role| role_uid(*role)).collect()));
                rest.extend(included);
            }
        }
        found
    }

    fn with_action(&self, entities: Entities, operation: &str, group: &str) -> Result<Entities, String> {
        let group = uid(&self.types.action, group);
        let action = Entity::new_no_attrs(uid(&self.types.action, operation), HashSet::from([group.clone()]));
        entities.add_entities([action, Entity::new_no_attrs(group, HashSet::new())], None).map_err(|error| error.to_string())
    }
}

impl Types {
    fn new() -> Result<Types, String> {
        let name = |name: &str| EntityTypeName::from_str(name).map_err(|error| error.to_string());
        Ok(Types {
            role: name("Role")?,
            key: name("Key")?,
            staff: name("Staff")?,
            contact: name("Contact")?,
            nobody: name("Nobody")?,
            member: name("Member")?,
            platform: name("Platform")?,
            action: name("Action")?,
        })
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}
