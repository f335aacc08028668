//! What PostgreSQL makes of an expression before it prints it, undone: casts that it adds, constants that it
//! spells anew, `IN` that it turns into `= ANY` or into comparisons.
use super::{
    build::MOST_REPEATED,
    literal,
    parse::Parser,
    plain::write_name,
    tree::{Id, Kind, Result},
};

/// Types of which a cast of a number constant says nothing that the context would not.
const NUMBERS: &[&str] =
    &["smallint", "integer", "bigint", "numeric", "real", "double precision", "oid", "money"];

/// Types that PostgreSQL casts other numbers to when an operator has two kinds of them.
const WIDE_NUMBERS: &[&str] = &["numeric", "double precision"];

/// Types that PostgreSQL casts other strings to, because only `text` has the operators and functions.
const STRINGS: &[&str] = &["text", "character varying", "character"];

/// Functions that take any type, so that a cast of their argument is one that was written.
const ANY_TYPE: &[&str] = &[
    "concat",
    "concat_ws",
    "format",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "pg_typeof",
    "to_json",
    "to_jsonb",
    "quote_literal",
    "quote_nullable",
];

/// Functions whose arguments PostgreSQL brings to one type, as an operator does.
const ONE_TYPE: &[&str] = &["coalesce", "greatest", "least", "nullif"];

/// Functions that exist for `double precision` or `numeric` only.
const WIDE: &[&str] = &[
    "cbrt",
    "ceil",
    "ceiling",
    "cos",
    "degrees",
    "exp",
    "floor",
    "ln",
    "log",
    "pow",
    "power",
    "radians",
    "round",
    "sin",
    "sqrt",
    "tan",
    "to_timestamp",
    "trunc",
];

/// Functions that exist for points in time of one type, to which PostgreSQL casts dates.
const MOMENTS: &[&str] = &["age", "date_part", "date_trunc", "extract", "to_char", "timezone"];

/// Functions whose argument names a relation.
const SEQUENCES: &[&str] = &["nextval", "currval", "setval"];

