//! What statements do, against PostgreSQL's own parser: of every statement of its regression suite and of the published
//! migration histories, what our operations do to what equals what the parser's tree says.
//!
//! The tree is read by `tests/oracle/trees.mjs`, the operations by `ours.rs`, both to the same words.
mod ours;

use std::collections::BTreeMap;

use ours::Fact;
use remigrate::{Dialect, ServerVersion, Target, dialect, text::Script};
use remigrate_tests::{corpus, oracle, suites};

/// The version whose parser the oracle is.
const VERSION: u16 = 18;

/// What both sides say of a statement, as the test compares it.
fn settled(facts: Vec<Fact>) -> Vec<Fact> {
    let mut facts: Vec<Fact> = facts.into_iter().map(|(what, to)| (same_words(&what), to)).collect();
    facts.sort();
    facts
}

/// Kinds that our operations do not tell apart because nothing depends on it: what the words become, and why.
const ONE_KIND: &[(&str, &str, &str)] = &[
    ("alter domain", "alter type", "domains are types, with the names of types"),
    ("drop domain", "drop type", "domains are types; `DROP TYPE` drops them too"),
    ("comment on domain", "comment on type", "domains are types"),
    ("alter materialized view", "alter view", "they are views, with the names of views"),
    ("comment on materialized view", "comment on view", "they are views"),
    ("comment on function", "comment on routine", "routines have one namespace"),
    ("comment on procedure", "comment on routine", "routines have one namespace"),
    ("comment on aggregate", "comment on routine", "routines have one namespace"),
    ("alter table: alter column restart", "alter table: alter column", "where a sequence stands is data"),
    ("alter table: alter column options", "alter table: alter column", "they are foreign data's"),
    ("alter table: set identity", "alter table: alter column", "neither destroys anything"),
    ("alter table: set column option", "alter table: alter column", "neither destroys anything"),
    ("grant on foreign server", "grant on server", "a server is one of foreign data"),
    ("revoke on foreign server", "revoke on server", "a server is one of foreign data"),
    ("create user", "create role", "users are roles; the tree says `role` too"),
    ("create group", "create role", "groups are roles; the tree says `role` too"),
    ("alter user", "alter role", "users are roles"),
    ("alter group", "alter role", "groups are roles"),
    ("drop user", "drop role", "users are roles"),
    ("drop group", "drop role", "groups are roles"),
];

/// Whether our answer is another one on purpose.
fn deliberate(sql: &str, tree: &[Fact], ours: &[Fact]) -> bool {
    // A table of which only the name was read (`OF`, temporal keys) has no columns in the model, which says that it does
    // not know them.
    let nameless = |(what, to): &Fact| match to.split_once('(') {
        Some((name, _)) if what.starts_with("create") && what.ends_with("table") => {
            (what.clone(), name.to_owned())
        }
        _ => (what.clone(), to.clone()),
    };
    let read_by_name = ours.iter().map(nameless).eq(ours.iter().cloned());
    if ours.len() == 1 && read_by_name && tree.iter().map(nameless).eq(ours.iter().cloned()) {
        return true;
    }
    // Whoever runs the statement gives the schema its name: what is made in it cannot be named.
    let words: Vec<String> = sql.split_whitespace().take(4).map(str::to_ascii_uppercase).collect();
    words.join(" ").starts_with("CREATE SCHEMA AUTHORIZATION CURRENT_")
        && ours == [("create schema".to_owned(), String::new())]
}

fn same_words(what: &str) -> String {
    ONE_KIND
        .iter()
        .find_map(|(from, to, _)| Some(format!("{to}{}", what.strip_prefix(from)?)))
        .unwrap_or_else(|| what.to_owned())
}

fn ours(sql: &str, target: &Target) -> Vec<Fact> {
    let script = Script::new(sql, target);
    let operations: Vec<_> =
        script.statements.iter().flat_map(|statement| dialect::lower(&script, statement, target)).collect();
    ours::facts(&operations)
}

/// Of the statements that the parser takes, how many say what its tree says. At least `least` must have been asked.
fn same_as_the_tree(title: &str, statements: &[String], least: usize) {
    let target = Target::new(Dialect::Postgres).with_version(ServerVersion::new(VERSION, 0, 0));
    let mut compared = 0usize;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut different = Vec::new();
    for (sql, tree) in statements.iter().zip(oracle::facts(statements)) {
        let Some(tree) = tree.map(settled) else { continue };
        compared += 1;
        for (what, _) in &tree {
            *kinds.entry(what.clone()).or_default() += 1;
        }
        let ours = settled(ours(sql, &target));
        if tree != ours && !deliberate(sql, &tree, &ours) {
            different.push(format!("{sql}\n  tree: {tree:?}\n  ours: {ours:?}"));
        }
    }
    println!("{title}: {compared} statements of {} kinds, {} differ", kinds.len(), different.len());
    assert!(compared >= least, "{title}: only {compared} statements were compared");
    assert!(different.is_empty(), "{title}:\n{}", different.join("\n"));
}

#[test]
fn the_regression_suite_does_what_its_trees_say() {
    same_as_the_tree("regression suite", &suites::postgres(), 50_000);
}

#[test]
fn published_histories_do_what_their_trees_say() {
    same_as_the_tree("published histories", &corpus::statements(Dialect::Postgres), 1_000);
}
