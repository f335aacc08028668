//! The checked-in header is the one that the source makes.
use std::{fs, path::Path};

#[test]
fn header_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let source = folder.join("src/lib.rs");
    let bindings = cbindgen::Builder::new().with_config(config).with_src(source).generate().unwrap();
    let mut made = Vec::new();
    bindings.write(&mut made);
    let made = String::from_utf8(made).unwrap();
    let header = folder.join("include/remigrate.h");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&header, &made).unwrap();
    }
    let there = fs::read_to_string(&header).unwrap_or_default();
    assert!(
        there == made,
        "include/remigrate.h is not what src/lib.rs makes: run `BLESS=1 cargo test -p remigrate-ffi`"
    );
}

/// The statuses are the codes of the library's kinds of errors, all of them.
#[test]
fn statuses_are_the_error_codes() {
    let header =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("include/remigrate.h")).unwrap();
    let statuses: Vec<_> =
        header.lines().filter_map(|line| line.strip_prefix("#define RMG_STATUS_")).collect();
    let mut expected = vec!["OK 0".to_owned()];
    expected.extend(
        remigrate::ErrorKind::ALL
            .iter()
            .map(|kind| format!("{} {}", kind.as_str().replace('-', "_").to_uppercase(), kind.code())),
    );
    assert_eq!(statuses, expected);
}
