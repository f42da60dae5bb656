-- list_jobs(): newest first, a page before the id $2 (null: from the top). Reads only.
SELECT * FROM crossdock.job_view
WHERE $2::bigint IS NULL OR id < $2
ORDER BY id DESC LIMIT $1
