//! Statements that came to the wrong server: what one server refuses and another one reads is called by its name.
use super::{mysql, postgres};
use crate::{
    operation::{Located, Operation},
    target::{Dialect, Target},
    text::{Script, Statement},
};

/// How a refusal begins that says whose statement it is.
const NAMED: &str = "this is ";

/// The other servers, the nearest first.
pub(crate) fn others(dialect: Dialect) -> [Dialect; 2] {
    match dialect {
        Dialect::Postgres => [Dialect::MySql, Dialect::MariaDb],
        Dialect::MySql => [Dialect::MariaDb, Dialect::Postgres],
        Dialect::MariaDb => [Dialect::MySql, Dialect::Postgres],
    }
}

/// A refusal without the words that say whose statement it is.
pub(crate) fn unnamed(message: &str) -> &str {
    message.strip_prefix(NAMED).and_then(|rest| rest.split_once(": ")).map_or(message, |(_, rest)| rest)
}

/// Whether a refusal says whose statement it is, in its message or in its help.
pub(crate) fn is_named(message: &str, help: Option<&str>) -> bool {
    message.starts_with(NAMED) || help.is_some_and(|help| help.starts_with(NAMED))
}

/// How many statements of `text` a server of `dialect` refuses, with what cannot be read as SQL at all; counting stops
/// behind `most`. Costs the length of the text.
pub(crate) fn refusals(text: &str, dialect: Dialect, most: usize) -> usize {
    let target = Target::new(dialect);
    let script = Script::new(text, &target);
    let refused = script.statements.iter().filter(|statement| {
        raw(&script, statement, &target).iter().any(|o| matches!(o.node, Operation::Invalid { .. }))
    });
    script.problems.len() + refused.take(most.saturating_add(1)).count()
}

/// The operations of `statement`, of which a refusal says so if another server reads the statement to its end. What only that
/// server writes was called by its name before; any other statement may as well be a mistake.
pub(super) fn named(
    mut operations: Vec<Located<Operation>>,
    script: &Script<'_>,
    statement: &Statement,
    target: &Target,
) -> Vec<Located<Operation>> {
    let nameless = |o: &Located<Operation>| matches!(&o.node, Operation::Invalid { message, help: None } if !is_named(message, None));
    if !operations.iter().any(nameless) {
        return operations;
    }
    let text = statement.source.slice(script.text);
    let Some(reader) = others(target.dialect).into_iter().find(|other| reads(text, *other)) else {
        return operations;
    };
    for operation in operations.iter_mut().filter(|o| nameless(o)) {
        if let Operation::Invalid { help, .. } = &mut operation.node {
            *help = Some(format!("{} reads this statement: {}", reader.title(), advice(reader)));
        }
    }
    operations
}

/// What to do with statements that another server reads.
pub(crate) fn advice(reader: Dialect) -> String {
    let title = reader.title();
    format!("if it is meant for {title}, check it with the dialect `{}`", reader.as_str())
}

/// Whether a server of `dialect` reads `text` as one statement, to its end.
fn reads(text: &str, dialect: Dialect) -> bool {
    let target = Target::new(dialect);
    let script = Script::new(text, &target);
    let [statement] = script.statements.as_slice() else { return false };
    let read =
        |o: &Located<Operation>| !matches!(o.node, Operation::Invalid { .. } | Operation::Opaque { .. });
    script.problems.is_empty()
        && script.directives.is_empty()
        && raw(&script, statement, &target).iter().all(read)
}

/// What a server of the target's family makes of a statement.
pub(super) fn raw(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    match target.dialect {
        Dialect::Postgres => postgres::lower::lower(script, statement, target),
        Dialect::MySql | Dialect::MariaDb => mysql::lower::lower(script, statement, target),
    }
}
