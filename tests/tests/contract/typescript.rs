//! The npm package's declarations.
use std::fmt::Write as _;

use super::model::{Field, Function, Model, Shape, Type};

/// `server_version` → `serverVersion`.
pub(crate) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        out += &first.to_uppercase();
        out += rest;
    }
    out
}

fn pascal(name: &str) -> String {
    let name = camel(name);
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

/// `types.d.ts`.
pub(crate) fn declarations(model: &Model) -> String {
    let mut out = String::from("// Made from the library's types by tests/tests/contract; do not edit.\n");
    for function in &model.functions {
        declare(&mut out, function);
    }
    out += "
/** What every function throws, or rejects its promise with. */
export class RemigrateError extends Error {
  /** What kind of error it is, in capitals: `RMG_NOT_FOUND`. */
  readonly code: `RMG_${string}`
  /** What kind of error it is. */
  readonly kind: ErrorKind
}

/** The library's version. */
export const version: string
";
    for definition in model.answers.iter().chain(&model.inputs) {
        let name = &definition.name;
        out.push('\n');
        comment(&mut out, "", &definition.about);
        match &definition.shape {
            Shape::Record(fields) => {
                let input = model.inputs.iter().any(|d| d.name == *name);
                let _ = writeln!(out, "export interface {name} {{");
                members(&mut out, fields, input);
                out.push_str("}\n");
            }
            Shape::Choice(words) => {
                let _ = writeln!(out, "export type {name} =");
                for (word, about) in words {
                    comment(&mut out, "  ", about);
                    let _ = writeln!(out, "  | '{word}'");
                }
            }
            Shape::Alias(kind) => {
                let _ = writeln!(out, "export type {name} = {}", written(kind));
            }
        }
    }
    out
}

fn members(out: &mut String, fields: &[Field], input: bool) {
    for field in fields {
        comment(out, "  ", &field.about);
        let (kind, _) = if input { field.kind.optional() } else { (field.kind.clone(), false) };
        let mark = if input && !field.required { "?" } else { "" };
        let _ = writeln!(out, "  {}{mark}: {}", camel(&field.name), written(&kind));
    }
}

fn declare(out: &mut String, function: &Function) {
    let named = function.by_name();
    let mut parameters: Vec<_> =
        function.by_place().iter().map(|f| format!("{}: {}", camel(&f.name), written(&f.kind))).collect();
    if !named.is_empty() {
        let options = format!("{}Options", pascal(&function.name));
        let _ = writeln!(out, "\n/** Options of `{}`. */", camel(&function.name));
        let _ = writeln!(out, "export interface {options} {{");
        members(out, named, true);
        out.push_str("}\n");
        let mark = if named.iter().any(|f| f.required) { "" } else { "?" };
        parameters.push(format!("options{mark}: {options}"));
    }
    let (name, parameters, answer) =
        (camel(&function.name), parameters.join(", "), written(&function.answer));
    let mut about = function.about.clone();
    if !function.positional.is_empty() {
        about.push('\n');
    }
    for field in function.by_place() {
        let _ = write!(about, "\n@param {} {}", camel(&field.name), field.about);
    }
    out.push('\n');
    comment(out, "", &about);
    let _ = writeln!(out, "export function {name}({parameters}): Promise<{answer}>");
    let _ = writeln!(out, "\n/** As `{name}`, on the calling thread. */");
    let _ = writeln!(out, "export function {name}Sync({parameters}): {answer}");
}

fn written(kind: &Type) -> String {
    match kind {
        Type::Any => "unknown".into(),
        Type::Null => "null".into(),
        Type::Boolean => "boolean".into(),
        Type::Integer => "number".into(),
        Type::String => "string".into(),
        Type::Literal(word) => format!("'{word}'"),
        Type::List(item) => match &**item {
            Type::Union(_) => format!("({})[]", written(item)),
            item => format!("{}[]", written(item)),
        },
        Type::Map(item) => format!("Record<string, {}>", written(item)),
        Type::Union(types) => types.iter().map(written).collect::<Vec<_>>().join(" | "),
        Type::Named(name) => name.clone(),
    }
}

fn comment(out: &mut String, indent: &str, text: &str) {
    let text = text.replace("*/", "* /");
    let lines: Vec<_> = text.lines().collect();
    match &lines[..] {
        [] => {}
        [line] => {
            let _ = writeln!(out, "{indent}/** {line} */");
        }
        lines => {
            let _ = writeln!(out, "{indent}/**");
            for line in lines {
                let _ = writeln!(out, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(out, "{indent} */");
        }
    }
}
