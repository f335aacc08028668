-- One statement a line, in one database; behind it the kind of conflict for which the server refuses it.
create table p(id int primary key, a int, b int, unique(a,b), unique(b));
create table t(id int primary key, a int check (a>0), b int, c int, key(a), key(a,b), unique(a), key((a+b)), key((a*2)), check (b>0), foreign key (a) references p(id), constraint foo foreign key (b) references p(id), foreign key (c) references p(id));
alter table t drop foreign key t_ibfk_1;
alter table t add foreign key (a) references p(id);
alter table t drop foreign key t_ibfk_3;
alter table t add foreign key (a) references p(id), add check (c>0);
rename table t to u;
alter table u add foreign key (b) references p(id), add check (c > 1);
create table x(id int, constraint x_ibfk_5 foreign key (id) references p(id), foreign key (id) references p(id));
create table y(id int unique key, a int key, b int references p(id), c int, index(c), index(c), index(c,b), foreign key k1 (c) references p(id), constraint c1 foreign key k2 (b) references p(id));
