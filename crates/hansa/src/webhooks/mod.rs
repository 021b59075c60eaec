//! Webhooks: events sent to endpoints of others, signed (Standard Webhooks), as CloudEvents 1.0.
//!
//! An endpoint has a place in the stream of events. Its deliveries are made in the transaction that moves the place, so that each event is taken once;
//! each is then tried until it is answered with 2xx, over about three days, always with the same id. An endpoint that keeps failing is paused, with a
//! trial now and then, and is disabled after five days of nothing else; all of that stands in its row. Secrets are sealed under the key ring.

mod address;
mod deliver;
pub mod serve;
mod sign;
mod store;
mod view;

pub use address::Reach;
pub use deliver::{Sender, round, run};
pub use store::{Delivery, Webhook, forget_ended, log};

/// What secrets are sealed for.
const WORKS_FOR: &str = "webhook";

/// Seals the secrets under the newest key of the ring.
///
/// # Errors
/// When the database fails, or a secret was altered.
pub async fn bring_up<C: sea_orm::ConnectionTrait>(conn: &C, vault: &crate::vault::Vault) -> Result<(), sea_orm::DbErr> {
    for column in ["secret", "old_secret"] {
        let renew = |(id, sealed): (String, String)| Ok((id, crate::privacy::renewed(vault, WORKS_FOR, &sealed)?));
        crate::privacy::rewrite(conn, ("webhook", column), async |rows| rows.into_iter().map(renew).collect()).await?;
    }
    Ok(())
}
