//! The command `remigrate`.
use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let (mut out, mut err) = (io::BufWriter::new(io::stdout().lock()), io::stderr().lock());
    let status = remigrate::cli::run(std::env::args_os(), &mut out, &mut err);
    // A reader that went away (`| head`) is no failure of ours.
    let _ = out.flush();
    ExitCode::from(status)
}
