-- finish_order(), fenced by fence_job.sql: the closing step of an ordered type. In every lane of this
-- job's pending entities of the type
--   - a group member is lifted above the group's head (group_seq is the head's seq), and
--   - seq is made distinct per millisecond, because targets keep no finer time,
-- in the order (seq, heads first, external_id), moving as few entities as little as possible, always
-- forward. Entities that are not ours to move (of earlier jobs, or delivered) stand as obstacles.
-- Running it again changes nothing. $1 job, $2 type, $3 scope, $4 only these lanes (null: all).
--
-- One forward pass would be new_ms = max(ms, previous new_ms + 1). As a window function that is
-- i + running max(ms - i), i being the row's number. Obstacles are taken out of the count before it
-- (a millisecond becomes the number of free ones below it) and put back after it.
WITH present AS (
  SELECT id, lane, external_id, group_seq, seq, job_id = $1 AND status = 'pending' AS ours
  FROM crossdock.entity_view
  WHERE scope_id = $3 AND type = $2 AND ($4::text[] IS NULL OR lane = ANY ($4))
),
crowded AS (
  SELECT DISTINCT lane FROM (
    SELECT lane FROM present GROUP BY lane, seq / 1000 HAVING count(*) > 1 AND bool_or(ours)
    UNION ALL
    SELECT lane FROM present WHERE ours AND seq < group_seq) l
),
ordered AS (  -- leads: the row that gives its group its group_seq
  SELECT p.*, greatest(seq, group_seq) / 1000 AS ms,
         row_number() OVER (PARTITION BY lane, ours ORDER BY
           greatest(seq, group_seq), seq <> group_seq, seq, external_id) AS i,
         seq = group_seq AND 1 = row_number() OVER (PARTITION BY lane, group_seq ORDER BY
           seq <> group_seq, ours, external_id) AS leads
  FROM present p JOIN crowded USING (lane)
),
marks AS (  -- our rows, and each occupied millisecond once
  SELECT lane, ms, ours, id, i FROM ordered WHERE ours
  UNION ALL
  SELECT DISTINCT lane, seq / 1000, false, NULL::bigint, NULL::bigint FROM ordered WHERE NOT ours
),
counted AS (  -- for an obstacle, too: the free milliseconds below it
  SELECT *, ms - count(*) FILTER (WHERE NOT ours) OVER (PARTITION BY lane
              ORDER BY ms, NOT ours ROWS UNBOUNDED PRECEDING) + (NOT ours)::int AS free_ms
  FROM marks
),
spread AS (
  SELECT *, CASE WHEN ours THEN i + max(free_ms - i) OVER (PARTITION BY lane, ours ORDER BY i
                                      ROWS UNBOUNDED PRECEDING) ELSE free_ms END AS new_free_ms
  FROM counted
),
placed AS (
  SELECT *, new_free_ms + count(*) FILTER (WHERE NOT ours) OVER (PARTITION BY lane
              ORDER BY new_free_ms, ours, i ROWS UNBOUNDED PRECEDING) AS new_ms
  FROM spread
),
moved AS (
  SELECT o.id, o.lane, o.group_seq, o.seq, o.leads,
         CASE WHEN p.new_ms = o.seq / 1000 THEN o.seq ELSE p.new_ms * 1000 END AS new_seq
  FROM ordered o JOIN placed p ON p.id = o.id
),
result AS (
  SELECT *, coalesce(max(new_seq) FILTER (WHERE leads) OVER (PARTITION BY lane, group_seq),
                     group_seq) AS new_group_seq
  FROM moved
)
UPDATE crossdock.entity e
SET seq = r.new_seq, group_seq = r.new_group_seq
FROM result r
WHERE e.id = r.id AND (r.seq, r.group_seq) <> (r.new_seq, r.new_group_seq)
