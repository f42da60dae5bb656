-- for_each_blob(): the page after the key $2 (null: the first), along the primary key. Reads only.
SELECT key, path, size FROM crossdock.blob
WHERE job_id = $1 AND ($2::text IS NULL OR key > $2)
ORDER BY key LIMIT 1000
