//! Work that is done outside of requests.

/// Work that takes longer than a request. `due_at` is empty when it has ended.
pub const JOBS: &str = "
CREATE TABLE job (
    id {text} PRIMARY KEY,
    kind {text} NOT NULL,
    actor {text} NOT NULL,
    input {text} NOT NULL,
    state {text} NOT NULL,
    created_at {bigint} NOT NULL,
    due_at {bigint},
    attempts {bigint} NOT NULL,
    started_at {bigint},
    finished_at {bigint},
    done {bigint} NOT NULL,
    total {bigint},
    result {text},
    error {text}
) {strict};
CREATE INDEX job_due ON job (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX job_created ON job (created_at, id);
";
