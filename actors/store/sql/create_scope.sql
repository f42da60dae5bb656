-- create_job(): the scope of that name, made if missing. The empty update returns the row that
-- another node made first.
INSERT INTO crossdock.scope (name) VALUES ($1)
ON CONFLICT (name) DO UPDATE SET name = excluded.name
RETURNING id
