-- finish_order(), after move_entities.sql: the groups of heads that moved, found by the time the
-- head had. One look-up a group along entity_order. $1 job, $2 type, $3 lanes, $4 old and $5 new
-- group_seqs.
UPDATE crossdock.entity e SET group_seq = found.new_group
FROM (
  SELECT member.id, moved.new_group
  FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS moved (lane, old_group, new_group)
  CROSS JOIN LATERAL (
    SELECT id FROM crossdock.entity
    WHERE job_id = $1 AND type = $2 AND lane = moved.lane AND group_seq = moved.old_group
    OFFSET 0) member) found
WHERE e.id = found.id
