//! The `hansa` program.

use std::io::IsTerminal;

use clap::Parser;
use hansa::cli::{Cli, run};
use hansa::traces::Traces;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            listen(&cli, None);
            tracing::error!(%error, "the runtime could not start");
            return 1.into();
        }
    };
    let traces = match cli.traces(runtime.handle()) {
        Ok(traces) => traces,
        Err(code) => return code.into(),
    };
    listen(&cli, traces.as_ref());
    let code = runtime.block_on(run(cli));
    if let Some(traces) = traces {
        traces.end();
    }
    code.into()
}

/// Writes the log to standard error, in colours where somebody looks at it, and gives spans to whom they go.
fn listen(cli: &Cli, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_env("HANSA_LOG").unwrap_or_else(|_| cli.logs().into());
    let colours = std::io::stderr().is_terminal();
    match traces {
        None => tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init(),
        Some(traces) => {
            let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_filter(filter);
            tracing_subscriber::registry().with(traces.layer()).with(log).init();
        }
    }
}
