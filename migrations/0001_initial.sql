-- The first schema. Every tenant table begins its primary key with tenant_id and
-- points to others by (tenant_id, id), so that a row cannot point across tenants.
-- Ids are UUIDv7 as 16 bytes; instants are milliseconds since 1970 UTC; quantities are SI.
-- version and deleted leave room for synchronising devices: the store raises the
-- hybrid logical clock in one place (triggers below), whoever writes.

CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    device BLOB NOT NULL CHECK (length(device) = 16)
) STRICT;

CREATE TABLE users (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'coach', 'viewer')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE athletes (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    units TEXT NOT NULL CHECK (units IN ('metric', 'imperial')),
    sex TEXT CHECK (sex IN ('female', 'male')),
    sample INTEGER NOT NULL DEFAULT 0 CHECK (sample IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Where data come from: file imports, accounts, devices.
CREATE TABLE sources (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    athlete_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    config TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_jobs (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    source_id BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    cursor TEXT,
    started_at INTEGER,
    finished_at INTEGER,
    error TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    payload TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    error TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- One activity, however many files describe it. The figures of the list stand
-- as columns; the whole summary is in activity_summaries. words_source is the
-- account whose title, notes and sport it bears, if not the recorder's own.
CREATE TABLE activities (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    athlete_id BLOB NOT NULL,
    start INTEGER NOT NULL,
    timed INTEGER NOT NULL CHECK (timed IN (0, 1)),
    utc_offset_s INTEGER,
    name TEXT NOT NULL,
    name_edited INTEGER NOT NULL DEFAULT 0,
    sport TEXT NOT NULL,
    sport_edited INTEGER NOT NULL DEFAULT 0,
    sub_sport TEXT,
    notes TEXT NOT NULL,
    notes_edited INTEGER NOT NULL DEFAULT 0,
    words_source BLOB,
    device TEXT,
    leg INTEGER,
    event_start INTEGER,
    sample_count INTEGER NOT NULL,
    elapsed_s REAL NOT NULL,
    moving_s REAL NOT NULL,
    distance_m REAL,
    ascent_m REAL,
    avg_power REAL,
    normalized_power REAL,
    avg_hr REAL,
    load REAL,
    work_j REAL,
    -- The track's shape for small pictures: "x,y x,y …" on a square of 100 by 100.
    outline TEXT NOT NULL,
    origin_count INTEGER NOT NULL,
    has_warnings INTEGER NOT NULL CHECK (has_warnings IN (0, 1)),
    totals TEXT NOT NULL,
    timer TEXT NOT NULL,
    extra TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id),
    FOREIGN KEY (tenant_id, words_source) REFERENCES sources (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Covers the list's filters, sorts and totals: SQLCipher reads rows slowly.
CREATE INDEX activities_by_start ON activities (
    tenant_id, athlete_id, deleted, start, sport, moving_s, elapsed_s, distance_m, ascent_m, work_j,
    avg_power, normalized_power, avg_hr, load
);

CREATE TABLE activity_summaries (
    tenant_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    formula_version INTEGER NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (tenant_id, activity_id),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- The files an activity comes from. Several activities may come from one file.
-- An account may know the file by an id of its own and say more of it; an
-- entry of its list that has no file is an origin too.
CREATE TABLE activity_origins (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    activity_id BLOB NOT NULL,
    source_id BLOB,
    external_id TEXT,
    account TEXT NOT NULL DEFAULT '[]',
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    part INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    original_blob BLOB CHECK (length(original_blob) = 32),
    device TEXT,
    start INTEGER NOT NULL,
    elapsed_s REAL NOT NULL,
    distance_m REAL,
    richness INTEGER NOT NULL,
    warnings TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX origins_by_content ON activity_origins (tenant_id, content_hash, part) WHERE deleted = 0;
CREATE INDEX origins_by_activity ON activity_origins (tenant_id, activity_id);

CREATE TABLE laps (
    tenant_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    lap TEXT NOT NULL,
    PRIMARY KEY (tenant_id, activity_id, position),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lengths (
    tenant_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    stroke TEXT,
    strokes INTEGER,
    PRIMARY KEY (tenant_id, activity_id, position),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- One row per activity and channel; the samples are a sealed blob. The time
-- axis is the channel 'time', R-R intervals the channel 'rr'.
CREATE TABLE series (
    tenant_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    position INTEGER NOT NULL,
    blob BLOB NOT NULL CHECK (length(blob) = 32),
    PRIMARY KEY (tenant_id, activity_id, channel),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE biometrics (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    value REAL NOT NULL,
    source_id BLOB,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, athlete_id, kind, at),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- A quantity of the athlete that holds from an instant until the next entry of its kind.
CREATE TABLE settings (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    value REAL NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, athlete_id, kind, valid_from),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- The athlete's own zones as of a date: names and bounds as fractions of a reference.
CREATE TABLE zone_schemes (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    reference TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    scheme TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, athlete_id, reference, valid_from),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    athlete_id BLOB NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    roots TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_items (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    path TEXT NOT NULL,
    position INTEGER NOT NULL,
    outcome TEXT NOT NULL
        CHECK (outcome IN ('added', 'merged', 'known', 'biometrics', 'skipped', 'failed')),
    activity_ids TEXT NOT NULL,
    reason TEXT,
    warnings TEXT NOT NULL,
    PRIMARY KEY (tenant_id, import_id, path),
    FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER athletes_version_on_insert AFTER INSERT ON athletes WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athletes SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER athletes_version_on_update AFTER UPDATE ON athletes WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athletes SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER sources_version_on_insert AFTER INSERT ON sources WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE sources SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER sources_version_on_update AFTER UPDATE ON sources WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE sources SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER activities_version_on_insert AFTER INSERT ON activities WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activities SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER activities_version_on_update AFTER UPDATE ON activities WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activities SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER activity_origins_version_on_insert AFTER INSERT ON activity_origins WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activity_origins SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER activity_origins_version_on_update AFTER UPDATE ON activity_origins WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activity_origins SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER biometrics_version_on_insert AFTER INSERT ON biometrics WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE biometrics SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND kind = NEW.kind AND at = NEW.at;
END;

CREATE TRIGGER biometrics_version_on_update AFTER UPDATE ON biometrics WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE biometrics SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND kind = NEW.kind AND at = NEW.at;
END;

CREATE TRIGGER settings_version_on_insert AFTER INSERT ON settings WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE settings SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND kind = NEW.kind AND valid_from = NEW.valid_from;
END;

CREATE TRIGGER settings_version_on_update AFTER UPDATE ON settings WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE settings SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND kind = NEW.kind AND valid_from = NEW.valid_from;
END;

CREATE TRIGGER zone_schemes_version_on_insert AFTER INSERT ON zone_schemes WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE zone_schemes SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND reference = NEW.reference AND valid_from = NEW.valid_from;
END;

CREATE TRIGGER zone_schemes_version_on_update AFTER UPDATE ON zone_schemes WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE zone_schemes SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND reference = NEW.reference AND valid_from = NEW.valid_from;
END;
