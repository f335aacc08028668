//! The way back: the inverse of every statement, what has to be saved first, and the proof by simulation.
//!
//! A plan is made from the state before the first undone statement, so that it knows what every object was. Each
//! statement's changes are inverted and written as SQL; the script is then read back, replayed on the state behind
//! the migrations, and compared with the start: what still differs is the residual.
mod aborted;
mod capture;
mod classify;
mod data;
mod fate;
mod fill;
mod hold;
mod keys;
mod lineage;
mod obstacles;
mod operations;
mod reach;
mod restore;
mod rights;
mod settings;
mod types;
mod unseen;

use std::collections::{BTreeMap, BTreeSet};

use capture::Capture;
use classify::Judgement;
use fate::Fate;
use hold::Hold;

use crate::{
    apply::State,
    catalog::{Catalog, ConstraintKind, ForeignKey},
    change::{Change, Delta, Object, ObjectPath},
    dialect::{self, render::Rendered},
    diff::{self, Difference},
    operation::Operation,
    replay::{self, Applied, PartText, Step},
    report::{Certainty, DiffChange, RollbackClass, RollbackReport, RollbackStep},
    target::Dialect,
    text::Span,
    tools::{Migration, MigrationSet, Part, TransactionMode},
};

/// Plans the way back from `migrations`, which ran one after the other from `start` on; `given` is the schema that the
/// caller gave.
pub(crate) fn plan(
    set: &MigrationSet,
    migrations: &[Migration],
    start: &State,
    given: Option<&Catalog>,
) -> RollbackReport {
    let mut state = start.clone();
    let mut capture = Capture::new(start, given);
    let mut undone: Vec<Undone> = Vec::new();
    let mut previous = None;
    for migration in migrations {
        if let Some(part) = PartText::after(previous.as_ref(), set, migration.up, &state) {
            let first = undone.len();
            replay::run(&part, migration.transaction, &mut state, &mut |step| {
                undone.push(Undone::new(step));
            });
            let these = undone.get_mut(first..).unwrap_or_default();
            aborted::forget(these, start.catalog.dialect, migration.transaction);
            previous = Some(part);
        }
    }
    for applied in undone.iter().flat_map(|one| &one.operations) {
        if let Operation::CreateRoutine { routine, .. } = &applied.operation.node {
            capture.learn_routine(&routine.name.name);
        }
    }
    // Forwards, because names mean what the statements before have made of them.
    let judgements: Vec<Vec<Judgement>> = undone
        .iter()
        .map(|one| {
            let judge = |applied| {
                let judgement = classify::judge(applied, start, &mut capture);
                capture.lineage.learn(applied, start);
                judgement
            };
            one.operations.iter().map(judge).collect()
        })
        .collect();
    // Backwards, as the script runs: what has to wait for captured values is known only then.
    capture.merge_partitions();
    let mut hold = Hold::new(&start.catalog, start.target(), capture.written());
    let mut fate = Fate::default();
    let (mut steps, undoing): (Vec<RollbackStep>, Vec<Vec<Rendered>>) = undone
        .iter()
        .zip(judgements)
        .rev()
        .map(|(one, judgements)| undo(one, judgements, start, &mut fate, &mut hold))
        .unzip();
    let mut data = capture.finish(&state, &hold);
    let mut statements: Vec<Rendered> = data.first.drain(..).map(Rendered::new).collect();
    statements.extend(undoing.into_iter().flatten());
    if start.catalog.dialect.is_mysql_family() && restores_dangling_keys(&undone, start) {
        let off = "SET @remigrate_undo_checks = @@foreign_key_checks, foreign_key_checks = 0";
        statements.insert(0, Rendered::new(off));
        statements.push(Rendered::new("SET foreign_key_checks = @remigrate_undo_checks"));
    }
    let sql = script(&statements, start.catalog.dialect);
    let bare = replayed(&sql, &state, start).catalog;
    let late = dialect::render::render(&hold.late(&bare), &bare);
    data.restore.extend(late.into_iter().map(|r| r.sql));
    let restore: Vec<Rendered> = data.restore.iter().map(Rendered::new).collect();
    let whole = format!("{sql}\n{}", script(&restore, start.catalog.dialect));
    data.restore.append(&mut data.last);
    let differences = diff::differences(&replayed(&whole, &state, start).catalog, &start.catalog);
    admit(&mut steps, &undone, &differences);
    let mut residual: Vec<DiffChange> = differences.iter().map(DiffChange::from).collect();
    residual.extend(not_known(&undone, &state, start));
    RollbackReport {
        steps,
        capture: data.capture,
        sql,
        restore: data.restore,
        cleanup: data.cleanup,
        residual,
        problems: Vec::new(),
    }
}

/// A statement with what it did, kept until it is undone.
struct Undone {
    file: String,
    number: u32,
    operations: Vec<Applied>,
    after: State,
}

