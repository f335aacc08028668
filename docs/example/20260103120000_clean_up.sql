ALTER TABLE users
    DROP COLUMN phone,
    ALTER COLUMN email TYPE text;
CREATE INDEX orders_user ON orders (user_id);
UPDATE orders SET status = 'open' WHERE 1 = 1;
ALTER TABLE ordres ADD COLUMN note text;
