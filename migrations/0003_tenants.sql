-- Members that are athletes, keys of tenants wrapped for their members, the audit log, and what
-- coaches keep: comments with read marks, groups and tags of athletes.

-- Nothing points to memberships, so the table can be made anew. A member without a wrapped key
-- opens the tenant with the key derived from the folder's second secret. giver is the public key
-- of whoever wrapped it. athlete_id is the athlete that the member is; opened_at and
-- opened_athlete are when and on whom the member looked last.
CREATE TABLE memberships_of_0003 (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'coach', 'athlete', 'viewer')),
    athlete_id BLOB,
    wrapped_key BLOB,
    giver BLOB,
    opened_at INTEGER,
    opened_athlete BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id),
    FOREIGN KEY (tenant_id, opened_athlete) REFERENCES athletes (tenant_id, id),
    CHECK (role <> 'athlete' OR athlete_id IS NOT NULL),
    CHECK ((wrapped_key IS NULL) = (giver IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO memberships_of_0003 (tenant_id, user_id, role, created_at)
    SELECT tenant_id, user_id, role, created_at FROM memberships;
DROP TABLE memberships;
ALTER TABLE memberships_of_0003 RENAME TO memberships;
CREATE INDEX memberships_by_user ON memberships (user_id, tenant_id);

-- Two athletes of one tenant may bring the same file. The trigger waits: this changes no origin.
ALTER TABLE activity_origins ADD COLUMN athlete_id BLOB;
DROP TRIGGER activity_origins_version_on_update;
UPDATE activity_origins SET athlete_id = (SELECT athlete_id FROM activities AS a
    WHERE a.tenant_id = activity_origins.tenant_id AND a.id = activity_origins.activity_id);
CREATE TRIGGER activity_origins_version_on_update AFTER UPDATE ON activity_origins WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE activity_origins SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
DROP INDEX origins_by_content;
CREATE UNIQUE INDEX origins_by_content ON activity_origins (tenant_id, athlete_id, content_hash, part) WHERE deleted = 0;

-- What was done, never changed: each entry's hash covers the one before it. Users may be gone, so
-- their names stand beside their ids. The log ends only with its tenant.
CREATE TABLE audit_log (
    tenant_id BLOB NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL CHECK (seq >= 1),
    at INTEGER NOT NULL,
    user_id BLOB,
    user_name TEXT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is never changed');
END;

CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
WHEN EXISTS (SELECT 1 FROM tenants WHERE id = OLD.tenant_id) BEGIN
    SELECT RAISE(ABORT, 'the audit log is never shortened');
END;

-- INSERT OR REPLACE takes rows away without the trigger above.
CREATE TRIGGER audit_log_is_not_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE tenant_id = NEW.tenant_id AND seq >= NEW.seq) BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;

-- Of an activity, or of a local day since 1970. Authors may be gone, so their names stand here.
CREATE TABLE comments (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    athlete_id BLOB NOT NULL,
    activity_id BLOB,
    day INTEGER,
    author_id BLOB NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id),
    FOREIGN KEY (tenant_id, activity_id) REFERENCES activities (tenant_id, id),
    CHECK ((activity_id IS NULL) <> (day IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_by_athlete ON comments (tenant_id, athlete_id, deleted, created_at);
CREATE INDEX comments_by_activity ON comments (tenant_id, activity_id);

CREATE TABLE comment_reads (
    tenant_id BLOB NOT NULL,
    comment_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, comment_id, user_id),
    FOREIGN KEY (tenant_id, comment_id) REFERENCES comments (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE athlete_groups (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE athlete_group_members (
    tenant_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, group_id, athlete_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES athlete_groups (tenant_id, id),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE athlete_tags (
    tenant_id BLOB NOT NULL,
    athlete_id BLOB NOT NULL,
    tag TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, athlete_id, tag),
    FOREIGN KEY (tenant_id, athlete_id) REFERENCES athletes (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER comments_version_on_insert AFTER INSERT ON comments WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE comments SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER comments_version_on_update AFTER UPDATE ON comments WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE comments SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER athlete_groups_version_on_insert AFTER INSERT ON athlete_groups WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athlete_groups SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER athlete_groups_version_on_update AFTER UPDATE ON athlete_groups WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athlete_groups SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;

CREATE TRIGGER athlete_group_members_version_on_insert AFTER INSERT ON athlete_group_members WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athlete_group_members SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND group_id = NEW.group_id AND athlete_id = NEW.athlete_id;
END;

CREATE TRIGGER athlete_group_members_version_on_update AFTER UPDATE ON athlete_group_members WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athlete_group_members SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND group_id = NEW.group_id AND athlete_id = NEW.athlete_id;
END;

CREATE TRIGGER athlete_tags_version_on_insert AFTER INSERT ON athlete_tags WHEN NEW.version = 0 BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athlete_tags SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND tag = NEW.tag;
END;

CREATE TRIGGER athlete_tags_version_on_update AFTER UPDATE ON athlete_tags WHEN NEW.version = OLD.version BEGIN
    UPDATE clock SET version = version + 1;
    UPDATE athlete_tags SET version = (SELECT version FROM clock) WHERE tenant_id = NEW.tenant_id AND athlete_id = NEW.athlete_id AND tag = NEW.tag;
END;
