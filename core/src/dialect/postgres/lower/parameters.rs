//! The parameters of a routine that is called.
use crate::{
    dialect::{
        cursor::Cursor,
        guard::{self, Names},
        postgres::words,
    },
    operation::{Kind, Term},
    target::Target,
    text::Script,
};

use super::routine;

/// A parameter of a routine.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// Its name in lower case, if it has one.
    pub(crate) name: Option<String>,
    /// Its type.
    pub(crate) kind: Kind,
    /// Its value where a call gives none.
    pub(crate) default: Option<Term>,
    /// Whether calls give it a value.
    pub(crate) input: bool,
}

/// The parameters in the argument list of a routine of the catalog; `None` where they are not understood, or where their
/// number is not fixed.
pub(crate) fn parameters(arguments: &str, target: &Target) -> Option<Vec<Parameter>> {
    let text = format!("({arguments})");
    let script = Script::new(&text, target);
    let mut cursor = Cursor::new(&text, &script.tokens, target, words::is_reserved);
    let read = routine::arguments(&mut cursor).ok().filter(|_| cursor.is_end())?;
    let one = |argument: &routine::Argument| {
        let input = match argument.mode {
            "in" | "inout" => true,
            "out" => false,
            _ => return None,
        };
        Some(Parameter {
            name: argument.name.as_ref().map(|n| n.to_lowercase()),
            kind: of_text(&argument.data_type, target, guard::kind)?,
            default: match &argument.default {
                Some(default) => {
                    Some(of_text(default, target, |c| Some(guard::term(c, &Names { variable: &|_| None })))?)
                }
                None => None,
            },
            input,
        })
    };
    read.iter().map(one).collect()
}

fn of_text<T>(text: &str, target: &Target, read: impl FnOnce(&mut Cursor<'_>) -> Option<T>) -> Option<T> {
    let script = Script::new(text, target);
    read(&mut Cursor::new(text, &script.tokens, target, words::is_reserved))
}
