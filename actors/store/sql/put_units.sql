-- commit_stage(): the units' marks, in the transaction of the rows they stand for.
INSERT INTO crossdock.source_unit (job_id, stage, unit, position, done)
SELECT $1::bigint, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[])
ON CONFLICT (job_id, stage, unit) DO UPDATE SET position = excluded.position, done = excluded.done
