//! Types and domains.
use crate::{
    catalog::{Name, UserTypeKind},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
        postgres::types,
    },
    operation::{DomainAction, EnumPlace, Operation, TypeAction},
    text::TokenKind,
};

use super::{alter, common, scan};

/// Behind `CREATE TYPE`.
pub(super) fn create(c: &mut Cursor<'_>) -> Read<Operation> {
    let name = c.object_name_of("a type name")?;
    let kind = if c.is_end() {
        UserTypeKind::Other
    } else if c.at_paren() {
        c.skip_parens()?;
        UserTypeKind::Other
    } else {
        c.expect("as")?;
        if c.accept("enum") {
            let (mut inner, _) = c.parenthesised()?;
            let labels = if inner.is_end() { Vec::new() } else { inner.list(Cursor::string)? };
            if !inner.is_end() {
                return Err(inner.unexpected("`,` or `)`"));
            }
            UserTypeKind::Enum { labels }
        } else if c.accept("range") {
            c.skip_parens()?;
            UserTypeKind::Other
        } else {
            let (mut inner, _) = c.parenthesised()?;
            let attributes = if inner.is_end() { Vec::new() } else { inner.list(attribute)? };
            if !inner.is_end() {
                return Err(inner.unexpected("`,` or `)`"));
            }
            UserTypeKind::Composite { attributes }
        }
    };
    c.expect_end()?;
    Ok(Operation::CreateType { name, kind })
}

fn attribute(c: &mut Cursor<'_>) -> Read<(Name, crate::catalog::DataType)> {
    let name = c.name_of("an attribute name")?;
    let data_type = types::read(c)?;
    if c.accept("collate") {
        scan::qualified(c)?;
    }
    Ok((name, data_type))
}

/// Behind `CREATE DOMAIN`.
pub(super) fn create_domain(c: &mut Cursor<'_>) -> Read<Operation> {
    let name = c.object_name_of("a domain name")?;
    c.accept("as");
    let base = types::read(c)?;
    let (mut nullable, mut default, mut checks) = (true, None, Vec::new());
    while !c.is_end() {
        if c.accept("collate") {
            scan::qualified(c)?;
            continue;
        }
        let constraint =
            if c.accept("constraint") { c.name_of("a constraint name")? } else { Name::default() };
        // Other constraints pass the grammar and are refused later, for reasons that are not ours to give.
        let others =
            ["references", "unique", "primary", "generated", "no", "deferrable", "initially", "enforced"];
        if c.at_any(&others) || c.at_words(&["not", "enforced"]) || c.at_words(&["not", "deferrable"]) {
            return Err(Stop::Opaque);
        }
        match c.expect_any(&["not", "null", "default", "check"])? {
            "not" => {
                c.expect("null")?;
                nullable = false;
            }
            "null" => {}
            "default" => {
                let from = c.position();
                scan::skip(c, scan::Grammar::Restricted)?;
                default = expression::read_default(c.source_from(from), &base, c.target());
            }
            _ => {
                checks.push((constraint, scan::read_parenthesised(c)?));
                c.accept_words(&["not", "valid"]);
            }
        }
    }
    Ok(Operation::CreateType { name, kind: UserTypeKind::Domain { base, nullable, default, checks } })
}

/// Behind `ALTER TYPE` and `ALTER DOMAIN`.
pub(super) fn alter(c: &mut Cursor<'_>, domain: bool) -> Read<Operation> {
    let name = c.object_name_of("a type name")?;
    let start = c.position();
    if c.at_words(&["owner", "to"]) {
        return Ok(alter::owner(c, if domain { "ALTER DOMAIN" } else { "ALTER TYPE" }, name));
    }
    let action = if c.accept_words(&["rename", "to"]) {
        TypeAction::Rename { to: c.name_of("a type name")? }
    } else if c.accept_words(&["set", "schema"]) {
        TypeAction::SetSchema { schema: c.name_of("a schema name")? }
    } else if !domain && c.accept_words(&["add", "value"]) {
        add_value(c)?
    } else if !domain && c.accept_words(&["rename", "value"]) {
        let from = c.string()?;
        c.expect("to")?;
        TypeAction::RenameValue { from, to: c.string()? }
    } else if let Some(action) = if domain { domain_action(c)? } else { None } {
        TypeAction::Domain(action)
    } else {
        if domain {
            domain_change(c)?;
        } else {
            attribute_change(c)?;
        }
        c.skip_all();
        let words = c.slice_from(start);
        let words = words.rest().iter().take_while(|t| t.kind == TokenKind::Word).take(2);
        let verb: Vec<String> = words.map(|t| c.text_of(*t).to_ascii_uppercase()).collect();
        TypeAction::Opaque { verb: verb.join(" ") }
    };
    c.expect_end()?;
    Ok(Operation::AlterType { name, action })
}

