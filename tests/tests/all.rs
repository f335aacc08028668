//! Every test on real servers, in one program: the servers start once, and what waits for one leaves the processor to
//! the others. `cargo test -p remigrate-tests history::` runs those of one file.
mod blocks;
mod contract;
mod corpora;
mod diff;
mod expressions;
mod history;
mod impact_mysql;
mod impact_postgres;
mod ledger;
mod mutated_inputs;
mod mysql_fidelity;
mod mysql_grammar;
mod mysql_live;
mod postgres_fidelity;
mod postgres_grammar;
mod postgres_render;
mod postgres_trees;
mod rollback;
mod rollback_rows;
mod semantics;
mod servers;
mod validation;
mod vectors;

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
