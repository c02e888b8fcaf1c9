-- Recorded education: films of an organisation, played to people in its visits.
CREATE TABLE tutorial (
    id         UUID PRIMARY KEY NOT NULL,
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    titles     TEXT NOT NULL,
    language   TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX tutorial_by_tenant ON tutorial (tenant, id);

-- One film a language. The file of that id is in the data folder of that node.
CREATE TABLE tutorial_film (
    tutorial  UUID NOT NULL REFERENCES tutorial (id),
    language  TEXT NOT NULL,
    kind      TEXT NOT NULL,
    bytes     BIGINT NOT NULL,
    length_ms BIGINT NOT NULL,
    node      UUID NOT NULL,
    file      UUID NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (tutorial, language)
);

CREATE TABLE tutorial_captions (
    tutorial  UUID NOT NULL REFERENCES tutorial (id),
    language  TEXT NOT NULL,
    text      TEXT NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (tutorial, language)
);
