//! The Python package's classes and functions.
use std::fmt::Write as _;

use super::model::{Definition, Field, Function, Model, Shape, Type};

const HEAD: &str = "# Made from the library's types by tests/tests/contract; do not edit.\n";

/// Names that `_inputs.py` defines in Python's own terms.
const BY_HAND: &[&str] = &["Catalog", "File", "Files", "SchemaSource"];

/// `_types.py`: what functions take and answer with.
pub(crate) fn types(model: &Model) -> String {
    let mut out = format!(
        "{HEAD}\"\"\"What the functions take and answer with.\"\"\"\n\nfrom __future__ import annotations\n\n\
         from dataclasses import dataclass\nfrom typing import Any, Literal, Optional, TypedDict, Union\n\n__all__ = [\n"
    );
    let definitions = || model.answers.iter().chain(&model.inputs).filter(|d| !BY_HAND.contains(&&*d.name));
    let mut names: Vec<_> = definitions().map(|d| &d.name).collect();
    names.sort();
    for name in names {
        let _ = writeln!(out, "    \"{name}\",");
    }
    out += "]\n";
    for definition in definitions() {
        if let Shape::Choice(words) = &definition.shape {
            choice(&mut out, definition, words);
        }
    }
    for definition in definitions() {
        match &definition.shape {
            Shape::Record(fields) if model.inputs.iter().any(|d| d.name == definition.name) => {
                dictionary(&mut out, definition, fields);
            }
            Shape::Record(fields) => class(&mut out, model, definition, fields),
            Shape::Choice(_) => {}
            Shape::Alias(kind) => panic!("`{}` is an alias of {kind:?}: define it by hand", definition.name),
        }
    }
    out
}

fn choice(out: &mut String, definition: &Definition, words: &[(String, String)]) {
    // mypy's stubtest does not know a Literal of several words from the union that it stands for.
    let literals: Vec<_> = words.iter().map(|(word, _)| format!("    Literal[\"{word}\"],")).collect();
    let _ = writeln!(out, "\n{} = Union[\n{}\n]", definition.name, literals.join("\n"));
    let mut text = definition.about.clone();
    for (word, about) in words.iter().filter(|(_, about)| !about.is_empty()) {
        let _ = write!(text, "\n\n- `{word}`: {about}");
    }
    docstring(out, "", &text);
}

fn dictionary(out: &mut String, definition: &Definition, fields: &[Field]) {
    let _ = writeln!(out, "\n\nclass {}(TypedDict, total=False):", definition.name);
    docstring(out, "    ", &definition.about);
    for field in fields {
        let _ = writeln!(out, "\n    {}: {}", field.name, hint(&field.kind));
        docstring(out, "    ", &field.about);
    }
}

fn class(out: &mut String, model: &Model, definition: &Definition, fields: &[Field]) {
    let _ = writeln!(out, "\n\n@dataclass(frozen=True)\nclass {}:", definition.name);
    docstring(out, "    ", &definition.about);
    for field in fields {
        let _ = writeln!(out, "\n    {}: {}", identifier(&field.name), hint(&field.kind));
        docstring(out, "    ", &field.about);
    }
    let _ = writeln!(out, "\n    @classmethod\n    def _from(cls, data: Any) -> {}:", definition.name);
    out.push_str("        return cls(\n");
    for field in fields {
        let value = convert(model, &field.kind, &format!("data[\"{}\"]", field.name));
        let _ = writeln!(out, "            {}={value},", identifier(&field.name));
    }
    out.push_str("        )\n");
}

/// `_functions.py`.
pub(crate) fn functions(model: &Model) -> String {
    let mut out = format!(
        "{HEAD}\"\"\"The functions.\"\"\"\n\nfrom __future__ import annotations\n\n\
         from collections.abc import Sequence\nfrom typing import Optional\n\n\
         from ._inputs import Catalog, Files, SchemaSource, call\nfrom ._types import (\n"
    );
    let mut used = vec!["Dialect".to_owned(), "Session".to_owned(), "Timeouts".to_owned()];
    for function in &model.functions {
        used.push(match &function.answer {
            Type::List(item) => item.in_words(),
            other => other.in_words(),
        });
    }
    used.retain(|name| !BY_HAND.contains(&name.as_str()));
    used.sort();
    used.dedup();
    for name in used {
        let _ = writeln!(out, "    {name},");
    }
    out += ")\n\n__all__ = [\n";
    let mut names: Vec<_> = model.functions.iter().map(|f| &f.name).collect();
    names.sort();
    for name in names {
        let _ = writeln!(out, "    \"{name}\",");
    }
    out += "]\n";
    for function in &model.functions {
        definition(&mut out, model, function);
    }
    out
}

/// `__init__.py` with the list of all names; the classes of errors are those that `errors`, a module, lists.
pub(crate) fn package(model: &Model, init: &str, errors: &str) -> String {
    let list = |text: &str| -> Option<(usize, usize)> {
        let start = text.find("__all__ = [\n")? + "__all__ = [\n".len();
        Some((start, start + text[start..].find(']')?))
    };
    let (start, end) = list(errors).expect("`_errors.py` has `__all__`");
    let mut names: Vec<_> =
        errors[start..end].lines().map(|l| l.trim_matches([' ', ',', '"']).to_owned()).collect();
    names.extend(BY_HAND.iter().map(|name| (*name).to_owned()));
    names.extend(model.functions.iter().map(|f| f.name.clone()));
    names.extend(model.answers.iter().chain(&model.inputs).map(|d| d.name.clone()));
    names.push("__version__".into());
    names.sort();
    names.dedup();
    let lines: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let (start, end) = list(init).expect("`__init__.py` has `__all__`");
    format!("{}{lines}{}", &init[..start], &init[end..])
}

