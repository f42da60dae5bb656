-- commit_stage(), finish_order(): proof that the job is still ours, held to the end of the
-- transaction. KEY SHARE goes together with the ledger's updates of the row and with other writers;
-- take_job.sql, which would end our right to write, has to wait.
SELECT scope_id, import_merges, coalesce(meta -> 'totals_frozen' = 'true', false) AS totals_frozen
FROM crossdock.job
WHERE id = $1 AND epoch = $2 AND state = 'running'
FOR KEY SHARE
