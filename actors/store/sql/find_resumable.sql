-- find_resumable(): what the same `crossdock run` command continues. Reads only.
SELECT * FROM crossdock.job_view
WHERE workflow = $1 AND source = $2 AND output = $3
  AND state IN ('queued', 'running', 'paused', 'failed')
ORDER BY id DESC LIMIT 1