/// A change of a composite type, or of a base type's properties.
fn attribute_change(c: &mut Cursor<'_>) -> Read<()> {
    match c.expect_any(&["add", "alter", "drop", "rename", "set"])? {
        "set" if c.at_paren() => Ok(()),
        "set" => Err(c.expected_words(&["schema"])),
        "add" | "rename" => c.expect_any(&["attribute", "value", "to"]).map(drop),
        _ => c.expect("attribute"),
    }
}

/// A change of a domain that the catalog holds.
fn domain_action(c: &mut Cursor<'_>) -> Read<Option<DomainAction>> {
    const NAME: &str = "a constraint name";
    let start = *c;
    if c.accept("add") {
        let name = if c.accept("constraint") { Some(c.name_of(NAME)?) } else { None };
        if c.accept("check") {
            let check = scan::read_parenthesised(c)?;
            let not_valid = c.accept_words(&["not", "valid"]);
            return Ok(Some(DomainAction::AddCheck { name, check, not_valid }));
        }
    } else if c.accept_words(&["drop", "constraint"]) {
        let if_exists = common::if_exists(c)?;
        let name = c.name_of(NAME)?;
        // Nothing hangs on the constraint of a domain.
        common::cascade(c);
        return Ok(Some(DomainAction::DropConstraint { name, if_exists }));
    } else if c.accept_words(&["rename", "constraint"]) {
        let from = c.name_of(NAME)?;
        c.expect("to")?;
        return Ok(Some(DomainAction::RenameConstraint { from, to: c.name_of(NAME)? }));
    } else if c.accept_words(&["validate", "constraint"]) {
        return Ok(Some(DomainAction::Validate { name: c.name_of(NAME)? }));
    } else if c.accept_words(&["set", "not", "null"]) {
        return Ok(Some(DomainAction::Nullable { nullable: false }));
    } else if c.accept_words(&["drop", "not", "null"]) {
        return Ok(Some(DomainAction::Nullable { nullable: true }));
    } else if c.accept_words(&["drop", "default"]) {
        return Ok(Some(DomainAction::Default { default: None }));
    } else if c.accept_words(&["set", "default"]) {
        let from = c.position();
        scan::skip(c, scan::Grammar::Full)?;
        let default = Some(expression::read(c.source_from(from), c.target()));
        return Ok(Some(DomainAction::Default { default }));
    }
    *c = start;
    Ok(None)
}

fn domain_change(c: &mut Cursor<'_>) -> Read<()> {
    match c.expect_any(&["add", "drop", "rename", "set", "validate"])? {
        "add" => c.expect_any(&["constraint", "check", "not"]).map(drop),
        "drop" | "set" => c.expect_any(&["default", "not", "constraint"]).map(drop),
        _ => c.expect("constraint"),
    }
}

fn add_value(c: &mut Cursor<'_>) -> Read<TypeAction> {
    let if_not_exists = common::if_not_exists(c)?;
    let label = c.string()?;
    let place = match c.accept_any(&["before", "after"]) {
        Some("before") => Some(EnumPlace::Before),
        Some(_) => Some(EnumPlace::After),
        None => None,
    };
    let neighbour = match place {
        Some(place) => Some((place, c.string()?)),
        None => None,
    };
    Ok(TypeAction::AddValue { label, neighbour, if_not_exists })
}

/// Behind `CREATE SCHEMA`.
pub(super) fn create_schema(c: &mut Cursor<'_>) -> Read<Operation> {
    let if_not_exists = common::if_not_exists(c)?;
    let mut name = Name::default();
    if !c.at("authorization") {
        name = c.name_of("a schema name")?;
    }
    if c.accept("authorization") {
        let role = c.position();
        alter::role(c)?;
        if name.is_empty() {
            name = match c.slice_from(role).peek() {
                Some(token) if !c.is_reserved_word(token) => c.name_value(token),
                // The schema is named after whoever runs the statement.
                _ => return Err(Stop::Opaque),
            };
        }
    }
    if !c.is_end() {
        // Objects of the schema may follow; they are not read.
        if c.at_any(&["create", "grant"]) {
            return Err(Stop::Opaque);
        }
        return Err(c.unexpected("the end of the statement"));
    }
    Ok(Operation::CreateSchema { name, if_not_exists })
}

/// Behind `CREATE EXTENSION`.
pub(super) fn create_extension(c: &mut Cursor<'_>) -> Read<Operation> {
    let if_not_exists = common::if_not_exists(c)?;
    let name = c.name_of("an extension name")?;
    c.accept("with");
    let mut schema = None;
    while let Some(word) = c.accept_any(&["schema", "version", "cascade", "from"]) {
        match word {
            "schema" => schema = Some(c.name_of("a schema name")?),
            "cascade" => {}
            _ => {
                if !c.accept_kind(TokenKind::String) {
                    c.name_of("a version")?;
                }
            }
        }
    }
    c.expect_end()?;
    Ok(Operation::CreateExtension { name, schema, if_not_exists })
}
