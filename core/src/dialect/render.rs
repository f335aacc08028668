//! Writing changes as SQL.
use crate::{
    catalog::Catalog,
    change::{Change, Delta, Object},
    target::{Dialect, Target},
    text::{TokenKind, tokens},
};

use super::{mysql, postgres};

/// One statement that carries out a change or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One statement, without a terminator.
    pub sql: String,
    /// Whether the statement may run in a transaction block with others. `false` for PostgreSQL's `… CONCURRENTLY` and
    /// `ADD VALUE`, whose label the same transaction cannot use; statements of the MySQL family that commit implicitly
    /// are `false` as well.
    pub transaction: bool,
    /// What the statement cannot do, in one sentence without a full stop: PostgreSQL cannot put a column back in its
    /// old place, for example.
    pub note: Option<String>,
}

impl Rendered {
    /// A statement that may run in a transaction block and does the whole of what is asked.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), transaction: true, note: None }
    }

    /// A statement that must run outside of a transaction block, or that ends one.
    pub fn alone(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), transaction: false, note: None }
    }

    /// The same with a sentence about what it cannot do.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// Says beside the first of the statements from `first` on, which `change` was written as, that what they write is not
/// certain, where the catalog says so of the object.
pub(crate) fn admit_doubt(statements: &mut [Rendered], first: usize, change: &Change, catalog: &Catalog) {
    let writes = match &change.delta {
        Delta::Create { .. } => true,
        Delta::Alter { after, .. } => matches!(after, Object::View(_)),
        Delta::Drop { .. } | Delta::Rename { .. } => false,
    };
    let Some(doubt) = change.path.own_doubt(catalog).filter(|_| writes) else { return };
    if let Some(statement) = statements.get_mut(first) {
        let doubt = format!("this may not be what was there: {doubt}");
        statement.note = Some(match statement.note.take() {
            Some(note) => format!("{note}; {doubt}"),
            None => doubt,
        });
    }
}

/// Statements that carry out `changes`, made for the catalog `before`, in order.
pub fn render(changes: &[Change], before: &Catalog) -> Vec<Rendered> {
    match before.dialect {
        Dialect::Postgres => postgres::render::render(changes, before),
        Dialect::MySql | Dialect::MariaDb => mysql::render::render(changes, before),
    }
}

/// The statements as one script that the server's own client runs (`psql`, `mysql`, `mariadb`). Notes stand before their
/// statement as comments. A statement of the MySQL family with semicolons inside, such as a routine's body, stands
/// between `DELIMITER` lines, which are words of the client and not of the server.
pub fn script(statements: &[Rendered], dialect: Dialect) -> String {
    let target = Target::new(dialect);
    let mut script = String::new();
    for statement in statements {
        for line in statement.note.iter().flat_map(|note| note.lines()) {
            script.push_str(&format!("-- {line}\n"));
        }
        let sql = statement.sql.trim_end();
        if sql.is_empty() {
            continue;
        }
        let inside = |kind: TokenKind| tokens(sql, &target).iter().any(|token| token.kind == kind);
        if dialect.is_mysql_family() && inside(TokenKind::Semicolon) {
            // The client looks for the delimiter in strings and comments as well.
            let delimiter =
                ["$$", "//", ";;", "~~~~"].into_iter().find(|mark| !sql.contains(mark)).unwrap_or("$$$$");
            script.push_str(&format!("DELIMITER {delimiter}\n{sql}\n{delimiter}\nDELIMITER ;\n"));
        } else if ends_in_comment(sql, &target) {
            script.push_str(&format!("{sql}\n;\n"));
        } else {
            script.push_str(&format!("{sql};\n"));
        }
    }
    script
}

/// Whether a terminator behind `sql` could be part of a comment.
fn ends_in_comment(sql: &str, target: &Target) -> bool {
    let last = tokens(sql, target).last().map_or(0, |token| usize::try_from(token.span.end).unwrap_or(0));
    last < sql.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_stand_between_delimiters() {
        let statements = [
            Rendered::new("DROP TABLE t").with_note("first\nsecond"),
            Rendered::alone("CREATE PROCEDURE p() BEGIN SELECT '$$'; END"),
            Rendered::alone("").with_note("nothing can be done"),
            Rendered::alone("DROP VIEW v -- gone"),
        ];
        assert_eq!(
            script(&statements, Dialect::MySql),
            "-- first\n-- second\nDROP TABLE t;\n\
             DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT '$$'; END\n//\nDELIMITER ;\n\
             -- nothing can be done\nDROP VIEW v -- gone\n;\n"
        );
        let body = [Rendered::new("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END")];
        assert!(!script(&body, Dialect::Postgres).contains("DELIMITER"));
    }
}
