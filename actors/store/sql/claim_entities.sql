-- claim(), after claim_lane.sql: the lane's first $5 open entities and the rest of the last one's
-- group. The lane is ours, so nobody else reads or settles them; they are not written. Nothing is
-- open up to the group $4: starting behind it, a claim does not step over what earlier ones
-- settled. Outcomes are looked up one by one: a join could be planned the other way round, and read
-- the whole lane for its first entities.
SELECT id, external_id, group_seq, seq, raw::text, refs::text,
       coalesce((SELECT attempts FROM crossdock.outcome WHERE entity_id = first.id), 0) AS attempts
FROM (
  SELECT * FROM crossdock.entity e
  WHERE job_id = $1 AND type = $2 AND lane = $3
    AND group_seq > coalesce($4, -9223372036854775808)
    AND coalesce((SELECT status FROM crossdock.outcome WHERE entity_id = e.id), 'pending')
        = 'pending'
  ORDER BY group_seq FETCH FIRST $5 ROWS WITH TIES) first
ORDER BY group_seq, seq, external_id
