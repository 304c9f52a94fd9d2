-- Times are microseconds since 1970 in UTC; 0 means never or not set.
-- Text compares by bytes (SQLite's default collation, BINARY).

CREATE TABLE account (
	id              INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
	name            TEXT NOT NULL UNIQUE,              -- canonical
	real_name       TEXT NOT NULL,
	email           TEXT NOT NULL,
	email_confirmed INTEGER NOT NULL DEFAULT 0,
	registered      INTEGER NOT NULL,
	edit_count      INTEGER NOT NULL DEFAULT 0,
	password        TEXT NOT NULL,                     -- empty: none logs in
	token           TEXT NOT NULL,
	locked          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX account_edited ON account (name) WHERE edit_count > 0;

CREATE TABLE account_group (
	account      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	pos          INTEGER NOT NULL,                     -- keeps the order given
	name         TEXT NOT NULL,
	expires      INTEGER NOT NULL,
	account_name TEXT NOT NULL,                        -- that of the account, which orders lists of members
	PRIMARY KEY (account, pos),
	UNIQUE (account, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_group_member ON account_group (name, account_name, expires);

CREATE TABLE account_block (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	account   INTEGER NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
	by_name   TEXT NOT NULL,
	by_id     INTEGER NOT NULL,
	reason    TEXT NOT NULL,
	created   INTEGER NOT NULL,
	expires   INTEGER NOT NULL,
	no_create INTEGER NOT NULL,
	partial   INTEGER NOT NULL,
	anon_only INTEGER NOT NULL
) STRICT;

CREATE TABLE bot_password (
	owner        INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	app          TEXT NOT NULL,
	hash         TEXT NOT NULL,
	stamp        TEXT NOT NULL,
	grants       TEXT NOT NULL,                        -- JSON, a list of names
	restrictions TEXT NOT NULL,                        -- JSON, as in MediaWiki
	created      INTEGER NOT NULL,
	expires      INTEGER NOT NULL,
	PRIMARY KEY (owner, app)
) STRICT;

-- No reference to account: a spent session has no owner, and sessions may live
-- in another store than accounts.
CREATE TABLE session (
	id      BLOB NOT NULL PRIMARY KEY,                 -- SHA-256 of the cookie's value
	kind    INTEGER NOT NULL,
	owner   INTEGER NOT NULL,
	app     TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	data    BLOB NOT NULL                              -- sealed
) STRICT, WITHOUT ROWID;
CREATE INDEX session_owner ON session (owner);
CREATE INDEX session_expires ON session (expires);

CREATE TABLE throttle (
	bucket TEXT NOT NULL PRIMARY KEY,
	taken  INTEGER NOT NULL,
	ends   INTEGER NOT NULL                            -- of the window
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_ends ON throttle (ends);

-- The one row that a health check writes.
CREATE TABLE health (
	id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	turns INTEGER NOT NULL
) STRICT;
INSERT INTO health (id, turns) VALUES (1, 0);
