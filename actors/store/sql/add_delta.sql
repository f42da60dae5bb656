-- Every method that changes rows which are counted, in their transaction. Merging into an empty
-- meta checks the patch now, where its author can be told, and not when it is folded.
INSERT INTO crossdock.ledger_delta (job_id, patch)
SELECT $1::bigint, $2::jsonb WHERE crossdock.merge_meta('{}', $2::jsonb) IS NOT NULL
