-- enter_exporting(), under lock_job.sql: exporting begins and the totals freeze in one statement.
-- Totals that are frozen stay as they are: the job comes back from a pause, a crash or a retry.
UPDATE crossdock.job j
SET stage = 'exporting', updated_at = now(),
    meta = CASE WHEN meta -> 'totals_frozen' = 'true' THEN meta ELSE crossdock.merge_meta(meta,
      jsonb_build_object('set', jsonb_build_object('totals_frozen', true, 'totals', (
        SELECT coalesce(jsonb_object_agg(t.plural, coalesce(n.count, 0)), '{}')
        FROM jsonb_to_recordset(j.types) AS t (type text, plural text)
        LEFT JOIN (SELECT e.type, count(*) FROM crossdock.entity e
                   WHERE e.scope_id = j.scope_id AND e.job_id = j.id
                   GROUP BY e.type) n ON n.type = t.type)))) END
WHERE id = $1
RETURNING meta::text
