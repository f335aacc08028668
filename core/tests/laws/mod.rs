//! The laws of the algebra on generated catalogs and operations.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "that is how a test fails, and tells"
)]
mod generate;
mod scripts;
mod text;

use generate::Choices;
use proptest::prelude::*;
use remigrate::{
    Catalog, Dialect, Target,
    apply::{State, apply, commit},
    catalog::{Notes, Table, View, World},
    diff::diff,
};

/// What a catalog says of its own knowledge is not undone by a rollback.
fn facts(catalog: &Catalog) -> Catalog {
    Catalog { uncertain: Notes::default(), ..catalog.clone() }
}

/// Applies the operations one by one and checks each. Returns the catalog and how many operations changed something.
fn up_and_down(choices: &[u32], dialect: Dialect) -> (Catalog, usize) {
    let mut choices = Choices::new(choices, dialect);
    let mut state = State::start(&Target::new(dialect), World::Closed);
    let mut changing = 0;
    let mut undo = Vec::new();
    let start = facts(&state.catalog);
    while !choices.is_empty() {
        let operation = choices.operation();
        let before = facts(&state.catalog);
        let kept = state.clone();
        let outcome = apply(&mut state, &operation);
        if state.catalog.tables.iter().any(|t| !t.complete) {
            // What a table LIKE a view has is learned later on, which is no change: that is a law of open worlds.
            state = kept;
            continue;
        }
        let after = facts(&state.catalog);
        let partial = dialect == Dialect::MariaDb && !outcome.changes.is_empty();
        if !outcome.conflicts.is_empty() && !partial {
            assert!(outcome.changes.is_empty(), "a conflict with changes: {operation:#?}");
            assert_eq!(before, after, "a conflict changed the state: {operation:#?}");
            continue;
        }
        let mut replayed = before.clone();
        for change in &outcome.changes {
            commit(&mut replayed, change).unwrap_or_else(|e| panic!("{e}: {change:#?} of {operation:#?}"));
        }
        assert!(
            facts(&replayed) == after,
            "the changes are not what happened: {operation:#?}\n{:#?}",
            outcome.changes
        );
        for change in outcome.changes.iter().rev() {
            commit(&mut replayed, &change.invert())
                .unwrap_or_else(|e| panic!("{e}: inverse of {change:#?} of {operation:#?}"));
        }
        assert!(
            facts(&replayed) == before,
            "there and back differs: {operation:?}\n{:?}\n{}",
            outcome.changes,
            first_difference(&before, &facts(&replayed))
        );
        changing += usize::from(!outcome.changes.is_empty());
        undo.extend(outcome.changes);
    }
    let mut back = state.catalog.clone();
    for change in undo.iter().rev() {
        commit(&mut back, &change.invert()).unwrap_or_else(|e| panic!("{e}: inverse of {change:#?}"));
    }
    assert!(facts(&back) == start, "all the way back differs: {back:#?}");
    (state.catalog, changing)
}

/// The first line in which the printed catalogs differ, with its surroundings.
fn first_difference(a: &Catalog, b: &Catalog) -> String {
    let (a, b) = (format!("{a:#?}"), format!("{b:#?}"));
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or(0);
    let part = |lines: &[&str]| lines[at.saturating_sub(12)..(at + 12).min(lines.len())].join("\n");
    format!("{}\n=== but ===\n{}", part(&a), part(&b))
}

/// A catalog without the facts that a diff ignores.
fn comparable(catalog: &Catalog) -> Catalog {
    let mut result = facts(catalog);
    let tables: Vec<Table> = catalog.tables.iter().map(|t| Table::clone(t)).collect();
    for mut table in tables {
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        table.triggers.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.iter_mut().for_each(|i| i.implicit = false);
        result.tables.insert(table);
    }
    let views: Vec<View> = catalog.views.iter().map(|v| View::clone(v)).collect();
    for mut view in views {
        view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        view.triggers.sort_by(|a, b| a.name.cmp(&b.name));
        view.reads.clear();
        result.views.insert(view);
    }
    result
}

