-- find_entities(): along the unique index, one look-up a name. A plain `= ANY` may be planned as a
-- filter over the whole type while the statistics are older than the import. Reads only.
SELECT e.id, e.job_id, e.external_id, e.lane, e.group_seq, e.seq,
       coalesce(o.status, 'pending') AS status, o.target_id, e.raw::text, e.refs::text
FROM unnest($3::text[]) AS wanted (external_id)
CROSS JOIN LATERAL (
  SELECT * FROM crossdock.entity
  WHERE scope_id = $1 AND type = $2 AND external_id = wanted.external_id LIMIT 1) e
LEFT JOIN LATERAL (
  SELECT * FROM crossdock.outcome WHERE entity_id = e.id LIMIT 1) o ON true
