-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table hh(a int, b int, c int, index z(a,b), index y(b,c), unique u(a,c));
alter table hh drop column b;
alter table hh drop column a;
create table kk(a int check (a>0), b int, c int, constraint zz check(a<10), check (a<b), check (c>1), check (b > 3));
alter table kk drop column a; -- has-dependents
alter table kk drop column c;
alter table kk drop constraint CONSTRAINT_1; -- not-found
alter table kk add check (b > 4);
create table pp(id int primary key, u varchar(10), key(u));
create table c1(id bigint, foreign key (id) references pp(id)); -- key-mismatch
create table c2(u varchar(20), foreign key (u) references pp(u)); -- key-mismatch
create table c3(id int not null, foreign key (id) references pp(id) on delete set null); -- invalid-definition
set foreign_key_checks=0;
set foreign_key_checks=1;
create table c6(id int, foreign key (id) references pp(id));
drop table pp; -- has-dependents
alter table pp drop primary key; -- has-dependents
alter table pp modify id bigint; -- key-mismatch
alter table pp drop column id; -- has-dependents
alter table pp rename column id to id2;
create table ch(a text, b varchar(10), c tinytext, d char(3) character set latin1, e mediumtext) default charset latin1;
alter table ch default charset utf8mb4;
alter table ch convert to character set utf8mb4;
create table ai(id int auto_increment primary key, b int);
alter table ai drop primary key; -- invalid-definition
alter table ai drop primary key, add index(id);
create view v as select a,b from ch;
create table v(a int); -- already-exists
alter table ch rename column a to z;
rename table ch to ch2;
create table ck2(a int, constraint zz check (a>1)); -- already-exists
create table l like c6;
create table q as select * from c6;
create table dd(a int default 1, key(a), key(a));
alter table dd add key K1(a), add key k1(a); -- already-exists
create table parent_of_renamed (id char(36) primary key);
create table renamed_key (id int, request_id char(36) not null, other char(36), foreign key (request_id) references parent_of_renamed (id) on delete cascade, foreign key (other) references parent_of_renamed (id));
alter table renamed_key change request_id flow_id char(36) not null;
alter table renamed_key modify flow_id char(36);
create index renamed_flow on renamed_key (flow_id);
alter table renamed_key rename column other to another;
alter table renamed_key add index renamed_other (another, id);
create table ai1 (p int, check (p > 0));
alter table ai1 modify p int auto_increment unique; -- invalid-definition
create table ai2 (p int, g int as (p + 1) stored);
alter table ai2 modify p int auto_increment primary key; -- invalid-definition
create table ai3 (p int auto_increment primary key, h int default (p + 2)); -- invalid-definition
create table ai4 (p int auto_increment primary key, h int as (p + 2) virtual); -- invalid-definition
create table marked_twice (a serial unique, b int unique unique key, c int unique, unique (c));
set foreign_key_checks = 0;
create table fk_early (x int, constraint fk_early_x foreign key (x) references fk_late (id));
create table fk_late (id int primary key);
set foreign_key_checks = 1;
create table no_view (a int);
drop view if exists no_view;
drop view no_view; -- wrong-kind
