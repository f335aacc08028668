//! What our operations say that a statement does, in the words of `tests/oracle/trees.mjs`.
use remigrate::{
    Dialect, Operation, Target,
    catalog::{Name, ObjectName, Persistence, RoutineKind, UserTypeKind},
    operation::{
        AlterTable, CommentTarget, CreateTable, Filter, Located, ObjectStatement, TableAction,
        TransactionControl,
    },
    text::{Token, TokenKind, tokens},
};

/// What is done, lower case, and to what.
pub(crate) type Fact = (String, String);

fn on(name: &ObjectName) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.to_string(),
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    let names: Vec<&str> = names.into_iter().map(|name| &**name).collect();
    names.join(", ")
}

fn every(what: &str, objects: &[ObjectName]) -> Vec<Fact> {
    objects.iter().map(|name| (what.to_owned(), on(name))).collect()
}

fn one(what: impl Into<String>, to: impl Into<String>) -> Vec<Fact> {
    vec![(what.into(), to.into())]
}

fn cascade(yes: bool) -> &'static str {
    if yes { " cascade" } else { "" }
}

fn replace(yes: bool) -> &'static str {
    if yes { "or replace " } else { "" }
}

fn only(yes: bool) -> &'static str {
    if yes { "only " } else { "" }
}

/// The facts of a statement's operations.
pub(crate) fn facts(operations: &[Located<Operation>]) -> Vec<Fact> {
    operations.iter().flat_map(|operation| fact(&operation.node)).collect()
}

