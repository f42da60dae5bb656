-- migrations(), migrate(), require_current_schema(): what this database has. Reads only.
SELECT version, name, digest FROM crossdock.schema_migration ORDER BY version
