//! Who calls, and what they may do.
//!
//! Who may do what is policy, not code: Cedar policies and their schema stand under `policies/`, are validated when Hansa starts, and are asked
//! once for each request, about the operation and the enterprise that its path names. What a caller may see of all enterprises is a [`Scope`],
//! which every list takes. A caller that belongs to an enterprise never learns that another exists: what is refused to it is not found.

mod caller;
mod key;
mod policy;
pub mod serve;
mod store;
mod view;

pub use caller::{Caller, Role, Scope, Whom};
pub use key::{KeyError, Made, NewKey, create, find_by_secret, list, revoke, rotate, used};
pub use policy::{Asked, Policy, SCOPES, SESSION, SIGN_IN};
pub(crate) use serve::entry as key_entry;
pub use view::KeyView;
