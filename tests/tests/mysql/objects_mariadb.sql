CREATE TABLE only_mariadb (
  a int CHECK (a > 1), j json, u uuid DEFAULT (uuid()), i6 inet6, long_unique text, KEY unseen (a) IGNORED, UNIQUE KEY lu (long_unique),
  CONSTRAINT a CHECK (a < 100)
);
CREATE SEQUENCE plain_sequence;
CREATE SEQUENCE counter START WITH 5 INCREMENT BY 2 MINVALUE 1 MAXVALUE 1000 CACHE 20 CYCLE;
CREATE SEQUENCE down_sequence INCREMENT BY -1;
