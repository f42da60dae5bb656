-- list_failures(): a page after the id $4, along outcome_trouble. Reads only.
SELECT e.id, e.type, e.external_id, o.status, o.attempts,
       coalesce(o.error_class, '') AS error_class, coalesce(o.error_code, '') AS error_code,
       coalesce(o.error_message, '') AS error_message
FROM crossdock.outcome o JOIN crossdock.entity e ON e.id = o.entity_id
WHERE o.job_id = $1 AND ($2 = '' OR e.type = $2)
  AND o.status = $3 AND o.status IN ('failed', 'skipped') AND o.entity_id > $4
ORDER BY o.entity_id LIMIT $5