fn differ(a: &Catalog, b: &Catalog) {
    assert_eq!(diff(a, a), Vec::new());
    let changes = diff(a, b);
    let mut result = a.clone();
    for change in &changes {
        commit(&mut result, change).unwrap_or_else(|e| panic!("{e}: {change:#?}"));
    }
    let left = diff(&result, b);
    assert!(left.is_empty(), "still different: {left:#?}\nafter {changes:#?}");
    assert!(comparable(&result) == comparable(b), "{:#?}\n{:#?}", comparable(&result), comparable(b));
}

fn choices() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 0..600)
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(Dialect::ALL.to_vec())
}

/// Other cases on every run. `PROPTEST_CASES` sets how many, `PROPTEST_RNG_SEED` repeats a run.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { 200 };
    ProptestConfig { cases, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_what_was_meant(choices in choices(), dialect in dialect()) {
        scripts::what_is_written_is_what_was_meant(&choices, dialect);
    }

    #[test]
    fn changes_inverted_in_reverse_order_restore_the_catalog(choices in choices(), dialect in dialect()) {
        up_and_down(&choices, dialect);
    }

    #[test]
    fn open_worlds_can_be_walked_back(choices in choices(), dialect in dialect()) {
        let mut choices = Choices::new(&choices, dialect);
        let mut state = State::start(&Target::new(dialect), World::Open);
        while !choices.is_empty() {
            let operation = choices.operation();
            let before = facts(&state.catalog);
            let outcome = apply(&mut state, &operation);
            if outcome.changes.is_empty() && !outcome.conflicts.is_empty() {
                assert_eq!(before, facts(&state.catalog), "a conflict changed the state: {operation:#?}");
            }
            // What was learned stays, so the way back starts from where the operation ended.
            let mut back = state.catalog.clone();
            for change in outcome.changes.iter().rev() {
                commit(&mut back, &change.invert()).unwrap_or_else(|e| panic!("{e}: inverse of {change:#?} of {operation:#?}"));
            }
            for change in &outcome.changes {
                commit(&mut back, change).unwrap_or_else(|e| panic!("{e}: again {change:#?} of {operation:#?}"));
            }
            assert!(
                facts(&back) == facts(&state.catalog),
                "there and back differs: {operation:?}\n{:?}\n{}",
                outcome.changes,
                first_difference(&facts(&state.catalog), &facts(&back))
            );
        }
    }

    #[test]
    fn a_diff_ends_at_its_target(a in choices(), b in choices(), dialect in dialect()) {
        differ(&up_and_down(&a, dialect).0, &up_and_down(&b, dialect).0);
    }

    #[test]
    fn a_diff_of_neighbours_ends_at_its_target(a in choices(), more in prop::collection::vec(any::<u32>(), 0..60), dialect in dialect()) {
        let before = up_and_down(&a, dialect).0;
        let both: Vec<u32> = a.iter().chain(&more).copied().collect();
        let after = up_and_down(&both, dialect).0;
        differ(&before, &after);
        differ(&after, &before);
    }
}

/// Numbers that are the same on every run.
fn numbers(seed: u64, count: usize) -> Vec<u32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u32::try_from(state >> 32).expect("32 bits are left")
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn a_hundred_thousand_operations_up_and_down() {
    let (mut operations, mut changing) = (0, 0);
    for seed in 1.. {
        let dialect = Dialect::ALL[seed as usize % 3];
        let numbers = numbers(seed, 4_000);
        let mut count = Choices::new(&numbers, dialect);
        while !count.is_empty() {
            count.operation();
            operations += 1;
        }
        changing += up_and_down(&numbers, dialect).1;
        if operations >= 100_000 {
            break;
        }
    }
    // Most random operations conflict; a fair share must not.
    assert!(changing * 10 > operations, "only {changing} of {operations} operations changed something");
}

/// `REMIGRATE_SCRIPTS` says how many.
#[test]
fn scripts_up_and_down_through_text() {
    let wanted = std::env::var("REMIGRATE_SCRIPTS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let mut tally = scripts::Tally::default();
    let mut wrong = Vec::new();
    for seed in 1.. {
        wrong.extend(scripts::scripts_up_and_down(seed, 100, Dialect::ALL[seed as usize % 3], &mut tally));
        if tally.scripts >= wanted {
            break;
        }
    }
    println!("{tally:?}");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), tally.scripts, wrong.join("\n\n"));
    // Scripts that do nothing would prove nothing.
    assert!(tally.changing > tally.scripts, "{tally:?}");
}
