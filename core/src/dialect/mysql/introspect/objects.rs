//! Views, routines, triggers and sequences.
use std::collections::BTreeMap;

use crate::{
    catalog::{Expression, Name, ObjectName, Routine, RoutineKind, Sequence, SequenceOptions, Trigger, View},
    dialect::introspect::{Fields, fields},
    dialect::mysql::{charset, parameters, quote, types},
    dialect::{
        cursor::{Cursor, Read},
        expression,
    },
    error::Error,
    target::Dialect,
    text::{TokenKind, tokens},
};

use super::{Reader, own, queries, some};

impl Reader<'_> {
    pub(super) fn views(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, queries::VIEWS)? {
            let name = row.text(0)?;
            match self.show_create(name)?.and_then(|sql| self.view(name, sql)) {
                Some(view) => self.catalog.views.insert(view),
                None => self.uncertain(
                    &own(name),
                    "its definition could not be read: the user needs the privileges SELECT and SHOW VIEW",
                ),
            }
        }
        Ok(())
    }

    /// A view from what `SHOW CREATE VIEW` prints.
    fn view(&self, name: &str, sql: &str) -> Option<View> {
        let tokens = tokens(sql, self.target);
        let mut c = Cursor::new(sql, &tokens, self.target, |_| false);
        let head = view_head(&mut c).ok()?;
        let query = c.source(c.rest_span());
        let (query, check) =
            [(" WITH CASCADED CHECK OPTION", "cascaded"), (" WITH LOCAL CHECK OPTION", "local")]
                .iter()
                .find_map(|(clause, name)| Some((query.trim_end().strip_suffix(clause)?, Some(*name))))
                .unwrap_or((query, None));
        let read = expression::read_query(query, self.target);
        let mut options = BTreeMap::new();
        let mut option = |name: &str, value: Option<&str>, usual: &str| {
            if let Some(value) = value.map(str::to_ascii_lowercase).filter(|value| value != usual) {
                options.insert(name.to_owned(), value);
            }
        };
        option("algorithm", head.algorithm.as_deref(), "undefined");
        option("security", head.security.as_deref(), "definer");
        option("check_option", check, "");
        let here = |name: ObjectName| ObjectName { schema: name.schema.or_else(|| Some("".into())), ..name };
        Some(View {
            name: own(name),
            materialized: false,
            columns: if head.columns.is_empty() { read.columns.unwrap_or_default() } else { head.columns },
            query: Expression { sql: query.trim().into(), normal: read.normal.into() },
            reads: read.reads.into_iter().map(here).collect(),
            options,
            indexes: Vec::new(),
            triggers: Vec::new(),
            comment: None,
        })
    }

    pub(super) fn routines(&mut self) -> Result<(), Error> {
        let mut arguments: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        let mut returns: BTreeMap<&str, String> = BTreeMap::new();
        for row in fields(self.rows, queries::PARAMETERS)? {
            let data_type = self.parameter_type(&row)?;
            let (routine, kind) = (row.text(0)?, row.text(1)?);
            let Some(name) = row.optional(3) else {
                returns.insert(routine, data_type);
                continue;
            };
            let argument = parameters::parameter(row.optional(2).unwrap_or(""), name, &data_type);
            arguments.entry((kind, routine)).or_default().push(argument);
        }
        for row in fields(self.rows, queries::ROUTINES)? {
            let (name, kind) = (row.text(0)?, row.text(1)?);
            let routine = match kind {
                "FUNCTION" => RoutineKind::Function,
                "PROCEDURE" => RoutineKind::Procedure,
                _ => {
                    let reason = format!("a {} is not modelled", kind.to_ascii_lowercase());
                    self.uncertain(&own(name), &reason);
                    continue;
                }
            };
            let Some(text) = row.optional(2) else {
                self.uncertain(
                    &own(name),
                    "its body could not be read: the user needs SHOW_ROUTINE or SELECT on all",
                );
                continue;
            };
            let mut attributes = BTreeMap::new();
            if row.flag(3)? {
                attributes.insert("deterministic".to_owned(), "yes".to_owned());
            }
            let mut unless = |name: &str, value: &str, usual: &str| {
                if value != usual {
                    attributes.insert(name.to_owned(), value.to_ascii_lowercase());
                }
            };
            unless("data_access", row.text(4)?, "CONTAINS SQL");
            unless("security", row.text(5)?, "DEFINER");
            let language = row.optional(7).unwrap_or("SQL").to_ascii_lowercase();
            self.catalog.routines.insert(Routine {
                name: own(name),
                signature: String::new(),
                kind: routine,
                arguments: arguments.remove(&(kind, name)).unwrap_or_default().join(", "),
                returns: (routine == RoutineKind::Function).then(|| returns.remove(name).unwrap_or_default()),
                language,
                body: body(text).to_owned(),
                attributes,
                comment: some(row.optional(6)),
            });
        }
        Ok(())
    }

    /// A parameter's type with its character set and collation where they are not the database's.
    fn parameter_type(&self, row: &Fields<'_>) -> Result<String, Error> {
        let text = types::normal(row.text(4)?, self.target.dialect).text;
        let collation = row.optional(6).map(charset::normal_collation);
        let Some(collation) = collation.filter(|collation| *collation != self.collation) else {
            return Ok(text.into());
        };
        let set = row.optional(5).map(charset::normal_charset).unwrap_or_default();
        let usual = charset::default_collation(&set, self.target).is_some_and(|usual| usual == collation);
        Ok(parameters::data_type(&text, Some(&set), (!usual).then_some(&*collation)))
    }

    pub(super) fn triggers(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, queries::TRIGGERS)? {
            let table = row.text(1)?;
            let Some(read) = self.tables.get_mut(table) else { continue };
            let sql = format!(
                "{} {} ON {} FOR EACH ROW {}",
                row.text(2)?,
                row.text(3)?,
                quote::name(table),
                body(row.text(4)?)
            );
            read.table.triggers.push(Trigger {
                name: row.text(0)?.into(),
                definition: expression::read(&sql, self.target),
                function: None,
                enabled: None,
                comment: None,
            });
        }
        Ok(())
    }

    pub(super) fn sequences(&mut self) -> Result<(), Error> {
        if self.target.dialect != Dialect::MariaDb {
            return Ok(());
        }
        if self.rows.contains_key(queries::SEQUENCES) {
            for row in fields(self.rows, queries::SEQUENCES)? {
                let options = sequence_options(&row)?;
                let name = own(row.text(0)?);
                self.catalog.sequences.insert(Sequence { name, options, owned_by: None, comment: None });
            }
        }
        for row in fields(self.rows, queries::TABLES)? {
            let name = own(row.text(0)?);
            if row.text(1)? == "SEQUENCE" && !self.catalog.sequences.contains(&name) {
                self.uncertain(&name, "the sequence could not be read: the user needs the privilege SELECT");
            }
        }
        Ok(())
    }
}

