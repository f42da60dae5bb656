-- find_finished_output(): the newest job of a scope that has finished its output there. Reads only.
SELECT * FROM crossdock.job_view
WHERE scope = $1 AND output = $2 AND state IN ('done', 'done_with_failures')
ORDER BY id DESC LIMIT 1
