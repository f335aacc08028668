//! Every test of the public interface that needs no server, in one program, so that they run side by side.
//! `cargo test -p remigrate --test all laws::` runs those of one file.
mod blocks;
mod dangerous;
mod docs;
mod drift;
mod expressions;
mod history_claims;
mod laws;
mod linear;
mod mutants;
mod open_world;
mod rollback_classes;
mod split;
mod split_laws;
mod verify;
