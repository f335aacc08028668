//! PostgreSQL's grammar, as data: `*.grammar`, in the notation of `dialect::grammar`, after the synopses of the
//! server's reference and what servers of the versions 14 to 18 accept.
use std::sync::LazyLock;

use super::words::{self, WordClass};
use crate::dialect::grammar::{Class, Grammar, Terminal};

const TEXTS: &[&str] = &[
    include_str!("expression.grammar"),
    include_str!("query.grammar"),
    include_str!("table.grammar"),
    include_str!("object.grammar"),
    include_str!("session.grammar"),
];

/// Tokens that several words and kinds of tokens can be; the first is what names are.
const TERMINALS: &[Terminal] = &[
    Terminal { name: "name", words: |w| !words::is_reserved(w), classes: NAMES, marks: &[] },
    Terminal {
        name: "type_name",
        words: |w| matches!(words::class(w), WordClass::Free | WordClass::FunctionOrType),
        classes: NAMES,
        marks: &[],
    },
    Terminal { name: "word", words: |w| words::class(w) != WordClass::Reserved, classes: NAMES, marks: &[] },
    Terminal {
        name: "reserved",
        words: |w| words::class(w) == WordClass::Reserved,
        classes: &[],
        marks: &[],
    },
    Terminal { name: "label", words: |_| true, classes: NAMES, marks: &[] },
    Terminal { name: "bare_label", words: |w| !words::needs_as(w), classes: NAMES, marks: &[] },
    Terminal { name: "plain", words: |w| words::class(w) == WordClass::Free, classes: NAMES, marks: &[] },
    Terminal {
        name: "plain_word",
        words: |w| words::class(w) == WordClass::Free,
        classes: NAMES,
        marks: &[],
    },
    Terminal { name: "quoted", words: |_| false, classes: &[Class::QuotedName], marks: &[] },
    // Tokens that the lexer takes for operators and the server does not.
    Terminal { name: "no_operator", words: |_| false, classes: &[], marks: &["..", ":", ":=", "=>", "::"] },
    Terminal { name: "string", words: |_| false, classes: &[Class::String], marks: &[] },
    Terminal { name: "national", words: |_| false, classes: &[Class::National], marks: &[] },
    Terminal { name: "bits", words: |_| false, classes: &[Class::Bits], marks: &[] },
    Terminal { name: "integer", words: |_| false, classes: &[Class::Integer], marks: &[] },
    Terminal { name: "decimal", words: |_| false, classes: &[Class::Number], marks: &[] },
    Terminal { name: "parameter", words: |_| false, classes: &[Class::Parameter], marks: &[] },
    Terminal { name: "operator", words: |_| false, classes: &[Class::Operator], marks: &[] },
    Terminal {
        name: "operator_symbol",
        words: |_| false,
        classes: &[Class::Operator],
        marks: &["+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>", "!="],
    },
];

const NAMES: &[Class] = &[Class::Name, Class::QuotedName];

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(TEXTS, &words::LISTS, TERMINALS));

/// The grammar of the newest version that is known, with marks at what older and newer ones differ in.
pub(super) fn grammar() -> &'static Grammar {
    &GRAMMAR
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_is_one() {
        assert_eq!(super::grammar().problems(), &[] as &[String]);
    }
}
