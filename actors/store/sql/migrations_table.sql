-- migrate(): where the migration runner keeps its book. Runs under the advisory lock of
-- lock_migrations.sql, so that two nodes cannot create it at once. Several commands: not prepared.
CREATE SCHEMA IF NOT EXISTS crossdock;
CREATE TABLE IF NOT EXISTS crossdock.schema_migration (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  digest     text NOT NULL,  -- SHA-256 of the file: an edited migration is noticed
  applied_at timestamptz NOT NULL DEFAULT now()
);
