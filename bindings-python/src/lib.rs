//! The compiled half of the Python package `remigrate`: JSON in, JSON out. The Python half makes objects of it.
use pyo3::prelude::*;

/// Calls a function of the library with arguments in JSON, without holding the interpreter's lock.
///
/// Returns `(None, answer)` or `(kind of error, message)`.
#[pyfunction]
fn call(py: Python<'_>, function: &str, arguments: &str) -> (Option<&'static str>, String) {
    match py.detach(|| remigrate::entry::call(function, arguments)) {
        Ok(answer) => (None, answer),
        Err(error) => (Some(error.kind().as_str()), error.message().to_owned()),
    }
}

/// Runs the command line and returns its exit status.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "the macro hands over an owned list")]
fn run(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| remigrate::cli::run_process(arguments))
}

#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(call, module)?)?;
    module.add_function(wrap_pyfunction!(run, module)?)
}
