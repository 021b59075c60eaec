//! Whether spans are sent, and where to (`serve`).

use clap::Args;
use tokio::runtime::Handle;

use super::market::variable;
use super::output::note;
use super::{Cli, Command};
use crate::traces::Traces;

/// Where spans go.
#[derive(Args, Debug)]
pub(crate) struct Tracing {
    /// The collector that gets traces by OTLP (protobuf over HTTP), e.g. http://localhost:4318 [default: as the standard variables OTEL_EXPORTER_OTLP_ENDPOINT
    /// and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT say; without any, nothing is traced]
    #[arg(long, value_name = "URL")]
    otlp_endpoint: Option<String>,
}

impl Cli {
    /// Where the spans of this command go; nowhere unless it serves and a collector is named.
    ///
    /// # Errors
    /// The exit code, when what is configured cannot be followed; it is said.
    pub fn traces(&self, runtime: &Handle) -> Result<Option<Traces>, u8> {
        let tracing = match &self.command {
            Command::Serve(serve) => serve.tracing(),
            Command::Demo(demo) => demo.tracing(),
            _ => return Ok(None),
        };
        tracing.to(variable, runtime).map_err(|why| {
            note(&why);
            3
        })
    }
}

impl Cli {
    /// What is logged where nothing else is said: whoever serves tells of every request.
    pub fn logs(&self) -> &'static str {
        match &self.command {
            Command::Serve(_) | Command::Demo(_) => "warn,hansa=info",
            _ => "warn",
        }
    }
}

impl Tracing {
    fn to(&self, variable: impl Fn(&str) -> Option<String>, runtime: &Handle) -> Result<Option<Traces>, String> {
        let set = |name: &str| variable(name).is_some_and(|value| !value.trim().is_empty());
        let is = |name: &str, word: &str| variable(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(word));
        let named = self.otlp_endpoint.is_some() || set("OTEL_EXPORTER_OTLP_ENDPOINT") || set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        if !named || is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
            return Ok(None);
        }
        for name in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            if set(name) && !is(name, "http/protobuf") {
                return Err(format!("{name}: `http/protobuf` is what is spoken, not `{}`", variable(name).unwrap_or_default()));
            }
        }
        if let Some(endpoint) = &self.otlp_endpoint
            && !url::Url::parse(endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        {
            return Err(format!("--otlp-endpoint: an address such as http://localhost:4318, not `{endpoint}`"));
        }
        let _inside = runtime.enter();
        Traces::to(self.otlp_endpoint.as_deref(), runtime.clone()).map(Some).map_err(|why| format!("traces: {why}"))
    }
}
