-- current_meta(): as fold_deltas.sql would leave it. Reads only, one snapshot.
SELECT crossdock.merge_all(meta, (
  SELECT array_agg(patch ORDER BY id) FROM crossdock.ledger_delta WHERE job_id = $1))::text
FROM crossdock.job WHERE id = $1