/// What stands before a view's query.
struct ViewHead {
    algorithm: Option<String>,
    security: Option<String>,
    columns: Vec<Name>,
}

/// ``CREATE ALGORITHM=UNDEFINED DEFINER=`u`@`h` SQL SECURITY DEFINER VIEW `v` (`a`) AS``.
fn view_head(c: &mut Cursor<'_>) -> Read<ViewHead> {
    let mut head = ViewHead { algorithm: None, security: None, columns: Vec::new() };
    c.expect("create")?;
    while !c.accept("view") {
        if c.accept("algorithm") {
            c.accept_operator("=");
            head.algorithm = Some(c.name()?.to_string());
        } else if c.accept_words(&["sql", "security"]) {
            head.security = Some(c.name()?.to_string());
        } else if c.is_end() {
            return Err(c.unexpected("VIEW"));
        } else {
            c.skip(1);
        }
    }
    c.object_name()?;
    if c.at_kind(TokenKind::LeftParen) {
        head.columns = c.name_list("a column")?;
    }
    c.expect("as")?;
    Ok(head)
}

/// A body without the terminator that MySQL keeps when the statement was one of several in a request.
fn body(text: &str) -> &str {
    text.trim_end().trim_end_matches(';').trim_end()
}

fn sequence_options(row: &Fields<'_>) -> Result<SequenceOptions, Error> {
    let number = |place: usize| row.number::<i64>(place);
    let (start, minimum, maximum, increment, cache) =
        (number(1)?, number(2)?, number(3)?, number(4)?, number(5)?);
    let up = increment >= 0;
    // One is left free at each end of the range.
    let (usual_minimum, usual_maximum) = if up { (1, i64::MAX - 1) } else { (i64::MIN + 1, -1) };
    let first = if up { minimum } else { maximum };
    let unless = |value: i64, usual: i64| (value != usual).then_some(value);
    Ok(SequenceOptions {
        data_type: None,
        start: unless(start, first),
        increment: unless(increment, 1),
        minimum: unless(minimum, usual_minimum),
        maximum: unless(maximum, usual_maximum),
        cache: unless(cache, 1000),
        cycle: row.flag(6)?,
    })
}