impl Undone {
    fn new(step: &Step<'_>) -> Self {
        Self {
            file: step.part.file.path.clone(),
            number: step.number,
            operations: step.operations.to_vec(),
            after: step.after.clone(),
        }
    }
}

/// The step that undoes one statement.
fn undo(
    one: &Undone,
    judgements: Vec<Judgement>,
    start: &State,
    fate: &mut Fate,
    hold: &mut Hold<'_>,
) -> (RollbackStep, Vec<Rendered>) {
    let mut sql = Vec::new();
    let mut judgement = Judgement::exact();
    let dialect = start.catalog.dialect;
    // Several operations in one statement are undone from the last one on.
    for ((index, applied), mut judged) in one.operations.iter().enumerate().zip(judgements).rev() {
        let origins = judged.origins.clone();
        judged.follow(applied, fate, dialect);
        judgement.merge(judged);
        if judgement.keep_hands_off {
            // What is not certain is not undone blindly: `IF NOT EXISTS` may have found the object there.
            continue;
        }
        let after = one.operations.get(index + 1).map_or(&one.after, |next| &next.before);
        let known =
            |c: &&Change| !matches!(&c.delta, Delta::Drop { before: Object::Table(t) } if !t.complete);
        let inverse: Vec<Change> =
            applied.outcome.changes.iter().rev().filter(known).map(Change::invert).collect();
        let catalog = hold.without_held(&after.catalog, &inverse);
        let now = hold.carry_out(inverse, &after.catalog, &origins);
        for (class, problem) in now.impossible {
            judgement.lose(class, problem);
        }
        let now = now.changes;
        let going = rights::going(&now, dialect);
        let around = settings::while_undoing(&now, &applied.before, start);
        sql.extend(around.before.into_iter().map(Rendered::new));
        for rendered in dialect::render::render(&now, &catalog) {
            rights::made_anew(&rendered.sql, &going, &mut judgement);
            // What a note says shows in the residual, which decides about the class.
            judgement.loses.extend(rendered.note.clone());
            // The script has the notes with the steps.
            sql.push(Rendered { note: None, ..rendered });
        }
        sql.extend(around.behind.into_iter().map(Rendered::new));
    }
    let step = RollbackStep {
        file: one.file.clone(),
        statement: one.number,
        sql: sql.iter().map(|r| r.sql.clone()).collect(),
        class: judgement.class,
        loses: judgement.loses,
        probe_before_migration: judgement.probe_first,
        probe: judgement.probe,
    };
    (step, sql)
}

/// Whether a foreign key comes back that referred to a table which was not there: it was made with
/// `foreign_key_checks = 0`, and cannot be made otherwise.
fn restores_dangling_keys(undone: &[Undone], start: &State) -> bool {
    let dangles = |key: &ForeignKey| !start.catalog.tables.contains(&key.table);
    let mut changes =
        undone.iter().flat_map(|one| &one.operations).flat_map(|applied| &applied.outcome.changes);
    changes.any(|change| match &change.delta {
        Delta::Drop { before: Object::Table(table) } => table.foreign_keys().any(|(_, key)| dangles(key)),
        Delta::Drop { before: Object::Constraint { constraint, .. } } => {
            matches!(&constraint.kind, ConstraintKind::ForeignKey(key) if dangles(key))
        }
        _ => false,
    })
}

/// The statements as one script; a transaction around them where the server's schema changes can be rolled back.
fn script(statements: &[Rendered], dialect: Dialect) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let body = dialect::render::script(statements, dialect);
    let together = statements.iter().all(|s| s.transaction);
    if dialect == Dialect::Postgres && statements.len() > 1 && together {
        return format!("BEGIN;\n{body}COMMIT;\n");
    }
    body
}

/// The state after a script has run on `after`, read back from its text.
fn replayed(sql: &str, after: &State, start: &State) -> State {
    let mut state = after.clone();
    state.session = start.session.clone();
    let set = MigrationSet::of_script("rollback.sql", sql);
    let part = Part::new(0, Span::new(0, sql.len()));
    if let Some(part) = PartText::new(&set, part, &state) {
        replay::run(&part, TransactionMode::OneQuery, &mut state, &mut |_| {});
    }
    state
}

