//! Every rule's examples, in each of its dialects: they are its documentation, and must be true.
use super::{ALL, Rule};
use crate::{Dialect, Options, check, tools::SourceFile};

fn found(rule: &Rule, sql: &str, dialect: Dialect) -> bool {
    let report = check(&[SourceFile::new("example.sql", sql)], &Options::new(dialect)).unwrap();
    report.findings.iter().any(|f| f.rule == rule.id)
}

/// An example that begins with the names of servers is one for those.
fn is_meant_for(sql: &str, dialect: Dialect) -> bool {
    let named = sql.strip_prefix("/*").and_then(|rest| rest.split_once("*/"));
    named.is_none_or(|(servers, _)| servers.to_lowercase().contains(&dialect.to_string().to_lowercase()))
}

#[test]
fn every_refusal_is_told_on_every_server() {
    for dialect in Dialect::ALL {
        for id in super::REFUSALS {
            let rule = super::rule(id).unwrap();
            assert!(rule.dialects.contains(&dialect), "{id} is not told of {dialect}");
            let examples = rule.bad.iter().filter(|sql| is_meant_for(sql, dialect));
            assert!(rule.bad.is_empty() || examples.count() > 0, "{id} has no example for {dialect}");
        }
    }
}

#[test]
fn every_documented_example_is_true() {
    let mut wrong = Vec::new();
    for rule in ALL {
        for dialect in rule.dialects {
            for (scripts, expected) in [(rule.bad, true), (rule.good, false)] {
                for sql in scripts.iter().filter(|sql| is_meant_for(sql, *dialect)) {
                    if found(rule, sql, *dialect) != expected {
                        wrong.push(format!("{} {dialect}: expected {expected}: {sql}", rule.id));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_are_named_sorted_and_documented() {
    let names: Vec<_> = ALL.iter().map(|r| r.id).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for rule in ALL {
        assert!(
            !rule.summary.ends_with('.') && !rule.why.is_empty() && !rule.instead.is_empty(),
            "{}",
            rule.id
        );
        assert!(!rule.good.is_empty() && !rule.dialects.is_empty(), "{}", rule.id);
    }
}

/// Files with something wrong beside their statements.
const LAYOUTS: &[(&str, &str)] = &[
    ("notes.sql", "-- +goose Up\nSELECT 1;"),
    ("1_a.sql", "-- +goose Down\nSELECT 1;"),
    ("1_a.sql", "-- migrate:up\nSELECT 'a"),
    ("V1__a.sql", "SELECT 1; \u{0} SELECT 2; /* open"),
];

#[test]
fn every_finding_names_a_rule() {
    let examples = ALL.iter().flat_map(|r| r.bad.iter().chain(r.good)).map(|sql| ("example.sql", *sql));
    for (path, sql) in examples.chain(LAYOUTS.iter().copied()) {
        for dialect in Dialect::ALL {
            let other = SourceFile::new("2_other.sql", "-- +goose Up\nSELECT 2;");
            let files = [SourceFile::from_bytes(path, sql.as_bytes()), other];
            for finding in check(&files, &Options::new(dialect)).unwrap().findings {
                assert!(super::rule(&finding.rule).is_ok(), "`{}` is no rule: {sql}", finding.rule);
            }
        }
    }
}
