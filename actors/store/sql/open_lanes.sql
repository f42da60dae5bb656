-- enter_exporting(), under lock_job.sql: a lane for everything that is pending. Lanes that exist
-- keep lease, attempt and doubts; those that a retry filled again are looked through from the
-- start.
INSERT INTO crossdock.lane AS l (job_id, type, lane, rank)
SELECT e.job_id, e.type, e.lane, t.rank
FROM (SELECT DISTINCT job_id, type, lane FROM crossdock.entity_view
      WHERE job_id = $1 AND status = 'pending') e
JOIN crossdock.job j ON j.id = e.job_id
JOIN jsonb_to_recordset(j.types) AS t (type text, rank integer) ON t.type = e.type
ORDER BY e.type, e.lane
ON CONFLICT (job_id, type, lane) DO UPDATE SET drained = false, settled_group = NULL
