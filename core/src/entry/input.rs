//! What other languages may give where the library takes files or a schema.
use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};

use crate::{
    catalog::Catalog,
    commands::{self, Options},
    error::Error,
    live,
    tools::{SourceFile, ledger::Ledger},
};

/// The path that reports give to a script that came without one.
const UNNAMED: &str = "migration.sql";

/// Migrations: one script, an object from paths to scripts, or a list of files and directories.
#[derive(Debug)]
pub(super) struct Files(Vec<File>);

/// A file or directory. With `sql` it is a file that need not exist anywhere; without it, it is read from disk,
/// directories with everything below them.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Path with `/` between folders; reports repeat it.
    path: String,
    /// Content of the file.
    #[serde(default)]
    sql: Option<String>,
}

impl File {
    fn text(path: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { path: path.into(), sql: Some(sql.into()) }
    }
}

impl Files {
    /// The files with their contents.
    pub(super) fn read(&self) -> Result<Vec<SourceFile>, Error> {
        let mut files = Vec::new();
        for file in &self.0 {
            match &file.sql {
                Some(sql) => files.push(SourceFile::new(&*file.path, &**sql)),
                None => files.append(&mut on_disk(&file.path)?),
            }
        }
        Ok(files)
    }
}

#[cfg(feature = "cli")]
fn on_disk(path: &str) -> Result<Vec<SourceFile>, Error> {
    crate::cli::files(&[path.into()])
}

#[cfg(not(feature = "cli"))]
fn on_disk(path: &str) -> Result<Vec<SourceFile>, Error> {
    Err(Error::new(
        crate::ErrorKind::InvalidOptions,
        format!("this build does not read files: give the content of `{path}` as `sql`"),
    ))
}

struct FilesVisitor;

impl<'de> Visitor<'de> for FilesVisitor {
    type Value = Files;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a script, an object from paths to scripts or a list of files `{path, sql}`")
    }

    fn visit_str<E>(self, sql: &str) -> Result<Files, E> {
        Ok(Files(vec![File::text(UNNAMED, sql)]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Files, A::Error> {
        let mut files = Vec::new();
        while let Some(file) = list.next_element()? {
            files.push(file);
        }
        Ok(Files(files))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Files, A::Error> {
        let mut files = Vec::new();
        while let Some((path, sql)) = map.next_entry::<String, String>()? {
            files.push(File::text(path, sql));
        }
        Ok(Files(files))
    }
}

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FilesVisitor)
    }
}

/// A schema: a catalog, a database's URL, or [`Files`] that make it on an empty database.
#[derive(Debug)]
pub(super) enum SchemaSource {
    /// A catalog in its JSON form, not yet read.
    Catalog(String),
    /// A database.
    Url(String),
    /// Migrations or a dump.
    Files(Files),
}

impl SchemaSource {
    /// The catalog. Files are read as `options` say; its own starting schema does not count.
    pub(super) fn catalog(&self, options: &Options) -> Result<Catalog, Error> {
        match self {
            Self::Catalog(json) => Catalog::from_json(json),
            Self::Url(url) => live::snapshot(url, &options.timeouts),
            Self::Files(files) => {
                #[cfg(feature = "cli")]
                if let [File { path, sql: None }] = &files.0[..] {
                    return crate::cli::schema(path, options);
                }
                commands::schema_of(&files.read()?, options)
            }
        }
    }
}

/// Two schemas of one server: files that do not tell their dialect take that of the other side.
pub(super) fn two_catalogs(
    from: &SchemaSource,
    to: &SchemaSource,
    options: &Options,
) -> Result<(Catalog, Catalog), Error> {
    options.two_schemas(|options| from.catalog(options), |options| to.catalog(options))
}

/// The schema of a live database and the ledger that the migration tool keeps in it.
#[cfg(feature = "cli")]
pub(super) fn read_ledger(
    url: &str,
    files: &[SourceFile],
    options: &Options,
) -> Result<(Catalog, Ledger), Error> {
    crate::cli::ledger(url, files, options)
}

#[cfg(not(feature = "cli"))]
pub(super) fn read_ledger(_: &str, _: &[SourceFile], _: &Options) -> Result<(Catalog, Ledger), Error> {
    Err(Error::new(
        crate::ErrorKind::InvalidOptions,
        "this build does not read ledgers: read its rows and call the library's `verify`",
    ))
}

struct SchemaVisitor;

impl<'de> Visitor<'de> for SchemaVisitor {
    type Value = SchemaSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a catalog, a database URL, a script, an object from paths to scripts or a list of files")
    }

    fn visit_str<E>(self, text: &str) -> Result<SchemaSource, E> {
        Ok(if is_url(text) {
            SchemaSource::Url(text.to_owned())
        } else {
            SchemaSource::Files(Files(vec![File::text(UNNAMED, text)]))
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<SchemaSource, A::Error> {
        FilesVisitor.visit_seq(list).map(SchemaSource::Files)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SchemaSource, A::Error> {
        let map = Map::deserialize(MapAccessDeserializer::new(map))?;
        // A file's content is a string, a catalog's format is a number.
        if map.get("format").is_some_and(Value::is_number) {
            return Ok(SchemaSource::Catalog(Value::Object(map).to_string()));
        }
        let file = |(path, sql)| match sql {
            Value::String(sql) => Ok(File { path, sql: Some(sql) }),
            _ => Err(A::Error::custom(format!(
                "`{path}` is not a script, and without a number as `format` this is no catalog"
            ))),
        };
        map.into_iter().map(file).collect::<Result<_, _>>().map(Files).map(SchemaSource::Files)
    }
}

impl<'de> Deserialize<'de> for SchemaSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SchemaVisitor)
    }
}

/// Whether a text is an URL and not a script: no statement begins like one.
fn is_url(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Catalog, File, Files, SchemaSource};

    impl JsonSchema for Files {
        fn schema_name() -> Cow<'static, str> {
            "Files".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "Migrations: one script, an object from paths to scripts, or a list of files and \
                                directories.",
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "additionalProperties": {"type": "string"}},
                    {"type": "array", "items": generator.subschema_for::<File>()},
                ]
            })
        }
    }

    impl JsonSchema for SchemaSource {
        fn schema_name() -> Cow<'static, str> {
            "SchemaSource".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "A schema: a catalog, a database's URL (`postgres://`, `mysql://`), or the files that \
                                make it on an empty database: migrations or a dump.",
                "anyOf": [
                    generator.subschema_for::<Catalog>(),
                    generator.subschema_for::<Files>(),
                ]
            })
        }
    }

    impl JsonSchema for Catalog {
        fn schema_name() -> Cow<'static, str> {
            "Catalog".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "A database schema in the JSON form of the catalog, the same in every language: what \
                                `simulate` and `snapshot` answer with.",
                "type": "object",
                "additionalProperties": true
            })
        }
    }
}
