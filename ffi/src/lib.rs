//! The C interface of Remigrate. The header `include/remigrate.h` is made from this file.
#![allow(unsafe_code, reason = "C hands over pointers")]
#![allow(non_camel_case_types, reason = "the names are C's")]
#![allow(clippy::missing_safety_doc, reason = "the comments become the header's: they say it in C's words")]

use std::{
    ffi::{CStr, c_char},
    ptr, slice, str,
};

use remigrate::{Error, ErrorKind, entry::guard};

/// A piece of text in UTF-8, `len` bytes from `ptr` on. It is borrowed: whoever made the bytes frees them.
/// As an argument it needs no NUL byte at its end; those that the library returns are followed by one.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rmg_str {
    /// The first byte. May be NULL when `len` is 0.
    pub ptr: *const c_char,
    /// The number of bytes, without the NUL byte.
    pub len: usize,
}

/// A text made by the library. Read it with `rmg_text_get`, free it with `rmg_text_free`.
#[derive(Debug)]
pub struct rmg_text(Box<str>);

/// How a call went: `RMG_STATUS_OK` or the kind of its error.
pub type rmg_status = i32;

/// The call succeeded.
pub const RMG_STATUS_OK: rmg_status = 0;
/// An argument has an unknown name or an impossible value.
pub const RMG_STATUS_INVALID_OPTIONS: rmg_status = 1;
/// Files, a dump or a catalog cannot be understood.
pub const RMG_STATUS_INVALID_INPUT: rmg_status = 2;
/// A migration version, rule or tool of that name does not exist.
pub const RMG_STATUS_NOT_FOUND: rmg_status = 3;
/// A file could not be read.
pub const RMG_STATUS_IO: rmg_status = 4;
/// A database could not be reached or refused a query.
pub const RMG_STATUS_CONNECTION: rmg_status = 5;
/// A bug in Remigrate: please report it.
pub const RMG_STATUS_INTERNAL: rmg_status = 6;

/// The text from `text` up to its NUL byte; the empty text for NULL. Nothing is copied.
/// The bytes must outlive the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_str_of(text: *const c_char) -> rmg_str {
    if text.is_null() {
        return rmg_str { ptr: text, len: 0 };
    }
    // SAFETY: not NULL, and the caller promises the NUL byte.
    let len = unsafe { CStr::from_ptr(text) }.to_bytes().len();
    rmg_str { ptr: text, len }
}

/// The content of a text, valid until the text is freed and followed by a NUL byte; the empty text for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn rmg_text_get(text: Option<&rmg_text>) -> rmg_str {
    match text {
        Some(text) => rmg_str { ptr: text.0.as_ptr().cast(), len: text.0.len() - 1 },
        None => rmg_str { ptr: c"".as_ptr(), len: 0 },
    }
}

/// Frees a text. NULL is allowed; a text may be freed only once.
#[unsafe(no_mangle)]
pub extern "C" fn rmg_text_free(text: Option<Box<rmg_text>>) {
    drop(text);
}

/// The version of the library, as `1.2.3`. Static: do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn rmg_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The text, with a NUL byte behind it.
fn text(content: String) -> Box<rmg_text> {
    let mut content = content;
    content.push('\0');
    Box::new(rmg_text(content.into_boxed_str()))
}

/// Reads the arguments of a call.
/// `arguments` keeps what `rmg_str` promises.
unsafe fn read<'a>(arguments: rmg_str) -> Result<&'a str, Error> {
    let refused = |reason: &str| Error::new(ErrorKind::InvalidOptions, reason);
    if arguments.len == 0 {
        return Ok("{}");
    }
    if arguments.len > isize::MAX.unsigned_abs() {
        return Err(refused(
            "the arguments' length is more than memory can hold: give the number of their bytes",
        ));
    }
    if arguments.ptr.is_null() {
        return Err(refused("the arguments are NULL with a length: give a JSON object"));
    }
    // SAFETY: not NULL, and the caller promises `len` bytes.
    let bytes = unsafe { slice::from_raw_parts(arguments.ptr.cast::<u8>(), arguments.len) };
    str::from_utf8(bytes).map_err(|_| refused("the arguments are not UTF-8: give a JSON object in UTF-8"))
}

/// Calls a function of the library and hands its answer or error over.
/// `arguments` keeps what `rmg_str` promises.
unsafe fn call(
    function: &str,
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: promised by the caller.
    let answer = guard(|| {
        unsafe { read(arguments) }.and_then(|arguments| remigrate::entry::call(function, arguments))
    });
    let (status, answer, message) = match answer.and_then(|answer| answer) {
        Ok(answer) => (RMG_STATUS_OK, Some(answer), None),
        Err(error) => (error.kind().code(), None, Some(error.message().to_owned())),
    };
    // Written through pointers: C may pass one place for both, or one that was never set.
    for (place, content) in [(result, answer), (error, message)] {
        if place.is_null() || (result == error && content.is_none()) {
            continue;
        }
        let made = content.map_or(ptr::null_mut(), |content| Box::into_raw(text(content)));
        // SAFETY: not NULL, and the caller promises a place to write to.
        unsafe { ptr::write(place, made) };
    }
    status
}

/// Checks migrations: would they run, in this order, and what would they do to a database in use? Bad SQL is a
/// finding, not an error.
///
/// Arguments: `files`, `schema`, `disable`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: CheckReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_check(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("check", arguments, result, error) }
}

/// Says for each statement what it locks, rewrites and scans, and how it goes with transactions.
///
/// Arguments: `files`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: ImpactReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_impact(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("impact", arguments, result, error) }
}

/// The schema after the migrations, as a catalog.
///
/// Arguments: `files`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: Catalog.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_simulate(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("simulate", arguments, result, error) }
}

/// The schema of a live database, as a catalog. It is read in one read-only transaction with timeouts.
///
/// Arguments: `url`, `timeouts`. Answer: Catalog.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_snapshot(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("snapshot", arguments, result, error) }
}

/// What turns one schema into another, and the script that does it.
///
/// Arguments: `from`, `to`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: DiffReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_diff(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("diff", arguments, result, error) }
}

/// Writes the way back from migrations. Nothing is executed.
///
/// Arguments: `files`, `schema`, `to`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: RollbackReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_rollback(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("rollback", arguments, result, error) }
}

/// Judges from a schema alone which of the migrations a database has.
///
/// Arguments: `files`, `against`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: HistoryReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_history(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("history", arguments, result, error) }
}

/// Audits the ledger that a migration tool keeps in a live database against files and schema.
///
/// Arguments: `files`, `against`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: VerifyReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_verify(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("verify", arguments, result, error) }
}

/// What differs between the schema that the migrations make and the one that is there.
///
/// Arguments: `files`, `against`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: DriftReport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_drift(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("drift", arguments, result, error) }
}

/// A rule's page: why it matters and what to do instead, with examples.
///
/// Arguments: `rule`. Answer: RulePage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_explain(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("explain", arguments, result, error) }
}

/// The pages of all rules, sorted by name.
///
/// Arguments: none. Answer: array of RulePage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmg_rules(
    arguments: rmg_str,
    result: *mut *mut rmg_text,
    error: *mut *mut rmg_text,
) -> rmg_status {
    // SAFETY: the caller keeps what the header asks for.
    unsafe { call("rules", arguments, result, error) }
}
