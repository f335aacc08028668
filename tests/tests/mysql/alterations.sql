create table t (a int); ==> alter table t add column b int not null default 3
create table t (a int, b int); ==> alter table t add column c varchar(10) after a
create table t (a int, b int); ==> alter table t add column c varchar(10) first, add column d int after a
create table t (a int, b int, c int, d int); ==> alter table t modify d int first
create table t (a int, b int, c int, d int); ==> alter table t modify b int after d, modify a int after c
create table t (a int, b int, c int); ==> alter table t drop column b
create table t (a int, b int, c int); ==> alter table t drop column b, drop column c, add column d int
create table t (a int); ==> alter table t modify a bigint unsigned not null
create table t (a int not null); ==> alter table t modify a int null default 7
create table t (a varchar(10) default 'x'); ==> alter table t alter a drop default
create table t (a varchar(10)); ==> alter table t modify a varchar(20) collate utf8mb4_bin
create table t (a varchar(10)); ==> alter table t modify a varchar(20) character set latin1
create table t (a varchar(10), b text, c int); ==> alter table t convert to character set latin1
create table t (a varchar(10), b text, c int); ==> alter table t default character set latin1
create table t (a varchar(10), b varchar(10) character set latin1) default charset=latin1; ==> alter table t default character set utf8mb4 collate utf8mb4_bin
create table t (a enum('a','b')); ==> alter table t modify a enum('a','b','c') not null default 'c'
create table t (a timestamp null); ==> alter table t modify a timestamp not null default current_timestamp on update current_timestamp
create table t (a datetime(3)); ==> alter table t modify a datetime(6) default current_timestamp(6)
create table t (a int); ==> alter table t modify a int comment 'it''s'
create table t (a int, b int); ==> alter table t modify b int invisible
create table t (a int, g int as (a + 1) virtual, key g (g)); ==> alter table t drop key g, drop column g, add column g int as (a + 1) stored, add key g (g)
create table t (a int, g int as (a + 1) stored); ==> alter table t modify g int as (a + 2) stored
create table t (a int, g int as (a + 1) stored); ==> alter table t modify g int
create table t (a int, g int as (a + 1) virtual); ==> alter table t modify g int as (a + 2) virtual
create table t (a int not null); ==> alter table t add primary key (a)
create table t (a int not null primary key); ==> alter table t modify a int not null auto_increment
create table t (a int not null auto_increment primary key, b int); ==> alter table t modify a int not null, drop primary key
create table t (b int); ==> alter table t add column a int not null auto_increment first, add primary key (a)
create table t (a int not null, b int not null, primary key (a)); ==> alter table t drop primary key, add primary key (b, a)
create table t (a int, b varchar(50)); ==> alter table t add unique key u (a, b(10) desc)
create table t (a int, b varchar(50), key k (a)); ==> alter table t drop key k, add key k (b)
create table t (a int, b varchar(50), key k (a)); ==> alter table t drop key k, add unique key k (a)
create table t (a int, key k (a)); ==> alter table t drop key k, add key k (a) comment 'x'
create table t (a int, key k (a)); ==> alter table t drop key k
create table t (b varchar(50)); ==> alter table t add fulltext key ft (b)
[mysql] create table t (b varchar(50)); ==> alter table t add fulltext key ft (b) with parser ngram
[mysql] create table t (a int, key k (a)); ==> alter table t alter index k invisible
[mariadb] create table t (a int, key k (a)); ==> alter table t alter index k ignored
[mysql] create table t (b varchar(50)); ==> alter table t add key k ((lower(b)))
create table t (a int); ==> alter table t add constraint c check (a > 0)
create table t (a int, constraint c check (a > 0)); ==> alter table t drop constraint c, add constraint c check (a > 1)
[mysql] create table t (a int, constraint c check (a > 0)); ==> alter table t alter check c not enforced
[mariadb] create table t (a int check (a > 0), b int); ==> alter table t modify a int check (a > 1)
[mariadb] create table t (a int check (a > 0), b int); ==> alter table t modify a int
[mariadb] create table t (a text); ==> alter table t modify a json
create table t (a int); ==> alter table t add constraint f foreign key (a) references parent (id)
create table t (a int); ==> alter table t add constraint f foreign key (a) references parent (id) on delete set null on update cascade
create table t (a int, key f (a)); ==> alter table t add constraint f2 foreign key (a) references parent (id)
create table t (a int, constraint f foreign key (a) references parent (id)); ==> alter table t drop foreign key f
create table t (a int, constraint f foreign key (a) references parent (id)); ==> alter table t drop foreign key f, drop key f
create table t (a int, constraint f foreign key (a) references parent (id)); ==> alter table t drop foreign key f; alter table t add constraint f foreign key (a) references parent (id) on delete cascade
create table t (a int, b int, constraint f foreign key (a) references parent (id)); ==> alter table t add key ab (a, b)
create table t (a int, b int, key ab (a, b), constraint f foreign key (a) references parent (id)); ==> alter table t drop key ab, add key a2 (a)
create table t (a int); ==> alter table t comment = 'now; with a comment'
create table t (a int) engine=MyISAM; ==> alter table t engine=InnoDB
create table t (a int); ==> alter table t row_format=compressed, key_block_size=4
create table t (a int) stats_persistent=1; ==> alter table t stats_persistent=default, max_rows=100
create table t (a int); ==> alter table t partition by hash (a) partitions 4
create table t (a int) partition by range (a) (partition p0 values less than (10)); ==> alter table t add partition (partition p1 values less than (20))
create table t (a int) partition by hash (a) partitions 2; ==> alter table t remove partitioning
create table t (a int) partition by hash (a) partitions 2; ==> alter table t add column b int, comment = 'x' remove partitioning
create table t (a int); create view v as select a from t; ==> create or replace view v as select a + 1 as a from t
create table t (a int); create view v as select a from t; ==> alter algorithm=temptable sql security invoker view v as select a from t
create table t (a int); create view v as select a from t; ==> drop view v
create table t (a int); create view v (b) as select a from t with cascaded check option; ==> create or replace view v (c) as select a from t
create procedure p() select 1; ==> drop procedure p; create procedure p(x int) sql security invoker begin select x; select ';'; end
create function f(x int) returns int deterministic return x; ==> drop function f; create function f(x int) returns varchar(10) deterministic reads sql data comment 'c' return x
create function f(x int) returns int deterministic return x; ==> drop function f
create table t (a int); ==> create trigger tr before insert on t for each row begin set new.a = 1; end
create table t (a int); create trigger tr before insert on t for each row set new.a = 1; ==> drop trigger tr; create trigger tr after insert on t for each row insert into parent (id) values (new.a)
create table t (a int); ==> drop table t
create table t (a int); ==> create table u (a int primary key, b int, constraint ub foreign key (b) references parent (id))
[mariadb] create sequence s; ==> alter sequence s increment by 5 maxvalue 100 cache 7 cycle
[mariadb] create sequence s minvalue 2 start 3; ==> drop sequence s
create table `a b` (`c``d` int); ==> alter table `a b` add column `e'f` int default 0, add key `k'` (`c``d`)
[mariadb] create table t (a json, b int check (b > 0)); ==> alter table t rename column a to c, add column a int
[mysql] create table t (a varchar(10), unique key a (a)); create table u (a varchar(10), constraint f foreign key (a) references t (a)); ==> set foreign_key_checks = 0; alter table t modify a varchar(10) collate utf8mb4_bin; alter table u modify a varchar(10) collate utf8mb4_bin
