//! Writing a ledger anew.
use std::{borrow::Cow, fmt::Write as _};

use super::LedgerFormat;
use crate::{
    dialect::quote,
    target::Dialect,
    tools::{Migration, MigrationKind, MigrationSet},
};

/// One migration whose row is to be written.
pub(super) struct New<'a> {
    dialect: Dialect,
    table: &'a str,
    migration: &'a Migration,
    /// Its name as the ledger keeps it.
    name: Cow<'a, str>,
    /// The file's name without folders.
    file: &'a str,
    checksum: Option<String>,
}

impl New<'_> {
    fn text(&self, text: &str) -> String {
        quote::literal(self.dialect, text)
    }

    /// `INSERT … SELECT values WHERE` no row has that key.
    fn unless_there(&self, columns: &[(&str, String)], key: &str) -> String {
        let (names, values): (Vec<&str>, Vec<&str>) = columns.iter().map(|(n, v)| (*n, v.as_str())).unzip();
        format!(
            "INSERT INTO {table} ({})\nSELECT {}{} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {key});\n",
            names.join(", "),
            values.join(", "),
            if self.dialect.is_mysql_family() { " FROM DUAL" } else { "" },
            table = self.table
        )
    }

    /// A version that the ledger keeps as a number.
    fn number(&self) -> String {
        let digits = self.migration.version.trim_start_matches('0');
        if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
    }
}

/// A row of a ledger that keeps little but the version.
pub(super) fn plain(new: &New<'_>, column: &'static str, more: &[(&str, String)]) -> String {
    let version = if column == "version_id" { new.number() } else { new.text(&new.migration.version) };
    let mut columns = vec![(column, version.clone())];
    columns.extend(more.iter().cloned());
    new.unless_there(&columns, &format!("{column} = {version}"))
}

pub(super) fn flyway(new: &New<'_>) -> String {
    let migration = new.migration;
    let description = new.text(&new.name);
    let (version, same) = match migration.kind {
        MigrationKind::Versioned => {
            let version = new.text(&migration.version);
            (version.clone(), format!("version = {version}"))
        }
        MigrationKind::Repeatable => {
            ("NULL".to_owned(), format!("version IS NULL AND description = {description}"))
        }
    };
    let user = if new.dialect.is_mysql_family() { "SUBSTRING_INDEX(USER(), '@', 1)" } else { "current_user" };
    let table = new.table;
    format!(
        "INSERT INTO {table} (installed_rank, version, description, type, script, checksum, installed_by, \
         execution_time, success)\nSELECT GREATEST(COALESCE(MAX(installed_rank), 0), 0) + 1, {version}, {description}, \
         'SQL', {}, {}, {user}, 0, TRUE FROM {table}\nHAVING COUNT(CASE WHEN {same} THEN 1 END) = 0;\n",
        new.text(new.file),
        new.checksum.as_deref().unwrap_or("NULL"),
    )
}

pub(super) fn sqlx(new: &New<'_>) -> String {
    let checksum = new.checksum.clone().unwrap_or_default();
    let bytes = if new.dialect.is_mysql_family() {
        format!("x'{checksum}'")
    } else {
        format!("decode('{checksum}', 'hex')")
    };
    let version = new.number();
    let columns = [
        ("version", version.clone()),
        ("description", new.text(&new.migration.name)),
        ("success", "TRUE".to_owned()),
        ("checksum", bytes),
        ("execution_time", "-1".to_owned()),
    ];
    new.unless_there(&columns, &format!("version = {version}"))
}

pub(super) fn golang_migrate(new: &New<'_>) -> String {
    format!(
        "DELETE FROM {table};\nINSERT INTO {table} (version, dirty) VALUES ({}, FALSE);\n",
        new.number(),
        table = new.table
    )
}