fn fact(operation: &Operation) -> Vec<Fact> {
    match operation {
        Operation::CreateSchema { name, .. } => one("create schema", &**name),
        Operation::DropSchema { names, cascade: all, .. } => {
            names.iter().map(|name| (format!("drop schema{}", cascade(*all)), name.to_string())).collect()
        }
        Operation::RenameSchema { from, .. } => one("alter schema", &**from),
        Operation::CreateDatabase { name } => one("create database", &**name),
        Operation::DropDatabase { name, .. } => one("drop database", &**name),
        Operation::CreateExtension { name, .. } => one("create extension", &**name),
        Operation::DropExtension { names, cascade: all, .. } => {
            names.iter().map(|name| (format!("drop extension{}", cascade(*all)), name.to_string())).collect()
        }
        Operation::CreateTable(table) => created(table),
        Operation::DropTable { names, cascade: all, .. } => {
            every(&format!("drop table{}", cascade(*all)), names)
        }
        Operation::AlterTable(alter) => altered(alter),
        Operation::Truncate { tables, cascade: all, restart_identity, only: alone } => {
            let restart = if *restart_identity { " restart" } else { "" };
            let what = format!("truncate{restart}{}", cascade(*all));
            let to = |(at, name)| (what.clone(), format!("{}{}", only(alone.contains(&at)), on(name)));
            tables.iter().enumerate().map(to).collect()
        }
        Operation::CreateIndex(index) => {
            let unique = if index.definition.index.unique { "unique " } else { "" };
            let concurrently = if index.concurrently { " concurrently" } else { "" };
            let to = format!("{} on {}{}", index.definition.index.name, only(index.only), on(&index.table));
            one(format!("create {unique}index{concurrently}"), to)
        }
        Operation::DropIndex { names, cascade: all, concurrently, .. } => {
            let concurrently = if *concurrently { " concurrently" } else { "" };
            every(&format!("drop index{concurrently}{}", cascade(*all)), names)
        }
        Operation::RenameIndex { from, .. } => one("alter index", on(from)),
        Operation::CreateSequence { name, temporary, .. } => {
            one(format!("create {}sequence", if *temporary { "temporary " } else { "" }), on(name))
        }
        Operation::AlterSequence { name, .. } => one("alter sequence", on(name)),
        Operation::DropSequence { names, cascade: all, .. } => {
            every(&format!("drop sequence{}", cascade(*all)), names)
        }
        Operation::CreateView { view, .. } if view.materialized => {
            one("create materialized view", on(&view.name))
        }
        Operation::CreateView { view, or_replace, .. } => {
            one(format!("create {}view", replace(*or_replace)), on(&view.name))
        }
        Operation::DropView { names, materialized, cascade: all, .. } => {
            let kind = if *materialized { "materialized view" } else { "view" };
            every(&format!("drop {kind}{}", cascade(*all)), names)
        }
        Operation::RenameView { from, .. } => one("alter view", on(from)),
        Operation::RefreshView { name, concurrently } => {
            one(if *concurrently { "refresh concurrently" } else { "refresh" }, on(name))
        }
        Operation::CreateType { name, kind: UserTypeKind::Domain { .. } } => one("create domain", on(name)),
        Operation::CreateType { name, .. } => one("create type", on(name)),
        Operation::AlterType { name, .. } => one("alter type", on(name)),
        Operation::DropType { names, cascade: all, .. } => {
            every(&format!("drop type{}", cascade(*all)), names)
        }
        Operation::CreateRoutine { routine, or_replace, .. } => {
            let kind = routine_kind(Some(routine.kind));
            one(format!("create {}{kind}", replace(*or_replace)), on(&routine.name))
        }
        Operation::DropRoutine { routines, kind, cascade: all, .. } => {
            let what = format!("drop {}{}", routine_kind(*kind), cascade(*all));
            routines.iter().map(|(name, _)| (what.clone(), on(name))).collect()
        }
        Operation::AlterRoutine { name, kind, .. } => one(format!("alter {}", routine_kind(*kind)), on(name)),
        Operation::CreateTrigger { table, trigger, or_replace, .. } => one(
            format!("create {}trigger", replace(*or_replace)),
            format!("{} on {}", trigger.name, on(table)),
        ),
        Operation::DropTrigger { name, table, cascade: all, .. } => {
            let table = table.as_ref().map(on).unwrap_or_default();
            one(format!("drop trigger{}", cascade(*all)), format!("{name} on {table}"))
        }
        Operation::RenameTrigger { table, from, .. } => {
            one("alter trigger", format!("{from} on {}", on(table)))
        }
        Operation::Comment { on, .. } => commented(on),
        Operation::Insert(insert) => {
            let to = format!("{}({})", on(&insert.table), names(&insert.columns));
            match insert.verb.as_str() {
                "COPY" => one("copy", to),
                "MERGE" => {
                    one(if insert.deletes.is_some() { "merge delete" } else { "merge" }, on(&insert.table))
                }
                _ => one(if insert.may_overwrite { "insert or update" } else { "insert" }, to),
            }
        }
        Operation::Update(update) => {
            let columns = names(update.assignments.iter().map(|(name, _)| name));
            let to = |table| format!("{}{}({columns})", only(update.only), on(table));
            let what = format!("update{}", rows(&update.filter));
            update.tables.iter().map(|table| (what.clone(), to(table))).collect()
        }
        Operation::Delete(delete) => {
            let what = format!("delete{}", rows(&delete.filter));
            let to = |table| format!("{}{}", only(delete.only), on(table));
            delete.tables.iter().map(|table| (what.clone(), to(table))).collect()
        }
        Operation::Query { .. } => one("query", ""),
        Operation::Transaction(control) => one(
            match control {
                TransactionControl::Begin => "begin".to_owned(),
                TransactionControl::Commit => "commit".to_owned(),
                TransactionControl::Rollback => "rollback".to_owned(),
                TransactionControl::Other { verb, .. } => verb.to_ascii_lowercase(),
            },
            "",
        ),
        Operation::Set { setting, .. } => one("set", setting),
        Operation::LockTables { tables, mode } => {
            let mode = mode.as_deref().unwrap_or("ACCESS EXCLUSIVE");
            every(&format!("lock {}", mode.to_ascii_lowercase()), tables)
        }
        Operation::Maintenance { command, objects } => maintained(command, objects),
        Operation::Conditional(block) if block.source == "PREPARE" => {
            block.statements().iter().flat_map(|statement| fact(&statement.node)).collect()
        }
        Operation::Conditional(_) => one("do", ""),
        Operation::Object(statement) => object(statement),
        other => one("not read", format!("{other:?}")),
    }
}

fn rows(filter: &Filter) -> &'static str {
    if matches!(filter, Filter::None) { " every row" } else { "" }
}

fn routine_kind(kind: Option<RoutineKind>) -> &'static str {
    match kind {
        Some(RoutineKind::Function) => "function",
        Some(RoutineKind::Procedure) => "procedure",
        Some(RoutineKind::Aggregate) => "aggregate",
        None => "routine",
    }
}

