-- end_leases(): and the lanes of its exporters ("<owner>:…"). Open windows stay open: the next claims
-- treat them as doubt.
WITH held AS (
  SELECT job_id, type, lane FROM crossdock.lane
  WHERE starts_with(owner, $1 || ':') ORDER BY job_id, type, lane FOR NO KEY UPDATE
)
UPDATE crossdock.lane l SET owner = NULL, lease_until = NULL
FROM held WHERE (l.job_id, l.type, l.lane) = (held.job_id, held.type, held.lane)
