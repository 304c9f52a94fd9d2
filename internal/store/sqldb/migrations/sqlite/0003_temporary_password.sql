-- A password that logs in until a real one is set, for a limited time.
ALTER TABLE account ADD COLUMN temporary TEXT NOT NULL DEFAULT '';         -- its hash; empty: there is none
ALTER TABLE account ADD COLUMN temporary_made INTEGER NOT NULL DEFAULT 0;
