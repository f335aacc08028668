//! Sequences.
use crate::{
    catalog::{Name, ObjectName, SequenceOptions},
    dialect::{
        cursor::{Cursor, Read, Stop},
        postgres::types,
    },
    operation::{Operation, SequenceAction},
    text::TokenKind,
};

use super::{alter, common};

/// What a list of sequence options says.
#[derive(Default)]
pub(super) struct Options {
    /// The definition.
    pub(super) options: SequenceOptions,
    /// The same as `(option, value)`, in order.
    pub(super) written: Vec<(String, Option<String>)>,
    /// `OWNED BY`; the inner `None` is `NONE`.
    pub(super) owned_by: Option<Option<(ObjectName, Name)>>,
    /// `SEQUENCE NAME`, which `pg_dump` writes for identity columns.
    pub(super) sequence_name: Option<ObjectName>,
}

/// Reads sequence options up to the first token that is none.
pub(super) fn options(c: &mut Cursor<'_>) -> Read<Options> {
    let mut read = Options::default();
    while option(c, &mut read)? {}
    read.options = normal(read.options);
    Ok(read)
}

/// Options that say what the server would have taken anyway are the same as options left away.
fn normal(mut options: SequenceOptions) -> SequenceOptions {
    let (lowest, highest) = match options.data_type.as_deref() {
        Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("integer") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let ascending = options.increment.unwrap_or(1) > 0;
    let (minimum, maximum) = if ascending { (1, highest) } else { (lowest, -1) };
    let first =
        if ascending { options.minimum.unwrap_or(minimum) } else { options.maximum.unwrap_or(maximum) };
    let drop_default = |value: &mut Option<i64>, default: i64| {
        if *value == Some(default) {
            *value = None;
        }
    };
    drop_default(&mut options.start, first);
    drop_default(&mut options.increment, 1);
    drop_default(&mut options.minimum, minimum);
    drop_default(&mut options.maximum, maximum);
    drop_default(&mut options.cache, 1);
    if options.data_type.as_deref() == Some("bigint") {
        options.data_type = None;
    }
    options
}

/// One option; `false` when none stands here.
fn option(c: &mut Cursor<'_>, read: &mut Options) -> Read<bool> {
    let words = [
        "as",
        "cache",
        "cycle",
        "increment",
        "maxvalue",
        "minvalue",
        "no",
        "owned",
        "restart",
        "start",
        "sequence",
        "logged",
        "unlogged",
    ];
    let Some(word) = c.accept_any(&words) else { return Ok(false) };
    let target = &mut read.options;
    let mut note = |option: &str, value: Option<String>| read.written.push((option.to_owned(), value));
    match word {
        "as" => {
            let data_type = types::read(c)?.to_string();
            note("as", Some(data_type.clone()));
            target.data_type = Some(data_type);
        }
        "cycle" => {
            target.cycle = true;
            note("cycle", Some("true".to_owned()));
        }
        "no" => match c.expect_any(&["maxvalue", "minvalue", "cycle"])? {
            "maxvalue" => {
                target.maximum = None;
                note("maxvalue", None);
            }
            "minvalue" => {
                target.minimum = None;
                note("minvalue", None);
            }
            _ => {
                target.cycle = false;
                note("cycle", None);
            }
        },
        "owned" => {
            c.expect("by")?;
            read.owned_by = Some(owner(c)?);
        }
        "sequence" => {
            c.expect("name")?;
            read.sequence_name = Some(c.object_name_of("a sequence name")?);
        }
        "restart" => {
            c.accept("with");
            let value = if c.at_kind(TokenKind::Number) || c.at_kind(TokenKind::Operator) {
                Some(c.number()?)
            } else {
                None
            };
            note("restart", value);
        }
        "logged" | "unlogged" => {}
        numeric => {
            c.accept(if numeric == "increment" { "by" } else { "with" });
            let written = c.number()?;
            // Beyond 64 bits the server refuses the value; its text is kept for those who show it.
            let value = written.parse::<i64>().ok();
            match numeric {
                "cache" => target.cache = value,
                "increment" => target.increment = value,
                "maxvalue" => target.maximum = value,
                "minvalue" => target.minimum = value,
                _ => target.start = value,
            }
            note(numeric, Some(written));
        }
    }
    Ok(true)
}

/// `table.column`, `schema.table.column` or `NONE`.
fn owner(c: &mut Cursor<'_>) -> Read<Option<(ObjectName, Name)>> {
    let mut names = vec![c.name_of("a table and column")?];
    while c.accept_kind(TokenKind::Dot) {
        names.push(c.any_name("a name behind the `.`")?);
    }
    match names.as_slice() {
        [none] if *none == *"none" => Ok(None),
        [table, column] => Ok(Some((ObjectName::bare(table.clone()), column.clone()))),
        [.., schema, table, column] => {
            Ok(Some((ObjectName::new(schema.clone(), table.clone()), column.clone())))
        }
        _ => Err(Stop::Opaque),
    }
}

/// Behind `CREATE [TEMP | UNLOGGED] SEQUENCE`.
pub(super) fn create(c: &mut Cursor<'_>, temporary: bool) -> Read<Operation> {
    let if_not_exists = common::if_not_exists(c)?;
    let name = c.object_name_of("a sequence name")?;
    let read = options(c)?;
    c.expect_end()?;
    Ok(Operation::CreateSequence {
        name,
        options: read.options,
        owned_by: read.owned_by.flatten(),
        if_not_exists,
        temporary,
    })
}

/// Behind `ALTER SEQUENCE`.
pub(super) fn alter(c: &mut Cursor<'_>) -> Read<Operation> {
    let if_exists = common::if_exists(c)?;
    let name = c.object_name_of("a sequence name")?;
    let action = if c.accept_words(&["rename", "to"]) {
        SequenceAction::Rename { to: c.name_of("a sequence name")? }
    } else if c.accept_words(&["set", "schema"]) {
        SequenceAction::SetSchema { schema: c.name_of("a schema name")? }
    } else if c.at_words(&["owner", "to"]) {
        return Ok(alter::owner(c, "ALTER SEQUENCE", name));
    } else if c.at_words(&["set", "logged"]) || c.at_words(&["set", "unlogged"]) {
        return Err(Stop::Opaque);
    } else {
        if c.is_end() {
            return Err(c.unexpected("what to change"));
        }
        let read = options(c)?;
        match (read.owned_by, read.written.is_empty()) {
            (Some(owner), true) => SequenceAction::OwnedBy { owner },
            (None, false) => SequenceAction::Options { options: read.written },
            (Some(_), false) => return Err(Stop::Opaque),
            (None, true) => return Err(c.unexpected("a sequence option")),
        }
    };
    c.expect_end()?;
    Ok(Operation::AlterSequence { name, if_exists, action })
}
