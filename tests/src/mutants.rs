//! Migration histories with mistakes: statements left out, doubled and moved, names changed, and statements that take
//! away or change what others need.
use remigrate::{
    Catalog, Target,
    catalog::{ConstraintKind, Table, UserTypeKind},
    text::tokens,
};

use crate::rows::relation;

/// A small generator of numbers that depend on nothing but the seed (splitmix64).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).expect("below a usize")
    }

    /// One of the items, if there are any.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { items.get(self.below(items.len())) }
    }
}

/// The statements with about every eighth one left out, doubled or moved, or one of its names changed: to another of
/// `names`, or to one that nothing has.
pub fn mutated(statements: &[String], names: &[String], target: &Target, random: &mut Random) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(statements.len());
    for statement in statements {
        match random.below(40) {
            0 => {}
            1 => all.extend([statement.clone(), statement.clone()]),
            2 => {
                let at = all.len().saturating_sub(1 + random.below(6));
                all.insert(at, statement.clone());
            }
            3 | 4 => all.push(renamed(statement, names, target, random)),
            _ => all.push(statement.clone()),
        }
    }
    all
}

/// The statement with one of its names changed.
fn renamed(statement: &str, names: &[String], target: &Target, random: &mut Random) -> String {
    let known = |text: &str| names.iter().any(|name| name == text);
    let places: Vec<_> = tokens(statement, target)
        .into_iter()
        .filter(|t| t.is_name() && known(&t.name_value(statement, target)))
        .collect();
    let Some(place) = random.pick(&places) else { return statement.to_owned() };
    let old = place.name_value(statement, target).into_owned();
    let new = match random.below(3) {
        0 => format!("{old}_x"),
        _ => random.pick(names).cloned().unwrap_or(old),
    };
    let new = if target.dialect.is_mysql_family() { format!("`{new}`") } else { format!("\"{new}\"") };
    let (start, end) = (place.span.start as usize, place.span.end as usize);
    format!("{}{new}{}", &statement[..start], &statement[end..])
}

/// The names of what a catalog holds.
pub fn names(catalog: &Catalog) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for table in catalog.tables.iter() {
        names.push(table.name.name.to_string());
        names.extend(table.columns.iter().map(|c| c.name.to_string()));
        names.extend(table.constraints.iter().map(|c| c.name.to_string()));
        names.extend(table.indexes.iter().map(|i| i.name.to_string()));
        names.extend(table.triggers.iter().map(|t| t.name.to_string()));
    }
    names.extend(catalog.views.iter().map(|v| v.name.name.to_string()));
    names.extend(catalog.types.iter().map(|t| t.name.name.to_string()));
    names.extend(catalog.sequences.iter().map(|s| s.name.name.to_string()));
    names.extend(catalog.routines.iter().map(|r| r.name.name.to_string()));
    names.sort_unstable();
    names.dedup();
    names.retain(|name| name != "PRIMARY" && !name.is_empty());
    names
}

/// A statement that takes away, changes or builds on something of the catalog, whether the server lets it or not.
pub fn hostile(catalog: &Catalog, random: &mut Random) -> Option<String> {
    let tables: Vec<&Table> = catalog.tables.iter().map(AsRef::as_ref).collect();
    let table = *random.pick(&tables)?;
    let other = *random.pick(&tables)?;
    if catalog.dialect.is_mysql_family() {
        of_mysql(catalog, table, other, random)
    } else {
        of_postgres(catalog, table, other, random)
    }
}