pub(super) fn prisma(new: &New<'_>) -> String {
    let (id, now) = if new.dialect.is_mysql_family() {
        ("UUID()", "CURRENT_TIMESTAMP(3)")
    } else {
        ("gen_random_uuid()", "now()")
    };
    let name = new.text(&new.migration.version);
    let columns = [
        ("id", id.to_owned()),
        ("checksum", new.text(new.checksum.as_deref().unwrap_or_default())),
        ("finished_at", now.to_owned()),
        ("migration_name", name.clone()),
        ("logs", "''".to_owned()),
        ("started_at", now.to_owned()),
        ("applied_steps_count", "0".to_owned()),
    ];
    new.unless_there(&columns, &format!("migration_name = {name} AND rolled_back_at IS NULL"))
}

pub(super) fn confiture(new: &New<'_>) -> String {
    let Migration { version, name, .. } = new.migration;
    let slug = new.text(&format!("{name}_{version}_"));
    let columns = [
        ("slug", format!("{slug} || to_char(now(), 'YYYYMMDD_HH24MISS') || '_reconstructed'")),
        ("version", new.text(version)),
        ("name", new.text(name)),
        ("checksum", new.text(new.checksum.as_deref().unwrap_or_default())),
        ("applied_by", "current_user".to_owned()),
    ];
    new.unless_there(&columns, &format!("version = {}", new.text(version)))
}

pub(super) fn refinery(new: &New<'_>) -> String {
    let now = if new.dialect.is_mysql_family() {
        "DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ')"
    } else {
        "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    };
    let version = new.number();
    let columns = [
        ("version", version.clone()),
        ("name", new.text(&new.migration.name)),
        ("applied_on", now.to_owned()),
        ("checksum", new.text(new.checksum.as_deref().unwrap_or_default())),
    ];
    new.unless_there(&columns, &format!("version = {version}"))
}

pub(super) fn supabase(new: &New<'_>) -> String {
    let version = new.text(&new.migration.version);
    let columns = [("version", version.clone()), ("name", new.text(&new.migration.name))];
    new.unless_there(&columns, &format!("version = {version}"))
}

pub(super) fn node_pg_migrate(new: &New<'_>) -> String {
    let name = new.text(&new.migration.version);
    let columns = [("name", name.clone()), ("run_on", "now()".to_owned())];
    new.unless_there(&columns, &format!("name = {name}"))
}

pub(super) fn yoyo(new: &New<'_>) -> String {
    // Migrations that run every time are not recorded.
    if new.migration.version.is_empty() {
        return String::new();
    }
    let id = new.text(&new.migration.version);
    let hash = new.text(&super::checksum::sha256(&new.migration.version));
    let now = if new.dialect.is_mysql_family() { "UTC_TIMESTAMP()" } else { "now() AT TIME ZONE 'UTC'" };
    let columns =
        [("migration_hash", hash.clone()), ("migration_id", id), ("applied_at_utc", now.to_owned())];
    new.unless_there(&columns, &format!("migration_hash = {hash}"))
}

pub(super) fn drizzle(new: &New<'_>) -> String {
    let digits = |key: &&String| !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
    let Some(when) = new.migration.ledger_key.as_ref().filter(digits) else {
        let name = new.migration.version.replace(char::is_control, " ");
        return format!("-- Not written: `{name}`, whose time in the journal is not known.\n");
    };
    let mut columns =
        vec![("hash", new.text(new.checksum.as_deref().unwrap_or_default())), ("created_at", when.clone())];
    let mut same = format!("created_at = {when}");
    if new.file == "migration.sql" {
        let name = new.text(&new.migration.version);
        same = format!("name = {name}");
        columns.push(("name", name));
    }
    new.unless_there(&columns, &same)
}

pub(super) fn liquibase(new: &New<'_>) -> String {
    // An id or author with two colons cannot be told from the path; neither can be told here.
    let mut fields = new.migration.version.rsplitn(3, "::");
    let (author, id, path) = (fields.next(), fields.next(), fields.next());
    let text = |field: Option<&str>| new.text(field.unwrap_or_default());
    let (author, id, path) = (text(author), text(id), text(path));
    let table = new.table;
    let checksum = new.checksum.as_deref().map_or("NULL".to_owned(), |sum| new.text(sum));
    format!(
        "INSERT INTO {table} (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, \
         comments)\nSELECT {id}, {author}, {path}, CURRENT_TIMESTAMP, COALESCE(MAX(orderexecuted), 0) + 1, 'EXECUTED', \
         {checksum}, 'sql', {} FROM {table}\nHAVING COUNT(CASE WHEN id = {id} AND author = {author} AND filename = \
         {path} THEN 1 END) = 0;\n",
        new.text(&new.migration.name),
    )
}

/// A migration about which nothing is written.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut {
    /// Index into the set.
    pub migration: usize,
    /// Why, such as `undecidable`.
    pub why: &'static str,
}

