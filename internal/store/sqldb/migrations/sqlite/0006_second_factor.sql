-- Second factors (package twofactor).
ALTER TABLE account ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0;   -- 1: it has a row in factor_device
ALTER TABLE account ADD COLUMN totp_counter INTEGER NOT NULL DEFAULT 0;    -- the highest taken; never goes down

CREATE TABLE factor_device (
	id      TEXT NOT NULL PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	method  TEXT NOT NULL,
	name    TEXT NOT NULL,
	created INTEGER NOT NULL,
	used    INTEGER NOT NULL,
	key_id  INTEGER NOT NULL,                          -- that data is sealed with
	data    BLOB NOT NULL                              -- sealed
) STRICT;
CREATE INDEX factor_device_account ON factor_device (account);

CREATE TABLE recovery_code (
	account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	key_id  INTEGER NOT NULL,                          -- that sum was made with
	sum     BLOB NOT NULL,                             -- keyed hash of the code
	PRIMARY KEY (account, key_id, sum)
) STRICT, WITHOUT ROWID;
