//! Random operations on few names, so that they meet each other.
use remigrate::{
    Dialect, Target,
    catalog::*,
    dialect::{expression, lower},
    operation::*,
    text::{Script, Span},
};

/// A stream of choices: shrinks towards the first of each.
pub(crate) struct Choices<'a> {
    rest: std::slice::Iter<'a, u32>,
    target: Target,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(choices: &'a [u32], dialect: Dialect) -> Self {
        Self { rest: choices.iter(), target: Target::new(dialect) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.len() == 0
    }

    pub(crate) fn below(&mut self, n: u32) -> u32 {
        self.rest.next().map_or(0, |c| c % n)
    }

    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == n - 1
    }

    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    pub(crate) fn mysql(&self) -> bool {
        self.target.dialect.is_mysql_family()
    }

    fn expression(&self, sql: &str) -> Expression {
        expression::read(sql, &self.target)
    }

    pub(crate) fn column(&mut self) -> Name {
        self.of(&["p", "q", "r", "s", "Odd Name"]).into()
    }

    pub(crate) fn index_name(&mut self) -> Name {
        self.of(&["i", "j", "k", "t_p_idx", "p"]).into()
    }

    pub(crate) fn relation(&mut self) -> ObjectName {
        let name = self.of(&["t", "u", "v", "w", "x"]);
        if !self.mysql() && self.one_in(6) { ObjectName::new("app", name) } else { ObjectName::bare(name) }
    }

    fn data_type(&mut self) -> DataType {
        if self.mysql() {
            return DataType::builtin(self.of(&["int", "bigint", "varchar(10)", "text"]));
        }
        match self.below(6) {
            5 => DataType { text: "".into(), custom: Some(ObjectName::bare(self.of(&["mood", "dom"]))) },
            4 => DataType::builtin("text"),
            3 => DataType::builtin("bigint"),
            _ => DataType::builtin("integer"),
        }
    }

    fn definition(&mut self) -> ColumnDefinition {
        let mut column = Column { name: self.column(), data_type: self.data_type(), ..Column::default() };
        column.nullable = !self.one_in(3);
        let mut definition = ColumnDefinition::default();
        match self.below(12) {
            5 => column.default = expression::read_default("1", &column.data_type, &self.target),
            6 if !self.mysql() => {
                column.data_type = DataType::builtin("integer");
                definition.serial = true;
            }
            7 if !self.mysql() => {
                column.identity =
                    Some(Identity { always: true, sequence: "".into(), options: SequenceOptions::default() });
            }
            8 => {
                let other = self.column();
                let expression = self.expression(&self.quoted(&other));
                column.generated = Some(Generated { expression, stored: true });
                // MariaDB's grammar has no NOT NULL there.
                column.nullable |= self.target.dialect == Dialect::MariaDb;
            }
            _ => {}
        }
        if self.one_in(5) {
            let kind = self.constraint_on(vec![column.name.clone()]);
            definition.constraints.push(located(self.constraint(kind)));
        }
        if self.one_in(9) {
            column.comment = Some("note".into());
        }
        definition.column = column;
        definition
    }

    /// What the text asks for.
    fn lowered(&self, sql: &str) -> Operation {
        let script = Script::new(sql, &self.target);
        let mut operations = lower(&script, &script.statements[0], &self.target);
        operations
            .pop()
            .map(|o| o.node)
            .unwrap_or(Operation::Query { calls: Vec::new(), invoked: Vec::new() })
    }

    pub(crate) fn quoted(&self, name: &str) -> String {
        let q = if self.mysql() { '`' } else { '"' };
        format!("{q}{name}{q}")
    }

    fn keys(&mut self) -> Vec<IndexKey> {
        let mut keys = vec![IndexKey::column(self.column())];
        if self.one_in(3) {
            keys.push(IndexKey::column(self.column()));
        }
        if self.one_in(6) && !self.mysql() {
            let column = self.column();
            let expression = self.expression(&format!("lower({})", self.quoted(&column)));
            keys.push(IndexKey { expression: Some(expression), ..IndexKey::default() });
        }
        keys
    }

    fn constraint_on(&mut self, columns: Vec<Name>) -> ConstraintKind {
        let key = || KeyIndex {
            columns: columns.iter().cloned().map(IndexKey::column).collect(),
            ..KeyIndex::default()
        };
        match self.below(5) {
            0 | 1 => ConstraintKind::PrimaryKey(key()),
            2 => ConstraintKind::Unique(key()),
            3 => ConstraintKind::ForeignKey(ForeignKey {
                columns,
                table: self.relation(),
                ..ForeignKey::default()
            }),
            _ => {
                let sql = columns
                    .iter()
                    .map(|c| format!("{} > 0", self.quoted(c)))
                    .collect::<Vec<_>>()
                    .join(" and ");
                ConstraintKind::Check { expression: self.expression(&sql), no_inherit: false }
            }
        }
    }

    fn constraint(&mut self, kind: ConstraintKind) -> ConstraintDefinition {
        let mut definition = ConstraintDefinition::new(kind);
        if self.one_in(3) {
            definition.name = Some(self.of(&["c", "d", "t_pkey", "t_p_key", "t_ibfk_1"]).into());
        }
        definition.not_valid = !self.mysql() && self.one_in(8);
        definition
    }

    fn table_constraint(&mut self) -> ConstraintDefinition {
        let mut columns = vec![self.column()];
        if self.one_in(3) {
            columns.push(self.column());
        }
        let kind = self.constraint_on(columns);
        self.constraint(kind)
    }

    fn index(&mut self) -> IndexDefinition {
        let mut index = Index::new("", self.keys());
        if !self.one_in(4) {
            index.name = self.index_name();
        }
        index.unique = self.one_in(3);
        if self.one_in(6) && !self.mysql() {
            let column = self.column();
            index.predicate = Some(self.expression(&format!("{} is not null", self.quoted(&column))));
        }
        IndexDefinition { index, if_not_exists: self.one_in(8) }
    }

    fn position(&mut self) -> Option<ColumnPosition> {
        match self.below(8) {
            2 if self.mysql() => Some(ColumnPosition::First),
            3 if self.mysql() => Some(ColumnPosition::After(self.column())),
            _ => None,
        }
    }

    fn action(&mut self) -> TableAction {
        use TableAction as A;
        let (if_exists, cascade) = (self.one_in(4), self.one_in(2));
        match self.below(24) {
            0..=3 => A::AddColumn {
                definition: Box::new(self.definition()),
                if_not_exists: self.one_in(6),
                position: self.position(),
            },
            4 | 5 => A::DropColumn { name: self.column(), if_exists, cascade },
            6 | 7 => A::RenameColumn { from: self.column(), to: self.column(), if_exists: false },
            // The MySQL family has no statement that changes the type or NOT NULL alone.
            8 | 9 | 11 if self.mysql() => A::ModifyColumn {
                name: self.column(),
                definition: Box::new(self.definition()),
                if_exists,
                position: self.position(),
            },
            8 | 9 => {
                A::SetType { name: self.column(), data_type: self.data_type(), collation: None, using: None }
            }
            10 => {
                let default = if self.one_in(2) { None } else { Some(self.expression("2")) };
                A::SetDefault { name: self.column(), default }
            }
            11 => A::SetNullable { name: self.column(), nullable: self.one_in(2) },
            12 | 13 => A::AddConstraint { definition: Box::new(self.table_constraint()) },
            14 => A::DropConstraint {
                name: self.of(&["c", "d", "t_pkey", "t_p_key", "t_ibfk_1", "t_p_fkey", "u_pkey"]).into(),
                expected: DropConstraintKind::Any,
                if_exists,
                cascade,
            },
            15 if self.mysql() => A::DropConstraint {
                name: "PRIMARY".into(),
                expected: DropConstraintKind::PrimaryKey,
                if_exists: false,
                cascade: false,
            },
            15 => A::RenameConstraint {
                from: self.of(&["c", "t_pkey"]).into(),
                to: self.of(&["d", "c"]).into(),
            },
            16 if self.mysql() => A::AddIndex { definition: Box::new(self.index()) },
            17 if self.mysql() => A::DropIndex { name: self.index_name(), if_exists },
            18 if self.mysql() => A::RenameIndex { from: self.index_name(), to: self.index_name() },
            16 => A::SetIdentity {
                name: self.column(),
                identity: if self.one_in(2) {
                    None
                } else {
                    Some(Identity { always: false, sequence: "".into(), options: SequenceOptions::default() })
                },
                if_exists,
            },
            17 => A::SetSchema { schema: self.of(&["app", "public"]).into() },
            18 => A::ValidateConstraint { name: self.of(&["c", "d"]).into() },
            19 => A::Rename { to: ObjectName::bare(self.relation().name) },
            20 => A::SetOptions { options: vec![("comment".into(), Some("x".into()))] },
            21 if self.mysql() => A::SetOptions { options: vec![("charset".into(), Some("latin1".into()))] },
            22 if self.mysql() => {
                A::ConvertCharset { charset: Some(self.of(&["latin1", "utf8mb4"]).into()), collation: None }
            }
            21 => A::SetOptions {
                options: vec![("fillfactor".into(), Some(self.of(&["50", "70", "90"]).into()))],
            },
            22 => A::AttachPartition { partition: self.relation(), bound: "DEFAULT".into() },
            _ if self.mysql() => A::SetDefault { name: self.column(), default: None },
            _ => A::SetColumnOption {
                name: self.column(),
                option: "statistics".into(),
                value: Some("10".into()),
            },
        }
    }

    fn create_table(&mut self) -> Operation {
        let mut table =
            CreateTable { name: self.relation(), if_not_exists: self.one_in(5), ..CreateTable::default() };
        for _ in 0..=self.below(4) {
            table.columns.push(located(self.definition()));
        }
        for _ in 0..self.below(3) {
            table.constraints.push(located(self.table_constraint()));
        }
        if self.mysql() {
            for _ in 0..self.below(2) {
                table.indexes.push(located(self.index()));
            }
        } else {
            match self.below(8) {
                5 => {
                    table.properties.partition_by =
                        Some(self.of(&["LIST (p)", "LIST (\"Odd Name\")"]).into());
                }
                6 => table.properties.partition_of = Some((self.relation(), "DEFAULT".into())),
                7 => {
                    table.properties.inherits = vec![self.relation()];
                    if self.one_in(2) {
                        table.properties.inherits.push(self.relation());
                    }
                }
                _ => {}
            }
        }
        if self.one_in(12) {
            table.like.push((self.relation(), vec!["INCLUDING ALL".into()]));
            table.columns.clear();
        }
        Operation::CreateTable(Box::new(table))
    }

    /// The next operation.
    pub(crate) fn operation(&mut self) -> Operation {
        use Operation as O;
        let (if_exists, cascade) = (self.one_in(4), self.one_in(2));
        match self.below(34) {
            0..=6 => self.create_table(),
            7..=13 => {
                let only = !self.mysql() && self.one_in(10);
                let mut alter =
                    AlterTable { table: self.relation(), if_exists, only, ..AlterTable::default() };
                for _ in 0..=self.below(3) {
                    alter.actions.push(located(self.action()));
                }
                O::AlterTable(Box::new(alter))
            }
            14 => O::DropTable {
                names: vec![self.relation(), self.relation()],
                if_exists,
                cascade,
                temporary: false,
            },
            15 => O::DropTable { names: vec![self.relation()], if_exists, cascade, temporary: false },
            16 | 17 => O::CreateIndex(Box::new(CreateIndex {
                table: self.relation(),
                definition: self.index(),
                concurrently: false,
                only: false,
                or_replace: false,
                online: OnlineClauses::default(),
            })),
            18 => {
                let name = ObjectName::bare(self.index_name());
                let table = self.mysql().then(|| self.relation());
                let online = OnlineClauses::default();
                O::DropIndex { names: vec![name], table, if_exists, cascade, concurrently: false, online }
            }
            19 if self.mysql() => {
                O::RenameTables { renames: vec![(self.relation(), self.relation())], if_exists: false }
            }
            19 => {
                O::RenameIndex { from: ObjectName::bare(self.index_name()), to: self.index_name(), if_exists }
            }
            20 | 21 => {
                let reads = self.relation();
                let column = self.column();
                let sql = format!("select {} from {reads}", self.quoted(&column));
                let read = expression::read_query(&sql, &self.target);
                let view = View {
                    name: self.relation(),
                    materialized: self.one_in(3) && !self.mysql(),
                    columns: vec![column],
                    query: Expression { sql: sql.into(), normal: read.normal.into() },
                    reads: vec![reads],
                    options: Default::default(),
                    indexes: Vec::new(),
                    triggers: Vec::new(),
                    comment: None,
                };
                O::CreateView {
                    view: Box::new(view),
                    or_replace: self.one_in(3),
                    if_not_exists: false,
                    with_no_data: false,
                }
            }
            22 => {
                O::DropView { names: vec![self.relation()], materialized: self.one_in(4), if_exists, cascade }
            }
            23 if self.mysql() => O::Truncate {
                tables: vec![self.relation()],
                cascade,
                restart_identity: true,
                only: Vec::new(),
            },
            23 => {
                let kind = if self.one_in(3) {
                    let base = DataType::builtin("integer");
                    UserTypeKind::Domain { base, nullable: true, default: None, checks: Vec::new() }
                } else {
                    UserTypeKind::Enum { labels: vec!["a".into(), "b".into()] }
                };
                O::CreateType { name: ObjectName::bare(self.of(&["mood", "dom"])), kind }
            }
            24 if !self.mysql() => {
                let action = match self.below(3) {
                    0 => TypeAction::AddValue {
                        label: self.of(&["c", "d"]).into(),
                        neighbour: self.one_in(2).then(|| (EnumPlace::Before, "a".into())),
                        if_not_exists: self.one_in(3),
                    },
                    1 => TypeAction::Rename { to: self.of(&["mood", "dom"]).into() },
                    _ => TypeAction::RenameValue { from: "a".into(), to: self.of(&["z", "b"]).into() },
                };
                O::AlterType { name: ObjectName::bare(self.of(&["mood", "dom"])), action }
            }
            25 if !self.mysql() => {
                O::DropType { names: vec![ObjectName::bare(self.of(&["mood", "dom"]))], if_exists, cascade }
            }
            26 if !self.mysql() => O::CreateSequence {
                name: self.relation(),
                options: SequenceOptions::default(),
                owned_by: None,
                if_not_exists: self.one_in(3),
                temporary: false,
            },
            27 if !self.mysql() => {
                let action = match self.below(3) {
                    0 => SequenceAction::Rename { to: self.relation().name },
                    1 => SequenceAction::OwnedBy { owner: Some((self.relation(), self.column())) },
                    _ => SequenceAction::SetSchema { schema: self.of(&["app", "public"]).into() },
                };
                let name = if self.one_in(2) { self.relation() } else { ObjectName::bare("t_p_seq") };
                O::AlterSequence { name, if_exists, action }
            }
            28 if !self.mysql() => match self.below(4) {
                0 => O::RenameSchema { from: "app".into(), to: "app2".into() },
                1 => O::RenameSchema { from: "app2".into(), to: "app".into() },
                2 => O::DropSchema { names: vec!["app".into()], if_exists, cascade },
                _ => O::CreateSchema { name: "app".into(), if_not_exists: true },
            },
            29 if self.mysql() => {
                let body = self.of(&["return 1", "return 2"]);
                let replace = if self.target.dialect == Dialect::MariaDb && self.one_in(2) {
                    "or replace "
                } else {
                    ""
                };
                self.lowered(&format!("create {replace}function f() returns int deterministic {body}"))
            }
            29 => {
                let routine = Routine {
                    name: ObjectName::bare("f"),
                    signature: String::new(),
                    kind: RoutineKind::Function,
                    arguments: String::new(),
                    returns: Some("trigger".into()),
                    language: "plpgsql".into(),
                    body: self.of(&["begin end", "begin return new; end"]).into(),
                    attributes: Default::default(),
                    comment: None,
                };
                O::CreateRoutine {
                    routine: Box::new(routine),
                    or_replace: self.one_in(2),
                    if_not_exists: false,
                }
            }
            30 => O::DropRoutine {
                routines: vec![(ObjectName::bare("f"), None)],
                kind: Some(RoutineKind::Function),
                if_exists,
                cascade,
            },
            31 if self.mysql() => {
                let (name, table) = (self.of(&["g", "h"]), self.relation());
                self.lowered(&format!(
                    "create trigger {name} before insert on {table} for each row set @a = 1"
                ))
            }
            31 => {
                let table = self.relation();
                let trigger = Trigger {
                    name: self.of(&["g", "h"]).into(),
                    definition: self.expression(&format!(
                        "before insert on {} for each row execute function f()",
                        table.name
                    )),
                    function: (!self.mysql()).then(|| ObjectName::bare("f")),
                    enabled: None,
                    comment: None,
                };
                O::CreateTrigger {
                    table,
                    trigger: Box::new(trigger),
                    or_replace: self.one_in(3),
                    if_not_exists: false,
                }
            }
            32 => O::DropTrigger {
                name: self.of(&["g", "h"]).into(),
                table: (!self.mysql()).then(|| self.relation()),
                if_exists,
                cascade,
            },
            _ if self.mysql() => O::Query { calls: Vec::new(), invoked: Vec::new() },
            _ => {
                let text = self.one_in(2).then(|| "said".to_owned());
                let on = match self.below(3) {
                    0 => CommentTarget::Table { name: self.relation() },
                    1 => CommentTarget::Column { table: self.relation(), column: self.column() },
                    _ => CommentTarget::Index { name: ObjectName::bare(self.index_name()) },
                };
                O::Comment { on, text }
            }
        }
    }
}

fn located<T>(node: T) -> Located<T> {
    Located { span: Span { start: 0, end: 0 }, node }
}
