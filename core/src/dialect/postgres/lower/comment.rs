//! `COMMENT ON`.
use crate::{
    catalog::{Name, ObjectName},
    dialect::cursor::{Cursor, Read},
    operation::{CommentTarget, Operation},
    text::TokenKind,
};

use super::{other, routine};

/// Behind `COMMENT`.
pub(super) fn statement(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("on")?;
    let on = target(c)?;
    c.expect("is")?;
    let text = if c.accept("null") { None } else { Some(c.string()?) };
    c.expect_end()?;
    // The server keeps no empty comments.
    Ok(Operation::Comment { on, text: text.filter(|t| !t.is_empty()) })
}

fn target(c: &mut Cursor<'_>) -> Read<CommentTarget> {
    let known = [
        "table",
        "column",
        "index",
        "view",
        "materialized",
        "sequence",
        "schema",
        "type",
        "domain",
        "function",
        "procedure",
        "routine",
        "aggregate",
        "constraint",
        "trigger",
    ];
    let Some(word) = c.accept_any(&known) else { return other(c) };
    Ok(match word {
        "table" => CommentTarget::Table { name: c.object_name_of("a table name")? },
        "index" => CommentTarget::Index { name: c.object_name_of("an index name")? },
        "view" => CommentTarget::View { name: c.object_name_of("a view name")? },
        "materialized" => {
            c.expect("view")?;
            CommentTarget::View { name: c.object_name_of("a view name")? }
        }
        "sequence" => CommentTarget::Sequence { name: c.object_name_of("a sequence name")? },
        "schema" => CommentTarget::Schema { name: c.name_of("a schema name")? },
        "type" | "domain" => CommentTarget::Type { name: c.object_name_of("a type name")? },
        "function" | "procedure" | "routine" | "aggregate" => {
            let (name, signature) = routine::reference(c)?;
            CommentTarget::Routine { name, signature }
        }
        "column" => column(c)?,
        _ => {
            let name = c.name_of("a name")?;
            c.expect("on")?;
            if word == "constraint"
                && c.at("domain")
                && c.peek_at(1).is_some_and(|t| t.is_name())
                && !c.word_at(1, "is")
            {
                c.skip(1);
                let parent = Some(c.object_name_of("a domain name")?);
                let name = Some(ObjectName::bare(name));
                return Ok(CommentTarget::Other { verb: "CONSTRAINT ON DOMAIN".into(), name, parent });
            }
            let table = c.object_name_of("a table name")?;
            if word == "constraint" {
                CommentTarget::Constraint { table, name }
            } else {
                CommentTarget::Trigger { table, name }
            }
        }
    })
}

/// `table.column`, `schema.table.column`.
fn column(c: &mut Cursor<'_>) -> Read<CommentTarget> {
    let mut names = vec![c.name_of("a table and column")?];
    while c.accept_kind(TokenKind::Dot) {
        names.push(c.any_name("a name behind the `.`")?);
    }
    match names.as_slice() {
        [table, column] => {
            Ok(CommentTarget::Column { table: ObjectName::bare(table.clone()), column: column.clone() })
        }
        [.., schema, table, column] => Ok(CommentTarget::Column {
            table: ObjectName::new(schema.clone(), table.clone()),
            column: column.clone(),
        }),
        _ => Err(c.unexpected("`.` and a column name")),
    }
}

/// Something whose comments the catalog does not keep.
fn other(c: &mut Cursor<'_>) -> Read<CommentTarget> {
    /// Kinds of objects without a name.
    const NAMELESS: &[&str] = &["CAST", "LARGE OBJECT", "TRANSFORM"];
    let Some(words) = other::kind(c) else { return Err(other::unknown_kind(c)) };
    c.skip(words.len());
    let verb = words.join(" ").to_ascii_uppercase();
    let name = match verb.as_str() {
        "OPERATOR" => Some(operator(c)?),
        verb if NAMELESS.contains(&verb) => None,
        _ => Some(c.object_name_of("a name")?),
    };
    let parent = if matches!(verb.as_str(), "POLICY" | "RULE") {
        c.expect("on")?;
        Some(c.object_name_of("a table name")?)
    } else {
        None
    };
    while !c.is_end() && !c.at("is") {
        c.skip(1);
    }
    Ok(CommentTarget::Other { verb, name, parent })
}

/// `+`, `schema.+`.
fn operator(c: &mut Cursor<'_>) -> Read<ObjectName> {
    let mut schema = None;
    while c.at_name() && c.kind_at(1, TokenKind::Dot) {
        schema = Some(c.name_of("a schema name")?);
        c.skip(1);
    }
    let symbol = c.expect_kind(TokenKind::Operator)?;
    Ok(ObjectName { schema, name: Name::new(c.text_of(symbol)) })
}
