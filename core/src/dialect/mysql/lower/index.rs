//! `CREATE INDEX` and `DROP INDEX`.
use crate::{
    catalog::{Index, ObjectName},
    dialect::cursor::{Cursor, Read, Stop},
    operation::{CreateIndex, IndexDefinition, OnlineClauses, Operation},
    target::Dialect,
};

use super::{alter_table, element};

/// Behind `CREATE [OR REPLACE]`, at `INDEX`, `UNIQUE` …
pub(super) fn create(c: &mut Cursor<'_>, or_replace: bool) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let kind = c.accept_any(&["unique", "fulltext", "spatial", "vector"]);
    c.expect("index")?;
    if c.at("concurrently") && !c.word_at(1, "on") {
        return Err(c.unexpected("an index name").with_help(
            "this is PostgreSQL: MySQL and MariaDB build indexes online by themselves, say `ALGORITHM=INPLACE LOCK=NONE` to insist",
        ));
    }
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    if if_not_exists && !maria {
        let span = c.previous().map_or(c.span(), |t| t.span);
        return Err(Stop::invalid(span, "MySQL has no `CREATE INDEX IF NOT EXISTS`").with_help(
            "this is MariaDB: on MySQL ask `information_schema.statistics` first or leave it out",
        ));
    }
    if c.at("on") {
        return Err(c
            .unexpected("an index name")
            .with_help("MySQL and MariaDB do not name indexes by themselves here"));
    }
    let mut index = Index::new(c.name_of("an index name")?, Vec::new());
    match kind {
        Some("unique") => index.unique = true,
        Some(special) => index.method = special.into(),
        None => {}
    }
    element::options(c, &mut index)?;
    c.expect("on")?;
    let table = c.object_name_of("a table name")?;
    if c.at("using") {
        return Err(c
            .unexpected("`(`")
            .with_help("the index's type stands behind the columns or before `ON`"));
    }
    index.keys = element::keys(c)?;
    element::options(c, &mut index)?;
    let online = online(c)?;
    if maria {
        alter_table::wait(c)?;
    }
    if c.at_any(&["where", "include", "with", "tablespace"]) {
        return Err(c.unexpected("the end of the statement").with_help("this is PostgreSQL"));
    }
    c.expect_end()?;
    Ok(Operation::CreateIndex(Box::new(CreateIndex {
        table,
        definition: IndexDefinition { index, if_not_exists },
        concurrently: false,
        only: false,
        or_replace,
        online,
    })))
}

/// Behind `DROP INDEX`.
pub(super) fn drop(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if c.at("concurrently") && !c.word_at(1, "on") {
        return Err(c.unexpected("an index name").with_help("this is PostgreSQL: leave `CONCURRENTLY` out"));
    }
    let if_exists = c.accept_words(&["if", "exists"]);
    if if_exists && !maria {
        let span = c.previous().map_or(c.span(), |t| t.span);
        return Err(Stop::invalid(span, "MySQL has no `DROP INDEX IF EXISTS`")
            .with_help("on MySQL ask `information_schema.statistics` first or leave it out"));
    }
    // `DROP INDEX `PRIMARY` ON t` is how a primary key is dropped here.
    let name = c.name_of("an index name")?;
    if !c.at("on") {
        return Err(c
            .unexpected("`ON`")
            .with_help(format!("an index belongs to its table: write `DROP INDEX {name} ON table`")));
    }
    c.skip(1);
    let table = c.object_name_of("a table name")?;
    let online = if maria {
        alter_table::wait(c)?;
        if c.at_any(&["algorithm", "lock"]) {
            return Err(c
                .unexpected("the end of the statement")
                .with_help("MariaDB takes `ALGORITHM` and `LOCK` in `ALTER TABLE … DROP INDEX` only"));
        }
        OnlineClauses::default()
    } else {
        online(c)?
    };
    c.expect_end()?;
    Ok(Operation::DropIndex {
        names: vec![ObjectName::bare(name)],
        table: Some(table),
        if_exists,
        cascade: false,
        concurrently: false,
        online,
    })
}

fn online(c: &mut Cursor<'_>) -> Read<OnlineClauses> {
    let mut clauses = OnlineClauses::default();
    while alter_table::online(c, &mut clauses)? {}
    Ok(clauses)
}
