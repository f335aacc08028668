//! Our own paths one by one, on made input and, for the first three, on the corpus.
use std::{hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use remigrate::{
    Catalog, Dialect, Operation, Options, Target,
    apply::{State, apply},
    catalog::World,
    check, dialect, diff, history, rollback, simulate,
    text::Script,
    tools::SourceFile,
};
use remigrate_benches::{corpus, made};

const FAMILIES: [Dialect; 2] = [Dialect::Postgres, Dialect::MySql];

/// `count` migrations: each makes a table with its indexes and alters the one before.
fn migrations(count: usize, postgres: bool) -> Vec<SourceFile> {
    let tables = made::schema(count, postgres);
    let mut statements = tables.split_inclusive(";\n");
    (0..count)
        .map(|i| {
            let mut text: String = statements.by_ref().take(3).collect();
            if let Some(before) = i.checked_sub(1) {
                text.push_str(&format!("ALTER TABLE t{before} ADD COLUMN later{i} integer;\n"));
            }
            SourceFile::new(format!("{i:04}_t{i}.sql"), text)
        })
        .collect()
}

fn catalog(files: &[SourceFile], dialect: Dialect) -> Catalog {
    simulate(files, &Options::new(dialect)).expect("the input is a schema")
}

fn operations(text: &str, target: &Target) -> Vec<Operation> {
    let script = Script::new(text, target);
    let lowered = script.statements.iter().flat_map(|statement| dialect::lower(&script, statement, target));
    lowered.map(|located| located.node).collect()
}

fn paths(c: &mut Criterion) {
    for dialect in FAMILIES {
        let postgres = dialect == Dialect::Postgres;
        let target = Target::new(dialect);
        let mut group = c.benchmark_group(dialect.as_str());
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(3));

        let texts: Vec<String> =
            corpus::projects(dialect).into_iter().flat_map(|p| p.files).map(|f| f.text.into()).collect();
        let scripts: Vec<Script<'_>> = texts.iter().map(|text| Script::new(text, &target)).collect();
        group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        group.bench_function("split/corpus", |b| {
            b.iter(|| texts.iter().for_each(|text| drop(black_box(Script::new(text, &target)))));
        });
        group.bench_function("lower/corpus", |b| {
            b.iter(|| {
                for script in &scripts {
                    for statement in &script.statements {
                        drop(black_box(dialect::lower(script, statement, &target)));
                    }
                }
            });
        });

        let script = made::schema(500, postgres) + &made::changes(500, 2, postgres);
        let wanted = operations(&script, &target);
        group.throughput(Throughput::Elements(wanted.len() as u64));
        group.bench_function("apply/500 tables", |b| {
            b.iter_batched(
                || State::start(&target, World::Closed),
                |mut state| wanted.iter().for_each(|operation| drop(black_box(apply(&mut state, operation)))),
                BatchSize::LargeInput,
            );
        });

        let options = Options::new(dialect);
        let file = [SourceFile::new("1_all.sql", script)];
        group.bench_function("check/500 tables", |b| b.iter(|| black_box(check(&file, &options))));

        let files = migrations(200, postgres);
        let live = catalog(&files[..150], dialect);
        group.throughput(Throughput::Elements(200));
        group.bench_function("history/200 migrations", |b| {
            b.iter(|| black_box(history(&files, &live, &options)))
        });
        group.bench_function("rollback/200 migrations", |b| b.iter(|| black_box(rollback(&files, &options))));

        let tables = migrations(1000, postgres);
        let (some, all) = (catalog(&tables[..500], dialect), catalog(&tables, dialect));
        let again = catalog(&tables, dialect);
        group.throughput(Throughput::Elements(1000));
        group.bench_function("diff/1000 tables equal", |b| b.iter(|| black_box(diff(&again, &all))));
        group.bench_function("diff/1000 tables against 500", |b| b.iter(|| black_box(diff(&some, &all))));
        group.finish();
    }
}

criterion_group!(benches, paths);
criterion_main!(benches);
