-- Every method that counts: what never changes of a job. Reads only.
SELECT scope_id, types::text FROM crossdock.job WHERE id = $1
