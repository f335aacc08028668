//! Every test of the public interface that needs no server, in one program, so that they run side by side.
//! `cargo test -p remigrate --test all laws::` runs those of one file.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]
mod blocks;
mod dangerous;
mod docs;
mod drift;
mod elsewhere;
mod expressions;
mod history_claims;
mod laws;
mod linear;
mod mutants;
mod open_world;
mod queries;
mod rollback_classes;
mod shapes;
mod split;
mod split_laws;
mod verify;

/// A file that is no module of this program would not run.
#[test]
fn every_file_of_tests_is_here() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let listed = include_str!("all.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_module = path.extension().is_some_and(|e| e == "rs") || path.join("mod.rs").is_file();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!path.join("main.rs").is_file(), "`{name}/main.rs` would not run: call it mod.rs");
        if is_module && name != "all" {
            assert!(listed.contains(&format!("\nmod {name};\n")), "`{name}` is not listed in all.rs");
        }
    }
}
