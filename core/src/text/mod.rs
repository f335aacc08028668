//! Text: byte spans, line and column lookup, tokens and statement splitting.
mod span;
pub use span::{LineColumn, LineIndex, Span};
