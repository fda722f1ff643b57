-- What the analysis engine keeps: figures beside the summary with what they were
-- made from, curves of whole months, edits of samples and intervals, plans.

-- Raised when the samples of an activity, or the edits of them, change; never for words.
ALTER TABLE activities ADD COLUMN data_version INTEGER NOT NULL DEFAULT 0;
-- Session rating of perceived exertion, Borg CR-10.
ALTER TABLE activities ADD COLUMN rpe REAL CHECK (rpe BETWEEN 0 AND 10);

-- Figures are stale if made by other formulas, from other samples or under other settings.
ALTER TABLE activity_summaries ADD COLUMN metrics TEXT;
ALTER TABLE activity_summaries ADD COLUMN settings_key INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activity_summaries ADD COLUMN data_version INTEGER NOT NULL DEFAULT -1;
-- Seconds below, between and above the two thresholds, for the distribution of weeks and seasons.
ALTER TABLE activity_summaries ADD COLUMN easy_s REAL;
ALTER TABLE activity_summaries ADD COLUMN moderate_s REAL;
ALTER TABLE activity_summaries ADD COLUMN hard_s REAL;
-- The shape of a session of intervals, and the number of its efforts and the bucket of their time
-- by which others of that shape are found.
ALTER TABLE activity_summaries ADD COLUMN session TEXT;
ALTER TABLE activity_summaries ADD COLUMN session_efforts INTEGER;
ALTER TABLE activity_summaries ADD COLUMN session_bucket INTEGER;

-- As before, and with what the calendar of loads and the search for stale figures read.
DROP INDEX activities_by_start;
CREATE INDEX activities_by_start ON activities (
    tenant_id, athlete_id, deleted, start, sport, moving_s, elapsed_s, distance_m, ascent_m, work_j,
    avg_power, normalized_power, avg_hr, load, timed, utc_offset_s, rpe, data_version
);

-- What the user did to the samples and to the intervals of an activity; the originals stay.
CREATE TABLE activity_edits (
    tenant_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    repairs TEXT NOT NULL DEFAULT '[]',
    intervals TEXT NOT NULL DEFAULT '[]',
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, activity_id),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- The best of a month's activities at every second, by sport and channel. A month is year * 12 +
-- month - 1 of the local start. Members are what it was made from; derived, so never synchronised.
CREATE TABLE envelopes (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    sport TEXT NOT NULL,
    channel TEXT NOT NULL,
    month INTEGER NOT NULL,
    formula_version INTEGER NOT NULL,
    members BLOB NOT NULL,
    curve BLOB NOT NULL,
    PRIMARY KEY (tenant_id, athlete_id, sport, channel, month),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- The fastest way over standard distances in each activity; derived, so never synchronised.
CREATE TABLE efforts (
    tenant_id BLOB NOT NULL,
    activity_id BLOB NOT NULL,
    distance_mm INTEGER NOT NULL,
    seconds REAL NOT NULL,
    start_s REAL NOT NULL,
    PRIMARY KEY (tenant_id, activity_id, distance_mm),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX efforts_by_distance ON efforts (tenant_id, distance_mm, seconds);

-- Load that the athlete means to do, by local day since 1970.
CREATE TABLE planned_loads (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    load REAL NOT NULL CHECK (load >= 0),
    title TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, athlete_id, day),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- How the athlete wants figures computed and shown, as JSON by name.
CREATE TABLE preferences (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, athlete_id, name),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER activity_edits_version_on_insert AFTER INSERT ON activity_edits WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activity_edits SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND activity_id = NEW.activity_id;
END;

CREATE TRIGGER activity_edits_version_on_update AFTER UPDATE ON activity_edits WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activity_edits SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND activity_id = NEW.activity_id;
END;

CREATE TRIGGER planned_loads_version_on_insert AFTER INSERT ON planned_loads WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE planned_loads SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND day = NEW.day;
END;

CREATE TRIGGER planned_loads_version_on_update AFTER UPDATE ON planned_loads WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE planned_loads SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND day = NEW.day;
END;

CREATE TRIGGER preferences_version_on_insert AFTER INSERT ON preferences WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE preferences SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND name = NEW.name;
END;

CREATE TRIGGER preferences_version_on_update AFTER UPDATE ON preferences WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE preferences SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND name = NEW.name;
END;
