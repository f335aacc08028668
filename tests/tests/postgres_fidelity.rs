//! The model against the server: after each migration of the public histories, what replaying its statements gives
//! is what the server has.
use remigrate::{
    Catalog, Dialect, Operation, Session, Target,
    apply::{State, apply},
    catalog::{ObjectName, Persistence, Shelf},
    dialect::lower,
    live::{LiveOptions, snapshot},
    text::Script,
    tools::{self, SourceFile, TransactionMode},
};
use remigrate_tests::{
    compare, corpus, figures,
    servers::{self, Database},
};

/// What the model says of a script.
struct Simulated {
    catalog: Catalog,
    /// What it says that the server refuses.
    conflicts: Vec<String>,
    /// Whether it is certain of one of them.
    refuses: bool,
    /// Whether it says that it does not know everything.
    unsure: bool,
}

/// What the model says that a script makes of a schema, and the conflicts it met.
fn simulate(before: &Catalog, script: &str) -> Simulated {
    let mut state = State::new(before.clone(), Session::default());
    let (mut conflicts, mut refuses, mut unsure) = (Vec::new(), false, false);
    let target = Target::new(Dialect::Postgres).with_version(before.server_version);
    let text = Script::new(script, &target);
    for statement in &text.statements {
        for operation in lower(&text, statement, &state.target()) {
            let outcome = apply(&mut state, &operation.node);
            let shown = operation.span.slice(script).chars().take(200).collect::<String>();
            refuses |= outcome.conflicts.iter().any(|c| c.certain);
            unsure |= !outcome.unknowns.is_empty() || outcome.conflicts.iter().any(|c| !c.certain);
            conflicts.extend(outcome.conflicts.iter().map(|c| format!("! {} in: {shown}", c.message)));
            if let Operation::Invalid { message, .. } = &operation.node {
                refuses = true;
                conflicts.push(format!("! {} in: {shown}", message));
            }
        }
    }
    unsure |= state.catalog.uncertain.len() > before.uncertain.len();
    Simulated { catalog: state.catalog, conflicts, refuses, unsure }
}

/// Takes out of the two what the model does not claim: texts of views, whose differences are reported as not certain,
/// their columns where they are not known, the order in which they name what they read; and temporary tables, which
/// another session does not see. Returns how many views' texts differ.
fn forgive(simulated: &mut Catalog, server: &mut Catalog) -> usize {
    let mut texts = 0;
    let names: Vec<ObjectName> = server.views.iter().map(|view| view.name.clone()).collect();
    for name in names {
        server.views.edit(&name, |view| view.reads.sort());
        let Some(view) = server.views.get(&name).cloned() else { continue };
        simulated.views.edit(&name, |mine| {
            mine.reads.sort();
            if mine.columns.is_empty() {
                mine.columns = view.columns.clone();
            }
            texts += usize::from(mine.query != view.query);
            mine.query = view.query.clone();
        });
    }
    let temporary = simulated.tables.iter().filter(|t| t.properties.persistence == Persistence::Temporary);
    for name in temporary.map(|t| t.name.clone()).collect::<Vec<_>>() {
        simulated.tables.remove(&name);
    }
    simulated.absent = Shelf::default();
    simulated.uncertain.clear();
    server.uncertain.clear();
    texts
}

/// Runs a script the way its tool does. A file that no tool is known for goes to the server in one piece, and
/// statement by statement, as `psql` sends it, where it has a statement that no transaction may hold.
fn run(database: &Database<'_>, script: &str, mode: TransactionMode) -> Result<(), String> {
    let mut client = database.postgres();
    let mut send = |sql: &str| client.batch_execute(sql).map_err(|error| servers::describe_postgres(&error));
    let text = Script::new(script, &Target::new(Dialect::Postgres));
    let mut statements = text.statements.iter().map(|statement| text.text_of(statement));
    match mode {
        TransactionMode::Wrapped => {
            send("BEGIN")?;
            send(script)?;
            send("COMMIT")
        }
        TransactionMode::Autocommit => statements.try_for_each(send),
        TransactionMode::OneQuery => send(script),
        TransactionMode::Unknown => match send(script) {
            Err(error) if error.starts_with("25001") => statements.try_for_each(send),
            result => result,
        },
    }
}

