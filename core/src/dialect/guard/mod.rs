//! Conditions and values in procedural code, as terms that can be answered by the catalog.
//!
//! What is not read becomes [`Term::Unknown`] with its text: a condition is never guessed.
mod functions;
mod query;
mod rows;
mod sources;
mod values;

use crate::{
    dialect::cursor::Cursor,
    operation::{Comparison, Function, Kind, Listing, Lookup, Term},
    text::TokenKind,
};
use query::Scope;

pub(crate) use rows::{invoked, rows};
pub(crate) use values::kind;

/// How names in terms are found.
pub(crate) struct Names<'n> {
    /// The variable that a name in lower case stands for; `record.column` is asked for in one piece.
    pub(crate) variable: &'n dyn Fn(&str) -> Option<String>,
}

/// That a term cannot be read.
struct Unreadable;

type Read<T> = Result<T, Unreadable>;

/// Reads all that is left as one term.
pub(crate) fn term(c: &Cursor<'_>, names: &Names<'_>) -> Term {
    let text = || Term::Unknown(c.source(c.rest_span()).to_owned());
    let mut reader = Reader { c: *c, names, scope: None, counts: None, blind: false, depth: 0 };
    match reader.or() {
        Ok(term) if reader.c.is_end() => term,
        _ => text(),
    }
}

/// Reads all that is left as a query: the value that it selects, and whether it finds a row.
pub(crate) fn selected(c: &Cursor<'_>, names: &Names<'_>) -> (Term, Term) {
    let reader = Reader { c: *c, names, scope: None, counts: None, blind: false, depth: 0 };
    let text = c.source(c.rest_span());
    match query::read(&reader, c) {
        Ok(query) => (query.value, query.exists),
        Err(Unreadable) => (Term::Unknown(text.to_owned()), Term::Unknown(format!("SELECT EXISTS ({text})"))),
    }
}

/// A term being read.
struct Reader<'a, 'n> {
    c: Cursor<'a>,
    names: &'n Names<'n>,
    /// Inside of a query: its relations.
    scope: Option<&'n Scope>,
    /// Inside of a query's list: what `count(*)` counts.
    counts: Option<&'n Lookup>,
    /// Inside of the list of a query that is not understood: what depends on its rows is not known.
    blind: bool,
    depth: usize,
}

impl<'a, 'n> Reader<'a, 'n> {
    fn mysql(&self) -> bool {
        self.c.target().dialect.is_mysql_family()
    }

