-- list_failures(): a page after the id $4, along entity_trouble. Reads only.
SELECT id, type, external_id, status, attempts, coalesce(error_class, '') AS error_class,
       coalesce(error_code, '') AS error_code, coalesce(error_message, '') AS error_message
FROM crossdock.entity
WHERE job_id = $1 AND ($2 = '' OR type = $2) AND status = $3 AND status IN ('failed', 'skipped')
  AND id > $4
ORDER BY id LIMIT $5
