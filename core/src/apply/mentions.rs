//! Names inside of statements and definitions that the server looks up: columns of conditions, `NEW.a` of triggers,
//! relations that are read.
use super::{
    ConflictKind,
    run::{Run, Step, column_path, fail, not_found},
};
use crate::{
    catalog::{Expression, Name, ObjectName, Table},
    change::ObjectPath,
    dialect::expression,
    operation::Filter,
    target::Target,
    text::{Token, TokenKind, tokens},
};

/// Refuses a condition or value that mentions a column which the one table of the statement does not have. What a query
/// inside of it reads is not looked into.
pub(super) fn columns(run: &Run<'_>, table: &Table, alias: Option<&Name>, expression: &Expression) -> Step {
    let target = run.target();
    let queries = tokens(&expression.sql, &target)
        .iter()
        .any(|t| t.is_any_word(&expression.sql, &["select", "values", "table", "with"]));
    // In a block a name may be a variable.
    if queries || !table.complete || run.depth > 0 {
        return Ok(());
    }
    for name in expression::columns(expression, &target) {
        let known = run.place(table, &name).is_some()
            || super::constraints::is_system_column(run, &name)
            || super::constraints::is_syntax(&name)
            || run.same(&name, &table.name.name)
            || alias.is_some_and(|alias| run.same(&name, alias))
            || expression::builtin_function(&name.to_lowercase(), &target).is_some();
        if !known && !name.starts_with(['@', '$', ':']) {
            return not_found(column_path(&table.name, &name));
        }
    }
    Ok(())
}

/// The same for the condition of a filter.
pub(super) fn filter(run: &Run<'_>, table: &Table, alias: Option<&Name>, filter: &Filter) -> Step {
    match filter {
        Filter::Condition { condition } => columns(run, table, alias, condition),
        Filter::Tautology { .. } | Filter::None | Filter::Other => Ok(()),
    }
}

/// Refuses what reads a relation that does not exist.
pub(super) fn relations(run: &Run<'_>, reads: &[ObjectName]) -> Step {
    for name in reads {
        let full = run.qualify(name);
        let known = run.find(name).is_some()
            || run.may_exist(&full)
            || name.schema.is_some() && run.is_open(name)
            || super::views::is_system(run, name);
        if !known {
            return not_found(ObjectPath::Table { name: full });
        }
    }
    Ok(())
}

/// The columns that a trigger names: in `UPDATE OF`, and behind `NEW.` and `OLD.`. The MySQL family has those in its body.
pub(crate) fn trigger_columns(definition: &str, target: &Target) -> Vec<String> {
    let mysql = target.dialect.is_mysql_family();
    let all = tokens(definition, target);
    let end = if mysql { None } else { all.iter().position(|t| t.is_word(definition, "execute")) };
    let value = |token: &Token| {
        let name = token.name_value(definition, target);
        let folds = !mysql && token.kind == TokenKind::Word;
        if folds { name.to_lowercase() } else { name.into_owned() }
    };
    let mut listed = false;
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate().take(end.unwrap_or(all.len())) {
        let before = |back: usize| at.checked_sub(back).and_then(|at| all.get(at));
        if token.is_word(definition, "of") && before(1).is_some_and(|t| t.is_word(definition, "update")) {
            listed = !mysql;
            continue;
        }
        listed &= !token.is_any_word(definition, &["on", "or"]);
        let row = before(1).is_some_and(|t| t.kind == TokenKind::Dot)
            && before(2).is_some_and(|t| t.is_any_word(definition, &["new", "old"]))
            && before(3).is_none_or(|t| t.kind != TokenKind::Dot);
        if token.is_name() && (listed || row) {
            found.push(value(token));
        }
    }
    found
}

/// Refuses a trigger that names a column which its table does not have (errors 42703 and 1054).
pub(super) fn trigger(run: &Run<'_>, on: &ObjectName, definition: &str) -> Step {
    let Some(table) = run.catalog().tables.get(on).filter(|t| t.complete) else { return Ok(()) };
    for name in trigger_columns(definition, &run.target()) {
        if run.place(table, &name).is_none() && !super::constraints::is_system_column(run, &name) {
            return not_found(column_path(on, &name));
        }
    }
    Ok(())
}

