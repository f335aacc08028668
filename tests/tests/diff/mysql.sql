-- A schema, `==>`, and the one that it becomes and comes back from. Empty lines separate the cases.

create table t (id int primary key); create table u (t int, constraint f foreign key (t) references t (id))
==> create table t (id bigint primary key); create table u (t bigint, constraint f foreign key (t) references t (id))

create table u (id int primary key); create table t (u int, constraint f foreign key (u) references u (id) on delete cascade)
==> create table u (id varchar(10) primary key); create table t (u varchar(10), constraint f foreign key (u) references u (id) on delete cascade)

create table t (id int primary key, up int, constraint f foreign key (up) references t (id))
==> create table t (id int unsigned primary key, up int unsigned, constraint f foreign key (up) references t (id))

create table t (id int primary key, k int not null unique); create table u (t int, constraint f foreign key (t) references t (id))
==> create table t (id int not null unique, k int primary key); create table u (t int, constraint f foreign key (t) references t (id))

create table t (id int primary key, k int not null); create table u (t int, constraint f foreign key (t) references t (id))
==> create table t (id int not null, k int primary key, unique key other (id)); create table u (t int, constraint f foreign key (t) references t (id))

create table t (id int primary key); create table u (a int, b int, key one (a), constraint f foreign key (a) references t (id))
==> create table t (id int primary key, x int); create table u (a int, b int, key two (a, b), constraint f foreign key (a) references t (id))

create table t (id varchar(10) primary key); create table u (t varchar(10), constraint f foreign key (t) references t (id))
==> create table t (id varchar(20) primary key); create table u (t varchar(10), constraint f foreign key (t) references t (id))

create table t (id varchar(10) character set latin1 primary key); create table u (t varchar(10) character set latin1, constraint f foreign key (t) references t (id))
==> create table t (id varchar(10) character set utf8mb4 primary key); create table u (t varchar(10) character set utf8mb4, constraint f foreign key (t) references t (id))

create table t (a int, h int as (a + 1) stored, key h (h)); create view v as select a, h from t
==> create table t (a bigint, h int as (a + 1) stored, key h (h)); create view v as select a, h from t

create table t (a int, g int as (a + 1) virtual, unique key g (g))
==> create table t (a bigint, g bigint as (a + 2) stored, unique key g (g))

create table t (id int auto_increment primary key, k int)
==> create table t (id int, k int auto_increment primary key)

create table t (a int not null, b int not null, primary key (a)) partition by hash (a) partitions 2
==> create table t (a int not null, b int not null, primary key (b)) partition by hash (b) partitions 2
