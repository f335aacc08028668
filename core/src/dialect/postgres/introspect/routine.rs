//! Functions and procedures.
use std::collections::BTreeMap;

use super::{Reader, list};
use crate::{
    catalog::{ObjectName, Routine, RoutineKind},
    dialect::introspect::{Fields, fields},
    error::Error,
    target::Target,
    text::{TokenKind, tokens},
};

impl Reader<'_> {
    pub(super) fn routines(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, "routines")? {
            let kind = match row.text(2)? {
                "p" => RoutineKind::Procedure,
                "a" => RoutineKind::Aggregate,
                _ => RoutineKind::Function,
            };
            let name = ObjectName::new(row.text(0)?, row.text(1)?);
            let comment = row.optional(19).map(str::to_owned);
            let signature = signature(&row)?;
            if kind == RoutineKind::Aggregate {
                self.catalog.routines.insert(Routine {
                    name,
                    arguments: signature.clone(),
                    signature,
                    kind,
                    returns: None,
                    language: "internal".into(),
                    body: String::new(),
                    attributes: BTreeMap::new(),
                    comment,
                });
                continue;
            }
            self.catalog.routines.insert(Routine {
                name,
                signature,
                kind,
                arguments: crate::dialect::postgres::lower::reprinted_arguments(
                    &without_public(row.text(4)?, &self.target),
                    kind,
                    &self.target,
                ),
                returns: row.optional(5).map(|returns| without_public(returns, &self.target)),
                language: row.text(6)?.to_owned(),
                body: row.text(7)?.to_owned(),
                attributes: attributes(&row)?,
                comment,
            });
        }
        Ok(())
    }
}

/// The text without `public.` in front of names, as the catalog shows types.
fn without_public(text: &str, target: &Target) -> String {
    let tokens = tokens(text, target);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for pair in tokens.windows(2) {
        let [schema, dot] = pair else { continue };
        if schema.is_word(text, "public") && dot.kind == TokenKind::Dot {
            out.push_str(text.get(copied..schema.span.start as usize).unwrap_or_default());
            copied = dot.span.end as usize;
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// The types of the input arguments as the catalog shows types: `public` is not mentioned.
fn signature(row: &Fields<'_>) -> Result<String, Error> {
    let Some(text) = row.optional(3) else { return Ok(String::new()) };
    let types: Vec<(Option<String>, String, String)> =
        serde_json::from_str(text).map_err(|_| row.wrong(3, "a list of types"))?;
    let spelled = types.into_iter().map(|(schema, name, rest)| match schema {
        Some(schema) => format!("{}{rest}", ObjectName::new(schema, name)),
        None => rest,
    });
    Ok(spelled.collect::<Vec<_>>().join(", "))
}

fn attributes(row: &Fields<'_>) -> Result<BTreeMap<String, String>, Error> {
    let mut attributes = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        attributes.insert(name.to_owned(), value.to_owned());
    };
    match row.text(9)? {
        "i" => set("volatility", "immutable"),
        "s" => set("volatility", "stable"),
        _ => {}
    }
    match row.text(12)? {
        "s" => set("parallel", "safe"),
        "r" => set("parallel", "restricted"),
        _ => {}
    }
    let flags = [
        (10, "strict", "true"),
        (11, "security", "definer"),
        (13, "leakproof", "true"),
        (8, "atomic", "true"),
    ];
    for (place, name, value) in flags {
        if row.flag(place)? {
            set(name, value);
        }
    }
    let language = row.text(6)?;
    let usual_cost = if matches!(language, "c" | "internal") { "1" } else { "100" };
    if row.text(14)? != usual_cost {
        set("cost", row.text(14)?);
    }
    let usual_rows = if row.flag(16)? { "1000" } else { "0" };
    if row.text(15)? != usual_rows {
        set("rows", row.text(15)?);
    }
    if row.text(2)? == "w" {
        set("window", "true");
    }
    if let Some(file) = row.optional(18) {
        set("library", file);
    }
    for setting in list(row, 17)? {
        if let Some((name, value)) = setting.split_once('=') {
            set(&format!("set {name}"), value);
        }
    }
    Ok(attributes)
}
