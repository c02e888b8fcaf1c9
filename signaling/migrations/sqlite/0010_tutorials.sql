-- Recorded education: films of an organisation, played to people in its visits.
CREATE TABLE tutorial (
    id         BLOB PRIMARY KEY NOT NULL,
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    titles     TEXT NOT NULL,
    language   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX tutorial_by_tenant ON tutorial (tenant, id);

-- One film a language. The file of that id is in the data folder of that node.
CREATE TABLE tutorial_film (
    tutorial  BLOB NOT NULL REFERENCES tutorial (id),
    language  TEXT NOT NULL,
    kind      TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    length_ms INTEGER NOT NULL,
    node      BLOB NOT NULL,
    file      BLOB NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (tutorial, language)
) STRICT;

CREATE TABLE tutorial_captions (
    tutorial  BLOB NOT NULL REFERENCES tutorial (id),
    language  TEXT NOT NULL,
    text      TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (tutorial, language)
) STRICT;
