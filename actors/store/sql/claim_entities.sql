-- claim(), after claim_lane.sql: the lane's first $5 open entities and the rest of the last one's
-- group. The lane is ours, so nobody else reads or settles them; they are not written. Nothing is
-- open up to the group $4: starting behind it, a claim does not step over what earlier ones
-- settled.
SELECT id, external_id, group_seq, seq, attempts, raw::text, refs::text FROM (
  SELECT * FROM crossdock.entity
  WHERE job_id = $1 AND type = $2 AND lane = $3 AND status = 'pending'
    AND group_seq > coalesce($4, -9223372036854775808)
  ORDER BY group_seq FETCH FIRST $5 ROWS WITH TIES) first
ORDER BY group_seq, seq, external_id
