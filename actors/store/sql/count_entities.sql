-- count_entities(): the tables' own count, for the end of a job and for checks; progress is read
-- from the meta. Reads the job's scope once. Reads only.
SELECT e.type, e.status, count(*)
FROM crossdock.job j JOIN crossdock.entity_view e ON e.scope_id = j.scope_id AND e.job_id = j.id
WHERE j.id = $1
GROUP BY e.type, e.status ORDER BY e.type, e.status
