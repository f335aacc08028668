//! One door for every other language: the name of a function and its arguments in JSON go in, its answer in JSON or
//! an [`Error`] comes out. The bindings hold no logic of their own, so that all languages answer alike.
mod arguments;
mod input;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Error, ErrorKind};

/// A function that other languages can call.
#[derive(Debug)]
pub struct Function {
    /// Name in `snake_case`.
    pub name: &'static str,
    /// The arguments that are given by place, in that order; all others are given by name.
    pub positional: &'static [&'static str],
    answer: fn(&str) -> Result<String, Error>,
    /// JSON Schema of the arguments, an object; its description says what the function is for.
    #[cfg(feature = "schema")]
    pub arguments: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    /// JSON Schema of the answer.
    #[cfg(feature = "schema")]
    pub result: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// Every function, in the order of the documentation.
pub static FUNCTIONS: &[Function] = arguments::FUNCTIONS;

/// Calls the function called `function` with `arguments`, a JSON object; answers with JSON.
///
/// Never panics: a panic inside is answered with [`ErrorKind::Internal`].
///
/// # Errors
/// `NotFound` when there is no such function, `InvalidOptions` when the arguments are no JSON or not the function's,
/// and the function's own errors.
///
/// ```
/// let page = remigrate::entry::call("explain", r#"{"rule": "drop-column"}"#)?;
/// assert!(page.starts_with(r#"{"id":"drop-column","#));
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn call(function: &str, arguments: &str) -> Result<String, Error> {
    let Some(found) = FUNCTIONS.iter().find(|f| f.name == function) else {
        let known: Vec<_> = FUNCTIONS.iter().map(|f| format!("`{}`", f.name)).collect();
        let message = format!("there is no function `{function}`: use one of {}", known.join(", "));
        return Err(Error::new(ErrorKind::NotFound, message));
    };
    guard(|| (found.answer)(arguments))?
}

/// Runs `work`; a panic becomes an error of the kind [`ErrorKind::Internal`]. For everything that another language
/// calls: a panic must not reach its stack.
///
/// # Errors
/// `Internal` when `work` panics.
pub fn guard<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    // What a panic leaves half done is dropped with the closure.
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no reason given".into());
        Error::new(ErrorKind::Internal, format!("this is a bug in Remigrate, please report it: {text}"))
    })
}

/// What a function takes and does.
trait Arguments: DeserializeOwned + Described {
    /// The function's name.
    const NAME: &'static str;
    /// The arguments given by place.
    const POSITIONAL: &'static [&'static str];
    /// What it answers with.
    type Answer: Serialize + Described;

    /// The call itself.
    fn run(self) -> Result<Self::Answer, Error>;
}

/// Has a JSON Schema, where schemas are asked for.
#[cfg(feature = "schema")]
trait Described: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described for T {}
#[cfg(not(feature = "schema"))]
trait Described {}
#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

impl Function {
    /// The function that takes `A`.
    const fn of<A: Arguments>() -> Self {
        Self {
            name: A::NAME,
            positional: A::POSITIONAL,
            answer: answer::<A>,
            #[cfg(feature = "schema")]
            arguments: schemars::SchemaGenerator::subschema_for::<A>,
            #[cfg(feature = "schema")]
            result: schemars::SchemaGenerator::subschema_for::<A::Answer>,
        }
    }
}

fn answer<A: Arguments>(json: &str) -> Result<String, Error> {
    let arguments: A = serde_json::from_str(json).map_err(|e| {
        let message = format!("the arguments of `{}` cannot be read: {}", A::NAME, reason(&e));
        Error::new(ErrorKind::InvalidOptions, message)
    })?;
    serde_json::to_string(&arguments.run()?)
        .map_err(|e| Error::new(ErrorKind::Internal, format!("the answer cannot be written as JSON: {e}")))
}

/// What is wrong with arguments. A place in the JSON text helps only those who wrote it by hand, and then only when
/// it is not JSON.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) if error.is_data() => reason.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(function: &str, arguments: &str) -> (ErrorKind, String) {
        let error = call(function, arguments).unwrap_err();
        (error.kind(), error.message().to_owned())
    }

    #[test]
    fn a_panic_is_an_error() {
        let words = [
            guard(|| panic!("at the {}", "disco")).map(|(): ()| ()),
            guard(|| panic!("at once")).map(|(): ()| ()),
            guard(|| std::panic::panic_any(7)).map(|(): ()| ()),
        ]
        .map(|result| {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Internal);
            error.message().rsplit(": ").next().unwrap().to_owned()
        });
        assert_eq!(words, ["at the disco", "at once", "no reason given"]);
    }

    #[test]
    fn a_wrong_call_says_what_would_be_right() {
        let (kind, message) = refused("chek", "{}");
        assert_eq!(kind, ErrorKind::NotFound);
        assert!(message.starts_with("there is no function `chek`: use one of `check`"), "{message}");
        let (kind, message) = refused("snapshot", r#"{"ulr": "x"}"#);
        assert_eq!(kind, ErrorKind::InvalidOptions);
        assert_eq!(
            message,
            "the arguments of `snapshot` cannot be read: unknown field `ulr`, expected `url` or `timeouts`"
        );
        let (kind, message) = refused("snapshot", r#"{"url": "#);
        assert_eq!(kind, ErrorKind::InvalidOptions);
        assert!(message.ends_with("at line 1 column 8"), "{message}");
    }
}
