//! What the functions are told besides the files.
use serde::{Deserialize, Serialize};

use crate::{
    apply::State,
    catalog::{Catalog, World},
    error::{Error, ErrorKind},
    live::LiveOptions,
    target::{Dialect, ServerVersion, Session, Target},
    text::{Script, TokenKind},
    tools::{self, MigrationSet, SourceFile},
};

/// Options of every function; those that do not concern one are ignored by it. In JSON an unknown name is an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Server family. Without it, the files tell, if they can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
    /// Server version; the dialect's default version without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<ServerVersion>,
    /// The migration tool whose layout the files have; detected without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The schema before the first file. Without it `check`, `impact` and `rollback` suppose that anything may exist,
    /// and say so where it matters; the other functions suppose an empty database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Catalog>,
    /// Session settings in force before the first file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// `rollback`: the version to get back to; everything behind it is undone. Without it everything is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// `check`: rules that report nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disable: Vec<String>,
    /// How long a database may take that is read on the way.
    pub timeouts: LiveOptions,
}

impl Options {
    /// Options for one server family.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect: Some(dialect), ..Self::default() }
    }

    /// These options for the server of a schema, where they say nothing of it themselves.
    pub(crate) fn like(&self, catalog: &Catalog) -> Self {
        Self {
            dialect: self.dialect.or(Some(catalog.dialect)),
            server_version: self.server_version.or(Some(catalog.server_version)),
            ..self.clone()
        }
    }

    /// Two schemas of one server: one whose source does not tell its dialect takes that of the other side.
    pub(crate) fn two_schemas(
        &self,
        from: impl Fn(&Self) -> Result<Catalog, Error>,
        to: impl Fn(&Self) -> Result<Catalog, Error>,
    ) -> Result<(Catalog, Catalog), Error> {
        let told = |catalog: &Catalog| Self { dialect: Some(catalog.dialect), ..self.like(catalog) };
        match from(self) {
            Ok(from) => to(&told(&from)).map(|to| (from, to)),
            Err(first) => match to(self) {
                Ok(to) => from(&told(&to)).map(|from| (from, to)),
                Err(_) => Err(first),
            },
        }
    }

    /// The server that `files` are meant for.
    ///
    /// # Errors
    /// `InvalidOptions` when no dialect is given and the files do not tell it, or when the starting schema belongs to
    /// another one.
    pub fn target(&self, files: &[SourceFile]) -> Result<Target, Error> {
        let of_schema = self.schema.as_ref().map(|s| (s.dialect, s.server_version));
        if let (Some(given), Some((other, _))) = (self.dialect, of_schema)
            && given != other
        {
            return Err(Error::new(
                ErrorKind::InvalidOptions,
                format!("the starting schema is of {}, not of {}", other.title(), given.title()),
            ));
        }
        let dialect = match self.dialect.or(of_schema.map(|s| s.0)).or_else(|| guess_dialect(files)) {
            Some(dialect) => dialect,
            None => {
                return Err(Error::new(
                    ErrorKind::InvalidOptions,
                    "the files do not tell which server they are for: name the dialect, `postgres`, `mysql` or `mariadb`",
                ));
            }
        };
        let version =
            self.server_version.or(of_schema.map(|s| s.1)).unwrap_or_else(|| dialect.default_version());
        Ok(Target { dialect, version, session: self.session.clone().unwrap_or_default() })
    }

    /// The migrations among `files`.
    ///
    /// # Errors
    /// As [`tools::read`].
    pub fn migrations(&self, files: &[SourceFile]) -> Result<MigrationSet, Error> {
        tools::read_for(files.to_vec(), self.tool.as_deref(), |files| {
            self.target(files).ok().map(|target| target.dialect)
        })
    }

    /// The state before the first file; `world` is used when no starting schema is given.
    pub fn start(&self, target: &Target, world: World) -> State {
        match &self.schema {
            Some(schema) if target.session.lower_case_table_names == 2 => {
                State::new(schema.clone().with_lower_case_tables(), target.session.clone())
            }
            Some(schema) => State::new(schema.clone(), target.session.clone()),
            None => State::start(target, world),
        }
    }
}

