-- find_blobs(): along the primary key. Reads only.
SELECT key, path, size FROM crossdock.blob WHERE job_id = $1 AND key = ANY ($2::text[])
