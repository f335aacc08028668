CREATE TABLE p (id int PRIMARY KEY) DEFAULT CHARSET = utf8mb4;
CREATE TABLE c (id int PRIMARY KEY, p_id int, CONSTRAINT c_fk FOREIGN KEY (p_id) REFERENCES p (id)) DEFAULT CHARSET = utf8mb4;
CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text, e decimal(10, 2), g int NOT NULL DEFAULT 1,
    m enum('a', 'b'), long_text varchar(300), KEY b (b)) DEFAULT CHARSET = utf8mb4;
CREATE TABLE nokey (id int NOT NULL, a int) DEFAULT CHARSET = utf8mb4;
CREATE TABLE ft (id int PRIMARY KEY, c text, FULLTEXT KEY f (c)) DEFAULT CHARSET = utf8mb4;
CREATE TABLE zip (id int PRIMARY KEY, c text) ROW_FORMAT = COMPRESSED DEFAULT CHARSET = utf8mb4;
CREATE TABLE virt (id int PRIMARY KEY, a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL) DEFAULT CHARSET = utf8mb4;
CREATE TABLE kid (id int PRIMARY KEY, p_id int, x int, CONSTRAINT kid_fk FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE) DEFAULT CHARSET = utf8mb4;
CREATE TABLE kid2 (id int PRIMARY KEY, p_id int, x int, CONSTRAINT kid2_fk FOREIGN KEY (p_id) REFERENCES p (id) ON UPDATE SET NULL) DEFAULT CHARSET = utf8mb4;
CREATE TABLE gen (id int PRIMARY KEY, a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, s int GENERATED ALWAYS AS (a + 2) STORED) DEFAULT CHARSET = utf8mb4;
INSERT INTO p VALUES (1), (2);
INSERT INTO t (id, a, b, c, e, g, m) VALUES (1, 1, 'b', 'c', 1, 1, 'a'), (2, 2, 'b', 'c', 2, 2, 'b');