fn created(table: &CreateTable) -> Vec<Fact> {
    let persistence = match table.properties.persistence {
        Persistence::Permanent => "",
        Persistence::Temporary => "temporary ",
        Persistence::Unlogged => "unlogged ",
    };
    if table.from_query.is_some() {
        return one(format!("create {persistence}table as"), on(&table.name));
    }
    let columns = names(table.columns.iter().map(|column| &column.node.column.name));
    one(format!("create {persistence}table"), format!("{}({columns})", on(&table.name)))
}

fn altered(alter: &AlterTable) -> Vec<Fact> {
    let to = format!("{}{}", only(alter.only), on(&alter.table));
    if alter.view {
        return one("alter view", to);
    }
    let mut facts = one("alter table", to);
    facts.extend(alter.actions.iter().map(|action| {
        let (what, to) = action_of(&action.node);
        (format!("alter table: {what}"), to)
    }));
    facts
}

fn action_of(action: &TableAction) -> Fact {
    let fact = |what: &str, to: &str| (what.to_owned(), to.to_owned());
    match action {
        TableAction::AddColumn { definition, .. } => fact("add column", &definition.column.name),
        TableAction::DropColumn { name, cascade: all, .. } => {
            fact(&format!("drop column{}", cascade(*all)), name)
        }
        TableAction::RenameColumn { from, to, .. } => fact("rename column", &format!("{from} to {to}")),
        TableAction::SetType { name, .. } => fact("set type", name),
        TableAction::SetDefault { name, default: Some(_) } => fact("set default", name),
        TableAction::SetDefault { name, default: None } => fact("drop default", name),
        TableAction::SetNullable { name, nullable: false } => fact("set not null", name),
        TableAction::SetNullable { name, nullable: true } => fact("drop not null", name),
        TableAction::SetIdentity { name, identity: Some(_), .. } => fact("set identity", name),
        TableAction::SetIdentity { name, identity: None, .. } => fact("drop identity", name),
        TableAction::SetGenerated { name, expression: Some(_), .. } => fact("set expression", name),
        TableAction::SetGenerated { name, expression: None, .. } => fact("drop expression", name),
        TableAction::SetColumnOption { name, .. } => fact("set column option", name),
        TableAction::AddConstraint { definition } => {
            fact("add constraint", definition.name.as_deref().unwrap_or(""))
        }
        TableAction::DropConstraint { name, cascade: all, .. } => {
            fact(&format!("drop constraint{}", cascade(*all)), name)
        }
        TableAction::ValidateConstraint { name } => fact("validate constraint", name),
        TableAction::AlterConstraint { name, .. } => fact("alter constraint", name),
        TableAction::RenameConstraint { from, to } => fact("rename constraint", &format!("{from} to {to}")),
        TableAction::Rename { to } => fact("rename", &on(to)),
        TableAction::SetSchema { schema } => fact("set schema", schema),
        TableAction::SetOptions { options } => {
            const WITH_VALUE: &[&str] = &["persistence", "row_security", "force_row_security"];
            let options: Vec<String> = options
                .iter()
                .map(|(name, value)| match value {
                    Some(value) if WITH_VALUE.contains(&name.as_str()) => format!("{name}={value}"),
                    _ => name.clone(),
                })
                .collect();
            fact("set", &options.join(", "))
        }
        TableAction::SetTriggerEnabled { name, internal, enabled } => {
            let every = if *internal { "*" } else { "user" };
            fact(&format!("trigger {enabled}"), name.as_deref().unwrap_or(every))
        }
        TableAction::AttachPartition { partition, .. } => fact("attach partition", &on(partition)),
        TableAction::DetachPartition { partition, .. } => fact("detach partition", &on(partition)),
        TableAction::Other { verb, argument, .. } => {
            // Of these the test compares the verb alone.
            const NAMELESS: &[&str] = &["OWNER TO", "SET ACCESS METHOD", "OPTIONS"];
            // A constraint that was not read further may have no name.
            let unnamed =
                verb.starts_with("ADD ") && !matches!(verb.as_str(), "ADD CONSTRAINT" | "ADD COLUMN");
            if unnamed {
                return fact("add constraint", "");
            }
            let to = if NAMELESS.contains(&verb.as_str()) { String::new() } else { first(argument) };
            (verb.to_ascii_lowercase(), to)
        }
        other => ("not read".to_owned(), format!("{other:?}")),
    }
}

