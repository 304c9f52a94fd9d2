-- What happened (package audit). Rows are added at the end and removed from the
-- beginning; none is changed.
CREATE TABLE audit (
	seq     INTEGER PRIMARY KEY,                       -- without gaps
	time    INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	result  TEXT NOT NULL,
	reason  TEXT NOT NULL,
	method  TEXT NOT NULL,
	account INTEGER NOT NULL,                          -- 0: none; no reference, since it outlives accounts
	name    TEXT NOT NULL,
	app     TEXT NOT NULL,
	request TEXT NOT NULL,
	address TEXT NOT NULL,
	client  TEXT NOT NULL,
	actor   TEXT NOT NULL,
	times   INTEGER NOT NULL,
	details TEXT NOT NULL,                             -- JSON, a list of keys and values in turn
	hash    BLOB NOT NULL                              -- over the row and the hash before it
) STRICT;
-- Only refusals are looked for by their request every day; an index of all
-- would cost each login a page.
CREATE INDEX audit_refused ON audit (request) WHERE result = 'refused';
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;

-- The ends of the chain, in one row.
CREATE TABLE audit_head (
	id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	anchor      INTEGER NOT NULL,                      -- the last row removed
	anchor_hash BLOB NOT NULL,
	newest      INTEGER NOT NULL,
	newest_hash BLOB NOT NULL,
	key_id      INTEGER NOT NULL,                      -- that the code was made with
	code        BLOB NOT NULL                          -- over all of the above
) STRICT;
INSERT INTO audit_head (id, anchor, anchor_hash, newest, newest_hash, key_id, code)
	VALUES (1, 0, zeroblob(32), 0, zeroblob(32), 0, x'');
