//! Progress on a terminal: how much, how fast, how long yet. Nothing is drawn when nobody is looking.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for so many things (0: not known) of a kind.
pub(crate) fn bar(total: u64, what: &'static str) -> ProgressBar {
    let bar = if total == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(total) };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    let known = "{msg:>12} {bar:32} {human_pos}/{human_len} {per_sec} {eta} left";
    let unknown = "{msg:>12} {spinner} {human_pos} {per_sec} {elapsed}";
    if let Ok(style) = ProgressStyle::with_template(if total == 0 { unknown } else { known }) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
