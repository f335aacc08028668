//! Random statements as people write them, on few names, so that they meet each other.
use super::generate::Choices;

impl Choices<'_> {
    fn name_of_column(&mut self) -> String {
        let name = self.column();
        self.quoted(&name)
    }

    fn columns(&mut self) -> String {
        let first = self.name_of_column();
        if self.one_in(3) { format!("{first}, {}", self.name_of_column()) } else { first }
    }

    fn table(&mut self) -> String {
        self.relation().to_string()
    }

    fn type_name(&mut self) -> &'static str {
        if self.mysql() {
            self.of(&[
                "int",
                "bigint unsigned",
                "varchar(10)",
                "text",
                "datetime",
                "decimal(8,2)",
                "tinyint(1)",
                "char(3)",
                "json",
                "timestamp",
                "enum('a','b')",
                "double",
                "date",
                "blob",
            ])
        } else {
            self.of(&[
                "int",
                "bigint",
                "varchar(10)",
                "text",
                "timestamptz",
                "numeric(8,2)",
                "bool",
                "char(3)",
                "jsonb",
                "int[]",
                "uuid",
                "mood",
                "dom",
                "bytea",
                "smallint",
                "date",
            ])
        }
    }

    /// Behind a column's name.
    fn definition_text(&mut self) -> String {
        let mut text = self.type_name().to_owned();
        if self.mysql() && text.starts_with("var") && self.one_in(4) {
            text.push_str(" character set latin1");
        }
        match self.below(12) {
            1 => text.push_str(" not null"),
            2 => text.push_str(" null"),
            3 => text.push_str(self.of(&[" default 1", " default '1'", " default null", " default (1 + 1)"])),
            4 => text = format!("{} not null default '0'", self.of(&["int", "varchar(10)"])),
            5 if self.mysql() => text = "int not null auto_increment unique".into(),
            5 => {
                text =
                    self.of(&["serial", "bigserial primary key", "int generated always as identity"]).into();
            }
            6 => {
                let other = self.name_of_column();
                text = format!("int generated always as ({other} + 1) stored");
            }
            7 => text.push_str(" unique"),
            8 => {
                let column = self.name_of_column();
                text.push_str(&format!(" check ({column} > 0)"));
            }
            9 if !self.mysql() => {
                let table = self.table();
                text = format!("int references {table} on delete cascade");
            }
            10 if self.mysql() => text.push_str(" comment 'it''s'"),
            10 => text.push_str(" default now()::text"),
            _ => {}
        }
        text
    }

    fn constraint_text(&mut self) -> String {
        let name = match self.below(4) {
            0 => format!("constraint {} ", self.of(&["c", "d", "e"])),
            _ => String::new(),
        };
        let columns = self.columns();
        let column = self.name_of_column();
        let body = match self.below(6) {
            0 => format!("primary key ({columns})"),
            1 | 2 => format!("unique ({columns})"),
            3 => {
                let action =
                    self.of(&["", " on delete cascade", " on update restrict", " on delete set null"]);
                let table = self.table();
                let other = self.columns();
                format!("foreign key ({columns}) references {table} ({other}){action}")
            }
            4 => format!("check ({column} > 0)"),
            _ => format!("check ({column} in ('a', 'b'))"),
        };
        name + &body
    }

    fn key_text(&mut self) -> String {
        let columns = self.columns();
        match self.below(5) {
            0 => format!("{columns} desc"),
            1 if self.mysql() => format!("{}(5)", self.name_of_column()),
            1 => format!("lower({})", self.name_of_column()),
            _ => columns,
        }
    }

    fn action_text(&mut self) -> String {
        let column = self.name_of_column();
        let other = self.name_of_column();
        match self.below(if self.mysql() { 16 } else { 14 }) {
            0..=2 => {
                let definition = self.definition_text();
                let place = if !self.mysql() {
                    String::new()
                } else {
                    match self.below(3) {
                        0 => " first".into(),
                        1 => format!(" after {other}"),
                        _ => String::new(),
                    }
                };
                format!("add column {column} {definition}{place}")
            }
            3 | 4 => format!("drop column {column}"),
            5 => format!("add {}", self.constraint_text()),
            6 => format!("drop constraint {}", self.of(&["c", "d", "e", "t_p_key", "u_pkey", "t_chk_1"])),
            7 => format!("alter column {column} set default {}", self.of(&["2", "'x'", "(1 + 1)"])),
            8 => format!("alter column {column} drop default"),
            9 if self.mysql() => format!("modify column {column} {}", self.definition_text()),
            9 => format!("alter column {column} type {}", self.type_name()),
            10 if self.mysql() => format!("change column {column} {other} {}", self.definition_text()),
            10 => format!("alter column {column} {} not null", self.of(&["set", "drop"])),
            11 if self.mysql() => format!("rename column {column} to {other}"),
            11 => format!("alter column {column} add generated by default as identity"),
            12 if self.mysql() => {
                let name = self.index_name();
                let key = self.key_text();
                format!("add index {} ({key})", self.quoted(&name))
            }
            12 => format!("add column if not exists {column} {}", self.definition_text()),
            13 if self.mysql() => {
                let name = self.index_name();
                format!("drop index {}", self.quoted(&name))
            }
            13 => format!("drop column if exists {column} cascade"),
            14 => format!("comment '{}'", self.of(&["one", "", "it''s"])),
            _ => {
                let (from, to) = (self.index_name(), self.index_name());
                format!("rename index {} to {}", self.quoted(&from), self.quoted(&to))
            }
        }
    }

    fn create_table_text(&mut self) -> String {
        let table = self.table();
        let mut parts = Vec::new();
        for _ in 0..=self.below(4) {
            let column = self.name_of_column();
            let definition = self.definition_text();
            parts.push(format!("{column} {definition}"));
        }
        for _ in 0..self.below(3) {
            parts.push(self.constraint_text());
        }
        if self.mysql() && self.one_in(3) {
            parts.push(format!("key ({})", self.key_text()));
        }
        let mut text = format!("create table {table} ({})", parts.join(", "));
        if self.mysql() {
            text.push_str(self.of(&["", "", " engine=InnoDB default charset=latin1", " comment 'it''s'"]));
        } else if self.one_in(8) {
            let column = self.name_of_column();
            text.push_str(&format!(" partition by list ({column})"));
        }
        text
    }

    /// The next statement.
    pub(crate) fn statement(&mut self) -> String {
        let table = self.table();
        let column = self.name_of_column();
        let name = self.index_name();
        let name = self.quoted(&name);
        let mysql = self.mysql();
        match self.below(26) {
            0..=5 => self.create_table_text(),
            6..=12 => {
                let mut actions = vec![self.action_text()];
                while actions.len() < 4 && self.one_in(2) {
                    actions.push(self.action_text());
                }
                format!("alter table {table} {}", actions.join(", "))
            }
            13 => format!("drop table {table}{}", self.of(&["", " cascade"])),
            14 | 15 => {
                let unique = self.of(&["", "unique "]);
                let key = self.key_text();
                let filter = if mysql || !self.one_in(3) {
                    String::new()
                } else {
                    format!(" where {column} is not null")
                };
                format!("create {unique}index {name} on {table} ({key}){filter}")
            }
            16 if mysql => format!("drop index {name} on {table}"),
            16 => format!("drop index {name}"),
            17 if mysql => format!("rename table {table} to {}", self.table()),
            17 => {
                let to = self.relation().name;
                format!("alter table {table} rename to {to}")
            }
            18 => format!("create view {} as select {column} from {table}", self.table()),
            19 => format!("drop view {table}"),
            20 if mysql => {
                let to = self.name_of_column();
                format!("alter table {table} rename column {column} to {to}")
            }
            20 => match self.below(6) {
                0 => "create type mood as enum ('a', 'b')".into(),
                1 => "create domain dom as int check (value > 0)".into(),
                2 => format!("alter type mood add value '{}'", self.of(&["c", "d"])),
                3 => "alter type mood rename value 'a' to 'z'".into(),
                4 => format!("alter table {table} rename column {column} to {}", self.name_of_column()),
                _ => format!("drop type {}", self.of(&["mood", "dom"])),
            },
            21 if mysql => {
                format!("create trigger g before insert on {table} for each row set new.{column} = 1")
            }
            21 => match self.below(5) {
                0 | 1 => {
                    "create function f() returns trigger language plpgsql as 'begin return new; end'".into()
                }
                2 => format!(
                    "create trigger g before update of {column} on {table} for each row execute function f()"
                ),
                3 => format!("alter trigger g on {table} rename to h"),
                _ => self
                    .of(&[
                        "alter function f() rename to f2",
                        "alter function f2() rename to f",
                        "alter function f() stable",
                    ])
                    .into(),
            },
            22 if mysql => "drop trigger g".into(),
            22 => match self.below(4) {
                0 => format!("create sequence {table} start 5"),
                1 => format!("alter sequence {table} owned by {}.{column}", self.table()),
                2 => "create schema app".into(),
                _ => "alter schema app rename to app2".into(),
            },
            23 if mysql => format!("alter table {table} convert to character set latin1"),
            23 => format!("comment on column {table}.{column} is {}", self.of(&["'it''s'", "null"])),
            24 if mysql => "create function f() returns int deterministic return 1".into(),
            24 => format!("comment on table {table} is {}", self.of(&["'one'", "null"])),
            _ if mysql => "drop function f".into(),
            _ => match self.below(3) {
                0 => format!("alter view {table} set (security_barrier)"),
                1 => format!("alter view {table} set schema app"),
                _ => format!("alter table {table} set (fillfactor = {})", self.of(&["50", "70"])),
            },
        }
    }
}
