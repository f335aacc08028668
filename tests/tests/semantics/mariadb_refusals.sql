-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table a(id int auto_increment primary key, t text, v varchar(20), d datetime, j json, n int);
alter table a add foreign key (t) references a(id); -- key-mismatch
alter table a add check (id > 0); -- invalid-definition
alter table a add column g int generated always as (id + 1) stored; -- invalid-definition
alter table a add column g int generated always as (n + 1) stored;
alter table a add check (n > 0);
alter table a rename column n to n;
alter table a modify id blob; -- invalid-definition
alter table a alter column d set default true; -- invalid-definition
alter table a alter column d set default 'x'; -- invalid-definition
alter table a alter column n set default 'x'; -- invalid-definition
alter table a alter column n set default '5';
alter table a alter column d set default '2020-01-01 00:00:00';
create table b(v varchar(20000)) charset utf8mb4; -- invalid-definition
create table b(v varchar(16000), w varchar(16000)) charset utf8mb4; -- invalid-definition
create table b(v varchar(16000), w text) charset utf8mb4;
create table c0(v varchar(800), primary key(v)) charset utf8mb4; -- invalid-definition
create table c(v varchar(800), w varchar(700), key(v(700)), key(w)) charset utf8mb4;
create index i on c(v(400), w(400)); -- invalid-definition
create table e(v varchar(3000), key(v)) charset latin1;
create table m(a int, b int, foreign key (a) references nope(x)) engine=myisam;
create trigger t1 before insert on a for each row set new.nope = 1; -- not-found
create trigger t1 before insert on a for each row set new.n = 1;
insert into a (n, n) values (1, 2); -- invalid-definition
insert into a (n, v) values (1); -- invalid-definition
insert into a values (1, 2); -- invalid-definition
insert into a values ();
update a set n = nope where id = 1; -- not-found
update a set n = n + 1 where nope = 1; -- not-found
delete from a where nope is null; -- not-found
insert into a (n) select n from nope; -- not-found
create table p(t text, n int, primary key (t)); -- invalid-definition
create table p(t text, n int, primary key (t(10)));
create table ba(d datetime, e date, i int, key(d), key(e), key(i));
create table bb(x decimal(10,8), foreign key (x) references ba(d));
create table bc(x decimal(10,8), foreign key (x) references ba(i)); -- key-mismatch
set @old = @@foreign_key_checks, foreign_key_checks = 0;
set @old = @@foreign_key_checks, foreign_key_checks = 0;
set foreign_key_checks = @old;
create table fk4(a int primary key);
create table fk5(a int, foreign key (a) references fk4(a));
drop table fk4;
