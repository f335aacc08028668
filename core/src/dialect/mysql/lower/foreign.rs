//! Statements of PostgreSQL that came to the wrong server: one answer instead of a riddle about a token.
use crate::{
    operation::{Located, Operation},
    target::{Dialect, Target},
    text::{Token, TokenKind},
};

/// What to say of a refused statement that is plainly PostgreSQL's; `None` when it is not.
pub(super) fn recognise(text: &str, tokens: &[Token], target: &Target) -> Option<(String, Option<String>)> {
    let title = target.dialect.title();
    let starts = |words: &[&str]| {
        words.iter().enumerate().all(|(i, w)| tokens.get(i).is_some_and(|t| t.is_word(text, w)))
    };
    if starts(&["drop", "index"]) && !tokens.iter().any(|t| t.is_word(text, "on")) {
        let help = "an index belongs to its table: write `DROP INDEX name ON table`";
        return Some((
            format!("this is PostgreSQL: {title} has no `DROP INDEX` without `ON`"),
            Some(help.into()),
        ));
    }
    // MariaDB took these over.
    let taken_over = [
        "`RETURNING`",
        "`CREATE SEQUENCE`",
        "`ALTER SEQUENCE`",
        "`DROP SEQUENCE`",
        "`CREATE OR REPLACE FUNCTION`",
    ];
    let mark = tokens
        .iter()
        .enumerate()
        .filter_map(|(i, token)| mark(text, tokens, i, *token))
        .find(|(what, _)| target.dialect == Dialect::MySql || !taken_over.contains(what))?;
    Some((format!("this is PostgreSQL: {title} has no {}", mark.0), mark.1.map(str::to_owned)))
}

/// A refusal whose advice says that it is PostgreSQL says so first.
pub(super) fn named(message: String, help: Option<String>) -> (String, Option<String>) {
    const NAME: &str = "this is PostgreSQL";
    match help.as_deref().and_then(|h| h.strip_prefix(NAME)) {
        Some(rest) => {
            let advice = rest.strip_prefix(": ").map(str::to_owned);
            (format!("{NAME}: {message}"), advice)
        }
        None => (message, help),
    }
}

/// Operators that the server's lexer cannot have meant, wherever they stand.
pub(super) fn operator(text: &str, tokens: &[Token], target: &Target) -> Option<Located<Operation>> {
    let maria = target.dialect == Dialect::MariaDb && target.version.major < 12;
    let refused = |span, message: String, help: &str| {
        Some(Located { span, node: Operation::Invalid { message, help: Some(help.to_owned()) } })
    };
    tokens.windows(2).find_map(|pair| {
        let [token, next] = pair else { return None };
        if token.kind != TokenKind::Operator {
            return None;
        }
        if maria && matches!(token.text(text), "->" | "->>") {
            let written = token.text(text);
            let instead =
                if written == "->" { "JSON_EXTRACT(…)" } else { "JSON_UNQUOTE(JSON_EXTRACT(…))" };
            return refused(
                token.span,
                format!("this is MySQL: MariaDB has no operator `{written}`"),
                &format!("write `{instead}`"),
            );
        }
        let cast =
            token.is_operator(text, ":") && next.is_operator(text, ":") && next.span.start == token.span.end;
        if cast {
            let title = target.dialect.title();
            return refused(
                token.span.to(next.span),
                format!("this is PostgreSQL: {title} has no `::`"),
                "write `CAST(value AS type)`",
            );
        }
        None
    })
}

type Mark = (&'static str, Option<&'static str>);

