//! The laws through SQL text: what is written is what was meant, and a script is undone by the text of its inverse.
use remigrate::{
    Catalog, Change, Dialect, Target,
    apply::{Conflict, State, apply},
    catalog::{Keyed, Shelf, Table, World},
    change::{Delta, Object, ObjectPath},
    dialect::{lower, render},
    diff,
    text::Script,
};

use super::{generate::Choices, numbers};

/// An empty database.
fn start(dialect: Dialect) -> State {
    let mut state = State::start(&Target::new(dialect), World::Closed);
    state.catalog.default_collation = match dialect {
        Dialect::Postgres => None,
        Dialect::MySql => Some("utf8mb4_0900_ai_ci".into()),
        Dialect::MariaDb => Some("utf8mb4_uca1400_ai_ci".into()),
    };
    state
}

/// Splits, lowers and applies a script, statement by statement, as a server's client does that goes on after a
/// refusal. Answers with the changes, and what was refused with the statement.
fn run(state: &mut State, text: &str) -> (Vec<Change>, Vec<(String, Conflict)>) {
    let script = Script::new(text, &state.target());
    let (mut changes, mut conflicts) = (Vec::new(), Vec::new());
    for statement in &script.statements {
        for operation in lower(&script, statement, &state.target()) {
            let outcome = apply(state, &operation.node);
            let shown = || operation.span.slice(text).to_owned();
            conflicts.extend(outcome.conflicts.into_iter().map(|conflict| (shown(), conflict)));
            changes.extend(outcome.changes);
        }
    }
    (changes, conflicts)
}

/// Why what a catalog says of the changed object is not certain: of a sequence, what it says of its owner's table.
fn doubt<'a>(change: &Change, catalog: &'a Catalog) -> Option<&'a str> {
    let owner = match &change.delta {
        Delta::Create { after: Object::Sequence(sequence) }
        | Delta::Drop { before: Object::Sequence(sequence) } => sequence.owned_by.as_ref(),
        _ => None,
    };
    let owner = owner.map(|(table, _)| ObjectPath::Table { name: table.clone() });
    change.path.doubt(catalog).or_else(|| owner.and_then(|path| path.doubt(catalog)))
}

/// What is wrong with the text of `changes`, made for `before` and leading to `after`.
fn written(changes: &[Change], before: &Catalog, after: &Catalog) -> Option<String> {
    let statements = render::render(changes, before);
    let text = render::script(&statements, before.dialect);
    let mut state = State::new(before.clone(), Target::new(before.dialect).session);
    let (_, conflicts) = run(&mut state, &text);
    // What a server cannot do is said beside the statement.
    let noted: Vec<&render::Rendered> = statements.iter().filter(|s| s.note.is_some()).collect();
    let refused = conflicts.iter().filter(|(sql, _)| !noted.iter().any(|s| s.sql.contains(sql.as_str())));
    let refused: Vec<String> = refused.map(|(sql, c)| format!("refused: {} in {sql}", c.message)).collect();
    // What is said not to be known is no claim.
    let mut left = diff::diff(&state.catalog, after);
    left.retain(|change| doubt(change, &state.catalog).or(doubt(change, after)).is_none());
    if refused.is_empty() && (left.is_empty() || !noted.is_empty()) {
        return None;
    }
    Some(format!("{text}{}\nleft: {left:?}\nmeant: {changes:?}", refused.join("\n")))
}

/// `lower(render(changes)) = changes`, there and back, for every operation of a stream. Answers with how many changed
/// something.
pub(crate) fn what_is_written_is_what_was_meant(choices: &[u32], dialect: Dialect) -> usize {
    let mut choices = Choices::new(choices, dialect);
    let mut state = start(dialect);
    let mut changing = 0;
    while !choices.is_empty() {
        let operation = choices.operation();
        let kept = state.clone();
        let before = state.catalog.clone();
        let outcome = apply(&mut state, &operation);
        if state.catalog.tables.iter().any(|t| !t.complete) {
            // Nobody can write out the columns of a table LIKE a view, which are not known.
            state = kept;
            continue;
        }
        if outcome.changes.is_empty() {
            continue;
        }
        changing += 1;
        let up = written(&outcome.changes, &before, &state.catalog);
        assert!(up.is_none(), "{dialect}: {operation:?}\n{}", up.unwrap_or_default());
        let inverse: Vec<Change> = outcome.changes.iter().rev().map(Change::invert).collect();
        let down = written(&inverse, &state.catalog, &before);
        assert!(down.is_none(), "{dialect}: the inverse of {operation:?}\n{}", down.unwrap_or_default());
    }
    changing
}

/// Whatever a table is found by leads to it.
fn found_by_links(tables: &Shelf<Table>) {
    for table in tables.iter() {
        for (link, name) in table.links() {
            let found = tables.linked(link, &name).any(|other| other.name == table.name);
            assert!(found, "{} is not found by {link:?} {name}", table.name);
        }
    }
}

/// How many scripts, and how many of their statements changed something.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) scripts: usize,
    pub(crate) statements: usize,
    pub(crate) refused: usize,
    /// What changed in all.
    pub(crate) changing: usize,
}

/// Scripts of written and of rendered statements, each undone by the text of its inverse. Answers with those that did not
/// come back.
pub(crate) fn scripts_up_and_down(
    seed: u64,
    count: usize,
    dialect: Dialect,
    tally: &mut Tally,
) -> Vec<String> {
    let numbers = numbers(seed, count * 600);
    let mut choices = Choices::new(&numbers, dialect);
    let mut state = start(dialect);
    let mut wrong = Vec::new();
    for _ in 0..count {
        let mut text = String::new();
        let statements = 1 + choices.below(8) as usize;
        let mut ahead = state.clone();
        for _ in 0..statements {
            if choices.one_in(4) {
                // What a model's operation does, as it would be written.
                let operation = choices.operation();
                let before = ahead.catalog.clone();
                let changes = apply(&mut ahead, &operation).changes;
                text.push_str(&render::script(&render::render(&changes, &before), dialect));
            } else {
                // Most statements do something; those that are refused, or do nothing, stand in between.
                for _ in 0..4 {
                    let statement = choices.statement() + ";\n";
                    text.push_str(&statement);
                    if !run(&mut ahead, &statement).0.is_empty() {
                        break;
                    }
                }
            }
        }
        let before = state.catalog.clone();
        let (changes, refused) = run(&mut state, &text);
        found_by_links(&state.catalog.tables);
        tally.scripts += 1;
        tally.statements += statements;
        tally.refused += refused.len();
        tally.changing += changes.len();
        let inverse: Vec<Change> = changes.iter().rev().map(Change::invert).collect();
        let down = written(&inverse, &state.catalog, &before);
        if let Some(down) = down {
            wrong.push(format!("{dialect}, seed {seed}: the way back of\n{text}\nis\n{down}"));
            state = start(dialect);
        }
        if state.catalog.tables.len() > 4 && choices.one_in(3) || choices.one_in(12) {
            state = start(dialect);
        }
    }
    wrong
}
