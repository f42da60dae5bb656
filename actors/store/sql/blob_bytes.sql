-- blob_bytes(): all blobs of a job. Reads only.
SELECT coalesce(sum(size), 0)::bigint FROM crossdock.blob WHERE job_id = $1
