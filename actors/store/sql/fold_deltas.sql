-- fold_deltas(), enter_exporting(): one statement takes the waiting deltas away and adds them to
-- the row's own meta. Of two nodes that fold at once each delta goes to exactly one: the second
-- waits for the first's DELETE and finds those rows gone.
WITH waiting AS (
  DELETE FROM crossdock.ledger_delta WHERE job_id = $1 RETURNING id, patch
)
UPDATE crossdock.job
SET meta = crossdock.merge_all(meta, (SELECT array_agg(patch ORDER BY id) FROM waiting)),
    updated_at = now()
WHERE id = $1 AND EXISTS (SELECT FROM waiting)
RETURNING meta::text
