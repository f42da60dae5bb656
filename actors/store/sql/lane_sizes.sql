-- lane_sizes(): what lies in every lane of a type. Reads the whole type once per export.
SELECT lane, count(*), count(DISTINCT group_seq), max(seq)
FROM crossdock.entity
WHERE scope_id = $1 AND type = $2
GROUP BY lane ORDER BY lane
