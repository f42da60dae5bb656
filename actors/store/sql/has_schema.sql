-- migrations(), require_current_schema(): was this database ever migrated? Reads only.
SELECT to_regclass('crossdock.schema_migration') IS NOT NULL
