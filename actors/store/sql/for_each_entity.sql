-- for_each_entity(): the page after the external id $3, along the unique index. Reads only.
SELECT e.id, e.job_id, e.external_id, e.lane, e.group_seq, e.seq,
       coalesce(o.status, 'pending') AS status, o.target_id, e.raw::text, e.refs::text
FROM (SELECT * FROM crossdock.entity
      WHERE scope_id = $1 AND type = $2 AND external_id > $3
      ORDER BY external_id LIMIT 1000) e
LEFT JOIN LATERAL (
  SELECT * FROM crossdock.outcome WHERE entity_id = e.id LIMIT 1) o ON true
ORDER BY e.external_id
