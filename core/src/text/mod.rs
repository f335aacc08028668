//! Text: byte spans, line and column lookup, tokens and statement splitting.
mod block;
mod client;
mod lex;
mod lex_mysql;
mod lex_postgres;
mod literal;
mod mode;
mod span;
mod split;
mod token;

pub use lex::tokens;
pub use span::{LineColumn, LineIndex, Span};
pub use split::{Directive, DirectiveKind, LexProblem, Script, Statement};
pub use token::{Token, TokenKind};
