//! What the benchmarks of Remigrate share: the corpus, and inputs that are made.
pub mod corpus;
pub mod made;
