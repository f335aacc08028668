create schema app;
create type mood as enum ('sad', 'ok', 'happy');
create domain score as integer default 1 constraint low check (value > 0);
create type pair as (a integer, b text);
create sequence free;
create function note() returns trigger language plpgsql as 'begin return new; end';
create function twice(a integer) returns integer language sql immutable as 'select a * 2';
create table other (id integer primary key, code text unique);
insert into other values (1, 'x');
create table t (
  id serial primary key,
  a integer,
  b text default 'b',
  c character varying(20),
  d timestamp without time zone default '2024-01-01',
  e mood default 'ok',
  f numeric(10, 2),
  g integer generated always as identity,
  h integer generated always as (a + 1) stored,
  i jsonb,
  j boolean default true,
  k text[],
  o integer,
  constraint positive check (a > 0),
  constraint pair_key unique (a, b),
  constraint to_other foreign key (o) references other
);
create index t_b on t (b);
create trigger noted before insert on t for each row execute function note();
create view v as select id, b, e from t;
create view w as select id, e from v where e = 'sad';
create materialized view m as select c, count(*) as n from t group by c;
create unique index m_c on m (c);
create table p (id bigint not null, at date not null, x text) partition by range (at);
create table p1 partition of p for values from ('2024-01-01') to ('2025-01-01');
create table p2 partition of p for values from ('2025-01-01') to ('2026-01-01');
create table parent (a integer);
create table child (b integer) inherits (parent);
