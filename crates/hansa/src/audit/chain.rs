//! Walking the chain.

use sea_orm::{ConnectionTrait, DbErr};

use super::store;

/// Rows read at a time.
const PAGE: i64 = 2_000;

/// What walking came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Rows looked at.
    pub rows: u64,
    /// Where the chain does not hold, the first places.
    pub broken: Vec<Broken>,
}

/// A place where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A number is missing or stands twice.
    #[error("after row {after} of the audit comes row {found}: rows were removed or put elsewhere")]
    Gap {
        /// The row before.
        after: i64,
        /// What comes after it.
        found: i64,
    },
    /// A row does not have the hash that it should have.
    #[error("row {0} of the audit was altered, or the row before it was")]
    Altered(i64),
    /// The chain ends elsewhere than its end says.
    #[error("the audit ends with row {found}, and should end with row {said}: rows were removed")]
    Cut {
        /// The last number there is.
        found: i64,
        /// The last number there was.
        said: i64,
    },
}

/// Places that are told of.
const BROKEN_MAX: usize = 100;

/// Walks the chain from its beginning, on one state of the database.
///
/// # Errors
/// When the database fails.
pub async fn check<C: ConnectionTrait>(conn: &C) -> Result<Checked, DbErr> {
    let mut checked = Checked::default();
    let (mut last, mut hash) = (0, String::new());
    loop {
        let rows = store::after(conn, last, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            checked.rows += 1;
            if row.seq != last + 1 {
                checked.broken.push(Broken::Gap { after: last, found: row.seq });
            }
            if row.hashed(&hash) != row.hash {
                checked.broken.push(Broken::Altered(row.seq));
            }
            // From here on as it says, so that one alteration is told once.
            (last, hash) = (row.seq, row.hash);
        }
        checked.broken.truncate(BROKEN_MAX);
    }
    let (said, end) = store::head(conn).await?;
    if said != last {
        checked.broken.push(Broken::Cut { found: last, said });
    } else if end != hash {
        checked.broken.push(Broken::Altered(last));
    }
    Ok(checked)
}
