-- set_desired(), retry_failed(): who wanted what, in the same transaction.
INSERT INTO crossdock.audit (who, what, job_id, detail) VALUES ($1, $2, $3, $4::jsonb)
