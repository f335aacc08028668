-- Actions of one ALTER TABLE that meet each other.
create table t1 (p int, q int, r int);
alter table t1 rename column q to s, drop column q; -- not-found
create table t2 (p int, q int, r int);
alter table t2 drop column q, rename column q to s; -- not-found
create table t3 (p int, q int, r int);
alter table t3 change q s int, drop column q; -- not-found
create table t4 (p int, q int, r int);
alter table t4 change q s int, drop column s; -- not-found
create table t5 (p int, q int, r int);
alter table t5 rename column q to s, drop column s; -- not-found
create table t6 (p int, q int, r int);
alter table t6 modify q bigint, drop column q; -- not-found
create table t7 (p int, q int, r int);
alter table t7 drop column q, modify q bigint; -- not-found
create table t8 (p int, q int, r int);
alter table t8 change q s int, change q u int; -- not-found
create table t9 (p int, q int, r int);
alter table t9 change q s int, change s u int; -- not-found
create table t10 (p int, q int, r int);
alter table t10 rename column q to s, rename column q to u; -- not-found
create table t11 (p int, q int, r int);
alter table t11 rename column q to s, rename column s to u; -- not-found
create table t12 (p int, q int, r int);
alter table t12 rename column q to r, rename column r to q;
create table t13 (p int, q int, r int);
alter table t13 change q r int, change r q int;
create table t14 (p int, q int, r int);
alter table t14 modify q bigint, modify q char(3); -- not-found
create table t15 (p int, q int, r int);
alter table t15 modify q bigint, rename column q to s; -- not-found
create table t16 (p int, q int, r int);
alter table t16 add column s int, drop column s; -- not-found
create table t17 (p int, q int, r int);
alter table t17 add column q bigint, drop column q;
create table t18 (p int, q int, r int);
alter table t18 drop column q, add column q bigint;
create table t19 (p int, q int, r int);
alter table t19 drop column q, drop column q; -- not-found
create table t20 (p int, q int, r int);
alter table t20 add column s int, modify s bigint;
create table t21 (p int, q int, r int);
alter table t21 add column s int, rename column s to u; -- not-found
create table t22 (p int, q int, r int);
alter table t22 rename column q to s, add column q bigint;
create table t23 (p int, q int, r int);
alter table t23 change q s int, add column q bigint;
create table t24 (p int, q int, r int);
alter table t24 drop column q, rename column r to q;
create table t25 (p int, q int, r int);
alter table t25 drop column q, change r q bigint;
create table t26 (p int, q int, r int);
alter table t26 add column s int, add column s int; -- already-exists
create table t27 (p int, q int, r int);
alter table t27 add column s int, change q s int; -- already-exists
create table t28 (p int, q int, r int);
alter table t28 alter q set default 1, drop column q; -- not-found
create table t29 (p int, q int, r int);
alter table t29 alter q set default 1, rename column q to s; -- not-found
create table t30 (p int, q int, r int);
alter table t30 alter q set default 1, modify q bigint; -- not-found
create table t31 (p int, q int, r int);
alter table t31 alter q set default 1, alter q drop default; -- not-found
create table t32 (p int, q int, r int);
alter table t32 rename column q to s, alter s set default 1; -- not-found
create table t33 (p int, q int, r int);
alter table t33 rename column q to s, alter q set default 1; -- not-found
create table t34 (p int, q int, r int);
alter table t34 rename column q to s, add index(q); -- invalid-definition
create table t35 (p int, q int, r int);
alter table t35 rename column q to s, add index(s);
create table t36 (p int, q int, r int);
alter table t36 rename column q to s, modify p int after s;
create table t37 (p int, q int, r int);
alter table t37 rename column q to s, modify p int after q; -- not-found
create table t38 (p int, q int, r int);
alter table t38 rename column q to s, add x int after s;
create table t39 (p int, q int, r int);
alter table t39 rename column q to s, add x int after q; -- not-found
create table t40 (p int, q int, r int);
alter table t40 drop column q, add x int after q; -- not-found
create table t41 (p int, q int, r int);
alter table t41 add x int after y, add y int; -- not-found
create table t42 (p int, q int, r int);
alter table t42 add y int first, add x int after y;
create table t43 (p int, q int, r int);
alter table t43 change q Q int;
create table t44 (p int, q int, r int);
alter table t44 rename column Q to q;
create table t45 (p int, q int, r int);
alter table t45 rename column q to q;
create table t46 (p int, q int, r int);
alter table t46 add column s int, change s u int; -- not-found
create table t47 (p int, q int, r int);
alter table t47 add column s int, modify s bigint first;
create table t48 (p int, q int, r int);
alter table t48 add column s int, modify s bigint, modify s text;
create table t49 (p int, q int, r int);
alter table t49 modify s bigint, add column s int; -- not-found
create table t50 (p int, q int, r int);
alter table t50 drop column if exists q, drop column if exists q;
create table t51 (p int, q int, r int);
alter table t51 drop column if exists q, drop column q; -- not-found
create table t52 (p int, q int, r int);
alter table t52 drop column q, drop column if exists q;
create table t53 (p int, q int, r int);
alter table t53 modify column if exists q bigint, modify column if exists q text; -- not-found
create table t54 (p int, q int, r int);
alter table t54 drop column if exists q, modify column if exists q text; -- not-found
create table t55 (p int, q int, r int);
alter table t55 change column if exists q s bigint, drop column if exists q; -- not-found
create table t56 (p int, q int, r int);
alter table t56 change column if exists q s bigint, drop column if exists s;
create table t57 (p int, q int, r int);
alter table t57 rename column if exists q to s, drop column if exists q; -- not-found
create table t58 (p int, q int, r int);
alter table t58 rename column if exists q to s, rename column if exists q to u; -- not-found
create table t59 (p int, q int, r int);
alter table t59 add column if not exists s int, add column if not exists s bigint;
create table t60 (p int, q int, r int);
alter table t60 add column s int, add column if not exists s bigint;
create table t61 (p int, q int, r int);
alter table t61 add column if not exists s int, add column s bigint; -- already-exists
create table t62 (p int, q int, r int);
alter table t62 drop column q, add column if not exists q bigint;
create table t63 (p int, q int, r int);
alter table t63 rename column q to s, add column if not exists q bigint;
create table t64 (p int, q int, r int);
alter table t64 rename column q to s, add column if not exists s bigint; -- already-exists
create table t65 (p int, q int, r int);
alter table t65 change q s int first, add x int after s;
create table t66 (p int, q int, r int);
alter table t66 add x int after s, change q s int;
create table t67 (p int, q int, r int);
alter table t67 add x int after s, change q s int first;
create table t68 (p int, q int, r int);
alter table t68 modify p int after q, change q s int; -- not-found
create table t69 (p int, q int, r int);
alter table t69 modify p int after r, modify r int first;
create table t70 (p int, q int, r int);
alter table t70 modify r int first, modify p int after r, modify q int first;
create table t71 (p int, q int, r int);
alter table t71 add x int generated always as (y+1) stored, add y int;
create table t72 (p int, q int, r int);
alter table t72 modify p int generated always as (y+1) stored, add y int;
create table t73 (p int, q int, r int, g int as (q+1) stored);
alter table t73 drop column g, rename column q to s;
create table t74 (p int, q int, r int, g int as (q+1) stored);
alter table t74 rename column q to s, drop column g;
create table t75 (p int, q int, r int, g int as (q+1) stored);
alter table t75 drop column q, drop column g;
create table t76 (p int, q int, r int, g int as (q+1) stored);
alter table t76 drop column q, modify g int;
create table t77 (p int, q int, r int, g int as (q+1) stored);
alter table t77 drop column q, modify g int as (p+1) stored;
create table t78 (p int, q int, r int, g int as (q+1) stored);
alter table t78 rename column q to s;
create table t79 (p int, q int, r int, g int as (q+1) stored);
alter table t79 change q s bigint;
create table t80 (p int, q int, r int, g int as (q+1) stored);
alter table t80 rename column q to s, modify g int as (s+1) stored;
create table t81 (p int, q int, r int, g int as (q+1) stored);
alter table t81 rename column q to s, modify g int as (q+1) stored; -- invalid-definition
create table t82 (p int, q int, r int, g int as (q+1) stored);
alter table t82 rename column q to s, add column q int;
create table t83 (p int, q int, r int, g int as (q+1) stored);
alter table t83 drop column q, add column q bigint;
create table t84 (p int, q int, r int, g int as (q+1) stored);
alter table t84 rename column q to r, rename column r to q;
create table t85 (p int, q int, r int, constraint c85 check (q > 0));
alter table t85 rename column q to s;
create table t86 (p int, q int, r int, constraint c86 check (q > 0));
alter table t86 rename column q to s, drop constraint c86;
create table t87 (p int, q int, r int, constraint c87 check (q > r));
alter table t87 drop column q, drop constraint c87;
create table t88 (p int, q int, r int, constraint c88 check (q > 0));
alter table t88 drop column q, add column q bigint;
create table t89 (p int, q int, r int, constraint c89 check (q > r));
alter table t89 drop column q, add column q bigint; -- has-dependents
create table t90 (p int, q int, r int, key i (q));
alter table t90 drop column q, drop index i;
create table t92 (p int, q int, r int, key i (q));
alter table t92 drop column q, rename column r to q;
create table t93 (p int, q int, r int, key i (q,r));
alter table t93 drop column q, rename column r to q;
create table t94 (p int, q int, r int, key i (q));
alter table t94 rename column q to r, rename column r to q;
create table t95 (p int, q int, r int, key i (q));
alter table t95 drop column q, rename index i to j;
create table t96 (p int, q int, r int, key i (q), key j (r));
alter table t96 rename index i to j, rename index j to i;
create table t97 (p int, q int, r int, key i (q), key j (r));
alter table t97 drop index i, rename index j to i;
create table t98 (p int, q int, r int, key i (q), key j (r));
alter table t98 rename index i to j, drop index j;
create table t99 (p int, q int, r int, key i (q), key j (r));
alter table t99 rename index i to k, drop index i; -- not-found
create table t100 (p int, q int, r int, key i (q), key j (r));
alter table t100 rename index i to k, rename index i to l; -- not-found
create table t101 (p int, q int, r int, key i (q), key j (r));
alter table t101 rename index i to k, rename index k to l; -- not-found
create table t102 (p int, q int, r int, key i (q), key j (r));
alter table t102 drop index i, drop index i; -- not-found
create table t103 (p int, q int, r int, key i (q), key j (r));
alter table t103 add index i (p), drop index i;
create table t104 (p int, q int, r int, key i (q), key j (r));
alter table t104 add index k (p), drop index k; -- not-found
create table t105 (p int, q int, r int, key i (q), key j (r));
alter table t105 add index k (p), rename index k to l; -- not-found
create table t106 (p int, q int, r int, key i (q), key j (r));
alter table t106 add index i (p), rename index i to l;
create table t107 (p int, q int, r int, primary key (p));
alter table t107 drop primary key, drop primary key; -- not-found
create table t108 (p int, q int, r int, primary key (p));
alter table t108 add primary key (q), drop primary key;
create table t109 (p int, q int, r int, primary key (p));
alter table t109 drop column p, drop primary key;
create table t110 (p int, q int, r int, primary key (p));
alter table t110 drop column p, add primary key (q);
create table t111 (p int, q int, r int, primary key (p));
alter table t111 modify p int null;
create table t112 (p int, q int, r int, constraint c112 check (q > 0));
alter table t112 drop constraint c112, add constraint c112 check (p > 0);
create table t113 (p int, q int, r int, constraint c113 check (q > 0));
alter table t113 add constraint c113 check (p > 0), drop constraint c113;
create table t114 (p int, q int, r int, constraint c114 check (q > 0));
alter table t114 drop constraint c114, drop constraint c114; -- not-found
create table t115 (p int, q int, r int, constraint c115 check (q > 0));
alter table t115 add constraint d115 check (p > 0), drop constraint d115; -- not-found
create table u116 (a int primary key);
create table t116 (p int, q int, r int, constraint c116 foreign key (q) references u116(a));
alter table t116 drop foreign key c116, add constraint c116 foreign key (p) references u116 (a); -- already-exists
create table u117 (a int primary key);
create table t117 (p int, q int, r int, constraint c117 foreign key (q) references u117(a));
alter table t117 drop foreign key c117, drop column q;
create table u118 (a int primary key);
create table t118 (p int, q int, r int, constraint c118 foreign key (q) references u118(a));
alter table t118 drop column q, drop foreign key c118;
create table u119 (a int primary key);
create table t119 (p int, q int, r int, constraint c119 foreign key (q) references u119(a));
alter table t119 drop foreign key c119, drop foreign key c119;
create table u120 (a int primary key);
create table t120 (p int, q int, r int, constraint c120 foreign key (q) references u120(a));
alter table t120 rename column q to s, drop foreign key c120;
create table u121 (a int primary key);
create table t121 (p int, q int, r int);
alter table t121 rename column q to s, add constraint c121 foreign key (s) references u121(a);
create table u122 (a int primary key);
create table t122 (p int, q int, r int);
alter table t122 add column x int, add constraint c122 foreign key (x) references u122(a);
create table t123 (p int, q int, r int);
alter table t123 comment 'a', comment 'b';
create table t124 (p int, q int, r int, key i (q));
alter table t124 drop column q, add column q int;
create table t125 (p int, q int, r int, key i (q,r));
alter table t125 drop column q, add column q int;
create table t126 (p int, q int, r int, primary key (q));
alter table t126 drop column q, add column q int;
create table t128 (p int, q text, r int, key i (q(5),r));
alter table t128 drop column q, add column q text;
create table t129 (p int, q int, r int, key i (q));
alter table t129 drop column q, change r q bigint;
create table t130 (p int, q int, r int, key i (q));
alter table t130 rename column q to s, add column q bigint;
create table u131 (a int primary key);
create table t131 (p int, q int, r int, constraint c131 foreign key (q) references u131(a));
alter table t131 drop column q, add column q int; -- has-dependents
create table u132 (a int primary key);
create table t132 (p int, q int, r int, constraint c132 foreign key (q) references u132(a));
alter table t132 drop foreign key c132, drop index c132, add constraint c132 foreign key (p) references u132 (a); -- already-exists
create table t133 (p int, q int, r int, g int default (q+1));
alter table t133 rename column q to s;
create table t134 (p int, q int, r int, g int default (q+1));
alter table t134 drop column q; -- has-dependents
create table t138 (p int, q int, r int);
alter table t138 add constraint c138 check (x > 0), add column x int;
create table t139 (p int, q int, r int);
alter table t139 add index (x), add column x int;
create table t140 (p int, q int, r int);
alter table t140 add primary key (x), add column x int;
create table t141 (p int, q int, r int);
alter table t141 rename column q to s, add constraint c141 check (q > 0); -- invalid-definition
create table t142 (p int, q int, r int);
alter table t142 rename column q to s, add constraint c142 check (s > 0);
create table t143 (p int, q int, r int);
alter table t143 add x int as (y) stored, add y int as (q) stored; -- invalid-definition
create table t144 (p int, q int, r int);
alter table t144 add y int as (q) stored, add x int as (y) stored;
create table t145 (p int, q int as (p), r int as (q));
alter table t145 modify q int as (r); -- invalid-definition
create table t146 (p int, q int as (p), r int as (q));
alter table t146 modify q int as (p) after r; -- invalid-definition
create table t147 (p int, q int, r int);
alter table t147 alter q set default 1, alter r set default 2, rename column p to x;
create table t148 (p int, q int, r int);
alter table t148 modify p int, drop column p, add column p int; -- not-found
create table t149 (p int, q int, r int);
alter table t149 add x int after p, modify p int first;
create table t150 (p int primary key auto_increment, q int, r int);
alter table t150 drop primary key, add primary key (q); -- invalid-definition
create table t151 (p int primary key auto_increment, q int, r int);
alter table t151 drop primary key, modify p int, add primary key (q);
create table t152 (p int primary key auto_increment, q int, r int);
alter table t152 drop primary key; -- invalid-definition
create table t153 (p int primary key auto_increment, q int, r int);
alter table t153 rename column p to s;
create table t154 (p int);
alter table t154 drop column p; -- not-allowed
create table t155 (p int);
alter table t155 drop column p, add column q int;
create table t156 (p int);
alter table t156 change p q int, add p int;
create table t157 (p int);
alter table t157 modify `P` bigint;
create table t158 (p int);
alter table t158 change `P` p bigint;
create table t159 (p int, q int);
alter table t159 change p Q int, change q P int;
