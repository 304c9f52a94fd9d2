-- What authenticators know accounts by (package webauthn).
CREATE TABLE webauthn_handle (
	account INTEGER NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
	handle  BLOB NOT NULL UNIQUE
) STRICT;
