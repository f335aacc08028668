//! What the columns of the server's catalog views say of a row.
use super::{
    rows::{Row, What, is_uncertain},
    value::Value,
};
use crate::{
    apply::run::Run,
    catalog::{Column, ObjectName, UserTypeKind},
    operation::{Listing, Property},
};

impl Row<'_> {
    /// The table or type that it belongs to.
    pub(super) fn owner(&self) -> Option<ObjectName> {
        self.owner.clone()
    }

    /// Whether a statement may have changed or removed it.
    pub(super) fn is_doubtful(&self, run: &Run<'_>) -> bool {
        !run.catalog().uncertain.is_empty()
            && match &self.owner {
                Some(owner) => {
                    is_uncertain(run, &owner.to_string())
                        || is_uncertain(run, &format!("{owner}.{}", self.name))
                }
                None if self.schema.is_empty() => is_uncertain(run, &self.name),
                None => {
                    is_uncertain(run, &ObjectName::new(self.schema.clone(), self.name.clone()).to_string())
                }
            }
    }

    pub(super) fn property(&self, run: &Run<'_>, property: Property) -> Value {
        let text = |t: Option<&str>| t.map_or(Value::Unknown, Value::text);
        match property {
            Property::Name => Value::with_holes(&self.name, self.name.contains(Value::HOLE)),
            Property::Schema if run.mysql() && self.schema.is_empty() => Value::Database,
            Property::Schema => Value::text(&self.schema),
            Property::Table => self.owner.as_ref().map_or(Value::Unknown, |o| Value::text(&o.name)),
            Property::Owner => self.owner.clone().map_or(Value::Unknown, Value::Object),
            Property::Object => match self.listing {
                Listing::Constraints | Listing::Triggers | Listing::Routines => Value::Unknown,
                _ => Value::Object(ObjectName::new(self.schema.clone(), self.name.clone())),
            },
            Property::Letter => match &self.what {
                What::Plain(letter, _) => text(*letter),
                _ => Value::Unknown,
            },
            Property::Kind => match &self.what {
                What::Plain(_, kind) | What::Key(_, _, kind) => text(*kind),
                _ => Value::Unknown,
            },
            Property::Column => match &self.what {
                What::Key(Some(column), ..) => Value::text(column),
                What::Key(None, ..) => Value::Null,
                _ => Value::Unknown,
            },
            Property::Unique | Property::NonUnique => match &self.what {
                What::Index(unique) | What::Key(_, unique, _) if property == Property::Unique => {
                    Value::Bool(*unique)
                }
                What::Index(unique) | What::Key(_, unique, _) => Value::Integer(i64::from(!*unique)),
                _ => Value::Unknown,
            },
            Property::Never => Value::Bool(false),
            Property::Number | Property::Other => Value::Unknown,
            Property::DataType
            | Property::ColumnType
            | Property::Nullable
            | Property::NotNull
            | Property::Length
            | Property::Default => match &self.what {
                What::Column(column) => column_property(run, column, property),
                _ => Value::Unknown,
            },
        }
    }
}

fn column_property(run: &Run<'_>, column: &Column, property: Property) -> Value {
    let written = column.data_type.text.as_str();
    match property {
        Property::Nullable => Value::text(if column.nullable { "YES" } else { "NO" }),
        Property::NotNull => Value::Bool(!column.nullable),
        Property::Default if column.default.is_none() && column.identity.is_none() => Value::Null,
        Property::ColumnType if run.mysql() => Value::text(written),
        Property::DataType if run.mysql() => {
            let end = written.find(['(', ' ']).unwrap_or(written.len());
            Value::text(written.get(..end).unwrap_or(written))
        }
        Property::DataType => {
            if written.ends_with("[]") {
                return Value::text("ARRAY");
            }
            if let Some(custom) = &column.data_type.custom {
                return match run.catalog().types.get(custom).map(|t| &t.kind) {
                    Some(UserTypeKind::Enum { .. } | UserTypeKind::Composite { .. }) => {
                        Value::text("USER-DEFINED")
                    }
                    _ => Value::Unknown,
                };
            }
            if written.starts_with("interval") {
                return Value::text("interval");
            }
            match (written.find('('), written.find(')')) {
                (Some(open), Some(close)) if open < close => {
                    let (head, tail) = (written.get(..open), written.get(close + 1..));
                    Value::text(&format!("{}{}", head.unwrap_or(""), tail.unwrap_or("")))
                }
                _ => Value::text(written),
            }
        }
        Property::Length => {
            let sized = ["character varying(", "character(", "varchar(", "char("];
            let digits = sized.iter().find_map(|s| written.strip_prefix(s)).and_then(|d| d.split(')').next());
            match digits.and_then(|d| d.parse().ok()) {
                Some(length) => Value::Integer(length),
                None if !run.mysql() && column.data_type.custom.is_none() && !written.contains("bit") => {
                    Value::Null
                }
                None => Value::Unknown,
            }
        }
        _ => Value::Unknown,
    }
}
