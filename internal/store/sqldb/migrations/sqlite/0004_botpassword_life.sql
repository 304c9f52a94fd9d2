-- The secret from before a rotation, which is good for a while beside the new one.
ALTER TABLE bot_password ADD COLUMN former_hash TEXT NOT NULL DEFAULT '';       -- empty: there is none
ALTER TABLE bot_password ADD COLUMN former_stamp TEXT NOT NULL DEFAULT '';
ALTER TABLE bot_password ADD COLUMN former_ends INTEGER NOT NULL DEFAULT 0;
-- The last use that a server has written down.
ALTER TABLE bot_password ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bot_password ADD COLUMN used_from TEXT NOT NULL DEFAULT '';          -- an address
