-- migrate(): one line per applied migration, in its transaction.
INSERT INTO crossdock.schema_migration (version, name, digest) VALUES ($1, $2, $3)
