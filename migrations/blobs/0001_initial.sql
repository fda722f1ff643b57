-- Sealed bytes by content address: BLAKE3 of the tenant and the plain bytes.
-- Written and committed before the row in paceline.db that names them.
CREATE TABLE blobs (
    id BLOB PRIMARY KEY CHECK (length(id) = 32),
    sealed BLOB NOT NULL
) STRICT;
