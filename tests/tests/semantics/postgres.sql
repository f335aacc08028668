-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table a(id int primary key, x int, y text);
create table b(id int primary key, a_id int references a, b text);
drop table a; -- has-dependents
create view v as select id, x from a;
alter table a drop column x; -- has-dependents
alter table a alter column x type bigint; -- has-dependents
alter table a drop column y;
alter table a drop constraint a_pkey; -- has-dependents
alter table a drop constraint nope; -- not-found
alter table a drop constraint if exists nope;
alter table a add primary key (x); -- invalid-definition
alter table a add constraint u unique (x, x); -- invalid-definition
alter table a add foreign key (x) references b(b); -- key-mismatch
alter table a add foreign key (x) references b(a_id); -- key-mismatch
alter table b add foreign key (a_id, id) references a; -- key-mismatch
create index on a(zz); -- invalid-definition
create index i on a(x);
create index i on b(a_id); -- already-exists
create table i(z int); -- already-exists
create sequence i; -- already-exists
create view i as select 1 as a; -- already-exists
create type i as enum ('a');
create type j as (a int);
create table j(a int); -- already-exists
create type a as enum ('a'); -- already-exists
drop index a_pkey; -- has-dependents
alter index a_pkey rename to a_pk;
alter index i rename to a_pk; -- already-exists
create table c(p int, p int); -- invalid-definition
create table c(p int primary key, primary key (p)); -- invalid-definition
create table c(p int, constraint k check (p>0), constraint k check (p>1)); -- already-exists
create table c(p int check (q > 0)); -- invalid-definition
create table c(p int references nope); -- not-found
create table c(p int references a(x)); -- key-mismatch
create table c(p text references a); -- key-mismatch
create table c(p bigint references a);
create table if not exists c(z int);
alter table c add column if not exists p int;
alter table c add column p int; -- already-exists
alter table c rename column p to p; -- already-exists
alter table c rename column p to q;
alter table c rename column nope to q; -- not-found
alter table c alter column q drop not null;
alter table c add constraint c_pk primary key(q);
alter table c alter column q drop not null; -- not-allowed
alter table c add column s serial;
drop sequence c_s_seq; -- has-dependents
drop sequence c_s_seq cascade;
alter table c drop column s;
create schema app;
create table app.t(a int);
drop schema app; -- has-dependents
alter table app.t set schema nope; -- not-found
alter table c set schema app;
drop schema app cascade;
create table app.c(a int); -- not-found
drop table c; -- not-found
drop table if exists c;
create type mood as enum ('a','b');
create type mood as enum ('a'); -- already-exists
create table m(m mood, n mood[]);
drop type mood; -- has-dependents
alter type mood add value 'c' before 'zz'; -- not-found
alter type mood add value 'b'; -- already-exists
alter type mood add value if not exists 'b';
alter type mood rename value 'a' to 'b'; -- already-exists
alter type mood rename to m; -- already-exists
alter type mood rename to feeling;
drop type feeling cascade;
insert into m(m) values (1); -- not-found
insert into m(nope) values (1); -- not-found
insert into nope values (1); -- not-found
update m set nope = 1; -- not-found
delete from nope; -- not-found
create table m2(like nope); -- not-found
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create function f() returns trigger language plpgsql as $$ begin return new; end $$; -- already-exists
create or replace function f() returns trigger language plpgsql as $$ begin return null; end $$;
create or replace function f() returns int language plpgsql as $$ begin return 1; end $$; -- not-allowed
create trigger t before insert on a for each row execute function f();
create trigger t before insert on a for each row execute function f(); -- already-exists
create trigger t2 before insert on a for each row execute function nope(); -- not-found
drop function f(); -- has-dependents
drop trigger nope on a; -- not-found
drop trigger if exists nope on a;
drop trigger t on nope; -- not-found
drop function f() cascade;
create or replace view v as select id, x, 1 as z from a;
create view v as select 1 as a; -- already-exists
create table v(a int); -- already-exists
drop table v; -- wrong-kind
drop view a; -- wrong-kind
drop view nope; -- not-found
create materialized view mv as select id from a;
drop view mv; -- wrong-kind
refresh materialized view concurrently mv; -- not-allowed
create unique index on mv(id);
refresh materialized view concurrently mv;
refresh materialized view v; -- wrong-kind
truncate a; -- has-dependents
truncate a, b;
truncate a cascade;
alter table v add column z int; -- wrong-kind
alter table a rename to b; -- already-exists
alter table a rename to a2;
alter table a2 rename constraint a_pk to b_pkey; -- already-exists
alter table a2 rename constraint nope to z; -- not-found
comment on table nope is 'x'; -- not-found
comment on column a2.nope is 'x'; -- not-found
create table p(a int, b int) partition by list (a);
create table p1 partition of p for values in (1);
create table p2 partition of a2 for values in (1); -- not-allowed
alter table p add primary key (b); -- not-allowed
alter table p add primary key (a);
create index on p(b);
drop index p1_b_idx; -- has-dependents
alter table p1 drop column b; -- not-allowed
alter table p drop column a; -- not-allowed
alter table p drop column b;
drop table p;
create table par(a int);
create table chi(b int) inherits (par);
drop table par; -- has-dependents
alter table par add column c int;
alter table par drop column a;
drop table par cascade;
create table g(a int, b int generated always as (a*2) stored, c int generated by default as identity);
alter table g drop column a; -- has-dependents
alter table g alter column a type bigint; -- has-dependents
alter table g alter column b set default 1; -- not-allowed
alter table g alter column c drop not null; -- not-allowed
alter table g alter column a add generated always as identity; -- not-allowed
alter table g alter column c drop identity;
alter table g alter column c drop identity; -- not-found
alter table g alter column b drop expression;
alter table g alter column b drop expression; -- not-found
drop sequence g_c_seq; -- not-found
create extension if not exists citext;
create table ci(a citext);
alter table nope add column a int; -- not-found
alter table if exists nope add column a int;
alter table a2 add constraint fk2 foreign key (x) references a2(id) deferrable initially deferred;
alter table a2 add constraint fk2 foreign key (x) references a2(id); -- already-exists
alter table a2 alter constraint fk2 not deferrable;
alter table a2 validate constraint fk2;
alter table a2 validate constraint nope; -- not-found
create unique index uu on a2(x);
alter table a2 add constraint ux unique using index uu;
create table r(x int references a2(x));
alter table a2 drop constraint ux; -- has-dependents
alter table a2 drop constraint ux cascade;
create domain d as int check (value > 0);
create table dt(a d);
drop domain d; -- has-dependents
drop type d cascade;
create sequence sq owned by a2.nope; -- not-found
create sequence sq owned by a2.x;
alter sequence sq rename to a2; -- already-exists
alter table a2 drop column x; -- has-dependents
drop sequence sq;
