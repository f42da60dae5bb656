-- enter_exporting(), after make_barrier.sql: the job waits for the next cohort. A job that never
-- left (its node died) keeps its place, unless its cohort is past.
INSERT INTO crossdock.barrier_member AS m (job_id, group_name, order_signature)
SELECT j.id, j.barrier_group, (
  SELECT coalesce(jsonb_agg(jsonb_build_array(t.rank, t.type) ORDER BY t.rank, t.type), '[]')::text
  FROM jsonb_to_recordset(j.types) AS t (type text, rank integer))
FROM crossdock.job j WHERE j.id = $1
ON CONFLICT (job_id) DO UPDATE SET cohort = NULL, ticket = DEFAULT
WHERE m.cohort < (SELECT cohort FROM crossdock.barrier b WHERE b.group_name = m.group_name)