impl Parser<'_> {
    /// A cast; one of a constant is left out where the context gives the type.
    pub(super) fn cast(&mut self, value: Id, to: &str) -> Result<Id> {
        if self.mysql {
            return self.tree.add(Kind::Cast, to, vec![value]);
        }
        let base = to.split('(').next().unwrap_or(to);
        match self.tree.kind(value) {
            Kind::Column
                if self.bases.iter().any(|(name, of)| *name == self.tree.text(value) && of == to) =>
            {
                Ok(value)
            }
            Kind::Text => self.cast_text(value, to, base),
            Kind::Number => {
                let fits = NUMBERS.contains(&to)
                    && !(matches!(to, "smallint" | "integer" | "bigint")
                        && self.tree.text(value).contains('.'));
                if fits { Ok(value) } else { self.tree.add(Kind::Cast, to, vec![value]) }
            }
            Kind::Word if self.tree.is(value, Kind::Word, "null") => Ok(value),
            Kind::Word if self.tree.is_literal(value) && to == "boolean" => Ok(value),
            Kind::Array if to.ends_with("[]") => {
                let items = self.tree.take_kids(value);
                if items.is_empty() {
                    return self.tree.add(Kind::Text, "{}", Vec::new());
                }
                let element = to.strip_suffix("[]").unwrap_or(to);
                let items = items
                    .into_iter()
                    .map(|item| match self.tree.kind(item) {
                        Kind::Array => self.cast(item, to),
                        _ => self.cast(item, element),
                    })
                    .collect::<Result<Vec<Id>>>()?;
                self.tree.add(Kind::Array, "", items)
            }
            Kind::Cast if self.tree.text(value) == to => Ok(value),
            // `json` has no such cast: the value is `jsonb` already.
            Kind::Cast
                if self.tree.text(value) == "jsonb" && (to == "boolean" || NUMBERS.contains(&base)) =>
            {
                let inner = self.tree.kids(value).first().copied().filter(|inner| {
                    self.tree.kind(*inner) == Kind::Chain && self.tree.text(*inner).ends_with("->")
                });
                self.tree.add(Kind::Cast, to, vec![inner.unwrap_or(value)])
            }
            _ => self.tree.add(Kind::Cast, to, vec![value]),
        }
    }

    fn cast_text(&mut self, value: Id, to: &str, base: &str) -> Result<Id> {
        let text = self.tree.text(value).to_owned();
        let new = match base {
            // Evaluated at the time of the cast, which is what was meant.
            _ if matches!(text.as_str(), "now" | "today" | "tomorrow" | "yesterday") => {
                return self.tree.add(Kind::Cast, to, vec![value]);
            }
            "boolean" => match text.trim().to_ascii_lowercase().as_str() {
                "t" | "true" | "yes" | "y" | "on" | "1" => return self.word("true"),
                "f" | "false" | "no" | "n" | "off" | "0" => return self.word("false"),
                _ => None,
            },
            _ if NUMBERS.contains(&to) => {
                let number = literal::number(text.trim());
                if literal::is_number(&number) {
                    return self.tree.add(Kind::Number, number, Vec::new());
                }
                None
            }
            "character varying" | "character" | "bit" | "bit varying" if base != to => {
                // Cuts what is longer.
                let most = to.split(['(', ')']).nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
                if text.chars().count() > most {
                    return self.tree.add(Kind::Cast, to, vec![value]);
                }
                None
            }
            "bytea" => Some(text.to_ascii_lowercase()),
            "regclass" | "regtype" | "regproc" | "regconfig" => Some(relation(&text)),
            _ if base.starts_with("interval") => {
                let unit = base.rsplit(' ').next().filter(|u| *u != "interval").unwrap_or("second");
                literal::interval(&text).or_else(|| {
                    literal::interval(&format!("{text} {unit}")).filter(|_| literal::is_number(&text))
                })
            }
            _ if base.starts_with("time") || base == "date" => match text.as_str() {
                "epoch" => Some("1970-01-01".to_owned()),
                _ => literal::moment(&text),
            },
            _ => None,
        };
        match new {
            Some(new) => self.tree.add(Kind::Text, new, Vec::new()),
            None => Ok(value),
        }
    }

    /// The value without a cast that PostgreSQL adds to bring a string to `text`.
    pub(super) fn without_text_cast(&self, value: Id) -> Id {
        self.without_cast(value, STRINGS)
    }

    /// An argument of a user's function without the cast to the parameter's type, which PostgreSQL shows whether or not
    /// it was written.
    pub(super) fn without_parameter_type(&self, value: Id) -> Id {
        let inner = match self.tree.kids(value) {
            &[inner] if self.tree.kind(value) == Kind::Cast => inner,
            _ => return value,
        };
        // One to a string without a length changes nothing, under whichever other it stands.
        self.without_cast(inner, &["text", "character varying"])
    }

    /// The whole-number type to which PostgreSQL brings all arguments: that of a cast, where an argument that is no
    /// constant goes without one.
    fn number_of_all(&self, arguments: &[Id]) -> Option<String> {
        let cast = |id: &Id| {
            (self.tree.kind(*id) == Kind::Cast)
                .then(|| self.tree.text(*id))
                .filter(|to| matches!(*to, "integer" | "bigint"))
        };
        let found = arguments.iter().find_map(cast)?;
        let bare = arguments.iter().any(|id| self.tree.kind(*id) != Kind::Cast && !self.tree.is_literal(*id));
        bare.then(|| found.to_owned())
    }

    fn without_cast(&self, value: Id, types: &[&str]) -> Id {
        match self.tree.kids(value) {
            &[inner] if self.tree.kind(value) == Kind::Cast && types.contains(&self.tree.text(value)) => {
                inner
            }
            _ => value,
        }
    }

    /// A constant compared with something of another type has that type: `'1'` is 1, `'t'` is true.
    fn coerce(&mut self, value: Id) -> Result<Id> {
        if self.tree.kind(value) != Kind::Text {
            return Ok(value);
        }
        let text = self.tree.text(value);
        if literal::is_number(text) {
            let number = text.to_owned();
            return self.tree.add(Kind::Number, number, Vec::new());
        }
        match text {
            "t" | "true" => self.word("true"),
            "f" | "false" => self.word("false"),
            "epoch" => self.tree.add(Kind::Text, "1970-01-01", Vec::new()),
            _ => Ok(value),
        }
    }

    /// An operand of a comparison without what PostgreSQL adds to it.
    fn operand_of_comparison(&mut self, value: Id, with: Id) -> Result<Id> {
        let value = self.without_text_cast(value);
        let value = self.without_cast(value, WIDE_NUMBERS);
        if self.tree.is_literal(with) { Ok(value) } else { self.coerce(value) }
    }

    pub(super) fn postgres_compare(&mut self, left: Id, operator: &str, right: Id) -> Result<Id> {
        let new_left = self.operand_of_comparison(left, right)?;
        let new_right = self.operand_of_comparison(right, left)?;
        self.tree.add(Kind::Compare, operator, vec![new_left, new_right])
    }

    /// Operands of an operator that is no comparison without what PostgreSQL adds to them.
    pub(super) fn chain_operands(&mut self, left: Id, operator: &str, right: Id) -> Result<(Id, Id)> {
        Ok(match operator {
            "+" | "-" | "*" | "%" => {
                (self.without_cast(left, WIDE_NUMBERS), self.without_cast(right, WIDE_NUMBERS))
            }
            "/" => self.quotient(left, right)?,
            "^" => (
                self.without_cast(left, &["double precision"]),
                self.without_cast(right, &["double precision"]),
            ),
            _ => (self.without_text_cast(left), self.without_text_cast(right)),
        })
    }

    /// Operands of a division, where a cast decides whether it is one of whole numbers: it is said once, at the left,
    /// unless a constant with a fraction says it already.
    fn quotient(&mut self, left: Id, right: Id) -> Result<(Id, Id)> {
        let decimal = |id: Id| self.tree.kind(id) == Kind::Number && self.tree.text(id).contains('.');
        let (bare_left, bare_right) =
            (self.without_cast(left, WIDE_NUMBERS), self.without_cast(right, WIDE_NUMBERS));
        if decimal(right) || decimal(left) {
            return Ok((bare_left, bare_right));
        }
        if bare_right == right || self.tree.is_literal(left) {
            return Ok((left, right));
        }
        if bare_left != left {
            return Ok((left, bare_right));
        }
        let to = self.tree.text(right).to_owned();
        Ok((self.tree.add(Kind::Cast, to, vec![left])?, bare_right))
    }

    /// `value IN (items)` of two items or more, as the server takes it apart: constants stay together, each of the
    /// others becomes a comparison.
    pub(super) fn postgres_in(&mut self, value: Id, items: Vec<Id>, not: bool) -> Result<Id> {
        let rows =
            items.iter().all(|i| self.tree.kind(*i) == Kind::Row) && self.tree.kind(value) == Kind::Row;
        let (apart, constant): (Vec<Id>, Vec<Id>) =
            items.iter().copied().partition(|i| rows || self.tree.mentions_column(*i));
        if apart.is_empty() || self.tree.size(value) > MOST_REPEATED {
            return self.members(value, items, not);
        }
        let mut all = match constant.as_slice() {
            [] => None,
            [one] => Some(self.compare(value, if not { "<>" } else { "=" }, *one)?),
            _ => Some(self.members(value, constant, not)?),
        };
        for item in apart {
            let one = self.compare(value, if not { "<>" } else { "=" }, item)?;
            all = Some(match all {
                Some(before) => self.join(if not { Kind::And } else { Kind::Or }, before, one)?,
                None => one,
            });
        }
        all.ok_or(super::tree::NotUnderstood)
    }

    /// `value = ANY (ARRAY[items])`.
    pub(super) fn members(&mut self, value: Id, items: Vec<Id>, not: bool) -> Result<Id> {
        let literal = items.iter().all(|i| self.tree.is_literal(*i));
        let mut kids = vec![self.without_cast(self.without_text_cast(value), WIDE_NUMBERS)];
        for item in items {
            let item = self.without_text_cast(item);
            kids.push(if literal && !self.tree.is_literal(value) { self.coerce(item)? } else { item });
        }
        self.tree.add(if not { Kind::NotIn } else { Kind::In }, "", kids)
    }

    /// A call of a function without a schema, or of one in `pg_catalog`.
    pub(super) fn call(&mut self, name: &str, arguments: Vec<Id>) -> Result<Id> {
        if self.mysql {
            return self.mysql_call(name, arguments);
        }
        let mut kids = Vec::with_capacity(arguments.len());
        let known = super::builtin_function(name, self.source.target).is_some();
        let number = if ONE_TYPE.contains(&name) { self.number_of_all(&arguments) } else { None };
        for mut kid in arguments {
            if !known {
                kid = self.without_parameter_type(kid);
            }
            if let Some(number) = &number {
                kid = self.without_cast(kid, &[number]);
            }
            if !ANY_TYPE.contains(&name) {
                kid = self.without_text_cast(kid);
            }
            if WIDE.contains(&name) || ONE_TYPE.contains(&name) {
                kid = self.without_cast(kid, WIDE_NUMBERS);
            }
            if ONE_TYPE.contains(&name) {
                kid = self.coerce(kid)?;
            }
            if MOMENTS.contains(&name) {
                kid = self.without_cast(kid, &["timestamp with time zone", "timestamp without time zone"]);
            }
            if SEQUENCES.contains(&name) && self.tree.kind(kid) == Kind::Text {
                let relation = relation(self.tree.text(kid));
                kid = self.tree.add(Kind::Text, relation, Vec::new())?;
            }
            kids.push(kid);
        }
        let mut written = String::new();
        write_name(&mut written, name, self.source.target);
        self.tree.add(Kind::Call, written, kids)
    }
}

/// The name of a relation in a string, without the schema that needs no mention.
fn relation(text: &str) -> String {
    text.strip_prefix("public.").or_else(|| text.strip_prefix("pg_catalog.")).unwrap_or(text).to_owned()
}
