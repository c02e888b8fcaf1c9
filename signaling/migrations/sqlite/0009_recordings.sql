-- Recordings: where each stands and what is to become of it; and the public keys they are sealed
-- to. The sealed parts themselves are in the recorder's store.

-- How the present or last recording of a visit stands, and whether somebody is to be recorded now.
ALTER TABLE visit ADD COLUMN recording TEXT;
ALTER TABLE visit ADD COLUMN is_recorded INTEGER NOT NULL DEFAULT 0;

CREATE INDEX visit_recorded ON visit (id) WHERE is_recorded = 1;

-- A recording may outlive its visit, so it does not refer to the visit's row. What remains of one
-- that was erased is its row, with the hash that names what there was. `node` is whose recorder
-- made it. `wish` is what somebody asked for and is not confirmed yet; `tried_at` is when the
-- recorder was last told.
CREATE TABLE recording (
    id             BLOB PRIMARY KEY NOT NULL,
    tenant         TEXT NOT NULL REFERENCES tenant (id),
    visit          BLOB NOT NULL,
    node           BLOB NOT NULL,
    state          TEXT NOT NULL,
    mode           TEXT NOT NULL,
    asked_at       INTEGER NOT NULL,
    begun_at       INTEGER,
    ended_at       INTEGER,
    failure        TEXT,
    summary        TEXT,
    keep_until     INTEGER,
    hold_reason    TEXT,
    hold_by        BLOB,
    hold_since     INTEGER,
    wish           TEXT,
    wish_at        INTEGER,
    tried_at       INTEGER,
    erased_at      INTEGER,
    erased_objects INTEGER,
    CHECK ((hold_reason IS NULL) = (hold_since IS NULL)),
    CHECK ((wish IS NULL) = (wish_at IS NULL)),
    CHECK ((erased_at IS NULL) = (erased_objects IS NULL))
) STRICT;

CREATE INDEX recording_by_tenant ON recording (tenant, id);
CREATE INDEX recording_by_visit ON recording (visit);
CREATE INDEX recording_by_state ON recording (state);
CREATE INDEX recording_to_keep ON recording (keep_until)
    WHERE keep_until IS NOT NULL AND erased_at IS NULL;
CREATE INDEX recording_wished ON recording (wish_at) WHERE wish IS NOT NULL;

-- The public keys a tenant's recordings are sealed to. One that is used no more is kept: the
-- recordings of its time can still be opened with it.
CREATE TABLE recording_recipient (
    id         BLOB PRIMARY KEY NOT NULL,
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    label      TEXT NOT NULL,
    key_text   TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE UNIQUE INDEX recording_recipient_in_use ON recording_recipient (tenant, key_text)
    WHERE revoked_at IS NULL;
CREATE INDEX recording_recipient_by_tenant ON recording_recipient (tenant, id);
