-- find_missing(): which of these external ids the scope does not have as that type. One look-up a
-- name along the unique index. $1 scope, $2 type. Reads only.
SELECT external_id FROM unnest($3::text[]) AS wanted (external_id)
WHERE (SELECT id FROM crossdock.entity e
       WHERE e.scope_id = $1 AND e.type = $2 AND e.external_id = wanted.external_id) IS NULL
ORDER BY external_id COLLATE "C"
