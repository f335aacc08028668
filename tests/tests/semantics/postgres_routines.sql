-- ALTER of functions, procedures and triggers.
create extension if not exists plpgsql;
create extension plpgsql; -- already-exists
create schema app;
create function f(a int) returns int language sql as 'select a';
create function f(a text) returns int language sql as 'select 1';
create procedure p(a int) language sql as 'select a';
create function g() returns trigger language plpgsql as 'begin return new; end';
create table t (a int, b text);
create trigger r before insert on t for each row execute function g();
alter function f rename to h; -- invalid-definition
alter function nope() rename to h; -- not-found
alter function f(int) rename to h;
alter function h rename to f;
alter procedure f(text) rename to h; -- not-found
alter routine f(text) rename to h;
alter routine h(text) rename to f;
alter function f(int) rename to f; -- already-exists
alter procedure p(int) rename to f; -- already-exists
alter function g() rename to g2;
alter function g2() set schema app;
alter function app.g2() stable strict security definer set search_path = app, public;
alter function app.g2() volatile called on null input security invoker;
alter function app.g2() reset search_path;
alter function f(int) cost 7 parallel safe leakproof;
alter function f(int) cost 100 parallel unsafe not leakproof;
alter function f(text) set work_mem to '1MB' set statement_timeout to default;
alter function f(text) reset all;
alter function f(text) owner to current_user;
alter procedure p(int) set schema app;
alter procedure app.p set schema app;
alter function f(text) set schema nope; -- not-found
alter trigger r on t rename to r2;
alter trigger r on t rename to r3; -- not-found
create trigger r before update on t for each row execute function app.g2();
alter trigger r on t rename to r2; -- already-exists
drop function app.g2(); -- has-dependents
alter schema app rename to app2;
create table "Row" (a int, "B c" text);
create type "Two" as (x int);
create function of_row(r "Row", "T" "Two"[] default null) returns "Row" language sql as 'select r';
create function of_two("Two") returns setof "Two" language sql as 'select $1';
create function of_none("Rowe") returns int language sql as 'select 1'; -- not-found
create function d1(a int default 5 :: integer, b bigint = '7', c text default 'x'::text, d jsonb default '{"a": 1, "b": 0.10}', e text[] default '{}', f boolean default 't', g numeric default -1.5, h int default cast(3 as int)) returns int language sql as 'select 1';
create function d2(a text = null, b int = null::int, c timestamptz default now(), d "Two" default null, e varchar default 'a') returns int language sql as 'select 1';
with one as (select 1 as a), two as (update t set a = one.a from one returning t.a) insert into "Row" (a) select two.a from two join one using (a);
with recursive two as (delete from t using one where t.a = one.a returning t.a), one as (select 1 as a) select * from two;
with two as (update t set a = one.a from one returning t.a), one as (select 1 as a) select * from two; -- not-found
update pg_catalog.pg_index set indisvalid = true where indexrelid = 0;
update pg_class set relname = relname where oid = 0;
create type held as enum ('a');
create type "Held" as (x int);
create function holds(a held, b int) returns int language sql as 'select 1';
create function gives() returns setof "Held" language sql as 'select null::"Held"';
create function "holds too"("Held"[]) returns int language sql as 'select 1';
drop type held; -- has-dependents
drop type "Held"; -- has-dependents
drop function gives();
drop type "Held"; -- has-dependents
drop type "Held" cascade;
drop function holds(held, int);
drop type held;
create function sum_of(int) returns int immutable language sql as 'select $1';
create table sums (a int, b int generated always as (sum_of(a)) stored, c int default sum_of(1), d int check (sum_of(d) > 0), e int);
create index sums_e on sums (sum_of(e));
create index sums_where on sums (e) where sum_of(e) > 1;
create view sums_view as select sum_of(a) as x from sums;
create domain summed as int default sum_of(3) check (sum_of(value) > 0) check (value < 9);
create domain checked as int check (sum_of(value) > 0) check (value < 9);
create function in_text() returns int language sql as 'select sum_of(1)';
drop function sum_of(int); -- has-dependents
drop function sum_of(int) cascade;
drop function in_text();
drop table sums;
drop domain summed; -- not-found
drop domain checked;
create table rowed (a int);
create table of_rowed (id int, r rowed, many rowed[]);
create function takes_rowed(rowed) returns int language sql as 'select 1';
create view reads_rowed as select r from of_rowed;
drop table rowed; -- has-dependents
drop table rowed cascade;
drop table of_rowed;