/// Whether the token at `i` begins something that only PostgreSQL has.
fn mark(text: &str, tokens: &[Token], i: usize, token: Token) -> Option<Mark> {
    let word = |ahead: usize, w: &str| tokens.get(i + ahead).is_some_and(|t| t.is_word(text, w));
    let words = |all: &[&str]| all.iter().enumerate().all(|(n, w)| word(n, w));
    let previous = |w: &str| i.checked_sub(1).and_then(|p| tokens.get(p)).is_some_and(|t| t.is_word(text, w));
    if i == 0 {
        return statement(&words);
    }
    if token.kind == TokenKind::String {
        // `CREATE TABLE "t"`: without ANSI_QUOTES a string, where a name is meant.
        let quoted = token.text(text).starts_with('"');
        let name =
            ["table", "column", "index", "into", "update", "on", "references", "exists", "add", "view"]
                .iter()
                .any(|w| previous(w));
        return (quoted && name).then_some((
            "names in double quotes unless `sql_mode` has `ANSI_QUOTES`",
            Some("quote names with backticks"),
        ));
    }
    if token.kind != TokenKind::Word {
        return None;
    }
    match token.text(text).to_ascii_lowercase().as_str() {
        "concurrently" if previous("index") => Some(("`CONCURRENTLY`", Some("leave it out"))),
        "type" if alters_column(text, tokens, i) => Some((
            "`ALTER COLUMN … TYPE`",
            Some("write `MODIFY COLUMN` with the column's whole new definition"),
        )),
        "set"
            if alters_column(text, tokens, i)
                && (words(&["set", "not", "null"]) || words(&["set", "data"])) =>
        {
            Some((
                "`ALTER COLUMN … SET NOT NULL` or `SET DATA TYPE`",
                Some("write `MODIFY COLUMN` with the column's whole new definition"),
            ))
        }
        "drop" if alters_column(text, tokens, i) && words(&["drop", "not", "null"]) => Some((
            "`ALTER COLUMN … DROP NOT NULL`",
            Some("write `MODIFY COLUMN` with the column's whole new definition"),
        )),
        "identity" if previous("as") => Some(("identity columns", Some("write `AUTO_INCREMENT`"))),
        "with" if words(&["with", "time", "zone"]) => Some(("`WITH TIME ZONE`", Some("write `TIMESTAMP`"))),
        "execute" if words(&["execute", "function"]) || words(&["execute", "procedure"]) => {
            Some(("`EXECUTE FUNCTION`", Some("the trigger's statements stand in the trigger itself")))
        }
        "returning" => Some(("`RETURNING`", Some("select the rows before or afterwards"))),
        "conflict" if previous("on") => {
            Some(("`ON CONFLICT`", Some("write `ON DUPLICATE KEY UPDATE` or `INSERT IGNORE`")))
        }
        "owner" if words(&["owner", "to"]) => Some(("owners of tables", None)),
        "language" if words(&["language", "plpgsql"]) => Some(("`LANGUAGE plpgsql`", None)),
        _ => None,
    }
}

/// Whether `ALTER [COLUMN] name` stands before the token at `i`.
fn alters_column(text: &str, tokens: &[Token], i: usize) -> bool {
    let word = |back: usize, w: &str| {
        i.checked_sub(back).and_then(|p| tokens.get(p)).is_some_and(|t| t.is_word(text, w))
    };
    i > 3 && (word(2, "alter") || (word(2, "column") && word(3, "alter")))
}

/// Whole statements that only PostgreSQL has.
fn statement(words: &dyn Fn(&[&str]) -> bool) -> Option<Mark> {
    const STATEMENTS: &[(&[&str], &str, Option<&str>)] = &[
        (&["create", "type"], "`CREATE TYPE`", Some("an enum is a column's type here: `ENUM('a', 'b')`")),
        (&["alter", "type"], "`ALTER TYPE`", Some("change the column's type with `MODIFY COLUMN`")),
        (&["drop", "type"], "`DROP TYPE`", None),
        (&["create", "domain"], "`CREATE DOMAIN`", None),
        (&["create", "extension"], "`CREATE EXTENSION`", None),
        (&["drop", "extension"], "`DROP EXTENSION`", None),
        (&["create", "materialized", "view"], "materialized views", None),
        (&["drop", "materialized", "view"], "materialized views", None),
        (&["refresh", "materialized", "view"], "materialized views", None),
        (&["create", "sequence"], "`CREATE SEQUENCE`", Some("use `AUTO_INCREMENT`")),
        (&["alter", "sequence"], "`ALTER SEQUENCE`", Some("use `AUTO_INCREMENT`")),
        (&["drop", "sequence"], "`DROP SEQUENCE`", None),
        (&["create", "policy"], "`CREATE POLICY`", None),
        (&["alter", "index"], "`ALTER INDEX`", Some("write `ALTER TABLE … RENAME INDEX`")),
        (&["comment", "on"], "`COMMENT ON`", Some("comments belong to the definition: `COMMENT '…'`")),
        (&["create", "or", "replace", "function"], "`CREATE OR REPLACE FUNCTION`", Some("drop it first")),
        (&["copy"], "`COPY`", Some("use `LOAD DATA`")),
        (&["vacuum"], "`VACUUM`", Some("use `OPTIMIZE TABLE`")),
        (&["reindex"], "`REINDEX`", Some("use `OPTIMIZE TABLE`")),
        (&["cluster"], "`CLUSTER`", None),
        (&["reassign"], "`REASSIGN OWNED`", None),
        (&["create", "index", "concurrently"], "`CONCURRENTLY`", Some("leave it out")),
        (&["drop", "index", "concurrently"], "`CONCURRENTLY`", Some("leave it out")),
    ];
    STATEMENTS.iter().find(|(start, ..)| words(start)).map(|(_, what, help)| (*what, *help))
}
