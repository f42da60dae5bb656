-- leave_job(), under lock_job.sql: ends supervision.
UPDATE crossdock.job
SET state = $2, error = $3, outputs = coalesce($4::jsonb, outputs),
    meta = crossdock.merge_meta(meta, $5::jsonb),
    owner = NULL, lease_until = NULL, updated_at = now()
WHERE id = $1
