//! Routines of the user that are called: their bodies are carried out with the arguments as variables.
use std::{collections::BTreeSet, sync::Arc};

use super::{carry_out, convert, eval, query as rows, value::Value};
use crate::{
    apply::{
        State, Variables,
        run::{Run, Step as Stepped},
        unread,
    },
    catalog::{Link, Name, ObjectName, Routine, RoutineKind},
    dialect::{expression, postgres},
    operation::{Invocation, Kind, Located, Step},
    text::{Span, tokens},
};

/// A query that calls routines, and the calls that are all it does.
pub(in crate::apply) fn query(run: &mut Run<'_>, calls: &[Name], invoked: &[Invocation]) -> Stepped {
    if run.mysql() || invoked.is_empty() || calls.is_empty() {
        unread::query(run, calls);
        return Ok(());
    }
    // What stands in arguments is called as well.
    let own = |call: &&Name| !invoked.iter().any(|i| i.name.name.eq_ignore_ascii_case(call));
    let others: Vec<Name> = calls.iter().filter(own).cloned().collect();
    unread::query(run, &others);
    let target = run.target();
    run.out.incomplete |= others.iter().any(|c| expression::builtin_function(c, &target).is_none());
    for invocation in invoked {
        let name = Name::from(invocation.name.name.to_lowercase().as_str());
        let found = found(run, invocation);
        // Reading a body costs its length each time.
        let length = found.as_ref().map_or(0, |routine| routine.body.len() / 256);
        run.state.spent = run.state.spent.saturating_add(u32::try_from(1 + length).unwrap_or(u32::MAX));
        match found {
            Some(routine) if run.state.spent > State::MOST_STEPS => {
                not_followed(run, &routine, ": loops and routines have taken too many steps");
            }
            Some(routine) if may_change(run, &routine) => call(run, &routine, invocation)?,
            Some(_) => {}
            None => {
                run.out.incomplete |= expression::builtin_function(&name, &target).is_none();
                unread::query(run, &[name]);
            }
        }
    }
    Ok(())
}

/// The one routine that a call can mean.
fn found(run: &Run<'_>, invocation: &Invocation) -> Option<Arc<Routine>> {
    let bare = ObjectName::bare(invocation.name.name.clone());
    let all: Vec<&Arc<Routine>> = run.catalog().routines.linked(Link::Routine, &bare).collect();
    let [one] = all.as_slice() else { return None };
    let schemas = match &invocation.name.schema {
        Some(schema) => vec![schema.clone()],
        None => run.search_path(),
    };
    let here = one.name.schema.as_ref().is_some_and(|s| schemas.contains(s));
    let builtin = expression::builtin_function(&invocation.name.name, &run.target()).is_some();
    (here && !builtin && one.kind != RoutineKind::Aggregate).then(|| Arc::clone(one))
}

/// Words with which a body may change the schema.
const CHANGES: &[&str] =
    &["alter", "call", "create", "drop", "execute", "import", "prepare", "rename", "security"];

/// Whether a routine's body may change the schema, itself or by what it calls.
pub(in crate::apply) fn may_change(run: &Run<'_>, routine: &Arc<Routine>) -> bool {
    let mut seen: BTreeSet<(ObjectName, String)> = BTreeSet::new();
    let mut open = vec![Arc::clone(routine)];
    while let Some(routine) = open.pop() {
        if !seen.insert((routine.name.clone(), routine.signature.clone())) || seen.len() > 256 {
            continue;
        }
        if !["plpgsql", "sql"].contains(&routine.language.as_str()) {
            return true;
        }
        let target = run.target();
        for token in tokens(&routine.body, &target) {
            let word = token.text(&routine.body);
            if CHANGES.iter().any(|w| word.eq_ignore_ascii_case(w)) {
                return true;
            }
            if token.is_name() {
                let name = ObjectName::bare(word.trim_matches('"').to_lowercase());
                open.extend(run.catalog().routines.linked(Link::Routine, &name).cloned());
            }
        }
    }
    seen.len() > 256
}

/// Says that what a routine does is not known.
fn not_followed(run: &mut Run<'_>, routine: &Routine, why: &str) {
    let name = &routine.name;
    let message = format!("routine `{name}` is called, and its body can change the schema{why}");
    run.out.incomplete = true;
    run.anything(&message);
    run.unknown(name, message);
}

