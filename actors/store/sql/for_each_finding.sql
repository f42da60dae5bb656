-- for_each_finding(): read through a cursor (fetch.sql) that outlives its transaction. The order
-- does not depend on when or by whom something was found: reports come out the same every time.
DECLARE crossdock_cursor NO SCROLL CURSOR WITH HOLD FOR
SELECT kind, type, item, place, reason, detail
FROM crossdock.finding WHERE job_id = $1
ORDER BY kind, type, reason, item, place