#[test]
fn replaying_gives_what_the_server_has() {
    for version in figures::postgres_versions() {
        replayed(version);
    }
}

fn replayed(version: u16) {
    let (mut equal, mut all) = (0, 0);
    // Each a promise that the model broke: a schema that it claims to know, a refusal that it did not see or made up.
    let mut wrong = Vec::new();
    for project in corpus::projects_for(Dialect::Postgres).into_iter().filter(|project| project.from_empty) {
        let files =
            project.files.iter().map(|(path, bytes)| SourceFile::from_bytes(path.as_str(), bytes)).collect();
        let set = tools::read(files, Some(&project.tool)).unwrap();
        let database = servers::postgres(version).create_database(&project.name);
        let (mut here, mut count, mut refused, mut views) = (0, 0, 0, 0);
        let mut lines = Vec::new();
        let (mut agree, mut changed) = (0, 0);
        let mut before = snapshot(&database.url(), &LiveOptions::default()).unwrap();
        for migration in &set.migrations {
            let file = &set.files[migration.up.file];
            let script = migration.up.span.slice(&file.text);
            let mut simulated = simulate(&before, script);
            if let Err(error) = run(&database, script, migration.transaction) {
                refused += 1;
                if simulated.conflicts.is_empty() && !simulated.unsure {
                    wrong.push(format!("{} {}: taken, but refused: {error}", project.name, file.path));
                }
                lines.push(format!("{} {}: the server refuses it: {error}", project.name, file.path));
                // What ran before the error stays, unless it was one transaction.
                before = snapshot(&database.url(), &LiveOptions::default()).unwrap();
                continue;
            }
            let mut after = snapshot(&database.url(), &LiveOptions::default()).unwrap();
            let server = after.clone();
            views += forgive(&mut simulated.catalog, &mut after);
            let (agrees, changes) = compare::agreement(&before, &simulated.catalog, &after);
            (agree, changed) = (agree + agrees, changed + changes);
            before = server;
            let mut difference = compare::difference(&simulated.catalog, &after);
            if simulated.refuses {
                let conflicts = simulated.conflicts.join("\n    ");
                wrong.push(format!("{} {}: refused, but taken:\n    {conflicts}", project.name, file.path));
            }
            if !difference.is_empty() && !simulated.unsure {
                wrong.push(format!("{} {}: claimed, but different", project.name, file.path));
            }
            difference.extend(simulated.conflicts);
            count += 1;
            if difference.is_empty() {
                here += 1;
            } else {
                lines.push(format!("{} {}:\n    {}", project.name, file.path, difference.join("\n    ")));
            }
        }
        let fresh = servers::postgres(version).create_database("empty");
        let empty = snapshot(&fresh.url(), &LiveOptions::default()).unwrap();
        let mut dumped = simulate(&empty, &database.dump());
        let mut wanted = before;
        forgive(&mut dumped.catalog, &mut wanted);
        let (alike, dumped_parts) = compare::agreement(&empty, &dumped.catalog, &wanted);
        let mut difference = compare::difference(&dumped.catalog, &wanted);
        if !difference.is_empty() && !dumped.unsure {
            wrong.push(format!("{}: its dump is another schema", project.name));
        }
        difference.extend(dumped.conflicts);
        if !difference.is_empty() {
            lines.push(format!("{}: the dump:\n    {}", project.name, difference.join("\n    ")));
        }
        println!("{}", lines.join("\n"));
        println!("{}: of the dump {alike} of {dumped_parts} parts", project.name);
        println!(
            "{}: {here} of {count} migrations, {agree} of {changed} parts, {refused} refused by the server, {views} \
             views' texts differ",
            project.name
        );
        figures::note(
            &format!("PostgreSQL {version}"),
            &project.name,
            [count, here, changed, agree, refused, dumped_parts, alike],
        );
        equal += here;
        all += count;
    }
    println!("{equal} of {all} migrations");
    assert!(wrong.is_empty(), "{} certain answers were wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all > 200, "{all} migrations");
    assert!(equal * 100 >= all * 99, "{equal} of {all} migrations");
}
