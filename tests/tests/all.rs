//! Every test on real servers, in one program: the servers start once, and what waits for one leaves the processor to
//! the others. `cargo test -p remigrate-tests history::` runs those of one file.
mod blocks;
mod contract;
mod corpora;
mod expressions;
mod history;
mod impact_mysql;
mod impact_postgres;
mod ledger;
mod mysql_fidelity;
mod mysql_grammar;
mod mysql_live;
mod postgres_fidelity;
mod postgres_grammar;
mod postgres_render;
mod rollback;
mod rollback_rows;
mod semantics;
mod servers;
mod vectors;
