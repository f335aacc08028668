//! The command `remigrate`.
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(remigrate::cli::run_process(std::env::args_os()))
}
