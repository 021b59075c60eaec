//! PostgreSQL: one pool.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr, SqlxPostgresConnector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor};

use crate::error::{OpenError, describe};
use crate::location::Location;
use crate::open::{Access, Connections, Options};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// A connection unused for this long is tried before it is handed out: the server may have been restarted.
const IDLE_BEFORE_TEST: Duration = Duration::from_secs(5);
const STATEMENTS_KEPT: usize = 256;
/// Bounds on what one session may do to the others. The statement's is for a whole scan of the facts, not for a request.
const SESSION: &str = "SET statement_timeout = '30min'; SET lock_timeout = '60s'; \
    SET idle_in_transaction_session_timeout = '10min'";
const SESSION_READ_ONLY: &str = "SET default_transaction_read_only = on";

pub(crate) async fn connect(location: &Location, url: &str, options: &Options) -> Result<Connections, OpenError> {
    let refused = |reason: String| OpenError::Connect { location: location.to_string(), reason };
    let connection = PgConnectOptions::from_str(url)
        .map_err(|error| refused(error.to_string()))?
        .application_name("hansa")
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging();
    let read_only = options.access == Access::ReadOnly;
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for > IDLE_BEFORE_TEST {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(SESSION).await?;
                if read_only {
                    connection.execute(SESSION_READ_ONLY).await?;
                }
                Ok(())
            })
        })
        .connect_with(connection)
        .await
        .map_err(|error| refused(reason(error)))?;
    let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok(Connections { write: (!read_only).then(|| pool.clone()), read: pool, lock: None })
}

fn reason(error: sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(error) => format!("the server does not answer ({error}); is it running and reachable?"),
        sqlx::Error::PoolTimedOut => {
            format!("the server did not answer within {} seconds", CONNECT_TIMEOUT.as_secs())
        }
        error => describe(&DbErr::Conn(RuntimeErr::SqlxError(error.into()))),
    }
}
