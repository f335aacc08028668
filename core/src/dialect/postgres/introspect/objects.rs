//! Schemas, extensions, types and sequences.
use std::collections::HashMap;

use super::{Reader, data_type, optional_name, sequence_options};
use crate::{
    catalog::{Extension, Name, ObjectName, Schema, Sequence, UserType, UserTypeKind},
    dialect::{expression, introspect::fields},
    error::Error,
};

/// The comment that every new database has on `public`.
const PUBLIC_COMMENT: &str = "standard public schema";

impl Reader<'_> {
    pub(super) fn schemas(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, "schemas")? {
            let name = Name::from(row.text(0)?);
            let comment = row.optional(1).filter(|text| name != "public" || *text != PUBLIC_COMMENT);
            self.catalog.schemas.insert(Schema { name, comment: comment.map(str::to_owned) });
        }
        Ok(())
    }

    pub(super) fn extensions(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, "extensions")? {
            let schema = row.optional(1).map(Name::from);
            self.catalog.extensions.insert(Extension { name: row.text(0)?.into(), schema });
        }
        Ok(())
    }

    pub(super) fn types(&mut self) -> Result<(), Error> {
        let mut labels: HashMap<&str, Vec<String>> = HashMap::new();
        for row in fields(self.rows, "enum labels")? {
            labels.entry(row.text(0)?).or_default().push(row.text(1)?.to_owned());
        }
        let mut checks: HashMap<&str, Vec<_>> = HashMap::new();
        for row in fields(self.rows, "domain checks")? {
            let condition = expression::read(row.text(2)?, &self.target);
            checks.entry(row.text(0)?).or_default().push((Name::from(row.text(1)?), condition));
        }
        let mut attributes: HashMap<&str, Vec<_>> = HashMap::new();
        for row in fields(self.rows, "attributes")? {
            attributes.entry(row.text(0)?).or_default().push((Name::from(row.text(1)?), data_type(&row, 2)?));
        }
        for row in fields(self.rows, "types")? {
            let oid = row.text(0)?;
            let kind = match row.text(3)? {
                "e" => UserTypeKind::Enum { labels: labels.remove(oid).unwrap_or_default() },
                "d" => {
                    let base = data_type(&row, 5)?;
                    let default = row.optional(9);
                    let default = default.and_then(|sql| expression::read_default(sql, &base, &self.target));
                    let checks = checks.remove(oid).unwrap_or_default();
                    UserTypeKind::Domain { base, nullable: !row.flag(8)?, default, checks }
                }
                "c" => {
                    let attributes = attributes.remove(row.text(10)?).unwrap_or_default();
                    UserTypeKind::Composite { attributes }
                }
                _ => UserTypeKind::Other,
            };
            let name = ObjectName::new(row.text(1)?, row.text(2)?);
            self.catalog.types.insert(UserType { name, kind, comment: row.optional(4).map(str::to_owned) });
        }
        Ok(())
    }

    pub(super) fn sequences(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, "sequences")? {
            let owned_by = match optional_name(&row, 9)? {
                Some(table) => Some((table, Name::from(row.text(11)?))),
                None => None,
            };
            self.catalog.sequences.insert(Sequence {
                name: ObjectName::new(row.text(0)?, row.text(1)?),
                options: sequence_options(&row, 2, "bigint")?,
                owned_by,
                comment: row.optional(12).map(str::to_owned),
            });
        }
        Ok(())
    }
}
