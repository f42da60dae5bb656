-- claim(): leases one free lane of a job and type to $3 for $4 ms, whoever asks first; what others
-- are just taking is skipped. The statement itself reads job and barrier: no message, however late,
-- lets a type through before its time. A snapshot from before the barrier moved can only yield an
-- earlier rank, where nothing is open any more. A lane the owner kept comes first; one it is still
-- working on (its window is open) is not given out twice. An unsettled window becomes doubt.
WITH free AS (
  SELECT l.job_id, l.type, l.lane
  FROM crossdock.job j
  JOIN crossdock.barrier_member m ON m.job_id = j.id
  JOIN crossdock.barrier b ON b.group_name = m.group_name AND b.cohort = m.cohort
  JOIN crossdock.lane l ON l.job_id = j.id AND l.rank = b.rank
  WHERE j.id = $1 AND j.state = 'running' AND j.stage = 'exporting'
    AND l.type = $2 AND NOT l.drained AND l.not_before <= now()
    AND (l.owner IS NULL OR l.lease_until < now() OR (l.owner = $3 AND l.window_group IS NULL))
  ORDER BY l.owner = $3 DESC NULLS LAST, l.lane
  LIMIT 1
  FOR UPDATE OF l SKIP LOCKED
)
UPDATE crossdock.lane l
SET owner = $3, lease_until = now() + $4 * interval '1 millisecond', attempt = attempt + 1,
    doubt_group = greatest(doubt_group, window_group), window_group = NULL
FROM free
WHERE (l.job_id, l.type, l.lane) = (free.job_id, free.type, free.lane)
RETURNING l.lane, l.attempt, l.cursor, l.settled_group, l.doubt_group