fn of_postgres(catalog: &Catalog, table: &Table, other: &Table, random: &mut Random) -> Option<String> {
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let t = relation(catalog.dialect, &table.name);
    let o = relation(catalog.dialect, &other.name);
    let c = quote(&random.pick(&table.columns)?.name);
    let c2 = quote(&random.pick(&table.columns)?.name);
    let x = quote(&random.pick(&other.columns)?.name);
    let types =
        ["text", "integer", "bigint", "varchar(20)", "jsonb", "uuid", "boolean", "timestamptz", "text[]"];
    let data_type = random.pick(&types)?;
    let values = ["'x'", "1", "'{}'", "now()", "true", "NULL", "'1'", "nextval('nope')", "gen_random_uuid()"];
    let value = random.pick(&values)?;
    let constraint = || table.constraints.iter().map(|c| quote(&c.name)).collect::<Vec<_>>();
    let index = || table.indexes.iter().map(|i| i.name.clone()).collect::<Vec<_>>();
    let users: Vec<_> = catalog.types.iter().collect();
    let views: Vec<_> = catalog.views.iter().collect();
    let routines: Vec<_> = catalog.routines.iter().collect();
    Some(match random.below(44) {
        0 => format!("DROP TABLE {t}"),
        1 => format!("TRUNCATE {t}"),
        2 | 3 => format!("ALTER TABLE {t} DROP COLUMN {c}"),
        4..=6 => format!("ALTER TABLE {t} ALTER COLUMN {c} TYPE {data_type}"),
        7 => format!("ALTER TABLE {t} ALTER COLUMN {c} TYPE {data_type} USING {c}::text::{data_type}"),
        8 | 9 => format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {value}"),
        10 => format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL"),
        11 => format!("ALTER TABLE {t} RENAME COLUMN {c} TO {c2}"),
        12 => format!("ALTER TABLE {t} DROP CONSTRAINT {}", random.pick(&constraint())?),
        13 => {
            let name = random.pick(&index())?.clone();
            format!("DROP INDEX {}", relation(catalog.dialect, &table.name.sibling(name)))
        }
        14 => {
            let user = random.pick(&users)?;
            format!("DROP TYPE {}", relation(catalog.dialect, &user.name))
        }
        15 => {
            let routine = random.pick(&routines)?;
            format!("DROP FUNCTION {}({})", relation(catalog.dialect, &routine.name), routine.signature)
        }
        16 => format!("DROP VIEW {}", relation(catalog.dialect, &random.pick(&views)?.name)),
        17 => format!("CREATE INDEX remigrate_i ON {t} ({c}, {c2})"),
        18 => format!("CREATE INDEX ON {t} (lower({c}))"),
        19 => format!("CREATE UNIQUE INDEX ON {t} (({c}::text))"),
        20 | 21 => format!("ALTER TABLE {t} ADD FOREIGN KEY ({c}) REFERENCES {o} ({x})"),
        22 => format!("ALTER TABLE {t} ADD CHECK ({c} > 0)"),
        23 => format!("ALTER TABLE {t} ADD COLUMN remigrate_n {data_type} DEFAULT {value}"),
        24 => format!("ALTER TABLE {t} ADD COLUMN remigrate_g text GENERATED ALWAYS AS ({c}::text) STORED"),
        25 => format!("INSERT INTO {t} ({c}, {c2}) SELECT {c}, {c2} FROM {t}"),
        26 => format!("INSERT INTO {t} ({c}) VALUES (NULL) ON CONFLICT ({c2}) DO NOTHING"),
        27 => format!("INSERT INTO {t} VALUES (NULL, NULL, NULL)"),
        28 => format!("ALTER TABLE {t} ADD UNIQUE ({c})"),
        29 => format!("ALTER TABLE {t} ADD PRIMARY KEY ({c})"),
        30 => {
            let user = random.pick(&users)?;
            let UserTypeKind::Enum { labels } = &user.kind else { return None };
            let name = relation(catalog.dialect, &user.name);
            let label = random.pick(labels)?;
            format!("ALTER TYPE {name} ADD VALUE '{label}_n' BEFORE '{label}'")
        }
        31 => format!("ALTER TABLE {t} RENAME TO {}", quote(&other.name.name)),
        32 => format!("CREATE VIEW remigrate_v AS SELECT {c}, {x} FROM {t}"),
        33 => format!("CREATE VIEW remigrate_v AS SELECT * FROM {t}"),
        34 => format!("UPDATE {t} SET {c} = {value}"),
        35 => format!("DELETE FROM {t} WHERE {x} IS NULL"),
        36 => format!("ALTER TABLE {t} ALTER COLUMN {c} ADD GENERATED ALWAYS AS IDENTITY"),
        37 => format!("COMMENT ON COLUMN {t}.{x} IS 'x'"),
        38 => format!("CREATE INDEX ON {t} USING gin ({c})"),
        39 => format!("CREATE TABLE remigrate_t (a integer REFERENCES {o} ({x}))"),
        40 => format!(
            "CREATE TABLE remigrate_t (a {data_type} DEFAULT {value}, b text UNIQUE, CHECK (a IS NOT NULL))"
        ),
        41 => {
            let view = random.pick(&views)?;
            format!("CREATE OR REPLACE VIEW {} AS SELECT {c} FROM {t}", relation(catalog.dialect, &view.name))
        }
        42 => format!("CREATE INDEX ON {t} ({c}) WHERE {c2} IS NULL AND now() > '2020-01-01'"),
        _ => format!(
            "ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT, ALTER COLUMN {c} TYPE {data_type} USING NULL"
        ),
    })
}