impl LedgerFormat {
    /// The statements that make the ledger say that exactly the migrations `applied` (indexes into the set, ascending)
    /// have been applied; those of `left_out` are named in comments. A ledger that is one number is not written when
    /// the number would say something else than `applied`; then there are comments alone.
    pub fn script(&self, set: &MigrationSet, applied: &[usize], left_out: &[LeftOut]) -> String {
        let mut out = String::new();
        let title = self.tool.title;
        let _ = writeln!(
            out,
            "-- The ledger of {title} as the schema proves it. Look it over before you run it, and"
        );
        let _ = writeln!(out, "-- verify afterwards. Rows that are there already are left as they are.");
        let _ = writeln!(out, "-- {title}'s lock, to be held meanwhile: {}.", self.lock());
        if !self.format.made_up.is_empty() {
            let _ = writeln!(out, "-- About the rows: {}.", self.format.made_up);
        }
        for left in left_out {
            let _ = writeln!(out, "-- Not written: {}, {}.", label(set, left.migration), left.why);
        }
        if self.format.high_water {
            number(&mut out, self, set, applied, left_out);
            return out;
        }
        let create = (self.format.create_for)(self.dialect, set).unwrap_or_else(|| self.create());
        let _ = writeln!(out, "{create}");
        for migration in applied {
            out += &insert(self, set, *migration);
        }
        out
    }
}

/// A ledger of one number can say nothing but "everything up to here".
fn number(
    out: &mut String,
    format: &LedgerFormat,
    set: &MigrationSet,
    applied: &[usize],
    left_out: &[LeftOut],
) {
    let newest = applied.last().copied();
    let prefix = applied.iter().enumerate().all(|(place, migration)| place == *migration);
    let Some(newest) = newest.filter(|_| prefix) else {
        let between: Vec<usize> = (0..newest.unwrap_or(0)).filter(|i| !applied.contains(i)).collect();
        match newest {
            None => {
                let _ = writeln!(out, "-- No migration is proven to be applied: the table is left empty.");
                let _ = writeln!(out, "{}", format.create());
            }
            Some(newest) => {
                let names: Vec<String> = between.iter().map(|i| label(set, *i)).collect();
                let _ = writeln!(
                    out,
                    "-- One number cannot say that {} is applied and {} not, or not surely: nothing is written.",
                    label(set, newest),
                    names.join(", ")
                );
                let only_open = between.iter().all(|i| left_out.iter().any(|l| l.migration == *i));
                if only_open {
                    let _ = writeln!(out, "-- If you find that {} did run, this is right:", names.join(", "));
                    for line in insert(format, set, newest).lines() {
                        let _ = writeln!(out, "--   {line}");
                    }
                }
            }
        }
        return;
    };
    let _ = writeln!(out, "-- The row that was there, if any, is replaced.");
    let _ = writeln!(out, "{}", format.create());
    *out += &insert(format, set, newest);
}

fn insert(format: &LedgerFormat, set: &MigrationSet, migration: usize) -> String {
    let Some(migration) = set.migrations.get(migration) else { return String::new() };
    let Some(file) = set.files.get(migration.up.file) else { return String::new() };
    (format.format.insert)(&New {
        dialect: format.dialect,
        table: &format.written(),
        migration,
        name: format.recorded_name(&migration.name),
        file: file.file_name(),
        checksum: format.checksum_of(set, migration),
    })
}

/// A migration as a comment names it. Line ends in names would end the comment.
fn label(set: &MigrationSet, migration: usize) -> String {
    let name = set
        .migrations
        .get(migration)
        .map_or(String::new(), |m| if m.version.is_empty() { m.name.clone() } else { m.version.clone() });
    format!("`{}`", name.replace(|c: char| c.is_control(), " "))
}
