//! The schema of a live PostgreSQL server, versions 12 to 18.
mod constraint;
mod objects;
mod queries;
mod routine;
mod table;

use std::collections::BTreeMap;

use crate::{
    catalog::{Catalog, DataType, Name, ObjectName, SequenceOptions},
    dialect::introspect::{Fields, Rows},
    error::Error,
    target::{Dialect, ServerVersion, Target},
};

pub use queries::queries;

/// Builds the catalog from the rows of [`queries`] for the same `version`.
///
/// Names come with their schema. `Catalog::uncertain` names what the server has and the model has no place for, such
/// as foreign tables. An error means that rows of another version or of another program were given.
pub fn decode(version: ServerVersion, rows: &Rows) -> Result<Catalog, Error> {
    let target = Target::new(Dialect::Postgres).with_version(version);
    let mut reader = Reader { catalog: Catalog::new(Dialect::Postgres, version), target, rows };
    reader.catalog.schemas = crate::catalog::Shelf::default();
    reader.schemas()?;
    reader.extensions()?;
    reader.types()?;
    reader.sequences()?;
    reader.relations()?;
    reader.routines()?;
    super::domains::settle(&mut reader.catalog, &reader.target);
    Ok(reader.catalog)
}

/// What decoding has and makes.
struct Reader<'a> {
    catalog: Catalog,
    target: Target,
    rows: &'a Rows,
}

/// A type from the three columns that queries give of one: schema of a user-defined type, name, text.
fn data_type(row: &Fields<'_>, place: usize) -> Result<DataType, Error> {
    let text = row.text(place + 2)?.to_owned();
    let custom = match row.optional(place) {
        Some(schema) => Some(ObjectName::new(schema, row.text(place + 1)?)),
        None => None,
    };
    Ok(DataType { text: text.into(), custom })
}

/// A name from its schema and itself, `None` when the first is NULL.
fn optional_name(row: &Fields<'_>, place: usize) -> Result<Option<ObjectName>, Error> {
    row.optional(place).map(|schema| Ok(ObjectName::new(schema, row.text(place + 1)?))).transpose()
}

/// A JSON array of texts, empty for NULL.
fn list(row: &Fields<'_>, place: usize) -> Result<Vec<String>, Error> {
    let Some(text) = row.optional(place) else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|_| row.wrong(place, "a list of texts"))
}

/// A JSON array of names, empty for NULL.
fn names(row: &Fields<'_>, place: usize) -> Result<Vec<Name>, Error> {
    Ok(list(row, place)?.into_iter().map(Name::from).collect())
}

/// `name=value` texts of `reloptions` and the like, each name behind `prefix`.
fn options(row: &Fields<'_>, place: usize, prefix: &str) -> Result<BTreeMap<String, String>, Error> {
    let pair = |option: String| {
        let (name, value) = option.split_once('=').unwrap_or((&option, "true"));
        (format!("{prefix}{name}"), value.to_owned())
    };
    Ok(list(row, place)?.into_iter().map(pair).collect())
}

/// The seven columns of a sequence; `implied` is the type that need not be said.
fn sequence_options(row: &Fields<'_>, place: usize, implied: &str) -> Result<SequenceOptions, Error> {
    let data_type = row.text(place)?;
    let largest = match data_type {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let number = |offset: usize| row.number::<i64>(place + offset);
    let (start, increment, minimum, maximum, cache) =
        (number(1)?, number(2)?, number(3)?, number(4)?, number(5)?);
    let ascending = increment > 0;
    let (usual_minimum, usual_maximum) = if ascending { (1, largest) } else { (-largest - 1, -1) };
    let first = if ascending { minimum } else { maximum };
    let unless = |value: i64, usual: i64| (value != usual).then_some(value);
    Ok(SequenceOptions {
        data_type: (data_type != implied).then(|| data_type.to_owned()),
        start: unless(start, first),
        increment: unless(increment, 1),
        minimum: unless(minimum, usual_minimum),
        maximum: unless(maximum, usual_maximum),
        cache: unless(cache, 1),
        cycle: row.flag(place + 6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn rows(of: &[(&str, &[&[Option<&str>]])]) -> Rows {
        let mut rows: Rows =
            queries(ServerVersion::new(17, 0, 0)).iter().map(|q| (q.name.to_owned(), Vec::new())).collect();
        for (query, given) in of {
            let given =
                given.iter().map(|row| row.iter().map(|text| text.map(str::to_owned)).collect()).collect();
            rows.insert((*query).to_owned(), given);
        }
        rows
    }

    #[test]
    fn rows_of_another_program_are_an_error() {
        let version = ServerVersion::new(17, 0, 0);
        assert_eq!(decode(version, &Rows::new()).unwrap_err().kind(), ErrorKind::InvalidInput);
        let short: &[&[Option<&str>]] = &[&[Some("1")]];
        for query in ["types", "sequences", "relations", "routines"] {
            let error = decode(version, &rows(&[(query, short)])).unwrap_err();
            assert!(error.message().contains(&format!("`{query}`")), "{error}");
        }
    }

    #[test]
    fn what_is_usual_for_a_sequence_is_not_an_option() {
        let usual: &[&[Option<&str>]] = &[&[
            Some("public"),
            Some("s"),
            Some("integer"),
            Some("1"),
            Some("1"),
            Some("1"),
            Some("2147483647"),
            Some("1"),
            Some("false"),
            None,
            None,
            None,
            None,
        ]];
        let catalog = decode(ServerVersion::new(17, 0, 0), &rows(&[("sequences", usual)])).unwrap();
        let sequence = catalog.sequences.iter().next().unwrap();
        assert_eq!(
            sequence.options,
            SequenceOptions { data_type: Some("integer".into()), ..SequenceOptions::default() }
        );
    }
}
