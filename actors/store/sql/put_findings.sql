-- commit_stage(), settle(), add_finding(): each finding once; returns how many rejected ones of
-- each type were new, for the counters.
WITH added AS (
  INSERT INTO crossdock.finding (job_id, kind, type, item, place, reason, detail)
  SELECT $1::bigint, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                                   $7::text[])
  ON CONFLICT DO NOTHING
  RETURNING kind, type
)
SELECT type, count(*) FROM added WHERE kind = 'rejected' GROUP BY type
