-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table a(id int primary key, x int, y text);
create table b(id int primary key, a_id int, b text, foreign key (a_id) references a(id));
drop table a; -- has-dependents
create view v as select id, x from a;
alter table a drop primary key; -- has-dependents
alter table a drop foreign key nope; -- not-found
alter table a drop index nope; -- not-found
alter table a add primary key (x); -- invalid-definition
alter table a add unique u (x, x); -- invalid-definition
alter table a add index (y);
alter table a add index (y(10));
alter table a add foreign key (x) references b(b); -- key-mismatch
alter table a add foreign key (x) references b(a_id);
alter table b add foreign key (a_id, id) references a(id); -- key-mismatch
create index i on a(zz); -- invalid-definition
create index i on a(x);
create index i on b(a_id);
create table i(z int);
drop index i on b; -- has-dependents
drop index i on b; -- has-dependents
create table c(p int, P int); -- invalid-definition
create table c(p int primary key, primary key (p)); -- invalid-definition
create table c(p int, constraint k check (p>0), constraint k check (p>1)); -- already-exists
create table c(p int, check (q > 0)); -- invalid-definition
create table c(p int, foreign key (p) references nope(id)); -- not-found
create table c(p bigint, foreign key (p) references a(id)); -- key-mismatch
create table c(p int unsigned, foreign key (p) references a(id)); -- key-mismatch
create table c(p int);
create table if not exists c(z int);
alter table c add column p int; -- already-exists
alter table c rename column p to q;
alter table c rename column nope to q; -- not-found
alter table c change nope q int; -- not-found
alter table c modify q bigint not null;
alter table c add column z int after nope; -- not-found
alter table c add column z int after Q;
alter table c drop column q, drop column z; -- not-allowed
alter table c modify q bigint auto_increment; -- invalid-definition
alter table c modify q bigint auto_increment primary key;
alter table c drop primary key; -- invalid-definition
alter table c modify q bigint, drop primary key;
alter table b drop foreign key b_ibfk_1;
alter table b drop index a_id; -- not-found
drop table a;
drop table a; -- not-found
drop table if exists a;
drop view v;
drop view v; -- not-found
drop table nope, b; -- not-found
drop table b; -- not-found
create table t1(a int, b int, c int, key k (a,b), unique (c));
alter table t1 rename index k to c; -- already-exists
alter table t1 rename index k to kk;
alter table t1 rename index k to kk; -- not-found
alter table t1 rename to t2, add column z int;
insert into t2(nope) values (1); -- not-found
insert into nope values (1); -- not-found
update t2 set nope = 1; -- not-found
delete from nope; -- not-found
truncate t2;
create table ch(id int, t int, foreign key (t) references t2(c));
truncate t2; -- has-dependents
alter table t2 drop column c; -- has-dependents
alter table t2 drop index c; -- has-dependents
alter table ch modify t bigint; -- key-mismatch
alter table t2 rename column c to cc;
rename table t2 to t3, ch to t2;
rename table nope to x; -- not-found
create trigger tr before insert on t3 for each row set new.a = 1;
create trigger tr before insert on t2 for each row set new.id = 1; -- already-exists
drop trigger tr;
drop trigger tr; -- not-found
create function f() returns int deterministic return 1;
create function f() returns int deterministic return 1; -- already-exists
drop procedure f; -- not-found
drop function f;
create table gen(a int, b int generated always as (a+1) stored, c int as (b+1));
alter table gen drop column a; -- has-dependents
alter table gen rename column b to bb;
alter table gen modify a bigint;
alter table gen alter column a set default 1;
alter table gen drop column c, drop column b; -- not-found
create table one(a int);
alter table one drop column a; -- not-allowed
alter table one drop column a, add column b int;
create table lk like nope; -- not-found
create table lk like t3;
alter table lk add constraint ck check (a > 0);
alter table lk drop constraint ck;
alter table lk add constraint ck check (a > 0), add constraint ck check (b > 0); -- already-exists
alter table lk add index n1 (a), drop index n1; -- not-found
alter table lk drop index kk, add index kk (b);
create view v2 as select * from nope; -- not-found
create view v2 as select a from t3;
alter table t3 drop column a;
drop table v2; -- wrong-kind
drop view t3; -- wrong-kind
create or replace view t3 as select 1 as a; -- already-exists
