-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table p(id int primary key, a int, b int);
create table t(id int primary key, a int, b int, c int, foreign key (a) references p(id), foreign key (b) references p(id));
alter table t drop foreign key t_ibfk_2, add foreign key (c) references p(id);
alter table t add constraint t_chk_5 check (a>1), add check (b>1);
alter table t add check (c>1);
create index b on t(b,c);
alter table t drop index b;
alter table t drop index a; -- has-dependents
alter table t add index q (a), drop index a;
alter table t drop column b;
alter table t drop foreign key t_ibfk_1, drop column b; -- not-found
alter table t rename column c to d;
alter table t drop constraint CONSTRAINT_2;
alter table t rename column c to d; -- not-found
alter table t change c d bigint; -- not-found
create table g(a int, b int generated always as (a+1), c int default (a+1), index z(a,b));
alter table g rename column a to a2;
alter table g drop column a; -- not-found
create table h(a int, b int, c int, index z(a,b), unique u(a,c), index y(b), primary key (a,b));
alter table h drop column b; -- has-dependents
alter table h drop column a; -- has-dependents
create table k(a int check (a>0), b int check (b>0), c int check(c > 0), constraint zz check(a<10), check (a<b));
alter table k drop column a; -- has-dependents