/// Calls a routine, once or for each row.
fn call(run: &mut Run<'_>, routine: &Arc<Routine>, invocation: &Invocation) -> Stepped {
    let target = run.target();
    let span = Span::new(0, 0);
    let Some(parameters) = postgres::lower::parameters(&routine.arguments, &target) else {
        not_followed(run, routine, "");
        return Ok(());
    };
    let doubtful = run.catalog().is_open()
        || super::rows::is_uncertain(run, &routine.name.to_string())
        || routine.returns.as_deref() == Some("trigger");
    let path = match routine.attributes.get("set search_path") {
        Some(path) => match search_path(path) {
            Some(path) => Some(path),
            None => {
                not_followed(run, routine, ", with a search path that is not understood");
                return Ok(());
            }
        },
        None => None,
    };
    if doubtful {
        not_followed(run, routine, "");
        return Ok(());
    }
    let turns: Vec<Vec<(String, Value)>> = match &invocation.rows {
        None => vec![Vec::new()],
        Some(wanted) => match rows::answer(run, wanted) {
            Some(answer) => {
                let one = |row: Vec<Value>| {
                    row.into_iter().enumerate().map(|(at, v)| (format!("argument.{at}"), v)).collect()
                };
                answer.rows.into_iter().map(one).collect()
            }
            None => {
                not_followed(run, routine, ", for rows that are not known");
                return Ok(());
            }
        },
    };
    let kinds: Vec<(String, Kind)> = parameters
        .iter()
        .enumerate()
        .flat_map(|(at, p)| {
            let numbered = (format!("${}", at + 1), p.kind.clone());
            p.name.iter().map(|n| (n.clone(), p.kind.clone())).chain([numbered])
        })
        .collect();
    let steps: Vec<Located<Step>> = if routine.language == "sql" {
        postgres::lower::executed(&routine.body, &target, span)
    } else {
        postgres::lower::body(&routine.body, &target, &kinds, span)
    };
    let source = match routine.kind {
        RoutineKind::Procedure => format!("procedure `{}`", routine.name),
        _ => format!("function `{}`", routine.name),
    };
    for turn in turns {
        let outer = run.state.variables.clone();
        for (name, value) in &turn {
            run.state.variables.set(name, value.clone());
        }
        let bound = bind(run, &parameters, invocation);
        run.state.variables = outer;
        let Some(variables) = bound else {
            not_followed(run, routine, ", with arguments that do not fit");
            return Ok(());
        };
        // A strict function is not even called.
        if routine.attributes.contains_key("strict")
            && parameters
                .iter()
                .enumerate()
                .any(|(at, p)| p.input && variables.get(&format!("${}", at + 1)) == Some(&Value::Null))
        {
            continue;
        }
        let before =
            path.as_ref().map(|path| std::mem::replace(&mut run.state.session.search_path, path.clone()));
        run.depth += 1;
        let result = carry_out(run, &source, &steps, variables, true);
        run.depth -= 1;
        // What the body itself has set stays.
        if let Some(before) = before
            && path.as_ref() == Some(&run.state.session.search_path)
        {
            run.state.session.search_path = before;
        }
        result?;
    }
    Ok(())
}

/// `set search_path` of a routine as a list of schemas.
fn search_path(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text
        .trim_start_matches(['=', ' '])
        .trim_start_matches("TO ")
        .split(',')
        .map(|name| name.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let plain = |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    names
        .iter()
        .all(plain)
        .then(|| names.into_iter().filter(|n| n != "pg_catalog" && n != "pg_temp").collect())
}

/// The parameters with their values; `None` when the arguments do not fit.
fn bind(
    run: &Run<'_>,
    parameters: &[postgres::lower::Parameter],
    invocation: &Invocation,
) -> Option<Variables> {
    let mut variables = Variables::default();
    let mut positional = invocation.arguments.iter().filter(|(name, _)| name.is_none());
    let mut used = 0;
    for (at, parameter) in parameters.iter().enumerate() {
        let mut value = Value::Null;
        if parameter.input {
            let named =
                invocation.arguments.iter().find(|(name, _)| name.is_some() && *name == parameter.name);
            let term = match positional.next().or(named) {
                Some((_, term)) => {
                    used += 1;
                    term
                }
                None => parameter.default.as_ref()?,
            };
            value = match convert::to(run, eval::value(run, term, None), &parameter.kind) {
                // The server raises an error; which one is told by the condition that asks.
                Value::Missing(_) => return None,
                value => value,
            };
        }
        for name in parameter.name.iter().chain(&[format!("${}", at + 1)]) {
            variables.set(name, value.clone());
        }
    }
    (used == invocation.arguments.len()).then_some(variables)
}