    /// A reader of another part, one level deeper.
    fn inner<'b>(&'b self, c: Cursor<'a>) -> Reader<'a, 'b> {
        Reader {
            c,
            names: self.names,
            scope: self.scope,
            counts: self.counts,
            blind: self.blind,
            depth: self.depth + 1,
        }
    }

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        // Each level of the text is several of the grammar.
        if self.depth > Term::DEEPEST / 2 { Err(Unreadable) } else { Ok(()) }
    }

    fn list(
        &mut self,
        word: &str,
        operator: &str,
        one: impl Fn(&mut Self) -> Read<Term>,
        all: fn(Vec<Term>) -> Term,
    ) -> Read<Term> {
        let mut terms = vec![one(self)?];
        while self.c.accept(word) || self.mysql() && self.c.accept_operator(operator) {
            terms.push(one(self)?);
        }
        Ok(if let [only] = terms.as_mut_slice() { std::mem::replace(only, Term::Null) } else { all(terms) })
    }

    fn or(&mut self) -> Read<Term> {
        self.deeper()?;
        let term = self.list("or", "||", Self::and, Term::Or);
        self.depth -= 1;
        term
    }

    fn and(&mut self) -> Read<Term> {
        self.list("and", "&&", Self::not, Term::And)
    }

    fn not(&mut self) -> Read<Term> {
        let mut negated = false;
        while self.c.accept("not") || self.mysql() && self.c.accept_operator("!") {
            negated = !negated;
        }
        let term = self.comparison()?;
        Ok(if negated { Term::Not(Box::new(term)) } else { term })
    }

    fn comparison(&mut self) -> Read<Term> {
        let mut left = self.sum()?;
        loop {
            const OPERATORS: &[(&str, Comparison)] = &[
                ("=", Comparison::Equal),
                ("<>", Comparison::NotEqual),
                ("!=", Comparison::NotEqual),
                ("<", Comparison::Less),
                ("<=", Comparison::LessOrEqual),
                (">", Comparison::Greater),
                (">=", Comparison::GreaterOrEqual),
            ];
            let found = OPERATORS.iter().find(|(text, _)| self.c.accept_operator(text));
            if let Some((_, how)) = found {
                if self.c.at_any(&["any", "all", "some"]) {
                    left = self.any(&left, *how)?;
                    continue;
                }
                let right = self.sum()?;
                left = Term::Compare(*how, Box::new(left), Box::new(right));
                continue;
            }
            const PATTERNS: &[(&str, Function, bool)] = &[
                ("~", Function::Matches, true),
                ("!~", Function::Matches, false),
                ("~*", Function::MatchesAnyCase, true),
                ("!~*", Function::MatchesAnyCase, false),
            ];
            let found = PATTERNS.iter().find(|(text, ..)| !self.mysql() && self.c.at_operator(text));
            if let Some((_, function, holds)) = found {
                self.c.skip(1);
                let term = Term::Call(*function, vec![left, self.sum()?]);
                left = if *holds { term } else { Term::Not(Box::new(term)) };
                continue;
            }
            if self.c.accept("is") {
                let not = self.c.accept("not");
                let term = if self.c.accept("null") {
                    Term::IsNull(Box::new(left))
                } else if self.c.accept("true") {
                    Term::Coalesce(vec![left, Term::Bool(false)])
                } else if self.c.accept("false") {
                    Term::Not(Box::new(Term::Coalesce(vec![left, Term::Bool(true)])))
                } else {
                    return Err(Unreadable);
                };
                left = if not { Term::Not(Box::new(term)) } else { term };
                continue;
            }
            let not = self.c.at("not")
                && self.c.peek_at(1).is_some_and(|t| t.is_any_word(self.c.script_text(), &["in", "like"]));
            if not {
                self.c.skip(1);
            }
            let term = if self.c.accept("in") {
                self.members(&left)?
            } else if self.c.accept("like") {
                let pattern = self.sum()?;
                if self.c.at("escape") {
                    return Err(Unreadable);
                }
                Term::Compare(Comparison::Like, Box::new(left), Box::new(pattern))
            } else {
                return Ok(left);
            };
            left = if not { Term::Not(Box::new(term)) } else { term };
        }
    }

    /// `= ANY (ARRAY[…])`
    fn any(&mut self, left: &Term, how: Comparison) -> Read<Term> {
        if how != Comparison::Equal || self.c.accept_any(&["any", "some"]).is_none() {
            return Err(Unreadable);
        }
        let (inner, _) = self.c.parenthesised().map_err(|_| Unreadable)?;
        if inner.at_any(&["select", "with", "values", "table"]) {
            return Err(Unreadable);
        }
        let mut reader = self.inner(inner);
        reader.deeper()?;
        let mut array = reader.sum()?;
        if !reader.c.is_end() {
            return Err(Unreadable);
        }
        if let Term::Cast(members, _) = &array
            && let Term::Array(_) = &**members
        {
            array = (**members).clone();
        }
        match array {
            Term::Array(members) => {
                let same = |m| Term::Compare(Comparison::Equal, Box::new(left.clone()), Box::new(m));
                Ok(Term::Or(members.into_iter().map(same).collect()))
            }
            array => Ok(Term::Call(Function::IsMember, vec![left.clone(), array])),
        }
    }

    fn members(&mut self, left: &Term) -> Read<Term> {
        let (mut inner, _) = self.c.parenthesised().map_err(|_| Unreadable)?;
        if inner.at_any(&["select", "with", "values", "table"]) {
            return Err(Unreadable);
        }
        let mut terms = Vec::new();
        for part in inner.split_commas() {
            let member = self.part(part)?;
            terms.push(Term::Compare(Comparison::Equal, Box::new(left.clone()), Box::new(member)));
        }
        Ok(Term::Or(terms))
    }

    /// All of a part as one term.
    fn part(&self, part: Cursor<'a>) -> Read<Term> {
        let mut reader = self.inner(part);
        let term = reader.or()?;
        if reader.c.is_end() { Ok(term) } else { Err(Unreadable) }
    }

    /// Strings joined by PostgreSQL's `||`.
    fn sum(&mut self) -> Read<Term> {
        let first = self.additive()?;
        if self.mysql() || !self.c.at_operator("||") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.c.accept_operator("||") {
            parts.push(self.additive()?);
        }
        Ok(Term::Concat(parts))
    }

    fn additive(&mut self) -> Read<Term> {
        const OPERATORS: &[(&str, Function)] = &[("+", Function::Add), ("-", Function::Subtract)];
        self.computed(OPERATORS, Self::multiplicative)
    }

    fn multiplicative(&mut self) -> Read<Term> {
        const OPERATORS: &[(&str, Function)] =
            &[("*", Function::Multiply), ("/", Function::Divide), ("%", Function::Modulo)];
        // The MySQL family divides into decimals.
        let operators = if self.mysql() { &OPERATORS[..1] } else { OPERATORS };
        self.computed(operators, Self::primary)
    }

    /// Operands of one rank, the left ones first. Their chains are short: each operator is a level of the term.
    fn computed(
        &mut self,
        operators: &[(&str, Function)],
        operand: impl Fn(&mut Self) -> Read<Term>,
    ) -> Read<Term> {
        let mut left = operand(self)?;
        let before = self.depth;
        while let Some((_, function)) = operators.iter().find(|(text, _)| self.c.at_operator(text)) {
            self.c.skip(1);
            self.deeper()?;
            left = Term::Call(*function, vec![left, operand(self)?]);
        }
        self.depth = before;
        Ok(left)
    }

    fn primary(&mut self) -> Read<Term> {
        let mut term = self.atom()?;
        loop {
            if self.c.at_operator("::") {
                term = self.cast(term)?;
            } else if self.c.at("collate") {
                self.c.skip(1);
                self.c.any_name("a collation").map_err(|_| Unreadable)?;
            } else {
                return Ok(term);
            }
        }
    }

    /// `::type`
    fn cast(&mut self, term: Term) -> Read<Term> {
        if !self.c.accept_operator("::") {
            return Err(Unreadable);
        }
        self.cast_to(term)
    }

    /// Behind `::`, and behind `AS` in `CAST`.
    fn cast_to(&mut self, term: Term) -> Read<Term> {
        let mut ahead = self.c;
        let mut name = ahead.any_name("a type").map_err(|_| Unreadable)?;
        if name == "pg_catalog" || name == "information_schema" {
            ahead.accept_kind(TokenKind::Dot);
            name = ahead.any_name("a type").map_err(|_| Unreadable)?;
        }
        if ahead.at_paren() {
            ahead.skip_parens().map_err(|_| Unreadable)?;
        }
        if !ahead.at_kind(TokenKind::LeftBracket)
            && !ahead.at_any(&["varying", "precision", "with", "without"])
            && let Some(convert) = conversion(&name)
        {
            self.c = ahead;
            return Ok(convert(term));
        }
        match values::kind(&mut self.c) {
            Some(Kind::Other) | None => Err(Unreadable),
            Some(kind) => Ok(Term::Cast(Box::new(term), kind)),
        }
    }

    fn atom(&mut self) -> Read<Term> {
        let Some(token) = self.c.peek() else { return Err(Unreadable) };
        let text = self.c.script_text();
        match token.kind {
            TokenKind::LeftParen => {
                self.deeper()?;
                let (inner, _) = self.c.parenthesised().map_err(|_| Unreadable)?;
                let term = if inner.at_any(&["select", "with"]) {
                    match query::read(self, &inner) {
                        Ok(query) => query.value,
                        Err(Unreadable) => Term::Unknown(inner.source(inner.rest_span()).to_owned()),
                    }
                } else {
                    self.part(inner)?
                };
                self.depth -= 1;
                Ok(term)
            }
            TokenKind::String => {
                let mut value = String::new();
                // In the MySQL family neighbours are one string.
                while let Some(part) = self.c.peek().filter(|t| t.kind == TokenKind::String) {
                    value.push_str(&part.string_value(text, self.c.target()));
                    self.c.skip(1);
                    if !self.mysql() {
                        break;
                    }
                }
                Ok(Term::Text(value))
            }
            TokenKind::Number => {
                self.c.skip(1);
                self.c.text_of(token).parse().map(Term::Integer).map_err(|_| Unreadable)
            }
            TokenKind::Variable => {
                let name = self.c.text_of(token).replace('`', "").to_lowercase();
                self.c.skip(1);
                if name.starts_with("@@") { Err(Unreadable) } else { Ok(Term::Variable(name)) }
            }
            TokenKind::Operator if token.is_operator(text, "-") => {
                self.c.skip(1);
                self.deeper()?;
                let term = match self.atom()? {
                    Term::Integer(n) => Term::Integer(n.saturating_neg()),
                    term => Term::Call(Function::Subtract, vec![Term::Integer(0), term]),
                };
                self.depth -= 1;
                Ok(term)
            }
            TokenKind::Parameter => {
                self.c.skip(1);
                let name = (self.names.variable)(self.c.text_of(token)).ok_or(Unreadable)?;
                self.subscripts(Term::Variable(name))
            }
            TokenKind::Word | TokenKind::QuotedName => self.word(),
            _ => Err(Unreadable),
        }
    }

    fn word(&mut self) -> Read<Term> {
        if self.c.accept("null") {
            return Ok(Term::Null);
        }
        if let Some(word) = self.c.accept_any(&["true", "false"]) {
            return Ok(Term::Bool(word == "true"));
        }
        if self.c.at("exists") && self.c.kind_at(1, TokenKind::LeftParen) {
            self.deeper()?;
            self.c.skip(1);
            let (inner, span) = self.c.parenthesised().map_err(|_| Unreadable)?;
            self.depth -= 1;
            return Ok(match query::read(self, &inner) {
                Ok(query) => query.exists,
                Err(Unreadable) => Term::Unknown(format!("SELECT EXISTS {}", self.c.source(span))),
            });
        }
        if self.c.accept("case") {
            return self.case();
        }
        // A string's character set.
        if self.mysql()
            && self.c.kind_at(1, TokenKind::String)
            && self.c.peek().is_some_and(|t| self.c.text_of(t).starts_with('_'))
        {
            self.c.skip(1);
            return self.atom();
        }
        if self.c.at("current_schema") && !self.c.kind_at(1, TokenKind::LeftParen) {
            self.c.skip(1);
            return Ok(Term::CurrentSchema);
        }
        if !self.mysql()
            && let Some(term) = values::special(self)?
        {
            return Ok(term);
        }
        self.c.accept_words(&["pg_catalog"]);
        if self.c.previous().is_some_and(|t| t.is_word(self.c.script_text(), "pg_catalog")) {
            self.c.accept_kind(TokenKind::Dot);
        }
        if self.c.kind_at(1, TokenKind::LeftParen) {
            return self.call();
        }
        let mut path = vec![self.name()?];
        while self.c.at_kind(TokenKind::Dot) {
            self.c.skip(1);
            path.push(self.name()?);
        }
        let joined = path.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>().join(".");
        let variable = if path.len() < 3 { (self.names.variable)(&joined) } else { None };
        let column = self.scope.and_then(|scope| scope.property(&path));
        let term = match (variable, column) {
            (Some(variable), None | Some((_, false))) => Term::Variable(variable),
            // Only the MySQL family prefers variables to columns.
            (Some(variable), Some((_, true))) if self.mysql() => Term::Variable(variable),
            (None, Some((property, _))) => Term::Property(property),
            (None, None) if self.blind => Term::Unknown(path.join(".")),
            _ => return Err(Unreadable),
        };
        self.subscripts(term)
    }

    /// `[1]`
    fn subscripts(&mut self, mut term: Term) -> Read<Term> {
        while self.c.accept_kind(TokenKind::LeftBracket) {
            self.deeper()?;
            let index = self.sum()?;
            self.depth -= 1;
            if !self.c.accept_kind(TokenKind::RightBracket) {
                return Err(Unreadable);
            }
            term = Term::Call(Function::Element, vec![term, index]);
        }
        Ok(term)
    }

    fn name(&mut self) -> Read<String> {
        self.c.any_name("a name").map(|n| n.to_string()).map_err(|_| Unreadable)
    }

    /// Behind `CASE`.
    fn case(&mut self) -> Read<Term> {
        self.deeper()?;
        let mut arms: Vec<(Term, Term)> = Vec::new();
        let operand = if self.c.at("when") { None } else { Some(self.or()?) };
        while self.c.accept("when") {
            let condition = self.or()?;
            if !self.c.accept("then") || arms.len() > 8 {
                return Err(Unreadable);
            }
            let condition = match &operand {
                Some(operand) => {
                    Term::Compare(Comparison::Equal, Box::new(operand.clone()), Box::new(condition))
                }
                None => condition,
            };
            arms.push((condition, self.or()?));
        }
        let otherwise = if self.c.accept("else") { self.or()? } else { Term::Null };
        if !self.c.accept("end") || arms.is_empty() {
            return Err(Unreadable);
        }
        self.depth -= 1;
        let wrap =
            |rest: Term, (condition, value): (Term, Term)| Term::If(Box::new([condition, value, rest]));
        Ok(arms.into_iter().rev().fold(otherwise, wrap))
    }

    /// A call; what is not known is stepped over.
    fn call(&mut self) -> Read<Term> {
        let start = self.c.position();
        let name = self.name()?.to_lowercase();
        let (mut inner, _) = self.c.parenthesised().map_err(|_| Unreadable)?;
        let unknown = Term::Unknown(self.c.source_from(start).to_owned());
        if name == "count" {
            return match self.counts {
                Some(lookup) if !inner.at("distinct") => Ok(Term::Count(Box::new(lookup.clone()))),
                _ if self.blind => Ok(unknown),
                _ => Err(Unreadable),
            };
        }
        if name == "cast" {
            let mut reader = self.inner(inner);
            let term = reader.or()?;
            if !reader.c.accept("as") {
                return Err(Unreadable);
            }
            return if self.mysql() { Ok(term) } else { reader.cast_to(term) };
        }
        if !self.mysql()
            && let Some(term) = values::spoken(self, &name, inner)?
        {
            return Ok(term);
        }
        let arguments: Vec<Cursor<'a>> = inner.split_commas();
        let terms: Option<Vec<Term>> =
            if arguments.len() > 32 { None } else { arguments.iter().map(|a| self.part(*a).ok()).collect() };
        let Some(mut terms) = terms else { return Ok(unknown) };
        let mysql = self.mysql();
        Ok(match (name.as_str(), terms.as_mut_slice()) {
            ("database" | "schema", []) if mysql => Term::Database,
            ("current_schema", []) if !mysql => Term::CurrentSchema,
            ("if", [condition, yes, no]) if mysql => {
                Term::If(Box::new([take(condition), take(yes), take(no)]))
            }
            ("ifnull", [_, _]) if mysql => Term::Coalesce(terms),
            ("coalesce", [_, ..]) => Term::Coalesce(terms),
            ("concat", [_, ..]) if mysql => Term::Concat(terms),
            ("lower" | "lcase", [one]) => Term::Lower(Box::new(std::mem::replace(one, Term::Null))),
            ("to_regclass", [one]) if !mysql => named(Listing::Relations, one, true),
            ("to_regnamespace", [one]) if !mysql => named(Listing::Schemas, one, true),
            ("to_regtype", [one]) if !mysql => named(Listing::Types, one, true),
            ("text", [one]) if !mysql => std::mem::replace(one, Term::Null),
            (name, terms) => match functions::function(name, terms.len(), mysql) {
                Some(function) => Term::Call(function, terms.iter_mut().map(take).collect()),
                None => unknown,
            },
        })
    }
}

fn named(kind: Listing, name: &mut Term, or_null: bool) -> Term {
    Term::Named { kind, name: Box::new(std::mem::replace(name, Term::Null)), or_null }
}

fn take(term: &mut Term) -> Term {
    std::mem::replace(term, Term::Null)
}

/// What a cast to a type of PostgreSQL makes of a value, where it does not compute; `None` for other types.
fn conversion(to: &str) -> Option<fn(Term) -> Term> {
    /// A string that names an object; what is an object already stays.
    fn object(mut term: Term, kind: Listing) -> Term {
        match term {
            Term::Text(_) | Term::Variable(_) | Term::Concat(_) | Term::Call(..) => {
                named(kind, &mut term, false)
            }
            _ => term,
        }
    }
    Some(match to {
        "regclass" => |term| object(term, Listing::Relations),
        "regtype" => |term| object(term, Listing::Types),
        "regnamespace" => |term| object(term, Listing::Schemas),
        "text" | "varchar" | "name" | "oid" | "regproc" | "bool" | "boolean" | "int" | "integer"
        | "bigint" | "character" | "sql_identifier" | "char" => |term| term,
        _ => return None,
    })
}
