//! Takes back the verdicts that another explanation of the schema contradicts.
use std::collections::BTreeMap;

use super::{
    Case, evidence,
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
        if rivals.unsure.contains(&migration) {
            if claims.is_some() {
                let why = "other migrations touch the same objects in too many ways to tell them apart";
                take_back(case, migration, why.to_owned(), verdict);
            }
            continue;
        }
        let Some(explain) = rivals.explain.get(&migration) else { continue };
        let only = explain.len() == 1;
        if only && let Some(ran) = better.get(&migration) {
            found_better(case, migration, *ran, verdict);
            continue;
        }
        match explain.iter().find(|(ran, _)| claims.is_some_and(|claims| **ran != claims)) {
            Some((_, turns)) => take_back(case, migration, sentence(case, migration, turns), verdict),
            None if only && verdict.verdict == Verdict::Superseded => {
                let there = evidence::there(case, &case.timeline.range(migration));
                if !there.is_empty() {
                    verdict.verdict = Verdict::Applied;
                    verdict.evidence = there;
                }
            }
            None => {}
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
    (!better.is_empty() || !rivals.apart.is_empty()).then(|| {
        let ran = turned(&rivals.better);
        let runs = |statement: usize| {
            let Some(entry) = case.timeline.entries.get(statement) else { return false };
            let first = case.timeline.range(entry.migration).start;
            ran.get(entry.migration).is_some_and(|ran| statement - first < *ran)
        };
        case.timeline.only_with(runs, &rivals.apart)
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

/// The verdict of what explains the schema better than what was supposed.
fn found_better(case: &Case<'_>, migration: usize, ran: usize, out: &mut MigrationVerdict) {
    let total = case.timeline.range(migration).len();
    let (verdict, why) = match ran {
        0 => (Verdict::NotApplied, "the schema would be another if it had run"),
        _ if ran == total => (Verdict::Applied, "the schema would be another without it"),
        _ => return take_back(case, migration, "only a part of it explains the schema".to_owned(), out),
    };
    out.verdict = verdict;
    out.statements_applied = u32::try_from(ran).unwrap_or(u32::MAX);
    out.evidence = vec![why.to_owned()];
    out.probe.clear();
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
