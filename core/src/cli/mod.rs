//! The command line: arguments and files in, text and an exit status out. No decision about SQL is made here.
mod arguments;
mod load;
mod sarif;
mod text;

use std::{
    ffi::OsString,
    io::{self, Write},
};

pub(crate) use load::{files, ledger, schema};

use arguments::{Arguments, Command, Format};
use clap::Parser;
use serde::Serialize;

use crate::{
    commands, entry,
    error::{Error, ErrorKind},
    report::{CheckReport, Finding, Severity},
};

/// Runs the command line `arguments` (the first one is the program's name) and returns the exit status: 0 nothing
/// found, 1 something found, 2 it could not do its job. Answers go to `out`, complaints to `err`.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let usage = error.use_stderr();
            let text = error.render().to_string();
            let _ = if usage { err.write_all(text.as_bytes()) } else { out.write_all(text.as_bytes()) };
            return if usage { 2 } else { 0 };
        }
    };
    match answer(arguments, out, err) {
        Ok(found) => u8::from(found),
        Err(error) => {
            let _ = writeln!(err, "remigrate: {error}");
            2
        }
    }
}

/// Runs the command line on the process's own output: what the program, `python -m remigrate` and `npx remigrate` do.
/// A panic is reported like an error, so that it does not reach the stack of another language.
pub fn run_process(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let (mut out, mut err) = (io::BufWriter::new(io::stdout().lock()), io::stderr().lock());
    let status = entry::guard(|| run(arguments, &mut out, &mut err));
    // A reader that went away (`| head`) is no failure of ours.
    let _ = out.flush();
    status.unwrap_or_else(|error| {
        let _ = writeln!(err, "remigrate: {error}");
        2
    })
}

/// Does the work; answers whether something was found.
fn answer(arguments: Arguments, out: &mut dyn Write, err: &mut dyn Write) -> Result<bool, Error> {
    let shared = arguments.shared;
    let mut options = load::options(&shared)?;
    let format = shared.format;
    let mut note = |note: Option<String>| {
        if let Some(note) = note {
            let _ = writeln!(err, "remigrate: {note}");
        }
    };
    note(shared.schema.as_ref().and_then(|name| load::left_out(name, &options)));
    match arguments.command {
        Command::Check { paths, fail_on, disable } => {
            options.disable = disable;
            let files = load::files(&paths)?;
            let report = commands::check(&files, &options)?;
            match format {
                Format::Sarif => json(out, &sarif::log(&report))?,
                Format::Github => write(out, &text::github(&report))?,
                Format::Json => json(out, &report)?,
                Format::Text => write(out, &text::check(&report, &files))?,
            }
            Ok(fails(&report, fail_on.into()))
        }
        Command::Impact { paths } => {
            let report = commands::impact(&load::files(&paths)?, &options)?;
            note(load::note_of("the answer", &report.problems));
            show(out, format, &report, || text::impact(&report))?;
            Ok(false)
        }
        Command::Simulate { paths } => {
            let files = load::files(&paths)?;
            let catalog = commands::simulate(&files, &options)?;
            note(load::left_out_of(&files, &options));
            let script = commands::diff(&load::empty_like(&catalog), &catalog)?.sql;
            show(out, format, &catalog, || script.clone())?;
            Ok(false)
        }
        Command::Snapshot { url } => {
            let catalog = load::snapshot(&url, &options)?;
            let script = commands::diff(&load::empty_like(&catalog), &catalog)?.sql;
            show(out, format, &catalog, || script.clone())?;
            Ok(false)
        }
        Command::Diff { from, to } => {
            let names = [from, to];
            let (from, to) = load::two_schemas(&names[0], &names[1], &options)?;
            options.dialect = Some(from.dialect);
            names.iter().for_each(|name| note(load::left_out(name, &options)));
            let report = commands::diff(&from, &to)?;
            show(out, format, &report, || text::diff(&report.changes, &report.sql))?;
            Ok(!report.changes.is_empty())
        }
        Command::Rollback { paths, to } => {
            options.to = to;
            let files = load::files(&paths)?;
            let report = commands::rollback(&files, &options)?;
            note(load::note_of("the answer", &report.problems));
            let dialect = options.target(&files)?.dialect;
            show(out, format, &report, || text::rollback(&report, dialect))?;
            Ok(false)
        }
        Command::History { path, against } => {
            let files = load::files(&[path])?;
            let live = load::schema(&against, &options)?;
            note(load::left_out(&against, &options));
            let report = commands::history(&files, &live, &options)?;
            note(load::note_of("the answer", &report.problems));
            show(out, format, &report, || text::history(&report))?;
            Ok(false)
        }
        Command::Verify { path, against } => {
            let files = load::files(&[path])?;
            let (live, ledger) = load::ledger(&against, &files, &options)?;
            let report = commands::verify(&files, &ledger, &live, &options)?;
            note(load::note_of("the answer", &report.problems));
            show(out, format, &report, || text::verify(&report))?;
            Ok(report.rows.iter().any(|row| row.state.is_wrong()))
        }
        Command::Drift { path, against } => {
            let files = load::files(&[path])?;
            let live = load::schema(&against, &options)?;
            note(load::left_out(&against, &options));
            let report = commands::drift(&files, &live, &options)?;
            note(load::note_of("the answer", &report.problems));
            show(out, format, &report, || text::diff(&report.changes, &report.sql))?;
            Ok(!report.changes.is_empty())
        }
        Command::Explain { rule } => {
            match rule {
                Some(rule) => {
                    let page = commands::explain(&rule)?;
                    show(out, format, &page, || text::rule(&page))?;
                }
                None => {
                    let pages = commands::rules();
                    show(out, format, &pages, || {
                        pages.iter().map(|p| format!("{:<28} {}\n", p.id, p.summary)).collect()
                    })?;
                }
            }
            Ok(false)
        }
    }
}

fn fails(report: &CheckReport, at: Option<Severity>) -> bool {
    let bad = |f: &Finding| at.is_some_and(|at| f.severity >= at);
    report.findings.iter().any(bad)
}

fn show<T: Serialize>(
    out: &mut dyn Write,
    format: Format,
    report: &T,
    as_text: impl Fn() -> String,
) -> Result<(), Error> {
    match format {
        Format::Json => json(out, report),
        Format::Text => write(out, &as_text()),
        Format::Sarif | Format::Github => Err(Error::new(
            ErrorKind::InvalidOptions,
            "`sarif` and `github` are formats of `check` alone: use `text` or `json`",
        )),
    }
}

fn json<T: Serialize>(out: &mut dyn Write, value: &T) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Error::new(ErrorKind::Internal, format!("the report cannot be written as JSON: {e}")))?;
    write(out, &(text + "\n"))
}

fn write(out: &mut dyn Write, text: &str) -> Result<(), Error> {
    match out.write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, format!("the answer cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
