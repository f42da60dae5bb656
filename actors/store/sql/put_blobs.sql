-- commit_stage(): the first of several with one key stays, as with entities.
INSERT INTO crossdock.blob (job_id, key, path, size)
SELECT $1::bigint, * FROM unnest($2::text[], $3::text[], $4::bigint[])
ON CONFLICT (job_id, key) DO NOTHING
