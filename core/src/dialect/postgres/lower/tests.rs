//! Statements and what they are lowered to, in a compact writing: JSON without what is empty, expressions as their
//! text.
use serde_json::Value;

use crate::{
    dialect::lower,
    target::{Dialect, Target},
    text::Script,
};

/// `operation{field=value, …}` of every operation of `sql`.
fn compact_all(sql: &str) -> String {
    let target = Target::new(Dialect::Postgres);
    let script = Script::new(sql, &target);
    let operations = script.statements.iter().flat_map(|s| lower(&script, s, &target));
    let texts: Vec<String> =
        operations.map(|o| compact(&serde_json::to_value(&o.node).unwrap_or(Value::Null))).collect();
    texts.join("; ")
}

fn compact(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            if let Some(sql) = fields.get("sql").filter(|_| fields.contains_key("normal")) {
                return format!("«{}»", sql.as_str().unwrap_or(""));
            }
            if let Some(node) = fields.get("node") {
                return compact(node);
            }
            if let (Some(name), true) =
                (fields.get("name"), fields.keys().all(|k| k == "name" || k == "schema"))
            {
                let schema =
                    fields.get("schema").and_then(Value::as_str).map_or(String::new(), |s| format!("{s}."));
                return schema + name.as_str().unwrap_or("?");
            }
            if let (Some(text), 1) = (fields.get("text"), fields.len()) {
                return text.as_str().unwrap_or("?").to_owned();
            }
            if let (Some(text), Some(custom), 2) = (fields.get("text"), fields.get("custom"), fields.len()) {
                return format!("@{}{}", compact(custom), text.as_str().unwrap_or("?"));
            }
            let mut head = String::new();
            let mut parts = Vec::new();
            let sorted: std::collections::BTreeMap<_, _> = fields.iter().collect();
            for (key, value) in sorted {
                let tag = match key.as_str() {
                    "operation" | "action" => true,
                    "kind" => !fields.contains_key("operation"),
                    _ => false,
                };
                if tag && value.is_string() {
                    head = value.as_str().unwrap_or("?").to_owned();
                    continue;
                }
                let text = compact(value);
                if !["", "-", "[]", "{}", "«»", "no-action"].contains(&text.as_str()) {
                    parts.push(if text == "true" { key.clone() } else { format!("{key}={text}") });
                }
            }
            format!("{head}{{{}}}", parts.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(compact).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => text.clone(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) | Value::Null => "-".to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

fn check(table: &[(&str, &str)]) {
    for (sql, expected) in table {
        assert_eq!(compact_all(sql), *expected, "{sql}");
    }
}

#[test]
fn create_table() {
    check(&[
        (
            "create table if not exists Foo.Bar (id serial primary key, a varchar(20) not null default 'x'::text unique)",
            "create-table{columns=[{column={data_type=integer, name=id}, constraints=[{inline, kind=primary-key{columns=[{column=id}]}}], serial}, {column={data_type=character varying(20), default=«'x'::text», name=a}, constraints=[{inline, kind=unique{columns=[{column=a}]}}], nullability_written}], if_not_exists, name=foo.bar, properties={persistence=permanent}}",
        ),
        (
            "create unlogged table t (b int references o (x) on delete cascade deferrable initially deferred, constraint c check (a > 0), exclude using gist (a with &&)) partition by range (A)",
            "create-table{columns=[{column={data_type=integer, name=b, nullable}, constraints=[{deferrable, initially_deferred, inline, kind=foreign-key{columns=[b], on_delete=cascade, referenced=[x], table=o}}]}], constraints=[{kind=check{expression=«a > 0»}, name=c}, {kind=exclude{definition=«using gist (a with &&)»}}], name=t, properties={partition_by=RANGE (a), persistence=unlogged}}",
        ),
        (
            "create table x as select 1 with no data",
            "create-table{from_query=«select 1», name=x, properties={persistence=permanent}}",
        ),
        (
            "create table p partition of q for values from (1) to (maxvalue)",
            "create-table{name=p, properties={partition_of=[q, FOR VALUES FROM (1) TO (MAXVALUE)], persistence=permanent}}",
        ),
    ]);
}

#[test]
fn alter_table() {
    check(&[
        (
            "alter table only a add b int default 1 not null, drop column if exists c cascade, alter d drop not null, enable row level security",
            "alter-table{actions=[add-column{definition={column={data_type=integer, default=«1», name=b}, nullability_written}}, drop-column{cascade, if_exists, name=c}, set-nullable{name=d, nullable}, set-options{options=[[row_security, true]]}], only, table=a}",
        ),
        (
            "alter table a alter column d set data type text using d::text, add constraint f foreign key (x) references y(z) not valid",
            "alter-table{actions=[set-type{data_type=text, name=d, using=«d::text»}, add-constraint{definition={kind=foreign-key{columns=[x], referenced=[z], table=y}, name=f, not_valid}}], table=a}",
        ),
        (
            "alter table t alter a add generated always as identity (start 5), alter b set default null",
            "alter-table{actions=[set-identity{identity={always, options={start=5}}, name=a}, set-default{name=b}], table=t}",
        ),
        ("alter table t rename to c", "alter-table{actions=[rename{to=c}], table=t}"),
        (
            "alter table t alter b set default null, rename to c",
            "invalid{help=MySQL reads this statement: if it is meant for MySQL, check it with the dialect `mysql`, message=expected the end of the statement, found `rename`}",
        ),
    ]);
}

#[test]
fn indexes() {
    check(&[
        (
            "create unique index concurrently on t (lower(a) desc, b text_pattern_ops nulls last, (a || b), ((c))) include (c) where a is not null and b in (1,2)",
            "create-index{concurrently, definition={index={include=[c], keys=[{descending, expression=«lower(a)», nulls_first}, {column=b, operator_class=text_pattern_ops}, {expression=«a || b»}, {column=c}], method=btree, predicate=«a is not null and b in (1,2)», unique}}, table=t}",
        ),
        ("drop index concurrently if exists a, b.c", "drop-index{concurrently, if_exists, names=[a, b.c]}"),
    ]);
}

#[test]
fn refusals() {
    check(&[
        (
            "create table t (a int b text)",
            "invalid{message=expected `,`, `)` or a column constraint, found `b`}",
        ),
        ("create table t (a not null)", "invalid{message=expected a type, found `not`}"),
        (
            "alter table t add column a int not nul",
            "invalid{help=did you mean `NULL`?, message=expected `NULL`, found `nul`}",
        ),
        (
            "create table order (a int)",
            "invalid{help=`order` is a reserved word: if it is meant as a name, write \"order\", message=expected a table name, found `order`}",
        ),
        (
            "drop table if exist t",
            "invalid{help=did you mean `EXISTS`?, message=expected `EXISTS`, found `exist`}",
        ),
    ]);
}

#[test]
fn every_family_of_statements() {
    check(&[
        (
            r#"create or replace view app.v (a, b) with (security_barrier) as select x, y from t join public.u on true with local check option"#,
            r#"create-view{or_replace, view={columns=[a, b], name=app.v, options={check_option=local, security_barrier}, query=«select x, y from t join public.u on true», reads=[t, public.u]}}"#,
        ),
        (
            r#"create materialized view if not exists mv as select 1 as one with no data"#,
            r#"create-view{if_not_exists, view={columns=[one], materialized, name=mv, query=«select 1 as one»}, with_no_data}"#,
        ),
        (
            r#"create recursive view r (n) as values (1) union all select n + 1 from r"#,
            r#"create-view{view={columns=[n], name=r, query=«WITH RECURSIVE "r"("n") AS (values (1) union all select n + 1 from r) SELECT "n" FROM "r"», reads=[r]}}"#,
        ),
        (r#"alter view v rename to w"#, r#"rename-view{from=v, to=w}"#),
        (r#"refresh materialized view concurrently mv"#, r#"refresh-view{concurrently, name=mv}"#),
        (
            r#"create type mood as enum ('a', 'it''s')"#,
            r#"create-type{kind=enum{labels=[a, it's]}, name=mood}"#,
        ),
        (
            r#"create type pair as (a int, b text collate "C")"#,
            r#"create-type{kind=composite{attributes=[[a, integer], [b, text]]}, name=pair}"#,
        ),
        (r#"create type span as range (subtype = int4)"#, r#"create-type{kind=other{}, name=span}"#),
        (
            r#"create domain email as citext not null default 'x' constraint at check (value ~ '@') check (length(value) > 3)"#,
            r#"create-type{kind=domain{base=@citext, checks=[[at, «value ~ '@'»], [, «length(value) > 3»]], default=«'x'»}, name=email}"#,
        ),
        (
            r#"alter type mood add value if not exists 'b' before 'a'"#,
            r#"alter-type{action=add-value{if_not_exists, label=b, neighbour=[before, a]}, name=mood}"#,
        ),
        (
            r#"alter type mood rename value 'a' to 'c'"#,
            r#"alter-type{action=rename-value{from=a, to=c}, name=mood}"#,
        ),
        (
            r#"alter domain email drop constraint at"#,
            r#"alter-type{action=drop-constraint{name=at}, name=email}"#,
        ),
        (
            r#"create or replace function app.f(a int, inout b text default 'x', variadic c numeric(3)[] default null) returns setof text language plpgsql stable strict security definer set search_path = '', pg_temp parallel safe cost 100 as $$ begin end $$"#,
            r#"create-routine{or_replace, routine=function{arguments=a integer, INOUT b text DEFAULT 'x'::text, VARIADIC c numeric[] DEFAULT NULL::numeric[], attributes={parallel=safe, security=definer, set search_path="", pg_temp, strict, volatility=stable}, body= begin end , language=plpgsql, name=app.f, returns=SETOF text, signature=integer, text, numeric[]}}"#,
        ),
        (
            r#"create function g(timestamp with time zone, double precision, "A b" t.c%type) returns table (x int, y varchar(3)) as 'select 1' language sql"#,
            r#"create-routine{routine=function{arguments=timestamp with time zone, double precision, "A b" t.c%type, body=select 1, language=sql, name=g, returns=TABLE(x integer, y character varying), signature=timestamp with time zone, double precision, t.c%type}}"#,
        ),
        (
            r#"create procedure p(in a int, out b text) language sql begin atomic select 1; select 2; end"#,
            r#"create-routine{routine=procedure{arguments=IN a integer, OUT b text, attributes={atomic}, body=begin atomic select 1; select 2; end, language=sql, name=p, signature=integer}}"#,
        ),
        (
            r#"create function h(int) returns int return $1 + 1"#,
            r#"create-routine{routine=function{arguments=integer, attributes={atomic}, body=return $1 + 1, language=sql, name=h, returns=integer, signature=integer}}"#,
        ),
        (
            r#"drop function if exists f(int, text), g cascade"#,
            r#"drop-routine{cascade, if_exists, kind=function, routines=[[f, integer, text], [g, -]]}"#,
        ),
        (
            r#"drop aggregate x.agg(int4), cnt(*)"#,
            r#"drop-routine{kind=aggregate, routines=[[x.agg, integer], [cnt, *]]}"#,
        ),
        (
            r#"create trigger tr before update of a, "B" or insert on s.t for each row when (new.a is distinct from old.a) execute procedure f('x', 1)"#,
            r#"create-trigger{table=s.t, trigger={definition=«BEFORE INSERT OR UPDATE OF a, "B" ON s.t FOR EACH ROW WHEN (new.a is distinct from old.a) EXECUTE FUNCTION f('x', '1')», function=f, name=tr}}"#,
        ),
        (
            r#"create constraint trigger ct after insert on t deferrable initially deferred for each row execute function public.g()"#,
            r#"create-trigger{table=t, trigger={definition=«CONSTRAINT AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.g()», function=public.g, name=ct}}"#,
        ),
        (r#"drop trigger if exists tr on s.t"#, r#"drop-trigger{if_exists, name=tr, table=s.t}"#),
        (
            r#"comment on function f(integer, varchar) is 'it''s'"#,
            r#"comment{on={name=f, on=routine, signature=integer, character varying}, text=it's}"#,
        ),
        (r#"comment on column a.b.c is null"#, r#"comment{on={column=c, on=column, table=a.b}}"#),
        (
            r#"comment on constraint c on t is $$x$$"#,
            r#"comment{on={name=c, on=constraint, table=t}, text=x}"#,
        ),
        (r#"comment on extension e is 'x'"#, r#"comment{on={name=e, on=other, verb=EXTENSION}, text=x}"#),
        (r#"create schema if not exists s authorization joe"#, r#"create-schema{if_not_exists, name=s}"#),
        (r#"create schema authorization joe"#, r#"create-schema{name=joe}"#),
        (r#"drop schema s, t cascade"#, r#"drop-schema{cascade, names=[s, t]}"#),
        (
            r#"create extension if not exists "uuid-ossp" with schema public version '1.1'"#,
            r#"create-extension{if_not_exists, name=uuid-ossp, schema=public}"#,
        ),
        (r#"create database d owner x"#, r#"create-database{name=d}"#),
        (r#"drop database if exists d with (force)"#, r#"drop-database{if_exists, name=d}"#),
        (
            r#"insert into t (a, b) values (1, 'x'), (default, now()) on conflict (a) do update set b = excluded.b returning id"#,
            r#"insert{columns=[a, b], conflict_columns=[a], may_overwrite, rows=[[«1», «'x'»], [«default», «now()»]], table=t, verb=INSERT}"#,
        ),
        (
            r#"insert into t select * from u where id in (select id from w)"#,
            r#"insert{reads=[u, w], table=t, verb=INSERT}"#,
        ),
        (r#"insert into t default values"#, r#"insert{table=t, verb=INSERT}"#),
        (r#"insert into t (select 1)"#, r#"insert{table=t, verb=INSERT}"#),
        (
            r#"update only s.t as x set a = 1, (b, c) = (2, 3), d = (select max(z) from q) where x.a is distinct from 5 returning *"#,
            r#"update{alias=x, assignments=[[a, «1»], [b, «2»], [c, «3»], [d, «(select max(z) from q)»]], filter={condition=«x.a is distinct from 5», filter=condition}, only, reads=[q], tables=[s.t]}"#,
        ),
        (
            r#"update t set a = b.a from b where t.id = b.id"#,
            r#"update{assignments=[[a, «b.a»]], filter={filter=other}, reads=[b], tables=[t]}"#,
        ),
        (
            r#"update t set a = case when x then 1 else 2 end"#,
            r#"update{assignments=[[a, «case when x then 1 else 2 end»]], filter={filter=none}, tables=[t]}"#,
        ),
        (
            r#"update t set a = 1 where true"#,
            r#"update{assignments=[[a, «1»]], filter={condition=«true», filter=tautology}, tables=[t]}"#,
        ),
        (
            r#"delete from t where 1 = 1"#,
            r#"delete{filter={condition=«1 = 1», filter=tautology}, tables=[t]}"#,
        ),
        (
            r#"delete from t using u, v.w x where t.id = u.id"#,
            r#"delete{filter={filter=other}, reads=[u, v.w], tables=[t]}"#,
        ),
        (r#"delete from t"#, r#"delete{filter={filter=none}, tables=[t]}"#),
        (
            r#"with gone as (delete from a where x < 3 returning *), n as (select 1) insert into b select * from gone, c"#,
            r#"delete{filter={condition=«x < 3», filter=condition}, tables=[a]}; insert{reads=[c], table=b, verb=INSERT}"#,
        ),
        (r#"with x as (select 1) select * from x"#, r#"query{}"#),
        (
            r#"merge into t using s on t.id = s.id when matched then delete"#,
            r#"insert{deletes={condition=«t.id = s.id», filter=condition}, may_overwrite, reads=[s], table=t, verb=MERGE}"#,
        ),
        (r#"select setval('t_id_seq', 5)"#, r#"query{calls=[setval]}"#),
        (r#"select pg_catalog.set_config('search_path', '', false)"#, r#"set{setting=search_path}"#),
        (
            r#"select a into temp n from t where b"#,
            r#"create-table{from_query=«select a from t where b», name=n, properties={persistence=temporary}}"#,
        ),
        (r#"select * from f(1), lower('x')"#, r#"query{calls=[f, lower]}"#),
        (
            r#"truncate table only a, b.c restart identity cascade"#,
            r#"truncate{cascade, only=[0], restart_identity, tables=[a, b.c]}"#,
        ),
        (r#"begin isolation level serializable"#, r#"transaction{control=begin}"#),
        (r#"commit"#, r#"transaction{control=commit}"#),
        (r#"rollback to savepoint x"#, r#"transaction{control=other, verb=ROLLBACK TO}"#),
        (r#"end and chain"#, r#"transaction{control=other, verb=COMMIT AND CHAIN}"#),
        (r#"savepoint a"#, r#"transaction{control=other, verb=SAVEPOINT}"#),
        (
            r#"set search_path to app, "$user", public"#,
            r#"set{setting=search_path, value=app, "$user", public}"#,
        ),
        (r#"set local lock_timeout = '5s'"#, r#"set{local, setting=lock_timeout, value=5s}"#),
        (r#"set session statement_timeout to 0"#, r#"set{setting=statement_timeout, value=0}"#),
        (r#"reset all"#, r#"set{setting=all}"#),
        (r#"set time zone 'UTC'"#, r#"set{setting=timezone, value=UTC}"#),
        (r#"set role x"#, r#"set{setting=role, value=x}"#),
        (r#"set constraints all deferred"#, r#"set{setting=constraints, value=deferred}"#),
        (r#"set transaction read only"#, r#"transaction{control=other, verb=SET TRANSACTION}"#),
        (
            r#"lock table only a, b in access exclusive mode nowait"#,
            r#"lock-tables{mode=ACCESS EXCLUSIVE, tables=[a, b]}"#,
        ),
        (r#"vacuum (full, analyze off) t (a), u"#, r#"maintenance{command=VACUUM FULL, objects=[t, u]}"#),
        (r#"vacuum full analyze"#, r#"maintenance{command=VACUUM FULL ANALYZE}"#),
        (r#"analyze t"#, r#"maintenance{command=ANALYZE, objects=[t]}"#),
        (
            r#"reindex index concurrently i"#,
            r#"maintenance{command=REINDEX INDEX CONCURRENTLY, objects=[i]}"#,
        ),
        (
            r#"reindex (concurrently) table t"#,
            r#"maintenance{command=REINDEX CONCURRENTLY TABLE, objects=[t]}"#,
        ),
        (r#"cluster t using i"#, r#"maintenance{command=CLUSTER, objects=[t]}"#),
        (
            r#"grant select on table a, b to c"#,
            r#"object{clauses=[[privileges, select], [on, table], [to, c]], objects=[a, b], verb=GRANT}"#,
        ),
        (
            r#"revoke all on schema x from y"#,
            r#"object{clauses=[[privileges, all], [on, schema], [from, y]], objects=[x], verb=REVOKE}"#,
        ),
        (
            r#"alter default privileges in schema s grant select on tables to r"#,
            r#"object{clauses=[[schemas, s], [action, grant select on tables to r]], kind=DEFAULT PRIVILEGES, verb=ALTER}"#,
        ),
        (
            r#"alter table t owner to me"#,
            r#"alter-table{actions=[other{argument=me, verb=OWNER TO}], table=t}"#,
        ),
        (r#"create role r"#, r#"object{kind=ROLE, objects=[r], verb=CREATE}"#),
        (
            r#"create policy p on s.t using (true)"#,
            r#"object{clauses=[[name, p], [using, true]], kind=POLICY, objects=[s.t], verb=CREATE}"#,
        ),
        (
            r#"drop policy if exists p on t"#,
            r#"object{clauses=[[if_exists, if exists], [name, p]], kind=POLICY, objects=[t], verb=DROP}"#,
        ),
        (
            r#"create rule r as on insert to t do instead nothing"#,
            r#"object{clauses=[[name, r], [event, insert], [instead, instead], [definition, nothing]], kind=RULE, may_change_schema, objects=[t], verb=CREATE}"#,
        ),
        (
            r#"create publication p for all tables"#,
            r#"object{clauses=[[published, all tables]], kind=PUBLICATION, objects=[p], verb=CREATE}"#,
        ),
        (
            r#"create event trigger e on ddl_command_end execute function f()"#,
            r#"object{clauses=[[event, ddl_command_end], [function, f]], kind=EVENT TRIGGER, objects=[e], verb=CREATE}"#,
        ),
        (
            r#"create statistics s on a, b from t"#,
            r#"object{clauses=[[columns, a, b], [from, t]], kind=STATISTICS, objects=[s], verb=CREATE}"#,
        ),
        (
            r#"alter index i set (fillfactor = 70)"#,
            r#"object{clauses=[[action, set (fillfactor = 70)]], kind=INDEX, objects=[i], verb=ALTER}"#,
        ),
        (r#"alter index if exists i rename to j"#, r#"rename-index{from=i, if_exists, to=j}"#),
        (r#"drop owned by x"#, r#"object{clauses=[[roles, x]], kind=OWNED, may_change_schema, verb=DROP}"#),
        (r#"call p(1)"#, r#"query{calls=[p], invoked=[{arguments=[[-, {integer=1}]], name=p}]}"#),
        (
            r#"create table t of ty"#,
            r#"object{clauses=[[definition, of ty]], kind=TABLE, may_change_schema, objects=[t], verb=CREATE}"#,
        ),
        (r#"explain analyze delete from t"#, r#"delete{filter={filter=none}, tables=[t]}"#),
        (r#"drop table :x"#, r#"opaque{may_change_schema, verb=DROP TABLE}"#),
        (
            r#"create sequence if not exists s.q as int start with 1 increment by 1 no minvalue maxvalue 2147483647 cache 1 owned by s.t.id"#,
            r#"create-sequence{if_not_exists, name=s.q, options={data_type=integer}, owned_by=[s.t, id]}"#,
        ),
        (r#"alter sequence q owned by none"#, r#"alter-sequence{action=owned-by{}, name=q}"#),
        (
            r#"alter sequence q restart with 5 increment 2"#,
            r#"alter-sequence{action=options{options=[[restart, 5], [increment, 2]]}, name=q}"#,
        ),
        (r#"alter sequence q rename to r"#, r#"alter-sequence{action=rename{to=r}, name=q}"#),
        (
            r#"do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum ('a'); end if; execute 'alter table t add column x int'; execute format('drop table %I', n); raise notice 'x'; perform f(1); exception when others then null; end $$"#,
            r#"conditional{source=DO block, steps=[{body=[{branches=[{body=[{statement=create-type{kind=enum{labels=[a]}, name=mood}, step=statement}], guard={not={exists={filter={and=[{compare=[equal, {property=name}, mood]}]}, listing=types, probe=SELECT EXISTS (SELECT 1 FROM pg_type where typname = 'mood')}}}, text=not exists (select 1 from pg_type where typname = 'mood')}], step=choose}, {statement=alter-table{actions=[add-column{definition={column={data_type=integer, name=x, nullable}}}], table=t}, step=statement}, {step=execute, text={unknown=format('drop table %I', n)}}, {statement=query{calls=[f], invoked=[{arguments=[[-, {integer=1}]], name=f}]}, step=statement}, {step=assign, value={bool}, variable=found}], handlers=[{errors=[others]}], step=try}]}"#,
        ),
        (r#"select nextval('s')"#, r#"query{calls=[nextval]}"#),
        (
            r#"with gone as (delete from a where x < 3 returning *) insert into b select * from gone"#,
            r#"delete{filter={condition=«x < 3», filter=condition}, tables=[a]}; insert{table=b, verb=INSERT}"#,
        ),
    ]);
}
