-- What sessions are in the middle of, see package flow.
CREATE TABLE flow (
	id      BLOB PRIMARY KEY,
	holder  BLOB NOT NULL,    -- empty: nobody has taken it out
	expires INTEGER NOT NULL, -- microseconds since 1970
	data    BLOB NOT NULL     -- sealed
) WITHOUT ROWID;
CREATE INDEX flow_expires ON flow (expires);
