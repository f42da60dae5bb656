-- find_entities(): along the unique index. Reads only.
SELECT id, job_id, external_id, lane, group_seq, seq, status, target_id, raw::text, refs::text
FROM crossdock.entity
WHERE scope_id = $1 AND type = $2 AND external_id = ANY ($3::text[])