/// PostgreSQL: refuses `nextval('s')` of a sequence that does not exist.
pub(super) fn sequence(run: &Run<'_>, sql: &str) -> Step {
    let target = run.target();
    let all = tokens(sql, &target);
    for window in all.windows(3) {
        let [call, open, name] = window else { continue };
        if !call.is_word(sql, "nextval")
            || open.kind != TokenKind::LeftParen
            || name.kind != TokenKind::String
        {
            continue;
        }
        let written = name.string_value(sql, &target).into_owned();
        let parts = tokens(&written, &target);
        let value = |token: &Token| {
            let name = token.name_value(&written, &target);
            if token.kind == TokenKind::Word { name.to_lowercase() } else { name.into_owned() }
        };
        let name = match parts.as_slice() {
            [one] if one.is_name() => ObjectName::bare(value(one)),
            [schema, dot, one] if schema.is_name() && dot.kind == TokenKind::Dot && one.is_name() => {
                ObjectName::new(value(schema), value(one))
            }
            _ => continue,
        };
        let full = run.qualify(&name);
        if run.find(&name).is_none() && !run.may_exist(&full) && run.catalog().extensions.is_empty() {
            return not_found(ObjectPath::Sequence { name: full });
        }
    }
    Ok(())
}

/// Functions of PostgreSQL of which no variant is immutable (`pg_proc.provolatile`, versions 14 to 18), beside those that
/// are volatile: what people write into indexes and generated columns.
const STABLE: &[&str] = &[
    "array_to_json",
    "array_to_string",
    "concat",
    "concat_ws",
    "current_database",
    "current_schema",
    "current_schemas",
    "current_setting",
    "format",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "now",
    "pg_backend_pid",
    "pg_typeof",
    "row_to_json",
    "statement_timestamp",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "transaction_timestamp",
];

/// Those of them that take no arguments, and the volatile ones that people write most.
const ALONE: &[&str] =
    &["clock_timestamp", "gen_random_uuid", "now", "random", "statement_timestamp", "transaction_timestamp"];

/// The column of a `column::text` whose text depends on settings or may change: moments, arrays and labels (error 42P17).
fn as_text(run: &Run<'_>, table: &Table, expression: &Expression) -> Option<String> {
    let target = run.target();
    let sql = expression.sql.as_str();
    let all = tokens(sql, &target);
    all.windows(3).enumerate().find_map(|(at, window)| {
        let [name, cast, to] = window else { return None };
        let qualified = at > 0 && matches!(all[at - 1].kind, TokenKind::Dot | TokenKind::Operator);
        let text = to.is_any_word(sql, &["text", "varchar"]) && cast.is_operator(sql, "::");
        let array = all.get(at + 3).is_some_and(|t| t.kind == TokenKind::LeftBracket);
        if !text || array || qualified || !name.is_name() {
            return None;
        }
        let value = name.name_value(sql, &target);
        let column = if name.kind == TokenKind::Word { value.to_lowercase() } else { value.into_owned() };
        let column = &table.columns[run.place(table, &column)?];
        let data_type = &column.data_type;
        let moves = match &data_type.custom {
            Some(custom) => run
                .catalog()
                .types
                .get(custom)
                .is_some_and(|t| matches!(t.kind, crate::catalog::UserTypeKind::Enum { .. })),
            None => {
                data_type.text.ends_with("[]")
                    || data_type.text.starts_with("timestamp")
                    || matches!(data_type.text.as_str(), "date" | "money")
            }
        };
        moves.then(|| column.name.to_string())
    })
}

/// Whether every call of the function is `f()`, without a schema and without arguments.
fn is_called_bare(sql: &str, function: &str, target: &Target) -> bool {
    let all = tokens(sql, target);
    let kind = |at: usize| all.get(at).map(|t| t.kind);
    all.iter().enumerate().filter(|(_, token)| token.is_word(sql, function)).all(|(at, _)| {
        at.checked_sub(1).is_none_or(|before| kind(before) != Some(TokenKind::Dot))
            && kind(at + 1) == Some(TokenKind::LeftParen)
            && kind(at + 2) == Some(TokenKind::RightParen)
    })
}

/// Refuses an index key, a predicate or a generated column that calls what may give another value tomorrow (error 42P17).
pub(super) fn immutable(run: &Run<'_>, table: &Table, expression: &Expression, path: &ObjectPath) -> Step {
    if run.mysql() {
        return Ok(());
    }
    if let Some(column) = as_text(run, table, expression) {
        let message = format!(
            "the text of `{column}` depends on settings: it cannot stand in an index or generated column"
        );
        return fail(ConflictKind::InvalidDefinition, path.clone(), message);
    }
    let target = run.target();
    for function in expression::functions(expression, &target) {
        // A user's own function of the name, or one of an extension, may be another variant.
        let own = run
            .catalog()
            .routines
            .linked(crate::catalog::Link::Routine, &ObjectName::bare(function.clone()))
            .next()
            .is_some();
        let moves = expression::builtin_function(&function, &target) == Some(true)
            || STABLE.contains(&function.as_str());
        // A function without arguments is the server's own, whatever others of the name there are.
        let bare = ALONE.contains(&function.as_str()) && is_called_bare(&expression.sql, &function, &target);
        if moves && (bare || !own && run.catalog().extensions.is_empty() && !run.catalog().is_open()) {
            let message =
                format!("`{function}` is not immutable: it cannot stand in an index or generated column");
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
    }
    Ok(())
}