/// A name that is a word of the language gets an underscore, as Python's own libraries do it.
fn identifier(name: &str) -> String {
    if matches!(name, "class" | "from" | "in" | "is" | "not" | "global" | "import" | "with") {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

fn definition(out: &mut String, model: &Model, function: &Function) {
    let _ = write!(out, "\n\ndef {}(", function.name);
    if !function.arguments.is_empty() {
        out.push('\n');
        for field in function.by_place() {
            let _ = writeln!(out, "    {}: {},", identifier(&field.name), hint(&field.kind));
        }
        if !function.by_name().is_empty() {
            out.push_str("    *,\n");
        }
        for field in function.by_name() {
            let (name, kind) = (identifier(&field.name), &field.kind);
            let _ = match kind {
                _ if field.required => writeln!(out, "    {name}: {},", hint(kind)),
                Type::List(item) => writeln!(out, "    {name}: Sequence[{}] = (),", hint(item)),
                _ => writeln!(out, "    {name}: {} = None,", hint(kind)),
            };
        }
    }
    let _ = writeln!(out, ") -> {}:", hint(&function.answer));
    let mut text = function.about.clone();
    if !function.arguments.is_empty() {
        text.push('\n');
    }
    for field in &function.arguments {
        let _ = write!(text, "\n:param {}: {}", identifier(&field.name), field.about);
    }
    docstring(out, "    ", &text);
    if function.arguments.is_empty() {
        let _ = writeln!(out, "    data = call(\"{}\", {{}})", function.name);
    } else {
        let _ = writeln!(out, "    data = call(\n        \"{}\",\n        {{", function.name);
        for field in &function.arguments {
            let _ = writeln!(out, "            \"{}\": {},", field.name, identifier(&field.name));
        }
        out.push_str("        },\n    )\n");
    }
    match &function.answer {
        Type::Named(name) if BY_HAND.contains(&&**name) => {
            let _ = writeln!(out, "    answer: {name} = data\n    return answer");
        }
        answer => {
            let _ = writeln!(out, "    return {}", convert(model, answer, "data"));
        }
    }
}

/// A type as an annotation that Python 3.9 can evaluate.
fn hint(kind: &Type) -> String {
    if let (inner, true) = kind.optional() {
        return format!("Optional[{}]", hint(&inner));
    }
    match kind {
        Type::Any => "Any".into(),
        Type::Boolean => "bool".into(),
        Type::Integer => "int".into(),
        Type::String => "str".into(),
        Type::Literal(word) => format!("Literal[\"{word}\"]"),
        Type::List(item) => format!("list[{}]", hint(item)),
        Type::Map(item) => format!("dict[str, {}]", hint(item)),
        Type::Named(name) => name.clone(),
        other => panic!("no annotation for {other:?}: define it by hand"),
    }
}

/// An expression that makes objects of the data that `value` is.
fn convert(model: &Model, kind: &Type, value: &str) -> String {
    let record =
        |name: &str| model.answers.iter().any(|d| d.name == name && matches!(d.shape, Shape::Record(_)));
    if let (inner, true) = kind.optional() {
        let made = convert(model, &inner, value);
        return if made == value { made } else { format!("None if {value} is None else {made}") };
    }
    match kind {
        Type::Named(name) if record(name) => format!("{name}._from({value})"),
        Type::List(item) => match convert(model, item, "item") {
            made if made == "item" => value.to_owned(),
            made => format!("[{made} for item in {value}]"),
        },
        _ => value.to_owned(),
    }
}

/// A docstring; the library's `null` is Python's `None`.
fn docstring(out: &mut String, indent: &str, text: &str) {
    let text = text
        .replace('\\', "\\\\")
        .replace("`null`", "`None`")
        .replace("`true`", "`True`")
        .replace("`false`", "`False`");
    let mut lines = Vec::new();
    for paragraph in text.split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for block in paragraph
            .split("\n:")
            .enumerate()
            .map(|(i, b)| if i == 0 { b.to_owned() } else { format!(":{b}") })
        {
            wrap(&mut lines, &block, 96 - indent.len());
        }
    }
    if let [line] = &lines[..] {
        let _ = writeln!(out, "{indent}\"\"\"{line}\"\"\"");
        return;
    }
    for (i, line) in lines.iter().enumerate() {
        let quotes = if i == 0 { "\"\"\"" } else { "" };
        let line = format!("{}{quotes}{line}", if line.is_empty() { "" } else { indent });
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out, "{indent}\"\"\"");
}

fn wrap(lines: &mut Vec<String>, text: &str, width: usize) {
    let hanging = if text.starts_with(':') {
        "    "
    } else if text.starts_with("- ") {
        "  "
    } else {
        ""
    };
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, hanging.to_owned()));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}
