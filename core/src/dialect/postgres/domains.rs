//! Expressions over columns whose type is a domain.
//!
//! The operators and functions that they use are those of the type that the domain is based on, and the server prints the
//! cast. Whether it is there or not, the meaning is the same.
use crate::{
    catalog::{
        Catalog, Column, ConstraintKind, DataType, Expression, Index, Name, Shelf, Table, UserType,
        UserTypeKind,
    },
    dialect::expression,
    target::Target,
};

/// What a domain is based on in the end; `None` for any other type.
pub(crate) fn base(data_type: &DataType, types: &Shelf<UserType>) -> Option<DataType> {
    let mut found = None;
    let mut data_type = data_type;
    // Domains over domains are few.
    for _ in 0..16 {
        let Some(custom) = data_type.custom.as_ref().filter(|_| data_type.text.is_empty()) else {
            return found;
        };
        let Some(UserTypeKind::Domain { base, .. }) = types.get(custom).map(|t| &t.kind) else {
            return found;
        };
        found = Some(base.clone());
        data_type = base;
    }
    None
}

/// The columns that are of domains, with what those are based on.
fn bases(columns: &[Column], types: &Shelf<UserType>) -> Vec<(Name, DataType)> {
    let of = |column: &Column| Some((column.name.clone(), base(&column.data_type, types)?));
    columns.iter().filter_map(of).collect()
}

/// Expressions in their normal form over the columns of one table.
pub(crate) struct Normal<'a> {
    bases: Vec<(Name, DataType)>,
    target: &'a Target,
}

impl<'a> Normal<'a> {
    /// Over these columns.
    pub(crate) fn new(columns: &[Column], types: &Shelf<UserType>, target: &'a Target) -> Self {
        Self { bases: bases(columns, types), target }
    }

    /// An expression in its normal form.
    pub(crate) fn expression(&self, expression: &mut Expression) {
        if !self.bases.is_empty() {
            *expression = expression::over_domains(expression, &self.bases, self.target);
        }
    }

    /// The condition of a constraint.
    pub(crate) fn constraint(&self, kind: &mut ConstraintKind) {
        if let ConstraintKind::Check { expression, .. } = kind {
            self.expression(expression);
        }
    }

    /// The keys and the predicate of an index.
    pub(crate) fn index(&self, index: &mut Index) {
        let keys = index.keys.iter_mut().filter_map(|key| key.expression.as_mut());
        keys.chain(&mut index.predicate).for_each(|expression| self.expression(expression));
    }

    /// What a column is computed from.
    pub(crate) fn column(&self, column: &mut Column) {
        if let Some(generated) = &mut column.generated {
            self.expression(&mut generated.expression);
        }
    }

    fn table(&self, table: &mut Table) {
        table.constraints.iter_mut().for_each(|constraint| self.constraint(&mut constraint.kind));
        table.indexes.iter_mut().for_each(|index| self.index(index));
        table.columns.iter_mut().for_each(|column| self.column(column));
    }
}

/// The checks of a domain over another one, in which `VALUE` is of that one.
pub(crate) fn checks(kind: &mut UserTypeKind, types: &Shelf<UserType>, target: &Target) {
    let UserTypeKind::Domain { base: own, checks, .. } = kind else { return };
    let Some(base) = base(own, types) else { return };
    let value = [(Name::from("value"), base)];
    for (_, check) in checks {
        *check = expression::over_domains(check, &value, target);
    }
}

/// All of a catalog that a server gave.
pub(crate) fn settle(catalog: &mut Catalog, target: &Target) {
    let types = catalog.types.clone();
    if !types.iter().any(|t| matches!(t.kind, UserTypeKind::Domain { .. })) {
        return;
    }
    let of_domain = |t: &Table| t.columns.iter().any(|c| base(&c.data_type, &types).is_some());
    let names: Vec<_> = catalog.tables.iter().filter(|t| of_domain(t)).map(|t| t.name.clone()).collect();
    for name in names {
        catalog.tables.edit(&name, |table| {
            let normal = Normal::new(&table.columns, &types, target);
            normal.table(table);
        });
    }
    let nested = |t: &&std::sync::Arc<UserType>| match &t.kind {
        UserTypeKind::Domain { base: own, .. } => base(own, &types).is_some(),
        _ => false,
    };
    let names: Vec<_> = types.iter().filter(nested).map(|t| t.name.clone()).collect();
    for name in names {
        catalog.types.edit(&name, |found| checks(&mut found.kind, &types, target));
    }
}