/// What statements did that could not be followed, as differences that are possible: without them an empty residual
/// would say that the schema is back although nobody knows what happened to it.
fn not_known(undone: &[Undone], end: &State, start: &State) -> Vec<DiffChange> {
    let mut found: Vec<DiffChange> = Vec::new();
    let mut listed: BTreeSet<(String, String)> = BTreeSet::new();
    let kinds = kinds_of(end, start);
    let outcomes = undone.iter().flat_map(|one| &one.operations).map(|applied| &applied.outcome);
    for outcome in outcomes {
        let refused =
            outcome.conflicts.iter().map(|c| (c.object.to_string(), Some(c.object.kind()), &c.message));
        let unknown = outcome.unknowns.iter().map(|u| (u.object.clone(), None, &u.message));
        for (object, kind, why) in unknown.chain(refused) {
            let kind = kind.or_else(|| kinds.get(&object).copied()).unwrap_or("statement");
            if listed.insert((object.clone(), kind.to_owned())) {
                found.push(DiffChange {
                    object,
                    kind: kind.to_owned(),
                    change: "alter".to_owned(),
                    before: None,
                    after: None,
                    certainty: Certainty::Possible,
                    doubt: Some(why.clone()),
                });
            }
        }
    }
    found
}

/// The kinds of all objects by what people call them; what is there in the end counts more.
fn kinds_of(end: &State, start: &State) -> BTreeMap<String, &'static str> {
    let mut kinds = BTreeMap::new();
    for catalog in [&start.catalog, &end.catalog] {
        kinds.extend(catalog.routines.iter().map(|r| (r.name.to_string(), "routine")));
        kinds.extend(catalog.types.iter().map(|t| (t.name.to_string(), "type")));
        kinds.extend(catalog.sequences.iter().map(|s| (s.name.to_string(), "sequence")));
        kinds.extend(catalog.views.iter().map(|v| (v.name.to_string(), "view")));
        kinds.extend(catalog.tables.iter().map(|t| (t.name.to_string(), "table")));
    }
    kinds
}

/// A step that promises rows and schema while something still differs would be a lie.
fn admit(steps: &mut [RollbackStep], undone: &[Undone], differences: &[Difference]) {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, left) in differences.iter().enumerate() {
        places.entry(left.change.path.to_string()).or_default().push(at);
    }
    let order: BTreeSet<usize> =
        differences.iter().enumerate().filter(|(_, d)| is_order(&d.change)).map(|(at, _)| at).collect();
    let mut explained: BTreeSet<usize> = BTreeSet::new();
    for (step, one) in steps.iter_mut().zip(undone.iter().rev()) {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for change in one.operations.iter().flat_map(|a| &a.outcome.changes) {
            let mut of_change = BTreeSet::new();
            touched(change, &places, &mut of_change);
            // A rename moves no column: who drops or adds it does.
            if matches!(change.delta, Delta::Rename { .. }) {
                of_change.retain(|at| !order.contains(at));
            }
            explained.extend(&of_change);
            if found.len() <= MOST_LEFT {
                found.extend(of_change);
            }
        }
        lower(step, &found.iter().filter_map(|at| differences.get(*at)).collect::<Vec<_>>());
    }
    // Which statement the rest comes from is not known: none of them may promise anything. Places of columns are what
    // some other statement that drops or adds a column says itself.
    let rest: Vec<&Difference> = differences
        .iter()
        .enumerate()
        .filter(|(at, _)| !explained.contains(at) && !order.contains(at))
        .map(|(_, difference)| difference)
        .take(MOST_LEFT)
        .collect();
    for step in steps {
        lower(step, &rest);
    }
}

/// Makes a step's class as bad as what still differs demands.
fn lower(step: &mut RollbackStep, left: &[&Difference]) {
    if left.is_empty() {
        return;
    }
    let order_only = left.iter().all(|d| is_order(&d.change));
    if step.class < RollbackClass::NeedsCapture || step.class == RollbackClass::NeedsCapture && !order_only {
        step.class = RollbackClass::StructureOnly;
    }
    let named: Vec<String> = left
        .iter()
        .take(MOST_LEFT)
        .map(|d| format!("{} `{}`", d.change.path.kind(), d.change.path))
        .collect();
    step.loses.push(format!("by simulation, this still differs from the start: {}", named.join(", ")));
}

/// Whether only a column's place among the others differs: its values come back all the same.
fn is_order(change: &Change) -> bool {
    match &change.delta {
        Delta::Alter {
            before: Object::Column { column: a, .. },
            after: Object::Column { column: b, .. },
        } => a == b,
        _ => false,
    }
}

/// So many differences are named.
const MOST_LEFT: usize = 5;

/// The places of what is left of what a change is about: the same object, or what belongs to the table as a whole.
fn touched(change: &Change, places: &BTreeMap<String, Vec<usize>>, found: &mut BTreeSet<usize>) {
    let path = change.path.to_string();
    found.extend(places.get(path.as_str()).into_iter().flatten());
    if let Delta::Rename { to } = &change.delta {
        found.extend(places.get(to.to_string().as_str()).into_iter().flatten());
    }
    if matches!(change.path, ObjectPath::Table { .. } | ObjectPath::View { .. }) {
        let first = format!("{path}.");
        let parts = places.range(first.clone()..).take_while(|(object, _)| object.starts_with(&first));
        found.extend(parts.flat_map(|(_, at)| at));
    }
}
