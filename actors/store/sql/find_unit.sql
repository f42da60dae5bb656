-- find_unit(): where a stage goes on. Reads only.
SELECT position, done FROM crossdock.source_unit WHERE job_id = $1 AND stage = $2 AND unit = $3
