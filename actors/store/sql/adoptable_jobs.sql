-- adoptable_jobs(): a hint; take_job() decides. Reads only.
SELECT id FROM crossdock.job
WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until < now())
ORDER BY id LIMIT $1
