//! The compiled half of the npm package `remigrate`: JSON in, JSON out. `index.js` makes objects of it.
use napi::{Env, Result, Task, bindgen_prelude::AsyncTask};
use napi_derive::napi;

/// What a call came to: an answer in JSON, or the kind of an error and its message.
#[napi(object)]
pub struct Outcome {
    /// Kind of the error; absent when there is none.
    pub kind: Option<String>,
    /// Answer in JSON, or message.
    pub text: String,
}

fn call(function: &str, arguments: &str) -> Outcome {
    match remigrate::entry::call(function, arguments) {
        Ok(text) => Outcome { kind: None, text },
        Err(error) => {
            Outcome { kind: Some(error.kind().as_str().to_owned()), text: error.message().to_owned() }
        }
    }
}

/// Calls a function of the library with arguments in JSON.
#[napi]
#[allow(clippy::needless_pass_by_value, reason = "the macro hands over owned strings")]
pub fn call_sync(function: String, arguments: String) -> Outcome {
    call(&function, &arguments)
}

/// A call on a thread of Node's pool.
pub struct Call {
    function: String,
    arguments: String,
}

impl Task for Call {
    type Output = Outcome;
    type JsValue = Outcome;

    fn compute(&mut self) -> Result<Outcome> {
        Ok(call(&self.function, &self.arguments))
    }

    fn resolve(&mut self, _: Env, outcome: Outcome) -> Result<Outcome> {
        Ok(outcome)
    }
}

/// As `callSync`, on a thread of Node's pool.
#[napi(ts_return_type = "Promise<Outcome>")]
pub fn call_async(function: String, arguments: String) -> AsyncTask<Call> {
    AsyncTask::new(Call { function, arguments })
}

/// Runs the command line and returns its exit status.
#[napi]
pub fn run(arguments: Vec<String>) -> u8 {
    remigrate::cli::run_process(arguments.into_iter().map(Into::into))
}
