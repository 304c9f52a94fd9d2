-- From where accounts have logged in, see package place.
CREATE TABLE known_place (
	account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	place   BLOB NOT NULL,    -- a keyed hash
	used    INTEGER NOT NULL, -- microseconds since 1970, the last time
	PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_place_used ON known_place (used);
