-- Domains: what they take, what is built on them, and functions that get another name.
create extension if not exists btree_gist;
create type plain as (x int);
create domain moment as timestamptz default now();
create domain code as varchar(20);
create domain sub as code check (value <> 'none');
create domain deeper as sub check (length(value) > 1) check (value ~ '^[a-z]' or upper(value) = value);
create domain amount as numeric(10,2) not null default 0;
create domain small as int;
create domain flags as text[];
create table t (a moment, b moment, c timestamptz, d code, e sub, f deeper, g amount, h small, i int, j flags, k text, check (a <= b), constraint one check (a is null or a <= c), check (d = e), check (f like 'x%' and length(f) > 2), check (g > 0 and g * 2 < 100), check (h + i > 5), check (h in (1, 2)), check (coalesce(d, k) = 'x'), check (d in ('a', 'b')), check (case when d = 'a' then h > 1 else true end), check (lower(e) = k or e || 'x' = k), check (a between b and c), check (extract(year from a) > 2000), check (g::numeric(10,2) > 1), check (d::varchar > 'a'), check (h::bigint > 1), check (j[1] = 'x' or 'y' = any (j)), check (not (a > b)), check (-h < 1), check (greatest(a, b) = c), check (a + '1 day' > b), check (num_nonnulls(a, b) = 1), check (char_length(d) > 0));
alter table t add check (b > c), add column l moment check (l > a), add column m code generated always as (upper(d)) stored, add column n text generated always as (d || 'x') stored;
create index on t ((a - b)) where a > b;
create index on t (lower(d), (g + 1), (e || f)) where d = 'x' and h > 1;
create unique index on t (date_part('year', a at time zone 'utc'));
alter table t alter column c type moment;
alter table t alter column b type timestamptz;
alter table t add constraint two exclude using gist (d with =) where (d <> 'x');
alter domain code add constraint named check (value <> '');
alter domain code add constraint named check (value <> 'x'); -- already-exists
alter domain code add check (length(value) < 10);
alter domain code add check (length(value) < 9) not valid;
alter domain code validate constraint code_check1;
alter domain code validate constraint nope; -- not-found
alter domain code rename constraint code_check to shorter;
alter domain code rename constraint nope to shorter; -- not-found
alter domain code rename constraint shorter to named; -- already-exists
alter domain code drop constraint named;
alter domain code drop constraint if exists named;
alter domain code drop constraint named; -- not-found
alter domain sub add constraint over check (value <> 'a' and length(value) > 3);
alter domain code set default 'abc';
alter domain moment drop default;
alter domain amount drop not null;
alter domain small set not null;
alter domain flags set default '{}';
alter domain plain set default null; -- wrong-kind
alter domain nope drop default; -- not-found
create function is_fine(v text) returns boolean language sql immutable as 'select true';
create function numbered() returns int language sql as 'select 1';
create function audit() returns trigger language plpgsql as 'begin return new; end';
create table u (a text default 'x' check (is_fine(a)), b int default numbered(), c boolean generated always as (is_fine(a)) stored, d text);
create index on u (is_fine(a)) where is_fine(d);
create domain fine as text check (is_fine(value)) default is_fine('x')::text;
create view uses as select is_fine(a) as x from u;
create trigger watch before update on u for each row when (is_fine(new.a)) execute function audit();
alter function is_fine rename to is_well;
alter function numbered rename to "Numbered";
alter table u alter column d set default is_well('a')::text;
create type money_of as enum ('USD', 'EUR');
create type "Size of" as enum ('S', 'M');
create table v (a money_of default 'USD', b money_of not null default 'EUR'::money_of, c "Size of" default 'S', d text default 'M'::"Size of", e date, f timestamp, g text check (g::money_of <> 'USD'), h money_of);
create index v_e on v (date(f));
create index v_f on v (date(e), date(f));
alter table v alter column a type text, alter column b type varchar(10), alter column c type text;
alter table v alter column f type date;
drop type money_of; -- has-dependents
alter table v drop column h;
drop type money_of; -- has-dependents
drop type money_of cascade;
drop type "Size of"; -- has-dependents
alter table v alter column c drop default;
drop type "Size of"; -- has-dependents
drop type "Size of" cascade;
alter table v alter column f type timestamp;
