//! Functions and procedures.
use super::{Writer, objects::routine_word, quote};
use crate::catalog::{Routine, RoutineKind};

/// Settings whose value is a list of names, which the server stores as it is written.
const LISTS: [&str; 5] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
];

impl Writer<'_> {
    pub(super) fn create_routine(&mut self, routine: &Routine, replace: bool) {
        if routine.kind == RoutineKind::Aggregate {
            self.cannot(format!("aggregate `{}` cannot be created: only its name is known", routine.name));
            return;
        }
        let name = quote::object(&routine.name);
        let replace = if replace { "OR REPLACE " } else { "" };
        let mut lines =
            vec![format!("CREATE {replace}{} {name}({})", routine_word(routine.kind), routine.arguments)];
        if let Some(returns) = &routine.returns {
            lines.push(format!("RETURNS {returns}"));
        }
        lines.push(format!("LANGUAGE {}", quote::name(&routine.language)));
        let attribute = |name: &str| routine.attributes.get(name);
        lines.extend(routine.attributes.iter().filter_map(|(name, value)| words(name, value)));
        lines.push(match attribute("library") {
            Some(library) => format!("AS {}, {}", quote::literal(library), quote::literal(&routine.body)),
            None if attribute("atomic").is_some() => routine.body.clone(),
            None => format!("AS {}", quote::dollar(&routine.body)),
        });
        self.push(lines.join("\n"));
        self.new_comment(&self.routine_target(routine), routine.comment.as_deref());
    }

    /// `FUNCTION name(types)`.
    fn routine_target(&self, routine: &Routine) -> String {
        let signature = quote::signature(&routine.signature, &self.catalog);
        let empty = routine.kind == RoutineKind::Aggregate && signature.is_empty();
        let signature = if empty { "*".to_owned() } else { signature };
        format!("{} {}({signature})", routine_word(routine.kind), quote::object(&routine.name))
    }

    pub(super) fn drop_routine(&mut self, routine: &Routine) {
        self.push(format!("DROP {}", self.routine_target(routine)));
    }

    pub(super) fn alter_routine(&mut self, before: &Routine, after: &Routine) {
        let bare = |routine: &Routine| Routine { comment: None, ..routine.clone() };
        if bare(before) == bare(after) {
            if before.comment != after.comment {
                self.comment(&self.routine_target(after), after.comment.as_deref());
            }
        } else if before.arguments == after.arguments
            && before.returns == after.returns
            && before.kind == after.kind
            && before.attributes.get("window") == after.attributes.get("window")
        {
            self.create_routine(after, true);
            if before.comment.is_some() && after.comment.is_none() {
                self.comment(&self.routine_target(after), None);
            }
        } else {
            // The server replaces a routine only when arguments and result stay as they are.
            self.drop_routine(before);
            self.create_routine(after, false);
        }
    }
}

/// The words of an attribute; `None` for what is written elsewhere.
fn words(name: &str, value: &str) -> Option<String> {
    Some(match (name, value) {
        ("volatility", value) => value.to_uppercase(),
        ("parallel", value) => format!("PARALLEL {}", value.to_uppercase()),
        ("strict", _) => "STRICT".into(),
        ("leakproof", _) => "LEAKPROOF".into(),
        ("window", _) => "WINDOW".into(),
        ("security", value) => format!("SECURITY {}", value.to_uppercase()),
        ("cost", value) => format!("COST {value}"),
        ("rows", value) => format!("ROWS {value}"),
        ("support", value) => format!("SUPPORT {value}"),
        _ => {
            let setting = name.strip_prefix("set ")?;
            let value = if LISTS.contains(&setting) { value.to_owned() } else { quote::literal(value) };
            format!("SET {} TO {value}", quote::parameter(setting))
        }
    })
}
