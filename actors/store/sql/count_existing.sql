-- commit_stage(), after merge_staging.sql: of what was staged, the distinct ones that another job
-- ($1 is this one) brought into the scope. A statement of its own: merge_staging.sql waited for
-- jobs that added the same at the same time, and only a later snapshot sees their rows.
SELECT s.type, count(DISTINCT s.external_id)
FROM pg_temp.crossdock_staging s
JOIN crossdock.entity e USING (scope_id, type, external_id)
WHERE e.job_id <> $1
GROUP BY s.type
