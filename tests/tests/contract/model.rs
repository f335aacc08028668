//! The contract read from the JSON Schema that the library's types give.
use std::collections::BTreeSet;

use remigrate::{ErrorKind, entry};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Integer,
    String,
    Literal(String),
    List(Box<Type>),
    Map(Box<Type>),
    Union(Vec<Type>),
    Named(String),
}

impl Type {
    fn read(schema: &Value) -> Self {
        let Some(schema) = schema.as_object() else { return Self::Any };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return Self::Named(reference.rsplit('/').next().unwrap().to_owned());
        }
        if let Some(options) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
            return Self::Union(options.iter().map(Self::read).collect());
        }
        if let Some(value) = schema.get("const") {
            return Self::Literal(value.as_str().unwrap().to_owned());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Self::Union(
                values.iter().map(|v| Self::Literal(v.as_str().unwrap().to_owned())).collect(),
            );
        }
        match schema.get("type") {
            None => Self::Any,
            Some(Value::Array(types)) => Self::Union(types.iter().map(|t| Self::simple(t, schema)).collect()),
            Some(one) => Self::simple(one, schema),
        }
    }

    fn simple(name: &Value, schema: &Map<String, Value>) -> Self {
        match name.as_str().unwrap() {
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "string" => Self::String,
            "array" => Self::List(Box::new(Self::read(&schema["items"]))),
            "object" => Self::Map(Box::new(Self::read(&schema["additionalProperties"]))),
            other => panic!("no type for `{other}` in {schema:?}"),
        }
    }

    /// The type without `null`, and whether it had it.
    pub(crate) fn optional(&self) -> (Self, bool) {
        match self {
            Self::Union(types) if types.contains(&Self::Null) => {
                let mut rest: Vec<_> = types.iter().filter(|t| **t != Self::Null).cloned().collect();
                (if rest.len() == 1 { rest.remove(0) } else { Self::Union(rest) }, true)
            }
            other => (other.clone(), false),
        }
    }

    /// As the header says it.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::List(item) => format!("array of {}", item.in_words()),
            other => panic!("no words for {other:?}"),
        }
    }

    fn names(&self, found: &mut Vec<String>) {
        match self {
            Self::Named(name) => found.push(name.clone()),
            Self::List(item) | Self::Map(item) => item.names(found),
            Self::Union(types) => types.iter().for_each(|t| t.names(found)),
            _ => {}
        }
    }
}

/// A field of a record, or an argument of a function.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) kind: Type,
    pub(crate) required: bool,
}

/// What a name of the contract stands for.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Record(Vec<Field>),
    /// One of some words, each with what it means.
    Choice(Vec<(String, String)>),
    Alias(Type),
}

#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) shape: Shape,
}

/// A function: its arguments by place come first.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) positional: Vec<String>,
    pub(crate) arguments: Vec<Field>,
    pub(crate) answer: Type,
}

impl Function {
    pub(crate) fn by_place(&self) -> &[Field] {
        &self.arguments[..self.positional.len()]
    }

    pub(crate) fn by_name(&self) -> &[Field] {
        &self.arguments[self.positional.len()..]
    }
}

/// The whole contract.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) functions: Vec<Function>,
    /// What answers consist of, in alphabetical order.
    pub(crate) answers: Vec<Definition>,
    /// What only arguments consist of.
    pub(crate) inputs: Vec<Definition>,
    schema: Value,
}

fn about(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn fields(schema: &Value) -> Vec<Field> {
    let required: Vec<_> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties
        .map(|(name, property)| Field {
            name: name.clone(),
            about: about(property),
            kind: Type::read(property),
            required: required.contains(&name.as_str()),
        })
        .collect()
}

fn shape(schema: &Value) -> Shape {
    if schema.get("properties").is_some() {
        return Shape::Record(fields(schema));
    }
    let kind = Type::read(schema);
    let options = schema.get("oneOf").and_then(Value::as_array);
    match &kind {
        Type::Union(types) if types.iter().all(|t| matches!(t, Type::Literal(_))) => {
            let about = |i: usize| options.map(|o| about(&o[i])).unwrap_or_default();
            let word = |t: &Type| if let Type::Literal(word) = t { word.clone() } else { String::new() };
            Shape::Choice(types.iter().enumerate().map(|(i, t)| (word(t), about(i))).collect())
        }
        _ => Shape::Alias(kind),
    }
}

impl Model {
    pub(crate) fn new() -> Self {
        let mut generator = SchemaGenerator::default();
        let raw: Vec<_> = entry::FUNCTIONS
            .iter()
            .map(|f| (f, (f.arguments)(&mut generator).to_value(), (f.result)(&mut generator).to_value()))
            .collect();
        let mut definitions = generator.take_definitions(true);
        definitions.sort_keys();
        let mut functions = Vec::new();
        let mut listed = Map::new();
        for (function, arguments, result) in raw {
            let Type::Named(name) = Type::read(&arguments) else { panic!("{arguments} is no reference") };
            let object = &definitions[&name];
            let all = fields(object);
            let places: Vec<_> = function.positional.iter().map(|p| (*p).to_owned()).collect();
            assert!(
                all.iter().map(|f| &f.name).zip(&places).all(|(a, b)| a == b),
                "{name} does not begin with {places:?}"
            );
            functions.push(Function {
                name: function.name.to_owned(),
                about: about(object),
                positional: places,
                arguments: all,
                answer: Type::read(&result),
            });
            listed.insert(
                function.name.to_owned(),
                json!({"arguments": arguments, "positional": function.positional, "answer": result}),
            );
        }
        let kinds: Vec<_> = ErrorKind::ALL.iter().map(|k| k.as_str()).collect();
        definitions.insert(
            "ErrorKind".to_owned(),
            json!({"description": "What kind of error it is.", "type": "string", "enum": kinds}),
        );
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Remigrate",
            "description": "Arguments and answers of every function, the same in every language.",
            "functions": listed,
            "$defs": definitions,
        });
        Self::sorted(functions, &schema)
    }

    /// Tells what answers consist of from what only arguments do.
    fn sorted(functions: Vec<Function>, schema: &Value) -> Self {
        let all: Vec<_> = schema["$defs"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| !name.ends_with("Arguments"))
            .map(|(name, d)| Definition { name: name.clone(), about: about(d), shape: shape(d) })
            .collect();
        let mut reached = BTreeSet::new();
        let mut open = vec!["ErrorKind".to_owned()];
        functions.iter().for_each(|f| f.answer.names(&mut open));
        while let Some(name) = open.pop() {
            let definition = all.iter().find(|d| d.name == name).unwrap();
            if reached.insert(name)
                && let Shape::Record(fields) = &definition.shape
            {
                fields.iter().for_each(|f| f.kind.names(&mut open));
            }
        }
        let (answers, inputs) = all.into_iter().partition(|d| reached.contains(&d.name));
        Self { functions, answers, inputs, schema: schema.clone() }
    }

    pub(crate) fn json_schema(&self) -> String {
        serde_json::to_string_pretty(&self.schema).unwrap() + "\n"
    }

    /// The fields of answers that hold any value: parts of a catalog in its own form.
    pub(crate) fn opaque_fields(&self) -> BTreeSet<String> {
        let records = self.answers.iter().filter_map(|d| match &d.shape {
            Shape::Record(fields) => Some(fields),
            _ => None,
        });
        records.flatten().filter(|f| f.kind == Type::Any).map(|f| f.name.clone()).collect()
    }
}
