-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it. Run on every version.
create table w (a int, b int not null, c text, d int generated always as (a + 1) stored, e int not null, constraint k check (b > 0), constraint n check (e > 5) no inherit);
create table v () inherits (w);
create table p (a int, b int not null, c text, d int generated always as (a + 1) stored, e int not null, unique (e), constraint k check (b > 0)) partition by list (e);
create table p1 partition of p default;
alter table only w add column z int; -- not-allowed
alter table only p add column z int; -- not-allowed
alter table only w alter a set default 3;
alter table only p alter a set default 3;
alter table only w alter c set not null;
alter table only p alter c set not null; -- not-allowed
alter table only w alter b drop not null;
alter table only w alter a type bigint; -- not-allowed
alter table only p alter a type bigint; -- not-allowed
alter table only w rename c to cc; -- not-allowed
alter table only p rename c to cc; -- not-allowed
alter table only w add constraint x check (e > 1); -- not-allowed
alter table only p add constraint x check (e > 1); -- not-allowed
alter table only w add constraint y check (e > 1) no inherit;
alter table only w alter d drop expression; -- not-allowed
alter table only p alter d drop expression; -- not-allowed
alter table only w alter e add generated always as identity;
alter table only p add unique (e, a);
alter table only p drop constraint p_e_key;
alter table only w drop constraint k;
alter table only w drop constraint n;
alter table only w drop column c;
alter table only p drop column c; -- not-allowed
alter table only w set (fillfactor = 50);
create index on only p (a);
drop table w cascade;
drop table p;
create table w (a int, b int not null, constraint c check (b > 0), constraint n check (a > 0) no inherit);
create table v () inherits (w);
create table p (a int, b int not null, constraint c check (b > 0), primary key (b), constraint fa foreign key (a) references p (b)) partition by list (b);
create table p1 partition of p default;
alter table v drop constraint c; -- not-allowed
alter table p1 drop constraint c; -- not-allowed
alter table p1 drop constraint p1_pkey; -- not-allowed
alter table p1 drop constraint fa; -- not-allowed
alter table v rename constraint c to cc; -- not-allowed
alter table p1 rename constraint c to cc; -- not-allowed
alter table p1 rename constraint p1_pkey to p1_key;
alter table p1 rename constraint fa to ff;
alter table w rename constraint c to cc;
alter table p rename constraint c to cc;
alter table p rename constraint fa to faa;
alter table w rename constraint n to nn;
alter table v add constraint x check (a > 1);
alter table w add constraint x check (a > 2); -- already-exists
alter table v add constraint y check (a > 1) no inherit;
alter table w add constraint y check (a > 1); -- already-exists
alter table v add constraint z check (a > 1) not valid;
alter table w add constraint z check (a > 1); -- already-exists
alter table w add constraint q check (a > 1) not valid;
alter table only w validate constraint q; -- not-allowed
alter table w validate constraint q;
alter table p1 alter b drop not null; -- not-allowed
alter table v alter a type bigint; -- not-allowed
alter table v rename a to aa; -- not-allowed
alter table v drop a; -- not-allowed
alter table w alter a set default 1, alter a set statistics 10;
alter table v alter a drop default;
alter table w alter a set not null;
alter table w alter a drop not null;
alter table p alter a set default 1, alter a set not null, alter a set (n_distinct = 5);
alter table p1 alter a drop default;
alter table p alter a drop not null;
drop table w cascade;
drop table p;
create table p (a int not null, r text not null, constraint ck check (a > 0)) partition by list (a);
create table a1 (a int not null, r text not null, z int, constraint ck check (a > 0));
alter table p attach partition a1 default; -- invalid-definition
create table a2 (a bigint not null, r text not null, constraint ck check (a > 0));
alter table p attach partition a2 default; -- invalid-definition
create table a3 (a int not null, r text, constraint ck check (a > 0));
alter table p attach partition a3 default; -- invalid-definition
create table a4 (a int not null, r text not null);
alter table p attach partition a4 default; -- invalid-definition
create table a5 (a int not null, r text not null, constraint ck check (a > 1));
alter table p attach partition a5 default; -- invalid-definition
create table a6 (a int not null, r text collate "C" not null, constraint ck check (a > 0));
alter table p attach partition a6 default; -- invalid-definition
create table a8 (a int not null);
alter table p attach partition a8 default; -- not-found
create table a9 (a int not null default 3, r text not null, constraint ck check (a > 0));
alter table p attach partition a9 default;
alter table p attach partition a9 default; -- not-allowed
alter table p detach partition a9;
alter table p detach partition a9; -- not-found
create table b1 (a int not null, r text not null, constraint ck check (a > 0));
create table b2 () inherits (b1);
alter table p attach partition b1 default; -- not-allowed
alter table p attach partition b2 default; -- not-allowed
create table f (a int);
create table g (x int, y text) inherits (f);
alter table f add column x bigint; -- invalid-definition
alter table f add column y text default 'a';
alter table f add column i int generated always as identity; -- not-allowed
alter table f add column j serial;
alter table f add column l int check (l > 4) unique;
alter table f alter l add generated always as identity; -- not-allowed
alter table f alter l set not null, alter l add generated always as identity;
create table pi (r int not null, p int) partition by list (p);
create table pi1 partition of pi (r generated always as identity) default; -- not-allowed
create table pi1 partition of pi (r default 3, primary key (r), check (r > 0)) default;
create table dia (x int default 1, g int generated always as (x + 1) stored, constraint dia_c check (x > 0));
create table dib () inherits (dia);
create table dic () inherits (dia);
create table did () inherits (dib, dic);
alter table dia rename constraint dia_c to dia_cc;
alter table dia add column y int default 3;
alter table dia add constraint dia_y check (y > 1);
alter table dia alter x set default 2;
alter table dia alter x set not null;
alter table only dia add column if not exists x int;
alter table only dia add column x int; -- already-exists
alter table only dia rename column nope to x; -- not-found
create table pk2 (a int, b int, unique (b)) partition by list (b);
create table pk21 partition of pk2 default;
alter table only pk2 drop column if exists nothing;
alter table only pk2 drop column nothing; -- not-found
alter table pk21 add constraint extra unique (b);
alter table pk21 drop constraint extra;
alter table pk21 add column z int; -- not-allowed
create table lone (a int not null, b int) partition by list (a);
alter table only lone add foreign key (b) references dia (x); -- not-allowed
create table cyc (x int) partition by list (x);
create table cyc1 partition of cyc for values in (1) partition by list (x);
alter table cyc1 attach partition cyc for values in (1); -- not-allowed
create table nv (a int, constraint nv_c check (a > 0)) partition by list (a);
create table nv1 (a int);
alter table nv1 add constraint nv_c check (a > 0) not valid;
alter table nv attach partition nv1 default; -- invalid-definition
create table nv2 (a int, constraint nv_c check (a > 1));
alter table nv attach partition nv2 default; -- invalid-definition
create table nv3 (a int, constraint nv_c check (((a)) > (0)));
alter table nv attach partition nv3 default;
create table ser (a int, s serial);
create table ser1 () inherits (ser);
alter table ser drop column s;
alter table ser add column s serial;
alter table ser drop column s;
create table trp (id int, k int) partition by range (k);
create table trp1 partition of trp for values from (0) to (10);
create function trf() returns trigger language plpgsql as 'begin return new; end';
create trigger g after insert on trp for each row execute function trf();
alter table trp1 disable trigger g;
comment on trigger g on trp1 is 'cloned';
alter table trp1 disable trigger h; -- not-found
create view like_v as select 1 as a, 2 as b;
create table like_view (like like_v);
create type like_c as (a int, b text);
create table like_composite (like like_c, c int);
create materialized view like_m as select 1 as a;
create table like_matview (like like_m including all);
