-- claim(): why there was nothing to claim. Reads only.
SELECT CASE
  WHEN j.state <> 'running' OR j.stage <> 'exporting' THEN 'closed'
  WHEN open.rank IS NULL THEN 'drained'
  WHEN EXISTS (SELECT FROM crossdock.barrier_member m
               JOIN crossdock.barrier b ON b.group_name = m.group_name AND b.cohort = m.cohort
               WHERE m.job_id = j.id AND b.rank = open.rank) THEN 'busy'
  ELSE 'closed' END
FROM crossdock.job j
LEFT JOIN LATERAL (SELECT l.rank FROM crossdock.lane l
                   WHERE l.job_id = j.id AND l.type = $2 AND NOT l.drained LIMIT 1) open ON true
WHERE j.id = $1
