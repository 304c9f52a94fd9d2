package sqlite

import lib "modernc.org/sqlite/lib"

// Version is the version of the SQLite library in the program.
const Version = lib.SQLITE_VERSION
