-- What belongs to users, who are the folder's and in no one tenant: their sign-ins, the sealed state
-- of their second factor, their preferences. An account may sign in before its first run has made
-- the row in users, so nothing here points there.

CREATE TABLE sign_ins (
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    way TEXT NOT NULL CHECK (way IN ('passphrase', 'keyring', 'recovery_key')),
    program TEXT NOT NULL,
    process INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    ending TEXT CHECK (ending IN ('locked', 'idle', 'suspended', 'revoked', 'closed', 'lost')),
    PRIMARY KEY (user_id, id),
    CHECK ((ended_at IS NULL) = (ending IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE second_factors (
    user_id BLOB PRIMARY KEY CHECK (length(user_id) = 16),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_preferences (
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;