/// Words that only one family has, with a weight. Words that both know (`SERIAL`) are no sign.
const SIGNS: &[(&str, Dialect)] = &[
    ("auto_increment", Dialect::MySql),
    ("engine", Dialect::MySql),
    ("tinyint", Dialect::MySql),
    ("mediumtext", Dialect::MySql),
    ("longtext", Dialect::MySql),
    ("delimiter", Dialect::MySql),
    ("plpgsql", Dialect::Postgres),
    ("jsonb", Dialect::Postgres),
    ("timestamptz", Dialect::Postgres),
    ("bigserial", Dialect::Postgres),
    ("concurrently", Dialect::Postgres),
    ("uuid", Dialect::Postgres),
    ("bytea", Dialect::Postgres),
];

/// The family that the files are written for: Prisma's lock file says it, or signs that only one family has.
fn guess_dialect(files: &[SourceFile]) -> Option<Dialect> {
    for lock in files.iter().filter(|f| f.file_name() == "migration_lock.toml") {
        if lock.text.contains("\"postgresql\"") {
            return Some(Dialect::Postgres);
        }
        if lock.text.contains("\"mysql\"") {
            return Some(Dialect::MySql);
        }
    }
    let (mut postgres, mut mysql) = (0_u32, 0_u32);
    for file in files {
        let script = Script::new(&file.text, &Target::new(Dialect::MySql));
        for token in &script.tokens {
            let text = token.text(&file.text);
            if token.kind == TokenKind::QuotedName && text.starts_with('`') {
                mysql += 1;
            } else if text.starts_with("::") || text.starts_with("$$") {
                // MySQL's lexer, which reads here, takes `$$` for a name.
                postgres += 1;
            } else if token.kind == TokenKind::Word {
                match SIGNS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)) {
                    Some((_, Dialect::Postgres)) => postgres += 1,
                    Some(_) => mysql += 1,
                    None => {}
                }
            }
        }
    }
    match (postgres, mysql) {
        (0, 0) => None,
        (p, m) if p > m => Some(Dialect::Postgres),
        (p, m) if m > p => Some(Dialect::MySql),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `check` calls missing, with each `lower_case_table_names`.
    fn missing(sql: &str, setting: u8) -> Vec<String> {
        let session = Session { lower_case_table_names: setting, ..Session::default() };
        let mut start = Catalog::new(Dialect::MySql, Dialect::MySql.default_version());
        start.tables.insert(crate::catalog::Table::new(crate::catalog::ObjectName::new("", "Old")));
        let options = Options { session: Some(session), schema: Some(start), ..Options::new(Dialect::MySql) };
        let report = crate::check(&[SourceFile::new("1.sql", sql)], &options).unwrap();
        let refused = report.findings.into_iter().filter(|f| f.rule == crate::rules::NOT_FOUND);
        refused.map(|f| f.message).collect()
    }

    #[test]
    fn names_of_tables_with_and_without_case() {
        let sql = "CREATE TABLE Users (Id int PRIMARY KEY); ALTER TABLE users ADD b int;
                   CREATE TABLE p (a int, FOREIGN KEY (a) REFERENCES USERS (id));
                   CREATE VIEW V AS SELECT b FROM uSers; INSERT INTO USERS (id) VALUES (1);
                   UPDATE users SET b = 1 WHERE id = 2; DELETE FROM UserS WHERE id = 3; DROP VIEW v;
                   RENAME TABLE uSERS TO People; DROP TABLE P; DROP TABLE PEOPLE;";
        assert_eq!(missing(sql, 1), Vec::<String>::new());
        assert_eq!(missing(sql, 2), Vec::<String>::new());
        assert!(missing(sql, 0).len() > 5);
        assert_eq!(missing("DROP TABLE old;", 2), Vec::<String>::new());
        assert_eq!(missing("DROP TABLE old;", 0).len(), 1);
        assert_eq!(missing("DROP TABLE Old;", 0), Vec::<String>::new());
    }
}
