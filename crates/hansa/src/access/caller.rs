//! Somebody who asks.

use std::fmt;
use std::str::FromStr;

/// A role: of the platform's people or of an enterprise's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything.
    Administrator,
    /// Runs the membership: members, program, points.
    MembershipOperator,
    /// Serves the members it is in charge of.
    AccountManager,
    /// Answers members' questions.
    ServiceAgent,
    /// Looks for fraud and credit risk.
    RiskOfficer,
    /// Reads, without personal data.
    Analyst,
    /// Reads everything and changes nothing.
    Auditor,
    /// Of an enterprise: everything it may do.
    Owner,
    /// Of an enterprise: spends and uses.
    Buyer,
    /// Of an enterprise: reads its trade.
    Finance,
    /// Of an enterprise: looks.
    Viewer,
}

impl Role {
    /// Every role, the platform's first.
    pub const ALL: [Role; 11] = [
        Role::Administrator,
        Role::MembershipOperator,
        Role::AccountManager,
        Role::ServiceAgent,
        Role::RiskOfficer,
        Role::Analyst,
        Role::Auditor,
        Role::Owner,
        Role::Buyer,
        Role::Finance,
        Role::Viewer,
    ];

    /// As it is written in policies, keys and answers.
    pub fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::MembershipOperator => "membership-operator",
            Role::AccountManager => "account-manager",
            Role::ServiceAgent => "service-agent",
            Role::RiskOfficer => "risk-officer",
            Role::Analyst => "analyst",
            Role::Auditor => "auditor",
            Role::Owner => "owner",
            Role::Buyer => "buyer",
            Role::Finance => "finance",
            Role::Viewer => "viewer",
        }
    }

    /// Whether an enterprise's people have it, not the platform's.
    pub fn of_company(self) -> bool {
        matches!(self, Role::Owner | Role::Buyer | Role::Finance | Role::Viewer)
    }

    /// The roles that come with it.
    pub fn includes(self) -> &'static [Role] {
        match self {
            Role::Owner => &[Role::Buyer, Role::Finance],
            Role::Buyer | Role::Finance => &[Role::Viewer],
            _ => &[],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Role, String> {
        Role::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            format!("there is no role `{text}`; the roles are {}", names.join(", "))
        })
    }
}

/// What kind of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A program with an API key.
    Key,
    /// Somebody of the platform, signed in.
    Staff,
    /// Somebody of an enterprise, signed in.
    Contact,
    /// Nobody who is known: whoever is about to sign in.
    Nobody,
}

/// Somebody who asks, after it is known who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// What kind of somebody.
    pub whom: Whom,
    /// The id of the key or the person; of nobody, where it comes from.
    pub id: String,
    /// Its role; nobody has none.
    pub role: Option<Role>,
    /// The enterprise it acts for; `None` for the platform.
    pub member: Option<String>,
    /// The groups of operations that a key may call.
    pub scopes: Vec<String>,
    /// The session of a person.
    pub session: Option<String>,
}

impl Caller {
    /// Nobody who is known.
    pub fn nobody(address: Option<std::net::IpAddr>) -> Caller {
        let id = address.map_or_else(|| "somewhere".to_owned(), |address| address.to_string());
        Caller { whom: Whom::Nobody, id, role: None, member: None, scopes: Vec::new(), session: None }
    }

    /// As it stands in facts and in the audit: `key:key_…`, `staff:li.wei`.
    pub fn name(&self) -> String {
        let kind = match self.whom {
            Whom::Key => "key",
            Whom::Staff => "staff",
            Whom::Contact => "contact",
            Whom::Nobody => "nobody",
        };
        format!("{kind}:{}", self.id)
    }

    /// The id of the person, where it is one.
    pub fn person(&self) -> Option<&str> {
        matches!(self.whom, Whom::Staff | Whom::Contact).then_some(self.id.as_str())
    }

    /// Of which enterprises it sees anything in lists.
    pub fn scope(&self) -> Scope {
        match &self.member {
            Some(member) => Scope::Tree(member.clone()),
            None if self.role == Some(Role::AccountManager) => Scope::Managed(self.id.clone()),
            // No enterprise has this id.
            None if self.whom == Whom::Nobody => Scope::Tree(String::new()),
            None => Scope::Everybody,
        }
    }
}

/// The enterprises somebody sees. Every list of members' data takes one; there is no list without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Everybody,
    /// Those that a staff member is in charge of.
    Managed(String),
    /// One enterprise, and its subsidiaries where the program shows them.
    Tree(String),
}
