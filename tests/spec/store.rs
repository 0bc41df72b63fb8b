//! The store against real files: what is refused, what is held, what a backup is worth.

mod opening;
mod restored;