fn of_mysql(catalog: &Catalog, table: &Table, other: &Table, random: &mut Random) -> Option<String> {
    let quote = |name: &str| format!("`{}`", name.replace('`', "``"));
    let t = relation(catalog.dialect, &table.name);
    let o = relation(catalog.dialect, &other.name);
    let c = quote(&random.pick(&table.columns)?.name);
    let c2 = quote(&random.pick(&table.columns)?.name);
    let x = quote(&random.pick(&other.columns)?.name);
    let types =
        ["text", "int", "bigint", "varchar(20)", "varchar(3000)", "json", "datetime", "char(36)", "blob"];
    let data_type = random.pick(&types)?;
    let values = ["'x'", "1", "''", "CURRENT_TIMESTAMP", "TRUE", "NULL", "(uuid())"];
    let value = random.pick(&values)?;
    let number = random.below(1_000_000);
    let index = || table.indexes.iter().map(|i| quote(&i.name)).collect::<Vec<_>>();
    let keys: Vec<_> = table
        .constraints
        .iter()
        .filter(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)))
        .map(|c| quote(&c.name))
        .collect();
    Some(match random.below(34) {
        0 | 1 => format!("DROP TABLE {t}"),
        2 | 3 => format!("TRUNCATE {t}"),
        4..=6 => format!("ALTER TABLE {t} DROP COLUMN {c}"),
        7..=9 => format!("ALTER TABLE {t} MODIFY {c} {data_type}"),
        10 => format!("ALTER TABLE {t} MODIFY {c} {data_type} NOT NULL DEFAULT {value}"),
        11 => format!("ALTER TABLE {t} CHANGE {c} {c2} {data_type}"),
        12 => format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {value}"),
        13 => format!("ALTER TABLE {t} RENAME COLUMN {c} TO {c2}"),
        14 | 15 => format!("DROP INDEX {} ON {t}", random.pick(&index())?),
        16 => format!("ALTER TABLE {t} DROP PRIMARY KEY"),
        17 => format!("ALTER TABLE {t} DROP FOREIGN KEY {}", random.pick(&keys)?),
        18 => format!("CREATE INDEX i_{number} ON {t} ({c}, {c2})"),
        19..=21 => format!("ALTER TABLE {t} ADD FOREIGN KEY ({c}) REFERENCES {o} ({x})"),
        22 => format!("ALTER TABLE {t} ADD FOREIGN KEY ({c}) REFERENCES {o} ({x}) ON DELETE SET NULL"),
        23 => format!("ALTER TABLE {t} ADD COLUMN n_{number} {data_type} DEFAULT {value} AFTER {x}"),
        24 => format!(
            "ALTER TABLE {t} ADD COLUMN g_{number} text GENERATED ALWAYS AS (concat({c}, 'x')) STORED"
        ),
        25 => format!("INSERT INTO {t} ({c}, {c2}) SELECT {c}, {c2} FROM {t}"),
        26 => format!("INSERT INTO {t} VALUES (NULL, NULL, NULL)"),
        27 => format!("ALTER TABLE {t} ADD PRIMARY KEY ({c})"),
        28 => format!("ALTER TABLE {t} ADD UNIQUE KEY u_{number} ({c})"),
        29 => format!("ALTER TABLE {t} RENAME TO {o}"),
        30 => format!("UPDATE {t} SET {x} = NULL"),
        31 => format!("CREATE VIEW v_{number} AS SELECT {c}, {x} FROM {t}"),
        32 => format!("CREATE TABLE t_{number} (a int, b {data_type} DEFAULT {value}, KEY (b))"),
        _ => format!("ALTER TABLE {t} ADD CHECK ({x} > 0)"),
    })
}