/// Names as they are stored, of a list of them as it was written.
fn plain(written: &str) -> String {
    let target = Target::new(Dialect::Postgres);
    let tokens = tokens(written, &target);
    let name = |token: &Token| match token.kind {
        TokenKind::Word => token.text(written).to_ascii_lowercase(),
        TokenKind::Comma => ", ".to_owned(),
        _ => token.name_value(written, &target).into_owned(),
    };
    tokens.iter().map(name).collect()
}

/// The first name of a text.
fn first(written: &str) -> String {
    let tokens = tokens(written, &Target::new(Dialect::Postgres));
    let dots = tokens.iter().skip(1).step_by(2).take_while(|token| token.kind == TokenKind::Dot).count();
    plain(tokens.get(2 * dots).map_or("", |last| &written[..last.span.end as usize]))
}

fn maintained(command: &str, objects: &[ObjectName]) -> Vec<Fact> {
    let words: Vec<&str> = command.split(' ').collect();
    let has = |word: &str| words.contains(&word);
    let what = match words[0] {
        "VACUUM" if has("FULL") => "vacuum full".to_owned(),
        "REINDEX" => {
            let kind = words.iter().find(|word| !matches!(**word, "REINDEX" | "CONCURRENTLY"));
            let concurrently = if has("CONCURRENTLY") { " concurrently" } else { "" };
            format!("reindex {}{concurrently}", kind.map_or(String::new(), |kind| kind.to_ascii_lowercase()))
        }
        verb => verb.to_ascii_lowercase(),
    };
    if objects.is_empty() { one(what, "") } else { every(&what, objects) }
}

fn commented(target: &CommentTarget) -> Vec<Fact> {
    let (kind, to) = match target {
        CommentTarget::Schema { name } => ("schema", name.to_string()),
        CommentTarget::Table { name } => ("table", on(name)),
        CommentTarget::Column { table, column } => ("column", format!("{}.{column}", on(table))),
        CommentTarget::Constraint { table, name } => ("constraint", format!("{name} on {}", on(table))),
        CommentTarget::Index { name } => ("index", on(name)),
        CommentTarget::Trigger { table, name } => ("trigger", format!("{name} on {}", on(table))),
        CommentTarget::Sequence { name } => ("sequence", on(name)),
        CommentTarget::View { name } => ("view", on(name)),
        CommentTarget::Type { name } => ("type", on(name)),
        CommentTarget::Routine { name, .. } => ("routine", on(name)),
        CommentTarget::Other { verb, name, parent } => {
            let name = name.as_ref().map(on).unwrap_or_default();
            let parent = parent.as_ref().map(|parent| format!(" on {}", on(parent)));
            (&*verb.to_ascii_lowercase(), name + &parent.unwrap_or_default())
        }
    };
    one(format!("comment on {kind}"), to)
}

fn object(statement: &ObjectStatement) -> Vec<Fact> {
    let verb = statement.verb.to_ascii_lowercase();
    let kind = statement.kind.to_ascii_lowercase();
    let clause = |name: &str| statement.clause(name).unwrap_or("");
    let what = format!(
        "{verb} {}{kind}{}",
        replace(verb == "create" && statement.clause("or_replace").is_some()),
        cascade(verb == "drop" && statement.clause("cascade").is_some()),
    );
    let what = what.trim_end();
    let object = || statement.objects.first().map(on).unwrap_or_default();
    match (verb.as_str(), kind.as_str()) {
        ("grant" | "revoke", _) if statement.clause("roles").is_some() => {
            one(format!("{what} role"), plain(clause("roles")))
        }
        ("grant" | "revoke" | "security", _) => {
            let on = statement.clause("on").unwrap_or("table").to_ascii_lowercase();
            every(&format!("{what} on {on}"), &statement.objects)
        }
        (_, "policy" | "rule" | "trigger") => one(what, format!("{} on {}", plain(clause("name")), object())),
        (_, "owned") => one(what, plain(clause("roles"))),
        (_, "user mapping") => one(what, plain(clause("server"))),
        (_, "operator") => one(what, plain(clause("operator"))),
        (_, "foreign schema") => {
            one(what, format!("{} into {}", plain(clause("remote_schema")), plain(clause("into"))))
        }
        ("alter", _) if statement.clause("tablespace").is_some() && statement.objects.is_empty() => {
            one("alter all in tablespace", plain(clause("tablespace")))
        }
        _ if statement.objects.is_empty() => one(what, ""),
        _ => every(what, &statement.objects),
    }
}
