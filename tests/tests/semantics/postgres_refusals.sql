-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table a(i integer, t text, v varchar(20), j jsonb, u uuid, b boolean, d date, s timestamptz, arr text[], n numeric(10,2));
alter table a alter column t type integer; -- invalid-definition
alter table a alter column t type integer using t::integer;
alter table a alter column i type text;
alter table a alter column i type integer; -- invalid-definition
alter table a alter column v type uuid; -- invalid-definition
alter table a alter column j type text[]; -- invalid-definition
alter table a alter column j type varchar(20);
alter table a alter column b type integer; -- invalid-definition
alter table a alter column b type text;
alter table a alter column d type timestamp;
alter table a alter column d type integer; -- invalid-definition
alter table a alter column s type time;
alter table a alter column arr type varchar(5)[];
alter table a alter column arr type text;
alter table a alter column n type bigint;
alter table a alter column n type boolean; -- invalid-definition
create table d(i integer default 1, t text default 'x', b boolean default true, s timestamptz default now(), u uuid default gen_random_uuid());
alter table d alter column t type integer using length(t); -- invalid-definition
alter table d alter column t type integer using length(t), alter column t drop default; 
alter table d alter column b type integer using 1; -- invalid-definition
alter table d alter column s type uuid using null; -- invalid-definition
alter table d alter column s type date;
alter table d alter column u type text;
alter table d alter column i type text;
alter table d alter column i type jsonb using null; -- invalid-definition
create table e(i integer default 'x'); -- invalid-definition
create table e(i integer default true); -- invalid-definition
create table e(i integer default now()); -- invalid-definition
create table e(u uuid default 'nope'); -- invalid-definition
create table e(b boolean default 1); -- invalid-definition
create table e(b boolean default 'yes', t text default 1, d date default now(), n numeric default 1.5, i int default '5', j jsonb default '{}');
alter table e alter column i set default 'five'; -- invalid-definition
alter table e alter column j set default now(); -- invalid-definition
alter table e add column z bigint default 'q'; -- invalid-definition
create type mood as enum ('a', 'b');
create table m(m mood default 'c'); -- invalid-definition
create table m(m mood default 'a', n integer, t text);
alter table m alter column m set default 'nope'; -- invalid-definition
alter table m alter column m set default 'b';
alter type mood set schema public;
insert into m values ('a', 1, 't', 4); -- invalid-definition
insert into m values ('a', 1);
insert into m (m, n) values ('a'); -- invalid-definition
insert into m (m) values ('a', 1); -- invalid-definition
insert into m (m, n) values ('a', 1), ('b', 2);
insert into m (n) values (1) on conflict (n) do nothing; -- key-mismatch
insert into m (n) values (1) on conflict do nothing;
create unique index m_n on m(n) where t = 'q';
insert into m (n) values (9) on conflict (n) do nothing; -- key-mismatch
insert into m (n) values (9) on conflict (n) where t = 'q' do nothing;
create unique index m_nt on m(t, n);
insert into m (n) values (10) on conflict (n, t) do nothing;
insert into m (n) values (10) on conflict (t) do nothing; -- key-mismatch
insert into m (n) values (10) on conflict on constraint m_nt do nothing; -- not-found
create table w(a integer, b integer, c integer, d integer);
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger g1 before update of b on w for each row execute function f();
create trigger g2 after update on w for each row when (old.c is distinct from new.c) execute function f();
alter table w drop column b; -- has-dependents
alter table w drop column c; -- has-dependents
alter table w alter column b type bigint; -- has-dependents
alter table w alter column c type bigint; -- has-dependents
alter table w alter column a type bigint;
alter table w drop column a;
alter table w drop column c cascade;
drop trigger g1 on w;
alter table w alter column b type bigint;
create table x(k integer, l integer, o integer);
create table y(k integer, p integer);
create view v1 as select x.l, y.p from x join y on x.k = y.k;
alter table x drop column l; -- has-dependents
alter table x drop column o;
alter table y alter column p type bigint; -- has-dependents
create view v2 as select * from x, y as z(r, q);
alter table x alter column l type text; -- has-dependents
create function h(a integer, b text default 'x') returns integer language sql as $$ select 1 $$;
create or replace function h(c integer, b text default 'x') returns integer language sql as $$ select 1 $$; -- invalid-definition
create or replace function h(a integer, b text) returns integer language sql as $$ select 1 $$; -- invalid-definition
create or replace function h(a integer, b text default 'y') returns integer language sql as $$ select 2 $$;
create or replace function h(a integer, b text default 'y') returns text language sql as $$ select 'x' $$; -- not-allowed
create function h2(integer) returns integer language sql as $$ select 1 $$;
create or replace function h2(a integer) returns integer language sql as $$ select 1 $$;
create table p(a integer, b text, c timestamptz, j json, x jsonb, k integer[]);
create index on p(b) where now() > '2020-01-01'; -- invalid-definition
create index on p((random())); -- invalid-definition
create index on p((lower(b)));
alter table p add column g text generated always as (concat(b, 'x')) stored; -- invalid-definition
alter table p add column g text generated always as (b || 'x') stored;
create index on p(j); -- invalid-definition
create index on p using gin (a); -- invalid-definition
create index on p using gin (x);
create index on p using gin (k);
create index on p using gin (b); -- invalid-definition
alter table p add unique (j); -- invalid-definition
create table q(i integer default nextval('nope')); -- not-found
create sequence "Odd";
create table q(i integer default nextval('"Odd"'), j integer default nextval('public."Odd"'::regclass));
insert into p (a, b, a) values (1, 'x', 2); -- invalid-definition
insert into p (k[1], k[2]) values (1, 2);
insert into p (a) values ('x'); -- invalid-definition
insert into p (a) values (true); -- invalid-definition
insert into p (b) values (1);
insert into p (a) values (1), (null);
update p set a = true; -- invalid-definition
update p set a = 'q'; -- invalid-definition
update p set k[1] = 2;
update p set a = nope where a = 1; -- not-found
update p set a = a + 1 where nope = 1; -- not-found
update p as t set a = t.a + 1 where t.b is null and extract(day from t.c) = 1;
delete from p where nope is null; -- not-found
delete from p where b is null and xmin is null;
insert into p (a) select a from nope; -- not-found
insert into p (a) select a from p;
create trigger t1 before update of nope on p for each row execute function f(); -- not-found
create trigger t1 before update on p for each row when (new.nope is null) execute function f(); -- not-found
create trigger t1 before update of a on p for each row when (new.b is null) execute function f();
create index on p((c::text)); -- invalid-definition
create index on p((k::text)); -- invalid-definition
create index on p((a::text));
alter table p add column h text generated always as (c::text) stored; -- invalid-definition
alter table p add column h text generated always as (a::text) stored;
create function n1(a nope) returns integer language sql as $$ select 1 $$; -- not-found
create function n1(a integer) returns nope language plpgsql as $$ begin return null; end $$; -- not-found
create function n1(a p) returns setof p language sql as $$ select a $$;
create function n1(a anyelement, variadic b text[]) returns record language plpgsql as $$ begin return null; end $$;
create function n3(a regclass, b int4range, c name, d pg_lsn, e "char", f mood) returns table(x integer, y text) language sql as $$ select 1, 'x' $$;
create table r(a integer, b bytea, c date, d text, e mood);
create index on r((b::text));
create index on r((c::text)); -- invalid-definition
create index on r((e::text)); -- invalid-definition
with w as (select 1 as q, 'x' as z) update r set d = z from w where a = q;
with w as (select 1 as q, 'x' as z) update r set d = z from w;
do $$ declare v integer := 1; begin update r set a = v where a = v; delete from r where a = v; end $$;
create temporary table tt as select 1 as x;
update tt set x = 2 where x = 1;
drop table tt;
create table gen1 (r int generated always as (r) stored); -- invalid-definition
create table gen1 (p int, q int generated always as (p) stored, r int generated always as (q) stored); -- invalid-definition
create table gen1 (p int, q int generated always as (p + 1) stored);
alter table gen1 add column r int generated always as (q + 1) stored; -- invalid-definition
alter table gen1 add column r int generated always as (r + 1) stored; -- invalid-definition
create table gen_part (p int, q int) partition by list (q);
create table gen_part1 partition of gen_part (p default 3) for values in (1);
create table gen_part2 partition of gen_part (z default 3) for values in (2); -- not-found
create table liked (a int unique, b int);
create table like_part (like liked including all) partition by list (b); -- not-allowed
create table like_part (like liked) partition by list (b);
create table twice (a int constraint c unique, constraint c check (a > 0)); -- already-exists
create table twice (a int unique, constraint c unique (a), constraint c check (a > 0)); -- already-exists
create table twice (a int unique, constraint c check (a > 0), constraint c unique (a)); -- already-exists
create schema trig;
create table trig.x (a int);
create function trig_f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on trig.x for each row execute function trig_f();
set search_path = trig, public;
create trigger h before insert on x for each row execute function trig_f();
create trigger i after update of a on "x" for each row when (old.a is distinct from new.a) execute function trig_f();
reset search_path;
create type fits_mood as enum ('a', 'b');
create table fits (a int default 1, b text default '1', c varchar(10) default 'a');
alter table fits alter b type fits_mood using b::fits_mood; -- invalid-definition
alter table fits alter a type bigint;
alter table fits alter c type text;
alter table fits alter b drop default;
alter table fits alter b type fits_mood using b::fits_mood;
