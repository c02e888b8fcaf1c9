-- Until when a node's visits are its own, by the clock of the database. A node that is alive
-- says so again and again; once it has been silent for too long, others may take its visits.
-- The nodes of earlier versions are silent.

ALTER TABLE node_lease ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
