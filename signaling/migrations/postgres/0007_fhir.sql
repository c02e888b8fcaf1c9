-- A visit's resource as a scheduling system wrote it, without what is ours (links, ids, version):
-- what is true now comes from the visit. `seated` says which entry of it is which person.

CREATE TABLE fhir_resource (
    tenant     TEXT NOT NULL REFERENCES tenant (id),
    id         TEXT NOT NULL,
    visit      UUID NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    release    TEXT NOT NULL,
    body       TEXT NOT NULL,
    seated     TEXT NOT NULL,
    revision   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (visit)
);

-- How scheduling systems find it again.
CREATE TABLE fhir_identifier (
    visit  UUID NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    system TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (visit, system, value)
);

CREATE INDEX fhir_identifier_by_value ON fhir_identifier (tenant, value, system);

