//! Takes back the verdicts that another explanation of the schema contradicts.
use std::collections::BTreeMap;

use super::{
    Case,
    rivals::{self, Turn},
    timeline::Timeline,
};
use crate::report::{Hypothesis, MigrationVerdict, Verdict};

/// No more other explanations than this.
const ENOUGH: usize = 5;
/// No more migrations than this are named in one sentence.
const NAMED: usize = 4;

/// Looks for other explanations than `supposed`, takes back what they contradict, and adds them to `alternatives`.
/// Where one explains the schema better, its verdicts stand instead, and the history that it supposes is returned.
pub(super) fn review(
    case: &Case<'_>,
    supposed: &Timeline,
    verdicts: &mut [MigrationVerdict],
    alternatives: &mut Vec<Hypothesis>,
) -> Option<Timeline> {
    let total = |migration: usize| case.timeline.range(migration).len();
    let count = |migration: usize| {
        let entries = supposed.entries.get(case.timeline.range(migration));
        entries.into_iter().flatten().filter(|e| e.runs).count()
    };
    let ran: Vec<usize> = (0..verdicts.len()).map(count).collect();
    let rivals = rivals::search(case, supposed, &ran);
    let better: BTreeMap<usize, usize> = rivals.better.iter().copied().collect();
    for (migration, verdict) in verdicts.iter_mut().enumerate() {
        let claims = claim(verdict.verdict, total(migration), ran.get(migration).copied().unwrap_or(0));
        let Some(claims) = claims else { continue };
        if rivals.unsure.contains(&migration) {
            let why =
                "other migrations touch the same objects in too many ways to tell them apart".to_owned();
            take_back(case, migration, why, verdict);
            continue;
        }
        let Some(explain) = rivals.explain.get(&migration) else { continue };
        let Some((_, turns)) = explain.iter().find(|(ran, _)| **ran != claims) else { continue };
        let only = explain.len() == 1;
        match better.get(&migration) {
            Some(0) if only => {
                verdict.verdict = Verdict::NotApplied;
                verdict.statements_applied = 0;
                verdict.evidence = vec!["the schema would be another if it had run".into()];
            }
            Some(ran) if only && *ran == total(migration) => {
                verdict.verdict = Verdict::Applied;
                verdict.statements_applied = verdict.statements_total;
                verdict.evidence = vec!["the schema would be another without it".into()];
                verdict.probe.clear();
            }
            _ => take_back(case, migration, sentence(case, migration, turns), verdict),
        }
    }
    let turned = |turns: &[Turn]| {
        let mut ran = ran.clone();
        for (migration, statements) in turns {
            if let Some(slot) = ran.get_mut(*migration) {
                *slot = *statements;
            }
        }
        ran
    };
    let sets = rivals.explain.values().flat_map(BTreeMap::values).filter(|turns| !turns.is_empty());
    for turns in sets {
        if alternatives.len() >= ENOUGH {
            break;
        }
        let ran = turned(turns);
        let applied = (0..ran.len()).filter(|m| ran.get(*m) == Some(&total(*m)));
        let one = Hypothesis { applied: applied.map(|m| case.label(m)).collect(), unexplained: 0 };
        if !alternatives.contains(&one) {
            alternatives.push(one);
        }
    }
    (!better.is_empty()).then(|| {
        let ran = turned(&rivals.better);
        case.timeline.only(|statement| {
            let Some(entry) = case.timeline.entries.get(statement) else { return false };
            let first = case.timeline.range(entry.migration).start;
            ran.get(entry.migration).is_some_and(|ran| statement - first < *ran)
        })
    })
}

/// How many statements a verdict says ran; `None` when it says nothing.
fn claim(verdict: Verdict, total: usize, supposed: usize) -> Option<usize> {
    match verdict {
        Verdict::Applied | Verdict::Superseded | Verdict::Edited => Some(total),
        Verdict::NotApplied => Some(0),
        Verdict::Partial => Some(supposed),
        Verdict::Undecidable => None,
    }
}

fn take_back(case: &Case<'_>, migration: usize, why: String, out: &mut MigrationVerdict) {
    let range = case.timeline.range(migration);
    out.verdict = Verdict::Undecidable;
    out.statements_applied = 0;
    out.evidence = vec![why];
    out.probe.clear();
    case.probes(range.clone(), out);
    case.tombstones(&range, out);
}

/// What else would give the same schema.
fn sentence(case: &Case<'_>, migration: usize, turns: &[Turn]) -> String {
    let total = |m: usize| case.timeline.range(m).len();
    let list = |ran: bool| -> Vec<String> {
        let those = turns.iter().filter(|(m, statements)| (*statements == total(*m)) == ran);
        those.map(|(m, _)| case.label(*m)).collect()
    };
    let (added, fallen) = (named(&list(true)), named(&list(false)));
    match (added, fallen) {
        (None, None) => "the schema is the same with and without it".into(),
        _ if turns.iter().all(|(m, _)| *m == migration) => {
            "the schema is the same with and without it".into()
        }
        (None, Some(fallen)) => format!("the schema is the same if {fallen} did not run"),
        (Some(added), None) => format!("the schema is the same if {added} ran as well"),
        (Some(added), Some(fallen)) => {
            format!("the schema is the same with {added} and without {fallen}")
        }
    }
}

/// The names of migrations in a sentence.
fn named(labels: &[String]) -> Option<String> {
    let quoted: Vec<String> = labels.iter().take(NAMED).map(|l| format!("`{l}`")).collect();
    let (last, others) = quoted.split_last()?;
    Some(match labels.len().checked_sub(NAMED).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more", quoted.join(", ")),
        None if others.is_empty() => last.clone(),
        None => format!("{} and {last}", others.join(", ")),
    })
}
